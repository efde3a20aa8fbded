"""A few commands that are killed: ``python -m tests.cli.killed`` kills many more."""

from __future__ import annotations

import pytest

from tests.cli.killed import trials


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_what_is_killed_leaves_nothing_and_runs_again() -> None:
    wrong = [*trials(3, seed=1, exposures=12, commands=("write",))]
    assert len(wrong) == 3
    assert [(str(moment), texts) for moment, texts in wrong if texts] == []
