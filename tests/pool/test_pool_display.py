"""What a pool shows of itself."""

from __future__ import annotations

import re

from asnsolve import Pool


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


def test_a_pool_of_nothing_shows_no_values() -> None:
    pool = Pool({name: [] for name in ("filename", "program", "exp_type", "asn_candidate")})
    assert repr(pool) == "<Pool pool: 0 exposures, 4 columns>\n  problems: 1"
