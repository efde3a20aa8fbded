"""Write pools as text, CSV, ECSV, Parquet or FITS; each file reads back as the same pool."""

from __future__ import annotations

import gzip
import io
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from asnsolve.atomic import OccupiedError, draft_file
from asnsolve.errors import Location, PoolError, Problem, UsageError, occupied
from asnsolve.pool.column_tables import astropy_table, indices_and_values
from asnsolve.pool.delimited_text import check_delimiter
from asnsolve.pool.files import SUFFIXES
from asnsolve.pool.line_blocks import MAX_LINE
from asnsolve.shown_values import excerpt
from asnsolve.suggest import did_you_mean

_FORMATS: Final = ("text", "csv", "ecsv", "parquet", "fits")
_ROWS: Final = 50_000
_MOST_FITS_COLUMNS: Final = 999
_LONGEST_FITS_NAME: Final = 68
"""Characters that fit into a line of a header, in which quotes are written twice."""

_INSTEAD: Final = "Write Parquet, ECSV or text instead."


def write_table(
    table: pa.Table, path: Path, kind: str | None, delimiter: str, *, replace: bool
) -> None:
    """Write a table of dictionary-encoded text.

    Parameters
    ----------
    table : pyarrow.Table
        Columns of dictionary-encoded text, null where missing.
    path : Path
        The file, which appears once everything is written, or not at all.
    kind : str, optional
        ``text``, ``csv``, ``ecsv``, ``parquet`` or ``fits``. By default the suffix decides; any
        other suffix means ``text``, even ``.csv``, which pools commonly have.
    delimiter : str
        What separates the cells of ``text``; ``csv`` has a comma.
    replace : bool
        Whether to replace a file that has other content.

    Raises
    ------
    PoolError
        If the file cannot be written, or if the format cannot hold the pool.
    UsageError
        If there is no such format, if the delimiter cannot be one, or if there is a file of other
        content that may not be replaced.
    """
    packed = path.suffix.lower() == ".gz"
    suffix = (Path(path.stem) if packed else path).suffix.lower()
    kind = kind or SUFFIXES.get(suffix, "text")
    if kind not in _FORMATS:
        advice = did_you_mean(kind, _FORMATS)
        raise UsageError(Problem(f"there is no format {kind}", Location(str(path)), advice=advice))
    if packed and kind not in ("text", "csv"):
        raise UsageError(Problem(f"{kind} is not written gzipped", Location(str(path))))
    check_delimiter(delimiter)
    write_lines = partial(
        _write_text,
        table,
        delimiter="," if kind == "csv" else delimiter,
        missing="" if kind == "csv" else "NULL",
        file=str(path),
    )
    try:
        with draft_file(path, replace=replace) as draft:
            stream = draft.stream
            if kind == "parquet":
                pq.write_table(table, stream)
            elif kind == "fits":
                _write_fits(table, stream, str(path))
            elif kind == "ecsv":
                _write_ecsv(table, stream)
            elif packed:
                # Neither a name nor a time, so that the same pool gives the same bytes.
                with gzip.GzipFile("", "wb", fileobj=stream, mtime=0) as packer:
                    write_lines(packer.write)
            else:
                write_lines(stream.write)
    except OccupiedError as error:
        raise UsageError(occupied(str(path))) from error
    except OSError as error:
        what = f"the file cannot be written: {error.strerror or error}"
        raise PoolError(Problem(what, Location(str(path)))) from error


def _write_text(
    table: pa.Table, write: Callable[[bytes], object], *, delimiter: str, missing: str, file: str
) -> None:
    """Write delimited text in batches of rows."""
    header = [_quoted(name, delimiter) for name in table.column_names]
    write((delimiter.join(header) + "\n").encode())
    columns = []
    for column in table.columns:
        codes, values = indices_and_values(column)
        cells = [*(_quoted(value, delimiter) for value in values[:-1]), missing]
        columns.append((codes, pa.array(cells)))
    # Values were quoted once each; the lines of a batch are gathered from them and joined.
    for start in range(0, len(table), _ROWS):
        cells = [values.take(pa.array(codes[start : start + _ROWS])) for codes, values in columns]
        lines = pc.binary_join_element_wise(*cells, delimiter)
        # A longer line would be set aside when the file is read.
        longest = pc.max(pc.binary_length(lines)).as_py()
        if longest > MAX_LINE:
            row = start + pc.index(pc.binary_length(lines), longest).as_py() + 1
            what = f"the exposure makes a line of {longest:,} bytes"
            raise PoolError(Problem(what, Location(file, row), f"at most {MAX_LINE:,} in a text"))
        write(("\n".join(lines.to_pylist()) + "\n").encode())


def _quoted(cell: str, delimiter: str) -> str:
    """Quote a cell if it would otherwise be read back as something else."""
    if delimiter in cell or '"' in cell or cell.startswith("#"):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _write_ecsv(table: pa.Table, stream: IO[bytes]) -> None:
    """Write ECSV."""
    text = io.StringIO()
    astropy_table(table).write(text, format="ascii.ecsv")
    stream.write(text.getvalue().encode())


def _write_fits(table: pa.Table, stream: IO[bytes], file: str) -> None:
    """Write a FITS table, which can only hold ASCII; missing cells are blank."""
    from astropy.io.fits import Card
    from astropy.io.fits.verify import VerifyWarning
    from astropy.table import Table

    if table.num_columns > _MOST_FITS_COLUMNS:
        what = f"{table.num_columns} columns in a FITS table"
        raise PoolError(Problem(what, Location(file), f"at most {_MOST_FITS_COLUMNS}", _INSTEAD))
    columns = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        codes, values = indices_and_values(column)
        if len(name.replace("'", "''")) > _LONGEST_FITS_NAME:
            what = f"a FITS table cannot have a column named {excerpt(name)}"
            expected = f"at most {_LONGEST_FITS_NAME} characters, quotes counted twice"
            raise PoolError(Problem(what, Location(file), expected, _INSTEAD))
        for text in (name, *values):
            if not text.isascii():
                where = Location(file, None, name)
                what = f"{excerpt(text)} in a FITS table"
                raise PoolError(Problem(what, where, "ASCII", _INSTEAD))
        # Where a slash follows a quote, astropy takes the rest of the name for a comment.
        if Card.fromstring(str(Card("TTYPE1", name))).value != name:
            what = f"a FITS table cannot have a column named {excerpt(name)}"
            raise PoolError(Problem(what, Location(file), "no slash after a quote", _INSTEAD))
        columns[name] = np.array(values, dtype=np.bytes_)[codes]
    with warnings.catch_warnings():
        # Names that other software may dislike are the user's own.
        warnings.simplefilter("ignore", VerifyWarning)
        Table(columns).write(stream, format="fits")
