"""Whatever is called, in whatever order: no content is lost, and every file was announced."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asnsolve.cli.main import main
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import write_files

OUT = Path("asn")
ASSOCIATIONS = "*_asn.json"

REQUESTS = (
    "cal",
    "cal --level 3",
    "cal --level 3 --together observation",
    "cal --level 3 --apart dither",
    "cal --level 3 --product mine --where obs_num=1",
    "cal --level 3 --member-paths name",
    "cal/jw00007001*.fits --level 3",
    "rate --level 2",
    "rate/jw00007001*.fits --background rate/jw00007002*.fits --level 2",
    "rate/jw00007002*.fits --background rate/jw00007001*.fits --level 2",
)


def calls() -> st.SearchStrategy[str]:
    """Commands that write into one directory; NAME is one of the associations that are there."""
    return st.one_of(
        st.sampled_from(REQUESTS).map("associate {} -p asn".format),
        st.sampled_from(REQUESTS).map("plan {} -p asn -o asn/plan.toml".format),
        st.sampled_from(["write asn/plan.toml", "write asn/plan.toml --force"]),
        st.sampled_from(["generate one.csv -p asn", "generate two.csv -p asn"]),
        st.sampled_from(["generate one.csv -p asn --format jsonl", "pool cal -o asn/pool.csv"]),
        st.sampled_from(["pool rate -o asn/pool.csv", "export two.jsonl -p asn"]),
        st.sampled_from(
            [
                "edit NAME --add other_cal.fits --role background -o asn/edited_asn.json",
                "edit NAME --add more_cal.fits --role background -o asn/edited_asn.json",
                "gather NAME asn/gathered",
                "rename plan",
            ]
        ),
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write two observations at two stages, and two pools that differ by one of them."""
    folder = tmp_path_factory.mktemp("files")
    plan = MODES["miri_image_background"].plan(dithers=1)
    rows = simulate([Program(number=7, plans=(plan,))])
    for stage in ("rate", "cal"):
        (folder / stage).mkdir()
        write_files(rows, folder / stage, stage)
    with chdir(folder):
        assert run("pool rate -o two.csv")[0] == 0
        first = sorted(map(str, Path("rate").glob("jw00007001*")))
        assert run(f"pool {' '.join(first)} -o one.csv")[0] == 0
        assert run("generate two.csv --format jsonl")[0] == 0
    return folder


def run(command: str) -> tuple[int, str]:
    """Run a command of asnsolve; return its exit status and what it printed."""
    words = []
    for word in command.split():
        words += sorted(map(str, Path().glob(word))) if "*" in word else [word]
    stream = io.StringIO()
    with redirect_stdout(stream), redirect_stderr(stream):
        status = main([*words, "--json"])
    return status, stream.getvalue()


def all_files() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in OUT.rglob("*") if path.is_file()}


def announced(printed: str) -> Iterator[Path]:
    """Yield the files that a report says were written, or were there already."""
    report = json.loads(printed)
    for key in ("written", "unchanged"):
        yield from map(Path, report.get(key, ()))
    # A gathered association is reported alone.
    if isinstance(report.get("association"), str):
        yield Path(report["association"])


def edit_plan() -> None:
    """Name the products of a plan otherwise, as a user does in an editor."""
    plan = OUT / "plan.toml"
    if plan.is_file():
        plan.write_text(plan.read_text().replace('product = "', 'product = "my-', 1))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sequence=st.lists(calls(), min_size=2, max_size=5), choice=st.integers(0, 99))
def test_no_sequence_of_calls_loses_anything(files: Path, sequence: list[str], choice: int) -> None:
    with TemporaryDirectory() as folder, chdir(folder):
        for name in ("cal", "rate", "one.csv", "two.csv", "two.jsonl"):
            Path(name).symlink_to(files / name)
        OUT.mkdir()
        told: set[Path] = set()
        for call in sequence:
            if call == "rename plan":
                edit_plan()
                continue
            there = sorted(OUT.glob(ASSOCIATIONS))
            command = call
            if "NAME" in call:
                if not there:
                    continue
                command = call.replace("NAME", str(there[choice % len(there)]))
            before = all_files()
            status, printed = run(command)
            after = all_files()
            assert before.items() <= after.items(), command
            assert status in (0, 1, 2), printed
            if status == 2:
                assert before == after, command
                continue
            if command.startswith("export"):
                # It reports a number of files, and puts them in a directory of their program.
                told |= set((OUT / "00007").glob(ASSOCIATIONS))
            told |= {*announced(printed)}
            new = {path for path in after.keys() - before.keys() if path.match(ASSOCIATIONS)}
            assert new <= told, command
