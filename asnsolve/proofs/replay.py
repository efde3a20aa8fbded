"""Witnesses, solved: an exposure that a proof speaks of must behave as it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from asnsolve.errors import AsnsolveError, Location, Problem
from asnsolve.naming import exposure_root
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.proofs.claims import rule_key, serves_observations
from asnsolve.proofs.findings import Exposure, Finding
from asnsolve.rules.rule import Reach, Rule, RuleSet

__all__ = ["ProofError", "replay", "taking"]

_CANDIDATE = "[('o001', 'observation')]"


class ProofError(AsnsolveError):
    """A witness does not behave as the proof says: one of the two is wrong."""


def replay(rules: RuleSet, findings: Iterable[Finding]) -> None:
    """Solve the witnesses of gaps and overlaps, each in a program of its own.

    Raises
    ------
    ProofError
        If a rule takes the witness of a gap, or one of two rules does not take that of an overlap.
    """
    shown = [finding for finding in findings if finding.witness]
    for level in sorted({finding.level for finding in shown}):
        own = [finding for finding in shown if finding.level == level]
        _replay(rules, level, [one for one in own if one.kind in ("gap", "overlap")])


def _replay(rules: RuleSet, level: int, findings: Sequence[Finding]) -> None:
    own = [rule for rule in rules if rule.base.level == level]
    promised = {rule_key(rule) for rule in own if serves_observations(rule)}
    roles = taking(own, [finding.witness for finding in findings])
    for finding, found in zip(findings, roles, strict=True):
        if finding.kind == "gap":
            wrong = [key for key, role in found if role == finding.subject and key in promised]
        else:
            wrong = [key for key in finding.rules if (key, finding.subject) not in found]
        if wrong:
            where = Location(rule=wrong[0])
            raise ProofError(Problem(f"solving denies what was proved: {finding}", where))


def taking(rules: Sequence[Rule], exposures: Sequence[Exposure]) -> list[set[tuple[str, str]]]:
    """Solve exposures, each in a program of its own, by rules without needs, steps and laws.

    Returns
    -------
    list of set of (str, str)
        For each exposure, the rules that take it, with the role.
    """
    if not exposures:
        return []
    rows = [_row(number, exposure) for number, exposure in enumerate(exposures, start=1)]
    pool = Pool(rows)
    place = {exposure_root(row["filename"] or ""): at for at, row in enumerate(rows)}
    found: list[set[tuple[str, str]]] = [set() for _ in exposures]
    keys = {f"Asn_{number}": rule_key(rule) for number, rule in enumerate(rules)}
    bare = [_bare(rule, name) for name, rule in zip(keys, rules, strict=True)]
    for association in solve(pool, bare):
        for member in association.members:
            at = place[exposure_root(member.expname)]
            found[at].add((keys[association.rule], member.exptype))
    return found


def _bare(rule: Rule, name: str) -> Rule:
    """Return a rule that asks nothing but its clauses, acts on nothing and gives way to none."""
    base = replace(rule.base, needs=(), steps=(), laws=())
    bare = replace(rule, name=name, variant="", base=base)
    return replace(bare, needs=(), steps=(), reach=Reach())


def _row(number: int, exposure: Exposure) -> dict[str, str | None]:
    fixed: Mapping[str, str] = {
        "program": f"{number}",
        "filename": f"jw{number:05}001001_02101_00001_det_uncal.fits",
    }
    own = {"exp_type": None, "asn_candidate": _CANDIDATE}
    return {**own, **exposure, **fixed}
