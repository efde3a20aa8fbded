"""Rule set ``jwst-main``: ``jwst``, but for the stages of wide-field slitless spectra."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asnsolve import Pool, RuleSet, load_rules, solve
from asnsolve.cli.main import main
from asnsolve.proofs.changes import rule_changes
from asnsolve.rules.jwst import JWST
from asnsolve.rules.jwst.development import JWST_MAIN
from asnsolve.simulate import MODES, Program, simulate
from tests.from_files.small import files_of

WIDE_FIELD = sorted(mode for mode in MODES if "wfss" in mode)
RULES = {"Asn_Lv3WFSSMIR", "Asn_Lv3WFSSNIS", "Asn_Lv3WFSSNRC"}


def pool_of(mode: str) -> Pool:
    return Pool(simulate([Program(number=1, plans=(MODES[mode].plan(),))]))


def texts(pool: Pool, rules: RuleSet) -> list[tuple[str, str]]:
    return [(one.rule, str(one.products)) for one in solve(pool, rules)]


def test_nothing_but_the_stages_of_wide_field_slitless_spectra_differs() -> None:
    changes = rule_changes(JWST, JWST_MAIN)
    assert (changes.gone, changes.new, changes.taken, changes.handed) == ((), (), (), ())
    assert {rule for rule, _ in changes.otherwise} == RULES
    assert {parts for _, parts in changes.otherwise} == {
        ("stages (x1dints, x1d instead of calints, cal)",)
    }
    assert JWST_MAIN is load_rules("jwst-main")


@pytest.mark.parametrize("mode", WIDE_FIELD)
def test_level_3_takes_the_extracted_spectra(mode: str) -> None:
    pool = pool_of(mode)
    release, development = texts(pool, JWST), texts(pool, JWST_MAIN)
    assert [rule for rule, _ in release] == [rule for rule, _ in development]
    assert RULES & {rule for rule, _ in release}
    for (rule, before), (_, after) in zip(release, development, strict=True):
        wanted = before.replace("_cal.fits", "_x1d.fits").replace("stage='cal'", "stage='x1d'")
        assert after == (wanted if rule in RULES else before)


def row(name: str, exp_type: str, **more: str) -> dict[str, str]:
    return {
        "filename": f"{name}_uncal.fits",
        "exp_type": exp_type,
        **{"program": "1", "instrume": "NIRISS", "targetid": "1", "obs_num": "1"},
        **{"filter": "GR150R", "pupil": "F150W", "subarray": "FULL", "pntgtype": "SCIENCE"},
        "asn_candidate": "[('o001', 'observation')]",
        **more,
    }


def test_an_acquisition_stays_an_image_and_integrations_stay_apart() -> None:
    for flag, spectrum in (("F", "a_x1d.fits"), ("T", "a_x1dints.fits")):
        pool = Pool([row("a", "NIS_WFSS", tsovisit=flag), row("b", "NIS_TACQ", tsovisit=flag)])
        (one,) = (one for one in solve(pool, "jwst-main") if one.rule == "Asn_Lv3WFSSNIS")
        assert {(member.exptype, member.expname) for member in one.members} == {
            ("science", spectrum),
            ("target_acquisition", "b_cal.fits"),
        }


@pytest.mark.parametrize(
    "argv",
    [
        ["generate", "pool.csv", "-r", "jwst-main", "-p", "out"],
        ["generate", "pool.csv", "-r", "jwst-main", "-j", "2", "-p", "out"],
        ["generate", "pool.csv", "-r", "jwst-main", "-i", "o001", "-p", "out"],
        ["associate", "x1d", "--level", "3", "-r", "jwst-main", "-p", "out"],
    ],
)
def test_the_set_can_be_named_wherever_rules_can(
    argv: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pool_of("niriss_wfss").write("pool.csv")
    files_of("niriss_wfss", tmp_path / "x1d", "x1d")
    assert main(argv) == 0
    spectra = list(Path("out").glob("*spec3*.json"))
    assert len(spectra) == 2
    assert main(["validate", *map(str, spectra)]) == 0
    for path in spectra:
        members = json.loads(path.read_text("utf-8"))["products"][0]["members"]
        assert all(member["expname"].endswith("_x1d.fits") for member in members)
