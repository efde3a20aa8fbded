"""Pieces of sentences that answers about exposures are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable

from asnsolve.phrases import listed
from asnsolve.solvers.judgement import Values

_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")')


def having(pairs: Iterable[tuple[str, str]]) -> str:
    """Name attributes as columns, with their values.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Attributes with their values; at least one.

    Returns
    -------
    str
        Such as "FILTER f200w and TARGETID 1". PROGRAM, which is the same for all members, is left
        out if there are others.
    """
    known = [*pairs]
    told = [pair for pair in known if pair[0] != "program"] or known
    return listed(f"{name.upper()} {value}" for name, value in told)


def being(values: Values) -> str:
    """Say which values attributes have.

    Parameters
    ----------
    values : tuple of (str, str or None)
        Attributes with their values.

    Returns
    -------
    str
        Such as "FILTER is f200w and PUPIL is not set".
    """
    return listed(
        f"{name.upper()} is {'not set' if value is None else value}" for name, value in values
    )


def in_columns(text: str, names: Iterable[str]) -> str:
    """Write attributes in a sentence as pools and headers have them.

    Parameters
    ----------
    text : str
        A sentence of `to_text`.
    names : iterable of str
        The attributes.

    Returns
    -------
    str
        With attributes in capital letters, and without brackets around named predicates.
    """
    pattern = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    # Every second part is a value or a pattern in quotes, which stays as it is.
    parts = _QUOTED.split(text)
    for at in range(0, len(parts), 2):
        if pattern:
            parts[at] = re.sub(rf"\b(?:{pattern})\b", lambda found: found[0].upper(), parts[at])
        parts[at] = parts[at].replace("[", "").replace("]", "")
    return "".join(parts)
