"""The exposure and the stage in the names of files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.profiles.jwst import FILES

anything = st.text() | st.sampled_from(["a_b", "../..", ".", "f090w", "hd 1", "ß"])


@pytest.mark.parametrize(
    ("file", "root"),
    [
        ("jw00001001001_02101_00001_nrca1_uncal.fits", "jw00001001001_02101_00001_nrca1"),
        ("jw00001001001_02101_00001_nrca1_rate.fits", "jw00001001001_02101_00001_nrca1"),
        ("jw00001001001_02101_00001_nrca1_rateints.fits", "jw00001001001_02101_00001_nrca1"),
        ("jw00001001001_02101_00001_nrca1_x1d.fits", "jw00001001001_02101_00001_nrca1"),
        ("jw00001001001_02101_00001_nrca1.fits", "jw00001001001_02101_00001_nrca1"),
        ("jw00001001001_02101_00001_nrca1", "jw00001001001_02101_00001_nrca1"),
        ("a_cal", "a"),
        ("a_cal_cal.fits", "a_cal"),
        ("a_o001_crf.fits", "a"),
        ("a_c1000_crfints.fits", "a"),
        ("a_o001_cal.fits", "a_o001"),
        ("o001_crf.fits", "o001"),
        ("a_calx.fits", "a_calx"),
        ("a_uncal.fits.gz", "a"),
        ("a.b_uncal.fits", "a.b"),
        ("a.b.fits", "a.b"),
        ("a_cal.b_rate.fits", "a_cal.b"),
        ("a_CAL.fits", "a_CAL"),
        ("cal.fits", "cal"),
        ("_cal.fits", "_cal"),
        ("out/a_cal.fits", "out/a"),
        ("out.d/a_cal", "out.d/a"),
        ("out.d/a", "out.d/a"),
        ("out_cal.d/a", "out_cal.d/a"),
        (".fits", ""),
        ("", ""),
    ],
)
def test_the_root_of_an_exposure_has_neither_stage_nor_extension(file: str, root: str) -> None:
    assert FILES.root_of(file) == root


@given(
    anything.filter(bool),
    st.sampled_from(["uncal", "rate", "rateints", "cal", "calints", "x1d", "x1dints"]),
    st.sampled_from(["", ".fits", ".fits.gz", "."]),
)
def test_every_stage_of_an_exposure_has_one_root(root: str, stage: str, ending: str) -> None:
    assert FILES.root_of(f"{root}_{stage}{ending}") == root
