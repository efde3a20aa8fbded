"""Roles that users name for members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from asnsolve.associations.meaning_checks import known_roles
from asnsolve.errors import Problem, UsageError
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean


def known_role(role: str, others: Iterable[str] = ()) -> str:
    """Return a role in lower case, which every pipeline understands.

    Parameters
    ----------
    role : str
        The role, in any case.
    others : iterable of str
        Further roles, in lower case, besides those of JWST.

    Returns
    -------
    str

    Raises
    ------
    UsageError
        If there is no such role.
    """
    roles = tuple(dict.fromkeys((*known_roles(), *others)))
    if role.lower() not in roles:
        what, expected = f"the role is {quoted(role)}", f"one of {', '.join(roles)}"
        raise UsageError(Problem(what, expected=expected, advice=did_you_mean(role, roles)))
    return role.lower()


def role_of_member(member: Mapping[str, Any]) -> str:
    """Return the role of a member in lower case; other programs write it in upper case.

    Parameters
    ----------
    member : mapping
        A member as JSON data.

    Returns
    -------
    str
    """
    return str(member.get("exptype")).lower()


def roles_in(data: Mapping[str, Any]) -> tuple[str, ...]:
    """List the roles in an association; associations of other missions have other roles.

    Parameters
    ----------
    data : mapping
        The association as JSON data.

    Returns
    -------
    tuple of str
        In lower case, sorted.
    """
    members = (member for product in data["products"] for member in product["members"])
    return tuple(sorted(set(map(role_of_member, members))))
