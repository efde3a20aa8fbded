"""The reference page of a rule set, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from asnsolve.report.rule_sentences import CaseWords, ClauseWords, RuleWords, rule_words
from asnsolve.report.step_sentences import step_text
from asnsolve.report.tables import count_text
from asnsolve.rules.rule import Base, Law, Rule, RuleSet

__all__ = ["reference_markdown"]

_MARKS = re.compile(r"([\\`*\[\]<>|])")
_BRACKETED = re.compile(r"\\\[([a-z0-9 -]+)\\\]")


def reference_markdown(rule_set: RuleSet) -> str:
    """Write the reference page of a rule set.

    Returns
    -------
    str
        Markdown: a table of the rules of each base, a section for each rule, then what they have in
        common, and the words in brackets; with a final newline. The same for the same rules.
    """
    by_base: dict[Base, list[Rule]] = {}
    for rule in rule_set:
        by_base.setdefault(rule.base, []).append(rule)
    words = _words(rule_set, by_base)
    page = _Page(frozenset(name for name, _ in words))
    lines = [
        f"# Rule set {rule_set.name}",
        "",
        "This page is made from the rules themselves: what it says is what is solved.",
        *(line for base, rules in by_base.items() for line in page.table(base, rules)),
        *(line for rule in rule_set for line in page.section(rule)),
        *(line for base in by_base for line in page.common(base)),
        *page.words(words),
    ]
    return "\n".join(lines) + "\n"


def _alone(base: Base) -> RuleWords:
    """Say what a rule says that adds nothing to its base."""
    return rule_words(Rule(name="", asn_type="", title="", base=base))


def _words(rules: Iterable[Rule], bases: Iterable[Base]) -> list[tuple[str, str]]:
    """Collect the names that stand in brackets, each with what it stands for."""
    said = (*map(rule_words, rules), *map(_alone, bases))
    return sorted({word for each in said for word in each.names})


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
        reach = _alone(base).candidates
        yield from ("", f"## Rules of level {base.level}", "")
        yield f"{count_text(len(rules), 'rule')} on the base {_link(base.name)}."
        yield f"Where a rule says nothing else, it is solved in {reach}."
        yield from ("", "| rule | type | what it is for |", "| --- | --- | --- |")
        for rule in rules:
            title = self._text(rule.title)
            yield f"| {_link(_heading(rule))} | {rule.asn_type} | {title} |"

    def section(self, rule: Rule) -> Iterator[str]:
        """Say a rule: what it adds to its base, and its clauses and needs as a whole."""
        said, base = rule_words(rule), rule.base
        yield from ("", f"## {_heading(rule)}", "", f"{self._text(said.title)}.", "")
        yield f"- Type: `{said.asn_type}`"
        yield f"- Product name: `{said.product}`"
        yield f"- Base: {_link(said.base)}"
        yield f"- Mixins: {', '.join(said.mixins) or 'none'}"
        yield f"- Solved in: {said.candidates}"
        yield f"- Needs: {self._listed(said.needs)}"
        if rule.steps:
            yield f"- Then: {self._listed(map(step_text, rule.steps))}"
        yield from ("", "Clauses:", "")
        yield from map(self._clause, said.clauses)
        if rule.member_roles != base.roles:
            yield from self._cases("Role of a member", said.roles)
        if rule.member_suffixes != base.suffixes:
            yield from self._cases("Suffix of a member's file", said.suffixes)

    def common(self, base: Base) -> Iterator[str]:
        """Say what the rules of a base have in common."""
        said = _alone(base)
        yield from ("", f"## {base.name}", "")
        yield from (f"What the rules of level {base.level} have in common.", "")
        yield f"- Product name: `{base.product}`"
        yield f"- Solved in: {said.candidates}"
        yield f"- Needs: {self._listed(said.needs)}"
        if said.steps:
            yield f"- Then: {self._listed(said.steps)}"
        yield f"- Repeats: {self._listed(map(_law_text, base.laws))}"
        yield from self._cases("Role of a member", said.roles)
        yield from self._cases("Suffix of a member's file", said.suffixes)

    def words(self, words: Sequence[tuple[str, str]]) -> Iterator[str]:
        """Say what the names in brackets stand for."""
        if not words:
            return
        yield from ("", "## Words", "", "What stands in brackets above, and in messages.")
        for name, meaning in words:
            yield from ("", f"### {name}", "", f"{self._text(meaning)}.")

    def _clause(self, clause: ClauseWords) -> str:
        text = self._listed(part for part in (clause.where, clause.key) if part)
        return f"- **{clause.name}** ({clause.source}): {text}"

    def _cases(self, what: str, cases: tuple[CaseWords, ...]) -> Iterator[str]:
        if len(cases) == 1:
            yield from ("", f"{what}: always **{cases[0].word}**.")
            return
        yield from ("", f"{what}, the first that holds:", "")
        for number, case in enumerate(cases, start=1):
            yield f"{number}. **{case.word}**: {self._text(case.when) or 'all others'}"

    def _listed(self, parts: Iterable[str]) -> str:
        return "; ".join(map(self._text, parts)) or "nothing"

    def _text(self, text: str) -> str:
        """Keep Markdown from reading marks of a pattern as its own; link the words."""

        def linked(bracketed: re.Match[str]) -> str:
            name = bracketed[1]
            return rf"\[{_link(name)}\]" if name in self.linked else bracketed[0]

        return _BRACKETED.sub(linked, _MARKS.sub(r"\\\1", text))


def _heading(rule: Rule) -> str:
    return f"{rule.name} ({rule.variant})" if rule.variant else rule.name


def _link(heading: str) -> str:
    """Link to the section of a heading, which holds no mark but brackets."""
    anchor = re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
    return f"[{heading}](#{anchor})"


def _law_text(law: Law) -> str:
    """Say what happens to associations of a level that repeat one another."""
    match law:
        case "discovered repeats":
            return "a discovered association goes if a candidate has one of the same type and files"
        case "one membership":
            return (
                "of associations of the same files in the same roles one stays, that of the "
                "greatest id (o001 before c1000, and that before a3001), and of several rules that "
                "of the last by name"
            )
        case "whole products":
            return (
                "of associations of one product name one goes if another has all its files in the "
                "same roles, and more"
            )
        case _:
            assert_never(law)
