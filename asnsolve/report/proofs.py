"""The report of `asnsolve check`: text, data for programs, and the page on completeness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from asnsolve.phrases import count_text
from asnsolve.pool.candidates import parse
from asnsolve.proofs.findings import Finding, Report
from asnsolve.report.tables import wrapped

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH: Final = 100
_INDENTS: Final = ("    ", "      ")
_SHOWN: Final = 8
"""How many boxes of exposures a finding shows."""

# One and several of each kind of finding.
_KINDS: Final = {
    "gap": ("gap", "gaps"),
    "overlap": ("overlap", "overlaps"),
    "role overlap": ("overlap in other roles", "overlaps in other roles"),
    "implied rule": ("implied rule", "implied rules"),
    "dead rule": ("dead rule", "dead rules"),
    "dead value": ("dead value", "dead values"),
    "dead clause": ("dead clause", "dead clauses"),
    "need": ("need that cannot be met", "needs that cannot be met"),
    "role": ("role that files do not have", "roles that files do not have"),
    "name": ("key that names do not tell", "keys that names do not tell"),
    "declaration": ("declaration that does not hold", "declarations that do not hold"),
}


def witness_text(finding: Finding) -> str:
    """Describe the witness of a finding by the values that matter.

    Parameters
    ----------
    finding : Finding
        The finding.

    Returns
    -------
    str
        The attributes that matter and are set, with their values; the candidates in words.
    """
    values = ((name, finding.witness[name]) for name in finding.matters)
    return ", ".join(_value_text(name, value) for name, value in values if value)


def _value_text(name: str, value: str) -> str:
    """Say what value an attribute has; candidates are named with their type."""
    if name != "asn_candidate":
        return f"{name} {value}"
    candidates = parse(value)
    if not candidates:
        return f"{name} {value}"
    return "tied as " + " and ".join(f"{asn_type} {asn_id}" for asn_id, asn_type in candidates)


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
    for finding in report.findings if everything else report.undeclared:
        for line in finding_lines(finding):
            console.print(line, soft_wrap=True)
    declared = Counter(finding.kind for finding in report.findings if finding.reason is not None)
    counts = [f"{count} {_KINDS[kind][count > 1]}" for kind, count in declared.items()]
    lines = [f"Rule set {report.rules}: {count_text(len(report.undeclared), 'undeclared finding')}"]
    if counts:
        hint = "" if everything else " (-v shows them)"
        lines += wrapped(f"Declared: {', '.join(counts)}{hint}", _WIDTH)
    for line in lines:
        console.print(line, soft_wrap=True)


def finding_lines(finding: Finding) -> Iterator[str]:
    """Say what was found, in lines.

    Parameters
    ----------
    finding : Finding
        The finding.

    Yields
    ------
    str
        Lines of at most 100 columns, unless a word is longer.
    """
    shown = finding.exposures[:_SHOWN]
    yield from wrapped(finding.title + (" with" if shown else ""), _WIDTH)
    for number, exposures in enumerate(shown):
        yield from wrapped(("or " if number else "") + exposures, _WIDTH, *_INDENTS)
    if more := len(finding.exposures) - len(shown):
        yield f"    or {more} more boxes (--json lists them)"
    if example := witness_text(finding):
        yield from wrapped(f"for example: {example}", _WIDTH, *_INDENTS)
    if finding.reason is not None:
        yield from wrapped(f"declared: {finding.reason}", _WIDTH, *_INDENTS)


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
        (
            "role overlap",
            "Taken twice, in other roles than science",
            ("level", "rules", "exposures, for example", "why"),
        ),
        (
            "implied rule",
            "Rules of which another takes all",
            ("level", "rule", "other rule", "why"),
        ),
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
        case "overlap" | "role overlap":
            # The finding lists every exposure that both rules take; the table shows the first.
            return rules, finding.exposures[0]
        case _:
            return rules, finding.subject
