"""Run a page as a reader does: type what it prints, block by block, into one shell.

`strun` is a stand-in; see `tests.docs.strun`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.docs.pages import ROOT, Block, blocks, observe

__all__ = ["Step", "run_in_one_shell"]

_END = "--- end of block, status "
_SET_UP = ("python3 -m venv ", ".venv/bin/")
"""How lines begin that set up or use an environment of their own, which `.ci/run` does."""

Step = tuple[Block, str, int]
"""A block of shell commands, what they printed, and the exit status of the last one."""


def run_in_one_shell(page: str, directory: Path, tools: Path) -> Iterator[Step]:
    """Run the shell blocks of a page, given its text, one after the other in one shell."""
    _write_tools(tools)
    with subprocess.Popen(
        ["bash", "--norc"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=directory,
        env={"PATH": f"{tools}:/usr/bin:/bin", "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        text=True,
    ) as shell:
        assert shell.stdin is not None
        assert shell.stdout is not None
        for block in blocks(page):
            match block.mark, block.language:
                case "files", _:
                    observe(block.name, directory)
                case "file", _:
                    (directory / block.name).write_text(block.text, encoding="utf-8")
                case None, "sh" if not block.text.startswith(_SET_UP):
                    shell.stdin.write(f'{block.text}echo "{_END}$?"\n')
                    shell.stdin.flush()
                    printed = ""
                    while not (line := shell.stdout.readline()).startswith(_END):
                        assert line, printed
                        printed += line
                    yield block, printed, int(line.removeprefix(_END))
        shell.stdin.write(f'test "$PWD" = "{directory}"; exit $?\n')
        shell.stdin.close()
        assert shell.wait() == 0, "the page leaves the reader in another directory"


def _write_tools(tools: Path) -> None:
    tools.mkdir()
    stand_in = ROOT / "tests" / "docs" / "strun.py"
    # The stand-in is run for every association of a page, and needs no package.
    for name, program in (("asnsolve", "-m asnsolve"), ("strun", f"-I -S '{stand_in}'")):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" {program} "$@"\n')
        tool.chmod(0o755)
