"""Plans as TOML files."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace as changed
from os import PathLike
from pathlib import Path
from typing import Any, Final

from asnsolve.associations.json_text import is_too_deep
from asnsolve.associations.meaning_checks import known_roles
from asnsolve.atomic import draft_file
from asnsolve.errors import AssociationError, Location, Problem, UsageError, write_errors
from asnsolve.from_files.request import Request
from asnsolve.from_files.request_fields import REQUEST_FIELDS, FieldKind, RequestField
from asnsolve.from_files.solved_request import Associated, solve_request
from asnsolve.input_files import read_content
from asnsolve.plans.association_plan import Plan, PlannedAssociation, PlannedMember, plan_of
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

_KINDS: Final[tuple[FieldKind, ...]] = (
    *("rules", "choice", "flag", "integer", "text", "file", "files", "texts"),
)
_PLANNED: Final = {
    field.name: field
    for field in sorted(REQUEST_FIELDS, key=lambda field: _KINDS.index(field.kind))
    if field.planned
}
"""Fields of a request that a plan repeats, by name: short ones first, long lists last."""

_TOO_DEEP: Final = "holds values that are nested too deeply"
_FIXED: Final = ("file", "rule", "product")
"""Keys of an association that are not roles."""

_HEAD: Final = """\
Associations that asnsolve found. Edit them here; 'asnsolve write' checks them and writes the files.

Each [[association]] becomes a file of that name and lists its exposures by role. You can move an
exposure to another role, remove it or add one, rename the product, and delete or add associations.
Paths are relative to the directory of this plan."""


def make_plan(
    request: Request,
    path: str | PathLike[str],
    on_file: Callable[[str], None] | None = None,
    *,
    replace: bool = False,
) -> Associated:
    """Find the associations of a request, and write them as a plan.

    Parameters
    ----------
    request : Request
        The request.
    path : path-like
        Where the plan goes.
    on_file : callable, optional
        Called with the name of each file when its header has been read.
    replace : bool
        Whether to replace a file of other content, such as a plan that was edited.

    Returns
    -------
    Associated
        What was found; no association file is written.

    Raises
    ------
    PoolError
        If no file is an exposure.
    RuleError
        If the rules cannot be loaded.
    UsageError
        If the request makes no sense, the plan cannot be written, or there is a file of other
        content that may not be replaced.
    """
    target = Path(path)
    solved = solve_request(request, on_file)
    if solved.inputs.absent:
        what = "a plan cannot list files of a table of the archive, which are not downloaded yet"
        advice = "Download them first; 'asnsolve associate TABLE --files LIST' lists them."
        raise UsageError(Problem(what, advice=advice))
    # Files of other calls may come and go before the plan is written: their numbers stay.
    kept = changed(request, targets=solved.inputs.targets or request.targets)
    write_plan_file(plan_of(solved, kept, target.parent), target, replace=replace)
    return solved.associated


def write_plan_file(plan: Plan, path: Path, *, replace: bool = False) -> None:
    """Write a plan as TOML, whole or not at all.

    Parameters
    ----------
    plan : Plan
        The plan.
    path : Path
        Where it goes.
    replace : bool
        Whether to replace a file that has other content.

    Raises
    ------
    UsageError
        If it cannot be written, or there is a file of other content that may not be replaced.
    """
    note = "the request, which 'asnsolve write' solves again"
    options = {name: getattr(plan.request, name) for name in _PLANNED}
    # TOML has no null: an option that is not given is left out.
    options = {name: value for name, value in options.items() if value not in (None, (), False)}
    parts = ["".join(f"# {line}".rstrip() + "\n" for line in _HEAD.split("\n"))]
    parts.append(_table("[request]", options, note))
    parts += [_table("[[association]]", _entries(planned)) for planned in plan.associations]
    parts += [_table("[[leftover]]", {"file": file, "why": why}) for file, why in plan.leftover]
    parts.append(_table("[read]", {"files": plan.request.files}, "all files that were read"))
    where = Location(str(path))
    with write_errors(UsageError, where), draft_file(path, replace=replace) as draft:
        draft.stream.write("\n".join(parts).encode())


def _table(head: str, entries: Mapping[str, str | int | tuple[str, ...]], note: str = "") -> str:
    lines = [f"{head} # {note}" if note else head]
    lines += [f"{name} = {_value(value)}" for name, value in entries.items()]
    return "".join(f"{line}\n" for line in lines)


def _value(value: str | int | tuple[str, ...]) -> str:
    """Write a value in TOML.

    Arrays are put together here, because tomlkit takes a time that grows with the square of their
    length.
    """
    import tomlkit

    if not isinstance(value, tuple):
        return tomlkit.item(value).as_string()
    texts = [tomlkit.string(text).as_string() for text in value]
    if len(texts) < 2:
        return f"[{''.join(texts)}]"
    return "[\n" + "".join(f"    {text},\n" for text in texts) + "]"


def _entries(planned: PlannedAssociation) -> dict[str, str | tuple[str, ...]]:
    files: dict[str, list[str]] = {}
    # Files keep their order in each role, and roles the order in which they occur.
    for file, role in planned.members:
        files.setdefault(role, []).append(file)
    fixed = {"file": planned.file, "rule": planned.rule, "product": planned.product}
    return fixed | {role: tuple(files_of_role) for role, files_of_role in files.items()}


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    Plan
        The plan; its paths are as seen from the directory of the file.

    Raises
    ------
    UsageError
        If the file cannot be read.
    AssociationError
        If the file is no plan; it lists everything that is wrong.
    """
    where = Location(str(path))
    data = _read_toml(path, where)
    # Problems are collected, so that one run tells all of them.
    problems: list[Problem] = []
    tables = data.get("association", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        problems.append(Problem("association is not a list of tables", where, "[[association]]"))
        tables = []
    associations = tuple(
        _association(table, number, where, problems) for number, table in enumerate(tables, start=1)
    )
    request = _request(data, where, problems)
    for file, times in Counter(planned.file for planned in associations).items():
        if file and times > 1:
            problems.append(Problem(f"{times} associations have the file {quoted(file)}", where))
    if problems:
        raise AssociationError(problems)
    # What is left over is for readers of the plan: writing it does not depend on these tables.
    leftover = tuple(
        (str(table.get("file", "")), str(table.get("why", "")))
        for table in data.get("leftover", [])
        if isinstance(table, dict)
    )
    return Plan(request, associations, leftover)


def _read_toml(path: Path, where: Location) -> dict[str, Any]:
    try:
        data = tomllib.loads(read_content(path).decode())
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", where)) from error
    except UnicodeDecodeError as error:
        raise AssociationError(Problem("is not UTF-8 text", where, "a plan")) from error
    except RecursionError as error:
        raise AssociationError(Problem(_TOO_DEEP, where, "a plan")) from error
    # Values that Python cannot hold, such as numbers of thousands of digits, are no TOML errors.
    except ValueError as error:
        # Python 3.11 gives the place of an error in its message only.
        place = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        at = where if place is None else Location(str(path), line=int(place[1]), column=place[2])
        what = f"is not TOML: {str(error).partition(' (at')[0]}"
        raise AssociationError(Problem(what, at)) from error
    if is_too_deep(data):
        raise AssociationError(Problem(_TOO_DEEP, where, "a plan"))
    return data


def _request(data: Mapping[str, Any], where: Location, problems: list[Problem]) -> Request:
    """Read the request; with problems, here or before, a request that asks nothing."""
    options = data.get("request", {})
    read = data.get("read", {})
    files = read.get("files") if isinstance(read, dict) else None
    if not isinstance(options, dict) or not _is_texts(files):
        problems.append(Problem("does not say which files were read", where, "read.files"))
        return Request(files=())
    for name, value in options.items():
        if name not in _PLANNED:
            what, advice = f"request.{name} is not known", did_you_mean(name, _PLANNED)
            problems.append(Problem(what, where, advice=advice))
        else:
            what, expected = _mistake(_PLANNED[name], value)
            if what:
                problems.append(Problem(f"request.{name} is {what}", where, expected))
    return Request(files=()) if problems else Request.of({**options, "files": files})


def _mistake(field: RequestField, value: object) -> tuple[str, str]:
    """Say what is wrong with the value of a field, and what is expected; nothing if it is fine."""
    match field.kind:
        case "rules" | "files" | "texts":
            return ("" if _is_texts(value) else "not a list of texts"), ""
        case "choice":
            return ("", "") if value in field.choices else (repr(value), field.choices_text())
        case "flag":
            return ("" if isinstance(value, bool) else "neither true nor false"), ""
        case "text" | "file":
            return ("" if isinstance(value, str) else "not text"), ""
        case "integer":
            return ("" if isinstance(value, int) else "not a whole number"), ""


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _association(
    table: Mapping[str, Any], number: int, where: Location, problems: list[Problem]
) -> PlannedAssociation:
    subject = f"association {number}"
    if isinstance(table.get("file"), str):
        subject += f" ({table['file']})"
    for name in _FIXED:
        if name not in table:
            problems.append(Problem(f"{subject} has no {name}", where))
        elif not isinstance(table[name], str):
            problems.append(Problem(f"the {name} of {subject} is not text", where))
    roles = known_roles()
    members: list[PlannedMember] = []
    for role, files in table.items():
        # Every other key of the table is a role.
        if role in _FIXED:
            continue
        if role not in roles:
            what, advice = f"{subject} has the role {quoted(role)}", did_you_mean(role, roles)
            problems.append(Problem(what, where, f"one of {', '.join(roles)}", advice))
        elif not _is_texts(files):
            problems.append(Problem(f"{role} of {subject} is not a list of files", where))
        else:
            members += [PlannedMember(file, role) for file in files]
    file, rule, product = (str(table.get(name, "")) for name in _FIXED)
    return PlannedAssociation(file, rule, product, tuple(members))
