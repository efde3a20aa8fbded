"""Exposures for self-calibration become members where their detector and optics are the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve.associations.association import Association
from asnsolve.from_files.selfcal import SELFCAL_ALIKE, with_selfcal
from asnsolve.pool.header_rows import Row
from asnsolve.pool.table import Pool
from tests.from_files.small import association, derived, member

SETUP = {
    "exp_type": "MIR_MRS",
    "instrume": "MIRI",
    "detector": "MIRIFULONG",
    "filter": "F1",
    "grating": "G1",
    "band": "SHORT",
    "subarray": "FULL",
}


def row(exposure: str, **cells: str) -> Row:
    plain = {"filename": f"{exposure}_uncal.fits", "program": "7", "asn_candidate": "[]"}
    return plain | SETUP | cells


def spectrum(exposure: str = "star", **fields: object) -> Association:
    one = association(member(f"{exposure}_rate.fits"), asn_type="spec2", level=2)
    return replace(one, **fields)  # type: ignore[arg-type]


def added(one: Association, star: Row, *sky: Row) -> list[tuple[str, str]]:
    """Return the members that an association got."""
    selfcal_rows = {cells["filename"].removesuffix("_uncal.fits"): cells for cells in sky}
    (changed,) = with_selfcal([one], Pool([star]), selfcal_rows)
    assert changed.members[: len(one.members)] == one.members
    return [(m.expname, m.exptype) for m in changed.members[len(one.members) :]]


def test_exposures_of_the_same_setup_are_added_in_order() -> None:
    assert added(spectrum(), row("star"), row("sky2"), row("sky1")) == [
        ("sky1_rate.fits", "selfcal"),
        ("sky2_rate.fits", "selfcal"),
    ]


def test_added_members_know_their_exposure() -> None:
    (one,) = with_selfcal([spectrum()], Pool([row("star")]), {"sky": row("sky")})
    assert (one.members[1].exposure, one.members[1].stage) == ("sky", "rate")


@pytest.mark.parametrize("column", SELFCAL_ALIKE)
def test_every_part_of_the_setup_counts(column: str) -> None:
    assert added(spectrum(), row("star"), row("sky", **{column: "other"})) == []
    assert added(spectrum(), row("star"), row("sky", **{column: ""})) == []


def test_cells_are_compared_as_a_pool_cleans_them() -> None:
    cells = {"band": " short ", "filter": "N/A"}
    assert added(spectrum(), row("star", filter=""), row("sky", **cells)) != []


@pytest.mark.parametrize(
    ("exp_type", "served"), [("MIR_MRS", 1), ("NRS_IFU", 1), ("MIR_LRS-FIXEDSLIT", 0)]
)
def test_only_integral_field_units_are_served(exp_type: str, served: int) -> None:
    cells = {"exp_type": exp_type}
    assert len(added(spectrum(), row("star", **cells), row("sky", **cells))) == served


def test_nothing_becomes_selfcal_of_itself() -> None:
    assert added(spectrum(), row("star"), row("star")) == []
    assert added(spectrum(), row("star"), row("star"), row("sky")) == [("sky_rate.fits", "selfcal")]


def test_a_member_in_another_role_is_not_repeated() -> None:
    one = association(member("star_rate.fits"), member("sky_rate.fits", "background"), level=2)
    assert added(one, row("star"), row("sky")) == []


def test_level_3_is_not_served() -> None:
    assert added(spectrum(level=3), row("star"), row("sky")) == []


def test_several_products_are_not_served() -> None:
    several = spectrum(products=spectrum().products * 2)
    assert added(several, row("star"), row("sky")) == []


def test_without_science_nothing_is_served() -> None:
    background = association(member("star_rate.fits", "background"), level=2)
    assert added(background, row("star"), row("sky")) == []
    product = association(derived("star_rate.fits", "science"), level=2)
    assert added(product, row("star"), row("sky")) == []


def test_without_a_list_associations_stay() -> None:
    one = spectrum("unknown")
    assert with_selfcal(iter([one]), Pool([row("star")]), {}) == [one]
