"""Numbers of targets in the names and headers of files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from asnsolve.pool.headers import Header, is_fits, read_header
from asnsolve.pool.target_numbers import KnownNumber, number_in_product
from asnsolve.profiles import Profile, default_profile


def numbers_in_header(header: Header, profile: Profile) -> Iterator[KnownNumber]:
    """Find the numbers of targets in the names of products that a header lists.

    Parameters
    ----------
    header : Header
        Header of an exposure.
    profile : Profile
        The mission.

    Yields
    ------
    KnownNumber
        One per keyword of `Headers.products` that holds the name of a product.
    """
    name = header.path.name
    for keyword in profile.headers.products:
        # Most headers name no product.
        product = header.values.get(keyword, "")
        known = number_in_product(product, profile=profile) if product else None
        if known is not None:
            source = f"{keyword.upper()} of {name}"
            yield replace(known, source=source, exposures=(profile.files.exposure_of(name),))


def number_in_file(path: Path, profile: Profile | None = None) -> KnownNumber | None:
    """Find the number of a target in the name of a product.

    Parameters
    ----------
    path : Path
        A file. Its header is read only if its name holds a number but no observation.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    KnownNumber or None
        None if the file is not named as a product is.
    """
    profile = profile or default_profile()
    known = number_in_product(path.name, profile=profile)
    if known is None or known.observation:
        return known
    program, target = target_in_header(path, profile)
    return number_in_product(path.name, program=program, target=target, profile=profile)


def target_in_header(path: Path, profile: Profile | None = None) -> tuple[str, str]:
    """Read the target of a file.

    Parameters
    ----------
    path : Path
        The file, which need not exist.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    program, target : str
        Values of the header; empty if it has none, or if there is no FITS file.
    """
    headers = (profile or default_profile()).headers
    program, *targets = (
        headers.keywords.get(column, column) for column in ("program", *headers.targets)
    )
    header = read_header(path, (program, *targets)) if is_fits(path) else None
    values = header.values if isinstance(header, Header) else {}
    target = next((values[name] for name in targets if values.get(name)), "")
    return values.get(program, ""), target
