"""What parsers say of unknown options, commands and choices; and how options are named."""

from __future__ import annotations

import argparse
import re
from importlib import import_module
from itertools import combinations
from pathlib import Path
from pkgutil import iter_modules

import pytest

from asnsolve import cli
from asnsolve.cli.command import Command
from asnsolve.cli.main import COMMANDS, main, program_parser
from asnsolve.cli.parsers import Parser, commands_of, options_of

COMMAND_PARSERS = commands_of(program_parser())


def differ_by_one_letter(first: str, second: str) -> bool:
    """Tell whether one letter more, less or changed makes one word of the other."""
    longer, shorter = sorted((first, second), key=len, reverse=True)
    if len(longer) == len(shorter):
        return sum(a != b for a, b in zip(longer, shorter, strict=True)) == 1
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


@pytest.mark.parametrize(
    ("first", "second", "close"),
    [
        ("--path", "--paths", True),
        ("--rule", "--role", True),
        ("--path", "--path", False),
        ("--ids", "--rules", False),
    ],
)
def test_the_distance_of_two_options(first: str, second: str, close: bool) -> None:
    assert differ_by_one_letter(first, second) is close
    assert differ_by_one_letter(second, first) is close


def test_each_command_is_on_one_line_with_what_it_does() -> None:
    lines = program_parser().format_help().splitlines()
    for command in COMMANDS:
        (line,) = (line for line in lines if line.split()[:1] == [command.name])
        assert line.split()[1:3] == command.help.split()[:2]


def test_no_two_options_of_any_commands_differ_by_one_letter() -> None:
    every = {
        option
        for parser in COMMAND_PARSERS.values()
        for option in options_of(parser, visible=True)
        if option.startswith("--")
    }
    assert {"--path", "--member-paths", "--rules"} <= every
    close = [pair for pair in combinations(sorted(every), 2) if differ_by_one_letter(*pair)]
    assert close == []


@pytest.mark.parametrize("name", COMMAND_PARSERS)
def test_every_argument_has_a_help_without_a_full_stop(name: str) -> None:
    for action in COMMAND_PARSERS[name]._actions:
        assert action.help, action
        assert not action.help.endswith("."), action.help


@pytest.mark.parametrize("name", COMMAND_PARSERS)
def test_the_help_names_a_default_that_is_a_value(name: str) -> None:
    for action in COMMAND_PARSERS[name]._actions:
        # Where nothing or an empty list is the default, the help says what happens then.
        is_number = type(action.default) in (int, float)
        if is_number or (action.default and action.default != argparse.SUPPRESS):
            value = f"{action.default:g}" if isinstance(action.default, float) else action.default
            shown = "the working directory" if value == Path() else value
            assert f"(default: {shown})" in str(action.help), action


def test_every_module_with_a_command_is_in_the_list() -> None:
    modules = (
        import_module(f"asnsolve.cli.{module.name}") for module in iter_modules(cli.__path__)
    )
    assert {module.COMMAND.name for module in modules if hasattr(module, "COMMAND")} == {
        command.name for command in COMMANDS
    }


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_help_has_parts_in_one_order(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command.name, "--help"]) == 0
    told = capsys.readouterr().out
    assert told.startswith("Usage: asnsolve ")
    parts = ["\nOptions:\n", "\nFor every command:\n", "\nExamples:\n", "\nExit status:\n  0  "]
    places = [told.index(part) for part in parts]
    assert all(told.count(part) == 1 for part in parts)
    assert places[2:] == sorted(places[2:]) and max(places[:2]) < places[2]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("genrate pool.csv", "there is no command genrate. Did you mean generate or gather?"),
        ("xyz", "there is no command xyz. 'asnsolve --help' lists what it takes."),
        ("--versoin", "there is no option --versoin. Did you mean --version?"),
        (
            "--debug rules",
            "there is no option --debug. It is an option of commands: put it after the name of the "
            "command.",
        ),
        (
            "rules sohw",
            "action sohw is not one of list, show, diff, test, graph. Did you mean show?",
        ),
        (
            "generate pool.csv --format jsno",
            "--format jsno is not one of files, json, jsonl, parquet. Did you mean json or jsonl?",
        ),
        (
            "check --level two",
            "argument --level: two is not a whole number",
        ),
        (
            "generate pool.csv --paht asn",
            "there is no option --paht. Did you mean --path or --apart?",
        ),
        (
            "associate a.fits --paths=name",
            "there is no option --paths. Did you mean --path or --apart?",
        ),
        ("validate --stict", "there is no option --stict. Did you mean --strict?"),
        ("validate -x a.json", "there is no option -x. 'asnsolve validate --help' lists what"),
        ("validate", "FILE is missing. 'asnsolve validate --help' lists what it takes."),
        ("gather", "ASN, DEST are missing. 'asnsolve gather --help' lists what it takes."),
        ("diff a b c", "unexpected argument: c. 'asnsolve diff --help' lists what it takes."),
        ("diff a b c d", "unexpected arguments: c d. 'asnsolve diff --help' lists what it takes."),
    ],
)
def test_what_was_probably_meant(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(line.split()) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"asnsolve: error: {said}")
    assert len(told.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        ("associate --together program a.fits", "FILES: --together: a.fits"),
        ("associate --tog program data", "FILES: --together: data"),
        ("associate --background 'a/*' b.fits", "FILES: --background: 'a/*' and 1 more"),
        ("generate --apart band pool.csv", "POOL: --apart: pool.csv"),
        ("generate -i o001 there.csv -p out", "POOL: --ids: there.csv"),
        ("generate --save-orphans there.csv", "POOL: --save-orphans: there.csv"),
        ("show --program 9801 there.csv", "SOURCE: --program: there.csv"),
        ("report -i o001 data", "SOURCE: --ids: data"),
        ("edit --add a.fits b_asn.json", "ASN: --add: a.fits and 1 more"),
        ("gather --only science a.json data", "ASN, DEST: --only: a.json and 1 more"),
        ("list --background a.fits", "FILES: --background: a.fits"),
        ("pool --where A=B C=d.e a.fits", "FILES: --where: a.fits"),
        ("list --background a*_cal.fits b*.f*", "FILES: --background: a*_cal.fits and 1 more"),
    ],
)
def test_an_option_that_has_taken_the_files_is_named(
    line: str,
    taken: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there.csv").write_text("")
    Path("data").mkdir()
    assert main(line.split()) == 2
    missing, option, files = taken.split(": ")
    be = "are" if "," in missing else "is"
    assert capsys.readouterr().err == (
        f"asnsolve: error: {missing} {be} missing, because {option} has taken {files}. "
        f"Put {missing} before {option}, or put -- before {missing}.\n"
    )


@pytest.mark.parametrize(
    ("files", "advice"),
    [
        ("a.fits b.fits.gz", "POOL is one table. For FITS files use 'asnsolve associate'"),
        ("*_cal.fits", "POOL is one table. For FITS files use 'asnsolve associate'"),
        ("a.csv b.csv", "or put -- before POOL. POOL is one table.\n"),
        ("a.csv", "or put -- before POOL.\n"),
    ],
)
def test_generate_takes_one_pool(
    files: str, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", "--together", "program", *files.split()]) == 2
    told = capsys.readouterr().err
    assert "POOL is missing, because --together has taken " in told
    assert advice in told


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("associate --together program sky=0.5arcmin", "FILES is missing. 'asnsolve"),
        ("generate -i o001", "POOL is missing; expected a file, or --demo"),
        ("generate --save-orphans new.csv", "POOL is missing; expected a file, or --demo"),
        ("show --program 9801", "SOURCE is missing; expected"),
        ("show --product jw01*", "SOURCE is missing; expected"),
    ],
)
def test_options_that_have_taken_no_files_are_not_named(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == 2
    assert capsys.readouterr().err.startswith(f"asnsolve: error: {said}")


@pytest.mark.parametrize("value", ["-1", "-", "a --b c", "--", "-oFILE", "--outp"])
def test_values_and_short_forms_are_no_unknown_options(value: str) -> None:
    from asnsolve.cli.parsers import unknown_options

    parser = Parser()
    parser.add_argument("-o", "--output")
    assert list(unknown_options(parser, [value])) == []
    assert list(unknown_options(parser, ["--", "--unknown"])) == []
    assert list(unknown_options(parser, [value, "-u", "--unknown=3"]))[-1:] == (
        [] if value == "--" else ["--unknown"]
    )


@pytest.mark.parametrize(
    "line",
    [
        "list a_cal.fits --product-name p --output-file {}",
        "list a_cal.fits --product p --rule DMS_Level3_Base --id a3001 -o {}",
        "list a_cal.fits --product p --asn-rule DMS_Level3_Base --asn-id a3001 -o {}",
    ],
)
def test_names_of_options_of_asn_from_list_are_taken(line: str, tmp_path: Path) -> None:
    made, same = tmp_path / "made.json", tmp_path / "same.json"
    assert main(line.format(made).split()) == 0
    assert main(f"list a_cal.fits --product p -o {same}".split()) == 0
    assert made.read_bytes() == same.read_bytes()
    shown = COMMAND_PARSERS["list"].format_help()
    assert not re.search(r"--(product-name|output-file|rule|id)\b", shown)
