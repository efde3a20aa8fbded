"""The notebooks run from the first cell to the last, and give what they show."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.notebooks import NOTEBOOKS, ROOT, outputs_of, read


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_notebook_gives_what_it_shows(notebook: str, tmp_path: Path) -> None:
    content = read(notebook)
    shown = [cell["outputs"] for cell in content["cells"] if cell["cell_type"] == "code"]
    assert list(outputs_of(content, tmp_path)) == shown, "run python -m tests.docs.notebooks"


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_index_leads_to_a_notebook(notebook: str) -> None:
    name = Path(notebook).relative_to("docs")
    assert f"({name})" in (ROOT / "docs/index.md").read_text("utf-8")


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS
