"""Read the language as a constraint problem for python-constraint.

A predicate becomes constraints whose variables are the attributes that it names and whose values
are texts, or None where an attribute is not set: `admits` asks the solver whether one exposure
is a solution, and `add_predicate` puts the same constraints into a problem over whole domains.
A need becomes one constraint over the keys of a rule.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

from constraint import Problem

from asnsolve.expr.fold import attributes, conjuncts
from asnsolve.expr.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Distinct,
    Exactly,
    InRange,
    IsSet,
    Matches,
    MeasuredKey,
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
from asnsolve.pool.measures import plain_number

Exposure = Mapping[str, str | None]
Test = Callable[[Exposure], bool]


def first_set(sources: Sources, exposure: Exposure) -> str | None:
    """Return the value of the first source that is set.

    Parameters
    ----------
    sources : tuple of str
        Attributes, the most important first.
    exposure : mapping of str to str or None
        Value of each attribute; an attribute that is absent is not set.

    Returns
    -------
    str or None
        None if no source is set.
    """
    return next((value for name in sources if (value := exposure.get(name)) is not None), None)


def add_predicate(problem: Problem, predicate: Predicate) -> None:
    """Add the constraints of a predicate to a problem.

    Parameters
    ----------
    problem : constraint.Problem
        The problem; it must already have a variable for each attribute of the predicate.
    predicate : Predicate
        Every solution will satisfy it.
    """
    for part in conjuncts(predicate):
        names = sorted(attributes(part))
        if names:
            problem.addConstraint(_over(names, as_function(part)), names)
        elif not as_function(part)({}):
            # The predicate "never" has no attributes: it has to constrain all variables.
            problem.addConstraint(lambda *_: False)


def admits(predicate: Predicate, exposure: Exposure) -> bool:
    """Tell whether one exposure is a solution of a predicate.

    Parameters
    ----------
    predicate : Predicate
        The predicate.
    exposure : mapping of str to str or None
        Value of each attribute; an attribute that is absent is not set.

    Returns
    -------
    bool
    """
    problem = Problem()
    # A problem without variables has no solution, so there is always this variable, which is not an
    # attribute.
    problem.addVariable("", [None])
    for name in sorted(attributes(predicate)):
        problem.addVariable(name, [exposure.get(name)])
    add_predicate(problem, predicate)
    return problem.getSolution() is not None


def meets(
    need: Need, members: Sequence[tuple[Exposure, str]], candidate_type: str | None = None
) -> bool:
    """Tell whether a set of members meets a need.

    Parameters
    ----------
    need : Need
        The need.
    members : sequence of (exposure, role)
        Value of each attribute of each member, and its role.
    candidate_type : str, optional
        Type of the candidate in which the members are; None for a whole component.

    Returns
    -------
    bool
    """
    match need:
        case AtLeast(count, role):
            return sum(role in (None, member_role) for _, member_role in members) >= count
        case AtMost(count, role):
            return sum(role in (None, member_role) for _, member_role in members) <= count
        case Exactly(count, role):
            return sum(role in (None, member_role) for _, member_role in members) == count
        case Distinct(count, sources, role):
            own = [exposure for exposure, has in members if role in (None, has)]
            values = {first_set(sources, exposure) for exposure in own}
            return len(values - {None}) >= count
        case Within(types, inner):
            return candidate_type not in types or meets(inner, members)
        case _:
            assert_never(need)


def offer(key: Same, exposure: Exposure, role: str) -> str | None:
    """Return the value that an exposure offers for a key.

    Parameters
    ----------
    key : Same
        The key.
    exposure : mapping of str to str or None
        Value of each attribute.
    role : str
        Role of the exposure.

    Returns
    -------
    str or None
        None if the exposure leaves the key open.
    """
    if key.roles is not None and role not in key.roles:
        return None
    if key.where is not None and not admits(key.where, exposure):
        return None
    sources = key.sources
    # Exposures that take other attributes do so even where these are not set.
    if key.instead is not None and admits(key.instead[0], exposure):
        sources = key.instead[1]
    value = first_set(sources, exposure)
    return None if value in key.open_values else value


def numbers(key: MeasuredKey, exposure: Exposure, role: str) -> tuple[float, ...] | None:
    """Return the numbers that an exposure has for a key that compares numbers.

    Parameters
    ----------
    key : Linked, LinkedSky or Spread
        The key.
    exposure : mapping of str to str or None
        Value of each attribute.
    role : str
        Role of the exposure.

    Returns
    -------
    tuple of float or None
        One for each column of the key; None if the exposure leaves the key open.
    """
    if key.roles is not None and role not in key.roles:
        return None
    if key.where is not None and not admits(key.where, exposure):
        return None
    texts = [value for name in key.sources if (value := exposure.get(name)) is not None]
    found = tuple(map(plain_number, texts))
    return found if len(found) == len(key.sources) and not any(map(math.isnan, found)) else None


def _over(names: Sequence[str], test: Test) -> Callable[..., bool]:
    """Make a test of an exposure a test of the values of some attributes, in order."""
    return lambda *values: test(dict(zip(names, values, strict=True)))


def as_function(predicate: Predicate) -> Test:
    """Make a function of a predicate, for exposures that are asked one at a time.

    Parameters
    ----------
    predicate : Predicate
        The predicate.

    Returns
    -------
    callable
        Tells whether an exposure, a mapping of attributes to values, satisfies the predicate.
    """
    match predicate:
        case IsSet(sources) | OneOf(sources) | Matches(sources) | InRange(sources):
            passed = passes(predicate)
            return lambda exposure: (
                (value := first_set(sources, exposure)) is not None and passed(value)
            )
        case Not(inner):
            refused = as_function(inner)
            return lambda exposure: not refused(exposure)
        case Named(_, inner):
            return as_function(inner)
        case AllOf(parts):
            tests = [as_function(part) for part in parts]
            return lambda exposure: all(test(exposure) for test in tests)
        case AnyOf(parts):
            tests = [as_function(part) for part in parts]
            return lambda exposure: any(test(exposure) for test in tests)
        case _:
            assert_never(predicate)
