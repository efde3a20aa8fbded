from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given

from asnsolve.errors import ExpressionError
from asnsolve.expr.build import (
    all_of,
    any_of,
    at_least,
    at_most,
    distinct,
    exactly,
    is_set,
    matches,
    named,
    not_,
    one_of,
    same,
    within,
)
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Distinct,
    Exactly,
    IsSet,
    Matches,
    Named,
    Not,
    OneOf,
    Predicate,
    Same,
    Within,
)
from asnsolve.pool.columns import NULL_WORDS
from tests.examples import predicates
from tests.rules.small import unchecked


def called(parameter: object) -> str:
    """Name a parameter; a function without its address, which differs from run to run."""
    return str(getattr(parameter, "__name__", parameter))


NONSENSE: list[tuple[Callable[..., object], tuple[object, ...], str]] = [
    (is_set, (), "an expression names no attribute; expected at least one attribute"),
    (one_of, ((), "clear"), "an expression names no attribute; expected at least one attribute"),
    (same, (), "an expression names no attribute; expected at least one attribute"),
    (distinct, (2,), "an expression names no attribute; expected at least one attribute"),
    (is_set, ("exp type",), "'exp type' is not a name of an attribute; expected a column name of"),
    (is_set, ("",), "'' is not a name of an attribute"),
    (matches, ("2nd", ".*"), "'2nd' is not a name of an attribute"),
    (same, ("pupil", "grating", "PUPIL"), "pupil, grating, pupil names an attribute twice"),
    (one_of, ("exp_type",), "one_of(exp_type) admits no value; expected at least one value"),
    (
        one_of,
        ("exp_type", ["mir_image", "nrc_image"]),
        "['mir_image', 'nrc_image'] is not text; expected a word. Put a star before a list",
    ),
    (one_of, ("nints", 3), "3 is not text; expected a word"),
    (is_set, (["pupil", "grating"],), "['pupil', 'grating'] is not text"),
    (matches, ("filter", None), "None is not text"),
    (matches, ("filter", "f(115w"), "pattern 'f(115w' for filter cannot be compiled: missing )"),
    (
        matches,
        ("filter", "f{99999999999999}"),
        "pattern 'f{99999999999999}' for filter cannot be compiled: the repetition number is too",
    ),
    (not_, ("science",), "'science' says nothing of one exposure; expected a predicate"),
    (all_of, (same("targetid"),), "says nothing of one exposure; expected a predicate"),
    (any_of, (is_set("filter"), at_least(1, "psf")), "says nothing of one exposure"),
    (at_least, (0, "psf"), "at_least(0, 'psf') is always true; expected a count of 1 or more"),
    (at_least, (1, "the star"), "'the star' is not a name of a role; expected one word"),
    (at_least, (1, 3), "3 is not text"),
    (at_least, (0,), "at_least(0, None) is always true; expected a count of 1 or more"),
    (distinct, (1, "targetid"), "distinct(1, targetid) says nothing; expected a count of 2"),
    (within, ((), at_least(2)), "within() names no type of candidate; expected at least one type"),
    (within, ("a mosaic", at_least(2)), "'a mosaic' is not a name of a type"),
    (within, ((3,), at_least(2)), "3 is not text"),
    (named, ("A time series", is_set("tsovisit")), "'A time series' is not a name of a predicate"),
    (named, ("", is_set("tsovisit")), "'' is not a name of a predicate; expected lower-case words"),
    (named, ("a  series", is_set("tsovisit")), "'a  series' is not a name of a predicate"),
    (named, ("a [series]", is_set("tsovisit")), "'a [series]' is not a name of a predicate"),
    (named, (3, is_set("tsovisit")), "3 is not text"),
    (named, ("a series", "tsovisit"), "'tsovisit' says nothing of one exposure"),
]


@pytest.mark.parametrize(("make", "arguments", "words"), NONSENSE, ids=called)
def test_nonsense_is_refused_in_words(
    make: Callable[..., object], arguments: tuple[object, ...], words: str
) -> None:
    with pytest.raises(ExpressionError, match=re.escape(words)):
        make(*arguments)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"where": "filter"}, "'filter' says nothing of one exposure; expected a predicate"),
        ({"where": at_least(1)}, "says nothing of one exposure; expected a predicate"),
        ({"open_values": ("s200a1", 3)}, "3 is not text; expected a word"),
        ({"instead": ("filter", "band")}, "'filter' says nothing of one exposure"),
        ({"instead": (is_set("filter"), ())}, "an expression names no attribute"),
        ({"instead": (is_set("filter"), "exp type")}, "'exp type' is not a name of an attribute"),
    ],
    ids=str,
)
def test_an_option_of_a_key_that_is_nonsense_is_refused(
    options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ExpressionError, match=re.escape(words)):
        same("targetid", **options)


@pytest.mark.parametrize("word", NULL_WORDS)
def test_a_value_that_a_pool_reads_as_not_set_is_refused(word: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        one_of("tsovisit", "t", f" {word.upper()} ")
    assert str(caught.value) == (
        f"one_of(tsovisit) admits {word!r}, which a pool reads as 'not set'; expected a value. "
        "Say not_(is_set(...)) for an attribute without a value."
    )


@pytest.mark.parametrize("roles", [(), [], iter(())], ids=lambda roles: type(roles).__name__)
def test_a_key_that_binds_no_role_is_refused(roles: list[str]) -> None:
    with pytest.raises(ExpressionError, match=re.escape("same(targetid) binds no role")):
        same("targetid", roles=roles)


@pytest.mark.parametrize("role", ["the star", "", "psf,science"])
def test_a_key_that_binds_what_is_no_role_is_refused(role: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(f"{role!r} is not a name of a role")):
        same("targetid", roles=("science", role))


def test_letter_case_and_blanks_around_words_make_no_difference() -> None:
    assert is_set(" FILTER") == IsSet(("filter",))
    assert one_of("Exp_Type", "NRC_IMAGE ", "mir_image") == OneOf(
        ("exp_type",), ("mir_image", "nrc_image")
    )
    assert same("TARGETID", roles=("Science", "PSF")) == Same(("targetid",), ("psf", "science"))
    assert at_least(2, "PSF") == AtLeast(2, "psf")
    assert within(" Mosaic", at_least(2)) == Within(("mosaic",), AtLeast(2, None))
    assert same("fxd_slit", open_values=" S200A1").open_values == ("s200a1",)
    assert same("targetid", instead=(is_set("is_psf"), "BAND")).instead == (
        IsSet(("is_psf",)),
        ("band",),
    )
    assert distinct(2, "OBS_NUM") == Distinct(2, ("obs_num",))


def test_a_pattern_is_kept_as_it_is_written() -> None:
    assert matches(("PUPIL", "grating"), r"GR\D+") == Matches(("pupil", "grating"), r"GR\D+")


def test_values_and_roles_are_put_in_order_once_each_and_sources_are_not() -> None:
    assert one_of("band", "short", "long", "SHORT").values == ("long", "short")
    assert same("pupil", "grating", roles=("science", "psf", "science")) == Same(
        ("pupil", "grating"), ("psf", "science")
    )
    assert same("band", open_values=("b", "a", "B")).open_values == ("a", "b")
    assert within(("mosaic", "group", "mosaic"), at_least(2)).candidate_types == ("group", "mosaic")
    assert same("pupil", instead=(is_set("lamp"), ("lamp", "band"))).instead == (
        IsSet(("lamp",)),
        ("lamp", "band"),
    )


def test_a_word_given_alone_is_one_word() -> None:
    assert same("band", open_values="long") == same("band", open_values=("long",))
    assert within("mosaic", at_least(2)) == within(("mosaic",), at_least(2))


def test_a_need_of_no_role_counts_members() -> None:
    assert at_least(2) == AtLeast(2, None)
    assert at_most(2) == AtMost(2, None)
    assert exactly(2) == Exactly(2, None)
    assert distinct(2, "band", role="PSF") == Distinct(2, ("band",), "psf")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: at_most(0), "at_most(0, None) is never true"),
        (lambda: at_most(-1, "psf"), "at_most(-1, 'psf') is never true"),
        (lambda: at_most(True), "at_most() counts to True"),
        (lambda: exactly(0, "psf"), "Say at_most(0, role) for none."),
        (lambda: unchecked(exactly, 2.0), "exactly() counts to 2.0"),
        (lambda: unchecked(within, "a", within("a", at_most(1))), "expected at_least, at_most,"),
    ],
)
def test_counts_that_say_nothing_are_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(said)):
        make()


@pytest.mark.parametrize("name", ["a time series", "lit", "kept by integration", "2-point", "or"])
def test_a_predicate_keeps_the_name_that_it_is_given(name: str) -> None:
    assert named(name, is_set("filter")) == Named(name, IsSet(("filter",)))
    assert not_(named(name, is_set("filter"))) == Not(Named(name, IsSet(("filter",))))


def test_a_role_given_alone_is_one_role() -> None:
    assert same("targetid", roles="science") == same("targetid", roles=("science",))


def test_a_key_binds_every_role_and_needs_a_value_unless_told() -> None:
    assert same("targetid") == Same(("targetid",), None, False, None, (), None)
    assert same("pupil", optional=True).optional


@given(predicates())
def test_not_cancels(predicate: Predicate) -> None:
    assert not_(not_(predicate)) == (
        not_(predicate.predicate) if isinstance(predicate, Not) else predicate
    )
    assert not_(Not(predicate)) == predicate


@given(predicates())
def test_a_join_of_one_predicate_is_that_predicate(predicate: Predicate) -> None:
    assert all_of(predicate) is predicate
    assert any_of(predicate) is predicate


def test_a_join_keeps_the_order_of_its_parts() -> None:
    parts = is_set("pupil"), is_set("filter")
    assert all_of(*parts) == AllOf(parts)
    assert any_of(*parts) == AnyOf(parts)
    assert all_of() == AllOf(())
    assert any_of() == AnyOf(())
