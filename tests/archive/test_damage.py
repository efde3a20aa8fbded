"""Damage to a store or a container is noticed; ``python -m tests.archive.damage`` tries more."""

from __future__ import annotations

from pathlib import Path

from tests.archive.damage import KINDS, prepare, trials


def test_damage_is_never_silent(tmp_path: Path) -> None:
    sound = prepare(tmp_path, exposures=24)
    found = list(trials(sound, 1, range(3 * len(KINDS))))
    assert [one for one in found if one[1] not in ("right", "reported")] == []
    stores = [outcome for kind, outcome, _ in found if kind == "store"]
    assert stores == ["reported"] * 3
