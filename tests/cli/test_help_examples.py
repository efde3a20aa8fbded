"""The examples in the help of each command run, in a directory with the files that they name."""

from __future__ import annotations

import json
import shlex
import shutil
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from asnsolve import demo_pool
from asnsolve.cli.command import Command
from asnsolve.cli.main import COMMANDS, main
from tests.docs.pages import ROOT, blocks, observe

ASSOCIATION = "jw09801-o002_image3_00001_asn.json"

FINDINGS = {
    "asnsolve check my_rules.py --ignore-default",
    "asnsolve rules diff jwst jwst+my_rules.py --pool pool.csv",
    "asnsolve fuzz jwst --against level3-2017 --examples 5 -o smallest.csv",
}
"""Examples that find something, and say so by exit status 1."""


def block_of(page: str, name: str) -> str:
    """Return a file that a page shows."""
    text = (ROOT / page).read_text("utf-8")
    return next(one.text for one in blocks(text) if (one.mark, one.name) == ("file", name))


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a directory with the files that examples name."""
    folder = tmp_path_factory.mktemp("examples")
    with chdir(folder):
        Path("pool.csv").write_text(demo_pool().read_text())
        Path("my_rules.py").write_text(block_of("docs/how-to/write-a-rule.md", "boxed.py"))
        Path("search.csv").write_text(block_of("docs/how-to/before-the-download.md", "search.csv"))
        for words in (
            "nircam_image rate rate",
            "nircam_image cal cal",
            "miri_mrs_background cal star observation=1",
            "miri_mrs_background x1d sky observation=2",
        ):
            observe(words, folder)
        assert main(["generate", "--demo", "-p", "before", "-q"]) == 0
        assert main(["generate", "pool.csv", "-p", "out", "--format", "jsonl", "-q"]) == 0
        assert main(["plan", "cal/", "--level", "3"]) == 0
        shutil.copy(ROOT / "docs/how-to/missions/roman_like.py", "roman_like.py")
        Path("roman.csv").write_text(block_of("docs/how-to/another-mission.md", "roman.csv"))
        own = ["-r", "roman_like.py", "--ignore-default"]
        assert main(["generate", "roman.csv", *own, "-p", "mosaics", "-q"]) == 0
        shutil.copy(Path("before", ASSOCIATION), ASSOCIATION)
        shutil.copytree("before", "after")
        Path("data").mkdir()
        [product] = json.loads(Path(ASSOCIATION).read_text())["products"]
        for member in product["members"]:
            Path(member["expname"]).touch()
            Path("data", member["expname"]).touch()
        for name in ("a_destriped_cal", "star_x1d", "sky_x1d", "sky_cal", "a_rate", "field_i2d"):
            Path(f"{name}.fits").touch()
    return folder


@pytest.fixture
def _in_a_copy(laid_out: Path, tmp_path: Path) -> Iterator[None]:
    shutil.copytree(laid_out, tmp_path / "copy")
    with chdir(tmp_path / "copy"):
        yield


def expanded(word: str) -> list[str]:
    """Expand a pattern as a shell does."""
    return (sorted(map(str, Path().glob(word))) if "*" in word else []) or [word]


@pytest.mark.usefixtures("_in_a_copy")
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_examples_of_a_command_run(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert any(one.line.startswith(f"asnsolve {command.name} ") for one in command.examples)
    for example in command.examples:
        program, *words = shlex.split(example.line)
        assert program == "asnsolve"
        # What a shell writes into a file is printed here.
        words = words[: words.index(">")] if ">" in words else words
        before = {path: path.stat().st_mtime_ns for path in Path().rglob("*")}
        status = main([name for word in words for name in expanded(word)])
        told = capsys.readouterr()
        assert status == (1 if example.line in FINDINGS else 0), (example, told)
        after = {path: path.stat().st_mtime_ns for path in Path().rglob("*")}
        assert told.out or before != after, example


def test_purposes_are_phrases() -> None:
    for command in COMMANDS:
        for example in command.examples:
            assert example.purpose[0].isupper()
            assert not example.purpose.endswith((".", ":"))
