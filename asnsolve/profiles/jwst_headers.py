"""The headers of JWST: keywords of columns, and columns that headers lack.

Source: the keyword dictionary of the observatory.
"""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from typing import Final

from asnsolve.name_texts import whole_number
from asnsolve.profiles.header_descriptions import Headers

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

_MOST_ACTIVITIES: Final = 36 * 36
"""Number of activities in a visit group that two characters can number."""


def _derived(row: Mapping[str, str]) -> dict[str, str]:
    """Derive columns that headers do not have.

    Tiles of a mosaic are visits, and an activity has one exposure specification for all points of
    a dither.
    """
    kind = row.get("exp_type", "").lower()
    # Headers have neither candidates nor pointing types. Each observation is a candidate.
    cells = {"pntgtype": "target_acquisition" if kind in _POINTED else "science"}
    observation, visit, group = (
        whole_number(row.get(name, "")) for name in ("obs_num", "visit", "visitgrp")
    )
    if observation is not None:
        cells["asn_candidate"] = intern(f"[('o{observation:03}', 'observation')]")
    if visit is not None:
        cells["mostilno"] = str(visit)
    point = whole_number(row.get("patt_num") or row.get("exposure", ""))
    if point is not None:
        cells["dithptin"] = str(point)
    activity = row.get("act_id", "")
    if group is not None and activity.isascii() and activity.isalnum():
        cells["expspcin"] = str(group * _MOST_ACTIVITIES + int(activity, 36))
    return cells


HEADERS: Final = Headers(
    # SRCTYPE itself is in the extension of the science data, once the pipeline has set it.
    keywords={**dict(zip(_SAME, _SAME, strict=True)), "obs_num": "observtn", "srctype": "srctyapt"},
    required=("exp_type", "program", "obs_num"),
    # Those of an exposure that is not dithered.
    defaults={"mostilno": "1", "expspcin": "1", "dithptin": "1"},
    derived=_derived,
    identity=tuple("program obs_num visit visitgrp seq_id act_id exposure detector".split()),
    targets=("targprop", "targname"),
    # Slitless spectra name products of their direct image.
    products=("scatfile", "segmfile", "dirimage"),
)
"""Headers of the files of exposures."""
