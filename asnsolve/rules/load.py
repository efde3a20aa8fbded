"""Load rule sets by name, from files, or from values."""

from __future__ import annotations

import ast
import runpy
import traceback
from collections.abc import Iterable
from dataclasses import replace
from os import PathLike
from pathlib import Path

from asnsolve.errors import ExpressionError, Location, Problem, RuleError
from asnsolve.rules.jwst import JWST
from asnsolve.rules.jwst.development import JWST_MAIN
from asnsolve.rules.level3_2017 import LEVEL3_2017
from asnsolve.rules.mistakes import check_rules
from asnsolve.rules.model import Rule, RuleSet, rules_in
from asnsolve.suggest import did_you_mean

DEFAULT_RULES = "jwst"
"""Name of the default rule set."""

RULE_SETS = {rules.name: rules for rules in (JWST, JWST_MAIN, LEVEL3_2017)}
"""Rule sets that come with the package, by name."""

ALIASES = {"jwst-3.0": JWST.name}
"""Further names of rule sets: the release of the pipeline that a set follows."""

_OF_THE_PIPELINE = {
    "association_rules.py": "The rule set jwst has these rules: leave the file out.",
    "rules_level2b.py": "The rule set jwst has these rules: take its level 2 (--level 2).",
    "rules_level3.py": "The rule set jwst has these rules: take its level 3 (--level 3).",
}
"""What to do instead of giving a rule file of the pipeline, by its name."""

RuleSource = str | PathLike[str] | Rule | RuleSet


def is_set_name(source: object) -> bool:
    """Tell whether something is the name of a rule set that comes with the package.

    Parameters
    ----------
    source : object
        What `load_rules` takes.

    Returns
    -------
    bool
    """
    return isinstance(source, str) and (source in RULE_SETS or source in ALIASES)


def load_rules(*sources: RuleSource | Iterable[RuleSource]) -> RuleSet:
    """Load and check rules.

    Parameters
    ----------
    *sources : str, path, Rule, RuleSet, or iterable of these
        Name of a rule set that comes with the package, a Python file whose module-level names
        hold `Rule` values, or rules themselves; several are joined in order. With none, the
        default set. A file may list in ``COLUMNS`` additional columns that its rules name.

    Returns
    -------
    RuleSet
        The rules, checked. Its name joins the names of the sources by ``+``.

    Raises
    ------
    RuleError
        If a source is not found, a file does not run, or a rule is not acceptable; the message
        names every rule that has a mistake.

    Notes
    -----
    A rule file is Python and is run: load only files that you trust.
    """
    sets = [_load(source) for source in _flatten(sources or (DEFAULT_RULES,))]
    if not sets:
        advice = "Call load_rules() for the default rule set."
        raise RuleError(Problem("the list of rules is empty", advice=advice))
    # A set of the package is checked by the tests, and checking it takes longer than loading it.
    if len(sets) == 1 and sets[0] is RULE_SETS.get(sets[0].name):
        return sets[0]
    rules = tuple(rule for rule_set in sets for rule in rule_set)
    columns = frozenset[str]().union(*(rule_set.columns for rule_set in sets))
    name = "+".join(dict.fromkeys(rule_set.name for rule_set in sets))
    problems = check_rules(name, rules, columns)
    if problems:
        raise RuleError(problems)
    digits = max((rule_set.digits for rule_set in sets), default=5)
    return RuleSet(name, rules, digits, columns)


def _flatten(sources: Iterable[RuleSource | Iterable[RuleSource]]) -> Iterable[RuleSource]:
    # A text is iterable, and so is a RuleSet: both are one source.
    for source in sources:
        if isinstance(source, str | PathLike | Rule | RuleSet):
            yield source
        elif isinstance(source, Iterable):
            yield from _flatten(source)
        else:
            expected = "a name, a Python file, a Rule or a RuleSet"
            raise RuleError(Problem(f"{source!r} is not a source of rules", expected=expected))


def _load(source: RuleSource) -> RuleSet:
    if isinstance(source, Rule):
        return RuleSet(source.name, (source,))
    if isinstance(source, RuleSet):
        return source
    if isinstance(source, str) and is_set_name(source):
        return RULE_SETS[ALIASES.get(source, source)]
    path = Path(source)
    if not path.is_file():
        raise RuleError(
            Problem(
                f"there is no rule set or file {str(source)!r}",
                expected=f"one of {', '.join(sorted(RULE_SETS))}, or a Python file",
                advice=did_you_mean(str(source), (*RULE_SETS, *ALIASES)),
            )
        )
    return _run(path)


def _run(path: Path) -> RuleSet:
    """Run a rule file and collect the rules that its public names hold."""
    _refuse_classes(path)
    try:
        names = runpy.run_path(str(path))
    except RuleError:
        raise
    except Exception as error:
        raise RuleError(_run_problems(path, error)) from error
    sets = [
        value
        for name, value in names.items()
        if isinstance(value, RuleSet) and not name.startswith("_")
    ]
    rules = [*rules_in(names), *(rule for rule_set in sets for rule in rule_set)]
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


def _refuse_classes(path: Path) -> None:
    """Raise `RuleError` for a rule file of asn_generate, whose rules are classes."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
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
        raise RuleError(Problem(f"COLUMNS is {columns!r}", Location(str(path)), "column names"))
    return frozenset(names)


def _run_problems(path: Path, error: Exception) -> list[Problem]:
    """Describe an error from running a rule file, with the row of the file where it happened."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return [Problem(f"not Python: {error.msg}", Location(str(path), row=error.lineno))]
    frames = traceback.extract_tb(error.__traceback__)
    rows = [frame.lineno for frame in frames if frame.filename == str(path)]
    where = Location(str(path), row=rows[-1] if rows else None)
    if isinstance(error, ExpressionError):
        return [replace(problem, location=where) for problem in error.problems]
    return [Problem(f"running the file failed: {type(error).__name__}: {error}", where)]
