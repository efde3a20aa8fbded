"""Read the primary headers of FITS files, without their data."""

from __future__ import annotations

import gzip
import os
import warnings
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO, Final

from asnsolve.errors import Location, Problem, UsageError, doing, not_utf8
from asnsolve.input_files import exists, is_directory, is_file, is_text, opened, read_content
from asnsolve.workers import Done, in_workers

_BLOCK: Final = 2880
_CARD: Final = 80
_START: Final = b"SIMPLE  ="
_EXTENSION: Final = b"XTENSION="
_MOST_BLOCKS: Final = 1000
_AT_ONCE: Final = 256
_SUFFIXES: Final = (".fits", ".fits.gz")


_Chunk = tuple[int, Sequence[Path]]
"""Index of a file, and the files from there on that one process reads at a time."""


@dataclass(frozen=True, slots=True)
class Header:
    """The primary header of a file.

    Parameters
    ----------
    path : Path
        The file.
    values : mapping of str to str
        Values as text by lower-cased keyword; keywords without value are left out.
    table : Path, optional
        The table that has the header, if the file is not at hand.
    """

    path: Path
    values: Mapping[str, str]
    table: Path | None = None


def expanded(
    names: Iterable[str | PathLike[str]],
    wanted: Callable[[Path], bool] | None = None,
    kind: str = "FITS file",
) -> Iterator[Path | Problem]:
    """Find the files that users name.

    Parameters
    ----------
    names : iterable of path-like
        Files, directories, patterns with ``*``, and lists of these, written ``@list``.
    wanted : callable, optional
        Tells by its path which files of a directory to take; by default FITS files.
    kind : str
        What such a file is called.

    Yields
    ------
    Path or Problem
        Each file once, sorted by path; then a problem for each name without files.

    Raises
    ------
    UsageError
        If a name is empty, or not text or a path.
    """
    every: dict[Path, None] = {}
    problems: list[Problem] = []
    named: set[Path] = set()
    for path in _each_named(names, problems):
        found = sorted(_files(path, wanted or is_fits))
        files = [file for file in found if is_text(file)]
        problems += [not_utf8(str(file)) for file in found if not is_text(file)]
        if files == [path] and path in named:
            problems.append(Problem("the file is named twice", Location(str(path))))
        named.add(path)
        every |= dict.fromkeys(files)
        if not found:
            problems.append(Problem(_why_none(path, kind), Location(str(path))))
    yield from sorted(every)
    yield from problems


def _each_named(names: Iterable[str | PathLike[str]], problems: list[Problem]) -> Iterator[Path]:
    """Yield the names and those in lists; add a problem for each list that cannot be read."""
    # Callers pass on what users gave: it need not even be iterable.
    for name in names if isinstance(names, Iterable) else [names]:
        if not isinstance(name, str | PathLike):
            kind = type(name).__name__
            what = f"the files hold a value of type {kind}, which is not the name of a file"
            advice = "Of an astropy HDUList, pass its filename()."
            raise UsageError(Problem(what, expected="paths", advice=advice))
        text = fspath(name)
        if not text.strip():
            # It would be taken for the working directory.
            raise UsageError(Problem("the name of a file is empty"))
        if not text.startswith("@"):
            yield Path(text)
            continue
        list_file = Path(text[1:])
        try:
            lines = [line.strip() for line in read_content(list_file).decode().splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not text"
            problems.append(Problem(f"the list cannot be read: {reason}", Location(text[1:])))
            continue
        yield from (list_file.parent / line for line in lines if line and not line.startswith("#"))


def _why_none(path: Path, kind: str) -> str:
    """Say why no file was found under a path, as a clause."""
    if is_directory(path):
        return f"it holds no {kind}"
    return "it is not a plain file" if exists(path) else "there is no such file"


def _files(path: Path, wanted: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield the wanted files in a directory, a file itself, or the files that match a pattern."""
    if is_directory(path):
        # Unlike rglob, os.walk raises no error if a directory vanishes meanwhile.
        for folder, folders, names in os.walk(path):
            yield from filter(wanted, (Path(folder, name) for name in (*folders, *names)))
    elif is_file(path):
        yield path
    else:
        root = Path(path.anchor)
        # A pattern with "**" beside other characters matches nothing.
        with suppress(ValueError):
            yield from filter(is_file, root.glob(str(path.relative_to(root))))


def is_fits(path: Path) -> bool:
    """Tell by its name whether a file is a FITS file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
    """
    return path.name.lower().endswith(_SUFFIXES)


def read_headers(
    paths: Sequence[Path],
    keywords: Collection[str],
    *,
    further: Collection[str] = (),
    jobs: int,
    on_file: Callable[[str], None] | None = None,
) -> Iterator[Header | Problem]:
    """Read the primary headers of many files.

    Parameters
    ----------
    paths : sequence of Path
        The files.
    keywords : collection of str
        Lower-cased keywords to keep.
    further : collection of str
        Those of them that may be in the first extension instead.
    jobs : int
        Number of processes.
    on_file : callable, optional
        Called with the name of each file when its header has been read.

    Yields
    ------
    Header or Problem
        For each file in turn its header, or why there is none.
    """
    read = partial(read_header, keywords=frozenset(keywords), further=frozenset(further))
    if jobs == 1 or len(paths) <= _AT_ONCE:
        yield from _announced(zip(paths, map(read, paths), strict=True), on_file)
        return
    headers = _read_in_processes(partial(_each, read), paths, jobs)
    yield from _announced(zip(paths, headers, strict=True), on_file)


def _read_in_processes(
    read: Callable[[_Chunk], list[Header | Problem]], paths: Sequence[Path], jobs: int
) -> Iterator[Header | Problem]:
    """Read headers chunk by chunk, and yield them in the order of the paths."""
    chunks = [(start, paths[start : start + _AT_ONCE]) for start in range(0, len(paths), _AT_ONCE)]
    # By start, the chunks that have been read before their turn.
    early: dict[int, list[Header | Problem]] = {}
    turn = 0
    for outcome in in_workers(read, chunks, jobs):
        start, files = outcome.task
        if isinstance(outcome, Done):
            early[start] = outcome.result
        else:
            what = f"the file cannot be read: {outcome.why}"
            early[start] = [Problem(what, Location(str(path))) for path in files]
        while turn in early:
            yield from early.pop(turn)
            turn += _AT_ONCE


def _each(read: Callable[[Path], Header | Problem], chunk: _Chunk) -> list[Header | Problem]:
    return [read(path) for path in chunk[1]]


def _announced(
    headers: Iterable[tuple[Path, Header | Problem]], on_file: Callable[[str], None] | None
) -> Iterator[Header | Problem]:
    """Yield headers, and call `on_file` with the name of each file."""
    for path, header in headers:
        if on_file is not None:
            on_file(path.name)
        yield header


def read_header(
    path: Path, keywords: Collection[str] | None = None, further: Collection[str] = ()
) -> Header | Problem:
    """Read the primary header of a file, and nothing else of the file unless it is asked for.

    Parameters
    ----------
    path : Path
        The file, gzipped or not.
    keywords : collection of str, optional
        Lower-cased keywords to keep; all by default.
    further : collection of str
        Keywords that are looked for in the first extension if the primary header lacks them.

    Returns
    -------
    Header or Problem
        The header, or why there is none.
    """
    try:
        with doing(f"reading {path}"), opened(path) as stream:
            if stream.read(2) == b"\x1f\x8b":
                stream.seek(0)
                with gzip.open(stream) as unpacked:
                    return _read(unpacked, path, keywords, further)
            stream.seek(0)
            return _read(stream, path, keywords, further)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None)
        reason = reason or ("it ends too soon" if isinstance(error, EOFError) else str(error))
        return Problem(f"the file cannot be read: {reason}", Location(str(path)))


def _read(
    stream: BinaryIO | gzip.GzipFile,
    path: Path,
    keywords: Collection[str] | None,
    further: Collection[str],
) -> Header | Problem:
    where = Location(str(path))
    # Cards by keyword, each with those that continue it; the first card of a keyword counts.
    images: dict[str, bytes] = {}
    keyword = ""
    for number in range(_MOST_BLOCKS):
        block = stream.read(_BLOCK)
        if not number and not block.startswith(_START):
            return Problem("the file is not a FITS file", where, "SIMPLE as its first keyword")
        if len(block) < _BLOCK:
            return Problem(
                "the file ends inside its primary header", where, advice="Fetch it again."
            )
        # Only cards that are wanted are kept, and parsed at the end: most files have thousands.
        for place in range(0, _BLOCK, _CARD):
            image = block[place : place + _CARD]
            if image.startswith(b"END     "):
                if not images.keys() >= {*further}:
                    images = {**_of_extension(stream, further), **images}
                return Header(path, dict(_values(images)))
            if image.startswith(b"CONTINUE"):
                if keyword in images:
                    images[keyword] += image
                continue
            keyword = image[:8].decode("latin-1").strip().lower()
            if image[8:10] == b"= " and (keywords is None or keyword in keywords):
                images.setdefault(keyword, image)
    return Problem("the primary header has no end", where)


def _of_extension(stream: BinaryIO | gzip.GzipFile, keywords: Collection[str]) -> dict[str, bytes]:
    """Read cards of the first extension, which follows a primary header without data."""
    images: dict[str, bytes] = {}
    for number in range(_MOST_BLOCKS):
        block = stream.read(_BLOCK)
        if len(block) < _BLOCK or not (number or block.startswith(_EXTENSION)):
            break
        for place in range(0, _BLOCK, _CARD):
            image = block[place : place + _CARD]
            if image.startswith(b"END     "):
                return images
            keyword = image[:8].decode("latin-1").strip().lower()
            if image[8:10] == b"= " and keyword in keywords:
                images.setdefault(keyword, image)
    return images


def _values(images: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield the values of cards as text, without cards that have no value or an invalid one."""
    from astropy.io.fits import Card, Undefined, VerifyError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for keyword, image in images.items():
            try:
                value = Card.fromstring(image).value
            except (VerifyError, ValueError):
                continue
            text = ("F", "T")[value] if isinstance(value, bool) else str(value).strip()
            if text and not isinstance(value, Undefined):
                yield keyword, text
