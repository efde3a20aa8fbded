from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve.associations.read_files import read_association, read_data
from asnsolve.errors import AssociationError, UsageError
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.simulate.demo import demo_pool


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"products": []}',
        '{"products": [1]}',
        '{"products": [{"name": "p"}]}',
        '{"products": [{"name": "p", "members": [{"exptype": "science"}]}]}',
    ],
)
def test_what_has_no_members_is_no_association(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(AssociationError, match="holds no products with members"):
        read_data(path)


def test_broken_json_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{\n  "products": oops}')
    with pytest.raises(AssociationError, match=r"line 2, column 15: is not JSON"):
        read_association(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_association(tmp_path / "none.json")


def test_what_was_written_reads_back_and_is_written_the_same(tmp_path: Path) -> None:
    solution = solve(Pool.read(demo_pool()))
    assert {2, 3} == {association.level for association in solution.associations}
    for path in solution.write(tmp_path / "first"):
        read = read_association(path)
        again = read.write(tmp_path / "again")
        assert again.read_bytes() == path.read_bytes()
    by_name = {association.file_name: association for association in solution.associations}
    solved = by_name[read.file_name]
    # No file says what the rule compares.
    assert replace(read, signature=solved.signature) == solved
    assert read.other == ()
    assert all(member.other == () for member in read.members)
    assert [m.exposure for m in read.members] == [m.exposure for m in solved.members]
    assert [m.stage for m in read.members] == [m.stage for m in solved.members]


def test_unknown_keys_are_kept(tmp_path: Path) -> None:
    member = {"expname": "x/a_cal.fits", "exptype": "SCIENCE", "tweakreg_catalog": "a_cat.ecsv"}
    data = {
        "asn_type": "image3",
        "asn_rule": "DMS_Level3_Base",
        "version_id": "t1",
        "skycell": [1, 2],
        "products": [{"name": "p", "members": [member]}],
    }
    path = tmp_path / "a_asn.json"
    path.write_text(json.dumps(data))
    association = read_association(path)
    assert association.version_id == "t1"
    assert association.other == (("skycell", [1, 2]),)
    assert association.members[0].other == (("tweakreg_catalog", "a_cat.ecsv"),)
    # Members without an exposure error are products, and not exposures.
    assert (association.members[0].exposure, association.members[0].stage) == ("", "")
    written = json.loads(association.write(tmp_path / "out").read_text())
    assert written["skycell"] == [1, 2]
    assert written["products"] == data["products"]


@pytest.mark.parametrize(
    ("asn_type", "rule", "level"),
    [
        ("spec2", "Asn_Lv2Spec", 2),
        ("None", "DMSLevel2bBase", 2),
        ("None", "DMS_Level3_Base", 3),
        ("image3", "candidate_Asn_Lv3Image", 3),
        ("tso-image2", "", 2),
    ],
)
def test_type_and_rule_tell_the_level(tmp_path: Path, asn_type: str, rule: str, level: int) -> None:
    products = [{"name": "p", "members": [{"expname": "a.fits"}]}]
    path = tmp_path / "a_asn.json"
    path.write_text(json.dumps({"asn_type": asn_type, "asn_rule": rule, "products": products}))
    assert read_association(path).level == level


def test_problems_of_files_name_the_file_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.json"

    def problem() -> str:
        with pytest.raises((AssociationError, UsageError)) as caught:
            read_data(path)
        (found,) = caught.value.problems
        return str(found)

    assert problem() == f"{path}: cannot be read: No such file or directory"
    path.write_text("{}")
    assert problem() == (
        f"{path}: holds no products with members; expected an association. 'asnsolve validate' "
        "says what is wrong; use -r for files of another mission."
    )
    path.write_text('{\n  "products": oops}')
    assert problem().startswith(f"{path}, line 2, column 15: is not JSON: ")


@pytest.mark.parametrize(
    "members",
    ['[{"expname": 1}]', "[1]", '{"expname": "a"}', '[{"expname": "a"}, {}]'],
)
def test_members_are_named(tmp_path: Path, members: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(f'{{"products": [{{"name": "p", "members": {members}}}]}}')
    with pytest.raises(AssociationError, match="holds no products with members"):
        read_data(path)
    path.write_text('{"products": [{"name": 1, "members": []}]}')
    with pytest.raises(AssociationError, match="holds no products with members"):
        read_data(path)
    path.write_text('{"products": [{"name": "p", "members": []}]}')
    assert read_data(path)["products"] == [{"name": "p", "members": []}]


def test_what_a_file_leaves_out_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        '{"program": 7, "mine": 1, "version_id": 2, "target": null, "products": [{"name": "p", '
        '"members": [{"expname": "d/a_cal.fits", "exptype": "x", "exposerr": null, "own": 3}, '
        '{"expname": "d/b_cal.fits"}]}]}'
    )
    one = read_association(path)
    assert (one.program, one.target, one.version_id, one.level) == ("7", "", "2", 3)
    assert (one.file_name, one.other) == ("a.json", (("mine", 1),))
    whole, lean = one.members
    assert (whole.exposure, whole.stage, whole.derived) == ("a", "cal", False)
    assert (whole.exposerr, whole.asn_candidate, whole.other) == (None, None, (("own", 3),))
    assert (lean.exposure, lean.stage, lean.derived, lean.exptype) == ("", "", True, "")
    path.write_text('{"products": [{"name": "p", "members": []}]}')
    assert read_association(path).version_id is None


@pytest.mark.parametrize(
    ("asn_type", "rule", "level"),
    [("x", "Asn_Lv2Image", 2), ("x", "DMSLevel2bBase", 2), ("spec2", "", 2), ("x", "Asn_Lv3", 3)],
)
def test_the_rule_alone_tells_the_level(
    asn_type: str, rule: str, level: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    data = {"asn_type": asn_type, "asn_rule": rule, "products": [{"name": "p", "members": []}]}
    path.write_text(json.dumps(data))
    assert read_association(path).level == level
