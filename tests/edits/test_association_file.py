from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.edits.association_file import read_association, write_association
from asnsolve.errors import AssociationError, UsageError


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '{"products": []}',
        '{"products": [1]}',
        '{"products": [{"name": "p"}]}',
        '{"products": [{"name": "p", "members": [{"exptype": "science"}]}]}',
    ],
)
def test_what_has_no_members_is_no_association(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(AssociationError, match="holds no products with members"):
        read_association(path)


def test_broken_json_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{\n  "products": oops}')
    with pytest.raises(AssociationError, match=r"row 2, column 15: is not JSON"):
        read_association(path)


def test_a_file_that_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_association(tmp_path / "none.json")
    with pytest.raises(UsageError, match="cannot be written"):
        write_association({}, tmp_path / "none" / "a.json")
