"""How soon asnsolve answers: ``python -m tests.benchmarks.start``. Wall-clock seconds."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

from rich.console import Console

from asnsolve.report.tables import print_table

__all__ = ["print_starts"]

COMMANDS = {
    "python, nothing imported": ("-c", "pass"),
    "import asnsolve": ("-c", "import asnsolve"),
    "asnsolve --help": ("-m", "asnsolve", "--help"),
    "generate --demo --dry-run": ("-m", "asnsolve", "generate", "--demo", "--dry-run"),
}
_TIMES = 15


def print_starts(console: Console) -> None:
    """Run each command several times; print the median."""
    rows = []
    for name, argv in COMMANDS.items():
        took = []
        for _ in range(_TIMES):
            start = time.perf_counter()
            subprocess.run((sys.executable, *argv), capture_output=True, check=True)
            took.append(time.perf_counter() - start)
        rows.append((name, f"{median(took):.3f}"))
    print_table(console, ("command", "seconds"), rows, numbers=1)


if __name__ == "__main__":
    print_starts(Console(width=100))
