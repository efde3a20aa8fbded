"""What a pool shows of itself."""

from __future__ import annotations

import re

from asnsolve import Pool
from asnsolve.displays import MOST_ROWS


def test_a_pool_shows_its_size_and_its_most_common_values() -> None:
    pool = Pool(
        {
            "filename": [f"f{number}" for number in range(7)],
            "program": ["2", "1", "2", "3", "4", "5", "x"],
            "exp_type": ["mir_image"] * 6 + ["nrc_image"],
            "asn_candidate": [None] * 6 + ["what"],
            "instrume": ["miri"] * 6 + [None],
        },
        name="mine",
    )
    assert repr(pool) == (
        "<Pool mine: 7 exposures, 5 columns>\n"
        "  programs: 2 (2), 1 (1), 3 (1), 4 (1) and 2 more\n"
        "  instruments: miri (6)\n"
        "  exposure types: mir_image (6), nrc_image (1)\n"
        "  problems: 1"
    )


def test_a_notebook_shows_the_columns_that_tell_exposures_apart() -> None:
    shown = "filename program obs_num visit instrume detector exp_type filter pupil grating".split()
    shown += ["targetid", "asn_candidate"]
    pool = Pool({name: ["1"] for name in ["other", *reversed(shown)]})
    assert re.findall("<th[^>]*>([^<]*)</th>", pool._repr_html_()) == shown


def test_a_notebook_shows_no_columns_that_the_pool_lacks() -> None:
    names = ["filename", "program", "exp_type", "asn_candidate"]
    shown = Pool({name: [str(row) for row in range(MOST_ROWS + 1)] for name in names})._repr_html_()
    assert re.findall("<th[^>]*>([^<]*)</th>", shown) == names
    assert shown.count("<tr>") == MOST_ROWS + 1
    assert "<div>and 1 more</div>" in shown


def test_rows_set_aside_are_counted_and_nothing_is_said_of_no_problems() -> None:
    cells = {"program": ["1"] * 4, "exp_type": ["x"] * 4, "asn_candidate": [None] * 4}
    assert repr(Pool({"filename": ["a", "b", "", None], **cells})).splitlines()[3:] == [
        "  rows set aside: 2",
        "  problems: 2",
    ]
    assert repr(Pool({"filename": list("abcd"), **cells})).splitlines()[1:] == [
        "  programs: 1 (4)",
        "  exposure types: x (4)",
    ]


def test_values_that_are_equally_common_are_shown_in_order() -> None:
    numbers = [str(number) for number in range(100, 150)]
    programs = [*reversed(numbers), *numbers[25:]]
    pool = Pool(
        {
            "filename": [f"f{number}" for number in range(75)],
            "program": programs,
            "exp_type": [None] * 75,
            "asn_candidate": [None] * 75,
        }
    )
    shown = "  programs: 125 (2), 126 (2), 127 (2), 128 (2) and 46 more"
    assert repr(pool).splitlines()[1] == shown


def test_a_pool_of_nothing_shows_no_values() -> None:
    pool = Pool({name: [] for name in ("filename", "program", "exp_type", "asn_candidate")})
    assert repr(pool) == "<Pool pool: 0 exposures, 4 columns>\n  problems: 1"
