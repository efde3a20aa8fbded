"""Facts of pages, for tests to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from asnsolve import Pool, Solution, demo_pool, solve
from asnsolve.report.page.page_facts import page_facts

__all__ = ["DEMO", "demo_facts", "named", "places", "spelled"]

DEMO = solve(Pool.read(demo_pool()))


@cache
def demo_facts() -> Mapping[str, Any]:
    """Return the facts of the demonstration pool."""
    return page_facts(DEMO)


def spelled(facts: Mapping[str, Any], number: int) -> str | None:
    """Return a text of a page by its number."""
    return None if number < 0 else facts["texts"][number]


def places(ranges: list[int]) -> Iterator[int]:
    """Yield the places in ranges."""
    for first, length in zip(ranges[::2], ranges[1::2], strict=True):
        yield from range(first, first + length)


def named(solution: Solution, product: str) -> int:
    """Return the position of the association that makes a product."""
    names = [association.products[0].name for association in solution]
    return names.index(product)
