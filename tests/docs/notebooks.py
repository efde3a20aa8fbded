"""Run the notebooks: ``python -m tests.docs.notebooks`` writes their outputs anew.

The metadata of a cell may name ``files``, as the mark ``files:`` of a page does: files that are
written before the cell runs. Cells run in order, in one namespace and one directory, and what the
last expression of a cell gives is its output, as text and as HTML, as in a notebook.
"""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.docs.pages import ROOT, observe

__all__ = ["NOTEBOOKS", "ROOT", "outputs_of", "read"]

# The site, once built, is in docs/_build with copies of its notebooks.
NOTEBOOKS = tuple(
    str(path.relative_to(ROOT))
    for path in sorted((ROOT / "docs").rglob("*.ipynb"))
    if "_build" not in path.parts
)


def read(notebook: str) -> dict[str, Any]:
    """Return a notebook, given its path in the project."""
    content: dict[str, Any] = json.loads((ROOT / notebook).read_text("utf-8"))
    return content


def outputs_of(content: dict[str, Any], directory: Path) -> Iterator[list[dict[str, Any]]]:
    """Run the cells of a notebook in a directory; give the outputs of each code cell."""
    namespace: dict[str, object] = {"__name__": "notebook"}
    codes = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(codes, start=1):
        if "files" in cell["metadata"]:
            observe(cell["metadata"]["files"], directory)
        yield _run("".join(cell["source"]), namespace, number, directory)


def _run(
    source: str, namespace: dict[str, object], number: int, directory: Path
) -> list[dict[str, Any]]:
    """Run one cell, and show what its last expression gives."""
    parsed = ast.parse(source)
    last = parsed.body.pop() if parsed.body and isinstance(parsed.body[-1], ast.Expr) else None
    stream, value = io.StringIO(), None
    with chdir(directory), redirect_stdout(stream):
        exec(compile(parsed, "<cell>", "exec"), namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), namespace)
    outputs: list[dict[str, Any]] = []
    if stream.getvalue():
        printed = stream.getvalue().splitlines(keepends=True)
        outputs.append({"name": "stdout", "output_type": "stream", "text": printed})
    if value is not None:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = value._repr_html_().splitlines(keepends=True)
        outputs.append(
            {
                "data": data,
                "execution_count": number,
                "metadata": {},
                "output_type": "execute_result",
            }
        )
    return outputs


def main() -> None:
    """Write the outputs of all notebooks anew."""
    for notebook in NOTEBOOKS:
        content = read(notebook)
        with TemporaryDirectory() as directory:
            outputs = list(outputs_of(content, Path(directory)))
        codes = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
        for number, (cell, shown) in enumerate(zip(codes, outputs, strict=True), start=1):
            cell |= {"outputs": shown, "execution_count": number}
        text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
        (ROOT / notebook).write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
