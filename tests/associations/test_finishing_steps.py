"""Steps: what is done to an association once its members are found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve import solve
from asnsolve.associations.association import Member
from asnsolve.expr.build import at_least, distinct, is_set, one_of, same
from asnsolve.rules.model import Cases, Clause
from asnsolve.rules.steps import (
    Attach,
    BestImprints,
    DirectImage,
    Nods,
    SpectraAsBackground,
    Step,
)
from tests.associations.small import BASE, found, shape, stepped, told
from tests.solvers.rows import exposure, pool_of

Row = dict[str, str]


def imprint(name: str, **cells: str) -> Row:
    return exposure(name, is_imprt="t", **cells)


def test_without_steps_an_association_stays_as_it_was_found() -> None:
    rows = [exposure("a"), exposure("b", bkgdtarg="t"), imprint("i")]
    assert told(rows) == ["science a; background b; imprint i"]


def test_steps_are_taken_in_their_order_those_of_the_base_last() -> None:
    rows = [exposure("a", targetid="1"), exposure("b", targetid="2")]
    rows += [imprint("i", targetid="1"), imprint("j", targetid="2")]
    assert told(rows, BestImprints(), Nods("other target")) == [
        "science a; imprint i j",
        "science b; imprint i j",
    ]
    nods_first = ["science a; imprint i", "science b; imprint j"]
    assert told(rows, Nods("other target"), BestImprints()) == nods_first
    base = replace(BASE, steps=(BestImprints(),))
    assert told(rows, Nods("other target"), base=base) == nods_first


# Best imprints.


def test_imprints_on_the_target_go_before_others() -> None:
    rows = [exposure("a"), imprint("i"), imprint("j", targetid="2"), imprint("k")]
    assert told(rows, BestImprints()) == ["science a; imprint i k"]


def test_imprints_of_other_targets_are_taken_if_none_is_on_the_target() -> None:
    rows = [exposure("a"), imprint("i", targetid="2"), imprint("j", targetid="3")]
    assert told(rows, BestImprints()) == ["science a; imprint i j"]


def test_the_target_of_a_science_member_of_another_association_will_not_do() -> None:
    rows = [exposure("a", targetid="2"), exposure("b", targetid="2", obs_num="2")]
    rows += [imprint("i", targetid="1", obs_num="2"), imprint("j", targetid="2", obs_num="2")]
    assert told(rows, BestImprints()) == ["science a", "science b; imprint j"]


def test_the_target_of_any_science_member_will_do() -> None:
    rows = [exposure("a"), exposure("b", targetid="2")]
    rows += [imprint("i", targetid="2"), imprint("j", targetid="3")]
    assert told(rows, BestImprints()) == ["science a b; imprint i"]


def test_of_more_imprints_than_science_members_those_at_their_dither_points_are_taken() -> None:
    rows = [exposure("a", dithptin="1"), imprint("i", dithptin="1"), imprint("j", dithptin="2")]
    assert told(rows, BestImprints()) == ["science a; imprint i"]
    rows += [exposure("b", dithptin="3"), imprint("k", dithptin="3")]
    assert told(rows, BestImprints()) == ["science a b; imprint i k"]


def test_imprints_of_other_points_are_taken_if_none_shares_one() -> None:
    rows = [exposure("a", dithptin="1"), imprint("i", dithptin="2"), imprint("j", dithptin="3")]
    assert told(rows, BestImprints()) == ["science a; imprint i j"]


def test_as_many_imprints_as_science_members_serve_all_points() -> None:
    rows = [exposure("a", dithptin="1"), exposure("b", dithptin="2")]
    rows += [imprint("i", dithptin="1"), imprint("j", dithptin="9")]
    assert told(rows, BestImprints()) == ["science a b; imprint i j"]
    assert told(rows[1:], BestImprints()) == ["science b; imprint i j"]


def test_points_are_compared_among_the_imprints_on_the_target() -> None:
    rows = [exposure("a", dithptin="1"), imprint("i", dithptin="2")]
    rows += [imprint("j", dithptin="1", targetid="2")]
    assert told(rows, BestImprints()) == ["science a; imprint i"]


def test_imprints_of_background_are_not_weighed_against_those_of_science() -> None:
    """They serve the dedicated backgrounds, and stay."""
    rows = [exposure("a", dithptin="1"), exposure("x", bkgdtarg="t", targetid="2", dithptin="1")]
    rows += [imprint("i", dithptin="1"), imprint("j", dithptin="2")]
    rows += [imprint("m", bkgdtarg="t", dithptin="1"), imprint("n", bkgdtarg="t", dithptin="2")]
    assert told(rows, BestImprints()) == ["science a; background x; imprint i m n"]


def test_where_backgrounds_are_the_science_members_their_imprints_are_weighed() -> None:
    roles = Cases(((is_set("is_imprt"), "imprint"),), "science")
    rows = [exposure("x", bkgdtarg="t", dithptin="1"), imprint("i", targetid="2", dithptin="1")]
    rows += [imprint("m", bkgdtarg="t", dithptin="1"), imprint("n", bkgdtarg="t", dithptin="2")]
    assert told(rows, BestImprints(), roles=roles) == ["science x; imprint i m"]


def test_without_imprints_there_is_nothing_to_choose() -> None:
    assert told([exposure("a"), exposure("b")], BestImprints()) == ["science a b"]


# The direct image.


def grism(name: str, number: str, **cells: str) -> Row:
    return exposure(name, **{"expspcin": number, "filter": "gr150r", "pupil": "f115w", **cells})


def image(name: str, number: str, **cells: str) -> Row:
    return grism(name, number, **{"template": "direct", "filter": "clear", **cells})


def products_of(name: str) -> str:
    return f"direct_image {name}_i2d.fits; segmap {name}_segm.fits; sourcecat {name}_cat.ecsv"


F115W, F150W = (f"jw00001-o001_t000_nircam_clear-{name}" for name in ("f115w", "f150w"))


def test_the_direct_image_is_the_next_one_after_the_science_exposure() -> None:
    rows = [image("i", "1", pupil="f150w"), grism("a", "2"), image("j", "3")]
    rows += [image("k", "4", pupil="f150w")]
    assert told(rows, DirectImage()) == [f"science a; {products_of(F115W)}"]


def test_numbers_are_compared_as_numbers() -> None:
    rows = [grism("a", "9"), image("i", "10"), image("j", "100", pupil="f150w")]
    assert told(rows, DirectImage()) == [f"science a; {products_of(F115W)}"]


def test_if_none_follows_the_first_by_name_is_taken() -> None:
    rows = [image("j", "1", pupil="f150w"), image("i", "2"), grism("a", "3")]
    assert told(rows, DirectImage()) == [f"science a; {products_of(F115W)}"]


def test_of_images_of_one_number_the_first_by_name_is_taken() -> None:
    rows = [grism("a", "1"), image("j", "2", pupil="f150w"), image("i", "2")]
    assert told(rows, DirectImage()) == [f"science a; {products_of(F115W)}"]


def test_an_image_whose_place_is_not_known_follows_nothing() -> None:
    rows = [grism("a", "3"), image("i", "", pupil="f150w"), image("j", "4")]
    assert told(rows, DirectImage()) == [f"science a; {products_of(F115W)}"]
    unplaced = [grism("a", ""), image("i", "1"), image("j", "2", pupil="f150w")]
    assert told(unplaced, DirectImage()) == [f"science a; {products_of(F115W)}"]


def test_without_direct_image_there_is_no_association() -> None:
    assert told([grism("a", "1"), grism("b", "2")], DirectImage()) == []


def test_an_association_without_direct_image_leaves_the_others_as_they_are() -> None:
    rows = [grism("a", "1"), image("b", "2", obs_num="2"), grism("c", "1", obs_num="2")]
    rows += [grism("d", "1", obs_num="3"), image("e", "2", obs_num="3")]
    assert told(rows, DirectImage()) == [
        f"science c; {products_of(F115W)}",
        f"science d; {products_of(F115W)}",
    ]


@pytest.mark.parametrize("step", [BestImprints(), Nods("other target"), SpectraAsBackground()])
def test_steps_after_one_that_leaves_no_association_make_none(step: Step) -> None:
    assert told([grism("a", "1"), imprint("i")], DirectImage(), step, DirectImage()) == []


def test_the_long_wavelength_image_is_preferred_if_so_asked() -> None:
    rows = [grism("a", "1"), image("b1", "2"), image("blong", "2", pupil="f150w")]
    assert told(rows, DirectImage(prefer_long=True)) == [f"science a; {products_of(F150W)}"]
    assert told(rows[:2], DirectImage(prefer_long=True)) == [f"science a; {products_of(F115W)}"]


def test_members_of_other_roles_stay_beside_the_products_of_the_image() -> None:
    rows = [grism("a", "1"), image("i", "2"), grism("x", "1", bkgdtarg="t")]
    assert told(rows, DirectImage()) == [
        f"science a; background x; {products_of(F115W)}",
    ]


def test_each_rule_has_the_products_of_its_own_images() -> None:
    rows = [grism("a", "1"), image("i", "2"), grism("b", "1", obs_num="2")]
    rows += [image("j", "2", obs_num="2", pupil="f150w")]
    rules = [
        replace(
            stepped(DirectImage(), name=f"Asn_{number}"),
            clauses=(*stepped().clauses, Clause("own", one_of("obs_num", number))),
        )
        for number in "12"
    ]
    for ordered in (rules, rules[::-1]):
        made = solve(pool_of(*rows), ordered, discover=False).associations
        told_by_rule = {one.rule: shape(one) for one in made}
        assert told_by_rule == {
            "Asn_1": f"science a; {products_of(F115W)}",
            "Asn_2": f"science b; {products_of(F150W)}",
        }


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"filter": "clear", "pupil": "f090w"}, "jw00001-o001_t000_nircam_clear-f090w"),
        ({"filter": "f356w", "pupil": "clear"}, "jw00001-o001_t000_nircam_clear-f356w"),
        ({"filter": "", "band": "long", "pupil": ""}, "jw00001-o001_t000_nircam_long"),
        ({"filter": "f1", "pupil": "", "grating": "g1"}, "jw00001-o001_t000_nircam_f1-g1"),
        ({"filter": "f560w", "instrume": "miri"}, "jw00001-o001_t000_miri_f560w"),
    ],
    ids=str,
)
def test_the_products_have_the_name_of_a_combined_image(cells: Row, name: str) -> None:
    instrument = {name: cell for name, cell in cells.items() if name == "instrume"}
    rows = [grism("a", "1", **instrument), image("i", "2", **cells)]
    assert told(rows, DirectImage()) == [f"science a; {products_of(name)}"]


def test_the_name_of_the_products_has_the_subarray_of_the_association() -> None:
    rows = [grism("a", "1", subarray="sub64"), image("i", "2", subarray="sub64")]
    clauses = (*stepped().clauses, Clause("subarray", key=same("subarray")))
    name = f"{F115W}-sub64"
    assert told(rows, DirectImage(), clauses=clauses) == [f"science a; {products_of(name)}"]


def test_the_products_are_no_exposures() -> None:
    """Of a product only name and role are said; the image itself may be in no association."""
    rows = [grism("a", "1", exposerr="jitter"), image("i", "2")]
    solution = solve(pool_of(*rows), stepped(DirectImage()), discover=False)
    (association,) = solution
    assert association.members[1:] == tuple(
        Member(F115W + ending, role, derived=True)
        for role, ending in (
            ("direct_image", "_i2d.fits"),
            ("segmap", "_segm.fits"),
            ("sourcecat", "_cat.ecsv"),
        )
    )
    assert [orphan.filename for orphan in solution.orphans] == ["jw_i_uncal.fits"]


def test_rows_that_contradict_one_another_have_one_direct_image_in_any_order() -> None:
    """Nothing tells which of two rows of one file is wrong; the order of rows does not either."""
    images = [image("i", "2"), image("j", "4", pupil="f150w")]
    twice = [grism("a", "1"), grism("a", "3"), *images]
    assert told(twice, DirectImage()) == [f"science a; {products_of(F150W)}"]
    of_images = [grism("a", "1"), image("i", "2", pupil="f150w"), image("i", "2")]
    assert told(of_images, DirectImage()) == [f"science a; {products_of(F115W)}"]


# Spectra as background.


def test_spectra_of_several_science_members_are_background_members_too() -> None:
    rows = [exposure("a"), exposure("b", exposerr="jitter"), exposure("x", bkgdtarg="t")]
    assert told(rows, SpectraAsBackground()) == ["science a b; background a_x1d.fits b_x1d.fits x"]
    (one,) = found(rows, stepped(SpectraAsBackground()))
    errors = {member.expname: member.exposerr for member in one.members}
    assert errors["jw_b_x1d.fits"] == errors["jw_b_cal.fits"] == "jitter"
    assert not any(member.derived for member in one.members)


def test_the_spectrum_of_a_lone_science_member_is_no_background_of_it() -> None:
    rows = [exposure("a"), exposure("x", bkgdtarg="t")]
    assert told(rows, SpectraAsBackground()) == ["science a; background x"]


# Attached exposures.

LAMP = is_set("lamp")


def lamp(name: str, **cells: str) -> Row:
    """An exposure of a lamp, which rules of images do not take themselves."""
    return exposure(name, lamp="line1", exp_type="nrs_lamp", **cells)


def attached(
    rows: list[Row], *shared: str, role: str = "target_acquisition", need: int = 1
) -> list[str]:
    step = Attach(LAMP, role, shared)
    clauses = (
        Clause("observation", key=same("obs_num")),
        Clause("type", one_of("exp_type", "nrc_image")),
    )
    return told(rows, step, clauses=clauses, needs=(at_least(need),))


def test_exposures_join_every_association_in_which_a_member_has_the_same_values() -> None:
    rows = [exposure("a"), exposure("b", obs_num="2", asn_candidate="[('o001', 'observation')]")]
    rows += [lamp("l"), lamp("m", obs_num="2"), lamp("n", obs_num="3")]
    assert attached(rows, "obs_num") == [
        "science a; target_acquisition l",
        "science b; target_acquisition m",
    ]
    assert attached(rows, "program") == [
        "science a; target_acquisition l m n",
        "science b; target_acquisition l m n",
    ]


def test_all_attributes_are_to_be_the_same_in_one_member() -> None:
    rows = [exposure("a", visit="1", filter="f1"), exposure("b", visit="2", filter="f2")]
    rows += [lamp("l", visit="1", filter="f1"), lamp("m", visit="1", filter="f2")]
    rows += [lamp("n", visit="2", filter="f2")]
    assert attached(rows, "obs_num", "visit", "filter") == ["science a b; target_acquisition l n"]


def test_an_attribute_that_is_not_set_is_shared_with_none() -> None:
    rows = [exposure("a", visit=""), lamp("l", visit="")]
    assert attached(rows, "obs_num", "visit") == ["science a"]
    assert attached(rows, "obs_num") == ["science a; target_acquisition l"]
    assert attached([exposure("a"), lamp("l")], "band") == ["science a"]


def test_exposures_that_joined_bring_no_others() -> None:
    lamps = [lamp("l", detector="d1"), exposure("m", detector="d1", exp_type="nrs_dark")]
    steps = (
        Attach(LAMP, "psf", ("obs_num",)),
        Attach(one_of("exp_type", "nrs_dark"), "psf", ("detector",)),
    )
    clauses = (Clause("type", one_of("exp_type", "nrc_image")),)
    assert told([exposure("a"), *lamps], *steps, clauses=clauses) == ["science a; psf l"]
    rows = [exposure("a", detector="d1"), *lamps]
    assert told(rows, *steps, clauses=clauses) == ["science a; psf l m"]


def test_exposures_of_another_scope_do_not_join() -> None:
    other = "[('o002', 'observation')]"
    rows = [exposure("a"), lamp("l", asn_candidate=other), lamp("m", asn_candidate="")]
    assert attached(rows, "obs_num") == ["science a"]
    rows += [exposure("b", asn_candidate=other)]
    assert attached(rows, "obs_num") == ["science a", "science b; target_acquisition l"]


def test_attached_exposures_are_counted_by_no_need() -> None:
    rows = [exposure("a"), lamp("l")]
    assert attached(rows, "obs_num", need=1) == ["science a; target_acquisition l"]
    assert attached(rows, "obs_num", need=2) == []
    several = (distinct(2, "filter"),)
    rows = [exposure("a"), lamp("l", filter="f090w")]
    assert told(rows, Attach(LAMP, "psf", ("obs_num",)), needs=several) == ["science a l"], (
        "this lamp is let in"
    )


def test_attached_exposures_bind_no_key_and_stand_in_no_name() -> None:
    rows = [exposure("a", filter="f1"), lamp("l", filter="f2", targetid="7", instrume="miri")]
    clauses = (
        Clause("opt_elem", key=same("filter")),
        Clause("type", one_of("exp_type", "nrc_image")),
    )
    (one,) = found(rows, stepped(Attach(LAMP, "psf", ("obs_num",)), clauses=clauses))
    (plain,) = found(rows[:1], stepped(clauses=clauses))
    assert one.products[0].name == plain.products[0].name == "jw00001-o001_t000_nircam_f1"
    assert one.signature == plain.signature == {"opt_elem": "f1"}
    assert len(one.members) == 2


def test_a_member_is_not_attached_to_its_own_association() -> None:
    rows = [exposure("a", lamp="line1"), exposure("b", lamp="line1")]
    step = Attach(LAMP, "psf", ("obs_num",))
    assert told(rows, step) == ["science a b"]
    assert told(rows, step, step) == ["science a b"]


def test_an_exposure_is_attached_once_by_the_first_step_that_takes_it() -> None:
    rows = [exposure("a"), lamp("l")]
    clauses = (Clause("type", one_of("exp_type", "nrc_image")),)
    first = Attach(LAMP, "psf", ("obs_num",))
    second = Attach(LAMP, "background", ("program",))
    assert told(rows, first, second, clauses=clauses) == ["science a; psf l"]
    assert told(rows, second, first, clauses=clauses) == ["science a; background l"]


def test_an_attached_exposure_has_its_own_stage_and_error_and_is_no_orphan() -> None:
    suffixes = Cases(((LAMP, "rate"),), "cal")
    clauses = (Clause("type", one_of("exp_type", "nrc_image")),)
    rule = stepped(Attach(LAMP, "psf", ("obs_num",)), suffixes=suffixes, clauses=clauses)
    pool = pool_of(exposure("a"), lamp("l", exposerr="jitter"), lamp("m", obs_num="2"))
    solution = solve(pool, rule, discover=False)
    (one,) = solution
    assert [(m.expname, m.exposerr) for m in one.members] == [
        ("jw_a_cal.fits", "null"),
        ("jw_l_rate.fits", "jitter"),
    ]
    assert one.degraded_status.startswith("One or more members have an error")
    assert [orphan.filename for orphan in solution.orphans] == ["jw_m_uncal.fits"]


def test_attached_exposures_are_no_background_of_nods() -> None:
    rows = [exposure("a"), exposure("b"), lamp("l")]
    clauses = (Clause("type", one_of("exp_type", "nrc_image")),)
    attach = Attach(LAMP, "science", ("obs_num",))
    assert told(rows, attach, Nods("other target"), clauses=clauses) == [
        "science a l; background b",
        "science b l; background a",
    ]
