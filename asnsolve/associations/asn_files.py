"""Associations as JSON, and their files."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Final

import orjson

from asnsolve.associations.association import Association
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.json_text import json_bytes
from asnsolve.associations.present_files import has_content, present_names
from asnsolve.associations.writable_names import name_problem
from asnsolve.atomic import atomic_file
from asnsolve.errors import (
    AssociationError,
    Location,
    Problem,
    UsageError,
    occupied,
    write_errors,
)
from asnsolve.input_files import is_directory

_OF_ONE_FILE: Final = (errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL, errno.EISDIR)
"""Errors that are about one file, unlike those of a full or protected disk."""


def to_bytes(association: Association) -> bytes:
    """Write an association as JSON.

    Parameters
    ----------
    association : Association
        The association.

    Returns
    -------
    bytes
        UTF-8 text, indented, with a final newline; the same for the same association and version
        of asnsolve.

    Raises
    ------
    AssociationError
        If a text cannot be written as UTF-8.
    """
    try:
        return formatted(to_dict(association))
    except orjson.JSONEncodeError as error:
        where = Location(file=association.file_name, rule=association.rule)
        raise AssociationError(Problem(f"cannot be written as JSON: {error}", where)) from error


def formatted(data: Mapping[str, Any]) -> bytes:
    """Write the JSON object of an association as its file has it.

    Parameters
    ----------
    data : mapping
        The object.

    Returns
    -------
    bytes
        Indented UTF-8 text with a final newline.
    """
    return json_bytes(data)


def to_line(association: Association) -> str:
    """Write an association as JSON without line breaks.

    Parameters
    ----------
    association : Association
        The association.

    Returns
    -------
    str
    """
    return orjson.dumps(to_dict(association)).decode()


def contained_line(association: Association, ending: str = "}\n") -> str:
    """Write an association as a line of a container.

    Parameters
    ----------
    association : Association
        The association.
    ending : str
        What the line ends with, from its closing bracket on.

    Returns
    -------
    str
        JSON with the file name as first field.
    """
    fields = {"file_name": association.file_name, **to_dict(association)}
    return f"{orjson.dumps(fields)[:-1].decode()}{ending}"


def write_association(
    association: Association, directory: str | PathLike[str], *, replace: bool = False
) -> Path:
    """Write the file of one association; see `write_each`.

    Parameters
    ----------
    association : Association
        The association.
    directory : path-like
        Where the file goes; made if it does not exist.
    replace : bool
        Whether to replace a file that has other content.

    Returns
    -------
    Path
        The file.
    """
    return write_all([association], directory, replace=replace)[0]


@dataclass(frozen=True, slots=True)
class WrittenFiles:
    """What became of the files of associations.

    Parameters
    ----------
    written : tuple of Path
        Files that were written.
    unchanged : tuple of Path
        Files that had the content already, and were left alone.
    problems : tuple of Problem
        Associations that cannot be written, because their file name is too long, for example.
    """

    written: tuple[Path, ...] = ()
    unchanged: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


def write_all(
    associations: Iterable[Association], directory: str | PathLike[str], *, replace: bool = False
) -> list[Path]:
    """Write the files of associations into one directory; see `write_each`.

    Parameters
    ----------
    associations : iterable of Association
        What to write.
    directory : path-like
        Where; made if it does not exist.
    replace : bool
        Whether to replace files that have other content.

    Returns
    -------
    list of Path
        The files, in the order of the associations, whether they had to be written or not.

    Raises
    ------
    AssociationError
        As `write_each` does, and if some cannot be written, after all others are.
    """
    chosen, folder = tuple(associations), Path(directory)
    found = write_each(chosen, [folder] * len(chosen), replace=replace)
    if found.problems:
        raise AssociationError(found.problems)
    make_directory(folder)
    return [folder / association.file_name for association in chosen]


def write_each(
    associations: Sequence[Association],
    directories: Sequence[Path],
    *,
    replace: bool = False,
    dry_run: bool = False,
) -> WrittenFiles:
    """Write the files of associations, each into the directory given for it.

    Each file appears whole or not at all: it is written next to its place and then moved there. It
    is not forced to disk with ``fsync``, which would take most of the time; run again after a power
    cut. A file that has the same content already is left alone, and so is one that another version
    of asnsolve wrote with the same content.

    A file that cannot be written because of its name, its content or a directory of that name is
    reported among the problems, and all others are written.

    Parameters
    ----------
    associations : sequence of Association
        What to write.
    directories : sequence of Path
        Where each goes; made if they do not exist.
    replace : bool
        Whether to replace files that have other content.
    dry_run : bool
        Whether to check everything and write nothing.

    Returns
    -------
    WrittenFiles
        The files, in the order of the associations.

    Raises
    ------
    AssociationError
        Before anything is written, if two associations have one file name. Later, if no file can
        be written there, as on a full disk: those before it are complete.
    UsageError
        Before anything is written, if a directory cannot be used, or a file has other content and
        may not be replaced.
    """
    names_of_directory: dict[Path, frozenset[str]] = {}
    for folder, positions in by_directory(directories).items():
        _check_file_names([associations[position] for position in positions])
        names_of_directory[folder] = present_names(folder)
    to_write: list[tuple[Path, Association]] = []
    unchanged: list[Path] = []
    in_the_way: list[Problem] = []
    problems: list[Problem] = []
    for association, folder in zip(associations, directories, strict=True):
        path = folder / association.file_name
        unnamed = name_problem(association.file_name, association.rule)
        # Names are looked up in bulk, and only files that exist are opened: most are new.
        if unnamed is not None:
            problems.append(unnamed)
        elif association.file_name not in names_of_directory[folder]:
            to_write.append((path, association))
        elif has_content(path, to_bytes(association), association.fields):
            unchanged.append(path)
        elif replace or is_directory(path):
            to_write.append((path, association))
        else:
            in_the_way.append(occupied(str(path)))
    if in_the_way:
        raise UsageError(in_the_way)
    written, failed = ([], []) if dry_run else _write_new(to_write)
    return WrittenFiles(tuple(written), tuple(unchanged), (*problems, *failed))


def _write_new(chosen: Sequence[tuple[Path, Association]]) -> tuple[list[Path], list[Problem]]:
    """Write files; return them, and the problems of those that cannot be written."""
    for folder in dict.fromkeys(path.parent for path, _ in chosen):
        make_directory(folder)
    written: list[Path] = []
    problems: list[Problem] = []
    for path, association in chosen:
        try:
            _write(association, path)
        except AssociationError as error:
            if not _is_of_one_file(error):
                raise
            problems += error.problems
        else:
            written.append(path)
    return written, problems


def _is_of_one_file(error: AssociationError) -> bool:
    """Tell whether other files can be written, although one cannot."""
    cause = error.__cause__
    return not isinstance(cause, OSError) or cause.errno in _OF_ONE_FILE


def by_directory(directories: Iterable[Path]) -> dict[Path, list[int]]:
    """Collect the positions of equal directories.

    Parameters
    ----------
    directories : iterable of Path
        Where each association goes.

    Returns
    -------
    dict of Path to list of int
        Positions of the associations that go into each, in the order in which they first occur.
    """
    positions: dict[Path, list[int]] = {}
    for position, directory in enumerate(directories):
        positions.setdefault(directory, []).append(position)
    return positions


def make_directory(folder: Path) -> None:
    """Make a directory to write to, unless it exists.

    Parameters
    ----------
    folder : Path
        The directory.

    Raises
    ------
    UsageError
        If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        where = Location(file=str(folder))
        raise UsageError(Problem(f"directory cannot be used: {error.strerror}", where)) from error


def _write(association: Association, path: Path) -> None:
    content = to_bytes(association)
    where = Location(file=str(path), rule=association.rule)
    with write_errors(AssociationError, where), atomic_file(path) as stream:
        stream.write(content)


def _check_file_names(associations: Sequence[Association]) -> None:
    """Refuse names that two associations share."""
    problems: list[Problem] = []
    first: dict[str, Association] = {}
    for association in associations:
        name = association.file_name
        if name in first:
            both = f"{_identity(first[name])} and {_identity(association)}"
            problems.append(Problem(f"would be the file of both {both}", Location(file=name)))
        first.setdefault(name, association)
    if problems:
        raise AssociationError(problems)


def _identity(association: Association) -> str:
    names = ", ".join(product.name for product in association.products)
    return f"{association.rule} ({names})"
