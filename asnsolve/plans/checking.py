"""Whether the rules would have a planned association: what stands against it, clause by clause.

The exposures of the association are solved by themselves under its rule. If that gives the same
members in the same roles, nothing stands against it; where the user gave a member another role than
its header does, the header counts as if it said so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from asnsolve.associations.model import Association
from asnsolve.associations.solution import Solution
from asnsolve.errors import PoolError
from asnsolve.explanations.pair import explain_pair
from asnsolve.explanations.prose import between_text
from asnsolve.naming import exposure_of
from asnsolve.pipeline import solve
from asnsolve.plans.plan import Planned
from asnsolve.plans.selfcal import SELFCAL_ALIKE
from asnsolve.pool.observed import Row
from asnsolve.pool.table import Pool
from asnsolve.rules.model import RuleSet
from asnsolve.rules.steps import DirectImage

__all__ = ["Verdict", "judged"]

_FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {"background": "bkgdtarg", "psf": "is_psf", "imprint": "is_imprt"}
)
_PRODUCTS: Final = ("direct_image", "segmap", "sourcecat")
"""Roles of products that stand for a direct image."""

Roles = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of a planned association.

    Parameters
    ----------
    violations : tuple of str
        What stands against it; empty if nothing does.
    association : Association or None
        What the rule makes of these exposures; None if there is no such association.
    """

    violations: tuple[str, ...]
    association: Association | None


def judged(
    plan: Planned, rows: Mapping[str, Row], candidate: tuple[str, str], rules: RuleSet
) -> Verdict:
    """Ask the rule of a planned association.

    Parameters
    ----------
    plan : Planned
        The association.
    rows : mapping of str to dict of str to str
        Rows of its exposures at least, by their names.
    candidate : tuple of (str, str)
        Id and type of the candidate that it comes from.
    rules : RuleSet
        The rules.
    """
    own = tuple(rule for rule in rules if rule.name == plan.rule)
    if not own:
        return Verdict((f"there is no rule {plan.rule}",), None)
    lean = any(isinstance(step, DirectImage) for rule in own for step in rule.all_steps)
    plain = tuple(
        replace(
            rule,
            steps=tuple(step for step in rule.steps if not isinstance(step, DirectImage)),
        )
        for rule in own
    )
    asked = replace(rules, rules=plain)
    members = [(file, role) for file, role in plan.members if not (lean and role in _PRODUCTS)]
    wanted: Roles = frozenset(
        (exposure_of(file), role) for file, role in members if role != "selfcal"
    )
    found = list(_violations(plan, members, lean))
    unknown = sorted({exposure_of(file) for file, _ in members} - {*rows})
    if unknown:
        return Verdict((*found, *(f"{name} has no file" for name in unknown)), None)
    found += _uncalibrated(members, rows)
    attempts = [
        _Attempt.of(wanted, rows, candidate, asked, overriding=overriding)
        for overriding in (False, True)
    ]
    for attempt in attempts:
        for one in attempt.solution.associations:
            if _roles(one) == wanted:
                return Verdict(tuple(found), one)
    return Verdict((*found, *attempts[1].against(wanted, asked)), None)


def _violations(plan: Planned, members: Sequence[tuple[str, str]], lean: bool) -> Iterator[str]:
    files = [(exposure_of(file), role) for file, role in members]
    for root, role in sorted({one for one in files if files.count(one) > 1}):
        yield f"{root} is {role} twice"
    if not any(role == "science" for _, role in members):
        yield "there is no science member"
    if lean:
        there = {role for _, role in plan.members}
        yield from (f"there is no {role}" for role in _PRODUCTS if role not in there)


def _uncalibrated(members: Sequence[tuple[str, str]], rows: Mapping[str, Row]) -> Iterator[str]:
    """Find exposures for self-calibration that differ from the science."""
    science = next((exposure_of(file) for file, role in members if role == "science"), None)
    for file, role in members:
        if role != "selfcal" or science is None:
            continue
        own, other = rows[exposure_of(file)], rows[science]
        for name in SELFCAL_ALIKE:
            if own.get(name) != other.get(name):
                values = f"{own.get(name) or 'not set'} and {other.get(name) or 'not set'}"
                yield f"selfcal {exposure_of(file)}: {name} differs: {values}"


def _roles(association: Association) -> Roles:
    return frozenset(
        (exposure_of(member.expname), member.exptype)
        for member in association.members
        if not member.lean
    )


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The exposures solved by themselves."""

    pool: Pool
    solution: Solution

    @classmethod
    def of(
        cls,
        wanted: Roles,
        rows: Mapping[str, Row],
        candidate: tuple[str, str],
        rules: RuleSet,
        *,
        overriding: bool,
    ) -> _Attempt:
        # A spectrum that is its own background is science first.
        roles = dict(sorted(wanted, key=lambda one: (one[0], one[1] == "science")))
        chosen = []
        for root, role in roles.items():
            flags = {name: "T" if _FLAGS.get(role) == name else "" for name in _FLAGS.values()}
            own = flags if overriding and (role == "science" or role in _FLAGS) else {}
            chosen.append({**rows[root], **own, "asn_candidate": f"[{candidate}]"})
        pool = Pool(chosen)
        return cls(pool, solve(pool, rules, discover=False))

    def against(self, wanted: Roles, rules: RuleSet) -> Iterator[str]:
        """Say for each exposure what keeps it from its role."""
        found = [_roles(one) for one in self.solution.associations]
        best = max(found, key=lambda one: (len(one & wanted), sorted(one)), default=frozenset())
        orphans = {exposure_of(one.filename): one for one in self.solution.orphans}
        roles = dict(best)
        science = sorted(root for root, role in best if role == "science")
        for root, role in sorted(wanted - best):
            if root in roles:
                yield f"{root} would be {roles[root]}, not {role}"
            elif root in orphans:
                yield f"{root}: {orphans[root].refusal}"
            elif science:
                yield f"{root}: {_between(self.pool, rules, root, science[0])}"
        yield from (
            f"{root} would be {role} too"
            for root, role in sorted(best - wanted)
            if (root, role) not in wanted and any(root == own for own, _ in wanted & best)
        )


def _between(pool: Pool, rules: RuleSet, root: str, other: str) -> str:
    try:
        told = explain_pair(pool, rules, root, other)
    except PoolError as error:
        return error.problems[0].what
    return f"not with {other}: {between_text(told.rules[0])}"
