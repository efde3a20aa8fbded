"""What docstrings lack: ``python -m tests.docs.docstrings [FOLDER...]`` prints it.

Public callables are functions, methods and classes without a leading underscore anywhere in their
path. numpydoc checks their sections; two checks of our own are added:

- ``RS01``: an exception that the function raises is not under *Raises*;
- ``AR01``: an array is documented without its shape.

Properties, overloads and functions without arguments need no sections.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from importlib import import_module
from pathlib import Path
from types import GenericAlias, ModuleType
from typing import Final

import numpy as np
from numpydoc.docscrape import get_doc_object
from numpydoc.validate import Validator, validate

from tests.docs.pages import ROOT

__all__ = ["FOLDERS", "modules", "problems_of"]

CHECKS: Final = frozenset(
    # Parameters: all of them, no others, in order, each with a type and a sentence.
    "PR01 PR02 PR03 PR04 PR07 PR08 PR09 PR10"
    # Returns and Yields: there, and said in sentences.
    " RT01 RT04 RT05 YD01"
    # Sections: known ones, in numpydoc's order.
    " GL03 GL06 GL07".split()
)
_PACKAGE: Final = ROOT / "asnsolve"

Callable_ = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def modules(folder: str) -> tuple[str, ...]:
    """Return the names of the modules in a folder of the package; "" holds those in none."""
    if not folder:
        paths = [path for path in _PACKAGE.glob("*.py") if path.stem != "__main__"]
    else:
        paths = list((_PACKAGE / folder).rglob("*.py"))
    names = (path.relative_to(ROOT).with_suffix("") for path in sorted(paths))
    return tuple(".".join(name.parts).removesuffix(".__init__") for name in names)


FOLDERS: Final = (
    "",
    *sorted(path.name for path in _PACKAGE.iterdir() if (path / "__init__.py").exists()),
)
"""Folders of the package."""


def problems_of(module_name: str) -> tuple[str, ...]:
    """Return what the docstrings of a module lack, one line per problem."""
    module = import_module(module_name)
    path = Path(inspect.getfile(module))
    tree = ast.parse(path.read_text("utf-8"))
    place = path.relative_to(ROOT)
    return tuple(
        f"{place}:{node.lineno} {name}: {problem}"
        for name, node in _public(tree.body, "")
        for problem in _problems(module, name, node)
    )


def _public(body: Iterable[ast.stmt], prefix: str) -> Iterator[tuple[str, Callable_]]:
    """Give the public functions, classes and methods of a module with their qualified names."""
    for node in body:
        if isinstance(node, Callable_) and not node.name.startswith("_"):
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{prefix}{node.name}.")


def _problems(module: ModuleType, name: str, node: Callable_) -> Iterator[str]:
    decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
    if any(text.endswith(("property", "overload", ".setter")) for text in decorators):
        return
    parsed = get_doc_object(reduce(getattr, name.split("."), module))
    docstring = Validator(parsed)
    errors = validate(parsed)["errors"]
    if isinstance(node, ast.ClassDef):
        # Without the section, the summary of a small class says what its fields are.
        if docstring.doc_parameters:
            yield from _chosen(errors, "PR")
        return
    arguments = _arguments(node)
    if not arguments:
        return
    yield from _chosen(errors, "PR", "RT", "YD", "GL")
    sections = docstring.doc
    raised = {entry.type or entry.name for entry in sections["Raises"]}
    for error in sorted(_raised(node) - raised):
        yield f"RS01 {error} is raised, but not under Raises"
    for argument, annotation in arguments.items():
        text = docstring.doc_parameters.get(argument, (None,))[0]
        if text is not None and _is_array(annotation, module) and "shape" not in text:
            yield f"AR01 Parameter {argument} is an array without a shape"
    results = [*sections["Returns"], *sections["Yields"]]
    if results and node.returns is not None and _is_array(node.returns, module):
        described = " ".join(f"{entry.type} {' '.join(entry.desc)}" for entry in results)
        if "shape" not in described:
            yield "AR01 An array is returned without a shape"


def _chosen(errors: Iterable[tuple[str, str]], *families: str) -> Iterator[str]:
    """Give the errors of numpydoc that count."""
    for code, text in errors:
        if code in CHECKS and code.startswith(families) and not _is_private(code, text):
            yield f"{code} {text}"


def _is_private(code: str, text: str) -> bool:
    """Tell whether only private fields of a dataclass are not documented."""
    missing = re.findall(r"'([^']+)'", text)
    return code == "PR01" and all(name.startswith("_") for name in missing)


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Mapping[str, ast.expr]:
    every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    every += [argument for argument in (node.args.vararg, node.args.kwarg) if argument is not None]
    return {
        argument.arg: argument.annotation or ast.Constant(None)
        for argument in every
        if argument.arg not in ("self", "cls")
    }


def _raised(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return the names of the exceptions that a function raises itself."""
    raised = (inner.exc for inner in ast.walk(node) if isinstance(inner, ast.Raise))
    named = (error.func if isinstance(error, ast.Call) else error for error in raised)
    # A function that makes the error is no name of an exception.
    return {error.id for error in named if isinstance(error, ast.Name) and error.id[0].isupper()}


def _is_array(annotation: ast.expr, module: ModuleType) -> bool:
    """Tell whether an annotation is an array: ``NDArray[...]``, or an alias of the module."""
    match annotation:
        case ast.Subscript(ast.Name("NDArray")):
            return True
        case ast.Name(name):
            alias = getattr(module, name, None)
            return isinstance(alias, GenericAlias) and alias.__origin__ is np.ndarray
        case ast.BinOp(left, ast.BitOr(), right):
            return _is_array(left, module) or _is_array(right, module)
        case _:
            return False


def main() -> None:
    """Print what the docstrings of some folders lack, or of all."""
    for folder in sys.argv[1:] or FOLDERS:
        problems = [line for name in modules(folder) for line in problems_of(name)]
        summary = f"{folder or 'top'}: {len(problems)} problems"
        sys.stdout.write("".join(f"{line}\n" for line in [*problems, summary]))


if __name__ == "__main__":
    main()
