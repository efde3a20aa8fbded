"""Docstrings are complete, and the examples in them print what they show."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest
from numpydoc.docscrape import get_doc_object

import asnsolve
import asnsolve.testing
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
def test_examples_print_what_they_show(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Some of them write files.
    monkeypatch.chdir(tmp_path)
    results = doctest.testmod(import_module(name))
    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize(
    "name",
    [
        f"{module.__name__}.{name}"
        for module in (asnsolve, asnsolve.testing)
        for name in module.__all__
        if callable(getattr(module, name))
    ],
)
def test_every_public_name_has_an_example(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    sections = get_doc_object(getattr(import_module(module), attribute))
    assert any(">>> " in line for line in sections["Examples"])


def test_the_example_of_a_strategy_prints_what_it_shows() -> None:
    """The decorator of hypothesis hides the function from the search for examples."""
    text = str(asnsolve.testing.simulated_rows.__doc__)
    test = doctest.DocTestParser().get_doctest(text, {}, "simulated_rows", None, None)
    results = doctest.DocTestRunner().run(test)
    assert results.attempted > 0
    assert results.failed == 0
