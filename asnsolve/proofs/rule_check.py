"""Check a rule set: run every proof, replay the witnesses, and apply what is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Problem, UsageError
from asnsolve.proofs.claims import Claims
from asnsolve.proofs.contradictions import contradictory_needs
from asnsolve.proofs.dead import dead_clauses, dead_rules, dead_values, unmet_needs
from asnsolve.proofs.extents import undeclared_extents
from asnsolve.proofs.findings import Finding, Report
from asnsolve.proofs.gaps import declared_gaps, gaps
from asnsolve.proofs.overlaps import implied_rules, overlaps
from asnsolve.proofs.replay import replay
from asnsolve.proofs.untold_keys import untold_keys
from asnsolve.proofs.unwritten_roles import unwritten_roles
from asnsolve.rules.domain import Declared, Domain, Waiver
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.rule_set import RuleSet, rule_key
from asnsolve.rules.shipped_declarations import declared_of, domain_of

_ANY: Final = "*"

_KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "key that names do not tell",
        "need": "need that cannot be met",
        "role": "role that files do not have",
    }
)
"""What findings are called in a sentence, where it is not their kind."""

_PROOFS: tuple[Callable[[Claims], Iterator[Finding]], ...] = (
    gaps,
    declared_gaps,
    overlaps,
    implied_rules,
    dead_rules,
    dead_values,
    dead_clauses,
    unmet_needs,
    contradictory_needs,
    unwritten_roles,
    untold_keys,
    undeclared_extents,
)


def check(
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    level: int | None = None,
    domain: Domain | None = None,
    declared: Declared | None = None,
) -> Report:
    """Prove what a rule set takes and what it leaves, over all exposures that there can be.

    Parameters
    ----------
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    level : int, optional
        Check the rules of this level only.
    domain : Domain, optional
        The exposures that there can be; by default the domain of the rules, or else that of the
        mission.
    declared : Declared, optional
        Promises and known findings. By default those of the rules themselves and, level by level,
        of the rule sets of the package of whose rules more than half are among the rules, by name.
        For rules without any, the promises that level 2 processes every exposure and that level 3
        combines every science exposure.

    Returns
    -------
    Report
        Every finding, with a witness if an exposure can be one. A finding whose ``reason`` is
        None is not declared.

    Raises
    ------
    ProofError
        If solving a witness contradicts what was proved.
    RuleError
        If the rules are not acceptable.
    UsageError
        If there is no such level.

    Examples
    --------
    >>> from asnsolve import check, load_rules
    >>> report = check(load_rules("level3-2017"))
    >>> report.complete, len(report.undeclared)
    (True, 0)
    """
    rule_set = load_rules(rules)
    levels = sorted({rule.base.level for rule in rule_set})
    if level is not None and level not in levels:
        expected = " or ".join(map(str, levels))
        raise UsageError(
            Problem(f"rule set {rule_set.name} has no level {level}", expected=expected)
        )
    known = declared or declared_of(rule_set)
    findings: list[Finding] = []
    for checked_level in levels if level is None else [level]:
        claims = Claims(rule_set, checked_level, domain or domain_of(rule_set), known)
        findings += [finding for proof in _PROOFS for finding in proof(claims)]
    replay(rule_set, findings)
    promises = tuple(promise.says for promise in known.promises if promise.level in levels)
    waived = tuple(_waived(findings, known, rule_set, whole=level is None))
    return Report(rule_set.name, waived, promises)


def _waived(
    findings: list[Finding], known: Declared, rules: RuleSet, *, whole: bool
) -> Iterator[Finding]:
    """Give findings the reasons of waivers, and report waivers that are not exact."""
    waivers = {waiver: set[str]() for waiver in known.waivers}
    for finding in findings:
        reason = finding.reason
        for waiver, caught in waivers.items():
            if (
                waiver.kind == finding.kind
                and waiver.rule in (_ANY, *finding.rules)
                and waiver.subject in (_ANY, finding.subject)
            ):
                caught.add(f"{finding.rules[0]} {finding.subject}" if finding.rules else "")
                reason = reason or waiver.reason
        yield replace(finding, reason=reason)
    for waiver, caught in waivers.items():
        about = (_level_of(waiver, rules), (waiver.rule,), waiver.subject)
        if not caught and whole:
            # A waiver does not say of which level it is, so it can be unused only if all levels
            # were checked.
            what = f"the declared {_KINDS.get(waiver.kind, waiver.kind)} is no longer found"
            yield Finding("declaration", *about, what, {})
        elif _ANY in (waiver.rule, waiver.subject):
            listed = ", ".join(sorted(caught))
            what = f"a waiver for anything would hide new findings; name what it is for: {listed}"
            yield Finding("declaration", *about, what, {})


def _level_of(waiver: Waiver, rules: RuleSet) -> int:
    """Return the level of the rule that a waiver is about; the lowest if it names no rule."""
    levels = [rule.base.level for rule in rules if rule_key(rule) == waiver.rule]
    return min(levels or [rule.base.level for rule in rules])
