"""Needs that contradict each other, so that no association can meet all of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from asnsolve.expr.nodes import AtLeast, AtMost, Distinct, Exactly, Need, PlainNeed, Within
from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.claims import Claims
from asnsolve.proofs.findings import Finding
from asnsolve.rules.rule_set import rule_key


def contradictory_needs(claims: Claims) -> Iterator[Finding]:
    """Find the needs of a rule that no association can meet together.

    Parameters
    ----------
    claims : Claims
        The rules of a level.

    Yields
    ------
    Finding
        Of kind *need*: one for the needs that are in force everywhere, or else one for those in
        candidates of each type.
    """
    for rule in claims.level_rules:
        named = [need for need in rule.all_needs if isinstance(need, Within)]
        types = dict.fromkeys(each for need in named for each in need.candidate_types)
        # Needs that contradict each other everywhere do so in every candidate.
        for where in ("", *types):
            needs = contradictory(_in_force(rule.all_needs, where), rule.member_roles.results())
            if needs:
                said = " and that ".join(map(to_text, needs))
                place = f" in {where} candidates" if where else ""
                what = f"no association{place} can meet the needs that {said}"
                yield Finding("need", claims.level, (rule_key(rule),), where, what, {})
            if needs and not where:
                break


def _in_force(needs: Sequence[Need], candidate_type: str) -> list[PlainNeed]:
    """List the needs in candidates of a type; without one, those that are in force everywhere."""
    plain: list[PlainNeed] = []
    for need in needs:
        if not isinstance(need, Within):
            plain.append(need)
        elif candidate_type in need.candidate_types:
            plain.append(need.need)
    return plain


def contradictory(needs: Sequence[PlainNeed], roles: Sequence[str]) -> list[PlainNeed]:
    """Find needs that cannot be met together.

    Parameters
    ----------
    needs : sequence of PlainNeed
        The needs.
    roles : sequence of str
        The roles that members can have, one each.

    Returns
    -------
    list of PlainNeed
        Those that contradict each other; none if all can be met.
    """
    fewest: dict[str | None, PlainNeed] = {}
    most: dict[str | None, PlainNeed] = {}
    for need in needs:
        if need.role not in fewest or _least(need) > _least(fewest[need.role]):
            fewest[need.role] = need
        limit = _most(need)
        if limit < _most(most.get(need.role)):
            most[need.role] = need
    for role, need in most.items():
        if _most(need) < _least(fewest[role]):
            return [fewest[role], need]
    # Members of different roles are different members.
    asked = sorted((fewest[role] for role in roles if role in fewest), key=_least, reverse=True)
    for count in range(1, len(asked) + 1):
        if _most(most.get(None)) < sum(map(_least, asked[:count])):
            return [*asked[:count], most[None]]
    if sum(_most(most.get(role)) for role in roles) < _least(fewest.get(None)):
        return [*(most[role] for role in roles), fewest[None]]
    return []


def _least(need: PlainNeed | None) -> int:
    """Return how many members of its role a need asks for."""
    match need:
        case AtLeast(count) | Exactly(count) | Distinct(count):
            return count
        case _:
            return 0


def _most(need: PlainNeed | None) -> float:
    """Return how many members of its role a need allows."""
    return need.count if isinstance(need, AtMost | Exactly) else math.inf
