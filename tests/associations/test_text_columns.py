"""Columns of text and of values: what a table of associations says in few texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.associations.text_columns import (
    TextColumn,
    Values,
    text_of_values,
    values_by_group,
)
from asnsolve.pool.texts import Texts


def column(codes: Sequence[int], texts: Texts) -> TextColumn:
    return TextColumn(np.array(codes, dtype=np.int64), texts)


AB, CD = Texts.of(["a", "b"]), Texts.of(["c", "d"])


def test_a_column_gives_its_texts_and_none_where_there_is_none() -> None:
    assert column([1, 0, 1], AB).list() == ["b", "a", "b"]
    assert column([1, -1, 0, -1], AB).list() == ["b", None, "a", None]
    assert column([-1], Texts.of(())).list() == [None]
    assert column([], AB).list() == []
    assert column([1, 0, 1], AB).spelled_out().list() == ["b", "a", "b"]
    assert column([1, 0, 1], AB).take(np.array([2, 1])).list() == ["b", "a"]
    assert TextColumn.constant("x", 2).list() == ["x", "x"]
    assert len(column([1, 0, 1], AB)) == 3


def test_columns_are_appended_and_missing_texts_stay_missing() -> None:
    joined = TextColumn.end_to_end([column([1, -1], AB), column([0, 1], CD), column([0], AB)])
    assert joined.list() == ["b", None, "c", "d", "a"]
    assert len(joined.texts) == 4
    assert TextColumn.end_to_end([]).list() == []


def test_columns_of_the_same_texts_go_on_sharing_them() -> None:
    joined = TextColumn.end_to_end([column([1], AB), column([0, -1], AB)])
    assert joined.list() == ["b", "a", None]
    assert joined.texts is AB


def test_places_rank_by_their_text() -> None:
    assert column([2, 0, 1, 0], Texts.of(["b", "a", "b"])).ranks.tolist() == [1, 1, 0, 1]


# Values of the members of associations.


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 3)), max_size=12),
    st.integers(5, 6),
)
def test_the_values_of_an_association_are_those_of_its_members(
    members: list[tuple[int, int]], count: int
) -> None:
    values = ("a", "b", "c", "d")
    groups = np.array([group for group, _ in members], dtype=np.int64)
    codes = np.array([code for _, code in members], dtype=np.int32)
    found = values_by_group(codes, values, groups, count)
    assert [found.at(code) for code in found.codes.tolist()] == [
        tuple(sorted({values[code] for own, code in members if own == group and code >= 0}))
        for group in range(count)
    ]
    assert len(set(found.several)) == len(found.several)
    assert found.codes.min() >= -1


def test_values_are_written_joined_or_as_unset() -> None:
    values = Values(np.array([1, -1, 2, 0, 3]), ("a", "b"), (("a", "b"), ("a", "c")))
    wanted = np.array([4, 2, 1, 0, 0])
    assert values.as_text(wanted, "none").list() == ["a-c", "a-b", "none", "b", "b"]


def test_values_that_are_an_array_already_are_written_from_it() -> None:
    values = Values(np.array([1, 0]), ("a", "b"), texts=AB)
    every = np.arange(2)
    assert values.as_text(every, "none").texts is AB
    assert values.as_text(every, "none").list() == ["b", "a"]
    some = Values(np.array([1, -1]), ("a", "b"), texts=AB)
    assert some.as_text(every, "none").list() == ["b", "none"]
    assert some.as_text(every[:1], "none").texts is AB
    several = Values(np.array([1, 2]), ("a", "b"), (("a", "b"),), AB)
    assert several.as_text(every, "none").list() == ["b", "a-b"]


@pytest.mark.parametrize("count", [0, 3])
def test_a_text_of_no_values_is_the_same_for_all(count: int) -> None:
    assert text_of_values([], count, lambda: "x").list() == ["x"] * count


def test_a_text_is_made_once_per_combination_of_values() -> None:
    made: list[tuple[tuple[str, ...], ...]] = []

    def text(*values: tuple[str, ...]) -> str:
        made.append(values)
        return "/".join("+".join(value) for value in values)

    first = Values(np.array([0, 1, 0, -1, 2, 0]), ("a", "b"), (("a", "b"),))
    second = Values(np.array([0, 0, 0, 0, -1, 1]), ("c", "d"))
    told = text_of_values([first, second], 6, text)
    assert told.list() == ["a/c", "b/c", "a/c", "/c", "a+b/", "a/d"]
    assert len(made) == len(told.texts) == 5
    none = [Values(np.array([], dtype=np.int64), ()) for _ in range(2)]
    assert text_of_values(none, 0, text).list() == []


def test_associations_with_several_values_are_listed_once_for_each_set_of_values() -> None:
    names = ("a", "b", "c", "d")
    members = {0: "ba", 1: "c", 2: "", 3: "ab", 4: "dcd", 5: "d", 6: "dca", 8: "aa"}
    pairs = [(group, names.index(name)) for group, listed in members.items() for name in listed]
    codes = np.array([*(code for _, code in pairs), -1, -1], dtype=np.int32)
    groups = np.array([*(group for group, _ in pairs), 1, 2], dtype=np.int64)
    found = values_by_group(codes, names, groups, 9)
    assert found.several == (("a", "b"), ("c", "d"), ("a", "c", "d"))
    assert found.codes.tolist() == [4, 2, -1, 4, 5, 3, 6, -1, 0]
    alone = values_by_group(codes[2:3], names, np.array([0], dtype=np.int64), 2)
    assert (alone.codes.tolist(), alone.several) == ([2, -1], ())
    # Two sets of values that lie next to each other.
    two = values_by_group(np.array([2, 3, 0, 3], dtype=np.int32), names, np.array([0, 0, 1, 1]), 2)
    assert (two.codes.tolist(), two.several) == ([4, 5], (("c", "d"), ("a", "d")))
