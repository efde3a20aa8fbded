"""Let Arrow start without pandas.

With its first array, Arrow imports pandas if it is installed, to know the types of pandas when it
meets them. The processes that share out work meet none, and the import takes as long as all others.
"""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from typing import Final

_PANDAS: Final = "pandas"


class _WithoutPandas:
    """A finder of modules that says that there is no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Refuse pandas, and leave other modules to the other finders."""
        if name == _PANDAS:
            raise ModuleNotFoundError(name=name)
        return None


def start_arrow() -> None:
    """Make a first array while pandas cannot be imported.

    From then on, Arrow does not know the types of pandas in this process. It must therefore be a
    process that runs no code of users. Nothing is done if pandas has been imported already.
    """
    if _PANDAS in sys.modules:
        return
    sys.meta_path.insert(0, _WithoutPandas)
    try:
        import pyarrow as pa

        pa.array([])
    finally:
        sys.meta_path.remove(_WithoutPandas)
