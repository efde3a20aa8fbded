"""Commands in the midst of sentences have subcommands and options that exist."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

import pytest

from asnsolve.cli.main import COMMANDS
from tests.docs.pages import PAGES, ROOT, blocks

_OPTION = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")


def commands_in_text(text: str) -> Iterator[list[str]]:
    for block in reversed(blocks(text)):
        start, end = block.span
        text = text[:start] + text[end:]
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    for command in re.findall(r"`asnsolve\s+([^`]+)`", text):
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
    for name, *words in commands_in_text((ROOT / page).read_text("utf-8")):
        if name.startswith("-") or name == "COMMAND":
            continue
        assert name in OPTIONS, name
        used = {option for word in words for option in _OPTION.findall(word) if word[0] == "-"}
        assert used <= OPTIONS[name], (name, used - OPTIONS[name])


def test_commands_are_found() -> None:
    text = "Type `asnsolve generate\n--demo`.\n\n```sh\nasnsolve nothing\n```\n"
    assert list(commands_in_text(text)) == [["generate", "--demo"]]
