from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import asnsolve

RULES = """
from dataclasses import replace
from asnsolve.expr.build import same
from asnsolve.rules.jwst.level3 import image
from asnsolve.rules.model import Clause

Asn_ByDetector = replace(
    image.Asn_Lv3Image,
    name="Asn_ByDetector",
    clauses=(*image.Asn_Lv3Image.clauses, Clause("one_detector", key=same("detector"))),
)
"""
PLUGIN = ("-p", "asnsolve.pytest_plugin", "-p", "no:cacheprovider", "--asnsolve-examples", "40")


def run(directory: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a directory."""
    package = str(Path(asnsolve.__file__).parents[1])
    command = [sys.executable, "-m", "pytest", "-q", *PLUGIN, *options]
    environment = {"PYTHONPATH": package, "PATH": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )


def test_each_law_is_a_test_without_a_line_of_test_code(tmp_path: Path) -> None:
    (tmp_path / "my_rules.py").write_text(RULES)
    ran = run(tmp_path, "--asnsolve-rules", "my_rules.py", "-k", "unique or names")
    assert ran.returncode == 1, ran.stderr
    assert "1 failed, 1 passed" in ran.stdout
    assert "associations with different members have the product" in ran.stdout
    assert "asnsolve fuzz my_rules.py --examples 40 --seed 0 --law unique" in ran.stdout


def test_rules_that_cannot_be_loaded_are_an_error_of_usage(tmp_path: Path) -> None:
    ran = run(tmp_path, "--asnsolve-rules", "none.py")
    assert ran.returncode == 4
    assert "there is no rule set or file 'none.py'" in ran.stderr


def test_without_rules_nothing_is_collected_or_imported(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test_it():\n    assert 'numpy' not in sys.modules\n"
    )
    ran = run(tmp_path)
    assert ran.returncode == 0, ran.stdout
    assert "1 passed" in ran.stdout
