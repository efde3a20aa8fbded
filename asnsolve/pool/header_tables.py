"""The table of a pool that is made from headers: its rows, and the cells of its columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from os import PathLike
from pathlib import Path

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.pool.conditions import parse_conditions
from asnsolve.pool.extra_table import read_extra_table
from asnsolve.pool.from_objects import read_object
from asnsolve.pool.header_rows import HeaderRows
from asnsolve.pool.headers import Header, read_header
from asnsolve.pool.raw_table import RawTable
from asnsolve.profiles import Profile
from asnsolve.suggest import did_you_mean


def chosen_rows(
    read: Callable[..., HeaderRows],
    extra: str | PathLike[str] | None,
    where: str | Iterable[str],
    columns: Collection[str],
    *,
    strict: bool,
    profile: Profile | None,
) -> HeaderRows:
    """Read headers with a table of extra values, and choose rows; see `Pool.from_fits`.

    Parameters
    ----------
    read : callable
        Reads headers; takes the arguments `extra`, `keywords`, `columns` and `profile` of
        `asnsolve.pool.header_rows.read_header_rows`.
    extra : path-like or None
        The table with columns that headers lack.
    where : str, or iterable of str
        Conditions that exposures must satisfy.
    columns : collection of str
        Further columns, lower-cased.
    strict : bool
        Whether problems are errors.
    profile : Profile or None
        The mission; `default_profile` if it is None.

    Returns
    -------
    HeaderRows
        The rows that satisfy the conditions. Further columns that no exposure has are a problem.

    Raises
    ------
    PoolError
        If `extra` cannot be used, or no row satisfies the conditions; if `strict`, when there are
        any problems.
    UsageError
        If a condition cannot be read, or no exposure has its keyword or attribute.
    """
    supplied = None if extra is None else read_extra_table(extra, profile)
    conditions = parse_conditions([where] if isinstance(where, str) else where)
    keywords = [condition.name for condition in conditions]
    headers = read(extra=supplied, keywords=keywords, columns=columns, profile=profile)
    headers = replace(headers, problems=(*headers.problems, *_absent(columns, headers)))
    if strict and headers.problems:
        raise PoolError(headers.problems)
    return headers.where(conditions)


def _absent(columns: Collection[str], headers: HeaderRows) -> Iterator[Problem]:
    """Report the columns that no exposure has."""
    present = {column for row in headers.rows for column in row}
    absent = sorted(frozenset(columns) - present)
    if not absent or not headers.rows:
        return
    # Only the keywords that were asked for have been read. One header has most of the others.
    header = read_header(Path(headers.provenance[0].path))
    known = present.union(header.values if isinstance(header, Header) else ())
    words = {word.upper() for word in known}
    for column in absent:
        what = f"no exposure has {column.upper()}, so the pool has no such column"
        yield Problem(what, advice=did_you_mean(column.upper(), words))


def header_table(headers: HeaderRows, name: str) -> RawTable:
    """Lay out rows of headers in columns.

    Parameters
    ----------
    headers : HeaderRows
        The rows.
    name : str
        Name of the pool.

    Returns
    -------
    RawTable
        With the problems of the headers. Cells that a row lacks are empty.

    Raises
    ------
    PoolError
        If there are no rows.
    """
    if not headers.rows:
        reasons = (*headers.problems, *headers.notes)
        raise PoolError(reasons or Problem("no file is an exposure", Location(name)))
    columns = dict.fromkeys(column for row in headers.rows for column in row)
    # If no header names a candidate, associations are discovered.
    columns["asn_candidate"] = None
    cells = {column: [row.get(column, "") for row in headers.rows] for column in columns}
    return replace(read_object(cells, name), problems=headers.problems)
