"""Lists in a JSON text: what is around a change keeps its layout."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.edits.json_lists import changed_list, list_of, object_like


def test_entries_are_found_whatever_is_around_them() -> None:
    text = '{"a": [9], "b" : {"a": [0]},\n "a": [ 1 , "]", {"x": [2]}\n ] }'
    found = list_of(text, 0, "a")
    assert [text[span.start : span.end] for span in found.entries] == ["1", '"]"', '{"x": [2]}']
    assert text[found.whole.start : found.whole.end] == '[ 1 , "]", {"x": [2]}\n ]'


@pytest.mark.parametrize(
    ("kept", "added", "expected"),
    [
        (["1", "2"], ["3"], "[ 1,  2,  3 ]"),
        ([None, "2"], [], "[ 2 ]"),
        (["1", None], ["3"], "[ 1,  3 ]"),
        ([None, None], [], "[  ]"),
        ([None, None], ["3"], "[ 3 ]"),
        (["9", "2"], [], "[ 9,  2 ]"),
    ],
)
def test_blanks_stay(kept: list[str | None], added: list[str], expected: str) -> None:
    text = '{"a": [ 1,  2 ]}'
    assert changed_list(text, list_of(text, 0, "a"), kept, added) == expected


def test_an_object_is_laid_out_as_another() -> None:
    text = '{"a": [{\n\t"x" :1,\n\t"y" :2\n}, {"x":1}, {}]}'
    first, second, _ = list_of(text, 0, "a").entries
    values = [("p", "é"), ("q", "r")]
    assert object_like(text, first, values) == '{\n\t"p" :"\\u00e9",\n\t"q" :"r"\n}'
    assert object_like(text, second, values) == '{"p":"\\u00e9","q":"r"}'
    assert object_like("é", None, values) == '{"p": "é", "q": "r"}'


@given(
    st.lists(st.integers() | st.text() | st.lists(st.text()), max_size=5),
    st.sampled_from([None, 0, 1, 4, "\t"]),
    st.sampled_from([(",", ":"), (", ", ": "), (" ,", " : ")]),
    st.lists(st.text(), max_size=3),
)
def test_what_is_added_and_removed_leaves_the_text(
    entries: list[Any], indent: int | str | None, separators: tuple[str, str], more: list[str]
) -> None:
    text = json.dumps({"b": 0, "a": entries, "c": {}}, indent=indent, separators=separators)
    found = list_of(text, 0, "a")
    kept = [text[span.start : span.end] for span in found.entries]
    longer = changed_list(text, found, kept, [json.dumps(each) for each in more])
    assert json.loads(longer) == [*entries, *more]
    again = f'{{"a":{longer}}}'
    back = changed_list(again, list_of(again, 0, "a"), [*kept, *[None] * len(more)])
    assert back == text[found.whole.start : found.whole.end]
