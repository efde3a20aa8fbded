"""Solve a pool in many small parts: ``python -m tests.archive.slow_parts POOL DIR``."""

from __future__ import annotations

import sys
from pathlib import Path

from asnsolve import Pool
from asnsolve.archive.parts import parts_of_pool
from asnsolve.archive.runs import solve_parts
from asnsolve.archive.store import Kept
from asnsolve.archive.write_containers import write_container

if __name__ == "__main__":
    source, out = map(Path, sys.argv[1:])
    pool = Pool.read(source)
    parts = parts_of_pool(pool, 100)
    with solve_parts(parts, name=pool.name, kept=Kept(out / "parts")) as run:
        write_container(run.associations(), out / f"{pool.name}.jsonl", "jsonl")
