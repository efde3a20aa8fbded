"""Words for answers that are rare."""

from __future__ import annotations

from typing import get_args

from asnsolve.differences.compare import MembersDiffer, NameDiffers, OnlyIn
from asnsolve.differences.results import Result
from asnsolve.explanations.answers import (
    Absence,
    ClauseAnswer,
    DroppedMembership,
    Explanation,
    PairAnswer,
    RuleAnswer,
    Together,
)
from asnsolve.rules.model import Law

REFUSAL = ClauseAnswer("a", passes=False, values=(("filter", None),), expected="filter is set")
OTHER = ClauseAnswer("b", passes=False, values=(), expected="pupil is set")
A = Result("00001", "Asn_A", "image3", "o001", "a", (("x_cal.fits", "science"),))


def told(clauses: tuple[ClauseAnswer, ...], to_give: tuple[str, ...] | None) -> list[str]:
    answer = RuleAnswer(
        "Asn_A", "v", 3, "science", None, joins=False, clauses=clauses, to_give=to_give
    )
    return str(Explanation("x", "00001", (), (answer,), "Asn_A")).splitlines()[2:]


def test_what_would_have_to_give() -> None:
    head = "Asn_A (v) of level 3 refuses it, by a:"
    why = "  a: expected that filter is set, but filter is not set"
    assert told((REFUSAL,), ("a",)) == [head, why, "  Without that clause it would be in."]
    assert told((REFUSAL,), None) == [head, why]
    assert told((REFUSAL, OTHER), ("a", "b"))[-1] == (
        "  Without these 2 clauses it would be in; fewer are not enough."
    )
    assert told((REFUSAL, OTHER), ("b",))[-1] == "  To let it in, the clause b would have to give."
    assert told((REFUSAL,), ("a", "candidate", "need: there is one", "steps"))[-1] == (
        "  To let it in, the clause a, the choice of candidates, the need that there is one and "
        "the steps after the search would have to give."
    )


def test_what_is_let_in_and_has_no_place() -> None:
    assert told((), ()) == [
        "Asn_A (v) of level 3 lets it in as science, but has no room for it.",
        "  Its association gave way to one of another rule.",
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
        "science files, and goes first by its members, its background or its id",
    ]


def test_rules_that_are_further_away() -> None:
    near, far = (
        RuleAnswer(name, "", 3, "science", None, joins=False, clauses=clauses)
        for name, clauses in (("Asn_A", (REFUSAL,)), ("Asn_B", ()))
    )
    text = str(Explanation("x", "00001", (), (near, far)))
    assert text.endswith("\nFurther rules, the nearest first: Asn_B (no place for it)")


def test_two_with_nothing_between_them() -> None:
    answer = PairAnswer("Asn_A", "", ("science", "psf"), (), (), (), share_scope=True)
    assert "takes them as science and psf with equal keys, but has no" in str(
        Together("x", "y", (answer,))
    )
    apart = PairAnswer(
        "Asn_A", "", ("science", "psf"), (), (("x", REFUSAL),), (), share_scope=False
    )
    assert str(Together("x", "y", (apart,))).splitlines()[3:] == [
        "  x is refused by a: expected that filter is set, but filter is not set",
        "  no candidate in which the rule is solved names both",
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
        "  named anew: image3 o001 of 00001 by Asn_A: a, then b",
        "  without it: image3 o001 of 00001 by Asn_A: a: z_cal.fits too, y_cal.fits joins, "
        "w_cal.fits becomes science, named b",
        "  no longer in any association: p, q, r and 1 more",
    ]
