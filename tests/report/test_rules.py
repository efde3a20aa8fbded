from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from asnsolve.expr.build import at_least, is_set, one_of, same
from asnsolve.report.rules import describe, print_rules, rule_words
from asnsolve.rules.level3_2017 import LEVEL3_2017
from asnsolve.rules.model import Base, Cases, Clause, Mixin, Rule, RuleSet

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
    candidate_types=("mosaic", "group"),
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


def test_a_rule_of_all_candidates_says_so() -> None:
    said = rule_words(replace(TINY, candidate_types=None))
    assert said.candidates == "every candidate, and the pool as a whole"


def test_a_clause_that_replaces_one_of_a_mixin_is_the_rules_own() -> None:
    own = replace(TINY, clauses=(Clause("program", one_of("program", "1")),))
    (clause,) = rule_words(own).clauses
    assert (clause.source, clause.where, clause.key) == ("Asn_Tiny", "program is 1", "")


def test_a_clause_of_a_later_mixin_replaces_that_of_an_earlier_one() -> None:
    later = Mixin("AsnMixin_Later", (Clause("program", one_of("program", "1")),))
    clause = rule_words(replace(TINY, mixins=(*TINY.mixins, later))).clauses[0]
    assert (clause.source, clause.where) == ("AsnMixin_Later", "program is 1")


def test_every_shipped_rule_fits_the_page_and_says_all_its_clauses() -> None:
    for rule in LEVEL3_2017:
        said = describe(rule)
        assert max(map(len, said.splitlines())) <= 88
        for clause in rule.all_clauses:
            assert f"\n  {clause.name} (" in said


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
