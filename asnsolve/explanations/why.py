"""Why an exposure is in its associations, and why it is in no others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.association import Association
from asnsolve.explanations.answers import ClauseAnswer, Explanation, Membership, RuleAnswer
from asnsolve.explanations.relax import CANDIDATE, fewest, holding
from asnsolve.explanations.subject import Subject, subject_of
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import AllOf, Predicate
from asnsolve.interpret.to_certain import never
from asnsolve.interpret.to_text import to_text
from asnsolve.naming import exposure_root
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.rules.load import RuleSource, load_rules
from asnsolve.rules.rule import Reach, Rule, RuleSet
from asnsolve.solvers.graph import array_components
from asnsolve.solvers.refusals import wanted_candidate
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import CandidateFilter, scopes_of, solved_scopes

__all__ = ["Asked", "explain", "rules_named"]

_FAR: Final = 1000
_TYPE: Final = "exp_type"


def explain(
    pool: Pool,
    rules: RuleSource | Iterable[RuleSource],
    exposure: str,
    rule: str | None = None,
) -> Explanation:
    """Explain why an exposure is in its associations, and why it is in no others.

    Only the exposure's program is solved.

    Parameters
    ----------
    pool : Pool
        The exposures.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    exposure : str
        File name of the exposure, or of a file that was made of it.
    rule : str, optional
        Name of the only rule that is asked why it does not take the exposure.

    Returns
    -------
    Explanation
        Of the nearest rule of each level that has no association with the exposure, and of a rule
        that is named, it says which clauses would have to give. ``str`` makes it prose.

    Raises
    ------
    PoolError
        If there is no such exposure.
    RuleError
        If there is no such rule, or if the rules are not acceptable.
    """
    rule_set = load_rules(rules)
    wanted = rule_set.rules if rule is None else rules_named(rule_set, rule)
    subject = subject_of(pool, exposure)
    solution = solve(subject.pool, rule_set)
    found = holding(solution, subject.filename)
    memberships = tuple(_membership(association, subject) for association in found)
    asked = Asked.of(subject, rule_set)
    joined = {one.rule for one in memberships}
    refusing = [one for one in wanted if rule is not None or one.name not in joined]
    refusing.sort(key=asked.distance)
    answers = tuple(replace(asked.answer(one), joins=one.name in joined) for one in refusing)
    explanation = Explanation(subject.filename, subject.program, memberships, answers, rule)
    told = {id(answer) for answer in explanation.told if not answer.joins}
    return replace(
        explanation,
        rules=tuple(
            replace(answer, to_give=fewest(subject, one, asked.refusals(one)))
            if id(answer) in told
            else answer
            for one, answer in zip(refusing, answers, strict=True)
        ),
    )


def rules_named(rules: RuleSet, name: str) -> tuple[Rule, ...]:
    """Return the rules of a name: variants share one.

    Raises
    ------
    RuleError
        If there is none.
    """
    known = rules[name].name
    return tuple(rule for rule in rules if rule.name == known)


@dataclass(frozen=True, slots=True)
class Asked:
    """The clauses of rules, asked of an exposure in each of its scopes.

    Parameters
    ----------
    scoped : ScopedPool
        The exposure in each scope that it is in.
    chosen : dict of Reach to ndarray of bool, shape (scopes,)
        Where rules are solved.
    """

    scoped: ScopedPool
    chosen: dict[Reach, NDArray[np.bool_]]

    @classmethod
    def of(cls, subject: Subject, rules: RuleSet) -> Asked:
        """Read an exposure."""
        scopes = scopes_of(subject.pool, array_components(subject.pool))
        scoped = ScopedPool.of(subject.pool, scopes, rules)
        own = np.flatnonzero(np.isin(scopes.entry_rows, subject.rows))
        everything = CandidateFilter(None, discover=True)
        reaches = dict.fromkeys(rule.scope_reach for rule in rules)
        chosen = {reach: solved_scopes(scopes, reach, everything) for reach in reaches}
        return cls(scoped.at(own), chosen)

    def solved(self, rule: Rule) -> NDArray[np.bool_]:
        """Tell in which of the exposure's scopes a rule is solved."""
        found: NDArray[np.bool_] = self.chosen[rule.scope_reach][self.scoped.entry_scopes]
        return found

    def passed(self, rule: Rule) -> NDArray[np.bool_]:
        """Tell which clauses let the exposure in, shape (scopes of the exposure, clauses)."""
        masks = [self.scoped.mask(demand) for _, demand in rule.demands]
        shape = (len(self.scoped), len(masks))
        return np.array(masks, dtype=np.bool_).reshape(shape[::-1]).T

    def refusals(self, rule: Rule) -> list[frozenset[str]]:
        """Name what refuses the exposure, in each scope; different sets, the smallest first."""
        names = [clause.name for clause, _ in rule.demands]
        found: dict[frozenset[str], None] = {}
        for passes, solved in zip(self.passed(rule), self.solved(rule), strict=True):
            refused = [name for name, passed in zip(names, passes, strict=True) if not passed]
            found[frozenset(refused if solved else [*refused, CANDIDATE])] = None
        return sorted(found, key=lambda names: (len(names), sorted(names)))

    def distance(self, rule: Rule) -> tuple[int, int]:
        """Say how far the exposure is from a rule: refusals, and how soon the first comes."""
        return self._distances(rule)[self._nearest(rule)]

    def answer(self, rule: Rule) -> RuleAnswer:
        """Say what each clause of a rule says, in the scope where it is nearest."""
        place = self._nearest(rule)
        solved = bool(self.solved(rule)[place])
        cell = (("asn_candidate", self.scoped.value(place, "asn_candidate")),)
        reach = ClauseAnswer(CANDIDATE, solved, cell, wanted_candidate(rule))
        passes = self.passed(rule)[place].tolist()
        clauses = tuple(
            ClauseAnswer(clause.name, passed, self._values(place, demand), to_text(demand))
            for passed, (clause, demand) in zip(passes, rule.demands, strict=True)
            # A clause that asks nothing of one exposure is a key that may be unset.
            if demand != AllOf(()) or not passed
        )
        word = int(self.scoped.decide(rule.member_roles)[place])
        scope = self.scoped.scopes[int(self.scoped.entry_scopes[place])]
        return RuleAnswer(
            rule=rule.name,
            variant=rule.variant,
            level=rule.base.level,
            role=rule.member_roles.words()[word],
            candidate=scope.cell,
            joins=False,
            clauses=(*clauses, *(() if solved else (reach,))),
        )

    def _nearest(self, rule: Rule) -> int:
        distances = self._distances(rule)
        return distances.index(min(distances))

    def _distances(self, rule: Rule) -> list[tuple[int, int]]:
        kinds = self.scoped.profiles
        own = kinds.labels[self.scoped.entries]
        settled = [never(demand, _TYPE, kinds)[own] for _, demand in rule.demands]
        # A refusal that the type alone decides outweighs all others: the type is what it is.
        weights = np.where(np.array(settled).reshape(len(rule.demands), -1).T, _FAR, 1)
        passed = self.passed(rule)
        counts = (weights * ~passed).sum(axis=1) + ~self.solved(rule)
        first = np.where(passed.all(axis=1), passed.shape[1], passed.argmin(axis=1))
        return list(zip(counts.tolist(), (-first).tolist(), strict=True))

    def _values(self, place: int, demand: Predicate) -> tuple[tuple[str, str | None], ...]:
        names = sorted(attributes(demand))
        return tuple((name, self.scoped.value(place, name)) for name in names)


def _membership(association: Association, subject: Subject) -> Membership:
    root = exposure_root(subject.filename)
    for product in association.products:
        own = [one for one in product.members if exposure_root(one.expname) == root]
        if own:
            break
    others = tuple(
        (one.expname, one.exptype) for one in product.members if exposure_root(one.expname) != root
    )
    return Membership(
        file_name=association.file_name,
        rule=association.rule,
        product=product.name,
        level=association.level,
        role=own[0].exptype,
        others=others,
        shared=tuple(association.signature.items()),
    )
