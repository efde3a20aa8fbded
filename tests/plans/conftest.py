"""A plan to edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.from_files.request import Request
from asnsolve.plans.plan_files import make_plan
from tests.from_files.small import files_of


@pytest.fixture
def mrs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the plan of MRS spectra with a dedicated background; return it."""
    monkeypatch.chdir(tmp_path)
    files_of("miri_mrs_background", Path("rate"), "rate")
    make_plan(Request(files=("rate",), level=2, out="asn", paths="name"), "plan.toml")
    return Path("plan.toml")
