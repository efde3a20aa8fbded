"""Rows that are no exposures, and rows that contradict one another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from asnsolve import Pool
from asnsolve.pool.from_objects import read_object
from asnsolve.pool.row_checks import is_rival, rivals
from asnsolve.profiles.jwst import PROFILE

Cells = tuple[str | None, ...]


def pool_of(*rows: Cells, columns: str = "exp_type program filename asn_candidate filter") -> Pool:
    """Make a pool in which the file name is not the first column."""
    names = columns.split()
    return Pool([dict(zip(names, row, strict=True)) for row in rows])


def problems(pool: Pool) -> list[str]:
    return [str(problem).removeprefix("pool, row ") for problem in pool.problems]


def test_a_row_that_repeats_another_is_set_aside() -> None:
    row = ("x", "1", "a", "", "f1")
    pool = pool_of(row, ("x", "1", "b", "", "f1"), row, row)
    assert pool.values("filename") == ("a", "b")
    assert problems(pool) == [
        f"{number}, column filename: the row repeats row 1; expected one row for each exposure"
        for number in (3, 4)
    ]
    assert [(aside.row, aside.text) for aside in pool.set_aside] == [
        (3, "x|1|a||f1"),
        (4, "x|1|a||f1"),
    ]


def test_rows_of_one_file_that_differ_are_kept_and_reported() -> None:
    pool = pool_of(
        ("x", "1", "a", "", "f1"),
        ("y", "1", "a", "", "f2"),
        ("x", "1", "b", "", "f2"),
        ("x", "1", "c", "", None),
    )
    assert len(pool) == 4
    assert problems(pool) == [
        "2, column filename: row 1 has the same file name, but differs in exp_type, filter; "
        "expected one row for each exposure"
    ]


def test_rows_of_different_files_are_not_compared() -> None:
    rows = [("x", "1", name, "", f"f{number}") for name in "ab" for number in (1, 2)]
    for order in itertools.permutations(rows):
        pool = pool_of(*order)
        assert len(pool) == 4
        place = {(row[2], row[4]): number for number, row in enumerate(order, 1)}
        assert problems(pool) == [
            f"{place[name, 'f2']}, column filename: row {place[name, 'f1']} has the same file "
            "name, but differs in filter; expected one row for each exposure"
            for name in sorted("ab", key=lambda name: place[name, "f2"])
        ]


def test_a_program_is_its_number_however_it_is_written() -> None:
    cells = [("x", program, name, "", "f1") for program, name in zip(_ONES, "abca", strict=True)]
    for rows in itertools.permutations(cells):
        pool = pool_of(*rows)
        assert pool.values("program") == ("1", "10")
        assert sorted(
            (pool.value(row, "filename"), pool.value(row, "program")) for row in range(len(pool))
        ) == [("a", "1"), ("b", "10"), ("c", "1")]
        assert [problem.what.rpartition(" ")[0] for problem in pool.problems] == [
            "the row repeats row"
        ]


_ONES = ("01", "10", "1", "000001")


def test_a_row_repeats_only_what_is_not_set_aside() -> None:
    pool = pool_of(("x", "1", "a", "", "a\0"), ("x", "1", "a", "", "f1"), ("x", "1", None, "", "a"))
    assert (len(pool), pool.value(0, "filter")) == (1, "f1")
    assert problems(pool) == [
        "1, column filter: the cell 'a\\x00' holds a control character",
        "3, column filename: the row has no file name",
    ]


def test_a_pool_whose_rows_are_all_set_aside_says_so_first() -> None:
    pool = pool_of(("x", "1", "", "", "f1"))
    assert [str(problem) for problem in pool.problems] == [
        "pool: the pool holds no exposures",
        "pool, row 1, column filename: the row has no file name",
    ]


@pytest.mark.parametrize("cell", ["o001", "[('o001',)]", "[('', 'x')]"])
def test_a_cell_that_is_no_list_of_candidates_names_none(cell: str) -> None:
    pool = pool_of(("x", "1", "a", cell, "f1"), ("x", "1", "b", "", "f1"))
    assert problems(pool) == [
        f"1, column asn_candidate: {cell!r} names no candidates; expected a list of pairs such as "
        "[('o001', 'observation')]"
    ]
    assert pool.candidates.table == ()


def test_a_line_break_in_a_cell_is_a_space() -> None:
    pool = pool_of(("x", "1", "a", "", "f1\nf2"), ("x", "1", "", "", "f1\nf2"))
    assert pool.value(0, "filter") == "f1 f2"
    assert problems(pool) == [
        "1, column filter: the cell 'f1\\nf2' holds a line break, read as a space",
        "2, column filename: the row has no file name",
    ]


@pytest.mark.parametrize(
    ("good", "refused"), [("::", ":\x1b"), ("01", "1\x1b"), ("a:", "A\x1b"), ("01", "1")]
)
def test_a_row_that_is_set_aside_lends_its_program_to_no_other(good: str, refused: str) -> None:
    name = "b" if "\x1b" in refused else None
    cells = {"filename": ["a", name], "program": [good, refused]}
    pool = Pool({**cells, "exp_type": ["x", "x"], "asn_candidate": [None, None]})
    assert len(pool) == len(pool.set_aside) == 1
    assert pool.values("program") == (good,)


def test_problems_come_in_the_order_of_their_rows() -> None:
    pool = pool_of(
        ("x", "1", "a", "", "f1"), ("x", "1", "b", "bad", "f1"), ("x", "1", "c", "", "f\n1")
    )
    assert [problem.location.row for problem in pool.problems] == [2, 3]


def test_that_a_pool_is_empty_is_told_first() -> None:
    row = dict.fromkeys(("filename", "program", "exp_type", "asn_candidate"))
    pool = Pool({name: [None] for name in row} | {"time": np.array([1], "m8[s]")})
    assert [problem.what for problem in pool.problems] == [
        "the pool holds no exposures",
        "the column holds durations; read as missing",
        "the row has no file name",
    ]


def test_rivals_are_told_apart_from_other_problems() -> None:
    rows = [
        {"filename": "a", "program": "01", "exp_type": "x", "asn_candidate": ""},
        {"filename": "a", "program": "1", "exp_type": "y", "asn_candidate": "bad"},
        {"filename": "b", "program": "1", "exp_type": "y", "asn_candidate": ""},
    ]
    (problem,) = rivals(read_object(rows[:2] + rows[2:], "mine"), PROFILE)
    assert str(problem) == (
        "mine, row 2, column filename: row 1 has the same file name, but differs in exp_type, "
        "asn_candidate; expected one row for each exposure"
    )
    assert is_rival(problem)
    told = Pool(rows, name="mine").problems
    assert [is_rival(one) for one in told] == [True, False]
    assert told[0] == problem
