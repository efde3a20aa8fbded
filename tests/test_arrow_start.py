"""Arrow starts without pandas, and works with it afterwards."""

from __future__ import annotations

import subprocess
import sys

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


def test_arrow_starts_without_pandas_and_works_with_it_afterwards() -> None:
    ran = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_generate_does_not_import_pandas() -> None:
    code = (
        "import sys; from asnsolve.cli.main import main; "
        "main(['generate', '--demo', '--dry-run', '-q', *sys.argv[1:]]); "
        "print('pandas' in sys.modules)"
    )
    for options in ((), ("-j", "1")):
        argv = [sys.executable, "-c", code, *options]
        ran = subprocess.run(argv, capture_output=True, text=True, check=True)
        assert ran.stdout == "False\n"
