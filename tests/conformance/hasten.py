"""The reference spared the work that it does again and again without another result.

Most of its time goes into refusing exposures: every rule is built anew for every exposure of every
candidate, to look at a few cells and say no. What a rule says of its first exposure depends on the
cells that it looks at, in the order it does, and on nothing else; so a refusal is remembered as
that path of cells, and the next exposure with the same cells on the path is refused at once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

__all__ = ["hastened"]


@contextlib.contextmanager
def hastened() -> Iterator[None]:
    """Let the reference run faster inside, to the same result."""
    module = import_module("jwst.associations.association")
    constraint = import_module("jwst.associations.lib.constraint")
    validation = SimpleNamespace(
        validate=_validate, ValidationError=module.jsonschema.ValidationError
    )
    with (
        patch.object(module, "jsonschema", validation),
        patch.object(module.Association, "create", classmethod(_create)),
        patch.object(constraint, "meets_conditions", _remembering(constraint.meets_conditions)),
        # Printed into every association at every member; none of the facts.
        patch.object(constraint.Constraint, "__str__", lambda _self: ""),
    ):
        yield


class _Watched(dict[str, str]):
    """Cells of an exposure that remember which were looked at, in order."""

    def __init__(self, cells: dict[str, str]) -> None:
        super().__init__(cells)
        self.seen: dict[str, str | None] = {}

    def __getitem__(self, column: str) -> str:
        self.seen.setdefault(column, self.get(column))
        return super().__getitem__(column)

    def __contains__(self, column: object) -> bool:
        self.seen.setdefault(str(column), self.get(str(column)))
        return super().__contains__(column)


class _Refusals:
    """The refusals of one rule, as a tree: a column to look at, then branches by its value."""

    __slots__ = ("branches", "column")

    def __init__(self) -> None:
        self.column = ""
        self.branches: dict[str | None, _Refusals] = {}

    def knows(self, cells: dict[str, str]) -> bool:
        """Tell whether an exposure with these cells has been refused before."""
        node: _Refusals | None = self
        while node is not None and node.column:
            node = node.branches.get(cells.get(node.column))
        return node is not None and node is not self

    def learn(self, seen: dict[str, str | None]) -> None:
        """Remember that an exposure was refused after a look at these cells."""
        node = self
        for column, cell in seen.items():
            node.column = column
            node = node.branches.setdefault(cell, _Refusals())


def _create(rule: Any, item: Any, version_id: str | None = None) -> tuple[Any, list[Any]]:
    """Try to begin an association."""
    common = _refusals_of(rule.__base__)
    own = _refusals_of(rule)
    cells = item.data
    if common.knows(cells) or own.knows(cells):
        return None, []
    watched = _Watched(cells)
    item.data = watched
    try:
        association = rule(version_id=version_id)
        matches, reprocess = association.add(item)
    finally:
        item.data = cells
    if matches:
        return association, reprocess
    if not reprocess:
        # A registry holds its rules to a candidate; what is refused for that is its own affair.
        (own if "asn_candidate" in watched.seen else common).learn(watched.seen)
    return None, reprocess


def _refusals_of(rule: Any) -> _Refusals:
    """Return what is kept with a rule, to be forgotten with it."""
    if "known_refusals" not in vars(rule):
        rule.known_refusals = _Refusals()
    refusals: _Refusals = vars(rule)["known_refusals"]
    return refusals


def _validate(data: Any, schema: dict[str, Any]) -> None:
    """Validate, without looking at the schema itself every time."""
    validator = _validators.get(schema["title"])
    if validator is None:
        kind = import_module("jsonschema").validators.validator_for(schema)
        validator = _validators.setdefault(schema["title"], kind(schema))
    error = next(validator.iter_errors(data), None)
    if error is not None:
        raise error


_validators: dict[str, Any] = {}


def _remembering(meets: Callable[[str, Any], bool]) -> Callable[[str, Any], bool]:
    """Return the test of a value against patterns with a memory: few of each are ever met."""

    @lru_cache(maxsize=1 << 18)
    def met(value: str, patterns: tuple[Any, ...]) -> bool:
        return meets(value, list(patterns))

    def remembering(value: str, patterns: Any) -> bool:
        return met(value, tuple(patterns) if isinstance(patterns, list) else (patterns,))

    return remembering
