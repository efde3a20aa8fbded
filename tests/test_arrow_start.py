"""Arrow starts without pandas in the processes of asnsolve, and as usual elsewhere."""

from __future__ import annotations

import subprocess
import sys
from tempfile import TemporaryDirectory

import pytest

_CODE = """
import sys
from asnsolve.arrow_start import start_arrow

finders = [*sys.meta_path]
start_arrow()
import pyarrow as pa
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
