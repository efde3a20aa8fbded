"""Nods: which exposures of a pattern are the background of one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from asnsolve.expr.build import at_least
from asnsolve.profiles.templates import EXPOSURE_NAME
from asnsolve.rules.steps import NodOverlap, Nods
from tests.associations.small import BASE, found, stepped, told
from tests.solvers.rows import exposure

Row = dict[str, str]


def slit(name: str, number: str, **cells: str) -> Row:
    """An exposure through a slit, of a pattern without sub-pixel points unless said otherwise."""
    pattern = {"exp_type": "nrs_fixedslit", "numdthpt": "3", "subpxpts": "1"}
    return exposure(name, **{"patt_num": number, "fxd_slit": "s200a1", **pattern, **cells})


def shutter(name: str, number: str, **cells: str) -> Row:
    """The same through shutters."""
    return slit(name, number, **{"exp_type": "nrs_msaspec", "fxd_slit": "", **cells})


def lit(name: str, number: str, **cells: str) -> Row:
    """An exposure of a dedicated background, in a pattern too."""
    return slit(name, number, bkgdtarg="t", targetid="2", **cells)


@pytest.mark.parametrize("overlap", ["other target", "pattern number", "primary point"])
def test_each_science_member_has_an_association_with_the_others_as_background(
    overlap: NodOverlap,
) -> None:
    rows = [slit("a", "1"), slit("b", "2"), slit("c", "3")]
    assert told(rows, Nods(overlap)) == [
        "science a; background b c",
        "science b; background a c",
        "science c; background a b",
    ]


@pytest.mark.parametrize("overlap", ["other target", "pattern number", "primary point"])
def test_one_alone_stays_alone(overlap: NodOverlap) -> None:
    assert told([slit("a", "1")], Nods(overlap)) == ["science a"]


@pytest.mark.parametrize("overlap", ["other target", "primary point"])
def test_members_of_other_roles_stay_beside_each(overlap: NodOverlap) -> None:
    """A dedicated background is one wherever it stands in its own pattern."""
    others = [lit("x", "1"), slit("i", "1", is_imprt="t"), slit("p", "1", is_psf="t")]
    assert told([slit("a", "1"), slit("b", "2"), *others], Nods(overlap)) == [
        "science a; background b x; imprint i; psf p",
        "science b; background a x; imprint i; psf p",
    ]


def test_all_others_of_the_target_are_background_whatever_their_place() -> None:
    rows = [slit("a", "1"), slit("b", "1"), slit("c", ""), slit("d", "2", targetid="7")]
    assert told(rows, Nods("other target")) == [
        "science a; background b c",
        "science b; background a c",
        "science c; background a b",
        "science d",
    ]


def test_exposures_of_one_number_are_no_background_of_one_another() -> None:
    rows = [slit("a", "1"), slit("b", "1"), slit("c", "2")]
    assert told(rows, Nods("pattern number")) == [
        "science a; background c",
        "science b; background c",
        "science c; background a b",
    ]


def test_neither_are_dedicated_backgrounds_of_that_number_and_other_roles_stay() -> None:
    rows = [slit("a", "1"), slit("b", "2"), lit("x", "1"), lit("y", "2")]
    rows += [slit("i", "1", is_imprt="t"), slit("j", "2", is_imprt="t")]
    assert told(rows, Nods("pattern number")) == [
        "science a; background b y; imprint i j",
        "science b; background a x; imprint i j",
    ]


def test_exposures_whose_number_is_not_known_are_of_one_number() -> None:
    rows = [slit("a", "1"), slit("b", ""), slit("c", "x")]
    assert told(rows, Nods("pattern number")) == [
        "science a; background b c",
        "science b; background a",
        "science c; background a",
    ]


def test_sub_pixel_points_of_one_primary_point_overlap() -> None:
    """Numbers 1 and 2 are the first primary point, 3 and 4 the second."""
    names = {"a": "1", "b": "2", "c": "3", "d": "4"}
    for make in (slit, shutter):
        rows = [make(name, number, numdthpt="4", subpxpts="2") for name, number in names.items()]
        assert told(rows, Nods("primary point")) == [
            "science a; background c d",
            "science b; background c d",
            "science c; background a b",
            "science d; background a b",
        ]


@pytest.mark.parametrize(
    ("points", "backgrounds"),
    [
        ({"subpxpts": "2", "subpxpns": "1"}, "science a; background c d"),
        ({"subpxpts": "", "subpxpns": "2"}, "science a; background c d"),
        ({"subpxpts": "x", "subpxpns": "2"}, "science a; background c d"),
        ({"subpxpts": "1", "subpxpns": "2"}, "science a; background b c d"),
        # A count of zero is a number, which tells no pattern.
        ({"subpxpts": "0", "subpxpns": "2"}, "science a"),
        ({"subpxpts": "4"}, "science a"),
    ],
    ids=str,
)
def test_sub_pixel_points_are_counted_by_the_first_attribute_that_has_a_number(
    points: Row, backgrounds: str
) -> None:
    names = {"a": "1", "b": "2", "c": "3", "d": "4"}
    rows = [slit(name, number, **{"numdthpt": "4", **points}) for name, number in names.items()]
    assert told(rows, Nods("primary point"))[0] == backgrounds


def test_a_number_or_count_of_zero_is_known() -> None:
    """Only exposures through shutters are assumed apart where the pattern is not known."""
    same = [shutter("a", "0"), shutter("b", "0")]
    assert told(same, Nods("primary point")) == ["science a", "science b"]
    apart = [slit("a", "1", numdthpt="0"), slit("b", "2", numdthpt="0")]
    assert told(apart, Nods("primary point")) == [
        "science a; background b",
        "science b; background a",
    ]


def test_another_target_is_no_background() -> None:
    for make in (slit, shutter):
        rows = [make("a", "1"), make("b", "2"), make("c", "3", targetid="7")]
        assert told(rows, Nods("primary point")) == [
            "science a; background b",
            "science b; background a",
            "science c",
        ]


def wide(
    points: str = "5", sub_pixel: str = "1", numbers: str = "12345", **cells: str
) -> list[Row]:
    """A pattern through the widest slit: exposures a, b, ... of these numbers."""
    pattern = {"numdthpt": points, "subpxpts": sub_pixel, "fxd_slit": "s1600a1", **cells}
    return [slit(name, n, **pattern) for name, n in zip("abcdefghij", numbers, strict=False)]


def test_neighbours_of_five_points_in_the_widest_slit_overlap() -> None:
    assert told(wide(), Nods("primary point")) == [
        "science a; background c d e",
        "science b; background d e",
        "science c; background a e",
        "science d; background a b",
        "science e; background a b c",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        wide(points="3"),
        wide(points="4"),
        wide(points="6"),
        wide(fxd_slit="s200a1"),
        wide(exp_type="nrs_msaspec"),
    ],
    ids=["three points", "four points", "six points", "another slit", "through shutters"],
)
def test_neighbours_of_other_patterns_do_not(rows: list[Row]) -> None:
    assert told(rows, Nods("primary point"))[2] == "science c; background a b d e"


def test_it_is_primary_points_that_are_counted_in_the_widest_slit() -> None:
    """Ten points of two sub-pixel points each are five; five of them are not."""
    ten = wide(points="10", sub_pixel="2", numbers="1357")
    assert told(ten, Nods("primary point"))[0] == "science a; background c d"
    five = wide(points="5", sub_pixel="2", numbers="135")
    assert told(five, Nods("primary point"))[0] == "science a; background b c"


@pytest.mark.parametrize(
    "unknown",
    [
        {"patt_num": ""},
        {"patt_num": "first"},
        {"patt_num": "9999999999"},
        {"subpxpts": ""},
        {"subpxpts": "0"},
    ],
    ids=str,
)
def test_where_a_pattern_is_not_known_slits_may_overlap_and_shutters_do_not(unknown: Row) -> None:
    slits = [slit("a", "1"), slit("b", "2"), slit("c", "3", **unknown)]
    assert told(slits, Nods("primary point")) == [
        "science a; background b",
        "science b; background a",
        "science c",
    ]
    shutters = [shutter("a", "1"), shutter("b", "1"), shutter("c", "3", **unknown)]
    assert told(shutters, Nods("primary point")) == [
        "science a; background c",
        "science b; background c",
        "science c; background a b",
    ]


def test_the_points_are_to_be_known_of_the_science_member_alone() -> None:
    rows = [slit("a", "1"), slit("b", "2", numdthpt="")]
    assert told(rows, Nods("primary point")) == ["science a; background b", "science b"]
    shutters = [shutter("a", "1"), shutter("b", "1", numdthpt="")]
    assert told(shutters, Nods("primary point")) == ["science a", "science b; background a"]


def test_another_target_is_none_even_where_the_pattern_is_not_known() -> None:
    rows = [shutter("a", "", targetid="1"), shutter("b", "", targetid="2")]
    assert told(rows, Nods("primary point")) == ["science a", "science b"]


def test_an_exposure_is_no_background_of_itself_though_two_rows_speak_of_it() -> None:
    """Nothing tells which of two rows of one file is wrong."""
    rows = [slit("a", "1"), slit("a", "2"), slit("b", "3")]
    level2: dict[str, Any] = {"base": replace(BASE, level=2), "product": EXPOSURE_NAME}
    assert told(rows, Nods("primary point"), **level2) == [
        "science a; background b",
        "science a; background b",
        "science b; background a",
    ]


def test_a_product_is_named_as_its_one_science_member() -> None:
    rule = stepped(Nods("other target"), product=EXPOSURE_NAME)
    rows = [slit("a", "1"), slit("b", "2", filter="f090w")]
    assert [one.products[0].name for one in found(rows, rule)] == ["jw_a", "jw_b"]


def test_nods_are_counted_as_science_by_needs() -> None:
    """A need is asked of what was found, before anything is done to it."""
    rows = [slit("a", "1"), slit("b", "2")]
    assert len(told(rows, Nods("other target"), needs=(at_least(2, "science"),))) == 2
    assert told(rows, Nods("other target"), needs=(at_least(1, "background"),)) == []
