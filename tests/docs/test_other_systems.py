"""What the page on other systems writes in the last column can be written so."""

from __future__ import annotations

import re
from dataclasses import replace

import astropy.units as u
import pytest

from asnsolve import Pool, RuleSet, Solution, load_rules, solve
from asnsolve.expr import build
from asnsolve.expr.nodes import AtLeast, Exactly, Linked, LinkedSky, Same, Spread
from asnsolve.pool.measures import declination, number, right_ascension, time
from asnsolve.rules.jwst.level3.base import DMS_Level3_Base
from asnsolve.rules.model import Cases, Clause, Reach, Rule
from asnsolve.rules.preferences import best
from asnsolve.rules.steps import Best
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/explanation/other-systems.md").read_text("utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")]
HERE = [cells[2] for cells in ROWS if len(cells) == 3 and cells[2] != "---"]
# Methods and options are not parts of rules.
SNIPPETS = sorted(
    {text for cell in HERE for text in re.findall(r"`([^`]+)`", cell) if text.endswith(")")}
)

NAMES = {
    **{name: getattr(build, name) for name in dir(build) if not name.startswith("_")},
    "best": best,
    "Reach": Reach,
    "u": u,
}
RULE = Rule(
    name="Asn_Here",
    asn_type="here3",
    title="A rule with one part of the page",
    base=replace(
        DMS_Level3_Base,
        roles=Cases(((build.is_set("bkgdtarg"), "background"),), "science"),
        steps=(),
    ),
    clauses=(Clause("program", key=build.same("program")),),
)
POOL = Pool(
    [
        {
            "FILENAME": f"{name}_uncal.fits",
            "EXP_TYPE": "MIR_IMAGE",
            "PROGRAM": "1",
            "BKGDTARG": sky,
            "EXPSTART": start,
            "AIRMASS": airmass,
            "DETECTOR": detector,
            "ASN_CANDIDATE": "null",
        }
        for name, sky, start, airmass, detector in (
            ("a", "f", "59812", "1.20", "x"),
            ("b", "t", "59811", "1.12", "x"),
            ("c", "t", "59900", "1.28", "y"),
        )
    ]
)


def with_part(part: object) -> Rule:
    """Put a part of the page into a rule."""
    match part:
        case Same() | Linked() | LinkedSky() | Spread():
            return replace(RULE, clauses=(*RULE.clauses, Clause("here", key=part)))
        case AtLeast() | Exactly():
            return replace(RULE, needs=(part,))
        case Best():
            return replace(RULE, steps=(part,))
        case Reach():
            return replace(RULE, reach=part)
        case _:
            return replace(RULE, clauses=(*RULE.clauses, Clause("here", part)))  # type: ignore[arg-type]


def test_every_row_has_three_cells() -> None:
    assert {len(cells) for cells in ROWS} == {3}
    assert len(SNIPPETS) > 30
    for system in ("EDPS", "QuantumGraph"):
        assert f"| in {'a ' if system != 'EDPS' else ''}{system} |" in PAGE


def solved(rule: Rule) -> Solution:
    """Solve the pool with one rule and both solvers."""
    measures = (
        time("expstart"),
        right_ascension("targ_ra"),
        declination("targ_dec"),
        number("effexptm", u.s),
        number("airmass"),
    )
    rules = RuleSet("here", (rule,), columns=frozenset({"sky_cell"}), measures=measures)
    solution = solve(POOL, load_rules(rules))
    assert solution == solve(POOL, load_rules(rules), solver="exact")
    return solution


def kept_backgrounds(solution: Solution) -> list[str]:
    """List the backgrounds of the only association."""
    (one,) = solution.associations
    return [m.expname for m in one.members if m.exptype == "background"]


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_what_is_written_here_is_a_part_of_a_rule(snippet: str) -> None:
    rule = with_part(eval(snippet, {**NAMES}))
    solution = solved(rule)
    if rule.steps:
        kept = kept_backgrounds(solution)
        assert len(kept) <= 2
        if 'nearest="expstart"' in snippet and "prefer" not in snippet:
            assert kept == ["b_x1d.fits"]


@pytest.mark.parametrize(
    ("snippet", "kept"),
    [
        (
            'best("background", nearest="airmass", within=0.1, at_most=9)',
            ["b_x1d.fits", "c_x1d.fits"],
        ),
        (
            'best("background", prefer=same("detector"), otherwise=False, at_most=9)',
            ["b_x1d.fits"],
        ),
    ],
)
def test_a_match_compares_each_file_with_the_main_input(snippet: str, kept: list[str]) -> None:
    """Backgrounds at airmass 1.12 and 1.28 are each close to the science at 1.20."""
    assert snippet in SNIPPETS
    assert kept_backgrounds(solved(with_part(eval(snippet, {**NAMES})))) == kept


def test_a_key_binds_all_roles() -> None:
    """The key does not match them: backgrounds that are not close make two associations."""
    assert len(solved(with_part(build.spread("airmass", at_most=0.1))).associations) == 2
