"""What the associations of a program depend on, in a short text that changes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from asnsolve.archive.parts import named_programs
from asnsolve.pool.table import Pool

__all__ = ["content_digest", "program_digests"]

_SIZE: Final = 16
# No cell of a pool holds a control character.
_CELL, _MISSING = "\x1f", "\x1e"


def program_digests(pool: Pool, salt: str) -> dict[str, str]:
    """Digest the exposures of each program.

    Parameters
    ----------
    pool : Pool
        The exposures; where their rows stand makes no difference.
    salt : str
        What the associations depend on besides: rules, options, the code itself.

    Returns
    -------
    dict of str to str
        For each program, as names have it, 32 hexadecimal digits.
    """
    numbers, programs = named_programs(pool)
    names = sorted(pool.columns)
    keys: list[NDArray[Any]] = [*map(pool.codes, names), pool.codes("filename"), numbers]
    order = np.lexsort(keys)
    table = pool.to_arrow()
    cells = [table[name].cast(pa.large_string()).combine_chunks() for name in names]
    rows = pc.binary_join_element_wise(
        *cells,
        pa.scalar(_CELL, pa.large_string()),
        null_handling="replace",
        null_replacement=_MISSING,
    ).take(pa.array(order))
    places = np.frombuffer(rows.buffers()[1], np.int64, len(rows) + 1)
    content = memoryview(rows.buffers()[2] or b"")
    ends = np.cumsum(np.bincount(numbers, minlength=len(programs)))
    found: dict[str, str] = {}
    for program, first, last in zip(programs, [0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        if first < last:
            known = f"{salt}\n{program}\n{','.join(names)}\n{last - first}\n".encode()
            digest = blake2b(known, digest_size=_SIZE)
            digest.update(content[places[first] : places[last]])
            found[program] = digest.hexdigest()
    return found


def content_digest(value: object) -> str:
    """Digest data by content: what a rule set, or a set of options, holds.

    Raises
    ------
    TypeError
        If something in it is no data.
    """
    return blake2b(_said(value).encode(), digest_size=_SIZE).hexdigest()


def _said(value: object) -> str:
    """Write data so that what is equal is written equally, in every process."""
    match value:
        case None | bool() | int() | float() | str():
            return repr(value)
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case Mapping():
            said = sorted(f"{_said(key)}:{_said(held)}" for key, held in value.items())
            return f"{{{','.join(said)}}}"
        case frozenset() | set():
            return f"<{','.join(sorted(map(_said, value)))}>"
        case tuple() | list():
            return f"[{','.join(map(_said, value))}]"
    if is_dataclass(value) and not isinstance(value, type):
        held = (f"{field.name}={_said(getattr(value, field.name))}" for field in fields(value))
        return f"{type(value).__name__}({','.join(held)})"
    if isinstance(value, type):
        return value.__name__
    raise TypeError(f"{type(value).__name__} is no data")
