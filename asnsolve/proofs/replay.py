"""Replay: witnesses of findings are solved, and must behave as the proof says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from asnsolve.errors import AsnsolveError, Location, Problem
from asnsolve.expr.nodes import IsSet
from asnsolve.pipeline import solve_task
from asnsolve.pool.measures import Measure
from asnsolve.pool.table import Pool
from asnsolve.profiles import Profile, default_profile
from asnsolve.proofs.claims import serves_observations
from asnsolve.proofs.findings import Exposure, Finding
from asnsolve.rules.model import Reach, Rule
from asnsolve.rules.rule_set import RuleSet, rule_key
from asnsolve.solvers.task import Task

_CANDIDATE = "[('o001', 'observation')]"


class ProofError(AsnsolveError):
    """A witness does not behave as the proof says: the proof or the solver is wrong.

    Examples
    --------
    >>> from asnsolve import Problem, ProofError
    >>> print(ProofError(Problem("solving contradicts what was proved")))
    solving contradicts what was proved
    """


def replay(rules: RuleSet, findings: Iterable[Finding]) -> None:
    """Solve the witnesses of gaps and overlaps, each by itself.

    Parameters
    ----------
    rules : RuleSet
        The rule set.
    findings : iterable of Finding
        Its findings; those without a witness are passed over.

    Raises
    ------
    ProofError
        If a rule takes the witness of a gap, or one of the two rules does not take the witness of
        an overlap.
    """
    shown = [
        finding for finding in findings if finding.witness and finding.kind in ("gap", "overlap")
    ]
    for level in sorted({finding.level for finding in shown}):
        _replay(rules, level, [finding for finding in shown if finding.level == level])


def _replay(rules: RuleSet, level: int, findings: Sequence[Finding]) -> None:
    rules_of_level = [rule for rule in rules if rule.base.level == level]
    # Promises are about exposures that name no candidate but their observation, so a rule that is
    # solved elsewhere only may take the witness of a gap.
    promised = {rule_key(rule) for rule in rules_of_level if serves_observations(rule)}
    witnesses = [finding.witness for finding in findings]
    takers = taking(rules_of_level, witnesses, rules.columns, rules.measures, rules.profile)
    for finding, taken_by in zip(findings, takers, strict=True):
        if finding.kind == "gap":
            wrong = [key for key, role in taken_by if role == finding.subject and key in promised]
        else:
            wrong = [key for key in finding.rules if (key, finding.subject) not in taken_by]
        if wrong:
            where = Location(rule=wrong[0])
            raise ProofError(Problem(f"solving contradicts what was proved: {finding}", where))


def taking(
    rules: Sequence[Rule],
    exposures: Sequence[Exposure],
    columns: frozenset[str] = frozenset(),
    measures: tuple[Measure, ...] = (),
    profile: Profile | None = None,
) -> list[set[tuple[str, str]]]:
    """Solve exposures, each by itself, by rules without needs, steps and laws.

    Parameters
    ----------
    rules : sequence of Rule
        The rules.
    exposures : sequence of mapping of str to str or None
        The exposures.
    columns : frozenset of str
        Attributes that the rules may name in addition to those that pools are known to have.
    measures : tuple of Measure
        Columns that measure.
    profile : Profile, optional
        The mission.

    Returns
    -------
    list of set of (str, str)
        The rules that take each exposure, with the role.
    """
    profile = profile or default_profile()
    # Rules get numbered names, because variants of a rule share theirs.
    keys = {f"Asn_{number}": rule_key(rule) for number, rule in enumerate(rules)}
    bare = tuple(_bare(rule, name) for name, rule in zip(keys, rules, strict=True))
    numbered = RuleSet("replay", bare, columns=columns, measures=measures, profile=profile)
    rows = [_row(number, exposure, profile) for number, exposure in enumerate(exposures, start=1)]
    kept = _kept(rules, exposures)
    # Each exposure is put into another program, so that one pool does for most of them. An exposure
    # that keeps its program or file name is solved alone, because another one may have the same.
    pools = [[at for at in range(len(rows)) if at not in kept], *([at] for at in sorted(kept))]
    takers: list[set[tuple[str, str]]] = [set() for _ in exposures]
    place = {profile.files.root_of(row["filename"] or ""): at for at, row in enumerate(rows)}
    for places in filter(None, pools):
        pool = Pool([{**rows[at], **kept.get(at, {})} for at in places], profile=profile)
        # The bare rules are not the user's, so they are not looked through for mistakes.
        for association in solve_task(Task.of(pool, numbered)):
            for member in association.members:
                at = places[0] if len(places) == 1 else place[profile.files.root_of(member.expname)]
                takers[at].add((keys[association.rule], member.exptype))
    return takers


def _kept(rules: Sequence[Rule], exposures: Sequence[Exposure]) -> dict[int, Exposure]:
    """Return the program and file name of the exposures that rules may take or leave for them.

    The keys are places of exposures. A pool has no row without a file name, so no exposure keeps
    that it has none.
    """
    tested = {
        name
        for rule in rules
        for test in rule.tests
        if not isinstance(test, IsSet)
        for name in test.sources
    }

    def matters(name: str, value: str | None) -> bool:
        return name == "program" if value is None else name in tested

    kept = {
        at: {
            name: exposure[name]
            for name in ("program", "filename")
            if name in exposure and matters(name, exposure[name])
        }
        for at, exposure in enumerate(exposures)
    }
    return {at: values for at, values in kept.items() if values}


def _bare(rule: Rule, name: str) -> Rule:
    """Return a rule with nothing but its clauses and roles, solved in every scope."""
    base = replace(rule.base, needs=(), steps=(), laws=())
    bare = replace(rule, name=name, variant="", base=base)
    return replace(bare, needs=(), steps=(), reach=Reach())


def _row(number: int, exposure: Exposure, profile: Profile) -> dict[str, str | None]:
    """Return the row of an exposure, in a program that holds nothing else."""
    fixed: Mapping[str, str] = {
        "program": f"{number}",
        "filename": (
            f"{profile.names.prefix}{number:05}001001_02101_00001_det{profile.files.raw_ending}"
        ),
    }
    # What the exposure says comes after the defaults, and what identifies the row after that.
    defaults = {"exp_type": None, "asn_candidate": _CANDIDATE}
    return {**defaults, **exposure, **fixed}
