from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve import errors
from asnsolve.errors import AsnsolveError, Location, PoolError, Problem
from asnsolve.suggest import did_you_mean

KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)
]


def locations() -> st.SearchStrategy[Location]:
    words = st.none() | st.text(max_size=5)
    numbers = st.none() | st.integers(1, 9)
    return st.builds(Location, words, numbers, words, words, line=numbers)


def problems() -> st.SearchStrategy[Problem]:
    words = st.text(max_size=8)
    return st.builds(Problem, words, locations(), words, words)


@pytest.mark.parametrize(
    ("location", "text"),
    [
        (Location(), ""),
        (Location("pool.csv"), "pool.csv"),
        (Location("pool.csv", 3, "program"), "pool.csv, row 3, column program"),
        (Location("rules.py", rule="Asn_Image", line=7), "rules.py, rule Asn_Image, line 7"),
        (Location("a.json", line=2, column="5"), "a.json, line 2, column 5"),
        (Location(rule="Asn_Image"), "rule Asn_Image"),
        (Location(row=0), "row 0"),
    ],
)
def test_a_location_names_what_is_known_of_it(location: Location, text: str) -> None:
    assert str(location) == text


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("there is no row"), "there is no row"),
        (Problem("there is no row", Location("pool.csv")), "pool.csv: there is no row"),
        (Problem("two heads", expected="one"), "two heads; expected one"),
        (Problem("no row", advice="Add one."), "no row. Add one."),
        (
            Problem("no number", Location("a.csv", 3, "nints"), "digits", "Look at the file."),
            "a.csv, row 3, column nints: no number; expected digits. Look at the file.",
        ),
    ],
)
def test_a_problem_is_one_line_of_prose(problem: Problem, text: str) -> None:
    assert str(problem) == text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_an_asnsolve_error_that_says_one_line_a_problem(
    kind: type[AsnsolveError],
) -> None:
    first, second = Problem("no row"), Problem("no head", Location("pool.csv"))
    assert issubclass(kind, AsnsolveError)
    assert kind(first).problems == (first,)
    assert kind([first, second]).problems == (first, second)
    assert str(kind([first, second])) == "no row\npool.csv: no head"


@given(st.sampled_from(KINDS), st.lists(problems(), min_size=1, max_size=3))
def test_an_error_that_went_through_pickle_says_the_same(
    kind: type[AsnsolveError], found: list[Problem]
) -> None:
    error = kind(found)
    for back in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(back) is kind
        assert back.problems == error.problems
        assert str(back) == str(error)


@given(problems())
def test_a_problem_that_went_through_pickle_is_equal(problem: Problem) -> None:
    back = pickle.loads(pickle.dumps(problem))
    assert back == problem
    assert str(back) == str(problem)


def test_errors_are_told_apart() -> None:
    with pytest.raises(PoolError):
        raise PoolError(Problem("no row"))
    assert len(set(KINDS)) == len(KINDS) > 1
    assert all(kind.__doc__ for kind in KINDS)


@pytest.mark.parametrize(
    ("word", "known", "question"),
    [
        ("exptype", {"exp_type", "program"}, "Did you mean exp_type?"),
        ("mir_imag", ["nrc_image", "mir_image"], "Did you mean mir_image or nrc_image?"),
        ("zzz", ["exp_type"], ""),
        ("exp_type", [], ""),
    ],
)
def test_the_closest_known_words_are_suggested(word: str, known: list[str], question: str) -> None:
    assert did_you_mean(word, known) == question


@given(st.text(max_size=6), st.sets(st.text(max_size=6), max_size=6))
def test_a_suggestion_does_not_hang_on_the_order_of_the_known_words(
    word: str, known: set[str]
) -> None:
    assert did_you_mean(word, sorted(known)) == did_you_mean(word, sorted(known, reverse=True))
