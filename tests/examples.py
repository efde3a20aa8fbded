"""The shared corpus: an example of every node of the rule language, and strategies for more.

Each example has an expression, what it is in English, and exposures with the truth of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import astropy.units as u
import numpy as np
from astropy.time import Time
from hypothesis import strategies as st
from numpy.typing import NDArray

from asnsolve.expr.build import (
    above,
    all_of,
    any_of,
    at_least,
    at_most,
    below,
    between,
    distinct,
    exactly,
    is_set,
    linked,
    linked_sky,
    matches,
    named,
    not_,
    one_of,
    same,
    spread,
    within,
)
from asnsolve.expr.build_measured import in_range
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    Constraint,
    InRange,
    Linked,
    LinkedSky,
    MeasuredKey,
    Need,
    Not,
    OneOf,
    PlainNeed,
    Predicate,
    Same,
    Spread,
)
from asnsolve.pool.measures import MJD

__all__ = [
    "ATTRIBUTES",
    "CONSTRAINTS",
    "KEYS",
    "NAMES",
    "NEEDS",
    "PREDICATES",
    "ROLES",
    "TYPES",
    "VALUES",
    "ConstraintExample",
    "Exposure",
    "Group",
    "Member",
    "PredicateExample",
    "Table",
    "constraints",
    "exposures",
    "groups",
    "keys",
    "needs",
    "predicates",
]

Exposure = dict[str, str | None]
Member = tuple[Exposure, str]
Group = tuple[list[Member], str | None]
"""Members, and the type of the candidate in which they were found, if in one."""

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
    """A constraint, its English, sets of members that meet it and sets that do not.

    The sets were found in a candidate of `candidate_type`; None: in the whole pool.
    """

    constraint: Expression_co
    text: str
    met: tuple[tuple[Member, ...], ...] = ()
    unmet: tuple[tuple[Member, ...], ...] = ()
    candidate_type: str | None = None


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


_SERIES = named("a time series", one_of("tsovisit", "t"))
_LIT = named("lit-2", any_of(_SERIES, all_of(is_set("filter"), is_set("grating"))))

PREDICATES = (
    PredicateExample(
        _SERIES,
        "it is [a time series]",
        admits=({"tsovisit": "t"},),
        refuses=({"tsovisit": "x"}, {"tsovisit": None}, {}),
    ),
    PredicateExample(
        not_(_SERIES),
        "it is not [a time series]",
        admits=({"tsovisit": "x"}, {}),
        refuses=({"tsovisit": "t"},),
    ),
    PredicateExample(
        _LIT,
        "it is [lit-2]",
        admits=({"tsovisit": "t"}, {"filter": "clear", "grating": "g140h"}),
        refuses=({"filter": "clear"}, {}),
    ),
    PredicateExample(
        any_of(all_of(_LIT, not_(_SERIES)), one_of("band", "long", "short")),
        "(it is [lit-2] and it is not [a time series]) or (band is long or short)",
        admits=({"filter": "clear", "grating": "g140h"}, {"band": "long", "tsovisit": "t"}),
        refuses=({"tsovisit": "t"}, {"band": "medium"}, {}),
    ),
    PredicateExample(
        Not(Not(_SERIES)),
        "it is not so that (it is not [a time series])",
        admits=({"tsovisit": "t"},),
        refuses=({},),
    ),
    PredicateExample(
        named("anything", all_of()),
        "it is [anything]",
        admits=({}, {"filter": "clear"}),
    ),
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
    PredicateExample(
        above("duration", 10 * u.s),
        "duration is above 10 s",
        admits=({"duration": "10.5"}, {"duration": "1e3"}),
        refuses=({"duration": "10"}, {"duration": "9"}, {"duration": "long"}, {}),
    ),
    PredicateExample(
        not_(below("duration", -0.25)),
        "duration is not below -0.25",
        admits=({"duration": "-0.25"}, {"duration": "0"}, {}),
        refuses=({"duration": "-1"},),
    ),
    PredicateExample(
        any_of(between("expstart", Time(59812.5, format="mjd"), "2022-09-01"), is_set("filter")),
        "(expstart is between 59812.5 and 59823 mjd) or filter is set",
        admits=({"expstart": "59812.5"}, {"expstart": "59823"}, {"filter": "clear"}),
        refuses=({"expstart": "59812.4"}, {"expstart": "59823.1"}, {}),
    ),
    PredicateExample(
        all_of(above(("duration", "expstart"), 1 * u.Jy), one_of("filter", "above", "5")),
        'duration, else expstart is above 1 "Jy" and (filter is 5 or "above")',
        admits=({"duration": "2", "filter": "above"}, {"expstart": "2", "filter": "5"}),
        refuses=({"duration": "1", "expstart": "2", "filter": "above"}, {"duration": "2"}),
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
_PARALLEL: Member = ({"targetid": "4", "pupil": "gr150r", "band": "1"}, "science")
_OTHER_PARALLEL: Member = ({"targetid": "4", "pupil": "gr150r", "band": "2"}, "science")
_UNTIED_PARALLEL: Member = ({"targetid": "1", "pupil": "gr150r"}, "science")
_SLIT: Member = ({"fxd_slit": "s1600a1"}, "science")
_OTHER_SLIT: Member = ({"fxd_slit": "s400a1"}, "science")
_BOTH_SLITS: Member = ({"fxd_slit": "s200a1"}, "science")
_BOTH_SLITS_PSF: Member = ({"fxd_slit": "s200a2"}, "psf")

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
    ConstraintExample(
        same("targetid", where=one_of("filter", "clear")),
        "all members for which (filter is clear) share one targetid",
        met=((_SCIENCE, _PSF), (_SCIENCE, _BLANK), (_PSF, _BLANK)),
        unmet=((_SCIENCE, _OTHER), (_UNAIMED_PSF,)),
    ),
    ConstraintExample(
        same("targetid", roles="science", where=not_(one_of("filter", "f115w")), optional=True),
        "all science members for which (filter is not f115w) that have one share one targetid",
        met=((_SCIENCE, _PSF, _UNAIMED_PSF), (_SCIENCE, _BLANK)),
        unmet=((_SCIENCE, _OTHER), (_SCIENCE, _BLANK, _OTHER)),
    ),
    ConstraintExample(
        same("fxd_slit", open_values=("s200a1", "s200a2")),
        "all members share one fxd_slit, beside which s200a1 and s200a2 may stand",
        met=((_SLIT, _BOTH_SLITS), (_BOTH_SLITS, _BOTH_SLITS_PSF), (_SLIT, _BOTH_SLITS_PSF)),
        unmet=((_SLIT, _OTHER_SLIT), (_SLIT, _BOTH_SLITS, _OTHER_SLIT), (_SLIT, _BLANK)),
    ),
    ConstraintExample(
        same("targetid", instead=(is_set("pupil"), "band")),
        "all members share one targetid; those for which (pupil is set) share one band instead",
        met=((_PARALLEL, _PARALLEL), (_PARALLEL, _SCIENCE), (_SCIENCE, _SCIENCE)),
        unmet=(
            (_PARALLEL, _OTHER_PARALLEL),
            (_PARALLEL, _OTHER),
            (_UNTIED_PARALLEL,),
            (_SCIENCE, _UNTIED_PARALLEL),
        ),
    ),
    ConstraintExample(
        same("targetid", instead=(is_set("pupil"), "band"), optional=True),
        "all members that have one share one targetid; "
        "those for which (pupil is set) share one band instead",
        met=((_SCIENCE, _UNTIED_PARALLEL), (_OTHER, _UNTIED_PARALLEL), (_PARALLEL, _BLANK)),
        unmet=((_PARALLEL, _OTHER), (_PARALLEL, _OTHER_PARALLEL, _UNTIED_PARALLEL)),
    ),
    ConstraintExample(
        same(
            "targetid",
            "filter",
            roles=("science", "psf"),
            optional=True,
            where=not_(_SERIES),
            open_values=("3", "a 4", "or"),
            instead=(any_of(is_set("pupil"), is_set("fxd_slit")), ("band", "fxd_slit")),
        ),
        "all psf and science members for which (it is not [a time series]) that have one share one "
        'targetid, else filter, beside which 3, "a 4" and "or" may stand; '
        "those for which (pupil is set or fxd_slit is set) share one band, else fxd_slit instead",
        met=(
            (_SCIENCE, _PSF),
            (_SCIENCE, _PSF, _PARALLEL),
            (_OTHER, ({"targetid": "1", "tsovisit": "t"}, "science")),
            (_OTHER, ({"targetid": "1"}, "background")),
            (_SCIENCE, _UNTIED_PARALLEL),
            (_BOTH_SLITS, ({"targetid": "1", "pupil": "clear", "band": "or"}, "psf")),
        ),
        unmet=(
            (_SCIENCE, _OTHER),
            (_SCIENCE, _OTHER_PARALLEL),
            (_SCIENCE, _UNAIMED_PSF),
            (_SLIT, _BOTH_SLITS),
        ),
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
    ConstraintExample(
        at_least(1),
        "there is at least one member",
        met=((_SCIENCE,), (_PSF, _SCIENCE)),
    ),
    ConstraintExample(
        at_least(2),
        "there are at least two members",
        met=((_SCIENCE, _SCIENCE), (_SCIENCE, _PSF), (_PSF, _BLANK, _OTHER)),
        unmet=((_SCIENCE,), (_PSF,)),
    ),
    ConstraintExample(
        within("mosaic", distinct(2, "targetid")),
        "in mosaic candidates, the members take at least two values of targetid",
        met=((_SCIENCE, _OTHER),),
        unmet=((_SCIENCE, _SCIENCE), (_BLANK,)),
        candidate_type="mosaic",
    ),
    ConstraintExample(
        within(("mosaic", "group", "background"), at_least(2)),
        "in background, group and mosaic candidates, there are at least two members",
        met=((_SCIENCE, _PSF),),
        unmet=((_SCIENCE,),),
        candidate_type="group",
    ),
    ConstraintExample(
        within(("mosaic", "group"), at_least(2, "psf")),
        "in group and mosaic candidates, there are at least two psf members",
        met=((_SCIENCE,), (_PSF,), (_PSF, _PSF)),
        candidate_type="observation",
    ),
    ConstraintExample(
        within("observation", at_least(1, "psf")),
        "in observation candidates, there is at least one psf member",
        met=((_SCIENCE,), (_PSF,)),
    ),
    ConstraintExample(
        at_most(1, "science"),
        "there is at most one science member",
        met=((_SCIENCE,), (_SCIENCE, _PSF), (_PSF,)),
        unmet=((_SCIENCE, _OTHER, _PSF),),
    ),
    ConstraintExample(
        at_most(2),
        "there are at most two members",
        met=((_SCIENCE,), (_SCIENCE, _PSF)),
        unmet=((_SCIENCE, _OTHER, _PSF),),
    ),
    ConstraintExample(
        at_most(0, "psf"),
        "there is no psf member",
        met=((_SCIENCE,),),
        unmet=((_SCIENCE, _PSF),),
    ),
    ConstraintExample(
        exactly(1, "psf"),
        "there is exactly one psf member",
        met=((_SCIENCE, _PSF), (_PSF,)),
        unmet=((_SCIENCE,), (_PSF, _PSF)),
    ),
    ConstraintExample(
        exactly(3),
        "there are exactly three members",
        met=((_SCIENCE, _OTHER, _PSF),),
        unmet=((_SCIENCE, _PSF), (_SCIENCE, _OTHER, _PSF, _PSF)),
    ),
    ConstraintExample(
        distinct(2, "targetid", role="science"),
        "the science members take at least two values of targetid",
        met=((_SCIENCE, _OTHER), (_SCIENCE, _OTHER, _PSF)),
        unmet=((_SCIENCE, _PSF), (_PSF,), (_SCIENCE, _SCIENCE), (_SCIENCE, _BLANK)),
    ),
    ConstraintExample(
        within("observation", exactly(2, "science")),
        "in observation candidates, there are exactly two science members",
        met=((_SCIENCE, _OTHER),),
        unmet=((_SCIENCE,),),
        candidate_type="observation",
    ),
    ConstraintExample(
        within("mosaic", distinct(2, "targetid", role="science")),
        "in mosaic candidates, the science members take at least two values of targetid",
        met=((_SCIENCE, _OTHER),),
        unmet=((_SCIENCE, _PSF),),
        candidate_type="mosaic",
    ),
    ConstraintExample(
        within("mosaic", at_most(1)),
        "in mosaic candidates, there is at most one member",
        met=((_SCIENCE, _PSF),),
        candidate_type="group",
    ),
)
"""Needs of every shape: sets that meet them, and sets that do not."""

MEASURED_KEYS: tuple[ConstraintExample[MeasuredKey], ...] = (
    ConstraintExample(
        linked("expstart", within=30 * u.day, roles="science", optional=True),
        "all science members that have one are in one chain of expstart with gaps of at most 30 d",
    ),
    ConstraintExample(
        linked_sky("targ_ra", "targ_dec", within=2 * u.arcmin),
        "all members are in one chain of targ_ra and targ_dec with gaps of at most 2 arcmin",
    ),
    ConstraintExample(
        spread("pa_v3", at_most=1.5 * u.deg, where=is_set("filter")),
        "all members for which (filter is set) are within 1.5 deg of one another in pa_v3",
    ),
    ConstraintExample(
        spread("nints", at_most=2), "all members are within 2 of one another in nints"
    ),
)
"""Keys that compare numbers; `tests/solvers/test_measured_parts.py` has what they divide."""

CONSTRAINTS: tuple[ConstraintExample[Constraint], ...] = (*KEYS, *MEASURED_KEYS, *NEEDS)
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
    "5",
    "-2.5",
    "below",
)
"""Values of the strategies: many look like grammar."""

ROLES = ("science", "psf", "members", "one")
"""Roles of the strategies."""

TYPES = ("mosaic", "group", "candidates", "in")
"""Types of candidates of the strategies."""

_SECOND = any_of(one_of("filter", "f1", "or"), not_(is_set("exposure")))

NAMES: dict[str, Predicate] = {
    "a star": is_set("filter"),
    "it is not": _SECOND,
    "or-1": all_of(named("it is not", _SECOND), matches("else", ".*")),
    "always": one_of("it", "and", "is", "set"),
    "never": any_of(),
}
"""Names of predicates of the strategies, with what each stands for."""

_PATTERNS = (".*", "F1.*", "[^t]", "(or|and)", '.+"y', r"\w+", "é.", "")


def _sources() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=2, unique=True).map(tuple)


def _ranges() -> st.SearchStrategy[InRange]:
    limits = st.sampled_from((-2.5, 0.0, 5.0, 1e30)) | st.floats(-9, 9)
    units = st.sampled_from(("", "s", MJD, "m / s", "Jy"))

    def made(sources: tuple[str, ...], low: float, high: float, unit: str, side: str) -> InRange:
        least, most = sorted((low + 0.0, high + 0.0))
        low_limit = None if side == "below" else least
        high_limit = None if side == "above" else most
        return in_range(sources, low_limit, high_limit, unit)

    sides = st.sampled_from(("above", "below", "both"))
    return st.builds(made, _sources(), limits, limits, units, sides)


def _leaves() -> st.SearchStrategy[Predicate]:
    values = st.lists(st.sampled_from(VALUES), min_size=1, max_size=4)
    return st.one_of(
        _sources().map(lambda sources: is_set(*sources)),
        st.builds(lambda sources, chosen: one_of(sources, *chosen), _sources(), values),
        st.builds(matches, _sources(), st.sampled_from(_PATTERNS)),
        _ranges(),
        st.sampled_from([named(name, meaning) for name, meaning in NAMES.items()]),
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


def groups() -> st.SearchStrategy[Group]:
    """Return members with their roles, at least one, found in a candidate or in none."""
    members = st.lists(st.tuples(exposures(), st.sampled_from(ROLES)), min_size=1, max_size=5)
    return st.tuples(members, st.none() | st.sampled_from(TYPES))


def _plain_needs() -> st.SearchStrategy[PlainNeed]:
    roles = st.none() | st.sampled_from(ROLES)
    return st.one_of(
        st.builds(at_least, st.integers(1, 12), roles),
        st.builds(at_most, st.integers(1, 12), roles),
        st.builds(exactly, st.integers(1, 12), roles),
        st.sampled_from(ROLES).map(lambda role: at_most(0, role)),
        st.builds(
            lambda n, sources, role: distinct(n, *sources, role=role),
            st.integers(2, 12),
            _sources(),
            roles,
        ),
    )


def needs() -> st.SearchStrategy[Need]:
    """Return needs of any shape."""
    types = st.lists(st.sampled_from(TYPES), min_size=1)
    return st.one_of(_plain_needs(), st.builds(within, types, _plain_needs()))


def keys() -> st.SearchStrategy[Same]:
    """Return keys of any shape."""
    return st.builds(
        lambda sources, **options: same(*sources, **options),
        _sources(),
        roles=st.none() | st.lists(st.sampled_from(ROLES), min_size=1),
        optional=st.booleans(),
        where=st.none() | predicates(),
        open_values=st.lists(st.sampled_from(VALUES), max_size=3),
        instead=st.none() | st.tuples(predicates(), _sources()),
    )


def constraints() -> st.SearchStrategy[Constraint]:
    """Return keys and needs of any shape."""
    return st.one_of(needs(), keys(), measured_keys())


def measured_keys() -> st.SearchStrategy[MeasuredKey]:
    """Return keys that compare numbers, of any shape."""
    options = {
        "width": st.sampled_from((0.0, 0.5, 30.0, 1e-7)) | st.floats(0, 400),
        "unit": st.sampled_from(("", "d", "deg", "arcmin", "km / s")),
        "roles": st.none() | st.sets(st.sampled_from(ROLES), min_size=1).map(sorted).map(tuple),
        "optional": st.booleans(),
        "where": st.none() | predicates(),
    }
    columns = st.lists(st.sampled_from(ATTRIBUTES), min_size=2, max_size=2, unique=True).map(tuple)
    one = st.sampled_from(ATTRIBUTES).map(lambda name: (name,))
    return st.one_of(
        st.builds(Linked, one, **options),
        st.builds(LinkedSky, columns, **options),
        st.builds(Spread, one, **options),
    )
