"""What is not named or written the way the archive does it is remarked on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from asnsolve import FileField, FileFields
from asnsolve.associations.name_checks import name_faults
from asnsolve.profiles import Profile
from asnsolve.profiles.jwst import PROFILE
from tests.associations.examples import data

NAME = "jw00009-o001_image3_00001_asn.json"


def told(
    found: dict[str, Any],
    file: str | None = None,
    *,
    is_level2: bool = False,
    product_names: bool = True,
    profile: Profile = PROFILE,
) -> list[tuple[str, str]]:
    """Return the kind and the text of each remark."""
    faults = [*name_faults(found, file, profile, is_level2=is_level2, product_names=product_names)]
    assert {one.weight for one in faults} <= {"remark"}
    return [(one.kind, str(one)) for one in faults]


@pytest.mark.parametrize("is_level2", [True, False])
def test_keys_of_the_archive_are_missed(is_level2: bool) -> None:
    kept = ["asn_type", "asn_rule", "program"]
    also = ["asn_id", "target", "asn_pool"]
    for name in (*kept, *also):
        expected = [("lacks", f"the association lacks {name}")]
        wanted = expected if name in kept or not is_level2 else []
        lacking = data(**{name: None})
        assert told(lacking, is_level2=is_level2, product_names=False) == wanted
    missing = kept if is_level2 else [*kept, *also]
    lacking = data(**dict.fromkeys(missing))
    assert told(lacking, is_level2=is_level2, product_names=False) == [
        ("lacks", f"the association lacks {', '.join(missing)}")
    ]


def test_a_mission_may_have_keys_at_one_level_alone() -> None:
    fields = FileFields(
        association=(
            *PROFILE.fields.association,
            FileField("telescope", constant="OWL", levels=(2,)),
            FileField("camera", constant="C", levels=(3,)),
        )
    )
    profile = replace(PROFILE, fields=fields)
    for is_level2, key in ((True, "telescope"), (False, "camera")):
        found = told(data(), is_level2=is_level2, product_names=False, profile=profile)
        assert found == [("lacks", f"the association lacks {key}")]


KINDS = {
    **dict.fromkeys(("asn_id", "target", "code_version", "degraded_status", "constraints"), "text"),
    "version_id": "text or null",
}


@pytest.mark.parametrize("key", KINDS)
def test_values_that_are_no_text_are_told(key: str) -> None:
    found = {**data(), key: 5}
    assert (f"type {key}", f"{key} is 5; expected {KINDS[key]}") in told(found)
    null = [text for _, text in told({**data(), key: None}) if text.startswith(f"{key} is")]
    assert null == ([] if key == "version_id" else [f"{key} is null; expected text"])


@pytest.mark.parametrize("key", ["exposerr", "asn_candidate"])
def test_values_of_members_that_are_no_text_are_told(key: str) -> None:
    found = data()
    for position in (0, 1):
        found["products"][0]["members"][position][key] = 5
        there = f"products[0].members[{position}].{key}"
        assert told(found) == [(f"type {key}", f"{there} is 5; expected text or null")]
        found["products"][0]["members"][position][key] = None
        assert told(found) == []


def test_a_program_is_written_as_in_names() -> None:
    assert ("program", "program is '9'; expected 00009") in told(data(program="9"))
    assert told(data(), NAME) == []


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"program": "00010"}, "program"), ({"asn_id": "c1000"}, "asn_id")],
)
def test_names_say_what_the_association_has(changes: dict[str, str], key: str) -> None:
    kinds = [kind for kind, _ in told(data(**changes), NAME)]
    assert kinds == [f"product name says {key}", f"file name says {key}"]
    kinds = [kind for kind, _ in told(data(**changes), NAME, product_names=False)]
    assert kinds == [f"file name says {key}"]


def test_the_file_name_says_the_type_too() -> None:
    kinds = [kind for kind, _ in told(data(asn_type="spec3"), NAME)]
    assert kinds == ["file name says asn_type"]


def test_what_is_missing_contradicts_no_name() -> None:
    kinds = [kind for kind, _ in told(data(program=None, asn_id="c1000"), NAME)]
    assert kinds == ["lacks", "product name says asn_id", "file name says asn_id"]


def test_a_product_without_a_name_lacks_one_where_names_matter() -> None:
    found = data()
    del found["products"][0]["name"]
    for is_level2 in (True, False):
        assert told(found, is_level2=is_level2) == [("lacks name", "products[0] lacks name")]
        assert told(found, is_level2=is_level2, product_names=False) == []


def test_a_product_of_level_2_has_the_name_of_a_science_member() -> None:
    found = data()
    (product,) = found["products"]
    names = ["jw00009001001_02101_00001_mirimage", "jw00009001001_02101_00002_mirimage"]
    assert told(found, is_level2=True) == [
        (
            "product name",
            "products[0].name is 'jw00009-o001_t001_miri_f560w'; expected that of its science "
            f"member, {' or '.join(names)}",
        )
    ]
    for name in names:
        product["name"] = f"out/{name}"
        assert told(found, is_level2=True) == []
    # Other missions have conventions of their own, and without science there is no name.
    product["name"] = "x"
    assert told(found, is_level2=True, profile=replace(PROFILE, name="owl")) == []
    product["members"] = product["members"][2:]
    assert told(found, is_level2=True) == []


def test_names_that_are_no_names_are_told() -> None:
    found = data()
    found["products"][0]["name"] = "m51"
    assert told(found, "mine.json") == [
        (
            "product name",
            "products[0]: product name 'm51' has the wrong shape; expected "
            "jw{program}-{asn_id}_{target}_{instrument}[_{opt}]",
        ),
        (
            "file name",
            "file name 'mine.json' has the wrong shape; expected "
            "jw{program}-{asn_id}[_{version_id}]_{asn_type}_{number}_asn.json",
        ),
    ]


def test_a_version_in_one_place_alone_is_told() -> None:
    kind = "file name says version_id"
    for name, version in ((NAME, "v1"), (NAME.replace("o001", "o001_v1"), None)):
        ((found, text),) = told(data(version_id=version), f"out/{name}")
        assert found == kind
        given = "null" if version else "'v1'"
        has = f"'{version}'" if version else "null"
        assert text == f"the file name has version_id {given}, but the association has {has}"
    assert told(data(version_id="V1"), NAME.replace("o001", "o001_v1")) == []


def test_a_mission_may_have_no_version() -> None:
    fields = PROFILE.fields.association
    profile = replace(
        PROFILE,
        fields=replace(
            PROFILE.fields,
            association=tuple(field for field in fields if field.holds != "version_id"),
        ),
    )
    assert told(data(), NAME.replace("o001", "o001_v1"), profile=profile) == []


def test_a_mission_may_have_no_target() -> None:
    fields = tuple(field for field in PROFILE.fields.association if field.holds != "target")
    profile = replace(PROFILE, fields=replace(PROFILE.fields, association=fields))
    assert told(data(target=None), NAME, profile=profile) == []
