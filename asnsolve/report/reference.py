"""The reference page of a rule set, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asnsolve.interpret.to_text import to_text
from asnsolve.report.rules import CaseWords, ClauseWords, RuleWords, case_words, rule_words
from asnsolve.rules.model import Base, RuleSet

__all__ = ["reference_markdown"]

_MARKS = re.compile(r"([\\`*\[\]<>|])")


def reference_markdown(rule_set: RuleSet) -> str:
    """Write the reference page of a rule set.

    Returns
    -------
    str
        Markdown: a table of the rules, a section for each, then what they have in common; with a
        final newline. The same for the same rules.
    """
    rules = [rule_words(rule) for rule in rule_set]
    bases = {rule.base.name: rule.base for rule in rule_set}
    lines = [
        f"# Rule set {rule_set.name}",
        "",
        "This page is made from the rules themselves: what it says is what is solved.",
        "",
        "| rule | type | what it is for |",
        "| --- | --- | --- |",
        *(
            f"| [{rule.name}](#{rule.name.lower()}) | {rule.asn_type} | {_escaped(rule.title)} |"
            for rule in rules
        ),
        *(line for rule in rules for line in _section(rule, bases[rule.base])),
        *(line for base in bases.values() for line in _common(base)),
    ]
    return "\n".join(lines) + "\n"


def _section(rule: RuleWords, base: Base) -> Iterator[str]:
    yield from ("", f"## {rule.name}", "", f"{_escaped(rule.title)}.", "")
    yield f"- Type: `{rule.asn_type}`"
    yield f"- Product name: `{rule.product}`"
    yield f"- Base: [{rule.base}](#{rule.base.lower()})"
    yield f"- Mixins: {', '.join(rule.mixins) or 'none'}"
    yield f"- Solved in: {rule.candidates}"
    yield f"- Needs: {'; '.join(map(_escaped, rule.needs)) or 'nothing'}"
    yield from ("", "Clauses:", "")
    yield from map(_clause, rule.clauses)
    if rule.suffixes != case_words(base.suffixes):
        yield from _cases("Suffix of a member's file, the first that holds:", rule.suffixes)


def _common(base: Base) -> Iterator[str]:
    yield from ("", f"## {base.name}", "", "What the rules above have in common.", "")
    yield f"- Product name: `{base.product}`"
    yield f"- Needs: {'; '.join(_escaped(to_text(need)) for need in base.needs) or 'nothing'}"
    yield from _cases("Role of a member, the first that holds:", case_words(base.roles))
    yield from _cases("Suffix of a member's file, the first that holds:", case_words(base.suffixes))


def _clause(clause: ClauseWords) -> str:
    text = "; ".join(_escaped(part) for part in (clause.where, clause.key) if part)
    return f"- **{clause.name}** ({clause.source}): {text}"


def _cases(title: str, cases: tuple[CaseWords, ...]) -> Iterator[str]:
    yield from ("", title, "")
    for number, case in enumerate(cases, start=1):
        yield f"{number}. **{case.word}**: {_escaped(case.when) or 'all others'}"


def _escaped(text: str) -> str:
    """Keep Markdown from reading marks of a pattern as its own."""
    return _MARKS.sub(r"\\\1", text)
