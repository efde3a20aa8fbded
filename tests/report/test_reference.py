from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve.expr.build import at_least, is_set, matches, named, not_, one_of, same
from asnsolve.report.reference import reference_markdown
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.model import Base, Cases, Clause, Mixin, Reach, Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import Attach, SpectraAsBackground

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
LAMP = named("a lamp", one_of("exp_type", "nrs_lamp"))


def page_of(*rules: Rule) -> str:
    return reference_markdown(RuleSet("tiny", rules))


def test_a_page_says_the_rules_and_what_they_have_in_common() -> None:
    assert page_of(TINY) == (
        "# Rule set tiny\n"
        "\n"
        "asnsolve made this page from its rules, so it shows exactly what is solved.\n"
        "\n"
        "## Rules of level 3\n"
        "\n"
        "1 rule on the base [Tiny_Base](#tiny_base).\n"
        "Unless a rule says otherwise, it is solved in every candidate, and the pool as a "
        "whole.\n"
        "\n"
        "| rule | type | what it is for |\n"
        "| --- | --- | --- |\n"
        "| [Asn_Tiny](#asn_tiny) | tiny3 | As little as a rule can say |\n"
        "\n"
        "## How the rules are made up\n"
        "\n"
        "A rule is made of a base, mixins and clauses of its own, which its section lists. Arrows\n"
        "lead from bases and mixins to the rules that have them. A clause of a rule replaces the\n"
        "clause of a mixin that has the same name.\n"
        "\n"
        "Rules of level 3:\n"
        "\n"
        "```mermaid\n"
        "flowchart LR\n"
        "  b0([Tiny_Base])\n"
        "  m0[AsnMixin_Tiny]\n"
        '  r0["Asn_Tiny"]\n'
        "  b0 --> r0\n"
        "  m0 --> r0\n"
        "```\n"
        "\n"
        "The same as a tree:\n"
        "\n"
        "```text\n"
        "Tiny_Base\n"
        "|- AsnMixin_Tiny\n"
        "     Asn_Tiny\n"
        "```\n"
        "\n"
        "## Asn_Tiny\n"
        "\n"
        "As little as a rule can say.\n"
        "\n"
        "- Type: `tiny3`\n"
        "- Product name: `jw{program}_{target}`\n"
        "- Base: [Tiny_Base](#tiny_base)\n"
        "- Mixins: AsnMixin_Tiny\n"
        "- Solved in: mosaic and group candidates only\n"
        "- Needs: there is at least one science member; there is at least one psf member\n"
        "\n"
        "Clauses:\n"
        "\n"
        "- **program** (AsnMixin_Tiny): all members share one program\n"
        "- **filter** (Asn_Tiny): filter is f200w; all members share one filter\n"
        "\n"
        "## Tiny_Base\n"
        "\n"
        "What the rules of level 3 have in common.\n"
        "\n"
        "- Product name: `jw{program}_{target}`\n"
        "- Solved in: every candidate, and the pool as a whole\n"
        "- Needs: there is at least one science member\n"
        "- Repeats: if several associations have the same files in the same roles, one stays: that "
        "of an observation (o001) rather than of a candidate (c1000), and that rather than a "
        "discovered one (a3001); if they have one id, that of the last rule by name; an "
        "association is dropped if another one with the same product name has all its files in "
        "the same roles, and more\n"
        "\n"
        "Role of a member, the first that holds:\n"
        "\n"
        "1. **psf**: is_psf is set\n"
        "2. **science**: all others\n"
        "\n"
        "Suffix of a member's file: always **cal**.\n"
    )


def test_rules_are_listed_by_level_each_with_the_reach_of_its_base() -> None:
    lower = replace(
        BASE,
        name="Lower_Base",
        level=2,
        reach=Reach(candidate_types=("observation",), discovered=False),
        laws=("discovered repeats",),
    )
    page = page_of(replace(TINY, name="Asn_Lower", base=lower, reach=None), TINY)
    second, third = page.split("\n## Rules of level ")[1:]
    assert second.startswith("2\n\n1 rule on the base [Lower_Base](#lower_base).\n")
    assert "it is solved in observation candidates only.\n" in second
    assert "| [Asn_Lower](#asn_lower) |" in second and "| [Asn_Tiny]" not in second
    assert third.startswith("3\n\n1 rule on the base [Tiny_Base](#tiny_base).\n")
    assert "\n- Repeats: a discovered association is dropped if a candidate has one" in third


def test_roles_and_suffixes_are_said_where_they_are_not_the_bases() -> None:
    own = replace(
        TINY,
        clauses=(Clause("is_psf", is_set("is_psf")), Clause("exp_type", key=same("exp_type"))),
        roles=Cases(((is_set("is_psf"), "reference"), (LAMP, "lamp")), otherwise="science"),
        suffixes=Cases(((one_of("exp_type", "nrs_ifu"), "rateints"),), otherwise="rate"),
    )
    section = page_of(own).split("\n## ")[3]
    # Whatever a member is else, the clauses make it the first.
    assert section.endswith(
        "\n"
        "Role of a member: always **reference**.\n"
        "\n"
        "Suffix of a member's file, the first that holds:\n"
        "\n"
        "1. **rateints**: exp_type is nrs_ifu\n"
        "2. **rate**: all others\n"
    )


def test_steps_are_said_in_words_a_bases_with_the_base() -> None:
    base = replace(BASE, steps=(Attach(LAMP, "lamp", ("program", "instrume", "obs_num")),))
    page = page_of(replace(TINY, base=base, steps=(SpectraAsBackground(),)))
    _, _, _, rule, common, _ = page.split("\n## ")
    assert "\n- Then: if there are two science members or more, their extracted spectra" in rule
    assert rule.count("\n- Then: ") == 1
    assert (
        "\n- Then: every exposure for which (it is \\[[a lamp](#a-lamp)\\]) joins as lamp where a "
        "member has the same program, instrume and obs_num\n"
    ) in common


def test_the_words_in_brackets_are_said_once_and_linked() -> None:
    lit = named("lit by its lamp", one_of("detector", "nrs1"))
    dark = named("dark-adapted", not_(lit))
    bound = Clause("target", key=same("targetid", where=dark))
    one = replace(TINY, clauses=(Clause("lit", lit), bound))
    other = replace(TINY, name="Asn_Other", clauses=(Clause("dark", not_(lit)),))
    page = page_of(one, other)
    assert "- **lit** (Asn_Tiny): it is \\[[lit by its lamp](#lit-by-its-lamp)\\]\n" in page
    assert "(it is \\[[dark-adapted](#dark-adapted)\\]) share one targetid\n" in page
    assert page.endswith(
        "\n"
        "## Words\n"
        "\n"
        "Names that are in brackets above and in messages.\n"
        "\n"
        "### dark-adapted\n"
        "\n"
        "it is not \\[[lit by its lamp](#lit-by-its-lamp)\\].\n"
        "\n"
        "### lit by its lamp\n"
        "\n"
        "detector is nrs1.\n"
    )


def test_a_variant_has_a_section_of_its_own() -> None:
    page = page_of(TINY, replace(TINY, variant="imprint", title="The same of imprints"))
    assert "| [Asn_Tiny (imprint)](#asn_tiny-imprint) | tiny3 | The same of imprints |\n" in page
    assert "\n## Asn_Tiny\n\nAs little as a rule can say.\n" in page
    assert "\n## Asn_Tiny (imprint)\n\nThe same of imprints.\n" in page


def test_a_rule_that_needs_nothing_says_so() -> None:
    free = replace(TINY, base=replace(BASE, needs=()), needs=(), mixins=())
    page = page_of(free)
    assert page.count("- Needs: nothing\n") == 2
    assert "- Mixins: none\n" in page


def test_marks_of_a_pattern_are_not_read_as_markdown() -> None:
    rule = replace(TINY, clauses=(Clause("visitype", matches("visitype", "[^a]|.*<b>[ab]")),))
    assert r'visitype matches "\[^a\]\|.\*\<b\>\[ab\]"' in page_of(rule)


@pytest.mark.parametrize("name", sorted(RULE_SETS))
def test_each_word_of_a_shipped_set_has_one_meaning(name: str) -> None:
    page = reference_markdown(RULE_SETS[name])
    words = [line for line in page.splitlines() if line.startswith("### ")]
    assert len(words) == len(set(words))
