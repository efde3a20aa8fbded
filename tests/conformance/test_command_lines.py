"""Command lines of asn_generate, of which every option and every use in its own tests is taken."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from asnsolve.cli.main import main
from asnsolve.profiles.jwst import NAMES
from tests.conformance.reference import NEEDS_REFERENCE

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.usefixtures("pipeline_warnings"),
]

RULE = """
from dataclasses import replace

from asnsolve.rules.level3_2017 import Asn_Image

Asn_Mine = replace(Asn_Image, name="Asn_Mine")
"""

VALUES: dict[str, tuple[list[str], ...]] = {
    "asn_candidate_ids": (["o001"], ["c1000", "o001"]),
    "path": (["out"],),
    "save_orphans": ([], ["left.csv"]),
    "version_id": ([], ["20251228t035643_o015"]),
    "rules": (["../mine.py"],),
    "delimiter": (["|"],),
    "pool_format": (["ascii"],),
    "format": (["json"],),
}
"""What is given to the options of asn_generate that take values, by the name of the argument."""


class ParserFoundError(Exception):
    """Ends a run of asn_generate as soon as its parser is known."""


def write_pool(directory: Path, *ids: str) -> Path:
    """Write a pool of images of two observations that name these candidates."""
    pairs = [(name, "observation" if name.startswith("o") else "mosaic") for name in ids]
    cells = {
        **{"FILENAME": "", "OBS_NUM": "", "EXP_TYPE": "NRC_IMAGE", "ASN_CANDIDATE": str(pairs)},
        **{"PROGRAM": "1", "INSTRUME": "NIRCAM", "DETECTOR": "NRCA1", "FILTER": "F200W"},
        **{"TARGETID": "1", "VISITYPE": "PRIME_TARGETED_FIXED", "PNTGTYPE": "SCIENCE"},
        "SUBARRAY": "FULL",
    }
    lines = ["|".join(cells)]
    for number in (1, 2):
        name = f"jw00001{number:03}001_02101_00001_nrca1_uncal.fits"
        lines.append("|".join((cells | {"FILENAME": name, "OBS_NUM": str(number)}).values()))
    pool = directory / "jw00001_pool.csv"
    pool.write_text("\n".join(lines) + "\n")
    return pool


def reference_options(monkeypatch: pytest.MonkeyPatch) -> list[argparse.Action]:
    """Return the options of the installed asn_generate."""
    found: list[argparse.ArgumentParser] = []

    def keep(parser: argparse.ArgumentParser, *given: Any, **named: Any) -> None:
        found.append(parser)
        raise ParserFoundError

    with monkeypatch.context() as patch:
        patch.setattr(argparse.ArgumentParser, "parse_args", keep)
        with pytest.raises(ParserFoundError):
            import_module("jwst.associations.main").Main(["pool.csv"])
    (parser,) = found
    return [action for action in parser._actions if action.option_strings]


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """Yield the name of the pool and the options of each run in the tests of asn_generate."""
    (package,) = import_module("jwst").__path__
    tests = Path(package) / "regtest" / "associations_sdp_pools"
    for path in sorted(tests.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Tuple([ast.Constant(str() as pool), ast.List() as options]):
                    yield pool, ast.literal_eval(options)


def test_every_option_of_asn_generate_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = write_pool(tmp_path, "o001", "c1000")
    rules = tmp_path / "mine.py"
    rules.write_text(RULE)
    options = reference_options(monkeypatch)
    assert len(options) > 15
    for option in options:
        takes_values = option.nargs != 0
        # An option that asn_generate has gained must be given a value here, and a meaning.
        assert not takes_values or option.dest in VALUES, f"{option.option_strings} is new"
        for values in VALUES[option.dest] if takes_values else ([],):
            for name in option.option_strings:
                more = ["-r", str(rules)] if name == "--ignore-default" else []
                argv = ["generate", str(pool), *more, name, *values]
                # Each run has a directory of its own, as no run replaces the files of another.
                directory = tmp_path / f"{name}{len(values)}"
                directory.mkdir()
                monkeypatch.chdir(directory)
                assert main(argv) == 0, (argv, capsys.readouterr().err)


def test_no_finalize_and_its_like_are_said_to_change_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = write_pool(tmp_path, "o001")
    argv = ["generate", str(pool), "--dry-run"]
    assert main(argv) == 0
    plain = capsys.readouterr()
    assert plain.err == ""
    for option in ("--no-merge", "--no-finalize", "--per-pool-algorithm"):
        assert main([*argv, option]) == 0
        told = capsys.readouterr()
        assert told.out == plain.out
        assert told.err.startswith(f"asnsolve: {option} changes nothing: ")
        assert main([*argv, option, "--quiet"]) == 0
        assert capsys.readouterr() == ("", "")


def test_every_command_line_of_the_tests_of_asn_generate_is_taken(tmp_path: Path) -> None:
    runs = list(command_lines())
    assert len(runs) >= 72
    for number, (name, options) in enumerate(runs):
        directory = tmp_path / str(number)
        directory.mkdir()
        asked = [text for text in options if not text.startswith("-")] or ["o001"]
        version = name.partition("_")[2].removesuffix("_pool")
        argv = [*options, "-p", str(directory), "--version-id", version]
        assert main(["generate", *argv, str(write_pool(directory, *asked))]) == 0, argv
        files = [NAMES.parse_file_name(path.name) for path in directory.glob("*.json")]
        assert {file.version_id for file in files} == {version.lower()}


@pytest.mark.parametrize(
    ("file", "advice"),
    [
        ("lib/rules_level2b.py", "take its level 2 (--level 2)"),
        ("lib/rules_level3.py", "take its level 3 (--level 3)"),
        ("lib/association_rules.py", "leave the file out"),
        ("tests/data/rules_basic.py", "Rewrite each class as a Rule"),
    ],
)
def test_rule_files_of_asn_generate_are_told_from_those_of_asnsolve(
    file: str, advice: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (package,) = import_module("jwst.associations").__path__
    argv = ["generate", str(write_pool(tmp_path, "o001")), "-r", str(Path(package) / file)]
    assert main([*argv, "--ignore-default"]) == 2
    told = capsys.readouterr().err
    assert "rules for asn_generate, which are classes of jwst.associations" in told
    assert advice in told
