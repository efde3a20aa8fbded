"""Examples of the operational rules: one of each way in which exposures belong together."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from asnsolve.rules.examples import Example

_VISIT: Final = MappingProxyType({"visitype": "prime_targeted_fixed", "mostilno": "1"})
_TARGET: Final = _VISIT | {"targetid": "1"}

EXAMPLES: Final = (
    Example(
        "Level 3 combines the images of one target, filter by filter",
        pool="""
            FILENAME     | FILTER
            a_uncal.fits | F770W
            b_uncal.fits | F770W
            c_uncal.fits | F1000W
        """,
        shared=_TARGET
        | {"instrume": "miri", "detector": "mirimage", "exp_type": "mir_image", "subarray": "full"},
        expected="""
            Asn_Lv2Image o001: science a
            Asn_Lv2Image o001: science b
            Asn_Lv2Image o001: science c
            Asn_Lv3Image o001: science a b -> jw00001-o001_t001_miri_f770w
            Asn_Lv3Image o001: science c -> jw00001-o001_t001_miri_f1000w
        """,
    ),
    Example(
        "A dedicated background serves the spectra of its candidate, and is combined by itself",
        pool="""
            FILENAME     | OBS_NUM | TARGETID | BKGDTARG | ASN_CANDIDATE
            a_uncal.fits | 1       | 1        | null     | [('c1000', 'background')]
            b_uncal.fits | 2       | 2        | T        | [('c1000', 'background')]
        """,
        shared=_VISIT
        | {"instrume": "miri", "detector": "mirifulong", "exp_type": "mir_mrs"}
        | {"channel": "34", "band": "short"},
        expected="""
            Asn_Lv2Spec c1000: science a, background b
            Asn_Lv3MIRMRS c1000: science a, background b
            Asn_Lv3MIRMRSBackground a3001: science b
        """,
    ),
    Example(
        "Coronagraphic images are combined with a PSF reference, here of another target",
        pool="""
            FILENAME     | OBS_NUM | TARGETID | IS_PSF | ASN_CANDIDATE
            a_uncal.fits | 1       | 1        | null   | [('c1000', 'group')]
            b_uncal.fits | 2       | 2        | T      | [('c1000', 'group')]
        """,
        shared=_VISIT
        | {"instrume": "miri", "detector": "mirimage", "exp_type": "mir_4qpm"}
        | {"filter": "f1065c", "subarray": "mask1065"},
        expected="""
            Asn_Lv3MIRCoron c1000: science a, psf b
        """,
    ),
    Example(
        "The exposures of a time series are combined without their target acquisition",
        pool="""
            FILENAME     | EXP_TYPE    | PNTGTYPE
            a_uncal.fits | NRC_TSIMAGE | SCIENCE
            b_uncal.fits | NRC_TSIMAGE | SCIENCE
            c_uncal.fits | NRC_TACQ    | TARGET_ACQUISITION
        """,
        shared=_TARGET
        | {"instrume": "nircam", "detector": "nrcb1", "channel": "short", "tsovisit": "t"}
        | {"filter": "f200w", "pupil": "clear", "subarray": "sub64p"},
        expected="""
            Asn_Lv2ImageNonScience o001: science c
            Asn_Lv2ImageTSO o001: science a
            Asn_Lv2ImageTSO o001: science b
            Asn_Lv3TSO o001: science a b
        """,
    ),
    Example(
        "Each nod along the slit is the background of the other",
        pool="""
            FILENAME     | PATT_NUM
            a_uncal.fits | 1
            b_uncal.fits | 2
        """,
        shared=_TARGET
        | {"instrume": "miri", "detector": "mirimage", "exp_type": "mir_lrs-fixedslit"}
        | {"filter": "p750l", "subarray": "full", "patttype": "along-slit-nod", "numdthpt": "2"},
        expected="""
            Asn_Lv2MIRLRSFixedSlitNod o001: science a, background b
            Asn_Lv2MIRLRSFixedSlitNod o001: science b, background a
            Asn_Lv3SpectralTarget o001: science a b, background a b
        """,
    ),
    Example(
        "Level 2 processes a slitless spectrum only with a direct image",
        pool="""
            FILENAME     | EXP_TYPE  | FILTER | PUPIL | GRATING
            a_uncal.fits | NIS_IMAGE | CLEAR  | F150W | null
            b_uncal.fits | NIS_WFSS  | GR150R | F150W | GR150R
            c_uncal.fits | NIS_WFSS  | GR150R | F200W | GR150R
        """,
        shared=_TARGET | {"instrume": "niriss", "detector": "nis", "subarray": "full"},
        expected="""
            Asn_Lv2Image o001: science a
            Asn_Lv2WFSSNIS o001: science b, \
                direct_image jw00001-o001_t001_niriss_clear-f150w, \
                segmap jw00001-o001_t001_niriss_clear-f150w_segm, \
                sourcecat jw00001-o001_t001_niriss_clear-f150w_cat
            Asn_Lv3Image o001: science a
            Asn_Lv3WFSSNIS o001: science b
            Asn_Lv3WFSSNIS o001: science c
        """,
    ),
)
