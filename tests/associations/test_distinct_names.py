"""Products that would share a name get different ones, from what tells them apart."""

from __future__ import annotations

import pickle
from dataclasses import replace
from functools import partial

import pytest

from asnsolve import Pool, solve
from asnsolve.associations import distinct_names
from asnsolve.associations.association import Association
from asnsolve.profiles.jwst import NAMES, PROFILE
from tests.from_files.small import association, derived, member

with_distinct_names = partial(distinct_names.with_distinct_names, profile=PROFILE)


def names(associations: list[Association]) -> list[str]:
    return [product.name for one in associations for product in one.products]


def test_different_names_stay() -> None:
    given = [association(member("a_cal.fits")), association(member("b_cal.fits"), product="other")]
    assert with_distinct_names(given) == (given, ())
    assert with_distinct_names([]) == ([], ())


def test_the_same_members_keep_one_name() -> None:
    """Stages of one exposure are the same member, but roles are not."""
    science = association(member("a_cal.fits"))
    staged = association(member("dir/A_calints.fits"), file="two.json")
    assert with_distinct_names([science, staged])[1] == ()
    background = association(member("a_cal.fits", "background"), file="two.json")
    renamed, notes = with_distinct_names([science, background])
    assert names(renamed) == ["product-1", "product-2"]
    assert str(notes[0]) == "2 products would be named product; a number is added: 1, 2"


def test_derived_members_differ_by_their_names() -> None:
    first = association(member("a_cal.fits"), derived("x_i2d.fits", "direct_image"))
    second = association(member("a_cal.fits"), derived("y_i2d.fits", "direct_image"))
    assert names(with_distinct_names([first, second])[0]) == ["product-1", "product-2"]


@pytest.mark.parametrize(
    ("key", "values", "suffixes"),
    [
        ("detector", ("nrca1", "nrcb1"), ["nrca1", "nrcb1"]),
        ("observation", ("1", "2"), ["obs1", "obs2"]),
        ("visit", ("1", "12"), ["visit1", "visit12"]),
        ("visit", ("1a", "2a"), ["visit1a", "visit2a"]),
        ("dither", ("3", "1"), ["dither3", "dither1"]),
        ("channel", ("12", "34"), ["ch12", "ch34"]),
        ("opt_elem", ("A_B", ""), ["a-b", "none"]),
    ],
)
def test_the_value_of_a_key_is_added(
    key: str, values: tuple[str, str], suffixes: list[str]
) -> None:
    given = [
        association(member(f"{number}_cal.fits"), signature={"program": "7", key: value})
        for number, value in enumerate(values)
    ]
    renamed, (note,) = with_distinct_names(given)
    assert names(renamed) == [f"product-{suffix}" for suffix in suffixes]
    assert note.what.endswith(f"; {key.replace('_', ' ')} is added: {', '.join(suffixes)}")
    assert note.advice == ""
    assert [one.members for one in renamed] == [one.members for one in given]


def test_keys_that_do_not_tell_all_apart_are_joined() -> None:
    given = [
        association(
            member(f"{visit}{dither}_cal.fits"),
            signature={"program": "7", "visit": visit, "dither": dither},
        )
        for visit in "12"
        for dither in "12"
    ]
    renamed, (note,) = with_distinct_names(given)
    assert names(renamed) == [
        f"product-visit{visit}-dither{dither}" for visit in "12" for dither in "12"
    ]
    assert "; visit and dither are added: visit1-dither1, " in note.what


def test_the_first_key_that_tells_all_apart_is_enough() -> None:
    given = [
        association(member(f"{visit}_cal.fits"), signature={"visit": visit, "dither": visit})
        for visit in "12"
    ]
    assert names(with_distinct_names(given)[0]) == ["product-visit1", "product-visit2"]


def test_a_key_that_only_some_have_is_not_added() -> None:
    given = [
        association(member("a_cal.fits"), signature={"visit": "1"}),
        association(member("b_cal.fits"), asn_type="spec3"),
    ]
    renamed, (note,) = with_distinct_names(given)
    assert names(renamed) == ["product-image3", "product-spec3"]
    assert "; the type is added: " in note.what


def test_associations_of_one_type_are_numbered() -> None:
    given = [
        association(member(f"{name}_cal.fits"), asn_type=asn_type)
        for name, asn_type in (("a", "image3"), ("b", "spec3"), ("c", "image3"))
    ]
    assert names(with_distinct_names(given)[0]) == ["product-1", "product-2", "product-3"]


def test_several_products_keep_their_names() -> None:
    first = association(member("a_cal.fits"))
    several = replace(first, products=(*first.products, replace(first.products[0], name="more")))
    given = [several, association(member("b_cal.fits"))]
    assert with_distinct_names(given) == (given, ())


def test_names_are_taken_in_order_and_files_that_use_them_are_listed() -> None:
    given = [
        association(member("a_cal.fits"), product="z"),
        association(member("b_cal.fits"), product="z"),
        association(member("c_cal.fits"), product="a"),
        association(member("d_cal.fits"), product="a"),
        *(
            association(
                member("e_rate.fits"),
                derived("z_cat.ecsv", "sourcecat"),
                derived("z_segm.fits", "segmap"),
                file=file,
                product=file,
            )
            for file in ("grism1.json", "grism2.json")
        ),
    ]
    renamed, notes = with_distinct_names(given)
    assert names(renamed)[:4] == ["z-1", "z-2", "a-1", "a-2"]
    assert [note.what.partition(";")[0] for note in notes] == [
        "2 products would be named a",
        "2 products would be named z",
    ]
    assert [note.advice for note in notes] == [
        "",
        "Edit the associations that still have the old name: grism1.json and 1 more.",
    ]


ROWS = [
    {
        "FILENAME": f"{exposure}_uncal.fits",
        "EXP_TYPE": "NRS_IFU",
        "PNTGTYPE": "SCIENCE",
        "PROGRAM": "1",
        "INSTRUME": "NIRSPEC",
        "TARGETID": "1",
        "DETECTOR": "NRS1",
        "FILTER": "F170LP",
        "GRATING": "G235H",
        "PATTTYPE": pattern,
        "ASN_CANDIDATE": "[('o001', 'observation')]",
    }
    for exposure, pattern in (("a", "CYCLING"), ("b", "CYCLING"), ("c", "4-POINT-DITHER"))
]
NAME = "jw00001-o001_t001_nirspec_g235h"


@pytest.mark.parametrize("solver", ["fast", "exact"])
def test_products_of_a_pool_get_different_names_on_request(solver: str) -> None:
    plain = solve(Pool(ROWS), solver=solver)
    assert len(plain.same_names) == 1
    assert plain.renamed == ()
    distinct = solve(Pool(ROWS[::-1]), solver=solver, distinct_names=True)
    assert distinct.same_names == ()
    (note,) = distinct.renamed
    assert note.what == (
        f"2 products would be named {NAME}; patttype is added: cycling, 4-point-dither"
    )
    named = [product for product in names([*distinct]) if product.startswith("jw")]
    assert named == [f"{NAME}-cycling", f"{NAME}-4-point-dither"]
    assert [NAMES.parse_product_name(product).asn_id for product in named] == ["o001", "o001"]
    # Nothing but the name is different.
    assert [one.members for one in distinct] == [one.members for one in plain]
    assert [one.file_name for one in distinct] == [one.file_name for one in plain]
    assert all(gone.gave_way_to in [*distinct] for gone in distinct.dropped)


def test_different_names_go_with_merging_and_nothing_is_renamed_without_need() -> None:
    merged = solve(Pool(ROWS), distinct_names=True, merge=True)
    assert {*names([*merged])} == {f"{NAME}-cycling", f"{NAME}-4-point-dither"}
    assert len(merged.renamed) == 1
    assert pickle.loads(pickle.dumps(merged)) == merged
    without_need = solve(Pool(ROWS[:2]), distinct_names=True)
    assert without_need == solve(Pool(ROWS[:2]))


def test_level_2_products_of_files_of_different_stages_share_no_name() -> None:
    """The pipeline makes a_cal of the one and a_calints of the other."""
    one = association(member("a_rate.fits"), member("b_rate.fits", "background"), level=2)
    other = association(member("a_rateints.fits"), level=2, file="two.json")
    assert with_distinct_names([one, other]) == ([one, other], ())
    nods = association(member("a_rate.fits"), member("c_rate.fits", "background"), level=2)
    assert len(with_distinct_names([one, nods])[1]) == 1


@pytest.mark.parametrize(
    ("key", "values", "suffixes"),
    [
        ("time", ("59812.25 to 59820", "59900"), ("20220821t0600", "20221117t0000")),
        ("sky", ("10.684 41.269", "1e-05 -0.5"), ("j004244+411608", "j000000-003000")),
        ("pa", ("30.5 to 31", "7.2"), ("pa030", "pa007")),
        # Keys of a user may have these names, and words as values.
        ("time", ("4-5", "59900 utc"), ("4-5", "59900-utc")),
        ("sky", ("3", "4"), ("3", "4")),
        ("pa", ("", "on"), ("none", "on")),
    ],
)
def test_ranges_are_named_by_where_they_begin(
    key: str, values: tuple[str, str], suffixes: tuple[str, str]
) -> None:
    given = [
        replace(association(member(f"{value}_cal.fits")), signature={key: value})
        for value in values
    ]
    renamed, _ = with_distinct_names(given)
    assert names(renamed) == [f"product-{suffix}" for suffix in suffixes]


def shared(*signatures: dict[str, str]) -> list[str]:
    given = [
        replace(association(member(f"{n}_cal.fits"), file=f"{n}.json"), signature=one)
        for n, one in enumerate(signatures)
    ]
    return [name.removeprefix("product-") for name in names(with_distinct_names(given)[0])]


@pytest.mark.parametrize(
    ("first", "second", "suffixes"),
    [
        # The first key of the first association in which they differ.
        ({"b": "1", "a": "3"}, {"a": "4", "b": "2"}, ["1", "2"]),
        ({"c": "0", "b": "1", "a": "3"}, {"a": "4", "b": "1"}, ["3", "4"]),
        ({"subarray": "SUB_64_SOSS"}, {"subarray": "A_B"}, ["sub-64_soss", "a-b"]),
        ({"filter": "SUB_64_SOSS"}, {"filter": "A_B"}, ["sub-64-soss", "a-b"]),
        ({"pa": "0 to 1"}, {"pa": "20"}, ["pa000", "pa020"]),
        ({"pa_together": "7"}, {"pa_together": "20.5 to 21"}, ["pa007", "pa020"]),
        ({"time": "59812.25"}, {"time": "59812.25 to 59813"}, ["1", "2"]),
    ],
)
def test_a_key_that_differs_is_the_suffix(
    first: dict[str, str], second: dict[str, str], suffixes: list[str]
) -> None:
    assert shared(first, second) == suffixes


def test_products_of_several_do_not_keep_others_from_new_names() -> None:
    """Names are replaced in order; an association with several products keeps its name."""
    several = [
        replace(one, products=(*one.products, *association(product="z").products))
        for one in (
            association(member("a_cal.fits"), product="a"),
            association(member("b_cal.fits"), product="a", file="two.json"),
        )
    ]
    others = [
        association(member(f"{letter}_cal.fits"), product="b", file=f"{letter}.json")
        for letter in "cd"
    ]
    renamed, _ = with_distinct_names([*several, *others])
    assert names(renamed) == ["a", "z", "a", "z", "b-1", "b-2"]
