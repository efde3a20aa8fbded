"""The entries of the rule set jwst on docs/deviations.md, read and compared.

An entry holds a pool, and a table of the associations that not every side has: asnsolve, the
reference with the rows as they stand, and, where it then says something else, the reference with
the rows in other orders.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.conformance.live import ours
from tests.conformance.reference import Answer, Facts, Outcome, shared_reference
from tests.docs.pages import ROOT

__all__ = [
    "Entry",
    "Line",
    "asnsolve_answers",
    "read_entries",
    "read_file_entries",
    "reference_answers",
    "table",
]

_MOST_ORDERS = 6

Row = dict[str, str]
Line = tuple[str, ...]

_BLOCK = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADER = ("SIDE", "RULE", "ID", "PRODUCT", "MEMBERS")


@dataclass(frozen=True, slots=True)
class Entry:
    """One deviation: its number, names, pool and table."""

    number: str
    name: str
    labels: tuple[str, ...]
    rows: tuple[Row, ...]
    lines: frozenset[Line]


def read_entries() -> list[Entry]:
    """Read the entries of the page in order."""
    page = (ROOT / "docs/deviations.md").read_text("utf-8")
    section = page.partition("\n## Rule set jwst\n")[2].partition("\n## ")[0]
    return [_entry(text) for text in section.split("\n### ")[1:]]


def read_file_entries() -> dict[str, tuple[list[Line], Line, set[Line]]]:
    """Read the entries about files: the pool with its header, and the table, by number."""
    page = (ROOT / "docs/deviations.md").read_text("utf-8")
    found = {}
    for text in page.partition("\n## Files of the rule set jwst\n")[2].split("\n### ")[1:]:
        pool, results = _BLOCK.findall(text)
        header, *lines = map(_cells, results.splitlines())
        found[text.partition(".")[0]] = (list(map(_cells, pool.splitlines())), header, {*lines})
    return found


def _entry(text: str) -> Entry:
    title = re.match(r"(J\d+)\. `([\w-]+)`: ", text)
    assert title is not None, text[:80]
    pool, results = _BLOCK.findall(text)
    header, *rows = map(_cells, pool.splitlines())
    told, *lines = map(_cells, results.splitlines())
    assert told == HEADER
    return Entry(
        number=title[1],
        name=title[2],
        labels=tuple(re.findall(r"^- (\w+): ", text, re.MULTILINE)),
        rows=tuple(dict(zip(header, row, strict=True)) for row in rows),
        lines=frozenset(lines),
    )


def _cells(line: str) -> Line:
    return tuple(cell.strip() for cell in line.split("|"))


def orders(entry: Entry) -> Iterator[list[Row]]:
    """Give the rows in every order, or of many orders in some; first as they stand."""
    every = [*itertools.permutations(entry.rows)]
    yield from map(list, every[:: -(-len(every) // _MOST_ORDERS)])


def asnsolve_answers(entry: Entry) -> list[frozenset[Line]]:
    """Return the different answers of asnsolve."""
    return _different(ours(rows)["all"] for rows in orders(entry))


def reference_answers(entry: Entry) -> list[frozenset[Line]]:
    """Return the different answers of the reference, that to the rows as they stand first."""
    with shared_reference() as run:
        return _different([run(rows)["all"] for rows in orders(entry)])


def _different(outcomes: Iterator[Outcome] | list[Outcome]) -> list[frozenset[Line]]:
    return list(dict.fromkeys(frozenset(_lines(outcome)) for outcome in outcomes))


def _lines(outcome: Outcome) -> Iterator[Line]:
    if not isinstance(outcome, Answer):
        yield (f"no answer: {outcome.words}", "", "", "")
        return
    yield from map(_line, outcome.facts)


def _line(fact: Facts) -> Line:
    members = ", ".join(f"{role} {name.removesuffix('.fits')}" for name, role in _ordered(fact))
    return fact.rule, fact.asn_id, fact.product, members


def _ordered(fact: Facts) -> list[tuple[str, str]]:
    return sorted(fact.members, key=lambda member: (member[1] != "science", member[1], member[0]))


def table(own: frozenset[Line], reference: list[frozenset[Line]]) -> list[Line]:
    """Say which side has what, but for what all have."""
    common = own.intersection(*reference)
    sides = {"asnsolve": own}
    for number, answer in enumerate(reference, start=1):
        sides["reference" if number == 1 else f"reference ({number})"] = answer
    return [
        (side, *line)
        for side, answer in sides.items()
        for line in sorted(answer - common) or [("-", "", "", "")]
    ]
