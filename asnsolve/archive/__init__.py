"""Pools of many programs: solved in parts, with all associations in one file."""

from __future__ import annotations

from typing import Final

__all__ = ["FORMATS"]

FORMATS: Final = ("jsonl", "parquet")
"""Formats of files that hold all associations of a run; each is also the suffix."""
