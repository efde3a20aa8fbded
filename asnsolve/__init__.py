"""asnsolve: which exposures are processed together, found by logic.

>>> from asnsolve import Pool, demo_pool, solve
>>> solution = solve(Pool.read(demo_pool()))
>>> len(solution.associations)
115
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asnsolve.associations.association import Association, Member, Product
    from asnsolve.associations.solution import Solution
    from asnsolve.associations.validation import validate_file
    from asnsolve.edits.change_members import edit_association, edit_file
    from asnsolve.edits.gather_files import gather_files
    from asnsolve.errors import AsnsolveError, PoolError, RuleError, UsageError
    from asnsolve.explanations.why import explain
    from asnsolve.from_files.associate_files import associate
    from asnsolve.pipeline import solve
    from asnsolve.pool.table import Pool
    from asnsolve.proofs.rule_check import check
    from asnsolve.rules.load import load_rules
    from asnsolve.rules.rule import Rule, RuleSet
    from asnsolve.simulate.demo import demo_pool
    from asnsolve.solvers.graph import build_graph
    from asnsolve.solvers.refusals import Orphan

__all__ = [
    "AsnsolveError",
    "Association",
    "Member",
    "Orphan",
    "Pool",
    "PoolError",
    "Product",
    "Rule",
    "RuleError",
    "RuleSet",
    "Solution",
    "UsageError",
    "associate",
    "build_graph",
    "check",
    "demo_pool",
    "edit_association",
    "edit_file",
    "explain",
    "gather_files",
    "load_rules",
    "solve",
    "validate_file",
]

_HOMES = {
    "AsnsolveError": "asnsolve.errors",
    "Association": "asnsolve.associations.association",
    "Member": "asnsolve.associations.association",
    "Orphan": "asnsolve.solvers.refusals",
    "Pool": "asnsolve.pool.table",
    "PoolError": "asnsolve.errors",
    "Product": "asnsolve.associations.association",
    "Rule": "asnsolve.rules.rule",
    "RuleError": "asnsolve.errors",
    "RuleSet": "asnsolve.rules.rule",
    "Solution": "asnsolve.associations.solution",
    "UsageError": "asnsolve.errors",
    "associate": "asnsolve.from_files.associate_files",
    "build_graph": "asnsolve.solvers.graph",
    "demo_pool": "asnsolve.simulate.demo",
    "check": "asnsolve.proofs.rule_check",
    "edit_association": "asnsolve.edits.change_members",
    "edit_file": "asnsolve.edits.change_members",
    "explain": "asnsolve.explanations.why",
    "gather_files": "asnsolve.edits.gather_files",
    "load_rules": "asnsolve.rules.load",
    "solve": "asnsolve.pipeline",
    "validate_file": "asnsolve.associations.validation",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the public name stands for
    """Import a public name when it is first asked for: the command line must answer at once."""
    if name not in _HOMES:
        raise AttributeError(f"module 'asnsolve' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
