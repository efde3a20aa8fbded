"""Products of one name that are not the same: the later run wins on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.naming import exposure_root

__all__ = ["same_names"]


def same_names(associations: Sequence[Association]) -> tuple[Problem, ...]:
    """Report products that have one name but not the same members: the later run wins on disk."""
    by_name: dict[str, list[Association]] = defaultdict(list)
    for association in associations:
        for product in association.products:
            by_name[product.name].append(association)
    return tuple(
        Problem(
            f"{len(sharing)} products are named {name}: {_listed(sharing)}",
            Location(sharing[0].asn_pool),
            advice=f"They differ in {_differences(sharing)}.",
        )
        for name, sharing in sorted(by_name.items())
        if len(set(map(_exposures, sharing))) > 1
    )


def _exposures(association: Association) -> frozenset[tuple[str, str]]:
    """Return members without stage: integrations apart and together are processed side by side."""

    def plain(member: Member) -> tuple[str, str]:
        return exposure_root(member.expname), member.exptype

    return frozenset(map(plain, association.members))


def _listed(sharing: Sequence[Association]) -> str:
    return ", ".join(f"{one.file_name} ({one.rule})" for one in sharing)


def _differences(sharing: Sequence[Association]) -> str:
    # What only some of the rules bind says nothing of a difference.
    keys = [key for key in sharing[0].signature if all(key in one.signature for one in sharing)]
    told = {
        key: list(dict.fromkeys(one.signature[key] or "not set" for one in sharing)) for key in keys
    }
    words = [f"{key} ({', '.join(values)})" for key, values in told.items() if len(values) > 1]
    if len({one.rule for one in sharing}) > 1:
        words.insert(0, "the rule")
    return " and ".join(words) or "their members alone"
