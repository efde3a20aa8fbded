"""Promises of the rules of December 2017, and the findings that are known."""

from __future__ import annotations

from functools import partial

from asnsolve.expr.build import all_of, is_set, not_, one_of
from asnsolve.rules.domain import Declared, Gap, Overlap, Promise, Waiver
from asnsolve.rules.extent_files import read_extents
from asnsolve.rules.jwst.declared.terms import NOT_TSO, TSO, types
from asnsolve.rules.jwst.exposures import NEITHER_VISIT, WAVEFRONT
from asnsolve.rules.jwst.roles_and_stages import LEVEL3_ROLES

# Roles are those of the rule set jwst, so that the promises of both sets mean the same.
PROMISES = (
    Promise(
        3, LEVEL3_ROLES.when(("science",)), "science", "level 3 combines every science exposure"
    ),
    Promise(3, LEVEL3_ROLES.when(("psf",)), "psf", "every PSF reference serves at level 3"),
)

_gap = partial(Gap, 3, "science")
# Modes that have no rule in the document.
_LATER = (
    *("mir_coroncal", "mir_wfss", "nis_extcal", "nrc_grism", "nrc_linearity", "nrc_wfss"),
    *("nrs_mimf", "nrs_verify"),
)
# Guiding and darks.
_GUIDING = (
    *("fgs_acq1", "fgs_acq2", "fgs_dark", "fgs_fineguide", "fgs_focus", "fgs_id-image"),
    *("fgs_id-stack", "fgs_image", "fgs_intflat", "fgs_skyflat", "fgs_track", "mir_dark"),
)


GAPS = (
    _gap(
        types(*_GUIDING),
        "darks and guider exposures, which have no filter, are not combined",
    ),
    _gap(
        all_of(types("mir_image", "nis_image", "nrc_image"), WAVEFRONT, NOT_TSO),
        "wavefront sensing is combined inside groups alone",
    ),
    _gap(
        all_of(types("mir_image", "nis_image", "nrc_image"), NEITHER_VISIT, NOT_TSO),
        "the rule for images refuses any type of visit with wfsc in it; the one for wavefront "
        "sensing wants text on both sides",
    ),
    _gap(not_(is_set("targetid")), "what is combined by target has one"),
    _gap(
        all_of(types(*_LATER), NOT_TSO),
        "modes that have no rule in the document; time series are taken whatever the mode",
    ),
    _gap(
        all_of(
            types("mir_lrs-fixedslit"),
            NOT_TSO,
            not_(all_of(one_of("subarray", "full"), one_of("filter", "p750l"))),
        ),
        "spectra through the slit are full frames through the prism",
    ),
    _gap(all_of(types("mir_mrs"), TSO), "no rule combines time series of an integral-field unit"),
    _gap(
        all_of(
            types("nis_tacnfrm"),
            NOT_TSO,
            not_(
                all_of(
                    one_of("subarray", "full", "substrip256", "substrip80"),
                    one_of("pupil", "gr700xd"),
                )
            ),
        ),
        "it is combined as the slitless spectrum that it confirms",
    ),
    _gap(
        all_of(types("nis_wfss"), NOT_TSO, not_(is_set("grating"))),
        "the document takes the grism from the column of gratings",
    ),
)

_ANY_SERIES = "the rules for time series take exposures of other rules too"
_SERVED_TOO = "the rules share science exposures, and what serves them"
_ACQUIRED = "the document takes all acquisitions of an instrument, whatever follows them"
_IN_NAME = "two products with the same name have different files; both are reported when they occur"
_SETTLED = "the exposure type settles it"

# Pairs that share exposures which are science in neither rule.
_ACQUISITIONS_OF = (
    ("Asn_MIRI_LRS_FIXEDSLIT", "Asn_MIRI_IFU"),
    ("Asn_MIRI_LRS_FIXEDSLIT", "Asn_Coron"),
    ("Asn_MIRI_LRS_SLITLESS", "Asn_MIRI_IFU"),
    ("Asn_MIRI_LRS_SLITLESS", "Asn_Coron"),
    ("Asn_MIRI_IFU", "Asn_Coron"),
    ("Asn_NIR_SO_SLITLESS", "Asn_AMI"),
    ("Asn_NRS_FIXEDSLIT", "Asn_NRS_MSA"),
    ("Asn_NRS_FIXEDSLIT", "Asn_NRS_IFU"),
    ("Asn_NRS_MSA", "Asn_NRS_IFU"),
    ("Asn_NRS_FIXEDSLIT", "Asn_TSO_EXPTYPE"),
    ("Asn_NRS_MSA", "Asn_TSO_EXPTYPE"),
    ("Asn_NRS_IFU", "Asn_TSO_EXPTYPE"),
    ("Asn_AMI", "Asn_TSO_EXPTYPE"),
)
_TIME_SERIES_TOO = (
    ("Asn_Coron", "Asn_TSO_Flag"),
    ("Asn_AMI", "Asn_TSO_Flag"),
    ("Asn_MIRI_LRS_SLITLESS", "Asn_TSO_EXPTYPE"),
    ("Asn_NIR_SO_SLITLESS", "Asn_TSO_EXPTYPE"),
)

_EXTENTS = read_extents("asnsolve.rules.level3_2017", "level3-2017.json")

DECLARED_2017 = Declared(
    promises=PROMISES,
    gaps=GAPS,
    overlaps=_EXTENTS.with_exposures(
        (
            *(Overlap(pair, _ANY_SERIES) for pair in _TIME_SERIES_TOO),
            *(Overlap(pair, _SERVED_TOO, science=False) for pair in _TIME_SERIES_TOO),
            *(Overlap(pair, _ACQUIRED, science=False) for pair in _ACQUISITIONS_OF),
        )
    ),
    waivers=(
        Waiver("dead value", "Asn_Image", "exp_type fgs_image", "the guiders have no filter"),
        Waiver("dead clause", "Asn_MIRI_IFU", "instrument", _SETTLED),
        Waiver("dead clause", "Asn_NRS_IFU", "instrument", _SETTLED),
        Waiver("dead clause", "Asn_NIR_SO_SLITLESS", "instrument", _SETTLED),
        Waiver("dead clause", "Asn_NIR_SO_SLITLESS", "detector", _SETTLED),
        Waiver("name", "Asn_WFSCMB", "act_id", _IN_NAME),
        Waiver("name", "Asn_NIR_SO_SLITLESS", "subarray", _IN_NAME),
        Waiver("name", "Asn_NRS_FIXEDSLIT", "fxd_slit", _IN_NAME),
        Waiver("name", "Asn_NRS_FIXEDSLIT", "subarray", _IN_NAME),
        Waiver("name", "Asn_Coron", "exp_type", "the mask decides the filter in the name"),
        Waiver("name", "Asn_TSO_Flag", "exp_type", _IN_NAME),
        Waiver("name", "Asn_TSO_EXPTYPE", "exp_type", _IN_NAME),
    ),
    extents=_EXTENTS.extents,
    words=_EXTENTS.words,
)
