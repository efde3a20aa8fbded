"""An archive of programs with bad rows, and the lines of the page that solve it on clusters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve import Pool, Problem, solve
from asnsolve.archive.part_rows import ROW
from asnsolve.archive.partition import SOLVED_SCHEMA, problem_from_json
from asnsolve.simulate import demo_programs, scaled, simulate
from tests.docs.pages import ROOT, blocks

PAGE: Final = ROOT / "docs/how-to/solve-an-archive.md"
NAME: Final = "archive"
"""Name of the pool on the page, and of the directory that holds it."""

PARTS: Final = "1000"
"""Number of parts on the page."""

_FILES: Final = 3

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Found:
    """What a solution has, in an order of its own."""

    associations: list[tuple[str, str]]
    orphans: list[str]
    problems: list[Problem]


def page_lines(heading: str, parts: int) -> str:
    """Return the lines of a section of the page, with another number of parts."""
    section = PAGE.read_text("utf-8").split(f"\n### {heading}\n")[1].split("\n##")[0]
    (lines,) = (block.text for block in blocks(section) if block.language == "py")
    assert lines.count(PARTS) == 1
    return lines.replace(PARTS, str(parts))


def exposures(count: int, seed: int) -> pa.Table:
    """Return the demonstration and simulated programs, with bad rows, in random order."""
    random = Random(seed)
    rows: list[Row] = [
        *simulate(demo_programs(), seed=seed),
        *simulate(scaled(count, seed), seed=seed),
    ]
    for row in random.sample(rows, 12):
        rows += _bad_rows(row)
    random.shuffle(rows)
    columns = {name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]}
    return pa.table(columns)


def _bad_rows(row: Row) -> Iterator[Row]:
    """Return rows of the program of a row, with problems of each kind."""
    yield row
    # The same program in another spelling.
    yield {**row, "PROGRAM": f"00{row['PROGRAM']}"}
    yield {**row, "FILENAME": None}
    yield {**row, "TARGNAME": "a\0b"}
    yield {**row, "BAND": "two\nlines"}
    yield {**row, "ASN_CANDIDATE": "none that can be read"}


def write_archive(table: pa.Table, directory: Path) -> None:
    """Write exposures as several files, with the row of the pool that each has."""
    rows = pa.array(range(1, len(table) + 1), pa.int64())
    numbered = table.append_column(ROW, rows)
    directory.mkdir()
    length = len(table) // _FILES + 1
    for number in range(_FILES):
        part = numbered.slice(number * length, length)
        pq.write_table(part, directory / f"{number}.parquet", row_group_size=500)


def found_in_one_process(table: pa.Table) -> Found:
    """Solve all exposures at once."""
    solution = solve(Pool(table, name=NAME))
    lines = [
        (name, text)
        for names, texts in solution.lines()
        for name, text in zip(names.array.to_pylist(), texts.array.to_pylist(), strict=True)
    ]
    return _found(lines, solution.outside, solution.problems)


def found_by_cluster(directory: Path) -> Found:
    """Read what a cluster has written."""
    table = pq.read_table(directory)
    assert table.column_names == SOLVED_SCHEMA.names
    lines = table.filter(table["association"].is_valid())
    return _found(
        zip(lines["file_name"].to_pylist(), lines["association"].to_pylist(), strict=True),
        table["orphan"].drop_null().to_pylist(),
        map(problem_from_json, table["problem"].drop_null().to_pylist()),
    )


def _found(
    lines: Iterable[tuple[str, str]], orphans: Iterable[str], problems: Iterable[Problem]
) -> Found:
    return Found(sorted(lines), sorted(orphans), sorted(problems, key=str))
