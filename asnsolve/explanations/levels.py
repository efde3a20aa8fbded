"""Why no rule of a level takes an exposure: what is declared, and what a step would do."""

from __future__ import annotations

from asnsolve.explanations.answers import LevelReason
from asnsolve.explanations.programs import SolvedProgram
from asnsolve.expr.fold import attributes
from asnsolve.interpret.to_csp import Exposure, admits
from asnsolve.rules.domain import Gap, Promise
from asnsolve.rules.shipped_declarations import declared_of
from asnsolve.rules.steps import Attach
from asnsolve.solvers.scoped_pool import ScopedPool


def level_reason(program: SolvedProgram, level: int, entries: ScopedPool) -> LevelReason:
    """Say what is known of a level that has no association with an exposure.

    Parameters
    ----------
    program : SolvedProgram
        The program of the exposure.
    level : int
        The level.
    entries : ScopedPool
        The exposure in each of its scopes; there is at least one.

    Returns
    -------
    LevelReason
    """
    attached_as, attached_by = _attachment(program, level, entries)
    return LevelReason(level, _declared(program, level, entries), attached_by, attached_as)


def _declared(program: SolvedProgram, level: int, entries: ScopedPool) -> str:
    """Return the reason that is declared for the exposure in every scope, if there is one."""
    declared = declared_of(program.task.rules)
    for gap in declared.gaps:
        promises = [one for one in declared.promises if (one.level, one.role) == (level, gap.role)]
        if gap.level == level and all(
            _breaks(gap, promises, entries, place) for place in range(len(entries))
        ):
            return gap.reason
    return ""


def _breaks(gap: Gap, promises: list[Promise], entries: ScopedPool, place: int) -> bool:
    """Tell whether an exposure is one of a gap, and of a promise that the gap breaks."""
    names = attributes(gap.where).union(*(attributes(one.where) for one in promises))
    exposure: Exposure = {name: entries.value(place, name) for name in names}
    return admits(gap.where, exposure) and any(admits(one.where, exposure) for one in promises)


def _attachment(
    program: SolvedProgram, level: int, entries: ScopedPool
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the role in which rules attach an exposure, and the attributes that they look at."""
    for rule in program.task.rules:
        steps = [step for step in rule.all_steps if isinstance(step, Attach)]
        for step in steps if rule.base.level == level else ():
            where = {name: entries.value(0, name) for name in attributes(step.where)}
            values = [(name, entries.value(0, name)) for name in step.shared]
            if admits(step.where, where):
                return step.role, tuple((name, value) for name, value in values if value)
    return "", ()
