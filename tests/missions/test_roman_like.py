"""The worked example of a mission that is like Roman."""

from __future__ import annotations

import pickle
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from random import Random

import pytest

from asnsolve import Pool, PoolError, RuleError, UsageError, check, explain, load_rules, solve
from asnsolve.cli.main import main
from asnsolve.drawings.rules_graph import rules_graph
from asnsolve.expr.build import same
from asnsolve.profiles.jwst import PROFILE
from asnsolve.report.page.page_facts import page_facts
from asnsolve.report.page.page_sources import read_associations
from asnsolve.rules.grouping import regrouped
from asnsolve.rules.model import Clause
from asnsolve.rules.rule_set import RuleSet
from asnsolve.testing import fuzz
from tests.docs.pages import ROOT, blocks

FILE = ROOT / "docs/how-to/missions/roman_like.py"
PAGE = ROOT / "docs/how-to/another-mission.md"
CELL = "270p65x49y70"


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules(FILE)


def on_page(name: str) -> str:
    (text,) = (block.text for block in blocks(PAGE.read_text("utf-8")) if block.name == name)
    return text


@pytest.fixture(scope="module")
def pool(rules: RuleSet) -> Pool:
    return Pool.read(BytesIO(on_page("roman.csv").encode()), name="roman", profile=rules.profile)


def test_the_page_shows_the_rules_and_they_are_a_page() -> None:
    text = FILE.read_text("utf-8")
    assert on_page("roman_like.py") == text
    assert len(text.splitlines()) < 120
    assert "not the rules of Roman itself" in text


def test_mosaics_cross_programs_and_visits_do_not(pool: Pool, rules: RuleSet) -> None:
    made = {
        association.products[0].name: [member.expname for member in association.members]
        for association in solve(pool, rules).associations
        if association.level == 3
    }
    assert made == {
        f"r00001-a0001_{CELL}_wfi_f158": [
            "r0000101001001_0001_wfi01_cal.asdf",
            "r0000101001002_0001_wfi01_cal.asdf",
            "r0000201001001_0001_wfi01_cal.asdf",
        ],
        "r00001-a0001_p01s001v001_wfi_f158": [
            "r0000101001001_0001_wfi01_cal.asdf",
            "r0000101001001_0001_wfi02_cal.asdf",
        ],
    }


def test_no_association_has_a_target_where_names_have_none(pool: Pool, rules: RuleSet) -> None:
    assert {association.target for association in solve(pool, rules)} == {"null"}


def test_each_image_is_calibrated_and_named_after_itself(pool: Pool, rules: RuleSet) -> None:
    level2 = [one for one in solve(pool, rules).associations if one.level == 2]
    names = [(one.products[0].name, one.members[0].expname) for one in level2]
    assert len(names) == len(pool)
    assert all(file == f"{name}_uncal.asdf" for name, file in names)


def test_solvers_agree_in_any_order_of_rows(pool: Pool, rules: RuleSet) -> None:
    order = [*range(len(pool))]
    Random(1).shuffle(order)
    fast = solve(pool, rules)
    assert solve(pool, rules, solver="exact").associations == fast.associations
    assert solve(pool.take(order), rules).associations == fast.associations


def test_random_pools_break_no_law(rules: RuleSet) -> None:
    report = fuzz(rules, examples=25)
    assert not report.failures
    assert all(report.fired.values())


def test_the_same_tools_check_explain_and_report(
    tmp_path: Path, pool: Pool, rules: RuleSet
) -> None:
    own = ["-r", str(FILE), "--ignore-default"]
    assert main(["check", str(FILE), "--ignore-default"]) == 0
    text = str(explain(pool, rules, "r0000201001001_0001_wfi01_cal.asdf"))
    assert f"SKYCELL {CELL} with all other members" in text
    source, page = tmp_path / "roman.csv", tmp_path / "page.html"
    source.write_text(on_page("roman.csv"), "utf-8")
    assert main(["report", str(source), *own, "-o", str(page)]) == 0
    shown = page.read_text("utf-8")
    assert f"r00001-a0001_{CELL}_wfi_f158" in shown
    assert "Program, pass, segment and visit, and what became of the exposures." in shown
    assert ">passes</th>" in shown


def test_pools_and_rules_of_two_missions_do_not_mix(pool: Pool, rules: RuleSet) -> None:
    with pytest.raises(PoolError, match="the pool was read as one of roman_like"):
        solve(pool, "jwst")
    with pytest.raises(RuleError, match="rules of roman_like are joined with the rule set jwst"):
        load_rules("jwst", FILE)
    assert rules.profile != PROFILE


def test_candidates_repeat_no_association(pool: Pool, rules: RuleSet) -> None:
    named = solve(pool.with_candidate("s1", "survey"), rules)
    assert len(named.associations) == len(solve(pool, rules).associations)
    assert {dropped.law for dropped in named.dropped} == {"one membership"}


def test_examples_of_rules_are_pools_of_their_mission(tmp_path: Path) -> None:
    example = """
EXAMPLES = (
    Example(
        "each image is calibrated",
        pool='''
            FILENAME                     | FILTER | EXP_TYPE
            r00001_0001_wfi01_uncal.asdf | F158   | WFI_IMAGE
        ''',
        shared={"instrume": "wfi"},
        expected="Asn_Calibrate o001: science r00001_0001_wfi01",
    ),
)
"""
    file = tmp_path / "roman_like.py"
    imported = "from asnsolve.rules.examples import Example\n"
    file.write_text(FILE.read_text("utf-8") + imported + example, "utf-8")
    assert main(["rules", "test", str(file)]) == 0


def test_an_example_text_that_cannot_be_in_a_name_is_named(tmp_path: Path) -> None:
    file = tmp_path / "roman_like.py"
    text = FILE.read_text("utf-8").replace('"program": "00001", ', "")
    file.write_text(text.replace('r"[a-z0-9.+-]{5,}"', 'r"[0-9]{5,}"'), "utf-8")
    wanted = r"the example text 'program' of \{program\} cannot be in a name"
    with pytest.raises(RuleError, match=wanted):
        load_rules(file)


def test_nothing_is_promised_of_another_mission(rules: RuleSet) -> None:
    findings = check(replace(rules, declared=None)).findings
    assert {finding.kind for finding in findings} == {"overlap"}


def test_files_and_containers_are_valid_for_their_mission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("roman.csv").write_text(on_page("roman.csv"), "utf-8")
    own = ["-r", str(FILE), "--ignore-default"]
    assert main(["generate", "roman.csv", *own, "-p", "asn"]) == 0
    assert main(["generate", "roman.csv", *own, "--format", "jsonl", "-p", "lines"]) == 0
    capsys.readouterr()
    assert main(["validate", "asn", "lines", "-r", str(FILE)]) == 0
    assert capsys.readouterr().out.splitlines() == ["14 associations checked, all valid"]
    capsys.readouterr()
    assert main(["export", "lines", "-p", "loose"]) == 0
    assert capsys.readouterr().err == ""
    programs = {"00001": "r00001-*_asn.json", "00002": "r00002-*_asn.json"}
    written = sum(len(list(Path("loose", name).glob(form))) for name, form in programs.items())
    assert written == len(list(Path("loose").rglob("*.json"))) == 7
    capsys.readouterr()
    assert main(["diff", "asn", "lines"]) == 0
    assert main(["validate", "asn", "lines"]) == 0
    assert "has the wrong shape; expected jw{program}" in capsys.readouterr().out


def test_a_note_says_that_the_rules_of_the_mission_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("roman.csv").write_text(on_page("roman.csv"), "utf-8")
    argv = ["generate", "roman.csv", "-r", str(FILE), "--ignore-default", "-q"]
    assert main([*argv, "-p", "asn"]) == 0
    assert main([*argv, "--format", "jsonl", "-p", "lines"]) == 0
    assert main(["generate", "--demo", "-p", "jwst", "-q"]) == 0
    first, *rest = Path("lines/roman.jsonl").read_text("utf-8").splitlines(keepends=True)
    Path("lines/roman.jsonl").write_text("".join([*rest, first.replace("wfi", "wfj")]), "utf-8")
    note = (
        "asnsolve: note: {} is not named like the files of jwst. "
        "If it is of another mission, name the rules of that mission with -r.\n"
    )
    capsys.readouterr()
    for command in (["validate", "asn"], ["validate", "lines"], ["diff", "asn", "asn"]):
        main(command)
        number = "00002" if "lines" in command else "00001"
        name = f"r00001-a0001_image2_{number}_asn.json"
        assert capsys.readouterr().err == note.format(name)
        main([*command, "-r", str(FILE)])
        assert capsys.readouterr().err == ""
    # Something of the container cannot be used.
    assert main(["export", "lines", "-p", "loose"]) == 1
    assert capsys.readouterr().err == note.format("r00001-a0001_image2_00002_asn.json")
    assert main(["export", "lines", "-p", "loose", "-r", str(FILE)]) == 1
    assert capsys.readouterr().err == ""
    for command in (["validate", "jwst"], ["diff", "jwst", "jwst"]):
        assert main(command) == 0
        assert capsys.readouterr().err == ""


def test_association_files_are_shown_with_the_exposures_of_their_mission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pool: Pool, rules: RuleSet
) -> None:
    monkeypatch.chdir(tmp_path)
    solve(pool, rules).write("asn")
    read = read_associations("asn", profile=rules.profile)
    members = {member.exposure for association in read for member in association.members}
    facts = page_facts(read)
    texts = facts["texts"]
    assert {texts[number] for number in facts["exposures"]["file"]} == members
    assert [level for level, _ in facts["levels"]] == [*rules.profile.levels]
    programs = {texts[number] for number in facts["exposures"]["columns"]["program"]}
    assert programs == {"00001", "00002"}
    drawn = read.graph(fold=False)
    kinds = {node: drawn.nodes[node]["kind"] for node in drawn}
    assert {*kinds.values()} == {*rules.profile.levels, "exposure", "association"}
    assert {node for node, kind in kinds.items() if kind == "exposure"} == members
    assert pickle.loads(pickle.dumps(read)).profile == rules.profile
    assert main(["report", "asn", "-r", str(FILE)]) == 0
    assert main(["show", "asn", "-r", str(FILE), "--program", "2"]) == 0
    assert main(["graph", "asn", "-r", str(FILE), "-o", "asn.dot"]) == 0


def test_a_rule_set_is_drawn_without_simulated_jwst_exposures(rules: RuleSet) -> None:
    graph = rules_graph(rules)
    assert {"Asn_Calibrate", "Asn_Visit", "Asn_Mosaic", "Level2", "Level3"} <= {*graph.nodes}
    assert {held["role"] for _, _, held in graph.edges(data=True)} == {"base", "mixin"}


def test_groupings_are_those_of_the_mission(pool: Pool, rules: RuleSet) -> None:
    plain = solve(pool, rules)
    # Visits are numbered in each program, but mosaics are made across programs anyway.
    assert solve(pool, rules, together="program").associations == plain.associations
    (mosaic,) = solve(pool, rules).select(rule="Asn_Mosaic")
    assert len(mosaic.members) == 3
    # Each of its images belongs to another visit: visit 1 of another program is another visit.
    for level in ("visit", "program"):
        mosaics = solve(pool, rules, apart=level).select(rule="Asn_Mosaic")
        assert sorted(len(one.members) for one in mosaics) == ([] if level == "visit" else [2])
    with pytest.raises(UsageError, match="roman_like has no column targetid"):
        solve(pool, rules, together="target")
    with pytest.raises(UsageError, match="roman_like has no column obs_num"):
        solve(pool, rules, apart="observation")
    # The level visit has the same name as a grouping, and is listed once.
    listed = "one of observation, visit, dither, detector, pass, segment, or an attribute"
    with pytest.raises(UsageError, match=listed):
        solve(pool, rules, apart="nothing")


def test_what_a_level_numbers_in_each_program_is_not_combined(rules: RuleSet) -> None:
    by_pass = replace(rules["Asn_Visit"], clauses=(Clause("pass", key=same("pass")),))
    across = regrouped(replace(rules, rules=(by_pass,)), ("program",), ())
    assert not across.across_programs


def test_a_placeholder_shows_its_attribute_whatever_the_name_of_the_clause(
    pool: Pool, rules: RuleSet
) -> None:
    mosaic = replace(rules["Asn_Mosaic"], clauses=(Clause("cell", key=same("skycell")),))
    (made,) = solve(pool, replace(rules, rules=(mosaic,))).associations
    assert made.products[0].name == f"r00001-a0001_{CELL}_wfi_f158"
