"""Scripts that complete commands: shells read them, and find what the parsers have."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from asnsolve.cli.main import main, program_parser
from asnsolve.cli.parsers import commands_of, options_of

COMMANDS = commands_of(program_parser())


def script_of(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", shell]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    return told.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_has_every_command_and_option_that_the_help_shows(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    script = script_of(shell, capsys)
    for name, parser in COMMANDS.items():
        assert name in script
        for option in options_of(parser, visible=True):
            # fish writes the dashes of an option as the kind of the option.
            assert option.lstrip("-") in script
    assert "no-finalize" not in script
    assert "product-name" not in script


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_can_read_its_script(
    shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    file = tmp_path / "script"
    file.write_text(script_of(shell, capsys))
    read = subprocess.run([program, "-n", str(file)], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("gen", ["generate"]),
        ("generate --dry", ["--dry-run"]),
        ("generate --no-m", []),
        ("rules sh", ["show"]),
        ("generate --solver ''", ["fast", "exact"]),
        ("generate my_p", ["my_pool.csv"]),
        ("generate -p my_d", ["my_directory"]),
    ],
)
def test_bash_completes_a_line(
    words: str, found: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = shutil.which("bash")
    if program is None:
        pytest.skip("bash is not installed")
    (tmp_path / "my_pool.csv").touch()
    (tmp_path / "my_directory").mkdir()
    line = (
        f"COMP_WORDS=(asnsolve {words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); "
        '_shtab_asnsolve; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    ran = subprocess.run(
        [program, "--norc", "-c", f"{script_of('bash', capsys)}\n{line}"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert ran.stdout.split() == found


def test_the_script_is_json_if_the_report_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "fish", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["shell"] == "fish"
    assert "asnsolve" in report["script"]


def test_another_shell_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "fihs"]) == 2
    assert "shell fihs is not one of bash, zsh, fish. Did you mean fish?" in capsys.readouterr().err
