"""Read delimited text: plain lines in bulk, troubled lines one by one."""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from string import punctuation
from typing import BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from asnsolve.errors import Location, PoolError, Problem, UsageError
from asnsolve.pool.columns import MANDATORY, column_names
from asnsolve.pool.line_blocks import MAX_LINE, blocks, divide, is_simple
from asnsolve.pool.raw_table import RawTable, SetAsideRow

_BULK: Final = 1 << 20
_NEWLINE: Final = ord("\n")
_MOST_REFUSED: Final = 100_000
_LONGEST: Final = 4_000
"""Most characters that are kept of a line that is set aside."""

_DELIMITERS: Final = {"\t", *punctuation} - {'"', "#"}
_TEXT: Final = pa.dictionary(pa.int32(), pa.string())


def read_text(stream: BinaryIO, file: str, delimiter: str | None = None) -> RawTable:
    r"""Read delimited text.

    Parameters
    ----------
    stream : binary file
        UTF-8 text. Lines that are blank or start with ``#`` are skipped; the first other one is the
        header. ``"`` quotes a cell, ``""`` is a quote inside; a quoted cell does not span lines.
    file : str
        Name of the file, for messages.
    delimiter : str, optional
        One ASCII character; by default ``|`` or ``,``, whichever finds more of the mandatory
        columns in the header.

    Returns
    -------
    RawTable
        Rows in the order of their lines. A line that has the wrong number of cells, quotes that do
        not match, bytes that are not UTF-8, or more than `MAX_LINE` bytes is set aside.

    Raises
    ------
    PoolError
        If there is no header, or if it cannot be used.
    UsageError
        If the delimiter cannot be one.
    """
    source = blocks(stream)
    header, rest = _read_header(source, file, delimiter)
    raw, _ = _read_rows(itertools.chain([rest], source), header.row + 1, header, file)
    return raw


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a text.

    Parameters
    ----------
    names : tuple of str
        Names of the columns, checked and lower-cased.
    delimiter : str
        What separates the cells.
    row : int
        Number of its line, counted from 1.
    """

    names: tuple[str, ...]
    delimiter: str
    row: int


def read_header(stream: BinaryIO, file: str, delimiter: str | None = None) -> Header:
    """Read the header of delimited text; see `read_text`.

    Parameters
    ----------
    stream : binary file
        The text.
    file : str
        Name of the file, for messages.
    delimiter : str, optional
        What separates the cells.

    Returns
    -------
    Header

    Raises
    ------
    PoolError
        If there is no header, or if it cannot be used.
    UsageError
        If the delimiter cannot be one.
    """
    return _read_header(blocks(stream), file, delimiter)[0]


def read_lines(stream: BinaryIO, header: Header, file: str) -> tuple[RawTable, int]:
    """Read some of the lines after a header; see `read_text`.

    Parameters
    ----------
    stream : binary file
        Whole lines.
    header : Header
        The header of the text that they are from.
    file : str
        Name of the file, for messages.

    Returns
    -------
    raw : RawTable
        Their rows, numbered as if the first line had the number 1.
    count : int
        Number of lines, with those that are no rows.

    Raises
    ------
    PoolError
        If most lines are not rows.
    """
    raw, after = _read_rows(blocks(stream), 1, header, file)
    return raw, after - 1


def _read_header(source: Iterator[bytes], file: str, delimiter: str | None) -> tuple[Header, bytes]:
    """Return the header, and the rest of its block."""
    number, line, rest = _find_header(source, file)
    if delimiter is None:
        delimiter = max("|,", key=lambda mark: _mandatory_cells(line, mark))
    check_delimiter(delimiter)
    cells = _split(line, delimiter)
    if cells is None:
        what = "the quotes of the header do not enclose whole cells"
        raise PoolError(Problem(what, Location(file, number)))
    names = column_names(cells, file, row=number, delimiter=delimiter)
    return Header(names, delimiter, number), rest


def check_delimiter(delimiter: str) -> None:
    """Check that a delimiter can separate cells.

    Parameters
    ----------
    delimiter : str
        The delimiter.

    Raises
    ------
    UsageError
        If it is not one mark, or would be taken for a quote or a comment.
    """
    if delimiter not in _DELIMITERS:
        what = f"{delimiter!r} cannot be a delimiter"
        raise UsageError(Problem(what, expected="one mark such as '|' or ',', or a tab"))


def _split(line: str, delimiter: str) -> list[str] | None:
    """Split a line into cells; None if a quoted cell is not closed, or has text after its end."""
    mark, cells, at = re.escape(delimiter), [], 0
    blank = " " if delimiter == "\t" else " \t"
    quoted = rf'"([^"]*+(?:""[^"]*+)*+)"[{blank}]*+'
    cell = re.compile(rf'[{blank}]*+(?:{quoted}|([^"{mark}][^{mark}]*+)?)({mark}|\Z)')
    while match := cell.match(line, at):
        inside, bare, end = match.groups()
        cells.append(bare or "" if inside is None else inside.replace('""', '"'))
        if not end:
            return cells
        at = match.end()
    return None


def _find_header(source: Iterator[bytes], file: str) -> tuple[int, str, bytes]:
    """Return the line number of the header, the header, and the rest of its block."""
    number = 0
    for count, block in enumerate(source):
        text = block.removeprefix(codecs.BOM_UTF8) if count == 0 else block
        at = 0
        while at < len(text):
            number += 1
            end = text.find(b"\n", at)
            end = len(text) if end < 0 else end
            line, at = text[at:end], end + 1
            if line.strip(b" \t") and not line.lstrip(b" \t").startswith(b"#"):
                return number, _decode_header(line, number, file), text[at:]
    what = "the file holds nothing but blank lines and comments" if number else "the file is empty"
    raise PoolError(Problem(what, Location(file), expected="a header line with the column names"))


def _decode_header(line: bytes, number: int, file: str) -> str:
    """Decode the header."""
    where = Location(file, number)
    if len(line) > MAX_LINE:
        what = f"the header is a line of more than {MAX_LINE:,} bytes"
        raise PoolError(Problem(what, where, "a header line with the column names"))
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        what = f"the header is not UTF-8 text ({error.reason} at byte {error.start + 1})"
        raise PoolError(Problem(what, where, advice="Save the pool as UTF-8 text.")) from None
    if "\0" in text:
        raise PoolError(Problem("the header holds NUL bytes: this is not a text file", where))
    return text


def _mandatory_cells(header: str, delimiter: str) -> int:
    """Count the mandatory columns in the header when it is split at a delimiter."""
    cells = _split(header, delimiter) or []
    return len({cell.strip().lower() for cell in cells}.intersection(MANDATORY))


def _read_rows(
    source: Iterable[bytes], first: int, header: Header, file: str
) -> tuple[RawTable, int]:
    """Read lines after the header; return also the number that the next line would have.

    `first` is the number of the first line.
    """
    names, delimiter = header.names, header.delimiter
    schema = pa.schema([(name, _TEXT) for name in names])
    tables, rows = [schema.empty_table()], [np.empty(0, np.int64)]
    # Rows of troubled lines, which are put among the others when all lines are read.
    careful: list[list[str]] = []
    careful_rows: list[int] = []
    aside: list[SetAsideRow] = []
    for text in source:
        if not text:
            continue
        simple = _read_simple(text, names, delimiter)
        if simple is not None:
            tables.append(simple)
            rows.append(np.arange(first, first + len(simple), dtype=np.int64))
            first += len(simple)
            continue
        block = divide(text, first, delimiter.encode(), len(names))
        first += block.count
        if len(block.rows):
            tables.append(_read_plain(block.plain, names, delimiter, 2 * MAX_LINE))
            rows.append(block.rows)
        for number, line in block.troubled:
            row = _read_troubled(line, number, len(names), delimiter, file)
            if isinstance(row, SetAsideRow):
                aside.append(row)
            elif row is not None:
                careful.append(row)
                careful_rows.append(number)
        check_refused(len(aside), sum(map(len, rows)) + len(careful), file)
    if careful:
        arrays = [pa.array(cells).dictionary_encode() for cells in zip(*careful, strict=True)]
        tables.append(pa.table(arrays, names=list(names)))
        rows.append(np.array(careful_rows, np.int64))
    # Each block has dictionaries of its own; they are joined where columns are encoded.
    table, numbers = pa.concat_tables(tables), np.concatenate(rows)
    if careful:
        order = np.argsort(numbers)
        table = table.unify_dictionaries().combine_chunks()
        table, numbers = table.take(order), numbers[order]
    return RawTable(file, names, tuple(table.columns), numbers, set_aside=tuple(aside)), first


def check_refused(refused: int, kept: int, file: str) -> None:
    """Stop if most lines are not rows, before their problems fill the memory.

    Parameters
    ----------
    refused, kept : int
        Number of lines that are not rows, and of rows.
    file : str
        Name of the file, for messages.

    Raises
    ------
    PoolError
        If most are not rows, and they are many.
    """
    if refused > _MOST_REFUSED and refused > kept:
        what = f"more than {_MOST_REFUSED:,} lines cannot be read as rows"
        advice = "Check the delimiter, and that the file is a pool."
        raise PoolError(Problem(what, Location(file), "a pool", advice))


def _read_simple(text: bytes, names: tuple[str, ...], delimiter: str) -> pa.Table | None:
    """Read a block of which every line is plain; None if that takes a closer look.

    This spares nearly every block of nearly every pool the search for its delimiters.
    """
    if not is_simple(text):
        return None
    try:
        table = _read_plain(text, names, delimiter, _BULK)
    except pa.ArrowInvalid:
        # Some line has more or fewer cells than the header, or is longer than what is read at once.
        return None
    # The bulk reader skips blank lines, and rows could not be numbered.
    lines = np.count_nonzero(np.frombuffer(text, np.uint8) == _NEWLINE) + (text[-1] != _NEWLINE)
    return table if len(table) == lines else None


def _read_plain(text: bytes, names: tuple[str, ...], delimiter: str, at_once: int) -> pa.Table:
    """Read plain lines in bulk, so many bytes at once; no line may be longer."""
    with _signals_left_to_python():
        return pacsv.read_csv(
            pa.BufferReader(text),
            # Threads would take a quarter more time in all for blocks of this size.
            read_options=pacsv.ReadOptions(
                column_names=list(names), block_size=at_once, use_threads=False
            ),
            parse_options=pacsv.ParseOptions(delimiter=delimiter),
            convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, _TEXT)),
        )


@contextmanager
def _signals_left_to_python() -> Iterator[None]:
    """Keep Arrow from handling Ctrl-C itself.

    Arrow's handlers lose about one in forty that come while text is read. Without them, Python
    raises KeyboardInterrupt after the block that is being read, which takes milliseconds.
    """
    pa.enable_signal_handlers(False)
    try:
        yield
    finally:
        pa.enable_signal_handlers(True)


def _read_troubled(
    line: bytes, number: int, width: int, delimiter: str, file: str
) -> list[str] | SetAsideRow | None:
    """Read a troubled line: return its cells, why it is not a row, or None for a comment."""
    blank = b" \t".replace(delimiter.encode(), b"")
    content = line.lstrip(blank)
    if not content or content.startswith(b"#"):
        return None
    text = line.decode(errors="backslashreplace")

    def refuse(what: str, expected: str = "", advice: str = "") -> SetAsideRow:
        problem = Problem(what, Location(file, number), expected, advice)
        # A line may be a megabyte, and there may be thousands of them.
        kept = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
        return SetAsideRow(number, kept, problem)

    if len(line) > MAX_LINE:
        return refuse(f"the line has more than {MAX_LINE:,} bytes")
    try:
        line.decode()
    except UnicodeDecodeError as error:
        byte = line[error.start]
        return refuse(f"byte {error.start + 1} of the line, 0x{byte:02x}, is not valid UTF-8")
    cells = _split(text, delimiter)
    if cells is None:
        advice = "A quoted cell does not span lines; a quote inside it is doubled."
        return refuse("the quotes of the line do not enclose whole cells", advice=advice)
    if len(cells) != width:
        count = f"{len(cells)} cell" + "s" * (len(cells) != 1)
        return refuse(f"the line has {count}", f"{width}, as in the header")
    return cells
