"""Products of one name are named, the first of very many."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve import Association, Pool, demo_pool, solve
from asnsolve.associations.same_names import same_names, sharing_a_name
from tests.from_files.small import association, member


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


@pytest.mark.parametrize(
    ("files", "others", "level", "shared"),
    [
        # Science files of two stages make files of different names at level 2.
        (["a_rate.fits"], ["b_rateints.fits"], 2, False),
        (["a_rate.fits"], ["b_rateints.fits"], 3, True),
        (["a_rate.fits"], ["b_rate.fits"], 2, True),
        # The stages of other members are of no matter, and neither are those of one exposure.
        (["a_rate.fits", "x_rate.fits"], ["b_rate.fits", "x_x1d.fits"], 2, True),
        (["a_cal.fits"], ["a_calints.fits"], 3, False),
    ],
)
def test_products_share_a_name_if_their_files_do(
    files: list[str], others: list[str], level: int, shared: bool
) -> None:
    first, second = (
        association(
            member(each[0]), *(member(file, "background") for file in each[1:]), level=level
        )
        for each in (files, others)
    )
    assert sharing_a_name([first, second]) == ({"product": [0, 1]} if shared else {})
    assert sharing_a_name([first]) == {}


def test_roles_are_compared_on_request() -> None:
    first, second = association(member("a.fits")), association(member("a.fits", "psf"))
    assert sharing_a_name([first, second]) == {"product": [0, 1]}
    assert sharing_a_name([first, second], compare_roles=False) == {}


def test_rules_are_said_before_keys_and_the_pool_is_that_of_the_first() -> None:
    first = association(member("a.fits"), signature={"slit": "s1"})
    second = association(member("b.fits"), signature={"slit": "s2"}, rule="Asn_Other")
    (problem,) = same_names([first, replace(second, asn_pool="other")])
    assert problem.location.file == first.asn_pool
    assert problem.advice == "They differ in the rule and slit (s1, s2)."
