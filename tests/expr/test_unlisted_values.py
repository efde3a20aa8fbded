"""Examples of values that nobody has listed."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings

from asnsolve import ExpressionError, Pool
from asnsolve.expr.pattern_automata import automaton
from asnsolve.expr.unlisted_values import unlisted_values
from asnsolve.pool.columns import NULL_WORDS
from tests.expr.test_pattern_automata import PATTERNS


def found(*patterns: str, listed: tuple[str, ...] = (), examples: int = 2) -> dict[str, str]:
    """Return examples by the patterns that they match."""
    return {
        " & ".join(sorted(each.matched)): " ".join(each.examples)
        for each in unlisted_values(patterns, listed, examples)
    }


def test_without_patterns_any_text_will_do() -> None:
    assert found() == {"": "other other-2"}
    assert found(listed=("other", "other-3")) == {"": "other-2 other-4"}


def test_every_combination_that_a_value_can_match_has_examples() -> None:
    assert found(".+wfsc.+", ".*wfsc.*", listed=("a", "awfsc")) == {
        ".*wfsc.* & .+wfsc.+": "awfsca awfscb",
        ".*wfsc.*": "wfsc bwfsc",
        "": "b d",
    }
    assert found(r"t\d+") == {r"t\d+": "t0 t1", "": "a b"}
    assert found(".+") == {".+": "a b"}
    assert found("a{0}") == {"": "a b"}


def test_listed_values_and_null_words_are_no_examples() -> None:
    assert found("[a-c]", listed=("a", "b"))["[a-c]"] == "c"
    assert found("[a-c]", listed=("a", "b", "c")) == {"": "d e"}
    assert found("n|null|--|n/a|f|false|") == {"": "a b"}


def test_examples_are_what_a_pool_can_hold() -> None:
    assert found(" .*|.* ") == {"": "a b"}
    assert found("[A-Z]")["[A-Z]"] == "a b"
    assert found(r"[\x00-\x1f]") == {"": "a b"}
    assert found("[^ -~]") == {"[^ -~]": "¡ ¢", "": "a b"}
    assert found("a[^ -~]b", examples=1)["a[^ -~]b"] == "a\tb"


def test_long_values_and_many_of_them_are_no_trouble() -> None:
    long = found(".*a{300}.*", ".*b{300}.*", examples=1)
    assert len(long[".*a{300}.* & .*b{300}.*"]) == 600
    assert found(r"\w{20}-(abc|def)")[r"\w{20}-(abc|def)"].split()[0] == "a" * 20 + "-abc"


def test_patterns_that_are_too_large_together_are_refused() -> None:
    patterns = [f"(a|b)*{end}(a|b){{8}}" for end in "ab"]
    with pytest.raises(ExpressionError, match="are too large to be compared"):
        unlisted_values([*patterns, "(a|b)*aa(a|b){8}"], ())


_TEXTS = tuple("".join(chars) for size in (1, 2, 3) for chars in product("ab07-_é ", repeat=size))
_VALUES = tuple(text for text in _TEXTS if text == text.strip() and text not in NULL_WORDS)


@given(PATTERNS, PATTERNS)
@settings(max_examples=100)
def test_combinations_are_those_that_short_values_show(first: str, second: str) -> None:
    """None is left out that a value of up to three characters has; each example is of its own."""
    matchers = {pattern: automaton(pattern) for pattern in (first, second)}

    def matched(value: str) -> frozenset[str]:
        return frozenset(name for name, each in matchers.items() if each.accepts(value))

    classes = unlisted_values([first, second], ())
    assert {matched(value) for value in _VALUES} <= {each.matched for each in classes}
    rows = []
    for each in classes:
        assert {matched(value) for value in each.examples} == {each.matched}
        rows += [{"targprop": value} for value in each.examples]
    # A pool keeps the examples as they are.
    defaults = {
        "exp_type": "mir_image",
        "program": "1",
        "asn_candidate": "[('o001', 'observation')]",
    }
    pool = Pool(
        [{**defaults, **row, "filename": f"f{at}_uncal.fits"} for at, row in enumerate(rows)]
    )
    held = [pool.values("targprop")[code] for code in pool.codes("targprop").tolist()]
    assert held == [row["targprop"] for row in rows]
