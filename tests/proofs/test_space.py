"""Exposures by what predicates tell apart, and classes of values in words."""

from __future__ import annotations

from itertools import chain, combinations

import pytest

from asnsolve.expr.build import all_of, any_of, is_set, matches, not_, one_of
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.space import NOT_SET, Space

TILE = matches("mostilno", r"t\d+")
DIGIT = matches("mostilno", r".*\d")
NAMED = one_of("mostilno", "t1", "other", "x")


def test_an_attribute_is_not_set_or_in_a_class_of_values() -> None:
    space = Space.of([TILE, NAMED], {"mostilno": ("t1", "t2")})
    assert list(space.classes) == ["mostilno"]
    first, *classes = space.classes["mostilno"]
    assert first is NOT_SET
    assert [(each.sample, each.values) for each in classes] == [
        ("other", ("other", "x")),
        ("t1", ("t1",)),
        ("t2", ("t2",)),
        ("a", ()),
    ]
    names, truth = space.table(any_of(not_(TILE), not_(is_set("mostilno"))))
    assert names == ("mostilno",)
    assert truth.tolist() == [True, True, False, False, True]


@pytest.mark.parametrize(
    "predicates",
    [(NAMED,), (TILE, NAMED), (TILE, DIGIT, NAMED), (TILE, DIGIT, matches("mostilno", "[a-t].*"))],
)
def test_what_is_said_of_classes_is_true_of_them_and_no_others(
    predicates: tuple[Predicate, ...],
) -> None:
    space = Space.of(predicates, {"mostilno": ("t2", "t", "5")})
    numbers = range(len(space.classes["mostilno"]))
    every = chain.from_iterable(combinations(numbers, size) for size in range(len(numbers) + 1))
    for chosen in every:
        said = space.where("mostilno", chosen)
        if to_text(said) in ("always", "never"):
            assert len(chosen) in (0, len(numbers))
            continue
        assert [at for at in numbers if space.table(said)[1][at]] == list(chosen)


def test_patterns_are_said_shortly() -> None:
    space = Space.of([TILE, DIGIT, one_of("mostilno", "t7")], {})
    numbers = {each.sample: at for at, each in enumerate(space.classes["mostilno"])}
    assert to_text(space.where("mostilno", [numbers["t7"], numbers["t0"]])) == (
        'mostilno matches "t\\\\d+"'
    )
    assert to_text(space.where("mostilno", [numbers["a"]])) == (
        'mostilno is set and mostilno does not match ".*\\\\d"'
    )
    without_digit = all_of(is_set("mostilno"), not_(DIGIT))
    assert space.table(space.where("mostilno", [numbers["a"]]))[1].tolist() == (
        space.table(without_digit)[1].tolist()
    )
