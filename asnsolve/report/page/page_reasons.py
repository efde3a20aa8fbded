"""Exposures in no association, grouped by reason, with the way out."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Final

from asnsolve.associations.solution import Solution
from asnsolve.explanations.programs import Programs, subject_of
from asnsolve.explanations.prose import explanation_text
from asnsolve.explanations.why import explain_in
from asnsolve.report.page.page_exposures import PageExposures
from asnsolve.report.page.text_table import TextTable
from asnsolve.report.summary import group_orphans
from asnsolve.rules.load import DEFAULT_RULES, is_set_name
from asnsolve.simulate.demo import demo_pool
from asnsolve.solvers.refusals import Orphan

MOST_TRIED: Final = 12
"""Reasons for which changes are tried out that would let an exposure in."""

MOST_SOLVED: Final = 24_000
"""Exposures of the programs in which changes are tried out, summed over the reasons.

Each try solves a program again.
"""

MOST_EXPLAINED: Final = 60
"""Reasons that are explained by an example."""


def reasons_data(
    solution: Solution, exposures: PageExposures, texts: TextTable
) -> list[dict[str, Any]]:
    """Lay out the exposures in no association for the page.

    Parameters
    ----------
    solution : Solution
        The solution.
    exposures : PageExposures
        Its exposures.
    texts : TextTable
        The texts of the page.

    Returns
    -------
    list of dict
        One for each reason, the most frequent first, with the keys ``id``, ``text``, ``count``,
        ``exposures``, ``way_out``, ``tried`` and ``command``.
    """
    seen: dict[str, int] = {}
    programs = None
    if solution.exposures is not None and solution.rule_set is not None:
        programs = Programs(solution.exposures, solution.rule_set)
    pool = solution.exposures
    pool_name = solution.pool if pool is None else pool.file_name or pool.name
    found = []
    room = MOST_SOLVED
    for number, (reason, orphans) in enumerate(group_orphans(solution.orphans)):
        name = _name(orphans[0])
        seen[name] = seen.get(name, 0) + 1
        size = _size_of_program(orphans[0], programs)
        # A remedy is found by solving a program again: only so many exposures are solved for a
        # page.
        tried = number < MOST_TRIED and size <= room
        room -= size * tried
        asked = programs if number < MOST_EXPLAINED else None
        found.append(
            {
                "id": name if seen[name] == 1 else f"{name}-{seen[name]}",
                "text": texts.number(reason),
                "count": len(orphans),
                "exposures": [*_places(orphans, exposures)],
                "way_out": [
                    texts.number(line) for line in _way_out(orphans[0], asked, search=tried)
                ],
                "tried": tried or not size,
                "command": texts.number(_command(pool_name, orphans[0], solution.rules)),
            }
        )
    return found


def _name(orphan: Orphan) -> str:
    """Name a reason for links."""
    if orphan.refusal is None:
        return "no-rules"
    if orphan.for_its_type:
        return f"{orphan.refusal.rule}.{orphan.refusal.clause}"
    if orphan.attached_as:
        return f"attached.{orphan.attached_as}"
    exp_type = dict(orphan.refusal.values).get("exp_type")
    return f"no-rule.{exp_type}" if exp_type else "no-rule"


def _places(orphans: Sequence[Orphan], exposures: PageExposures) -> Iterator[int]:
    """Go through the places of orphans; a file that has several rows occurs once for each.

    Without a pool there are no places for them.
    """
    rows = {file: iter(places) for file, places in exposures.places_of_file.items()}
    for orphan in orphans:
        if orphan.filename in rows:
            yield next(rows[orphan.filename])


def _size_of_program(orphan: Orphan, programs: Programs | None) -> int:
    """Count the exposures that each try solves; 0 if no rule may let the exposure in."""
    if programs is None or not orphan.filename or not orphan.for_its_type:
        return 0
    return len(subject_of(programs.pool, orphan.filename).pool)


def _way_out(orphan: Orphan, programs: Programs | None, *, search: bool) -> list[str]:
    """Explain the first exposure of a reason, without the headline."""
    if programs is None or not orphan.filename:
        return [orphan.advice] if orphan.advice else []
    explanation = explain_in(programs, orphan.filename, search=search)
    return [line for line in explanation_text(explanation).splitlines()[1:] if line]


def _command(pool: str, orphan: Orphan, rules: str) -> str:
    """Return the command that explains one exposure by the same rules."""
    source = "--demo" if pool == demo_pool().name else pool
    argv = ["asnsolve", "explain", source, orphan.filename]
    names = [name for name in rules.split("+") if name]
    if names != [DEFAULT_RULES]:
        # Rule sets are named by a word, files of rules by their stem.
        argv += [
            part for name in names for part in ("-r", name if is_set_name(name) else f"{name}.py")
        ]
        if names and not any(map(is_set_name, names)):
            argv.append("--ignore-default")
    return shlex.join(argv)
