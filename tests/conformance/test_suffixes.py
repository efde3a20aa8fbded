"""The suffixes of files, beside those that the calibration pipeline knows."""

from __future__ import annotations

import pytest

from asnsolve.pool.exposure_names import SUFFIXES
from asnsolve.stages import STAGES

known = pytest.importorskip("jwst.lib.suffix", reason="jwst is not installed")


def test_the_suffixes_are_those_of_the_pipeline() -> None:
    assert set(known.KNOW_SUFFIXES) == SUFFIXES


def test_every_stage_is_a_suffix() -> None:
    assert {*STAGES} <= SUFFIXES
