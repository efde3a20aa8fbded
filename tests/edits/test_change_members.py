from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve.edits.change_members import edit_association, edit_file
from asnsolve.errors import AssociationError, UsageError


def association(*members: tuple[str, str]) -> dict[str, Any]:
    listed = [{"expname": name, "exptype": role, "mine": 1} for name, role in members]
    return {"mine": [2], "products": [{"name": "p", "note": "n", "members": listed}], "last": 0}


def members(data: dict[str, Any], product: int = 0) -> list[tuple[str, str]]:
    return [(m["expname"], m["exptype"]) for m in data["products"][product]["members"]]


TWO = association(("dir/a_cal.fits", "science"), ("dir/b_cal.fits", "science"))


def test_what_is_not_edited_stays_and_so_do_directories() -> None:
    before = deepcopy(TWO)
    edited = edit_association(TWO, add=["bkg/c_cal.fits"], role="background")
    assert before == TWO
    kept = edited["products"][0]["members"][:2]
    assert kept == before["products"][0]["members"]
    assert members(edited)[2] == ("bkg/c_cal.fits", "background")
    assert list(edited) == ["mine", "products", "last"]
    assert edited["products"][0]["note"] == "n"


@pytest.mark.parametrize("name", ["a_cal.fits", "dir/a_cal.fits"])
def test_a_member_is_named_by_its_text_or_its_file_name(name: str) -> None:
    assert members(edit_association(TWO, remove=[name])) == [("dir/b_cal.fits", "science")]


@pytest.mark.parametrize("name", ["a_rate.fits", "a", "dir/a_rateints.fits", "a_cal.fits"])
def test_stage_and_extension_can_be_ignored(name: str) -> None:
    assert members(edit_association(TWO, remove=[name], ignore_suffix=True)) == [
        ("dir/b_cal.fits", "science")
    ]


def test_stages_of_one_exposure_are_told_apart_by_the_full_name_alone() -> None:
    data = association(("a_cal.fits", "science"), ("a_crf.fits", "science"))
    with pytest.raises(AssociationError, match=r"could be 'a_cal.fits' .* or 'a_crf.fits'"):
        edit_association(data, remove=["a"], ignore_suffix=True)
    edited = edit_association(data, remove=["a_crf.fits"], ignore_suffix=True)
    assert members(edited) == [("a_cal.fits", "science")]
    with pytest.raises(AssociationError, match="cannot remove 'a': it is not a member"):
        edit_association(data, remove=["a"])


def test_add_and_remove_undo_each_other() -> None:
    added = edit_association(TWO, add=["x/c.fits"])
    assert edit_association(added, remove=["c.fits"]) == TWO


def test_a_role_is_changed_in_one_edit() -> None:
    edited = edit_association(TWO, remove=["a_cal.fits"], add=["a_cal.fits"], role="psf")
    assert members(edited) == [("dir/b_cal.fits", "science"), ("a_cal.fits", "psf")]


def test_an_ambiguous_name_is_refused_and_the_full_text_is_not() -> None:
    data = association(("x/a.fits", "science"), ("y/a.fits", "background"))
    with pytest.raises(AssociationError) as refused:
        edit_association(data, remove=["a.fits"])
    assert str(refused.value) == (
        "cannot tell which member to remove: "
        "'a.fits' could be 'x/a.fits' (science) or 'y/a.fits' (background)"
    )
    assert members(edit_association(data, remove=["y/a.fits"])) == [("x/a.fits", "science")]


@pytest.mark.parametrize("name", ["x/b.fits", "b.fits"])
def test_a_file_is_removed_in_all_its_roles(name: str) -> None:
    data = association(("a.fits", "science"), ("x/b.fits", "imprint"), ("x/b.fits", "selfcal"))
    assert members(edit_association(data, remove=[name])) == [("a.fits", "science")]


def test_all_that_is_wrong_is_told() -> None:
    with pytest.raises(AssociationError) as refused:
        edit_association(TWO, remove=["z/a_cal.fits"], add=["b_cal.fits"])
    assert [problem.what for problem in refused.value.problems] == [
        "cannot remove 'z/a_cal.fits': it is not a member",
        "cannot add 'b_cal.fits': 'dir/b_cal.fits' (science) is already a member",
    ]


def test_a_file_added_twice_is_told() -> None:
    with pytest.raises(AssociationError, match="is already a member"):
        edit_association(TWO, add=["c.fits", "c.fits"])


def test_the_last_science_member_stays() -> None:
    with pytest.raises(AssociationError, match="no science member left"):
        edit_association(TWO, remove=["a_cal.fits", "b_cal.fits"])


def test_of_several_products_one_is_named() -> None:
    data = association(("a.fits", "science"))
    data["products"].append({"name": "q", "members": [{"expname": "b", "exptype": "science"}]})
    edited = edit_association(data, add=["c.fits"], role="imprint", product="q")
    assert members(edited) == [("a.fits", "science")]
    assert members(edited, 1) == [("b", "science"), ("c.fits", "imprint")]
    with pytest.raises(
        UsageError, match="there are 2 products; say which one to change; expected one of p, q"
    ):
        edit_association(data, add=["c.fits"])
    with pytest.raises(UsageError, match="there is no product 'r'"):
        edit_association(data, add=["c.fits"], product="r")
    data["products"][1]["name"] = "p"
    with pytest.raises(UsageError, match="2 products have the name 'p'"):
        edit_association(data, add=["c.fits"], product="p")


def test_misuse_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to add or remove"):
        edit_association(TWO)
    with pytest.raises(UsageError, match="Did you mean background"):
        edit_association(TWO, add=["c.fits"], role="backgrond")


def test_a_file_is_edited_in_place_or_beside(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(TWO))
    other = edit_file(path, remove=["a_cal.fits"], out=tmp_path / "o.json")
    assert json.loads(path.read_text()) == TWO
    assert members(json.loads(other.read_text())) == [("dir/b_cal.fits", "science")]
    assert edit_file(path, remove=["a_cal.fits"]) == path
    assert path.read_bytes() == other.read_bytes()
    assert sorted(tmp_path.iterdir()) == [path, other]


def test_a_refused_edit_leaves_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(TWO))
    with pytest.raises(
        AssociationError, match=r"a\.json: cannot remove 'none\.fits': it is not a member"
    ):
        edit_file(path, remove=["a_cal.fits", "none.fits"])
    assert path.read_text() == json.dumps(TWO)


def several(**members: list[tuple[str, str]]) -> dict[str, Any]:
    """Return an association with a product for each keyword, of names and roles."""
    return {
        "products": [
            {
                "name": name,
                "members": [{"expname": file, "exptype": role} for file, role in pairs],
            }
            for name, pairs in members.items()
        ]
    }


def names_of(data: dict[str, Any]) -> dict[str, list[str]]:
    return {
        product["name"]: [member["expname"] for member in product["members"]]
        for product in data["products"]
    }


def test_all_products_are_edited_at_once() -> None:
    data = several(
        p=[("a", "science"), ("sky", "background")], q=[("b", "SCIENCE")], r=[("c", "science")]
    )
    edited = edit_association(data, add=["new"], role="selfcal", remove=["sky"], all_products=True)
    assert names_of(edited) == {"p": ["a", "new"], "q": ["b", "new"], "r": ["c", "new"]}
    assert names_of(data)["p"] == ["a", "sky"]


def test_what_cannot_be_done_in_all_products_is_told_with_the_product() -> None:
    data = several(p=[("a", "science"), ("s", "selfcal")], q=[("b", "science")])
    with pytest.raises(
        AssociationError, match=r"product 'p': cannot add 's': .* is already a member"
    ):
        edit_association(data, add=["s"], role="selfcal", all_products=True)
    with pytest.raises(AssociationError, match="cannot remove 'none': it is not a member"):
        edit_association(data, remove=["none"], all_products=True)
    with pytest.raises(AssociationError, match="product 'q' would have no science member left"):
        edit_association(data, remove=["b"], all_products=True)
    with pytest.raises(UsageError, match="either one product or all products"):
        edit_association(data, add=["x"], all_products=True, product="p")


def test_products_are_removed() -> None:
    data = several(p=[("a", "science")], q=[("b", "science")], r=[("c", "science")])
    assert list(names_of(edit_association(data, remove_products=["q"]))) == ["p", "r"]
    edited = edit_association(data, remove_products=["q", "r"], add=["x"], role="background")
    assert names_of(edited) == {"p": ["a", "x"]}
    with pytest.raises(AssociationError, match="no product would be left"):
        edit_association(data, remove_products=["p", "q", "r"])
    with pytest.raises(UsageError, match="there is no product 's'"):
        edit_association(data, remove_products=["s"])


LAYOUTS = st.tuples(
    st.sampled_from([None, 0, 1, 2, 3, 4, 8, "\t", " \t"]),
    st.sampled_from([(",", ":"), (", ", ": "), (" , ", " : ")]),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n", "\r\n", "\n\n "]),
)
"""Indentation, separators, whether other letters are escaped, line breaks, end of the file."""

NAMES = st.lists(st.text(min_size=1).map(lambda text: f"dir/{text}_cal"), unique=True, max_size=4)


@settings(max_examples=60)
@given(NAMES, LAYOUTS)
def test_an_edit_that_is_undone_leaves_the_bytes_of_any_layout(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], layout: tuple[Any, ...]
) -> None:
    indent, separators, escaped, breaks, ending = layout
    file = tmp_path_factory.mktemp("layout") / "a_asn.json"
    data = association(("a.fits", "SCIENCE"), *((name, "science") for name in names))
    text = json.dumps(data, indent=indent, separators=separators, ensure_ascii=escaped)
    before = (text.replace("\n", breaks) + ending).encode()
    file.write_bytes(before)
    edit_file(file, add=["new/x.fits", "new/y.fits"], role="Background")
    added = [("new/x.fits", "background"), ("new/y.fits", "background")]
    assert members(json.loads(file.read_bytes()))[-2:] == added
    edit_file(file, remove=["new/x.fits", "new/y.fits"])
    assert file.read_bytes() == before


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    file, link = tmp_path / "below" / "a_asn.json", tmp_path / "link_asn.json"
    file.parent.mkdir()
    file.write_text(json.dumps(TWO))
    file.chmod(0o640)
    link.symlink_to(file)
    edit_file(link, add=["c.fits"])
    assert link.is_symlink()
    assert len(members(json.loads(file.read_text()))) == 3
    assert file.stat().st_mode & 0o777 == 0o640
    edit_file(link, remove=["c.fits"])
    assert file.read_text() == json.dumps(TWO)


def test_the_owner_stays_if_the_user_may_set_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a_asn.json"
    file.write_text(json.dumps(TWO))
    file.chmod(0o640)
    owners: list[tuple[int, int]] = []

    def refuse(_file: int, user: int, group: int) -> None:
        owners.append((user, group))
        raise PermissionError

    monkeypatch.setattr(os, "fchown", refuse)
    edit_file(file, add=["c.fits"])
    before = file.stat()
    assert owners == [(before.st_uid, before.st_gid)]
    assert before.st_mode & 0o777 == 0o640


def test_products_are_removed_from_the_text_alone(tmp_path: Path) -> None:
    products: list[dict[str, Any]] = [
        {"name": name, "members": [{"expname": f"{name}.fits", "exptype": "science"}]}
        for name in ("p", "q", "r")
    ]
    file = tmp_path / "a_asn.json"
    file.write_text(json.dumps({"products": products}, indent=3))
    edit_file(file, remove_products=["p"], add=["s.fits"], product="r")
    products[2]["members"].append({"expname": "s.fits", "exptype": "science"})
    assert file.read_text() == json.dumps({"products": products[1:]}, indent=3)


def test_what_is_said_of_science_is_true() -> None:
    upper = association(("a.fits", "SCIENCE"), ("b.fits", "BACKGROUND"))
    assert members(edit_association(upper, remove=["b.fits"])) == [("a.fits", "SCIENCE")]
    with pytest.raises(AssociationError, match=r"left\. Add one in the same edit, or delete the"):
        edit_association(upper, remove=["a.fits"])
    both = {"products": [*upper["products"], {**upper["products"][0], "name": "q"}]}
    with pytest.raises(AssociationError, match="in the same edit, or remove the product"):
        edit_association(both, remove=["a.fits"], product="q")
    none = association(("b.fits", "background"))
    with pytest.raises(AssociationError, match=r"product 'p' has no science member\."):
        edit_association(none, add=["c.fits"], role="background")
