from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from asnsolve.cli.main import main
from tests.cli.test_streams import watch

BIDI = "\u202eW277F\x1b[8m"
POOL = f"""\
FILENAME|EXP_TYPE|PROGRAM|INSTRUME|TARGETID|FILTER|ASN_CANDIDATE
jw00001001001_02101_00001_nis_uncal.fits|NIS_SOSS|1|NIRISS|1|\u202e772F|[('o001', 'observation')]
{BIDI}|NIS_SOSS|1|NIRISS|1|F277W|[('o001', 'observation')]
"""
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture
def pool(tmp_path: Path) -> str:
    path = tmp_path / f"pool{BIDI}.csv"
    path.write_text(POOL, "utf-8")
    return str(path)


def is_harmless(text: str) -> bool:
    """Tell whether a text has no control characters but line ends and the colours of reports."""
    return COLOURS.sub("", text).replace("\n", "").isprintable() and "\x1b[8m" not in text


@pytest.mark.parametrize(
    "argv",
    [
        ["generate", "{pool}", "--dry-run", "-v", "--solver", "exact"],
        ["generate", "{pool}", "--dry-run", "--DMS", "-i", "o\x1b[8m"],
        ["generate", "{pool}", "--pool-format", "fi\x1b[8mts"],
        ["generate", "none\x1b[8m\u2066.csv"],
        ["generate", "--nonsense\x1b[8m\x9b"],
        ["explain", "{pool}", "jw00001001001_02101_00001_nis_uncal.fits"],
        ["explain", "{pool}", "\x1b[8m"],
        ["associate", "{pool}", "\x1b[8m.fits", "--dry-run"],
        ["validate", "{pool}"],
        ["rules", "show", "\x1b[8m"],
        ["\x1b[8m"],
    ],
)
def test_no_control_character_reaches_a_terminal(
    argv: list[str],
    pool: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    argv = [arg.format(pool=pool) for arg in argv]
    for more in ([], ["--json"]):
        main([*argv, *more])
        told = capsys.readouterr()
        assert is_harmless(told.out)
        assert is_harmless(told.err)
    terminal = watch("stdout", monkeypatch)
    main(argv)
    assert is_harmless(terminal.getvalue())


def test_what_a_report_shows_as_escapes_is_whole_in_json(
    pool: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", pool, "--dry-run", "--json"]) == 1
    told = capsys.readouterr()
    assert told.out.isascii()
    assert BIDI.removesuffix("\x1b[8m") in json.dumps(json.loads(told.out), ensure_ascii=False)
    assert r"pool\u202eW277F\x1b[8m.csv, row 3" in told.err


def run(argv: list[str], redirection: str) -> subprocess.CompletedProcess[str]:
    command = f'exec "$0" -m asnsolve "$@" {redirection}'
    argv = ["sh", "-c", command, sys.executable, *argv]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("argv", "redirection", "status", "message"),
    [
        (["rules"], ">/dev/full", 2, "No space left on device"),
        (["--help"], ">/dev/full", 2, "No space left on device"),
        (["rules", "--json"], ">&-", 2, "it is closed"),
        (["generate", "none.csv"], "2>/dev/full", 2, ""),
        (["generate", "none.csv"], ">&- 2>&-", 2, ""),
        (["generate", "-"], "<&-", 2, "is closed"),
        (["--version"], "2>&-", 0, ""),
    ],
)
def test_full_and_closed_streams_end_with_a_message_and_a_status(
    argv: list[str], redirection: str, status: int, message: str
) -> None:
    if "/dev/full" in redirection and not Path("/dev/full").exists():
        pytest.skip("no full device here")
    ran = run(argv, redirection)
    assert ran.returncode == status
    assert message in ran.stderr
    assert len(ran.stderr.splitlines()) == bool(message)


def test_no_file_takes_the_place_of_a_closed_stream(tmp_path: Path) -> None:
    argv = ["generate", "--demo", "--quiet", "-p", str(tmp_path)]
    assert run(argv, ">&- 2>&-").returncode == 0
    files = list(tmp_path.iterdir())
    assert files
    assert all(json.loads(path.read_bytes()) for path in files)
