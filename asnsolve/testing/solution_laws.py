"""Laws of one solution: its names, its files, its orphans, and what it leaves out as repeats."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from asnsolve.associations.association import Association
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.merge import merge
from asnsolve.associations.same_names import sharing_a_name
from asnsolve.associations.solution import Solution
from asnsolve.associations.validation import validate_data
from asnsolve.errors import LawError, Location, Problem
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_csp import admits
from asnsolve.pool.table import Pool
from asnsolve.profiles.templates import EXPOSURE_NAME
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.shipped_declarations import declared_of, domain_of
from asnsolve.testing.law_trials import Trial, broken


def names(trial: Trial) -> None:
    """Look whether the names of files and products are read back.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    names = trial.rules.profile.names
    for association in trial.solution:
        file = names.parse_file_name(association.file_name)
        if (file.program, file.asn_id, file.asn_type) != (
            association.program,
            association.asn_id,
            association.asn_type,
        ):
            raise broken(f"the file name {association.file_name} is read back as another")
        for product in association.products:
            if _template(trial.rules, association) == EXPOSURE_NAME:
                science = [m.expname for m in product.members if m.exptype == "science"]
                if product.name not in map(trial.rules.profile.files.root_of, science):
                    raise broken(f"the product {product.name} has not the name of its exposure")
                continue
            name = names.parse_product_name(product.name)
            if (name.program, name.asn_id) != (association.program, association.asn_id):
                raise broken(f"the product name {product.name} is read back as another")


def _template(rules: RuleSet, association: Association) -> str:
    return rules[association.rule].product_template


def unique(trial: Trial) -> None:
    """Look whether different associations have different names.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    associations = trial.solution.associations
    for written in (associations, merge(associations, trial.rules.profile.names)):
        names = Counter(association.file_name for association in written)
        if repeated := [name for name, count in names.items() if count > 1]:
            raise broken(f"two associations have the file name {repeated[0]}")
    if left := trial.solution.with_distinct_names().same_names:
        raise broken(f"among distinct names, {left[0]}")
    # A set that knows that names do not tell everything apart says so.
    waived = {waiver.rule for waiver in declared_of(trial.rules).waivers if waiver.kind == "name"}
    by_rule: dict[str, list[Association]] = defaultdict(list)
    for association in _nameable(trial):
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


def _nameable(trial: Trial) -> Iterator[Association]:
    """Yield the associations whose names a rule set answers for.

    As in `asnsolve.check`, these are the associations of exposures that can exist; in random pools,
    the type of an exposure may contradict its instrument. Ids tell candidates apart if each has one
    type, as in real pools.
    """
    pool, facts = trial.pool, [fact.predicate for fact in domain_of(trial.rules).facts]
    exposure_of = dict(zip(pool.values("filename"), pool.exposures, strict=True))
    impossible = {
        exposure_of.get(pool.value(row, "filename") or "")
        for row in range(len(pool))
        if _contradicts(pool, row, facts)
    }
    type_counts = Counter(asn_id for asn_id, _ in pool.candidates.table)
    for association in trial.solution:
        exposures = {member.exposure for member in association.members}
        if type_counts[association.asn_id] <= 1 and impossible.isdisjoint(exposures):
            yield association


def _contradicts(pool: Pool, row: int, facts: Sequence[Predicate]) -> bool:
    """Tell whether the values that an exposure has contradict a fact about exposures."""
    for fact in facts:
        exposure = {name: pool.value(row, name) for name in attributes(fact)}
        # An unset attribute could have any value.
        if None not in exposure.values() and not admits(fact, exposure):
            return True
    return False


def written(trial: Trial) -> None:
    """Look whether every association file is valid.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
    associations = trial.solution.associations
    for association in (*associations, *merge(associations, trial.rules.profile.names)):
        for fault in validate_data(
            to_dict(association), association.file_name, profile=trial.rules.profile
        ):
            raise broken(f"a file is not valid: {fault.problem}")


def repeats(solution: Solution) -> None:
    """Look whether associations give way only as a law of repeats says.

    Parameters
    ----------
    solution : Solution
        What `solve` returned.

    Raises
    ------
    LawError
        If one does not.
    """
    for dropped in solution.dropped:
        name = dropped.association.products[0].name
        if dropped.association.file_name:
            raise broken(f"{name} gave way, but has a file name")
        if dropped.gave_way_to not in solution.associations:
            raise broken(f"{name} gave way to an association that does not stay")
        if not _is_lawful(dropped):
            raise broken(f"{name} gave way against the law of {dropped.law!r}")


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
            (product,) = loser.products
            (other,) = (other for other in winner.products if other.name == product.name)
            science = {member for member in product.members if member.exptype == "science"}
            return science <= {*other.members} and len(product.members) <= len(other.members)
        case _:
            files = {name for name, _ in members}
            return files <= {name for name, _ in others} and winner.asn_type == loser.asn_type


def _membership(association: Association) -> frozenset[tuple[str, str]]:
    return frozenset((member.expname, member.exptype) for member in association.members)


def orphans(trial: Trial) -> None:
    """Look whether each exposure is either in an association or an orphan.

    Parameters
    ----------
    trial : Trial
        A pool and rules.

    Raises
    ------
    LawError
        If the law does not hold.
    """
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
        raise broken(f"{min(both)} is in an association, and an orphan")
    if lost := set(exposures) - inside - outside:
        raise broken(f"{min(lost)} is in no association, and no orphan")
    if unknown := inside - set(exposures):
        raise broken(f"{min(unknown)} is in an association, but not in the pool")
    if (listed := tuple(orphan.filename for orphan in trial.solution.orphans)) != (
        names := trial.solution.outside
    ):
        raise broken(f"the orphans with reasons are {listed}", expected=str(names))
