"""Find mistakes in rules before anything is solved with them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from asnsolve.errors import Location, NamingError, Problem, RuleError
from asnsolve.expr.nodes import Within
from asnsolve.pool.measures import Measure
from asnsolve.profiles import Names, Profile, default_profile
from asnsolve.profiles.templates import check_template
from asnsolve.rules.field_types import Mistake, inside, misfits
from asnsolve.rules.known_words import LEVELS
from asnsolve.rules.measured_rules import measured_mistakes
from asnsolve.rules.model import Base, Cases, Clause, Mixin, Reach, Rule
from asnsolve.rules.node_mistakes import (
    attributes_of,
    node_mistakes,
    parts_of,
    unknown_attributes,
)
from asnsolve.rules.preferences import best_mistakes
from asnsolve.rules.profile_mistakes import profile_mistakes
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import Attach, Best
from asnsolve.shown_values import escaped, shown
from asnsolve.suggest import did_you_mean

_RULE_NAME = re.compile(r"Asn_\w+")
_MOST_DIGITS = 9
_MOST_CHARACTERS = 255
"""Length of a file name that file systems allow; a longer text cannot be a name or title."""

_ASN_TYPE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def check_rules(
    source: str,
    rules: Iterable[Rule],
    columns: frozenset[str],
    candidate_types: frozenset[str] = frozenset(),
    *,
    measures: tuple[Measure, ...] = (),
    profile: Profile | None = None,
) -> list[Problem]:
    """Find the mistakes in the rules of a set.

    Parameters
    ----------
    source : str
        Where the rules come from, for messages.
    rules : iterable of Rule
        The rules of one set.
    columns : frozenset of str
        Attributes that the rules may name in addition to the known ones.
    candidate_types : frozenset of str
        Types of candidates that the rules may name in addition to the known ones.
    measures : tuple of Measure
        Columns that measure.
    profile : Profile, optional
        The mission; by default JWST.

    Returns
    -------
    list of Problem
        Empty if the rules are acceptable. Each names the rule and the field.
    """
    rules = tuple(rules)
    profile = profile or default_profile()
    known = _Known(
        profile.words.attributes | columns,
        (*profile.words.candidate_types, *sorted(candidate_types)),
        {measure.column: measure for measure in measures},
        profile,
    )
    labels = [rule_label(rule, place) for place, rule in enumerate(rules, start=1)]
    sound: set[int] = set()
    problems = [
        Problem(
            mistake.what,
            Location(source, rule=label, field=mistake.field),
            mistake.expected,
            mistake.advice,
        )
        for label, rule in zip(labels, rules, strict=True)
        for mistake in _mistakes(rule, known, sound)
    ]
    # Names of the wrong type, which may not be hashable, have been reported above.
    named_rules = Counter(
        (label, rule.variant if isinstance(rule.variant, str) else "")
        for label, rule in zip(labels, rules, strict=True)
    )
    problems += [
        Problem(
            f"{count} rules have this name",
            Location(source, rule=label, field="name"),
            "one of each variant",
            "Give one of them another name, or a variant.",
        )
        for (label, _), count in named_rules.items()
        if count > 1
    ]
    return problems


def check_set(source: str, rule_set: RuleSet, name: str) -> None:
    """Refuse a rule set whose parts have the wrong types or make no sense.

    Parameters
    ----------
    source : str
        File of the set; may be empty.
    rule_set : RuleSet
        The set; its rules are not looked into.
    name : str
        What the fields of the set begin with in messages: the name that holds it.

    Raises
    ------
    RuleError
        If there is a mistake.
    """
    found = [*misfits(rule_set.rules, tuple, "rules")]
    if isinstance(rule_set.rules, tuple):
        for number, rule in enumerate(rule_set.rules):
            if not isinstance(rule, Rule):
                advice = "Put a star before a tuple of rules." if isinstance(rule, tuple) else ""
                found.append(Mistake(f"rules[{number}]", f"is {shown(rule)}", "Rule(...)", advice))
        if not rule_set.rules:
            found.append(Mistake("rules", "is empty", "at least one rule"))
    found += misfits(rule_set.name, str, "name")
    found += misfits(rule_set.digits, int, "digits")
    found += misfits(rule_set.columns, frozenset[str], "columns")
    found += misfits(rule_set.candidate_types, frozenset[str], "candidate_types")
    found += misfits(rule_set.measures, tuple[Measure, ...], "measures")
    # The profile of the package has been checked by its tests.
    if not found and rule_set.profile is not default_profile():
        mistakes = profile_mistakes(rule_set.profile, rule_set.columns)
        found += (replace(each, field=inside("profile", each.field)) for each in mistakes)
    if not found:
        found += _texts("name", rule_set.name)
        if not 1 <= rule_set.digits <= _MOST_DIGITS:
            found.append(Mistake("digits", f"is {rule_set.digits}", f"1 to {_MOST_DIGITS}"))
    if found:
        raise RuleError(
            [
                Problem(
                    each.what,
                    Location(source or None, field=inside(name, each.field)),
                    each.expected,
                    each.advice,
                )
                for each in found
            ]
        )


def rule_label(rule: Rule, place: int) -> str:
    """Name a rule in a message, even if its name is not a text.

    Parameters
    ----------
    rule : Rule
        The rule.
    place : int
        Its place in its set, from 1.

    Returns
    -------
    str
        Its name, or else its place.
    """
    return escaped(rule.name) if isinstance(rule.name, str) and rule.name else f"number {place}"


@dataclass(frozen=True, slots=True)
class _Known:
    """What rules may name: attributes, types of candidates, columns that measure, other words."""

    attributes: frozenset[str]
    candidate_types: tuple[str, ...]
    measures: Mapping[str, Measure]
    profile: Profile


def _mistakes(rule: Rule, known: _Known, sound: set[int]) -> list[Mistake]:
    """Find the mistakes of one rule; its parts are read only if they have the right types."""
    wrong_types = list(misfits(rule, Rule, "", sound))
    if wrong_types:
        return wrong_types
    found = [*_of_rule(rule, known.profile.names)]
    attributes_seen: set[str] = set()
    for field, part in parts_of(rule):
        found += _of_part(field, part, rule, known)
        if known.attributes.issuperset(attributes_of(part)):
            found += measured_mistakes(field, part, known.measures)
        for mistake, name in unknown_attributes(field, part, known.attributes):
            # The same wrong word in several places is one mistake.
            if name not in attributes_seen:
                attributes_seen.add(name)
                found.append(mistake)
    return found


def _of_rule(rule: Rule, names: Names) -> Iterator[Mistake]:
    """Find the mistakes in what a rule says as a whole."""
    if not _RULE_NAME.fullmatch(rule.name):
        what = f"{shown(rule.name)} is not a name of a rule"
        yield Mistake("name", what, "a name that starts with Asn_")
    yield from _too_long("name", rule.name)
    if not _ASN_TYPE.fullmatch(rule.asn_type):
        what = f"{shown(rule.asn_type)} is not an association type"
        yield Mistake("asn_type", what, "lower-case letters and digits")
    else:
        yield from _of_type(rule.asn_type, names)
    yield from _texts("title", rule.title)
    if rule.variant:
        yield from _texts("variant", rule.variant)
    if rule.note and not rule.note.strip():
        yield Mistake("note", f"is {shown(rule.note)}", "sentences, or nothing")
    product = "base.product" if rule.product is None else "product"
    yield from _too_long(product, rule.product_template)
    if not rule.product_template:
        yield Mistake(product, "is empty", "a template of product names, or None")
    else:
        try:
            check_template(rule.product_template, rule.name, names)
        except RuleError as error:
            for problem in error.problems:
                yield Mistake(product, problem.what, problem.expected, problem.advice)
    yield from _twice("clauses", rule.clauses)
    # An empty clause is a mistake only if it is in force; a later one may replace it.
    for clause in rule.all_clauses:
        if clause.where is None and clause.key is None:
            place = _place_of_clause(rule, clause)
            yield Mistake(
                place, f"clause {shown(clause.name)} says nothing", "a predicate or a key"
            )


def _of_type(asn_type: str, names: Names) -> Iterator[Mistake]:
    """Find a type of associations that cannot be in the names of their files."""
    program, asn_id = names.samples.get("program", "program"), names.samples.get("asn_id", "o001")
    try:
        name = names.file_name(names.program_text(program), asn_id, asn_type, 1, 5)
    except NamingError as error:
        for problem in error.problems:
            yield Mistake("asn_type", problem.what, problem.expected)
        return
    if (excess := len(name) - _MOST_CHARACTERS) > 0:
        what = f"has {len(asn_type)} characters, which is too many for a file name"
        yield Mistake("asn_type", what, f"at most {len(asn_type) - excess}")


def _place_of_clause(rule: Rule, clause: Clause) -> str:
    return next(field for field, part in parts_of(rule) if part is clause)


def _of_part(field: str, part: object, rule: Rule, known: _Known) -> Iterator[Mistake]:
    """Find the mistakes in one of the objects that a rule consists of."""
    words, stages = known.profile.words, known.profile.files.stages
    match part:
        case Base():
            yield from _texts(inside(field, "name"), part.name)
            if part.level not in LEVELS:
                expected = " or ".join(map(str, LEVELS))
                yield Mistake(inside(field, "level"), f"is {part.level}", expected)
        case Mixin():
            yield from _texts(inside(field, "name"), part.name)
            yield from _twice(inside(field, "clauses"), part.clauses)
        case Clause():
            yield from _texts(inside(field, "name"), part.name)
        case Cases():
            yield from _unknown_results(field, part, words.roles, stages)
        case Reach():
            if part.across_programs and part != Reach(across_programs=True):
                what = "is of the whole pool, and names candidates or leaves discovery out too"
                yield Mistake(inside(field, "across_programs"), what, "one of the two")
            yield from _unknown_candidates(field, part, known.candidate_types)
        case Attach():
            yield from _of_attach(field, part, words.roles)
        case Best():
            yield from best_mistakes(field, part, rule.all_roles, known.profile.fields)
        case Within():
            here = inside(field, "candidate_types")
            yield from _unknown_types(here, part.candidate_types, known.candidate_types)
        case _:
            pass
    yield from node_mistakes(field, part, rule.member_roles.results(), words)


def _of_attach(field: str, step: Attach, roles: tuple[str, ...]) -> Iterator[Mistake]:
    yield from _unknown_words(inside(field, "role"), (step.role,), roles, "a role")
    if not step.shared:
        what = "names no attribute, so that exposures would join any association of the scope"
        advice = "To attach all exposures of a program, share program."
        yield Mistake(inside(field, "shared"), what, "at least one attribute", advice)


def _texts(field: str, text: str) -> Iterator[Mistake]:
    """Find a name or title that is empty, too long, or would break a line."""
    if not text.strip() or not text.isprintable():
        yield Mistake(field, f"is {shown(text)}", "one line of text")
    yield from _too_long(field, text)


def _too_long(field: str, text: str) -> Iterator[Mistake]:
    if len(text) > _MOST_CHARACTERS:
        yield Mistake(field, f"has {len(text)} characters", f"at most {_MOST_CHARACTERS}")


def _twice(field: str, clauses: Iterable[Clause]) -> Iterator[Mistake]:
    for name, count in Counter(clause.name for clause in clauses).items():
        if count > 1:
            what = f"{count} clauses are named {shown(name)}"
            yield Mistake(field, what, "one", "Join them with all_of(...).")


def _unknown_results(
    field: str, cases: Cases, roles: tuple[str, ...], stages: tuple[str, ...]
) -> Iterator[Mistake]:
    """Find results of cases that are not a role, or not a stage."""
    is_role = field.rpartition(".")[2] == "roles"
    known, kind = (roles, "a role") if is_role else (stages, "a stage of a file")
    for number, (_, result) in enumerate(cases.cases):
        yield from _unknown_words(f"{field}.cases[{number}][1]", (result,), known, kind)
    yield from _unknown_words(inside(field, "otherwise"), (cases.otherwise,), known, kind)


def _unknown_candidates(field: str, reach: Reach, known: tuple[str, ...]) -> Iterator[Mistake]:
    types = reach.candidate_types
    if types is not None:
        here = inside(field, "candidate_types")
        yield from _unknown_types(here, types, known)
        if not types:
            what = "names no type, so that the rule would be solved nowhere"
            yield Mistake(here, what, "types of candidates, or None for all")
    yield from _unknown_types(inside(field, "barred_types"), reach.barred_types, known)


def _unknown_words(
    field: str, words: Iterable[str], known: tuple[str, ...], kind: str
) -> Iterator[Mistake]:
    for word in words:
        if word not in known:
            what = f"{shown(word)} is not {kind}"
            yield Mistake(field, what, f"one of {', '.join(known)}", did_you_mean(word, known))


def _unknown_types(field: str, types: Iterable[str], known: tuple[str, ...]) -> Iterator[Mistake]:
    for name in types:
        if name not in known:
            advice = did_you_mean(name, known) or "Declare a type of your own in CANDIDATE_TYPES."
            what = f"{shown(name)} is not a type of candidate"
            yield Mistake(field, what, f"one of {', '.join(known)}", advice)
