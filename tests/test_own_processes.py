"""Processes of asnsolve have settings of their own, and others are left as they are."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from asnsolve.own_processes import memory_kept
from asnsolve.workers import Done, in_workers

_CODE = """
import sys
from asnsolve.own_processes import start_arrow

finders = [*sys.meta_path]
start_arrow(threads=3)
import pyarrow as pa
assert pa.cpu_count() == 3
pa.array(["a"])
assert "pandas" not in sys.modules
assert sys.meta_path[: len(finders)] == finders
try:
    import pandas
except ImportError:
    pass
else:
    table = pa.table({"a": pandas.Series([1.5])})
    assert table.to_pandas()["a"].tolist() == [1.5]
    start_arrow()
"""


def test_arrow_starts_without_pandas() -> None:
    ran = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_generate_leaves_arrow_as_it_is() -> None:
    pytest.importorskip("pandas")
    code = (
        "from asnsolve.cli.main import main; "
        "main(['generate', '--demo', '-p', sys.argv[1], '-q', *sys.argv[2:]]); "
        "import pandas as pd, pyarrow as pa; "
        "print(pa.array(pd.Series(['a', None], dtype='string')).null_count)"
    )
    with TemporaryDirectory() as folder:
        for options in ((), ("-j", "1"), ("-j", "2")):
            argv = [sys.executable, "-c", f"import sys; {code}", folder, *options]
            ran = subprocess.run(argv, capture_output=True, text=True, check=True)
            assert ran.stdout == "1\n"


def test_the_program_needs_no_pandas_unless_a_rule_file_does() -> None:
    pytest.importorskip("pandas")
    code = (
        "import gc, sys; from asnsolve.cli.main import program; "
        "sys.argv = ['asnsolve', 'generate', '--demo', '-q', '-p', *sys.argv[1:]]; program(); "
        "print('pandas' in sys.modules, gc.get_threshold()[0] > 700)"
    )
    with TemporaryDirectory() as folder:
        rules = Path(folder, "mine.py")
        rules.write_text(
            "import sys, pandas as pd, pyarrow as pa\nRULES = []\n"
            "nulls = pa.array(pd.Series(['a', None], dtype='string')).null_count\n"
            "print('nulls:', nulls, file=sys.stderr)\n"
        )
        for options, needs_pandas in (
            ([], False),
            (["-j", "2"], False),
            (["-r", str(rules)], True),
        ):
            argv = [sys.executable, "-c", code, f"{folder}/{len(options)}", *options]
            ran = subprocess.run(argv, capture_output=True, text=True, check=False)
            assert ("nulls: 1" in ran.stderr) is needs_pandas
            assert ran.stdout == f"{needs_pandas} True\n"


def _setting(name: str) -> str | None:
    return os.environ.get(name) if name else f"{gc.get_threshold()[0] > 700}"


def test_workers_keep_memory_and_look_for_cycles_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    monkeypatch.setenv("MALLOC_MMAP_THRESHOLD_", "7")
    before = (dict(os.environ), gc.get_threshold())
    names = ["MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", ""]
    found = {
        done.task: done.result for done in in_workers(_setting, names, 1) if isinstance(done, Done)
    }
    assert found == {names[0]: str(1 << 28), names[1]: "7", "": "True"}
    # This process is left as it was.
    assert (dict(os.environ), gc.get_threshold()) == before


def test_variables_are_removed_even_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_TRIM_THRESHOLD_", raising=False)
    with pytest.raises(OSError, match="no process"), memory_kept():
        assert "MALLOC_TRIM_THRESHOLD_" in os.environ
        raise OSError("no process")
    assert "MALLOC_TRIM_THRESHOLD_" not in os.environ
