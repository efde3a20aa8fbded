"""Whether the rules would make a planned association, and what stands against it.

The exposures of the association are solved by themselves under its rule. If that gives the same
members in the same roles, nothing stands against it. If the user gave a member another role than
its header does, the header counts as if it said so too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from asnsolve.associations.association import Association
from asnsolve.associations.solution import Solution
from asnsolve.errors import PoolError
from asnsolve.explanations.pair import pair_in
from asnsolve.explanations.pair_prose import between_text
from asnsolve.explanations.programs import Programs
from asnsolve.from_files.adopted_exposures import as_of_program, same_program
from asnsolve.from_files.image_products import IMAGE_ROLES, takes_images, without_images
from asnsolve.from_files.request_fields import FLAGS
from asnsolve.from_files.selfcal import differences
from asnsolve.pipeline import solve
from asnsolve.plans.association_plan import PlannedAssociation
from asnsolve.pool.header_cells import Row
from asnsolve.pool.table import Pool
from asnsolve.profiles.jwst import FILES
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.judgement import NEEDS
from asnsolve.suggest import did_you_mean

Roles = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say about a planned association.

    Parameters
    ----------
    violations : tuple of str
        What stands against it; empty if nothing does.
    association : Association or None
        What the rule makes of these exposures; None if it makes no such association.
    """

    violations: tuple[str, ...]
    association: Association | None


def verdict_on(
    plan: PlannedAssociation, rows: Mapping[str, Row], candidate: tuple[str, str], rules: RuleSet
) -> Verdict:
    """Check a planned association against its rule.

    Parameters
    ----------
    plan : PlannedAssociation
        The association.
    rows : mapping of str to dict of str to str
        Rows of at least its exposures, by their names without stage.
    candidate : tuple of (str, str)
        Id and type of the candidate that it comes from.
    rules : RuleSet
        The rules.

    Returns
    -------
    Verdict
    """
    named = tuple(rule for rule in rules if rule.name == plan.rule)
    if not named:
        likely = did_you_mean(plan.rule, {rule.name for rule in rules})
        what = f"there is no rule {plan.rule}"
        return Verdict((f"{what}. {likely}" if likely else what,), None)
    of_images = any(map(takes_images, named))
    if of_images:
        named = tuple(map(without_images, named))
    members = [
        (FILES.exposure_of(file), role)
        for file, role in plan.members
        if not (of_images and role in IMAGE_ROLES)
    ]
    # No rule asks for self-calibration: the user does.
    wanted: Roles = frozenset((name, role) for name, role in members if role != "selfcal")
    violations = list(_repeated(members))
    if of_images:
        present = {role for _, role in plan.members}
        violations += [f"there is no {role}" for role in IMAGE_ROLES if role not in present]
    unknown = sorted({name for name, _ in members} - {*rows})
    if unknown:
        return Verdict((*violations, *(f"{name} has no file" for name in unknown)), None)
    if not wanted:
        return Verdict(tuple(violations), None)
    violations += _uncalibrated(members, rows)
    tried = replace(rules, rules=named)
    tries: list[tuple[Pool, Solution]] = []
    # First as the headers have it; then, if that is not what is planned, as the plan has it.
    for overriding in (False, True):
        pool = _pool_of(wanted, rows, candidate, overriding=overriding)
        solution = solve(pool, tried, discover=False)
        for association in solution.associations:
            if _roles_of(association) == wanted:
                return Verdict(tuple(violations), association)
        tries.append((pool, solution))
    # The one that comes nearer tells what is really in the way; of equal ones, that of the plan.
    pool, solution = max(
        reversed(tries), key=lambda tried_one: len(_most_similar(tried_one[1], wanted) & wanted)
    )
    against = _against(Programs(pool, tried), solution, wanted)
    return Verdict((*violations, *against), None)


def _repeated(members: Sequence[tuple[str, str]]) -> Iterator[str]:
    for (name, role), count in sorted(Counter(members).items()):
        if count > 1:
            yield f"{name} is {role} {count} times"


def _uncalibrated(members: Sequence[tuple[str, str]], rows: Mapping[str, Row]) -> Iterator[str]:
    """Find exposures for self-calibration that are the science, or differ from it."""
    science = next((name for name, role in members if role == "science"), None)
    if science is None:
        return
    for name in (name for name, role in members if role == "selfcal"):
        if name == science:
            yield f"{name} would be self-calibration of itself"
            continue
        for difference in differences(rows[name], rows[science]):
            yield f"selfcal {name}: {difference}"


def _roles_of(association: Association) -> Roles:
    return frozenset(
        (member.exposure, member.exptype) for member in association.members if not member.derived
    )


def _pool_of(
    wanted: Roles, rows: Mapping[str, Row], candidate: tuple[str, str], *, overriding: bool
) -> Pool:
    """Make a pool of the exposures alone, with flags as planned if they override the headers."""
    # A spectrum that is its own background is science first: the last role of a name stays.
    roles = dict(sorted(wanted, key=lambda pair: (pair[0], pair[1] == "science")))
    exposures = []
    science = next((rows[name] for name, role in roles.items() if role == "science"), None)
    for name, role in roles.items():
        flags = {}
        row = rows[name]
        if overriding and (role == "science" or role in FLAGS):
            flags = {column: "T" if FLAGS.get(role) == column else "" for column in FLAGS.values()}
        # What serves the science may come from another program.
        if role != "science" and science is not None and not same_program(row, science):
            row = as_of_program(row, science)
        exposures.append({**row, **flags, "asn_candidate": f"[{candidate}]"})
    return Pool(exposures)


def _most_similar(solution: Solution, wanted: Roles) -> Roles:
    """Return the members of the association that has most of the wanted ones."""
    return max(
        map(_roles_of, solution.associations),
        key=lambda roles: (len(roles & wanted), sorted(roles)),
        default=frozenset(),
    )


def _against(programs: Programs, solution: Solution, wanted: Roles) -> Iterator[str]:
    """Say for each exposure what keeps it from its role in the most similar association."""
    similar = _most_similar(solution, wanted)
    role_in_similar = dict(similar)
    science = sorted(name for name, role in wanted if role == "science")
    orphans = {FILES.exposure_of(orphan.filename): orphan for orphan in solution.orphans}
    is_first = True
    # What serves the science comes before the science itself.
    for name, role in sorted(wanted - similar, key=lambda pair: (pair[1] == "science", pair)):
        others = [other for other in science if other != name]
        refusal = orphans[name].refusal if name in orphans else None
        if name in role_in_similar:
            yield f"{name} would be {role_in_similar[name]}, not {role}"
        elif refusal is not None and refusal.clause != NEEDS:
            yield f"{name}: {refusal}"
        elif others:
            yield f"{name}: {_between(programs, name, others[0])}"
        elif is_first:
            # A lone exposure of which nothing else is said: the need that it does not meet.
            yield f"{name}: {refusal}"
        is_first = False


def _between(programs: Programs, name: str, other: str) -> str:
    try:
        pair = pair_in(programs, name, other)
    except PoolError as error:
        return error.problems[0].what
    return f"not with {other}: {between_text(pair.rules[0])}"
