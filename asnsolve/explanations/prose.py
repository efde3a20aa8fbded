"""Answers about exposures in English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from asnsolve.differences.compare import MembersDiffer, NameDiffers, OnlyIn
from asnsolve.explanations.answers import (
    Absence,
    ClauseAnswer,
    DroppedMembership,
    Explanation,
    Membership,
    PairAnswer,
    RuleAnswer,
    Together,
)
from asnsolve.rules.model import Law
from asnsolve.solvers.judgement import CANDIDATE
from asnsolve.solvers.refusals import clause_text
from asnsolve.stages import exposure_root

# What gave way may have done so in several steps: these hold for the one that stays at last.
_LAWS: Final[Mapping[Law, str]] = MappingProxyType(
    {
        "discovered repeats": "has all its files and comes from a candidate",
        "one membership": "has all its members in the same roles",
        "whole products": "has all its members and more",
        "one product": (
            "makes the same product of the same science files, and goes first by its members, its "
            "background or its id"
        ),
    }
)
_MOST_RULES = 3
_MOST_NAMED = 3


def explanation_text(explanation: Explanation) -> str:
    """Say why an exposure is in its associations, and what the nearest other rules ask.

    Parameters
    ----------
    explanation : Explanation
        The answer as data.

    Returns
    -------
    str
        A line per association, also of those that gave way to others, then a paragraph per answer
        of `Explanation.told`.
    """
    memberships = explanation.memberships
    lines = [_headline(explanation), *map(_membership_text, memberships)]
    lines += map(_dropped_text, explanation.dropped)
    for answer in explanation.told:
        lines += ["", *_rule_lines(answer)]
    rest = [answer for answer in explanation.rules if answer not in explanation.told]
    # Further rules help only where there is no association to look at.
    if rest and not memberships:
        further = ", ".join(map(_rule_in_brief, rest[:_MOST_RULES]))
        lines += ["", f"Further rules, the nearest first: {further}"]
    return "\n".join(lines)


def _headline(explanation: Explanation) -> str:
    count = len(explanation.memberships)
    if not count:
        return f"{explanation.exposure} is in no association."
    return f"{explanation.exposure} is in {count} association{'' if count == 1 else 's'}:"


def _membership_text(membership: Membership) -> str:
    count = len(membership.others)
    others = f", with {count} other{'' if count == 1 else 's'}" if count else ""
    shared = ", ".join(f"{name} {value}" for name, value in membership.shared if value)
    return (
        f"  {membership.file_name}: by {membership.rule}, as {membership.role} of "
        f"{membership.product}{others}" + (f"\n    one {shared}" if shared else "")
    )


def _dropped_text(dropped: DroppedMembership) -> str:
    return (
        f"  dropped: {dropped.product} of {dropped.asn_id} by {dropped.rule}, because "
        f"{dropped.gave_way_to} {_LAWS[dropped.law]}"
    )


def _rule_name(answer: RuleAnswer | PairAnswer) -> str:
    return f"{answer.rule} ({answer.variant})" if answer.variant else answer.rule


def _rule_lines(answer: RuleAnswer) -> Iterator[str]:
    """Say why a rule refuses an exposure, and what would have to give."""
    rule = _rule_name(answer)
    if answer.joins:
        yield f"{rule} takes it: every clause lets it in, as {answer.role}."
        return
    refusals = answer.refusals
    if refusals:
        yield f"{rule} of level {answer.level} refuses it, by {_clauses(refusals)}:"
        yield from (f"  {_refusal_text(refusal)}" for refusal in refusals)
    else:
        yield f"{rule} of level {answer.level} lets it in as {answer.role}, but has no room for it."
    if answer.to_give is None:
        return
    if not answer.to_give:
        yield "  Its association gave way to one of another rule."
        return
    if {*answer.to_give} != {refusal.clause for refusal in refusals}:
        yield f"  To let it in, {_listed(map(_part, answer.to_give))} would have to give."
    elif len(refusals) == 1:
        yield "  Without that clause it would be in."
    else:
        yield f"  Without these {len(refusals)} clauses it would be in; fewer are not enough."


def _part(name: str) -> str:
    """Name a part of a rule that `RuleAnswer.to_give` lists."""
    if name == CANDIDATE:
        return "the choice of candidates"
    if name.startswith("need: "):
        return f"the need that {name.removeprefix('need: ')}"
    return "the steps after the search" if name == "steps" else f"the clause {name}"


def _refusal_text(refusal: ClauseAnswer) -> str:
    return clause_text(refusal.clause, refusal.expected, refusal.values)


def _clauses(refusals: Iterable[ClauseAnswer]) -> str:
    return _listed(refusal.clause for refusal in refusals)


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _rule_in_brief(answer: RuleAnswer) -> str:
    reason = f"refused by {_clauses(answer.refusals)}" if answer.refusals else "no place for it"
    return f"{_rule_name(answer)} ({reason})"


def together_text(pair: Together) -> str:
    """Say why two exposures are together, or are not.

    Parameters
    ----------
    pair : Together
        The answer as data.

    Returns
    -------
    str
        A line per association that holds both; if there is none, a paragraph per rule.
    """
    names = f"{pair.first} and {pair.second}"
    joint = [answer for answer in pair.rules if answer.together]
    if joint:
        lines = [f"{names} are together:"]
        for answer in joint:
            roles = f"as {answer.roles[0]} and {answer.roles[1]}"
            lines += [f"  {file}: by {_rule_name(answer)}, {roles}" for file in answer.together]
        return "\n".join(lines)
    lines = [f"{names} are in no association together."]
    for answer in pair.rules[:_MOST_RULES]:
        lines += ["", f"{_rule_name(answer)}:", *(f"  {line}" for line in _between(answer))]
    return "\n".join(lines)


def between_text(answer: PairAnswer) -> str:
    """Say in one line what a rule finds between two exposures.

    Parameters
    ----------
    answer : PairAnswer
        What the rule says to both.

    Returns
    -------
    str
        One line, as "Asn_Image: opt_elem differs: f200w and f444w".
    """
    return f"{_rule_name(answer)}: {'; '.join(_between(answer))}"


def _between(answer: PairAnswer) -> Iterator[str]:
    for filename, refusal in answer.refused:
        yield f"{exposure_root(filename)} is refused by {_refusal_text(refusal)}"
    for key in answer.keys:
        yield f"{key.clause} differs: {key.first} and {key.second}"
    if not answer.share_scope:
        yield "no candidate in which the rule is solved names both"
    if not answer.distance:
        yield (
            f"takes them as {answer.roles[0]} and {answer.roles[1]} with equal keys, but has no "
            "association of both: what it needs besides is missing, or another one is preferred"
        )


def absence_text(absence: Absence) -> str:
    """Say what a missing exposure undoes.

    Parameters
    ----------
    absence : Absence
        The answer as data.

    Returns
    -------
    str
        A line per difference.
    """
    if not absence.differences:
        return f"Without {absence.exposure} nothing changes."
    lines = [f"Without {absence.exposure}:"]
    root = exposure_root(absence.exposure)
    for difference in absence.differences:
        match difference:
            case OnlyIn("first", result):
                lines.append(f"  lost: {result}")
            case OnlyIn("second", result):
                lines.append(f"  new: {result}")
            case NameDiffers(first, second):
                only_name = [name for name, _, _ in difference.fields] == ["product"]
                then = second.product if only_name else second
                lines.append(f"  named anew: {first}, then {then}")
            case MembersDiffer(first, second, gone, new, roles):
                # That the exposure itself is gone goes without saying.
                others = [file for file, _ in gone if exposure_root(file) != root]
                changes = [f"{file} too" for file in others]
                changes += [f"{file} joins" for file, _ in new]
                changes += [f"{file} becomes {role}" for file, _, role in roles]
                changes += [f"named {second.product}"] if difference.renamed else []
                listed = f": {', '.join(changes)}" if changes else ""
                lines.append(f"  without it: {first}{listed}")
    if absence.orphaned:
        names = ", ".join(absence.orphaned[:_MOST_NAMED])
        more = len(absence.orphaned) - _MOST_NAMED
        lines.append(
            f"  no longer in any association: {names}" + (f" and {more} more" if more > 0 else "")
        )
    return "\n".join(lines)
