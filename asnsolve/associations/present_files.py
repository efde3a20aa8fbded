"""What a directory contains already: names, associations, and whether files have some content."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from os import PathLike, scandir
from pathlib import Path

from asnsolve.associations.association import Association
from asnsolve.associations.read_files import read_association
from asnsolve.errors import AsnsolveError, Location, NamingError, Problem, UsageError
from asnsolve.input_files import is_file, read_content
from asnsolve.profiles import DEFAULT_FIELDS, FileFields, default_profile


def present_names(directory: str | PathLike[str]) -> frozenset[str]:
    """Return the names of all that is in a directory.

    Parameters
    ----------
    directory : path-like
        The directory; it need not exist.

    Returns
    -------
    frozenset of str
        The names, without directory.

    Raises
    ------
    UsageError
        If the directory cannot be read.
    """
    try:
        with scandir(directory) as entries:
            return frozenset(entry.name for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        # The caller makes the directory, and reports it if that fails.
        return frozenset()
    except OSError as error:
        what = f"directory cannot be used: {error.strerror}"
        raise UsageError(Problem(what, Location(file=str(directory)))) from error


def present_associations(
    directory: str | PathLike[str], programs: Collection[str]
) -> tuple[Association, ...]:
    """Read the association files of a directory.

    Parameters
    ----------
    directory : path-like
        The directory; it need not exist.
    programs : collection of str
        Numbers of programs, as in names. Files that are named after other programs are not opened.

    Returns
    -------
    tuple of Association
        The associations, by the names of their files. JSON files that hold no association are
        skipped.

    Raises
    ------
    UsageError
        If the directory cannot be read.
    """
    associations = []
    for name in sorted(present_names(directory)):
        if name.endswith(".json") and _program_of(name) in (None, *programs):
            try:
                associations.append(read_association(Path(directory) / name))
            except AsnsolveError:
                continue
    return tuple(associations)


def _program_of(name: str) -> str | None:
    """Return the program in the name of an association file; None if the name has none."""
    try:
        return default_profile().names.parse_file_name(name).program
    except NamingError:
        return None


def has_content(path: Path, content: bytes, fields: FileFields = DEFAULT_FIELDS) -> bool:
    """Tell whether a file has a content, except for the version of asnsolve that wrote it.

    Parameters
    ----------
    path : Path
        The file.
    content : bytes
        Content of an association file.
    fields : FileFields
        The keys of the file.

    Returns
    -------
    bool
    """
    # A directory does not have the content. Neither has a pipe, which reading would empty.
    if not is_file(path):
        return False
    try:
        present = read_content(path)
    except OSError:
        return False
    key = fields.keys.get("code_version")
    if present == content or key is None:
        return present == content
    version = _code_version(key)
    return version.sub(b"", present) == version.sub(b"", content)


@cache
def _code_version(key: str) -> re.Pattern[bytes]:
    return re.compile(rf'"{re.escape(key)}": ?"[^"]*"'.encode())
