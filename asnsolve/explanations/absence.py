"""What a missing exposure undoes."""

from __future__ import annotations

from collections.abc import Iterable

from asnsolve.differences.compare import diff
from asnsolve.differences.results import results_of
from asnsolve.explanations.pair_answers import Absence
from asnsolve.explanations.programs import subject_of
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.rules.load import RuleSource, load_rules


def explain_absence(pool: Pool, rules: RuleSource | Iterable[RuleSource], exposure: str) -> Absence:
    """Explain what would change in a program without one of its exposures.

    Parameters
    ----------
    pool : Pool
        The exposures.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    exposure : str
        File name of the exposure, or of a file that was made from it.

    Returns
    -------
    Absence
        The differences between the associations with and without it. ``str`` makes it prose.

    Raises
    ------
    PoolError
        If there is no such exposure.
    RuleError
        If the rules are not acceptable.
    """
    rule_set = load_rules(rules)
    subject = subject_of(pool, exposure)
    # Both are solved in full: a missing exposure may change associations that never held it.
    whole, rest = solve(subject.pool, rule_set), solve(subject.without(), rule_set)
    return Absence(
        exposure=subject.filename,
        differences=diff(results_of(whole), results_of(rest)),
        orphaned=tuple(sorted({*rest.outside} - {*whole.outside})),
        files=pool.profile.files,
    )
