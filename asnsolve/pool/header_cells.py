"""The cells of one header: read from keywords, derived from others, or defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from sys import intern
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Location, Problem
from asnsolve.name_texts import whole_number
from asnsolve.pool.headers import Header
from asnsolve.profiles.jwst import FILES, WORDS

_SAME: Final = tuple(
    """
    act_id apername band bkgdtarg channel crowdfld detector exp_type expcount exposure exsegnum
    exsegtot filter fxd_slit grating gwa_xtil gwa_ytil instrume is_imprt is_psf lamp module msametfl
    msametid msastate nexposur ngroups nints noutputs numdthpt obs_id opmode patt_num pattsize
    pattstrt patttype primecrs program pupil sdp_ver selfref seq_id spat_num spec_num subarray
    subpxpts targname targprop targtype template tsovisit visit visit_id visitgrp visitype
    """.split()
)

# SRCTYPE itself is in the extension of the science data, once the pipeline has set it.
KEYWORDS: Final[Mapping[str, str]] = MappingProxyType(
    {**dict(zip(_SAME, _SAME, strict=True)), "obs_num": "observtn", "srctype": "srctyapt"}
)
"""The keyword of the primary header, in lower case, that holds each column."""

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
_DEFAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {"mostilno": "1", "expspcin": "1", "dithptin": "1"}
)
"""Values of columns that can neither be read nor derived: those of an undithered exposure."""

_MOST_ACTIVITIES: Final = 36 * 36
"""Number of activities in a visit group that two characters can number."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an exposure of a pool comes from.

    Parameters
    ----------
    filename : str
        File name of the exposure in the pool.
    path : str
        The file whose header was read; its name alone if the header comes from a table.
    others : tuple of str
        Files of the exposure at other stages, then its files without a stage.
    derived : tuple of str
        Columns that were derived from others, or from the file name.
    defaulted : tuple of str
        Columns that no header has and that got a default value.
    missing : tuple of str
        Columns that headers may have, but that neither this header nor the file name has.
    supplied : tuple of str
        Columns from a table of the user.
    table : str
        The table of the archive that has the header; empty if the file is at hand.

    Examples
    --------
    >>> from asnsolve import Provenance
    >>> provenance = Provenance("a_rate.fits", "data/a_rate.fits", missing=("targname",))
    >>> provenance.path, provenance.missing
    ('data/a_rate.fits', ('targname',))
    """

    filename: str
    path: str
    others: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    defaulted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    supplied: tuple[str, ...] = ()
    table: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """All files of the exposure that are at hand."""
        return () if self.table else (self.path, *self.others)


Row = dict[str, str]


def header_cells(header: Header) -> tuple[Row, Provenance] | Problem:
    """Make the row of a header.

    Parameters
    ----------
    header : Header
        The header, of a file or from a table of the archive.

    Returns
    -------
    tuple of (dict of str to str, Provenance), or Problem
        The cells of the row by column, and where they come from; a problem if the header is not
        that of an exposure.
    """
    where = Location(str(header.path))
    root = FILES.exposure_of(header.path.name)
    row, derived = _row(header, root)
    lacking = [name for name in ("exp_type", "program", "obs_num") if not row.get(name)]
    if lacking:
        what = f"the header has no {', '.join(name.upper() for name in lacking)}"
        return Problem(what, where, "the header of a JWST exposure")
    if row.get("targprop") or row.get("targname"):
        derived.append("targetid")
    origin = Provenance(
        row["filename"],
        str(header.path),
        derived=tuple(derived),
        defaulted=tuple(name for name in _DEFAULTS if name not in derived),
        missing=tuple(name for name in KEYWORDS if name not in row),
        table="" if header.table is None else str(header.table),
    )
    return row, origin


def _row(header: Header, root: str) -> tuple[Row, list[str]]:
    """Make the row of a header, and list the columns that were derived."""
    values = header.values
    row = {
        column: intern(values[keyword])
        for column, keyword in KEYWORDS.items()
        if keyword in values and values[keyword].lower() not in WORDS.nothing.get(column, ())
    }
    # The name fills in what the header lacks. It pads numbers with zeros, which pools do not have.
    named = FILES.exposure_pattern.match(root)
    derived: list[str] = []
    for name, text in ({} if named is None else named.groupdict()).items():
        if name not in row:
            row[name] = intern(text if name == "detector" else text.lstrip("0") or "0")
            derived.append(name)
    row["filename"] = f"{root}_uncal.fits"
    from_row = _derived(row)
    row |= from_row
    for name, text in _DEFAULTS.items():
        row.setdefault(name, text)
    return row, [*derived, *from_row]


def _derived(row: Row) -> Row:
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
