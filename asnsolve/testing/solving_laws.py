"""The laws of solving: what must be true of every pool under every rule set."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa

from asnsolve.archive.partition import solve_partition
from asnsolve.archive.parts import named_programs
from asnsolve.associations.asn_files import to_bytes
from asnsolve.associations.association import Association
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.merge import merge
from asnsolve.associations.same_names import sharing_a_name
from asnsolve.associations.solution import Dropped, Solution
from asnsolve.associations.validation import validate_data
from asnsolve.differences.compare import diff
from asnsolve.differences.results import results_of
from asnsolve.errors import LawError, Location, Problem, SearchLimitError
from asnsolve.interpret.to_csp import meets
from asnsolve.naming import parse_file_name, parse_product_name
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.proofs.sets import declared_of
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet, rule_key
from asnsolve.rules.steps import DirectImage
from asnsolve.solvers.exact import Entry, compatible, read_entry
from asnsolve.stages import exposure_root
from asnsolve.templates import EXPOSURE_NAME
from asnsolve.testing.law_trials import Group, Trial

_MOST_DIFFERENCES: Final = 3
"""How many differences between two solutions a message lists."""


@dataclass(frozen=True, slots=True)
class SolvingLaw:
    """A law of solving. Call it with a pool and rules to judge them.

    Parameters
    ----------
    name : str
        A word for the law, as ``maximal``.
    says : str
        The law in a sentence.
    judge : callable
        Raises `LawError` if the law does not hold in a trial.
    """

    name: str
    says: str
    judge: Callable[[Trial], None]

    def __call__(
        self, pool: object, rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES
    ) -> None:
        """Judge a pool and rules.

        Parameters
        ----------
        pool : Pool, or anything that `Pool.read` takes
            The exposures.
        rules : str, path, Rule, RuleSet, or iterable of these
            What `load_rules` takes.

        Raises
        ------
        LawError
            If the law does not hold.
        PoolError
            If `pool` cannot be read as a pool.
        RuleError
            If the rules have mistakes.
        """
        self.check(Trial(Pool.read(pool), load_rules(rules)))

    def check(self, trial: Trial) -> None:
        """Judge a trial.

        Parameters
        ----------
        trial : Trial
            A pool and rules.

        Raises
        ------
        LawError
            If the law does not hold, or if solving ends in an error that nobody expects.
        """
        try:
            self.judge(trial)
        except (LawError, SearchLimitError) as error:
            # Neither solver promises to search everything, so that a limit breaks no law.
            if isinstance(error, LawError):
                raise
        except Exception as error:
            what = f"solving ended in {type(error).__name__}: {error}"
            raise LawError(Problem(what, expected="a solution")) from error


def same_results(other: RuleSet) -> SolvingLaw:
    """Make a law that asks for the same results as those of another rule set.

    Parameters
    ----------
    other : RuleSet
        The other rules.

    Returns
    -------
    SolvingLaw
    """

    def judge(trial: Trial) -> None:
        differences = diff(results_of(trial.solution), results_of(solve(trial.pool, other)))
        if differences:
            raise _broken(_some(differences))

    says = f"the results are those of {other.name}"
    return SolvingLaw("against", says, judge)


def _broken(what: str, rule: Rule | None = None, expected: str = "") -> LawError:
    where = Location() if rule is None else Location(rule=rule_key(rule))
    return LawError(Problem(what, where, expected))


def _some(differences: Sequence[object]) -> str:
    """Return the first differences in one text."""
    shown = "; ".join(map(str, differences[:_MOST_DIFFERENCES]))
    more = len(differences) - _MOST_DIFFERENCES
    return f"{shown}; and {more} more differences" if more > 0 else shown


def _valid(trial: Trial) -> None:
    for group in trial.groups:
        members = [member for member in group.members if member is not None]
        if len(members) < len(group.members):
            raise _broken("a group has a member that a clause refuses", group.rule)
        shared = group.shared()
        for member in members:
            if not compatible(member.offers, shared):
                what = f"a group has members that do not share {_disagreed(group, member)}"
                raise _broken(what, group.rule)
        pairs = [(member.attributes, member.role) for member in members]
        for need in group.rule.all_needs:
            if not meets(need, pairs, group.candidate_type):
                raise _broken(f"a group does not meet the need {need}", group.rule)


def _disagreed(group: Group, member: Entry) -> str:
    offers = zip(group.rule.keys, member.offers, group.shared(), strict=True)
    return " and ".join(name for (name, _), own, has in offers if own not in (None, has))


def _maximal(trial: Trial) -> None:
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
                raise _broken(what, group.rule, "each group to be as large as possible")


def _exact(trial: Trial) -> None:
    exact = solve(trial.pool, trial.rules, solver="exact")
    _compare(trial.solution, exact, "the exact solver")


def _compare(first: Solution, second: Solution, whose: str) -> None:
    """Raise an error if two solutions differ."""
    differences = diff(results_of(first), results_of(second))
    if differences:
        raise _broken(f"compared with {whose}: {_some(differences)}")
    for what, one, other in (
        ("associations", tuple(map(to_bytes, first)), tuple(map(to_bytes, second))),
        ("orphans", first.outside, second.outside),
        ("dropped associations", first.dropped, second.dropped),
    ):
        if one != other:
            raise _broken(f"compared with {whose}, the {what} differ")


def _row_order(trial: Trial) -> None:
    rows = list(range(len(trial.pool)))
    mixed = rows[::-1]
    if len(rows) > 2:
        # The same order whenever the pool is judged again.
        Random(len(rows)).shuffle(mixed)
    other = solve(trial.of_rows(mixed), trial.rules)
    _compare(trial.solution, other, "rows in another order")
    if trial.solution.orphans != other.orphans:
        raise _broken("with the rows in another order, the reasons of orphans differ")


def _programs(trial: Trial) -> None:
    numbers, programs = named_programs(trial.pool)
    present = np.unique(numbers).tolist()
    if len(present) < 2:
        return
    alone = {
        programs[number]: solve(trial.of_rows(np.flatnonzero(numbers == number)), trial.rules)
        for number in present
    }
    together = Counter(map(to_bytes, trial.solution))
    apart = Counter(to_bytes(one) for solution in alone.values() for one in solution)
    if together != apart:
        names = ", ".join(alone)
        raise _broken(f"programs {names} have other associations together than each has alone")
    if trial.has_one_row_per_file:
        outside = sorted(name for solution in alone.values() for name in solution.outside)
        if outside != sorted(trial.solution.outside):
            raise _broken("programs have other orphans together than each has alone")


def _idempotent(trial: Trial) -> None:
    if not trial.has_one_row_per_file:
        return
    solution = trial.solution
    names = trial.pool.values("filename")
    codes = trial.pool.codes("filename").tolist()
    # An association may have the products of an image that is itself in none.
    derived = any(member.derived for association in solution for member in association.members)
    spare = set(_direct_images(trial)) if derived else set()
    gone = set(solution.outside) - spare
    kept = [row for row, code in enumerate(codes) if names[code] not in gone]
    again = solve(trial.of_rows(kept), trial.rules)
    _compare_associations(solution, again, "solved again without its orphans, the pool")
    if extra := set(again.outside) - spare:
        raise _broken(f"solved again without its orphans, the pool has the orphan {min(extra)}")


def _direct_images(trial: Trial) -> Iterator[str]:
    """List the files that some rule takes as direct images, whose products it may use."""
    rules = [rule for rule in trial.rules if _uses_images(rule)]
    for row in range(len(trial.pool)):
        entries = (read_entry(trial.pool, row, rule) for rule in rules)
        if any(entry is not None and entry.role == "direct_image" for entry in entries):
            yield trial.pool.value(row, "filename") or ""


def _uses_images(rule: Rule) -> bool:
    return any(isinstance(step, DirectImage) for step in rule.all_steps)


def _compare_associations(first: Solution, second: Solution, subject: str) -> None:
    differences = diff(results_of(first), results_of(second))
    if differences:
        raise _broken(f"{subject} has other associations: {_some(differences)}")
    if tuple(map(to_bytes, first)) != tuple(map(to_bytes, second)):
        raise _broken(f"{subject} has associations of other numbers or texts")


def _names(trial: Trial) -> None:
    for association in trial.solution:
        file = parse_file_name(association.file_name)
        if (file.program, file.asn_id, file.asn_type) != (
            association.program,
            association.asn_id,
            association.asn_type,
        ):
            raise _broken(f"the file name {association.file_name} is read back as another")
        for product in association.products:
            if _template(trial.rules, association) == EXPOSURE_NAME:
                science = [m.expname for m in product.members if m.exptype == "science"]
                if product.name not in map(exposure_root, science):
                    raise _broken(f"the product {product.name} has not the name of its exposure")
                continue
            name = parse_product_name(product.name)
            if (name.program, name.asn_id) != (association.program, association.asn_id):
                raise _broken(f"the product name {product.name} is read back as another")


def _template(rules: RuleSet, association: Association) -> str:
    return rules[association.rule].product_template


def _unique(trial: Trial) -> None:
    associations = trial.solution.associations
    for written in (associations, merge(associations)):
        names = Counter(association.file_name for association in written)
        if repeated := [name for name, count in names.items() if count > 1]:
            raise _broken(f"two associations have the file name {repeated[0]}")
    if left := trial.solution.with_distinct_names().same_names:
        raise _broken(f"among distinct names, {left[0]}")
    # A set that knows that names do not tell everything apart says so.
    waived = {waiver.rule for waiver in declared_of(trial.rules).waivers if waiver.kind == "name"}
    by_rule: dict[str, list[Association]] = defaultdict(list)
    for association in associations:
        by_rule[association.rule].append(association)
    for rule, of_rule in by_rule.items():
        if waived.isdisjoint({rule, "*"}):
            for name, places in sharing_a_name(of_rule).items():
                what = f"{len(places)} associations with different members have the product {name}"
                advice = (
                    "Let the name tell what their members share, or use distinct names "
                    "(--distinct-names)."
                )
                raise LawError(Problem(what, Location(rule=rule), advice=advice))


def _written(trial: Trial) -> None:
    associations = trial.solution.associations
    for association in (*associations, *merge(associations)):
        for fault in validate_data(to_dict(association), association.file_name):
            if fault.weight == "error":
                raise _broken(f"a file is not valid: {fault.problem}")


def _repeats(trial: Trial) -> None:
    kept = trial.solution.associations
    for dropped in trial.solution.dropped:
        name = dropped.association.products[0].name
        if dropped.gave_way_to not in kept:
            raise _broken(f"{name} gave way to an association that does not stay")
        if not _is_lawful(dropped):
            raise _broken(f"{name} gave way against the law of {dropped.law!r}")


def _is_lawful(dropped: Dropped) -> bool:
    """Tell whether the association that stays has what the law of repeats says."""
    loser, winner = dropped.association, dropped.gave_way_to
    members, others = _membership(loser), _membership(winner)
    if winner.level != loser.level or winner.program != loser.program:
        return False
    match dropped.law:
        case "one membership":
            return members <= others
        case "whole products":
            names = [product.name for product in winner.products]
            return members < others and loser.products[0].name in names
        case "one product":
            science = {member for member in members if member[1] == "science"}
            return science <= others and len(members) <= len(others)
        case _:
            return {name for name, _ in members} <= {name for name, _ in others}


def _membership(association: Association) -> frozenset[tuple[str, str]]:
    return frozenset((member.expname, member.exptype) for member in association.members)


def _orphans(trial: Trial) -> None:
    if not trial.has_one_row_per_file:
        return
    exposures = list(trial.pool.exposures)
    # A pool may list two files of one exposure, at two stages.
    if len({*exposures}) < len(exposures):
        return
    exposure_of = dict(zip(trial.pool.values("filename"), exposures, strict=True))
    inside = {
        member.exposure
        for association in trial.solution
        for member in association.members
        if not member.derived
    }
    outside = {exposure_of[name] for name in trial.solution.outside}
    if both := inside & outside:
        raise _broken(f"{min(both)} is in an association, and an orphan")
    if lost := set(exposures) - inside - outside:
        raise _broken(f"{min(lost)} is in no association, and no orphan")
    if unknown := inside - set(exposures):
        raise _broken(f"{min(unknown)} is in an association, but not in the pool")
    if (listed := tuple(orphan.filename for orphan in trial.solution.orphans)) != (
        names := trial.solution.outside
    ):
        raise _broken(f"the orphans with reasons are {listed}", expected=str(names))


def _partitions(trial: Trial) -> None:
    table, name = trial.pool.to_arrow(), trial.pool.name
    numbers, _ = named_programs(trial.pool)
    # An orphan that two programs have is listed with one of them.
    with_orphans = trial.has_one_row_per_file
    whole = _parts_of(solve_partition(table, trial.rules, name=name), orphans=with_orphans)
    present = np.unique(numbers).tolist()
    if len(present) > 1:
        apart: list[tuple[str, str, str]] = []
        for number in present:
            part = table.take(np.flatnonzero(numbers == number))
            apart += _parts_of(solve_partition(part, trial.rules, name=name), orphans=with_orphans)
        if whole != apart:
            raise _broken("solved in parts, the pool has other associations or orphans")
    files = [association.file_name for association in trial.solution]
    if sorted(files) != sorted(file for _, file, _ in whole if file):
        raise _broken("the table of associations has other files than the solution")


def _parts_of(table: pa.Table, *, orphans: bool) -> list[tuple[str, str, str]]:
    """Return program, file and content of the associations of a table, and of its orphans."""
    columns = ("program", "file_name", "association") + (("orphan",) if orphans else ())
    rows = [[row[name] or "" for name in columns] for row in table.to_pylist()]
    return [(program, file, "".join(held)) for program, file, *held in rows if any(held)]


LAWS: Final[Mapping[str, SolvingLaw]] = MappingProxyType(
    {
        law.name: law
        for law in (
            SolvingLaw(
                "valid",
                "the members of a group satisfy every clause, share every key and meet every need",
                _valid,
            ),
            SolvingLaw("maximal", "no exposure of its scope can be added to a group", _maximal),
            SolvingLaw("exact", "the fast solver finds what the exact solver finds", _exact),
            SolvingLaw("row order", "the order of the rows makes no difference", _row_order),
            SolvingLaw("programs", "programs are solved as if each were alone", _programs),
            SolvingLaw(
                "idempotent",
                "the exposures that are associated have the same associations again",
                _idempotent,
            ),
            SolvingLaw("names", "names of files and products are read back", _names),
            SolvingLaw("unique", "different associations have different names", _unique),
            SolvingLaw("written", "every association file is valid", _written),
            SolvingLaw("repeats", "an association gives way only as a law says", _repeats),
            SolvingLaw("orphans", "an exposure is associated or an orphan, never both", _orphans),
            SolvingLaw("partitions", "a pool solved in parts is solved as a whole", _partitions),
        )
    }
)
"""Every law, by name."""
