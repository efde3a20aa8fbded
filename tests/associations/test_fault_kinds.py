"""Weights and kinds of faults, by which reports count them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asnsolve.associations.validation import validate_data, validate_file
from tests.associations.examples import data

NAME = "jw00009-o001_image3_00001_asn.json"
PRODUCT = "jw00009-o001_t001_miri_f560w"
SCIENCE = {"expname": "a_cal.fits", "exptype": "science"}


def products(*members: object, **fields: object) -> list[dict[str, Any]]:
    return [{"name": PRODUCT, "members": list(members), **fields}]


def kinds(changes: dict[str, Any], file: str | None = None) -> list[tuple[str, str]]:
    return [(fault.weight, fault.kind) for fault in validate_data(data(**changes), file)]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"products": None}, ("error", "required ['products']")),
        ({"products": []}, ("error", "minItems products")),
        ({"products": 3}, ("error", "type products")),
        ({"asn_type": "spec3", "asn_pool": None}, ("error", "lacks asn_pool")),
        ({"products": products()}, ("finding", "no science")),
        ({"products": products(SCIENCE | {"expname": ""})}, ("finding", "expname")),
        (
            {"products": products(SCIENCE, {"expname": "b", "exptype": "qq"})},
            ("finding", "role qq"),
        ),
        ({"products": products(SCIENCE | {"exptype": "SCIENCE"})}, ("remark", "role case")),
        ({"products": products(SCIENCE, SCIENCE)}, ("finding", "repeats expname")),
        ({"products": products(SCIENCE) * 2}, ("finding", "repeats name")),
        ({"program": "9"}, ("remark", "program")),
        ({"target": None, "asn_pool": None}, ("remark", "lacks")),
        ({"asn_id": 5}, ("remark", "type asn_id")),
        ({"constraints": 5}, ("remark", "type constraints")),
        ({"version_id": 5}, ("remark", "type version_id")),
        ({"products": products(SCIENCE | {"exposerr": 5})}, ("remark", "type exposerr")),
        ({"products": products(SCIENCE, name="x")}, ("remark", "product name")),
        ({"asn_id": "o002"}, ("remark", "product name says asn_id")),
    ],
)
def test_each_fault_has_a_weight_and_a_kind(changes: dict[str, Any], kind: tuple[str, str]) -> None:
    assert kind in kinds(changes)


def test_faults_of_level_2_have_kinds_of_their_own() -> None:
    two = products(SCIENCE, SCIENCE | {"expname": "b_cal.fits"}, name="c")
    assert kinds({"asn_type": "image2", "products": two}) == [
        ("finding", "science"),
        ("remark", "product name"),
    ]
    nameless = [{"members": [SCIENCE]}]
    assert kinds({"asn_type": "image2", "products": nameless}) == [("error", "lacks name")]
    assert kinds({"products": nameless}) == [("remark", "lacks name")]


@pytest.mark.parametrize(
    ("changes", "file", "kind"),
    [
        ({}, "mine.json", "file name"),
        ({"asn_type": "spec3"}, NAME, "file name says asn_type"),
        ({"version_id": "v1"}, NAME, "file name says version_id"),
        ({}, NAME.replace("o001_", "o001_v1_"), "file name says version_id"),
    ],
)
def test_faults_of_file_names_are_remarks(changes: dict[str, Any], file: str, kind: str) -> None:
    assert kinds(changes, file) == [("remark", kind)]


def test_a_key_that_is_missing_contradicts_nothing_and_others_are_compared() -> None:
    assert kinds({"program": None, "asn_id": "o002"}, NAME) == [
        ("remark", "lacks"),
        ("remark", "product name says asn_id"),
        ("remark", "file name says asn_id"),
    ]
    thin = data(asn_type="image2", asn_id=None, products=products(SCIENCE, name="a"))
    assert [str(fault) for fault in validate_data(thin, NAME)] == [
        f"{NAME}: the file name has asn_type 'image3', but the association has 'image2'"
    ]


def test_a_file_of_other_content_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_text("{")
    (fault,) = validate_file(file)
    assert (fault.weight, fault.kind) == ("error", "json")


def test_names_of_products_are_compared_on_request() -> None:
    """Without it, only the shape and the file name are checked."""
    named = data(products=products(SCIENCE, name="x"), asn_id="o002")
    assert [f.kind for f in validate_data(named)] == ["product name"]
    level2 = data(asn_type="image2", products=products(SCIENCE, name="x"))
    assert [f.kind for f in validate_data(level2)] == ["product name"]
    for one in (named, level2):
        assert validate_data(one, product_names=False) == ()
    nameless = data(products=[{"members": [SCIENCE]}])
    assert validate_data(nameless, product_names=False) == ()
