"""Lists in a JSON text, changed in place: everything around them keeps its layout."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

_DECODER: Final = json.JSONDecoder(strict=False)
_BLANK: Final = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A part of a text.

    Parameters
    ----------
    start, end : int
        Positions of its first character and of the one after its last.
    """

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ListText:
    """A list in a JSON text.

    Parameters
    ----------
    whole : TextSpan
        The list, brackets included.
    entries : tuple of TextSpan
        Its entries, without the blanks and commas around them.
    """

    whole: TextSpan
    entries: tuple[TextSpan, ...]


def list_of(text: str, start: int, key: str) -> ListText:
    """Find the list under a key of an object.

    Parameters
    ----------
    text : str
        Valid JSON.
    start : int
        Where the object begins.
    key : str
        The key, under which there is a list.

    Returns
    -------
    ListText
    """
    found = start
    position = _after_blanks(text, start + 1)
    while text[position] != "}":
        name, end = _DECODER.raw_decode(text, position)
        value = _after_blanks(text, _after_blanks(text, end) + 1)
        # Of a key that is repeated, readers take the last value.
        found = value if name == key else found
        position = _after_entry(text, _DECODER.raw_decode(text, value)[1])
    return _list_at(text, found)


def _list_at(text: str, start: int) -> ListText:
    entries = []
    position = _after_blanks(text, start + 1)
    while text[position] != "]":
        end = _DECODER.raw_decode(text, position)[1]
        entries.append(TextSpan(position, end))
        position = _after_entry(text, end)
    return ListText(TextSpan(start, position + 1), tuple(entries))


def _after_blanks(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return position if match is None else match.end()


def _after_entry(text: str, end: int) -> int:
    """Return where the next entry begins, or where the closing bracket is."""
    position = _after_blanks(text, end)
    return _after_blanks(text, position + 1) if text[position] == "," else position


def changed_list(
    text: str, found: ListText, kept: Sequence[str | None], added: Sequence[str] = ()
) -> str:
    """Write a list with entries changed, removed or added at the end.

    Parameters
    ----------
    text : str
        The text that the list is in.
    found : ListText
        The list.
    kept : sequence of str or None
        For each entry its text; None removes it.
    added : sequence of str
        Texts of further entries.

    Returns
    -------
    str
        The list, brackets included. Blanks are as they were; before an added entry they are those
        before the last one. So adding entries and removing them again gives the list as it was.
    """
    entries, whole = found.entries, found.whole
    first = entries[0].start if entries else whole.start + 1
    last = entries[-1].end if entries else whole.start + 1
    opening, closing = text[whole.start : first], text[last : whole.end]
    gaps = [text[before.end : after.start] for before, after in pairwise(entries)]
    gap_of_added = gaps[-1] if gaps else f",{opening[1:]}"
    pieces = [
        (gap, entry) for gap, entry in zip(["", *gaps], kept, strict=False) if entry is not None
    ]
    pieces += [(gap_of_added, entry) for entry in added]
    # The first entry has no comma before it, whichever it was before.
    content = "".join(entry if n == 0 else gap + entry for n, (gap, entry) in enumerate(pieces))
    return f"{opening}{content}{closing}"


def object_like(text: str, pattern: TextSpan | None, values: Sequence[tuple[str, str]]) -> str:
    """Write an object of texts, laid out as another object.

    Parameters
    ----------
    text : str
        The text that the other object is in.
    pattern : TextSpan or None
        The other object, which has two keys at least; None for a layout of no other.
    values : sequence of (str, str)
        Keys and values.

    Returns
    -------
    str
    """
    opening, colon, gap, closing = "{", ": ", ", ", "}"
    if pattern is not None:
        key = _after_blanks(text, pattern.start + 1)
        end = _DECODER.raw_decode(text, key)[1]
        value = _after_blanks(text, _after_blanks(text, end) + 1)
        value_end = _DECODER.raw_decode(text, value)[1]
        opening, colon = text[pattern.start : key], text[end:value]
        following = _after_entry(text, value_end)
        gap = text[value_end:following] if text[following] != "}" else f",{opening[1:]}"
        blanks = text[pattern.start : pattern.end - 1]
        closing = text[pattern.start + len(blanks.rstrip(" \t\r\n")) : pattern.end]
    # Files that escape other letters go on doing so.
    ascii_only = text.isascii()
    written = (
        f"{json.dumps(key)}{colon}{json.dumps(value, ensure_ascii=ascii_only)}"
        for key, value in values
    )
    return f"{opening}{gap.join(written)}{closing}"
