"""Columns of pools: the mandatory ones, and which cells mean "missing"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.suggest import did_you_mean

MANDATORY: Final = ("filename", "exp_type", "program", "asn_candidate")
"""Columns that every pool has."""

NULL_WORDS: Final = ("", "null", "--", "n", "f", "false", "n/a")
"""Cells, stripped and lower-cased, that mean "attribute not given"."""

NO_FILE: Final = ("", "none", "n/a")
"""Values of keywords, in lower case, that name no file."""

_MOST: Final = 10_000
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_DELIMITERS: Final = {",": "','", ";": "';'", "\t": "a tab", "|": "'|'"}


_AROUND: Final = re.compile(r"^[\s\ufeff]+|[\s\ufeff]+\Z")
"""Blanks and byte order marks around a name, in any order."""


def column_names(
    names: Iterable[object], file: str, *, row: int | None = None, delimiter: str | None = None
) -> tuple[str, ...]:
    """Check the names of the columns of a pool.

    Parameters
    ----------
    names : iterable of object
        The names as the source has them; only text is accepted.
    file : str
        Name of the source, for messages.
    row : int, optional
        Line of the header, if it has one.
    delimiter : str, optional
        What separated the names, if they come from a text.

    Returns
    -------
    tuple of str
        The names, stripped and lower-cased.

    Raises
    ------
    PoolError
        If a name is empty, is not text, holds control characters or occurs twice, or if a mandatory
        column is missing.
    """
    where = Location(file, row)
    raw = list(names)
    if len(raw) > _MOST:
        raise PoolError(Problem(f"there are {len(raw):,} columns", where, f"at most {_MOST:,}"))
    # Spreadsheets put a byte order mark before the first name, inside its quotes if it has any.
    clean = [_AROUND.sub("", name).lower() if isinstance(name, str) else "" for name in raw]
    problems = _one_cell(clean, delimiter, where) or list(_bad_names(raw, clean, where))
    problems = problems or [_absent(n, clean, where) for n in MANDATORY if n not in clean]
    if problems:
        raise PoolError(problems)
    return tuple(clean)


def _bad_names(raw: list[object], clean: list[str], where: Location) -> Iterator[Problem]:
    """Describe names that cannot be used, and names that occur twice."""
    seen: dict[str, int] = {}
    for number, (name, word) in enumerate(zip(raw, clean, strict=True), start=1):
        place = f"column {number} of {len(raw)}"
        if not isinstance(name, str):
            yield Problem(f"{place} is named {name!r}, which is not text", where)
        elif not word:
            last = number == len(raw)
            advice = "A delimiter at the end of the header makes an empty name." if last else ""
            yield Problem(f"{place} has no name", where, advice=advice)
        elif _CONTROL.search(word):
            yield Problem(
                f"the name {name!r} of {place} holds a control character, or is not UTF-8", where
            )
        elif seen.setdefault(word, number) < number:
            what = f"columns {seen[word]} and {number} are both named {word}"
            advice = "Upper and lower case make no difference in names."
            yield Problem(what, where, advice=advice)


def _one_cell(names: list[str], delimiter: str | None, where: Location) -> list[Problem]:
    """Guess the delimiter of a header that came out as one cell."""
    # A delimiter other than the right one occurs nowhere in the header.
    if len(names) != 1 or delimiter is None:
        return []
    likely = max(_DELIMITERS, key=names[0].count)
    if likely not in names[0]:
        return []
    what = f"the header is one cell when divided at {_DELIMITERS.get(delimiter, repr(delimiter))}"
    advice = f"The delimiter seems to be {_DELIMITERS[likely]}: give it as delimiter={likely!r}."
    return [Problem(what, where, expected=", ".join(MANDATORY) + " among the names", advice=advice)]


def _absent(name: str, present: list[str], where: Location) -> Problem:
    """Describe a mandatory column that is not there."""
    advice = did_you_mean(name, present) or f"Columns found: {', '.join(present)}."
    return Problem(f"there is no column {name}", where, advice=advice)
