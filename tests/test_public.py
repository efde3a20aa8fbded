from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

import asnsolve

NAMES = {
    "AsnsolveError",
    "Association",
    "Member",
    "Orphan",
    "Pool",
    "PoolError",
    "Product",
    "Rule",
    "RuleError",
    "RuleSet",
    "Solution",
    "UsageError",
    "associate",
    "build_graph",
    "check",
    "demo_pool",
    "edit_association",
    "edit_file",
    "explain",
    "gather_files",
    "load_rules",
    "solve",
    "validate_file",
}


def test_these_are_the_public_names() -> None:
    assert set(asnsolve.__all__) == NAMES
    assert sorted(asnsolve.__all__) == list(asnsolve.__all__)
    assert dir(asnsolve) == sorted(NAMES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_public_name_can_be_imported_and_is_what_its_home_defines(name: str) -> None:
    public = getattr(asnsolve, name)
    assert callable(public)
    assert public.__doc__
    assert public.__name__ == name
    assert getattr(import_module(public.__module__), name) is public
    assert name in import_module(public.__module__).__all__


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
