"""What a solution shows of itself in a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from asnsolve.associations.association_lists import AssociationList
from asnsolve.associations.association_table import LAWS
from asnsolve.displays import brief, first_few, html_table, text_lines
from asnsolve.solvers.arrays import combine

if TYPE_CHECKING:
    from asnsolve.associations.solution import Solution

_RuleRow = tuple[int, str, str, int, int, int]
"""Level, type and rule; number of ids, of associations and of members."""


def solution_text(solution: Solution) -> str:
    """Show the size of a solution: associations by type, and what else there is.

    Parameters
    ----------
    solution : Solution
        The solution.

    Returns
    -------
    str
        A few lines. No object is made of any association, and no reason is looked for.
    """
    columns = solution._found.made.columns
    levels, (types, texts) = np.asarray(columns["level"]), columns["asn_type"]
    types_of_level = []
    for level in (2, 3):
        counts = np.bincount(types[levels == level], minlength=len(texts)).tolist()
        words = [
            f"{text} {count:,}" for text, count in sorted(zip(texts, counts, strict=True)) if count
        ]
        if words:
            types_of_level.append(f"level {level}: {first_few(words, 10)}")
    title = f"Solution of {_name(solution)}: {len(solution):,} associations"
    return text_lines(title, [*types_of_level, *_notes(solution)])


def solution_html(solution: Solution) -> str:
    """Show what each rule made.

    Parameters
    ----------
    solution : Solution
        The solution.

    Returns
    -------
    str
        HTML.
    """
    return html_table(
        f"Solution of {_name(solution)}: {len(solution):,} associations",
        ("level", "type", "rule", "ids", "associations", "members"),
        _rule_rows(solution._found.made),
        _notes(solution),
    )


def _name(solution: Solution) -> str:
    return f"{brief(solution.pool)} by {brief(solution.rules)}"


def _rule_rows(made: AssociationList) -> list[_RuleRow]:
    """Count what each rule made, by level, type and rule."""
    columns = made.columns
    (types, type_texts), (rules, rule_texts) = columns["asn_type"], columns["rule"]
    (programs, _), (ids, _) = columns["program"], columns["asn_id"]
    levels, members = np.asarray(columns["level"]), np.asarray(columns["members"])
    # One number for each combination of level, type and rule, and the first place that has it.
    numbers = combine([levels, types, rules])
    _, first = np.unique(numbers, return_index=True)
    counts = np.bincount(numbers)
    member_counts = np.bincount(numbers, weights=members)
    # An id is of a program: o001 of one program is not o001 of another.
    _, first_of_id = np.unique(combine([numbers, programs + 1, ids + 1]), return_index=True)
    id_counts = np.bincount(numbers[first_of_id])
    rows = [
        (
            int(levels[place]),
            type_texts[types[place]],
            rule_texts[rules[place]],
            int(id_counts[number]),
            int(counts[number]),
            int(member_counts[number]),
        )
        for number, place in enumerate(first.tolist())
    ]
    return sorted(rows)


def _notes(solution: Solution) -> Iterator[str]:
    if solution.outside:
        yield f"in no association: {len(solution.outside):,} exposures"
    laws = Counter(solution._found.find_laws().tolist())
    if laws:
        counts = ", ".join(f"{count:,} by {LAWS[code]}" for code, count in sorted(laws.items()))
        yield f"dropped: {laws.total():,} ({counts})"
    if solution.renamed:
        yield f"renamed products: {len(solution.renamed):,}"
    if solution.problems:
        yield f"problems: {len(solution.problems):,}"
