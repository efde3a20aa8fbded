"""What tests ask of a value, and which values they tell apart."""

from __future__ import annotations

import pytest

from asnsolve import ExpressionError
from asnsolve.expr.nodes import IsSet, Matches, OneOf
from asnsolve.expr.value_tests import (
    ValueClass,
    open_classes,
    passes,
    value_classes,
    whole_match,
)

VALUES = ("f560w", "F770W", "clear", "two\nlines")


def test_a_pattern_is_for_the_whole_value_in_any_letter_case() -> None:
    assert list(map(whole_match(r"f\d+w"), VALUES)) == [True, True, False, False]
    assert whole_match("two.lines")("two\nlines")
    assert not whole_match("f560")("f560w")
    with pytest.raises(ExpressionError):
        whole_match("(")


def test_each_test_is_passed_by_its_values() -> None:
    assert all(map(passes(IsSet(("filter",))), VALUES))
    assert list(map(passes(OneOf(("filter",), ("clear",))), VALUES)) == [False, False, True, False]
    assert list(map(passes(Matches(("filter",), "f.*")), VALUES)) == [True, True, False, False]


def test_values_that_no_test_tells_apart_share_a_class() -> None:
    filters = Matches(("filter",), "f.*"), OneOf(("filter",), ("f560w",)), IsSet(("filter",))
    assert value_classes(filters, VALUES) == [0, 1, 2, 2]
    assert value_classes([IsSet(("filter",))], VALUES) == [0, 0, 0, 0]
    assert value_classes(filters, ()) == []
    assert value_classes([], VALUES) == [0, 0, 0, 0]


def test_open_classes_are_all_outcomes_that_there_can_be() -> None:
    tests = (
        OneOf(("filter",), ("f560w", "other")),
        Matches(("filter",), r"f\d+w"),
        IsSet(("filter",)),
    )
    pattern = frozenset({r"f\d+w"})
    assert open_classes(tests, ("f770w", "clear")) == (
        ValueClass(("clear",), ("a", "b")),
        ValueClass(("f560w",), (), pattern),
        ValueClass(("f770w",), ("f0w", "f1w"), pattern),
        ValueClass(("other",)),
    )
    assert open_classes([], ()) == (ValueClass((), ("other", "other-2")),)
    assert open_classes([Matches(("filter",), "a|b")], ("a",), examples=3)[0].unlisted == ("b",)


def test_a_class_shows_a_listed_value_first() -> None:
    assert ValueClass().sample is None
    assert ValueClass(("b", "a"), ("c",)).sample == "b"
    assert ValueClass((), ("c", "d")).sample == "c"
