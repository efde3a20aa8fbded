"""Answers about two exposures, and about a missing one, in English."""

from __future__ import annotations

from collections.abc import Iterator

from asnsolve.differences.compare import MembersDiffer, NameDiffers, OnlyIn
from asnsolve.explanations.pair_answers import Absence, PairAnswer, Together
from asnsolve.explanations.prose import refusal_text, rule_name

_MOST_RULES = 3
_MOST_NAMED = 3


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
            lines += [
                f"  {file}: by {rule_name(answer.rule, answer.variant)}, {roles}"
                for file in answer.together
            ]
        return "\n".join(lines)
    lines = [f"{names} are in no association together."]
    for answer in pair.rules[:_MOST_RULES]:
        lines += [
            "",
            f"{rule_name(answer.rule, answer.variant)}:",
            *(f"  {line}" for line in _between(answer)),
        ]
    return "\n".join(lines)


def between_text(answer: PairAnswer) -> str:
    """Say in one line what a rule finds between two exposures.

    Parameters
    ----------
    answer : PairAnswer
        What the rule finds.

    Returns
    -------
    str
        One line, such as "Asn_Image: opt_elem differs: f200w and f444w".
    """
    return f"{rule_name(answer.rule, answer.variant)}: {'; '.join(_between(answer))}"


def _between(answer: PairAnswer) -> Iterator[str]:
    for filename, refusal in answer.refused:
        yield f"{answer.files.root_of(filename)} is refused. {refusal_text(refusal)}"
    for key in answer.keys:
        yield f"{key.clause} differs: {key.first} and {key.second}"
    if not answer.share_scope:
        yield "no candidate for which the rule is solved names both"
    if not answer.distance:
        yield (
            f"could take them as {answer.roles[0]} and {answer.roles[1]}, but makes no association "
            "of both: other exposures that it needs are missing, a step leaves one of them out, or "
            "it gave way to another one"
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
    root_of = absence.files.root_of
    root = root_of(absence.exposure)
    for difference in absence.differences:
        match difference:
            case OnlyIn("first", result):
                lines.append(f"  lost: {result}")
            case OnlyIn("second", result):
                lines.append(f"  new: {result}")
            case NameDiffers(first, second):
                only_name = [name for name, _, _ in difference.fields] == ["product"]
                then = second.product if only_name else second
                lines.append(f"  renamed: {first}, now {then}")
            case MembersDiffer(first, second, gone, new, roles):
                # That the exposure itself is gone goes without saying.
                others = [file for file, _ in gone if root_of(file) != root]
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
