"""What pages show but do not run: commands have options that exist, and code is valid."""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
from collections.abc import Iterator

import pytest

from asnsolve.cli.main import COMMANDS
from tests.docs.pages import PAGES, ROOT, Block, blocks

_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")


def read(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def commands_in_text(text: str) -> Iterator[list[str]]:
    """Yield the commands in sentences, and those in blocks that are not run."""
    for block in reversed(blocks(text)):
        start, end = block.span
        text = text[:start] + text[end:]
        if block.mark is None and block.language == "text":
            for command in re.findall(r"^asnsolve (\w.+)", block.text, re.MULTILINE):
                yield command.split()
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    for command in re.findall(r"`asnsolve\s+([\w-][^`]*)`", text):
        yield command.split()


def options() -> dict[str, set[str]]:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json")
    common.add_argument("-D", "--debug")
    commands = argparse.ArgumentParser(prog="asnsolve").add_subparsers()
    for command in COMMANDS:
        command.add_to(commands, common)
    return {name: set(_OPTION.findall(p.format_help())) for name, p in commands.choices.items()}


OPTIONS = options()


@pytest.mark.parametrize("page", PAGES)
def test_a_command_in_the_text_can_be_typed(page: str) -> None:
    for name, *words in commands_in_text(read(page)):
        if name.startswith("-") or name == "COMMAND":
            continue
        assert name in OPTIONS, name
        used = {option for word in words for option in _OPTION.findall(word) if word[0] == "-"}
        assert used <= OPTIONS[name], (name, used - OPTIONS[name])


def test_commands_are_found() -> None:
    text = (
        "Type `asnsolve generate\n--demo`.\n\n```sh\nasnsolve nothing\n```\n\n"
        "```text\nasnsolve pool x\nasnsolve: error\n```\n"
    )
    assert list(commands_in_text(text)) == [["pool", "x"], ["generate", "--demo"]]


def shown(language: str) -> list[Block]:
    """Return the blocks that need a network, a cluster or pytest, which are therefore not run."""
    found = [block for page in PAGES for block in blocks(read(page)) if block.language == language]
    assert found
    return found


@pytest.mark.parametrize("block", shown("py"), ids=lambda block: block.text.splitlines()[0])
def test_python_that_is_not_run_is_valid(block: Block) -> None:
    assert ast.parse(block.text).body


@pytest.mark.parametrize("block", shown("bash"), ids=lambda block: block.text.splitlines()[0])
def test_shell_that_is_not_run_is_valid(block: Block) -> None:
    subprocess.run(["bash", "-n"], input=block.text, text=True, check=True)
