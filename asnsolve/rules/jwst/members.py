"""Roles of exposures, and the stages of the files that an association names.

Source: behaviour of the operational generator (``jwst.associations`` 3.0).
"""

from __future__ import annotations

from asnsolve.expr.constructors import all_of, any_of, is_set, named, not_, one_of
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
from asnsolve.rules.rule import Cases

__all__ = [
    "ACQUISITION",
    "AUXILIARY_ROLES",
    "BACKGROUND_ALONE",
    "GRISM_ROLES",
    "IMPRINT_ALONE",
    "IMPRINT_ROLES",
    "LEVEL2_ROLES",
    "LEVEL3_ROLES",
    "POINTING",
    "SCIENCE",
    "SCIENCE_ALONE",
    "level2_suffixes",
    "level3_suffixes",
]

POINTING = any_of(not_(is_set("pntgtype")), one_of("pntgtype", "science", "target_acquisition"))
"""What the pipeline knows a role for."""

LEVEL3_ROLES = Cases(
    (
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
"""An exposure that finds or confirms a target, by its pointing or its type."""

AUXILIARY_ROLES = Cases(((ACQUISITION, "target_acquisition"),), otherwise="science")
"""Where exposures that serve others are combined for their own sake."""

LEVEL2_ROLES = Cases(
    tuple(
        (predicate, "science" if word == "psf" else word) for predicate, word in LEVEL3_ROLES.cases
    ),
    otherwise="science",
)
"""A PSF reference is processed as science: it serves others at level 3 only."""

SCIENCE = named("a science exposure", LEVEL2_ROLES.when(("science",)))

SCIENCE_ALONE = Cases((), otherwise="science")
"""Where an exposure is processed by itself, whatever it is for."""

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
"""Beside a grism, an image is there to find the sources."""

_PLAIN_INTEGRATIONS = any_of(TIME_SERIES, one_of("exp_type", "nis_ami"))


def _integrations(*, coronagraphic: bool) -> Predicate:
    """Say that the integrations of an exposure are kept apart."""
    kinds = any_of(_PLAIN_INTEGRATIONS, CORONAGRAPHIC_INTEGRATIONS)
    return named(
        "kept by integration" if coronagraphic else "kept by integration if no coronagraphy",
        all_of(
            one_of("pntgtype", "science"),
            not_(one_of("exp_type", *ACQUISITIONS, "nrs_verify")),
            kinds if coronagraphic else _PLAIN_INTEGRATIONS,
        ),
    )


def level2_suffixes(*, coronagraphic: bool = True) -> Cases:
    """Return the stages of files that level 2 takes.

    Parameters
    ----------
    coronagraphic : bool
        Whether coronagraphic exposures keep their integrations apart.
    """
    return Cases(
        ((_integrations(coronagraphic=coronagraphic), "rateints"),),
        otherwise="rate",
    )


def level3_suffixes(roles: Cases = LEVEL3_ROLES, *, coronagraphic: bool = True) -> Cases:
    """Return the stages of files that level 3 takes: backgrounds as extracted spectra.

    Parameters
    ----------
    roles : Cases
        Roles of the rule.
    coronagraphic : bool
        Whether coronagraphic exposures keep their integrations apart.
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
