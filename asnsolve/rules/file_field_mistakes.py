"""Find mistakes in the keys of association files that a profile lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from asnsolve.profiles import OF_EXPOSURES, FileField, FileFields
from asnsolve.profiles.file_fields import OF_ASSOCIATION, OF_MEMBER
from asnsolve.rules.field_types import Mistake, inside
from asnsolve.shown_values import shown
from asnsolve.suggest import did_you_mean

_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_TAKEN: Final = ("file_name", "products", "crc32", "records")
"""Keys of associations that already have a meaning in files or in containers."""

_NEEDED: Final = {
    "association": ("asn_type", "rule", "program", "asn_id"),
    "member": ("expname", "exptype"),
}
"""Attributes that files must hold so that they can be read back."""

_LEVELS: Final = (2, 3)


def file_field_mistakes(fields: FileFields, roles: tuple[str, ...]) -> Iterator[Mistake]:
    """Find the mistakes in the description of association files.

    Parameters
    ----------
    fields : FileFields
        The description, whose values have the right types.
    roles : tuple of str
        Roles of the mission.

    Yields
    ------
    Mistake
        Its field is relative to the description, such as ``member``.
    """
    yield from _of_keys("association", fields.association, OF_ASSOCIATION, _TAKEN)
    yield from _of_keys("member", fields.member, OF_MEMBER, ())
    if fields.member and fields.member[0].holds in OF_EXPOSURES:
        what = f"begins with {shown(fields.member[0].key)}, which some members lack"
        yield Mistake("member", what, "a key that all members have, as the first one")
    yield from _twice("roles", fields.roles)
    for role in fields.roles:
        if role not in roles:
            expected, advice = f"one of {', '.join(roles)}", did_you_mean(role, roles)
            yield Mistake("roles", f"{shown(role)} is not a role", expected, advice)
    if fields.roles and "science" not in fields.roles:
        yield Mistake("roles", "does not have the role science", "science and other roles")
    if fields.types_with_pool and "asn_pool" not in fields.keys:
        what = "lists types that need the pool, but no key holds asn_pool"
        yield Mistake("types_with_pool", what, "no types, or a key of the association")


def _of_keys(
    place: str, fields: tuple[FileField, ...], attributes: tuple[str, ...], taken: tuple[str, ...]
) -> Iterator[Mistake]:
    """Find the mistakes in the keys of associations, or in those of members."""
    yield from _twice(place, tuple(field.key for field in fields))
    yield from _twice(place, tuple(field.holds for field in fields if field.holds))
    for field in fields:
        where = f"{place}[{shown(field.key)}]"
        if not _KEY.fullmatch(field.key):
            expected = "a letter, and then letters, digits, _ or -"
            yield Mistake(where, f"{shown(field.key)} cannot be a key", expected)
        if field.key in taken:
            what = f"{shown(field.key)} has another meaning in association files"
            yield Mistake(where, what, "another key")
        if bool(field.holds) == bool(field.constant):
            what = (
                "has both an attribute and a constant"
                if field.holds
                else "has neither an attribute nor a constant"
            )
            yield Mistake(where, what, "holds=... or constant=...")
        if field.holds and field.holds not in attributes:
            expected = f"one of {', '.join(attributes)}"
            advice = did_you_mean(field.holds, attributes)
            what = f"{shown(field.holds)} is not an attribute"
            yield Mistake(inside(where, "holds"), what, expected, advice)
        if field.constant and not (field.constant.strip() and field.constant.isprintable()):
            what = f"is {shown(field.constant)}"
            yield Mistake(inside(where, "constant"), what, "one line of text")
        yield from _of_levels(inside(where, "levels"), field, needed=_NEEDED[place])
    held = {field.holds for field in fields}
    for attribute in _NEEDED[place]:
        if attribute not in held:
            what = f"has no key for {attribute}, without which files cannot be read back"
            yield Mistake(place, what, f"FileField({shown(attribute)}, {shown(attribute)})")


def _of_levels(where: str, field: FileField, *, needed: tuple[str, ...]) -> Iterator[Mistake]:
    wrong = [level for level in field.levels if level not in _LEVELS]
    if not field.levels or wrong:
        yield Mistake(where, f"is {shown(field.levels)}", "2 or 3, or both")
    elif field.holds in needed and {*field.levels} != {*_LEVELS}:
        what = f"is {shown(field.levels)}, but files of all levels need {field.holds}"
        yield Mistake(where, what, shown(_LEVELS))


def _twice(place: str, texts: tuple[str, ...]) -> Iterator[Mistake]:
    for text, count in Counter(texts).items():
        if count > 1:
            yield Mistake(place, f"holds {shown(text)} {count} times", "each once")
