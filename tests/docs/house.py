"""Measure the code: ``python -m tests.docs.house`` prints it per folder of the package.

Code lines are those without docstrings, blank lines and comments.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.docs.docstrings import FOLDERS
from tests.docs.pages import ROOT

__all__ = ["Size", "long_parts", "repeated_names", "size_of"]

_PRAGMAS: Final = ("# noqa", "# type:", "# fmt:", "# pragma:")
_LAYOUT: Final = (
    *(tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT),
    tokenize.ENDMARKER,
)


@dataclass(frozen=True, slots=True)
class Size:
    """Code lines and comments of some modules."""

    code: int
    comments: int

    @property
    def density(self) -> float:
        """Comments per 1,000 code lines."""
        return 1000 * self.comments / max(self.code, 1)


def size_of(text: str) -> Size:
    """Return the size of a module, given its text."""
    code, comments = _code_and_comments(text)
    return Size(len(code), comments)


def _code_and_comments(text: str) -> tuple[set[int], int]:
    """Return the numbers of the code lines of a module, and its number of comments."""
    comments = 0
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            comments += not token.string.startswith(_PRAGMAS)
        elif token.type not in _LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            code.difference_update(range(node.lineno, (node.end_lineno or 0) + 1))
    return code, comments


def long_parts(module_lines: int, function_lines: int) -> Iterator[str]:
    """Yield the modules and functions of the package that have more code lines than these."""
    for path in sorted((ROOT / "asnsolve").rglob("*.py")):
        text = path.read_text("utf-8")
        code, _ = _code_and_comments(text)
        name = path.relative_to(ROOT).as_posix()
        if len(code) > module_lines:
            yield f"{name} has {len(code)} code lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                lines = len(code.intersection(range(node.lineno, (node.end_lineno or 0) + 1)))
                if lines > function_lines:
                    yield f"{node.name} in {name} has {lines} code lines"


def repeated_names() -> dict[str, int]:
    """Return the module names that occur more than once, with how often they do."""
    paths = (ROOT / "asnsolve").rglob("*.py")
    names = Counter(path.stem for path in paths if not path.stem.startswith("__"))
    return {name: count for name, count in names.items() if count > 1}


def _paths(folder: str) -> list[Path]:
    package = ROOT / "asnsolve"
    return list(package.glob("*.py")) if not folder else list((package / folder).rglob("*.py"))


def main() -> None:
    """Print code lines and comments per folder, and the module names that are repeated."""
    sizes = {}
    for folder in FOLDERS:
        modules = [size_of(path.read_text("utf-8")) for path in _paths(folder)]
        sizes[folder or "top"] = Size(
            sum(module.code for module in modules), sum(module.comments for module in modules)
        )
    sizes["all"] = Size(
        sum(size.code for size in sizes.values()), sum(size.comments for size in sizes.values())
    )
    for name, size in sizes.items():
        sys.stdout.write(
            f"{name:14}{size.code:7} lines{size.comments:6} comments"
            f"{size.density:6.0f} per 1,000 lines\n"
        )
    sys.stdout.write(f"module names that occur more than once: {repeated_names()}\n")


if __name__ == "__main__":
    main()
