"""What can be solved in parts: programs that do not depend on each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from asnsolve.errors import Problem, UsageError
from asnsolve.rules.rule_set import RuleSet

_PROGRAM: Final = "program"


def refuse_across_programs(rules: RuleSet, together: str | Iterable[str]) -> None:
    """Refuse to solve in parts what has to be solved as a whole.

    Parameters
    ----------
    rules : RuleSet
        The rules.
    together : str, or iterable of str
        Groupings, as `asnsolve.pipeline.solve` takes them.

    Raises
    ------
    UsageError
        If exposures of different programs are to be combined: they may be in different parts.
    """
    asked = (together,) if isinstance(together, str) else tuple(together)
    if _PROGRAM in asked or rules.across_programs:
        what = "programs that are combined cannot be solved in parts of whole programs"
        advice = (
            "Solve the pool at once: leave out -j, --dask, --shards, --resume, --cache and "
            "--changes, and read and write files of this machine."
        )
        raise UsageError(Problem(what, advice=advice))
