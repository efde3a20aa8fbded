"""Laws of single groups: what the fast solver finds is valid and maximal by the definition."""

from __future__ import annotations

from asnsolve.interpret.to_csp import meets
from asnsolve.solvers.exact import Entry, compatible
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
        pairs = [(member.attributes, member.role) for member in members]
        for need in group.rule.all_needs:
            if not meets(need, pairs, group.candidate_type):
                raise broken(f"a group does not meet the need {need}", group.rule)


def _disagreed(group: Group, member: Entry) -> str:
    offers = zip(group.rule.keys, member.offers, group.shared(), strict=True)
    return " and ".join(name for (name, _), own, has in offers if own not in (None, has))


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
        for outsider in group.outsiders:
            if all(
                own is None or has is None or own == has
                for own, has in zip(outsider.offers, shared, strict=True)
            ):
                size = len(group.members)
                what = f"an exposure of role {outsider.role} could join a group of {size}"
                raise broken(what, group.rule, "each group to be as large as possible")
