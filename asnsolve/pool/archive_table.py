"""Tables of headers from the archive, read like the headers of files that are not downloaded.

The archive names columns like the keywords of FITS headers. Three kinds of table are known:

- of a search by keyword (services called ``Filtered``): a row per file, ``filename``;
- of a search by dataset (``MastMissions``, and the CSV files of the search page): a row per
  dataset, ``fileSetName``, with one file per ``detector``. Names of keywords that one instrument
  alone has begin with the instrument: ``nirspec_gwa_xtilt``;
- of neither, but with the columns ``filename`` and those of headers.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.input_files import read_content
from asnsolve.pool.columns import NULL_WORDS
from asnsolve.pool.headers import Header
from asnsolve.profiles import ArchiveTables, FileNames, Profile, profile_or_default

SUFFIXES: Final = (".csv", ".ecsv", ".vot")
"""Suffixes of the files that can be tables of the archive."""

_TRUE: Final = frozenset({"t", "true", "1", "1.0", "yes", "y"})
_FALSE: Final = frozenset({"f", "false", "0", "0.0", "no", "n"})

_NEEDED: Final = ("exp_type",)
"""Keywords that a table must have; the rest can be taken from the names of files."""


@dataclass(frozen=True, slots=True)
class ArchiveTable:
    """A table of the archive.

    Parameters
    ----------
    headers : tuple of Header
        A header for each exposure that the table names; its path is the name of the raw file,
        which is not at hand.
    problems : tuple of Problem
        Columns that are missing and would change something, and rows that contradict each other.
    passed_over : mapping of str to tuple of Path
        Files in the table that are not exposures, by kind.
    exposures : frozenset of str
        Names of the exposures.
    """

    headers: tuple[Header, ...]
    problems: tuple[Problem, ...]
    passed_over: Mapping[str, tuple[Path, ...]]
    exposures: frozenset[str]


def is_archive_table(path: Path, profile: Profile | None = None) -> bool:
    """Tell whether a path is that of a table, and not of a FITS file or a directory.

    Parameters
    ----------
    path : Path
        The path.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    bool
        Whether its suffix is one of `SUFFIXES`, and its name is not that of a product, such as a
        catalog, or of the list that comes with a download.
    """
    name = path.name.lower()
    tables = profile_or_default(profile).archive
    return name.endswith(SUFFIXES) and not tables.is_other(name)


def read_archive_table(
    source: object, name: str = "table", profile: Profile | None = None
) -> ArchiveTable:
    """Read a table of the archive.

    Parameters
    ----------
    source : path-like, astropy Table, pandas DataFrame, mapping or sequence of mappings
        A file (CSV, ECSV or VOTable) or a table in memory, with a row per file or dataset.
    name : str
        Name of a table in memory, for messages.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    ArchiveTable

    Raises
    ------
    PoolError
        If the table cannot be read, has no rows, or has no column that names files or no
        ``exp_type``.
    """
    file = fspath(source) if isinstance(source, str | PathLike) else name
    columns = _columns(source, file)
    mission = profile_or_default(profile)
    tables = mission.archive
    keyword_of = {column: tables.keyword_of(column) for column in columns}
    _refuse_others(set(keyword_of.values()), columns, file)
    rows = [
        _values(cells, keyword_of, tables)
        for cells in (
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        )
    ]
    if not rows:
        raise PoolError(Problem("the table has no rows", Location(file)))
    headers, problems, passed_over = _headers(rows, file, mission)
    absent = _missing(frozenset(keyword_of.values()), headers, file, tables)
    exposures = frozenset(mission.files.exposure_of(header.path.name) for header in headers)
    return ArchiveTable(tuple(headers), (*absent, *problems), passed_over, exposures)


def _columns(source: object, file: str) -> dict[str, list[object]]:
    """Read the cells of a table, by the name of the column."""
    if isinstance(source, str | PathLike):
        path = Path(source)
        return _csv_columns(path) if path.suffix.lower() == ".csv" else _astropy_columns(path)
    table: Any = source
    if isinstance(source, Mapping):
        columns = {str(column): list(cells) for column, cells in source.items()}
    elif hasattr(table, "to_pydict"):
        columns = table.to_pydict()
    elif hasattr(table, "colnames"):
        columns = {column: table[column].tolist() for column in table.colnames}
    elif hasattr(table, "columns") and hasattr(table, "itertuples"):
        columns = {str(column): table[column].tolist() for column in table.columns}
    elif isinstance(source, Sequence) and all(isinstance(row, Mapping) for row in source):
        names = dict.fromkeys(name for row in source for name in row)
        columns = {str(name): [row.get(name) for row in source] for name in names}
    else:
        what = f"a table cannot be read from a {type(source).__name__}"
        raise PoolError(Problem(what, Location(file), "a file, or a table with named columns"))
    if len({len(cells) for cells in columns.values()}) > 1:
        raise PoolError(Problem("the columns have different lengths", Location(file)))
    return columns


def _csv_columns(path: Path) -> dict[str, list[object]]:
    where = Location(str(path))
    try:
        text = io.StringIO(read_content(path).decode("utf-8-sig"), newline="")
        # The portal of the archive writes types and titles in front, as comments.
        lines = [line for line in csv.reader(text) if line and not line[0].startswith("#")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise PoolError(Problem(f"the table cannot be read: {reason}", where)) from error
    if not lines:
        raise PoolError(Problem("the table is empty", where))
    names = [cell.strip() for cell in lines[0]]
    # Pools have '|' between their cells, even if the suffix of the file is .csv.
    if "asn_candidate" in ",".join(names).lower().split("|"):
        raise _pool_instead(where)
    for line in lines[1:]:
        if len(line) != len(names):
            what = f"a row has {len(line)} cells and begins with {line[0]!r}"
            raise PoolError(Problem(what, where, f"{len(names)}, as many as there are columns"))
    return {name: [line[number] for line in lines[1:]] for number, name in enumerate(names)}


def _astropy_columns(path: Path) -> dict[str, list[object]]:
    from astropy.table import Table

    kind = "ascii.ecsv" if path.suffix.lower() == ".ecsv" else "votable"
    try:
        table = Table.read(path, format=kind)
    except (OSError, ValueError, TypeError, LookupError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or error
        problem = Problem(f"the table cannot be read: {reason}", Location(str(path)))
        raise PoolError(problem) from error
    return {name: table[name].tolist() for name in table.colnames}


def _pool_instead(where: Location) -> PoolError:
    """Describe a pool that was given instead of a table of headers."""
    advice = "It seems to be a pool: give it to 'asnsolve generate', or to Pool.read."
    what = "the table has candidates, so it is not a table of headers"
    return PoolError(Problem(what, where, advice=advice))


def _refuse_others(keywords: set[str], columns: Iterable[str], file: str) -> None:
    """Refuse a table that is not a table of headers."""
    where = Location(file)
    if "asn_candidate" in keywords:
        raise _pool_instead(where)
    absent = [name for name in _NEEDED if name not in keywords]
    if not keywords & {"filename", "filesetname"}:
        absent.insert(0, "filename or fileSetName")
    if absent:
        found = ", ".join(list(columns)[:10])
        advice = f"Ask the archive for these columns too. Columns found: {found}."
        what = f"there is no column {' and no column '.join(absent)}"
        raise PoolError(Problem(what, where, advice=advice))


def _values(
    cells: Mapping[str, object], keyword_of: Mapping[str, str], tables: ArchiveTables
) -> dict[str, str]:
    """Write the cells of a row as headers have them, by keyword, without those that are unset."""
    values: dict[str, str] = {}
    for column, cell in cells.items():
        keyword = keyword_of[column]
        text = _text(keyword, cell, tables)
        # Several columns, one per instrument, can hold one keyword; only one of them has a value.
        if text:
            values.setdefault(keyword, text)
    return values


def _text(keyword: str, cell: object, tables: ArchiveTables) -> str:
    """Write a cell as the header has it; empty if it is unset."""
    text = cell.decode() if isinstance(cell, bytes) else str(cell).strip()
    word = text.lower()
    if keyword in tables.flags:
        # False is a word for "unset" in a pool, and a value in a header.
        return "T" if word in _TRUE else "F" if word in _FALSE else ""
    if word in NULL_WORDS or word in ("nan", "none", "<na>", "masked"):
        # "NONE" is a value of some keywords, and no header is needed to read it as such.
        return text if word == "none" and isinstance(cell, str) else ""
    if keyword in tables.digits or keyword in tables.counts:
        whole = re.fullmatch(r"(\w+)\.0*", text)
        text = whole[1] if whole else text
    return text.rjust(tables.digits.get(keyword, len(text)), "0")


def _headers(
    rows: Sequence[dict[str, str]], file: str, mission: Profile
) -> tuple[list[Header], list[Problem], dict[str, tuple[Path, ...]]]:
    """Make a header per exposure; return also problems, and names that are not of exposures."""
    files = mission.files
    first_rows: dict[str, int] = {}
    values_of: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    passed_over: dict[str, dict[Path, None]] = {}
    for number, values in enumerate(rows, start=1):
        name = _raw_name(values, files)
        where = Location(file, number)
        if isinstance(name, Problem):
            problems.append(Problem(name.what, where, name.expected))
            continue
        kind = files.kind_of_other(name)
        if kind:
            passed_over.setdefault(kind, {})[Path(name)] = None
            continue
        known = values_of.setdefault(name, values)
        first = first_rows.setdefault(name, number)
        differing = [
            keyword
            for keyword in mission.archive.effects
            if known.get(keyword) and values.get(keyword) not in (None, known[keyword])
        ]
        if differing:
            what = f"{files.exposure_of(name)} is described differently by row {first}"
            where_differing = f"one {' and one '.join(differing)} per exposure"
            problems.append(Problem(what, where, where_differing))
        # Rows of several stages of an exposure fill in what others lack.
        values_of[name] = {**values, **known}
    headers = [Header(Path(name), values, Path(file)) for name, values in values_of.items()]
    return headers, problems, {kind: tuple(names) for kind, names in passed_over.items()}


def _raw_name(values: Mapping[str, str], files: FileNames) -> str | Problem:
    """Return the name of the raw file of a row's exposure; if it has none, that of its file."""
    named = values.get("filename", "").rpartition("/")[2]
    dataset = values.get("filesetname", "")
    if not named and not dataset:
        return Problem("no file is named", expected="a value of filename or fileSetName")
    name = named or f"{dataset}.fits"
    if files.kind_of_other(name):
        return name
    if named:
        # The text between exposure and stage, as in _o001_crf, distinguishes versions.
        exposure = files.exposure_pattern.match(name)
        return f"{exposure[0] if exposure else files.exposure_of(name)}{files.raw_ending}"
    if dataset.count("_") < 3:
        detector = values.get("detector", "").lower()
        if not detector:
            what = f"the detector of dataset {dataset} is unknown, so its file cannot be named"
            return Problem(what, expected="a value of detector")
        dataset = f"{dataset}_{detector}"
    return f"{dataset}{files.raw_ending}"


def _missing(
    keywords: frozenset[str], headers: Iterable[Header], file: str, tables: ArchiveTables
) -> Iterator[Problem]:
    """Say which columns are missing that would change the associations of these exposures."""
    types = frozenset(header.values.get("exp_type", "").lower() for header in headers)
    for keyword, effect in tables.effects.items():
        if tables.is_missed(keyword, keywords, types):
            what = f"there is no column {keyword}: {effect}"
            advice = "Ask the archive for it if it has values there."
            yield Problem(what, Location(file), advice=advice)
