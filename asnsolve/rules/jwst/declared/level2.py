"""Known gaps of level 2: exposures that it does not process."""

from __future__ import annotations

from functools import partial

from asnsolve.expr.build import all_of, any_of, is_set, not_, one_of
from asnsolve.rules.domain import Gap
from asnsolve.rules.jwst.declared.terms import NO_TARGET, NOT_TSO, PLAIN, TSO, types
from asnsolve.rules.jwst.exposures import (
    BACKGROUND,
    IFU_REACHES_DETECTOR,
    IMAGE3,
    IMPRINT,
    JITTER,
    LAMP_REACHES_DETECTOR,
    NODDED,
    SLIT_REACHES_DETECTOR,
    WAVEFRONT,
)

_gap = partial(Gap, 2, "science")

_EXEMPT = (
    *("fgs_acq1", "fgs_acq2", "fgs_dark", "fgs_fineguide", "fgs_id-image", "fgs_id-stack"),
    *("fgs_intflat", "fgs_skyflat", "fgs_track"),
    *("mir_dark", "mir_darkall", "mir_darkimg", "mir_darkmrs"),
    *("mir_flatimage", "mir_flatimage-ext", "mir_flatmrs", "mir_flatmrs-ext"),
    *("nis_dark", "nis_extcal", "nis_lamp", "nis_tacnfrm"),
    *("nrc_dark", "nrc_flat", "nrc_grism", "nrc_led", "nrc_linearity"),
    *("nrs_bota", "nrs_dark"),
)
"""Guiding, engineering and calibration, for which processing ends at level 1."""

LEVEL2_GAPS = (
    _gap(
        types(*_EXEMPT),
        "calibration and guiding exposures are processed to level 1 only",
    ),
    _gap(all_of(types("fgs_focus", "fgs_image"), BACKGROUND), "the guiders take no backgrounds"),
    _gap(all_of(types(*IMAGE3), BACKGROUND, WAVEFRONT), "wavefront sensing takes no backgrounds"),
    _gap(
        all_of(types("nrc_image"), JITTER, WAVEFRONT),
        "frames that measure jitter of the line of sight are for engineers",
    ),
    _gap(
        all_of(
            types("mir_mrs", "nis_soss"), not_(BACKGROUND), one_of("patttype", *NODDED), NOT_TSO
        ),
        "the rule for spectra leaves nods to rules that know other types alone",
    ),
    _gap(
        all_of(types("nrs_ifu"), PLAIN, one_of("patttype", "along-slit-nod"), NOT_TSO),
        "a nod along a slit makes no sense without one",
    ),
    _gap(all_of(types("mir_mrs"), not_(is_set("band"))), "a cube has a band"),
    _gap(
        all_of(types("mir_mrs", "nis_soss", "nrs_ifu"), PLAIN, not_(is_set("mostilno")), NOT_TSO),
        "the rule for spectra separates exposures by the tile of the mosaic",
    ),
    _gap(
        all_of(types("nis_wfss", "nrc_wfss"), NO_TARGET, not_(BACKGROUND), NOT_TSO),
        "a grism exposure without target is a parallel, and names a candidate of direct images",
    ),
    _gap(
        all_of(
            types("mir_wfss"),
            NO_TARGET,
            not_(BACKGROUND),
            NOT_TSO,
            any_of(one_of("patttype", *NODDED), not_(is_set("mostilno"))),
        ),
        "a grism exposure without target is a parallel, and names a candidate of direct images",
    ),
    _gap(
        all_of(types("nis_soss"), one_of("filter", "f277w"), not_(BACKGROUND), TSO),
        "spectra through f277w are not flux-calibrated",
    ),
    _gap(
        all_of(types("nrc_tsgrism"), one_of("detector", "nrcblong")),
        "grisms on that detector are used only for wide fields",
    ),
    _gap(
        all_of(types("nrc_tsgrism"), one_of("pupil", "clear"), not_(BACKGROUND)),
        "without a grism in the pupil it is not a spectrum",
    ),
    _gap(
        all_of(
            types("nrs_autoflat", "nrs_autowave"),
            any_of(
                not_(one_of("filter", "opaque")),
                not_(LAMP_REACHES_DETECTOR),
                not_(is_set("lamp")),
                one_of("lamp", "nolamp"),
                one_of("grating", "mirror"),
                one_of("opmode", "grating-only"),
                all_of(one_of("opmode", "msaspec"), not_(is_set("msametfl"))),
            ),
        ),
        "no light of a lamp reaches the detector",
    ),
    _gap(
        all_of(
            types("nrs_lamp"),
            any_of(
                all_of(
                    one_of("grating", "mirror"), is_set("opmode"), not_(one_of("opmode", "image"))
                ),
                all_of(
                    not_(one_of("grating", "mirror")),
                    any_of(
                        not_(one_of("filter", "opaque")),
                        not_(LAMP_REACHES_DETECTOR),
                        not_(is_set("lamp")),
                        one_of("lamp", "nolamp"),
                        one_of("opmode", "grating-only"),
                        all_of(one_of("opmode", "msaspec"), not_(is_set("msametfl"))),
                    ),
                ),
            ),
        ),
        "no light of a lamp reaches the detector",
    ),
    _gap(
        all_of(
            types("nrs_brightobj", "nrs_fixedslit"), not_(BACKGROUND), not_(SLIT_REACHES_DETECTOR)
        ),
        "no light of the slit reaches the detector",
    ),
    _gap(
        all_of(
            types("nrs_fixedslit"),
            not_(BACKGROUND),
            any_of(
                not_(is_set("numdthpt")), all_of(not_(is_set("subpxpts")), not_(is_set("subpxpns")))
            ),
        ),
        "it is not known which points of the dither are nods",
    ),
    _gap(
        all_of(types("nrs_ifu"), not_(IFU_REACHES_DETECTOR), any_of(NOT_TSO, BACKGROUND, IMPRINT)),
        "no light of the integral-field unit reaches the detector",
    ),
    _gap(
        all_of(
            types("nrs_msaspec"),
            PLAIN,
            not_(all_of(one_of("grating", "mirror"), one_of("msastate", "primarypark_allopen"))),
            any_of(not_(is_set("msametfl")), one_of("grating", "mirror")),
        ),
        "it is not known which shutters are open, or the shutters are imaged",
    ),
)
