"""Known gaps of level 3: exposures that it does not combine."""

from __future__ import annotations

from functools import partial

from asnsolve.expr.build import all_of, any_of, is_set, not_, one_of
from asnsolve.rules.domain import Gap
from asnsolve.rules.jwst.declared.terms import HIGH_CONTRAST, NO_TARGET, NOT_TSO, TSO, types
from asnsolve.rules.jwst.exposures import (
    BACKGROUND,
    DHS_SUBARRAYS,
    IFU_REACHES_DETECTOR,
    IMAGE3,
    JITTER,
    MASK_ON_DETECTOR,
    NEITHER_VISIT,
    NODDED,
    SLIT_REACHES_DETECTOR,
    WAVEFRONT,
)

_gap = partial(Gap, 3, "science")
_psf_gap = partial(Gap, 3, "psf")

# Guiding, engineering and calibration.
_EXEMPT_LEVEL3 = (
    *("fgs_acq1", "fgs_acq2", "fgs_dark", "fgs_fineguide", "fgs_focus", "fgs_id-image"),
    *("fgs_id-stack", "fgs_intflat", "fgs_skyflat", "fgs_track", "mir_coroncal", "mir_dark"),
    *("nis_extcal", "nis_tacnfrm", "nrc_grism", "nrc_linearity", "nrs_bota", "nrs_verify"),
)


_NO_LEVEL3 = any_of(NOT_TSO, NO_TARGET)
"""Out of reach of Asn_Lv3TSO, which takes exposures of every type if they have a target."""

# Types that are combined by target, without images, which have a gap of their own.
_SCIENCE_TYPES = (
    *("mir_4qpm", "mir_lrs-fixedslit", "mir_lrs-slitless", "mir_lyot", "mir_mrs", "mir_wfss"),
    *("nis_ami", "nis_soss", "nis_wfss", "nrc_coron", "nrc_tsgrism", "nrc_tsimage", "nrc_wfss"),
    *("nrs_brightobj", "nrs_fixedslit", "nrs_ifu", "nrs_msaspec"),
)

# Types with no rule for backgrounds: Asn_Lv3SpecAux and the rules on cubes and images take others.
_NO_SKY = (
    *("mir_4qpm", "mir_lrs-slitless", "mir_lyot", "mir_wfss", "nis_ami", "nis_soss", "nis_wfss"),
    *("nrc_coron", "nrc_tsgrism", "nrc_tsimage", "nrc_wfss", "nrs_brightobj", "nrs_msaspec"),
)

LEVEL3_GAPS = (
    _gap(
        all_of(types(*_EXEMPT_LEVEL3), _NO_LEVEL3),
        "calibration and engineering exposures are combined in time series only",
    ),
    _gap(
        all_of(types("mir_lrs-slitless"), not_(BACKGROUND), _NO_LEVEL3),
        "slitless low-resolution spectra are combined only in time series",
    ),
    _gap(all_of(types("mir_dark"), one_of("filter", "opaque")), "darks are not combined"),
    _gap(
        all_of(
            types(*IMAGE3), WAVEFRONT, NOT_TSO, any_of(not_(one_of("patttype", "wfsc")), JITTER)
        ),
        "wavefront sensing is combined where its pattern says so, without frames of jitter",
    ),
    _gap(
        all_of(
            types(*IMAGE3),
            NEITHER_VISIT,
            NOT_TSO,
            any_of(not_(one_of("patttype", "wfsc")), JITTER),
        ),
        "rules for images refuse any type of visit with wfsc in it, as the official rules do",
    ),
    _gap(all_of(types(*IMAGE3), NO_TARGET), "what is combined by target has one"),
    _gap(all_of(types(*_SCIENCE_TYPES), NO_TARGET), "what is combined by target has one"),
    _gap(
        all_of(types(*HIGH_CONTRAST), not_(is_set("targetid")), NOT_TSO),
        "high-contrast images are combined by target, so they need one",
    ),
    _gap(
        all_of(
            types("mir_lrs-fixedslit"), not_(BACKGROUND), not_(one_of("patttype", *NODDED)), NOT_TSO
        ),
        "the rule for spectra of a target takes only nodded low-resolution spectra",
    ),
    _gap(
        all_of(types("mir_mrs", "nrs_ifu"), TSO),
        "no rule combines time series of an integral-field unit",
    ),
    _gap(
        all_of(types("mir_wfss"), not_(one_of("filter", "p750l")), NOT_TSO),
        "without a prism it is not a spectrum",
    ),
    _gap(
        all_of(types("nis_wfss"), not_(one_of("filter", "gr150r", "gr150c")), NOT_TSO),
        "without a grism it is not a spectrum",
    ),
    _gap(
        all_of(types("nrc_wfss"), not_(one_of("pupil", "grismr", "grismc")), NOT_TSO),
        "without a grism it is not a spectrum",
    ),
    _gap(
        all_of(types("nis_soss"), one_of("filter", "f277w"), TSO),
        "spectra through f277w are not flux-calibrated",
    ),
    _gap(
        all_of(types("nis_soss"), one_of("nints", "1"), TSO),
        "a single integration is not a time series",
    ),
    _gap(
        all_of(
            types("nis_soss"),
            is_set("patttype"),
            not_(one_of("patttype", *NODDED)),
            not_(BACKGROUND),
            NOT_TSO,
        ),
        "the rule for slitless spectra takes a dither pattern only if it is a nod",
    ),
    _gap(
        all_of(
            types("nrc_tsgrism"),
            any_of(
                one_of("subarray", *DHS_SUBARRAYS),
                one_of("pupil", "clear", "gdhs0", "gdhs60"),
                one_of("detector", "nrcblong"),
            ),
        ),
        "spectra of the dispersed Hartmann sensor, and of the other module, are not combined",
    ),
    _gap(
        all_of(types("nrs_brightobj"), not_(SLIT_REACHES_DETECTOR)),
        "no light of the slit reaches the detector",
    ),
    _gap(
        all_of(types("nrs_fixedslit"), not_(BACKGROUND), not_(SLIT_REACHES_DETECTOR), NOT_TSO),
        "no light of the slit reaches the detector",
    ),
    _gap(
        all_of(types("nrs_ifu"), not_(IFU_REACHES_DETECTOR)),
        "no light of the integral-field unit reaches the detector",
    ),
    _gap(
        all_of(types("nrs_ifu"), not_(BACKGROUND), not_(is_set("patttype"))),
        "cubes are combined pattern by pattern",
    ),
    _gap(
        all_of(
            types("nrs_msaspec"),
            any_of(not_(is_set("msametfl")), one_of("grating", "mirror")),
            NOT_TSO,
        ),
        "it is not known which shutters are open, or the shutters are imaged",
    ),
    _psf_gap(
        all_of(types("mir_4qpm", "mir_lyot", "nrc_coron"), BACKGROUND, _NO_LEVEL3),
        "a PSF reference is not a background",
    ),
    _psf_gap(
        all_of(types("nrc_coron"), not_(MASK_ON_DETECTOR), _NO_LEVEL3),
        "of a full frame, the detectors beside the mask do not serve",
    ),
    _gap(
        all_of(types(*_EXEMPT_LEVEL3, *_NO_SKY), BACKGROUND),
        "the sky of these modes is not combined by itself",
    ),
    _gap(
        all_of(types(*IMAGE3), BACKGROUND, any_of(WAVEFRONT, NEITHER_VISIT, TSO, NO_TARGET)),
        "the sky of time series, of wavefront sensing and without target is not combined",
    ),
    _gap(
        all_of(
            types("mir_lrs-fixedslit", "mir_mrs", "nrs_fixedslit", "nrs_ifu"),
            BACKGROUND,
            any_of(TSO, NO_TARGET),
        ),
        "the sky of time series and without target is not combined",
    ),
)
