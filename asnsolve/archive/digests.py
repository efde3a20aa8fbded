"""Digests of everything that the associations of a program depend on."""

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

_SIZE: Final = 16
# No cell of a pool holds a control character, so that these cannot be part of a cell.
_CELL, _MISSING = "\x1f", "\x1e"


def program_digests(pool: Pool, salt: str) -> dict[str, str]:
    """Digest the exposures of each program.

    Parameters
    ----------
    pool : Pool
        The exposures; the order of their rows makes no difference.
    salt : str
        Digest of what else the associations depend on: rules, options, the version of the code.

    Returns
    -------
    dict of str to str
        By program number as in file names, 32 hexadecimal digits.
    """
    numbers, programs = named_programs(pool)
    names = sorted(pool.columns)
    # Rows program by program, and by file name and then all other columns within each, so that
    # their order in the pool has no influence.
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
    # The rows lie end to end in one buffer; each program is a slice of it.
    places = np.frombuffer(rows.buffers()[1], np.int64, len(rows) + 1)
    content = memoryview(rows.buffers()[2] or b"")
    ends = np.cumsum(np.bincount(numbers, minlength=len(programs)))
    digests: dict[str, str] = {}
    for program, first, last in zip(programs, [0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        if first < last:
            head = f"{salt}\n{program}\n{','.join(names)}\n{last - first}\n".encode()
            digest = blake2b(head, digest_size=_SIZE)
            digest.update(content[places[first] : places[last]])
            digests[program] = digest.hexdigest()
    return digests


def content_digest(value: object) -> str:
    """Digest data, such as a rule set or options, by content.

    Parameters
    ----------
    value : object
        Plain values, enumerations, collections and dataclasses of these.

    Returns
    -------
    str
        32 hexadecimal digits, the same in every process.

    Raises
    ------
    TypeError
        If it holds anything else.
    """
    return blake2b(_canonical(value).encode(), digest_size=_SIZE).hexdigest()


def _canonical(value: object) -> str:
    """Write data in such a way that equal data has equal text in every process."""
    match value:
        case None | bool() | int() | float() | str():
            return repr(value)
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case Mapping():
            pairs = sorted(f"{_canonical(key)}:{_canonical(cell)}" for key, cell in value.items())
            return f"{{{','.join(pairs)}}}"
        case frozenset() | set():
            return f"<{','.join(sorted(map(_canonical, value)))}>"
        case tuple() | list():
            return f"[{','.join(map(_canonical, value))}]"
    if is_dataclass(value) and not isinstance(value, type):
        pairs = [
            f"{field.name}={_canonical(getattr(value, field.name))}" for field in fields(value)
        ]
        return f"{type(value).__name__}({','.join(pairs)})"
    if isinstance(value, type):
        return value.__name__
    raise TypeError(f"{type(value).__name__} is no data")
