from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

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
    assert "To accept a finding" not in text
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
    # Whoever gives the rules can declare what is found.
    assert text.endswith("  DECLARED = Declared(waivers=(Waiver(KIND, RULE, SUBJECT, REASON),))\n")


def test_a_level_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "level3-2017", "--level", "2"]) == 2
    assert "rule set level3-2017 has no level 2; expected 3" in capsys.readouterr().err


BOXES = """
from asnsolve import Rule
from asnsolve.expr.build import is_set, same
from asnsolve.rules.domain import Declared, Domain, Fact, Promise
from asnsolve.rules.jwst.level3.base import AsnMixin_Science, DMS_Level3_Base
from asnsolve.rules.model import Clause

COLUMNS = ("my_box",)
Asn_Box = Rule(
    name="Asn_Box",
    asn_type="box3",
    title="What I put into one box",
    base=DMS_Level3_Base,
    mixins=(AsnMixin_Science,),
    clauses=(Clause("opt_elem", key=same("my_box")),),
)
"""
DECLARED = """
from asnsolve.expr.build import is_set
from asnsolve.rules.domain import Declared, Domain, Fact, Promise, Waiver
from asnsolve.rules.jwst.observatory import DOMAIN as JWST

PROMISE = Promise(3, is_set("my_box"), "science", "what is in a box is combined")
DECLARED = Declared(promises=(PROMISE,))
"""


@pytest.fixture(name="boxes")
def fixture_boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "boxes.py"
    file.write_text(BOXES)
    (tmp_path / "says.py").write_text(DECLARED)
    return file


def _report(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["check", *arguments, "--json"]) in (0, 1)
    (report,) = json.loads(capsys.readouterr().out)["reports"]
    return cast("dict[str, Any]", report)


def test_rules_with_columns_of_their_own_are_checked_with_the_default_set(
    boxes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = _report(capsys, "boxes.py", "--level", "3")
    assert report["rules"] == "jwst+boxes"
    assert {"overlap"} <= {finding["kind"] for finding in report["findings"]}


def test_the_rules_of_a_file_are_checked_alone(
    boxes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = _report(capsys, "--ignore-default", "boxes.py")
    assert report["rules"] == "boxes"
    assert not report["complete"]
    report = _report(capsys, "boxes.py", "--declared", "says.py", "--ignore-default")
    assert report["promises"] == ["what is in a box is combined"]
    # The rule refuses imprints, darks and pointings that no pipeline knows.
    gaps = [finding for finding in report["findings"] if finding["kind"] == "gap"]
    assert gaps
    assert all(gap["witness"]["my_box"] for gap in gaps)
    boxes.write_text(BOXES + DECLARED)
    assert _report(capsys, "boxes.py", "--ignore-default") == report


def test_the_domain_of_a_file_says_which_exposures_there_can_be(
    boxes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    domain = """
from dataclasses import replace
from asnsolve.expr.build import all_of, not_
from asnsolve.rules.jwst.exposures import LIT
from asnsolve.rules.jwst.roles_and_stages import LEVEL3_ROLES, POINTING

IN_BOX = Fact("only lit science is put into boxes", all_of(
    is_set("instrume"), is_set("program"), LEVEL3_ROLES.when(("science",)), POINTING, LIT,
    not_(is_set("is_imprt"))), "mine")
DOMAIN = replace(JWST, values={**JWST.values, "my_box": ("a", "b")}, facts=(*JWST.facts, IN_BOX))
"""
    (Path("domain.py")).write_text(DECLARED + domain)
    arguments = ("boxes.py", "--ignore-default", "--declared", "says.py")
    assert not _report(capsys, *arguments)["complete"]
    assert _report(capsys, *arguments, "--domain", "domain.py")["complete"]
    boxes.write_text(BOXES + DECLARED + domain)
    assert _report(capsys, "boxes.py", "--ignore-default")["complete"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--ignore-default"], "--ignore-default leaves no rules. Name a file of rules."),
        (["boxes.py", "--declared", "boxes.py"], "boxes.py: the file has no DECLARED; expected"),
        (["boxes.py", "--domain", "boxes.py"], "boxes.py: the file has no DOMAIN; expected DOMAIN"),
        (["boxes.py", "--domain", "none.py"], "there is no file 'none.py'; expected a Python file"),
        (["boxes.py", "--domain", "odd.py"], "odd.py, field DOMAIN: is 3; expected Domain(...)"),
        (
            ["boxes.py", "--declared", "odd.py"],
            "odd.py, field DECLARED.promises[0]: is 'all'; expected Promise(...)",
        ),
    ],
)
def test_files_that_say_nothing_of_rules(
    boxes: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = "DOMAIN = 3\nfrom asnsolve import Declared\nDECLARED = Declared(promises=('all',))\n"
    Path("odd.py").write_text(odd)
    assert main(["check", *arguments]) == 2
    assert said in capsys.readouterr().err


CHANGED = """
from dataclasses import replace
from asnsolve.expr.build import not_, one_of
from asnsolve.rules.jwst import JWST
from asnsolve.rules.jwst.level3.image import Asn_Lv3Image
from asnsolve.rules.model import Clause

NO_B4 = Clause("no_b4", not_(one_of("detector", "nrcb4")))
MINE = JWST.with_rules(replace(Asn_Lv3Image, clauses=(*Asn_Lv3Image.clauses, NO_B4)), name="mine")
"""


def test_a_shipped_set_with_a_changed_rule_is_checked_against_its_declarations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(CHANGED)
    report = _report(capsys, "mine.py", "--ignore-default", "--level", "3")
    open_findings = [finding for finding in report["findings"] if finding["reason"] is None]
    assert {finding["kind"] for finding in open_findings} == {"gap", "declaration"}
    gaps = [finding for finding in open_findings if finding["kind"] == "gap"]
    assert all(gap["witness"]["detector"] == "nrcb4" for gap in gaps)
    assert main(["check", "mine.py"]) == 2
    said = "jwst has rules of these names too: Asn_Lv2Image and 43 more; expected one of each name "
    assert said in capsys.readouterr().err


def test_a_rule_that_builds_on_an_imported_one_is_the_only_one_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = CHANGED.partition("MINE")[0]
    made = "clauses=(*Asn_Lv3Image.clauses, NO_B4)"
    Path("mine.py").write_text(text + f"Asn_Mine = replace(Asn_Lv3Image, name='Asn_Mine', {made})")
    assert main(["rules", "diff", "jwst", "jwst+mine.py"]) == 1
    assert capsys.readouterr().out.startswith("only in the new set: Asn_Mine\n    as science: ")
    assert main(["rules", "list", "-r", "mine.py"]) == 0
    assert capsys.readouterr().out.startswith("mine: 1 rule\n")
