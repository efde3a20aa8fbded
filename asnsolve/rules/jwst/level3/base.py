"""What the rules of level 3 have in common."""

from __future__ import annotations

from asnsolve.expr.constructors import (
    all_of,
    at_least,
    distinct,
    is_set,
    not_,
    one_of,
    same,
    within,
)
from asnsolve.rules.jwst.exposures import (
    ANY_WAVEFRONT_VISIT,
    DIRECT_CELL,
    IMAGE3,
    IMPRINT,
    LIT,
    TIME_SERIES,
)
from asnsolve.rules.jwst.members import (
    ACQUISITION,
    BACKGROUND_ALONE,
    LEVEL3_ROLES,
    POINTING,
    level3_suffixes,
)
from asnsolve.rules.rule import Base, Clause, Mixin
from asnsolve.rules.steps import Attach

__all__ = [
    "NOT_BACKGROUND",
    "NOT_TIME_SERIES",
    "NO_OPTICS",
    "SEVERAL_OBSERVATIONS",
    "AsnMixin_Science",
    "Constraint_Image",
    "Constraint_Optical_Path",
    "Constraint_Target",
    "DMS_Level3_Base",
    "every_target",
    "science_target",
    "visit_type",
]

DMS_Level3_Base = Base(
    name="DMS_Level3_Base",
    roles=LEVEL3_ROLES,
    suffixes=level3_suffixes(),
    product="jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{slit}][-{subarray}]",
    needs=(at_least(1, "science"),),
    level=3,
    steps=(
        Attach(
            where=all_of(ACQUISITION, not_(IMPRINT)),
            role="target_acquisition",
            shared=("program", "instrume", "obs_num"),
        ),
    ),
)

NO_OPTICS = "jw{program}-{asn_id}_{target}_{instrument}"
"""Product name where all optical elements are combined."""

SEVERAL_OBSERVATIONS = within(("group", "background", "mosaic"), distinct(2, "obs_num"))
"""A candidate that ties observations has nothing to say of one alone."""

AsnMixin_Science = Mixin(
    "AsnMixin_Science",
    (
        Clause("program", key=same("program")),
        Clause("instrument", key=same("instrume")),
        Clause("imprint", not_(is_set("is_imprt"))),
        Clause("pointing", POINTING),
        Clause("dark", LIT),
    ),
)

Constraint_Optical_Path = Mixin(
    "Constraint_Optical_Path",
    (
        Clause("opt_elem", key=same("filter", optional=True)),
        Clause("opt_elem2", key=same("pupil", "grating", optional=True)),
        # Light comes through both of these slits at once.
        Clause("fxd_slit", key=same("fxd_slit", optional=True, open_values=("s200a1", "s200a2"))),
        Clause("subarray", key=same("subarray")),
    ),
)

_CELL = (DIRECT_CELL, "asn_candidate")

Constraint_Target = Mixin(
    "Constraint_Target",
    (
        Clause(
            "target",
            key=same(
                "targetid",
                where=not_(BACKGROUND_ALONE),
                instead=_CELL,
            ),
        ),
    ),
)
"""One target; a background was taken for whatever target it lies near."""


def every_target() -> Clause:
    """Return the clause that asks for one target of all members."""
    return Clause("target", key=same("targetid", instead=_CELL))


def science_target() -> Clause:
    """Return the clause that asks for one target of the science members alone."""
    return Clause("target", key=same("targetid", roles=("science",)))


NOT_TIME_SERIES = Clause("is_tso", not_(TIME_SERIES))
NOT_BACKGROUND = Clause("bkgdtarg", not_(is_set("bkgdtarg")))

Constraint_Image = Mixin(
    "Constraint_Image",
    (Clause("exp_type", one_of("exp_type", *IMAGE3), same("exp_type")),),
)


def visit_type() -> Clause:
    """Return the clause that keeps visits apart by type, without those of wavefront sensing."""
    return Clause(
        "wfsvisit",
        not_(ANY_WAVEFRONT_VISIT),
        same("visitype", optional=True),
    )
