"""Docstrings are complete, and the examples in them print what they show."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from tests.docs.docstrings import FOLDERS, modules, problems_of


def with_examples() -> list[str]:
    """Return the modules that have a doctest."""
    every = (name for folder in FOLDERS for name in modules(folder))
    return [name for name in every if ">>> " in Path(str(import_module(name).__file__)).read_text()]


@pytest.mark.parametrize("folder", sorted(FOLDERS))
def test_docstrings_are_complete(folder: str) -> None:
    problems = [problem for name in modules(folder) for problem in problems_of(name)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", with_examples())
def test_examples_print_what_they_show(name: str) -> None:
    results = doctest.testmod(import_module(name))
    assert results.attempted > 0
    assert results.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    found = [test for name in with_examples() for test in finder.find(import_module(name))]
    assert len([test for test in found if test.examples]) >= 7
