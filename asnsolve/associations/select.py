"""Which associations stay, in which order, under which file names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import assert_never

from asnsolve.associations.build import Draft
from asnsolve.associations.model import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.naming import exposure_root, file_name
from asnsolve.rules.model import Base, Law

__all__ = ["name_files", "same_names", "select"]

Content = frozenset[tuple[str, str]]


def select(found: Iterable[Draft]) -> list[Draft]:
    """Drop associations that repeat one another, by the laws of their level; levels are apart."""
    by_base: dict[Base, list[Draft]] = defaultdict(list)
    for draft in found:
        by_base[draft.rule.base].append(draft)
    kept: list[Draft] = []
    for base, drafts in by_base.items():
        left = drafts
        for law in base.laws:
            left = _obey(law, left)
        kept += left
    return kept


def _obey(law: Law, found: list[Draft]) -> list[Draft]:
    match law:
        case "discovered repeats":
            return _without_discovered_repeats(found)
        case "one membership":
            return _one_of_each_membership(found)
        case "whole products":
            return _whole_products(found)
        case _:
            assert_never(law)


def _without_discovered_repeats(found: list[Draft]) -> list[Draft]:
    """Drop each discovered association that repeats a candidate's: type and files are the same.

    Source: section 9 of the documented Level-3 rules, mode "all".
    """

    def content(draft: Draft) -> tuple[int, str, frozenset[str]]:
        files = frozenset(member.expname for member in draft.product.members)
        return draft.scope.component, draft.rule.asn_type, files

    named = {content(draft) for draft in found if draft.scope.candidate is not None}
    return [
        draft for draft in found if draft.scope.candidate is not None or content(draft) not in named
    ]


def _one_of_each_membership(found: list[Draft]) -> list[Draft]:
    """Keep one of the associations whose files have the same roles, whatever type and rule.

    The candidate of the greatest id stays, for it is the nearest: an observation before a
    candidate of several, that before what no candidate names. Among rules the last by name stays:
    the special before the general. Source: the operational generator.
    """
    by_content: dict[tuple[int, Content], list[Draft]] = defaultdict(list)
    for draft in found:
        by_content[draft.scope.component, _content(draft)].append(draft)
    return [
        max(drafts, key=lambda draft: (draft.asn_id, draft.rule.name, draft.order))
        for drafts in by_content.values()
    ]


def _whole_products(found: list[Draft]) -> list[Draft]:
    """Of the associations of one product name, drop those whose members another has too, and more.

    Source: the operational generator, where it was meant so.
    """
    by_name: dict[tuple[int, str], list[Draft]] = defaultdict(list)
    for draft in found:
        by_name[draft.scope.component, draft.product.name].append(draft)
    kept = []
    for drafts in by_name.values():
        contents = [_content(draft) for draft in drafts]
        kept += [
            draft
            for draft, own in zip(drafts, contents, strict=True)
            if not any(own < other for other in contents)
        ]
    return kept


def _content(draft: Draft) -> Content:
    return frozenset((member.expname, member.exptype) for member in draft.product.members)


def name_files(
    found: Iterable[Draft], asn_pool: str, digits: int, version_id: str | None
) -> tuple[Association, ...]:
    """Sort associations, number those of one program, id and type from 1, and name their files.

    Parameters
    ----------
    found : iterable of Draft
        In any order.
    asn_pool : str
        Name of the pool.
    digits : int
        How many digits a number has.
    version_id : str or None
        Version tag of the run.
    """
    numbers: Counter[tuple[str, str, str]] = Counter()
    named = []
    for draft in sorted(found, key=lambda draft: draft.order):
        family = (draft.program, draft.asn_id, draft.rule.asn_type)
        numbers[family] += 1
        name = file_name(*family, numbers[family], digits, version_id=version_id)
        named.append(
            Association(
                rule=draft.rule.name,
                asn_type=draft.rule.asn_type,
                asn_id=draft.asn_id,
                program=draft.program,
                target=draft.target,
                products=(draft.product,),
                file_name=name,
                asn_pool=asn_pool,
                constraints=draft.constraints,
                degraded_status=draft.degraded_status,
                version_id=version_id,
                signature=draft.signature,
                level=draft.rule.base.level,
            )
        )
    return tuple(named)


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
