"""Write edited association files."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from asnsolve.associations.asn_files import formatted
from asnsolve.atomic import draft_file
from asnsolve.errors import Location, UsageError, write_errors
from asnsolve.input_files import is_file


def write_data(data: Mapping[str, Any], path: Path, *, replace: bool = False) -> None:
    """Write an association file completely, or not at all.

    Parameters
    ----------
    data : mapping
        The association as plain JSON data.
    path : Path
        The file.
    replace : bool
        Whether to replace a file with other content.

    Raises
    ------
    UsageError
        If the file cannot be written, or has other content and `replace` is False.
    """
    where = Location(file=str(path))
    with write_errors(UsageError, where), draft_file(path, replace=replace) as draft:
        draft.stream.write(formatted(data))


def write_text(text: str, path: Path, *, replace: bool = False) -> None:
    """Write the text of an association file completely, or not at all.

    A file that is replaced keeps its permissions, and its owner if the user may set that.

    Parameters
    ----------
    text : str
        The text.
    path : Path
        The file.
    replace : bool
        Whether to replace a file with other content.

    Raises
    ------
    UsageError
        If the file cannot be written, or has other content and `replace` is False.
    """
    with write_errors(UsageError, Location(file=str(path))):
        before = path.stat() if is_file(path) else None
        with draft_file(path, replace=replace) as draft:
            if before is not None:
                file = draft.stream.fileno()
                with suppress(PermissionError):
                    os.fchown(file, before.st_uid, before.st_gid)
                # A change of the owner may take permissions away, so they come last.
                os.fchmod(file, stat.S_IMODE(before.st_mode))
            draft.stream.write(text.encode())
