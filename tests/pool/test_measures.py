"""Columns that measure are read as numbers in one unit, once per distinct cell."""

from __future__ import annotations

import math

import astropy.units as u
import numpy as np
import pyarrow as pa
import pytest
from astropy.time import Time
from hypothesis import given
from hypothesis import strategies as st

from asnsolve import Pool
from asnsolve.errors import ExpressionError, PoolError
from asnsolve.pool.measured_columns import lacking_column
from asnsolve.pool.measures import (
    MJD,
    Measure,
    converted,
    declination,
    number,
    number_text,
    number_texts,
    plain_number,
    plain_numbers,
    quantity,
    read_quantity,
    right_ascension,
    time,
    turn_of,
    unit_text,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def pool_of(**columns: list[str | None]) -> Pool:
    count = len(next(iter(columns.values())))
    return Pool(
        {
            "filename": [f"e{at}_uncal.fits" for at in range(count)],
            "exp_type": ["mir_image"] * count,
            "program": ["1"] * count,
            "asn_candidate": [None] * count,
            **columns,
        }
    )


def test_cells_become_numbers_in_the_unit_of_the_column() -> None:
    pool = pool_of(expstart=["59812.50", "2022-08-21T12:00:00", "2459813.0", "59812.5", None])
    read = pool.with_measures([time("expstart")])
    assert read["expstart"].tolist() == ["59812.5"] * 4 + [None]
    assert read.problems == ()
    assert pool["expstart"].tolist()[0] == "59812.50"


def test_a_cell_that_cannot_be_read_is_a_problem_of_its_row_and_counts_as_not_set() -> None:
    pool = pool_of(effexptm=["10", "long", "nan", "1_0", "1e400"])
    read = pool.with_measures([number("EFFEXPTM", u.s)])
    assert read["effexptm"].tolist() == ["10", None, None, None, None]
    assert [problem.location.row for problem in read.problems] == [2, 3, 4, 5]
    assert str(read.problems[0]) == (
        "pool, row 2, column effexptm: 'long' cannot be read; expected a number in s. "
        "The cell counts as not set."
    )


def test_columns_that_a_pool_has_not_change_nothing() -> None:
    pool = pool_of(band=["a"])
    assert pool.with_measures([number("effexptm", "s")]) is pool


def test_a_column_that_rules_compare_and_the_pool_lacks_is_a_problem() -> None:
    pool, measures = pool_of(band=["1"]), [time("expstart"), number("t"), number("band")]
    rules = {"expstart": [f"Asn_{letter}" for letter in "ABCDE"], "t": ["Asn_A"], "band": ["Asn_B"]}
    read = pool.with_measures(measures, compared=rules)
    assert [str(problem) for problem in read.problems] == [
        "pool, column expstart: no exposure has this column, which Asn_A, Asn_B, Asn_C and "
        "2 more rules compare. Its values count as not set. Add the column to the pool.",
        "pool, column t: no exposure has this column, which Asn_A compares. Its values "
        "count as not set. Add the column to the pool.",
    ]
    assert read.with_measures(measures, compared=rules).problems == read.problems
    with pytest.raises(PoolError, match="which Asn_A compares"):
        pool.with_measures([number("t")], compared=rules, strict=True)
    assert pool.with_measures([number("t")], compared={"t": []}) is pool


@given(st.lists(FINITE, min_size=1, max_size=8))
def test_reading_twice_changes_nothing(numbers: list[float]) -> None:
    pool = pool_of(x=[repr(value) for value in numbers])
    once = pool.with_measures([number("x")])
    twice = once.with_measures([number("x")])
    assert once["x"].tolist() == twice["x"].tolist()
    assert [float(cell) for cell in once["x"]] == numbers
    assert once.values("x") == tuple(sorted(once.values("x")))


def test_angles_wrap_and_poles_end() -> None:
    ra, dec = right_ascension("targ_ra"), declination("targ_dec")
    assert ra.numbers(["-10", "360", "0", "361"]).tolist()[:3] == [350.0, 0.0, 0.0]
    assert np.isnan(ra.numbers(["361"])).all()
    assert np.isnan(dec.numbers(["90.5", "-91"])).all()
    assert dec.numbers(["-90"]).tolist() == [-90.0]
    assert str(dec) == "a declination from -90 to 90 deg"
    assert [*map(turn_of, ("deg", "arcmin", "d", "s", ""))] == [360.0, 21600.0, 0.0, 0.0, 0.0]


def test_dates_that_are_none_stand_alone_among_those_that_are() -> None:
    texts = ["2022-08-21", "when", "2022:233", "", "2022-08-21 06:00"]
    numbers = time("t").numbers(texts)
    assert numbers[[0, 2, 4]].tolist() == [59812.0, 59812.0, 59812.25]
    assert np.isnan(numbers[[1, 3]]).all()


def test_numbers_beyond_all_dates_are_none() -> None:
    """A date without marks between its parts would be a Julian date of the year 50,000."""
    assert np.isnan(time("t").numbers(["20220821", "1e9"])).all()
    assert time("t").numbers(["5373484.5"]).tolist() == [2973484.0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, (3.0, "")),
        (30 * u.day, (30.0, "d")),
        (-0.0 * u.deg, (0.0, "deg")),
        (Time(59812.25, format="mjd"), (59812.25, MJD)),
        ("2022-08-21", (59812.0, MJD)),
    ],
)
def test_quantities_are_numbers_with_a_unit(value: object, expected: tuple[float, str]) -> None:
    assert quantity(value) == expected


def test_there_is_one_zero() -> None:
    assert [number_text(value) for value, _ in map(quantity, (-0.0, 0.0, -0.0 * u.s))] == ["0"] * 3
    assert number_text(number("x").numbers(["-0.0"])[0].item()) == "0"


@pytest.mark.parametrize("value", [True, None, "soon", math.nan, [1] * u.s, math.inf * u.s])
def test_what_is_no_quantity_is_refused(value: object) -> None:
    with pytest.raises(ExpressionError) as caught:
        quantity(value)
    assert str(caught.value).endswith(
        " cannot be compared with; expected a number, a quantity such as 30 * u.day, or a time"
    )


def test_values_and_differences_are_expressed_in_the_unit_of_the_column() -> None:
    start, length = time("expstart"), number("effexptm", u.s)
    assert start.value(59812.0, MJD) == 59812.0
    assert start.value(10.0, "d") is None
    assert start.width(12.0, "h") == 0.5
    assert start.width(1.0, MJD) is None
    assert length.value(10.0, "min") == 600.0
    assert length.value(10.0, "deg") is length.value(1.0, MJD) is length.width(1.0, "") is None
    assert (start.value_unit, start.width_unit) == (MJD, "d")
    assert Measure("expstart", "time").width_unit == "d"
    assert (length.value_unit, length.width_unit) == ("s", "s")
    assert converted(1.0, "deg", "arcmin") == 60.0


def test_units_are_those_of_astropy() -> None:
    assert unit_text("arcmin") == unit_text(u.arcmin) == "arcmin"
    for unit in ("parsnip", 3):
        with pytest.raises(ExpressionError) as caught:
            number("x", unit)
        expected = "a unit of astropy, such as u.s or 's'"
        assert str(caught.value) == f"{unit!r} is no unit; expected {expected}"
    with pytest.raises(ExpressionError) as caught:
        unit_text(u.mag(u.AB))
    assert str(caught.value) == (
        "'mag(AB)' is a logarithmic unit, in which differences mean something else; expected a "
        "linear unit, such as u.Jy, or u.mag"
    )
    with pytest.raises(ExpressionError, match=r"is no column; expected its name$"):
        time(" ")


def test_numbers_are_written_in_the_fewest_digits() -> None:
    assert [*map(number_text, (3.0, 59812.3, -0.5, 1e30))] == ["3", "59812.3", "-0.5", "1e+30"]


def test_a_measure_says_what_its_cells_are() -> None:
    assert str(Measure("x", "number", "")) == str(Measure("x")) == "a number"
    assert str(number("x", u.s)) == "a number in s"
    assert number(" X ").column == "x"
    assert str(right_ascension("x")) == "a right ascension from 0 to 360 deg"
    assert str(time("x")) == "a time: an MJD, a JD or a date such as 2024-01-31T12:00:00"


def test_a_measure_has_a_span() -> None:
    assert right_ascension("x").span == (0.0, math.nextafter(360.0, 0.0))
    assert declination("x").span == (-90.0, 90.0)
    assert number("x").span == time("x").span == (-math.inf, math.inf)


def test_times_are_modified_julian_dates(recwarn: pytest.WarningsRecorder) -> None:
    texts = ["2400000.5", "2400001.5", "5373484.5", "5373484.6", "9998-01-01"]
    numbers = time("t").numbers(texts)
    assert numbers[[0, 1, 2, 4]].tolist() == [2400000.5, 1.0, 2973484.0, 2972754.0]
    assert np.isnan(numbers[3])
    # Astropy would warn about unknown leap seconds.
    assert not recwarn.list
    assert quantity(" 2022-08-21t06:00 ") == (59812.25, "mjd")
    assert converted(2.0, MJD, MJD) == 2.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2arcmin", (2.0, "arcmin")),
        ("30 d", (30.0, "d")),
        ("3", (3.0, "")),
        ("-1.5 s", (-1.5, "s")),
        ("inf s", None),
        ("nan", None),
        ("soon", None),
        ("2 parsnips", None),
        ("", None),
    ],
)
def test_a_text_may_be_a_quantity(text: str, expected: tuple[float, str] | None) -> None:
    assert read_quantity(text) == expected
    zero = read_quantity("-0 s")
    assert zero is not None
    assert number_text(zero[0]) == "0"


def test_a_text_that_is_no_finite_number_is_nan() -> None:
    assert [plain_number(text) for text in ("1", " 2.5 ", "-1e3")] == [1.0, 2.5, -1000.0]
    assert all(math.isnan(plain_number(text)) for text in ("", "x", "inf", "nan", "1_000"))


@given(st.lists(st.text("0123456789.eE+-_ naif", max_size=9) | st.floats().map(repr), max_size=5))
def test_numbers_of_many_texts_are_those_of_each(texts: list[str]) -> None:
    wanted = np.array([plain_number(text) for text in texts], dtype=np.float64)
    np.testing.assert_array_equal(plain_numbers(texts), wanted)
    np.testing.assert_array_equal(plain_numbers(pa.array(texts, pa.string())), wanted)


def test_very_small_and_large_numbers_are_written_as_python_does() -> None:
    numbers = [0.0, 1e-4, 9e-5, -1e-5, 99999999.99, 1e9, -1234567890.5, 1e15, 1e16, 1e22, math.inf]
    texts = ["0", "0.0001", "9e-05", "-1e-05", "99999999.99", "1000000000", "-1234567890.5"]
    texts += ["1000000000000000", "1e+16", "1e+22", "inf"]
    assert number_texts(np.array(numbers)).to_pylist() == texts
    assert [*map(number_text, numbers)] == texts


@given(st.lists(st.floats() | st.integers(-(10**17), 10**17).map(float), max_size=5))
def test_texts_of_many_numbers_are_those_of_each(numbers: list[float]) -> None:
    texts = number_texts(np.array(numbers, dtype=np.float64)).to_pylist()
    wanted = [None if math.isnan(number) else number_text(number) for number in numbers]
    assert texts == wanted


def test_texts_that_cannot_be_encoded_are_no_numbers() -> None:
    np.testing.assert_array_equal(plain_numbers(["\ud800", "2"]), [math.nan, 2.0])


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (1, "which r0 compares."),
        (4, "which r0, r1, r2 and r3 compare."),
        (5, "which r0, r1, r2 and 2 more rules compare."),
    ],
)
def test_a_column_that_is_lacking_is_told_with_the_first_rules(count: int, says: str) -> None:
    problem = lacking_column("mag", [f"r{number}" for number in range(count)], "mine.csv")
    assert f"{says} Its values count" in str(problem)
