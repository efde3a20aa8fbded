"""Which associations stay, in which order, under which file names."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from asnsolve.associations.build import Draft
from asnsolve.associations.model import Association
from asnsolve.errors import Location, Problem
from asnsolve.naming import file_name

__all__ = ["drop_repeats", "name_files", "same_names"]


def drop_repeats(found: Iterable[Draft]) -> list[Draft]:
    """Drop each discovered association that repeats a candidate's: type and files are the same.

    Source: section 9 of the documented Level-3 rules, mode "all".
    """
    found = list(found)
    named = {_content(draft) for draft in found if draft.scope.candidate is not None}
    return [
        draft
        for draft in found
        if draft.scope.candidate is not None or _content(draft) not in named
    ]


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
        if len({frozenset(association.members) for association in sharing}) > 1
    )


def _content(draft: Draft) -> tuple[int, str, frozenset[str]]:
    files = frozenset(member.expname for member in draft.product.members)
    return draft.scope.component, draft.rule.asn_type, files


def _listed(sharing: Sequence[Association]) -> str:
    return ", ".join(f"{one.file_name} ({one.rule})" for one in sharing)


def _differences(sharing: Sequence[Association]) -> str:
    keys = dict.fromkeys(key for one in sharing for key in one.signature)
    told = {
        key: list(dict.fromkeys(one.signature.get(key, "") or "not set" for one in sharing))
        for key in keys
    }
    words = [f"{key} ({', '.join(values)})" for key, values in told.items() if len(values) > 1]
    if len({one.rule for one in sharing}) > 1:
        words.insert(0, "the rule")
    return " and ".join(words) or "their members alone"
