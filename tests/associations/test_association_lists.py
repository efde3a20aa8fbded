"""Tables of a solution made from columns say what the objects say; selecting and indexing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from asnsolve import Pool, Solution, UsageError, solve
from asnsolve.simulate import every_mode, simulate
from tests.strategies import small_pools

TABLES = ("associations", "members", "dropped", "orphans")


@pytest.fixture(scope="module")
def found() -> Solution:
    return solve(Pool(simulate(every_mode())))


def of_objects(solution: Solution) -> Solution:
    return Solution.of(
        solution.pool,
        solution.rules,
        solution.associations,
        solution.orphans,
        problems=solution.problems,
        dropped=solution.dropped,
    )


def check(solution: Solution) -> None:
    again = of_objects(solution)
    for what in TABLES:
        assert solution.to_arrow(what).to_pylist() == again.to_arrow(what).to_pylist()


@pytest.mark.parametrize("rules", ["jwst", "level3-2017"])
def test_tables_of_every_mode_are_those_of_the_objects(rules: str) -> None:
    check(solve(Pool(simulate(every_mode())), rules))


@given(rows=small_pools())
@settings(max_examples=8)
def test_tables_of_any_pool_are_those_of_the_objects(rows: list[Mapping[str, str]]) -> None:
    check(solve(Pool(rows)))


def test_tables_of_nothing_have_the_same_columns(found: Solution) -> None:
    nothing = solve(Pool(simulate(every_mode())[:5]), ids=["c9999"])
    for what in TABLES:
        names = found.to_arrow(what).column_names
        assert nothing.to_arrow(what).column_names == names
        assert Solution.of("pool", "rules").to_arrow(what).column_names == names


def test_a_product_of_a_merged_association_is_told_of_its_members(found: Solution) -> None:
    merged = found.merged()
    members = merged.to_arrow("members").to_pylist()
    for row in members[:: max(len(members) // 50, 1)]:
        association = merged.associations[row["association"]]
        assert association.file_name == row["file_name"]
        named = {product.name: product.members for product in association.products}
        assert row["expname"] in [member.expname for member in named[row["product"]]]


@pytest.mark.parametrize("what", TABLES)
def test_astropy_and_pandas_have_the_same_cells(found: Solution, what: str) -> None:
    arrow, table, frame = found.to_arrow(what), found.to_table(what), found.to_pandas(what)
    assert arrow.column_names == table.colnames == list(frame.columns)
    for name in arrow.column_names:
        cells = arrow[name].to_pylist()
        masked = np.ma.getmaskarray(table[name])
        assert [
            None if gone else one for one, gone in zip(table[name], masked, strict=True)
        ] == cells
        assert [
            None if gone else one for one, gone in zip(frame[name], frame[name].isna(), strict=True)
        ] == cells


def test_an_unknown_table_is_refused(found: Solution) -> None:
    with pytest.raises(UsageError, match="no table of 'products'; expected associations, members"):
        found.to_arrow("products")


def test_without_pandas_the_error_says_what_to_do(
    found: Solution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asnsolve.pool.column_tables.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="pip install pandas"):
        found.to_pandas()


def test_conditions_keep_what_satisfies_all_of_them(found: Solution) -> None:
    chosen = found.select(asn_type=["image3", "spec3"], candidate="c1000", level=3)
    expected = [
        one
        for one in found
        if one.asn_type in {"image3", "spec3"} and one.asn_id == "c1000" and one.level == 3
    ]
    assert expected
    assert list(chosen) == expected
    assert len(chosen) == len(expected)
    assert chosen.orphans == found.orphans
    assert chosen.dropped == tuple(
        gone
        for gone in found.dropped
        if gone.association.asn_type in {"image3", "spec3"} and gone.association.asn_id == "c1000"
    )
    assert [name for names, _ in chosen.lines() for name in names] == [
        one.file_name for one in expected
    ]
    check(chosen)


def test_a_selection_of_objects_is_that_of_columns(found: Solution) -> None:
    rule = found[0].rule
    assert list(of_objects(found).select(rule=rule)) == list(found.select(rule=rule))
    assert found.select(rule="Asn_None").associations == ()
    assert found.select().associations == found.associations


def test_an_exposure_is_found_by_any_of_its_files(found: Solution) -> None:
    exposure = next(m.exposure for one in found for m in one.members if not m.derived)
    expected = [one for one in found if exposure in {member.exposure for member in one.members}]
    for name in (f"{exposure}_uncal.fits", f"{exposure.upper()}_cal.fits", f"data/{exposure}"):
        assert list(found.select(exposure=name)) == expected


def test_other_members_are_found_by_their_names(found: Solution) -> None:
    name = next(m.expname for one in found for m in one.members if m.derived)
    expected = [one for one in found if name in {member.expname for member in one.members}]
    assert list(found.select(exposure=[name])) == expected


def test_products_are_found_by_their_names_and_by_those_of_their_files(found: Solution) -> None:
    one = found[len(found) // 2]
    for made in (found, of_objects(found)):
        assert list(made.select(product=one.products[0].name)) == [one]
        assert list(made.select(product=[one.file_name])) == [one]
    gone = found.dropped[0].association.products[0].name
    dropped = found.select(product=gone).dropped
    assert {each.association.products[0].name for each in dropped} == {gone}


def test_a_condition_that_is_no_name_is_refused(found: Solution) -> None:
    number: Any = 1000
    with pytest.raises(UsageError, match="candidate is 1000, which is not text"):
        found.select(candidate=number)


def test_places_names_and_slices_index_a_solution() -> None:
    found = solve(Pool(simulate(every_mode())[:60]))
    first, last = found[0], found[-1]
    assert "associations" not in vars(found)
    assert (first, last) == (found.associations[0], found.associations[-1])
    assert found[1:4] == found.associations[1:4]
    assert found[first.file_name] == first
    assert first in found


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (10_000, "none at place 10000"),
        (-10_000, "none at place -10000"),
        ("jw.json", "there is no association jw.json"),
    ],
)
def test_what_is_not_there_is_a_usage_error(found: Solution, key: int | str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        found[key]


def test_a_misspelt_file_name_is_corrected(found: Solution) -> None:
    name = found[0].file_name
    with pytest.raises(UsageError, match=f"Did you mean .*{name}"):
        found[name.replace("_asn", "_as")]


def test_an_association_gives_the_object_of_its_file(found: Solution) -> None:
    told = found[0].to_dict()
    assert list(told)[:2] == ["asn_type", "asn_rule"]
    assert told["products"][0]["members"][0]["expname"] == found[0].members[0].expname
