"""Numbers of targets in the names and headers of files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from asnsolve.pool.headers import Header, is_fits, read_header
from asnsolve.pool.target_numbers import KnownNumber, number_in_product
from asnsolve.profiles.jwst import FILES

IMAGE_KEYWORDS: Final = ("scatfile", "segmfile", "dirimage")
"""Keywords of slitless spectra that name products of their direct image."""

_TARGET_KEYWORDS: Final = ("program", "targprop", "targname")


def numbers_in_header(header: Header) -> Iterator[KnownNumber]:
    """Find the numbers of targets in the names of products that a header lists.

    Parameters
    ----------
    header : Header
        Header of an exposure.

    Yields
    ------
    KnownNumber
        One per keyword of `IMAGE_KEYWORDS` that holds the name of a product.
    """
    name = header.path.name
    for keyword in IMAGE_KEYWORDS:
        known = number_in_product(header.values.get(keyword, ""))
        if known is not None:
            source = f"{keyword.upper()} of {name}"
            yield replace(known, source=source, exposures=(FILES.exposure_of(name),))


def number_in_file(path: Path) -> KnownNumber | None:
    """Find the number of a target in the name of a product.

    Parameters
    ----------
    path : Path
        A file. Its header is read only if its name holds a number but no observation.

    Returns
    -------
    KnownNumber or None
        None if the file is not named as a product is.
    """
    known = number_in_product(path.name)
    if known is None or known.observation:
        return known
    program, target = target_in_header(path)
    return number_in_product(path.name, program=program, target=target)


def target_in_header(path: Path) -> tuple[str, str]:
    """Read the target of a file.

    Parameters
    ----------
    path : Path
        The file, which need not exist.

    Returns
    -------
    program, target : str
        Values of the header; empty if it has none, or if there is no FITS file.
    """
    header = read_header(path, _TARGET_KEYWORDS) if is_fits(path) else None
    values = header.values if isinstance(header, Header) else {}
    return values.get("program", ""), values.get("targprop") or values.get("targname", "")
