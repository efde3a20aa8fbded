"""Files of members: their names, their exposures and their order, by number."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from asnsolve import Pool
from asnsolve.associations.member_files import MemberFiles
from asnsolve.pool.texts import Texts

PLAIN = ("jw_a_uncal.fits", "jw_b_uncal.fits", "jw_b_c_uncal.fits")
LONGER = ("jw_b_uncal.fits", "jw_b_s_uncal.fits")
"""The longer name comes before the shorter one, but at stage cal after it."""

OTHERS = ("jw_a_uncal.fits", "jw_b_rate.fits", "jw_c.fits", "jw_d_uncal.fits.gz", "jw_e_x1d.fits")


def files_of(names: tuple[str, ...], *images: str) -> MemberFiles:
    """Return the files of some exposures at stages cal and rate."""
    columns = dict.fromkeys(("exp_type", "program", "asn_candidate"), ["x"] * len(names))
    pool = Pool({"filename": list(names), **columns})
    return MemberFiles.of(pool, ["rate", "cal"]).with_images(Texts.of(images))


def all_numbers(files: MemberFiles) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(files.first_derived + 3 * len(files.images), dtype=np.int64)


def names_of(files: MemberFiles) -> list[str]:
    """Return the name of every file."""
    roots, endings = (column.list() for column in files.columns(all_numbers(files)))
    return [f"{root}{ending}" for root, ending in zip(roots, endings, strict=True)]


def test_a_file_is_the_exposure_s_at_a_stage_and_the_last_stage_is_its_spectrum() -> None:
    files = files_of(PLAIN[:2])
    assert files.stages == ("cal", "rate", "x1d", "x1d")
    assert names_of(files) == [
        f"jw_{name}_{stage}.fits" for name in "ab" for stage in ("cal", "rate", "x1d", "x1d")
    ]
    assert MemberFiles.of(files.pool, ["x1d", "x1dints"]).stages == ("x1d", "x1dints", "x1d")


def test_only_the_raw_stage_of_a_name_is_replaced_except_for_the_spectrum() -> None:
    assert names_of(files_of(OTHERS)) == [
        *("jw_a_cal.fits", "jw_a_rate.fits", "jw_a_x1d.fits", "jw_a_x1d.fits"),
        *("jw_b_rate.fits", "jw_b_rate.fits", "jw_b_rate.fits", "jw_b_x1d.fits"),
        *("jw_c.fits", "jw_c.fits", "jw_c.fits", "jw_c_x1d.fits"),
        *("jw_d_cal.fits.gz", "jw_d_rate.fits.gz", "jw_d_x1d.fits.gz", "jw_d_x1d.fits"),
        *("jw_e_x1d.fits", "jw_e_x1d.fits", "jw_e_x1d.fits", "jw_e_x1d.fits"),
    ]


@pytest.mark.parametrize("names", [PLAIN, OTHERS])
def test_products_of_direct_images_follow(names: tuple[str, ...]) -> None:
    files = files_of(names, "z", "y")
    assert names_of(files) == [
        *names_of(files_of(names)),
        *("z_i2d.fits", "z_cat.ecsv", "z_segm.fits"),
        *("y_i2d.fits", "y_cat.ecsv", "y_segm.fits"),
    ]


@pytest.mark.parametrize("names", [PLAIN, PLAIN[:2], OTHERS])
def test_the_spectrum_of_a_member_is_named_x1d(names: tuple[str, ...]) -> None:
    files = files_of(names)
    spectra = names_of(files)[files.spectrum :: len(files.stages)]
    assert spectra == [f"{root}_x1d.fits" for root in files.roots.list()]
    # The archive's own file at that stage is the same file, which has one number.
    assert (files.spectrum == files.stages.index("x1d")) == files.plain


@pytest.mark.parametrize(
    "names", [PLAIN, PLAIN[:2], PLAIN[:1], LONGER, OTHERS, OTHERS[:2], OTHERS[3:]]
)
@pytest.mark.parametrize("images", [(), ("z",), ("z", "y", "y")])
def test_files_rank_as_their_names_do_and_products_of_images_rank_last(
    names: tuple[str, ...], images: tuple[str, ...]
) -> None:
    files = files_of(names, *images)
    ranks = files.ranks(all_numbers(files)).tolist()
    named = list(zip(names_of(files), ranks, strict=True))
    own, derived = named[: files.first_derived], named[files.first_derived :]
    if files.plain:
        # A spectrum is the exposure's file at stage x1d, and no file of its own.
        own = [pair for at, pair in enumerate(own) if at % 4 < 3]
    for (name, rank), (other, other_rank) in product(own, own):
        assert (rank < other_rank, rank == other_rank) == (name < other, name == other)
    assert max(rank for _, rank in own) < min((rank for _, rank in derived), default=10**6)
    assert len({rank for _, rank in derived}) == len({name for name, _ in derived})


def test_products_of_images_rank_by_the_name_of_the_image() -> None:
    files = files_of(PLAIN, "z", "y", "y")
    z, y, other_y = np.split(files.ranks(all_numbers(files))[files.first_derived :], 3)
    assert y.tolist() == other_y.tolist() == sorted(y.tolist())
    assert (y < z).all()
    alone = files.ranks(all_numbers(files)[files.first_derived :])
    assert np.argsort(alone, kind="stable").tolist() == [3, 6, 4, 7, 5, 8, 0, 1, 2]


def test_a_file_tells_its_exposure_and_its_stage() -> None:
    files = files_of(OTHERS, "z")
    exposures, stages = files.exposures(all_numbers(files))
    assert exposures[: files.first_derived] == [f"jw_{name}" for name in "abcde" for _ in range(4)]
    assert stages[:8] == ["cal", "rate", "x1d", "x1d", "rate", "rate", "rate", "x1d"]
    assert stages[8:12] == ["", "", "", "x1d"]
    assert len(stages) == len(exposures) == len(all_numbers(files))
    # The last file may be a spectrum that is not in the archive.
    files = files_of(OTHERS[:3])
    assert files.exposures(all_numbers(files))[1][-2:] == ["", "x1d"]


def test_stages_are_in_the_order_of_the_names() -> None:
    """A hyphen comes before the dot that ends a shorter stage."""
    files = files_of(PLAIN)
    assert MemberFiles.of(files.pool, ["cal", "cal-2"]).stages == ("cal-2", "cal", "x1d", "x1d")


def test_exposures_whose_names_have_no_raw_stage_are_listed_once() -> None:
    files = files_of(OTHERS)
    codes = np.array([4, 0, 3, 1, 1, 4], dtype=np.int64)
    assert files.unnamed(codes) == [(1, "jw_b_rate.fits"), (4, "jw_e_x1d.fits")]
    assert files_of(PLAIN).unnamed(codes[1:2]) == []
