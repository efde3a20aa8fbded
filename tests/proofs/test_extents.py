"""The extents that rule sets declare, and the command that writes them."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from asnsolve import UsageError, check, load_rules
from asnsolve.cli.main import main
from asnsolve.expr.build import all_of, at_least, is_set, not_, one_of
from asnsolve.proofs import extents as extents_module
from asnsolve.proofs.extents import current_extents, update_extents
from asnsolve.proofs.findings import Finding
from asnsolve.proofs.replay import taking
from asnsolve.rules.extent_files import extents_text, read_extents
from asnsolve.rules.model import Cases, Clause, Reach, Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.shipped_declarations import DECLARED, EXTENT_FILES
from asnsolve.rules.steps import SpectraAsBackground

JWST = load_rules("jwst")


@pytest.mark.parametrize("name", sorted(EXTENT_FILES))
def test_the_data_are_what_the_command_would_write(name: str) -> None:
    package, file_name = EXTENT_FILES[name]
    data = (files(package) / file_name).read_text("utf-8")
    assert extents_text(current_extents(name)) == data
    assert extents_text(read_extents(package, file_name)) == data
    assert DECLARED[name].extents == read_extents(package, file_name).extents
    assert all(overlap.exposures for overlap in DECLARED[name].overlaps)


def changed(rule: Rule, other: Rule) -> RuleSet:
    return replace(JWST, rules=tuple(other if each is rule else each for each in JWST))


def without(rule: Rule, name: str) -> Rule:
    kept = tuple(clause for clause in rule.all_clauses if clause.name != name)
    return replace(rule, mixins=(), clauses=kept)


def undeclared(rules: RuleSet, level: int = 3) -> list[Finding]:
    return list(check(rules, level=level, declared=DECLARED["jwst"]).undeclared)


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("Asn_Lv3NRCCoronImage", "channel"),
        ("Asn_Lv3NRCCoronImage", "subarray"),
        ("Asn_Lv3NRSIFUBackground", "imprint"),
        ("Asn_Lv3NRSIFU", "dark"),
        ("Asn_Lv3SpectralSource", "dark"),
    ],
)
def test_a_dropped_clause_is_found_with_an_exposure_taken_too_much(name: str, clause: str) -> None:
    rule = JWST[name]
    less = without(rule, clause)
    findings = undeclared(changed(rule, less))
    found = [
        one
        for one in findings
        if one.rules == (name,) and one.kind == "declaration" and one.subject != "keys"
    ]
    assert found
    assert [one.says for one in found] == ["it takes exposures that are not declared"] * len(found)
    for one in found:
        before, after = (taking([each], [one.witness])[0] for each in (rule, less))
        assert (name, one.subject) in after - before


def test_an_exposure_taken_no_longer_is_found() -> None:
    rule = JWST["Asn_Lv3Image"]
    only = Clause("detector", not_(one_of("detector", "nrcb4")))
    narrow = replace(rule, clauses=(*rule.clauses, only))
    found = [one for one in undeclared(changed(rule, narrow)) if one.rules == (rule.name,)]
    (taken,) = [one for one in found if one.subject == "science"]
    assert taken.says == "it does not take declared exposures"
    assert taken.witness["detector"] == "nrcb4"
    assert taken.matters
    before, after = (taking([each], [taken.witness])[0] for each in (rule, narrow))
    assert (rule.name, "science") in before - after


def test_an_overlap_that_grows_is_found() -> None:
    rule = JWST["Asn_Lv3NRCCoronImage"]
    found = undeclared(changed(rule, without(rule, "subarray")))
    shared = [one for one in found if len(one.rules) == 2]
    assert {one.rules for one in shared} >= {("Asn_Lv3NRCCoron", "Asn_Lv3NRCCoronImage")}
    assert {one.says for one in shared} == {"both take exposures that are not declared,"}


def test_a_rule_that_is_only_written_otherwise_is_no_finding() -> None:
    rule = JWST["Asn_Lv3WFSSNRC"]
    exp_type = next(clause for clause in rule.all_clauses if clause.name == "exp_type")
    assert exp_type.where is not None
    again = replace(exp_type, where=not_(not_(all_of(exp_type.where, is_set("exp_type")))))
    clauses = tuple(again if clause is exp_type else clause for clause in rule.all_clauses[::-1])
    keys = [clause for clause in rule.all_clauses if clause.key is not None]
    ordered = [*keys, *(clause for clause in clauses if clause.key is None)]
    assert undeclared(changed(rule, replace(rule, mixins=(), clauses=tuple(ordered)))) == []


IMAGE = JWST["Asn_Lv3Image"]


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("needs", replace(IMAGE, needs=(at_least(2, "science"),))),
        ("stages", replace(IMAGE, suffixes=Cases((), "x1d"))),
        ("reach", replace(IMAGE, reach=Reach(candidate_types=("mosaic",)))),
        ("steps", replace(IMAGE, steps=(SpectraAsBackground(),))),
        ("product name", replace(IMAGE, product="jw{program}-{asn_id}_{target}_{instrument}")),
        ("type", replace(IMAGE, asn_type="image4")),
    ],
)
def test_every_other_change_is_found(part: str, other: Rule) -> None:
    found = undeclared(changed(IMAGE, other))
    assert part in {one.subject for one in found if one.kind == "declaration"}


def test_a_key_that_is_weakened_is_found() -> None:
    rule = JWST["Asn_Lv3WFSSNRC"]
    clauses = tuple(
        replace(clause, key=replace(clause.key, optional=True))
        if clause.key is not None and clause.name == "opt_elem"
        else clause
        for clause in rule.all_clauses
    )
    found = undeclared(changed(rule, replace(rule, mixins=(), clauses=clauses)))
    assert [one.says for one in found if one.subject == "keys"] == [
        'now "opt_elem: all members that have one share one pupil" instead of '
        '"opt_elem: all members share one pupil", against what is declared'
    ]


def test_another_extent_is_found() -> None:
    declared = DECLARED["level3-2017"]
    first, *others = declared.extents
    assert (first.rule, first.roles[-1]) == ("Asn_AMI", "science")
    fewer = replace(first, takes=(*first.takes, "instrume is niriss", "detector is not nis"))
    report = check("level3-2017", declared=replace(declared, extents=(fewer, *others)))
    assert {one.rules for one in report.undeclared} == {("Asn_AMI",)}
    assert {one.says for one in report.undeclared} == {"it takes exposures that are not declared"}
    # Rules without a declaration are not checked.
    unsaid = replace(declared, extents=tuple(others))
    assert check("level3-2017", declared=unsaid).undeclared == ()
    gone = replace(declared, extents=(replace(first, rule="Asn_Gone"), *others))
    (absent,) = check("level3-2017", declared=gone).undeclared
    assert absent.says == "the declarations say what this rule takes, but there is no such rule"


def test_a_name_that_stands_for_something_else_is_found() -> None:
    declared = DECLARED["jwst"]
    words = {**declared.words, "wavefront sensing": 'visitype matches ".*wfsc"'}
    found = check("jwst", level=2, declared=replace(declared, words=words)).undeclared
    assert found[0].subject == "wavefront sensing"
    assert found[0].says == (
        '[wavefront sensing] means "visitype matches ".+wfsc.+"" instead of "visitype matches '
        '".*wfsc"", against what is declared'
    )
    assert "it takes exposures that are not declared" in {one.says for one in found}


def test_the_command_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "level3-2017.json"
    monkeypatch.setattr(extents_module, "files", lambda package: tmp_path)
    assert main(["check", "--update", "level3-2017"]) == 0
    assert capsys.readouterr().out == (f"Wrote the extents of rule set level3-2017 to {path}\n")
    assert path.read_text("utf-8") == extents_text(current_extents("level3-2017"))
    assert main(["check", "--update", "level3-2017", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"updated": {"level3-2017": str(path)}}


def test_what_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--update", "mine.py"]) == 2
    assert capsys.readouterr().err == (
        "asnsolve: error: 'mine.py' has no declarations that can be updated; "
        "expected one of jwst, jwst-main, level3-2017\n"
    )
    assert main(["check", "--update", "--level", "3"]) == 2
    assert "--update declares all levels; expected no --level" in capsys.readouterr().err
    monkeypatch.setattr(extents_module, "files", lambda package: tmp_path / "absent")
    with pytest.raises(UsageError, match=r"level3-2017 cannot be written: .*absent"):
        update_extents("level3-2017")
    with zipfile.ZipFile(tmp_path / "package.zip", "w") as archive:
        archive.writestr("level3-2017.json", "{}")
        monkeypatch.setattr(extents_module, "files", lambda package: zipfile.Path(archive))
        with pytest.raises(UsageError, match="are in a zip archive and cannot be written"):
            update_extents("level3-2017")
