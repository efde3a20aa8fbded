"""Pools of many programs: solved in parts, kept in one file."""

from __future__ import annotations

from typing import Final

__all__ = ["FORMATS"]

FORMATS: Final = ("jsonl", "parquet")
"""Profiles of files that hold all associations of a run, by their suffix."""
