"""What is in a directory before anything is written there."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.associations.present_files import present_names
from asnsolve.errors import UsageError


def test_names_are_those_of_all_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "a_asn.json").touch()
    (tmp_path / "folder").mkdir()
    assert present_names(tmp_path) == {"a_asn.json", "folder"}
    assert present_names(tmp_path / "none") == present_names(tmp_path / "a_asn.json") == set()


def test_a_directory_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="directory cannot be used: File name too long"):
        present_names(tmp_path / ("x" * 300))
