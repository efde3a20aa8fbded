"""Plans as TOML: what is written reads back, and what is no plan is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve import UsageError, load_rules
from asnsolve.errors import AssociationError
from asnsolve.from_files.request import Request
from asnsolve.plans.association_plan import Plan, PlannedAssociation, PlannedMember
from asnsolve.plans.associations_of_plan import write_associations
from asnsolve.plans.plan_files import make_plan, read_plan, write_plan_file
from tests.from_files.small import files_of
from tests.plans.edits import edited

PLAN = Plan(
    Request(files=("b", "a"), level=3, product='it\'s "mine"', out="asn"),
    (
        PlannedAssociation(
            "one.json",
            "Asn_A",
            "one",
            (
                PlannedMember("a", "science"),
                PlannedMember("b", "science"),
                PlannedMember("c", "background"),
            ),
        ),
        PlannedAssociation("two.json", "Asn_B", "two", ()),
    ),
    (("d", "why"),),
)
TEXT = """
[request] # the request, which 'asnsolve write' solves again
rules = ["jwst"]
level = 3
paths = "auto"
product = "it's \\"mine\\""
out = "asn"

[[association]]
file = "one.json"
rule = "Asn_A"
product = "one"
science = [
    "a",
    "b",
]
background = ["c"]

[[association]]
file = "two.json"
rule = "Asn_B"
product = "two"

[[leftover]]
file = "d"
why = "why"

[read] # all files that were read
files = [
    "b",
    "a",
]
"""


def read(text: str, folder: Path) -> Plan:
    path = folder / "read.toml"
    path.write_text(text)
    return read_plan(path)


def test_a_plan_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    write_plan_file(PLAN, path)
    head, _, body = path.read_text().partition("\n\n[")
    assert all(line.startswith("#") for line in head.splitlines())
    assert "\n[" + body == TEXT
    assert read_plan(path) == PLAN


def test_lists_come_last_in_a_request(tmp_path: Path) -> None:
    request = Request(
        files=("a",),
        rules=("one.py", "jwst"),
        together=("visit",),
        selfcal=("s",),
        backgrounds=("b",),
        extra="extra.csv",
        jobs=3,
        exclude=("e",),
    )
    write_plan_file(Plan(request, (), ()), tmp_path / "plan.toml")
    text = (tmp_path / "plan.toml").read_text().partition("[request]")[2]
    assert (
        text.partition("\n")[2]
        == """rules = [
    "one.py",
    "jwst",
]
paths = "auto"
extra = "extra.csv"
backgrounds = ["b"]
selfcal = ["s"]
together = ["visit"]

[read] # all files that were read
files = ["a"]
"""
    )


def test_a_plan_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none/plan.toml: cannot be written: No such file"):
        write_plan_file(PLAN, tmp_path / "none" / "plan.toml")


def test_the_least_plan(tmp_path: Path) -> None:
    assert read('[read]\nfiles = ["a"]', tmp_path) == Plan(Request(files=("a",)), (), ())


@pytest.mark.parametrize(
    ("text", "leftover"),
    [
        ("leftover = [1, {}]", (("", ""),)),
        ("leftover = [{file = 1, why = 'a', more = 2}]", (("1", "a"),)),
    ],
)
def test_what_is_left_over_is_read_for_its_readers(
    text: str, leftover: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    assert read(f"{text}\n[read]\nfiles = []", tmp_path).leftover == leftover


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["does not say which files were read; expected read.files"]),
        ("read = 1", ["does not say which files were read; expected read.files"]),
        ("request = 1\n[read]\nfiles = []", ["does not say which files were read; expected rea"]),
        ("[read]\nfiles = [1]", ["does not say which files were read; expected read.files"]),
        (
            "association = [1]\n[read]\nfiles = []",
            ["association is not a list of tables; expected [[association]]"],
        ),
        (
            "[request]\nlevel = '2'\njobs = 2\n[read]\nfiles = []",
            ["request.level is '2'; expected 2 or 3", "request.jobs is not known"],
        ),
        (
            "[[association]]\nfile = 1\n[read]\nfiles = []",
            [
                "the file of association 1 is not text",
                "association 1 has no rule",
                "association 1 has no product",
            ],
        ),
        (
            "[[association]]\nfile = 'a'\nrule = 'b'\nproduct = 2\nscience = 'c'\nsky = ['d']\n"
            "[read]\nfiles = []",
            [
                "the product of association 1 (a) is not text",
                "science of association 1 (a) is not a list of files",
                "association 1 (a) has the role 'sky'; expected one of ",
            ],
        ),
        (
            "[[association]]\nfile = ''\nrule = 'b'\nproduct = 'c'\n" * 2
            + "[[association]]\nfile = 'd'\nrule = 'b'\nproduct = 'c'\n" * 2
            + "[read]\nfiles = []",
            ["2 associations have the file 'd'"],
        ),
    ],
)
def test_all_that_is_wrong_is_told(text: str, messages: list[str], tmp_path: Path) -> None:
    with pytest.raises(AssociationError) as caught:
        read(text, tmp_path)
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == len(messages)
    for line, message in zip(told, messages, strict=True):
        assert line.startswith(f"{tmp_path / 'read.toml'}: {message}")


def test_the_place_where_toml_ends_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssociationError, match=r"read.toml, line 2, column 5: is not TOML: "):
        read("a = 1\nb = ?", tmp_path)
    with pytest.raises(AssociationError, match=r"read.toml: is not TOML: Invalid value$"):
        read("a = ", tmp_path)


def test_the_plan_lists_what_is_left_over_and_why(tmp_path: Path) -> None:
    files_of("niriss_soss", tmp_path / "files", "calints")
    made = make_plan(Request(files=(str(tmp_path / "files"),), level=3), tmp_path / "plan.toml")
    plan = read_plan(tmp_path / "plan.toml")
    ((file, why),) = plan.leftover
    assert tmp_path / file == Path(made.leftover[0].filename)
    assert why.startswith("Asn_Lv3TSO, clause calibrated_soss: expected that ")


def test_rules_in_memory_cannot_be_planned(tmp_path: Path) -> None:
    files_of("miri_image", tmp_path / "cal", "cal")
    request = Request(files=(str(tmp_path / "cal"),), rules=(load_rules("jwst"),))
    with pytest.raises(UsageError, match="the plan cannot name the rules; expected names or files"):
        make_plan(request, tmp_path / "plan.toml")
    assert not (tmp_path / "plan.toml").exists()


def test_files_that_are_no_plan(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_plan(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(AssociationError, match="is not UTF-8 text"):
        read_plan(tmp_path / "bad.toml")
    (tmp_path / "bad.toml").write_text("association = 1\n[read]\nfiles = ['a']")
    with pytest.raises(AssociationError, match="association is not a list of tables"):
        read_plan(tmp_path / "bad.toml")


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("science = [", "sience = [", "has the role 'sience'; expected .*Did you mean science"),
        ("science = [", "science = 1\nsurplus = [", "science of association 1 .* is not a list"),
        ('rule = "Asn', 'role = "Asn', "association 1 .* has no rule"),
        ("level = 2", "level = 4", "request.level is 4; expected 2 or 3"),
        ("level = 2", "levels = 2", "request.levels is not known. Did you mean level"),
        ("[read]", "[reed]", "does not say which files were read"),
        ('paths = "name"', 'paths = "short"', "request.paths is 'short'"),
        ('rules = ["jwst"]', 'rules = "jwst"', "request.rules is not a list of texts"),
        ('out = "asn"', "out = 1", "request.out is not text"),
        ("science = [", "science [", "plan.toml, line 1., column .*: is not TOML"),
        ("c1000_spec2_00002_asn", "c1000_spec2_00001_asn", "2 associations have the file"),
    ],
)
def test_plans_that_cannot_be_read(mrs: Path, old: str, new: str, refusal: str) -> None:
    plan = edited(mrs, lambda text: text.replace(old, new, 1))
    with pytest.raises(AssociationError, match=refusal):
        write_associations(plan)
