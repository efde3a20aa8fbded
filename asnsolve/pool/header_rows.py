"""A pool made of headers: what they say, what follows from it, and what they cannot tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from sys import intern
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Location, Problem, UsageError
from asnsolve.naming import STAGES, exposure_of, stage_of
from asnsolve.pool.headers import Header, expanded, read_headers

__all__ = ["HeaderRows", "Provenance", "read_header_rows"]

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

_SEGMENT: Final = re.compile(r"-seg(\d{3})_")

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
"""What is said of the place of an exposure where nothing tells it."""

_IDENTITY: Final = (
    *("program", "obs_num", "visit", "visitgrp", "seq_id", "act_id", "exposure", "detector"),
    "exsegnum",
)
"""What tells an exposure, or a segment of one, from any other, whatever its file is called."""

_MOST_ACTIVITIES: Final = 36 * 36
"""How many activities of a group two characters can number."""

_KEYWORDS: Final = frozenset((*_SAME, *_OTHER.values()))
_COMBINED: Final = re.compile(r"jw\d{5,}-[a-z]\d+_.+")
"""The name of what was made of several exposures."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an exposure of a pool comes from.

    Parameters
    ----------
    filename : str
        The exposure, as the pool has it.
    path : str
        The file that was read.
    others : tuple of str
        Files of the exposure at other stages.
    derived : tuple of str
        Columns that were derived from others, or from the file name.
    defaulted : tuple of str
        Columns that no header tells, and that have the value of the plain case.
    missing : tuple of str
        Columns that some headers tell, and neither this header nor the file name does.
    supplied : tuple of str
        Columns that a table told instead.
    """

    filename: str
    path: str
    others: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    defaulted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    supplied: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """Every file of the exposure."""
        return (self.path, *self.others)


Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """Exposures that were found in headers.

    Parameters
    ----------
    rows : tuple of dict of str to str
        One for each exposure, by file name; each has the columns that are known of it.
    provenance : tuple of Provenance
        Of each of them.
    problems : tuple of Problem
        Files that cannot be read or are no exposures, and versions of an exposure that are not
        taken because there is another one of the same stage.
    """

    rows: tuple[Row, ...]
    provenance: tuple[Provenance, ...]
    problems: tuple[Problem, ...]


def read_header_rows(
    names: Iterable[str | PathLike[str]],
    *,
    extra: Mapping[str, Mapping[str, str]] | None = None,
    jobs: int = 1,
    on_file: Callable[[str], None] | None = None,
) -> HeaderRows:
    """Read the headers of files, and make the rows of a pool.

    Parameters
    ----------
    names : iterable of path-like
        What `expanded` takes.
    extra : mapping of str to mapping of str to str, optional
        Columns by the name of the exposure, without stage: they count for more than headers.
    jobs : int
        In how many processes headers are read.
    on_file : callable, optional
        Called with the name of each file when its header has been read.

    Raises
    ------
    UsageError
        If there are to be no processes.
    """
    if jobs < 1:
        raise UsageError(Problem(f"{jobs} processes cannot read", expected="at least 1"))
    chosen = list(expanded(names))
    paths = [path for path in chosen if isinstance(path, Path)]
    unread = [path for path in chosen if isinstance(path, Problem)]
    found = _observed(read_headers(paths, _KEYWORDS, jobs=jobs, on_file=on_file), extra or {})
    return replace(found, problems=(*unread, *found.problems))


def _observed(
    headers: Iterable[Header | Problem], extra: Mapping[str, Mapping[str, str]]
) -> HeaderRows:
    """Make the rows of a pool; see `read_header_rows`."""
    kept: dict[str, dict[str, tuple[Path, Row, Provenance]]] = {}
    owners: dict[tuple[str, ...], tuple[str, Path]] = {}
    problems: list[Problem] = []
    for header in headers:
        made = header if isinstance(header, Problem) else _made(header)
        if isinstance(made, Problem):
            problems.append(made)
            continue
        path, row, origin = made
        owner = owners.setdefault(_identity(row), (origin.filename, path))
        if owner[0] != origin.filename:
            problems.append(_again(path, owner[1]))
            continue
        stages = kept.setdefault(origin.filename, {})
        first = stages.setdefault(stage_of(path.name), made)
        if first is not made:
            problems.append(_again(path, first[0]))
    rows, origins = [], []
    for name in sorted(kept):
        ranked = sorted(kept[name].items(), key=lambda item: (-_rank(item[0]), item[0]))
        (_, (_, row, origin)), *others = ranked
        rows.append(row)
        origins.append(replace(origin, others=tuple(str(path) for _, (path, _, _) in others)))
    _number_targets(rows)
    told = [_told(row, origin, extra) for row, origin in zip(rows, origins, strict=True)]
    problems += _unused(extra, rows)
    return HeaderRows(tuple(row for row, _ in told), tuple(one for _, one in told), tuple(problems))


def _identity(row: Row) -> tuple[str, ...]:
    """Return what versions of an exposure have in common; without it, the file name."""
    *told, segment = (row.get(name, "") for name in _IDENTITY)
    if not all(told):
        return (row["filename"],)
    named = _SEGMENT.search(row["filename"])
    numbers = [text.lstrip("0").lower() for text in (*told, named[1] if named else segment)]
    return tuple(numbers)


def _rank(stage: str) -> int:
    """Rank a stage: the header of the last one is taken."""
    return STAGES.index(stage) if stage in STAGES else -1


def _again(path: Path, taken: Path) -> Problem:
    """Say that a second file of one exposure and stage is left out."""
    where = Location(str(path))
    if path.samefile(taken):
        return Problem(f"it is the file {taken} again", where)
    what = f"it is of the exposure of {taken}, which is taken"
    advice = "Leave out the one that is not wanted."
    return Problem(what, where, "one version of each exposure", advice)


def _made(header: Header) -> tuple[Path, Row, Provenance] | Problem:
    """Make the row of a header, if it is that of an exposure."""
    where = Location(str(header.path))
    root = exposure_of(header.path.name)
    if root.endswith("_msa"):
        advice = "Leave it out: exclude '*_msa.fits'."
        return Problem("it describes shutters", where, "a file of one exposure", advice)
    if _COMBINED.fullmatch(root):
        return Problem("it is made of several exposures", where, "a file of one exposure")
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
        missing=tuple(name for name in (*_SAME, *_OTHER) if name not in row),
    )
    return header.path, row, origin


def _row(header: Header, root: str) -> tuple[Row, list[str]]:
    values = header.values
    row = {name: intern(values[name]) for name in _SAME if name in values}
    row |= {name: intern(values[keyword]) for name, keyword in _OTHER.items() if keyword in values}
    named = _NAME.fullmatch(root)
    derived: list[str] = []
    for name, text in ({} if named is None else named.groupdict()).items():
        if name not in row:
            row[name] = intern(text if name == "detector" else text.lstrip("0") or "0")
            derived.append(name)
    row["filename"] = f"{root}_uncal.fits"
    own = _derived(row)
    row |= own
    for name, text in _DEFAULTS.items():
        row.setdefault(name, text)
    return row, [*derived, *own]


def _derived(row: Row) -> Row:
    """Return what follows from the headers for columns that these do not have.

    Tiles of a mosaic are visits; an activity carries out one specification at all points of a
    dither.
    """
    kind = row.get("exp_type", "").lower()
    own = {"pntgtype": "target_acquisition" if kind in _POINTED else "science"}
    if row.get("obs_num", "").isdigit():
        own["asn_candidate"] = intern(f"[('o{int(row['obs_num']):03}', 'observation')]")
    if row.get("visit", "").isdigit():
        own["mostilno"] = str(int(row["visit"]))
    point = row.get("patt_num") or row.get("exposure", "")
    if point.isdigit():
        own["dithptin"] = str(int(point))
    group, activity = row.get("visitgrp", ""), row.get("act_id", "")
    if group.isdigit() and activity.isascii() and activity.isalnum():
        own["expspcin"] = str(int(group) * _MOST_ACTIVITIES + int(activity, 36))
    return own


def _told(
    row: Row, origin: Provenance, extra: Mapping[str, Mapping[str, str]]
) -> tuple[Row, Provenance]:
    """Take what a table says of an exposure."""
    own = extra.get(exposure_of(row["filename"]), {})
    if not own:
        return row, origin
    return {**row, **own}, replace(
        origin,
        derived=tuple(name for name in origin.derived if name not in own),
        defaulted=tuple(name for name in origin.defaulted if name not in own),
        missing=tuple(name for name in origin.missing if name not in own),
        supplied=tuple(own),
    )


def _unused(extra: Mapping[str, Mapping[str, str]], rows: Iterable[Row]) -> Iterator[Problem]:
    """Find what a table says of no exposure."""
    known = {exposure_of(row["filename"]) for row in rows}
    for name in extra:
        if name not in known:
            yield Problem(f"the table names {name}, of which no file is given")


def _number_targets(rows: Sequence[Row]) -> None:
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
