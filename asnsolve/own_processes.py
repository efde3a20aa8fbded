"""Settings for processes that belong to asnsolve alone, because they run little or no user code.

In other programs they would get in the way. A process that does one large piece of work saves much
time with them.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from typing import Final

_PANDAS: Final = "pandas"

_OBJECTS: Final = 200_000
"""Objects that may be made before Python looks for cycles among them."""

_KEPT_MEMORY: Final = {
    "MALLOC_MMAP_THRESHOLD_": 1 << 25,
    "MALLOC_TRIM_THRESHOLD_": 1 << 28,
}
"""Settings of the allocator of glibc, in bytes. Others ignore them."""


def collect_rarely() -> None:
    """Let Python look for cycles of objects less often.

    There are few cycles here, and each search for them goes through many objects that stay.
    """
    gc.set_threshold(_OBJECTS)


@contextmanager
def memory_kept() -> Iterator[None]:
    """Let processes that start within the block keep memory that they have freed.

    By default, large arrays go back to the system, which has to clear the memory of the next ones.
    Variables of the environment that are set already stay as they are.

    Yields
    ------
    None
    """
    added = {name: str(size) for name, size in _KEPT_MEMORY.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def start_arrow(threads: int | None = None) -> None:
    """Let Arrow start without pandas.

    With its first array, Arrow imports pandas, if it is installed, so that it can recognize objects
    of pandas. Where no user code runs, there are no such objects, and the import takes as long as
    many others together. If pandas has already been imported, it stays.

    Parameters
    ----------
    threads : int, optional
        Number of threads that Arrow uses; by default one for each processor.
    """
    import pyarrow as pa

    if threads is not None:
        pa.set_cpu_count(threads)
    if _PANDAS in sys.modules:
        return
    sys.meta_path.insert(0, _WithoutPandas)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(_WithoutPandas)


class _WithoutPandas:
    """A finder of modules that refuses to import pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Refuse pandas, and leave other modules to the other finders."""
        if name == _PANDAS:
            raise ModuleNotFoundError(name=name)
        return None
