"""Examples of the rules of December 2017: one of each way in which exposures belong together."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from asnsolve.rules.examples import Example

_TARGET: Final = MappingProxyType({"targetid": "1", "visitype": "prime_targeted_fixed"})

EXAMPLES: Final = (
    Example(
        "Images of one target are combined filter by filter",
        pool="""
            FILENAME     | FILTER
            a_uncal.fits | F770W
            b_uncal.fits | F770W
            c_uncal.fits | F1000W
        """,
        shared=_TARGET | {"instrume": "miri", "exp_type": "mir_image"},
        expected="""
            Asn_Image o001: science a b -> jw00001-o001_t001_miri_f770w
            Asn_Image o001: science c -> jw00001-o001_t001_miri_f1000w
        """,
    ),
    Example(
        "Images of different targets stay apart",
        pool="""
            FILENAME     | TARGETID
            a_uncal.fits | 1
            b_uncal.fits | 2
        """,
        shared={"instrume": "miri", "exp_type": "mir_image", "filter": "f770w"}
        | {"visitype": "prime_targeted_fixed"},
        expected="""
            Asn_Image o001: science a -> jw00001-o001_t001_miri_f770w
            Asn_Image o001: science b -> jw00001-o001_t002_miri_f770w
        """,
    ),
    Example(
        "Images for wavefront sensing are combined only inside candidates of type mosaic",
        pool="""
            FILENAME     | OBS_NUM | ACT_ID | ASN_CANDIDATE
            a_uncal.fits | 1       | 01     | [('o001', 'observation'), ('c1000', 'mosaic')]
            b_uncal.fits | 1       | 01     | [('o001', 'observation'), ('c1000', 'mosaic')]
            c_uncal.fits | 2       | 01     | [('o002', 'observation')]
        """,
        shared={"instrume": "nircam", "exp_type": "nrc_image", "filter": "f200w"}
        | {"targetid": "1", "visitype": "prime_wfsc_sensing_control"},
        expected="""
            Asn_WFSCMB c1000: science a b
        """,
        orphans="c",
    ),
    Example(
        "Coronagraphic images need a PSF reference, here of another target",
        pool="""
            FILENAME     | OBS_NUM | TARGETID | FILTER | IS_PSF | ASN_CANDIDATE
            a_uncal.fits | 1       | 1        | F1065C | null   | [('c1000', 'group')]
            b_uncal.fits | 2       | 2        | F1065C | T      | [('c1000', 'group')]
            c_uncal.fits | 1       | 1        | F1140C | null   | [('c1000', 'group')]
        """,
        shared={"instrume": "miri", "exp_type": "mir_4qpm"},
        expected="""
            Asn_Coron c1000: science a, psf b
        """,
        orphans="c",
    ),
    Example(
        "The spectra of all gratings make one cube, with their target acquisition",
        pool="""
            FILENAME     | EXP_TYPE | GRATING
            a_uncal.fits | NRS_IFU  | G140M
            b_uncal.fits | NRS_IFU  | G235M
            c_uncal.fits | NRS_TACQ | null
        """,
        shared=_TARGET | {"instrume": "nirspec"},
        expected="""
            Asn_NRS_IFU o001: science a b, target_acquisition c
        """,
    ),
    Example(
        "A time series has the flag, or else an exposure type of time series",
        pool="""
            FILENAME     | TSOVISIT | EXP_TYPE         | FILTER
            a_uncal.fits | T        | MIR_LRS-SLITLESS | P750L
            b_uncal.fits | T        | MIR_IMAGE        | F770W
            c_uncal.fits | null     | MIR_LRS-SLITLESS | P750L
        """,
        shared=_TARGET | {"instrume": "miri"},
        expected="""
            Asn_TSO_EXPTYPE o001: science c
            Asn_TSO_Flag o001: science a
            Asn_TSO_Flag o001: science b
        """,
    ),
)
