from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asnsolve.cli.main import main
from asnsolve.differences.example_runs import run_examples
from asnsolve.errors import RuleError
from asnsolve.rules.examples import Example
from asnsolve.rules.load import load_rules
from asnsolve.rules.rule_set import RuleSet

FILE = '''
from asnsolve import Rule
from asnsolve.expr.build import one_of, same
from asnsolve.rules.examples import Example
from asnsolve.rules.jwst.level3.base import DMS_Level3_Base
from asnsolve.rules.model import Cases, Clause
from asnsolve.rules.steps import Attach

Asn_Lamp = Rule(
    name="Asn_Lamp",
    asn_type="lamp3",
    title="Exposures of one line lamp",
    base=DMS_Level3_Base,
    clauses=(Clause("exp_type", one_of("exp_type", "nrs_lamp")), Clause("lamp", key=same("lamp"))),
    roles=Cases((), "science"),
    steps=(Attach(one_of("exp_type", "nrs_dark"), "dark", ("program",)),),
)
EXAMPLES = (
    Example(
        "One lamp, with the dark",
        pool="""
            FILENAME     | EXP_TYPE | LAMP
            a_uncal.fits | NRS_LAMP | LINE1
            b_uncal.fits | NRS_LAMP | LINE1
            c_uncal.fits | NRS_LAMP | FLAT1
            d_uncal.fits | NRS_DARK | null
            e_uncal.fits | NRS_LAMP | null
        """,
        shared={"INSTRUME": "nirspec"},
        expected="""
            Asn_Lamp o001: science a b, dark d
            Asn_Lamp o001 lamp3: science c, dark d
        """,
        orphans="e",
    ),
)
'''


@pytest.fixture(name="lamps")
def fixture_lamps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RuleSet:
    monkeypatch.chdir(tmp_path)
    Path("lamps.py").write_text(FILE)
    return load_rules("lamps.py")


def _with(rules: RuleSet, **parts: Any) -> RuleSet:
    (example,) = rules.examples
    return replace(rules, examples=(replace(example, **parts),))


def test_an_example_passes_if_all_that_is_expected_is_made_and_nothing_else(lamps: RuleSet) -> None:
    (result,) = run_examples(lamps)
    assert result.passed
    assert result.orphans == ("e",)
    assert "Asn_Lamp o001: science a b, dark d -> " in result.made[0]


def test_what_is_made_can_be_pasted_into_the_example(lamps: RuleSet) -> None:
    (result,) = run_examples(lamps)
    (again,) = run_examples(_with(lamps, expected="\n".join(result.made)))
    assert again.passed


def test_what_differs_is_told(lamps: RuleSet) -> None:
    (result,) = run_examples(_with(lamps, expected="Asn_Lamp o001: science a, dark d", orphans="d"))
    assert result.missing == ("Asn_Lamp o001: science a, dark d",)
    assert [line.partition(" ->")[0] for line in result.unexpected] == [
        "Asn_Lamp o001: science a b, dark d",
        "Asn_Lamp o001: science c, dark d",
    ]
    assert (result.missing_orphans, result.unexpected_orphans) == (("d",), ("e",))
    assert not result.passed


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            {"expected": "Asn_Lamp: science a"},
            "lamps, field EXAMPLES['One lamp, with the dark'].expected: 'Asn_Lamp: science a' is "
            "not an association; expected a line such as Asn_Lamp o001: science a b, dark d",
        ),
        ({"expected": "Asn_Lamp o001: a"}, "is not an association"),
        ({"pool": "EXP_TYPE\nNRS_LAMP"}, "field EXAMPLES['One lamp, with the dark'].pool"),
    ],
)
def test_an_example_that_cannot_be_read_is_refused(
    lamps: RuleSet, parts: dict[str, str], said: str
) -> None:
    with pytest.raises(RuleError) as caught:
        run_examples(_with(lamps, **parts))
    assert said in str(caught.value)


def test_examples_are_run_from_the_command_line(
    lamps: RuleSet, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "test", "lamps.py"]) == 0
    said = "passed: One lamp, with the dark\n1 example: 1 passed, 0 failed\n"
    assert capsys.readouterr().out == said
    Path("lamps.py").write_text(FILE.replace("science a b,", "science a,").replace('"e"', '""'))
    assert main(["rules", "test", "lamps.py"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == [
        "failed: One lamp, with the dark",
        "  - Asn_Lamp o001: science a, dark d",
    ]
    assert lines[2].startswith("  + Asn_Lamp o001: science a b, dark d -> jw00001-o001_t000_")
    assert lines[3] == "  + orphan e"
    assert main(["rules", "test", "lamps.py", "--show"]) == 1
    assert "    orphans: e\n" in capsys.readouterr().out
    assert main(["rules", "test", "lamps.py", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["passed"], data["failed"]) == (0, 1)
    assert data["examples"][0]["unexpected_orphans"] == ["e"]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "rules are missing after 'rules test'; expected files or rule sets"),
        (["jwst-main"], "the rules have no examples. Put examples into EXAMPLES"),
        (["odd.py"], "odd.py, field EXAMPLES: is 3; expected a tuple of Example(...)"),
    ],
)
def test_rules_without_examples_are_refused(
    lamps: RuleSet, names: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("odd.py").write_text(FILE + "EXAMPLES = 3\n")
    assert main(["rules", "test", *names]) == 2
    assert said in capsys.readouterr().err


def test_an_example_has_no_default_but_no_association() -> None:
    assert Example("none", "FILENAME\n").expected == ""


def test_examples_of_joined_sets_are_run_for_each_set_alone(
    lamps: RuleSet, capsys: pytest.CaptureFixture[str]
) -> None:
    assert load_rules(lamps).examples == lamps.examples
    assert load_rules("level3-2017", lamps).examples == ()
    Path("other.py").write_text(FILE.replace("Asn_Lamp", "Asn_Other"))
    assert main(["rules", "test", "lamps.py+other.py"]) == 0
    assert capsys.readouterr().out.endswith("2 examples: 2 passed, 0 failed\n")


@pytest.mark.parametrize("name", ["jwst", "level3-2017"])
def test_the_sets_of_the_package_pass_their_examples(name: str) -> None:
    results = run_examples(load_rules(name))
    assert len(results) >= 4
    assert all(result.passed for result in results), [each for each in results if not each.passed]
