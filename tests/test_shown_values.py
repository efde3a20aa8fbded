from __future__ import annotations

import json

import pytest

from asnsolve.errors import Location, Problem
from asnsolve.shown_values import escaped, json_escaped, quoted

# What acts on a terminal, or changes how it shows the text around it.
HARMFUL = [
    *"\0\a\b\x1b\r\n\x7f\x85\x9b",
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029",
    *"\u200b\ufeff\udcff\U000e0041",
]


@pytest.mark.parametrize("char", HARMFUL)
def test_what_a_terminal_would_act_on_is_shown_as_an_escape(char: str) -> None:
    shown = escaped(f"a{char}b")
    assert shown.isprintable()
    assert shown.encode().decode("unicode_escape") == f"a{char}b"


@pytest.mark.parametrize("char", HARMFUL)
def test_escaped_json_means_the_same(char: str) -> None:
    text = json.dumps({"é": f"a{char}b"}, ensure_ascii=False, indent=2)
    shown = json_escaped(text, keep="\n")
    assert json.loads(shown) == json.loads(text)
    assert shown.replace("\n", "").isprintable()
    assert "é" in shown


def test_a_problem_is_one_printable_line() -> None:
    problem = Problem("no\nsuch \x1b[31mfile", Location("a\u202eb"), "x\ty", "Do\r.")
    assert str(problem) == r"a\u202eb: no\nsuch \x1b[31mfile; expected x\ty. Do\r."


def test_long_texts_are_cut_in_messages() -> None:
    assert quoted("a" * 100) == repr("a" * 100)
    assert quoted("a" * 101) == repr("a" * 100 + "...")
