"""Header-only FITS files, with the keywords that real files have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from astropy.io import fits

__all__ = ["KEYWORDS", "stage_of_row", "write_file", "write_files"]

KEYWORDS = {
    name: name
    for name in """
    act_id apername band bkgdtarg channel crowdfld detector exp_type expcount exposure exsegnum
    exsegtot filter fxd_slit grating gwa_xtil gwa_ytil instrume is_imprt is_psf lamp module msametfl
    msametid msastate nexposur ngroups nints noutputs numdthpt obs_id opmode patt_num pattsize
    pattstrt patttype primecrs program pupil sdp_ver selfref seq_id spat_num spec_num subarray
    subpxpts targname targprop targtype template tsovisit visit visit_id visitgrp visitype
    """.split()
} | {"obs_num": "observtn", "srctype": "srctyapt"}
"""Columns of a pool, with the keyword that holds each."""

_FLAGS = ("bkgdtarg", "crowdfld", "is_imprt", "is_psf", "tsovisit")
_NUMBERS = ("nints", "ngroups", "numdthpt", "patt_num", "subpxpts", "expcount", "nexposur")


_EMPTY = "".join(map(str, list(fits.PrimaryHDU().header.cards)[:3]))
"""What every header begins with: SIMPLE, BITPIX and NAXIS."""


@lru_cache(maxsize=None, typed=True)
def _card(keyword: str, value: bool | int | str) -> str:
    """Write one line of a header; most files share most of theirs."""
    return str(fits.Card(keyword, value))


def write_file(row: Mapping[str, str], path: Path) -> Path:
    """Write the file of an exposure."""
    cards = [_EMPTY, _card("FILENAME", path.name)]
    for column, keyword in KEYWORDS.items():
        text = row.get(column.upper(), "")
        if text in ("", "NULL", "null"):
            continue
        value: bool | int | str = text
        if column in _FLAGS:
            value = text.upper() == "T"
        elif column in _NUMBERS and text.isdigit():
            value = int(text)
        cards.append(_card(keyword.upper(), value))
    content = "".join(cards) + "END".ljust(80)
    path.write_bytes(content.ljust(-len(content) // 2880 * -2880).encode("ascii"))
    return path


def write_files(rows: Iterable[Mapping[str, str]], folder: Path, stage: str = "rate") -> list[Path]:
    """Write the files of exposures, at a stage."""
    return [
        write_file(row, folder / row["FILENAME"].replace("_uncal.", f"_{stage}.")) for row in rows
    ]


_INTEGRATIONS = ("NRC_CORON", "MIR_4QPM", "MIR_LYOT", "NIS_AMI")


def stage_of_row(row: Mapping[str, str], stage: str) -> str:
    """Return the stage of an exposure at which integrations are kept apart, where they are."""
    apart = row.get("TSOVISIT") == "T" or row["EXP_TYPE"] in _INTEGRATIONS
    acquires = row["EXP_TYPE"].endswith(("_TACQ", "_WATA", "_TACONFIRM"))
    return f"{stage}ints" if apart and not acquires and stage in ("rate", "cal") else stage
