"""The commands of a page do what it says, typed in order into one shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, SHOWN_DIRECTORY, Block, blocks, matches
from tests.docs.shell_pages import run_in_one_shell
from tests.docs.strun import open_members

HOW_TO = [page for page in PAGES if page.startswith("docs/how-to/")]


def read(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


TYPED = [*HOW_TO, "README.md"]
"""Pages whose commands are typed. On others, each is the command of an output that is shown."""


def commands(page: str) -> list[Block]:
    return [block for block in blocks(read(page)) if block.mark is None and block.language == "sh"]


WITH_COMMANDS = [page for page in TYPED if commands(page)]


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page not in TYPED and "/contributing/" not in page]
)
def test_every_other_command_has_an_output(page: str) -> None:
    shown = {block.name for block in blocks(read(page)) if block.mark == "output of"}
    typed = {line for block in commands(page) for line in block.text.splitlines()}
    assert typed <= shown


def test_every_mode_has_commands() -> None:
    modes = {page for page in HOW_TO if "/modes/" in page and not page.endswith("/index.md")}
    assert modes <= set(WITH_COMMANDS)


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_a_page_is_typed_into_one_shell(page: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    text = read(page)
    outputs = {block.name: block.text for block in blocks(text) if block.mark == "output of"}
    for block, printed, status in run_in_one_shell(text, tmp_path / "data", tmp_path / "tools"):
        command = block.text.strip()
        if command in outputs:
            shown = printed.replace(str(tmp_path / "data"), SHOWN_DIRECTORY)
            # Files left over are findings, which the exit status of asnsolve tells.
            assert matches(outputs[command], shown), command
            assert status in (0, 1)
        else:
            assert (printed, status) == ("", 0), command


@pytest.mark.parametrize(
    ("expname", "pipeline", "error"),
    [
        ("sub/a.fits", "calwebb_spec2", AssertionError),
        ("a.fits", "calwebb_image2", AssertionError),
        ("b.fits", "calwebb_spec2", FileNotFoundError),
    ],
)
def test_the_stand_in_looks_where_the_pipeline_does(
    expname: str, pipeline: str, error: type[Exception], tmp_path: Path
) -> None:
    association = tmp_path / "one.json"
    member = f'{{"expname": "{expname}", "exptype": "science"}}'
    association.write_text(
        f'{{"asn_type": "spec2", "products": [{{"name": "x", "members": [{member}]}}]}}'
    )
    (tmp_path / "a.fits").touch()
    with pytest.raises(error):
        open_members(pipeline, association)
