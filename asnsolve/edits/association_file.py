"""Write edited association files; unknown keys and their order are kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asnsolve.associations.asn_files import formatted
from asnsolve.atomic import atomic_file
from asnsolve.errors import Location, UsageError, write_errors


def write_data(data: Mapping[str, Any], path: Path) -> None:
    """Write an association file, whole or not at all.

    Parameters
    ----------
    data : mapping
        The association, in dicts, lists, texts and numbers.
    path : Path
        The file; it is replaced if it exists.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    with write_errors(UsageError, Location(file=str(path))), atomic_file(path) as stream:
        stream.write(formatted(data))
