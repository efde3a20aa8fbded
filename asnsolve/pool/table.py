"""Pool."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.pool import candidates, encode
from asnsolve.pool.candidates import Candidates
from asnsolve.pool.columns import MANDATORY
from asnsolve.pool.encode import Column
from asnsolve.pool.raw import SetAside

__all__ = ["Pool"]


class Pool:
    """A table of exposures (first simple version)."""

    name: str
    problems: tuple[Problem, ...]
    set_aside: tuple[SetAside, ...]

    def __init__(self, source: Any, *, name: str = "pool", strict: bool = False) -> None:
        if isinstance(source, Mapping):
            named = {str(k).strip().lower(): list(v) for k, v in source.items()}
        else:
            keys = {str(k) for row in source for k in row}
            named = {k.strip().lower(): [row.get(k) for row in source] for k in sorted(keys)}
        for column in MANDATORY:
            if column not in named:
                raise PoolError(Problem(f"no column {column}", Location(name)))
        self.name, self.problems, self.set_aside = name, (), ()
        self._columns = {
            k: encode.encode(
                pa.chunked_array([pa.array([None if c is None else str(c) for c in v], pa.string())])
            )
            for k, v in named.items()
        }

    @classmethod
    def read(
        cls,
        source: Any,
        *,
        format: str | None = None,  # noqa: A002
        delimiter: str | None = None,
        strict: bool = False,
        name: str | None = None,
    ) -> Pool:
        """Read a pool."""
        if not isinstance(source, str | PathLike):
            return cls(source, name=name or "pool", strict=strict)
        path = Path(source)
        lines = [
            line
            for line in path.read_text().splitlines()
            if line.strip() and not line.lstrip().startswith("#")
        ]
        rows = list(csv.reader(lines, delimiter=delimiter or "|"))
        columns: dict[str, Sequence[str]] = {
            head: [row[i] for row in rows[1:]] for i, head in enumerate(rows[0])
        }
        return cls(columns, name=name or path.stem, strict=strict)

    def __len__(self) -> int:
        """Return the number of exposures."""
        return len(self._columns["filename"].codes)

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names."""
        return tuple(self._columns)

    def codes(self, column: str) -> NDArray[np.int32]:
        """Codes of a column."""
        known = self._columns.get(column)
        return np.full(len(self), -1, np.int32) if known is None else known.codes

    def values(self, column: str) -> tuple[str, ...]:
        """Sorted distinct values of a column."""
        known = self._columns.get(column)
        return () if known is None else tuple(known.values.to_pylist())

    def value(self, row: int, column: str) -> str | None:
        """One cell."""
        code = int(self.codes(column)[row])
        return None if code < 0 else self.values(column)[code]

    @cached_property
    def candidates(self) -> Candidates:
        """Exploded candidates."""
        return candidates.explode(self.codes("asn_candidate"), self.values("asn_candidate"))

    def take(self, rows: ArrayLike) -> Pool:
        """Sub-pool."""
        chosen = np.arange(len(self))[np.asarray(rows)]
        pool = object.__new__(Pool)
        pool.name, pool.problems, pool.set_aside = self.name, (), ()
        pool._columns = {k: encode.take(v, chosen) for k, v in self._columns.items()}
        return pool

    def to_arrow(self) -> pa.Table:
        """Arrow table."""
        return pa.table(
            {
                k: pa.DictionaryArray.from_arrays(pa.array(v.codes, mask=v.codes < 0), v.values)
                for k, v in self._columns.items()
            }
        )


_: type[Column] = Column
