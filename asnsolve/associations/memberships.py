"""Which exposures belong to which association of a rule, in which role."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.matches import Matches
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, Mask, stable_order
from asnsolve.solvers.groups import Groups


@dataclass(frozen=True, slots=True)
class Memberships:
    """The associations of one rule as (association, exposure, role) triples.

    Parameters
    ----------
    count : int
        Number of associations, g. None of them is empty.
    groups : ndarray of int64, shape (m,)
        Association of each member, ascending from 0 to g - 1.
    entries : ndarray of int64, shape (m,)
        The members, as entries of a scoped pool.
    roles : ndarray of int8, shape (m,)
        Their roles, as indices into ``rule.all_roles``.
    shares_keys : ndarray of bool, shape (m,)
        Whether a member shares the keys of the rule. The others were attached by a step: they count
        for no name and no need.
    direct_images : ndarray of int64, shape (g,)
        Entry whose image, catalog and segmentation map are members too; -1 for none.
    spectra_as_background : ndarray of bool, shape (g,)
        Whether the spectra of the science members are background members too.
    matches : Matches or None
        How good the m members are, if a step ranked some.
    """

    count: int
    groups: Ints
    entries: Ints
    roles: NDArray[np.int8]
    shares_keys: Mask
    direct_images: Ints
    spectra_as_background: Mask
    matches: Matches | None = None

    @classmethod
    def of(cls, groups: Groups) -> Memberships:
        """Take groups as a solver found them.

        Parameters
        ----------
        groups : Groups
            Sets of entries with their roles.

        Returns
        -------
        Memberships
            One association per group.
        """
        count = len(groups)
        return cls(
            count=count,
            groups=np.repeat(np.arange(count, dtype=np.int64), groups.sizes),
            entries=groups.entries,
            roles=groups.roles,
            shares_keys=np.ones(len(groups.entries), dtype=np.bool_),
            direct_images=np.full(count, -1, dtype=np.int64),
            spectra_as_background=np.zeros(count, dtype=np.bool_),
        )

    def with_role(self, rule: Rule, role: str) -> Mask:
        """Find the members that have a role and share the keys of the rule.

        Parameters
        ----------
        rule : Rule
            The rule.
        role : str
            The role.

        Returns
        -------
        ndarray of bool, shape (m,)
        """
        mask: Mask = (self.roles == role_code(rule, role)) & self.shares_keys
        return mask

    def any_member(self, members: Mask) -> Mask:
        """Find the associations that have at least one of some members.

        Parameters
        ----------
        members : ndarray of bool, shape (m,)
            The members.

        Returns
        -------
        ndarray of bool, shape (g,)
        """
        mask = np.zeros(self.count, dtype=np.bool_)
        mask[self.groups[members]] = True
        return mask

    def count_members(self, members: Mask) -> Ints:
        """Count some members of each association.

        Parameters
        ----------
        members : ndarray of bool, shape (m,)
            The members to count.

        Returns
        -------
        ndarray of int64, shape (g,)
        """
        return np.bincount(self.groups[members], minlength=self.count).astype(np.int64)

    def take(self, members: Ints | Mask) -> Memberships:
        """Return some of the members of the same associations.

        Parameters
        ----------
        members : ndarray of int64, shape (k,), or of bool, shape (m,)
            Positions of the members, which may repeat, or a mask.

        Returns
        -------
        Memberships
            With k members; the number of associations stays.
        """
        return replace(
            self,
            groups=self.groups[members],
            entries=self.entries[members],
            roles=self.roles[members],
            shares_keys=self.shares_keys[members],
            matches=None if self.matches is None else self.matches.take(members),
        )

    def plus(self, more: Memberships) -> Memberships:
        """Add members to the associations.

        Parameters
        ----------
        more : Memberships
            Further members of the same associations.

        Returns
        -------
        Memberships
            With all members; in each association those of `more` come last.
        """
        if not len(more.groups):
            return self
        matches = None
        if self.matches is not None or more.matches is not None:
            own = self.matches or Matches.none(len(self.groups))
            matches = own.plus(more.matches or Matches.none(len(more.groups)))
        groups = np.concatenate([self.groups, more.groups])
        order = stable_order(groups)
        return replace(
            self,
            groups=groups[order],
            entries=np.concatenate([self.entries, more.entries])[order],
            roles=np.concatenate([self.roles, more.roles])[order],
            shares_keys=np.concatenate([self.shares_keys, more.shares_keys])[order],
            matches=None if matches is None else matches.take(order),
        )


def role_code(rule: Rule, role: str) -> int:
    """Return the index of a role in ``rule.all_roles``, or -1, which no member has.

    Parameters
    ----------
    rule : Rule
        The rule.
    role : str
        The role.

    Returns
    -------
    int
    """
    return rule.all_roles.index(role) if role in rule.all_roles else -1
