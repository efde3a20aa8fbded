"""The values that the members of a rule's associations share: of its clauses and of attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.memberships import Memberships
from asnsolve.associations.number_ranges import ranges_by_group
from asnsolve.associations.text_columns import Values, values_by_group
from asnsolve.expr.nodes import MeasuredKey
from asnsolve.interpret.to_mask import to_codes
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Clause, Rule
from asnsolve.solvers.arrays import Mask, starts_of
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool

Signature = Callable[[], Mapping[str, Values]]
"""Finds, for each key of a rule by the name of its clause, the values of the members. A key that
compares numbers has the range of these as its value.

A function, because solving needs few of these values; files and objects give them all.
"""

_FEW = 256
"""Most associations whose values are kept; with more, values are found again when needed."""


@dataclass(frozen=True, slots=True)
class SharedValues:
    """The values of those members of a rule's associations that share its keys, m of them.

    Parameters
    ----------
    scoped : ScopedPool
        The entries of these members, shape (m,).
    rule : Rule
        The rule.
    memberships : Memberships
        The members that share keys, of g associations.
    _known : dict of str to Values
        What has been found, by the name of the clause.
    """

    scoped: ScopedPool
    rule: Rule
    memberships: Memberships
    _known: dict[str, Values] = field(default_factory=dict)

    @classmethod
    def of(cls, scoped: ScopedPool, rule: Rule, memberships: Memberships) -> SharedValues:
        """Choose the members that share keys.

        Parameters
        ----------
        scoped : ScopedPool
            All entries.
        rule : Rule
            The rule.
        memberships : Memberships
            All members of its associations.

        Returns
        -------
        SharedValues
        """
        shares = memberships.shares_keys
        sharing = memberships if shares.all() else memberships.take(shares)
        return cls(scoped.at(sharing.entries), rule, sharing)

    def is_science(self) -> Mask:
        """Find the science members; all members if the rule has no such role.

        Returns
        -------
        ndarray of bool, shape (m,)
        """
        roles = self.rule.all_roles
        if "science" not in roles:
            return np.ones(len(self.scoped), dtype=np.bool_)
        mask: Mask = self.memberships.roles == roles.index("science")
        return mask

    def of_clause(self, clause: Clause, *, science: bool = False) -> Values:
        """Return the values of the attributes that a clause looks at.

        Parameters
        ----------
        clause : Clause
            A clause of the rule.
        science : bool
            Whether to look at science members only.

        Returns
        -------
        Values, shape (g,)
        """
        name = f"{clause.name} of science" if science else clause.name
        if name not in self._known:
            if clause.shared is None:
                codes, values = to_codes(clause.sources, self.scoped)
            else:
                offers = self.scoped.offers(self.rule, clause.shared)
                codes, values = offers.taken, offers.values
            own = self._by_group(codes, values, science)
            # Keys with a value per exposure are written from the pool's array of texts.
            column = clause.sources[0] if len(clause.sources) == 1 else ""
            if isinstance(values, Texts):
                own = replace(own, texts=values)
            elif values is self.scoped.pool.values(column):
                own = replace(own, texts=self.scoped.pool.texts(column))
            self._known[name] = own
        return self._known[name]

    def of_attribute(self, name: str, *, science: bool = False) -> Values:
        """Return the values of an attribute.

        Parameters
        ----------
        name : str
            The attribute.
        science : bool
            Whether to look at science members only.

        Returns
        -------
        Values, shape (g,)
        """
        return self._by_group(self.scoped.codes(name), self.scoped.values(name), science)

    def of_keys(self) -> dict[str, Values]:
        """Return the values of every key of the rule.

        Returns
        -------
        dict of str to Values, each of shape (g,)
            By the name of the clause.
        """
        return {
            clause.name: self._of_numbers(clause.measured)
            if clause.measured is not None
            else self.of_clause(clause)
            for clause in self.rule.all_clauses
            if clause.key is not None
        }

    def _of_numbers(self, key: MeasuredKey) -> Values:
        """Return the ranges of the numbers that a key compares."""
        numbers = self.scoped.numbers_for(self.rule, key)
        return ranges_by_group(numbers, self.memberships.groups, self.memberships.count)

    def _by_group(self, codes: NDArray[np.int32], values: Sequence[str], science: bool) -> Values:
        groups = self.memberships.groups
        if science:
            is_science = self.is_science()
            codes, groups = codes[is_science], groups[is_science]
        return values_by_group(codes, values, groups, self.memberships.count)


def signature_of(scoped: ScopedPool, shared: SharedValues) -> Signature:
    """Return a function that finds the values of keys when they are asked for.

    The values of many associations take memory until they are written, and are found again faster
    than they are kept. What they are found from is kept as narrow as possible for the same reason.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    shared : SharedValues
        The values of a rule's associations.

    Returns
    -------
    callable
        Returns the values of each key.
    """
    rule, members = shared.rule, shared.memberships
    if members.count <= _FEW:
        return shared.of_keys
    # Every association has members that share keys, so its first one tells where it begins. No pool
    # has so many entries that 32 bits cannot number them.
    starts, entries = starts_of(members.groups), members.entries.astype(np.int32)
    roles = members.roles

    def signature() -> dict[str, Values]:
        groups = Groups(entries.astype(np.int64), starts, roles)
        return SharedValues.of(scoped, rule, Memberships.of(groups)).of_keys()

    return signature
