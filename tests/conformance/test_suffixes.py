"""The suffixes of files, beside those that the calibration pipeline knows."""

from __future__ import annotations

import pytest

from asnsolve.profiles.jwst import FILES

known = pytest.importorskip("jwst.lib.suffix", reason="jwst is not installed")


def test_the_suffixes_are_those_of_the_pipeline() -> None:
    assert set(known.KNOW_SUFFIXES) == FILES.suffixes


def test_every_stage_is_a_suffix() -> None:
    assert {*FILES.stages} <= FILES.suffixes
