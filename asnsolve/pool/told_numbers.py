"""Numbers of targets that files of JWST tell, by their names and headers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from asnsolve.pool.headers import Header, is_fits, read_header
from asnsolve.pool.target_numbers import ToldNumber, told_by_product
from asnsolve.stages import exposure_of

IMAGE_KEYWORDS: Final = ("scatfile", "segmfile", "dirimage")
"""Keywords of slitless spectra that name products of their direct image."""

_TARGET_KEYWORDS: Final = ("program", "targprop", "targname")


def told_by_header(header: Header) -> Iterator[ToldNumber]:
    """Find the numbers of targets that the names of products in a header tell.

    Parameters
    ----------
    header : Header
        Header of an exposure.

    Yields
    ------
    ToldNumber
        One per keyword of `IMAGE_KEYWORDS` with such a name.
    """
    name = header.path.name
    for keyword in IMAGE_KEYWORDS:
        told = told_by_product(header.values.get(keyword, ""))
        if told is not None:
            source = f"{keyword.upper()} of {name}"
            yield replace(told, source=source, exposures=(exposure_of(name),))


def told_by_file(path: Path) -> ToldNumber | None:
    """Find the number of a target that a product tells.

    Parameters
    ----------
    path : Path
        A file. Its header is read only if its name holds a number but no observation.

    Returns
    -------
    ToldNumber or None
        None if the file has no name of a product.
    """
    told = told_by_product(path.name)
    if told is None or told.observation:
        return told
    program, target = target_in_header(path)
    return told_by_product(path.name, program=program, target=target)


def target_in_header(path: Path) -> tuple[str, str]:
    """Read the target of a file.

    Parameters
    ----------
    path : Path
        The file, which need not exist.

    Returns
    -------
    program, target : str
        What the header says; empty if it says nothing, or there is none.
    """
    header = read_header(path, _TARGET_KEYWORDS) if is_fits(path) else None
    values = header.values if isinstance(header, Header) else {}
    return values.get("program", ""), values.get("targprop") or values.get("targname", "")
