"""The shared corpus: an example of every node of the rule language, and strategies for more.

Each example has an expression, what it is in English, and exposures with the truth of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from asnsolve.expr.build import (
    all_of,
    any_of,
    at_least,
    distinct,
    is_set,
    matches,
    not_,
    one_of,
    same,
)
from asnsolve.expr.nodes import AllOf, AnyOf, Constraint, Need, Not, OneOf, Predicate, Same

__all__ = [
    "ATTRIBUTES",
    "CONSTRAINTS",
    "KEYS",
    "NEEDS",
    "PREDICATES",
    "ROLES",
    "VALUES",
    "ConstraintExample",
    "Exposure",
    "Member",
    "PredicateExample",
    "Table",
    "constraints",
    "exposures",
    "groups",
    "needs",
    "predicates",
]

Exposure = dict[str, str | None]
Member = tuple[Exposure, str]
Expression_co = TypeVar("Expression_co", bound=Constraint, covariant=True)


@dataclass(frozen=True, slots=True)
class PredicateExample:
    """A predicate, its English, exposures that it admits and exposures that it refuses."""

    predicate: Predicate
    text: str
    admits: tuple[Exposure, ...] = ()
    refuses: tuple[Exposure, ...] = ()


@dataclass(frozen=True, slots=True)
class ConstraintExample(Generic[Expression_co]):
    """A constraint, its English, sets of members that meet it and sets that do not."""

    constraint: Expression_co
    text: str
    met: tuple[tuple[Member, ...], ...]
    unmet: tuple[tuple[Member, ...], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Exposures as dictionary-encoded columns."""

    exposures: Sequence[Exposure]

    def __len__(self) -> int:
        return len(self.exposures)

    def values(self, column: str) -> tuple[str, ...]:
        held = {exposure.get(column) for exposure in self.exposures}
        return tuple(sorted(value for value in held if value is not None))

    def codes(self, column: str) -> NDArray[np.int32]:
        place = {value: code for code, value in enumerate(self.values(column))}
        codes = [place.get(exposure.get(column) or "", -1) for exposure in self.exposures]
        return np.array(codes, dtype=np.int32)


PREDICATES = (
    PredicateExample(
        is_set("filter"),
        "filter is set",
        admits=({"filter": "f115w"}, {"filter": "clear", "pupil": None}),
        refuses=({"filter": None}, {}, {"pupil": "clear"}),
    ),
    PredicateExample(
        is_set("pupil", "grating"),
        "pupil, else grating is set",
        admits=({"pupil": "clear", "grating": None}, {"grating": "g140h"}),
        refuses=({}, {"pupil": None, "grating": None}, {"filter": "f115w"}),
    ),
    PredicateExample(
        not_(is_set("tsovisit")),
        "tsovisit is not set",
        admits=({}, {"tsovisit": None}),
        refuses=({"tsovisit": "t"},),
    ),
    PredicateExample(
        one_of("exp_type", "mir_image"),
        "exp_type is mir_image",
        admits=({"exp_type": "mir_image"},),
        refuses=({"exp_type": "mir_image2"}, {"exp_type": None}, {}),
    ),
    PredicateExample(
        one_of("exp_type", "nrc_image", "mir_image"),
        "exp_type is mir_image or nrc_image",
        admits=({"exp_type": "mir_image"}, {"exp_type": "nrc_image"}),
        refuses=({"exp_type": "nis_image"}, {}),
    ),
    PredicateExample(
        one_of("subarray", "full", "substrip256", "substrip80"),
        "subarray is full, substrip256 or substrip80",
        admits=({"subarray": "full"}, {"subarray": "substrip256"}, {"subarray": "substrip80"}),
        refuses=({"subarray": "substrip"}, {}),
    ),
    PredicateExample(
        one_of(("pupil", "grating"), "g140h"),
        "pupil, else grating is g140h",
        admits=({"pupil": "g140h"}, {"grating": "g140h"}, {"pupil": "g140h", "grating": "clear"}),
        refuses=({"pupil": "clear", "grating": "g140h"}, {}),
    ),
    PredicateExample(
        one_of("targprop", "or", "m 31", 'the "eye"', "none", "é", "never"),
        'targprop is "m 31", "never", none, "or", "the \\"eye\\"" or "\\u00e9"',
        admits=({"targprop": "or"}, {"targprop": 'the "eye"'}, {"targprop": "none"}),
        refuses=({"targprop": "m"}, {}),
    ),
    PredicateExample(
        not_(one_of("filter", "opaque")),
        "filter is not opaque",
        admits=({"filter": "f115w"}, {}, {"filter": None}),
        refuses=({"filter": "opaque"},),
    ),
    PredicateExample(
        not_(one_of("filter", "opaque", "mirror")),
        "filter is none of mirror and opaque",
        admits=({"filter": "f115w"}, {}),
        refuses=({"filter": "opaque"}, {"filter": "mirror"}),
    ),
    PredicateExample(
        matches("visitype", ".+WFSC.+"),
        'visitype matches ".+WFSC.+"',
        admits=({"visitype": "prime_wfsc_routine"}, {"visitype": "a\nwfsc\n"}),
        refuses=({"visitype": "wfsc"}, {"visitype": "prime_targeted_fixed"}, {}),
    ),
    PredicateExample(
        matches(("pupil", "grating"), r"gr\d+[rc]"),
        'pupil, else grating matches "gr\\\\d+[rc]"',
        admits=({"pupil": "gr150r"}, {"grating": "gr150c"}),
        refuses=({"pupil": "clear", "grating": "gr150c"}, {"grating": "gr150cx"}, {}),
    ),
    PredicateExample(
        not_(matches("visitype", ".*wfsc.*")),
        'visitype does not match ".*wfsc.*"',
        admits=({"visitype": "prime_targeted_fixed"}, {}),
        refuses=({"visitype": "wfsc"},),
    ),
    PredicateExample(
        all_of(is_set("visitype"), not_(matches("visitype", ".*wfsc.*"))),
        'visitype is set and visitype does not match ".*wfsc.*"',
        admits=({"visitype": "prime_targeted_fixed"},),
        refuses=({"visitype": "wfsc"}, {}),
    ),
    PredicateExample(
        any_of(not_(is_set("tsovisit")), matches("tsovisit", "[^t]")),
        'tsovisit is not set or tsovisit matches "[^t]"',
        admits=({}, {"tsovisit": "x"}),
        refuses=({"tsovisit": "t"}, {"tsovisit": "xx"}),
    ),
    PredicateExample(
        any_of(one_of("filter", "clear"), is_set("pupil", "grating")),
        "filter is clear or pupil, else grating is set",
        admits=({"filter": "clear"}, {"grating": "g140h"}),
        refuses=({"filter": "f115w"}, {}),
    ),
    PredicateExample(
        all_of(
            one_of("instrume", "nirspec", "niriss"),
            any_of(all_of(is_set("filter"), is_set("grating")), one_of("pupil", "clear")),
            not_(one_of("filter", "opaque", "mirror")),
        ),
        "(instrume is niriss or nirspec) and ((filter is set and grating is set) or pupil is clear)"
        " and (filter is none of mirror and opaque)",
        admits=(
            {"instrume": "nirspec", "filter": "clear", "grating": "g140h"},
            {"instrume": "niriss", "pupil": "clear"},
        ),
        refuses=(
            {"instrume": "nirspec", "filter": "opaque", "grating": "g140h"},
            {"instrume": "nircam", "pupil": "clear"},
            {"instrume": "niriss"},
        ),
    ),
    PredicateExample(
        not_(all_of(is_set("filter"), is_set("pupil"))),
        "it is not so that (filter is set and pupil is set)",
        admits=({}, {"filter": "clear"}, {"pupil": "clear"}),
        refuses=({"filter": "clear", "pupil": "clear"},),
    ),
    PredicateExample(
        all_of(not_(any_of(is_set("filter"), is_set("pupil"))), is_set("grating")),
        "it is not so that (filter is set or pupil is set) and grating is set",
        admits=({"grating": "g140h"},),
        refuses=({}, {"grating": "g140h", "pupil": "clear"}),
    ),
    PredicateExample(
        Not(Not(is_set("filter"))),
        "it is not so that (filter is not set)",
        admits=({"filter": "clear"},),
        refuses=({},),
    ),
    PredicateExample(AllOf(()), "always", admits=({}, {"filter": "clear"})),
    PredicateExample(AnyOf(()), "never", refuses=({}, {"filter": "clear"})),
    PredicateExample(not_(all_of()), "it is not so that (always)", refuses=({},)),
    PredicateExample(
        any_of(one_of("filter", "clear"), all_of()),
        "filter is clear or always",
        admits=({}, {"filter": "clear"}),
    ),
    PredicateExample(
        all_of(is_set("filter"), any_of()),
        "filter is set and never",
        refuses=({}, {"filter": "clear"}),
    ),
    PredicateExample(
        one_of("filter", "clear", "always"),
        'filter is "always" or clear',
        admits=({"filter": "always"}, {"filter": "clear"}),
        refuses=({"filter": "f115w"}, {}),
    ),
    PredicateExample(
        is_set("exposure"),
        "exposure is set",
        admits=({"exposure": "1"},),
        refuses=({"exposure": None},),
    ),
    PredicateExample(
        AllOf((OneOf(("filter",), ("clear", "f115w")),)),
        "(filter is clear or f115w)",
        admits=({"filter": "clear"},),
        refuses=({},),
    ),
)
"""Predicates of every shape."""

_SCIENCE: Member = ({"targetid": "1", "filter": "clear"}, "science")
_OTHER: Member = ({"targetid": "2", "filter": "clear"}, "science")
_PSF: Member = ({"targetid": "3", "filter": "f115w"}, "psf")
_BLANK: Member = ({"targetid": None}, "science")
_UNAIMED_PSF: Member = ({"filter": "clear"}, "psf")

KEYS: tuple[ConstraintExample[Same], ...] = (
    ConstraintExample(
        same("targetid"),
        "all members share one targetid",
        met=((_SCIENCE,), (_SCIENCE, _SCIENCE)),
        unmet=((_SCIENCE, _OTHER), (_SCIENCE, _PSF), (_SCIENCE, _BLANK), (_BLANK,)),
    ),
    ConstraintExample(
        same("targetid", roles=("science",)),
        "all science members share one targetid",
        met=((_SCIENCE, _PSF), (_SCIENCE, _UNAIMED_PSF), (_SCIENCE, _PSF, _UNAIMED_PSF)),
        unmet=((_SCIENCE, _OTHER), (_SCIENCE, _BLANK)),
    ),
    ConstraintExample(
        same("targetid", roles=("science", "psf", "background")),
        "all background, psf and science members share one targetid",
        met=((_SCIENCE, _SCIENCE),),
        unmet=((_SCIENCE, _PSF), (_UNAIMED_PSF,)),
    ),
    ConstraintExample(
        same("targetid", optional=True),
        "all members that have one share one targetid",
        met=((_SCIENCE, _BLANK), (_BLANK,), (_SCIENCE, _UNAIMED_PSF)),
        unmet=((_SCIENCE, _PSF), (_SCIENCE, _BLANK, _OTHER)),
    ),
    ConstraintExample(
        same("targetid", "filter", roles="psf", optional=True),
        "all psf members that have one share one targetid, else filter",
        met=((_SCIENCE, _OTHER, _PSF), (_SCIENCE, _UNAIMED_PSF)),
        unmet=((_PSF, _UNAIMED_PSF),),
    ),
)
"""Keys of every shape: sets whose members may stand together, and sets whose members may not."""

NEEDS: tuple[ConstraintExample[Need], ...] = (
    ConstraintExample(
        at_least(1, "psf"),
        "there is at least one psf member",
        met=((_PSF,), (_SCIENCE, _PSF, _PSF)),
        unmet=((_SCIENCE,), (_SCIENCE, _OTHER)),
    ),
    ConstraintExample(
        at_least(2, "science"),
        "there are at least two science members",
        met=((_SCIENCE, _SCIENCE), (_SCIENCE, _PSF, _OTHER)),
        unmet=((_SCIENCE,), (_SCIENCE, _PSF)),
    ),
    ConstraintExample(
        at_least(12, "science"),
        "there are at least 12 science members",
        met=((_SCIENCE,) * 12,),
        unmet=((_SCIENCE,) * 11,),
    ),
    ConstraintExample(
        distinct(2, "targetid"),
        "the members take at least two values of targetid",
        met=((_SCIENCE, _OTHER), (_SCIENCE, _SCIENCE, _PSF)),
        unmet=((_SCIENCE, _SCIENCE), (_SCIENCE, _BLANK), (_BLANK,)),
    ),
    ConstraintExample(
        distinct(3, "targetid", "filter"),
        "the members take at least three values of targetid, else filter",
        met=((_SCIENCE, _OTHER, _UNAIMED_PSF),),
        unmet=((_SCIENCE, _OTHER, _OTHER), (_SCIENCE, _OTHER, _BLANK)),
    ),
)
"""Needs of every shape: sets that meet them, and sets that do not."""

CONSTRAINTS: tuple[ConstraintExample[Constraint], ...] = (*KEYS, *NEEDS)
"""Constraints of every shape."""

ATTRIBUTES = ("filter", "exposure", "it", "else")
"""Attributes of the strategies: two are words of the English grammar."""

VALUES = (
    "f115w",
    "f1",
    "or",
    "and",
    "a b",
    'x"y',
    "none",
    "always",
    "set",
    "so",
    "lrs-slitless",
    "é\n",
    "x, y",
    "is",
    "filter",
)
"""Values of the strategies: many look like grammar."""

ROLES = ("science", "psf", "members", "one")
"""Roles of the strategies."""

_PATTERNS = (".*", "F1.*", "[^t]", "(or|and)", '.+"y', r"\w+", "é.", "")


def _sources() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=2, unique=True).map(tuple)


def _leaves() -> st.SearchStrategy[Predicate]:
    values = st.lists(st.sampled_from(VALUES), min_size=1, max_size=4)
    return st.one_of(
        _sources().map(lambda sources: is_set(*sources)),
        st.builds(lambda sources, chosen: one_of(sources, *chosen), _sources(), values),
        st.builds(matches, _sources(), st.sampled_from(_PATTERNS)),
    )


def predicates() -> st.SearchStrategy[Predicate]:
    """Return predicates of any shape, odd ones such as a join of one or of none included."""
    return st.recursive(
        _leaves(),
        lambda inner: st.one_of(
            inner.map(Not),
            st.lists(inner, max_size=3).map(lambda parts: AllOf(tuple(parts))),
            st.lists(inner, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        ),
        max_leaves=8,
    )


def exposures() -> st.SearchStrategy[Exposure]:
    """Return exposures with some attributes set, some not and some absent."""
    cells = st.none() | st.sampled_from(VALUES)
    return st.fixed_dictionaries({}, optional=dict.fromkeys(ATTRIBUTES, cells))


def groups() -> st.SearchStrategy[list[Member]]:
    """Return members with their roles, at least one."""
    return st.lists(st.tuples(exposures(), st.sampled_from(ROLES)), min_size=1, max_size=5)


def needs() -> st.SearchStrategy[Need]:
    """Return needs of any shape."""
    return st.one_of(
        st.builds(at_least, st.integers(1, 12), st.sampled_from(ROLES)),
        st.builds(lambda n, sources: distinct(n, *sources), st.integers(2, 12), _sources()),
    )


def constraints() -> st.SearchStrategy[Constraint]:
    """Return keys and needs of any shape."""
    bound = st.none() | st.lists(st.sampled_from(ROLES), min_size=1)
    keys = st.builds(
        lambda sources, roles, optional: same(*sources, roles=roles, optional=optional),
        _sources(),
        bound,
        st.booleans(),
    )
    return st.one_of(needs(), keys)
