"""What keeps the pipelines from using an association at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from asnsolve import FileField, FileFields
from asnsolve.associations.shape_checks import in_words, schema, shape_faults
from asnsolve.profiles import Profile
from asnsolve.profiles.jwst import PROFILE
from tests.associations.examples import data


def told(profile: Profile | None = None, **changes: object) -> list[tuple[str, str]]:
    """Return the kind and the text of each error."""
    faults = [*shape_faults(data() | changes, profile)]
    assert {one.weight for one in faults} <= {"error"}
    return [(one.kind, str(one)) for one in faults]


def product(*members: object, **parts: object) -> list[object]:
    return [{"name": "p", "members": list(members), **parts}]


MEMBER = {"expname": "a.fits", "exptype": "science"}


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({}, []),
        ({"products": product()}, []),
        ({"asn_type": 5}, [("type asn_type", "asn_type is 5; expected text")]),
        ({"asn_rule": []}, [("type asn_rule", "asn_rule is a list; expected text")]),
        ({"program": {}}, [("type program", "program is an object; expected text")]),
        ({"asn_pool": None}, [("type asn_pool", "asn_pool is null; expected text")]),
        ({"products": "x"}, [("type products", "products is 'x'; expected a list")]),
        ({"products": []}, [("minItems products", "products is empty")]),
        ({"products": [True]}, [("type products", "products[0] is true; expected an object")]),
        (
            {"products": product(members=1.5)},
            [("type products members", "products[0].members is 1.5; expected a list")],
        ),
        (
            {"products": product(MEMBER, name=5)},
            [("type products name", "products[0].name is 5; expected text")],
        ),
        ({"products": [{}]}, [("required products ['members']", "products[0] lacks members")]),
        (
            {"products": product(MEMBER, {}, {"expname": "b.fits"})},
            [
                (
                    "required products members ['expname', 'exptype']",
                    "products[0].members[1] lacks expname, exptype",
                ),
                (
                    "required products members ['exptype']",
                    "products[0].members[2] lacks exptype",
                ),
            ],
        ),
        (
            {"products": product(MEMBER | {"expname": 5, "exptype": False})},
            [
                (f"type products members {key}", f"products[0].members[0].{key} is {text}")
                for key, text in (
                    ("expname", "5; expected text"),
                    ("exptype", "false; expected text"),
                )
            ],
        ),
    ],
)
def test_a_wrong_shape_is_an_error(
    changes: dict[str, object], faults: list[tuple[str, str]]
) -> None:
    # What lacks two keys is told twice, in the same words.
    assert [*dict.fromkeys(told(None, **changes))] == faults


def test_without_products_it_is_no_association() -> None:
    assert [str(one) for one in shape_faults({})] == ["the association lacks products"]


def test_what_is_nested_too_deeply_is_an_error() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert told(asn_pool=deep) == [("depth", "the association is nested too deeply")]


@pytest.mark.parametrize(
    ("asn_type", "pool", "name"),
    [
        ("spec3", True, True),
        ("tso3", True, True),
        ("coron3", True, True),
        ("image2", False, True),
        ("image3", False, False),
    ],
)
def test_some_types_need_more(asn_type: str, pool: bool, name: bool) -> None:
    changes: dict[str, Any] = {"asn_type": asn_type, "products": [{"members": [MEMBER]}]}
    whole = {key: value for key, value in (data() | changes).items() if key != "asn_pool"}
    expected = []
    if pool:
        expected.append(("lacks asn_pool", f"the association lacks asn_pool, for {asn_type}"))
    if name:
        expected.append(("lacks name", f"products[0] lacks name, for {asn_type}"))
    assert [(one.kind, str(one)) for one in shape_faults(whole)] == expected


def test_a_mission_has_keys_constants_and_roles_of_its_own() -> None:
    fields = FileFields(
        association=(FileField("telescope", constant="OWL"), FileField("kind", "asn_type")),
        member=(
            FileField("file", "expname"),
            FileField("level", constant="lev1"),
            FileField("use", "exptype"),
        ),
        roles=("science",),
    )
    profile = replace(PROFILE, fields=fields)
    shape: Any = schema(profile).schema
    assert [*shape["properties"]] == ["telescope", "kind", "products"]
    assert [*shape["$defs"]["member"]["properties"]] == ["file", "level", "use"]
    assert shape["$defs"]["role"]["enum"] == ["science"]
    members = [{"file": "a.fits", "level": 5, "use": "science"}, {"file": "b.fits", "use": 1}]
    assert told(profile, telescope="HST", products=product(*members)) == [
        ("const telescope", "telescope is 'HST'; expected 'OWL'"),
        ("const products members level", "products[0].members[0].level is 5; expected 'lev1'"),
        ("type products members use", "products[0].members[1].use is 1; expected text"),
    ]


def test_the_schema_of_the_default_mission_has_its_roles() -> None:
    shape: Any = schema().schema
    assert tuple(shape["$defs"]["role"]["enum"]) == PROFILE.file_roles
    assert "science" in PROFILE.file_roles


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x", "'x'"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (1, "1"),
        (1.5, "1.5"),
        ([], "a list"),
        ({}, "an object"),
    ],
)
def test_values_are_said_in_words(value: object, words: str) -> None:
    assert in_words(value) == words
