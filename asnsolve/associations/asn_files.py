"""Associations as JSON, and their files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import orjson

from asnsolve.associations.association import Association
from asnsolve.associations.json_fields import to_dict
from asnsolve.atomic import atomic_file
from asnsolve.errors import AssociationError, Location, Problem, UsageError, write_errors


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
    return orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


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


def contained_line(association: Association) -> str:
    """Write an association as a line of a container.

    Parameters
    ----------
    association : Association
        The association.

    Returns
    -------
    str
        JSON with the file name as first field, and a line break.
    """
    fields = {"file_name": association.file_name, **to_dict(association)}
    return f"{orjson.dumps(fields).decode()}\n"


def write_association(association: Association, directory: str | PathLike[str]) -> Path:
    """Write the file of one association; see `write_all`.

    Parameters
    ----------
    association : Association
        The association.
    directory : path-like
        Where the file goes; made if it does not exist.

    Returns
    -------
    Path
        The file.
    """
    return write_all([association], directory)[0]


def write_all(
    associations: Iterable[Association], directory: str | PathLike[str], *, overwrite: bool = True
) -> list[Path]:
    """Write the files of associations.

    Each file appears whole or not at all: it is written next to its place and then moved there. It
    is not forced to disk with ``fsync``, which would take most of the time; run again after a power
    cut.

    Parameters
    ----------
    associations : iterable of Association
        What to write.
    directory : path-like
        Where; made if it does not exist.
    overwrite : bool
        Whether files that exist already may be replaced.

    Returns
    -------
    list of Path
        The files, in the order of the associations.

    Raises
    ------
    AssociationError
        Before anything is written, if two associations have one file name, or a file name leads
        out of the directory. Later, if a file cannot be written: those before it are complete.
    UsageError
        Before anything is written, if the directory cannot be used, or a file exists and may not
        be replaced.
    """
    chosen = tuple(associations)
    _check_file_names(chosen)
    folder = Path(directory)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        existing = (
            [] if overwrite else [a.file_name for a in chosen if (folder / a.file_name).exists()]
        )
    except OSError as error:
        raise UsageError(
            Problem(f"directory cannot be used: {error.strerror}", Location(file=str(folder)))
        ) from error
    if existing:
        raise UsageError(
            [Problem("exists already", Location(file=str(folder / name))) for name in existing]
        )
    return [_write(association, folder) for association in chosen]


def write_each(associations: Sequence[Association], directories: Sequence[Path]) -> list[Path]:
    """Write the files of associations, each to a directory of its own; see `write_all`.

    Parameters
    ----------
    associations : sequence of Association
        What to write.
    directories : sequence of Path
        Where each goes.

    Returns
    -------
    list of Path
        The files, in the order of the associations.
    """
    for directory in dict.fromkeys(directories):
        pairs = zip(associations, directories, strict=True)
        write_all([association for association, place in pairs if place == directory], directory)
    return [
        directory / association.file_name
        for association, directory in zip(associations, directories, strict=True)
    ]


def _write(association: Association, folder: Path) -> Path:
    path = folder / association.file_name
    content = to_bytes(association)
    where = Location(file=str(path), rule=association.rule)
    with write_errors(AssociationError, where), atomic_file(path) as stream:
        stream.write(content)
    return path


def _check_file_names(associations: Sequence[Association]) -> None:
    """Refuse names with a directory in them, and names that two associations share."""
    problems: list[Problem] = []
    first: dict[str, Association] = {}
    for association in associations:
        name = association.file_name
        where = Location(file=name)
        if Path(name).name != name or name in ("", "..") or "\0" in name:
            problems.append(Problem("is no file name", where, "a name without directory"))
        if name in first:
            both = f"{_identity(first[name])} and {_identity(association)}"
            problems.append(Problem(f"would be the file of both {both}", where))
        first.setdefault(name, association)
    if problems:
        raise AssociationError(problems)


def _identity(association: Association) -> str:
    names = ", ".join(product.name for product in association.products)
    return f"{association.rule} ({names})"
