"""Products that share a name but not their members: the later one replaces the earlier on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from asnsolve.associations.association import Association, Product
from asnsolve.errors import Location, Problem

_SHOWN: Final = 5
"""Files and values of a problem that are shown; the others are counted."""


def sharing_a_name(
    associations: Sequence[Association], *, compare_roles: bool = True
) -> dict[str, list[int]]:
    """Find the products that share a name but not their members.

    Parameters
    ----------
    associations : sequence of Association
        The associations; all exposures of an association count for each of its products. At level
        2, science files of different stages make files of different names, and share none.
    compare_roles : bool
        Whether the same exposures in other roles are other members.

    Returns
    -------
    dict of str to list of int
        Product names, in the order in which they occur, with the positions of the associations that
        have a product of that name, one for each product.
    """
    # A name with what keeps its files apart from those of other products of that name.
    positions: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
    for position, association in enumerate(associations):
        for product in association.products:
            stages = _science_stages(product) if association.level == 2 else frozenset[str]()
            positions[product.name, stages].append(position)
    found: dict[str, list[int]] = defaultdict(list)
    for (name, _), sharing in positions.items():
        if len(sharing) == 1:
            continue
        contents = {_content(associations[position], compare_roles) for position in sharing}
        if len(contents) > 1:
            found[name] += sharing
    return dict(found)


def _science_stages(product: Product) -> frozenset[str]:
    return frozenset(member.stage for member in product.members if member.exptype == "science")


def _content(association: Association, compare_roles: bool) -> frozenset[tuple[str, str]]:
    """Return what makes members differ.

    Stages do not: the pipeline processes the integrations of an exposure and their average side by
    side. A derived member is not an exposure, and is compared by its file name.
    """
    return frozenset(
        (member.exposure or member.expname, member.exptype if compare_roles else "")
        for member in association.members
    )


def same_names(associations: Sequence[Association]) -> tuple[Problem, ...]:
    """Report products that share a name but not their members.

    Parameters
    ----------
    associations : sequence of Association
        The associations.

    Returns
    -------
    tuple of Problem
        One for each name, sorted by name.
    """
    problems = []
    for name, positions in sorted(sharing_a_name(associations).items()):
        sharing = [associations[position] for position in positions]
        files = _some([f"{sharer.file_name} ({sharer.rule})" for sharer in sharing])
        what = f"{len(sharing)} products are named {name}: {files}"
        advice = f"They differ in {_differences(sharing)}."
        problems.append(Problem(what, Location(sharing[0].asn_pool), advice=advice))
    return tuple(problems)


def _some(texts: Sequence[str]) -> str:
    """List texts, of very many only the first ones."""
    # To name all but one would not be shorter.
    if len(texts) <= _SHOWN + 1:
        return ", ".join(texts)
    return f"{', '.join(texts[:_SHOWN])} and {len(texts) - _SHOWN} more"


def _differences(sharing: Sequence[Association]) -> str:
    # A key that only some of the rules have does not distinguish their products.
    keys = [key for key in sharing[0].signature if all(key in one.signature for one in sharing)]
    values_of_key = {
        key: list(dict.fromkeys(sharer.signature[key] or "not set" for sharer in sharing))
        for key in keys
    }
    differences = [
        f"{key} ({_some(values)})" for key, values in values_of_key.items() if len(values) > 1
    ]
    if len({sharer.rule for sharer in sharing}) > 1:
        differences.insert(0, "the rule")
    return " and ".join(differences) or "their members alone"
