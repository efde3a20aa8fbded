"""Which patterns there are, and what is said of those that there are not."""

from __future__ import annotations

import pytest

from asnsolve import ExpressionError
from asnsolve.expr.pattern_syntax import (
    LAST,
    Chain,
    Chars,
    Choice,
    Repeat,
    complement,
    parse_pattern,
)


def char(text: str) -> Chars:
    return Chars(((ord(text), ord(text)),))


def test_a_pattern_is_read_into_its_parts() -> None:
    a, b = char("a"), char("b")
    assert parse_pattern("") == Chain(())
    assert parse_pattern("ab") == Chain((a, b))
    assert parse_pattern("a|b|") == Choice((a, b, Chain(())))
    assert parse_pattern("(a)(?:b)(?P<name>a)") == Chain((a, b, a))
    assert parse_pattern("a*") == parse_pattern("a*?") == Repeat(a, 0, None)
    assert parse_pattern("a+b?") == Chain((Repeat(a, 1, None), Repeat(b, 0, 1)))
    assert parse_pattern("a{3}") == Repeat(a, 3, 3)
    assert parse_pattern("a{0}") == parse_pattern("a{,0}") == Repeat(a, 0, 0)
    assert parse_pattern("a{2,}") == Repeat(a, 2, None)
    assert parse_pattern("a{,4}") == Repeat(a, 0, 4)
    assert parse_pattern(r"\.\-\x61\u0062\t") == Chain((char("."), char("-"), a, b, char("\t")))


def test_sets_of_characters_are_ranges() -> None:
    assert parse_pattern(".") == Chars(((0, LAST),))
    assert parse_pattern(r"\d") == parse_pattern("[0-9]") == parse_pattern("[0-56-9]")
    assert parse_pattern(r"[\d]") == parse_pattern(r"[^\D]") == parse_pattern(r"\d")
    assert parse_pattern("[]a-]") == Chars(((ord("-"),) * 2, (ord("]"),) * 2, (ord("a"),) * 2))
    assert parse_pattern(r"[\w\W]") == parse_pattern(".")
    assert complement(()) == ((0, LAST),)
    assert complement(((0, LAST),)) == ()


def test_letters_are_those_of_values_in_lower_case() -> None:
    upper = parse_pattern("A")
    assert isinstance(upper, Chars)
    assert char("a").ranges[0] in upper.ranges
    refused = parse_pattern("[^A]")
    assert isinstance(refused, Chars)
    assert not any(first <= ord("a") <= last for first, last in refused.ranges)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("f(115w", "cannot be compiled: missing ), unterminated subpattern at position 1"),
        ("a**", "cannot be compiled: multiple repeat"),
        ("[a--b]", "cannot be compiled: Possible set difference"),
        ("(?=a)b", "looks ahead; expected characters, sets, groups, alternatives"),
        ("((?!wfsc).)*", "looks ahead"),
        ("a(?<!b)", "looks behind"),
        ("(?<=a)b", "looks behind"),
        ("(a)(?(1)b|c)", "asks whether a group has matched"),
        (r"(a)\1", "refers to a group"),
        ("(?P<x>a)(?P=x)", "refers to a group"),
        ("(?i)a", "sets flags"),
        ("(?i:a)", "sets flags"),
        ("(?#note)a", "has a comment"),
        ("(?>a+)b", "has an atomic group"),
        ("a++b", "repeats without giving back"),
        ("^a", "has the anchor ^; expected"),
        ("a$", "A pattern is always for the whole value: leave this out."),
        (r"\Aa", r"has the anchor \A"),
        (r"\bword\b", r"has the anchor \b"),
        ("a{b", r"has a brace that counts nothing"),
        (r"\07", "refers to a group"),
        (r"[\1]", r"has the escape \1"),
        (r"\N{DIGIT ONE}", r"has the escape \N"),
        ("(" * 60 + ")" * 60, "nests groups too deeply"),
    ],
)
def test_what_an_automaton_cannot_tell_is_refused_in_words(pattern: str, words: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_pattern(pattern)
    assert str(raised.value).startswith(f"pattern {pattern!r} ")
    assert words in str(raised.value)
