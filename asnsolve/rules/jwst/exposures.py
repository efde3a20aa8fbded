"""What the operational rules say of single exposures, each thing under one name.

Source: behaviour of the operational generator (``jwst.associations`` 3.0). A combination of slit,
grating and filter *reaches* a detector if light falls on it.
"""

from __future__ import annotations

from asnsolve.expr.constructors import all_of, any_of, is_set, matches, named, not_, one_of
from asnsolve.expr.nodes import Predicate

__all__ = [
    "ACQUISITIONS",
    "ANY_WAVEFRONT_VISIT",
    "BACKGROUND",
    "CALIBRATED_SOSS",
    "CORONAGRAPHIC_INTEGRATIONS",
    "DHS_SUBARRAYS",
    "DIRECT_CELL",
    "DISPERSED",
    "IFU_REACHES_DETECTOR",
    "IMAGE2",
    "IMAGE2_NONSCIENCE",
    "IMAGE3",
    "IMPRINT",
    "JITTER",
    "LAMP_REACHES_DETECTOR",
    "LIT",
    "MASK_ON_DETECTOR",
    "NODDED",
    "PSF",
    "SLIT_REACHES_DETECTOR",
    "SPEC2",
    "TIME_SERIES",
    "WAVEFRONT",
    "WAVEFRONT_VISIT",
    "implies",
]

ACQUISITIONS = (
    *("mir_tacq", "mir_taconfirm", "nis_tacq", "nis_taconfirm", "nrc_tacq", "nrc_taconfirm"),
    *("nrs_confirm", "nrs_msata", "nrs_taconfirm", "nrs_tacq", "nrs_taslit", "nrs_wata"),
)
"""Exposure types that find or confirm a target."""

IMAGE2 = (
    *("fgs_image", "mir_4qpm", "mir_image", "mir_lyot", "nis_ami", "nis_image"),
    *("nrc_coron", "nrc_image", "nrc_tsimage", "nrs_mimf"),
)
"""Exposure types that level 2 processes as images."""

IMAGE2_NONSCIENCE = (
    *("mir_coroncal", "nis_focus", "nrc_focus", "nrs_focus", "nrs_image", "nrs_verify"),
    *ACQUISITIONS,
)
"""Exposure types that level 2 processes as images, though they are not for science."""

SPEC2 = (
    *("mir_lrs-fixedslit", "mir_lrs-slitless", "mir_mrs", "mir_wfss", "nis_soss", "nis_wfss"),
    *("nrc_tsgrism", "nrc_wfss", "nrs_brightobj", "nrs_fixedslit", "nrs_ifu", "nrs_msaspec"),
)
"""Exposure types that level 2 processes as spectra."""

IMAGE3 = ("fgs_image", "mir_image", "nis_image", "nrc_image", "nrs_mimf")
"""Exposure types that level 3 combines as images."""

DHS_SUBARRAYS = tuple(
    f"sub{size}_dhs" for size in ("41stripe1", "82stripe2", "164stripe4", "260stripe4")
)
"""Subarrays of the dispersed Hartmann sensor, which are read in stripes."""

LIT = not_(one_of("filter", "opaque"))
"""Light of the sky comes through the filter wheel."""

DISPERSED = not_(one_of("grating", "mirror"))
"""It is a spectrum: the mirror makes images of the shutters."""

NODDED = ("2-point-nod", "4-point-nod", "along-slit-nod")
"""Patterns whose points are backgrounds of one another."""

BACKGROUND = is_set("bkgdtarg")
PSF = is_set("is_psf")
IMPRINT = is_set("is_imprt")

TIME_SERIES = named(
    "a time series",
    all_of(
        one_of("pntgtype", "science"),
        any_of(
            one_of("tsovisit", "t"),
            one_of("exp_type", "nrc_tsimage", "nrc_tsgrism", "nrs_brightobj"),
        ),
    ),
)

# The official rules write the type of these visits in two ways: rules that admit them want text on
# both sides of "wfsc", rules that refuse them want none.
WAVEFRONT_VISIT = matches("visitype", ".+wfsc.+")
"""Visits that the rules for wavefront sensing admit."""

ANY_WAVEFRONT_VISIT = matches("visitype", ".*wfsc.*")
"""Visits that the rules for images refuse."""

WAVEFRONT = named("wavefront sensing", WAVEFRONT_VISIT)
"""Wavefront sensing and control."""

JITTER = one_of("dms_note", "wfsc_los_jitter")
"""Frames that measure the jitter of the line of sight during wavefront sensing."""

DIRECT_CELL = named(
    "tied to direct images alone",
    matches("asn_candidate", r"\[\('c\d{4}', 'direct_image'\)\]"),
)
"""It has no candidate but one of direct images, as parallels with a grism: these have no target."""


def implies(condition: Predicate, consequence: Predicate) -> Predicate:
    """Say that `consequence` holds wherever `condition` does."""
    return any_of(not_(condition), consequence)


def _through(*pairs: str) -> Predicate:
    """Say that grating and filter are one of some pairs, written ``prism/clear``."""
    elements = [pair.split("/") for pair in pairs]
    return any_of(
        *(all_of(one_of("grating", grating), one_of("filter", f)) for grating, f in elements)
    )


_NRS1, _NRS2 = one_of("detector", "nrs1"), one_of("detector", "nrs2")
_LONG = _through("g395h/f290lp", "g235h/f170lp", "g140h/f100lp")
_SHORT = _through(
    *("prism/clear", "g395m/f290lp", "g235m/f170lp", "g140m/f100lp"),
)
_SHORTEST = _through("g140m/f070lp", "g140h/f070lp")
_A_SIDE = any_of(
    all_of(any_of(_NRS1, _NRS2), _LONG),
    all_of(_NRS1, any_of(_SHORT, _SHORTEST)),
)
_B_SIDE = any_of(
    all_of(_NRS2, any_of(_LONG, _SHORT)),
    all_of(any_of(_NRS1, _NRS2), _SHORTEST),
)

SLIT_REACHES_DETECTOR = named(
    "lit through its slit",
    any_of(
        all_of(is_set("fxd_slit"), not_(one_of("fxd_slit", "s200b1")), _A_SIDE),
        all_of(one_of("fxd_slit", "s200b1"), _B_SIDE),
    ),
)

IFU_REACHES_DETECTOR = implies(
    one_of("exp_type", "nrs_ifu"), named("lit through the integral-field unit", _A_SIDE)
)


def _lit(*triples: str) -> Predicate:
    """Say that grating and lamp are one of some pairs, written ``prism/line4,flat5``."""
    pairs = [triple.split("/") for triple in triples]
    return any_of(
        *(all_of(one_of("grating", g), one_of("lamp", *lamps.split(","))) for g, lamps in pairs)
    )


LAMP_REACHES_DETECTOR = named(
    "lit by its lamp",
    all_of(
        is_set("detector"),
        is_set("grating"),
        any_of(
            one_of("opmode", "msaspec"),
            all_of(
                one_of("opmode", "ifu"),
                is_set("lamp"),
                any_of(
                    one_of("grating", "g395h", "g235h"),
                    all_of(_NRS1, one_of("grating", "g395m", "g235m", "g140m", "prism")),
                    all_of(
                        one_of("grating", "g140h"), not_(all_of(_NRS2, one_of("lamp", "flat4")))
                    ),
                ),
            ),
            all_of(
                one_of("opmode", "fixedslit"),
                any_of(_NRS1, _NRS2),
                _lit(
                    *("prism/line4,flat5,test", "g395h/flat3,line3", "g235h/flat2,line2"),
                    *("g140h/flat1,ref,line1,flat4", "g395m/flat3,line3", "g235m/flat2,line2"),
                    "g140m/flat1,line1,flat4",
                ),
            ),
        ),
    ),
)

_BESIDE_MASK = named(
    "beside its mask",
    all_of(
        one_of("subarray", "full"),
        any_of(
            all_of(one_of("pupil", "maskbar"), one_of("detector", "nrca1", "nrca2", "nrca3")),
            all_of(one_of("pupil", "maskrnd"), one_of("detector", "nrca1", "nrca3", "nrca4")),
        ),
    ),
)
"""Full frames are read from all detectors, and the occulted target is on one of them."""

MASK_ON_DETECTOR = all_of(
    is_set("detector"), is_set("subarray"), is_set("pupil"), not_(_BESIDE_MASK)
)

CORONAGRAPHIC_INTEGRATIONS = any_of(
    one_of("exp_type", "mir_4qpm", "mir_lyot"),
    all_of(one_of("exp_type", "nrc_coron"), not_(_BESIDE_MASK)),
)

CALIBRATED_SOSS = implies(
    one_of("exp_type", "nis_soss"), all_of(is_set("filter"), not_(one_of("filter", "f277w")))
)
"""Spectra through f277w are not flux-calibrated."""
