"""How the paths of members are written in association files."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from asnsolve.associations.association import Association, Member
from asnsolve.from_files.request import PathPolicy


def with_path_policy(
    association: Association,
    policy: PathPolicy,
    directory: Path,
    absent: Collection[str] = (),
) -> Association:
    """Write the paths of members as a policy says.

    Parameters
    ----------
    association : Association
        Its members are paths, absolute or relative to the working directory.
    policy : "name", "relative" or "absolute"
        See `path_text`.
    directory : Path
        Where the association file goes.
    absent : collection of str
        Exposures without a file at hand.

    Returns
    -------
    Association
        Members of absent exposures, and derived members, of which there may be no file yet, stay
        as they are.
    """

    def rewritten(member: Member) -> Member:
        # A rule names a derived member by its product, wherever the pipeline puts it.
        if member.derived or member.exposure in absent:
            return member
        return replace(member, expname=path_text(member.expname, policy, directory))

    products = tuple(
        replace(product, members=tuple(map(rewritten, product.members)))
        for product in association.products
    )
    return replace(association, products=products)


def path_text(file: str, policy: PathPolicy, directory: Path) -> str:
    """Write the path of a file.

    Parameters
    ----------
    file : str
        Path of the file, absolute or relative to the working directory.
    policy : "name", "relative" or "absolute"
        Whether to write the name without directory, the path as seen from `directory`, or the whole
        path.
    directory : Path
        Where the association file goes.

    Returns
    -------
    str
        The path.
    """
    match policy:
        case "name":
            return Path(file).name
        case "relative":
            return os.path.relpath(file, directory)
        case "absolute":
            return os.path.abspath(file)  # noqa: PTH100 - a link keeps its own name
