"""Templates of product names, filled for all associations of a rule at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from asnsolve.associations.text_columns import TextColumn, Values, text_of_values
from asnsolve.pool.texts import Texts
from asnsolve.profiles import Names
from asnsolve.profiles.templates import fill, placeholders_in, segments

ValueTuple = tuple[str, ...]

_FEW = 256
"""Most product names that are filled whole; more are filled segment by segment."""


class Filling(NamedTuple):
    """How a placeholder is filled: from which values, by which function of them.

    Parameters
    ----------
    values : tuple of Values
        The values of each association.
    text : callable
        Takes one tuple of values for each of `values`, and returns the text.
    """

    values: tuple[Values, ...]
    text: Callable[..., str]


Fillings = Mapping[str, Filling]
"""How each placeholder is filled, by its name."""


def fill_template(
    template: str,
    fillings: Fillings,
    count: int,
    columns: Mapping[str, TextColumn],
    names: Names,
) -> TextColumn:
    """Fill a template for each association.

    Parameters
    ----------
    template : str
        The template.
    fillings : mapping of str to Filling
        How its placeholders are filled.
    count : int
        Number of associations, g.
    columns : mapping of str to TextColumn
        The texts of ``program`` and ``asn_id``, which are known already.
    names : Names
        How the mission names products.

    Returns
    -------
    TextColumn, shape (g,)
    """
    parts = segments(template)
    if count <= _FEW:
        return _fill_segments(parts, fillings, count, names)
    # A whole name is nearly as rare as an association, but each of its segments has few texts.
    pieces: list[Texts | str] = []
    for part in parts:
        if part in ("{program}", "{asn_id}"):
            pieces.append(columns[part[1:-1]].spelled_out())
        elif placeholders_in(part, names):
            pieces.append(_fill_segments([part], fillings, count, names).spelled_out())
        else:
            pieces.append(fill(part, {}, names))
    return TextColumn(np.arange(count, dtype=np.int64), Texts.joined(pieces, count))


def _fill_segments(
    parts: Sequence[str], fillings: Fillings, count: int, names: Names
) -> TextColumn:
    """Fill segments of a template, once per combination of the values of their placeholders."""
    names_of_parts = [(part, placeholders_in(part, names)) for part in parts]
    chosen = {name: fillings[name] for _, asked in names_of_parts for name in asked}

    # Combinations share most of their texts: a segment is filled once per text.
    @cache
    def filled(part: str, asked: tuple[str, ...], texts: tuple[str, ...]) -> str:
        return fill(part, dict(zip(asked, texts, strict=True)), names)

    def text(*values: ValueTuple) -> str:
        texts: dict[str, str] = {}
        start = 0
        for name, filling in chosen.items():
            end = start + len(filling.values)
            texts[name] = filling.text(*values[start:end])
            start = end
        return "".join(
            filled(part, asked, tuple(texts[name] for name in asked))
            for part, asked in names_of_parts
        )

    columns = [values for filling in chosen.values() for values in filling.values]
    return text_of_values(columns, count, text)
