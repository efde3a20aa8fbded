"""A rule in English, part by part or as a page of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asnsolve.expr.fold import names
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_text import to_text
from asnsolve.phrases import count_text
from asnsolve.proofs.step_sentences import step_text
from asnsolve.report.tables import print_table, wrapped
from asnsolve.rules.model import Cases, Reach, Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import asked_by

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH: Final = 88


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause in English.

    Parameters
    ----------
    name : str
        Name of the clause.
    source : str
        The mixin or rule that it comes from.
    where : str
        What it requires of each exposure; empty if nothing.
    key : str
        What the members have in common; empty if nothing.
    """

    name: str
    source: str
    where: str
    key: str


@dataclass(frozen=True, slots=True)
class CaseText:
    """One case of a list of cases in English.

    Parameters
    ----------
    word : str
        The value, such as a role, that the case gives.
    when : str
        The exposures for which the case holds if none before it does; empty for all others.
    """

    word: str
    when: str


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule in English.

    Parameters
    ----------
    name, title, note, asn_type, base : str
        The same as in the rule.
    mixins : tuple of str
        Names of its mixins.
    product : str
        Template of the product name.
    candidates : str
        The candidates in which it is solved.
    clauses : tuple of ClauseText
        Its clauses, those of its mixins included.
    needs : tuple of str
        What an association must meet.
    roles, suffixes : tuple of CaseText
        How a member gets its role, and the stage suffix of its file.
    steps : tuple of str
        What is done after the members have been found.
    names : tuple of (str, str)
        Names used in brackets, each with its meaning.
    """

    name: str
    title: str
    note: str
    asn_type: str
    base: str
    mixins: tuple[str, ...]
    product: str
    candidates: str
    clauses: tuple[ClauseText, ...]
    needs: tuple[str, ...]
    roles: tuple[CaseText, ...]
    suffixes: tuple[CaseText, ...]
    steps: tuple[str, ...] = ()
    names: tuple[tuple[str, str], ...] = ()


def rule_text(rule: Rule) -> RuleText:
    """Say each part of a rule in English.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    RuleText
        Its parts.
    """
    return RuleText(
        name=full_name(rule),
        title=rule.title,
        note=rule.note,
        asn_type=rule.asn_type,
        base=rule.base.name,
        mixins=tuple(mixin.name for mixin in rule.mixins),
        product=rule.product_template,
        candidates=_candidates_text(rule.scope_reach),
        # Clauses, needs and steps of the mixins and the base are included: this is all that holds.
        clauses=tuple(_clause_texts(rule)),
        needs=tuple(map(to_text, rule.all_needs)),
        roles=_case_texts(rule.as_members_have(rule.member_roles)),
        suffixes=_case_texts(rule.as_members_have(rule.member_suffixes)),
        steps=tuple(map(step_text, rule.all_steps)),
        names=tuple((name, to_text(meaning)) for name, meaning in sorted(_names(rule).items())),
    )


def _names(rule: Rule) -> dict[str, Predicate]:
    """Collect the names that the expressions of a rule use, with their meanings."""
    meanings: dict[str, Predicate] = {}
    for clause in rule.all_clauses:
        meanings |= {} if clause.where is None else names(clause.where)
        if clause.key is not None and clause.key.where is not None:
            meanings |= names(clause.key.where)
        if clause.shared is not None and clause.shared.instead is not None:
            meanings |= names(clause.shared.instead[0])
    # Cases that no member of the rule can reach are left out, and so are the names in them.
    for cases in (rule.member_roles, rule.member_suffixes):
        for predicate, _ in rule.as_members_have(cases).cases:
            meanings |= names(predicate)
    for step in rule.all_steps:
        for predicate in asked_by(step):
            meanings |= names(predicate)
    return meanings


def full_name(rule: Rule) -> str:
    """Return the name of a rule, with its variant if it has one.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    str
        As ``Asn_Image`` or ``Asn_Image (variant)``; no two rules of a set share it.
    """
    return f"{rule.name} ({rule.variant})" if rule.variant else rule.name


def _case_texts(cases: Cases) -> tuple[CaseText, ...]:
    texts = [CaseText(word, to_text(predicate)) for predicate, word in cases.cases]
    return (*texts, CaseText(cases.otherwise, ""))


def describe(rule: Rule) -> str:
    """Say a whole rule in English.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    str
        Lines of at most 88 columns, unless a word is longer, with a final newline.
    """
    text = rule_text(rule)
    heading = {
        "type": text.asn_type,
        "product": text.product,
        "base": text.base,
        "mixins": ", ".join(text.mixins) or "none",
        "solved in": text.candidates,
    }
    sections: dict[str, Iterable[str]] = {
        "Needs": text.needs,
        "Role of a member: the first that holds": map(_case_text, text.roles),
        "Suffix of a member's file: the first that holds": map(_case_text, text.suffixes),
    }
    if text.steps:
        sections["Then"] = text.steps
    if text.names:
        sections["Words"] = (f"[{name}]: {meaning}" for name, meaning in text.names)
    lines = [text.name, *_wrapped(text.title, "  "), ""]
    if text.note:
        lines += [*_wrapped(text.note, "  ", "  "), ""]
    for name, value in heading.items():
        lines += _wrapped(f"{name:<11}{value}", "", " " * 11)
    lines += ["", "Members", *(line for clause in text.clauses for line in _clause_lines(clause))]
    for title, parts in sections.items():
        lines += ["", title, *(line for part in parts for line in _wrapped(part, "  "))]
    return "\n".join(lines) + "\n"


def print_rules(console: Console, sets: Sequence[RuleSet]) -> None:
    """Print the rules of each set with their types and titles.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    sets : sequence of RuleSet
        The rule sets.
    """
    for number, rule_set in enumerate(sets):
        if number:
            console.print()
        title = f"{rule_set.name}: {count_text(len(rule_set), 'rule')}"
        console.print(title, style="bold")
        rows = [(full_name(rule), rule.asn_type, rule.title) for rule in rule_set]
        print_table(console, ("rule", "type", "title"), rows)


def _candidates_text(reach: Reach) -> str:
    # A reach names the types that it takes or, else, those that it leaves out.
    types, barred = reach.candidate_types, reach.barred_types
    if reach.across_programs:
        return "the whole pool, across programs"
    if types is not None:
        return f"{' and '.join(types)} candidates only"
    text = "every candidate" + (f" but those of type {' or '.join(barred)}" if barred else "")
    return f"{text}, and the pool as a whole" if reach.discovered else text


def _clause_texts(rule: Rule) -> Iterator[ClauseText]:
    # A clause of the rule replaces one of the same name in a mixin, so the rule is looked at last.
    sources = {clause.name: mixin.name for mixin in rule.mixins for clause in mixin.clauses}
    sources |= {clause.name: rule.name for clause in rule.clauses}
    for clause in rule.all_clauses:
        where = "" if clause.where is None else to_text(clause.where)
        key = "" if clause.key is None else to_text(clause.key)
        yield ClauseText(clause.name, sources[clause.name], where, key)


def _clause_lines(clause: ClauseText) -> Iterator[str]:
    yield f"  {clause.name} ({clause.source})"
    for text in (clause.where, clause.key):
        if text:
            yield from _wrapped(text, "    ")


def _case_text(case: CaseText) -> str:
    return f"{case.word}: {case.when or 'all others'}"


def _wrapped(text: str, indent: str, further: str | None = None) -> list[str]:
    return wrapped(text, _WIDTH, indent, indent + "  " if further is None else further)
