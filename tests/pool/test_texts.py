"""Arrays of text do what lists of text do."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.pool.texts import Texts, sorted_codes

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
    written = Texts.of(given_texts).json.list()
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


def test_endings() -> None:
    made = Texts.of(["a_b.fits", "_c.fits"])
    assert made.all_end_with(".fits")
    assert not made.all_end_with("b.fits")
    assert Texts.of(()).all_end_with("x")
    assert made.without_end(5).list() == ["a_b", "_c"]
    assert made.counts("_").tolist() == [1, 1]


@given(texts, st.integers(0, 8))
def test_slices_are_arrays_as_others_are(given_texts: list[str], start: int) -> None:
    part, expected = Texts(Texts.of(given_texts).array[start:]), given_texts[start:]
    order = sorted(set(expected), key=str.encode)
    assert part.ranks().tolist() == [order.index(text) for text in expected]
    assert [json.loads(f'"{text}"') for text in part.json.list()] == expected
    starts = np.arange(len(expected))
    assert part.runs(starts).list() == expected
    ends = Texts(Texts.of([f"{text}/é.x" for text in given_texts]).array[start:])
    assert ends.without_end(2).list() == [f"{text}/é" for text in expected]
    starts_with = Texts(Texts.of([f"<{text}" for text in given_texts]).array[start:])
    assert starts_with.without_start(1).list() == expected


@given(st.lists(st.one_of(st.none(), st.text(st.characters(codec="utf-8"), max_size=2))))
def test_codes_are_places_among_the_distinct_texts(given_texts: list[str | None]) -> None:
    distinct, codes = sorted_codes(pa.array(given_texts, pa.string()))
    known = {text for text in given_texts if text is not None}
    assert distinct.to_pylist() == sorted(known, key=str.encode)
    found = [None if code < 0 else distinct[code].as_py() for code in codes.tolist()]
    assert found == given_texts


def test_texts_are_searched() -> None:
    made = Texts.of(["ab/c", "d"])
    assert made.contain("b/").any()
    assert not made.contain("x").any()
    assert Texts.of(()).contain("x").tolist() == []
    assert (made.shortest(), Texts.of(["", "é"]).shortest(), Texts.of(()).shortest()) == (1, 0, 0)


def test_only_what_json_escapes_is_escaped() -> None:
    assert Texts.of([" ~é\x7f"]).json.list() == [" ~é\x7f"]
    assert Texts.of(["a", '"']).json.list() == ["a", '\\"']
    assert Texts.of(["\\", "\x1f"]).json.list() == ["\\\\", "\\u001f"]


def test_arrays_of_texts_are_laid_end_to_end() -> None:
    parts = [Texts.of(["b", "d"]), Texts.of(["a"])]
    assert Texts.end_to_end(parts).list() == ["b", "d", "a"]
    assert Texts.end_to_end([]).list() == []


def test_an_array_of_texts_is_a_sequence() -> None:
    texts = Texts.of(["c", "a", "b"])
    assert [*texts] == ["c", "a", "b"]
    assert [*texts[1:]] == ["a", "b"]
    assert texts.index("b") == 2
    assert "a" in texts
    assert "d" not in texts


def test_texts_are_laid_out_end_to_end() -> None:
    made = Texts.laid_out("abcé".encode(), np.array([1, 0, 2, 2]))
    assert made.list() == ["a", "", "bc", "é"]
    assert made.lengths().tolist() == [1, 0, 2, 2]
    assert Texts.laid_out(b"", np.zeros(0, np.int64)).list() == []


@given(texts, st.integers(0, 8))
def test_texts_are_seen_one_by_one(given_texts: list[str], start: int) -> None:
    part, expected = Texts(Texts.of(given_texts).array[start:]), given_texts[start:]
    assert [bytes(view).decode() for view in part.views()] == expected
    assert part.lengths().tolist() == [len(text.encode()) for text in expected]


def test_nothing_has_no_content() -> None:
    for nothing in (Texts.of(()), Texts.of(["", ""]), Texts.of(["a"])[1:]):
        assert bytes(nothing.content()) == b""
    assert [*Texts.of(()).views()] == []
    assert Texts.of(()).lengths().tolist() == []


def test_each_character_that_json_escapes_is_escaped_alone() -> None:
    for text, written in (('"', '\\"'), ("\\", "\\\\"), ("\x1f", "\\u001f"), ("\n", "\\n")):
        assert Texts.of([text]).json.list() == [written]
        assert Texts.of([text * 2]).json.list() == [written * 2]


def test_a_null_has_the_code_of_none() -> None:
    distinct, codes = sorted_codes(pa.array(["b", None, "a", "b"]))
    assert (distinct.to_pylist(), codes.tolist()) == (["a", "b"], [1, -1, 0, 1])


def test_no_texts_may_have_no_offsets() -> None:
    """Arrow allows it, as arrays of other libraries have it."""
    nothing = Texts(pa.StringArray.from_buffers(0, pa.py_buffer(b""), pa.py_buffer(b"")))
    assert bytes(nothing.content()) == b""
    assert list(nothing.views()) == []
    assert nothing.lengths().tolist() == []
    assert nothing.runs(np.empty(0, dtype=np.int64)).list() == []


def test_a_slice_has_its_own_texts_alone() -> None:
    part = Texts(pa.array(["a", "bb", "ccc", "d"]).slice(1, 2))
    assert part.lengths().tolist() == [2, 3]
    assert list(map(bytes, part.views())) == [b"bb", b"ccc"]
    assert bytes(part.content()) == b"bbccc"
    assert part.runs(np.array([0, 1])).list() == ["bb", "ccc"]
