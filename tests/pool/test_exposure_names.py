"""A pool parses the file names of its exposures once, as `FileNames` parses one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.pool import Pool
from asnsolve.pool.exposure_names import exposures_and_stages
from asnsolve.pool.texts import Texts
from asnsolve.profiles.jwst import FILES

endings = ("_uncal.fits", "_rate.fits", "_cal.fits.gz", "_x1d", ".fits", "", "_other.fits")
roots = ("a", "a_uncal", "b.c_1", "d/a", "d_uncal.fits/a", "", "_")
names = st.builds("{}{}".format, st.sampled_from(roots), st.sampled_from(endings))


def check(files: list[str]) -> None:
    """Compare with `FileNames`, name by name."""
    exposures, stages = exposures_and_stages(Texts.of(files), FILES)
    assert exposures.list() == list(map(FILES.exposure_of, files))
    assert stages.list() == list(map(FILES.stage_of, files))


@given(st.lists(names))
def test_names_are_parsed_as_one_name_is(files: list[str]) -> None:
    check(files)


@given(st.lists(st.sampled_from(roots)))
def test_names_as_in_the_archive_are_parsed_as_one_name_is(files: list[str]) -> None:
    check([f"{name}_uncal.fits" for name in files])


def test_exposures_and_stages_go_with_the_values_of_file_names() -> None:
    files = ["b_rate.fits", "A_uncal.fits", "sky/c_x.fits"]
    rows = {
        "filename": files,
        "exp_type": [""] * 3,
        "program": ["1"] * 3,
        "asn_candidate": [""] * 3,
    }
    pool = Pool(rows)
    assert pool.values("filename") == ("a_uncal.fits", "b_rate.fits", "sky/c_x.fits")
    assert pool.exposures.list() == ["a", "b", "c_x"]
    assert pool.stages.list() == ["uncal", "rate", ""]
    assert pool.exposures is pool.exposures
    assert pool.take([1]).exposures.list() == ["a"]


@pytest.mark.parametrize(
    ("file", "suffix"),
    [
        ("a_cal.fits", "cal"),
        ("a_CAL.FITS", "cal"),
        ("a_o001_crf.fits.gz", "crf"),
        ("a_bsub.fits", "bsub"),
        ("a_bsub.fits.gz", "bsub"),
        ("a_residual_fringe.fits", "residual_fringe"),
        ("a_o001_tweakreg.fits", "tweakreg"),
        ("a_destreak_cal.fits", "cal"),
        ("a_a3001_match.fits", ""),
        ("a.fits", ""),
        ("bsub.fits", ""),
        ("a_bsub", "bsub"),
        ("", ""),
    ],
)
def test_the_suffix_of_a_file(file: str, suffix: str) -> None:
    assert FILES.suffix_of(file) == suffix


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("jw00007-o001_t001_miri_f770w_i2d.fits", "combined products"),
        ("jw00007-c1000_t001_miri_f770w_segm.fits.gz", "combined products"),
        ("jw00007001001_01_msa.fits", "micro-shutter files"),
        ("jw00007001001_gs-fg_2022155184404_cal.fits", "guide star files"),
        ("jw00007001001_02101_00001_mirimage_cal.jpg", "previews"),
        ("jw00007-o001_20240101t000000_image3_00001_asn.json", "previews"),
        ("jw00007_20240101t000000_pool.csv", "previews"),
        ("MANIFEST.HTML", "previews"),
        ("jw00007001001_02101_00001_mirimage_cal.fits", ""),
        ("jw00007001001_02101_00001_mirimage_o001_crf.fits.gz", ""),
        ("mine.fits", ""),
        ("mine", ""),
    ],
)
def test_files_that_are_no_exposures_are_known_by_their_names(file: str, kind: str) -> None:
    assert FILES.kind_of_other(file).startswith(kind)
    assert bool(FILES.kind_of_other(file)) == bool(kind)
