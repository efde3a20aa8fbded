"""The headers of JWST: keywords of columns, and columns that headers do not have.

Source: the keyword dictionary of the observatory.
"""

from __future__ import annotations

from typing import Final

from asnsolve.profiles.header_descriptions import DerivedNumber, DerivedWord, Headers

_SAME: Final = tuple(
    """
    act_id apername band bkgdtarg channel crowdfld detector exp_type expcount exposure exsegnum
    exsegtot filter fxd_slit grating gwa_xtil gwa_ytil instrume is_imprt is_psf lamp module msametfl
    msametid msastate nexposur ngroups nints noutputs numdthpt obs_id opmode patt_num pattsize
    pattstrt patttype primecrs program pupil sdp_ver selfref seq_id spat_num spec_num subarray
    subpxpts targname targprop targtype template tsovisit visit visit_id visitgrp visitype
    """.split()
)

_POINTED: Final = (
    "mir_tacq",
    "nis_tacq",
    "nrc_tacq",
    "nrc_taconfirm",
    "nrs_msata",
    "nrs_tacq",
    "nrs_taslit",
    "nrs_wata",
)

HEADERS: Final = Headers(
    # SRCTYPE itself is in the extension of the science data, once the pipeline has set it.
    keywords={**dict(zip(_SAME, _SAME, strict=True)), "obs_num": "observtn", "srctype": "srctyapt"},
    required=("exp_type", "program", "obs_num"),
    derived=(
        DerivedWord(
            "pntgtype", "exp_type", dict.fromkeys(_POINTED, "target_acquisition"), "science"
        ),
        # Headers do not name candidates, so each observation is a candidate.
        DerivedNumber("asn_candidate", ("obs_num",), form="[('o{:03}', 'observation')]"),
        # Tiles of a mosaic are visits, and an activity has one exposure specification for all
        # points of a dither.
        DerivedNumber("mostilno", ("visit",)),
        DerivedNumber("dithptin", ("patt_num", "exposure")),
        DerivedNumber("expspcin", ("visitgrp",), within="act_id"),
    ),
    # The values of an exposure that is not dithered.
    defaults={"mostilno": "1", "expspcin": "1", "dithptin": "1"},
    identity=tuple("program obs_num visit visitgrp seq_id act_id exposure detector".split()),
    segment=r"-seg(\d{3})_",
    segment_column="exsegnum",
    targets=("targprop", "targname"),
    # The configuration of the micro-shutters.
    companions=("msametfl",),
    # Slitless spectra name products of their direct image.
    products=("scatfile", "segmfile", "dirimage"),
    product=r"jw(?P<program>\d{5,})-(?P<asn_id>[a-z]\d+)_t(?P<target>\d{3,})(?:-[sbv]\d+)?_.+",
)
"""Headers of the files of exposures."""
