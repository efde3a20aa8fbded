"""What the archive's download makes of whole programs: every stage, previews and tables."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from asnsolve import associate
from asnsolve.cli.main import main
from asnsolve.errors import Problem
from asnsolve.pool import headers
from tests.pool.download_tree import download_tree


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return download_tree(tmp_path_factory.mktemp("tree"), 2000)


STAGES = {2: {"rate", "rateints"}, 3: {"cal", "calints", "x1d"}}
"""What the rules of each level ask for. The extracted spectra are backgrounds."""


@pytest.mark.parametrize("level", [2, 3])
def test_a_tree_of_every_stage_is_associated(
    level: int, tree: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sum(path.is_file() for path in tree.rglob("*")) >= 2000
    assert main(["associate", str(tree), "--level", str(level), "-p", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert re.search(r"note: combined products are skipped: \S+ and 17 more\n", said)
    assert re.search(r"note: guide star files are skipped: \S+ and 5 more\n", said)
    assert "note: files at stage bsub that are not needed" in said
    assert re.search(r"exposures are used: \S+ and 65 more\n", said)
    found = associate(tree, level, paths="absolute")
    assert len(found.associations) == {2: 81, 3: 11}[level]
    assert {association.level for association in found.associations} == {level}
    members = [m for association in found.associations for m in association.members]
    assert {m.stage for m in members if not m.derived} == STAGES[level]
    assert all(Path(m.expname).is_file() for m in members if not m.derived)


def test_previews_and_tables_are_passed_over(tree: Path) -> None:
    """A pattern names them, a directory does not."""
    found = associate(f"{tree}/JWST/*/*", 3)
    assert (found.problems, found.leftover) == ((), ())
    assert [one.file_name for one in found.associations] == [
        one.file_name for one in associate(tree, 3).associations
    ]
    counts = Counter(str(note).partition(": ")[0] for note in found.notes)
    assert counts["previews, tables and other files that are not FITS files are skipped"] == 1


def test_no_file_of_the_tree_is_opened_twice(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``python -m tests.benchmarks.headers`` compares the time with that of astropy."""
    opened: Counter[Path] = Counter()

    def note(path: Path, *args: Any, **kwargs: Any) -> headers.Header | Problem:
        opened[path] += 1
        return read_header(path, *args, **kwargs)

    read_header = headers.read_header
    monkeypatch.setattr(headers, "read_header", note)
    associate(tree, 3)
    assert len(opened) > 500
    assert set(opened.values()) == {1}
