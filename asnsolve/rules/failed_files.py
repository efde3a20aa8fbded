"""Say why running a rule file failed: in which rule and field, and what was probably meant."""

from __future__ import annotations

import ast
import builtins
import inspect
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from dis import opmap
from pathlib import Path
from types import FunctionType, MappingProxyType, ModuleType

from asnsolve import profiles
from asnsolve.errors import AsnsolveError, Location, Problem
from asnsolve.expr import build
from asnsolve.input_files import read_content
from asnsolve.pool import measures
from asnsolve.rules import domain, model, preferences, rule_set, steps
from asnsolve.shown_values import error_text, escaped
from asnsolve.suggest import did_you_mean

_LANGUAGE: tuple[ModuleType, ...] = (
    *(build, model, rule_set, steps, domain),
    *(preferences, measures),
)
_IMPORTS: Mapping[str, str] = MappingProxyType(
    {
        "u": "import astropy.units as u",
        "Time": "from astropy.time import Time",
        "Rule": "from asnsolve import Rule",
        "RuleSet": "from asnsolve import RuleSet",
    }
)
"""How to import what is not in a module of the language, or is better taken from elsewhere."""

_PACKAGE = Path(__file__).parents[1]
_UNEXPECTED = re.compile(r"(\w+?)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'")
_MISSING = re.compile(r"(\w+)\.__init__\(\) missing \d+ required .*?arguments?: '(\w+)'")
_NOT_IMPORTED = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")


def failure_problems(path: Path, error: BaseException) -> list[Problem]:
    """Describe an error from running a rule file.

    Parameters
    ----------
    path : Path
        The file.
    error : BaseException
        What running it raised.

    Returns
    -------
    list of Problem
        With the line of the file where it happened, and rule and field if it was in a rule.
    """
    # Even the text of an error may fail, and a file may have changed or removed itself.
    with suppress(Exception, SystemExit):
        return _problems(path, error)
    return [Problem(f"{_FAILED}: {error_text(error)}", Location(str(path)))]


_FAILED = "running the file failed"


def is_own(path: Path, error: BaseException) -> bool:
    """Tell whether an error comes from asnsolve itself, with no code of a rule file behind it.

    Parameters
    ----------
    path : Path
        The file.
    error : BaseException
        The error.

    Returns
    -------
    bool
    """
    files = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
    return str(path) not in files and Path(files[-1]).is_relative_to(_PACKAGE)


def is_raised_in(path: Path, error: KeyboardInterrupt) -> bool:
    """Tell whether a statement of a file has raised an interruption, and not the keyboard.

    Parameters
    ----------
    path : Path
        The file.
    error : KeyboardInterrupt
        The interruption.

    Returns
    -------
    bool
    """
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None or last.tb_frame.f_code.co_filename != str(path):
        return False
    return last.tb_frame.f_code.co_code[last.tb_lasti] == opmap["RAISE_VARARGS"]


def _problems(path: Path, error: BaseException) -> list[Problem]:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        what = f"not Python: {escaped(str(error.msg))}"
        # An error about the encoding of a whole file has line 0.
        line = error.lineno if type(error.lineno) is int and error.lineno > 0 else None
        return [Problem(what, Location(str(path), line=line))]
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
    ]
    where = _where(path, frames[-1] if frames else None)
    if isinstance(error, AsnsolveError) and all(
        isinstance(each, Problem) for each in error.problems
    ):
        # A problem of another file keeps its own place.
        return [
            replace(problem, location=where) if problem.location == Location() else problem
            for problem in error.problems
        ]
    if isinstance(error, SystemExit):
        advice = "Remove the call of sys.exit() or exit()."
        return [Problem("the file ends the program", where, "a file that runs to its end", advice)]
    text = error_text(error)
    meant, advice = _meant(error, text)
    if meant and (where.rule or where.field):
        where = replace(where, field=f"{where.field}.{meant}" if where.field else meant)
    return [Problem(f"{_FAILED}: {text}", where, advice=advice)]


def _meant(error: BaseException, text: str) -> tuple[str, str]:
    """Return the field that an error is about, and a question about what was meant."""
    if found := _UNEXPECTED.search(text):
        called = _named(found[1])
        return found[2], did_you_mean(
            found[2], inspect.signature(called).parameters
        ) if called else ""
    if found := _MISSING.search(text):
        return found[2], ""
    if found := _NOT_IMPORTED.search(text):
        module = sys.modules.get(found[2])
        return "", did_you_mean(found[1], dir(module))
    if isinstance(error, NameError):
        missing = _IMPORTS.get(str(error.name)) or next(
            (
                f"from {module.__name__} import {error.name}"
                for module in (profiles, *_LANGUAGE)
                if error.name in getattr(module, "__all__", vars(module))
            ),
            None,
        )
        if missing is not None:
            return "", f'Add "{missing}".'
        return "", did_you_mean(str(error.name), _known_names())
    return "", ""


def _known_names() -> set[str]:
    """Return the names that a rule file or a profile may use."""
    # Modules of the language import classes from one another, and functions that are their own.
    of_language = (
        name
        for module in _LANGUAGE
        for name, value in vars(module).items()
        if not isinstance(value, ModuleType)
        and not (isinstance(value, FunctionType) and value.__module__ != module.__name__)
    )
    names = {*of_language, *profiles.__all__, *_IMPORTS, *vars(builtins)}
    return {name for name in names if name[0] != "_"}


def _named(name: str) -> type | None:
    """Find a class or function of the rule language, or a class of profiles."""
    known = (*_LANGUAGE, profiles)
    return next((vars(module)[name] for module in known if name in vars(module)), None)


def _where(path: Path, frame: traceback.FrameSummary | None) -> Location:
    """Find the rule or profile, and the field, whose text a frame was carrying out."""
    line = None if frame is None else frame.lineno
    where = Location(str(path), line=line)
    if frame is None or line is None or frame.end_lineno is None:
        return where
    span = ((line, frame.colno or 0), (frame.end_lineno, frame.end_colno or 0))
    for statement in ast.parse(read_content(path)).body:
        match statement:
            case ast.Assign([ast.Name(target)], ast.Call() as call) if _holds(call, span):
                field = "".join(_field(call, span))
                kind = _named(_called(call))
                if target == "PROFILE" or (isinstance(kind, type) and kind is not model.Rule):
                    return replace(where, field=f"{target}{field}")
                name = _rule_name(call, target)
                if name is not None:
                    field = field.removeprefix(".")
                    return replace(where, rule=escaped(name), field=field or None)
    return where


_Span = tuple[tuple[int, int], tuple[int, int]]


def _holds(node: ast.expr, span: _Span) -> bool:
    end = (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    return (node.lineno, node.col_offset) <= span[0] and span[1] <= end


def _rule_name(call: ast.Call, target: str) -> str | None:
    """Return the name that a call gives to a rule; None if it does not make a rule."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
    if _called(call) == "Rule":
        given += call.args[:1]
    elif not (target.startswith("Asn_") or given):
        return None
    match given:
        case [ast.Constant(str() as name), *_]:
            return name
        case _:
            return target


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
        case _:
            return ""


def _field(node: ast.expr, span: _Span) -> Iterator[str]:
    """List the steps from a call to the innermost field: ``.clauses``, ``[0]``."""
    match node:
        case ast.Call():
            kind = _named(_called(node))
            known = [each.name for each in fields(kind)] if is_dataclass(kind) else []
            named = [(f".{keyword.arg}", keyword.value) for keyword in node.keywords]
            by_place = zip((f".{name}" for name in known), node.args, strict=False)
            parts = [*by_place, *(named if known or _called(node) not in _FUNCTIONS else [])]
        case ast.Tuple(elements):
            parts = [(f"[{number}]", part) for number, part in enumerate(elements)]
        case ast.Dict(keys, values):
            shown_keys = ("" if key is None else f"[{ast.unparse(key)}]" for key in keys)
            parts = list(zip(shown_keys, values, strict=True))
        case _:
            parts = []
    for step, part in parts:
        if _holds(part, span):
            yield step
            yield from _field(part, span)


_FUNCTIONS = frozenset(name for name in vars(build) if name[0] != "_")
