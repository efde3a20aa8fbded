"""Catalogs of stars that the user made of single exposures, for the alignment of images.

Source: step ``tweakreg`` of the calibration pipeline. It takes the key ``tweakreg_catalog`` of a
member, where it is set to use custom catalogs, and finds the image by the bare name of the member.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.pool.headers import expanded

KEY: Final = "tweakreg_catalog"
"""Key of a member that names its catalog."""


def with_tweakreg_catalogs(
    associations: Sequence[Association], catalogs: Iterable[str]
) -> tuple[list[Association], tuple[Problem, ...]]:
    """Let the members of images name their catalogs.

    Parameters
    ----------
    associations : sequence of Association
        The associations.
    catalogs : iterable of str
        Files, directories, patterns and ``@list``. A catalog is of the exposure whose name its own
        begins with.

    Returns
    -------
    associations : list of Association
        Science members of images of level 3 have the key ``tweakreg_catalog``, with a whole path.
    problems : tuple of Problem
        Catalogs that do not exist, and those that no member has.
    """
    found = list(expanded(catalogs))
    problems = [path for path in found if isinstance(path, Problem)]
    unused = {path for path in found if isinstance(path, Path)}
    paths = sorted(unused)
    if not paths:
        return list(associations), tuple(problems)

    def with_catalog(member: Member) -> Member:
        if member.exptype != "science" or member.derived:
            return member
        own = [path for path in paths if path.name.lower().startswith(f"{member.exposure}_")]
        if not own:
            return member
        unused.difference_update(own)
        whole = os.path.abspath(own[0])  # noqa: PTH100 - a link keeps its own name
        return replace(member, other=(*member.other, (KEY, whole)))

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
        Problem("no image of level 3 is of the exposure of this catalog", Location(str(path)))
        for path in sorted(unused)
    ]
    return changed, tuple(problems)
