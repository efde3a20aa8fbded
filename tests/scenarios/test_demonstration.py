"""The demonstration pool shows every documented rule at work."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from asnsolve import Pool, demo_pool, load_rules, solve, validate_file


def test_every_documented_rule_fires(tmp_path: Path) -> None:
    pool = Pool.read(str(demo_pool()))
    solution = solve(pool, "level3-2017")
    assert pool.problems == ()
    fired = Counter(association.rule for association in solution)
    assert set(fired) == {rule.name for rule in load_rules("level3-2017")}
    assert all(validate_file(path) == () for path in solution.write(tmp_path))


def test_both_solvers_agree_on_it() -> None:
    pool = Pool.read(str(demo_pool()))
    assert solve(pool, "level3-2017") == solve(pool, "level3-2017", solver="exact")
