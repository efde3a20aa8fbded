"""Associations of level 2 joined: one file for each program, candidate and type."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from asnsolve.associations import merge as merging
from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.validation import validate_data
from asnsolve.profiles.jwst import NAMES

merge = partial(merging.merge, names=NAMES)

SOUND, DEGRADED = "No known degraded exposures.", "One or more members have an error."


def level2(
    name: str,
    number: int = 1,
    *others: str,
    asn_id: str = "o001",
    asn_type: str = "image2",
    rule: str = "Asn_Lv2Image",
) -> Association:
    """An association of one exposure and its backgrounds."""
    members = [Member(f"{name}_rate.fits", "science", "null")]
    members += [Member(f"{other}_rate.fits", "background", "null") for other in others]
    return Association(
        rule=rule,
        asn_type=asn_type,
        asn_id=asn_id,
        program="00001",
        target="1",
        products=(Product(name, tuple(members)),),
        file_name=f"jw00001-{asn_id}_{asn_type}_{number:05d}_asn.json",
        asn_pool="pool",
        constraints=f"of {rule}",
        degraded_status=SOUND,
        signature={"filter": "f1"},
        level=2,
    )


def test_associations_of_one_id_and_type_become_one_of_several_products() -> None:
    a, b, c = level2("a", 1), level2("b", 2, "x"), level2("c", 3)
    (joined,) = merge([a, b, c])
    assert joined.products == (*a.products, *b.products, *c.products)
    assert joined.file_name == "jw00001-o001_image2_00001_asn.json"
    assert (joined.rule, joined.target, joined.constraints) == (
        a.rule,
        "1",
        f"{a.rule}\n{a.constraints}",
    )
    assert (joined.level, joined.signature, joined.degraded_status) == (2, {}, SOUND)
    assert validate_data(to_dict(joined), joined.file_name) == ()


def test_ids_types_and_programs_are_apart() -> None:
    found = [
        level2("a"),
        level2("b", asn_id="o002"),
        level2("c", asn_type="spec2"),
        replace(level2("d"), program="00002", file_name="jw00002-o001_image2_00001_asn.json"),
    ]
    assert [one.products for one in merge(found)] == [one.products for one in found]


def test_associations_of_other_levels_are_returned_as_they_are() -> None:
    found = [replace(level2("a", n, asn_type="image3"), level=3) for n in (1, 2)]
    assert merge(found) == tuple(found)


def test_a_joined_association_stands_where_its_first_stood() -> None:
    third = replace(level2("z", asn_type="image3"), level=3)
    found = [level2("a", 1), third, level2("s", asn_type="spec2"), level2("b", 2)]
    assert [one.asn_type for one in merge(found)] == ["image2", "image3", "spec2"]


def test_products_of_one_name_become_one_with_the_members_of_both() -> None:
    one, other = level2("a", 1, "x", "y"), level2("a", 2, "y", "z", rule="Asn_Lv2Other")
    (joined,) = merge([one, other])
    (product,) = joined.products
    assert [member.expname for member in product.members] == [
        *("a_rate.fits", "x_rate.fits", "y_rate.fits", "z_rate.fits")
    ]


def test_products_of_one_name_stay_apart_if_their_science_files_differ() -> None:
    one, other = level2("a", 1, "x"), level2("a", 2, "x")
    apart = replace(
        other, products=(Product("a", (Member("a_rateints.fits", "science", "null"),)),)
    )
    (joined,) = merge([one, apart])
    assert joined.products == (*one.products, *apart.products)


def test_rules_targets_and_constraints_of_all_are_said_once_each() -> None:
    found = [
        level2("a", 1, rule="Asn_Lv2Image"),
        replace(level2("b", 2, rule="Asn_Lv2FGS"), target="2"),
        level2("c", 3, rule="Asn_Lv2Image"),
    ]
    (joined,) = merge(found)
    assert (joined.rule, joined.target) == ("Asn_Lv2FGS, Asn_Lv2Image", "1, 2")
    assert joined.constraints == ("Asn_Lv2Image\nof Asn_Lv2Image\n\nAsn_Lv2FGS\nof Asn_Lv2FGS")


def test_a_degraded_exposure_of_one_is_said_of_all() -> None:
    degraded = replace(level2("b", 2), degraded_status=DEGRADED)
    for found in ([level2("a"), degraded], [degraded, level2("a")]):
        assert merge(found)[0].degraded_status == DEGRADED
    # The longer sentence counts, whatever its words.
    longer = "A member has an error, and a sentence about it is longer."
    (joined,) = merge([level2("a"), replace(level2("b", 2), degraded_status=longer)])
    assert joined.degraded_status == longer


def test_the_version_stays_in_the_file_name_and_the_number_starts_anew() -> None:
    name = "jw00001-o001_v1_image2_012_asn.json"
    versioned = replace(level2("a"), version_id="v1", file_name=name)
    (joined,) = merge([versioned])
    assert joined.file_name == "jw00001-o001_v1_image2_001_asn.json"
    assert joined.version_id == "v1"


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(["o001", "o002"]), st.booleans()),
        max_size=8,
    )
)
def test_merging_keeps_every_member_and_merges_once(drawn: list[tuple[str, str, bool]]) -> None:
    found = [
        replace(level2(name, number, asn_id=at), level=2 if low else 3)
        for number, (name, at, low) in enumerate(drawn, start=1)
    ]
    joined = merge(found)

    def members(associations: list[Association]) -> set[tuple[int, str, str]]:
        return {(one.level, one.asn_id, m.expname) for one in associations for m in one.members}

    assert members(list(joined)) == members(found)
    assert len([one for one in joined if one.level == 2]) == len(
        {one.asn_id for one in found if one.level == 2}
    )
    assert [one.products for one in merge(joined)] == [one.products for one in joined]


def test_nothing_is_joined_to_nothing() -> None:
    assert merge([]) == ()
