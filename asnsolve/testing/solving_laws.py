"""The laws of solving: what must be true of every pool under every rule set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from asnsolve.errors import LawError, Problem
from asnsolve.pool.table import Pool
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.rule_set import RuleSet
from asnsolve.testing import group_laws, invariance_laws, solution_laws
from asnsolve.testing.law_trials import Trial


@dataclass(frozen=True, slots=True)
class SolvingLaw:
    """A law of solving. Call it with a pool and rules to judge them.

    Parameters
    ----------
    name : str
        A word for the law, such as ``maximal``.
    says : str
        The law in a sentence.
    judge : callable
        Raises `LawError` if the law does not hold in a trial.

    Examples
    --------
    >>> from asnsolve.testing import LAWS
    >>> LAWS["unique"].says
    'different associations have different names'
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
        rule_set = load_rules(rules)
        self.check(Trial(Pool.read(pool, profile=rule_set.profile), rule_set))

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
        except LawError:
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

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> from asnsolve.testing import same_results
    >>> law = same_results(load_rules("level3-2017"))
    >>> law.name
    'against'
    """
    says = f"the results are those of {other.name}"
    return SolvingLaw("against", says, lambda trial: invariance_laws.same_results(trial, other))


LAWS: Final[Mapping[str, SolvingLaw]] = MappingProxyType(
    {
        law.name: law
        for law in (
            SolvingLaw(
                "valid",
                "the members of a group satisfy every clause, share every key and meet every need",
                group_laws.valid,
            ),
            SolvingLaw(
                "maximal", "no exposure of its scope can be added to a group", group_laws.maximal
            ),
            SolvingLaw(
                "exact", "the fast solver finds what the exact solver finds", invariance_laws.exact
            ),
            SolvingLaw(
                "row order", "the order of the rows makes no difference", invariance_laws.row_order
            ),
            SolvingLaw(
                "programs", "programs are solved as if each were alone", invariance_laws.programs
            ),
            SolvingLaw(
                "idempotent",
                "the exposures that are associated have the same associations again",
                invariance_laws.idempotent,
            ),
            SolvingLaw("names", "names of files and products are read back", solution_laws.names),
            SolvingLaw(
                "unique", "different associations have different names", solution_laws.unique
            ),
            SolvingLaw("written", "every association file is valid", solution_laws.written),
            SolvingLaw(
                "repeats",
                "an association gives way only as a law says",
                lambda trial: solution_laws.repeats(trial.solution),
            ),
            SolvingLaw(
                "orphans",
                "an exposure is associated or an orphan, never both",
                solution_laws.orphans,
            ),
            SolvingLaw(
                "partitions",
                "a pool solved in parts is solved as a whole",
                invariance_laws.partitions,
            ),
        )
    }
)
"""Every law, by name."""
