"""Base, mixins and clauses of the rules of level 3.

Source: ``rules_level3_base.py`` and ``dms_base.py`` of the operational generator.
"""

from __future__ import annotations

from functools import partial

from asnsolve.expr.build import (
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
    DIRECT_IMAGE_ONLY,
    IMAGE3,
    IMPRINT,
    LIT,
    TIME_SERIES,
)
from asnsolve.rules.jwst.roles_and_stages import (
    ACQUISITION,
    AUXILIARY_ROLES,
    BACKGROUND_ALONE,
    LEVEL3_ROLES,
    POINTING,
    level3_suffixes,
)
from asnsolve.rules.model import Base, Clause, Mixin, Rule
from asnsolve.rules.steps import Attach

DMS_Level3_Base = Base(
    name="DMS_Level3_Base",
    roles=LEVEL3_ROLES,
    suffixes=level3_suffixes(),
    product="jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{slit}][-{subarray}]",
    needs=(at_least(1, "science"),),
    level=3,
    # The official rule Asn_Lv3ACQ_Reprocess feeds acquisitions into all others.
    steps=(
        Attach(
            where=all_of(ACQUISITION, not_(IMPRINT)),
            role="target_acquisition",
            shared=("program", "instrume", "obs_num"),
        ),
    ),
)

NO_OPTICS = "jw{program}-{asn_id}_{target}_{instrument}"
"""Product name of rules that combine all optical elements."""

SEVERAL_OBSERVATIONS = within(("group", "background", "mosaic"), distinct(2, "obs_num"))
"""A candidate that ties observations needs two of them: one alone has its own candidate."""

level3_rule = partial(Rule, base=DMS_Level3_Base)
"""A rule of level 3."""

combining_rule = partial(level3_rule, needs=(SEVERAL_OBSERVATIONS,))
"""A rule of level 3 that combines the observations of a candidate."""

# AsnMixin_AuxData of the generator: the backgrounds are the science of these rules.
background_rule = partial(
    combining_rule, roles=AUXILIARY_ROLES, suffixes=level3_suffixes(AUXILIARY_ROLES)
)
"""A rule of level 3 that combines dedicated backgrounds by themselves."""

AsnMixin_Science = Mixin(
    "AsnMixin_Science",
    (
        Clause("program", key=same("program")),
        Clause("instrument", key=same("instrume")),
        # Level 2 has subtracted the imprints.
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
        # Light comes through both of these slits at once, so that one exposure serves both.
        Clause("fxd_slit", key=same("fxd_slit", optional=True, open_values=("s200a1", "s200a2"))),
        Clause("subarray", key=same("subarray")),
    ),
)

# Parallels with a grism have no target, so their candidate takes its place.
_CANDIDATE_INSTEAD = (DIRECT_IMAGE_ONLY, "asn_candidate")

Constraint_Target = Mixin(
    "Constraint_Target",
    (
        Clause(
            "target",
            key=same(
                "targetid",
                where=not_(BACKGROUND_ALONE),
                instead=_CANDIDATE_INSTEAD,
            ),
        ),
    ),
)
"""One target for all members except backgrounds, which serve any target."""


def every_target() -> Clause:
    """Return the clause that all members share one target.

    Returns
    -------
    Clause
        For rules on backgrounds, which are combined by target as science is.
    """
    return Clause("target", key=same("targetid", instead=_CANDIDATE_INSTEAD))


def science_target() -> Clause:
    """Return the clause that the science members share one target.

    Returns
    -------
    Clause
        For high contrast, where PSF references have other targets.
    """
    return Clause("target", key=same("targetid", roles=("science",)))


NOT_TIME_SERIES = Clause("is_tso", not_(TIME_SERIES))
NOT_BACKGROUND = Clause("bkgdtarg", not_(is_set("bkgdtarg")))

Constraint_Image = Mixin(
    "Constraint_Image",
    (Clause("exp_type", one_of("exp_type", *IMAGE3), same("exp_type")),),
)


def visit_type() -> Clause:
    """Return the clause that keeps visits of different types apart.

    Returns
    -------
    Clause
        Visits of wavefront sensing are refused.
    """
    return Clause(
        "wfsvisit",
        not_(ANY_WAVEFRONT_VISIT),
        same("visitype", optional=True),
    )
