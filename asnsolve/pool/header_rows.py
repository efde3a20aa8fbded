"""Rows of a pool made from FITS headers: one for all files of an exposure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, compress
from os import PathLike
from pathlib import Path

from asnsolve.errors import Problem, UsageError
from asnsolve.pool.archive_table import ArchiveTable, is_archive_table, read_archive_table
from asnsolve.pool.conditions import Condition, satisfying
from asnsolve.pool.file_versions import count_note, versions_of
from asnsolve.pool.header_cells import Provenance, Row, header_cells
from asnsolve.pool.headers import Header, expanded, read_headers
from asnsolve.pool.known_numbers import number_in_file, numbers_in_header
from asnsolve.pool.target_numbers import (
    KnownNumber,
    TargetNumbers,
    number_targets,
    plain_number,
    target_of,
)
from asnsolve.profiles import FileNames, Headers, Profile, default_profile, profile_or_default


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """Rows made from headers.

    Parameters
    ----------
    rows : tuple of dict of str to str
        Cells of each exposure by column, sorted by file name; unknown columns are left out.
    provenance : tuple of Provenance
        Provenance of each row.
    problems : tuple of Problem
        Files that cannot be read or are not exposures, and files of an exposure that are left out
        because there is another one with the same suffix.
    keywords : tuple of dict of str to str
        Values of each exposure that were asked for and are in no column, by keyword; empty if none
        were asked for.
    passed_over : mapping of str to tuple of Path
        Files, and rows of tables, that were not read because the names say that they are no
        exposures, by kind.
    further : tuple of Path
        Files of exposures that are left out because no rule needs them.
    tables : mapping of str to frozenset of str
        Exposures in each table of the archive, by the path of the table.
    known_numbers : tuple of KnownNumber
        Numbers of targets from headers and names of products.
    profile : Profile
        The mission.
    """

    rows: tuple[Row, ...]
    provenance: tuple[Provenance, ...]
    problems: tuple[Problem, ...]
    keywords: tuple[Row, ...] = ()
    passed_over: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    further: tuple[Path, ...] = ()
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    known_numbers: tuple[KnownNumber, ...] = ()
    profile: Profile = field(default_factory=default_profile)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Files that were skipped, although nothing is lost."""
        return self.notes_without(frozenset())

    def notes_without(self, used: Collection[Path]) -> tuple[Problem, ...]:
        """Report the files that were skipped, although nothing is lost.

        Parameters
        ----------
        used : collection of Path
            Files that are used although they are not exposures, such as direct images.

        Returns
        -------
        tuple of Problem
            One for each kind of file.
        """
        # Files that headers name come along with their exposures: no need to mention them.
        companions = self.profile.headers.companions
        named = {row.get(name, "") for row in self.rows for name in companions}
        unnamed = {
            kind: [
                path
                for path in paths
                if path.name.removesuffix(".gz") not in named and path not in used
            ]
            for kind, paths in sorted(self.passed_over.items())
        }
        notes = [
            count_note(f"{kind} are skipped", paths) for kind, paths in unnamed.items() if paths
        ]
        if self.further:
            what = "further versions of exposures are skipped"
            notes.append(count_note(what, self.further))
        return tuple(notes)

    def numbered(
        self, before: Sequence[KnownNumber] = (), after: Sequence[KnownNumber] = ()
    ) -> tuple[HeaderRows, TargetNumbers]:
        """Assign numbers to the targets.

        Parameters
        ----------
        before, after : sequence of KnownNumber
            Numbers that take precedence over those in the user's table and in headers, or that
            these take precedence over.

        Returns
        -------
        HeaderRows
            Cells from the table of the user stay as they are.
        TargetNumbers
            The numbers.
        """
        supplied = [
            (row, "targetid" in origin.supplied)
            for row, origin in zip(self.rows, self.provenance, strict=True)
        ]
        exposure_of = self.profile.files.exposure_of
        in_table = [
            KnownNumber(number, "the table", exposures=(exposure_of(row["filename"]),))
            for row, is_supplied in supplied
            if is_supplied and (number := plain_number(row["targetid"]))
        ]
        known = (*before, *in_table, *self.known_numbers, *after)
        targets = number_targets(self.rows, known, self.profile)

        def changed(row: Row, *, is_supplied: bool) -> Row:
            target = target_of(row, self.profile)
            if is_supplied or target is None:
                return row
            return {**row, "targetid": targets.numbers[target]}

        rows = tuple(changed(row, is_supplied=is_supplied) for row, is_supplied in supplied)
        return replace(self, rows=rows), targets

    def where(self, conditions: Sequence[Condition]) -> HeaderRows:
        """Choose the exposures that satisfy conditions.

        Parameters
        ----------
        conditions : sequence of Condition
            The conditions.

        Returns
        -------
        HeaderRows
            The others are left out; problems are kept.

        Raises
        ------
        PoolError
            If no exposure satisfies one of the conditions.
        UsageError
            If no exposure has the keyword or attribute of a condition.
        """
        if not conditions:
            return self
        chosen = satisfying(self.cells(), conditions, self.profile)
        return replace(
            self,
            rows=tuple(compress(self.rows, chosen)),
            provenance=tuple(compress(self.provenance, chosen)),
            keywords=tuple(compress(self.keywords, chosen)),
        )

    def with_columns(self, columns: Collection[str]) -> HeaderRows:
        """Add columns from the values that were asked for.

        Parameters
        ----------
        columns : collection of str
            Lower-cased keywords.

        Returns
        -------
        HeaderRows
            A cell that an exposure has already stays as it is.
        """
        if not columns or not self.keywords:
            return self
        rows = (
            {**{name: asked[name] for name in sorted(columns) if name in asked}, **row}
            for asked, row in zip(self.keywords, self.rows, strict=True)
        )
        return replace(self, rows=tuple(rows))

    def cells(self) -> list[Row]:
        """Return what is known about each exposure.

        Returns
        -------
        list of dict of str to str
            The values that were asked for and those of the columns, which count if they differ.
        """
        if not self.keywords:
            return list(self.rows)
        return [{**asked, **row} for asked, row in zip(self.keywords, self.rows, strict=True)]


def read_header_rows(
    names: Iterable[str | PathLike[str]],
    *,
    extra: Mapping[str, Mapping[str, str]] | None = None,
    keywords: Collection[str] = (),
    columns: Collection[str] = (),
    jobs: int = 1,
    on_file: Callable[[str], None] | None = None,
    profile: Profile | None = None,
) -> HeaderRows:
    """Make the rows of a pool from the headers of files, or from tables of the archive.

    Parameters
    ----------
    names : iterable of path-like
        What `asnsolve.pool.headers.expanded` takes; also tables, as `read_archive_table` takes
        them.
    extra : mapping of str to mapping of str to str, optional
        Cells by column, by the name of the exposure without stage. They replace those of headers.
    keywords : collection of str
        Lower-cased keywords whose values are wanted besides the columns.
    columns : collection of str
        Further columns: lower-cased keywords of the primary header or the first extension.
    jobs : int
        Number of processes that read headers.
    on_file : callable, optional
        Called with the name of each file when its header has been read.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    HeaderRows

    Raises
    ------
    UsageError
        If `jobs` is below 1.
    """
    if jobs < 1:
        raise UsageError(Problem(f"the number of processes is {jobs}", expected="at least 1"))
    profile = profile_or_default(profile)
    of_columns = profile.headers.keywords
    found = list(expanded(names))
    unread = [problem for problem in found if isinstance(problem, Problem)]
    paths, tables, passed_over = _by_kind(
        [path for path in found if isinstance(path, Path)], profile, on_file
    )
    # A column has its keyword's value under its own name already.
    added = frozenset(columns) - of_columns.keys()
    others = (frozenset(keywords) - of_columns.keys()) | added
    wanted = others.union(of_columns.values(), profile.headers.products)
    headers = chain(
        read_headers(paths, wanted, further=added, jobs=jobs, on_file=on_file),
        *(table.headers for table in tables.values()),
    )
    known_numbers = [
        number
        for path in chain.from_iterable(passed_over.values())
        if (number := number_in_file(path, profile)) is not None
    ]
    rows = _header_rows(headers, profile, extra or {}, others, known_numbers).with_columns(added)
    of_tables = (problem for table in tables.values() for problem in table.problems)
    return replace(
        rows,
        problems=(*unread, *rows.problems, *of_tables),
        passed_over={kind: tuple(paths) for kind, paths in passed_over.items()},
        tables={str(path): table.exposures for path, table in tables.items()},
    )


def _by_kind(
    files: Iterable[Path], profile: Profile, on_file: Callable[[str], None] | None
) -> tuple[list[Path], dict[Path, ArchiveTable], dict[str, list[Path]]]:
    """Separate exposures, tables of the archive (which are read) and other products, by kind.

    `on_file` is called for the files whose headers are not needed.
    """
    exposures: list[Path] = []
    tables: dict[Path, ArchiveTable] = {}
    others: dict[str, list[Path]] = defaultdict(list)
    for path in files:
        kind = profile.files.kind_of_other(path.name)
        if is_archive_table(path, profile):
            tables[path] = read_archive_table(path, profile=profile)
            for kind_in_table, files_of_kind in tables[path].passed_over.items():
                others[kind_in_table] += files_of_kind
        elif kind:
            others[kind].append(path)
        else:
            exposures.append(path)
            continue
        if on_file is not None:
            on_file(path.name)
    return exposures, tables, others


def rows_of_table(
    table: ArchiveTable,
    extra: Mapping[str, Mapping[str, str]] | None = None,
    keywords: Collection[str] = (),
    columns: Collection[str] = (),
    profile: Profile | None = None,
) -> HeaderRows:
    """Make the rows of a pool from a table of the archive.

    Parameters
    ----------
    table : ArchiveTable
        The table.
    extra : mapping of str to mapping of str to str, optional
        Cells by column, by the name of the exposure without stage. They replace those of headers.
    keywords : collection of str
        Lower-cased keywords whose values are wanted besides the columns.
    columns : collection of str
        Further columns: lower-cased keywords of the table.
    profile : Profile, optional
        The mission, as for the table; by default `default_profile`.

    Returns
    -------
    HeaderRows
    """
    profile = profile_or_default(profile)
    others = frozenset({*keywords, *columns}) - profile.headers.keywords.keys()
    rows = _header_rows(table.headers, profile, extra or {}, others).with_columns(columns)
    problems = (*rows.problems, *table.problems)
    return replace(rows, problems=problems, passed_over=table.passed_over)


def _header_rows(
    headers: Iterable[Header | Problem],
    profile: Profile,
    extra: Mapping[str, Mapping[str, str]],
    others: Collection[str] = (),
    known_before: Iterable[KnownNumber] = (),
) -> HeaderRows:
    """Make the rows of a pool; see `read_header_rows`."""
    # An exposure may have files of several names, so that identities are compared as well.
    identities: dict[str, tuple[str, ...]] = {}
    of_exposure: dict[tuple[str, ...], dict[Path, tuple[Row, Provenance]]] = {}
    problems: list[Problem] = []
    asked: dict[str, Row] = {}
    known_numbers = [*known_before]
    for header in headers:
        if others and isinstance(header, Header):
            values = header.values
            asked[str(header.path)] = {name: values[name] for name in others if name in values}
        if isinstance(header, Header):
            known_numbers += numbers_in_header(header, profile)
        parsed = header if isinstance(header, Problem) else header_cells(header, profile)
        if isinstance(parsed, Problem):
            problems.append(parsed)
            continue
        row, origin = parsed
        identity = identities.setdefault(row["filename"], _identity(row, profile.headers))
        of_exposure.setdefault(identity, {}).setdefault(Path(origin.path), parsed)
    rows, origins = [], []
    further: list[Path] = []
    for described in of_exposure.values():
        # If an exposure has files, its rows in tables are not needed.
        at_hand = {path: parsed for path, parsed in described.items() if not parsed[1].table}
        files = at_hand or described
        versions, left_out = versions_of(files, profile.files)
        problems += left_out
        further += versions.further
        # The header of the latest stage is used.
        row, origin = files[versions.files[0]]
        filename = f"{versions.exposure}{profile.files.raw_ending}"
        rows.append({**row, "filename": filename})
        beside = tuple(map(str, versions.files[1:]))
        origins.append(replace(origin, filename=filename, others=beside))
    order = sorted(range(len(rows)), key=lambda place: rows[place]["filename"])
    rows, origins = [rows[place] for place in order], [origins[place] for place in order]
    problems += _unused(extra, rows, profile.files)
    pairs = [
        _supplied(row, origin, extra.get(profile.files.exposure_of(row["filename"]), {}))
        for row, origin in zip(rows, origins, strict=True)
    ]
    observed = HeaderRows(
        tuple(row for row, _ in pairs),
        tuple(origin for _, origin in pairs),
        tuple(problems),
        tuple(asked[origin.path] for origin in origins) if others else (),
        further=tuple(further),
        known_numbers=tuple(known_numbers),
        profile=profile,
    )
    return observed.numbered()[0]


def _identity(row: Row, headers: Headers) -> tuple[str, ...]:
    """Return what all files of an exposure have in common; the file name if that is unknown."""
    numbers = [row.get(name, "") for name in headers.identity]
    if not numbers or not all(numbers):
        return (row["filename"],)
    named = re.search(headers.segment, row["filename"])
    numbers.append(named[1] if named else row.get(headers.segment_column, ""))
    return tuple(text.lstrip("0").lower() for text in numbers)


def _supplied(row: Row, origin: Provenance, cells: Mapping[str, str]) -> tuple[Row, Provenance]:
    """Replace cells of an exposure by those of the user's table."""
    if not cells:
        return row, origin
    if "targetid" in cells:
        # Names write the number with a letter and zeros in front, and so may the table.
        cells = {**cells, "targetid": plain_number(cells["targetid"]) or cells["targetid"]}
    return {**row, **cells}, replace(
        origin,
        derived=tuple(name for name in origin.derived if name not in cells),
        defaulted=tuple(name for name in origin.defaulted if name not in cells),
        missing=tuple(name for name in origin.missing if name not in cells),
        supplied=tuple(cells),
    )


def _unused(
    extra: Mapping[str, Mapping[str, str]], rows: Iterable[Row], files: FileNames
) -> Iterator[Problem]:
    """Report the exposures in the user's table that have no file."""
    known = {files.exposure_of(row["filename"]) for row in rows}
    for name in extra:
        if name not in known:
            yield Problem(f"the table names {name}, but no file of it was given")
