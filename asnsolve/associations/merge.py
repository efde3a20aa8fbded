"""Merging: one association of level 2 per program, candidate and type."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from asnsolve.associations.association import Association, Member, Product
from asnsolve.profiles import Names


def merge(associations: Iterable[Association], names: Names) -> tuple[Association, ...]:
    """Join the associations of level 2 that have one program, id and type.

    Parameters
    ----------
    associations : iterable of Association
        Of any level, with file names.
    names : Names
        How the mission names files.

    Returns
    -------
    tuple of Association
        A joined association has the products of all, those of one name as one product with the
        members of both, and lists the rules and constraints of all. It comes where its first
        association came. Associations of other levels are returned as they are.
    """
    families: dict[tuple[str, ...], list[Association]] = defaultdict(list)
    for association in associations:
        alone = () if association.level == 2 else (association.file_name,)
        families[*joined_by(association), *alone].append(association)
    return tuple(
        _joined(family, names) if family[0].level == 2 else family[0]
        for family in families.values()
    )


def joined_by(association: Association) -> tuple[str, str, str]:
    """Return what the associations of level 2 that are joined have in common.

    Parameters
    ----------
    association : Association
        An association of level 2.

    Returns
    -------
    program, asn_id, asn_type : str
    """
    return association.program, association.asn_id, association.asn_type


def _joined(family: list[Association], names: Names) -> Association:
    first = family[0]
    number = names.parse_file_name(first.file_name)
    name = names.file_name(
        first.program,
        first.asn_id,
        first.asn_type,
        1,
        number.digits,
        version_id=first.version_id,
    )
    return replace(
        first,
        rule=", ".join(sorted({part.rule for part in family})),
        target=", ".join(sorted({part.target for part in family})),
        products=_products(family),
        file_name=name,
        constraints="\n\n".join(
            dict.fromkeys(f"{part.rule}\n{part.constraints}" for part in family)
        ),
        # The sentence about a degraded exposure is longer than the one about none.
        degraded_status=max((part.degraded_status for part in family), key=len),
        signature={},
    )


def _products(family: list[Association]) -> tuple[Product, ...]:
    """Join products of one name and one science file; other stages make products of their own."""
    members: dict[tuple[str, frozenset[str]], dict[str, Member]] = defaultdict(dict)
    for product in (product for part in family for product in part.products):
        science = frozenset(m.expname for m in product.members if m.exptype == "science")
        for member in product.members:
            members[product.name, science].setdefault(member.expname, member)
    return tuple(Product(name, tuple(joined.values())) for (name, _), joined in members.items())
