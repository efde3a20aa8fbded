"""What a plan holds: a request, the associations to write, and the files left over."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Problem, UsageError
from asnsolve.from_files.request import Request, relocated
from asnsolve.from_files.request_fields import REQUEST_FIELDS, ROLES
from asnsolve.from_files.solved_request import SolvedRequest
from asnsolve.input_files import is_file
from asnsolve.pool.headers import expanded
from asnsolve.profiles.jwst import FILES


def is_file_here(member: Member) -> bool:
    """Tell whether a member is a file, and not the name of a product that is yet to be made.

    Parameters
    ----------
    member : Member
        A member with a path as name.

    Returns
    -------
    bool
    """
    return not member.derived or is_file(member.expname)


class PlannedMember(NamedTuple):
    """A file in a planned association."""

    file: str
    """Path as seen from the plan, or the name of a derived member."""

    role: str
    """Role of the file, such as ``science``."""

    @property
    def exposure(self) -> str:
        """Name of the exposure of the file: no directory, stage and extension."""
        return FILES.exposure_of(self.file)


@dataclass(frozen=True, slots=True)
class PlannedAssociation:
    """An association of a plan.

    Parameters
    ----------
    file : str
        Name of its file.
    rule : str
        Name of its rule.
    product : str
        Name of its product.
    members : tuple of PlannedMember
        Its members, role by role.
    """

    file: str
    rule: str
    product: str
    members: tuple[PlannedMember, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Associations that are to be written.

    Parameters
    ----------
    request : Request
        What was asked. Its paths are as seen from the plan, and its files are all that were read.
    associations : tuple of PlannedAssociation
        The associations.
    leftover : tuple of (str, str)
        Files in none of them, each with the reason.
    """

    request: Request
    associations: tuple[PlannedAssociation, ...]
    leftover: tuple[tuple[str, str], ...]


def plan_association(association: Association, seen: Callable[[str], str]) -> PlannedAssociation:
    """Plan an association as it was found.

    Parameters
    ----------
    association : Association
        An association with one product and paths as members.
    seen : callable
        Returns the path of a file as seen from the plan.

    Returns
    -------
    PlannedAssociation
        Its members are grouped by role, in the order in which the roles occur.
    """
    (product,) = association.products
    roles = {member.exptype: None for member in product.members}
    members = tuple(
        PlannedMember(seen(member.expname) if is_file_here(member) else member.expname, role)
        for role in roles
        for member in product.members
        if member.exptype == role
    )
    return PlannedAssociation(association.file_name, association.rule, product.name, members)


def _is_path(found: Path | Problem) -> bool:
    return isinstance(found, Path)


def plan_of(solved: SolvedRequest, request: Request, directory: Path) -> Plan:
    """Make the plan of a request.

    Parameters
    ----------
    solved : SolvedRequest
        What the request led to.
    request : Request
        The request.
    directory : Path
        Where the plan will lie.

    Returns
    -------
    Plan
        The plan; its paths are as seen from `directory`.

    Raises
    ------
    UsageError
        If the request holds rules in memory, which a text cannot name.
    """

    def seen(file: str) -> str:
        return os.path.relpath(file, directory)

    def seen_files(exposures: Iterable[str]) -> tuple[str, ...]:
        files = solved.inputs.files
        paths = [path for exposure in exposures for path in files[exposure].values()]
        return tuple(sorted(seen(str(path)) for path in paths))

    # A plan is text: it can name rule sets and files of rules, but holds no rules.
    if not all(isinstance(source, str | os.PathLike) for source in request.rules):
        raise UsageError(Problem("the plan cannot name the rules", expected="names or files"))
    # A plan lists the files that were read, not the patterns that led to them.
    patterns: dict[str, Any] = {
        field.name: tuple(map(str, filter(_is_path, expanded(getattr(request, field.name)))))
        if field.planned and not field.role
        else ()
        for field in REQUEST_FIELDS
        if field.kind == "files"
    }
    options = relocated(replace(request, **patterns), seen, is_file)
    # The plan's conditions choose again, and what they leave out counts for target numbers.
    unchosen = [seen(str(path)) for path in solved.inputs.unchosen]
    listed: dict[str, Any] = {name: seen_files(solved.inputs.listed[name]) for name in ROLES}
    return Plan(
        replace(
            options, files=tuple(sorted({*seen_files(solved.inputs.files), *unchosen})), **listed
        ),
        tuple(
            plan_association(association, seen) for association in solved.associated.associations
        ),
        tuple(
            (seen(orphan.filename), str(orphan.refusal or "there are no rules"))
            for orphan in solved.associated.leftover
        ),
    )
