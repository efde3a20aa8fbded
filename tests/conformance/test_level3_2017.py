"""The documented rules reproduce the expected associations, files, roles and orphans."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from asnsolve import Pool
from tests.conformance.compare import (
    DEVIATIONS,
    MODES,
    Comparison,
    compare,
    compare_one,
    main,
    table,
)

OWN = Path(__file__).parent / "level3-2017-own"
POOLS = sorted(path.stem for path in (OWN / "pools").glob("*.csv"))
SMALL = [name for name in POOLS if name != "own_mixed"]


@cache
def comparisons() -> tuple[Comparison, ...]:
    return tuple(compare(OWN))


def test_all_22_pools_are_there_in_three_modes() -> None:
    assert len(POOLS) == 22
    assert len(comparisons()) == 66
    assert sum(len(c.expected) for c in comparisons()) == 329


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", POOLS)
def test_associations_and_orphans_are_the_expected_ones(name: str, mode: str) -> None:
    comparison = next(c for c in comparisons() if (c.pool, c.mode) == (name, mode))
    assert comparison.missing == frozenset()
    assert comparison.extra == frozenset()
    assert comparison.other_orphans == frozenset()


@pytest.mark.parametrize("name", SMALL)
def test_the_exact_solver_gives_the_same(name: str) -> None:
    exact = compare_one(OWN, Pool.read(OWN / "pools" / f"{name}.csv"), "all", solver="exact")
    fast = next(c for c in comparisons() if (c.pool, c.mode) == (name, "all"))
    assert exact.found == fast.found
    assert exact.found_orphans == fast.found_orphans


def test_every_declared_deviation_is_one() -> None:
    missed = {(c.pool, fact.rule) for c in comparisons() for fact in c.expected - c.found}
    assert missed == set(DEVIATIONS)


def test_the_table_adds_up() -> None:
    lines = table(list(comparisons())).splitlines()
    assert lines[-2].split() == ["total", "329", "326", "3", "0", "0"]
    assert lines[-1].endswith("0 different")


def test_the_command_fails_on_a_difference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("own_nis_ami.csv",):
        (tmp_path / "pools").mkdir()
        (tmp_path / "expected").mkdir()
        (tmp_path / "pools" / name).write_bytes((OWN / "pools" / name).read_bytes())
        for mode in MODES:
            (tmp_path / "expected" / f"own_nis_ami.{mode}.json").write_text("[]")
            (tmp_path / "expected" / f"own_nis_ami.{mode}.orphans.json").write_text("[]")
    monkeypatch.setattr("sys.argv", ["compare", str(tmp_path)])
    assert main() == 1
    assert "own_nis_ami differs in mode all" in capsys.readouterr().out
