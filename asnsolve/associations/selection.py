"""Choosing associations by rule, type, candidate, product, exposure and level, from columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from asnsolve.associations.association_lists import AssociationList, Columns
from asnsolve.associations.dropped_list import DroppedList
from asnsolve.errors import Problem, UsageError
from asnsolve.profiles import FileNames
from asnsolve.shown_values import shown
from asnsolve.solvers.arrays import Ints, Mask

_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {"rule": "rule", "asn_type": "asn_type", "candidate": "asn_id"}
)
"""The column that each condition is about."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Conditions on associations, all of which have to be satisfied.

    Parameters
    ----------
    words : mapping of str to frozenset of str
        For some of ``rule``, ``asn_type`` and ``candidate`` the names that are admitted.
    members : frozenset of str or None
        Names of files, of which at least one is of a member; None for any.
    products : frozenset of str or None
        Names of products, of which at least one is made, or of the file; None for any.
    level : int or None
        Level of the products; None for any.
    files : FileNames
        How the mission names files.
    """

    words: Mapping[str, frozenset[str]]
    members: frozenset[str] | None
    products: frozenset[str] | None
    level: int | None
    files: FileNames

    @classmethod
    def of(
        cls,
        words: Mapping[str, str | Iterable[str] | None],
        exposure: str | Iterable[str] | None,
        product: str | Iterable[str] | None,
        level: int | None,
        files: FileNames,
    ) -> Selection:
        """Make a selection.

        Parameters
        ----------
        words : mapping of str to str, iterable of str, or None
            For each of ``rule``, ``asn_type`` and ``candidate`` the names that are admitted; None
            for any.
        exposure : str or iterable of str, or None
            Names of files of exposures, or of other members; None for any.
        product : str or iterable of str, or None
            Names of products, or of association files; None for any.
        level : int or None
            Level of the products; None for any.
        files : FileNames
            How the mission names files.

        Returns
        -------
        Selection

        Raises
        ------
        UsageError
            If a name is not a text.
        """
        given = {name: _names(name, value) for name, value in words.items() if value is not None}
        members = None if exposure is None else _names("exposure", exposure)
        products = None if product is None else _names("product", product)
        return cls(given, members, products, level, files)

    def of_list(self, made: AssociationList) -> AssociationList:
        """Return the associations that satisfy the conditions.

        Parameters
        ----------
        made : AssociationList
            Associations.

        Returns
        -------
        AssociationList
            In the same order.
        """
        return made.take(self._places(made))

    def of_dropped(self, dropped: DroppedList) -> DroppedList:
        """Return the dropped associations that satisfy the conditions.

        Parameters
        ----------
        dropped : DroppedList
            Dropped associations.

        Returns
        -------
        DroppedList
            In the same order.
        """
        return dropped.take(self._places(dropped.losers))

    def _places(self, made: AssociationList) -> Ints:
        columns = made.columns
        chosen = np.ones(len(made), dtype=np.bool_)
        for name, words in self.words.items():
            chosen &= _is_one_of(columns, _COLUMNS[name], words)
        if self.level is not None:
            chosen &= np.asarray(columns["level"]) == self.level
        if self.members is not None:
            members = made.member_columns
            # A file belongs to its exposure at any stage; products have names of their own.
            is_of_exposure = _is_one_of(
                members, "exposure", set(map(self.files.exposure_of, self.members))
            )
            is_named = _is_one_of(members, "expname", self.members)
            chosen &= _with_any(made, is_of_exposure | is_named)
        if self.products is not None:
            # An association may make several products; each member is of one.
            is_of_product = _is_one_of(made.member_columns, "product", self.products)
            is_named = _is_one_of(columns, "file_name", self.products)
            chosen &= is_named | _with_any(made, is_of_product)
        return np.flatnonzero(chosen).astype(np.int64)


def _with_any(made: AssociationList, is_chosen: Mask) -> Mask:
    """Tell which associations have any of the chosen members."""
    with_any = np.zeros(len(made), dtype=np.bool_)
    with_any[np.asarray(made.member_columns["association"])[is_chosen]] = True
    return with_any


def _is_one_of(columns: Columns, name: str, words: Collection[str]) -> Mask:
    """Tell which rows of a column of texts, of shape (n,), have one of some words."""
    codes, texts = columns[name]
    # The last place is that of code -1, no text.
    return np.array([*(text in words for text in texts), False], dtype=np.bool_)[codes]


def _names(argument: str, names: str | Iterable[str]) -> frozenset[str]:
    found = [names] if isinstance(names, str) or not isinstance(names, Iterable) else list(names)
    for name in found:
        if not isinstance(name, str):
            what = f"{argument} is {shown(name)}, which is not text"
            raise UsageError(Problem(what, expected="a name, or several"))
    return frozenset(found)
