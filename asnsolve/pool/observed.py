"""A pool made of headers: what they say, what follows from it, and what they cannot tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Location, Problem
from asnsolve.naming import exposure_root
from asnsolve.pool.headers import Header, expanded, read_header

__all__ = ["Provenance", "observed", "read_files"]

_SAME: Final = tuple(
    """
    act_id apername band bkgdtarg channel crowdfld detector exp_type expcount exposure exsegnum
    exsegtot filter fxd_slit grating gwa_xtil gwa_ytil instrume is_imprt is_psf lamp module msametfl
    msametid msastate nexposur ngroups nints noutputs numdthpt obs_id opmode patt_num pattsize
    pattstrt patttype primecrs program pupil sdp_ver selfref seq_id spat_num spec_num srctype
    subarray subpxpts targname targprop targtype template tsovisit visit visit_id visitgrp visitype
    """.split()
)
"""Columns that headers have under the same name."""

_OTHER: Final[Mapping[str, str]] = MappingProxyType({"obs_num": "observtn"})
"""Columns that headers have under another name."""

_NAME: Final = re.compile(
    r"jw(?P<program>\d{5})(?P<obs_num>\d{3})(?P<visit>\d{3})"
    r"_(?P<visitgrp>\d{2})(?P<seq_id>[0-9a-z])(?P<act_id>[0-9a-z]{2})_(?P<exposure>\d{5})"
    r"(?:-seg\d{3})?_(?P<detector>[a-z0-9]+)"
)
"""The name of an exposure, with what it says of its place."""

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
_DEFAULTS: Final[Mapping[str, str]] = MappingProxyType({"mostilno": "1", "expspcin": "1"})
_STAGES: Final = ("uncal", "rate", "rateints", "cal", "calints", "crf", "x1d", "s2d")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an exposure of a pool comes from.

    Parameters
    ----------
    filename : str
        The exposure, as the pool has it.
    path : str
        The file that was read.
    derived : tuple of str
        Columns that were derived from others, or from the file name.
    defaulted : tuple of str
        Columns that no header tells, and that have the value of the plain case.
    """

    filename: str
    path: str
    derived: tuple[str, ...]
    defaulted: tuple[str, ...]


def read_files(
    names: Iterable[str | PathLike[str]], on_file: Callable[[str], None] | None = None
) -> tuple[list[dict[str, str]], list[Provenance], list[Problem]]:
    """Read the headers of files, and make the rows of a pool; see `observed`."""
    headers: list[Header] = []
    unread: list[Problem] = []
    for path in expanded(names):
        found = path if isinstance(path, Problem) else read_header(path)
        if isinstance(found, Problem):
            unread.append(found)
        else:
            headers.append(found)
        if on_file is not None and isinstance(path, Path):
            on_file(path.name)
    rows, origins, problems = observed(headers)
    return rows, origins, [*unread, *problems]


def observed(
    headers: Iterable[Header],
) -> tuple[list[dict[str, str]], list[Provenance], list[Problem]]:
    """Make the rows of a pool.

    Returns
    -------
    rows : list of dict of str to str
        One for each exposure, by file name.
    provenance : list of Provenance
        Of each of them.
    problems : list of Problem
        Files that are no exposures, and that are of an exposure which another file is of too.
    """
    rows: dict[str, dict[str, str]] = {}
    origins: dict[str, Provenance] = {}
    problems: list[Problem] = []
    for header in sorted(headers, key=lambda one: (_stage(one), str(one.path))):
        row, derived = _row(header)
        missing = [name for name in ("exp_type", "program", "obs_num") if not row.get(name)]
        where = Location(str(header.path))
        if missing:
            what = f"the header has no {', '.join(name.upper() for name in missing)}"
            problems.append(Problem(what, where, "the header of a JWST exposure"))
            continue
        name = row["filename"]
        if name in rows:
            what = f"it is of the exposure of {origins[name].path}, which is taken"
            problems.append(Problem(what, where, "one file of each exposure"))
            continue
        rows[name] = row
        origins[name] = Provenance(name, str(header.path), tuple(derived), tuple(_DEFAULTS))
    names = sorted(rows)
    _number_targets([rows[name] for name in names])
    return [rows[name] for name in names], [origins[name] for name in names], problems


def _stage(header: Header) -> int:
    """Rank the stage of a file: of one exposure, the first in this order is taken."""
    stage = header.path.name.removesuffix(".gz").removesuffix(".fits").rpartition("_")[2]
    return -_STAGES.index(stage) if stage in _STAGES else 1


def _row(header: Header) -> tuple[dict[str, str], list[str]]:
    values = header.values
    row = {name: values[name] for name in _SAME if name in values}
    row |= {name: values[keyword] for name, keyword in _OTHER.items() if keyword in values}
    root = exposure_root(header.path.name.removesuffix(".gz").lower())
    named = _NAME.fullmatch(root)
    derived: list[str] = []
    for name, text in ({} if named is None else named.groupdict()).items():
        if name not in row:
            row[name] = text if name == "detector" else text.lstrip("0") or "0"
            derived.append(name)
    row["filename"] = f"{root}_uncal.fits"
    row |= _DEFAULTS
    kind = row.get("exp_type", "").lower()
    row["pntgtype"] = "target_acquisition" if kind in _POINTED else "science"
    if row.get("obs_num", "").isdigit():
        row["asn_candidate"] = f"[('o{int(row['obs_num']):03}', 'observation')]"
    return row, [*derived, "pntgtype", "asn_candidate", "targetid"]


def _number_targets(rows: Sequence[dict[str, str]]) -> None:
    """Give the targets of each program numbers, in the order in which they are observed."""
    first: dict[tuple[str, str], tuple[int, str]] = {}
    for row in rows:
        target = row.get("targprop") or row.get("targname")
        if target:
            key = (row["program"], target)
            place = (int(row["obs_num"]) if row["obs_num"].isdigit() else 0, target)
            first[key] = min(first.get(key, place), place)
    numbers: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    for program, target in sorted(first, key=lambda key: (key[0], first[key])):
        counts[program] = numbers[program, target] = counts.get(program, 0) + 1
    for row in rows:
        target = row.get("targprop") or row.get("targname")
        if target:
            row["targetid"] = str(numbers[row["program"], target])
