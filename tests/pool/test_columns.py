"""Names of columns, the hierarchy of exposures, and closed lists of values."""

from __future__ import annotations

from itertools import pairwise, permutations

import pytest

from asnsolve.errors import PoolError
from asnsolve.pool import Pool
from asnsolve.pool.columns import MANDATORY, NO_FILE, column_names
from asnsolve.profiles.jwst import PROFILE, WORDS

GOOD = ["filename", "exp_type", "program", "asn_candidate"]


def refused(names: list[object], delimiter: str | None = "|") -> list[str]:
    """Return what is wrong with some names."""
    with pytest.raises(PoolError) as caught:
        column_names(names, "mine", row=2, delimiter=delimiter)
    return [str(problem).removeprefix("mine, row 2: ") for problem in caught.value.problems]


def test_names_are_stripped_and_lower_cased() -> None:
    assert column_names([" FileName ", *GOOD[1:], "\ufeffX\ufeff"], "mine") == (*GOOD, "x")
    # Names that are written and read again stay what they are.
    assert column_names([*GOOD, "\ufeff \ufeff0\ufeff \ufeff"], "mine") == (*GOOD, "0")


def test_names_that_cannot_be_used_are_all_described() -> None:
    assert refused([*GOOD, 7, "", "a\x07", "Program", " "]) == [
        "column 5 of 9 is named 7, which is not text",
        "column 6 of 9 has no name",
        "the name 'a\\x07' of column 7 of 9 holds a control character, or is not UTF-8",
        "columns 3 and 8 are both named program. Upper and lower case make no difference in names.",
        "column 9 of 9 has no name. A delimiter at the end of the header makes an empty name.",
    ]


@pytest.mark.parametrize("name", MANDATORY)
def test_a_mandatory_column_that_is_not_there_is_named(name: str) -> None:
    others = [other for other in GOOD if other != name]
    assert refused([*others, f"{name}s"]) == [f"there is no column {name}. Did you mean {name}s?"]
    assert refused([*others, "z"]) == [
        f"there is no column {name}. Columns found: {', '.join([*others, 'z'])}."
    ]


MARKS = {",": "','", ";": "';'", "\t": "a tab", "|": "'|'", "!": "'!'"}


@pytest.mark.parametrize(
    ("right", "given"), [pair for pair in permutations(MARKS, 2) if pair[0] != "!"]
)
def test_the_delimiter_of_a_header_of_one_cell_is_guessed(right: str, given: str) -> None:
    assert refused([right.join(GOOD)], given) == [
        f"the header is one cell when divided at {MARKS[given]}; expected filename, "
        f"exp_type, program, asn_candidate among the names. The delimiter seems to be "
        f"{MARKS[right]}: give it as delimiter={right!r}."
    ]


def test_names_without_a_delimiter_are_no_header_of_one_cell() -> None:
    assert refused(["|".join(GOOD)], None)[0].startswith("there is no column filename.")
    assert refused(["what"])[0] == "there is no column filename. Columns found: what."


def test_ten_thousand_columns_are_the_most() -> None:
    many = [*GOOD, *map(str, range(9_996))]
    assert len(column_names(many, "mine")) == 10_000
    assert refused([*many, "x"]) == ["there are 10,001 columns; expected at most 10,000"]


@pytest.mark.parametrize("word", ["", "NULL", "--", "N", "F", "False", "n/a", " null "])
def test_words_that_mean_nothing_are_no_values(word: str) -> None:
    pool = Pool({**{name: ["a", "b"] for name in GOOD}, "grating": [word, "x"]})
    assert [pool.value(row, "grating") for row in (0, 1)] == [None, "x"]


def test_words_that_name_no_file() -> None:
    assert {word for word in ("", "none", "n/a", "null", "a.fits") if word in NO_FILE} == {
        *("", "none", "n/a")
    }


def test_each_level_of_the_hierarchy_is_in_the_one_above() -> None:
    levels = ("program", "observation", "visit", "group", "sequence", "activity")
    assert tuple(level for level, _ in PROFILE.hierarchy) == levels
    assert PROFILE.hierarchy[-1][1] == (
        "program",
        "obs_num",
        "visit",
        "visitgrp",
        "seq_id",
        "act_id",
    )
    assert PROFILE.hierarchy[0][1] == ("program",)
    assert [narrow[-1] for _, narrow in PROFILE.hierarchy[1:]] == [
        *("obs_num", "visit", "visitgrp", "seq_id", "act_id")
    ]
    for (_, wide), (_, narrow) in pairwise(PROFILE.hierarchy):
        assert narrow[:-1] == wide


def test_the_type_of_an_exposure_begins_with_its_instrument() -> None:
    begins = {"fgs": "fgs", "miri": "mir", "nircam": "nrc", "niriss": "nis", "nirspec": "nrs"}
    assert WORDS.values["instrume"] == begins.keys()
    assert {value.partition("_")[0] for value in WORDS.values["exp_type"]} == set(begins.values())
    assert WORDS.values.keys() <= WORDS.attributes
