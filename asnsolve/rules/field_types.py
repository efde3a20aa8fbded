"""Check the fields of dataclasses against their annotations.

Rule files are not type-checked, so everything that a type checker would find is found here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import TYPE_CHECKING, Final, Literal, Union, get_args, get_origin, get_type_hints

from asnsolve.expr.nodes import Key, Need, Predicate, Same
from asnsolve.rules.steps import Step
from asnsolve.shown_values import shown
from asnsolve.suggest import did_you_mean

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake in an object of a rule file.

    Parameters
    ----------
    field : str
        The part of the object, such as ``steps[0].shared``; empty for the object as a whole.
    what : str
        What is wrong, as a clause without a full stop.
    expected : str
        What was expected instead.
    advice : str
        What was probably meant; may be empty.
    """

    field: str
    what: str
    expected: str = ""
    advice: str = ""


_FAMILIES: Final = (
    (frozenset(get_args(Predicate)), "a predicate (is_set, one_of, matches, not_, ...)"),
    (frozenset(get_args(Key)), "a key (same, linked, linked_sky, spread)"),
    (frozenset(get_args(Need)), "a need (at_least, at_most, exactly, distinct, within)"),
    (frozenset(get_args(Step)), f"a step ({', '.join(s.__name__ for s in get_args(Step))})"),
)
"""Unions of classes that have one word, with this word."""

_WORDS: Final[Mapping[object, str]] = MappingProxyType(
    {str: "text", int: "a whole number", bool: "True or False", NoneType: "None"}
)
_HIERARCHY_LEVEL: Final = tuple[str, tuple[str, ...]]
_LEVEL: Final = "('program', ('program',))"
_COMMA: Final = "A tuple of one ends in a comma: (value,)."


def misfits(
    value: object, kind: object, field: str = "", sound: set[int] | None = None
) -> Iterator[Mistake]:
    """Find the parts of a value that do not have the type that is annotated.

    Parameters
    ----------
    value : object
        The value.
    kind : type or annotation
        Its type: a class, a dataclass, a union, a tuple, a frozen set, a mapping or a `Literal`.
    field : str
        Where the value stands, for the mistakes.
    sound : set of int, optional
        Identities of dataclass objects without mistakes, which are not checked again; those that
        are found are added. The objects must live as long as the set.

    Yields
    ------
    Mistake
        One per part.
    """
    # Rules share bases, predicates and clauses, so that a walk without memory would be long.
    sound = set() if sound is None else sound
    alternatives = _alternatives(kind)
    fitting = next((each for each in alternatives if _fits(value, each)), None)
    if fitting is None:
        yield _wrong(value, kind, field)
    elif is_dataclass(value) and not isinstance(value, type):
        if id(value) in sound:
            return
        is_sound = True
        for name, inner in _hints(type(value)).items():
            for mistake in _field_misfits(value, name, inner, inside(field, name), sound):
                is_sound = False
                yield mistake
        if is_sound:
            sound.add(id(value))
    else:
        for place, part, inner in _parts(value, fitting):
            yield from misfits(part, inner, f"{field}{place}", sound)


def inside(field: str, name: str) -> str:
    """Join a field with one that lies inside it.

    Parameters
    ----------
    field : str
        The outer field; may be empty.
    name : str
        The inner one.

    Returns
    -------
    str
    """
    return f"{field}.{name}" if field else name


def place_of(part: object, number: int) -> str:
    """Return the brackets that name one part of a tuple: by its name, or else by its number.

    Parameters
    ----------
    part : object
        The part; clauses and mixins have names.
    number : int
        Its place, from 0.

    Returns
    -------
    str
    """
    name = getattr(part, "name", None) if is_dataclass(part) else None
    return f"[{shown(name)}]" if isinstance(name, str) else f"[{number}]"


def _field_misfits(
    owner: DataclassInstance, name: str, kind: object, field: str, sound: set[int]
) -> Iterator[Mistake]:
    value = getattr(owner, name)
    for mistake in misfits(value, kind, field, sound):
        if mistake.field == field and not mistake.advice:
            yield Mistake(field, mistake.what, mistake.expected, _elsewhere(owner, name, value))
        else:
            yield mistake


def _elsewhere(owner: DataclassInstance, name: str, value: object) -> str:
    """Ask whether another field was meant, if the value fits just one that has its default."""
    # A text fits too many fields to suggest one.
    if value is None or isinstance(value, str):
        return ""
    defaults = {each.name: each.default for each in fields(owner)}
    fitting = [
        other
        for other, kind in _hints(type(owner)).items()
        if other != name
        and getattr(owner, other) is defaults[other]
        and any(_fits(value, each) for each in _alternatives(kind))
    ]
    return f"Did you mean {fitting[0]}=...?" if len(fitting) == 1 else ""


def _wrong(value: object, kind: object, field: str) -> Mistake:
    literals = (each for each in _alternatives(kind) if get_origin(each) is Literal)
    words = [word for each in literals for word in get_args(each)]
    advice = ""
    if issubclass(type(value), str) and type(value) is not str:
        # As the members of an enumeration are.
        advice = "Put str(...) around it."
    elif words and type(value) is str:
        advice = did_you_mean(value, words)
    elif _is_open_tuple(_alternatives(kind)[0]) and type(value) is not tuple:
        advice = _COMMA
    elif type(value) is type and value in _alternatives(kind):
        advice = f"Did you mean {value.__name__}(...)?"
    elif type(value) is str and _expected(kind).startswith("a predicate"):
        advice = f"Did you mean is_set({value!r})?"
    elif type(value) is str and Same in _alternatives(kind):
        advice = f"Did you mean same({value!r})?"
    return Mistake(field, f"is {shown(value)}", _expected(kind), advice)


def _is_open_tuple(kind: object) -> bool:
    """Tell whether a kind is that of tuples of any length."""
    return kind is tuple or (get_origin(kind) is tuple and Ellipsis in get_args(kind))


def _expected(kind: object) -> str:
    alternatives = _alternatives(kind)
    words: list[str] = []
    rest = list(alternatives)
    for family, word in _FAMILIES:
        if family <= {*alternatives}:
            words.append(word)
            rest = [each for each in rest if each not in family]
    for each in rest:
        if get_origin(each) is Literal:
            words += [repr(word) for word in get_args(each)]
        else:
            words.append(_WORDS.get(each) or _class_words(each))
    return " or ".join(words)


def _class_words(kind: object) -> str:
    match get_origin(kind):
        case origin if origin is tuple:
            first, *more = get_args(kind)
            parts = _expected(first)
            if more and more[0] is not Ellipsis:
                shape = f"({', '.join(_expected(each) for each in (first, *more))})"
                return shape + (f", such as {_LEVEL}" if kind == _HIERARCHY_LEVEL else "")
            return f"a tuple of {parts}"
        case origin if origin is frozenset:
            return "a frozenset of text"
        case None if kind is tuple:
            return "a tuple"
        case None:
            return f"{getattr(kind, '__name__', kind)}(...)"
        case _:
            return "a dict"


def _fits(value: object, kind: object) -> bool:
    """Tell whether a value is of a type, without a look at its parts."""
    match get_origin(kind):
        case None:
            # True is an int, but whoever writes it does not mean the number 1.
            if kind in (int, bool):
                return type(value) is kind
            # A subclass has code of its own, which may fail wherever the value is used later.
            return type(value) is kind
        case origin if origin is Literal:
            return type(value) is str and value in get_args(kind)
        case origin if origin is tuple and get_args(kind)[1:] != (Ellipsis,):
            return type(value) is tuple and len(value) == len(get_args(kind))
        case origin if origin is Mapping:
            return type(value) in (dict, MappingProxyType)
        case origin:
            return type(value) is origin


def _parts(value: object, kind: object) -> Iterable[tuple[str, object, object]]:
    """List the parts of a container: the place of each, the part, its type."""
    inner = get_args(kind)
    match value:
        case tuple() if inner[1:] == (Ellipsis,):
            return [(place_of(part, at), part, inner[0]) for at, part in enumerate(value)]
        case tuple() if hasattr(kind, "_fields"):
            hints = get_type_hints(kind)
            return [(f".{name}", getattr(value, name), hints[name]) for name in hints]
        case tuple():
            return [(f"[{at}]", value[at], each) for at, each in enumerate(inner)]
        case frozenset():
            return [("", part, inner[0]) for part in value]
        case Mapping():
            keys = [("", key, inner[0]) for key in value]
            return [*keys, *((f"[{shown(key)}]", part, inner[1]) for key, part in value.items())]
        case _:
            return ()


def _alternatives(kind: object) -> tuple[object, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


@cache
def _hints(kind: type[DataclassInstance]) -> Mapping[str, object]:
    hints = get_type_hints(kind)
    return {each.name: hints[each.name] for each in fields(kind)}
