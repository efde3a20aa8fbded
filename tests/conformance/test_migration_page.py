"""The page on moving over has every option of the installed scripts, and only options of ours."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from importlib.metadata import entry_points

import pytest

from asnsolve.cli.main import COMMANDS
from tests.conformance.reference import NEEDS_REFERENCE
from tests.docs.pages import ROOT

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.usefixtures("pipeline_warnings"),
]

COUNTERPARTS = {
    "asn_generate": "generate",
    "asn_from_list": "list",
    "asn_make_pool": "pool",
    "asn_edit": "edit",
    "asn_gather": "gather",
}
"""The scripts of jwst.associations, and the command that stands for each."""

OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")


class ParserFoundError(Exception):
    """Ends a script as soon as its parser is known."""


def parser_of(script: str, monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    """Return the parser of an installed script."""
    found: list[argparse.ArgumentParser] = []

    def keep(parser: argparse.ArgumentParser, *_given: object, **_named: object) -> None:
        found.append(parser)
        raise ParserFoundError

    (entry,) = entry_points(group="console_scripts", name=script)
    with monkeypatch.context() as patch:
        patch.setattr(argparse.ArgumentParser, "parse_args", keep)
        patch.setattr("sys.argv", [script])
        with pytest.raises(ParserFoundError):
            entry.load()()
    return found[0]


def rows(script: str) -> Iterator[list[str]]:
    """Yield the cells of the table about a script."""
    page = (ROOT / "docs/how-to/from-asn-generate.md").read_text("utf-8")
    section = page.split(f"\n## {script}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def options_of(command: str) -> set[str]:
    """Return the options of one of our commands."""
    commands = argparse.ArgumentParser(prog="asnsolve").add_subparsers()
    (chosen,) = (one for one in COMMANDS if one.name == command)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json")
    common.add_argument("-D", "--debug")
    chosen.add_to(commands, common)
    actions = commands.choices[command]._actions
    return {option for action in actions for option in action.option_strings}


def test_every_script_of_jwst_associations_has_a_section() -> None:
    scripts = {entry.name for entry in entry_points(group="console_scripts")}
    assert {name for name in scripts if name.startswith("asn_")} == COUNTERPARTS.keys()


@pytest.mark.parametrize("script", COUNTERPARTS)
def test_every_option_of_a_script_is_on_the_page(
    script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = [word for first, *_ in rows(script) for word in re.findall(r"`([^`]+)`", first)]
    actions = parser_of(script, monkeypatch)._actions
    options = {option for action in actions for option in action.option_strings}
    arguments = {action.dest for action in actions if not action.option_strings}
    assert len(options) > 3
    # An option that a release has gained needs a row, and one that it has lost needs none.
    assert {*named} == options | arguments
    assert len(named) == len({*named})


@pytest.mark.parametrize(("script", "command"), COUNTERPARTS.items())
def test_what_to_type_instead_is_taken(script: str, command: str) -> None:
    cells = list(rows(script))
    assert {len(row) for row in cells} == {3}
    instead = {option for row in cells for option in OPTION.findall(row[1])}
    assert instead - options_of(command) == set()
