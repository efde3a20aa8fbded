"""Words for answers that are rare."""

from __future__ import annotations

from typing import get_args

from asnsolve.differences.compare import MembersDiffer, NameDiffers, OnlyIn
from asnsolve.differences.results import Result
from asnsolve.explanations.answers import (
    Change,
    ClauseAnswer,
    DroppedMembership,
    Explanation,
    LevelReason,
    Remedy,
    RuleAnswer,
    UnmetNeed,
)
from asnsolve.explanations.pair_answers import Absence, PairAnswer, Together
from asnsolve.rules.model import Law

REFUSAL = ClauseAnswer("a", passes=False, values=(("filter", None),), expected="filter is set")
OTHER = ClauseAnswer("b", passes=False, values=(), expected="pupil is set")
A = Result("00001", "Asn_A", "image3", "o001", "a", (("x_cal.fits", "science"),))


def told(
    *clauses: ClauseAnswer,
    needs: tuple[UnmetNeed, ...] = (),
    remedies: tuple[Remedy, ...] = (),
) -> list[str]:
    answer = RuleAnswer(
        "Asn_A",
        "v",
        3,
        "science",
        None,
        joins=False,
        clauses=clauses,
        unmet_needs=needs,
        remedies=remedies,
    )
    return str(Explanation("x", "00001", (), (answer,), "Asn_A")).splitlines()[2:]


def test_what_refuses_and_what_would_let_it_in() -> None:
    head = "Asn_A (v) of level 3 refuses it:"
    why = "  Clause a requires that FILTER is set, but FILTER is not set."
    assert told(REFUSAL) == [head, why]
    assert told(REFUSAL, OTHER) == [head, why, "  Clause b requires that pupil is set."]
    like, unset = Change("filter", "f200w", "y_uncal.fits"), Change("is_psf", None)
    assert told(REFUSAL, remedies=(Remedy((like, unset)),))[-1] == (
        "  If it had FILTER f200w, like y, and no IS_PSF, it would be taken."
    )
    assert told(REFUSAL, remedies=(Remedy((unset, like), "science"),))[-1] == (
        "  If there were another exposure like it, but with IS_PSF not set and FILTER f200w, as "
        "science, it would be taken."
    )
    assert told(REFUSAL, remedies=(Remedy((), "science"),))[-1] == (
        "  If there were another exposure like it, as science, it would be taken."
    )


def test_what_is_lacking() -> None:
    need = UnmetNeed(
        "the members take at least four values of patt_num", 3, 4, "values of PATT_NUM"
    )
    assert told(needs=(need,)) == [
        "Asn_A (v) of level 3 would take it as science, but other exposures are missing:",
        "  values of PATT_NUM: 3 found, at least 4 needed.",
    ]
    assert told() == [
        "Asn_A (v) of level 3 lets it in as science, but a later step of the rule leaves it out, "
        "or the association gave way to another one.",
    ]


def test_a_level_without_a_rule_for_the_type() -> None:
    refusal = ClauseAnswer("a", passes=False, values=(("exp_type", "x_dark"),), expected="never")
    answer = RuleAnswer(
        "Asn_A",
        "",
        3,
        "science",
        None,
        joins=False,
        clauses=(refusal,),
        for_its_type=False,
        remedies=(Remedy((Change("obs_num", "2", "y.fits"),)),),
    )
    reasons = (
        LevelReason(3, declared="darks end at level 1"),
        LevelReason(3, attached_as="psf", attached_by=(("program", "1"), ("obs_num", "3"))),
        LevelReason(3),
        LevelReason(2),
    )
    texts = [
        str(Explanation("x", "00001", (), (answer,), levels=(reason,))).splitlines()[2:]
        for reason in reasons
    ]
    assert texts == [
        ["Level 3 leaves it out: darks end at level 1."],
        [
            "Level 3 attaches it as psf to associations with OBS_NUM 3, but there are none.",
            "If it had OBS_NUM 2, like y, it would be taken.",
        ],
        ["No rule of level 3 is for EXP_TYPE x_dark."],
        ["There is no rule of level 2."],
    ]


def test_what_was_dropped_is_told_by_the_law_that_decided() -> None:
    dropped = tuple(
        DroppedMembership("Asn_A", "image3", "a3001", "p", "science", law, "f_asn.json", "Asn_B")
        for law in get_args(Law)
    )
    text = str(Explanation("x", "00001", (), (), dropped=dropped))
    assert text.splitlines()[1:] == [
        "  dropped: p of a3001 by Asn_A, because f_asn.json has all its files and comes from a "
        "candidate",
        "  dropped: p of a3001 by Asn_A, because f_asn.json has all its members in the same roles",
        "  dropped: p of a3001 by Asn_A, because f_asn.json has all its members and more",
        "  dropped: p of a3001 by Asn_A, because f_asn.json makes the same product of the same "
        "science files, and is preferred for its members, its background or its id",
    ]


def test_two_with_nothing_between_them() -> None:
    answer = PairAnswer("Asn_A", "", ("science", "psf"), (), (), (), share_scope=True)
    assert "could take them as science and psf, but makes no" in str(Together("x", "y", (answer,)))
    apart = PairAnswer(
        "Asn_A", "", ("science", "psf"), (), (("x", REFUSAL),), (), share_scope=False
    )
    assert str(Together("x", "y", (apart,))).splitlines()[3:] == [
        "  x is refused. Clause a requires that FILTER is set, but FILTER is not set.",
        "  no candidate for which the rule is solved names both",
    ]


def test_an_absence_that_changes_others() -> None:
    other = Result("00001", "Asn_A", "image3", "o001", "b", (("y_cal.fits", "science"),))
    differences = (
        OnlyIn("second", other),
        NameDiffers(A, other),
        MembersDiffer(
            A,
            other,
            (("z_cal.fits", "science"),),
            (("y_cal.fits", "science"),),
            (("w_cal.fits", "psf", "science"),),
        ),
    )
    text = str(Absence("x_uncal.fits", differences, tuple("pqrs")))
    assert text.splitlines() == [
        "Without x_uncal.fits:",
        "  new: image3 o001 of 00001 by Asn_A: b",
        "  renamed: image3 o001 of 00001 by Asn_A: a, now b",
        "  without it: image3 o001 of 00001 by Asn_A: a: z_cal.fits too, y_cal.fits joins, "
        "w_cal.fits becomes science, named b",
        "  no longer in any association: p, q, r and 1 more",
    ]
