"""Roles of exposures, and the stages of the files that members name.

Source: behaviour of the operational generator (``jwst.associations`` 3.0): ``get_exposure_type`` in
``dms_base.py`` for roles, ``make_member`` of the two levels for stages.
"""

from __future__ import annotations

from asnsolve.expr.build import all_of, any_of, is_set, named, not_, one_of
from asnsolve.expr.nodes import Predicate
from asnsolve.rules.jwst.exposures import (
    ACQUISITIONS,
    BACKGROUND,
    CORONAGRAPHIC_INTEGRATIONS,
    IMAGE2,
    IMAGE2_NONSCIENCE,
    IMPRINT,
    PSF,
    SPEC2,
    TIME_SERIES,
)
from asnsolve.rules.model import Cases

POINTING = any_of(not_(is_set("pntgtype")), one_of("pntgtype", "science", "target_acquisition"))
"""A pointing that the pipeline has a role for, or none."""

LEVEL3_ROLES = Cases(
    (
        # Order matters: the pointing decides before the type, and the type before the flags.
        (one_of("pntgtype", "target_acquisition"), "target_acquisition"),
        (not_(POINTING), "other"),
        (
            one_of(
                "exp_type",
                *("mir_darkall", "mir_darkimg", "mir_darkmrs", "nis_dark", "nrc_dark", "nrs_dark"),
            ),
            "dark",
        ),
        (
            one_of(
                "exp_type",
                *("mir_flatimage", "mir_flatimage-ext", "mir_flatmrs", "mir_flatmrs-ext"),
                "nrc_flat",
            ),
            "flat",
        ),
        (one_of("exp_type", *ACQUISITIONS), "target_acquisition"),
        (
            one_of(
                "exp_type",
                *("nis_focus", "nis_lamp", "nrc_focus", "nrc_led"),
                *("nrs_focus", "nrs_image", "nrs_lamp"),
            ),
            "engineering",
        ),
        (one_of("exp_type", "nrs_autoflat"), "autoflat"),
        (one_of("exp_type", "nrs_autowave"), "autowave"),
        (PSF, "psf"),
        (IMPRINT, "imprint"),
        (BACKGROUND, "background"),
    ),
    otherwise="science",
)

ACQUISITION = named("an acquisition", LEVEL3_ROLES.when(("target_acquisition",)))
"""An exposure that finds or confirms a target, judged by its pointing or its type."""

AUXILIARY_ROLES = Cases(((ACQUISITION, "target_acquisition"),), otherwise="science")
"""Roles in rules that combine backgrounds: all but acquisitions are science."""

LEVEL2_ROLES = Cases(
    tuple(
        (predicate, "science" if role == "psf" else role) for predicate, role in LEVEL3_ROLES.cases
    ),
    otherwise="science",
)
"""Roles at level 2: a PSF reference is science, because it serves others at level 3 only."""

SCIENCE = named("a science exposure", LEVEL2_ROLES.when(("science",)))

SCIENCE_ALONE = Cases((), otherwise="science")
"""Roles in rules that process every exposure by itself, as science."""

IMPRINT_ALONE = named("an imprint", LEVEL3_ROLES.when(("imprint",)))
BACKGROUND_ALONE = named("a background", LEVEL3_ROLES.when(("background",)))

IMPRINT_ROLES = Cases(
    ((IMPRINT_ALONE, "imprint"),),
    otherwise="science",
)

GRISM_ROLES = Cases(
    (
        (
            all_of(SCIENCE, one_of("exp_type", "mir_image", "nis_image", "nrc_image")),
            "direct_image",
        ),
        *LEVEL2_ROLES.cases,
    ),
    otherwise="science",
)
"""Roles in rules for grisms: an image shows where the sources are."""

# Exposures whose integrations are kept apart whatever the rule; coronagraphy depends on the rule.
_PLAIN_INTEGRATIONS = any_of(TIME_SERIES, one_of("exp_type", "nis_ami"))


def _integrations(*, coronagraphic: bool) -> Predicate:
    """Return the predicate of exposures whose integrations are kept apart."""
    kept_apart = any_of(_PLAIN_INTEGRATIONS, CORONAGRAPHIC_INTEGRATIONS)
    return named(
        "kept by integration" if coronagraphic else "kept by integration if no coronagraphy",
        all_of(
            one_of("pntgtype", "science"),
            not_(one_of("exp_type", *ACQUISITIONS, "nrs_verify")),
            kept_apart if coronagraphic else _PLAIN_INTEGRATIONS,
        ),
    )


def level2_suffixes(*, coronagraphic: bool = True) -> Cases:
    """Return the stages of files that level 2 takes.

    Parameters
    ----------
    coronagraphic : bool
        Whether coronagraphic exposures keep their integrations apart.

    Returns
    -------
    Cases
        ``rateints`` or ``rate``.
    """
    return Cases(
        ((_integrations(coronagraphic=coronagraphic), "rateints"),),
        otherwise="rate",
    )


def level3_suffixes(roles: Cases = LEVEL3_ROLES, *, coronagraphic: bool = True) -> Cases:
    """Return the stages of files that level 3 takes.

    Parameters
    ----------
    roles : Cases
        Roles of the rule.
    coronagraphic : bool
        Whether coronagraphic exposures keep their integrations apart.

    Returns
    -------
    Cases
        Backgrounds are extracted spectra; others are calibrated, if level 2 calibrates their type.
    """
    apart = _integrations(coronagraphic=coronagraphic)
    calibrated = named(
        "calibrated by level 2", one_of("exp_type", *IMAGE2, *IMAGE2_NONSCIENCE, *SPEC2)
    )
    backgrounds: tuple[tuple[Predicate, str], ...] = (
        (all_of(BACKGROUND_ALONE, apart), "x1dints"),
        (BACKGROUND_ALONE, "x1d"),
    )
    return Cases(
        (
            *(backgrounds if "background" in roles.results() else ()),
            (all_of(calibrated, apart), "calints"),
            (calibrated, "cal"),
            (apart, "rateints"),
        ),
        otherwise="rate",
    )
