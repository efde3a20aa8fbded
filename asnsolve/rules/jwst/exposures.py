"""Predicates and lists of exposure types that several rules share, each under one name.

Source: behaviour of the operational generator (``jwst.associations`` 3.0), ``dms_base.py`` unless a
comment says otherwise. Light through a slit, grating and filter may *reach* a detector or miss it.
"""

from __future__ import annotations

from asnsolve.expr.build import all_of, any_of, is_set, matches, named, not_, one_of
from asnsolve.expr.nodes import Predicate

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
"""Exposure types that level 2 processes as images although they are not for science."""

SPEC2 = (
    *("mir_lrs-fixedslit", "mir_lrs-slitless", "mir_mrs", "mir_wfss", "nis_soss", "nis_wfss"),
    *("nrc_tsgrism", "nrc_wfss", "nrs_brightobj", "nrs_fixedslit", "nrs_ifu", "nrs_msaspec"),
)
"""Exposure types that level 2 processes as spectra."""

IMAGE3 = ("fgs_image", "mir_image", "nis_image", "nrc_image", "nrs_mimf")
"""Exposure types that level 3 combines as images."""

DHS_SUBARRAYS = tuple(
    f"sub{size}_dhs"
    for size in (
        *("40stripe1", "41stripe1", "80stripe2", "82stripe2"),
        *("160stripe4", "164stripe4", "256stripe4", "260stripe4"),
    )
)
"""Subarrays of the dispersed Hartmann sensor, which are read in stripes.

Source: the subarrays of stripes in ``subarray.schema.yaml`` of the JWST data models. The official
rule lists four of the eight.
"""

LIT = not_(one_of("filter", "opaque"))
"""Light of the sky passes the filter wheel."""

DISPERSED = not_(one_of("grating", "mirror"))
"""A spectrum; with the mirror in the place of a grating, it is an image of the shutters."""

NODDED = ("2-point-nod", "4-point-nod", "along-slit-nod")
"""Dither patterns whose points are backgrounds of one another."""

BACKGROUND = is_set("bkgdtarg")
PSF = is_set("is_psf")
IMPRINT = is_set("is_imprt")

# Source: is_item_tso. The exposure types that are listed are time series without a flag, too.
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

NEITHER_VISIT = all_of(ANY_WAVEFRONT_VISIT, not_(WAVEFRONT_VISIT))
"""Visits whose type begins or ends with "wfsc": no official name does."""

JITTER = one_of("dms_note", "wfsc_los_jitter")
"""Frames that measure the jitter of the line of sight during wavefront sensing."""

DIRECT_IMAGE_ONLY = named(
    "tied to direct images alone",
    matches("asn_candidate", r"\[\('c\d{4}', 'direct_image'\)\]"),
)
"""Exposures with one candidate, of direct images: parallels with a grism, without a target."""


def implies(condition: Predicate, consequence: Predicate) -> Predicate:
    """Say that one predicate holds wherever another one does.

    Parameters
    ----------
    condition : Predicate
        Where it holds.
    consequence : Predicate
        What holds there.

    Returns
    -------
    Predicate
        True also wherever the condition is not.
    """
    return any_of(not_(condition), consequence)


def _through(*pairs: str) -> Predicate:
    """Return the predicate of some pairs of grating and filter, written ``prism/clear``."""
    elements = [pair.split("/") for pair in pairs]
    return any_of(
        *(all_of(one_of("grating", grating), one_of("filter", f)) for grating, f in elements)
    )


# Source: nrsfss_valid_detector and nrsifu_valid_detector. Some spectra reach both detectors, others
# only one of them; for the slit s200b1, that is the other one than for all other slits.
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


def _lit(*texts: str) -> Predicate:
    """Return the predicate of some gratings with their lamps, written ``prism/line4,flat5``."""
    pairs = [text.split("/") for text in texts]
    return any_of(
        *(all_of(one_of("grating", g), one_of("lamp", *lamps.split(","))) for g, lamps in pairs)
    )


# Source: nrslamp_valid_detector: which lamp lights which grating, mode by mode.
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

# Source: nrccoron_valid_detector.
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
"""Full frames are read from all detectors, but the occulted target is on one of them only."""

# Exposures that do not say where they were taken are left out, as nrccoron_valid_detector does.
MASK_ON_DETECTOR = all_of(
    is_set("detector"), is_set("subarray"), is_set("pupil"), not_(_BESIDE_MASK)
)

CORONAGRAPHIC_INTEGRATIONS = any_of(
    one_of("exp_type", "mir_4qpm", "mir_lyot"),
    all_of(one_of("exp_type", "nrc_coron"), not_(_BESIDE_MASK)),
)

# Source: nissoss_calibrated_filter.
CALIBRATED_SOSS = implies(
    one_of("exp_type", "nis_soss"), all_of(is_set("filter"), not_(one_of("filter", "f277w")))
)
"""Spectra through f277w are not flux-calibrated."""
