"""What an association shows of itself in a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from asnsolve.displays import brief, first_few, html_table

if TYPE_CHECKING:
    from asnsolve.associations.association import Association, Member


def association_text(association: Association) -> str:
    """Show an association on one line.

    Parameters
    ----------
    association : Association
        The association.

    Returns
    -------
    str
        Its file, or where it has none its product, with the number of members in each role.
    """
    members = roles_text(association.members)
    return f"<Association {_name(association)} by {brief(association.rule)}: {members}>"


def roles_text(members: Iterable[Member]) -> str:
    """Count members in each role.

    Parameters
    ----------
    members : iterable of Member
        The members, science first.

    Returns
    -------
    str
        The counts and roles, in the order of the members.
    """
    roles = Counter(member.exptype for member in members)
    return first_few([f"{count:,} {role}" for role, count in roles.items()], 10)


def association_html(association: Association) -> str:
    """Show the members of an association.

    Parameters
    ----------
    association : Association
        The association.

    Returns
    -------
    str
        HTML.
    """
    shared = [f"{name} {value}" for name, value in association.signature.items() if value]
    notes = [
        f"type {association.asn_type}, rule {association.rule}, candidate {association.asn_id}",
        f"product: {first_few([product.name for product in association.products], 3)}",
    ]
    if shared:
        notes.append(f"the members share {first_few(shared, 12)}")
    return html_table(
        _name(association),
        ("role", "member"),
        [(member.exptype, member.expname) for member in association.members],
        notes,
    )


def _name(association: Association) -> str:
    products = first_few([product.name for product in association.products], 2)
    return brief(association.file_name or products)
