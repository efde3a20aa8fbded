"""What a check found: prose, data for programs, and a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from asnsolve.proofs.findings import Exposure, Finding, Report
from asnsolve.proofs.space import OTHER
from asnsolve.report.tables import count_text

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["completeness_markdown", "print_report", "report_data", "witness_text"]

_KINDS = {
    "gap": "gaps",
    "overlap": "overlaps",
    "dead rule": "dead rules",
    "dead value": "dead values",
    "dead clause": "dead clauses",
    "need": "needs that cannot be met",
    "name": "keys that names do not tell",
    "declaration": "declarations that do not hold",
}


def witness_text(witness: Exposure) -> str:
    """Say what is set of an exposure, as far as it is any value that somebody lists."""
    told = {
        name: value
        for name, value in witness.items()
        if value is not None and not value.startswith(f"{OTHER}-")
    }
    return ", ".join(f"{name} {value}" for name, value in told.items())


def print_report(console: Console, report: Report, *, everything: bool = False) -> None:
    """Print what was found: all that is undeclared, and how much is declared.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    report : Report
        What was found.
    everything : bool
        Whether what is declared is told too, with its reasons.
    """

    def line(text: str) -> None:
        console.print(text, soft_wrap=True)

    for finding in report.findings if everything else report.undeclared:
        line(str(finding))
        if finding.witness:
            line(f"    for example: {witness_text(finding.witness)}")
        if finding.reason is not None:
            line(f"    declared: {finding.reason}")
    undeclared = {id(finding) for finding in report.undeclared}
    known = Counter(finding.kind for finding in report.findings if id(finding) not in undeclared)
    told = [f"{count} {_KINDS[kind]}" for kind, count in known.items()]
    line(f"Rule set {report.rules}: {count_text(len(undeclared), 'undeclared finding')}")
    if told:
        line(f"Declared: {', '.join(told)}{'' if everything else ' (-v shows them)'}")


def report_data(report: Report) -> dict[str, Any]:
    """Lay out what was found."""
    return {
        "rules": report.rules,
        "complete": report.complete,
        "promises": list(report.promises),
        "counts": {
            "findings": len(report.findings),
            "undeclared": len(report.undeclared),
        },
        "findings": [
            {
                "kind": finding.kind,
                "level": finding.level,
                "rules": list(finding.rules),
                "subject": finding.subject,
                "says": finding.says,
                "witness": dict(finding.witness),
                "reason": finding.reason,
            }
            for finding in report.findings
        ],
    }


def completeness_markdown(reports: Iterable[Report]) -> str:
    """Write the page of all that is known of rule sets."""
    lines = [
        "# Completeness",
        "",
        "What `asnsolve check` proves of the rule sets that come with asnsolve, over all exposures",
        "that the [domain](../explanation/proofs.md#the-domain) admits. Everything on this page is",
        "declared beside the rules, with a reason; anything else would be a finding.",
    ]
    for report in reports:
        lines += ["", f"## Rule set {report.rules}", ""]
        lines += [f"- Promised: {promise}." for promise in report.promises]
        lines += _tables(report)
    return "\n".join(lines) + "\n"


def _tables(report: Report) -> Iterator[str]:
    for kind, title, head in (
        ("gap", "Gaps", ("level", "as", "exposures", "why")),
        ("overlap", "Taken twice", ("level", "rules", "exposures, for example", "why")),
        ("name", "Keys that product names do not tell", ("level", "rule", "key", "why")),
        ("dead clause", "Clauses that refuse nothing", ("level", "rules", "clause", "why")),
        (
            "dead value",
            "Values that no exposure has",
            ("level", "rules", "clause and value", "why"),
        ),
    ):
        found = [finding for finding in report.findings if finding.kind == kind]
        if not found:
            continue
        yield from ("", f"### {title}", "", f"| {' | '.join(head)} |")
        yield f"|{' --- |' * len(head)}"
        for finding in found:
            cells = (f"{finding.level}", *_cells(finding), finding.reason or "not declared")
            yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _cells(finding: Finding) -> tuple[str, str]:
    rules = ", ".join(finding.rules[:3]) + (", ..." if len(finding.rules) > 3 else "")
    match finding.kind:
        case "gap":
            return finding.subject, finding.says
        case "overlap":
            first = finding.says.rpartition("both take exposures with ")[2]
            return rules, first.partition(", or exp_type")[0]
        case _:
            return rules, finding.subject
