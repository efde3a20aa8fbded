"""Answers about exposures in English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from asnsolve.explanations.answers import (
    Change,
    ClauseAnswer,
    DroppedMembership,
    Explanation,
    LevelReason,
    Membership,
    Remedy,
    RuleAnswer,
)
from asnsolve.explanations.member_prose import LAW_SENTENCES, membership_lines
from asnsolve.explanations.sentences import being, having, in_columns
from asnsolve.phrases import count_text, listed
from asnsolve.profiles import FileNames
from asnsolve.solvers.unsolved import OpenKey, advice

_MOST_KEPT: Final = 6
"""Better members that are named; more are counted."""


def explanation_text(explanation: Explanation) -> str:
    """Say why an exposure is in its associations, and what would let it into others.

    Parameters
    ----------
    explanation : Explanation
        The answer as data.

    Returns
    -------
    str
        A paragraph per association, a line per association that gave way to others, then a
        paragraph per level that has none with the exposure.
    """
    lines = [_headline(explanation)]
    root_of = cache(explanation.files.root_of)
    for membership in explanation.memberships:
        lines += [_membership_text(membership)]
        lines += [f"    {line}" for line in membership_lines(membership, root_of)]
    lines += map(_dropped_text, explanation.dropped)
    told = {answer.level: answer for answer in explanation.told}
    if explanation.asked is not None:
        for asked in explanation.rules:
            lines += ["", *_rule_lines(asked, explanation.files)]
        return "\n".join(lines)
    known: list[str] = []
    for reason in explanation.levels:
        answer = told.get(reason.level)
        own = [*_rule_lines(answer, explanation.files)] if answer is not None else []
        if answer is not None and own[1:] and own[1:] == known:
            rule = rule_name(answer.rule, answer.variant)
            lines += ["", f"{rule} of level {reason.level} refuses it for the same reason."]
            continue
        lines += ["", *_level_lines(reason, answer, explanation.files)]
        known = own[1:]
    return "\n".join(lines)


def _headline(explanation: Explanation) -> str:
    count = len(explanation.memberships)
    if not count:
        return f"{explanation.exposure} is in no association."
    return f"{explanation.exposure} is in {count_text(count, 'association')}:"


def _membership_text(membership: Membership) -> str:
    count = len(membership.others)
    others = f", with {count_text(count, 'other')}" if count else ""
    return (
        f"  {membership.file_name}: by {membership.rule}, as {membership.role} of "
        f"{membership.product}{others}"
    )


def _dropped_text(dropped: DroppedMembership) -> str:
    return (
        f"  dropped: {dropped.product} of {dropped.asn_id} by {dropped.rule}, because "
        f"{dropped.gave_way_to} {LAW_SENTENCES[dropped.law]}"
    )


def rule_name(rule: str, variant: str) -> str:
    """Name a rule, with its variant if it has one.

    Parameters
    ----------
    rule, variant : str
        Its name, and what tells it apart from others of this name.

    Returns
    -------
    str
    """
    return f"{rule} ({variant})" if variant else rule


def _level_lines(reason: LevelReason, answer: RuleAnswer | None, files: FileNames) -> Iterator[str]:
    """Say why a level leaves an exposure out: what is declared first, then its own rule."""
    if reason.declared:
        yield f"Level {reason.level} leaves it out: {reason.declared}."
    elif reason.attached_as:
        which = f" with {having(reason.attached_by)}" if reason.attached_by else ""
        yield (
            f"Level {reason.level} attaches it as {reason.attached_as} to associations{which}, but "
            "there are none."
        )
    if answer is None:
        if not reason.declared:
            yield f"There is no rule of level {reason.level}."
        return
    if answer.for_its_type and not reason.attached_as:
        yield from _rule_lines(answer, files)
    # The exposure is attached to other associations, so say what these would need.
    elif reason.attached_as:
        yield from (_remedy_text(remedy, files) for remedy in answer.remedies)
    elif not reason.declared:
        values = dict(pair for refusal in answer.refusals for pair in refusal.values)
        what = "exposures like it"
        if "exp_type" in values:
            its_type = values["exp_type"]
            what = f"EXP_TYPE {its_type}" if its_type else "exposures without EXP_TYPE"
        yield f"No rule of level {reason.level} is for {what}."


def _rule_lines(answer: RuleAnswer, files: FileNames) -> Iterator[str]:
    """Say why a rule has no association with an exposure, and what would let it in."""
    rule = rule_name(answer.rule, answer.variant)
    if answer.joins and not answer.refusals:
        yield f"{rule} takes it as {answer.role}: every clause accepts it."
        return
    if answer.joins:
        yield f"{rule} attaches it in one of its steps, although its clauses refuse it:"
        yield from (f"  {refusal_text(refusal)}" for refusal in answer.refusals)
        return
    if answer.refusals:
        yield f"{rule} of level {answer.level} refuses it:"
        yield from (f"  {refusal_text(refusal)}" for refusal in answer.refusals)
    elif answer.unmet_needs:
        # More exposures do not help if a need limits how many there may be.
        are_missing = all(need.found < need.wanted for need in answer.unmet_needs)
        why = "other exposures are missing" if are_missing else "its needs are not met"
        yield f"{rule} of level {answer.level} would take it as {answer.role}, but {why}:"
        for need in answer.unmet_needs:
            verb = "allowed" if need.bound == "at most" else "needed"
            yield f"  {need.counted}: {need.found} found, {need.bound} {need.wanted} {verb}."
        if are_missing and answer.only_in:
            shared = listed(answer.only_in, "or")
            yield f"  The other members must name {shared} in ASN_CANDIDATE too."
    elif answer.open_keys:
        yield (
            f"{rule} of level {answer.level} would take it as {answer.role}, but it could be "
            "associated in too many ways, so that none was looked for:"
        )
        keys = [OpenKey(*key) for key in answer.open_keys]
        yield from (f"  {key}" for key in keys)
        yield f"  {advice(keys)}"
    elif answer.left_out is not None:
        each = "the best one" if answer.left_out.at_most == 1 else "the best"
        yield (
            f"{rule} of level {answer.level} lets it in as {answer.role}, but a step of the rule "
            f"keeps only {each} for each science member:"
        )
        yield f"  Its match: {answer.left_out.match}."
        kept = answer.left_out.kept
        yield from (f"  {name} is kept: {match}." for name, match in kept[:_MOST_KEPT])
        if (more := len(kept) - _MOST_KEPT) > 0:
            yield f"  {more} more {'is' if more == 1 else 'are'} kept."
    else:
        yield (
            f"{rule} of level {answer.level} lets it in as {answer.role}, but a later step of the "
            "rule leaves it out, or the association gave way to another one."
        )
    yield from (f"  {_remedy_text(remedy, files)}" for remedy in answer.remedies)


def refusal_text(refusal: ClauseAnswer) -> str:
    """Say what a clause requires, and what it finds.

    Parameters
    ----------
    refusal : ClauseAnswer
        A clause that refuses an exposure.

    Returns
    -------
    str
        A sentence, such as "Clause filter requires that FILTER is set, but FILTER is not set".
    """
    if refusal.clause == "candidate":
        cell = dict(refusal.values).get("asn_candidate")
        has = "is not set" if cell is None else f"is {cell}"
        return f"It requires that {refusal.unmet}, but ASN_CANDIDATE {has}."
    asked = in_columns(refusal.unmet or refusal.expected, dict(refusal.values))
    but = f", but {being(refusal.values)}" if refusal.values else ""
    return f"Clause {refusal.clause} requires that {asked}{but}."


def _remedy_text(remedy: Remedy, files: FileNames) -> str:
    """Say what would let an exposure in."""
    if remedy.added_role is None:
        return f"If it had {_changes_text(remedy.changes, files)}, it would be taken."
    if not remedy.changes:
        return f"If there were another exposure like it, as {remedy.added_role}, it would be taken."
    with_values = listed(_value_text(change) for change in remedy.changes)
    return (
        f"If there were another exposure like it, but with {with_values}, as {remedy.added_role}, "
        "it would be taken."
    )


def _value_text(change: Change) -> str:
    if change.value is None:
        return f"{change.attribute.upper()} not set"
    return f"{change.attribute.upper()} {change.value}"


def _changes_text(changes: Sequence[Change], files: FileNames) -> str:
    """Name the values that an exposure lacks, and exposures that have them."""
    unset = [f"no {change.attribute.upper()}" for change in changes if change.value is None]
    by_like: dict[str, list[str]] = {}
    for change in changes:
        if change.value is not None:
            by_like.setdefault(change.like, []).append(_value_text(change))
    parts = [
        # If no exposure has the value, others may do as well.
        f"{listed(values)}, {f'like {files.root_of(like)}' if like else 'for example'}"
        for like, values in by_like.items()
    ]
    return ", and ".join([*parts, listed(unset)] if unset else parts)
