"""Load rule sets: by name, from files, or from values."""

from __future__ import annotations

import runpy
import traceback
from collections.abc import Iterable
from os import PathLike
from pathlib import Path

from asnsolve.errors import Location, Problem, RuleError
from asnsolve.rules.check import check_rules
from asnsolve.rules.level3_2017 import LEVEL3_2017
from asnsolve.rules.model import Rule, RuleSet
from asnsolve.suggest import did_you_mean

__all__ = ["DEFAULT_RULES", "RULE_SETS", "RuleSource", "load_rules"]

DEFAULT_RULES = "level3-2017"
"""Name of the rule set that is used when none is named."""

RULE_SETS = {LEVEL3_2017.name: LEVEL3_2017}
"""Rule sets that come with the package, by name."""

RuleSource = str | PathLike[str] | Rule | RuleSet


def load_rules(*sources: RuleSource | Iterable[RuleSource]) -> RuleSet:
    """Load and check rules.

    Parameters
    ----------
    *sources : str, path, Rule, RuleSet, or iterable of these
        Name of a rule set that comes with the package, a Python file whose module-level names
        hold `Rule` values, or rules themselves; several are joined in order. With none, the
        default set.

    Returns
    -------
    RuleSet
        The rules, checked. Its name joins the names of the sources by ``+``.

    Raises
    ------
    RuleError
        If a source is not found, a file does not run, or a rule is not acceptable; the message
        names every rule at fault.

    Notes
    -----
    A rule file is Python and is run: load only files that you trust.
    """
    sets = [_load(source) for source in _flatten(sources or (DEFAULT_RULES,))]
    rules = tuple(rule for rule_set, _ in sets for rule in rule_set)
    columns = frozenset().union(*(extra for _, extra in sets))
    name = "+".join(dict.fromkeys(rule_set.name for rule_set, _ in sets))
    problems = check_rules(name, rules, columns)
    if problems:
        raise RuleError(problems)
    return RuleSet(name, rules, max((rule_set.digits for rule_set, _ in sets), default=5))


def _flatten(sources: Iterable[RuleSource | Iterable[RuleSource]]) -> Iterable[RuleSource]:
    for source in sources:
        if isinstance(source, str | PathLike | Rule | RuleSet):
            yield source
        else:
            yield from _flatten(source)


def _load(source: RuleSource) -> tuple[RuleSet, frozenset[str]]:
    """Load one source: its rules, and the columns it declares beyond the known ones."""
    if isinstance(source, Rule):
        return RuleSet(source.name, (source,)), frozenset()
    if isinstance(source, RuleSet):
        return source, frozenset()
    if isinstance(source, str) and source in RULE_SETS:
        return RULE_SETS[source], frozenset()
    path = Path(source)
    if not path.is_file():
        raise RuleError(
            Problem(
                f"there is no rule set or file {str(source)!r}",
                expected=f"one of {', '.join(sorted(RULE_SETS))}, or a Python file",
                advice=did_you_mean(str(source), RULE_SETS),
            )
        )
    return _run(path)


def _run(path: Path) -> tuple[RuleSet, frozenset[str]]:
    try:
        names = runpy.run_path(str(path))
    except RuleError:
        raise
    except Exception as error:  # noqa: BLE001 - the file is the user's: anything may come
        raise RuleError(_accident(path, error)) from error
    held = [value for name, value in names.items() if not name.startswith("_")]
    rules = [value for value in held if isinstance(value, Rule)]
    rules += [rule for value in held if isinstance(value, RuleSet) for rule in value]
    if not rules:
        raise RuleError(
            Problem(
                "the file holds no rule",
                Location(str(path)),
                "names of the module that hold Rule values",
                "A name with a leading underscore is passed over.",
            )
        )
    columns = frozenset(str(name).lower() for name in names.get("COLUMNS", ()))
    return RuleSet(path.stem, tuple(dict.fromkeys(rules))), columns


def _accident(path: Path, error: Exception) -> Problem:
    if isinstance(error, SyntaxError):
        return Problem(f"not Python: {error.msg}", Location(str(path), row=error.lineno))
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if
             frame.filename == str(path)]
    what = f"running the file failed: {type(error).__name__}: {error}"
    return Problem(what, Location(str(path), row=lines[-1] if lines else None))
