"""Association files of a mission that has its own keys and roles."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asnsolve import (
    Pool,
    Product,
    RuleError,
    RuleSet,
    Solution,
    check,
    load_rules,
    read_association,
    solve,
)
from asnsolve.associations.asn_files import to_bytes
from asnsolve.associations.association import code_version
from asnsolve.associations.shape_checks import schema
from asnsolve.associations.validation import validate_data
from asnsolve.cli.main import main
from asnsolve.expr.build import one_of
from asnsolve.profiles import DEFAULT_FIELDS
from asnsolve.profiles.jwst import PROFILE
from asnsolve.rules.model import Cases
from asnsolve.rules.steps import Attach

OWL = Path(__file__).with_name("owl.py").read_text("utf-8")
FIELDS = """
from dataclasses import replace

from asnsolve import FileField, FileFields

PROFILE = replace(
    PROFILE,
    fields=FileFields(
        association=(
            FileField("telescope", constant="OWL"),
            FileField("kind", "asn_type"),
            FileField("recipe", "rule"),
            FileField("programme", "program"),
            FileField("candidate", "asn_id"),
            FileField("pool", "asn_pool", levels=(3,)),
            FileField("software", "code_version"),
        ),
        member=(
            FileField("file", "expname"),
            FileField("level", constant="lev1"),
            FileField("use", "exptype"),
            FileField("quality", "exposerr"),
        ),
        roles=("science", "background"),
    ),
)
Asn_One = Rule(
    name="Asn_One",
    asn_type="one2",
    title="Each star by itself",
    base=Base(
        "One",
        Cases((), "science"),
        Cases((), "lev0"),
        "{exposure}",
        (at_least(1, "science"),),
        level=2,
    ),
    clauses=(
        Clause("exp_type", one_of("exp_type", "star")),
        Clause("file", key=same("filename")),
    ),
)
"""
POOL = """FILENAME|EXP_TYPE|PROGRAM|ASN_CANDIDATE|NIGHT|FILTER|TARGETID|EXPOSERR
a_lev0.fits|star|7|[('p1', 'program')]|1|red|1|
b_lev0.fits|sky|7|[('p1', 'program')]|1|red|2|cloud
"""
STACK, ONE = "owl0007-p1_stack3_00001_asn.json", "owl0007-p1_one2_00001_asn.json"
SOLVE = ["generate", "pool.csv", "-r", "mine.py", "--ignore-default"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(f"{OWL}{FIELDS}", "utf-8")
    (tmp_path / "pool.csv").write_text(POOL, "utf-8")
    return tmp_path


@pytest.fixture
def rules(folder: Path) -> RuleSet:
    return load_rules(folder / "mine.py")


@pytest.fixture
def solution(folder: Path, rules: RuleSet) -> Solution:
    return solve(Pool.read(folder / "pool.csv", profile=rules.profile), rules)


@pytest.fixture
def written(folder: Path) -> Path:
    assert main([*SOLVE, "-p", "out"]) == 0
    return folder / "out"


def told(data: dict[str, Any], rules: RuleSet, name: str = STACK) -> list[tuple[str, str]]:
    faults = validate_data(data, name, profile=rules.profile)
    return [(fault.weight, fault.problem.what) for fault in faults]


def without_candidates(product: Product) -> Product:
    members = (replace(member, asn_candidate=None) for member in product.members)
    return replace(product, members=tuple(members))


def test_files_have_the_keys_of_the_mission_in_its_order(written: Path) -> None:
    common = {"programme": "0007", "candidate": "p1"}
    known = {"level": "lev1", "use": "science", "quality": "null"}
    stack = {
        **{"telescope": "OWL", "kind": "stack3", "recipe": "Asn_Stack", **common},
        **{"pool": "pool.csv", "software": code_version()},
        "products": [
            {
                "name": "owl0007-p1_t001_red",
                "members": [
                    {"file": "a_lev1.fits", **known},
                    {"file": "b_lev1.fits", **known, "use": "background", "quality": "cloud"},
                ],
            }
        ],
    }
    one = {
        **{"telescope": "OWL", "kind": "one2", "recipe": "Asn_One", **common},
        "software": code_version(),
        "products": [{"name": "a", "members": [{"file": "a_lev0.fits", **known}]}],
    }
    assert {path.name for path in written.iterdir()} == {STACK, ONE}
    # Compare texts, because equal dicts may have their keys in another order.
    for name, data in ((STACK, stack), (ONE, one)):
        assert (written / name).read_text("utf-8") == json.dumps(data, indent=2) + "\n"


def test_lines_of_containers_and_objects_hold_the_same(folder: Path, solution: Solution) -> None:
    assert main([*SOLVE, "--format", "jsonl", "-p", "."]) == 0
    lines = (folder / "pool.jsonl").read_text("utf-8").splitlines()
    read = [json.loads(line) for line in lines]
    for data, association in zip(read, solution.associations, strict=True):
        kept = {key: value for key, value in data.items() if key not in ("crc32", "records")}
        whole = {"file_name": association.file_name, **association.to_dict()}
        assert json.dumps(kept) == json.dumps(whole)


def test_files_are_read_back_whole(written: Path, solution: Solution, rules: RuleSet) -> None:
    for association in solution.associations:
        path = written / association.file_name
        read = read_association(path, rules.profile)
        assert to_bytes(read) == path.read_bytes()
        assert read.other == ()
        # Attributes that files do not have are unknown after reading.
        pool = association.asn_pool if association.level == 3 else ""
        assert read == replace(
            association,
            asn_pool=pool,
            target="",
            constraints="",
            degraded_status="",
            signature={},
            products=tuple(map(without_candidates, association.products)),
        )


def test_other_keys_and_other_constants_are_kept(written: Path, rules: RuleSet) -> None:
    path = written / STACK
    data = {**json.loads(path.read_bytes()), "telescope": "LYNX", "target": "t001", "asn_pool": 5}
    data["products"][0]["members"][0]["expname"] = "other"
    path.write_text(json.dumps(data), "utf-8")
    read = read_association(path, rules.profile)
    assert read.other == (("telescope", "LYNX"), ("target", "t001"), ("asn_pool", 5))
    assert read.members[0].other == (("expname", "other"),)
    assert json.loads(to_bytes(read)) == data


def test_every_command_reads_what_was_written(
    folder: Path, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = ["-r", "mine.py"]
    assert main(["validate", "out", *mine, "--strict"]) == 0
    assert main(["show", "out", *mine]) == 0
    assert "owl0007-p1_t001_red" in capsys.readouterr().out
    assert main(["report", "out", *mine, "-o", "page.html"]) == 0
    for kind in ("jsonl", "parquet"):
        assert main([*SOLVE, "--format", kind, "-p", "."]) == 0
        assert main(["validate", f"pool.{kind}", *mine, "--strict"]) == 0
        assert main(["export", f"pool.{kind}", *mine, "-p", kind]) == 0
        assert main(["diff", "out", kind, *mine]) == 0
        exported = folder / kind / "0007"
        assert (exported / STACK).read_bytes() == (written / STACK).read_bytes()
    explain = ["explain", "pool.csv", *mine, "--ignore-default", f"out/{STACK}"]
    capsys.readouterr()
    assert main(explain) == 0
    assert "background: b, because of EXP_TYPE sky" in capsys.readouterr().out


def test_lines_without_checksums_are_exported(folder: Path, written: Path) -> None:
    data = json.loads((written / STACK).read_bytes())
    (folder / "bare.jsonl").write_text(json.dumps({"file_name": STACK, **data}) + "\n", "utf-8")
    assert main(["export", "bare.jsonl", "-r", "mine.py", "-p", "bare"]) == 0
    assert json.loads((folder / "bare/0007" / STACK).read_bytes()) == data
    assert main(["export", "bare.jsonl", "-p", "refused"]) == 1


def test_a_difference_is_found(folder: Path, written: Path) -> None:
    assert main([*SOLVE, "-p", "again"]) == 0
    path = folder / "again" / STACK
    text = path.read_text("utf-8")
    path.write_text(text.replace('"use": "background"', '"use": "science"'), "utf-8")
    assert main(["diff", "out", "again", "-r", "mine.py"]) == 1


def test_files_of_another_version_are_left_alone(written: Path) -> None:
    path = written / STACK
    path.write_text(path.read_text("utf-8").replace(code_version(), "asnsolve 0.0"), "utf-8")
    before = path.read_bytes()
    assert main([*SOLVE, "-p", "out"]) == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize("levels", ["(2,)", "(3,)", "(2, 3)"])
def test_no_key_of_another_level_is_missed(folder: Path, levels: str) -> None:
    path = folder / "mine.py"
    path.write_text(f"{OWL}{FIELDS}".replace("levels=(3,)", f"levels={levels}"), "utf-8")
    rules = load_rules(path)
    found = solve(Pool.read(folder / "pool.csv", profile=rules.profile), rules)
    files = {association.file_name: association.to_dict() for association in found}
    assert {name: "pool" in data for name, data in files.items()} == {
        STACK: "3" in levels,
        ONE: "2" in levels,
    }
    assert [told(data, rules, name) for name, data in files.items()] == [[], []]


def test_a_wrong_key_is_found(solution: Solution, rules: RuleSet) -> None:
    (association,) = solution.select(rule="Asn_Stack")
    data = association.to_dict()
    assert told(data, rules) == []

    def renamed(**names: str) -> dict[str, Any]:
        return {names.get(key, key): value for key, value in data.items()}

    def with_member(**changes: object) -> dict[str, Any]:
        (product,) = data["products"]
        member = {**product["members"][0], **changes}
        member = {key: value for key, value in member.items() if value is not None}
        return {**data, "products": [{**product, "members": [member, *product["members"][1:]]}]}

    lacks = "the association lacks"
    assert told(renamed(pool="asn_pool"), rules) == [("remark", f"{lacks} pool")]
    assert told(renamed(telescope="tel"), rules) == [("remark", f"{lacks} telescope")]
    assert told(renamed(programme="program"), rules) == [("remark", f"{lacks} programme")]
    at = "products[0].members[0]"
    lost = with_member(file=None, expname="a_lev1.fits")
    assert told(lost, rules) == [("error", f"{at} lacks file")]
    assert told(with_member(use="bias"), rules) == [("finding", f"{at}.use is 'bias'")]
    assert told(with_member(file=""), rules) == [("finding", f"{at}.file is empty")]
    assert told(with_member(quality=5), rules) == [("remark", f"{at}.quality is 5")]
    assert told(data | {"telescope": "LYNX"}, rules) == [("error", "telescope is 'LYNX'")]
    assert told(data | {"programme": "7"}, rules)[0] == ("remark", "programme is '7'")
    assert told(data | {"candidate": "p2"}, rules) == [
        (
            "remark",
            "products[0].name has candidate 'p1', but the association has 'p2'",
        ),
        ("remark", "the file name has candidate 'p1', but the association has 'p2'"),
    ]
    assert told(data | {"kind": 5}, rules) == [("error", "kind is 5")]


def test_the_schema_has_the_keys_and_roles_of_the_mission(rules: RuleSet) -> None:
    shape: Any = schema(rules.profile).schema
    assert [*shape["properties"]] == [
        *("telescope", "kind", "recipe", "programme", "candidate", "pool", "software"),
        "products",
    ]
    member = shape["$defs"]["member"]
    assert [*member["properties"]] == ["file", "level", "use", "quality"]
    assert member["required"] == ["file", "use"]
    assert shape["$defs"]["role"]["enum"] == ["science", "background"]


def test_a_pipeline_may_need_the_pool(solution: Solution, rules: RuleSet) -> None:
    fields = replace(rules.profile.fields, types_with_pool=("stack3",))
    profile = replace(rules.profile, fields=fields)
    (association,) = solution.select(rule="Asn_Stack")
    data = association.to_dict()
    del data["pool"], data["products"][0]["name"]
    faults = validate_data(data, STACK, profile=profile)
    assert [(fault.weight, fault.problem.what) for fault in faults] == [
        ("error", "the association lacks pool, for stack3"),
        ("error", "products[0] lacks name, for stack3"),
    ]


def test_members_without_keys_of_the_pool_are_no_derived_ones(
    written: Path, rules: RuleSet
) -> None:
    fields = rules.profile.fields
    profile = replace(rules.profile, fields=replace(fields, member=fields.member[:3]))
    (first, _) = read_association(written / STACK, profile).members
    assert (first.derived, first.exposure, first.stage) == (False, "a", "lev1")
    assert first.other == (("quality", "null"),)
    solved = solve(
        Pool.read(written.parent / "pool.csv", profile=profile),
        RuleSet("mine", rules.rules, profile=profile),
    )
    (stack,) = solved.select(rule="Asn_Stack")
    assert [member.exposerr for member in stack.members] == ["null", "cloud"]
    members = stack.to_dict()["products"][0]["members"]
    assert [list(member) for member in members] == [["file", "level", "use"]] * 2


def test_a_note_must_not_be_a_key_of_members(folder: Path) -> None:
    more = """
from asnsolve.rules.preferences import best
Asn_Stack = replace(
    Asn_Stack, base=replace(Asn_Stack.base, steps=(best("background", note="quality"),))
)
"""
    path = folder / "noted.py"
    path.write_text(f"{OWL}{FIELDS}{more}", "utf-8")
    with pytest.raises(RuleError, match="a key that members do not have yet, such as 'match'"):
        load_rules(path)
    # A key that is taken cannot be the example.
    named = f"{OWL}{FIELDS}{more}".replace('"quality"', '"match"')
    path.write_text(named, "utf-8")
    with pytest.raises(RuleError, match=r"a key that members do not have yet$"):
        load_rules(path)
    path.write_text(f"{OWL}{FIELDS}{more.replace('quality', 'exposerr')}", "utf-8")
    assert load_rules(path).name == "noted"


def test_a_mission_that_names_no_keys_has_those_of_jwst(folder: Path) -> None:
    plain = folder / "plain.py"
    plain.write_text(OWL, "utf-8")
    rules = load_rules(plain)
    assert rules.profile.fields == DEFAULT_FIELDS
    layout = (DEFAULT_FIELDS.association, DEFAULT_FIELDS.member)
    assert layout == (PROFILE.fields.association, PROFILE.fields.member)
    pool = Pool.read(folder / "pool.csv", profile=rules.profile)
    (association,) = solve(pool, rules)
    assert [*association.to_dict()] == [
        *("asn_type", "asn_rule", "version_id", "code_version", "degraded_status", "program"),
        *("constraints", "asn_id", "target", "asn_pool", "products"),
    ]
    assert told(association.to_dict(), rules) == []


def found_roles(rules: RuleSet) -> list[str]:
    return [str(one) for one in check(rules).undeclared if one.kind == "role"]


def test_check_finds_roles_that_files_may_not_have(
    folder: Path, rules: RuleSet, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found_roles(rules) == []
    text = (folder / "mine.py").read_text("utf-8")
    both = 'roles=("science", "background"),\n    ),\n)\nAsn_One'
    assert text.count(both) == 1
    (folder / "mine.py").write_text(
        text.replace(', "background"),\n    ),\n)\nAsn', ",),\n    ),\n)\nAsn")
    )
    assert main(["check", "mine.py", "--ignore-default"]) == 1
    told = " ".join(capsys.readouterr().out.split())
    assert (
        "role at level 3, Asn_Stack, background: members can have the role background, which "
        "association files may not have. Add it to the roles of FileFields."
    ) in told
    # Validation finds the same in what is written.
    assert main([*SOLVE, "-p", "out", "-q"]) == 0
    assert main(["validate", "out", "-r", "mine.py"]) == 1
    assert "members[1].use is 'background'" in capsys.readouterr().out


def test_roles_that_no_exposure_gets_and_roles_of_steps(rules: RuleSet) -> None:
    fields = replace(rules.profile.fields, roles=("science",))
    only_science = replace(rules, profile=replace(rules.profile, fields=fields), declared=None)
    stack = rules["Asn_Stack"]
    # Skies are not among the exposures that the rule takes.
    no_sky = replace(
        stack,
        clauses=(replace(stack.clauses[0], where=one_of("exp_type", "star")), *stack.clauses[1:]),
    )
    assert found_roles(replace(only_science, rules=(no_sky,))) == []
    assert len(found_roles(replace(only_science, rules=(stack,)))) == 1
    attach = (Attach(one_of("exp_type", "sky"), "background", ("program",)),)
    stars = replace(no_sky, roles=Cases((), "science"), steps=attach)
    assert len(found_roles(replace(only_science, rules=(stars,)))) == 1
