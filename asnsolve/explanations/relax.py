"""The fewest clauses and needs of a rule that would have to give to let an exposure in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.explanations.programs import Subject
from asnsolve.expr.nodes import Need
from asnsolve.interpret.to_text import to_text
from asnsolve.pipeline import solve
from asnsolve.rules.model import Reach, Rule
from asnsolve.solvers.judgement import CANDIDATE
from asnsolve.stages import exposure_of

_STEPS: Final = "steps"
_MOST_MORE: Final = 2


def _need_name(need: Need) -> str:
    return f"need: {to_text(need)}"


def relaxed(rule: Rule, parts: Iterable[str]) -> Rule:
    """Return a rule without some of its clauses and needs.

    Parameters
    ----------
    rule : Rule
        The rule.
    parts : iterable of str
        Names of the parts to leave out, as in `RuleAnswer.to_give`.

    Returns
    -------
    Rule
    """
    names = frozenset(parts)
    base = replace(
        rule.base,
        needs=tuple(need for need in rule.base.needs if _need_name(need) not in names),
        steps=() if _STEPS in names else rule.base.steps,
    )
    return replace(
        rule,
        base=base,
        # All clauses are given as the rule's own: a clause of a mixin may be left out too.
        mixins=(),
        clauses=tuple(clause for clause in rule.all_clauses if clause.name not in names),
        needs=tuple(need for need in rule.needs if _need_name(need) not in names),
        reach=Reach() if CANDIDATE in names else rule.reach,
        steps=() if _STEPS in names else rule.steps,
    )


def holding(associations: Iterable[Association], filename: str) -> Iterator[Association]:
    """Find the associations of which an exposure is a member.

    Parameters
    ----------
    associations : iterable of Association
        Associations to look through.
    filename : str
        File name of the exposure.

    Yields
    ------
    Association
    """
    # A derived member has no exposure: an association with products of the exposure does not count.
    exposure = exposure_of(filename)
    for association in associations:
        if any(member.exposure == exposure for member in association.members):
            yield association


def takes(subject: Subject, rule: Rule) -> bool:
    """Tell whether a rule, solved by itself, has an association with an exposure.

    Parameters
    ----------
    subject : Subject
        The exposure in its program.
    rule : Rule
        The rule.

    Returns
    -------
    bool
    """
    return any(holding(solve(subject.pool, rule), subject.filename))


def fewest(
    subject: Subject, rule: Rule, refusals: Sequence[frozenset[str]]
) -> tuple[str, ...] | None:
    """Find the fewest parts of a rule without which it takes an exposure.

    Parameters
    ----------
    subject : Subject
        The exposure in its program.
    rule : Rule
        The rule.
    refusals : sequence of frozenset of str
        The clauses that refuse the exposure itself, in each of its scopes. All clauses of at least
        one scope must give.

    Returns
    -------
    tuple of str or None
        In the order of the rule; None if more than two have to give besides those.
    """
    keys = [name for name, _ in rule.keys]
    needs = [_need_name(need) for need in rule.all_needs]
    order = [*(clause.name for clause in rule.all_clauses), CANDIDATE, *needs, _STEPS]
    more = [*needs, *keys, _STEPS]
    tried: set[frozenset[str]] = set()
    least = min(map(len, refusals), default=0)
    # Sizes ascend over all scopes at once: the first set that is enough is one of the smallest.
    for size in range(least, least + _MOST_MORE + 1):
        for refusing in refusals:
            others = [name for name in more if name not in refusing]
            for added in combinations(others, max(size - len(refusing), 0)):
                parts = refusing.union(added)
                if len(parts) != size or parts in tried:
                    continue
                tried.add(parts)
                if takes(subject, relaxed(rule, parts)):
                    return tuple(sorted(_needed(subject, rule, parts), key=order.index))
    return None


def _needed(subject: Subject, rule: Rule, parts: frozenset[str]) -> frozenset[str]:
    """Leave out the parts that need not give: a step may let in what clauses refuse."""
    for name in sorted(parts):
        fewer = parts - {name}
        if takes(subject, relaxed(rule, fewer)):
            parts = fewer
    return parts
