"""The keywords that headers are read by, beside the schemas of the calibration pipeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from asnsolve.pool.columns import NULL_WORDS
from asnsolve.profiles.jwst import WORDS
from asnsolve.profiles.jwst_headers import HEADERS

yaml = pytest.importorskip("yaml", reason="PyYAML, which comes with jwst, is not installed")
pytest.importorskip("stdatamodels.jwst.datamodels", reason="jwst is not installed")

WORDS_FOR_NOTHING = {"", "n/a", "none", "null", "unknown", "undefined", "--"}
"""What any list of values may call the absence of a value."""

VALUES_AFTER_ALL = {("patttype", "none")}
"""Words for nothing that rules compare as values."""

ELSEWHERE = {"mask.schema.yaml", "specmeta.schema.yaml"}
"""Schemas that repeat keywords of exposures for other kinds of files."""


def entries(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every part of a schema that describes a keyword."""
    if isinstance(node, dict):
        if isinstance(node.get("fits_keyword"), str):
            yield node
        for part in node.values():
            yield from entries(part)
    elif isinstance(node, list):
        for part in node:
            yield from entries(part)


def primary_keywords() -> dict[str, list[dict[str, Any]]]:
    """Return the descriptions of each keyword of the primary header."""
    spec = find_spec("stdatamodels.jwst.datamodels")
    assert spec is not None
    assert spec.origin is not None
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted((Path(spec.origin).parent / "schemas").glob("*.yaml")):
        if path.name not in ELSEWHERE:
            for entry in entries(yaml.safe_load(path.read_text("utf-8"))):
                if entry.get("fits_hdu", "PRIMARY") == "PRIMARY":
                    found[entry["fits_keyword"].lower()].append(entry)
    return found


@pytest.fixture(scope="module")
def schemas() -> dict[str, list[dict[str, Any]]]:
    return primary_keywords()


def test_every_keyword_is_one_of_the_primary_header(
    schemas: dict[str, list[dict[str, Any]]],
) -> None:
    assert [keyword for keyword in HEADERS.keywords.values() if keyword not in schemas] == []


def test_every_word_for_nothing_is_known(schemas: dict[str, list[dict[str, Any]]]) -> None:
    known = {(column, word) for column, words in WORDS.nothing.items() for word in words}
    assert known & {(column, word) for column in HEADERS.keywords for word in NULL_WORDS} == set()
    listed = {
        (column, str(value).lower())
        for column, keyword in HEADERS.keywords.items()
        for entry in schemas[keyword]
        for part in (entry, *entry.get("anyOf", ()))
        for value in part.get("enum", ())
    }
    nothing = {(column, word) for column, word in listed if word in WORDS_FOR_NOTHING}
    unset = {(column, word) for column, word in nothing if word in NULL_WORDS}
    assert nothing - unset == known | VALUES_AFTER_ALL
