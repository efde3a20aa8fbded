"""The glossary names things that exist, each term once."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.util import find_spec

import pytest

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8")
_TERM = re.compile(r"^- (\*\*.+?):", re.MULTILINE)


def test_every_term_is_explained_once() -> None:
    terms = _TERM.findall(PAGE)
    assert len(set(terms)) == len(terms) > 60


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(asnsolve\.[\w.]+)`", PAGE))))
def test_every_name_exists(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    is_module = find_spec(module) is not None and hasattr(import_module(module), attribute)
    assert is_module or find_spec(name) is not None
