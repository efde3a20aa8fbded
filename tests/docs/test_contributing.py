"""Pages name files, commands and tests that exist."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_FILE = re.compile(r"`((?:asnsolve|tests|docs|\.ci|\.github)/[\w./-]*|pyproject\.toml|README\.md)`")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_MODULE = re.compile(r"python -m (tests\.[\w.]+)")


def named(pattern: re.Pattern[str]) -> list[str]:
    """Return what the pages name, each once."""
    return sorted({name for page in PAGES for name in pattern.findall(page.read_text("utf-8"))})


@pytest.mark.parametrize("name", named(_FILE))
def test_every_file_exists(name: str) -> None:
    assert (ROOT / name).exists()


@pytest.mark.parametrize("name", named(_MODULE))
def test_every_command_exists(name: str) -> None:
    path = ROOT.joinpath(*name.split("."))
    assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


@pytest.mark.parametrize(("file", "name"), named(_TEST))
def test_every_test_exists(file: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / file).read_text("utf-8")
