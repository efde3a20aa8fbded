"""The pool: a table with exposures in rows and attributes in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from functools import cached_property, partial
from io import BufferedIOBase
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from asnsolve.displays import public_names
from asnsolve.errors import Location, PoolError, Problem, UsageError
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import name_as_text
from asnsolve.pool import candidates
from asnsolve.pool.archive_table import read_archive_table
from asnsolve.pool.candidates import Candidates
from asnsolve.pool.column_tables import arrow_table, astropy_table, pandas_frame
from asnsolve.pool.encode import Column, take_rows
from asnsolve.pool.exposure_names import exposures_and_stages
from asnsolve.pool.files import read_file, read_open_file, read_url, stem
from asnsolve.pool.from_objects import read_object
from asnsolve.pool.header_cells import Provenance
from asnsolve.pool.header_rows import HeaderRows, read_header_rows, rows_of_table
from asnsolve.pool.header_tables import chosen_rows, header_table
from asnsolve.pool.measured_columns import lacking_column, measured, unread_cells
from asnsolve.pool.measures import Measure
from asnsolve.pool.pool_display import pool_html, pool_text
from asnsolve.pool.raw_table import RawTable, SetAsideRow
from asnsolve.pool.row_checks import check_rows
from asnsolve.pool.texts import Texts
from asnsolve.pool.write_pool import write_table
from asnsolve.profiles import Profile, profile_or_default
from asnsolve.shown_values import shown
from asnsolve.suggest import did_you_mean

if TYPE_CHECKING:
    from astropy.table import Table
    from pandas import DataFrame

_ABSENT: Final = np.int32(-1)
_NOTHING_COMPARED: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


class Pool:
    """A table of exposures.

    Every value is text, stripped and lower-cased. A cell that is empty or holds a null word
    (``null``, ``--``, ``n``, ``f``) is missing. A pool is immutable.

    Parameters
    ----------
    source : astropy Table, pandas DataFrame, pyarrow Table, mapping or sequence of mappings
        A mapping goes from column names to equally long sequences of cells. The columns `filename`,
        `exp_type`, `program` and `asn_candidate` are mandatory; any others are kept. Whole numbers
        lose their fraction, booleans are ``t`` and ``f``; masked, NaN and None are missing.
    name : str
        Name of the pool.
    strict : bool
        Whether problems are errors.
    profile : Profile, optional
        The mission whose exposures they are, as the profile of the rules; by default
        `default_profile`.

    Attributes
    ----------
    name : str
        Name of the pool; of a pool read from a file, the file's name without suffix.
    file_name : str
        Name of the file that the pool was read from, with its suffix; the name of the pool if it
        was read from no file. Associations have it as `asn_pool`.
    problems : tuple of Problem
        Problems of the source, first those of no row in particular, then by row.
    set_aside : tuple of SetAsideRow
        The rows that could not be kept, in row order: those without file name, those that repeat
        another row, and those that cannot be read. Each row of the source is either an exposure
        or set aside.
    rows : ndarray of int64, shape (n,)
        Line of a text file, or row of a table, of each of the n exposures, counted from 1.
    provenance : tuple of Provenance
        Where each of the n exposures comes from, in a pool made from FITS files; empty in any
        other pool.
    notes : tuple of Problem
        Files that were skipped, although nothing is lost, in a pool made from FITS files: previews,
        products of several exposures.
    profile : Profile
        The mission whose exposures they are.

    Raises
    ------
    PoolError
        If `source` is not a pool; if `strict`, with all the problems when there are any.

    Examples
    --------
    >>> from asnsolve import Pool
    >>> candidate = "[('o001', 'observation')]"
    >>> row = {"filename": "a_uncal.fits", "program": "1234", "exp_type": "mir_image"}
    >>> pool = Pool.read([row | {"asn_candidate": candidate}])
    >>> len(pool), pool.value(0, "exp_type")
    (1, 'mir_image')
    """

    name: str
    file_name: str
    problems: tuple[Problem, ...]
    set_aside: tuple[SetAsideRow, ...]
    rows: NDArray[np.int64]
    provenance: tuple[Provenance, ...] = ()
    notes: tuple[Problem, ...] = ()
    profile: Profile
    _columns: dict[str, Column]

    def __init__(
        self,
        source: object,
        *,
        name: str = "pool",
        strict: bool = False,
        profile: Profile | None = None,
    ) -> None:
        self._fill(read_object(source, name), name, strict, profile)

    @classmethod
    def read(
        cls,
        source: object,
        *,
        format: str | None = None,  # noqa: A002 - as astropy calls it
        delimiter: str | None = None,
        strict: bool = False,
        name: str | None = None,
        profile: Profile | None = None,
    ) -> Pool:
        """Read a pool.

        Parameters
        ----------
        source : str or path, or anything a pool can be made from
            The file, or its URL, such as ``s3://bucket/pool/``; or the table in memory; or a binary
            file that is open, such as ``sys.stdin.buffer``, if it holds text. A pool is returned as
            it is.
        format : str, optional
            ``text`` (separated by ``|``), ``csv``, ``ecsv``, ``parquet``, ``fits`` or another
            format that astropy tables can be read from. By default the content and the suffix of
            the file decide.
        delimiter : str, optional
            What separates the cells of a text; by default ``|`` or ``,``, whichever the header has.
        strict : bool
            Whether problems are errors.
        name : str, optional
            Name of the pool; the file's name without suffix by default, of an open file ``stdin``.
        profile : Profile, optional
            The mission whose exposures they are, as the profile of the rules; by default
            `default_profile`.

        Returns
        -------
        Pool
            The pool.

        Raises
        ------
        PoolError
            If `source` cannot be read as a pool, or is a pool of another mission; if `strict`, when
            there are any problems.
        UsageError
            If `format` or `delimiter` make no sense.
        """
        if isinstance(source, Pool):
            return source.of_profile(profile)
        if isinstance(source, BufferedIOBase):
            raw = read_open_file(source, name or "stdin", format, delimiter)
            return cls.of(raw, name or "stdin", strict=strict, profile=profile)
        if not isinstance(source, str | PathLike):
            return cls(source, name=name or "pool", strict=strict, profile=profile)
        path = path_or_url(source)
        if isinstance(path, Url):
            raw = read_url(path, format, delimiter)
        else:
            raw = read_file(path, format, delimiter)
        file_name = name_as_text(Path(path.name))
        pool = cls.of(raw, name or stem(path), file_name=file_name, strict=strict, profile=profile)
        # Otherwise Arrow would keep 0.4 GB reserved after reading a million exposures.
        pa.default_memory_pool().release_unused()
        return pool

    @classmethod
    def from_fits(
        cls,
        files: str | PathLike[str] | Iterable[str | PathLike[str]],
        *,
        name: str = "files",
        strict: bool = False,
        extra: str | PathLike[str] | None = None,
        where: str | Iterable[str] = (),
        columns: Iterable[str] = (),
        jobs: int = 1,
        on_file: Callable[[str], None] | None = None,
        profile: Profile | None = None,
    ) -> Pool:
        """Make a pool from the primary headers of FITS files, at any stage of the pipeline.

        Parameters
        ----------
        files : path-like, or iterable of path-like
            Files, directories, patterns with ``*``, and lists of files, written ``@list``; gzipped
            or not. Only primary headers are read, unless `columns` asks for more.
        name : str
            Name of the pool.
        strict : bool
            Whether problems are errors.
        extra : path-like, optional
            A table with columns that headers lack: see
            `asnsolve.pool.extra_table.read_extra_table`.
        where : str, or iterable of str
            Conditions that exposures must satisfy, such as ``filter=f770w,f1000w`` and
            ``band!=long``: see `asnsolve.pool.conditions.parse_conditions`.
        columns : iterable of str
            Further columns, such as ``expstart`` and ``pa_v3``: keywords of the primary header or
            of the first extension. Rules that compare numbers declare them.
        jobs : int
            Number of processes that read headers.
        on_file : callable, optional
            Called with the name of each file when its header has been read.
        profile : Profile, optional
            The mission of the files, as in ``rules.profile``; by default `default_profile`.

        Returns
        -------
        Pool
            One row per exposure, named after its raw file. `provenance` lists the columns that were
            derived or defaulted, and files at other stages. `problems` has the files that are not
            exposures, that cannot be read, or that repeat an exposure at the same stage, and the
            further columns that no exposure has.

        Raises
        ------
        PoolError
            If no file is an exposure, no exposure satisfies the conditions, or `extra` cannot be
            used; if `strict`, when there are any problems.
        UsageError
            If a file is not given by its path, a condition cannot be read, or no exposure has its
            keyword or attribute.
        """
        names = [files] if isinstance(files, str | PathLike) else files
        added = [name.strip().lower() for name in columns]
        read = partial(read_header_rows, names, jobs=jobs, on_file=on_file)
        headers = chosen_rows(read, extra, where, added, strict=strict, profile=profile)
        return cls.of_header_rows(headers, name)

    @classmethod
    def from_mast(
        cls,
        table: object,
        *,
        name: str | None = None,
        strict: bool = False,
        extra: str | PathLike[str] | None = None,
        where: str | Iterable[str] = (),
        columns: Iterable[str] = (),
        profile: Profile | None = None,
    ) -> Pool:
        """Make a pool from a table of headers that the archive (MAST) serves, before any download.

        The table is read like the headers of the files that it names, and the pool is the one that
        `from_fits` makes of these files.

        Parameters
        ----------
        table : path-like, astropy Table, pandas DataFrame, mapping or sequence of mappings
            What ``Mast.mast_query`` or ``MastMissions.query_criteria`` of astroquery returns, or
            the CSV file of the search page. A row is a file (column ``filename``) or a dataset
            (``fileSetName`` and ``detector``); the other columns are named like the keywords of
            headers.
        name : str, optional
            Name of the pool; of a file, its name without suffix by default.
        strict : bool
            Whether problems are errors.
        extra : path-like, optional
            A table with columns that headers lack, as in `from_fits`.
        where : str, or iterable of str
            Conditions that choose exposures, as in `from_fits`.
        columns : iterable of str
            Further columns of the table to keep, as in `from_fits`.
        profile : Profile, optional
            The mission, as in `from_fits`; `Profile.archive` describes its tables.

        Returns
        -------
        Pool
            One row per exposure, as from `from_fits`. `problems` says which columns are missing and
            what they would change; rows of combined products and of the guide star are skipped.

        Raises
        ------
        PoolError
            If the table cannot be read, has no column that names files or no ``exp_type``, or names
            no exposure; if `strict`, when there are any problems.
        UsageError
            If no exposure has the keyword or attribute of a condition.
        """
        named = stem(Path(table)) if isinstance(table, str | PathLike) else "table"
        added = [name.strip().lower() for name in columns]
        read = partial(rows_of_table, read_archive_table(table, named, profile))
        headers = chosen_rows(read, extra, where, added, strict=strict, profile=profile)
        return cls.of_header_rows(headers, name or named)

    @classmethod
    def of_header_rows(cls, headers: HeaderRows, name: str = "files") -> Pool:
        """Make a pool from rows of headers; see `from_fits`.

        Parameters
        ----------
        headers : HeaderRows
            The rows.
        name : str
            Name of the pool.

        Returns
        -------
        Pool
            With `provenance`.

        Raises
        ------
        PoolError
            If there are no rows.
        """
        pool = cls.of(header_table(headers, name), name, profile=headers.profile)
        # Rows are numbered from 1; those that were set aside have no provenance in the pool.
        pool.provenance = tuple(headers.provenance[row - 1] for row in pool.rows.tolist())
        pool.notes = headers.notes
        return pool

    @classmethod
    def of(
        cls,
        raw: RawTable,
        name: str,
        *,
        file_name: str | None = None,
        strict: bool = False,
        profile: Profile | None = None,
    ) -> Pool:
        """Make a pool from a table that has been read; see `read`.

        Parameters
        ----------
        raw : RawTable
            The table.
        name : str
            Name of the pool.
        file_name : str, optional
            Name of its file; that of the pool by default.
        strict : bool
            Whether problems are errors.
        profile : Profile, optional
            The mission whose exposures they are, as the profile of the rules; by default
            `default_profile`.

        Returns
        -------
        Pool

        Raises
        ------
        PoolError
            If `strict`, when there are any problems.
        """
        pool = object.__new__(cls)
        pool._fill(raw, name, strict, profile)
        pool.file_name = file_name or name
        return pool

    def _fill(self, raw: RawTable, name: str, strict: bool, profile: Profile | None) -> None:
        self.profile = profile_or_default(profile)
        checked = check_rows(raw, self.profile)
        if strict and checked.problems:
            raise PoolError(checked.problems)
        self.name = self.file_name = name
        self.problems, self.set_aside = checked.problems, checked.set_aside
        self._columns, self.rows = checked.columns, checked.rows

    def __len__(self) -> int:
        """Return the number of exposures."""
        return len(self._columns["filename"].codes)

    def __repr__(self) -> str:
        """Show the name and size of the pool, and its most common values."""
        return pool_text(self)

    def _repr_html_(self) -> str:
        """Show the first exposures in a notebook."""
        return pool_html(self)

    def __dir__(self) -> list[str]:
        """List the public names, for completion."""
        return public_names(super().__dir__())

    def _ipython_key_completions_(self) -> list[str]:
        """List the columns, for completion in brackets."""
        return list(self.columns)

    def __contains__(self, column: object) -> bool:
        """Tell whether the pool has a column."""
        return column in self._columns

    def __getitem__(self, column: str) -> NDArray[np.object_]:
        """Return the text of a column, shape (n,); None where it is missing."""
        name = column.lower() if isinstance(column, str) else column
        if name not in self._columns:
            raise UsageError(_no_column(column, self.columns))
        # The last place is that of code -1.
        values: NDArray[np.object_] = np.array([*self.values(name), None], dtype=np.object_)
        return values[self.codes(name)]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, lower-cased, in the order of the source."""
        return tuple(self._columns)

    def codes(self, column: str, rows: NDArray[np.integer] | None = None) -> NDArray[np.int32]:
        """Return a column as codes.

        Parameters
        ----------
        column : str
            Any attribute, lower-cased.
        rows : ndarray of int, shape (k,), optional
            The rows to look at, counted from 0; by default all n.

        Returns
        -------
        ndarray of int32, shape (n,) or (k,), read-only
            Index into ``values(column)``; -1 where the attribute is missing, and throughout a
            column that the pool does not have.
        """
        if column not in self._columns:
            return np.broadcast_to(_ABSENT, len(self) if rows is None else len(rows))
        kept = self._columns[column].codes
        codes = (kept if rows is None else kept[rows]).astype(np.int32)
        codes.setflags(write=False)
        return codes

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values of a column.

        Parameters
        ----------
        column : str
            Any attribute, lower-cased.

        Returns
        -------
        tuple of str
            Sorted. Each of them occurs, so that codes do not depend on the order of the rows. Empty
            for a column that the pool does not have.
        """
        return self._columns[column].listed if column in self._columns else ()

    def value_numbers(self, column: str) -> NDArray[np.float64]:
        """Return the distinct values of a column as numbers; each column is read once.

        Parameters
        ----------
        column : str
            Any attribute, lower-cased.

        Returns
        -------
        ndarray of float64, shape (number of values,), read-only
            In the order of ``values(column)``; NaN where a value is not a finite number.
        """
        return self._columns[column].numbers if column in self._columns else np.empty(0)

    def texts(self, column: str) -> Texts:
        """Return the distinct values of a column as an array of text.

        Parameters
        ----------
        column : str
            Any attribute, lower-cased.

        Returns
        -------
        Texts
            As `values` has them.
        """
        return self._columns[column].texts if column in self._columns else Texts.of(())

    def value(self, row: int, column: str) -> str | None:
        """Return one cell.

        Parameters
        ----------
        row : int
            The exposure, counted from 0.
        column : str
            Any attribute, lower-cased.

        Returns
        -------
        str or None
            None if the cell is missing.
        """
        # Not by way of `codes`, which copies the column.
        code = int(self._columns[column].codes[row]) if column in self._columns else -1
        return None if code < 0 else self.values(column)[code]

    def program_texts(self) -> tuple[str, ...]:
        """Write the programs as in names.

        Returns
        -------
        tuple of str
            One for each of ``values("program")``, and a last one, which code -1 picks, for
            exposures without a program.
        """
        return tuple(map(self.profile.names.program_text, (*self.values("program"), "0")))

    @cached_property
    def candidates(self) -> Candidates:
        """Which exposures name which candidates."""
        return candidates.explode(self.codes("asn_candidate"), self.values("asn_candidate"))

    @property
    def exposures(self) -> Texts:
        """Name of the exposure of each distinct file name, without directory, stage and packing.

        It has the length of ``values("filename")``, so that ``codes("filename")`` index it.
        """
        return self._parsed_names[0]

    @property
    def stages(self) -> Texts:
        """Stage of each distinct file name, such as ``uncal``; empty where the name has none.

        It has the length of ``values("filename")``, so that ``codes("filename")`` index it.
        """
        return self._parsed_names[1]

    @cached_property
    def _parsed_names(self) -> tuple[Texts, Texts]:
        return exposures_and_stages(self.texts("filename"), self.profile.files)

    def of_profile(self, profile: Profile | None) -> Pool:
        """Refuse the pool if it was read as one of another mission.

        Parameters
        ----------
        profile : Profile or None
            The mission that is expected; None for any.

        Returns
        -------
        Pool
            The pool itself.

        Raises
        ------
        PoolError
            If the pool is one of another mission.
        UsageError
            If `profile` is no profile.
        """
        if profile is None or profile_or_default(profile) == self.profile:
            return self
        what = f"the pool was read as one of {self.profile.name}"
        advice = "Read it with the profile of the rules: Pool.read(..., profile=rules.profile)."
        expected = f"a pool of {profile.name}"
        raise PoolError(Problem(what, Location(self.name), expected, advice))

    def take(self, rows: ArrayLike) -> Pool:
        """Return the pool of some exposures.

        Parameters
        ----------
        rows : array of int or bool
            Indices of k exposures, in the order wanted, or a mask of shape (n,).

        Returns
        -------
        Pool
            Pool of the k exposures with the same name and columns and their provenance, but
            without problems and rows set aside.
        """
        index = np.asarray(rows)
        # An empty list has the dtype float64, which cannot be an index.
        taken = np.arange(len(self))[index if index.size else index.astype(np.int64)]
        pool = object.__new__(Pool)
        pool.name, pool.file_name, pool.profile = self.name, self.file_name, self.profile
        pool.problems, pool.set_aside = (), ()
        pool.rows = self.rows[taken]
        if self.provenance:
            pool.provenance = tuple(self.provenance[row] for row in taken.tolist())
        pool._columns = {name: take_rows(column, taken) for name, column in self._columns.items()}
        return pool

    def with_candidate(self, asn_id: str, asn_type: str) -> Pool:
        """Add a candidate to all exposures, which keep their other candidates.

        Parameters
        ----------
        asn_id : str
            Id of the candidate, such as ``c1000``.
        asn_type : str
            Its type, such as ``background`` or ``mosaic``.

        Returns
        -------
        Pool
            Pool of the same name and exposures, with the same problems.

        Raises
        ------
        UsageError
            If `asn_id` is not a letter followed by digits, or `asn_type` is not a word.

        Examples
        --------
        >>> pool = Pool({"filename": ["a_uncal.fits"], "exp_type": ["nrc_image"],
        ...              "program": ["1"], "asn_candidate": ["[('o001', 'observation')]"]})
        >>> pool.with_candidate("c1000", "mosaic").value(0, "asn_candidate")
        "[('c1000', 'mosaic'), ('o001', 'observation')]"
        """
        listed = self._columns["asn_candidate"]
        column = candidates.with_candidate(listed, asn_id, asn_type, self.profile.names)
        pool = copy(self)
        # The cached candidates are those of this pool.
        pool.__dict__.pop("candidates", None)
        pool._columns = {**self._columns, "asn_candidate": column}
        return pool

    def with_measures(
        self,
        measures: Iterable[Measure],
        *,
        compared: Mapping[str, Sequence[str]] = _NOTHING_COMPARED,
        strict: bool = False,
    ) -> Pool:
        """Read columns as numbers, which are written in the unit of each measure.

        Parameters
        ----------
        measures : iterable of Measure
            What the columns measure.
        compared : mapping of str to sequence of str
            Names of the rules that compare each column, from `RuleSet.compared`. A column that the
            pool does not have is a problem if rules compare it, and is ignored otherwise.
        strict : bool
            Whether cells that cannot be read, and missing columns, are an error.

        Returns
        -------
        Pool
            Pool of the same name and exposures. Cells that cannot be read are missing, with a
            problem for each; the other problems stay. The pool itself if nothing changes.

        Raises
        ------
        PoolError
            If there is such a problem and `strict` is True.

        Examples
        --------
        >>> from asnsolve.pool.measures import time
        >>> pool = Pool({"filename": ["a_uncal.fits"], "exp_type": ["nrc_image"],
        ...              "program": ["1"], "asn_candidate": [None], "expstart": ["2022-08-21"]})
        >>> pool.with_measures([time("expstart")]).value(0, "expstart")
        '59812'
        """
        columns, problems = dict(self._columns), list(self.problems)
        for measure in measures:
            if (column := columns.get(measure.column)) is not None:
                columns[measure.column], unread = measured(column, measure)
                problems += unread_cells(column, measure, unread, self.rows, self.name)
            elif rules := compared.get(measure.column):
                problem = lacking_column(measure.column, rules, self.name)
                # The columns may have been read before.
                problems += [] if problem in problems else [problem]
        if strict and len(problems) > len(self.problems):
            raise PoolError(problems[len(self.problems) :])
        is_same = all(column is self._columns[name] for name, column in columns.items())
        if is_same and len(problems) == len(self.problems):
            return self
        pool = copy(self)
        pool._columns, pool.problems = columns, tuple(problems)
        return pool

    def to_arrow(self) -> pa.Table:
        """Convert to Arrow.

        Returns
        -------
        pyarrow.Table
            Columns of dictionary-encoded text, null where missing.
        """
        return arrow_table({name: (self.codes(name), self.texts(name)) for name in self.columns})

    def to_astropy(self) -> Table:
        """Convert to astropy.

        Returns
        -------
        astropy Table
            Columns of text, masked where missing.
        """
        return astropy_table(self.to_arrow())

    def to_pandas(self) -> DataFrame:
        """Convert to pandas.

        Returns
        -------
        pandas DataFrame
            Columns of text, missing where the pool has no value.

        Raises
        ------
        UsageError
            If pandas is not installed.
        """
        return pandas_frame(self.to_arrow())

    def write(
        self,
        path: str | PathLike[str],
        format: str | None = None,  # noqa: A002 - as astropy calls it
        delimiter: str = "|",
        *,
        replace: bool = False,
    ) -> None:
        """Write a file that reads back as the same pool.

        Parameters
        ----------
        path : str or path
            The file, which appears once everything is written, or not at all.
        format : str, optional
            ``text``, ``csv``, ``ecsv``, ``parquet`` or ``fits``. By default the suffix decides; any
            other suffix means ``text``, even ``.csv``, which pools commonly have. Text is gzipped
            if the name ends in ``.gz``.
        delimiter : str
            What separates the cells of ``text``.
        replace : bool
            Whether to replace a file that has other content.

        Raises
        ------
        PoolError
            If the file cannot be written, or if the format cannot hold the pool.
        UsageError
            If there is no such format, if the delimiter cannot be one, or if there is a file of
            other content that may not be replaced.
        """
        write_table(self.to_arrow(), Path(path), format, delimiter, replace=replace)


def _no_column(column: object, known: Iterable[str]) -> Problem:
    """Say that a pool has no such column."""
    what = f"the pool has no column {shown(column)}"
    if isinstance(column, str):
        advice = did_you_mean(column.lower(), known)
    else:
        advice = "pool.take(...) returns some of the exposures."
    return Problem(what, expected="the name of a column, as pool['filter']", advice=advice)
