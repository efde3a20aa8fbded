"""Patterns match as Python's regular expressions do, in one step per character."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve import ExpressionError
from asnsolve.expr.pattern_automata import MOST_STATES, Automaton, automaton

_CHARS = ("a", "b", "A", "B", "0", "7", "-", "_", " ", r"\.", r"\(", "é", r"\x61", r"\u0062", "]")
_CLASSES = (".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S")
_MEMBERS = ("a", "b", "0-9", "a-c", "A-Z", "A-b", r"\d", r"\W", r"\s", "_", r"\-", r"\]", "é")
_COUNTS = ("", "", "*", "+", "?", "{2}", "{1,2}", "{,2}", "{1,}", "{0}", "*?", "+?", "??", "{2}?")
_SETS = st.builds(
    lambda negated, members: f"[{negated}{''.join(members)}]",
    st.sampled_from(["", "^"]),
    st.lists(st.sampled_from(_MEMBERS), min_size=1, max_size=3),
)
_ATOMS = st.sampled_from(_CHARS + _CLASSES) | _SETS


def _bigger(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    counted = st.builds(str.__add__, inside.map("({})".format), st.sampled_from(_COUNTS))
    return (
        counted
        | st.lists(inside, max_size=3).map("".join)
        | st.lists(inside, min_size=2, max_size=3).map("|".join).map("(?:{})".format)
    )


PATTERNS = st.recursive(_ATOMS, _bigger, max_leaves=8)
VALUES = st.text("ab07-_. (]é\t", max_size=7)


@given(PATTERNS, st.lists(VALUES, max_size=8))
@settings(max_examples=300)
def test_an_automaton_matches_what_python_matches(pattern: str, values: list[str]) -> None:
    compiled = re.compile(pattern, re.IGNORECASE | re.ASCII | re.DOTALL)
    for value in values:
        assert automaton(pattern).accepts(value) == bool(compiled.fullmatch(value))


def states_entered(matcher: Automaton, value: str) -> int:
    """Count the steps that a value takes."""
    state = steps = 0
    for char in value:
        state, steps = matcher.steps[state][matcher.symbol(char)], steps + 1
        if state < 0:
            break
    return steps


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "(.*)*x", r"(\w+\s?)*!"])
def test_no_pattern_runs_away(pattern: str) -> None:
    """A step is one look into a table, and a value takes as many as it has characters at most."""
    matcher, value = automaton(pattern), "a" * 100_000
    assert not matcher.accepts(value)
    assert states_entered(matcher, value) <= len(value)
    assert len(matcher.steps) < 10
    assert {len(row) for row in matcher.steps} == {len(set(matcher.symbols))}


def test_what_would_be_too_large_is_refused() -> None:
    with pytest.raises(ExpressionError, match="has more than 500 characters when repetitions"):
        automaton("((a{100}){100}){100}")
    with pytest.raises(ExpressionError, match=f"needs more than {MOST_STATES} states") as raised:
        automaton("(a|b)*a(a|b){20}")
    assert "Write several shorter patterns, or list the values" in str(raised.value)


def test_characters_beyond_ascii_are_themselves() -> None:
    assert automaton("É+").accepts("éé")
    assert automaton("[À-Ö]").accepts("á")
    assert not automaton(r"\w").accepts("é")
    assert automaton(r"\W").accepts("é")
    assert not automaton(r"\d").accepts("٣")
