"""Edits of a plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

__all__ = ["edited"]


def edited(plan: Path, edit: Callable[[str], str]) -> Path:
    text = plan.read_text()
    changed = edit(text)
    assert changed != text
    plan.write_text(changed)
    return plan
