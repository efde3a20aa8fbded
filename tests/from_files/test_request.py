"""Requests: arguments in any form become plain values, and paths are relocated."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from asnsolve.errors import UsageError
from asnsolve.from_files.request import Request, relocated
from asnsolve.rules.load import load_rules


@pytest.mark.parametrize(
    ("field", "argument", "value"),
    [
        ("files", "a", ("a",)),
        ("files", Path("a"), ("a",)),
        ("files", (Path("a"), "b"), ("a", "b")),
        ("backgrounds", iter(["a"]), ("a",)),
        ("rules", "jwst", ("jwst",)),
        ("rules", Path("mine.py"), (Path("mine.py"),)),
        ("rules", ["jwst", "mine.py"], ("jwst", "mine.py")),
        ("together", "visit", ("visit",)),
        ("apart", ["visit", "dither"], ("visit", "dither")),
        ("out", Path("asn"), "asn"),
        ("out", None, None),
        ("product", "mine", "mine"),
        ("level", 3, 3),
        ("level", None, None),
        ("jobs", 4, 4),
    ],
)
def test_arguments_become_plain_values(field: str, argument: object, value: object) -> None:
    assert getattr(Request.of({"files": (), field: argument}), field) == value


def test_rules_in_memory_are_one_source() -> None:
    rules = load_rules("level3-2017")
    rule = next(iter(rules))
    assert Request.of({"files": (), "rules": rules}).rules == (rules,)
    assert Request.of({"files": (), "rules": rule}).rules == (rule,)
    assert Request.of({"files": (), "rules": [rules, rule]}).rules == (rules, rule)


def test_other_arguments_are_ignored() -> None:
    assert Request.of({"files": "a", "on_file": print}) == Request(files=("a",))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"level": 1}, "the level is 1; expected 2 or 3"),
        ({"level": "2"}, "the level is '2'; expected 2 or 3"),
        ({"paths": "short"}, "paths is 'short'; expected one of auto, name, relative, absolute"),
        ({"paths": None}, "paths is None; expected one of auto, name, relative, absolute"),
    ],
)
def test_unknown_choices_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        Request(files=(), **arguments)


def test_every_path_is_relocated_and_nothing_else() -> None:
    rules = load_rules("level3-2017")
    request = Request(
        files=("f",),
        level=2,
        rules=("jwst", "mine.py", Path("own.py"), rules),
        backgrounds=("b",),
        psfs=("p",),
        imprints=("i",),
        selfcal=("s",),
        exclude=("e",),
        together=("visit",),
        apart=("dither",),
        product="product",
        out="out",
        extra="extra",
        jobs=2,
    )
    moved = relocated(request, lambda file: f"up/{file}", lambda source: source.endswith(".py"))
    assert moved == Request(
        files=("up/f",),
        level=2,
        rules=("jwst", "up/mine.py", "up/own.py", rules),
        backgrounds=("up/b",),
        psfs=("up/p",),
        imprints=("up/i",),
        selfcal=("up/s",),
        exclude=("up/e",),
        together=("visit",),
        apart=("dither",),
        product="product",
        out="up/out",
        extra="up/extra",
        jobs=2,
    )
    nowhere = relocated(Request(files=()), lambda file: f"up/{file}", lambda source: False)
    assert nowhere == Request(files=())


def test_files_go_to_one_place() -> None:
    with pytest.raises(UsageError) as caught:
        Request(files=("a",), beside=True, out="asn")
    assert str(caught.value) == (
        "association files cannot go both beside their data and to asn; expected one of them"
    )
    assert Request(files=("a",), beside=True).out is None


def test_nothing_is_replaced_unless_asked() -> None:
    request = Request(files=("a",))
    assert (request.replace, request.beside, request.jobs) == (False, False, 1)


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"files": ("",)}, "FILES"),
        ({"files": "a.fits", "backgrounds": " "}, "--background"),
        ({"files": "a.fits", "catalogs": ["b", ""]}, "--catalog"),
        ({"files": "a.fits", "exclude": ""}, "--exclude"),
    ],
)
def test_the_name_of_a_file_is_not_empty(arguments: dict[str, Any], place: str) -> None:
    with pytest.raises(UsageError, match=f"^{place}: the name is empty$"):
        Request.of(arguments)
