"""Catalogs of stars that the user made of single exposures, for the alignment of images.

Source: step ``tweakreg`` of the calibration pipeline. It takes the key ``tweakreg_catalog`` of a
member, where it is set to use custom catalogs, and finds the image by the bare name of the member.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.input_files import absolute
from asnsolve.pool.headers import expanded

KEY: Final = "tweakreg_catalog"
"""Key of a member that names its catalog."""


_TABLES: Final = (".ecsv", ".csv", ".txt", ".dat")
"""Endings of catalogs that are not FITS files."""


def with_tweakreg_catalogs(
    associations: Sequence[Association], catalogs: Iterable[str]
) -> tuple[list[Association], tuple[Problem, ...]]:
    """Let the members of images name their catalogs.

    Parameters
    ----------
    associations : sequence of Association
        The associations.
    catalogs : iterable of str
        Files, directories, patterns and ``@list``. The name of a catalog begins with the name of
        its exposure.

    Returns
    -------
    associations : list of Association
        Science members of images of level 3 have the key ``tweakreg_catalog``, with a whole path.
    problems : tuple of Problem
        Catalogs that do not exist, and those that no member has.
    """
    found = list(expanded(catalogs, _is_catalog, "catalog"))
    problems = [path for path in found if isinstance(path, Problem)]
    paths = [path for path in found if isinstance(path, Path)]
    # The name of a catalog goes on after that of its exposure: list it under every beginning.
    catalogs_of: dict[str, list[Path]] = {}
    for path in paths:
        name = path.name.lower()
        for end in (place for place, letter in enumerate(name) if letter == "_"):
            catalogs_of.setdefault(name[:end], []).append(path)
    used: set[Path] = set()

    def with_catalog(member: Member) -> Member:
        if member.exptype != "science" or member.derived:
            return member
        own = catalogs_of.get(member.exposure, [])
        if not own:
            return member
        used.update(own)
        return replace(member, other=(*member.other, (KEY, absolute(own[0]))))

    changed = [
        replace(
            association,
            products=tuple(
                replace(product, members=tuple(map(with_catalog, product.members)))
                for product in association.products
            ),
        )
        if association.level == 3 and association.asn_type == "image3"
        else association
        for association in associations
    ]
    problems += [
        Problem("no image3 association has the exposure of this catalog", Location(str(path)))
        for path in paths
        if path not in used
    ]
    return changed, tuple(problems)


def _is_catalog(path: Path) -> bool:
    """Tell by its name whether a file in a directory is a catalog."""
    return path.suffix.lower() in _TABLES or path.name.lower().endswith("_cat.fits")
