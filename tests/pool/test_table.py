from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.errors import PoolError, UsageError
from asnsolve.file_systems import Url, write_object
from asnsolve.pool import MANDATORY, Pool
from asnsolve.pool.header_rows import HeaderRows, read_header_rows
from asnsolve.pool.measures import time
from asnsolve.profiles import Profile
from asnsolve.profiles.jwst import PROFILE
from asnsolve.rules.load import load_rules
from tests.pool.examples import TEXT, cells, read
from tests.pool.fits_files import write_file

attributes = st.sampled_from(["a", "B", "b ", "null", "", "z", "É"])
exposures = st.lists(st.tuples(attributes, attributes), max_size=8)


def make(rows: list[tuple[str, str]], order: list[int] | None = None) -> Pool:
    """Return a pool of the rows, in some order."""
    chosen = range(len(rows)) if order is None else order
    return Pool(
        [
            {
                "filename": f"f{k}",
                "exp_type": rows[k][0],
                "program": rows[k][1],
                "asn_candidate": "",
            }
            for k in chosen
        ]
        or {name: [] for name in MANDATORY}
    )


def test_codes_index_sorted_values_and_missing_is_minus_one(tmp_path: Path) -> None:
    pool = read(tmp_path, TEXT)
    assert pool.values("filter") == ("f1000w", "f770w")
    assert pool.codes("filter").tolist() == [1, 0, 1, -1, -1]
    assert pool.codes("filter").dtype == np.dtype("int32")
    assert [pool.value(row, "filter") for row in (0, 4)] == ["f770w", None]
    assert repr(pool).splitlines()[0] == "<Pool a_pool: 5 exposures, 7 columns>"


def test_an_absent_column_is_missing_everywhere(tmp_path: Path) -> None:
    pool = read(tmp_path, TEXT)
    assert pool.codes("grating").tolist() == [-1] * 5
    assert pool.codes("grating").dtype == np.dtype("int32")
    assert pool.values("grating") == ()
    assert pool.value(0, "grating") is None


def test_codes_of_some_rows_are_those_of_all(tmp_path: Path) -> None:
    pool = read(tmp_path, TEXT)
    rows = np.array([4, 1])
    assert pool.codes("filter", rows).tolist() == [-1, 0]
    assert pool.codes("grating", rows).tolist() == [-1, -1]
    assert not pool.codes("filter", rows).flags.writeable


def test_values_are_numbers_where_they_can_be() -> None:
    pool = Pool({**{name: ["a", "b", "c"] for name in MANDATORY}, "n": ["10", "x", "2.5"]})
    assert pool.values("n") == ("10", "2.5", "x")
    np.testing.assert_array_equal(pool.value_numbers("n"), [10, 2.5, np.nan])
    assert pool.value_numbers("grating").shape == (0,)
    assert pool.texts("grating").list() == []


def test_numbers_cannot_be_changed() -> None:
    numbers = make([("1", "2")]).value_numbers("program")
    with pytest.raises(ValueError, match="read-only"):
        numbers[0] = 3.0


def test_names_of_files_and_programs_are_parsed_once_each() -> None:
    pool = Pool(
        {
            "filename": ["jw2_b_cal.fits", "jw1_a_uncal.fits", "c.fits"],
            "exp_type": ["x"] * 3,
            "program": ["9", "10", None],
            "asn_candidate": [None] * 3,
        }
    )
    assert pool.values("filename") == ("c.fits", "jw1_a_uncal.fits", "jw2_b_cal.fits")
    assert pool.exposures.list() == ["c", "jw1_a", "jw2_b"]
    assert pool.stages.list() == ["", "uncal", "cal"]
    assert pool.program_texts() == ("00010", "00009", "00000")


def test_exposures_that_are_taken_keep_where_they_come_from(tmp_path: Path) -> None:
    row = {"EXP_TYPE": "MIR_IMAGE", "PROGRAM": "7", "OBS_NUM": "1"}
    for number in (1, 2, 3):
        write_file(row, tmp_path / f"jw00007001001_02101_0000{number}_mirimage_cal.fits")
    pool = Pool.from_fits(tmp_path, name="mine", profile=OTHER)
    taken = pool.take([2, 0])
    assert [one.filename[24] for one in taken.provenance] == ["3", "1"]
    assert (taken.name, taken.file_name, taken.profile) == ("mine", "mine", OTHER)
    assert taken.rows.tolist() == [3, 1]
    assert (taken.problems, taken.set_aside) == ((), ())
    # A pool that is not made from files has no provenance.
    assert make([("a", "1")]).take([0]).provenance == ()


def test_unknown_columns_are_kept_in_the_order_of_the_source(tmp_path: Path) -> None:
    pool = read(tmp_path, "Zeta|PROGRAM|filename|exp_type|asn_candidate|alpha\n1|2|a|b||3\n")
    assert pool.columns == ("zeta", "program", "filename", "exp_type", "asn_candidate", "alpha")


def test_codes_cannot_be_changed_even_after_a_copy(tmp_path: Path) -> None:
    pool = read(tmp_path, TEXT)
    for one in (pool, pool.take([0, 1]), pickle.loads(pickle.dumps(pool))):
        assert cells(one)["filename"] == cells(pool)["filename"][: len(one)]
        for column in ("filter", "grating"):
            with pytest.raises(ValueError, match="read-only"):
                one.codes(column)[0] = 0


@given(exposures, st.data())
def test_the_order_of_rows_changes_neither_values_nor_exposures(
    rows: list[tuple[str, str]], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    pool, other = make(rows), make(rows, order)
    for column in pool.columns:
        assert pool.values(column) == other.values(column)
        assert pool.codes(column)[order].tolist() == other.codes(column).tolist()


@given(exposures)
def test_values_are_sorted_and_each_of_them_occurs(rows: list[tuple[str, str]]) -> None:
    pool = make(rows)
    for column in pool.columns:
        values = pool.values(column)
        assert list(values) == sorted(set(values))
        assert {*pool.codes(column).tolist()} - {-1} == {*range(len(values))}


@given(exposures, st.data())
def test_taking_exposures_is_reading_only_those(
    rows: list[tuple[str, str]], data: st.DataObject
) -> None:
    chosen = data.draw(
        st.lists(st.sampled_from(range(len(rows))), unique=True) if rows else st.just([])
    )
    pool = make(rows)
    part, alone = pool.take(np.array(chosen, np.int64)), make(rows, chosen)
    assert cells(part) == cells(alone)
    assert [part.values(c) for c in part.columns] == [alone.values(c) for c in alone.columns]
    assert (part.name, part.problems, part.set_aside) == (pool.name, (), ())
    mask = np.isin(np.arange(len(rows)), chosen)
    assert cells(pool.take(mask)) == cells(pool.take(sorted(chosen)))


def test_taking_nothing_leaves_the_columns() -> None:
    pool = make([("a", "b")])
    assert cells(pool.take([])) == {
        "filename": (),
        "exp_type": (),
        "program": (),
        "asn_candidate": (),
    }
    assert len(pool.take([]).candidates.table) == 0


def test_tables_hold_the_cells_of_the_pool(tmp_path: Path) -> None:
    pool = read(tmp_path, TEXT)
    arrow = pool.to_arrow()
    assert {name: tuple(arrow[name].to_pylist()) for name in arrow.column_names} == cells(pool)
    table = pool.to_astropy()
    assert table.colnames == list(pool.columns)
    assert table["filter"].tolist() == ["f770w", "f1000w", "f770w", None, None]
    for source in (arrow, table):
        assert cells(Pool(source)) == cells(pool)


def test_each_level_of_the_hierarchy_refines_the_one_above() -> None:
    names = [name for name, _ in PROFILE.hierarchy]
    assert names == ["program", "observation", "visit", "group", "sequence", "activity"]
    for (_, wide), (_, narrow) in pairwise(PROFILE.hierarchy):
        assert narrow[:-1] == wide


def test_a_pool_is_read_as_it_is(tmp_path: Path) -> None:
    pool = read(tmp_path, TEXT)
    assert Pool.read(pool) is pool


OTHER = replace(PROFILE, name="other")


@pytest.mark.parametrize(
    ("asked", "name", "profile"),
    [({}, "", PROFILE), ({"name": "mine"}, "mine", PROFILE), ({"profile": OTHER}, "", OTHER)],
)
def test_pools_from_everywhere_have_names_and_profiles(
    asked: dict[str, Any], name: str, profile: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "some.csv"
    path.write_text(TEXT)
    of_path = Pool.read(path, **asked)
    of_text = Pool.read(str(path), **asked)
    opened = Pool.read(io.BytesIO(TEXT.encode()), **asked)
    columns = {column: list(cells(of_path)[column]) for column in of_path.columns}
    mapped = Pool.read(columns, **asked)
    pools = (of_path, of_text, opened, mapped)
    default = ("some", "some", "stdin", "pool")
    assert tuple(pool.name for pool in pools) == ((name,) * 4 if name else default)
    files = ("some.csv", "some.csv", name or "stdin", name or "pool")
    assert tuple(pool.file_name for pool in pools) == files
    assert all(pool.profile == profile for pool in pools)
    assert all(cells(pool) == cells(of_path) for pool in pools)


def test_an_open_file_is_named_in_errors() -> None:
    for asked, name in ((None, "stdin"), ("mine", "mine")):
        with pytest.raises(PoolError) as caught:
            Pool.read(io.BytesIO(b"a|b\n1|2\n"), name=asked)
        assert {problem.location.file for problem in caught.value.problems} == {name}


def test_a_pool_is_read_from_a_url() -> None:
    pytest.importorskip("fsspec")
    url = Url("memory://of_test_table/some.csv")
    write_object(url, TEXT.encode())
    pool = Pool.read(str(url))
    assert (pool.name, pool.file_name, len(pool)) == ("some", "some.csv", 5)


def test_problems_are_errors_if_asked(tmp_path: Path) -> None:
    rows = {name: ["a"] for name in MANDATORY[:3]} | {"asn_candidate": ["unreadable"]}
    problems = Pool.read(rows).problems
    assert problems
    with pytest.raises(PoolError) as caught:
        Pool.read(rows, strict=True)
    assert caught.value.problems == problems


def test_problems_are_no_errors_by_default(tmp_path: Path) -> None:
    rows = {name: ["a"] for name in MANDATORY[:3]} | {"asn_candidate": ["unreadable"]}
    assert (Pool(rows).name, len(Pool(rows).problems)) == ("pool", 1)
    name = "jw00007001001_02101_00001_mirimage_cal.fits"
    cells = {"EXP_TYPE": "MIR_IMAGE", "INSTRUME": "MIRI"}
    write_file(cells, tmp_path / name)
    (tmp_path / "broken.fits").write_text("no FITS file")
    assert len(Pool.from_fits(tmp_path).problems) == 1
    assert Pool.from_mast([{"filename": name, **cells}]).problems
    measures = [time("expstart")]
    timed = Pool(rows | {"expstart": ["soon"]})
    assert len(timed.with_measures(measures).problems) == 2
    with pytest.raises(PoolError) as caught:
        timed.with_measures(measures, strict=True)
    assert [problem.location.column for problem in caught.value.problems] == ["expstart"]
    # Problems that the pool had before are no error here.
    read_well = Pool(rows | {"expstart": ["2022-08-21"]})
    assert len(read_well.with_measures(measures, strict=True).problems) == 1


def test_a_pool_of_another_mission_is_refused() -> None:
    pool = Pool({name: ["a"] for name in MANDATORY}, name="mine")
    assert pool.of_profile(None) is pool.of_profile(PROFILE) is pool
    with pytest.raises(PoolError) as caught:
        Pool.read(pool, profile=OTHER)
    assert str(caught.value) == (
        "mine: the pool was read as one of jwst; expected a pool of other. "
        "Read it with the profile of the rules: Pool.read(..., profile=rules.profile)."
    )


def test_a_file_is_written_with_bars_and_not_replaced(tmp_path: Path) -> None:
    pool = Pool({name: ["a", "b"] for name in MANDATORY})
    path = tmp_path / "mine.csv"
    pool.write(path)
    assert path.read_text().splitlines()[0] == "|".join(MANDATORY)
    with pytest.raises(UsageError, match="already exists with other content"):
        pool.take([0]).write(path)
    pool.take([0]).write(path, replace=True)
    assert len(path.read_text().splitlines()) == 2


def test_columns_are_taken_by_their_names(tmp_path: Path) -> None:
    pool = read(tmp_path, TEXT)
    assert pool["FILTER"].tolist() == ["f770w", "f1000w", "f770w", None, None]
    assert pool["filter"].tolist() == pool["FILTER"].tolist()
    assert ("filter" in pool, "grating" in pool) == (True, False)
    assert pool._ipython_key_completions_() == list(pool.columns)
    assert {"columns", "codes"} <= {*dir(pool)}
    assert not any(name.startswith("_") for name in dir(pool))
    assert pool._repr_html_().startswith("<div>")
    with pytest.raises(UsageError) as caught:
        pool["FILTRE"]
    assert str(caught.value) == (
        "the pool has no column 'FILTRE'; expected the name of a column, as pool['filter']. "
        "Did you mean filter?"
    )
    place: Any = 0
    with pytest.raises(UsageError) as caught:
        pool[place]
    assert str(caught.value) == (
        "the pool has no column 0; expected the name of a column, as pool['filter']. "
        "pool.take(...) returns some of the exposures."
    )


def test_headers_of_files_are_a_pool(tmp_path: Path) -> None:
    row = {"EXP_TYPE": "MIR_IMAGE", "INSTRUME": "MIRI", "PROGRAM": "7", "OBS_NUM": "1"}
    names = [f"jw00007001001_02101_0000{number}_mirimage" for number in (1, 2)]
    for name in names:
        write_file(row, tmp_path / f"{name}_cal.fits")
        fits.setval(tmp_path / f"{name}_cal.fits", "MYKEY", value=name[24])
    read_names: list[str] = []
    several = Pool.from_fits(
        [tmp_path], columns=[" MyKey "], profile=OTHER, on_file=read_names.append
    )
    assert several["mykey"].tolist() == ["1", "2"]
    assert several.profile == OTHER
    assert several.name == several.file_name == "files"
    assert Pool.of_header_rows(read_header_rows([tmp_path])).name == "files"
    assert several.exposures.list() == names
    assert len(read_names) == 2
    assert [one.filename for one in several.provenance] == list(several["filename"])
    with pytest.raises(UsageError, match="the number of processes is 0"):
        Pool.from_fits(tmp_path, jobs=0)
    (first,) = sorted(tmp_path.iterdir())[:1]
    for one in (first, str(first)):
        single = Pool.from_fits(one, name="mine")
        assert (single.name, single.exposures.list(), "mykey" in single) == (
            "mine",
            names[:1],
            False,
        )


def test_files_without_exposures_are_no_pool() -> None:
    with pytest.raises(PoolError) as caught:
        Pool.of_header_rows(HeaderRows((), (), ()), "mine")
    assert str(caught.value) == "mine: no file is an exposure"


def test_a_table_of_the_archive_is_a_pool(tmp_path: Path) -> None:
    header = "fileSetName,detector,exp_type,program,observtn,instrume,filter,MyKey"
    line = "jw01234001001_02101_00001,MIRIMAGE,MIR_IMAGE,1234,1,MIRI,F770W,7"
    path = tmp_path / "search.csv"
    path.write_text(f"{header}\n{line}\n")
    columns = [dict(zip(header.split(","), line.split(","), strict=True))]
    for table, name in ((path, "search"), (str(path), "search"), (columns, "table")):
        pool = Pool.from_mast(table, columns=[" MYKEY "])
        assert (pool.name, pool["mykey"].tolist()) == (name, ["7"])
        assert Pool.from_mast(table, name="mine").name == "mine"


def test_a_candidate_is_added_to_all_exposures() -> None:
    given_lists = ["[('o001', 'observation')]", "", "[('c1000', 'mosaic')]", "unreadable"]
    rows = [
        {"filename": f"f{k}", "exp_type": "nrc_image", "program": "1", "asn_candidate": cell}
        for k, cell in enumerate(given_lists)
    ]
    pool = Pool(rows)
    assert len(pool.candidates.table) == 2
    more = pool.with_candidate(" C1000 ", "Mosaic")
    assert [more.value(row, "asn_candidate") for row in range(4)] == [
        "[('c1000', 'mosaic'), ('o001', 'observation')]",
        *["[('c1000', 'mosaic')]"] * 3,
    ]
    assert more.candidates.rows.tolist() == [0, 0, 1, 2, 3]
    assert more.candidates.table == pool.candidates.table
    assert (more.name, more.problems, len(more)) == (pool.name, pool.problems, 4)
    # The pool itself is as it was.
    assert pool.candidates.rows.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("asn_id", "asn_type", "said"),
    [
        ("1000", "mosaic", "'1000' is not an id of a candidate; expected a letter and digits"),
        ("c1000", "", "'' is not a type of a candidate; expected a word"),
        ("c1000", "a'b", "is not a type of a candidate"),
    ],
)
def test_a_candidate_that_no_rule_could_take_is_refused(
    asn_id: str, asn_type: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        make([("a", "1")]).with_candidate(asn_id, asn_type)


@pytest.mark.parametrize(
    ("profile", "shown"), [("roman", "'roman'"), (load_rules("level3-2017"), "a RuleSet")]
)
def test_what_is_no_profile_is_refused(profile: Any, shown: str, tmp_path: Path) -> None:
    path = tmp_path / "pool.csv"
    path.write_text(TEXT)
    known = Pool.read(path)
    makers: tuple[Callable[[], Pool], ...] = (
        lambda: Pool.read(path, profile=profile),
        lambda: Pool.read(known, profile=profile),
        lambda: Pool(known.to_arrow(), profile=profile),
        lambda: Pool.from_mast([{"fileSetName": "a"}], profile=profile),
        lambda: Pool.from_fits([tmp_path], profile=profile),
    )
    for make_pool in makers:
        with pytest.raises(UsageError) as caught:
            make_pool()
        assert str(caught.value) == (
            f"profile is {shown}; expected a Profile, such as load_rules(...).profile"
        )
