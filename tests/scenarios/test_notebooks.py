"""The calls that replace the association code of notebooks make what was expected by hand."""

from __future__ import annotations

import json
import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from shutil import rmtree

import pytest

from asnsolve import validate_file
from asnsolve.cli.main import main
from asnsolve.simulate import MODES, Program, simulate
from tests.docs.pages import ROOT
from tests.pool.fits_files import stage_of_row, write_file
from tests.scenarios.modes_of_files import Members
from tests.scenarios.notebooks import NOTEBOOKS, Notebook
from tests.scenarios.test_modes_of_files import short

PAGE = ROOT / "docs" / "how-to" / "from-notebooks.md"
_ROW = re.compile(r"^\| (?P<notebook>[A-Z][^|]+) \| [^|]+ \| (?P<calls>`[^|]+`) \|$", re.MULTILINE)
_LEFT = re.compile(r"^left over: (\S+):", re.MULTILINE)


def calls_of_page() -> dict[str, list[str]]:
    """Read the calls from the table of the page, by notebook."""
    return {
        row["notebook"]: re.findall(r"`([^`]+)`", row["calls"])
        for row in _ROW.finditer(PAGE.read_text("utf-8"))
    }


def write_notebook_files(notebook: Notebook, folder: Path) -> None:
    """Write the files of levels 1 and 2, with what level 2 makes beside its files."""
    plans = tuple(MODES[mode].plan(**options) for mode, options in notebook.plans)
    for row in simulate([Program(number=7, plans=plans)]):
        cells = {**row, **notebook.cells.get(row["OBS_NUM"], {})}
        kept = stage_of_row(row, "cal")
        beside = {"cal": ("x1d", "s2d", "i2d"), "calints": ("x1dints",)}[kept]
        for stage in (stage_of_row(row, "rate"), kept, *beside):
            directory = folder / ("rate" if stage.startswith("rate") else "cal")
            directory.mkdir(exist_ok=True)
            write_file(cells, directory / row["FILENAME"].replace("uncal", stage))


def products(folder: Path) -> Iterator[tuple[str, str, Mapping[str, list[str]]]]:
    """Yield type, name and members by role of each product."""
    for path in sorted(folder.glob("*_asn.json")):
        assert validate_file(path) == ()
        association = json.loads(path.read_text("utf-8"))
        (product,) = association["products"]
        roles = defaultdict(list)
        for member in product["members"]:
            roles[member["exptype"]].append(member["expname"])
        yield association["asn_type"], product["name"], roles


def in_short(roles: Mapping[str, list[str]]) -> Members:
    for files in roles.values():
        assert len(set(map(short, files))) == len(files)
    return {role: frozenset(map(short, files)) for role, files in roles.items()}


def test_every_row_of_the_table_has_expectations() -> None:
    calls = calls_of_page()
    assert list(calls) == list(NOTEBOOKS)
    assert all(1 <= len(commands) <= 2 for commands in calls.values())
    assert all("*" not in command for commands in calls.values() for command in commands)


def run_calls(calls: Iterable[str], capsys: pytest.CaptureFixture[str]) -> set[str]:
    """Run calls in the working directory; return the files that are left over, in short."""
    left: set[str] = set()
    for call in calls:
        program, *arguments = shlex.split(call)
        assert program == "asnsolve"
        status = main(arguments)
        printed = capsys.readouterr()
        left_now = _LEFT.findall(printed.out + printed.err)
        assert status == bool(left_now), printed
        left |= {*map(short, left_now)}
    return left


def check_associations(notebook: Notebook, folder: Path) -> None:
    """Compare the associations of both levels with those expected."""
    level2: dict[str, Members] = {}
    level3: dict[str, Members] = {}
    for asn_type, product, roles in products(folder):
        if asn_type.endswith("2"):
            (science,) = roles["science"]
            assert Path(science).name.startswith(f"{product}_rate")
            level2[short(science)] = in_short(roles)
        else:
            level3[product] = in_short(roles)
            # Backgrounds of level 3 are spectra, all else is calibrated images.
            for role, files in roles.items():
                suffix = r"_x1d\.fits" if role == "background" else r"_cal(ints)?\.fits"
                assert all(re.search(suffix, file) for file in files)
    assert level2 == notebook.level2
    assert level3 == notebook.level3


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_calls_make_what_was_expected(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = NOTEBOOKS[name]
    write_notebook_files(notebook, tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run_calls(calls_of_page()[name], capsys) == notebook.left
    check_associations(notebook, tmp_path / "asn")


# Level 3 has other backgrounds than level 2, which one call cannot ask for.
@pytest.mark.parametrize("name", sorted({*NOTEBOOKS} - {"MIRI LRS-slit"}))
def test_one_call_makes_both_levels_before_level_2_has_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook = NOTEBOOKS[name]
    write_notebook_files(notebook, tmp_path)
    rmtree(tmp_path / "cal")
    monkeypatch.chdir(tmp_path)
    options = " ".join(
        option
        for call in calls_of_page()[name]
        for option in re.findall(r"--(?:selfcal|where|apart) \S+", call)
    )
    call = f"asnsolve associate rate --stages rules {options} -p asn"
    assert run_calls([call], capsys) == notebook.left
    check_associations(notebook, tmp_path / "asn")
