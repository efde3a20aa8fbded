"""Paths of the files that a request names, each of them once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from asnsolve.errors import Problem
from asnsolve.from_files.request import Request
from asnsolve.from_files.request_fields import ROLES
from asnsolve.input_files import absolute, exists
from asnsolve.pool.headers import expanded


@dataclass(frozen=True, slots=True)
class RequestPaths:
    """Paths of the files that a request names, by key.

    A file has one key however its path is written, so a file in several lists is read once.

    Parameters
    ----------
    of_files : mapping of str to Path
        The files to make associations of.
    of_lists : mapping of str to mapping of str to Path
        The files of each list of `ROLES`.
    to_read : mapping of str to Path
        All of these but the excluded ones.
    problems : tuple of Problem
        Names of these files that lead to no file, and files that are named twice.
    list_problems : mapping of str to tuple of Problem
        The same of each list of `ROLES`.
    """

    of_files: Mapping[str, Path]
    of_lists: Mapping[str, Mapping[str, Path]]
    to_read: Mapping[str, Path]
    problems: tuple[Problem, ...]
    list_problems: Mapping[str, tuple[Problem, ...]]


def request_paths(request: Request) -> RequestPaths:
    """Find the files that a request names.

    Parameters
    ----------
    request : Request
        The request.

    Returns
    -------
    RequestPaths
        The paths, as they were written.
    """
    problems: list[Problem] = []
    list_problems: dict[str, list[Problem]] = {name: [] for name in ROLES}
    of_lists = {name: _paths(getattr(request, name), list_problems[name]) for name in ROLES}
    of_files = _paths(request.files, problems)
    to_read = dict(of_files)
    for paths in of_lists.values():
        to_read |= paths
    for name in request.exclude:
        to_read = _without(to_read, name, problems)
    return RequestPaths(
        of_files,
        of_lists,
        to_read,
        tuple(problems),
        {name: tuple(found) for name, found in list_problems.items()},
    )


def _paths(names: Iterable[str], problems: list[Problem]) -> dict[str, Path]:
    """Return the files that names lead to, as they were written; add a problem for the others."""
    paths: dict[str, Path] = {}
    for path in expanded(names):
        if isinstance(path, Problem):
            problems.append(path)
        else:
            paths[absolute(path)] = path
    return paths


def _without(paths: dict[str, Path], name: str, problems: list[Problem]) -> dict[str, Path]:
    """Leave files out; a name without directory means every file with that name."""
    # A name that is a path from here means that file alone. Nothing with a directory in it, and no
    # @list, is the name of a file that was read.
    if not exists(name):
        kept = {key: path for key, path in paths.items() if not fnmatch(path.name, name)}
        if len(kept) < len(paths):
            return kept
    excluded = _paths([name], problems)
    return {key: path for key, path in paths.items() if key not in excluded}
