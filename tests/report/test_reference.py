from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from asnsolve.expr.build import matches
from asnsolve.report.reference import reference_markdown
from asnsolve.rules.level3_2017 import LEVEL3_2017
from asnsolve.rules.model import Cases, Clause, RuleSet
from tests.report.test_rules import TINY

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "level3-2017.md"


def test_a_page_says_the_rules_and_what_they_have_in_common() -> None:
    assert reference_markdown(RuleSet("tiny", (TINY,))) == (
        "# Rule set tiny\n"
        "\n"
        "This page is made from the rules themselves: what it says is what is solved.\n"
        "\n"
        "| rule | type | what it is for |\n"
        "| --- | --- | --- |\n"
        "| [Asn_Tiny](#asn_tiny) | tiny3 | As little as a rule can say |\n"
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
        "What the rules above have in common.\n"
        "\n"
        "- Product name: `jw{program}_{target}`\n"
        "- Needs: there is at least one science member\n"
        "\n"
        "Role of a member, the first that holds:\n"
        "\n"
        "1. **psf**: is_psf is set\n"
        "2. **science**: all others\n"
        "\n"
        "Suffix of a member's file, the first that holds:\n"
        "\n"
        "1. **cal**: all others\n"
    )


def test_a_rule_with_suffixes_of_its_own_says_them() -> None:
    own = replace(TINY, suffixes=Cases((), otherwise="rateints"))
    assert "1. **rateints**: all others\n" in reference_markdown(RuleSet("tiny", (own,)))


def test_a_rule_that_needs_nothing_says_so() -> None:
    free = replace(TINY, base=replace(TINY.base, needs=()), needs=(), mixins=())
    page = reference_markdown(RuleSet("tiny", (free,)))
    assert page.count("- Needs: nothing\n") == 2
    assert "- Mixins: none\n" in page


def test_marks_of_a_pattern_are_not_read_as_markdown() -> None:
    rule = replace(TINY, clauses=(Clause("visitype", matches("visitype", "[^a]|.*<b>")),))
    page = reference_markdown(RuleSet("tiny", (rule,)))
    assert r'visitype matches "\[^a\]\|.\*\<b\>"' in page


def test_the_page_in_the_documentation_is_what_the_rules_say() -> None:
    said = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    assert said == reference_markdown(LEVEL3_2017), f"write reference_markdown(...) to {PAGE}"
