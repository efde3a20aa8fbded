"""The report of a solution: associations by rule, orphans by reason, what gave way, problems."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asnsolve.associations.association import Association
from asnsolve.associations.solution import Dropped, Solution
from asnsolve.report.printer import Printer
from asnsolve.report.tables import count_text, print_table
from asnsolve.solvers.refusals import Orphan

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN_ORPHANS: Final = 2


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How much one rule made.

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
        The rule, the clause and what it expects.
    orphans : tuple of Orphan
        The orphans, by file name.
    """

    reason: str
    orphans: tuple[Orphan, ...]


def count_by_rule(associations: Sequence[Association]) -> tuple[RuleCount, ...]:
    """Count what each rule made.

    Parameters
    ----------
    associations : sequence of Association
        The associations, in any order.

    Returns
    -------
    tuple of RuleCount
        Sorted by type and rule.
    """
    by_rule: dict[tuple[str, str], list[Association]] = defaultdict(list)
    for association in associations:
        by_rule[association.asn_type, association.rule].append(association)
    return tuple(_count(*key, by_rule[key]) for key in sorted(by_rule))


def _count(asn_type: str, rule: str, associations: Iterable[Association]) -> RuleCount:
    ids, exposures, number = set(), set(), 0
    # Derived members are products of exposures, not exposures, and are not counted.
    for association in associations:
        number += 1
        ids.add((association.program, association.asn_id))
        exposures |= {member.exposure for member in association.members if not member.derived}
    return RuleCount(asn_type, rule, len(ids), number, len(exposures))


def group_orphans(orphans: Sequence[Orphan]) -> tuple[OrphanGroup, ...]:
    """Group orphans by what refused them.

    Parameters
    ----------
    orphans : sequence of Orphan
        The orphans, by file name.

    Returns
    -------
    tuple of OrphanGroup
        The largest group first; groups of one size by reason.
    """
    by_reason: dict[str, list[Orphan]] = defaultdict(list)
    for orphan in orphans:
        by_reason[_reason(orphan)].append(orphan)
    groups = [OrphanGroup(reason, tuple(group)) for reason, group in by_reason.items()]
    return tuple(sorted(groups, key=lambda group: (-len(group.orphans), group.reason)))


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
    in_container: bool = False,
    everything: bool = False,
) -> None:
    """Print what was found and where it was written.

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
    in_container : bool
        Whether the only file is a container. The report then leaves out the table of rules, what
        was dropped and the products of one name: each takes an object per association, of which a
        container may hold many.
    everything : bool
        Whether to name all orphans and problems.
    """
    printer = Printer(console, everything)
    printer.header(solution.pool, exposures, solution.rules)
    if not in_container:
        _print_associations(console, solution.associations)
    _print_orphans(printer, solution.orphans)
    if not in_container:
        _print_dropped(printer, solution.dropped)
    printer.problems("Problems", solution.problems)
    if not in_container:
        printer.problems("Products of one name", solution.same_names)
    if in_container:
        printer.closing(f"Wrote {count_text(len(solution), 'association')} to {written[0]}")
    elif written:
        # The file of the orphans may lie in another directory than the associations.
        folders = sorted({str(path.parent) for path in written})
        printer.closing(f"Wrote {count_text(len(written), 'file')} to {' and '.join(folders)}")
    else:
        printer.closing("No file was written.")


def _print_associations(console: Console, associations: Sequence[Association]) -> None:
    if not associations:
        console.print("\nNo associations.")
        return
    console.print()
    # Rules share ids and exposures: the total counts anew, as the sum would count them twice.
    counts = (*count_by_rule(associations), _count("total", "", associations))
    print_table(
        console,
        ("type", "rule", "ids", "associations", "exposures"),
        [
            (row.asn_type, row.rule, str(row.ids), str(row.associations), str(row.exposures))
            for row in counts
        ],
        numbers=3,
        total=True,
    )


def _print_orphans(printer: Printer, orphans: Sequence[Orphan]) -> None:
    if not orphans:
        return
    printer.title(f"In no association: {count_text(len(orphans), 'exposure')}")
    # Orphans mostly share a few reasons: one line each would hide that among a thousand names.
    for group in group_orphans(orphans):
        printer.line(f"  {len(group.orphans)} by {group.reason}")
        printer.first(list(map(_orphan_text, group.orphans)), _SHOWN_ORPHANS, " " * 6)


def _print_dropped(printer: Printer, dropped: Sequence[Dropped]) -> None:
    if not dropped:
        return
    laws = Counter(gone.law for gone in dropped)
    counts = ", ".join(f"{count} by {law}" for law, count in sorted(laws.items()))
    printer.line()
    printer.line(f"Dropped: {count_text(len(dropped), 'association')} ({counts})")


def _orphan_text(orphan: Orphan) -> str:
    """Name an orphan, with the values that were refused."""
    values = () if orphan.refusal is None else orphan.refusal.values
    text = ", ".join(f"{name} is {'not set' if value is None else value}" for name, value in values)
    return f"{orphan.filename} ({text})" if text else orphan.filename
