"""Mutants: each kind of fault is made, and nothing that no run looks at is touched."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from tests.mutation.equivalents import Equivalents
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.record import ROOT, own_tests


def changes(source: str) -> list[str]:
    """Return the changes of the mutants of a module."""
    return [mutant.change for mutant in mutants_of("module.py", source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a > b", ["> -> >="]),
        ("x = a not in b", ["not in -> in"]),
        ("x = a < b <= c", ["< -> <=", "<= -> <"]),
        ("x = a and b or c", ["and -> or", "or -> and"]),
        ("x = a + b", ["+ -> -"]),
        ("x = a // b", ["// -> *"]),
        ("x = not a", ["not a -> a"]),
        ("x = not (a and b)", ["not (a and b) -> (a and b)", "and -> or"]),
        ("x = ~a", ["~a -> a"]),
        ("x = True", ["True -> False"]),
        ("x = 10", ["10 -> 11", "10 -> 9"]),
        ("x = ''", []),
        ("x = 'a'", ["'a' -> 'aXX'"]),
        ("x = (a, b)", []),
        ("x = f(a, b=c)", [", b=c -> nothing"]),
        ("x = zip(a, strict=True)", []),
        ("x = a.strip()", ["a.strip() -> a"]),
        ("f(x)", ["f(x) -> pass"]),
        ("assert_never(x)", []),
        ("x += y", ["x += y -> pass"]),
        ("raise E", ["raise E -> pass"]),
        ("def f():\n    return x", ["x -> None"]),
        ("def f():\n    return None", []),
        ("if a:\n    b = c", ["a -> True", "a -> False"]),
        ("if TYPE_CHECKING:\n    b = True", []),
        ("x = [a for a in b if c]", ["c -> True"]),
        ("for a in b:\n    break", ["break -> continue"]),
        ('"""Text."""', []),
        ("__all__ = ['a', 'b']", []),
        ("x: 'int' = y", []),
        ("def f(a: 'int') -> 'str': ...", []),
        ("@d(1)\nclass A: ...", []),
        ("Law = Literal['a', 'b']", []),
        ("x = f'a{b}'", []),
    ],
)
def test_faults(source: str, expected: list[str]) -> None:
    made = changes(source)
    assert sorted(made) == sorted(expected)


def test_every_element_is_left_out_with_its_comma() -> None:
    sources = {m.source for m in mutants_of("m.py", "x = ('', 'é',\n  'c')") if not m.new}
    assert sources == {"x = ( 'é',\n  'c')", "x = ('', \n  'c')", "x = ('', 'é')"}


def test_a_mutant_knows_what_runs_it() -> None:
    source = "LIMIT = 3\n\n\ndef f(a=1):\n    if (\n        a > LIMIT\n    ):\n        return 2\n"
    places = {
        mutant.change: (mutant.lines, mutant.in_function, mutant.names)
        for mutant in mutants_of("module.py", source)
    }
    assert places["3 -> 4"] == ((1, 1), False, ("LIMIT",))
    assert places["1 -> 2"] == ((4, 8), False, ("f",))
    assert places["> -> >="] == ((5, 7), True, ())
    assert places["2 -> None"] == ((8, 8), True, ())


@pytest.mark.parametrize(
    ("module", "tests"),
    [
        ("asnsolve/pool/columns.py", "tests/pool/test_columns.py"),
        ("asnsolve/name_texts.py", "tests/test_name_texts.py"),
    ],
)
def test_modules_have_tests_of_their_own(module: str, tests: str) -> None:
    assert own_tests(module) == Path(tests)


def test_equivalent_mutants_exist() -> None:
    listed = Equivalents.read().reasons
    lines: dict[str, set[str]] = defaultdict(set)
    for file, line, _ in listed:
        lines[file].add(line)
    made = {
        (mutant.file, mutant.text, mutant.change)
        for file in sorted(lines)
        for mutant in mutants_of(file, (ROOT / file).read_text("utf-8"), lines[file])
    }
    assert listed.keys() <= made
    assert all(listed.values())


def test_an_equivalent_mutant_is_known_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "equivalent.toml"
    path.write_text(
        '[[mutant]]\nfile = "m.py"\nline = "x = a > b"\nchange = "> -> >="\nreason = "why"\n'
    )
    mutant: Mutant
    (mutant,) = mutants_of("m.py", "x = a > b")
    assert Equivalents.read(path).reason(mutant) == "why"
    (mutant,) = mutants_of("m.py", "y = a > b")
    assert Equivalents.read(path).reason(mutant) is None
