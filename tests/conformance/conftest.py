"""What tests beside the reference have in common."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest


@pytest.fixture
def pipeline_warnings() -> Iterator[None]:
    """Let the pipeline warn of what it wants."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
