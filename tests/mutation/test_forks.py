"""Tests run on the mutated module, and not on the one in the file."""

from __future__ import annotations

import subprocess
import sys

from tests.mutation.record import ROOT

# Only a process that has not imported the package can import it with a fault.
SCRIPT = """
from pathlib import Path
from tests.mutation.forks import WarmProcess, run_cold

file = "asnsolve/pool/columns.py"
tests = ["tests/pool/test_columns.py::test_names_are_stripped_and_lower_cased"]
text = Path(file).read_text("utf-8")
warm = WarmProcess(["tests/pool/test_columns.py"])
for source in (
    text,
    text.replace("return tuple(clean)", "return ()"),
    text.replace('MANDATORY: Final = ("filename",', 'MANDATORY: Final = ("file",'),
):
    print(*(run(file, source, tests, 60).outcome for run in (warm.run, run_cold)), sep=", ")
warm.close()
"""


def test_a_fault_outside_of_functions_is_seen_by_a_process_that_imports_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "survived, survived",
        "killed, killed",
        "not swapped, killed",
    ]
