"""Faults that fuzzing finds: ``python -m tests.testing.planted`` says after how many pools.

Twenty are changed lines of the fast solver, ten are changes of rules.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from inspect import getsource
from types import CodeType, FunctionType
from typing import Any

from asnsolve.expr.build import one_of, same
from asnsolve.rules.jwst.level2.nods import Asn_Lv2MIRLRSFixedSlitNod
from asnsolve.rules.jwst.level3.coronagraphy import Asn_Lv3MIRCoron
from asnsolve.rules.jwst.level3.image import Asn_Lv3Image, Asn_Lv3ImageMosaic
from asnsolve.rules.jwst.level3.spectrum import Asn_Lv3MIRMRS
from asnsolve.rules.model import Cases, Clause, Reach, Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.testing import FuzzReport, fuzz
from tests.laws.abstract_rules import ABSTRACT

__all__ = ["RULE_FAULTS", "SOLVER_FAULTS", "RuleFault", "SolverFault"]

EXAMPLES = 500

ABSTRACT_SET = RuleSet("abstract", ABSTRACT)


@dataclass(frozen=True)
class SolverFault:
    """A changed line of a function of the fast solver."""

    module: str
    function: str
    old: str
    new: str

    def found(self, examples: int = EXAMPLES, seed: int = 0) -> FuzzReport:
        """Fuzz the abstract rules with the fault in place."""
        with self.planted():
            return fuzz(ABSTRACT_SET, examples=examples, seed=seed, laws=["exact"])

    @contextmanager
    def planted(self) -> Iterator[None]:
        module = import_module(f"asnsolve.{self.module}")
        thing: object = module
        for name in self.function.split("."):
            thing = getattr(thing, name)
        function = getattr(thing, "__func__", thing)
        assert isinstance(function, FunctionType)
        source = getsource(module)
        assert source.count(self.old) == 1, f"{self.old!r} is not one line of {self.module}"
        mutated = compile(source.replace(self.old, self.new), module.__file__ or "", "exec")
        before = function.__code__
        function.__code__ = _code(mutated, before.co_qualname)
        try:
            yield
        finally:
            function.__code__ = before

    def __str__(self) -> str:
        return f"{self.function}: {self.old} -> {self.new}"


def _code(module: CodeType, name: str) -> CodeType:
    """Return the code of a function of a module."""
    found = [code for code in _inner(module) if code.co_qualname == name]
    assert len(found) == 1
    return found[0]


def _inner(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inner(constant)


SOLVER_FAULTS = (
    SolverFault(
        "solvers.fast",
        "_maximal_sets",
        "combine([eligible.entry_scopes, *offers[is_closed]])",
        "combine([eligible.entry_scopes * 0, *offers[is_closed]])",
    ),
    SolverFault("solvers.fast", "_maximal_sets", "scoped, key) > 1]", "scoped, key) > 2]"),
    SolverFault(
        "solvers.fast",
        "_value_count",
        "sources = key.sources if key.instead is None else (*key.sources, *key.instead[1])",
        "sources = key.sources",
    ),
    SolverFault("solvers.fast", "_disputed", "most > least\n", "most > least + 1\n"),
    SolverFault(
        "solvers.fast",
        "_open_sets",
        "np.flatnonzero(~is_tangled[components])",
        "np.flatnonzero(~is_tangled[components])[1:]",
    ),
    SolverFault(
        "solvers.fast", "_split", "np.where(is_open[components], 0, values + 1)", "values + 1"
    ),
    SolverFault(
        "solvers.fast",
        "_meeting_needs",
        "np.logical_and.reduce(_needs",
        "np.logical_or.reduce(_needs",
    ),
    SolverFault(
        "solvers.fast", "_numbered", "int(sets.max(initial=-1)) + 1", "int(sets.max(initial=-1))"
    ),
    SolverFault(
        "solvers.nested_keys",
        "KeyPaths.of",
        "nested[components[bound[key] & ~bound[key - 1]]] = False",
        "nested[components[bound[key] & ~bound[key - 1]]] = True",
    ),
    SolverFault(
        "solvers.nested_keys",
        "paths_to_leaves",
        "is_leaf[parents[level]] = False",
        "is_leaf[parents[level]] = True",
    ),
    SolverFault(
        "solvers.nested_keys",
        "paths_to_leaves",
        "combine([upper, values[deeper]])",
        "combine([values[deeper]])",
    ),
    SolverFault("solvers.nested_keys", "paths_to_leaves", "if above:", "if above > 1:"),
    SolverFault(
        "solvers.maximal_sets",
        "_grown",
        "blocks.fitting_all(rest) & known == rest",
        "known >= 0",
    ),
    SolverFault(
        "interpret.to_mask",
        "to_codes",
        "for source in reversed(sources):",
        "for source in sources:",
    ),
    SolverFault(
        "interpret.to_mask",
        "to_offers",
        "taken = np.where(is_bound, codes, np.int32(OPEN))",
        "taken = codes",
    ),
    SolverFault(
        "interpret.to_mask",
        "to_offers",
        "np.where(np.isin(taken, open_codes), np.int32(OPEN), taken)",
        "taken",
    ),
    SolverFault("interpret.to_mask", "to_offers", "np.where(replaced, other, codes)", "codes"),
    SolverFault("interpret.to_mask", "to_group_mask", "codes >= 0", "codes >= -1"),
    SolverFault("interpret.to_mask", "to_group_mask", "counts >= count", "counts > count"),
    SolverFault(
        "interpret.to_mask", "to_group_mask", "~groups.is_type(types)", "groups.is_type(types)"
    ),
    SolverFault(
        "solvers.scoped_pool",
        "ScopedPool.offers",
        "[role in key.roles for role in",
        "[True for role in",
    ),
    SolverFault(
        "solvers.maximal_sets",
        "_Blocks.of",
        "_bits(column == value) | open_blocks",
        "_bits(column == value)",
    ),
)


@dataclass(frozen=True)
class RuleFault:
    """A change of a rule, found by a law or by comparing with the rule as it was."""

    says: str
    before: RuleSet
    after: RuleSet
    law: str = ""

    def found(self, examples: int = EXAMPLES, seed: int = 0) -> FuzzReport:
        """Fuzz the changed rules."""
        if self.law:
            return fuzz(self.after, examples=examples, seed=seed, laws=[self.law])
        return fuzz(self.after, examples=examples, seed=seed, against=self.before)

    def __str__(self) -> str:
        return self.says


def _changed(says: str, rule: Rule, law: str = "", **changes: Any) -> RuleFault:
    after = replace(rule, **changes)
    return RuleFault(says, RuleSet("before", (rule,)), RuleSet("after", (after,)), law)


def _without(rule: Rule, clause: str) -> tuple[Clause, ...]:
    assert any(known.name == clause for known in rule.all_clauses)
    return tuple(known for known in rule.all_clauses if known.name != clause)


def _with(rule: Rule, clause: Clause) -> tuple[Clause, ...]:
    return (*(known for known in rule.all_clauses if known.name != clause.name), clause)


RULE_FAULTS = (
    _changed(
        "a clause is dropped", Asn_Lv3Image, mixins=(), clauses=_without(Asn_Lv3Image, "is_tso")
    ),
    _changed(
        "a key is dropped", Asn_Lv3Image, mixins=(), clauses=_without(Asn_Lv3Image, "subarray")
    ),
    _changed(
        "a key becomes optional",
        Asn_Lv3MIRMRS,
        clauses=_with(
            Asn_Lv3MIRMRS, Clause("target", key=same("targetid", roles="science", optional=True))
        ),
    ),
    _changed(
        "a value is left out",
        Asn_Lv2MIRLRSFixedSlitNod,
        clauses=_with(Asn_Lv2MIRLRSFixedSlitNod, Clause("exp_type", one_of("exp_type", "mir_mrs"))),
    ),
    _changed("a need is dropped", Asn_Lv3MIRCoron, needs=()),
    _changed("a step is dropped", Asn_Lv2MIRLRSFixedSlitNod, steps=()),
    _changed("a stage is another", Asn_Lv3Image, suffixes=Cases((), "rate")),
    _changed(
        "the cases of roles are in reverse",
        Asn_Lv3MIRCoron,
        roles=replace(Asn_Lv3MIRCoron.member_roles, cases=Asn_Lv3MIRCoron.member_roles.cases[::-1]),
    ),
    _changed("the reach is smaller", Asn_Lv3Image, reach=Reach(barred_types=("mosaic",))),
    _changed(
        "names do not tell a key",
        Asn_Lv3Image,
        law="unique",
        clauses=_with(Asn_Lv3Image, Clause("one_detector", key=same("detector"))),
    ),
    RuleFault(
        "a further rule takes the larger part of what another takes",
        RuleSet("before", (Asn_Lv3ImageMosaic,)),
        RuleSet("after", (Asn_Lv3ImageMosaic, replace(Asn_Lv3Image, name="Asn_Lv3Again"))),
    ),
)


def main() -> int:
    """Plant every fault; return 1 if one is not found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    missed = 0
    faults: tuple[SolverFault | RuleFault, ...] = (*SOLVER_FAULTS, *RULE_FAULTS)
    for number, fault in enumerate(faults, start=1):
        report = fault.found(args.examples, args.seed)
        missed += not report.failures
        end = "FOUND" if report.failures else "MISSED"
        sys.stdout.write(f"{number:3} {end} after {report.pools:4} pools: {fault}\n")
        sys.stdout.flush()
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
