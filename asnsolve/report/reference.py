"""The reference page of a rule set, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from asnsolve.phrases import count_text
from asnsolve.proofs.step_sentences import step_text
from asnsolve.report.rule_figure import figure_mermaid, figure_text
from asnsolve.report.rule_sentences import CaseText, ClauseText, RuleText, full_name, rule_text
from asnsolve.rules.model import Base, Law, Rule
from asnsolve.rules.rule_set import RuleSet

# Expressions hold marks that Markdown would take for its own; the names in brackets become links,
# and are looked for after the escape.
_MARKS = re.compile(r"([\\`*\[\]<>|])")
_BRACKETED = re.compile(r"\\\[([a-z0-9 -]+)\\\]")


def reference_markdown(rule_set: RuleSet) -> str:
    """Write the reference page of a rule set.

    Parameters
    ----------
    rule_set : RuleSet
        The rules.

    Returns
    -------
    str
        Markdown: a table of the rules of each base, a figure of how bases, mixins and rules
        relate, a section for each rule, what the rules of each base have in common, and the names
        in brackets; with a final newline. The same for the same rules.
    """
    # There is one base per level; rules keep the order in which the set has them.
    by_base: dict[Base, list[Rule]] = {}
    for rule in rule_set:
        by_base.setdefault(rule.base, []).append(rule)
    meanings = _meanings(rule_set, by_base)
    page = _Page(frozenset(name for name, _ in meanings))
    lines = [
        f"# Rule set {rule_set.name}",
        "",
        "asnsolve made this page from its rules, so it shows exactly what is solved.",
        *(line for base, rules in by_base.items() for line in page.table(base, rules)),
        *_figure(by_base),
        *(line for rule in rule_set for line in page.section(rule)),
        *(line for base in by_base for line in page.common(base)),
        *page.names(meanings),
    ]
    return "\n".join(lines) + "\n"


def _figure(by_base: Mapping[Base, Sequence[Rule]]) -> Iterator[str]:
    """Draw how the rules are made up, for each base a figure and the same as a tree."""
    yield from ("", "## How the rules are made up", "")
    yield "A rule is made of a base, mixins and clauses of its own, which its section lists. Arrows"
    yield "lead from bases and mixins to the rules that have them. A clause of a rule replaces the"
    yield "clause of a mixin that has the same name."
    for base, rules in by_base.items():
        yield from ("", f"Rules of level {base.level}:", "")
        yield from ("```mermaid", figure_mermaid(rules), "```", "")
        yield from ("The same as a tree:", "", "```text", figure_text(rules), "```")


def _base_text(base: Base) -> RuleText:
    """Say in English what a rule says that adds nothing to its base."""
    return rule_text(Rule(name="", asn_type="", title="", base=base))


def _meanings(rules: Iterable[Rule], bases: Iterable[Base]) -> list[tuple[str, str]]:
    """Collect the names used in brackets, each with its meaning."""
    # The base has cases that none of its rules reaches, but that the page shows.
    texts = (*map(rule_text, rules), *map(_base_text, bases))
    return sorted({meaning for text in texts for meaning in text.names})


@dataclass(frozen=True, slots=True)
class _Page:
    """Writes the parts of a page.

    Parameters
    ----------
    linked : frozenset of str
        Names in brackets that have a section of their own.
    """

    linked: frozenset[str]

    def table(self, base: Base, rules: Sequence[Rule]) -> Iterator[str]:
        """List the rules of a base."""
        reach = _base_text(base).candidates
        yield from ("", f"## Rules of level {base.level}", "")
        yield f"{count_text(len(rules), 'rule')} on the base {_link(base.name)}."
        yield f"Unless a rule says otherwise, it is solved in {reach}."
        yield from ("", "| rule | type | what it is for |", "| --- | --- | --- |")
        for rule in rules:
            title = self._escaped(rule.title)
            yield f"| {_link(full_name(rule))} | {rule.asn_type} | {title} |"

    def section(self, rule: Rule) -> Iterator[str]:
        """Describe a rule: what it adds to its base, and all its clauses and needs."""
        text, base = rule_text(rule), rule.base
        yield from ("", f"## {text.name}", "", f"{self._escaped(text.title)}.", "")
        if text.note:
            yield from (self._escaped(text.note), "")
        yield f"- Type: `{text.asn_type}`"
        yield f"- Product name: `{text.product}`"
        yield f"- Base: {_link(text.base)}"
        yield f"- Mixins: {', '.join(text.mixins) or 'none'}"
        yield f"- Solved in: {text.candidates}"
        yield f"- Needs: {self._listed(text.needs)}"
        # text.steps has the steps of the base too; those are on the page once, with the base.
        if rule.steps:
            yield f"- Then: {self._listed(map(step_text, rule.steps))}"
        yield from ("", "Clauses:", "")
        yield from map(self._clause, text.clauses)
        if rule.member_roles != base.roles:
            yield from self._cases("Role of a member", text.roles)
        if rule.member_suffixes != base.suffixes:
            yield from self._cases("Suffix of a member's file", text.suffixes)

    def common(self, base: Base) -> Iterator[str]:
        """Describe what the rules of a base have in common."""
        text = _base_text(base)
        yield from ("", f"## {base.name}", "")
        yield from (f"What the rules of level {base.level} have in common.", "")
        yield f"- Product name: `{base.product}`"
        yield f"- Solved in: {text.candidates}"
        yield f"- Needs: {self._listed(text.needs)}"
        if text.steps:
            yield f"- Then: {self._listed(text.steps)}"
        yield f"- Repeats: {self._listed(map(_law_text, base.laws))}"
        yield from self._cases("Role of a member", text.roles)
        yield from self._cases("Suffix of a member's file", text.suffixes)

    def names(self, meanings: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Say what the names in brackets mean."""
        if not meanings:
            return
        yield from ("", "## Words", "", "Names that are in brackets above and in messages.")
        for name, meaning in meanings:
            yield from ("", f"### {name}", "", f"{self._escaped(meaning)}.")

    def _clause(self, clause: ClauseText) -> str:
        text = self._listed(part for part in (clause.where, clause.key) if part)
        return f"- **{clause.name}** ({clause.source}): {text}"

    def _cases(self, title: str, cases: tuple[CaseText, ...]) -> Iterator[str]:
        if len(cases) == 1:
            yield from ("", f"{title}: always **{cases[0].word}**.")
            return
        yield from ("", f"{title}, the first that holds:", "")
        for number, case in enumerate(cases, start=1):
            yield f"{number}. **{case.word}**: {self._escaped(case.when) or 'all others'}"

    def _listed(self, parts: Iterable[str]) -> str:
        return "; ".join(map(self._escaped, parts)) or "nothing"

    def _escaped(self, text: str) -> str:
        """Escape what Markdown would read as markup, and link the names in brackets."""

        def link_name(bracketed: re.Match[str]) -> str:
            name = bracketed[1]
            return rf"\[{_link(name)}\]" if name in self.linked else bracketed[0]

        return _BRACKETED.sub(link_name, _MARKS.sub(r"\\\1", text))


def _link(heading: str) -> str:
    """Link to the section of a heading; brackets are the only marks that headings hold."""
    # As GitHub and MkDocs make anchors.
    anchor = re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
    return f"[{heading}](#{anchor})"


def _law_text(law: Law) -> str:
    """Say which associations are dropped under a law."""
    match law:
        case "discovered repeats":
            return (
                "a discovered association is dropped if a candidate has one with the same type "
                "and files"
            )
        case "one membership":
            return (
                "if several associations have the same files in the same roles, one stays: that of "
                "an observation (o001) rather than of a candidate (c1000), and that rather than a "
                "discovered one (a3001); if they have one id, that of the last rule by name"
            )
        case "whole products":
            return (
                "an association is dropped if another one with the same product name has all its "
                "files in the same roles, and more"
            )
        case "one product":
            return (
                "if several associations have the same product name and the same science files, "
                "one stays: that with the most members; then one with dedicated backgrounds rather "
                "than one with nods, and that rather than one without background; then that of an "
                "observation (o001) rather than of a candidate (c1000); then that with the lowest "
                "id; then that of the last rule by name"
            )
        case _:
            assert_never(law)
