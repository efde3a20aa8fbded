"""Arrays of text do what lists of text do."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.pool.texts import Texts

texts = st.lists(st.text(st.characters(codec="utf-8"), max_size=5), max_size=8)


@given(texts, st.data())
def test_taking_and_laying_end_to_end(given_texts: list[str], data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, max(len(given_texts) - 1, 0)), max_size=6))
    places = places if given_texts else []
    made = Texts.of(given_texts)
    assert made.list() == given_texts
    assert len(made) == len(given_texts)
    assert made.take(np.array(places, dtype=np.int64)).list() == [given_texts[k] for k in places]
    assert Texts.end_to_end([made, Texts.of(["x"]), made]).list() == [
        *given_texts,
        "x",
        *given_texts,
    ]
    assert [made[at] for at in range(len(made))] == given_texts


@given(texts)
def test_joining_is_place_by_place(given_texts: list[str]) -> None:
    made = Texts.of(given_texts)
    joined = Texts.joined(["<", made, "-", made, ">"], len(made))
    assert joined.list() == [f"<{text}-{text}>" for text in given_texts]
    assert Texts.joined(["a", "b"], 2).list() == ["ab", "ab"]


@given(texts)
def test_ranks_sort_as_texts_do_and_equal_texts_have_one(given_texts: list[str]) -> None:
    order = sorted(set(given_texts), key=str.encode)
    assert Texts.of(given_texts).ranks().tolist() == [order.index(text) for text in given_texts]
    ordered = sorted(given_texts, key=str.encode)
    assert Texts.of(ordered).ranks().tolist() == [order.index(text) for text in ordered]


@given(texts)
def test_texts_as_json_stand_between_quotes(given_texts: list[str]) -> None:
    written = Texts.of(given_texts).as_json().list()
    assert [json.loads(f'"{text}"') for text in written] == given_texts


@given(texts)
def test_the_content_is_all_texts_end_to_end(given_texts: list[str]) -> None:
    made = Texts.of(given_texts)
    assert bytes(made.content()) == "".join(given_texts).encode()
    assert bytes(Texts(made.array[1:]).content()) == "".join(given_texts[1:]).encode()


def test_runs_are_joined() -> None:
    made = Texts.of(["x", "a", "b", "", "c"])
    assert made.runs(np.array([0, 1, 2])).list() == ["x", "a", "bc"]
    assert Texts(made.array[1:]).runs(np.array([0, 2, 3])).list() == ["ab", "", "c"]
    assert made.runs(np.zeros(0, dtype=np.int64)).list() == []


def test_texts_of_several_arrays_are_interleaved() -> None:
    parts = [Texts.of(["a", "c"]), Texts.of(["b"])]
    assert Texts.interleaved(parts, [np.array([2, 0]), np.array([1])]).list() == ["c", "b", "a"]
    assert Texts.interleaved([], []).list() == []


def test_endings() -> None:
    made = Texts.of(["a_b.fits", "_c.fits"])
    assert made.all_end_with(".fits")
    assert not made.all_end_with("b.fits")
    assert Texts.of(()).all_end_with("x")
    assert made.without_end(5).list() == ["a_b", "_c"]
    assert made.counts("_").tolist() == [1, 1]
