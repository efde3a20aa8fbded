"""What a solution holds, on one screen: associations by rule, orphans by reason, problems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asnsolve.associations.association import Association
from asnsolve.associations.solution import Solution
from asnsolve.errors import Problem
from asnsolve.naming import exposure_root
from asnsolve.report.tables import count_text, print_table
from asnsolve.solvers.refusals import Orphan

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "OrphanGroup",
    "RuleCount",
    "Teller",
    "count_by_rule",
    "group_orphans",
    "print_contained",
    "print_problems",
    "print_summary",
]

SHOWN_EXAMPLES: Final = 2
"""Orphans that are named for each reason, if not all are asked for."""

SHOWN_PROBLEMS: Final = 10
"""Problems that are said, if not all are asked for."""


@dataclass(frozen=True, slots=True)
class RuleCount:
    """What one rule made.

    Parameters
    ----------
    asn_type, rule : str
        The rule and its type of association.
    ids : int
        Number of different pairs of program and id.
    associations : int
        Number of associations.
    exposures : int
        Number of different exposures among the members.
    """

    asn_type: str
    rule: str
    ids: int
    associations: int
    exposures: int


@dataclass(frozen=True, slots=True)
class OrphanGroup:
    """Orphans that the same clause of the same rule refused.

    Parameters
    ----------
    reason : str
        Rule, clause and what it expects; the same for all of them.
    orphans : tuple of Orphan
        By file name.
    """

    reason: str
    orphans: tuple[Orphan, ...]


def count_by_rule(associations: Sequence[Association]) -> tuple[RuleCount, ...]:
    """Count what each rule made, by type and rule."""
    by_rule: dict[tuple[str, str], list[Association]] = defaultdict(list)
    for found in associations:
        by_rule[found.asn_type, found.rule].append(found)
    return tuple(
        RuleCount(
            asn_type=asn_type,
            rule=rule,
            ids=len({(found.program, found.asn_id) for found in made}),
            associations=len(made),
            exposures=_exposures(made),
        )
        for (asn_type, rule), made in sorted(by_rule.items())
    )


def _exposures(associations: Iterable[Association]) -> int:
    """Count the exposures that are members, at whatever stage."""
    return len(
        {
            exposure_root(member.expname)
            for found in associations
            for member in found.members
            if not member.derived
        }
    )


def group_orphans(orphans: Sequence[Orphan]) -> tuple[OrphanGroup, ...]:
    """Group orphans by what refused them, the largest group first."""
    groups: dict[str, list[Orphan]] = defaultdict(list)
    for orphan in orphans:
        groups[_reason(orphan)].append(orphan)
    found = [OrphanGroup(reason, tuple(group)) for reason, group in groups.items()]
    return tuple(sorted(found, key=lambda group: (-len(group.orphans), group.reason)))


def _reason(orphan: Orphan) -> str:
    refusal = orphan.refusal
    if refusal is None:
        return "there are no rules"
    return f"{refusal.rule}, clause {refusal.clause}: expected that {refusal.expected}"


def print_summary(
    console: Console,
    solution: Solution,
    exposures: int,
    written: Sequence[Path],
    *,
    everything: bool = False,
) -> None:
    """Print what was found and where it went.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    solution : Solution
        What was found.
    exposures : int
        How many exposures the pool holds.
    written : sequence of Path
        Files that were written.
    everything : bool
        Whether all orphans and problems are named.
    """
    say = Teller(console, everything)
    say.line(f"Pool {solution.pool}: {count_text(exposures, 'exposure')}, rules {solution.rules}")
    _print_associations(console, solution.associations)
    _print_orphans(say, solution.orphans)
    print_problems(say, "Problems", solution.problems)
    print_problems(say, "Products of one name", solution.same_names)
    say.line()
    say.line(_where(written))


def print_contained(
    console: Console,
    solution: Solution,
    exposures: int,
    container: Path,
    *,
    everything: bool = False,
) -> None:
    """Print what was found and that it went into one file; associations are not looked into.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    solution : Solution
        What was found.
    exposures : int
        How many exposures the pool holds.
    container : Path
        The file that was written.
    everything : bool
        Whether all orphans and problems are named.
    """
    say = Teller(console, everything)
    say.line(f"Pool {solution.pool}: {count_text(exposures, 'exposure')}, rules {solution.rules}")
    _print_orphans(say, solution.orphans)
    print_problems(say, "Problems", solution.problems)
    say.line()
    say.line(f"Wrote {count_text(len(solution), 'association')} to {container}")


@dataclass(frozen=True, slots=True)
class Teller:
    """Prints lines as they are, however long, so that each can be searched for.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    everything : bool
        Whether long lists are given whole.
    """

    console: Console
    everything: bool

    def line(self, text: str = "", style: str | None = None) -> None:
        """Print one line."""
        self.console.print(text, style=style, soft_wrap=True)

    def listed(self, lines: Sequence[str], most: int, indent: str) -> None:
        """Print the first lines, and how many more there are."""
        shown = lines if self.everything else lines[:most]
        for text in shown:
            self.line(indent + text)
        if len(shown) < len(lines):
            self.line(f"{indent}and {len(lines) - len(shown)} more (-v shows all)")


def _print_associations(console: Console, associations: Sequence[Association]) -> None:
    counts = count_by_rule(associations)
    if not counts:
        console.print("\nNo associations.")
        return
    ids = {(found.program, found.asn_id) for found in associations}
    total = RuleCount("total", "", len(ids), len(associations), _exposures(associations))
    console.print()
    print_table(
        console,
        ("type", "rule", "ids", "associations", "exposures"),
        [
            (row.asn_type, row.rule, str(row.ids), str(row.associations), str(row.exposures))
            for row in (*counts, total)
        ],
        numbers=3,
        total=True,
    )


def _print_orphans(say: Teller, orphans: Sequence[Orphan]) -> None:
    if not orphans:
        return
    say.line()
    say.line(f"In no association: {count_text(len(orphans), 'exposure')}", "bold")
    for group in group_orphans(orphans):
        say.line(f"  {len(group.orphans)} by {group.reason}")
        say.listed([_example(orphan) for orphan in group.orphans], SHOWN_EXAMPLES, " " * 6)


def _example(orphan: Orphan) -> str:
    values = () if orphan.refusal is None else orphan.refusal.values
    told = ", ".join(f"{name} is {'not set' if value is None else value}" for name, value in values)
    return f"{orphan.filename} ({told})" if told else orphan.filename


def print_problems(say: Teller, title: str, problems: Sequence[Problem]) -> None:
    """Print problems under a title, if there are any."""
    if not problems:
        return
    say.line()
    say.line(f"{title}: {len(problems)}", "bold")
    say.listed([str(problem) for problem in problems], SHOWN_PROBLEMS, "  ")


def _where(written: Sequence[Path]) -> str:
    if not written:
        return "No file was written."
    folders = sorted({str(path.parent) for path in written})
    return f"Wrote {count_text(len(written), 'file')} to {' and '.join(folders)}"
