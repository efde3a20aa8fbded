"""The report of `asnsolve check`: text, data for programs, and the page on completeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from asnsolve.expr.unlisted_values import PLAIN
from asnsolve.proofs.findings import Exposure, Finding, Report
from asnsolve.report.tables import count_text

if TYPE_CHECKING:
    from rich.console import Console

# Plural of each kind of finding.
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
    """Describe a witness by its values.

    Parameters
    ----------
    witness : Exposure
        Values by attribute.

    Returns
    -------
    str
        The attributes that are set, with their values.
    """
    # A value that no domain lists stands for all such values: naming it would only mislead.
    values = {
        name: value
        for name, value in witness.items()
        if value is not None and not value.startswith(PLAIN)
    }
    return ", ".join(f"{name} {value}" for name, value in values.items())


def print_report(console: Console, report: Report, *, everything: bool = False) -> None:
    """Print all undeclared findings, and how many declared ones there are.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    report : Report
        The findings on a rule set.
    everything : bool
        Whether to print declared findings too, with their reasons.
    """

    def line(text: str) -> None:
        # Unwrapped, so that a finding can be searched for.
        console.print(text, soft_wrap=True)

    for finding in report.findings if everything else report.undeclared:
        line(str(finding))
        if finding.witness:
            line(f"    for example: {witness_text(finding.witness)}")
        if finding.reason is not None:
            line(f"    declared: {finding.reason}")
    line(f"Rule set {report.rules}: {count_text(len(report.undeclared), 'undeclared finding')}")
    declared = Counter(finding.kind for finding in report.findings if finding.reason is not None)
    counts = [f"{count} {_KINDS[kind]}" for kind, count in declared.items()]
    if counts:
        line(f"Declared: {', '.join(counts)}{'' if everything else ' (-v shows them)'}")


def report_data(report: Report) -> dict[str, Any]:
    """Lay out the findings for programs.

    Parameters
    ----------
    report : Report
        The findings on a rule set.

    Returns
    -------
    dict
        With the keys ``rules``, ``complete``, ``promises``, ``counts``, ``findings``.
    """
    return {
        "rules": report.rules,
        "complete": report.complete,
        "promises": report.promises,
        "counts": {
            "findings": len(report.findings),
            "undeclared": len(report.undeclared),
        },
        "findings": report.findings,
    }


def completeness_markdown(reports: Iterable[Report]) -> str:
    """Write the page on the completeness of rule sets.

    Parameters
    ----------
    reports : iterable of Report
        The findings on each rule set.

    Returns
    -------
    str
        Markdown, with a final newline.
    """
    lines = [
        "# Completeness",
        "",
        "What `asnsolve check` proves of the rule sets that come with asnsolve, over all exposures",
        "that the [domain](../explanation/proofs.md#the-domain) admits. Everything on this page is",
        "declared beside the rules, with a reason; anything else would be a finding.",
    ]
    # Sets of which the same is proved share a section.
    names_of: dict[tuple[str, ...], list[str]] = {}
    for report in reports:
        promises = [f"- Promised: {promise}." for promise in report.promises]
        names_of.setdefault((*promises, *_tables(report)), []).append(report.rules)
    for section, names in names_of.items():
        word = "sets" if len(names) > 1 else "set"
        lines += ["", f"## Rule {word} {' and '.join(names)}", "", *section]
    return "\n".join(lines) + "\n"


def _tables(report: Report) -> Iterator[str]:
    """Write a table for each kind of finding that there is."""
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
        findings = [finding for finding in report.findings if finding.kind == kind]
        if not findings:
            continue
        yield from ("", f"### {title}", "", f"| {' | '.join(head)} |")
        yield f"|{' --- |' * len(head)}"
        for finding in findings:
            cells = (f"{finding.level}", *_cells(finding), finding.reason or "not declared")
            # A "|" would end the cell of a Markdown table.
            yield f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _cells(finding: Finding) -> tuple[str, str]:
    """Return the two cells between level and reason, which depend on the kind of finding."""
    rules = ", ".join(finding.rules[:3]) + (", ..." if len(finding.rules) > 3 else "")
    match finding.kind:
        case "gap":
            return finding.subject, finding.says
        case "overlap":
            # The sentence lists every exposure that both rules take; the table shows the first.
            first = finding.says.rpartition("both take exposures with ")[2]
            return rules, first.partition(", or exp_type")[0]
        case _:
            return rules, finding.subject
