"""Tests for rule sets: random pools made for the rules, and the laws that every solution obeys.

It needs hypothesis, which ``pip install 'asnsolve[testing]'`` installs.

>>> from asnsolve.testing import LAWS, fuzz
>>> list(LAWS)[:3]
['valid', 'maximal', 'exact']
>>> fuzz("level3-2017", examples=5).failures
()
"""

from importlib.util import find_spec

from asnsolve.errors import Problem, UsageError

if find_spec("hypothesis") is None:
    raise UsageError(
        Problem(
            "random pools need hypothesis, which is not installed",
            advice="Install it with: pip install 'asnsolve[testing]'",
        )
    )

from asnsolve.testing.fuzzing import Failure, FuzzReport, fuzz
from asnsolve.testing.pool_strategies import pools
from asnsolve.testing.simulated_pools import simulated_rows
from asnsolve.testing.solving_laws import LAWS, SolvingLaw, same_results

__all__ = [
    "LAWS",
    "Failure",
    "FuzzReport",
    "SolvingLaw",
    "fuzz",
    "pools",
    "same_results",
    "simulated_rows",
]
