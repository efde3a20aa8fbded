"""Fuzzing: run the laws of solving on random pools, and find the smallest pool that breaks one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Final

from hypothesis import HealthCheck, Phase, Verbosity, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from asnsolve.errors import LawError, Problem, UsageError
from asnsolve.pool.table import Pool
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.rule_set import RuleSet
from asnsolve.suggest import did_you_mean
from asnsolve.testing.law_trials import Trial
from asnsolve.testing.pool_strategies import pools
from asnsolve.testing.smaller_pools import smallest
from asnsolve.testing.solving_laws import LAWS, SolvingLaw, same_results

DEFAULT_EXAMPLES: Final = 500


@dataclass(frozen=True)
class Failure:
    """A law that a pool breaks.

    Parameters
    ----------
    law : str
        Name of the law.
    says : str
        The law in a sentence.
    problem : Problem
        What is wrong.
    pool : Pool
        The smallest pool that was found to break the law.

    Examples
    --------
    >>> from asnsolve import Pool, Problem, demo_pool
    >>> from asnsolve.testing import Failure
    >>> problem = Problem("two associations have one name")
    >>> failure = Failure("unique", "names differ", problem, Pool.read(demo_pool()))
    >>> failure.law, failure.problem.what
    ('unique', 'two associations have one name')
    """

    law: str
    says: str
    problem: Problem
    pool: Pool


@dataclass(frozen=True)
class FuzzReport:
    """What fuzzing found.

    Parameters
    ----------
    rules : str
        Name of the rule set.
    laws : tuple of str
        Names of the laws that were tried.
    examples : int
        Number of pools that were asked for. The pools depend on it as well as on the seed.
    pools : int
        Number of pools that were solved. Fuzzing stops early once every law is broken.
    seed : int
        Seed of the pools: the same seed and number give the same pools.
    failures : tuple of Failure
        One per law that is broken.
    fired : mapping of str to int
        In how many of the pools each rule has an association.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> from asnsolve.testing import fuzz
    >>> report = fuzz(load_rules("level3-2017"), examples=3, laws=["valid"])
    >>> report.rules, report.seed, len(report.failures)
    ('level3-2017', 0, 0)
    """

    rules: str
    laws: tuple[str, ...]
    examples: int
    pools: int
    seed: int
    failures: tuple[Failure, ...]
    fired: Mapping[str, int] = field(compare=False)


def fuzz(
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    examples: int = DEFAULT_EXAMPLES,
    seed: int = 0,
    laws: Iterable[str] | None = None,
    against: RuleSource | Iterable[RuleSource] | None = None,
    on_example: Callable[[str], None] | None = None,
) -> FuzzReport:
    """Run the laws of solving on random pools.

    Parameters
    ----------
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    examples : int
        Number of pools.
    seed : int
        Seed of the pools.
    laws : iterable of str, optional
        Names of the laws to try; all by default.
    against : str, path, Rule, RuleSet, or iterable of these, optional
        Other rules. Instead of the laws, the results of both are compared.
    on_example : callable, optional
        Called after each pool, with a text that says what was done.

    Returns
    -------
    FuzzReport

    Raises
    ------
    RuleError
        If rules have mistakes.
    UsageError
        If there is no such law, or no pool is asked for.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> from asnsolve.testing import fuzz
    >>> report = fuzz(load_rules("level3-2017"), examples=3, laws=["valid"])
    >>> report.failures
    ()
    """
    if examples < 1:
        what = f"the number of examples is {examples}"
        raise UsageError(Problem(what, expected="1 or more"))
    rule_set = load_rules(rules)
    if against is None:
        tried = _laws(laws)
        strategy = pools(rule_set)
    elif laws is None:
        other = load_rules(against)
        tried = (same_results(other),)
        # What one of the sets alone takes or tells apart must occur too.
        strategy = pools(rule_set) | pools(other)
    else:
        what = "two rule sets are compared by their results, not by laws"
        raise UsageError(Problem(what, expected="laws or against"))
    broken: dict[str, Pool] = {}
    fired: Counter[str] = Counter()
    count = 0

    def look(pool: Pool) -> bool:
        nonlocal count
        count += 1
        trial = Trial(pool, rule_set)
        for law in tried:
            if law.name not in broken and _judged(law, trial) is not None:
                broken[law.name] = pool
        # If solving fails, a law has already reported it.
        with suppress(Exception):
            fired.update({association.rule for association in trial.solution})
        if on_example is not None:
            on_example(f"{len(broken)} of {len(tried)} laws broken")
        return len(broken) == len(tried)

    _find(strategy, look, examples, seed)
    failures = [_failure(law, rule_set, broken[law.name]) for law in tried if law.name in broken]
    names = tuple(law.name for law in tried)
    return FuzzReport(rule_set.name, names, examples, count, seed, tuple(failures), dict(fired))


def _laws(names: Iterable[str] | None) -> tuple[SolvingLaw, ...]:
    if names is None:
        return tuple(LAWS.values())
    chosen: dict[str, SolvingLaw] = {}
    for name in names:
        if name not in LAWS:
            advice = did_you_mean(name, LAWS)
            what = f"there is no law {name!r}"
            raise UsageError(Problem(what, expected=f"one of {', '.join(LAWS)}", advice=advice))
        chosen[name] = LAWS[name]
    return tuple(chosen.values())


def _find(
    strategy: st.SearchStrategy[Pool], look: Callable[[Pool], bool], examples: int, seed: int
) -> None:
    """Show random pools to a function until it returns True."""
    options = settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    with suppress(NoSuchExample):
        find(strategy, look, settings=options, random=Random(seed))


def _judged(law: SolvingLaw, trial: Trial) -> LawError | None:
    """Return the error by which a trial breaks a law; None if it does not."""
    try:
        law.check(trial)
    except LawError as error:
        return error
    return None


def _failure(law: SolvingLaw, rules: RuleSet, pool: Pool) -> Failure:
    """Describe a broken law by the smallest pool."""
    small = smallest(pool, lambda smaller: _judged(law, Trial(smaller, rules)) is not None)
    error = _judged(law, Trial(small, rules)) or _judged(law, Trial(pool, rules))
    problem = error.problems[0] if error else Problem("the law is broken now and then")
    return Failure(law.name, law.says, problem, small)
