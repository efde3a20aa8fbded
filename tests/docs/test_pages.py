"""The pages say what is so: examples run and print what is shown, links lead somewhere."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from asnsolve.archive import FORMATS
from asnsolve.cli.command import Command
from asnsolve.cli.main import COMMANDS, main
from asnsolve.profiles.jwst import FIELDS, NAMES
from tests.docs.pages import PAGES, REFERENCES, ROOT, blocks, matches, run_page

_LINK = re.compile(r"\[[^\]\[]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def read(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def anchors(text: str) -> set[str]:
    for block in blocks(text):
        text = text.replace(block.text, "")
    headings = (re.sub(r"[^\w\- ]", "", found.lower()) for found in _HEADING.findall(text))
    return {heading.replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_examples_print_what_the_page_shows(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    for example in run_page(read(page), tmp_path):
        shown = example.block.text
        assert matches(shown, example.output), (example.block.name, example.output)


def test_every_page_with_a_command_is_checked() -> None:
    checked = {page for page in PAGES if "<!-- output of: " in read(page)}
    assert {"README.md", "docs/tutorial.md", "docs/how-to/write-a-rule.md"} <= checked


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    for link in _LINK.findall(read(page)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


def test_the_index_leads_to_every_page() -> None:
    linked = {(ROOT / "docs" / link).resolve() for link in _LINK.findall(read("docs/index.md"))}
    pages = {(ROOT / page).resolve() for page in PAGES if page.startswith("docs/")}
    assert pages - linked == {(ROOT / "docs/index.md").resolve()}


@pytest.mark.parametrize("page", REFERENCES)
def test_the_reference_of_the_rules_is_made_from_them(page: str) -> None:
    assert page in PAGES
    assert read(page) == REFERENCES[page](), f"run tests.docs.pages {page}"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_option_is_on_the_page_of_the_command_line(command: Command) -> None:
    commands = argparse.ArgumentParser(prog="asnsolve").add_subparsers()
    command.add_to(commands, argparse.ArgumentParser(add_help=False))
    page = read("docs/reference/command-line.md")
    for name, parser in commands.choices.items():
        assert f"## asnsolve {name}\n" in page
        options = set(re.findall(r"(?<![\w-])--?[A-Za-z][\w-]*", parser.format_usage()))
        assert options
        for option in options:
            assert f"`{option}" in page, option


def test_every_field_is_on_the_page_of_files() -> None:
    page = read("docs/reference/files.md")
    keys = [field.key for field in FIELDS.association]
    for key in (*keys, *(f"members[].{field.key}" for field in FIELDS.member)):
        assert f"\n| `{key}` |" in page, key


def test_every_format_is_on_the_page_of_files() -> None:
    page = read("docs/reference/files.md")
    for kind in FORMATS:
        assert f"--format {kind}" in page, kind


def test_every_placeholder_is_on_the_page_of_names() -> None:
    page = read("docs/reference/naming.md")
    for name in (*NAMES.placeholders, *NAMES.left_to_pipeline):
        assert f"`{{{name}}}`" in page, name


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("generate bad.csv --dry-run", 1),
        ("generate bad.csv --strict", 2),
        ("generate none.csv", 2),
        ("generate --demo --dry-run", 0),
    ],
)
def test_exit_status_is_the_one_on_the_page(
    command: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in blocks(read("docs/how-to/handle-bad-pools.md")):
        if block.mark == "file":
            (tmp_path / block.name).write_text(block.text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == status


@pytest.mark.parametrize(
    ("shown", "output", "equal"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n...\nc\n", "a\nb\nb\nc\n", True),
        ("a\n...\nc\n", "a\nb\n", False),
        ("...\na.\n", "ab\n", False),
    ],
)
def test_three_dots_stand_for_any_lines(shown: str, output: str, equal: bool) -> None:
    assert matches(shown, output) is equal


def test_the_readme_has_two_set_up_commands() -> None:
    lines = [line for line in read("README.md").splitlines() if line.startswith("python3 -m venv ")]
    assert len(lines) == 2
