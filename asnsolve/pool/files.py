"""Read pool files of any format, and describe files that are broken."""

from __future__ import annotations

import gzip
import io
import warnings
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from asnsolve.errors import Location, PoolError, Problem, UsageError
from asnsolve.file_systems import Url, is_object, object_content, opened_object, url_errors
from asnsolve.input_files import exists, is_directory, is_file, name_as_text, opened
from asnsolve.pool.delimited_text import Header, read_header, read_text
from asnsolve.pool.from_objects import read_astropy
from asnsolve.pool.parquet import directory_advice, read_parquet
from asnsolve.pool.raw_table import RawTable

SUFFIXES: Final = {
    ".ecsv": "ecsv",
    ".fit": "fits",
    ".fits": "fits",
    ".fts": "fits",
    ".parquet": "parquet",
    ".pq": "parquet",
}
"""Formats by suffix, for files whose content does not show their format."""

_ALIASES: Final = {"ascii": "text", "ascii.csv": "csv", "ascii.ecsv": "ecsv"}
_CONTENTS: Final = {b"SIMPLE  =": "fits", b"PAR1": "parquet", b"# %ECSV": "ecsv"}
_FOREIGN: Final = {
    b"PK\x03\x04": ("a zip archive or a spreadsheet", "Save the pool as CSV."),
    b"\x89HDF": ("an HDF5 file", "Save the pool as Parquet, FITS or CSV."),
    b"BZh": ("compressed with bzip2", "Unpack it first."),
    b"\xfd7zXZ": ("compressed with xz", "Unpack it first."),
    b"\x28\xb5\x2f\xfd": ("compressed with zstd", "Unpack it first."),
    b"\xff\xfe": ("UTF-16 text", "Save the pool as UTF-8 text."),
    b"\xfe\xff": ("UTF-16 text", "Save the pool as UTF-8 text."),
    b"\0\0\xfe\xff": ("UTF-32 text", "Save the pool as UTF-8 text."),
}
_HEAD: Final = max(map(len, (*_CONTENTS, *_FOREIGN)))
"""How many bytes at the beginning identify the format."""

_MOST_UNPACKED: Final = 1 << 28
"""Most bytes of a packed file that is not text, which astropy reads as a whole."""


def read_file(path: Path, kind: str | None = None, delimiter: str | None = None) -> RawTable:
    """Read a pool file.

    Parameters
    ----------
    path : Path
        The file; text may be gzipped.
    kind : str, optional
        ``text`` (separated by ``|``), ``csv``, ``ecsv``, ``parquet``, ``fits`` or any other format
        that astropy tables can be read from. By default the content decides, then the suffix;
        anything else is text separated by ``|`` or ``,``.
    delimiter : str, optional
        What separates the cells of a text.

    Returns
    -------
    RawTable

    Raises
    ------
    PoolError
        If there is no such file, it cannot be read, or it is not a pool.
    UsageError
        If there is no such format, or if a delimiter is given for a file that has none.
    """
    try:
        with opened(path) as stream:
            alias = _ALIASES.get(kind or "", kind)
            # What was read from a pipe is gone: only a plain file can be opened again.
            again = path if is_file(path) else None
            return _read_stream(stream, again, str(path), alias, delimiter)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise _unreadable(path, error) from error


def read_open_file(
    stream: io.BufferedIOBase, name: str, kind: str | None = None, delimiter: str | None = None
) -> RawTable:
    """Read a pool of text from an open file, such as standard input.

    Parameters
    ----------
    stream : binary file
        Text, gzipped or not; it need not be seekable.
    name : str
        Name of the file, for messages.
    kind : str, optional
        ``text`` or ``csv``, as in `read_file`.
    delimiter : str, optional
        What separates the cells.

    Returns
    -------
    RawTable

    Raises
    ------
    PoolError
        If it cannot be read, is not text, or is not a pool.
    UsageError
        If the delimiter cannot be one.
    """
    source = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)
    try:
        return _read_stream(source, None, name, _ALIASES.get(kind or "", kind), delimiter)
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise _unreadable(Path(name), error) from error


def read_url(url: Url, kind: str | None = None, delimiter: str | None = None) -> RawTable:
    """Read a pool from an object store.

    Parameters
    ----------
    url : Url
        A file of text or Parquet, or a directory of Parquet files.
    kind : str, optional
        ``text``, ``csv`` or ``parquet``, as in `read_file`.
    delimiter : str, optional
        What separates the cells of a text.

    Returns
    -------
    RawTable

    Raises
    ------
    PoolError
        If it cannot be read, or is no pool.
    UsageError
        If the delimiter cannot be one.
    """
    if is_parquet(url, kind):
        return read_parquet(url)
    with url_errors(PoolError, url):
        content = object_content(url)
    return read_open_file(io.BytesIO(content), str(url), kind, delimiter)


def is_parquet(path: Path | Url, kind: str | None = None) -> bool:
    """Tell whether a pool is Parquet: by its format if that is given, else by its first bytes.

    Parameters
    ----------
    path : Path or Url
        The file, or a directory, which can only hold Parquet files.
    kind : str, optional
        The format, as `read_file` takes it.

    Returns
    -------
    bool
        Whether the pool is Parquet.

    Raises
    ------
    PoolError
        If there is no such file, or it cannot be read.
    """
    if isinstance(path, Url):
        with url_errors(PoolError, path):
            if kind is None and is_object(path):
                with opened_object(path) as stream:
                    return _format_of_content(stream.read(_HEAD)) == "parquet"
        return kind in (None, "parquet")
    if is_directory(path):
        return True
    if kind is not None:
        return kind == "parquet"
    if exists(path) and not is_file(path):
        # Bytes that are read from a pipe now would be missing later, and a pipe can only hold text.
        return False
    try:
        with opened(path) as stream:
            return _format_of_content(stream.read(_HEAD)) == "parquet"
    except OSError as error:
        raise _unreadable(path, error) from error


def plain_text_header(
    path: Path, kind: str | None = None, delimiter: str | None = None
) -> Header | None:
    """Read the header of a pool that is plain text, of which any lines can be read by themselves.

    Parameters
    ----------
    path : Path
        The file.
    kind, delimiter : str, optional
        As `read_file` takes them.

    Returns
    -------
    Header or None
        None for any other file; then `read_file` reads it, or says why it cannot be read.

    Raises
    ------
    PoolError
        If the file cannot be read, or its header cannot be used.
    UsageError
        If the delimiter cannot be one.
    """
    if not is_file(path):
        return None
    try:
        with opened(path) as stream:
            head = stream.peek(_HEAD)
            kind = _ALIASES.get(kind or "", kind) or _guess(head, path)
            packed = head.startswith((b"\x1f\x8b", *_FOREIGN))
            if not head or packed or kind not in (None, "text", "csv"):
                return None
            fixed = {"text": "|", "csv": ","}.get(kind or "")
            return read_header(stream, str(path), fixed if delimiter is None else delimiter)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> PoolError:
    if isinstance(error, IsADirectoryError):
        what = "is a directory, not a pool"
        expected, advice = "a table of exposures", directory_advice(path)
        return PoolError(Problem(what, Location(str(path)), expected, advice))
    reason = getattr(error, "strerror", None) or error
    return PoolError(Problem(f"the file cannot be read: {reason}", Location(str(path))))


def stem(path: Path | Url) -> str:
    """Return the name of a file without suffixes.

    Parameters
    ----------
    path : Path or Url
        The file.

    Returns
    -------
    str
        Its name without the suffix of the format, and without ``.gz``, as text that JSON can hold.
    """
    name = Path(name_as_text(Path(path.name)))
    return Path(name.stem).stem if name.suffix.lower() == ".gz" else name.stem


def _read_stream(
    stream: io.BufferedReader,
    path: Path | None,
    file: str,
    kind: str | None,
    delimiter: str | None,
) -> RawTable:
    """Read an open file of any format; of text, if it has no path."""
    source, head = stream, stream.peek(_HEAD)
    is_packed = head.startswith(b"\x1f\x8b")
    if is_packed:
        source = io.BufferedReader(gzip.GzipFile(fileobj=stream))
        head = source.peek(_HEAD)
    if not head:
        expected = "a header line with the column names" if kind is None else kind
        raise PoolError(Problem("the file is empty", Location(file), expected))
    kind = kind or (_format_of_content(head) if path is None else _guess(head, path))
    if kind in (None, "text", "csv"):
        _refuse_foreign(head, file)
        fixed = {"text": "|", "csv": ","}.get(kind or "")
        return read_text(source, file, fixed if delimiter is None else delimiter)
    if path is None:
        what, advice = f"{kind} cannot be read from an open file", "Give the path of the file."
        raise PoolError(Problem(what, Location(file), "text", advice))
    if delimiter is not None and kind in SUFFIXES.values():
        what = f"{kind} files have no delimiter"
        raise UsageError(Problem(what, Location(file), advice="Leave the delimiter out."))
    if kind == "parquet":
        return read_parquet(path)
    if is_packed:
        _refuse_large(source, file)
    options: dict[str, object] = {} if delimiter is None else {"delimiter": delimiter}
    if kind.startswith("ascii"):
        # Otherwise astropy guesses types, and "01" would become the number 1.
        options["converters"] = {"*": str}
    return _read_with_astropy(path, kind, options)


def _guess(head: bytes, path: Path) -> str | None:
    """Tell the format from the first bytes, else from the suffix; None for plain text."""
    kind = _format_of_content(head)
    if kind is not None:
        return kind
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return SUFFIXES.get(suffixes[-1]) if suffixes else None


def _format_of_content(head: bytes) -> str | None:
    """Tell the format from the first bytes; None if they do not tell."""
    return next((kind for start, kind in _CONTENTS.items() if head.startswith(start)), None)


def _refuse_large(source: io.BufferedReader, file: str) -> None:
    """Raise `PoolError` if what a packed file holds is too large to be read as a whole."""
    size = 0
    while part := source.read(1 << 20):
        size += len(part)
        if size > _MOST_UNPACKED:
            what = f"the file unpacks to more than {_MOST_UNPACKED >> 20} MiB"
            raise PoolError(Problem(what, Location(file), advice="Save it as CSV or Parquet."))


def _refuse_foreign(head: bytes, file: str) -> None:
    """Raise `PoolError` if the first bytes are those of something that is not UTF-8 text."""
    for start, (what, advice) in _FOREIGN.items():
        if head.startswith(start):
            raise PoolError(Problem(f"the file is {what}", Location(file), "a pool", advice))


def _read_with_astropy(path: Path, kind: str, options: dict[str, object]) -> RawTable:
    """Read a file of any format that astropy tables know; warnings become problems."""
    from astropy.io.registry import IORegistryError
    from astropy.table import Table

    file = str(path)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            table = Table.read(path, format=kind, **options)
        except IORegistryError as error:
            what = f"there is no table format {kind}"
            raise UsageError(Problem(what, Location(file))) from error
        except Exception as error:
            if kind == "fits":
                _refuse_exposure(path)
            # Damaged files make astropy raise errors of any class.
            raise _broken(file, kind, error) from error
        try:
            raw = read_astropy(table, file)
        except PoolError:
            # Exposures hold tables too, but none of them is a pool.
            if kind == "fits":
                _refuse_exposure(path)
            raise
    texts = dict.fromkeys(str(warning.message) for warning in caught)
    warned = tuple(Problem(f"astropy warns: {text}", Location(file)) for text in texts)
    return replace(raw, problems=warned + raw.problems)


def _refuse_exposure(path: Path) -> None:
    """Raise `PoolError` if a FITS file is an exposure, whose header names the telescope."""
    from astropy.io import fits

    is_exposure = False
    # If the header cannot be read either, the first error is the one to report.
    with suppress(Exception):
        is_exposure = "TELESCOP" in fits.getheader(path)
    if is_exposure:
        what = "the file is an exposure, not a pool"
        advice = "For FITS exposures use 'asnsolve associate'."
        raise PoolError(Problem(what, Location(str(path)), "a table of exposures", advice))


def _broken(file: str, kind: str, error: Exception) -> PoolError:
    """Describe a file that does not have the format that it should have."""
    first = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
    return PoolError(Problem(f"the file cannot be read as {kind}: {first}", Location(file)))
