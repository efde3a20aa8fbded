"""Options of the command line, each with what the reference makes of it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from asnsolve import Association, Pool, load_rules, solve
from asnsolve.simulate import MODES, Program, Row, simulate
from tests.conformance.reference import NEEDS_REFERENCE

pytestmark = NEEDS_REFERENCE

Products = frozenset[tuple[str, frozenset[tuple[str, str]]]]

PLANS = {
    "mrs": ["miri_mrs_background"],
    "slit": ["nirspec_slit", "miri_lrs_slit_background"],
    "images": ["miri_image_background", "nircam_image_mosaic"],
    "grism": ["niriss_wfss"],
}


@pytest.fixture(params=sorted(PLANS))
def rows(request: pytest.FixtureRequest) -> list[Row]:
    """Return the rows of one program."""
    plans = tuple(MODES[name].plan() for name in PLANS[request.param])
    return simulate([Program(number=1001, plans=plans)], seed=3)


@pytest.fixture(autouse=True)
def _reference_warnings() -> Iterator[None]:
    """Let the reference warn of what it wants."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def reference(rows: list[Row], **options: Any) -> list[Any]:
    """Run the reference on all candidates, or with other options."""
    associations = import_module("jwst.associations")
    generator = import_module("jwst.associations.generator.generate_per_candidate")
    pool = associations.AssociationPool(
        {name.lower(): [row[name].lower() for row in rows] for name in rows[0]},
        meta={"pool_file": "pool.csv"},
    )
    return list(generator.generate_per_candidate(pool, None, **options))


def told(found: Any) -> tuple[str, str, Products]:
    """Return type, id and products of an association of the reference."""
    products = frozenset(
        (
            product["name"].replace("\\", ""),
            frozenset((m["expname"].replace("\\", ""), m["exptype"]) for m in product["members"]),
        )
        for product in found["products"]
    )
    return found["asn_type"], found["asn_id"], products


def ours(found: Association) -> tuple[str, str, Products]:
    products = frozenset(
        (product.name, frozenset((m.expname, m.exptype) for m in product.members))
        for product in found.products
    )
    return found.asn_type, found.asn_id, products


def test_merge(rows: list[Row]) -> None:
    expected = reference(rows, merge=True)
    solution = solve(Pool(rows), discover=False, merge=True)
    assert {*map(ours, solution)} == {*map(told, expected)}
    assert max(len(found.products) for found in solution) > 1


@pytest.mark.parametrize("ids", [["o001"], ["c1000"], ["o002", "c1000"]], ids="-".join)
def test_ids(rows: list[Row], ids: list[str]) -> None:
    expected = reference(rows, candidate_ids=[*ids])
    assert {*map(ours, solve(Pool(rows), ids=ids))} == {*map(told, expected)}


@pytest.mark.parametrize("ids", [["o001"], ["o002"]], ids="-".join)
def test_ids_with_their_backgrounds(rows: list[Row], ids: list[str]) -> None:
    expected = reference(rows, candidate_ids=[*ids], dms_enabled=True)
    solution = solve(Pool(rows), ids=ids, backgrounds_of_ids=True)
    assert {*map(ours, solution)} == {*map(told, expected)}


def test_version_ids_and_numbers(rows: list[Row]) -> None:
    expected = reference(rows, version_id="20260101t101010")
    solution = solve(Pool(rows), discover=False, version_id="20260101T101010")
    names = {found.file_name for found in solution}
    assert names == {f"{found.asn_name}.json" for found in expected}
    assert len(names) == len(solution) == len(expected) > 1


@pytest.mark.parametrize("level", [2, 3])
def test_one_level(rows: list[Row], level: int) -> None:
    # Not the reference with the rules of one level: by those of level 2 alone it leaves out
    # acquisitions that it takes when the rules of level 3 are there too.
    expected = [found for found in reference(rows) if found["asn_type"].endswith(str(level))]
    solution = solve(Pool(rows), load_rules().of_level(level), discover=False)
    assert {*map(ours, solution)} == {*map(told, expected)}
    assert len(solution) > 0
