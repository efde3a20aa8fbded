"""The files that commands write: they have a name, and they are none of those that are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.cli.main import main

READERS = {
    "pool": ["pool", "a_cal.fits", "-o"],
    "pool with a table": ["pool", "b_cal.fits", "--extra", "a_cal.fits", "-o"],
    "plan": ["plan", "a_cal.fits", "-o"],
    "list": ["list", "a_cal.fits", "--product", "p", "-o"],
    "list with a role": ["list", "b_cal.fits", "--product", "p", "--psf", "a_cal.fits", "-o"],
    "associate": ["associate", "a_cal.fits", "--files"],
    "pool of a pattern": ["pool", "a*.fits", "-o"],
    "plan of a directory": ["plan", ".", "-o"],
    "plan with a table": ["plan", "b_cal.fits", "--extra", "a_cal.fits", "-o"],
    "plan with a background": ["plan", "b_cal.fits", "--background", "a_cal.fits", "-o"],
    "list of a list": ["list", "@names", "--product", "p", "-o"],
    "associate a list": ["associate", "@names", "--files"],
}
"""Commands that read ``a_cal.fits``, each without the name of the file that it writes."""

WRITERS = {
    **READERS,
    "edit": ["edit", "a_asn.json", "--remove", "b.fits", "-o"],
    "fuzz": ["fuzz", "jwst", "-o"],
}


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        Path(f"{name}_cal.fits").write_bytes(b"content")
    Path("names").write_text("a_cal.fits\n")


@pytest.mark.parametrize("output", ["a_cal.fits", "./a_cal.fits", "link.fits"])
@pytest.mark.parametrize("command", READERS.values(), ids=READERS)
def test_a_file_that_is_read_is_not_replaced(
    command: list[str], output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("link.fits").symlink_to("a_cal.fits")
    assert main([*command, output, "--replace"]) == 2
    assert "is read by this command as a_cal.fits, and would be replaced" in capsys.readouterr().err
    assert Path("a_cal.fits").read_bytes() == b"content"


def test_a_list_that_is_read_is_not_replaced(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "@names", "-o", "names", "--replace"]) == 2
    assert "is read by this command as names, and would" in capsys.readouterr().err
    assert Path("names").read_text() == "a_cal.fits\n"


@pytest.mark.parametrize("command", WRITERS.values(), ids=WRITERS)
def test_the_name_of_an_output_is_not_empty(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, ""]) == 2
    said = capsys.readouterr().err
    assert said.endswith("the name is empty\n"), said
    assert {path.name for path in Path().iterdir()} == {"a_cal.fits", "b_cal.fits", "names"}
