from __future__ import annotations

from asnsolve.report.page.text_table import TextTable, ranges


def test_each_text_is_held_once() -> None:
    table = TextTable()
    assert [table.number(text) for text in ("a", "b", "a", None)] == [0, 1, 0, -1]
    assert table.texts == ["a", "b"]


def test_a_column_of_one_text_is_one_number() -> None:
    table = TextTable()
    assert table.column(["a", "a"]) == 0
    assert table.column(["a", None]) == [0, -1]
    assert table.column([]) == []


def test_ranges_are_a_first_number_and_a_length() -> None:
    assert ranges([]) == []
    assert ranges([7, 8, 3]) == [7, 2, 3, 1]
