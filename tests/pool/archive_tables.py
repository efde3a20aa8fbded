"""Tables of the archive about simulated exposures, with the columns that the archive documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.pool.fits_files import KEYWORDS

__all__ = ["dataset_table", "file_table"]

_NUMBERS = (
    *("program", "observtn", "visit", "visitgrp", "seq_id", "exposure", "visit_id"),
    *("nints", "ngroups", "numdthpt", "patt_num", "subpxpts", "expcount", "nexposur"),
)
_FLAGS = ("bkgdtarg", "crowdfld", "is_imprt", "is_psf", "tsovisit")
_OF_ONE_INSTRUMENT = {
    "gwa_xtil": "nirspec_gwa_xtilt",
    "gwa_ytil": "nirspec_gwa_ytilt",
    "msametfl": "nirspec_msametfl",
    "fxd_slit": "nirspec_fxd_slit",
    "is_imprt": "nirspec_is_imprt",
    "band": "miri_band",
    "module": "nircam_module",
}

Table = list[dict[str, object]]


def file_table(rows: Iterable[Mapping[str, str]], stage: str = "cal") -> Table:
    """Return a table with a row per file, with text and flags as words."""
    table: Table = []
    for row in rows:
        name = row["FILENAME"].replace("_uncal.", f"_{stage}.")
        table.append({"filename": name, "productLevel": "2b", **_cells(row)})
    return table


def dataset_table(rows: Iterable[Mapping[str, str]]) -> Table:
    """Return a table with a row per dataset, with numbers and flags as numbers."""
    table: Table = []
    for row in rows:
        cells = _cells(row)
        dataset = row["FILENAME"].removesuffix("_uncal.fits")
        described: dict[str, object] = {
            # The detector is no part of the name of a dataset.
            "fileSetName": dataset.rpartition("_")[0],
            "productLevel": "1b",
        }
        for keyword, text in cells.items():
            cell: object = text
            if text is not None and keyword in _NUMBERS and str(text).isdigit():
                cell = int(str(text))
            elif keyword in _FLAGS:
                cell = {"T": True, "F": False}.get(str(text))
            described[_OF_ONE_INSTRUMENT.get(keyword, keyword)] = cell
        table.append(described)
    return table


def _cells(row: Mapping[str, str]) -> dict[str, object]:
    """Return the cells of a row by keyword; those that are unset are None."""
    cells: dict[str, object] = {}
    for column, keyword in KEYWORDS.items():
        text = row.get(column.upper(), "")
        cells[keyword] = None if text in ("", "NULL", "null") else text
        if keyword in _FLAGS:
            cells[keyword] = "T" if text.upper() == "T" else "F"
    return cells
