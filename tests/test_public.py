from __future__ import annotations

import ast
import builtins
import inspect
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from types import SimpleNamespace
from typing import get_args, get_type_hints

import astropy.table
import pandas
import pyarrow
import pytest

import asnsolve
from tests.docs.docstrings import FOLDERS
from tests.docs.docstrings import modules as modules_of

NAMES = set(asnsolve.__all__)
FUNCTIONS = sorted(name for name in NAMES if inspect.isfunction(getattr(asnsolve, name)))
TYPES = sorted(NAMES - set(FUNCTIONS))

LANGUAGE = ("asnsolve.expr.", "asnsolve.rules.")
"""Modules of the language of rules: files of rules import what they need from these."""


def classes_in(annotation: object) -> Iterator[type]:
    """Find the classes that an annotation names, those of aliases included."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for part in get_args(annotation):
        yield from classes_in(part)


def annotations_of(function: object) -> dict[str, object]:
    """Return the annotations of a function or class, but those of private fields."""
    # Some names are imported for type checkers alone; a networkx graph takes no [...] at run time.
    graphs = SimpleNamespace(Graph=list, DiGraph=list)
    names = {
        "Pool": asnsolve.Pool,
        "Table": astropy.table.Table,
        "DataFrame": pandas.DataFrame,
        "networkx": graphs,
        "pa": pyarrow,
    }
    hints = get_type_hints(function, localns=names)
    return {name: hint for name, hint in hints.items() if not name.startswith("_")}


def raised_by(function: object) -> set[str]:
    """Return the errors that a docstring lists."""
    text = inspect.getdoc(function) or ""
    section = re.search(r"^Raises\n------\n(.*?)(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"^\w+", section[1], re.MULTILINE)) if section else set()


def public_members(of: type) -> Iterator[object]:
    """Find the functions behind the public methods and properties of a class."""
    for name, member in vars(of).items():
        wrapped = (getattr(member, attribute, None) for attribute in ("__func__", "fget", "func"))
        function = next(filter(None, wrapped), member)
        if not name.startswith("_") and inspect.isfunction(function):
            yield function


def unlisted(annotations: Iterable[object]) -> set[str]:
    """Return the classes of the package that are not public."""
    classes = {found for annotation in annotations for found in classes_in(annotation)}
    own = {found for found in classes if found.__module__.startswith("asnsolve.")}
    return {found.__name__ for found in own if found.__name__ not in NAMES}


def test_public_names_are_listed_in_one_way() -> None:
    tree = ast.parse(inspect.getsource(asnsolve))
    imports = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("asnsolve.")
        for alias in node.names
    }
    assert imports == asnsolve._MODULES
    assert imports.keys() == NAMES
    assert sorted(NAMES) == asnsolve.__all__ == dir(asnsolve)


def test_the_functions_that_other_code_relies_on_are_public() -> None:
    assert {"solve", "check", "explain", "load_rules", "associate", "validate_file"} < set(
        FUNCTIONS
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_public_function_takes_gives_and_raises_is_public(name: str) -> None:
    function = getattr(asnsolve, name)
    assert not unlisted(annotations_of(function).values())
    assert raised_by(function) <= NAMES | vars(builtins).keys()


@pytest.mark.parametrize("name", TYPES)
def test_what_a_public_type_holds_gives_and_raises_is_public(name: str) -> None:
    of = getattr(asnsolve, name)
    members = list(public_members(of))
    for member in members:
        assert raised_by(member) <= NAMES | vars(builtins).keys()
    if not of.__module__.startswith(LANGUAGE):
        returned = (annotations_of(member).get("return") for member in members)
        assert not unlisted([*annotations_of(of).values(), *returned])


def test_every_error_is_public() -> None:
    modules = [name for folder in FOLDERS for name in modules_of(folder)]
    errors = {
        found.__name__
        for module in modules
        for found in vars(import_module(module)).values()
        if inspect.isclass(found) and issubclass(found, asnsolve.AsnsolveError)
    }
    assert errors <= NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_public_name_can_be_imported_and_is_what_its_home_defines(name: str) -> None:
    public = getattr(asnsolve, name)
    assert callable(public)
    assert public.__doc__
    assert public.__name__ == name
    assert getattr(import_module(public.__module__), name) is public


def test_solve_is_the_function_whatever_has_been_imported_before() -> None:
    import_module("asnsolve.solvers.exact")
    import_module("asnsolve.pipeline")
    from asnsolve import solve

    assert solve is import_module("asnsolve.pipeline").solve


@pytest.mark.parametrize("name", ["sovle", "_homes", ""])
def test_an_unknown_name_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=f"module 'asnsolve' has no attribute {name!r}"):
        getattr(asnsolve, name)


def test_an_unknown_name_cannot_be_imported() -> None:
    with pytest.raises(ImportError, match="sovle"):
        exec("from asnsolve import sovle", {})


def test_a_star_import_brings_the_public_names() -> None:
    held: dict[str, object] = {}
    exec("from asnsolve import *", held)
    assert set(held) - {"__builtins__"} == NAMES


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = ("numpy", "pyarrow", "astropy", "pandas", "networkx", "scipy", "constraint", "rich")
    code = f"import asnsolve, sys; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
