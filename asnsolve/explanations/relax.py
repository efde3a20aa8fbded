"""The fewest clauses and needs of a rule that would have to give to let an exposure in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.explanations.subject import Subject
from asnsolve.expr.nodes import Need
from asnsolve.interpret.to_text import to_text
from asnsolve.naming import exposure_root
from asnsolve.pipeline import solve
from asnsolve.rules.rule import Reach, Rule

__all__ = ["CANDIDATE", "fewest", "holding", "need_name", "relaxed", "takes"]

CANDIDATE: Final = "candidate"
"""What asks for a candidate of the right type, named like a clause."""

_STEPS: Final = "steps"
_MOST_MORE: Final = 2


def need_name(need: Need) -> str:
    """Name a need as `RuleAnswer.to_give` does."""
    return f"need: {to_text(need)}"


def relaxed(rule: Rule, given: Iterable[str]) -> Rule:
    """Return a rule without some of its clauses and needs."""
    names = frozenset(given)
    base = replace(
        rule.base,
        needs=tuple(need for need in rule.base.needs if need_name(need) not in names),
        steps=() if _STEPS in names else rule.base.steps,
    )
    return replace(
        rule,
        base=base,
        mixins=(),
        clauses=tuple(clause for clause in rule.all_clauses if clause.name not in names),
        needs=tuple(need for need in rule.needs if need_name(need) not in names),
        reach=Reach() if CANDIDATE in names else rule.reach,
        steps=() if _STEPS in names else rule.steps,
    )


def holding(associations: Iterable[Association], filename: str) -> Iterator[Association]:
    """Give the associations of which an exposure is a member."""
    root = exposure_root(filename)
    for found in associations:
        if any(exposure_root(one.expname) == root and not one.derived for one in found.members):
            yield found


def takes(subject: Subject, rule: Rule) -> bool:
    """Tell whether a rule, by itself, has an association with the exposure."""
    return any(holding(solve(subject.pool, rule), subject.filename))


def fewest(
    subject: Subject, rule: Rule, refusals: Sequence[frozenset[str]]
) -> tuple[str, ...] | None:
    """Find the fewest parts of a rule without which it takes an exposure.

    Parameters
    ----------
    subject : Subject
        The exposure.
    rule : Rule
        The rule.
    refusals : sequence of frozenset of str
        The clauses that refuse the exposure itself, in each scope that it is in: they must all
        give, in one scope at least.

    Returns
    -------
    tuple of str or None
        In the order of the rule; None if more than two have to give besides those.
    """
    keys = [name for name, _ in rule.keys]
    needs = [need_name(need) for need in rule.all_needs]
    order = [*(clause.name for clause in rule.all_clauses), CANDIDATE, *needs, _STEPS]
    more = [*needs, *keys, _STEPS]
    tried: set[frozenset[str]] = set()
    least = min(map(len, refusals), default=0)
    for size in range(least, least + _MOST_MORE + 1):
        for own in refusals:
            others = [name for name in more if name not in own]
            for added in combinations(others, max(size - len(own), 0)):
                given = own.union(added)
                if len(given) != size or given in tried:
                    continue
                tried.add(given)
                if takes(subject, relaxed(rule, given)):
                    return tuple(sorted(_needed(subject, rule, given), key=order.index))
    return None


def _needed(subject: Subject, rule: Rule, given: frozenset[str]) -> frozenset[str]:
    """Leave out what need not give: a step may let in what clauses refuse, as acquisitions."""
    for name in sorted(given):
        fewer = given - {name}
        if takes(subject, relaxed(rule, fewer)):
            given = fewer
    return given
