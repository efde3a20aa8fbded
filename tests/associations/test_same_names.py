"""Products of one name are named, the first of very many."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve import Association, Pool, demo_pool, solve
from asnsolve.associations.same_names import same_names


@pytest.fixture(scope="module")
def associations() -> list[Association]:
    """Return associations of different exposures."""
    found = solve(Pool.read(demo_pool())).associations
    of_members = {one.products[0].members: one for one in found if one.asn_type[-1] == "3"}
    return [
        replace(one, products=(replace(one.products[0], name="same"),))
        for one in of_members.values()
    ]


@pytest.mark.parametrize("count", [2, 6, 7, 12])
def test_of_very_many_the_first_five_are_named(count: int, associations: list[Association]) -> None:
    assert len(associations) >= count
    (problem,) = same_names(associations[:count])
    assert problem.what.startswith(f"{count} products are named same: ")
    named = [one for one in associations[:count] if one.file_name in problem.what]
    assert len(named) == (count if count < 7 else 5)
    assert problem.what.endswith(f" and {count - 5} more") == (count >= 7)
