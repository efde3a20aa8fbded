"""The table of request fields agrees with `Request`, `associate`, the commands and plans."""

from __future__ import annotations

import argparse
import inspect
from dataclasses import MISSING, fields
from pathlib import Path
from typing import get_args

import pytest

from asnsolve.cli.requests import add_request, request_of
from asnsolve.errors import AssociationError, UsageError
from asnsolve.from_files.associate_files import associate
from asnsolve.from_files.request import PathPolicy, Request
from asnsolve.from_files.request_fields import REQUEST_FIELDS, ROLES, FieldKind, RequestField
from asnsolve.plans.association_plan import Plan
from asnsolve.plans.plan_files import read_plan, write_plan_file

TABLE = {field.name: field for field in REQUEST_FIELDS}
VALUES = {
    "choice": {
        "level": 2,
        "paths": "relative",
        "only": "science",
        "sky": "nods",
        "stages": "rules",
    },
    "text": "one",
    "file": "a/path",
    "files": ("a", "b"),
    "texts": ("c", "d"),
    "integer": 3,
    "flag": True,
    "rules": ("level3-2017",),
}


def value_of(field: RequestField) -> object:
    """Return a value of a field that is not its default."""
    value = VALUES[field.kind]
    return value[field.name] if isinstance(value, dict) else value


def test_each_field_is_described_once() -> None:
    assert len(TABLE) == len(REQUEST_FIELDS)
    flags = [flag for field in REQUEST_FIELDS for flag in field.flags]
    assert len(flags) == len(set(flags))
    assert {field.kind for field in REQUEST_FIELDS} == set(get_args(FieldKind))
    for field in REQUEST_FIELDS:
        assert bool(field.choices) == (field.kind == "choice")
        assert field.kind == "files" or not field.role
        assert field.help or field.kind == "rules"


def test_the_request_has_the_fields_of_the_table() -> None:
    declared = {field.name: field.default for field in fields(Request)}
    assert declared.pop("files") is MISSING  # the one that every request gives
    assert declared == {name: field.default for name, field in TABLE.items() if name != "files"}


def test_the_signature_has_the_fields_of_the_table() -> None:
    parameters = dict(inspect.signature(associate).parameters)
    del parameters["on_file"]
    assert parameters.pop("files").default is inspect.Parameter.empty
    assert {*parameters, "files"} == {*TABLE}
    for name, parameter in parameters.items():
        # One source of rules is given without a tuple.
        default = (parameter.default,) if name == "rules" else parameter.default
        assert default == TABLE[name].default


@pytest.mark.parametrize("described", [Request, associate])
def test_each_field_is_documented(described: object) -> None:
    text = inspect.getdoc(described) or ""
    heads = [line.partition(" : ")[0] for line in text.splitlines() if " : " in line]
    assert {*TABLE} <= {name for head in heads for name in head.split(", ")}


def test_the_policies_for_paths_are_those_of_the_type() -> None:
    assert TABLE["paths"].choices == get_args(PathPolicy)


def test_lists_give_roles() -> None:
    assert dict(ROLES) == {
        "backgrounds": "background",
        "psfs": "psf",
        "imprints": "imprint",
        "selfcal": "selfcal",
    }


@pytest.mark.parametrize("kind", get_args(FieldKind))
def test_lists_are_empty_where_nothing_is_asked_for(kind: FieldKind) -> None:
    expected = () if kind in {"files", "texts"} else None
    assert RequestField("a", kind).default == expected
    if kind not in {"files", "texts"}:
        assert RequestField("a", kind, default="b").default == "b"


def test_a_field_is_planned_unless_it_says_otherwise() -> None:
    assert RequestField("a", "text").planned
    assert {field.name for field in REQUEST_FIELDS if not field.planned} == {
        *("files", "exclude", "replace", "jobs"),
    }


@pytest.mark.parametrize(
    ("choices", "text"), [((2, 3), "2 or 3"), (("a", "b", "c"), "one of a, b, c")]
)
def test_choices_are_listed(choices: tuple[str, ...], text: str) -> None:
    assert RequestField(name="a", kind="choice", choices=choices).choices_text() == text


def parsed(*argv: str) -> Request:
    parser = argparse.ArgumentParser()
    add_request(parser)
    return request_of(parser.parse_args(argv))


def test_a_command_without_options_asks_for_the_defaults() -> None:
    assert parsed("rate") == Request(files=("rate",), out=".")


@pytest.mark.parametrize("field", [field for field in REQUEST_FIELDS if field.flags])
def test_each_option_is_parsed(field: RequestField) -> None:
    value = value_of(field)
    words = list(map(str, value)) if isinstance(value, tuple) else [str(value)]
    if field.kind == "flag":
        words = []
    for flag in field.flags:
        assert getattr(parsed("rate", flag, *words), field.name) == value


def test_the_help_says_what_each_option_does() -> None:
    """If the wording changes, change `options.txt` as well: it shows all the help at a glance."""
    parser = argparse.ArgumentParser(add_help=False)
    add_request(parser)
    told = [
        f"{', '.join(action.option_strings)} {action.metavar or ''} "
        f"{' or '.join(map(str, action.choices or ()))}: {action.help}"
        for action in parser._actions
        if action.dest not in ("rules", "ignore_default")
    ]
    expected = Path(__file__).with_name("options.txt").read_text("utf-8")
    assert [" ".join(line.split()) for line in told] == expected.splitlines()


def test_files_that_go_beside_their_data_have_no_other_directory() -> None:
    assert parsed("rate", "--beside").out is None
    with pytest.raises(
        UsageError, match="cannot go both beside their data and to asn; expected one"
    ):
        parsed("rate", "--beside", "-p", "asn")


def test_the_rules_are_those_of_every_command() -> None:
    assert parsed("rate", "-r", "level3-2017").rules == ("level3-2017",)
    assert parsed("rate", "-r", "mine.py").rules == ("jwst", "mine.py")


@pytest.mark.parametrize("field", REQUEST_FIELDS)
def test_each_planned_field_is_in_a_plan(field: RequestField, tmp_path: Path) -> None:
    """What is not planned is asked again as if it had not been asked."""
    request = Request.of({"files": ("a",), field.name: value_of(field)})
    path = tmp_path / "plan.toml"
    write_plan_file(Plan(request, (), ()), path)
    value = getattr(read_plan(path).request, field.name)
    assert value == (value_of(field) if field.planned or field.name == "files" else field.default)
    assert (f"\n{field.name} = " in path.read_text().partition("[read]")[0]) == field.planned


@pytest.mark.parametrize("field", [field for field in REQUEST_FIELDS if field.planned])
def test_a_plan_refuses_values_of_another_kind(field: RequestField, tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(f"[request]\n{field.name} = 1.5\n[read]\nfiles = ['a']")
    expected = {
        "choice": f"is 1.5; expected {field.choices_text()}",
        "flag": "is neither true nor false",
        "text": "is not text",
        "file": "is not text",
    }.get(field.kind, "is not a list of texts")
    with pytest.raises(AssociationError, match=rf"request.{field.name} {expected}$"):
        read_plan(tmp_path / "plan.toml")
