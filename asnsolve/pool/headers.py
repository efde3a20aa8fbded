"""Primary headers of FITS files: what an exposure says of itself, without its data."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import BinaryIO, Final

from asnsolve.errors import Location, Problem

__all__ = ["Header", "expanded", "read_header"]

_BLOCK: Final = 2880
_CARD: Final = 80
_START: Final = b"SIMPLE  ="
_MOST_BLOCKS: Final = 1000
_SUFFIXES: Final = (".fits", ".fits.gz")
_VALUE: Final = re.compile(r"\s*(?:'((?:[^']|'')*)'|([^/]*))")


@dataclass(frozen=True, slots=True)
class Header:
    """The primary header of a file.

    Parameters
    ----------
    path : Path
        The file.
    values : mapping of str to str
        Keywords, lower-cased, with their values as text; those without value are left out.
    """

    path: Path
    values: Mapping[str, str]


def expanded(names: Iterable[str | PathLike[str]]) -> Iterator[Path | Problem]:
    """Find the files that are meant: files, directories, patterns with ``*``, and ``@list``.

    Yields
    ------
    Path or Problem
        Each FITS file once, in the order of its path; what leads to none.
    """
    found: dict[Path, None] = {}
    problems: list[Problem] = []
    for name in names:
        text = fspath(name)
        if text.startswith("@"):
            listed = Path(text[1:])
            try:
                lines = [line.strip() for line in listed.read_text("utf-8").splitlines()]
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "it is no text"
                problems.append(Problem(f"the list cannot be read: {reason}", Location(text[1:])))
                continue
            own = [listed.parent / line for line in lines if line and not line.startswith("#")]
        else:
            own = [Path(text)]
        for path in own:
            files = sorted(_files(path))
            found |= dict.fromkeys(files)
            if not files:
                what = "there is no such file" if not path.is_dir() else "it holds no FITS file"
                problems.append(Problem(what, Location(str(path))))
    yield from sorted(found)
    yield from problems


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (one for one in path.rglob("*") if one.name.lower().endswith(_SUFFIXES))
    elif path.exists():
        yield path
    elif set("*?[") & set(str(path)):
        root = Path(path.anchor)
        yield from (one for one in root.glob(str(path.relative_to(root))) if one.is_file())


def read_header(path: Path) -> Header | Problem:
    """Read the primary header of a file, which may be gzipped, and nothing else of it.

    Returns
    -------
    Header or Problem
        Why there is none.
    """
    try:
        with path.open("rb") as stream:
            if stream.read(2) == b"\x1f\x8b":
                stream.seek(0)
                with gzip.open(stream) as unpacked:
                    return _read(unpacked, path)
            stream.seek(0)
            return _read(stream, path)
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "it ends too soon"
        return Problem(f"the file cannot be read: {reason}", Location(str(path)))


def _read(stream: BinaryIO | gzip.GzipFile, path: Path) -> Header | Problem:
    where = Location(str(path))
    values: dict[str, str] = {}
    for number in range(_MOST_BLOCKS):
        block = stream.read(_BLOCK)
        if not number and not block.startswith(_START):
            return Problem("the file is no FITS file", where, "SIMPLE as its first keyword")
        if len(block) < _BLOCK:
            return Problem(
                "the file ends inside its primary header", where, advice="Fetch it again."
            )
        for place in range(0, _BLOCK, _CARD):
            card = block[place : place + _CARD]
            if card.startswith(b"END     "):
                return Header(path, values)
            if card[8:10] == b"= ":
                _add(values, card.decode("latin-1"))
    return Problem("the primary header has no end", where)


def _add(values: dict[str, str], card: str) -> None:
    found = _VALUE.match(card[10:])
    text = "" if found is None else (found[1] if found[1] is not None else found[2]).strip()
    if text:
        values[card[:8].strip().lower()] = text.replace("''", "'")
