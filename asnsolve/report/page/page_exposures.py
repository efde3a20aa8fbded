"""The exposures that a page shows, in the order of the hierarchy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from asnsolve.associations.association import Association
from asnsolve.pool.table import Pool
from asnsolve.profiles import Profile
from asnsolve.report.page.text_table import TextTable
from asnsolve.solvers.arrays import Ints

_SHOWN: Final = ("exp_type", "instrume", "detector", "targetid", "targname", "exposerr")


@dataclass(frozen=True)
class PageExposures:
    """Exposures with their attributes; n of them.

    Parameters
    ----------
    files : tuple of str, of length n
        File names, in the order of the hierarchy.
    columns : mapping of str to sequence, each of length n
        The attributes that are shown, by name; None where an exposure has no value.
    place_of_row : ndarray of int64, shape (n,)
        Place of each row of the pool that they come from; empty if they come from associations.
    profile : Profile
        The mission.
    """

    files: tuple[str, ...]
    columns: Mapping[str, Sequence[str | None]]
    place_of_row: Ints
    profile: Profile

    @property
    def levels(self) -> tuple[tuple[str, str], ...]:
        """Levels of the hierarchy, widest first, each with the column that numbers it."""
        return tuple((level, columns[-1]) for level, columns in self.profile.hierarchy)

    @classmethod
    def of_pool(cls, pool: Pool, attributes: Collection[str]) -> PageExposures:
        """Take the exposures of a pool.

        Parameters
        ----------
        pool : Pool
            The pool.
        attributes : collection of str
            Attributes to show, besides those of the hierarchy.

        Returns
        -------
        PageExposures
        """
        numbered = tuple(columns[-1] for _, columns in pool.profile.hierarchy)
        ranks = [_ranks(pool, column) for column in (*numbered, "filename")]
        order = np.lexsort(ranks[::-1])
        place_of_row = np.empty(len(pool), dtype=np.int64)
        place_of_row[order] = np.arange(len(pool))
        shown = (*numbered, *_SHOWN)
        more = sorted({*attributes, "asn_candidate"} - {*shown, "filename"})
        names = [name for name in (*shown, *more) if name in pool.columns]
        return cls(
            tuple(text or "" for text in _texts(pool, "filename", order)),
            {name: _texts(pool, name, order) for name in names},
            place_of_row,
            pool.profile,
        )

    @classmethod
    def of_associations(
        cls, associations: Iterable[Association], profile: Profile
    ) -> PageExposures:
        """Take the exposures whose files are members, with what their names say.

        Parameters
        ----------
        associations : iterable of Association
            The associations.
        profile : Profile
            Their mission.

        Returns
        -------
        PageExposures
        """
        exposure_of, pattern = profile.files.exposure_of, profile.files.exposure_pattern
        members = (member for association in associations for member in association.members)
        names = {
            name
            for member in members
            # Members that are products, such as images and catalogs, are not exposures.
            if pattern.fullmatch(name := exposure_of(member.expname)) or not member.derived
        }
        found = {name: pattern.match(name) for name in sorted(names)}
        columns = {
            column: [match and match[column] for match in found.values()]
            for column in pattern.groupindex
        }
        return cls(tuple(found), columns, np.zeros(0, dtype=np.int64), profile)

    def __len__(self) -> int:
        """Return the number of exposures."""
        return len(self.files)

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Places of each exposure by its name; several if the pool has several rows about it."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, file in enumerate(self.files):
            found[self.profile.files.exposure_of(file)].append(place)
        return found

    @cached_property
    def places_of_file(self) -> Mapping[str, Sequence[int]]:
        """Places of each exposure by its file name."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, file in enumerate(self.files):
            found[file].append(place)
        return found

    def values(self, column: str) -> Sequence[str | None]:
        """Return a column.

        Parameters
        ----------
        column : str
            Any attribute.

        Returns
        -------
        sequence of str or None, of length n
            None throughout for an attribute that is not known.
        """
        return self.columns.get(column, [None] * len(self))

    def data(self, texts: TextTable) -> dict[str, Any]:
        """Lay out the exposures for the page.

        Parameters
        ----------
        texts : TextTable
            The texts of the page.

        Returns
        -------
        dict
            With the keys ``count``, ``file`` and ``columns``.
        """
        return {
            "count": len(self),
            "file": [texts.number(file) for file in self.files],
            "columns": {name: texts.column(values) for name, values in self.columns.items()},
        }


def _texts(pool: Pool, column: str, order: Ints) -> list[str | None]:
    """Return a column in another order; programs are written as in names."""
    values: list[str | None] = [*pool.values(column), None]
    if column == "program":
        values = [text and pool.profile.names.program_text(text) for text in values]
    return [values[code] for code in pool.codes(column)[order].tolist()]


def _ranks(pool: Pool, column: str) -> Ints:
    """Rank exposures by a column, shape (n,): numbers by size, then texts, then unset ones."""
    values = pool.values(column)
    by_value = sorted(range(len(values)), key=lambda code: _natural(values[code]))
    rank = np.empty(len(values) + 1, dtype=np.int64)
    rank[by_value] = np.arange(len(values))
    rank[-1] = len(values)
    ranks: Ints = rank[pool.codes(column)]
    return ranks


def _natural(text: str) -> tuple[bool, int, str]:
    is_number = text.isascii() and text.isdecimal() and len(text) < 18
    return not is_number, int(text) if is_number else 0, text
