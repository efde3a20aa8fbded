"""Laws of single groups: what the fast solver finds is valid and maximal by the definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from asnsolve.expr.nodes import MeasuredKey
from asnsolve.interpret.to_csp import meets
from asnsolve.solvers.exact import Entry, compatible, numbers_of
from asnsolve.solvers.exact_parts import Numbers, fits
from asnsolve.testing.law_trials import Group, Trial, broken


def valid(trial: Trial) -> None:
    """Look whether groups satisfy every clause, share every key and meet every need.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    for group in trial.groups:
        members = [member for member in group.members if member is not None]
        if len(members) < len(group.members):
            raise broken("a group has a member that a clause refuses", group.rule)
        shared = group.shared()
        for member in members:
            if not compatible(member.offers, shared):
                what = f"a group has members that do not share {_disagreed(group, member)}"
                raise broken(what, group.rule)
        inside = frozenset(member.index for member in members)
        for name, key, numbers in _measured(group, members):
            if not fits(inside, key, numbers):
                raise broken(f"a group has members that are too far apart on {name}", group.rule)
        pairs = [(member.attributes, member.role) for member in members]
        for need in group.rule.all_needs:
            if not meets(need, pairs, group.candidate_type):
                raise broken(f"a group does not meet the need {need}", group.rule)


def _disagreed(group: Group, member: Entry) -> str:
    offers = zip(group.rule.keys, member.offers, group.shared(), strict=True)
    return " and ".join(name for (name, _), own, has in offers if own not in (None, has))


def _measured(group: Group, entries: Sequence[Entry]) -> Iterator[tuple[str, MeasuredKey, Numbers]]:
    """Yield each key that compares numbers, with the numbers of some entries."""
    keys = numbers_of(entries, group.rule)
    for (name, _), (key, numbers) in zip(group.rule.measured_keys, keys, strict=True):
        yield name, key, numbers


def maximal(trial: Trial) -> None:
    """Look whether no exposure of its scope can be added to a group.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    for group in trial.groups:
        if None in group.members:
            continue
        shared = group.shared()
        members = [member for member in group.members if member is not None]
        for outsider in group.outsiders:
            joined = [*members, outsider]
            together = frozenset(entry.index for entry in joined)
            if all(
                own is None or has is None or own == has
                for own, has in zip(outsider.offers, shared, strict=True)
            ) and all(fits(together, key, numbers) for _, key, numbers in _measured(group, joined)):
                size = len(group.members)
                what = f"an exposure of role {outsider.role} could join a group of {size}"
                raise broken(what, group.rule, "each group to be as large as possible")
