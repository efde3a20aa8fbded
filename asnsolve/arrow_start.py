"""Let Arrow start without pandas.

With its first array, Arrow imports pandas, if it is installed, so that it can recognize objects of
pandas. Worker processes have no such objects, and the import takes as long as all their others.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from typing import Final

_PANDAS: Final = "pandas"


class _WithoutPandas:
    """A finder of modules that refuses to import pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Refuse pandas, and leave other modules to the other finders."""
        if name == _PANDAS:
            raise ModuleNotFoundError(name=name)
        return None


def start_arrow() -> None:
    """Make a first array while pandas cannot be imported.

    Afterwards, Arrow does not recognize objects of pandas in this process. Call this only in
    processes that run no user code. If pandas has already been imported, nothing is done.
    """
    if _PANDAS in sys.modules:
        return
    sys.meta_path.insert(0, _WithoutPandas)
    try:
        import pyarrow as pa

        pa.array([])
    finally:
        sys.meta_path.remove(_WithoutPandas)
