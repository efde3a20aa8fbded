"""Both sides write the same files, and what differs is told."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from asnsolve import Pool, solve
from asnsolve.differences.results import ReadResults, results_of
from asnsolve.simulate import MODES as OBSERVING
from asnsolve.simulate import Program, Row, simulate
from tests.conformance.declared import GIVES_UP
from tests.conformance.files_on_disk import compare_files, judge
from tests.conformance.live import sources
from tests.conformance.reference import NEEDS_REFERENCE

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.usefixtures("pipeline_warnings"),
]

SMALL = ("jw00632_dups", "pool_008_exposerr", "pool_023_nirspec_msa_3nod")


def rows() -> list[Row]:
    plan = OBSERVING["miri_mrs_background"].draw(Random(0))
    return simulate([Program(number=1001, plans=(plan,))])


@pytest.mark.parametrize("name", SMALL)
def test_files_of_bundled_pools_agree(name: str) -> None:
    (source,) = (one for one in sources() if one.name == name)
    compared = compare_files(source)
    assert compared.agrees, str(compared)
    assert compared.products[0] == compared.products[1] > 0


def test_a_planted_difference_is_told() -> None:
    pool = rows()
    results = results_of(solve(Pool(pool)))
    first, *rest = results
    whole = ReadResults(results, (), ())
    assert judge("mrs", pool, whole, whole).agrees
    for changed in ((), (replace(first, product="jw01001-o001_t009_miri"),)):
        compared = judge("mrs", pool, whole, ReadResults((*changed, *rest), (), ()))
        assert len(compared.undeclared) == 1
        assert "1 difference (undeclared 1)" in str(compared)
        assert not compared.agrees


@pytest.mark.parametrize(
    ("theirs", "own", "agrees"),
    [
        ("KeyError: 'program'", "", False),
        ("", "PoolError: no", False),
        ("KeyError: 'program'", "PoolError: no", True),
        (GIVES_UP[0], "", True),
        (GIVES_UP[0], "PoolError: no", True),
    ],
)
def test_a_side_that_gives_up_is_told(theirs: str, own: str, agrees: bool) -> None:
    none = ReadResults((), (), ())
    compared = judge("mrs", rows(), none, none, (theirs, own))
    assert compared.agrees == agrees
    assert (f"the reference gives up: {theirs}" in str(compared)) == bool(theirs)
    assert (f"we give up: {own}" in str(compared)) == bool(own)
