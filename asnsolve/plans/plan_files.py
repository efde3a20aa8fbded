"""Plans as TOML files."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any, Final, get_args

from asnsolve.associations.validation import known_roles
from asnsolve.atomic import atomic_file
from asnsolve.errors import AssociationError, Location, Problem, UsageError
from asnsolve.from_files.associate_files import Associated, solve_request
from asnsolve.from_files.inputs import ROLES
from asnsolve.from_files.request import PathPolicy, Request
from asnsolve.naming import quoted
from asnsolve.plans.association_plan import Plan, PlannedAssociation, plan_of
from asnsolve.suggest import did_you_mean

__all__ = ["make_plan", "read_plan", "write_plan_file"]

_LISTS: Final = (*ROLES, "together", "apart")
_TEXTS: Final = ("product", "out", "extra")
_FIXED: Final = ("file", "rule", "product")
_HEAD: Final = """\
What asnsolve found, to be edited by hand; 'asnsolve write' checks it and writes the files.

Each [[association]] becomes a file of that name. Its exposures stand under their roles: move one
to another role, take it out, or add one; name the product otherwise; delete an association, or add
one. Files are named as seen from where this plan lies."""


def make_plan(
    request: Request, path: str | PathLike[str], on_file: Callable[[str], None] | None = None
) -> Associated:
    """Find what a request asks for, and write it as a plan.

    Parameters
    ----------
    request : Request
        What is asked.
    path : path-like
        Where the plan goes.
    on_file : callable, optional
        Called with the name of each file when its header has been read.

    Returns
    -------
    Associated
        What was found; no association is written.

    Raises
    ------
    PoolError
        If no file is an exposure.
    UsageError
        If the request makes no sense, or the plan cannot be written.
    """
    target = Path(path)
    found = solve_request(request, on_file)
    write_plan_file(plan_of(found, request, target.parent), target)
    return found.associated


def write_plan_file(plan: Plan, path: Path) -> None:
    """Write a plan as TOML, whole or not at all.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    asked = "what was asked, and is asked again when the plan is written"
    parts = ["".join(f"# {line}".rstrip() + "\n" for line in _HEAD.split("\n"))]
    parts.append(_table("[request]", _asked(plan.request), asked))
    parts += [_table("[[association]]", _entry(one)) for one in plan.associations]
    parts += [_table("[[leftover]]", {"file": file, "why": why}) for file, why in plan.leftover]
    parts.append(_table("[read]", {"files": plan.request.files}, "all that was read"))
    try:
        with atomic_file(path) as stream:
            stream.write("\n".join(parts).encode())
    except OSError as error:
        what = f"cannot be written: {error.strerror}"
        raise UsageError(Problem(what, Location(str(path)))) from error


def _table(head: str, entries: Mapping[str, str | int | tuple[str, ...]], note: str = "") -> str:
    lines = [f"{head} # {note}" if note else head]
    lines += [f"{name} = {_value(value)}" for name, value in entries.items()]
    return "".join(f"{line}\n" for line in lines)


def _value(value: str | int | tuple[str, ...]) -> str:
    """Write a value; arrays piece by piece: tomlkit takes the square of their length in time."""
    import tomlkit

    if not isinstance(value, tuple):
        return tomlkit.item(value).as_string()
    texts = [tomlkit.string(one).as_string() for one in value]
    if len(texts) < 2:
        return f"[{''.join(texts)}]"
    return "[\n" + "".join(f"    {text},\n" for text in texts) + "]"


def _entry(one: PlannedAssociation) -> dict[str, str | tuple[str, ...]]:
    files: dict[str, list[str]] = {}
    for file, role in one.members:
        files.setdefault(role, []).append(file)
    fixed = {"file": one.file, "rule": one.rule, "product": one.product}
    return fixed | {role: tuple(own) for role, own in files.items()}


def _asked(request: Request) -> Mapping[str, Any]:
    """Give what a request asks for besides what is asked anyway."""
    asked = {
        "rules": request.rules,
        "level": request.level,
        "paths": request.paths,
        **{name: getattr(request, name) for name in (*_TEXTS, *_LISTS)},
    }
    return {name: value for name, value in asked.items() if value not in (None, ())}


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises
    ------
    UsageError
        If the file cannot be read.
    AssociationError
        If it is no plan; all that is wrong is told.
    """
    where = Location(str(path))
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", where)) from error
    except UnicodeDecodeError as error:
        raise AssociationError(Problem("is no UTF-8 text", where, "a plan")) from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        there = where if place is None else Location(str(path), int(place[1]), place[2])
        what = f"is not TOML: {str(error).partition(' (at')[0]}"
        raise AssociationError(Problem(what, there)) from error
    problems: list[Problem] = []
    entries = data.get("association", [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        problems.append(Problem("association is no list of tables", where, "[[association]]"))
        entries = []
    made = [_planned(one, number, where, problems) for number, one in enumerate(entries, start=1)]
    request = _request(data, where, problems)
    for file, times in Counter(one.file for one in made).items():
        if file and times > 1:
            problems.append(Problem(f"{times} associations have the file {quoted(file)}", where))
    if problems:
        raise AssociationError(problems)
    left = [one for one in data.get("leftover", []) if isinstance(one, dict)]
    leftover = tuple((str(one.get("file", "")), str(one.get("why", ""))) for one in left)
    return Plan(request, tuple(made), leftover)


def _request(data: Mapping[str, Any], where: Location, problems: list[Problem]) -> Request:
    asked = data.get("request", {})
    read = data.get("read", {})
    files = read.get("files") if isinstance(read, dict) else None
    if not isinstance(asked, dict) or not _texts(files):
        problems.append(Problem("does not say which files were read", where, "read.files"))
        return Request(files=())
    known = ("rules", "level", "paths", *_TEXTS, *_LISTS)
    for name, value in asked.items():
        at = f"request.{name}"
        if name not in known:
            advice = did_you_mean(name, known)
            problems.append(Problem(f"{at} is not known", where, advice=advice))
        elif name in ("rules", *_LISTS):
            if not _texts(value):
                problems.append(Problem(f"{at} is no list of texts", where))
        elif name == "level":
            if value not in (2, 3):
                problems.append(Problem(f"{at} is {value!r}", where, "2 or 3"))
        elif name == "paths":
            if value not in get_args(PathPolicy):
                expected = f"one of {', '.join(get_args(PathPolicy))}"
                problems.append(Problem(f"{at} is {value!r}", where, expected))
        elif not isinstance(value, str):
            problems.append(Problem(f"{at} is no text", where))
    if problems:
        return Request(files=())
    good: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in asked.items()
        if name in known
    }
    return Request(files=tuple(files or ()), **good)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _planned(
    entry: Mapping[str, Any], number: int, where: Location, problems: list[Problem]
) -> PlannedAssociation:
    at = f"association {number}"
    if isinstance(entry.get("file"), str):
        at += f" ({entry['file']})"
    for name in _FIXED:
        if not isinstance(entry.get(name), str):
            what = f"{at} has no {name}" if name not in entry else f"the {name} of {at} is no text"
            problems.append(Problem(what, where))
    roles, members = known_roles(), []
    for role, files in entry.items():
        if role in _FIXED:
            continue
        if role not in roles:
            what, advice = f"{at} has a role {quoted(role)}", did_you_mean(role, roles)
            problems.append(Problem(what, where, f"one of {', '.join(roles)}", advice))
        elif not _texts(files):
            problems.append(Problem(f"{role} of {at} is no list of files", where))
        else:
            members += [(file, role) for file in files]
    file, rule, product = (str(entry.get(name, "")) for name in _FIXED)
    return PlannedAssociation(file, rule, product, tuple(members))
