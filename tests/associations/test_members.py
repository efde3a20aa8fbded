"""Members: each file once, in the order of roles and names, whatever rows describe it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asnsolve.associations import members
from asnsolve.rules.steps import SpectraAsBackground
from tests.associations.small import BASE, found, shape, stepped, told
from tests.solvers.rows import exposure

AT_LEVEL_2 = replace(BASE, level=2)


def test_science_comes_first_then_roles_and_files_by_name() -> None:
    rows = [exposure("b"), exposure("c", is_psf="t"), exposure("a", bkgdtarg="t")]
    rows += [exposure("e", is_imprt="t"), exposure("d", bkgdtarg="t"), exposure("f")]
    assert told(rows) == ["science b f; background a d; imprint e; psf c"]


@pytest.mark.parametrize("base", [BASE, AT_LEVEL_2])
def test_rows_of_one_file_make_one_member_of_a_role(base: object) -> None:
    rows = [exposure("a"), exposure("a", filter="f1"), exposure("b")]
    assert told(rows, base=base) == ["science a b"]


def test_rows_that_give_a_file_two_roles_make_two_members_at_level_3_alone() -> None:
    rows = [exposure("a"), exposure("a", is_psf="t"), exposure("b", bkgdtarg="t")]
    rows += [exposure("b", is_imprt="t")]
    assert told(rows) == ["science a; background b; imprint b; psf a"]
    assert told(rows, base=AT_LEVEL_2) == ["science a; background b"]


@pytest.mark.parametrize("base", [BASE, AT_LEVEL_2])
def test_of_rows_of_one_file_one_with_an_error_is_told(base: object) -> None:
    rows = [exposure("a", filter="f1"), exposure("a", exposerr="jitter"), exposure("b")]
    (association,) = found(rows, stepped(base=base))
    assert [member.exposerr for member in association.members] == ["jitter", "null"]
    two = [exposure("a", exposerr="x"), exposure("a", exposerr="jitter")]
    (association,) = found(two, stepped(base=base))
    assert [member.exposerr for member in association.members] == ["jitter"]


def test_a_file_is_a_member_of_every_association_that_takes_it() -> None:
    rows = [exposure("a"), exposure("a", obs_num="2"), exposure("b", obs_num="2")]
    assert sorted(told(rows)) == ["science a", "science a b"]


def test_files_that_are_not_named_as_the_archive_names_them_are_sorted_by_name() -> None:
    rows = [exposure(name, filename=name) for name in ("b_rate.fits", "a.fits", "a_b_uncal.fits")]
    (association,) = found(rows, stepped())
    names = [member.expname for member in association.members]
    assert names == ["a.fits", "a_b_cal.fits", "b_rate.fits"]


def test_associations_are_sorted_by_the_names_of_their_files() -> None:
    """The name of one exposure goes on where that of the other has its stage."""
    rows = [exposure("b", obs_num="1"), exposure("b_s", obs_num="2")]
    assert sorted(row["filename"] for row in rows) == ["jw_b_s_uncal.fits", "jw_b_uncal.fits"]
    assert told(rows) == ["science b", "science b_s"]


def test_the_spectrum_of_a_member_is_a_file_of_its_own() -> None:
    rows = [exposure("a"), exposure("b"), exposure("a", bkgdtarg="t")]
    (association,) = found(rows, stepped(SpectraAsBackground()))
    assert shape(association) == "science a b; background a a_x1d.fits b_x1d.fits"
    spectrum = association.members[3]
    assert (spectrum.exposure, spectrum.stage) == ("jw_a", "x1d")
    raw = [exposure(name, filename=f"jw_{name}_rate.fits") for name in "ab"]
    (association,) = found(raw, stepped(SpectraAsBackground()))
    assert [member.expname for member in association.members] == [
        *("jw_a_rate.fits", "jw_b_rate.fits", "jw_a_x1d.fits", "jw_b_x1d.fits")
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(0, 2),
            # Great ranks do not fit one number with the others.
            st.integers(0, 5) | st.integers(2**62, 2**62 + 3),
        ),
        max_size=9,
    )
)
@example([(1, 0, 0), (0, 1, 1)])
@example([(1, 0, 0), (0, 2, 0)])
@example([(1, 0, 2**62 + 5), (0, 0, 2**62 + 5)])
def test_members_are_sorted_by_association_role_and_name(drawn: list[tuple[int, int, int]]) -> None:
    columns = np.array(drawn, dtype=np.int64).reshape(-1, 3).T
    order = members._sorted(columns[0], columns[1].astype(np.int8), columns[2])
    assert order.tolist() == sorted(range(len(drawn)), key=drawn.__getitem__)
