from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve.cli.main import main

RULE = """
from dataclasses import replace
from asnsolve.rules.jwst.level3 import grism

Asn_Lv3Again = replace(grism.Asn_Lv3WFSSMIR, name="Asn_Lv3Again")
"""


def test_the_sets_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "level3-2017"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("Rule set level3-2017: 0 undeclared findings\nDeclared: ")
    assert main(["check", "level3-2017", "-v"]) == 0
    text = capsys.readouterr().out
    assert "\n    declared: what is combined by target has one\n" in text
    assert "\n    for example: " in text
    assert main(["check", "level3-2017", "--json"]) == 0
    (report,) = json.loads(capsys.readouterr().out)["reports"]
    assert report["complete"]
    assert report["counts"]["undeclared"] == 0
    assert {one["kind"] for one in report["findings"]} >= {"gap", "overlap", "name"}


def test_a_rule_that_is_there_already(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "again.py"
    file.write_text(RULE)
    assert main(["check", str(file), "--level", "3"]) == 1
    text = capsys.readouterr().out
    assert "overlap at level 3, Asn_Lv3WFSSMIR and Asn_Lv3Again, science: " in text
    assert "Rule set jwst+again: " in text


def test_a_level_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "level3-2017", "--level", "2"]) == 2
    assert "rule set level3-2017 has no level 2; expected 3" in capsys.readouterr().err
