from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.edits.association_file import write_data
from asnsolve.errors import UsageError


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_data({}, tmp_path / "none" / "a.json")
