from __future__ import annotations

import pickle
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.errors import UsageError
from asnsolve.pool import MANDATORY, Pool
from asnsolve.profiles.jwst import PROFILE
from tests.pool.examples import TEXT, cells, read

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
