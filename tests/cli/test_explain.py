from __future__ import annotations

import json
from importlib.resources import as_file
from pathlib import Path

import pytest

from asnsolve.cli.main import main
from asnsolve.simulate.demo import demo_pool

ORPHAN = "jw09802008001_04102_00001-seg001_nis_uncal.fits"
IMAGE = "jw09801001001_02101_00001_nrcb1_cal.fits"
OTHER = "jw09801001001_02101_00001_nrcblong_cal.fits"


def told(capsys: pytest.CaptureFixture[str], *argv: str, status: int = 0) -> str:
    assert main(["explain", *argv]) == status
    streams = capsys.readouterr()
    return streams.out if status == 0 else streams.err


def test_why_not(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "--demo", ORPHAN)
    assert text.startswith(f"{ORPHAN} is in no association.\n")
    data = json.loads(told(capsys, "--demo", ORPHAN, "--json"))
    assert data["memberships"] == []
    (remedy,) = data["rules"][0]["remedies"]
    assert [(one["attribute"], one["value"]) for one in remedy["changes"]] == [("filter", "clear")]
    assert data["rules"][-1]["remedies"] == []
    assert data["levels"][0]["declared"] == "spectra through f277w are not flux-calibrated"
    clauses = {one["clause"]: one["passes"] for one in data["rules"][0]["clauses"]}
    assert [name for name, passes in clauses.items() if not passes] == ["calibrated_soss"]


def test_why_in_and_one_rule(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "--demo", IMAGE, "--only-rule", "Asn_Lv3TSO")
    assert "is in 2 associations:" in text
    assert "\nis_tso                 FAIL  it is [a time series]" in text
    data = json.loads(told(capsys, "--demo", IMAGE, "--json"))
    assert [one["role"] for one in data["memberships"]] == ["science", "science"]
    shared = {one["attribute"]: one["value"] for one in data["memberships"][1]["shared"]}
    assert shared["filter"] == "f200w"


def test_two_exposures(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "--demo", IMAGE, "--with", OTHER)
    assert "are in no association together." in text
    data = json.loads(told(capsys, "--demo", IMAGE, "--with", OTHER, "--json"))
    image = next(one for one in data["rules"] if one["rule"] == "Asn_Lv3Image")
    assert image["keys"] == [{"clause": "opt_elem", "first": "f200w", "second": "f444w"}]


def test_without_an_exposure(capsys: pytest.CaptureFixture[str]) -> None:
    assert "  lost: image2 o001" in told(capsys, "--demo", "--without", IMAGE)
    data = json.loads(told(capsys, "--demo", "--without", IMAGE, "--json"))
    assert {one["kind"] for one in data["differences"]} == {"only in the first", "members"}
    assert data["orphaned"] == []


@pytest.mark.parametrize(
    ("argv", "what"),
    [
        ([], "POOL is missing"),
        (["--demo"], "EXPOSURE is missing; expected POOL EXPOSURE, or --demo EXPOSURE"),
        (["pool.csv", "x", "--demo"], "--demo and pool.csv cannot be combined"),
        (["--demo", "x", "--without", "y"], "--without cannot be combined with EXPOSURE"),
        (["--demo", "x"], "no exposure is named x"),
        (["--demo", IMAGE, "--only-rule", "Asn_Lv3Imag"], "Did you mean Asn_Lv3Image"),
    ],
)
def test_what_cannot_be_explained(
    argv: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert what in told(capsys, *argv, status=2)


def test_the_pool_the_exposure_and_options_stand_in_any_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = tmp_path / "pool.csv"
    with as_file(demo_pool()) as path:
        pool.write_bytes(path.read_bytes())
    rules, exposure = ["-r", "jwst"], "jw09801001001_02101_00001_nrcb1_cal.fits"
    orders = [[str(pool), exposure, *rules], [str(pool), *rules, exposure]]
    orders.append([*rules, str(pool), exposure])
    said = set()
    for order in orders:
        assert main(["explain", *order]) == 0
        said.add(capsys.readouterr().out)
    assert len(said) == 1


OWN_RULES = """
from dataclasses import replace
from asnsolve.expr.build import at_least
from asnsolve.rules.jwst.level2.image import Asn_Lv2Image
from asnsolve.rules.jwst.level3.image import Asn_Lv3Image
Asn_Sky = replace(Asn_Lv2Image, name="Asn_Sky", needs=(at_least(1, "background"),))
Asn_Many = replace(Asn_Lv3Image, name="Asn_Many", needs=(at_least(99),))
"""


def test_rules_of_the_user_that_the_prose_does_not_name_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "own.py"
    rules.write_text(OWN_RULES)
    asked = ("--demo", IMAGE, "-r", str(rules))
    hint = (
        "Not named here: Asn_Sky, Asn_Many. To ask about one of your rules, add --only-rule NAME."
    )
    assert told(capsys, *asked) == f"{told(capsys, '--demo', IMAGE)}\n{hint}\n"
    for other in (("--only-rule", "Asn_Sky"), ("--ignore-default",)):
        assert "Not named here" not in told(capsys, *asked, *other)
    assert "Not named here" not in told(capsys, "--demo", IMAGE, "-r", "jwst-main")


def test_a_need_says_in_which_candidates_its_members_must_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = tmp_path / "own.py"
    rules.write_text(OWN_RULES)
    asked = ("--demo", IMAGE, "-r", str(rules), "--only-rule")
    text = told(capsys, *asked, "Asn_Sky")
    assert (
        "  background members: 0 found, at least 1 needed.\n"
        "  The other members must name o001 in ASN_CANDIDATE too.\n"
    ) in text
    (answer,) = json.loads(told(capsys, *asked, "Asn_Sky", "--json"))["rules"]
    assert answer["only_in"] == ["o001"]
    # This rule is also solved in the program as a whole.
    assert "must name" not in told(capsys, *asked, "Asn_Many")
