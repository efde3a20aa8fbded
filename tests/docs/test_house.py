"""Modules have names of their own; modules and functions are short."""

from __future__ import annotations

from tests.docs.house import Size, long_parts, repeated_names, size_of

_BOTH_LEVELS = {"base", "grism", "image", "spectrum"}
"""Modules of the rules of level 2 and of level 3."""


def test_module_names_are_unique() -> None:
    assert set(repeated_names()) <= _BOTH_LEVELS


def test_docstrings_and_blank_lines_are_no_code() -> None:
    text = '"""Title."""\n\n# why\nx = [\n    1,\n]  # noqa: E501\n'
    assert size_of(text) == Size(code=3, comments=1)


def test_modules_and_functions_are_short() -> None:
    assert list(long_parts(module_lines=320, function_lines=70)) == []
