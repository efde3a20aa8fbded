"""Words that rules of every mission use: the levels."""

from __future__ import annotations

from typing import Final

LEVELS: Final = (2, 3)
"""Levels of rules."""
