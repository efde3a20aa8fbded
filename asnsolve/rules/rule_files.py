"""Run rule files, and collect what their public names hold."""

from __future__ import annotations

import ast
import runpy
import sys
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Location, Problem, RuleError
from asnsolve.rules.failed_files import failure_problems
from asnsolve.rules.mistakes import check_set
from asnsolve.rules.model import Rule, RuleSet, rules_in
from asnsolve.shown_values import shown

_OF_THE_PIPELINE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "association_rules.py": "The rule set jwst has these rules: leave the file out.",
        "rules_level2b.py": "The rule set jwst has these rules: take its level 2 (--level 2).",
        "rules_level3.py": "The rule set jwst has these rules: take its level 3 (--level 3).",
    }
)
"""What to do instead of giving a rule file of the pipeline, by its name."""


def rules_of_file(path: Path) -> RuleSet:
    """Run a rule file and collect the rules that its public names hold.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    RuleSet
        Named after the file. The rules themselves are not checked.

    Raises
    ------
    RuleError
        If the file does not run, or holds no rule.
    """
    names = run_file(path)
    sets: list[RuleSet] = []
    for name, value in names.items():
        if isinstance(value, RuleSet):
            check_set(str(path), value, name)
            sets.append(value)
    rules = [*rules_in(names), *(rule for rule_set in sets for rule in rule_set)]
    _refuse_hidden(path, names, rules)
    if not rules:
        raise RuleError(
            Problem(
                "the file holds no rule",
                Location(str(path)),
                "names of the module that hold Rule values",
                "A name with a leading underscore is skipped.",
            )
        )
    # A rule may be there twice: under its own name, and in a set.
    distinct = {id(rule): rule for rule in rules}
    columns = _declared_columns(path, names.get("COLUMNS", ())).union(
        *(rule_set.columns for rule_set in sets)
    )
    digits = max((rule_set.digits for rule_set in sets), default=5)
    return RuleSet(path.stem, tuple(distinct.values()), digits, columns)


def run_file(path: Path) -> dict[str, object]:
    """Run a file and return the public names of its module.

    Parameters
    ----------
    path : Path
        A Python file.

    Returns
    -------
    dict of str to object
        The values of the names that do not begin with an underscore.

    Raises
    ------
    RuleError
        If the file is one of asn_generate, or running it fails in whatever way.
    """
    _refuse_classes(path)
    try:
        # What the file prints must not get between the lines of a report.
        with redirect_stdout(sys.stderr):
            names = runpy.run_path(str(path))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        # sys.exit raises SystemExit, which would end the whole run as if it had succeeded.
        raise RuleError(failure_problems(path, error)) from error
    return {name: value for name, value in names.items() if not name.startswith("_")}


def _refuse_hidden(path: Path, names: Mapping[str, object], rules: Iterable[Rule]) -> None:
    """Refuse rules in a tuple or list under a public name, which would be passed over."""
    taken = {id(rule) for rule in rules}
    problems = []
    for name, value in names.items():
        if not isinstance(value, tuple | list):
            continue
        passed_over = [part for part in value if isinstance(part, Rule) and id(part) not in taken]
        if passed_over:
            advice = "Is there a comma after its closing bracket?"
            if len(value) > 1:
                advice = f"Did you mean RuleSet({name.lower()!r}, (...))?"
            what = f"{name} is {shown(value)} that holds a rule"
            label = shown(passed_over[0].name).strip("'")
            where = Location(str(path), rule=label, field=name)
            problems.append(Problem(what, where, "a Rule or a RuleSet", advice))
    if problems:
        raise RuleError(problems)


def _refuse_classes(path: Path) -> None:
    """Raise `RuleError` for a rule file of asn_generate, whose rules are classes."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError):
        # Running the file will say what is wrong with it.
        return
    # Such a file is recognised without running it, since running it needs the pipeline.
    modules: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names):
                modules.update(alias.name for alias in names)
            case ast.ImportFrom(str() as module):
                modules.add(module)
    packages = {module.partition(".")[0] for module in modules}
    if "asnsolve" not in packages and any(m.startswith("jwst.associations") for m in modules):
        what = "the file is of rules for asn_generate, which are classes of jwst.associations"
        advice = _OF_THE_PIPELINE.get(path.name, "Rewrite each class as a Rule.")
        raise RuleError(Problem(what, Location(str(path)), "Rule values of asnsolve", advice))


def _declared_columns(path: Path, columns: object) -> frozenset[str]:
    """Return the names in COLUMNS, which may be one name or several."""
    match columns:
        case str():
            listed: list[object] = [columns]
        case Iterable():
            listed = list(columns)
        case _:
            listed = [columns]
    names = [name.strip().lower() for name in listed if isinstance(name, str)]
    if len(names) < len(listed):
        wrong = next(name for name in listed if not isinstance(name, str))
        where = Location(str(path), field="COLUMNS")
        raise RuleError(Problem(f"holds {shown(wrong)}", where, "names of columns"))
    return frozenset(names)
