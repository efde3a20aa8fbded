"""Whether the rules would have a planned association: what stands against it, clause by clause.

The exposures of the association are solved by themselves under its rule. If that gives the same
members in the same roles, nothing stands against it; where the user gave a member another role than
its header does, the header counts as if it said so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.associations.solution import Solution
from asnsolve.errors import PoolError
from asnsolve.explanations.pair import explain_pair
from asnsolve.explanations.prose import between_text
from asnsolve.expr.nodes import AtLeast, Need, Within
from asnsolve.from_files.selfcal import SELFCAL_ALIKE
from asnsolve.naming import exposure_of
from asnsolve.pipeline import solve
from asnsolve.plans.association_plan import PlannedAssociation
from asnsolve.pool.from_headers import Row
from asnsolve.pool.table import Pool
from asnsolve.rules.rule import Rule, RuleSet
from asnsolve.rules.steps import DirectImage

__all__ = ["Verdict", "judged"]

_FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {"background": "bkgdtarg", "psf": "is_psf", "imprint": "is_imprt"}
)
_PRODUCTS: Final = ("direct_image", "segmap", "sourcecat")
"""Roles of products that stand for a direct image."""

_NEEDS: Final = "needs"
"""Clause that refuses what no other clause does: company is missing."""

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
    plan: PlannedAssociation, rows: Mapping[str, Row], candidate: tuple[str, str], rules: RuleSet
) -> Verdict:
    """Ask the rule of a planned association.

    Parameters
    ----------
    plan : PlannedAssociation
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
    asked = replace(rules, rules=tuple(map(_without_images, own) if lean else own))
    members = [(file, role) for file, role in plan.members if not (lean and role in _PRODUCTS)]
    wanted: Roles = frozenset(
        (exposure_of(file), role) for file, role in members if role != "selfcal"
    )
    found = list(_violations(plan, members, lean))
    unknown = sorted({exposure_of(file) for file, _ in members} - {*rows})
    if unknown:
        return Verdict((*found, *(f"{name} has no file" for name in unknown)), None)
    if not wanted:
        return Verdict(tuple(found), None)
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


def _without_images(rule: Rule) -> Rule:
    """Return what a rule asks where products stand for the direct images already."""

    def of_images(need: Need) -> bool:
        plain = need.need if isinstance(need, Within) else need
        return isinstance(plain, AtLeast) and plain.role in _PRODUCTS

    return replace(
        rule,
        needs=tuple(need for need in rule.needs if not of_images(need)),
        steps=tuple(step for step in rule.steps if not isinstance(step, DirectImage)),
    )


def _violations(
    plan: PlannedAssociation, members: Sequence[tuple[str, str]], lean: bool
) -> Iterator[str]:
    times = Counter((exposure_of(file), role) for file, role in members)
    for root, role in sorted(one for one, count in times.items() if count > 1):
        yield f"{root} is {role} {times[root, role]} times"
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
        if not member.derived
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
        roles = dict(best)
        science = sorted(root for root, role in wanted if role == "science")
        orphans = {exposure_of(one.filename): one for one in self.solution.orphans}
        said = False
        for root, role in sorted(wanted - best, key=lambda one: (one[1] == "science", one)):
            others = [other for other in science if other != root]
            refusal = orphans[root].refusal if root in orphans else None
            if root in roles:
                yield f"{root} would be {roles[root]}, not {role}"
            elif refusal is not None and refusal.clause != _NEEDS:
                yield f"{root}: {refusal}"
            elif others:
                yield f"{root}: {_between(self.pool, rules, root, others[0])}"
            elif not said:
                yield f"{root}: {refusal}"
            said = True


def _between(pool: Pool, rules: RuleSet, root: str, other: str) -> str:
    try:
        told = explain_pair(pool, rules, root, other)
    except PoolError as error:
        return error.problems[0].what
    return f"not with {other}: {between_text(told.rules[0])}"
