"""What the rules of level 2 have in common."""

from __future__ import annotations

from asnsolve.expr.constructors import (
    all_of,
    any_of,
    at_least,
    not_,
    one_of,
    same,
    within,
)
from asnsolve.expr.nodes import Predicate
from asnsolve.rules.jwst.exposures import DIRECT_CELL, LIT, WAVEFRONT
from asnsolve.rules.jwst.members import LEVEL2_ROLES, POINTING, level2_suffixes
from asnsolve.rules.rule import Base, Clause, Mixin, Reach
from asnsolve.templates import EXPOSURE_NAME

__all__ = [
    "ALONE",
    "BACKGROUND_NEEDED",
    "ONE_SCIENCE",
    "WITH_BACKGROUNDS",
    "AsnMixin_Lv2Members",
    "Constraint_Base",
    "Constraint_Mode",
    "Constraint_Target",
    "DMSLevel2bBase",
    "mode",
]

DMSLevel2bBase = Base(
    name="DMSLevel2bBase",
    roles=LEVEL2_ROLES,
    suffixes=level2_suffixes(),
    product=EXPOSURE_NAME,
    needs=(at_least(1, "science"),),
    reach=Reach(candidate_types=("observation",), discovered=False),
    level=2,
)

WITH_BACKGROUNDS = Reach(candidate_types=("observation", "background"), discovered=False)
"""Reach of a rule whose associations hold the dedicated backgrounds of their science exposure."""

BACKGROUND_NEEDED = within("background", at_least(1, "background"))
"""What a candidate that ties backgrounds to observations adds is the backgrounds."""

Constraint_Base = Mixin(
    "Constraint_Base",
    (
        Clause("program", key=same("program")),
        Clause("is_tso", key=same("tsovisit", optional=True)),
    ),
)


AsnMixin_Lv2Members = Mixin("AsnMixin_Lv2Members", (Clause("pointing", POINTING),))
"""Where exposures have different roles, each has one that the pipeline knows."""


def mode(unless: Predicate | None = None) -> Mixin:
    """Return the clauses of instrument and optical path.

    Parameters
    ----------
    unless : Predicate, optional
        Exposures of which they ask nothing.
    """
    where = None if unless is None else not_(unless)

    def asked(predicate: Predicate) -> Predicate:
        return predicate if unless is None else any_of(unless, predicate)

    return Mixin(
        "Constraint_Mode",
        (
            Clause("instrument", key=same("instrume", where=where)),
            Clause("detector", key=same("detector", where=where)),
            Clause("opt_elem", key=same("filter", "band", where=where)),
            Clause("opt_elem2", key=same("pupil", "grating", where=where, optional=True)),
            Clause("fxd_slit", key=same("fxd_slit", where=where, optional=True)),
            Clause("subarray", key=same("subarray", where=where, optional=True)),
            Clause("channel", key=same("channel", where=where, optional=True)),
            Clause("dark", asked(LIT)),
            Clause(
                "grism_detector",
                asked(
                    not_(all_of(one_of("detector", "nrcblong"), one_of("exp_type", "nrc_tsgrism")))
                ),
            ),
            Clause("wavefront", asked(not_(WAVEFRONT))),
        ),
    )


Constraint_Mode = mode()

Constraint_Target = Mixin(
    "Constraint_Target",
    (Clause("target", key=same("targetid", instead=(DIRECT_CELL, "asn_candidate"))),),
)

ONE_SCIENCE = Clause("single_science", key=same("filename", roles=("science",)))
"""A science exposure has an association of its own, with all that serves it."""

ALONE = Clause("alone", key=same("filename"))
"""An exposure is an association by itself."""
