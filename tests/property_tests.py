"""Property tests among the tests of a run, and how many examples they draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import is_hypothesis_test, settings

_SETTINGS = "_hypothesis_internal_use_settings"


def property_tests(
    items: Iterable[pytest.Item],
) -> Iterator[tuple[pytest.Function, Callable[..., Any]]]:
    """Yield the tests that hypothesis draws examples for, with their functions."""
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            yield item, item.obj


def change_examples(items: Iterable[pytest.Item], change: Callable[[int], int]) -> None:
    """Change the number of examples of each property test, whether it states one or not."""
    # A test with several parameters has one function, which must change once.
    for function in dict.fromkeys(function for _, function in property_tests(items)):
        own = getattr(function, _SETTINGS, settings())
        vars(function)[_SETTINGS] = settings(own, max_examples=change(own.max_examples))
