"""The report of a solution: associations by rule, orphans by reason, what gave way, problems."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asnsolve.associations.association import Association
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.solution import Solution
from asnsolve.phrases import count_text
from asnsolve.report.printer import Printer
from asnsolve.report.tables import print_table
from asnsolve.solvers.refusals import Orphan, clause_text, values_text

if TYPE_CHECKING:
    from rich.console import Console

_SHOWN_ORPHANS: Final = 2

RuleCount = tuple[str, str, int, int, int]
"""What one rule made: type and rule; number of pairs of program and id, associations, exposures.

An exposure counts once, however many associations it is a member of.
"""


def count_by_rule(associations: Sequence[Association]) -> list[RuleCount]:
    """Count what each rule made.

    Parameters
    ----------
    associations : sequence of Association
        The associations, in any order.

    Returns
    -------
    list of (str, str, int, int, int)
        A `RuleCount` for each rule, sorted by type and rule.
    """
    by_rule: dict[tuple[str, str], list[Association]] = defaultdict(list)
    for association in associations:
        by_rule[association.asn_type, association.rule].append(association)
    return [_count(*key, by_rule[key]) for key in sorted(by_rule)]


def _count(asn_type: str, rule: str, associations: Sequence[Association]) -> RuleCount:
    ids = {(association.program, association.asn_id) for association in associations}
    # Derived members are products of exposures, not exposures, and are not counted.
    exposures = {
        member.exposure
        for association in associations
        for member in association.members
        if not member.derived
    }
    return asn_type, rule, len(ids), len(associations), len(exposures)


def group_orphans(orphans: Sequence[Orphan]) -> list[tuple[str, list[Orphan]]]:
    """Group orphans by what refused them.

    Parameters
    ----------
    orphans : sequence of Orphan
        The orphans, by file name.

    Returns
    -------
    list of (str, list of Orphan)
        What refused them, as "refused by Asn_Image, clause dark: expected that ..." or "because
        there are no rules", with these orphans: the largest group first; groups of one size by
        reason.
    """
    by_reason: dict[str, list[Orphan]] = defaultdict(list)
    for orphan in orphans:
        by_reason[_reason(orphan)].append(orphan)
    return sorted(by_reason.items(), key=lambda group: (-len(group[1]), group[0]))


def _reason(orphan: Orphan) -> str:
    refusal = orphan.refusal
    if refusal is None:
        return "because there are no rules"
    if not orphan.for_its_type:
        return f"because {orphan.refused_by}"
    return f"refused by {refusal.rule}, clause {clause_text(refusal.clause, refusal.expected, ())}"


def print_summary(
    console: Console,
    solution: Solution,
    exposures: int,
    written: Sequence[Path],
    *,
    unchanged: int = 0,
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
        Files that were written, or had the same content before.
    unchanged : int
        How many of the files had the same content before.
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
    print_orphans(printer, solution.orphans)
    if not in_container:
        _print_dropped(printer, solution.dropped)
    printer.count("Problems", solution.problems)
    if not in_container:
        printer.problems("Products with the same name", solution.same_names)
        printer.problems("Renamed products", solution.renamed)
    if in_container:
        count = len(solution)
        printer.closing(wrote_text(count, "association", count if unchanged else 0, written[0]))
    elif written:
        # The file of the orphans may lie in another directory than the associations.
        folders = sorted({str(path.parent) for path in written})
        printer.closing(wrote_text(len(written), "file", unchanged, " and ".join(folders)))
    else:
        printer.closing("No file was written.")


def wrote_text(count: int, noun: str, unchanged: int, place: object) -> str:
    """Say how much was written, and how much was there already.

    Parameters
    ----------
    count : int
        How many things are there now.
    noun : str
        The thing in the singular.
    unchanged : int
        How many of them were there before.
    place : object
        Where they are.

    Returns
    -------
    str

    Examples
    --------
    >>> wrote_text(3, "file", 0, "out"), wrote_text(3, "file", 2, "out")
    ('Wrote 3 files to out', 'Wrote 1 file to out, 2 unchanged')
    """
    text = f"Wrote {count_text(count - unchanged, noun)} to {place}"
    return f"{text}, {unchanged} unchanged" if unchanged else text


def _print_associations(console: Console, associations: Sequence[Association]) -> None:
    if not associations:
        console.print("\nNo associations.")
        return
    console.print()
    # Rules share ids and exposures: the total counts anew, as the sum would count them twice.
    counts = [*count_by_rule(associations), _count("total", "", associations)]
    header = ("type", "rule", "ids", "associations", "exposures")
    print_table(console, header, counts, numbers=3, total=True)


def print_orphans(printer: Printer, orphans: Sequence[Orphan]) -> None:
    """Print orphans by reason.

    Parameters
    ----------
    printer : Printer
        Where to print.
    orphans : sequence of Orphan
        The orphans, by file name.
    """
    if not orphans:
        return
    printer.title(f"In no association: {count_text(len(orphans), 'exposure')}")
    # Orphans mostly share a few reasons: one line each would hide that among a thousand names.
    for reason, refused in group_orphans(orphans):
        printer.line(f"  {len(refused)} {reason}")
        printer.first(list(map(_orphan_text, refused)), _SHOWN_ORPHANS, " " * 6)


def _print_dropped(printer: Printer, dropped: Sequence[Dropped]) -> None:
    if not dropped:
        return
    laws = Counter(gone.law for gone in dropped)
    counts = ", ".join(f"{count} by {law}" for law, count in sorted(laws.items()))
    printer.line()
    printer.line(f"Dropped: {count_text(len(dropped), 'association')} ({counts})")


def _orphan_text(orphan: Orphan) -> str:
    """Name an orphan, with the values that were refused."""
    # Where no rule takes its type, what else the nearest one looks at has nothing to do with it.
    refusal = orphan.refusal if orphan.for_its_type else None
    values = () if refusal is None else refusal.values
    return f"{orphan.filename} ({values_text(values)})" if values else orphan.filename
