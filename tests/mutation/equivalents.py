"""Mutants that change nothing anybody can see, with the reasons, from ``equivalent.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.mutation.mutants import Mutant

__all__ = ["Equivalents"]

_FILE: Final = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, slots=True)
class Equivalents:
    """Listed mutants.

    Parameters
    ----------
    reasons : mapping of (str, str, str) to str
        For each file, line of text and change the reason.
    """

    reasons: Mapping[tuple[str, str, str], str]

    @classmethod
    def read(cls, path: Path = _FILE) -> Equivalents:
        """Read a list."""
        entries = tomllib.loads(path.read_text("utf-8")).get("mutant", [])
        return cls({(e["file"], e["line"], e["change"]): e["reason"] for e in entries})

    def reason(self, mutant: Mutant) -> str | None:
        """Return why a mutant is equivalent; None if it is not listed."""
        return self.reasons.get((mutant.file, mutant.text, mutant.change))
