from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from asnsolve import Pool
from asnsolve.cli.main import main
from tests.testing.test_plugin import RULES


@pytest.fixture
def rules(tmp_path: Path) -> str:
    file = tmp_path / "my_rules.py"
    file.write_text(RULES)
    return str(file)


def test_a_broken_law(rules: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pool = tmp_path / "pool.csv"
    assert main(["fuzz", rules, "--examples", "40", "--law", "unique", "-o", str(pool)]) == 1
    text = capsys.readouterr().out
    assert text.startswith("Broken: unique (different associations have different names)\n")
    assert "The smallest pool (2 exposures):\nFILENAME|" in text
    (command,) = (line for line in text.splitlines() if line.startswith("To repeat it: "))
    assert len(Pool.read(pool)) == 2
    assert main([*shlex.split(command.removeprefix("To repeat it: "))[1:], "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    (failure,) = report["failures"]
    assert failure["law"] == "unique"
    assert failure["pool"] in text
    assert command.endswith(report["command"])


def test_laws_that_hold(rules: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", rules, "--examples", "5", "--law", "names", "--law", "valid"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("my_rules: 2 laws on 5 random pools (seed 0), 0 broken\n")


def test_two_sets_compared(rules: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", rules, "--examples", "5", "--against", rules]) == 0
    assert main(["fuzz", rules, "--examples", "50", "--against", "level3-2017"]) == 1
    text = capsys.readouterr().out
    assert "Broken: against (the results are those of level3-2017)" in text
    assert "The smallest pool (1 exposure):" in text


def test_a_law_that_there_is_not(rules: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fuzz", rules, "--law", "nams"]) == 2
    assert "there is no law 'nams'" in capsys.readouterr().err
