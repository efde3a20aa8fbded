"""Numbers fall into intervals between the limits of tests, each with a witness."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.expr.build import above, below, between, is_set, not_
from asnsolve.expr.nodes import InRange, Predicate
from asnsolve.expr.number_classes import Piece, bounds, pieces, said
from asnsolve.expr.value_tests import measured_classes, passes, value_classes
from asnsolve.interpret.to_csp import admits
from asnsolve.interpret.to_text import to_text
from asnsolve.pool.measures import declination, number, right_ascension, time

SIZE = number("size")

LIMITS = st.sampled_from((-3.0, 0.0, 0.5, math.nextafter(0.5, 1), 7.0, 1e300)) | st.floats(
    -100, 100
).map(lambda limit: limit + 0.0)


@st.composite
def ranges(draw: st.DrawFn) -> InRange:
    low, high = sorted((draw(LIMITS), draw(LIMITS)))
    side = draw(st.sampled_from(("above", "below", "between")))
    if side == "between":
        return between("size", low, high)
    return above("size", low) if side == "above" else below("size", low)


@given(st.lists(ranges(), max_size=4))
def test_every_piece_has_witnesses_that_lie_in_it_and_pass_the_same_tests(
    tests: list[InRange],
) -> None:
    for piece in pieces(tests, SIZE):
        samples = [float(text) for text in piece.samples()]
        assert samples
        for sample in samples:
            assert sample == piece.low if piece.is_point else piece.low < sample < piece.high
        outcomes = {tuple(passes(test)(text) for test in tests) for text in piece.samples()}
        assert len(outcomes) == 1


@given(st.lists(ranges(), max_size=4), LIMITS)
def test_every_number_is_in_one_piece_and_passes_what_its_class_passes(
    tests: list[InRange], value: float
) -> None:
    (holding,) = (
        piece
        for piece in pieces(tests, SIZE)
        if (value == piece.low if piece.is_point else piece.low < value < piece.high)
    )
    (own,) = (each for each in measured_classes(tests, SIZE) if holding in each.pieces)
    for test in tests:
        assert passes(test)(repr(value)) == passes(test)(own.sample or "")


@given(st.lists(ranges(), min_size=1, max_size=3), st.data())
def test_what_is_said_of_pieces_is_true_of_them_alone(
    tests: list[InRange], data: st.DataObject
) -> None:
    every = pieces(tests, SIZE)
    inside = data.draw(st.sets(st.sampled_from(every)))
    unset = data.draw(st.booleans())
    told = said(("size",), inside, {*every} - inside, "", unset=unset)
    for piece in every:
        for sample in piece.samples():
            assert admits(told, {"size": sample}) == (piece in inside)
    assert admits(told, {"size": None}) == unset


def test_a_limit_that_stands_alone_is_not_in_the_range() -> None:
    assert bounds(between("size", 1, 2)) == (1.0, 2.0)
    assert bounds(above("size", 1)) == (math.nextafter(1.0, 2.0), math.inf)
    assert bounds(below("size", 1)) == (-math.inf, math.nextafter(1.0, 0.0))


def test_witnesses_stay_on_the_sky() -> None:
    for measure, limit in ((declination("d"), 89.5), (right_ascension("r"), 0.25)):
        texts = [text for piece in pieces([above("d", limit)], measure) for text in piece.samples()]
        assert not any(math.isnan(value) for value in measure.numbers(texts))
        # A limit beyond the poles cuts nothing.
        assert pieces([above("d", 400)], measure) == pieces([], measure)


def test_without_a_test_every_number_is_alike() -> None:
    (every,) = measured_classes([is_set("t")], time("t"))
    assert every.pieces == (Piece(-math.inf, math.inf),)
    assert every.unlisted == ("0", "1")


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ((0,), "size is below 10"),
        ((0, 1), "size is set and size is not above 10"),
        ((1, 2, 3), "size is between 10 and 20"),
        ((2,), "size is above 10 and size is below 20"),
        ((0, 4), "size is below 10 or size is above 20"),
        ((0, 1, 2, 3, 4), "size is set"),
        ((), "never"),
    ],
)
def test_pieces_are_said_in_few_words(inside: tuple[int, ...], text: str) -> None:
    every = pieces([between("size", 10, 20)], SIZE)
    wanted = [every[at] for at in inside]
    told = to_text(said(("size",), wanted, [p for p in every if p not in wanted], "", unset=False))
    assert told == text


def test_values_are_sorted_into_classes_once_for_all_tests() -> None:
    tests: list[InRange] = [above("size", 1), below("size", 5)]
    assert value_classes(tests, ["0", "1", "2", "1.5", "7", "long"]) == [0, 0, 1, 1, 2, 3]


@pytest.mark.parametrize(
    ("predicate", "value", "holds"),
    [
        (above("size", 1), None, False),
        (not_(above("size", 1)), None, True),
        (below("size", 1), "1", False),
        (between("size", 1, 1), "1.0", True),
        (below("size", 1), "-inf", False),
    ],
)
def test_what_is_not_set_is_in_no_range(
    predicate: Predicate, value: str | None, holds: bool
) -> None:
    assert admits(predicate, {"size": value}) is holds
