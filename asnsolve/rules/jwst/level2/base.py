"""Base, mixins and clauses of the rules of level 2.

Source: ``rules_level2_base.py`` of the operational generator.
"""

from __future__ import annotations

from functools import partial

from asnsolve.expr.build import (
    all_of,
    any_of,
    at_least,
    is_set,
    not_,
    one_of,
    same,
    within,
)
from asnsolve.expr.nodes import Predicate
from asnsolve.profiles.templates import EXPOSURE_NAME
from asnsolve.rules.jwst.exposures import DIRECT_IMAGE_ONLY, LIT, WAVEFRONT
from asnsolve.rules.jwst.roles_and_stages import LEVEL2_ROLES, POINTING, level2_suffixes
from asnsolve.rules.model import Base, Clause, Mixin, Reach, Rule

DMSLevel2bBase = Base(
    name="DMSLevel2bBase",
    roles=LEVEL2_ROLES,
    suffixes=level2_suffixes(),
    product=EXPOSURE_NAME,
    needs=(at_least(1, "science"),),
    # An exposure is calibrated once, in its observation: any wider candidate would repeat that.
    reach=Reach(candidate_types=("observation",), discovered=False),
    level=2,
    # A product is one calibrated exposure. If it were made in several ways, the last run would win.
    laws=("one membership", "one product"),
)

WITH_BACKGROUNDS = Reach(candidate_types=("observation", "background"), discovered=False)
"""Reach of rules whose associations hold dedicated backgrounds for the science exposure."""

BACKGROUND_NEEDED = within("background", at_least(1, "background"))
"""A background candidate repeats its observations unless it adds a background."""

level2_rule = partial(Rule, base=DMSLevel2bBase)
"""A rule of level 2."""

rule_with_backgrounds = partial(level2_rule, needs=(BACKGROUND_NEEDED,), reach=WITH_BACKGROUNDS)
"""A rule of level 2 that takes dedicated backgrounds into the associations of science."""

Constraint_Base = Mixin(
    "Constraint_Base",
    (
        Clause("program", key=same("program")),
        # Exposures without the flag go with either.
        Clause("is_tso", key=same("tsovisit", optional=True)),
    ),
)


AsnMixin_Lv2Members = Mixin("AsnMixin_Lv2Members", (Clause("pointing", POINTING),))
"""Only exposures with a pointing that the pipeline has a role for."""


def mode(unless: Predicate | None = None) -> Mixin:
    """Return the clauses on instrument and optical path.

    Parameters
    ----------
    unless : Predicate, optional
        Exposures that are exempt from these clauses.

    Returns
    -------
    Mixin
        The official ``Constraint_Mode``.
    """
    where = None if unless is None else not_(unless)

    def exempt(predicate: Predicate) -> Predicate:
        return predicate if unless is None else any_of(unless, predicate)

    return Mixin(
        "Constraint_Mode",
        (
            Clause("instrument", key=same("instrume", where=where)),
            Clause("detector", key=same("detector", where=where)),
            # The cubes of MIRI have no filter: their band is used instead.
            Clause("opt_elem", key=same("filter", "band", where=where)),
            Clause("opt_elem2", key=same("pupil", "grating", where=where, optional=True)),
            Clause("fxd_slit", key=same("fxd_slit", where=where, optional=True)),
            Clause("subarray", key=same("subarray", where=where, optional=True)),
            Clause("channel", key=same("channel", where=where, optional=True)),
            Clause("dark", exempt(LIT)),
            # On this detector, grisms are for wide fields.
            Clause(
                "grism_detector",
                exempt(
                    not_(all_of(one_of("detector", "nrcblong"), one_of("exp_type", "nrc_tsgrism")))
                ),
            ),
            # Asn_Lv2WFSC takes these.
            Clause("wavefront", exempt(not_(WAVEFRONT))),
        ),
    )


Constraint_Mode = mode()

# Parallels with a grism have no target, so their candidate takes its place.
Constraint_Target = Mixin(
    "Constraint_Target",
    (Clause("target", key=same("targetid", instead=(DIRECT_IMAGE_ONLY, "asn_candidate"))),),
)

ONE_SCIENCE = Clause("single_science", key=same("filename", roles=("science",)))
"""One association per science exposure, with the exposures that help to calibrate it."""

ALONE = Clause("alone", key=same("filename"))
"""One association per exposure, without any other exposure."""

SERVES_OTHERS = Clause("is_special", is_set("bkgdtarg", "is_psf"))
"""The exposure is a background or a PSF reference."""
