"""An edit that is undone leaves the bytes of the file, and gathering keeps all but directories."""

from __future__ import annotations

from importlib.resources import as_file
from pathlib import Path

import pytest

from asnsolve import Pool, demo_pool, edit_file, gather_files, solve


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    with as_file(demo_pool()) as path:
        solution = solve(Pool.read(path))
    return solution.write(tmp_path_factory.mktemp("out"))


def test_an_edit_that_is_undone_leaves_the_bytes(written: list[Path]) -> None:
    assert written
    for path in written:
        before = path.read_bytes()
        edit_file(path, add=["sky/extra_cal.fits"], role="background")
        assert b'"sky/extra_cal.fits"' in path.read_bytes()
        edit_file(path, remove=["extra_cal.fits"])
        assert path.read_bytes() == before


def test_what_has_no_directory_is_gathered_as_it_is(written: list[Path], tmp_path: Path) -> None:
    assert written
    for path in written:
        gathered = gather_files(path, tmp_path / "to")
        assert gathered.association.read_bytes() == path.read_bytes()
        assert gathered.copied == ()
        assert gathered.missing
