"""Associations are in one order, and are numbered in it, whatever the order they were found in."""

from __future__ import annotations

from dataclasses import replace

from tests.associations.drafts import draft, named


def test_files_are_numbered_by_id_and_type_in_the_order_of_names() -> None:
    found = [
        draft("science b", product="y"),
        draft("science a", product="y"),
        draft("science c", product="x", name="Asn_Z"),
        draft("science c", product="x"),
        draft("science d", asn_type="other3"),
        draft("science e", "c1000"),
    ]
    listed = named(found, 3, None)
    assert [(one.file_name, one.rule, one.products[0].name) for one in listed] == [
        ("jw00001-c1000_small3_001_asn.json", "Asn_Small", "product"),
        ("jw00001-o001_other3_001_asn.json", "Asn_Small", "product"),
        ("jw00001-o001_small3_001_asn.json", "Asn_Small", "x"),
        ("jw00001-o001_small3_002_asn.json", "Asn_Small", "y"),
        ("jw00001-o001_small3_003_asn.json", "Asn_Small", "y"),
        ("jw00001-o001_small3_004_asn.json", "Asn_Z", "x"),
    ]
    assert [one.members[0].expname for one in listed[3:5]] == ["a_cal.fits", "b_cal.fits"]
    assert named(found[::-1], 3, None) == listed


def test_associations_of_the_same_members_are_in_the_order_of_the_values_of_their_keys() -> None:
    """A step may leave two groups with the same members, which differ in a key alone."""
    found = [replace(draft("science a"), signature={"module": value}) for value in ("b", "", "a")]
    for drafts in (found, found[::-1]):
        listed = [dict(one.signature)["module"] for one in named(drafts, 3, None)]
        assert listed == ["", "a", "b"]
