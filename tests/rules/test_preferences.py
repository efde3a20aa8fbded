"""The step that keeps the best members: how it is said, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import astropy.units as u
import pytest

from asnsolve import load_rules
from asnsolve.errors import ExpressionError, RuleError
from asnsolve.expr.build import is_set, one_of, same
from asnsolve.pool.measures import declination, number, right_ascension, time
from asnsolve.rules.model import Cases
from asnsolve.rules.preferences import best, sky
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import Best, Sky, asked_by, compared_in
from tests.rules.small import rule, unchecked

MEASURES = (
    time("expstart"),
    right_ascension("targ_ra"),
    declination("targ_dec"),
    number("nints"),
)
STEP = best("background", nearest="expstart")


def loaded(step: Best) -> Best:
    """Return the step as it is once a rule with backgrounds is loaded."""
    roles = Cases(((is_set("bkgdtarg"), "background"),), "science")
    rules = RuleSet("best", (rule(roles=roles, steps=(step,)),), measures=MEASURES)
    (found,) = load_rules(rules).rules[0].steps
    assert isinstance(found, Best)
    return found


def test_the_function_makes_one_condition_of_each_preference() -> None:
    both = (same("detector"), one_of("filter", "f200w"))
    step = best("Background", prefer=[both, same("detector")], nearest=" EXPSTART ", at_most=2)
    assert step == Best("background", (both, (same("detector"),)), "expstart", 2)
    assert best("psf", prefer=same("detector")).prefer == ((same("detector"),),)
    assert sky("TARG_RA", "targ_dec") == Sky("targ_ra", "targ_dec")


def test_a_step_says_which_attributes_it_compares_and_what_it_tests() -> None:
    step = best(
        "psf",
        prefer=[(same("band", "grating"), is_set("lamp")), same("detector")],
        nearest=sky("targ_ra", "targ_dec"),
    )
    assert compared_in(step) == ("band", "grating", "detector", "targ_ra", "targ_dec")
    assert asked_by(step) == (is_set("lamp"),)


@pytest.mark.parametrize(
    ("step", "width", "unit"),
    [
        (replace(STEP), None, "d"),
        (best("background", nearest="expstart", within=12 * u.hour), 0.5, "d"),
        (best("background", nearest="nints", within=3), 3.0, ""),
        (
            best("background", nearest=sky("targ_ra", "targ_dec"), within=6 * u.arcmin),
            pytest.approx(0.1),
            "deg",
        ),
        (best("background"), None, ""),
    ],
    ids=str,
)
def test_distances_are_in_the_unit_of_the_column(step: Best, width: object, unit: str) -> None:
    assert (loaded(step).within, loaded(step).unit) == (width, unit)
    assert loaded(loaded(step)) == loaded(step)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"at_most": 1.5}, "best() counts to 1.5; expected a whole number"),
        ({"prefer": "detector"}, "best('background') prefers 'detector'; expected conditions"),
        ({"prefer": {same("detector")}}, "prefers a set"),
        ({"prefer": ["detector"]}, "expected a predicate"),
        ({"nearest": "the start"}, "'the start' is not a name of an attribute"),
        ({"nearest": "expstart", "within": "2024-01-01"}, "best('background') compares with a"),
        ({"nearest": "expstart", "within": [1]}, "cannot be compared with"),
    ],
    ids=str,
)
def test_arguments_of_the_wrong_kind_are_refused(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        best("background", **arguments)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("step", "field", "said"),
    [
        (
            best("science"),
            "steps[0].role",
            "'science' is not a role of members beside science; expected one of background",
        ),
        (best("bakground"), "steps[0].role", "Did you mean background?"),
        (best("background", at_most=0), "steps[0].at_most", "is 0; expected 1 or more"),
        (
            best("background", within=1),
            "steps[0].within",
            "limits a distance, but nothing says where members are near",
        ),
        (replace(STEP, within=-1.0, unit="d"), "steps[0].within", "is -1.0; expected a distance"),
        (best("background", otherwise=False), "steps[0].otherwise", "keeps no member"),
        (replace(STEP, note="exptype"), "steps[0].note", "is 'exptype'; expected a key"),
        (replace(STEP, note="how good"), "steps[0].note", "is 'how good'"),
        (
            best("background", prefer=same("detector", optional=True)),
            "steps[0].prefer[0]",
            "compares two members, so that it can only name attributes",
        ),
        (replace(STEP, prefer=((),)), "steps[0].prefer[0]", "is empty, and always holds"),
        (best("background", nearest="detector"), "steps[0].nearest", "is a column of words"),
        (best("background", nearest="expstat"), "steps[0].nearest", "Did you mean expstart"),
        (
            best("background", nearest="expstart", within=1 * u.m),
            "steps[0].within",
            "is compared with a distance in m; expected a distance in d, such as 1 * u.day",
        ),
        (
            best("background", nearest=sky("targ_dec", "targ_ra")),
            "steps[0].nearest",
            "targ_dec and targ_ra are not a position on the sky",
        ),
        (best("background", prefer=same("detecto")), "", "Did you mean detector?"),
        (unchecked(Best, "psf", (same("band"),), None, 1), "steps[0].prefer[0]", "is a Same"),
        (replace(STEP, at_most=True), "steps[0].at_most", "is True; expected a whole number"),
    ],
    ids=str,
)
def test_what_makes_no_sense_in_a_rule_is_refused(step: Best, field: str, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        loaded(step)
    problems = [one for one in caught.value.problems if said in str(one)]
    assert problems, str(caught.value)
    assert not field or problems[0].location.field == field


def test_a_position_is_given_by_sky() -> None:
    with pytest.raises(ExpressionError, match=r"expected sky\('targ_ra', 'targ_dec'\)"):
        best("background", nearest=("targ_ra", "targ_dec"))  # type: ignore[arg-type]
