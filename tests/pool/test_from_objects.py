from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import astropy.units as u
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from astropy.coordinates import SkyCoord
from astropy.table import MaskedColumn, QTable, Table
from astropy.time import Time
from astropy.utils.masked import Masked
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from asnsolve.errors import AsnsolveError, Location, PoolError
from asnsolve.pool import Pool
from asnsolve.pool.from_objects import read_arrow
from tests.pool.examples import cells


def table(**columns: Any) -> dict[str, Any]:
    """Return a mapping with the mandatory columns, two rows long."""
    return {
        "filename": ["f0", "f1"],
        "exp_type": ["x", "x"],
        "program": [9, 10],
        "asn_candidate": ["[('o001', 'X')]", None],
        **columns,
    }


EXPECTED = {
    "filename": ("f0", "f1"),
    "exp_type": ("x", "x"),
    "program": ("9", "10"),
    "asn_candidate": ("[('o001', 'x')]", None),
}


@pytest.mark.parametrize(
    "source",
    [
        table(),
        Table(
            rows=[tuple(row) for row in zip(*table().values(), strict=True)], names=list(table())
        ),
        pd.DataFrame(table(), index=[5, 5]),
        pa.table(table()),
        pa.record_batch(table()),
        [dict(zip(table(), row, strict=True)) for row in zip(*table().values(), strict=True)],
    ],
    ids=["mapping", "astropy", "pandas", "arrow", "batch", "rows"],
)
def test_every_kind_of_table_gives_the_same_pool(source: object) -> None:
    pool = Pool.read(source, name="mine")
    assert pool.name == "mine"
    assert pool.problems == ()
    assert cells(pool) == EXPECTED


WHOLE: list[tuple[Any, tuple[str | None, str | None]]] = [
    ([1, None], ("1", None)),
    ([1.0, 2.5], ("1", "2.5")),
    ([-0.0, float("nan")], ("0", None)),
    ([float("inf"), 1e300], ("inf", "1e+300")),
    ([True, False], ("t", None)),
    ([1, True], ("1", "t")),
    ([b"AB\0", "c"], ("ab", "c")),
    ([1, "X"], ("1", "x")),
    ([2**70, "x"], (str(2**70), "x")),
    ([np.ma.masked, 1.5], (None, "1.5")),
    ([pd.NA, "X"], (None, "x")),
    ([pd.NaT, 3], (None, "3")),
    ([Decimal("1.50"), Decimal("2.00")], ("1.5", "2")),
    ([Decimal("1.50"), Decimal("NaN")], ("1.5", None)),
    ([Decimal(100), Decimal("0.00")], ("100", "0")),
    ([Decimal("1e40"), Decimal("1e41")], ("1" + "0" * 40, "1e+41")),
    ([Decimal("1e-40"), Decimal("1e-41")], (f"0.{'0' * 39}1", "1e-41")),
    ([2.0**53 - 1, 2.0**53], ("9007199254740991", "9007199254740992.0")),
    ([-(2.0**53), "x"], ("-9007199254740992.0", "x")),
    ([Decimal("sNaN"), "x"], (None, "x")),
    ([Decimal("1e999999"), Decimal("-Infinity")], ("1e+999999", "-infinity")),
    ([datetime.date(2022, 7, 12), None], ("2022-07-12", None)),
    ([datetime.datetime(2022, 7, 12, 1, 2), "x"], ("2022-07-12 01:02:00", "x")),
    ([[("o1", "X")], [["o2", 3]]], ("[('o1', 'x')]", "[('o2', '3')]")),
    ([("o1", "X"), "x"], ("['o1', 'x']", "x")),
    ([np.array([1, 2]), "x"], ("['1', '2']", "x")),
    ([None, None], (None, None)),
    (range(2), ("0", "1")),
    (np.array([1.0, np.nan]), ("1", None)),
    (np.array([0.1, 2], np.float32), ("0.1", "2")),
    (np.array([0.5, 2], ">f8"), ("0.5", "2")),
    (np.array([1.5, 2], np.longdouble), ("1.5", "2")),
    (np.array([7, 8], ">i2"), ("7", "8")),
    (np.array([True, False]), ("t", None)),
    (np.array([b"AB", b"f"]), ("ab", None)),
    (np.array(["AB", ""]), ("ab", None)),
    (np.array([1, "X"], object), ("1", "x")),
    (np.array(["2022-07-12", "NaT"], "M8[D]"), ("2022-07-12", None)),
    (
        np.array(["2022-07-12T01:02:03.000000004", "NaT"], "M8[ns]"),
        ("2022-07-12 01:02:03.000000004", None),
    ),
    *(
        (np.array(["2022-07-12T01:02:03", "NaT"], f"M8[{unit}]"), ("2022-07-12 01:02:03", None))
        for unit in ("s", "ms", "us", "ns")
    ),
    (np.array(["2022", "NaT"], "M8[Y]"), ("2022", None)),
    (np.array(["2022-07", "2022-08"], "M8[M]"), ("2022-07", "2022-08")),
    (np.array(["2022-07-12T01", "NaT"], "M8[h]"), ("2022-07-12t01", None)),
    (np.array(["1970-01-11", "NaT"], "M8[10D]"), ("1970-01-11", None)),
    (np.array(["NaT", "NaT"], "M8"), (None, None)),
    (np.ma.array(["2022", "2023"], "M8[Y]", mask=[True, False]), (None, "2023")),
    (np.ma.array([1, 2], mask=[True, False]), (None, "2")),
    (np.ma.array(["a", "b"], mask=[True, False]), (None, "b")),
    (pd.Series(["A", None]), ("a", None)),
    (pd.Series([1, "A"], dtype=object), ("1", "a")),
    (pd.Series([np.float32(0.1), 2.5], dtype=object), ("0.1", "2.5")),
    (pd.Series([1, None], dtype="Int64"), ("1", None)),
    (pd.Series([0.1, None], dtype="Float32"), ("0.1", None)),
    (pd.Series([0.1, 2], dtype="float32"), ("0.1", "2")),
    (pd.Series([True, None], dtype="boolean"), ("t", None)),
    (pd.Series([3, 4], dtype="category"), ("3", "4")),
    (pd.Series(["A", None], dtype="category"), ("a", None)),
    (pd.Series([1, "A"], dtype="category"), ("1", "a")),
    (pd.Series(pd.arrays.SparseArray([1.5, np.nan])), ("1.5", None)),
    (pd.Series([pd.Timestamp("2022-07-12"), pd.NaT]), ("2022-07-12 00:00:00", None)),
    (pa.array(["A", None]), ("a", None)),
    (pa.chunked_array([["A"], ["b"]]), ("a", "b")),
    (pa.array(["A", None], pa.large_string()), ("a", None)),
    (pa.array(["A", None], pa.string_view()), ("a", None)),
    (pa.array(["A", "A"]).dictionary_encode(), ("a", "a")),
    (pa.array([1, 1]).dictionary_encode(), ("1", "1")),
    (pa.array([b"A", b"\0"]), ("a", None)),
    (pa.array([1.5, None], pa.float32()), ("1.5", None)),
    (pa.array([[["o1", "X"]], None]), ("[('o1', 'x')]", None)),
    (pa.nulls(2), (None, None)),
    (pa.array([Decimal("1.50"), None]), ("1.5", None)),
    (pa.array([3, 10**6], pa.date32()), ("1970-01-04", "4707-11-29")),
    (pa.array([0, None], pa.timestamp("ms")), ("1970-01-01 00:00:00", None)),
    (Table({"c": [1.5, 2]})["c"], ("1.5", "2")),
    (MaskedColumn(["a", "b"], mask=[False, True]), ("a", None)),
]


@pytest.mark.parametrize(
    ("values", "expected"),
    WHOLE,
    ids=[f"{type(given).__name__}-{text}"[:60] for given, text in WHOLE],
)
def test_values_become_text(
    values: Sequence[object], expected: tuple[str | None, str | None]
) -> None:
    pool = Pool(table(extra=values))
    assert pool.problems == ()
    assert cells(pool)["extra"] == expected


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"a": 1}, "a dict"),
        ({"a"}, "a set"),
        (1 + 2j, "a complex"),
        (object(), "a object"),
        (datetime.timedelta(1), "a timedelta"),
        pytest.param(1 << 20_000, "a int", id="a huge int"),
        ([[["x"]]], "a list of lists of lists"),
    ],
)
def test_cells_that_a_pool_cannot_hold_are_missing_and_reported(value: object, what: str) -> None:
    for other in (None, "x"):
        pool = Pool(table(extra=[other, value]), name="mine")
        assert cells(pool)["extra"] == (other, None)
        (problem,) = pool.problems
        assert problem.location == Location("mine", 2, "extra")
        assert problem.what == f"the cell is {what}, which a pool cannot hold; read as missing"


def test_whole_numbers_have_at_most_ten_thousand_bits() -> None:
    pool = Pool(table(extra=[(1 << 9_999) - 1, 1 << 9_999]))
    assert cells(pool)["extra"] == (str((1 << 9_999) - 1), None)
    assert [problem.location.row for problem in pool.problems] == [2]


@pytest.mark.parametrize("value", ["a\ud800", b"\xff"])
def test_text_that_utf8_cannot_hold_sets_its_row_aside(value: str | bytes) -> None:
    for other in (None, "x", 1):
        pool = Pool(table(extra=[value, other]), name="mine")
        assert cells(pool)["filename"] == ("f1",)
        (aside,) = pool.set_aside
        assert (aside.row, aside.problem.location) == (1, Location("mine", 1, "extra"))
        assert aside.problem.what == f"the cell {value!r} is not valid UTF-8"
        assert aside.text == "f0|x|9|[('o001', 'X')]|"


@pytest.mark.parametrize(
    "extra", [["a\0b", "c"], np.array(["a\0b", "c"]), np.array([b"a\0b", b"c"])]
)
def test_control_characters_set_their_row_aside(extra: Sequence[str] | NDArray[Any]) -> None:
    pool = Pool(table(extra=extra))
    assert cells(pool)["extra"] == ("c",)
    assert [aside.row for aside in pool.set_aside] == [1]


def test_line_breaks_are_read_as_spaces_and_reported() -> None:
    pool = Pool(table(extra=[" a\nb\n", "a b"]))
    assert pool.values("extra") == ("a b",)
    assert [problem.location for problem in pool.problems] == [Location("pool", 1, "extra")]
    (problem,) = Pool(table(filename=[None, "f1"], extra=["a\nb", "c"])).problems
    assert problem.what == "the row has no file name"


@pytest.mark.parametrize(
    ("column", "what"),
    [
        (np.zeros((2, 3)), "the column has shape 2 x 3"),
        (
            pa.array([None, (1, 2, 3)], pa.month_day_nano_interval()),
            "the column of type month_day_nano_interval is not text: ",
        ),
        (
            pa.array([[10**18], None], pa.list_(pa.timestamp("s"))),
            "the column of type list<item: timestamp[s]> is not text: ",
        ),
        (SkyCoord([1, 2] * u.deg, [3, 4] * u.deg), "the column is a SkyCoord"),
        (np.array([1, 2], "m8[ns]"), "the column holds durations"),
        (pa.array([1, None], pa.duration("s")), "the column holds durations"),
    ],
)
def test_columns_that_are_not_plain_are_missing_and_reported(column: object, what: str) -> None:
    source = table(asn_candidate=["", ""], extra=column)
    pool = Pool(source if isinstance(column, pa.Array) else Table(source), name="mine")
    assert cells(pool)["extra"] == (None, None)
    (problem,) = pool.problems
    assert str(problem).startswith(f"mine, column extra: {what}")
    rest = str(problem).removeprefix(f"mine, column extra: {what}")
    # Where Arrow refuses to convert a column, its own words are in between.
    assert rest.endswith("; read as missing; expected one plain value per row")
    assert rest.startswith("; read as missing") or "is not text: " in what


def test_a_column_that_a_library_cannot_convert_is_missing_and_reported() -> None:
    class Column(list[str]):
        def __iter__(self) -> Iterator[str]:
            raise RuntimeError("\nno\niteration")

    pool = Pool(table(asn_candidate=["", ""], extra=Column("ab")), name="mine")
    assert cells(pool)["extra"] == (None, None)
    (problem,) = pool.problems
    assert str(problem) == (
        "mine, column extra: the column cannot be read: no; read as missing; expected one plain "
        "value per row"
    )


def test_dates_out_of_range_are_missing_and_reported() -> None:
    dates = pa.array([2**31 - 1, 0], pa.date32())
    pool = Pool(table(asn_candidate=["", ""], extra=dates), name="mine")
    assert cells(pool)["extra"] == (None, "1970-01-01")
    (problem,) = pool.problems
    assert str(problem) == (
        "mine, row 1, column extra: the cell is a date out of range; read as missing"
    )


def test_times_of_astropy_become_text() -> None:
    times = Time(["2022-07-12", "2022-07-13"])
    times[1] = np.ma.masked
    pool = Pool(Table(table(asn_candidate=["", ""], extra=times)))
    assert cells(pool)["extra"] == ("2022-07-12t00:00:00.000", None)


def test_long_floats_keep_their_digits() -> None:
    third = np.longdouble(1) / 3
    extra = np.array([third, np.longdouble("nan")])
    assert cells(Pool(table(extra=extra)))["extra"] == (str(third), None)


def test_rows_of_a_part_are_numbered_as_in_the_whole() -> None:
    part = pa.table(table(extra=pa.array(["a", "b"]), other=pa.array([b"\xff", b"c"])))
    part = part.append_column("listed", pa.array([None, [[[1]]]]))
    part = part.append_column("lasting", pa.array([1, 2], pa.duration("s")))
    raw = read_arrow(part, "mine", np.array([7, 9]))
    assert raw.rows.tolist() == [7, 9]
    assert [problem.location for problem in raw.problems] == [
        Location("mine", 9, "listed"),
        Location("mine", None, "lasting"),
    ]
    assert {at: problem.location for at, problem in raw.corrupt.items()} == {
        0: Location("mine", 7, "other")
    }
    whole = read_arrow(part, "mine")
    assert (whole.rows.tolist(), whole.problems[0].location.row) == ([1, 2], 2)


def test_a_damaged_table_is_refused() -> None:
    indices = pa.array([0, 5], pa.int32())
    broken = pa.DictionaryArray.from_arrays(indices, pa.array(["a"]), safe=False)
    with pytest.raises(PoolError, match=r"^mine: the table is damaged: "):
        read_arrow(pa.table(table(extra=broken)), "mine")


def test_quantities_give_their_numbers() -> None:
    source = QTable(table(asn_candidate=["", ""]))
    source["time"] = [1.5, 2] * u.s
    source["hidden"] = Masked([1.5, 2] * u.s, mask=[True, False])
    assert cells(Pool(source))["time"] == ("1.5", "2")
    assert cells(Pool(source))["hidden"] == (None, "2")


def test_names_are_stripped_of_a_byte_order_mark_and_lower_cased() -> None:
    source = table()
    pool = Pool({" \ufeff FileName ": source.pop("filename"), **source})
    assert cells(pool) == EXPECTED


def test_rows_may_lack_columns() -> None:
    rows = [{**dict.fromkeys(table(), "1"), "FILENAME": "a"}]
    rows[0].pop("filename")
    rows.append({"asn_candidate": "[]", "FILENAME": "b", "extra": "c"})
    pool = Pool(rows)
    assert pool.columns == ("exp_type", "program", "asn_candidate", "filename", "extra")
    assert cells(pool)["extra"] == (None, "c")


TWICE = "mine: columns 1 and 2 are both named a. Upper and lower case make no difference in names."


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            7,
            "mine: a pool cannot be made from a int; expected a table, a mapping of columns, "
            "or a sequence of mappings",
        ),
        (
            [1, 2],
            "mine: a pool cannot be made from a list; expected a table, a mapping of columns, "
            "or a sequence of mappings",
        ),
        (
            [],
            "\n".join(
                f"mine: there is no column {name}. Columns found: ."
                for name in ("filename", "exp_type", "program", "asn_candidate")
            ),
        ),
        (
            table(extra="ab"),
            "mine, column extra: the column is a str; expected a sequence of cells",
        ),
        (
            table(extra=np.array(3)),
            "mine, column extra: the column is a ndarray; expected a sequence of cells",
        ),
        (
            {"filename": "x", "exp_type": "y", "program": "1", "asn_candidate": ""},
            "mine, column filename: the column is a str; expected a sequence of cells",
        ),
        (
            table(**{"\udcff": ["a", "b"]}),
            "mine: the name '\\udcff' of column 5 of 5 holds a control character, or is not UTF-8",
        ),
        (
            table(extra={1: 2, 3: 4}),
            "mine, column extra: the column is a dict; expected a sequence of cells",
        ),
        (
            table(extra=iter([1, 2])),
            "mine, column extra: the column is a list_iterator; expected a sequence of cells",
        ),
        (
            table(extra=["a"]),
            "mine: column extra has 1 rows, but column filename has 2; expected columns of one "
            "length",
        ),
        (
            table(filename=["f0"]),
            "mine: column exp_type has 2 rows, but column filename has 1; expected columns of one "
            "length",
        ),
        (
            table(Program=["a", "b"]),
            "mine: columns 3 and 5 are both named program. Upper and lower case make no difference "
            "in names.",
        ),
        (
            table(**{"": ["a", "b"]}),
            "mine: column 5 of 5 has no name. A delimiter at the end of the header makes an empty "
            "name.",
        ),
        (
            table(**{"a\0": ["a", "b"]}),
            "mine: the name 'a\\x00' of column 5 of 5 holds a control character, or is not UTF-8",
        ),
        ({"filename": [], 7: []}, "mine: column 2 of 2 is named 7, which is not text"),
        (
            {f"c{k}": [] for k in range(10_001)},
            "mine: there are 10,001 columns; expected at most 10,000",
        ),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), TWICE),
        (pa.table([[1], [2]], names=["a", "a"]), TWICE),
    ],
)
def test_what_is_no_table_is_refused(source: object, message: str) -> None:
    with pytest.raises(PoolError) as caught:
        Pool(source, name="mine")
    assert str(caught.value) == message


def test_strict_tables_raise_all_problems() -> None:
    source = table(asn_candidate=["bad", "worse"])
    with pytest.raises(PoolError) as caught:
        Pool(source, strict=True)
    assert caught.value.problems == Pool(source).problems
    assert len(caught.value.problems) == 2
    assert len(Pool(table(), strict=True)) == 2


scalars = st.one_of(
    st.none(),
    st.text(max_size=4),
    st.text(st.characters(categories=["Cs", "Cc", "Lu"]), max_size=3),
    st.binary(max_size=3),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.decimals(),
    st.dates(),
    st.complex_numbers(),
    st.sampled_from(
        [pd.NA, np.ma.masked, np.float32(0.1), np.int8(3), np.bool_(True), {}, object()]
    ),
)
anything = st.one_of(
    scalars, st.lists(st.one_of(scalars, st.lists(scalars, max_size=2)), max_size=2)
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(*[anything] * 4), max_size=5))
def test_rows_of_any_values_are_exposures_or_set_aside(rows: list[tuple[object, ...]]) -> None:
    names = ("filename", "exp_type", "program", "asn_candidate")
    source: Mapping[str, list[object]] = {
        name: [row[k] for row in rows] for k, name in enumerate(names)
    }
    pool = Pool(source)
    assert len(pool) + len(pool.set_aside) == len(rows)
    assert cells(Pool([dict(zip(names, row, strict=True)) for row in rows] or source)) == cells(
        pool
    )
    if pool.problems:
        with pytest.raises(AsnsolveError):
            Pool(source, strict=True)


@pytest.mark.parametrize(
    "column", [pd.period_range("2020", periods=2), pd.interval_range(0, 2)], ids=["period", "range"]
)
def test_a_column_of_a_data_frame_that_is_not_text_is_one_problem(column: Any) -> None:
    plain = {name: ["a", "b"] for name in ("filename", "exp_type", "program")}
    pool = Pool(pd.DataFrame({**plain, "asn_candidate": None, "when": column}))
    (problem,) = pool.problems
    assert (problem.location.row, problem.location.column) == (None, "when")
    assert pool.values("when") == ()
