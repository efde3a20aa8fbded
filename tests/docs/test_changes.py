"""Changes since the last release: their files are named and linked as the changelog needs them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from asnsolve.cli.main import main
from tests.docs.pages import ROOT

CHANGES = sorted((ROOT / "docs/changes").glob("*.md"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
VERSION = SETTINGS["project"]["version"]


def test_every_file_has_a_kind() -> None:
    kinds = {kind["directory"] for kind in SETTINGS["tool"]["towncrier"]["type"]}
    page = (ROOT / "docs/contributing/release.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == kinds
    files = [path.name for path in (ROOT / "docs/changes").iterdir() if path.name != ".gitignore"]
    for name in files:
        found = re.fullmatch(r"(?:\+[a-z0-9-]+|\d+)\.([a-z]+)\.md", name)
        assert found, name
        assert found[1] in kinds, name


@pytest.mark.parametrize("path", CHANGES, ids=lambda path: path.name)
def test_a_change_is_a_sentence_with_links_that_lead_somewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.endswith((".\n", "?\n", "!\n"))
    assert not text.startswith(("-", "#"))
    for link in re.findall(r"\]\(([^)]+)\)", text):
        page = link.partition("#")[0]
        assert link.startswith("https://") or (ROOT / "docs" / page).is_file(), link


def test_the_changes_become_a_part_of_the_changelog() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "9.8.7"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("## 9.8.7 (")
    for path in CHANGES:
        first, *_ = path.read_text("utf-8").splitlines()
        assert f"- {first}" in ran.stdout
    marker = SETTINGS["tool"]["towncrier"]["start_string"]
    assert marker in (ROOT / "docs/changelog.md").read_text("utf-8")


def test_the_version_is_in_one_place(capsys: pytest.CaptureFixture[str]) -> None:
    """Pages that repeat it are compared."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"asnsolve {VERSION}\n"
    code = [path.read_text("utf-8") for path in (ROOT / "asnsolve").rglob("*.py")]
    assert not [text for text in code if f'"{VERSION}"' in text or "__version__ =" in text]
    assert f"version = {{{VERSION}}}" in (ROOT / "docs/citation.md").read_text("utf-8")
