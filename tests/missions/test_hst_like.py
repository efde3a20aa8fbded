"""The worked example of a mission that is like HST."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from asnsolve import (
    Association,
    Pool,
    UsageError,
    gather_files,
    load_rules,
    read_association,
    solve,
)
from asnsolve.cli.main import main
from asnsolve.rules.rule_set import RuleSet
from asnsolve.testing import fuzz
from tests.docs.pages import ROOT, blocks
from tests.missions.hst_like_pools import hst_like_rows, hst_like_text

FILE = ROOT / "docs/how-to/missions/hst_like.py"
PAGE = ROOT / "docs/how-to/another-mission.md"
DAY = 1.0


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules(FILE)


def on_page(name: str) -> str:
    (text,) = (block.text for block in blocks(PAGE.read_text("utf-8")) if block.name == name)
    return text


def small_pool(rules: RuleSet) -> Pool:
    return Pool.read(BytesIO(on_page("hst.csv").encode()), name="hst", profile=rules.profile)


def roots(association: Association) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for member in association.products[0].members:
        found.setdefault(member.exptype, []).append(member.expname[6:8] + member.expname[9:])
    return found


def test_the_page_shows_the_rules_and_they_are_a_page() -> None:
    text = FILE.read_text("utf-8")
    assert on_page("hst_like.py") == text
    assert len(text.splitlines()) < 120
    assert "not the rules of HST itself" in text


def test_the_small_pool_gives_what_the_rules_say(rules: RuleSet) -> None:
    solution = solve(small_pool(rules), rules)
    found = {each.products[0].name: roots(each) for each in solution.associations}
    assert found == {
        "hstb1a-a3001_t001_wfc3_f606w-uvis-v01-p1": {"science": ["ab_raw.fits", "ac_raw.fits"]},
        "hstb1a-a3001_t001_wfc3_f606w-uvis-v01-p2": {"science": ["ad_raw.fits", "ae_raw.fits"]},
        "hstb1a-a3001_t001_wfc3_f606w-uvis-v01-box": {
            "science": ["ab_flc.fits", "ac_flc.fits", "ad_flc.fits", "ae_flc.fits"]
        },
        "hstb1a-a3001_t001_stis_g430l-52x0.1-v02-p1": {
            "science": ["ac_raw.fits", "ad_raw.fits"],
            "wavecal": ["ab_raw.fits"],
        },
    }


def nearest_lamps(rows: list[dict[str, str]], science: list[str]) -> set[str]:
    """Find the lamp exposure nearest to each spectrum by looking at all of them."""
    by_name = {row["filename"]: row for row in rows}
    kept = set()
    for name in science:
        own = by_name[name]
        gaps = sorted(
            (abs(float(row["expstart"]) - float(own["expstart"])), row["filename"])
            for row in rows
            if row["exp_type"] == "wavecal" and row["program"] == own["program"]
        )
        kept |= {lamp for gap, lamp in gaps[:1] if gap <= DAY}
    return kept


@pytest.mark.parametrize("seed", range(20))
def test_simulated_pools_are_solved_as_the_rules_say(rules: RuleSet, seed: int) -> None:
    rows = hst_like_rows(seed)
    pool = Pool.read(BytesIO(hst_like_text(rows).encode()), name="hst", profile=rules.profile)
    solution = solve(pool, rules)
    assert solve(pool, rules, solver="exact") == solution
    Random(seed).shuffle(rows)
    shuffled = Pool.read(BytesIO(hst_like_text(rows).encode()), name="hst", profile=rules.profile)
    assert solve(shuffled, rules).associations == solution.associations

    calibrated: Counter[str] = Counter()
    for each in solution.associations:
        name = rules.profile.names.parse_product_name(each.products[0].name)
        file = rules.profile.names.parse_file_name(each.file_name)
        assert (name.program, name.asn_id) == (file.program, file.asn_id)
        assert (file.program, file.asn_id) == (each.program, "a3001")
        members = each.products[0].members
        science = [member.expname for member in members if member.exptype == "science"]
        lamps = {member.expname for member in members if member.exptype == "wavecal"}
        if each.asn_type == "spec2":
            assert lamps == nearest_lamps(rows, science)
        if each.asn_type != "image3":
            calibrated.update(science)
    wanted = [row["filename"] for row in rows if row["exp_type"] in {"image", "spectrum"}]
    assert calibrated == Counter(wanted)


def test_the_same_tools_report_and_check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rules: RuleSet
) -> None:
    pool = tmp_path / "hst.csv"
    pool.write_text(hst_like_text(hst_like_rows(1)), "utf-8")
    page = tmp_path / "page.html"
    own = ["-r", str(FILE), "--ignore-default"]
    assert main(["report", str(pool), *own, "-o", str(page)]) == 0
    assert "hstb0a-a3001" in page.read_text("utf-8")
    assert main(["check", str(FILE), "--ignore-default"]) == 0
    capsys.readouterr()
    assert main(["generate", str(pool), *own, "-p", str(tmp_path / "asn")]) == 0
    written = [json.loads(file.read_text("utf-8")) for file in (tmp_path / "asn").glob("*.json")]
    solution = solve(Pool.read(pool, profile=rules.profile), rules)
    assert len(written) == len(solution.associations) > 0


def test_association_files_are_compared_and_gathered_with_the_roles_of_the_mission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hst.csv").write_text(on_page("hst.csv"), "utf-8")
    assert main(["generate", "hst.csv", "-r", str(FILE), "--ignore-default", "-p", "asn"]) == 0
    capsys.readouterr()
    assert main(["diff", "asn", "asn", "-r", str(FILE)]) == 0
    assert capsys.readouterr().out == "4 products and 4, 0 differences\n"
    assert main(["diff", "asn", "asn"]) == 0
    assert "exptype is 'wavecal'" in capsys.readouterr().out
    (file,) = Path("asn").glob("*spec2*.json")
    lamps = [member.expname for member in read_association(file).members[2:]]
    for name in lamps:
        (Path("asn") / name).touch()
    gathered = gather_files(file, "lamps", only=["wavecal"])
    assert [path.name for path in gathered.copied] == lamps
    assert not gathered.missing
    with pytest.raises(UsageError, match="Did you mean wavecal"):
        gather_files(file, "none", only=["wavecl"])
    assert main(["edit", str(file), "--add", "lamp_raw.fits", "--role", "WAVECAL"]) == 0
    assert [member.exptype for member in read_association(file).members][2:].count("wavecal") == 2


def test_parts_are_for_jwst(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "hst.csv"
    source.write_text(on_page("hst.csv"), "utf-8")
    command = ["generate", str(source), "-r", str(FILE), "--ignore-default", "-j", "2"]
    assert main([*command, "-p", str(tmp_path / "asn")]) == 2
    assert "rules of hst_like cannot be solved in parts" in capsys.readouterr().err


def test_random_pools_break_no_law(rules: RuleSet) -> None:
    report = fuzz(rules, examples=25)
    assert not report.failures
    assert all(report.fired.values())
