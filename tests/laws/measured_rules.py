"""Abstract rules with keys that compare numbers, alone and beside keys that are left open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import astropy.units as u

from asnsolve.expr.build import (
    at_least,
    at_most,
    distinct,
    exactly,
    is_set,
    linked,
    linked_sky,
    one_of,
    same,
    spread,
    within,
)
from asnsolve.pool.measures import declination, number, right_ascension, time
from asnsolve.rules.model import Clause, Rule
from asnsolve.rules.preferences import best, sky
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import Attach, Nods
from tests.laws.abstract_rules import TANGLED

__all__ = ["MEASURED_SET", "MEASURES"]

MEASURES = (
    time("expstart"),
    right_ascension("targ_ra"),
    declination("targ_dec"),
    number("pa_v3", "deg"),
    number("effexptm", "s"),
)
TIME = Clause("time", key=linked("expstart", within=1 * u.day))
SKY = Clause("sky", key=linked_sky("targ_ra", "targ_dec", within=1 * u.deg))
ANGLE = Clause("angle", key=spread("pa_v3", at_most=10 * u.deg))
OPEN_TIME = replace(TIME, key=linked("expstart", within=24 * u.hour, optional=True))
OPEN_SKY = replace(
    SKY, key=linked_sky("targ_ra", "targ_dec", within=60 * u.arcmin, roles="science", optional=True)
)
OPEN_ANGLE = replace(
    ANGLE, key=spread("pa_v3", at_most=10 * u.deg, where=is_set("filter"), optional=True)
)
ROLL = Clause("roll", key=linked("pa_v3", within=5 * u.deg, optional=True))
LONG = Clause("long", key=spread("effexptm", at_most=100 * u.s, roles=("science", "psf")))

PLAIN = (TANGLED.clauses[0], Clause("band", key=same("band")))
"""Keys that no exposure leaves open."""


BEST_PSF = best("psf", nearest=sky("targ_ra", "targ_dec"), at_most=2, within=90 * u.arcmin)
BEST_SKY = best(
    "background",
    prefer=[(same("filter"), same("pupil")), is_set("grating")],
    nearest="expstart",
    note="match",
)
LAMPS = Attach(one_of("template", "no"), "imprint", ("obs_num",))
BEST_LAMP = best("imprint", prefer=same("module"), nearest="pa_v3", otherwise=False)

PAIR_IN_GROUP = within("group", exactly(2, "science"))


def _rule(name: str, *clauses: Clause, **parts: Any) -> Rule:
    return replace(TANGLED, name=name, clauses=clauses, **parts)


MEASURED_SET = RuleSet(
    "measured",
    (
        _rule("Asn_Time", *PLAIN, TIME),
        _rule("Asn_Sky", *PLAIN, SKY),
        _rule("Asn_Angle", *PLAIN, ANGLE),
        _rule("Asn_Roll", *PLAIN, ROLL),
        _rule("Asn_Both", *PLAIN, TIME, SKY, needs=(at_least(2),)),
        _rule("Asn_All", *PLAIN, OPEN_TIME, OPEN_SKY, OPEN_ANGLE, LONG),
        _rule("Asn_Most", *TANGLED.clauses, OPEN_TIME, ANGLE),
        _rule("Asn_Counted", *PLAIN, OPEN_TIME, needs=(at_most(1, "psf"), PAIR_IN_GROUP)),
        _rule("Asn_Varied", *PLAIN, SKY, needs=(distinct(2, "obs_num", role="science"),)),
        _rule("Asn_Preferred", *PLAIN, steps=(BEST_PSF, BEST_SKY)),
        _rule("Asn_Chosen", *TANGLED.clauses, OPEN_TIME, steps=(BEST_SKY,)),
        _rule("Asn_Attached", *PLAIN, steps=(LAMPS, BEST_LAMP, Nods("other target"), BEST_SKY)),
        _rule("Asn_Nodded", *TANGLED.clauses, OPEN_SKY, TIME, steps=(Nods("primary point"),)),
    ),
    measures=MEASURES,
)
