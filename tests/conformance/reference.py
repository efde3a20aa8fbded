"""The rules as the calibration pipeline carries them out: `jwst.associations`, run in process.

Only what the pipeline promises is taken from a run: which associations there are, of which rule,
type, candidate, product name and members. Numbers of files and order of members are nobody's
promise and are left out.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.conformance.hasten import hastened

__all__ = [
    "INSTALLED",
    "NEEDS_REFERENCE",
    "Answer",
    "Crash",
    "Facts",
    "Found",
    "Outcome",
    "Rows",
    "attempted",
    "bundled_names",
    "bundled_rows",
    "plain_reference",
    "reference",
    "rule_names",
    "shared_reference",
]

INSTALLED = find_spec("jwst") is not None
"""Whether there is a reference to compare with."""

NEEDS_REFERENCE = pytest.mark.skipif(not INSTALLED, reason="jwst is not installed")
"""Mark of tests that compare with the reference."""

Rows = Sequence[Mapping[str, str]]
"""A pool: text by column, in any case."""

MODES = ("discover", "candidates", "all")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of an association."""

    rule: str
    asn_type: str
    asn_id: str
    product: str
    members: frozenset[tuple[str, str]]

    def __str__(self) -> str:
        members = ", ".join(f"{name} {role}" for name, role in sorted(self.members))
        return f"{self.rule} {self.asn_type} {self.asn_id} {self.product}: {members}"


@dataclass(frozen=True, slots=True)
class Found:
    """An association: its facts, and the words around them, which are compared apart."""

    facts: Facts
    program: str
    degraded: str
    target: str
    """Empty for associations of level 2, which promise none."""

    @property
    def words(self) -> tuple[str, str, str]:
        return self.program, self.degraded, self.target


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run found."""

    found: tuple[Found, ...]

    @property
    def facts(self) -> Counter[Facts]:
        """The associations; one that is found twice counts twice."""
        return Counter(each.facts for each in self.found)

    @property
    def words(self) -> dict[Facts, frozenset[tuple[str, str, str]]]:
        """What is said around each association."""
        said: dict[Facts, frozenset[tuple[str, str, str]]] = {}
        for each in self.found:
            said[each.facts] = said.get(each.facts, frozenset()) | {each.words}
        return said


@dataclass(frozen=True, slots=True)
class Crash:
    """What a run said when it gave up: the last line of its traceback."""

    words: str

    @classmethod
    def of(cls, error: Exception) -> Crash:
        return cls(f"{type(error).__name__}: {error}".splitlines()[0])


Outcome = Answer | Crash
Result = TypeVar("Result")


def attempted(run: Callable[[], Result]) -> Result | Crash:
    """Return what a run returns, or that it gave up."""
    try:
        return run()
    except Exception as error:  # noqa: BLE001 - an error of any class is an answer
        return Crash.of(error)


def reference(rows: Rows) -> dict[str, Outcome]:
    """Run the reference on a pool in every mode.

    The modes differ only in which of the same associations they keep, so all three come from one
    search. `plain_reference` is what this must be equal to.
    """
    with shared_reference() as run:
        return run(rows)


@contextlib.contextmanager
def shared_reference() -> Iterator[Callable[[Rows], dict[str, Outcome]]]:
    """Hold the reference ready for many pools."""
    with _quiet(), hastened():
        yield _every_mode


def plain_reference(rows: Rows, mode: str) -> Outcome:
    """Run the reference on a pool in one mode, with nothing shared or hastened."""
    with _quiet():
        table = import_module("jwst.associations").AssociationPool
        per_candidate = import_module("jwst.associations.generator.generate_per_candidate")
        items = _items(rows)
        pool = table({name: [item[name] for item in items] for name in items[0]})
        return _caught(
            lambda: per_candidate.generate_per_candidate(
                pool, None, all_candidates=mode != "discover", discover=mode != "candidates"
            )
        )


@cache
def rule_names() -> tuple[str, ...]:
    """Return the names of all rules of the reference."""
    with _quiet():
        return tuple(sorted(import_module("jwst.associations").AssociationRegistry()))


@cache
def bundled_names() -> tuple[str, ...]:
    """Return the names of the pools that come with the reference."""
    found = {path.stem for path in _data().glob("*pool*.csv")} | {"jw00632_dups"}
    return tuple(sorted(found))


@lru_cache(maxsize=2)
def bundled_rows(name: str) -> list[dict[str, str]]:
    """Read a pool that comes with the reference, its templates filled in."""
    with _quiet():
        helpers = import_module("jwst.associations.tests.helpers")
        table = helpers.combine_pools(str(_data() / f"{name}.csv"))
        columns = {column: [_text(cell) for cell in table[column]] for column in table.colnames}
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _data() -> Path:
    return Path(str(import_module("jwst.associations.tests").__file__)).parent / "data"


def _text(cell: object) -> str:
    return "null" if type(cell).__name__ == "MaskedConstant" else str(cell)


class _Item(dict[str, str]):
    """A row as the reference takes it."""

    meta = {"pool_file": "pool.csv"}  # noqa: RUF012 - the reference reads it from the row


def _items(rows: Rows) -> list[_Item]:
    """Return rows as the reference would have read them: lower-cased, empty cells null."""
    return [
        _Item({name.lower(): cell.strip().lower() or "null" for name, cell in row.items()})
        for row in rows
    ]


def _every_mode(rows: Rows) -> dict[str, Outcome]:
    utilities = import_module("jwst.associations.lib.utilities")
    items = _items(rows)
    registry = _registry(None)
    answers: dict[str, Outcome] = {}
    by_candidate = attempted(lambda: list(chain.from_iterable(_candidates(items))))
    if isinstance(by_candidate, Crash):
        return dict.fromkeys(MODES, by_candidate)
    _finish_once(by_candidate)
    answers["candidates"] = _caught(lambda: _finished(registry, by_candidate))
    others = attempted(
        lambda: utilities.filter_discovered_only(
            [*by_candidate, *_generate(items, registry)],
            registry.name,
            "candidate",
            keep_candidates=False,
        )
    )
    if isinstance(others, Crash):
        return {**answers, **dict.fromkeys(("discover", "all"), others)}
    _finish_once(others)
    answers["discover"] = _caught(lambda: _finished(registry, others))
    answers["all"] = _caught(lambda: _finished(registry, [*others, *by_candidate]))
    return answers


def _candidates(items: list[_Item]) -> Iterator[list[Any]]:
    """Find the associations of every candidate, in the order that the reference takes them."""
    per_candidate = import_module("jwst.associations.generator.generate_per_candidate")
    cells = {"asn_candidate": [item["asn_candidate"] for item in items]}
    for kind, names in per_candidate.ids_by_ctype(cells).items():
        for name in names:
            cell = f"[('{name}', '{kind}')]"
            within = [item for item in items if name in item["asn_candidate"]]
            narrowed = [_Item({**item, "asn_candidate": cell}) for item in within]
            yield _generate(narrowed, _registry(name))


def _generate(items: list[_Item], registry: Any) -> list[Any]:
    module = import_module("jwst.associations.generator.generate")
    return list(module.generate(items, registry, finalize=False))


@lru_cache(maxsize=48)
def _registry(candidate: str | None) -> Any:
    """Return the rules, held to a candidate or free."""
    module = import_module("jwst.associations.registry")
    constrain = import_module("jwst.associations.lib.utilities").constrain_on_candidates
    if candidate is None:
        return module.AssociationRegistry(name="discover")
    return module.AssociationRegistry(global_constraints=constrain([candidate]), name="candidate")


def _finish_once(associations: list[Any]) -> None:
    """Let associations be finished for several modes: it changes them, and so must happen once."""
    for association in associations:
        association.finalize = cache(association.finalize)


def _finished(registry: Any, associations: list[Any]) -> list[Any]:
    return list(registry.callback.reduce("finalize", associations)) if associations else []


def _caught(run: Callable[[], list[Any]]) -> Outcome:
    return attempted(lambda: Answer(tuple(_found(association) for association in run())))


def _found(association: Any) -> Found:
    (product,) = association["products"]
    facts = Facts(
        association["asn_rule"].removeprefix("candidate_").removeprefix("discover_"),
        association["asn_type"],
        association["asn_id"],
        _unescaped(product["name"]),
        frozenset((_unescaped(m["expname"]), m["exptype"]) for m in product["members"]),
    )
    target = _unescaped(association["target"]) if facts.rule.startswith("Asn_Lv3") else ""
    return Found(facts, association["program"], association["degraded_status"], target)


def _unescaped(text: str) -> str:
    """Undo what the reference does to values because it matches them as patterns."""
    return text.replace("\\", "")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the reference's warnings and log from being anybody's business."""
    before = logging.root.manager.disable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(before)
