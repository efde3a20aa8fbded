from __future__ import annotations

import json
from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve.edits.gather_files import gather_files
from asnsolve.errors import AssociationError, UsageError


def association(directory: Path, *names: str, files: bool = True) -> Path:
    for name in names if files else ():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"content of {name}")
    members = [{"expname": name, "exptype": "science", "mine": 1} for name in names]
    file = directory / "a_asn.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"mine": 2, "products": [{"name": "p", "members": members}]}))
    return file


def expnames(path: Path) -> list[str]:
    return [m["expname"] for m in json.loads(path.read_text())["products"][0]["members"]]


def test_files_are_copied_and_the_copies_named(tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "b.fits"
    file = association(tmp_path / "from", "sub/a.fits", str(other))
    gathered = gather_files(file, tmp_path / "deep" / "to")
    assert expnames(gathered.association) == ["a.fits", "b.fits"]
    assert [copy.name for copy in gathered.copied] == ["a.fits", "b.fits"]
    assert gathered.copied[0].read_text() == "content of sub/a.fits"
    assert gathered.missing == ()
    data = json.loads(gathered.association.read_text())
    assert data["mine"] == 2
    assert data["products"][0]["members"][1] == {
        "expname": "b.fits",
        "exptype": "science",
        "mine": 1,
    }
    assert expnames(file) == ["sub/a.fits", str(other)]


def test_a_gathering_can_be_run_again(tmp_path: Path) -> None:
    file = association(tmp_path / "from", "a.fits")
    first = gather_files(file, tmp_path / "to")
    assert gather_files(file, tmp_path / "to") == first


def test_missing_members_are_named_and_the_rest_is_copied(tmp_path: Path) -> None:
    file = association(tmp_path / "from", "sub/a.fits", "sub/b.fits", "sub/c.fits")
    (file.parent / "sub/b.fits").unlink()
    (file.parent / "sub/c.fits").unlink()
    gathered = gather_files(file, tmp_path / "to")
    assert [problem.what for problem in gathered.missing] == [
        "the file of member 'sub/b.fits' does not exist",
        "the file of member 'sub/c.fits' does not exist",
    ]
    assert expnames(gathered.association) == ["a.fits", "sub/b.fits", "sub/c.fits"]
    assert [copy.name for copy in gathered.copied] == ["a.fits"]


def test_different_files_of_one_name_are_refused(tmp_path: Path) -> None:
    file = association(tmp_path / "from", "x/a.fits", "y/a.fits")
    with pytest.raises(
        AssociationError, match=r"'x/a.fits' and 'y/a.fits' would be copied to the same file"
    ):
        gather_files(file, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_one_file_under_two_names_is_copied_once(tmp_path: Path) -> None:
    file = association(tmp_path / "from", "x/a.fits", "x/../x/a.fits")
    gathered = gather_files(file, tmp_path / "to")
    assert expnames(gathered.association) == ["a.fits", "a.fits"]
    assert len(gathered.copied) == 1


@pytest.mark.parametrize("name", ["a.fits", "a_asn.json"])
def test_a_file_of_other_content_is_never_replaced(tmp_path: Path, name: str) -> None:
    file = association(tmp_path / "from", "a.fits", "b.fits")
    there = tmp_path / "to" / name
    there.parent.mkdir()
    there.write_text("other")
    with pytest.raises(UsageError, match="already exists with other content"):
        gather_files(file, there.parent)
    assert there.read_text() == "other"
    assert list(there.parent.iterdir()) == [there]


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    file = association(tmp_path / "from", "a.fits")
    (tmp_path / "to").write_text("")
    with pytest.raises(UsageError, match="cannot be copied"):
        gather_files(file, tmp_path / "to" / "deeper")


def with_roles(directory: Path, **roles: str) -> Path:
    """Write an association of files with roles, one product, and the files."""
    directory.mkdir(parents=True, exist_ok=True)
    members = [{"expname": f"{name}.fits", "exptype": role} for name, role in roles.items()]
    for name in roles:
        fits.PrimaryHDU().writeto(directory / f"{name}.fits")
    file = directory / "a_asn.json"
    file.write_text(json.dumps({"products": [{"name": "p", "members": members}]}))
    return file


def test_members_are_gathered_by_role(tmp_path: Path) -> None:
    file = with_roles(tmp_path / "from", a="science", b="background", c="PSF")
    only = gather_files(file, tmp_path / "only", only=["science", "psf"])
    assert expnames(only.association) == ["a.fits", "c.fits"]
    without = gather_files(file, tmp_path / "without", without=["science"])
    assert expnames(without.association) == ["b.fits", "c.fits"]
    assert not (tmp_path / "without" / "a.fits").exists()
    with pytest.raises(AssociationError, match="no member has one of the roles to gather"):
        gather_files(file, tmp_path / "none", only=["imprint"])
    with pytest.raises(UsageError, match="the role is 'sky'"):
        gather_files(file, tmp_path / "none", only=["sky"])
    assert not (tmp_path / "none").exists()


def test_links_take_the_place_of_copies_and_the_other_way_round(tmp_path: Path) -> None:
    file = with_roles(tmp_path / "from", a="science")
    linked = gather_files(file, tmp_path / "to", link=True)
    (copy,) = linked.copied
    assert copy.is_symlink()
    assert copy.samefile(file.parent / "a.fits")
    assert gather_files(file, tmp_path / "to", link=True) == linked
    gather_files(file, tmp_path / "to")
    assert not copy.is_symlink()
    gather_files(file, tmp_path / "to", link=True)
    assert copy.is_symlink()


def test_files_that_have_changed_are_gathered_again(tmp_path: Path) -> None:
    file = association(tmp_path / "from", "a.fits", "b.fits")
    gather_files(file, tmp_path / "to")
    (file.parent / "a.fits").write_text("reprocessed")
    with pytest.raises(UsageError, match="already exists with other content"):
        gather_files(file, tmp_path / "to")
    gather_files(file, tmp_path / "to", replace=True)
    assert (tmp_path / "to" / "a.fits").read_text() == "reprocessed"


def test_an_association_is_never_gathered_over_itself(tmp_path: Path) -> None:
    file = with_roles(tmp_path / "from", a="science", b="background")
    before = file.read_bytes()
    with pytest.raises(UsageError, match="is the original association"):
        gather_files(file, file.parent, only=["science"], replace=True)
    assert file.read_bytes() == before


def test_files_that_members_refer_to_come_along(tmp_path: Path) -> None:
    home = tmp_path / "from"
    (home / "catalogs").mkdir(parents=True)
    (home / "catalogs" / "a_cat.ecsv").write_text("catalog")
    header = fits.Header({"MSAMETFL": "jw01234001001_01_msa.fits"})
    for name in "ab":
        fits.PrimaryHDU(header=header).writeto(home / f"{name}.fits")
    fits.PrimaryHDU().writeto(home / "jw01234001001_01_msa.fits")
    members = [
        {"expname": "a.fits", "exptype": "science", "tweakreg_catalog": "catalogs/a_cat.ecsv"},
        {"expname": "b.fits", "exptype": "science", "tweakreg_catalog": "b_cat.ecsv"},
    ]
    file = home / "a_asn.json"
    file.write_text(json.dumps({"products": [{"name": "p", "members": members}]}))
    gathered = gather_files(file, tmp_path / "to")
    assert [copy.name for copy in gathered.copied] == [
        "a.fits",
        "b.fits",
        "a_cat.ecsv",
        "jw01234001001_01_msa.fits",
    ]
    assert [problem.what for problem in gathered.missing] == [
        "b.fits refers to 'b_cat.ecsv', which does not exist"
    ]
    written = json.loads(gathered.association.read_text())["products"][0]["members"]
    assert [member["tweakreg_catalog"] for member in written] == ["a_cat.ecsv", "b_cat.ecsv"]
    assert gathered.unknown == ()


def test_members_without_a_readable_header_are_told(tmp_path: Path) -> None:
    file = association(tmp_path / "from", "a.fits", "b_cat.ecsv")
    gathered = gather_files(file, tmp_path / "to")
    (problem,) = gathered.unknown
    assert problem.what == (
        "what member 'a.fits' refers to in its header is not known: the file is not a FITS file"
    )
