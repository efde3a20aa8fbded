"""Answers about exposures in English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asnsolve.differences.compare import MembersDiffer, NameDiffers, OnlyFirst, OnlySecond
from asnsolve.explanations.answers import (
    Absence,
    ClauseAnswer,
    Explanation,
    Membership,
    PairAnswer,
    RuleAnswer,
    Together,
    Values,
)
from asnsolve.explanations.relax import CANDIDATE
from asnsolve.naming import exposure_root

__all__ = [
    "absence_text",
    "between_text",
    "explanation_text",
    "listed",
    "together_text",
    "values_text",
]

_MOST_RULES = 3
_MOST_NAMED = 3


def explanation_text(found: Explanation) -> str:
    """Say why an exposure is in its associations, and what the nearest other rules ask."""
    lines = [_where(found), *(_in(one) for one in found.memberships)]
    for answer in found.told:
        lines += ["", *_not_in(answer)]
    rest = [one for one in found.rules if one not in found.told]
    if rest and not found.memberships:
        lines += [
            "",
            f"Further rules, the nearest first: {', '.join(map(_far, rest[:_MOST_RULES]))}",
        ]
    return "\n".join(lines)


def _where(found: Explanation) -> str:
    count = len(found.memberships)
    if not count:
        return f"{found.exposure} is in no association."
    return f"{found.exposure} is in {count} association{'' if count == 1 else 's'}:"


def _in(one: Membership) -> str:
    others = f", with {len(one.others)} other{'' if len(one.others) == 1 else 's'}"
    shared = ", ".join(f"{name} {value}" for name, value in one.shared if value)
    line = f"  {one.file_name}: by {one.rule}, as {one.role} of {one.product}"
    return f"{line}{others if one.others else ''}" + (f"\n    one {shared}" if shared else "")


def _named(answer: RuleAnswer | PairAnswer) -> str:
    return f"{answer.rule} ({answer.variant})" if answer.variant else answer.rule


def _not_in(answer: RuleAnswer) -> Iterator[str]:
    rule = _named(answer)
    if answer.joins:
        yield f"{rule} takes it: every clause lets it in, as {answer.role}."
        return
    refusals = answer.refusals
    if refusals:
        which = listed(one.clause for one in refusals)
        yield f"{rule} of level {answer.level} refuses it, by {which}:"
        yield from (f"  {refusal_text(one)}" for one in refusals)
    else:
        yield f"{rule} of level {answer.level} lets it in as {answer.role}, but has no room for it."
    if answer.to_give is None:
        return
    if not answer.to_give:
        yield "  Its association gave way to one of another rule."
        return
    if {*answer.to_give} != {one.clause for one in refusals}:
        yield f"  To let it in, {listed(map(_part, answer.to_give))} would have to give."
    elif len(refusals) == 1:
        yield "  Without that clause it would be in."
    else:
        yield f"  Without these {len(refusals)} clauses it would be in; fewer are not enough."


def _part(name: str) -> str:
    if name == CANDIDATE:
        return "the choice of candidates"
    if name.startswith("need: "):
        return f"the need that {name.removeprefix('need: ')}"
    return "the steps after the search" if name == "steps" else f"the clause {name}"


def refusal_text(refusal: ClauseAnswer) -> str:
    """Say what a clause expected and found."""
    has = values_text(refusal.values)
    return f"{refusal.clause}: expected that {refusal.expected}" + (f", but {has}" if has else "")


def values_text(values: Values) -> str:
    """Say which values attributes have."""
    return ", ".join(f"{name} is {'not set' if value is None else value}" for name, value in values)


def listed(words: Iterable[str]) -> str:
    """Join words by commas and *and*."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


def _far(answer: RuleAnswer) -> str:
    return (
        f"{_named(answer)} (refused by {listed(one.clause for one in answer.refusals)})"
        if (answer.refusals)
        else f"{_named(answer)} (no place for it)"
    )


def together_text(found: Together) -> str:
    """Say why two exposures are together, or are not."""
    joint = [one for one in found.rules if one.together]
    first, second = found.first, found.second
    if joint:
        lines = [f"{first} and {second} are together:"]
        for one in joint:
            roles = f"as {one.roles[0]} and {one.roles[1]}"
            lines += [f"  {file}: by {_named(one)}, {roles}" for file in one.together]
        return "\n".join(lines)
    lines = [f"{first} and {second} are in no association together."]
    for one in found.rules[:_MOST_RULES]:
        lines += ["", f"{_named(one)}:", *_between(one)]
    return "\n".join(lines)


def between_text(answer: PairAnswer) -> str:
    """Say in one line what a rule finds between two exposures."""
    told = "; ".join(line.strip() for line in _between(answer))
    return f"{_named(answer)}: {told}"


def _between(one: PairAnswer) -> Iterator[str]:
    for filename, refusal in one.refused:
        yield f"  {exposure_root(filename)} is refused by {refusal_text(refusal)}"
    for key in one.keys:
        yield f"  {key.clause} differs: {key.first} and {key.second}"
    if not one.share_scope:
        yield "  no candidate in which the rule is solved names both"
    if not one.distance:
        yield (
            f"  takes them as {one.roles[0]} and {one.roles[1]} with equal keys, but has no "
            "association of both: what it needs besides is missing, or another one is preferred"
        )


def absence_text(found: Absence) -> str:
    """Say what a missing exposure undoes."""
    if not found.differences:
        return f"Without {found.exposure} nothing changes."
    lines = [f"Without {found.exposure}:"]
    root = exposure_root(found.exposure)
    for one in found.differences:
        match one:
            case OnlyFirst(result):
                lines.append(f"  lost: {result}")
            case OnlySecond(result):
                lines.append(f"  new: {result}")
            case NameDiffers(first, second):
                lines.append(f"  named anew: {first}, then {second.product}")
            case MembersDiffer(first, _, gone, new, roles):
                others = [file for file, _ in gone if exposure_root(file) != root]
                changes = [f"{file} too" for file in others]
                changes += [f"{file} joins" for file, _ in new]
                changes += [f"{file} becomes {role}" for file, _, role in roles]
                told = f": {', '.join(changes)}" if changes else ""
                lines.append(f"  without it: {first}{told}")
    if found.orphaned:
        names = ", ".join(found.orphaned[:_MOST_NAMED])
        more = len(found.orphaned) - _MOST_NAMED
        lines.append(
            f"  in no association any more: {names}" + (f" and {more} more" if more > 0 else "")
        )
    return "\n".join(lines)
