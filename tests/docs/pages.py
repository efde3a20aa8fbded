"""Run the examples of a page: ``python -m tests.docs.pages PAGE...`` writes their output anew.

A comment in front of a fenced block says what the block is:

- ``<!-- output of: asnsolve ... -->``: what the command prints; ``cat FILE`` shows a file; the
  directory in which the examples run is shown as ``/data``;
- ``<!-- output of: python -->``: what the Python block before it prints;
- ``<!-- file: NAME -->``: a file, written where the examples run;
- ``<!-- files: MODE STAGE DIRECTORY [OPTION=VALUE ...] -->``: the names of FITS files that are
  written there, header-only, those that observing in a simulated mode gives at a stage of the
  pipeline, and the files that their headers name; the option ``observation`` keeps those of one
  observation, others are of the mode.

Every Python block without a comment is run, all of a page in one namespace. A line ``...`` in an
output stands for any lines; an output with such a line is never written anew.

A page in ``docs/reference`` that has the name of a rule set is made from its rules as a whole, and
that on completeness from what is proved of all of them. The rule set ``jwst-main`` has no page of
its own: what differs from ``jwst`` is shown on the page on rule sets.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shlex
import sys
import tomllib
from ast import literal_eval
from collections.abc import Callable, Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from asnsolve.cli.main import main as asnsolve
from asnsolve.proofs.rule_check import check
from asnsolve.report.proofs import completeness_markdown
from asnsolve.report.reference import reference_markdown
from asnsolve.rules.load import RULE_SETS
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import stage_of_row, write_file

__all__ = [
    "PAGES",
    "REFERENCES",
    "ROOT",
    "SHOWN_DIRECTORY",
    "Block",
    "Example",
    "blocks",
    "matches",
    "observe",
    "run_page",
]

ROOT = Path(__file__).parents[2]
PAGES = tuple(
    str(page.relative_to(ROOT))
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    # Changes since the last release are parts of the changelog, not pages.
    if page.parent != ROOT / "docs/changes"
)
SHOWN_DIRECTORY = "/data"
"""What pages show instead of the directory in which their examples run."""

_MADE: dict[str, Callable[[], str]] = {
    f"docs/reference/{name}.md": partial(reference_markdown, RULE_SETS[name])
    for name in ("jwst", "level3-2017")
}
REFERENCES: dict[str, Callable[[], str]] = _MADE | {
    "docs/reference/completeness.md": lambda: completeness_markdown(map(check, RULE_SETS))
}
"""Pages that are made as a whole: from the rules of a set, and from what is proved of them."""

_BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>output of|files|file): (?P<name>.+?) -->\n+)?"
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_CODE_VERSION = re.compile(r'("code_version": ).*')
_VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: its mark, language, text, and where the text stands."""

    mark: str | None
    name: str
    language: str
    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """A block that shows an output, and the output that there really is."""

    block: Block
    output: str


def blocks(page: str) -> tuple[Block, ...]:
    """Return the fenced blocks of a page, given its text."""
    return tuple(
        Block(b["mark"], b["name"] or "", b["language"], b["text"], b.span("text"))
        for b in _BLOCK.finditer(page)
    )


def run_page(page: str, directory: Path) -> Iterator[Example]:
    """Run the examples of a page, given its text, in a directory; give those with an output."""
    namespace: dict[str, object] = {"__name__": "example"}
    printed = ""
    for block in blocks(page):
        match block.mark, block.name, block.language:
            case "file", name, _:
                (directory / name).write_text(block.text, encoding="utf-8")
            case "files", name, _:
                yield Example(block, observe(name, directory))
            case "output of", "python", _:
                yield Example(block, printed)
            case "output of", command, _:
                yield Example(block, _run(command, directory))
            case None, _, "python":
                stream = io.StringIO()
                with chdir(directory), redirect_stdout(stream):
                    exec(compile(block.text, "<example>", "exec"), namespace)
                printed = _clean(stream.getvalue())


def observe(words: str, directory: Path) -> str:
    """Write the files of a mode, and list their names."""
    mode, stage, folder, *options = words.split()
    given = {name: literal_eval(value) for name, value in (one.split("=") for one in options)}
    observation = str(given.pop("observation", ""))
    rows = simulate([Program(number=1234, plans=(MODES[mode].plan(**given),))])
    (directory / folder).mkdir(parents=True, exist_ok=True)
    paths = [
        write_file(row, directory / folder / row["FILENAME"].replace("uncal", kept))
        for row in rows
        if observation in ("", row["OBS_NUM"])
        for kept in [stage_of_row(row, stage)]
    ]
    # The archive has the files that describe micro-shutters with the raw and the rate files.
    shutter_files = {row["MSAMETFL"] for row in rows if row["MSAMETFL"].endswith(".fits")}
    for name in shutter_files if stage == "rate" else ():
        shutters = directory / folder / name
        shutters.touch()
        paths.append(shutters)
    return "".join(f"{folder}/{path.name}\n" for path in sorted(paths))


def _run(command: str, directory: Path) -> str:
    program, *arguments = shlex.split(command)
    if program == "cat":
        text = "".join((directory / name).read_text("utf-8") for name in arguments)
        return _clean(text.replace(str(directory), SHOWN_DIRECTORY))
    if program != "asnsolve":
        raise ValueError(f"a page cannot run {command!r}")
    stream = io.StringIO()
    with chdir(directory), redirect_stdout(stream), redirect_stderr(stream):
        asnsolve([name for argument in arguments for name in _expanded(argument)])
    return _clean(stream.getvalue().replace(str(directory), SHOWN_DIRECTORY))


def _expanded(argument: str) -> list[str]:
    """Expand ``*`` as a shell does."""
    return (sorted(map(str, Path().glob(argument))) if "*" in argument else []) or [argument]


def _clean(text: str) -> str:
    """Drop blanks at the ends of lines, and the version that wrote a file."""
    lines = [line.rstrip() for line in text.splitlines()]
    text = "".join(f"{line}\n" for line in lines)
    return _CODE_VERSION.sub(rf'\1"asnsolve {_VERSION}",', text)


def matches(shown: str, output: str) -> bool:
    """Tell whether a page shows an output; a line ``...`` stands for any lines."""
    parts = re.split(r"^ *\.\.\.\n", shown, flags=re.MULTILINE)
    return re.fullmatch("(?:.*\n)*".join(map(re.escape, parts)), output) is not None


def _written_anew(page: str) -> str:
    with TemporaryDirectory() as directory:
        examples = list(run_page(page, Path(directory)))
    for example in reversed(examples):
        if not re.search(r"^ *\.\.\.$", example.block.text, re.MULTILINE):
            start, end = example.block.span
            page = page[:start] + example.output + page[end:]
        elif not matches(example.block.text, example.output):
            sys.stderr.write(f"{example.block.name} prints something else now:\n{example.output}")
    return page


def main() -> None:
    """Write the outputs of some pages anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, nargs="+")
    os.environ["COLUMNS"] = "100"
    made = {(ROOT / page).resolve(): make for page, make in REFERENCES.items()}
    for path in parser.parse_args().pages:
        if path.resolve() in made:
            page = made[path.resolve()]()
        else:
            page = _written_anew(path.read_text("utf-8"))
        path.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
