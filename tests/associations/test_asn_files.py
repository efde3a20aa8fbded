"""Writing: the bytes, and that a file is there whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import replace
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.associations.asn_files import (
    contained_line,
    to_bytes,
    to_line,
    write_all,
    write_association,
    write_each,
)
from asnsolve.associations.association import Association, Member, code_version
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.validation import validate_file
from asnsolve.errors import AssociationError, UsageError
from tests.associations.examples import association

TEXT = """\
{
  "asn_type": "image3",
  "asn_rule": "Asn_Image",
  "version_id": "v1",
  "code_version": "CODE",
  "degraded_status": "No known degraded exposures in association.",
  "program": "00009",
  "constraints": "program: 00009",
  "asn_id": "o001",
  "target": "t001",
  "asn_pool": "pool",
  "products": [
    {
      "name": "jw00009-o001_t001_miri_f560w",
      "members": [
        {
          "expname": "a_cal.fits",
          "exptype": "science",
          "exposerr": null,
          "asn_candidate": "('o001', 'é')"
        }
      ]
    }
  ]
}
"""


def files_in(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def test_bytes_are_readable_and_keys_in_their_order() -> None:
    member = Member("a_cal.fits", "science", None, "('o001', 'é')")
    one = association(members=[member], version_id="v1")
    text = TEXT.replace("CODE", str(to_dict(one)["code_version"]))
    assert to_bytes(one) == text.encode()


def test_a_line_of_a_container_begins_with_the_file_name() -> None:
    line = contained_line(association())
    start = '{"file_name":"jw00009-o001_image3_00001_asn.json",'
    assert line == f"{start}{to_line(association())[1:]}\n"


def test_a_member_that_is_no_exposure_has_name_and_role_alone() -> None:
    lean = Member("a_i2d.fits", "direct_image", derived=True)
    (product,) = to_dict(association(members=[lean]))["products"]
    assert product["members"] == [{"expname": "a_i2d.fits", "exptype": "direct_image"}]


def test_members_of_level_2_say_no_candidate() -> None:
    member = Member("a_rate.fits", "science", "null", None)
    (product,) = to_dict(replace(association(members=[member]), level=2))["products"]
    assert product["members"] == [
        {"expname": "a_rate.fits", "exptype": "science", "exposerr": "null"}
    ]
    (product,) = to_dict(association(members=[member]))["products"]
    assert list(product["members"][0]) == ["expname", "exptype", "exposerr", "asn_candidate"]


members = st.lists(
    st.builds(
        Member,
        expname=st.text(min_size=1),
        exptype=st.just("science"),
        exposerr=st.none() | st.text(),
        asn_candidate=st.none() | st.text(),
    )
)


@given(members)
def test_bytes_hold_the_association_and_are_the_same_each_time(some: list[Member]) -> None:
    one, same = association(members=some), association(members=list(some))
    assert to_bytes(one) == to_bytes(same)
    assert orjson.loads(to_bytes(one)) == to_dict(one)


@pytest.mark.parametrize("installed", [True, False])
def test_thecode_version_is_that_of_the_installed_package(
    monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    def version(name: str) -> str:
        if not installed:
            raise PackageNotFoundError(name)
        return {"asnsolve": "1.2.3"}[name]

    monkeypatch.setattr("asnsolve.associations.association.version", version)
    code_version.cache_clear()
    try:
        written = to_dict(association())["code_version"]
    finally:
        code_version.cache_clear()
    assert written == ("asnsolve 1.2.3" if installed else "asnsolve, not installed")


def test_a_text_that_is_no_unicode_is_an_error_that_names_the_association(tmp_path: Path) -> None:
    broken = association(members=[Member("\ud800", "science")])
    with pytest.raises(AssociationError, match=r"^jw00009.*, rule Asn_Image: cannot be written"):
        write_association(broken, tmp_path)
    assert files_in(tmp_path) == []


def test_a_written_file_is_valid_and_has_the_usual_rights(tmp_path: Path) -> None:
    path = write_association(association(), tmp_path / "new" / "deep")
    assert path == tmp_path / "new" / "deep" / "jw00009-o001_image3_00001_asn.json"
    assert path.read_bytes() == to_bytes(association())
    assert validate_file(path) == ()
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_all_are_written_in_their_order_and_nothing_else(tmp_path: Path) -> None:
    chosen = [association(number=number) for number in (3, 1, 2)]
    paths = write_all(iter(chosen), str(tmp_path))
    assert [path.name for path in paths] == [one.file_name for one in chosen]
    assert files_in(tmp_path) == sorted(one.file_name for one in chosen)


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    first = write_association(association(), tmp_path).read_bytes()
    assert write_association(association(), tmp_path).read_bytes() == first
    assert len(files_in(tmp_path)) == 1


def test_nothing_to_write_makes_an_empty_directory(tmp_path: Path) -> None:
    assert write_all([], tmp_path / "out") == []
    assert files_in(tmp_path / "out") == []


def test_a_file_of_other_content_is_kept(tmp_path: Path) -> None:
    (old,) = write_all([association(number=1)], tmp_path)
    old.write_text("mine")
    both = [association(number=2), association(number=1)]
    with pytest.raises(UsageError) as caught:
        write_all(both, tmp_path)
    assert str(caught.value) == (
        f"{old}: already exists with other content. Choose another place, or replace it with "
        "--replace (in Python replace=True)."
    )
    assert files_in(tmp_path) == [old.name]
    assert old.read_text() == "mine"
    assert len(write_all(both[:1], tmp_path)) == 1
    found = write_each(both, [tmp_path] * 2, replace=True)
    assert (found.written, found.unchanged) == ((old,), (tmp_path / both[0].file_name,))


def test_files_are_replaced_only_on_request(tmp_path: Path) -> None:
    one = association()
    path = write_association(one, tmp_path)
    path.write_text("mine")
    for write in (
        lambda: write_association(one, tmp_path),
        lambda: write_all([one], tmp_path),
        lambda: write_each([one], [tmp_path]),
    ):
        with pytest.raises(UsageError, match="already exists with other content"):
            write()
    assert write_association(one, tmp_path, replace=True).read_bytes() == to_bytes(one)


def test_a_dry_run_checks_everything_and_writes_nothing(tmp_path: Path) -> None:
    one = association()
    found = write_each([one, association(file_name="a/b")], [tmp_path / "new"] * 2, dry_run=True)
    assert (found.written, found.unchanged) == ((), ())
    assert [problem.location.file for problem in found.problems] == ["a/b"]
    assert files_in(tmp_path) == []
    (tmp_path / one.file_name).write_text("mine")
    with pytest.raises(UsageError, match="already exists with other content"):
        write_each([one], [tmp_path], dry_run=True)


def test_a_file_of_another_version_of_asnsolve_is_left_alone(tmp_path: Path) -> None:
    (old,) = write_all([association()], tmp_path)
    text = re.sub(r'"code_version": "[^"]*"', '"code_version": "asnsolve 0.0"', old.read_text())
    old.write_text(text)
    assert write_each([association()], [tmp_path]).unchanged == (old,)
    assert old.read_text() == text


@pytest.mark.parametrize("same", [True, False])
def test_two_associations_never_write_one_file(tmp_path: Path, same: bool) -> None:
    name = "jw00009-o001_image3_00001_asn.json"
    first = association(file_name=name)
    second = first if same else association(file_name=name, rule="Asn_Other")
    product = "jw00009-o001_t001_miri_f560w"
    with pytest.raises(AssociationError) as caught:
        write_all([association(number=2), first, second], tmp_path / "out")
    rule = "Asn_Image" if same else "Asn_Other"
    assert str(caught.value) == (
        f"{name}: would be the file of both Asn_Image ({product}) and {rule} ({product})"
    )
    assert not (tmp_path / "out").exists()


def test_a_clash_names_every_product(tmp_path: Path) -> None:
    one = association()
    several = replace(one, products=(*one.products, replace(one.products[0], name="other")))
    with pytest.raises(AssociationError, match=r"both \S+ \(\S+_f560w, other\) and Asn_Image "):
        write_all([several, one], tmp_path)


@pytest.mark.parametrize("name", ["x" * 256, "a/b", "a\nb", "in_the_way"])
def test_an_association_that_cannot_be_written_does_not_stop_the_others(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "in_the_way").mkdir()
    chosen = [association(number=1), association(file_name=name), association(number=2)]
    found = write_each(chosen, [tmp_path] * 3)
    good = [chosen[0].file_name, chosen[2].file_name]
    assert [path.name for path in found.written] == good
    (problem,) = found.problems
    assert problem.location.rule == "Asn_Image"
    assert files_in(tmp_path) == ["in_the_way", *good]
    with pytest.raises(AssociationError) as caught:
        write_all(chosen, tmp_path)
    assert caught.value.problems == found.problems


def test_a_disk_without_space_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_is_broken(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(AssociationError, match="No space left on device"):
        write_each([association(number=1), association(number=2)], [tmp_path] * 2)


@pytest.mark.parametrize("name", ["../x.json", "a/b.json", "/x.json", "..", ".", "a\0b"])
def test_a_file_name_does_not_lead_out_of_the_directory(tmp_path: Path, name: str) -> None:
    with pytest.raises(
        AssociationError, match=r"is not a file name; expected a name without directory$"
    ):
        write_association(association(file_name=name), tmp_path / "out")
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("inside", ["", "deeper"])
@pytest.mark.parametrize("replacing", [True, False])
def test_a_directory_that_is_a_file_is_refused(
    tmp_path: Path, inside: str, replacing: bool
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(UsageError) as caught:
        write_all([association()], taken / inside, replace=replacing)
    reason = "Not a directory" if inside else "File exists"
    assert str(caught.value) == f"{taken / inside}: directory cannot be used: {reason}"
    assert taken.read_text() == "mine"


def test_a_directory_that_takes_no_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(AssociationError, match=r"cannot be written: Permission denied$"):
        write_association(association(), tmp_path)
    assert files_in(tmp_path) == []


def replace_is_broken(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def broken(*_paths: object) -> None:
        raise error

    monkeypatch.setattr(os, "replace", broken)


@pytest.mark.parametrize("existing", [True, False])
def test_a_failure_leaves_what_was_there_and_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, existing: bool
) -> None:
    one: Association = association()
    if existing:
        (tmp_path / one.file_name).write_text("before")
    replace_is_broken(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(AssociationError) as caught:
        write_all([one], tmp_path, replace=True)
    assert str(caught.value) == (
        f"{tmp_path / one.file_name}, rule Asn_Image: cannot be written: No space left on device"
    )
    assert files_in(tmp_path) == ([one.file_name] if existing else [])
    assert not existing or (tmp_path / one.file_name).read_text() == "before"


def test_an_interruption_leaves_no_unfinished_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_is_broken(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        write_association(association(), tmp_path)
    assert files_in(tmp_path) == []


def test_a_directory_in_the_place_of_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / association().file_name).mkdir()
    with pytest.raises(AssociationError, match="cannot be written: Is a directory"):
        write_association(association(), tmp_path)
    assert files_in(tmp_path) == [association().file_name]
