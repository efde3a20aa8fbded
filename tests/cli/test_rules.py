from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve import load_rules
from asnsolve.cli.main import main
from asnsolve.report.rule_sentences import describe
from asnsolve.rules.load import RULE_SETS


@pytest.mark.parametrize("argv", [["rules"], ["rules", "list"], ["rules", "list", *RULE_SETS]])
def test_list_names_every_rule(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    lines = capsys.readouterr().out.splitlines()
    for rule_set in RULE_SETS.values():
        assert f"{rule_set.name}: {len(rule_set)} rules" in lines
        for rule in rule_set:
            assert any(line.split()[:2] == [rule.name, rule.asn_type] for line in lines)


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "level3-2017", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["name"] == "level3-2017"
    assert listed["rules"][0] == {
        "name": "Asn_Image",
        "asn_type": "image3",
        "title": "Images of one target through one optical path, with any camera",
    }


def test_list_of_an_unknown_set_suggests(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "level3-2107"]) == 2
    assert "there is no rule set 'level3-2107'. Did you mean level3-2017?" in (
        capsys.readouterr().err
    )


def test_show_says_a_rule_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "Asn_MIRI_IFU"]) == 0
    assert capsys.readouterr().out == describe(load_rules("level3-2017")["Asn_MIRI_IFU"])


def test_a_rule_that_differs_between_sets_is_shown_for_each(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["rules", "show", "Asn_Lv3WFSSNIS", "Asn_Lv3Image"]) == 0
    release, development = load_rules("jwst"), load_rules("jwst-main")
    assert capsys.readouterr().out == "\n".join(
        (
            f"In rule set jwst:\n{describe(release['Asn_Lv3WFSSNIS'])}",
            f"In rule set jwst-main:\n{describe(development['Asn_Lv3WFSSNIS'])}",
            describe(release["Asn_Lv3Image"]),
        )
    )


def test_a_set_is_found_by_its_other_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "list", "jwst-3.0"]) == 0
    assert capsys.readouterr().out.startswith("jwst: ")
    assert main(["rules", "diff", "jwst-3.0", "jwst"]) == 0


def test_show_of_several_rules_keeps_their_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "Asn_WFSS", "Asn_AMI"]) == 0
    rules = load_rules("level3-2017")
    expected = f"{describe(rules['Asn_WFSS'])}\n{describe(rules['Asn_AMI'])}"
    assert capsys.readouterr().out == expected


def test_show_of_a_set_says_all_its_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "level3-2017", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [rule["name"] for rule in shown] == [rule.name for rule in load_rules("level3-2017")]
    assert {rule["rule_set"] for rule in shown} == {"level3-2017"}


def test_show_as_json_names_the_mixin_of_each_clause(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show", "Asn_MIRI_IFU", "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    sources = {clause["name"]: clause["source"] for clause in shown["clauses"]}
    assert sources["instrument"] == "AsnMixin_MIRI"
    assert sources["exp_type"] == "Asn_MIRI_IFU"


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Asn_MIRI_IFV", "Did you mean Asn_MIRI_IFU"),
        ("xyz", "'asnsolve rules' lists what there is"),
    ],
)
def test_show_of_an_unknown_rule_gives_advice(
    name: str, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "show", name]) == 2
    err = capsys.readouterr().err
    assert f"there is no rule '{name}'" in err
    assert advice in err


def test_show_needs_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "show"]) == 2
    assert "the name of a rule or a rule set is missing" in capsys.readouterr().err


def test_rules_of_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.py"
    text = "from asnsolve.rules.level3_2017 import Asn_AMI\nfrom asnsolve import RuleSet\n"
    path.write_text(text + "MINE = RuleSet('mine', (Asn_AMI,))\n")
    assert main(["rules", "-r", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("mine: 1 rule\n")
    assert "Asn_WFSS" not in out


def test_an_unknown_source_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "-r", "level3-2107"]) == 2
    assert "Did you mean level3-2017?" in capsys.readouterr().err


def test_an_unknown_action_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "tell"]) == 2
    assert "action tell is not one of list, show, diff, test, graph" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "Asn_AMI", "-r", "level3-2017"],
        ["show", "-r", "level3-2017", "Asn_AMI"],
        ["-r", "level3-2017", "show", "Asn_AMI"],
    ],
    ids=" ".join,
)
def test_names_and_options_stand_in_any_order(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", *arguments]) == 0
    assert capsys.readouterr().out.startswith("Asn_AMI\n")
