"""The paths of a request: each file once, without those that are excluded."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.from_files.request import Request
from asnsolve.from_files.request_paths import request_paths
from asnsolve.input_files import absolute


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one.fits", "two.fits"):
        Path(name).write_bytes(b"")


def test_a_file_in_several_lists_is_read_once() -> None:
    paths = request_paths(Request(files=("one.fits", "two.fits"), psfs=("./two.fits",)))
    assert [path.name for path in paths.to_read.values()] == ["one.fits", "two.fits"]
    assert paths.of_lists["psfs"].keys() == {absolute("two.fits")}


def test_excluded_files_are_not_read() -> None:
    paths = request_paths(Request(files=("*.fits",), exclude=("two.fits",)))
    assert [path.name for path in paths.to_read.values()] == ["one.fits"]
    assert len(paths.of_files) == 2


def test_names_that_lead_to_no_file_are_reported() -> None:
    paths = request_paths(Request(files=("one.fits",), imprints=("three.fits",)))
    assert paths.problems == ()
    found = {name: list(map(str, problems)) for name, problems in paths.list_problems.items()}
    gone = ["three.fits: there is no such file"]
    assert found == {"backgrounds": [], "psfs": [], "imprints": gone, "selfcal": []}
    paths = request_paths(Request(files=("one.fits", "three.fits")))
    assert list(map(str, paths.problems)) == gone
