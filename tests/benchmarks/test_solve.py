"""How long solving takes beside reading the same pool.

To run: ``pytest tests/benchmarks --benchmark-enable -n 0``.

Figures of one run are comparable with one another, not with those of another machine.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from asnsolve import Pool, solve
from asnsolve.simulate import scaled, simulate_columns

LARGEST = Path(__file__).parents[1] / "conformance/level3-2017-own/pools/own_mixed.csv"


@pytest.mark.benchmark(group="largest conformance pool")
def test_read_the_largest_conformance_pool(benchmark: BenchmarkFixture) -> None:
    assert len(benchmark(Pool.read, LARGEST)) == 220


@pytest.mark.benchmark(group="largest conformance pool")
def test_solve_the_largest_conformance_pool(benchmark: BenchmarkFixture) -> None:
    pool = Pool.read(LARGEST)
    assert len(benchmark(solve, pool, "level3-2017")) == 33


@pytest.mark.benchmark(group="growth")
@pytest.mark.parametrize("exposures", [1_000, 10_000])
def test_solve_a_pool_of_many_programs(benchmark: BenchmarkFixture, exposures: int) -> None:
    pool = Pool(simulate_columns(scaled(exposures, seed=1), seed=1))
    solution = benchmark(solve, pool, "level3-2017")
    assert len(solution) > exposures // 100


@pytest.mark.benchmark(group="growth, operational rules")
@pytest.mark.parametrize("exposures", [1_000, 10_000])
def test_solve_a_pool_by_the_operational_rules(benchmark: BenchmarkFixture, exposures: int) -> None:
    pool = Pool(simulate_columns(scaled(exposures, seed=1), seed=1))
    solution = benchmark(solve, pool, "jwst")
    assert len(solution) > exposures // 2
