"""What the report of a check shows of itself in a notebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from asnsolve.displays import brief, first_few, html_table, text_lines

if TYPE_CHECKING:
    from asnsolve.proofs.findings import Finding, Report


def report_text(report: Report) -> str:
    """Show how many findings there are of each kind.

    Parameters
    ----------
    report : Report
        The report.

    Returns
    -------
    str
        A few lines.
    """
    return text_lines(_title(report), _notes(report))


def report_html(report: Report) -> str:
    """Show the findings, first those that are not declared.

    Parameters
    ----------
    report : Report
        The report.

    Returns
    -------
    str
        HTML.
    """
    findings = sorted(report.findings, key=lambda finding: finding.reason is not None)
    return html_table(
        _title(report),
        ("kind", "level", "rules", "finding", "declared reason"),
        [(one.kind, one.level, " and ".join(one.rules), one.says, one.reason) for one in findings],
        _notes(report),
    )


def _title(report: Report) -> str:
    complete = "complete" if report.complete else "not complete"
    return f"Report on {brief(report.rules)}: {complete}, {len(report.findings):,} findings"


def _notes(report: Report) -> Iterator[str]:
    yield f"not declared: {_kinds(report.undeclared)}"
    yield f"declared: {_kinds(one for one in report.findings if one.reason is not None)}"
    yield f"promises checked: {len(report.promises):,}"


def _kinds(findings: Iterable[Finding]) -> str:
    counts = Counter(finding.kind for finding in findings)
    return first_few([f"{count:,} {kind}" for kind, count in sorted(counts.items())], 10) or "none"
