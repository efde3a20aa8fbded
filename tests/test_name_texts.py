"""Texts of names: what values become, and that they need no fitting any more."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given

from asnsolve.name_texts import (
    date_text,
    elements_text,
    optics_text,
    position_text,
    value_text,
    whole_number,
)
from asnsolve.profiles.jwst import FILES, NAMES
from tests.test_naming import anything, fields, optics


@given(fields)
def test_formatting_functions_give_texts_that_need_no_fitting(given_fields: dict[str, str]) -> None:
    for part in ("program", "target", "opt"):
        assert value_text(given_fields[part]) == given_fields[part]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("0", 0), ("007", 7), ("", None), ("-1", None), ("1.0", None), ("x", None)),
        # Digits to str.isdigit, or more of them than int takes.
        *(("\u00b2", None), ("\u2460", None), ("\uff11", None), ("9" * 5000, None)),
    ],
)
def test_only_short_plain_digits_are_a_number(text: str, number: int | None) -> None:
    assert whole_number(text) == number


def test_texts_are_padded_and_joined_as_names_have_them() -> None:
    assert NAMES.program_text("9") == "00009"
    assert NAMES.program_text("123456") == "123456"
    assert NAMES.program_text("000009") == NAMES.program_text("00009") == "00009"
    assert NAMES.program_text("0") == NAMES.program_text("000000") == "00000"
    assert NAMES.target_text("1") == "t001"
    assert NAMES.target_text(" HD_1234 B ") == "thd-1234-b"
    assert optics_text([["f560w"]]) == "f560w"
    assert optics_text([["f150w2"], ["clear"]]) == "f150w2"
    assert optics_text([["f140m"], ["gr150r", "gr150c", "gr150r"]]) == "f140m-gr150c-gr150r"
    assert optics_text([["gr150r"], ["f140m"]]) == "gr150r-f140m"
    assert optics_text([["CLEAR", "f090w", " "], []]) == "f090w"
    assert optics_text([["clear"], []]) == "clear"
    assert optics_text([]) == "clear"


def test_elements_are_sorted_and_clear_ones_are_kept() -> None:
    assert elements_text([["f560w"]]) == "f560w"
    assert elements_text([["f444w"], ["clear"]]) == "clear-f444w"
    assert elements_text([["f444w"], ["CLEAR"]]) == "clear-f444w"
    assert elements_text([["gr150r", "gr150c"], ["f140m"]]) == "f140m-gr150c-gr150r"
    assert elements_text([["f170lp"], ["b/2", "a"]]) == "a-b-2-f170lp"
    assert elements_text([["f1"], [], ["f1"]]) == "f1-f1"
    assert elements_text([["clear"], []]) == "clear"
    assert elements_text([[], []]) == elements_text([]) == "clear"


@given(optics)
def test_optics_do_not_depend_on_the_order_or_number_of_members(elements: list[list[str]]) -> None:
    twice = [values[::-1] * 2 for values in elements]
    assert optics_text(twice) == optics_text(elements)
    assert elements_text(twice[::-1]) == elements_text(elements)


@given(optics)
def test_elements_need_no_fitting(elements: list[list[str]]) -> None:
    assert value_text(elements_text(elements)) == elements_text(elements)


@given(anything)
def test_fitting_a_value_twice_changes_nothing_more(text: str) -> None:
    fitted = value_text(text)
    assert value_text(fitted) == fitted != ""
    assert set(fitted) <= set(string.ascii_lowercase + string.digits + ".+-")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SUB680STRIPE_SOSS", "sub680stripe_soss"),
        (" full_supstp008p ", "full_supstp008p"),
        ("sub64_ip-sub128_ip", "sub64_ip-sub128_ip"),
        ("sub_64", "sub-64"),
        ("sub/64_dhs", "sub-64_dhs"),
        ("full_i2d", "full-i2d"),
        ("sub80_dhs2", "sub80-dhs2"),
        ("sub80", "sub80"),
    ],
)
def test_subarrays_keep_what_separates_their_ending(name: str, text: str) -> None:
    assert NAMES.subarray_text(name) == NAMES.subarray_text(text) == text


def test_no_stage_is_the_ending_of_a_subarray() -> None:
    assert not [stage for stage in FILES.stages if re.fullmatch(NAMES.subarray_ending, stage)]


def test_texts_of_numbers_have_no_dot() -> None:
    assert date_text(59812.999999) == "20220821t2359"
    assert date_text(-3e6) == "mjd-3000000"
    assert position_text(0.0, -0.5) == "j000000-003000"
    assert position_text(359.999, 89.99999) == "j235959+895959"
    assert position_text(15.0, 1.0) == "j010000+010000"
