"""What is in a directory before anything is written there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from asnsolve import FileField, FileFields
from asnsolve.associations import present_files
from asnsolve.associations.present_files import has_content, present_associations, present_names
from asnsolve.errors import UsageError


def test_names_are_those_of_all_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a_asn.json").touch()
    (tmp_path / "folder").mkdir()
    assert present_names(tmp_path) == {"a_asn.json", "folder"}
    assert present_names(tmp_path / "none") == present_names(tmp_path / "a_asn.json") == set()


def test_a_directory_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="directory cannot be used: File name too long"):
        present_names(tmp_path / ("x" * 300))


def test_a_directory_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 300)
    with pytest.raises(UsageError) as caught:
        present_names(folder)
    (problem,) = caught.value.problems
    assert problem.location.file == str(folder)


def test_content_is_the_same_whatever_version_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"a": 1, "code_version": "1.0"}')
    assert has_content(path, path.read_bytes())
    assert has_content(path, b'{"a": 1, "code_version": "2.0"}')
    assert not has_content(path, b'{"a": 2, "code_version": "1.0"}')


@pytest.mark.parametrize("kind", ["directory", "pipe", "nothing", "unreadable"])
def test_what_is_no_file_has_no_content(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def refuse(path: Path) -> bytes:
        read.append(path)
        raise PermissionError

    monkeypatch.setattr(present_files, "read_content", refuse)
    path = tmp_path / "a.json"
    match kind:
        case "directory":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "unreadable":
            path.touch()
    assert has_content(path, b"") is False
    # Reading a pipe would empty it.
    assert read == ([path] if kind == "unreadable" else [])


def test_without_a_version_content_is_compared_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b'{"code_version": "1"}')
    fields = FileFields(association=(FileField("kind", "asn_type"),))
    assert has_content(path, b'{"code_version": "1"}', fields)
    assert not has_content(path, b'{"code_version": "2"}', fields)


def test_associations_of_other_programs_and_other_files_are_skipped(tmp_path: Path) -> None:
    one = '{"products": [{"name": "p", "members": []}]}'
    for name in (
        "jw00008-o001_image3_00001_asn.json",
        "jw00007-o001_image3_00001_asn.json",
        "mine.json",
        "mine.txt",
    ):
        (tmp_path / name).write_text(one)
    (tmp_path / "broken.json").write_text("{")
    found = present_associations(str(tmp_path), {"00007"})
    assert [association.file_name for association in found] == [
        "jw00007-o001_image3_00001_asn.json",
        "mine.json",
    ]


def test_the_version_may_have_a_key_of_any_characters(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(b'{"a": 1, "made(by)": "0.9"}')
    fields = FileFields(association=(FileField("made(by)", "code_version"),))
    assert has_content(path, b'{"a": 1, "made(by)": "1.0"}', fields)
    assert not has_content(path, b'{"a": 2, "made(by)": "1.0"}', fields)
