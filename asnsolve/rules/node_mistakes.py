"""Find mistakes in the predicates, keys and needs of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import assert_never

from asnsolve.errors import ExpressionError
from asnsolve.expr.build import (
    at_least,
    at_most,
    distinct,
    exactly,
    matches,
    named,
    one_of,
    same,
    within,
)
from asnsolve.expr.build import is_set as is_set_
from asnsolve.expr.build_measured import in_range, measured_key
from asnsolve.expr.nodes import (
    AtLeast,
    AtMost,
    Distinct,
    Exactly,
    InRange,
    IsSet,
    Key,
    Linked,
    LinkedSky,
    Matches,
    Named,
    Need,
    OneOf,
    PlainNeed,
    Same,
    Spread,
    Within,
)
from asnsolve.profiles import Vocabulary
from asnsolve.rules.field_types import Mistake, inside, place_of
from asnsolve.rules.steps import Attach, Best
from asnsolve.shown_values import shown
from asnsolve.suggest import did_you_mean


def node_mistakes(
    field: str, part: object, roles: tuple[str, ...], words: Vocabulary
) -> Iterator[Mistake]:
    """Find values and roles that no exposure has, and nodes that were made by hand.

    Parameters
    ----------
    field : str
        The field of the rule that holds the part.
    part : object
        A node of the language; any other part of a rule has no such mistake.
    roles : tuple of str
        Roles that the rule gives to exposures.
    words : Vocabulary
        The words of the mission.

    Yields
    ------
    Mistake
    """
    match part:
        case Same() | Linked() | LinkedSky() | Spread():
            yield from _roles_that_none_has(field, part, roles)
        case AtLeast() | AtMost() | Exactly() | Distinct():
            yield from _roles_that_none_has(field, part, roles)
        case OneOf():
            yield from _impossible(field, part, words)
        case _:
            pass
    yield from _ill_made(field, part)


def parts_of(whole: object, field: str = "") -> Iterator[tuple[str, object]]:
    """List the objects that a rule or another object of a rule file consists of, each once.

    Parameters
    ----------
    whole : object
        A dataclass object, which is listed too.
    field : str
        Where it stands; may be empty.

    Yields
    ------
    field : str
        Where the object stands first.
    part : object
        A dataclass object.
    """
    seen: set[int] = set()

    def walk(value: object, field: str) -> Iterator[tuple[str, object]]:
        if isinstance(value, tuple):
            for number, part in enumerate(value):
                yield from walk(part, f"{field}{place_of(part, number)}")
        elif is_dataclass(value) and not isinstance(value, type) and id(value) not in seen:
            # Predicates and bases are shared, so that a walk without memory would be long.
            seen.add(id(value))
            yield field, value
            for each in fields(value):
                yield from walk(getattr(value, each.name), inside(field, each.name))

    yield from walk(whole, field)


def unknown_attributes(
    field: str, part: object, known: frozenset[str]
) -> Iterator[tuple[Mistake, str]]:
    """Find attributes that no pool has, in a part itself and not in what it holds.

    Parameters
    ----------
    field : str
        The field of the rule that holds the part.
    part : object
        A node of the language, a step, or any other part of a rule.
    known : frozenset of str
        Attributes that pools have.

    Yields
    ------
    mistake : Mistake
        The mistake.
    name : str
        The attribute.
    """
    match part:
        case Attach():
            field = inside(field, "shared")
        case Best():
            field = inside(field, "nearest")
        case _:
            pass
    for name in attributes_of(part):
        if name not in known:
            meant = did_you_mean(name, known)
            advice = (
                f"{meant} Otherwise, declare the column in COLUMNS."
                if meant
                else "Declare a column of your own in COLUMNS."
            )
            what = f"no pool has an attribute {shown(name)}"
            yield Mistake(field, what, "a column of a pool", advice), name


def attributes_of(part: object) -> dict[str, None]:
    """List the attributes that a part itself names, and not what it holds.

    Parameters
    ----------
    part : object
        A node of the language, a step, or any other part of a rule.

    Returns
    -------
    dict of str to None
        The attributes as keys, in order; none of other parts.
    """
    match part:
        case OneOf(sources) | Matches(sources) | IsSet(sources) | InRange(sources):
            return dict.fromkeys(sources)
        case Linked(sources) | LinkedSky(sources) | Spread(sources):
            return dict.fromkeys(sources)
        case Same(sources, instead=instead):
            return dict.fromkeys((*sources, *(() if instead is None else instead[1])))
        case Distinct(_, sources):
            return dict.fromkeys(sources)
        case Attach():
            return dict.fromkeys(part.shared)
        case Best():
            return dict.fromkeys(part.columns)
        case _:
            return {}


def _impossible(field: str, test: OneOf, words: Vocabulary) -> Iterator[Mistake]:
    """Find the values that an attribute with a closed vocabulary never has."""
    # A source without a closed vocabulary may have any value, so it admits all of them.
    domain = frozenset().union(
        *(words.values.get(name, frozenset(test.values)) for name in test.sources)
    )
    for value in test.values:
        if value not in domain:
            what = f"{test.sources[0]} is never {shown(value)}"
            expected = f"a value of {test.sources[0]}"
            yield Mistake(field, what, expected, did_you_mean(value, domain))


def _roles_that_none_has(
    field: str, part: Key | PlainNeed, roles: tuple[str, ...]
) -> Iterator[Mistake]:
    """Find keys and needs for a role that no exposure gets from the cases of the rule."""
    expected = f"one of {', '.join(roles)}"
    match part:
        case Same() | Linked() | LinkedSky() | Spread():
            for role in part.roles or ():
                if role not in roles:
                    what = f"the key binds the role {shown(role)}, which no exposure has"
                    yield Mistake(inside(field, "roles"), what, expected, did_you_mean(role, roles))
        case (
            AtLeast(_, str() as role)
            | AtMost(_, str() as role)
            | Exactly(_, str() as role)
            | Distinct(_, _, str() as role)
        ) if role not in roles:
            what = f"a need counts the role {shown(role)}, which no exposure has"
            yield Mistake(field, what, expected, did_you_mean(role, roles))
        case _:
            pass


def _ill_made(field: str, part: object) -> Iterator[Mistake]:
    """Find nodes of the language that were made without its functions, and differ for it."""
    try:
        made = _made_again(part)
    except ExpressionError as error:
        for problem in error.problems:
            yield Mistake(field, problem.what, problem.expected, problem.advice)
        return
    if made != part:
        functions = (
            "is_set, one_of, matches, between, above, below, named, same, linked, linked_sky, "
            "spread, at_least, at_most, exactly, distinct and within"
        )
        what = f"is {shown(part)} that was not made by the functions of asnsolve.expr.build"
        yield Mistake(field, what, f"what {functions} make")


def _made_again(part: object) -> object:
    """Make a node by the functions of the language; any other part of a rule is returned."""
    match part:
        case IsSet(sources):
            return is_set_(*sources)
        case OneOf(sources, values):
            return one_of(sources, *values)
        case Matches(sources, pattern):
            return matches(sources, pattern)
        case InRange(sources, low, high, unit):
            return in_range(sources, low, high, unit)
        case Named(name, predicate):
            return named(name, predicate)
        case Same(sources, roles, optional, where, open_values, instead):
            return same(
                *sources,
                roles=roles,
                optional=optional,
                where=where,
                open_values=open_values,
                instead=instead,
            )
        case Linked() | LinkedSky() | Spread():
            return measured_key(part)
        case AtLeast() | AtMost() | Exactly() | Distinct() | Within():
            return _need_made_again(part)
        case _:
            return part


def _need_made_again(need: Need) -> Need:
    match need:
        case AtLeast(count, role):
            return at_least(count, role)
        case AtMost(count, role):
            return at_most(count, role)
        case Exactly(count, role):
            return exactly(count, role)
        case Distinct(count, sources, role):
            return distinct(count, *sources, role=role)
        case Within(types, need):
            return within(types, need)
        case _:
            assert_never(need)
