"""Columns of text: what associations say, as codes into the distinct texts that occur.

A million associations say few different things, so that a text is made once per distinct value or
combination of values, and never once per association.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asnsolve.pool.texts import Texts
from asnsolve.solvers.arrays import Ints, combine, distinct


@dataclass(frozen=True)
class TextColumn:
    """One text per association, or per member.

    Parameters
    ----------
    codes : ndarray of int64, shape (n,)
        Index into `texts`; -1 for no text.
    texts : Texts
        The texts that occur.
    """

    codes: Ints
    texts: Texts

    @classmethod
    def constant(cls, text: str, count: int) -> TextColumn:
        """Repeat one text.

        Parameters
        ----------
        text : str
            The text.
        count : int
            Length of the column.

        Returns
        -------
        TextColumn
        """
        return cls(np.zeros(count, dtype=np.int64), Texts.of([text]))

    @classmethod
    def end_to_end(cls, columns: Sequence[TextColumn]) -> TextColumn:
        """Append columns to one another.

        Parameters
        ----------
        columns : sequence of TextColumn
            The columns; those that share one `Texts` object go on sharing it.

        Returns
        -------
        TextColumn
        """
        if not columns:
            return cls(np.zeros(0, dtype=np.int64), Texts.of(()))
        distinct_texts = {id(column.texts): column.texts for column in columns}
        sizes = np.array([len(texts) for texts in distinct_texts.values()], dtype=np.int64)
        starts = dict(zip(distinct_texts, (np.cumsum(sizes) - sizes).tolist(), strict=True))
        codes = [
            np.where(column.codes < 0, -1, column.codes + starts[id(column.texts)])
            for column in columns
        ]
        texts = list(distinct_texts.values())
        return cls(np.concatenate(codes), texts[0] if len(texts) == 1 else Texts.end_to_end(texts))

    def __len__(self) -> int:
        """Return the length of the column."""
        return len(self.codes)

    def take(self, places: Ints) -> TextColumn:
        """Return the texts at some places.

        Parameters
        ----------
        places : ndarray of int64, shape (k,)
            Positions in the column.

        Returns
        -------
        TextColumn, shape (k,)
        """
        return TextColumn(self.codes[places], self.texts)

    def spelled_out(self) -> Texts:
        """Return the text of each place, of which none may be missing.

        Returns
        -------
        Texts, shape (n,)
        """
        return self.texts.take(self.codes)

    def list(self) -> list[str | None]:
        """Return the column as Python objects, one per distinct text.

        Returns
        -------
        list of str or None
        """
        used, codes = np.unique(self.codes, return_inverse=True)
        known = self.texts.take(used[used >= 0]).list()
        options: list[str | None] = [None, *known] if len(known) < len(used) else [*known]
        return [options[code] for code in codes.tolist()]

    @cached_property
    def ranks(self) -> Ints:
        """Rank of each place by its text, shape (n,); equal texts have equal ranks."""
        return self.texts.ranks()[self.codes]


Column = Sequence[TextColumn | str]
"""Pieces that are joined to give a text per row; a piece of type str is the same in every row."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values that the members of each association have for an attribute or a key.

    Parameters
    ----------
    codes : ndarray of int64, shape (g,)
        The only value of the members, as an index into `values`; -1 if none has a value. Codes from
        ``len(values)`` on index `several`.
    values : sequence of str
        The values, sorted.
    several : tuple of tuple of str
        Sorted values of associations whose members have more than one.
    texts : Texts, optional
        `values` as an array, where the pool has one.
    """

    codes: Ints
    values: Sequence[str]
    several: tuple[tuple[str, ...], ...] = ()
    texts: Texts | None = None

    def at(self, code: int) -> tuple[str, ...]:
        """Return the values behind a code.

        Parameters
        ----------
        code : int
            One of `codes`.

        Returns
        -------
        tuple of str
        """
        if code < 0:
            return ()
        if code < len(self.values):
            return (self.values[code],)
        return self.several[code - len(self.values)]

    def as_text(self, groups: Ints, unset: str) -> TextColumn:
        """Write the values of some associations, joined with ``-``.

        Parameters
        ----------
        groups : ndarray of int64, shape (k,)
            Which associations.
        unset : str
            Text for associations whose members have no value.

        Returns
        -------
        TextColumn, shape (k,)
        """
        codes = self.codes[groups]
        if self.texts is not None and not self.several:
            if (codes >= 0).all():
                return TextColumn(codes, self.texts)
            or_unset = Texts.end_to_end([self.texts, Texts.of([unset])])
            return TextColumn(np.where(codes < 0, len(self.texts), codes), or_unset)
        used, codes = np.unique(codes, return_inverse=True)
        texts = ["-".join(self.at(code)) or unset for code in used.tolist()]
        return TextColumn(codes, Texts.of(texts))


def values_by_group(
    codes: NDArray[np.int32], values: Sequence[str], groups: Ints, count: int
) -> Values:
    """Collect the values that the members of each association have.

    Parameters
    ----------
    codes : ndarray of int32, shape (m,)
        Value of each member, as an index into `values`; -1 for none.
    values : sequence of str
        The values, sorted.
    groups : ndarray of int64, shape (m,)
        Association of each member.
    count : int
        Number of associations, g.

    Returns
    -------
    Values
        With codes of shape (g,).
    """
    has_value = codes >= 0
    codes_set, groups_set = codes[has_value].astype(np.int64), groups[has_value]
    # The last value written per association wins; where another member differs from it, the
    # association has several values.
    codes_by_group = np.full(count, -1, dtype=np.int64)
    codes_by_group[groups_set] = codes_set
    differs = codes_by_group[groups_set] != codes_set
    if not differs.any():
        return Values(codes_by_group, values)
    mixed = distinct(groups_set[differs])

    # Sorted distinct pairs (mixed association, value), cut where the association changes.
    index_of_mixed = np.full(count, -1, dtype=np.int64)
    index_of_mixed[mixed] = np.arange(len(mixed))
    in_mixed = index_of_mixed[groups_set] >= 0
    width = len(values)
    pairs = distinct(index_of_mixed[groups_set[in_mixed]] * width + codes_set[in_mixed])
    cuts = np.flatnonzero(np.diff(pairs // width)) + 1
    several: dict[tuple[int, ...], int] = {}
    for group, value_codes in zip(mixed.tolist(), np.split(pairs % width, cuts), strict=True):
        codes_by_group[group] = width + several.setdefault(
            tuple(value_codes.tolist()), len(several)
        )
    return Values(
        codes_by_group, values, tuple(tuple(values[code] for code in codes) for codes in several)
    )


def text_of_values(columns: Sequence[Values], count: int, text: Callable[..., str]) -> TextColumn:
    """Make a text per association, calling a function once per combination of values.

    Parameters
    ----------
    columns : sequence of Values
        What the text is made from.
    count : int
        Number of associations, g.
    text : callable
        Takes one tuple of values per column.

    Returns
    -------
    TextColumn, shape (g,)
    """
    if not columns or not count:
        return TextColumn.constant(text(*(() for _ in columns)), count)
    # Combinations are numbered densely from 0; any association with a combination represents it.
    combinations = combine([column.codes + 1 for column in columns])
    example = np.zeros(int(combinations.max()) + 1, dtype=np.int64)
    example[combinations] = np.arange(count)
    codes_of_examples = [column.codes[example].tolist() for column in columns]
    texts = [
        text(*(column.at(code) for column, code in zip(columns, codes, strict=True)))
        for codes in zip(*codes_of_examples, strict=True)
    ]
    return TextColumn(combinations, Texts.of(texts))
