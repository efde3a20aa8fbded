"""A plan: associations as a text that is edited by hand before they are written."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from asnsolve.associations.association import Association
from asnsolve.errors import Problem, UsageError
from asnsolve.from_files.associate_files import SolvedRequest
from asnsolve.from_files.inputs import ROLES
from asnsolve.from_files.request import Request

__all__ = ["Plan", "PlannedAssociation", "plan_association", "plan_of"]


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
    members : tuple of (str, str)
        Files, as seen from the plan, and their roles.
    """

    file: str
    rule: str
    product: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Associations that are to be written.

    Parameters
    ----------
    request : Request
        What was asked; its files, all that were read, are named as seen from the plan.
    associations : tuple of PlannedAssociation
        Those that are to be.
    leftover : tuple of (str, str)
        Files in none of them, with the reason.
    """

    request: Request
    associations: tuple[PlannedAssociation, ...]
    leftover: tuple[tuple[str, str], ...]


def plan_association(association: Association, seen: Callable[[str], str]) -> PlannedAssociation:
    """Plan an association as it was found, its members role by role."""
    (product,) = association.products
    roles = {role: at for at, role in enumerate(dict.fromkeys(m.exptype for m in product.members))}
    members = tuple(
        (member.expname if member.derived else seen(member.expname), member.exptype)
        for member in sorted(product.members, key=lambda member: roles[member.exptype])
    )
    return PlannedAssociation(association.file_name, association.rule, product.name, members)


def plan_of(found: SolvedRequest, request: Request, directory: Path) -> Plan:
    """Make the plan of what was found.

    Parameters
    ----------
    found : SolvedRequest
        What the request led to.
    request : Request
        The request.
    directory : Path
        Where the plan will lie.

    Raises
    ------
    UsageError
        If a rule of the request has no name that can be written down.
    """

    def seen(file: str) -> str:
        return os.path.relpath(file, directory)

    sources = [os.fspath(one) for one in request.rules if isinstance(one, str | os.PathLike)]
    if len(sources) < len(request.rules):
        raise UsageError(Problem("the plan cannot name the rules", expected="names or files"))
    files = sorted(seen(str(path)) for own in found.given.files.values() for path in own.values())
    lists: dict[str, Any] = {
        name: tuple(
            sorted(
                seen(str(path))
                for root in found.given.listed[name]
                for path in found.given.files[root].values()
            )
        )
        for name in ROLES
    }
    return Plan(
        replace(
            request,
            files=tuple(files),
            exclude=(),
            rules=tuple(_rules(one, seen) for one in sources),
            out=None if request.out is None else seen(request.out),
            extra=None if request.extra is None else seen(request.extra),
            **lists,
        ),
        tuple(plan_association(one, seen) for one in found.associated.associations),
        tuple(
            (seen(orphan.filename), str(orphan.refusal or "there are no rules"))
            for orphan in found.associated.leftover
        ),
    )


def _rules(source: str, seen: Callable[[str], str]) -> str:
    return seen(source) if Path(source).is_file() else source
