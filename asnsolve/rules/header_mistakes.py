"""Find mistakes in the description of headers in a profile, before any header is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from asnsolve.profiles import DerivedNumber, FileNames, Headers
from asnsolve.rules.field_types import Mistake
from asnsolve.shown_values import shown
from asnsolve.suggest import did_you_mean

_GROUPS = ("program", "asn_id", "target")
_SEGMENT = "a group for the number, as in -seg([0-9]{3})"


def header_mistakes(headers: Headers, files: FileNames) -> Iterator[Mistake]:
    """Find the mistakes in the description of headers.

    Parameters
    ----------
    headers : Headers
        The description, whose values have the right types.
    files : FileNames
        How the mission names files; its regular expressions are valid.

    Yields
    ------
    Mistake
        Its field is relative to the description, such as ``required``.
    """
    read = {"filename", *headers.keywords, *files.exposure_pattern.groupindex}
    known = read | {each.column for each in headers.derived} | headers.defaults.keys()
    for field in ("required", "identity", "targets", "companions"):
        # The default column of targets is one that a mission need not have.
        if getattr(headers, field) != Headers.__dataclass_fields__[field].default:
            yield from _unknown(field, getattr(headers, field), known)
    for each in headers.derived:
        field = f"derived[{each.column}]"
        if isinstance(each, DerivedNumber):
            within = (each.within,) if each.within else ()
            yield from _unknown(f"{field}.of", each.of, read)
            yield from _unknown(f"{field}.within", within, read)
            yield from _of_form(f"{field}.form", each.form)
        else:
            yield from _unknown(f"{field}.of", (each.of,), read)
    if headers.segment_column:
        yield from _unknown("segment_column", (headers.segment_column,), known)
    yield from _of_segment(headers.segment)
    yield from _of_product(headers.product)


def _of_segment(segment: str) -> Iterator[Mistake]:
    try:
        count = re.compile(segment).groups
    except (re.error, OverflowError, RecursionError) as error:
        what = f"{shown(segment)} is not a regular expression: {error}"
        yield Mistake("segment", what, _SEGMENT)
        return
    if not count:
        yield Mistake("segment", "has no group", _SEGMENT)


def _unknown(field: str, columns: tuple[str, ...], known: set[str]) -> Iterator[Mistake]:
    for column in columns:
        if column not in known:
            what = f"{shown(column)} is not a column of headers or file names"
            expected = f"one of {', '.join(sorted(known))}"
            yield Mistake(field, what, expected, did_you_mean(column, known))


def _of_form(field: str, form: str) -> Iterator[Mistake]:
    try:
        form.format(0)
    except (LookupError, ValueError, AttributeError, TypeError):
        what = f"{shown(form)} cannot be filled with a number"
        yield Mistake(field, what, "a form with {}, as p{:03}")


def _of_product(product: str) -> Iterator[Mistake]:
    try:
        groups = re.compile(product).groupindex
    except (re.error, OverflowError, RecursionError) as error:
        yield Mistake("product", f"{shown(product)} is not a regular expression: {error}")
        return
    lacking = [name for name in _GROUPS if name not in groups]
    if lacking:
        what = f"has no group {' and no group '.join(lacking)}"
        yield Mistake("product", what, "a group for each part, such as (?P<target>[0-9]+)")
