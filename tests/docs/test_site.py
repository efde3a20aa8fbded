"""The site has a place for every public name and every page."""

from __future__ import annotations

import re

import asnsolve
import asnsolve.testing
from asnsolve.cli import main
from tests.docs.pages import ROOT


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def test_the_python_interface_lists_exactly_the_public_names() -> None:
    parts = page("reference/api.rst").split(".. currentmodule:: asnsolve.testing")
    names, for_tests = (re.findall(r"^   (\w+)$", part, re.MULTILINE) for part in parts)
    assert sorted(names) == sorted(asnsolve.__all__)
    assert sorted(for_tests) == sorted(asnsolve.testing.__all__)


def test_the_options_are_those_of_the_parser() -> None:
    [function] = re.findall(r"^   :func: (\w+)$", page("reference/commands.rst"), re.MULTILINE)
    assert getattr(main, function)().prog == "asnsolve"


def test_every_folder_of_pages_has_a_first_page() -> None:
    folders = {path.parent for path in (ROOT / "docs").glob("*/**/*.md")} - {ROOT / "docs/changes"}
    assert folders
    assert all((folder / "index.md").exists() for folder in folders)
