"""A few hostile inputs; many more are tried by ``python -m tests.hostile``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.__main__ import faults_of
from tests.hostile.good_files import GoodFiles, make_good_files
from tests.hostile.inputs import HostileInput, lay_input
from tests.hostile.trials import Said, Verdict, judge, try_input

INPUTS = 12


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> GoodFiles:
    return make_good_files(tmp_path_factory.mktemp("good"), ["coron"])


def test_hostile_inputs_are_used_or_refused(good: GoodFiles, tmp_path: Path) -> None:
    verdicts = [try_input(good, 5, number, tmp_path / "one")[0] for number in range(INPUTS)]
    assert not faults_of(verdicts)
    assert {verdict.outcome for verdict in verdicts} <= {"done", "findings", "refused"}


def test_seed_and_number_decide_an_input(good: GoodFiles, tmp_path: Path) -> None:
    for number in range(8):
        laid = []
        for name in ("first", "second"):
            folder = tmp_path / f"{name}-{number}"
            folder.mkdir()
            laid.append(lay_input(good, 3, number, folder))
        assert laid[0] == laid[1]


def test_a_verdict_reaches_another_process() -> None:
    (fault,) = judge(HostileInput("check", ["check"]), Said(3, "", "x"), {}, Path("nothing"))
    verdict = Verdict(1, "check", "plan", "fault", (fault,), ("check",), ("cut",), 0.5)
    assert Verdict.from_json(verdict.to_json()) == verdict


def _leaves_a_file(folder: Path) -> None:
    (folder / ".asnsolve-1.tmp").touch()


def _writes_no_association(folder: Path) -> None:
    (folder / "x_asn.json").write_text('{"products": []}')


def _writes_elsewhere(folder: Path) -> None:
    (folder.parent / "x.csv").touch()


def _nothing(_: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("said", "does", "sort"),
    [
        (Said(3, "", "asnsolve: error: x"), _nothing, "exit status 3"),
        (Said(None, "", "", "Traceback\nKeyError: 'x'"), _nothing, "traceback"),
        (Said(0, '{"x": "\x1b"}', ""), _nothing, "raw control character"),
        (Said(0, "Wrote 1 file", ""), _nothing, "--json prints no JSON"),
        (Said(0, "{}", "", warned=("UserWarning: x",)), _nothing, "warning of a library"),
        (Said(1, '{"counts": {"exposures": 1, "set_aside": 1}}', ""), _nothing, "lost rows"),
        (Said(0, "{}", ""), _leaves_a_file, "a temporary file is left"),
        (Said(0, "{}", ""), _writes_no_association, "invalid output"),
        (Said(0, "{}", ""), _writes_elsewhere, "a file outside"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_faults_are_noticed(
    said: Said, does: Callable[[Path], None], sort: str, tmp_path: Path
) -> None:
    folder = tmp_path / "a" / "b" / "c"
    folder.mkdir(parents=True)
    does(folder)
    made = HostileInput("generate", ["generate", "pool.csv", "--json"], rows=3)
    assert sort in {fault.sort for fault in judge(made, said, {}, tmp_path)}
