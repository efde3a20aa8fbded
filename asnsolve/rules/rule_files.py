"""Run rule files, and collect what their public names hold."""

from __future__ import annotations

import ast
import runpy
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeVar

from asnsolve.errors import Location, Problem, RuleError, doing
from asnsolve.input_files import read_content
from asnsolve.pool.measures import Measure
from asnsolve.profiles import Profile
from asnsolve.rules.domain import Declared, Domain
from asnsolve.rules.examples import Example
from asnsolve.rules.failed_files import failure_problems, is_own, is_raised_in
from asnsolve.rules.field_types import Mistake, misfits
from asnsolve.rules.joined_declarations import join_declared, join_domains, joined_profile
from asnsolve.rules.measured_rules import joined_measures
from asnsolve.rules.mistakes import check_set
from asnsolve.rules.model import Rule
from asnsolve.rules.profile_mistakes import profile_mistakes
from asnsolve.rules.rule_set import RuleSet, rules_in
from asnsolve.shown_values import shown

Held = TypeVar("Held", Domain, Declared, Profile)

_OF_THE_PIPELINE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "association_rules.py": "The rule set jwst has these rules: leave the file out.",
        "rules_level2b.py": "The rule set jwst has these rules: take its level 2 (--level 2).",
        "rules_level3.py": "The rule set jwst has these rules: take its level 3 (--level 3).",
    }
)
"""What to do instead of loading a rule file of the pipeline, by the name of the file."""


def rules_of_file(path: Path, shipped: Iterable[RuleSet] = ()) -> RuleSet:
    """Run a rule file and collect the rules that its public names hold.

    Parameters
    ----------
    path : Path
        The file.
    shipped : iterable of RuleSet
        The rule sets of the package. A file that imports one of them, or one of their rules, is
        taken to build on it: such a rule is one of the file's own only if a set of the file has
        it.

    Returns
    -------
    RuleSet
        Named after the file, with what it says in ``COLUMNS``, ``CANDIDATE_TYPES``,
        ``DOMAIN``, ``DECLARED``, ``PROFILE`` and ``EXAMPLES``. The rules themselves are not
        checked.

    Raises
    ------
    RuleError
        If the file does not run, or holds no rule.
    """
    names = run_file(path)
    with code_of(path):
        return _rules_in(path, names, shipped)


def _rules_in(path: Path, names: Mapping[str, object], shipped: Iterable[RuleSet]) -> RuleSet:
    """Collect the rules that the public names of a file hold."""
    known = {id(each) for rule_set in shipped for each in (rule_set, *rule_set)}
    sets = {
        name: value
        for name, value in names.items()
        if isinstance(value, RuleSet) and id(value) not in known
    }
    for name, rule_set in sets.items():
        check_set(str(path), rule_set, name)
    imported = [rule for rule in rules_in(names) if id(rule) in known]
    own = [rule for rule in rules_in(names) if id(rule) not in known]
    rules = [*own, *(rule for rule_set in sets.values() for rule in rule_set)]
    _refuse_hidden(path, names, {*known, *map(id, rules)})
    if not rules:
        what = "the file holds no rule"
        advice = "A name with a leading underscore is skipped."
        if imported:
            what += f" of its own, but only imports {imported[0].name}"
            advice = "To use rules as they are, put them into a RuleSet."
        expected = "names of the module that hold Rule values"
        raise RuleError(Problem(what, Location(str(path)), expected, advice))
    # A rule may be there twice: under its own name, and in a set.
    distinct = {id(rule): rule for rule in rules}
    columns, measures = _columns_in(path, names)
    types = _declared_words(path, "CANDIDATE_TYPES", names)
    domain = _held(path, names, "DOMAIN", Domain)
    declared = _held(path, names, "DECLARED", Declared)
    held = sets.values()
    own_profile = _held(path, names, "PROFILE", Profile)
    _refuse_profile(path, own_profile, columns.union(*(each.columns for each in held)))
    return RuleSet(
        name=path.stem,
        rules=tuple(distinct.values()),
        digits=max((each.digits for each in held), default=5),
        columns=columns.union(*(each.columns for each in held)),
        measures=joined_measures((measures, *(each.measures for each in held))),
        candidate_types=types.union(*(each.candidate_types for each in held)),
        domain=join_domains((*(each.domain for each in held), domain)),
        declared=join_declared((*(each.declared for each in held), declared)),
        profile=joined_profile(str(path), (own_profile, *(each.profile for each in held))),
        examples=(*(one for each in held for one in each.examples), *_examples_in(path, names)),
    )


def held_in_file(path: Path, name: str, kind: type[Held]) -> Held:
    """Run a file and return what it holds under a name.

    Parameters
    ----------
    path : Path
        A Python file.
    name : str
        The name: ``DOMAIN`` or ``DECLARED``.
    kind : type
        What it should hold: `Domain` or `Declared`.

    Returns
    -------
    Domain or Declared

    Raises
    ------
    RuleError
        If the file does not run, or holds nothing of this type under this name.
    """
    names = run_file(path)
    with code_of(path):
        held = _held(path, names, name, kind)
    if held is None:
        expected = f"{name} = {kind.__name__}(...)"
        raise RuleError(Problem(f"the file has no {name}", Location(str(path)), expected))
    return held


def _held(path: Path, names: Mapping[str, object], name: str, kind: type[Held]) -> Held | None:
    """Return what a file holds under a name, if it has the name."""
    value = names.get(name)
    _check_types(path, name, value, kind | None)
    return value if isinstance(value, kind) else None


def _refuse_profile(path: Path, profile: Profile | None, columns: frozenset[str]) -> None:
    """Refuse a profile with which names cannot be read or made."""
    if profile is not None:
        mistakes = profile_mistakes(profile, columns)
        _raise_any(path, (replace(each, field=f"PROFILE.{each.field}") for each in mistakes))


def _examples_in(path: Path, names: Mapping[str, object]) -> tuple[Example, ...]:
    examples = names.get("EXAMPLES", ())
    _check_types(path, "EXAMPLES", examples, tuple[Example, ...])
    return examples if isinstance(examples, tuple) else ()


def _check_types(path: Path, name: str, value: object, kind: object) -> None:
    _raise_any(path, misfits(value, kind, name))


def _raise_any(path: Path, mistakes: Iterable[Mistake]) -> None:
    found = [
        Problem(each.what, Location(str(path), field=each.field), each.expected, each.advice)
        for each in mistakes
    ]
    if found:
        raise RuleError(found)


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
    # What the file prints must not get between the lines of a report.
    with code_of(path), redirect_stdout(sys.stderr):
        names = runpy.run_path(str(path))
    return {
        name: value
        for name, value in names.items()
        if type(name) is str and not name.startswith("_")
    }


@contextmanager
def code_of(path: Path) -> Iterator[None]:
    """Raise `RuleError` for whatever the code of a rule file raises inside the block.

    Parameters
    ----------
    path : Path
        The file. It is run inside the block, or objects are looked at that it has made: their
        classes may be its own.

    Yields
    ------
    None

    Raises
    ------
    RuleError
        Instead of the error, unless asnsolve raises it itself.
    """
    try:
        with doing(f"loading {path}"):
            yield
    except KeyboardInterrupt as error:
        if not is_raised_in(path, error):
            raise
        raise RuleError(failure_problems(path, error)) from error
    except BaseException as error:
        if is_own(path, error):
            raise
        # sys.exit raises SystemExit, which would end the whole run as if it had succeeded.
        raise RuleError(failure_problems(path, error)) from error


def _refuse_hidden(path: Path, names: Mapping[str, object], taken: Collection[int]) -> None:
    """Refuse rules in a tuple or list under a public name, which would be ignored."""
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
        tree = ast.parse(read_content(path))
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


_LISTED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "COLUMNS": "names of columns, or measures such as number(...)",
        "CANDIDATE_TYPES": "types of candidates",
    }
)


def _columns_in(
    path: Path, names: Mapping[str, object]
) -> tuple[frozenset[str], tuple[Measure, ...]]:
    """Return the columns of words that a file declares, and those that measure."""
    listed = _listed(names.get("COLUMNS", ()))
    measures = tuple(one for one in listed if isinstance(one, Measure))
    others = [one for one in listed if not isinstance(one, Measure)]
    return _declared_words(path, "COLUMNS", {"COLUMNS": others}), measures


def _listed(held: object) -> list[object]:
    """List what a name holds: it may hold one thing or several."""
    return list(held) if isinstance(held, Iterable) and not isinstance(held, str) else [held]


def _declared_words(path: Path, name: str, names: Mapping[str, object]) -> frozenset[str]:
    """Return the words that a file lists under a name; it may hold one word or several."""
    listed = _listed(names.get(name, ()))
    words = [word.strip().lower() for word in listed if isinstance(word, str)]
    if len(words) < len(listed):
        wrong = next(word for word in listed if not isinstance(word, str))
        where = Location(str(path), field=name)
        raise RuleError(Problem(f"holds {shown(wrong)}", where, _LISTED[name]))
    return frozenset(words)
