"""Associations, their products and members, as objects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asnsolve.associations.association import Association, Match, Member, Product, code_version
from asnsolve.errors import UsageError
from asnsolve.profiles import DEFAULT_FIELDS, FileFields
from tests.associations.examples import MEMBERS, association


def test_what_follows_from_the_name_of_a_member_is_not_compared() -> None:
    one = Member("a_cal.fits", "science")
    changes: list[dict[str, Any]] = [{"exposure": "a"}, {"stage": "cal"}, {"match": Match("b")}]
    for change in changes:
        assert replace(one, **change) == one
        assert hash(replace(one, **change)) == hash(one)


@pytest.mark.parametrize(
    "change",
    [
        {"expname": "b_cal.fits"},
        {"exptype": "psf"},
        {"exposerr": "jitter"},
        {"asn_candidate": "o001"},
        {"derived": True},
        {"other": (("shifts", [1, 2]),)},
    ],
    ids=str,
)
def test_everything_else_of_a_member_is_compared(change: dict[str, Any]) -> None:
    one = Member("a_cal.fits", "science")
    assert replace(one, **change) != one
    # Values of any kind can be hashed with their member.
    assert isinstance(hash(replace(one, **change)), int)


def test_a_member_has_nothing_but_a_name_and_a_role_unless_said_otherwise() -> None:
    one = Member("a_cal.fits", "science")
    assert (one.exposerr, one.asn_candidate, one.derived) == (None, None, False)
    assert (one.exposure, one.stage, one.match, one.other) == ("", "", None, ())


def test_an_association_is_of_level_3_unless_said_otherwise() -> None:
    one = Association(
        rule="Asn_Image",
        asn_type="image3",
        asn_id="o001",
        program="00009",
        target="t001",
        products=(),
        file_name="",
        asn_pool="pool",
        constraints="",
        degraded_status="",
    )
    assert (one.level, one.version_id, one.signature, one.other) == (3, None, {}, ())
    assert one.fields == DEFAULT_FIELDS


def test_the_keys_of_the_file_are_not_compared() -> None:
    one = association()
    assert replace(one, fields=FileFields(roles=("science",))) == one
    assert replace(one, level=2) != one
    assert replace(one, other=(("skycell", 1),)) != one


def test_members_are_those_of_all_products() -> None:
    products = (Product("p", MEMBERS[:1]), Product("q", MEMBERS[1:]))
    assert replace(association(), products=products).members == MEMBERS


def test_objects_show_how_many_members_they_have_in_each_role() -> None:
    one = association()
    name = "jw00009-o001_image3_00001_asn.json"
    roles = "2 science, 1 background"
    assert repr(one) == f"<Association {name} by Asn_Image: {roles}>"
    assert repr(one.products[0]) == f"<Product jw00009-o001_t001_miri_f560w: {roles}>"
    assert name in one._repr_html_()


def test_an_association_writes_its_file(tmp_path: Path) -> None:
    one = association()
    path = one.write(tmp_path / "out")
    assert path == tmp_path / "out" / one.file_name
    path.write_text("mine")
    with pytest.raises(UsageError, match="already exists with other content"):
        one.write(tmp_path / "out")
    assert one.write(tmp_path / "out", replace=True).read_text() != "mine"


def test_an_association_writes_to_the_working_directory_unless_said_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert association().write().resolve().parent == tmp_path.resolve()


def test_an_association_gives_its_fields_and_public_names() -> None:
    one = association()
    assert one.code_version == code_version() == one.to_dict()["code_version"]
    assert one.to_dict()["asn_rule"] == "Asn_Image"
    assert {"members", "write", "to_dict"} <= {*dir(one)}


@pytest.mark.parametrize(
    ("match", "text"),
    [
        (Match("a"), "for a"),
        (Match("a", "the same band"), "the same band, for a"),
        (Match("a", nearest=("expstart",)), "at no known distance from a"),
        (Match("a", "the same band", ("expstart",), 0.25, "d"), "the same band, 0.25 d from a"),
        (Match("a", nearest=("x",), distance=0.0), "0 from a"),
        (Match("a", nearest=("x",), distance=1.23456789, unit="m"), "1.23457 m from a"),
    ],
)
def test_a_match_is_said_in_words(match: Match, text: str) -> None:
    assert str(match) == text
