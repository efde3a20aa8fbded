"""What a rule says, in English."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asnsolve.expr.fold import names
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_text import to_text
from asnsolve.report.step_sentences import step_text
from asnsolve.report.tables import count_text, print_table
from asnsolve.rules.rule import Cases, Clause, Reach, Rule, RuleSet
from asnsolve.rules.steps import Attach

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "CaseWords",
    "ClauseWords",
    "RuleWords",
    "case_words",
    "describe",
    "print_rules",
    "rule_words",
]

WIDTH: Final = 88


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """A clause in English.

    Parameters
    ----------
    name : str
        Name of the clause.
    source : str
        The mixin or rule that it comes from.
    where : str
        What it asks of each exposure; empty if nothing.
    key : str
        What members have in common; empty if nothing.
    """

    name: str
    source: str
    where: str
    key: str


@dataclass(frozen=True, slots=True)
class CaseWords:
    """One case of a list of cases in English.

    Parameters
    ----------
    word : str
        What comes out.
    when : str
        For which exposures, if none of the cases before holds; empty for all others.
    """

    word: str
    when: str


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in English.

    Parameters
    ----------
    name, title, asn_type, base : str
        As in the rule.
    mixins : tuple of str
        Names of its mixins.
    product : str
        Template of the product name.
    candidates : str
        In which candidates it is solved.
    clauses : tuple of ClauseWords
        Clauses in force.
    needs : tuple of str
        What an association meets.
    roles, suffixes : tuple of CaseWords
        Role of each member, and stage suffix of its file.
    steps : tuple of str
        What is done once the members are found.
    names : tuple of (str, str)
        Names that stand in brackets, and what each stands for.
    """

    name: str
    title: str
    asn_type: str
    base: str
    mixins: tuple[str, ...]
    product: str
    candidates: str
    clauses: tuple[ClauseWords, ...]
    needs: tuple[str, ...]
    roles: tuple[CaseWords, ...]
    suffixes: tuple[CaseWords, ...]
    steps: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


def rule_words(rule: Rule) -> RuleWords:
    """Say each part of a rule in English."""
    return RuleWords(
        name=full_name(rule),
        title=rule.title,
        asn_type=rule.asn_type,
        base=rule.base.name,
        mixins=tuple(mixin.name for mixin in rule.mixins),
        product=rule.product_template,
        candidates=_candidates(rule.scope_reach),
        clauses=tuple(_clauses(rule)),
        needs=tuple(map(to_text, rule.all_needs)),
        roles=case_words(rule.as_members_have(rule.member_roles)),
        suffixes=case_words(rule.as_members_have(rule.member_suffixes)),
        steps=tuple(map(step_text, rule.all_steps)),
        names=tuple((name, to_text(meaning)) for name, meaning in sorted(_names(rule).items())),
    )


def _names(rule: Rule) -> dict[str, Predicate]:
    """Collect the names that a rule uses, with what they stand for."""
    found: dict[str, Predicate] = {}
    for clause in rule.all_clauses:
        found |= {} if clause.where is None else names(clause.where)
        if clause.key is not None and clause.key.where is not None:
            found |= names(clause.key.where)
        if clause.key is not None and clause.key.instead is not None:
            found |= names(clause.key.instead[0])
    for cases in (rule.member_roles, rule.member_suffixes):
        for predicate, _ in rule.as_members_have(cases).cases:
            found |= names(predicate)
    for step in rule.all_steps:
        found |= names(step.where) if isinstance(step, Attach) else {}
    return found


def full_name(rule: Rule) -> str:
    """Return the name of a rule, with its variant if it has one."""
    return f"{rule.name} ({rule.variant})" if rule.variant else rule.name


def case_words(cases: Cases) -> tuple[CaseWords, ...]:
    """Say each case in English, in order."""
    said = [CaseWords(word, to_text(predicate)) for predicate, word in cases.cases]
    return (*said, CaseWords(cases.otherwise, ""))


def describe(rule: Rule) -> str:
    """Say a whole rule in English.

    Returns
    -------
    str
        Lines of at most 88 columns where no word is longer, with a final newline.
    """
    words = rule_words(rule)
    lines = [
        words.name,
        *_wrapped(words.title, "  "),
        "",
        *_named("type", words.asn_type),
        *_named("product", words.product),
        *_named("base", words.base),
        *_named("mixins", ", ".join(words.mixins) or "none"),
        *_named("solved in", words.candidates),
        "",
        "Members",
        *(line for clause in words.clauses for line in _clause_lines(clause)),
        "",
        "Needs",
        *(line for need in words.needs for line in _wrapped(need, "  ")),
        "",
        "Role of a member: the first that holds",
        *(line for case in words.roles for line in _case_lines(case)),
        "",
        "Suffix of a member's file: the first that holds",
        *(line for case in words.suffixes for line in _case_lines(case)),
        *_part("Then", (line for step in words.steps for line in _wrapped(step, "  "))),
        *_part(
            "Words",
            (line for name, text in words.names for line in _wrapped(f"[{name}]: {text}", "  ")),
        ),
    ]
    return "\n".join(lines) + "\n"


def _part(title: str, lines: Iterable[str]) -> list[str]:
    """Give lines a title; nothing if there are none."""
    listed = list(lines)
    return ["", title, *listed] if listed else []


def print_rules(console: Console, sets: Sequence[RuleSet]) -> None:
    """Print the rules of each set with their types and titles."""
    for number, rule_set in enumerate(sets):
        if number:
            console.print()
        title = f"{rule_set.name}: {count_text(len(rule_set), 'rule')}"
        console.print(title, style="bold")
        rows = [(full_name(rule), rule.asn_type, rule.title) for rule in rule_set]
        print_table(console, ("rule", "type", "title"), rows)


def _candidates(reach: Reach) -> str:
    types, barred = reach.candidate_types, reach.barred_types
    if types is not None:
        return f"{' and '.join(types)} candidates only"
    text = "every candidate" + (f" but those of type {' or '.join(barred)}" if barred else "")
    return f"{text}, and the pool as a whole" if reach.discovered else text


def _clauses(rule: Rule) -> Iterator[ClauseWords]:
    sources = {clause.name: mixin.name for mixin in rule.mixins for clause in mixin.clauses}
    sources |= {clause.name: rule.name for clause in rule.clauses}
    for clause in rule.all_clauses:
        yield _clause_words(clause, sources[clause.name])


def _clause_words(clause: Clause, source: str) -> ClauseWords:
    where = "" if clause.where is None else to_text(clause.where)
    key = "" if clause.key is None else to_text(clause.key)
    return ClauseWords(clause.name, source, where, key)


def _clause_lines(clause: ClauseWords) -> Iterator[str]:
    yield f"  {clause.name} ({clause.source})"
    for text in (clause.where, clause.key):
        if text:
            yield from _wrapped(text, "    ")


def _case_lines(case: CaseWords) -> list[str]:
    return _wrapped(f"{case.word}: {case.when or 'all others'}", "  ")


def _named(name: str, text: str) -> list[str]:
    return _wrapped(f"{name:<11}{text}", "", " " * 11)


def _wrapped(text: str, indent: str, further: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  " if further is None else further,
        break_long_words=False,
        break_on_hyphens=False,
    )
