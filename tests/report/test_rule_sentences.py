from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from asnsolve.expr.build import all_of, at_least, is_set, named, not_, one_of, same
from asnsolve.report.rule_sentences import CaseText, describe, print_rules, rule_text
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.model import Base, Cases, Clause, Mixin, Reach, Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import Attach, Nods

BASE = Base(
    name="Tiny_Base",
    roles=Cases(((is_set("is_psf"), "psf"),), otherwise="science"),
    suffixes=Cases((), otherwise="cal"),
    product="jw{program}_{target}",
    needs=(at_least(1, "science"),),
)
TINY = Rule(
    name="Asn_Tiny",
    asn_type="tiny3",
    title="As little as a rule can say",
    base=BASE,
    mixins=(Mixin("AsnMixin_Tiny", (Clause("program", key=same("program")),)),),
    clauses=(Clause("filter", one_of("filter", "f200w"), same("filter")),),
    needs=(at_least(1, "psf"),),
    reach=Reach(candidate_types=("mosaic", "group")),
)


def test_a_rule_is_said_line_by_line() -> None:
    assert describe(TINY) == (
        "Asn_Tiny\n"
        "  As little as a rule can say\n"
        "\n"
        "type       tiny3\n"
        "product    jw{program}_{target}\n"
        "base       Tiny_Base\n"
        "mixins     AsnMixin_Tiny\n"
        "solved in  mosaic and group candidates only\n"
        "\n"
        "Members\n"
        "  program (AsnMixin_Tiny)\n"
        "    all members share one program\n"
        "  filter (Asn_Tiny)\n"
        "    filter is f200w\n"
        "    all members share one filter\n"
        "\n"
        "Needs\n"
        "  there is at least one science member\n"
        "  there is at least one psf member\n"
        "\n"
        "Role of a member: the first that holds\n"
        "  psf: is_psf is set\n"
        "  science: all others\n"
        "\n"
        "Suffix of a member's file: the first that holds\n"
        "  cal: all others\n"
    )


def test_a_rule_without_mixins_says_so() -> None:
    assert "\nmixins     none\n" in describe(replace(TINY, mixins=()))


def test_the_note_of_a_rule_stands_below_its_title() -> None:
    said = describe(replace(TINY, note="What it replaces."))
    assert said.startswith(
        "Asn_Tiny\n  As little as a rule can say\n\n  What it replaces.\n\ntype "
    )


def test_a_rule_of_all_candidates_says_so() -> None:
    said = rule_text(replace(TINY, reach=None))
    assert said.candidates == "every candidate, and the pool as a whole"


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        (Reach(), "every candidate, and the pool as a whole"),
        (Reach(discovered=False), "every candidate"),
        (
            Reach(barred_types=("group", "ami")),
            "every candidate but those of type group or ami, and the pool as a whole",
        ),
        (
            Reach(barred_types=("group",), discovered=False),
            "every candidate but those of type group",
        ),
        (Reach(("observation",)), "observation candidates only"),
        (Reach(("observation", "background"), discovered=False), None),
    ],
    ids=str,
)
def test_a_rule_says_where_it_is_solved(reach: Reach, said: str | None) -> None:
    expected = said or "observation and background candidates only"
    assert rule_text(replace(TINY, reach=reach)).candidates == expected
    inherited = replace(TINY, reach=None, base=replace(BASE, reach=reach))
    assert rule_text(inherited).candidates == expected


def test_a_rule_says_its_steps_and_what_its_names_stand_for() -> None:
    star = named("a star", is_set("targtype"))
    field = named("a field", not_(star))
    attach = Attach(named("a lamp", is_set("lamp")), "psf", ("program", "obs_num"))
    rule = replace(
        TINY,
        clauses=(
            Clause("field", field),
            Clause("band", key=same("band", where=named("dark", is_set("detector")))),
            Clause("slit", key=same("fxd_slit", instead=(named("open", all_of()), "opmode"))),
        ),
        roles=Cases(((named("lit", is_set("filter")), "psf"),), "science"),
        suffixes=Cases(((star, "rate"), (field, "cal")), "cal"),
        steps=(attach, Nods("other target")),
    )
    said = describe(rule)
    assert said.endswith(
        "\n"
        "Suffix of a member's file: the first that holds\n"
        "  rate: it is [a star]\n"
        "  cal: all others\n"
        "\n"
        "Then\n"
        "  every exposure for which (it is [a lamp]) joins as psf where a member has the same\n"
        "    program and obs_num\n"
        "  each science member has an association of its own, with the other science members as\n"
        "    background; those of another target are left out\n"
        "\n"
        "Words\n"
        "  [a field]: it is not [a star]\n"
        "  [a lamp]: lamp is set\n"
        "  [a star]: targtype is set\n"
        "  [dark]: detector is set\n"
        "  [lit]: filter is set\n"
        "  [open]: always\n"
    )


def test_cases_are_said_in_what_the_clauses_leave_of_them() -> None:
    ruled = replace(
        TINY,
        clauses=(Clause("exp_type", one_of("exp_type", "mir_image")),),
        roles=Cases(
            (
                (one_of("exp_type", "mir_dark"), "dark"),
                (all_of(is_set("exp_type"), is_set("is_psf")), "psf"),
            ),
            "science",
        ),
        suffixes=Cases(((one_of("exp_type", "mir_image", "mir_mrs"), "cal"),), "rate"),
    )
    said = rule_text(ruled)
    assert said.roles == (CaseText("psf", "is_psf is set"), CaseText("science", ""))
    assert said.suffixes == (CaseText("cal", ""),)


def test_a_clause_that_replaces_one_of_a_mixin_is_the_rules_own() -> None:
    own = replace(TINY, clauses=(Clause("program", one_of("program", "1")),))
    (clause,) = rule_text(own).clauses
    assert (clause.source, clause.where, clause.key) == ("Asn_Tiny", "program is 1", "")


def test_a_clause_of_a_later_mixin_replaces_that_of_an_earlier_one() -> None:
    later = Mixin("AsnMixin_Later", (Clause("program", one_of("program", "1")),))
    clause = rule_text(replace(TINY, mixins=(*TINY.mixins, later))).clauses[0]
    assert (clause.source, clause.where) == ("AsnMixin_Later", "program is 1")


def test_every_shipped_rule_fits_the_page_and_says_all_its_clauses() -> None:
    for rule in (rule for rules in RULE_SETS.values() for rule in rules):
        said = describe(rule)
        # A template is one word, and no word is broken.
        long = [line.strip() for line in said.splitlines() if len(line) > 88]
        assert long in ([], [rule.product_template])
        for clause in rule.all_clauses:
            assert f"\n  {clause.name} (" in said


def test_every_name_that_a_shipped_rule_says_is_explained() -> None:
    for rule in (rule for rules in RULE_SETS.values() for rule in rules):
        said = describe(rule)
        explained = {name for name, _ in rule_text(rule).names}
        flat = " ".join(said.split())
        used = set(re.findall(r"it is (?:not )?\[([^\]]*)\]", flat))
        assert used == explained


def test_sets_are_listed_one_below_the_other() -> None:
    stream = io.StringIO()
    screen = Console(file=stream, width=100)
    print_rules(screen, [RuleSet("first", (TINY,)), RuleSet("second", (TINY, TINY))])
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    assert lines == [
        "first: 1 rule",
        "rule      type   title",
        "Asn_Tiny  tiny3  As little as a rule can say",
        "",
        "second: 2 rules",
        "rule      type   title",
        "Asn_Tiny  tiny3  As little as a rule can say",
        "Asn_Tiny  tiny3  As little as a rule can say",
    ]
