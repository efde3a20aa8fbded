"""Where association files go, and how the paths of their members are written in them."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.from_files.request import PathPolicy
from asnsolve.input_files import absolute, is_file
from asnsolve.phrases import listed

_Way = Literal["name", "relative", "absolute"]

# Source: jwst 3.0. `Step.make_input_path` leaves a name with a directory as it is and looks up a
# bare one beside the association; `ModelContainer` and `ModelLibrary` look up both beside the
# association; calwebb_image2 opens both as they are.
_BARE_IN_WORKING_DIRECTORY: Final = ("image2",)
_RELATIVE_BESIDE_ASSOCIATION: Final = ("image3", "spec3", "tso3", "coron3")

_NAMED_ONLY: Final[Mapping[str, str]] = MappingProxyType(
    {"sourcecat": "catalogs", "segmap": "segmentation maps", "direct_image": "direct images"}
)
"""Roles of members that calwebb_spec2 opens by name in the working directory, with plurals."""


def pipeline_of(asn_type: str) -> str:
    """Return the pipeline that takes associations of a type.

    Parameters
    ----------
    asn_type : str
        Type of association, such as ``tso-spec2``.

    Returns
    -------
    str
        Its name without ``calwebb_``, such as ``spec2``; ``wfs-image3`` where a step takes them.
    """
    if asn_type.startswith("wfs-") and asn_type.endswith("3"):
        return asn_type
    # Types such as tso-image2 and nrslamp-spec2 say in front what kind of data it is.
    return asn_type.rpartition("-")[2]


def association_directory(association: Association, out: Path, *, beside: bool) -> Path:
    """Return the directory that an association file goes to.

    Parameters
    ----------
    association : Association
        Its members are paths.
    out : Path
        The directory that was asked for.
    beside : bool
        Whether the association goes next to its data instead: where its first science member is.

    Returns
    -------
    Path
        The directory.
    """
    if not beside:
        return out
    return next(
        (Path(member.expname).parent for member in association.members if not member.derived), out
    )


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
    policy : "auto", "name", "relative" or "absolute"
        As in `path_text`; under ``auto``, ``name`` if the association file lies beside all of its
        members and its pipeline looks there, and ``absolute`` otherwise.
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
    way: _Way
    if policy == "auto":
        found = _is_beside(association, directory, absent) and not _is_lost(association, "name")
        way = "name" if found else "absolute"
    else:
        way = policy

    def rewritten(member: Member) -> Member:
        if member.exposure in absent:
            return member
        if not member.derived:
            return replace(member, expname=path_text(member.expname, way, directory))
        # A rule names a derived member by its product, wherever the pipeline puts it. The user's
        # own products are files, which tools find by their whole path if they lie elsewhere.
        if not is_file(member.expname):
            return member
        here = absolute(Path(member.expname).parent) == absolute(directory)
        own_way: _Way = way if policy != "auto" else "name" if here else "absolute"
        return replace(member, expname=path_text(member.expname, own_way, directory))

    products = tuple(
        replace(product, members=tuple(map(rewritten, product.members)))
        for product in association.products
    )
    return replace(association, products=products)


def path_text(file: str, way: _Way, directory: Path) -> str:
    """Write the path of a file.

    Parameters
    ----------
    file : str
        Path of the file, absolute or relative to the working directory.
    way : "name", "relative" or "absolute"
        Whether to write the name without directory, the path as seen from `directory`, or the whole
        path.
    directory : Path
        Where the association file goes.

    Returns
    -------
    str
        The path.
    """
    match way:
        case "name":
            return Path(file).name
        case "relative":
            return os.path.relpath(file, directory)
        case "absolute":
            return absolute(file)


def path_notes(
    associations: Sequence[Association],
    policy: PathPolicy,
    directories: Sequence[Path],
    absent: Collection[str] = (),
) -> Iterator[Problem]:
    """Say which pipelines will not find members by the names that a policy gives them.

    Parameters
    ----------
    associations : sequence of Association
        The associations; their members are paths, absolute or relative to the working directory.
    policy : "auto", "name", "relative" or "absolute"
        The policy.
    directories : sequence of Path
        Where the file of each association goes.
    absent : collection of str
        Exposures without a file at hand.

    Yields
    ------
    Problem
        One for each directory and way to miss the members.
    """
    for directory in dict.fromkeys(directories):
        here = [
            association
            for association, place in zip(associations, directories, strict=True)
            if place == directory
        ]
        elsewhere = [one for one in here if not _is_beside(one, directory, absent)]
        beside = [one for one in here if _is_beside(one, directory, absent)]
        where = Location(str(directory))
        if policy == "name":
            if elsewhere:
                what = (
                    f"{_pipelines(elsewhere)} will not find members that are in other directories"
                )
                yield Problem(what, where, advice="Move the association files beside the members.")
            yield from _lost_note(beside, policy, where)
        elif policy == "relative":
            # Seen from the directory of the association, a member beside it has a bare name.
            yield from _lost_note(elsewhere, policy, where)
            yield from _lost_note(beside, "name", where)
    yield from _named_only_note(associations)


def _lost_note(
    associations: Iterable[Association], policy: PathPolicy, where: Location
) -> Iterator[Problem]:
    lost = [association for association in associations if _is_lost(association, policy)]
    if lost:
        what = f"{_pipelines(lost)} will find the members only in the working directory"
        yield Problem(f"{what} {where.file}", where, advice="Run the pipeline there.")


def _named_only_note(associations: Sequence[Association]) -> Iterator[Problem]:
    roles = {member.exptype for association in associations for member in association.members}
    named = [plural for role, plural in _NAMED_ONLY.items() if role in roles]
    if named:
        what = f"calwebb_spec2 opens {listed(named)} by name in the working directory"
        yield Problem(what, advice="Run it in the directory that has them.")


def _is_lost(association: Association, policy: PathPolicy) -> bool:
    """Tell whether the pipeline looks for members of such names in the working directory only."""
    pipeline = pipeline_of(association.asn_type)
    if policy == "relative":
        return pipeline not in _RELATIVE_BESIDE_ASSOCIATION
    return pipeline in _BARE_IN_WORKING_DIRECTORY


def _is_beside(association: Association, directory: Path, absent: Collection[str]) -> bool:
    folder = absolute(directory)
    return all(
        absolute(Path(member.expname).parent) == folder
        for member in association.members
        if not member.derived and member.exposure not in absent
    )


def _pipelines(associations: Iterable[Association]) -> str:
    pipelines = sorted({pipeline_of(association.asn_type) for association in associations})
    return listed([f"calwebb_{pipeline}" for pipeline in pipelines])
