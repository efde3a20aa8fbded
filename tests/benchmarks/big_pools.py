"""Pools of any size: ``python -m tests.benchmarks.big_pools EXPOSURES FILE``.

Simulated programs are repeated under other numbers, and columns that no rule names are added, up to
as many as a real pool has. The suffix of the file tells its format: ``.parquet``, or ``.csv`` for
text divided at ``|``.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from asnsolve.simulate import scaled, simulate_columns

__all__ = ["big_pool", "write_pool"]

COLUMNS = 64
_MOST_SIMULATED = 20_000
_MOST_SMALL = 3_000_000
"""Exposures in programs of one to five plans. Names of files have five digits for a program."""
_PROGRAM_ENDS = 7
"""Length of ``jw01001`` in a file name."""


def big_pool(exposures: int, *, columns: int = COLUMNS, seed: int = 3) -> pa.Table:
    """Make a pool of so many exposures and columns."""
    plans = 5 if exposures <= _MOST_SMALL else 5 * -(-exposures // _MOST_SMALL)
    programs_of_base = scaled(min(exposures, _MOST_SIMULATED), seed=seed, most_plans=plans)
    base = pa.table(simulate_columns(programs_of_base, seed=seed))
    numbers = pc.cast(base["PROGRAM"], pa.int64())
    first = pc.subtract(numbers, pc.min(numbers))
    programs = int(pc.max(first).as_py()) + 1
    rest = pc.utf8_slice_codeunits(base["FILENAME"], _PROGRAM_ENDS)
    parts: list[pa.Table] = []
    while sum(map(len, parts)) < exposures:
        shifted = pc.cast(pc.add(first, 1 + len(parts) * programs), pa.string())
        names = pc.binary_join_element_wise("jw", pc.utf8_lpad(shifted, 5, "0"), rest, "")
        parts.append(_with(_with(base, "PROGRAM", shifted), "FILENAME", names))
    if len(parts) * programs > 99_999:
        raise SystemExit(f"{exposures} exposures are in more programs than file names can hold")
    table = pa.concat_tables(parts).slice(0, exposures)
    for number in range(columns - table.num_columns):
        values = [f"value {kind}" for kind in range(number % 11 + 1)]
        codes = np.arange(exposures) // (number + 1) % len(values)
        table = table.append_column(f"MORE{number}", pa.array(values).take(pa.array(codes)))
    return table


def _with(table: pa.Table, column: str, cells: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(column), column, cells)


def write_pool(table: pa.Table, path: Path) -> None:
    """Write a pool as Parquet or as text."""
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    else:
        options = pyarrow.csv.WriteOptions(delimiter="|", quoting_style="none")
        pyarrow.csv.write_csv(table, path, options)


def main() -> None:
    """Write a pool of the size asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exposures", type=int)
    parser.add_argument("file", type=Path)
    args = parser.parse_args()
    write_pool(big_pool(args.exposures), args.file)


if __name__ == "__main__":
    main()
