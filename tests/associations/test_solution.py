"""A solution gives its associations by place, name and condition, and remembers what it is of."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asnsolve import Solution
from asnsolve.associations.asn_files import contained_line
from asnsolve.associations.association import Association, Member
from asnsolve.associations.dropped import Dropped
from asnsolve.errors import Problem, UsageError
from asnsolve.profiles.jwst import PROFILE
from asnsolve.solvers.refusals import Orphan
from tests.associations.examples import association
from tests.solvers.rows import exposure, pool_of

OTHER = replace(PROFILE, name="other")
ONE, TWO, THREE = (association(number=number) for number in (1, 2, 3))
EXPOSURE = "jw00009001001_02101_00009_mirimage"
LEVEL_2 = replace(
    association(members=[Member(f"{EXPOSURE}_rate.fits", "science", exposure=EXPOSURE)]),
    rule="Asn_Lv2Image",
    level=2,
    asn_type="image2",
    file_name="x_asn.json",
)


def of(*associations: Association, **options: Any) -> Solution:
    return Solution.of("pool", "rules", associations, **options)


PARTS: dict[str, Any] = {
    "orphans": [Orphan("a.fits", None)],
    "problems": [Problem("one")],
    "renamed": [Problem("two")],
    "dropped": [Dropped(TWO, ONE, "one membership")],
}


@pytest.mark.parametrize("part", PARTS)
def test_solutions_that_differ_in_one_part_differ(part: str) -> None:
    whole = of(ONE, **PARTS)
    without = {name: value for name, value in PARTS.items() if name != part}
    assert whole == of(ONE, **PARTS)
    assert whole != of(ONE, **without)
    assert whole != of(TWO, **PARTS)
    assert hash(whole) == hash(of(ONE, **PARTS))
    assert Solution.of("a", "b") != Solution.of("a", "c") != Solution.of("b", "c")
    assert (whole == "whole") is False


def test_what_is_sent_to_another_process_is_all_that_was_found() -> None:
    one = of(ONE, **PARTS, unsolved=[Problem("three")], mission=OTHER)
    again = pickle.loads(pickle.dumps(one))
    assert again == one
    assert (again.problems, again.renamed) == ((Problem("one"),), (Problem("two"),))
    assert again.unsolved == (Problem("three"),)
    assert again.dropped == tuple(PARTS["dropped"])
    assert again.orphans == tuple(PARTS["orphans"])
    assert again.outside == ("a.fits",)
    assert again.profile == OTHER


def test_the_mission_is_that_of_the_exposures_or_files() -> None:
    exposures = pool_of(exposure("a"), profile=OTHER)
    assert of().profile == PROFILE
    assert of(mission=OTHER).profile == OTHER
    assert of(exposures=exposures).profile == OTHER
    assert of(exposures=exposures, mission=PROFILE).profile == OTHER


def test_associations_are_had_by_place_and_name() -> None:
    solution = of(ONE, TWO, THREE)
    assert [*solution] == [ONE, TWO, THREE]
    assert [solution[place] for place in (0, 2, -1, -3)] == [ONE, THREE, THREE, ONE]
    assert solution[TWO.file_name] == TWO
    assert solution[1:] == (TWO, THREE)
    assert solution[::-2] == (THREE, ONE)
    assert solution._ipython_key_completions_() == [one.file_name for one in solution]


@pytest.mark.parametrize("place", [3, -4])
def test_a_place_beyond_the_last_is_told(place: int) -> None:
    with pytest.raises(UsageError) as caught:
        of(ONE, TWO, THREE)[place]
    assert str(caught.value) == f"there are 3 associations, and none at place {place}"


def test_a_file_name_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        of(ONE)[ONE.file_name.replace("jw", "yw")]
    assert str(caught.value).endswith(f"Did you mean {ONE.file_name}?")


@pytest.mark.parametrize(
    ("conditions", "kept"),
    [
        ({}, [ONE, LEVEL_2]),
        ({"rule": "Asn_Lv2Image"}, [LEVEL_2]),
        ({"rule": ["Asn_Lv2Image", "Asn_Image"]}, [ONE, LEVEL_2]),
        ({"asn_type": "image3"}, [ONE]),
        ({"candidate": "o001"}, [ONE, LEVEL_2]),
        ({"candidate": "c1000"}, []),
        ({"level": 2}, [LEVEL_2]),
        ({"product": "x_asn.json"}, [LEVEL_2]),
        ({"exposure": f"{EXPOSURE}_cal.fits"}, [LEVEL_2]),
        ({"exposure": "other"}, []),
    ],
)
def test_conditions_keep_associations(conditions: dict[str, Any], kept: list[Association]) -> None:
    solution = of(ONE, LEVEL_2, orphans=PARTS["orphans"]).select(**conditions)
    assert [*solution] == kept
    assert solution.orphans == tuple(PARTS["orphans"])


def test_what_no_candidate_names_is_discovered() -> None:
    found = replace(THREE, asn_id="a3001")
    assert [*of(ONE, found).discovered()] == [found]


def test_products_of_one_name_are_told() -> None:
    (problem,) = of(ONE, association(number=2, members=ONE.members[:1])).same_names
    assert "2 products are named jw00009-o001_t001_miri_f560w" in str(problem)
    apart = replace(TWO, products=(replace(TWO.products[0], name="jw00009-o001_t001_miri_f770w"),))
    assert of(ONE, apart).same_names == ()


def test_each_of_several_products_is_compared() -> None:
    first, second = (replace(ONE.products[0], name=f"product{number}") for number in (1, 2))
    both = replace(ONE, products=(first, second))
    (problem,) = of(both, replace(TWO, products=(replace(second, members=()),))).same_names
    assert "2 products are named product2" in str(problem)


def test_lines_of_containers_end_as_asked() -> None:
    solution = of(ONE, TWO)
    lines = [contained_line(one) for one in (ONE, TWO)]
    assert [line for part in solution.contained() for line in part.list()] == lines
    assert [line for _, part in solution.named_contained() for line in part.list()] == lines
    assert lines[0].endswith("}\n")


def test_files_are_replaced_only_on_request(tmp_path: Path) -> None:
    (path,) = of(ONE).write(tmp_path)
    content = path.read_bytes()
    path.write_text("mine")
    with pytest.raises(UsageError, match="already exists with other content"):
        of(ONE).write(tmp_path)
    assert of(ONE).write(tmp_path, replace=True) == [path]
    assert path.read_bytes() == content


def test_tables_are_of_associations_unless_said_otherwise() -> None:
    solution = of(ONE, TWO)
    assert solution.to_arrow()["file_name"].to_pylist() == [ONE.file_name, TWO.file_name]
    assert list(solution.to_table()["file_name"]) == [ONE.file_name, TWO.file_name]
    assert list(solution.to_pandas()["file_name"]) == [ONE.file_name, TWO.file_name]
    assert len(solution.to_table("members")) == 6
    with pytest.raises(UsageError) as caught:
        solution.to_arrow("files")
    assert str(caught.value) == (
        "a solution has no table of 'files'; expected associations, members, orphans or dropped"
    )


def test_level_2_is_joined_and_level_3_stays() -> None:
    more = [
        replace(
            LEVEL_2,
            file_name=f"jw00009-o001_image2_0000{number}_asn.json",
            products=(replace(LEVEL_2.products[0], name=f"product{number}"),),
        )
        for number in (1, 2)
    ]
    gone = Dropped(replace(LEVEL_2, file_name=""), more[1], "one membership")
    merged = of(ONE, *more, dropped=[gone]).merged()
    assert [(one.asn_type, one.level, len(one.products)) for one in merged] == [
        ("image3", 3, 1),
        ("image2", 2, 2),
    ]
    (winner,) = [one for one in merged if one.level == 2]
    assert merged.dropped[0].gave_way_to == winner
    # What gave way at level 3 still gave way to the same one.
    gone = Dropped(replace(TWO, file_name=""), ONE, "one membership")
    merged = of(ONE, THREE, *more, dropped=[gone]).merged()
    assert merged.dropped[0].gave_way_to == ONE


def test_graphs_show_like_nodes_as_one_unless_said_otherwise() -> None:
    alike = of(*(replace(LEVEL_2, file_name=f"{number}_asn.json") for number in (1, 2, 3)))

    def shown(**options: bool) -> list[str]:
        nodes = alike.graph(**options).nodes(data=True)
        return [data["label"] for _, data in nodes if data["kind"] == "association"]

    assert len(shown()) == len(shown(fold=True)) == 1
    assert len(shown(fold=False)) == 3


def test_products_of_one_name_are_given_different_names() -> None:
    other = association(number=2, members=ONE.members[:1])
    solution = of(ONE, other, dropped=[Dropped(THREE, other, "whole products")])
    distinct = solution.with_distinct_names()
    names = [one.products[0].name for one in distinct]
    assert len({*names}) == 2
    assert (len(distinct.renamed), distinct.same_names) == (1, ())
    assert distinct.dropped[0].gave_way_to == distinct[1]
    assert solution.renamed == ()


def test_a_page_is_replaced_only_on_request(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert of(ONE).report(page) == page
    page.write_text("mine")
    with pytest.raises(UsageError, match="already exists with other content"):
        of(ONE).report(page)
    of(ONE).report(page, replace=True)
    assert page.read_text() != "mine"


def test_public_names_are_completed() -> None:
    names = dir(of(ONE))
    assert {"associations", "select", "to_table"} <= {*names}
    assert not [name for name in names if name.startswith("_") and not name.startswith("__")]
