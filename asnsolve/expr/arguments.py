"""What the constructors of the rule language are given: normalised, or refused as nonsense."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from asnsolve.errors import ExpressionError, Problem
from asnsolve.expr.nodes import Predicate, Sources
from asnsolve.shown_values import shown

_NAME = re.compile(r"[a-z][a-z0-9_]*")


def whole_number(count: object, function: str) -> None:
    """Refuse a count that is not a whole number; True would count as 1.

    Parameters
    ----------
    count : object
        What was given.
    function : str
        The constructor to which it was given.

    Raises
    ------
    ExpressionError
        If it is no whole number.
    """
    if not isinstance(count, int) or isinstance(count, bool):
        advice = ""
        if isinstance(count, float) and math.isfinite(count) and count >= 1:
            near = dict.fromkeys((math.floor(count), math.ceil(count)))
            advice = f"Did you mean {' or '.join(map(str, near))}?"
        raise nonsense(f"{function}() counts to {shown(count)}", "a whole number", advice)


def source_names(sources: str | Iterable[str]) -> Sources:
    """Return names of attributes in lower case; refuse what cannot be one, and repetitions.

    Parameters
    ----------
    sources : str or iterable of str
        The names.

    Returns
    -------
    tuple of str

    Raises
    ------
    ExpressionError
        If there is none, or one that no pool can have, or one twice.
    """
    names = tuple(as_text(name).strip().lower() for name in as_tuple(sources))
    if not names:
        raise nonsense("an expression names no attribute", "at least one attribute")
    for name in names:
        if not _NAME.fullmatch(name):
            raise nonsense(f"{name!r} is not a name of an attribute", "a column name of a pool")
    if len(set(names)) < len(names):
        raise nonsense(f"{', '.join(names)} names an attribute twice", "each attribute once")
    return names


def role_names(roles: str | Iterable[str] | None, key: str) -> tuple[str, ...] | None:
    """Return the roles that a key binds.

    Parameters
    ----------
    roles : str, iterable of str, or None
        The roles; None for all.
    key : str
        The key, for messages.

    Returns
    -------
    tuple of str or None
        Sorted, in lower case.

    Raises
    ------
    ExpressionError
        If there is none, or one that is not a word.
    """
    bound = None if roles is None else tuple(sorted({role_name(role) for role in as_tuple(roles)}))
    if bound == ():
        raise nonsense(f"{key} binds no role", "roles, or None for all")
    return bound


def role_name(role: str) -> str:
    """Return a role in lower case.

    Parameters
    ----------
    role : str
        The role.

    Returns
    -------
    str
    """
    return word(role, "a role", "science")


def word(text: str, kind: str, example: str) -> str:
    """Return a word in lower case.

    Parameters
    ----------
    text : str
        The word.
    kind, example : str
        What it names, and an example, for messages.

    Returns
    -------
    str

    Raises
    ------
    ExpressionError
        If it is not one word.
    """
    found = as_text(text).strip().lower()
    if not _NAME.fullmatch(found):
        raise nonsense(f"{text!r} is not a name of {kind}", f"one word, such as {example!r}")
    return found


def as_tuple(texts: str | Iterable[str]) -> tuple[str, ...]:
    """Return one text or several as a tuple.

    Parameters
    ----------
    texts : str or iterable of str
        The texts.

    Returns
    -------
    tuple of str

    Raises
    ------
    ExpressionError
        If it is neither.
    """
    # A text is an iterable of letters: without this, "science" would be seven roles.
    if isinstance(texts, str):
        return (texts,)
    if not isinstance(texts, Iterable):
        raise nonsense(f"{shown(texts)} is not text", "a word, or several")
    return tuple(texts)


def as_text(value: object) -> str:
    """Refuse what is no text.

    Parameters
    ----------
    value : object
        What was given. Rule files are not type-checked, so a list may come in the place of a word.

    Returns
    -------
    str

    Raises
    ------
    ExpressionError
        If it is no text.
    """
    if not isinstance(value, str):
        advice = "Put a star before a list of words."
        raise nonsense(f"{shown(value)} is not text", "a word", advice)
    return value


def as_predicate(predicate: object) -> Predicate:
    """Refuse what is no predicate.

    Parameters
    ----------
    predicate : object
        What was given.

    Returns
    -------
    Predicate

    Raises
    ------
    ExpressionError
        If it is no predicate.
    """
    if not isinstance(predicate, Predicate):
        advice = f"Did you mean is_set({predicate!r})?" if isinstance(predicate, str) else ""
        what = f"{shown(predicate)} says nothing of one exposure"
        raise nonsense(what, "a predicate", advice)
    return predicate


def nonsense(what: str, expected: str, advice: str = "") -> ExpressionError:
    """Make the error of an expression that makes no sense.

    Parameters
    ----------
    what, expected, advice : str
        What is wrong, what was expected, and what was probably meant.

    Returns
    -------
    ExpressionError
    """
    return ExpressionError(Problem(what, expected=expected, advice=advice))
