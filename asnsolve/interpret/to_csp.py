"""Read the language as a constraint problem for python-constraint.

A predicate becomes constraints whose variables are the attributes that it names and whose values
are texts, or None where an attribute is not set: `admits` asks the solver whether one exposure
is a solution, and `add_predicate` puts the same constraints into a problem over whole domains.
A need becomes one constraint over the keys of a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from constraint import Problem

from asnsolve.expr.fold import attributes, conjuncts
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Distinct,
    IsSet,
    Matches,
    Named,
    Need,
    Not,
    OneOf,
    Predicate,
    Same,
    Sources,
    Within,
)
from asnsolve.expr.value_tests import passes

__all__ = ["add_predicate", "admits", "first_set", "meets", "offer"]

Exposure = Mapping[str, str | None]
Test = Callable[[Exposure], bool]


def first_set(sources: Sources, exposure: Exposure) -> str | None:
    """Return the value of the first source that is set, or None."""
    return next((value for name in sources if (value := exposure.get(name)) is not None), None)


def add_predicate(problem: Problem, predicate: Predicate) -> None:
    """Add the constraints of `predicate` to a problem.

    Parameters
    ----------
    problem : constraint.Problem
        Must already have a variable for each attribute that the predicate names.
    predicate : Predicate
        What every solution must satisfy.
    """
    for part in conjuncts(predicate):
        names = sorted(attributes(part))
        if names:
            problem.addConstraint(_over(names, _test(part)), names)
        elif not _test(part)({}):
            # What looks at nothing and does not hold is "never"; it is put on all variables.
            problem.addConstraint(lambda *_: False)


def admits(predicate: Predicate, exposure: Exposure) -> bool:
    """Tell whether one exposure is a solution of `predicate`.

    Parameters
    ----------
    predicate : Predicate
        What is asked of the exposure.
    exposure : mapping of str to str or None
        Value of each attribute; an attribute that is absent is not set.
    """
    problem = Problem()
    # A problem without variables has no solution: one that no attribute can be is always there.
    problem.addVariable("", [None])
    for name in sorted(attributes(predicate)):
        problem.addVariable(name, [exposure.get(name)])
    add_predicate(problem, predicate)
    return problem.getSolution() is not None


def meets(
    need: Need, members: Sequence[tuple[Exposure, str]], candidate_type: str | None = None
) -> bool:
    """Tell whether a set of (exposure, role) pairs meets a need in a candidate of this type."""
    match need:
        case AtLeast(count, role):
            return sum(role in (None, own) for _, own in members) >= count
        case Distinct(count, sources):
            values = {first_set(sources, exposure) for exposure, _ in members}
            return len(values - {None}) >= count
        case Within(types, inner):
            return candidate_type not in types or meets(inner, members)
        case _:
            assert_never(need)


def offer(key: Same, exposure: Exposure, role: str) -> str | None:
    """Return the value that a key binds an exposure of this role to; None: it may take any."""
    if key.roles is not None and role not in key.roles:
        return None
    if key.where is not None and not admits(key.where, exposure):
        return None
    sources = key.sources
    if key.instead is not None and admits(key.instead[0], exposure):
        sources = key.instead[1]
    value = first_set(sources, exposure)
    return None if value in key.open_values else value


def _over(names: Sequence[str], test: Test) -> Callable[..., bool]:
    return lambda *values: test(dict(zip(names, values, strict=True)))


def _test(predicate: Predicate) -> Test:
    match predicate:
        case IsSet(sources) | OneOf(sources, _) | Matches(sources, _):
            passed = passes(predicate)
            return lambda exposure: (
                (value := first_set(sources, exposure)) is not None and passed(value)
            )
        case Not(inner):
            refused = _test(inner)
            return lambda exposure: not refused(exposure)
        case Named(_, inner):
            return _test(inner)
        case AllOf(parts):
            tests = [_test(part) for part in parts]
            return lambda exposure: all(test(exposure) for test in tests)
        case AnyOf(parts):
            tests = [_test(part) for part in parts]
            return lambda exposure: any(test(exposure) for test in tests)
        case _:
            assert_never(predicate)
