"""All associations of a pool in columns, before and after it is decided which of them stay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.build import Block, Members, Roles, blocks_of, members_of
from asnsolve.associations.coded import Coded
from asnsolve.associations.member_files import Files
from asnsolve.pool.texts import Texts
from asnsolve.rules.rule import Rule
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool

__all__ = ["Table"]

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """Associations in columns, a of them.

    Parameters
    ----------
    scoped : ScopedPool
        The exposures.
    files : Files
        Files that members can be.
    roles : Roles
        Roles that members can have.
    blocks : tuple of Block
        The associations, by rule; numbered through.
    members : Members
        Their members.
    """

    scoped: ScopedPool
    files: Files
    roles: Roles
    blocks: tuple[Block, ...]
    members: Members

    @classmethod
    def of(
        cls, scoped: ScopedPool, rules: Sequence[Rule], found: Sequence[tuple[Rule, Groups]]
    ) -> Table:
        """Make the associations of the groups that rules found."""
        files = Files.of(
            scoped.pool, (word for rule in rules for word in rule.member_suffixes.words())
        )
        roles = Roles.of(rules)
        blocks = blocks_of(scoped, files, found)
        return cls(scoped, files, roles, blocks, members_of(scoped, files, blocks, roles))

    def __len__(self) -> int:
        """Count the associations."""
        return len(self.members.starts) - 1

    @cached_property
    def block(self) -> Ints:
        """Block of each association."""
        return np.repeat(np.arange(len(self.blocks)), [len(block) for block in self.blocks])

    @cached_property
    def first(self) -> Ints:
        """Number of the first association of each block."""
        sizes = np.array([len(block) for block in self.blocks], dtype=np.int64)
        return np.cumsum(sizes) - sizes

    @cached_property
    def scopes(self) -> Ints:
        """Scope of each association."""
        return np.concatenate([block.scopes for block in self.blocks] or [np.zeros(0, np.int64)])

    @property
    def components(self) -> Ints:
        """Component of each association."""
        return self.scoped.scopes.components[self.scopes]

    @property
    def discovered(self) -> NDArray[np.bool_]:
        """Which associations no candidate names."""
        found: NDArray[np.bool_] = self.scoped.scopes.candidate_codes[self.scopes] < 0
        return found

    @property
    def sizes(self) -> Ints:
        """How many members each association has."""
        return np.diff(self.members.starts)

    def of_rules(self, word: Callable[[Rule], str]) -> Ints:
        """Rank associations by a word of their rule."""
        words = [word(block.rule) for block in self.blocks]
        ranks = {text: rank for rank, text in enumerate(sorted(set(words)))}
        return np.array([ranks[text] for text in words], dtype=np.int64)[self.block]

    @cached_property
    def rules(self) -> Ints:
        """Rank of the name of each association's rule."""
        return self.of_rules(lambda rule: rule.name)

    @cached_property
    def types(self) -> Ints:
        """Rank of each association's type."""
        return self.of_rules(lambda rule: rule.asn_type)

    @cached_property
    def asn_ids(self) -> Ints:
        """Rank of each association's id."""
        return _ranked([block.names.asn_id for block in self.blocks])

    @cached_property
    def programs(self) -> Ints:
        """Rank of each association's program."""
        return _ranked([block.names.program for block in self.blocks])

    @cached_property
    def products(self) -> Ints:
        """Rank of each association's product name: equal names have one."""
        return _ranked([block.names.product for block in self.blocks])

    @cached_property
    def contents(self) -> Ints:
        """Two numbers that stand for the members and roles of each association, shape (a, 2)."""
        width = len(self.roles.words)
        return self.marks(self.members.ranks * width + self.members.roles)

    def marks(self, labels: Ints, chosen: NDArray[np.bool_] | None = None) -> Ints:
        """Mark sets of labels of the members of each association by two numbers.

        Each is a sum of scrambled labels: sets that differ have one mark with the chance of a
        collision of 128 bits.

        Parameters
        ----------
        labels : ndarray of int64, shape (m,)
            A label of each member.
        chosen : ndarray of bool, shape (m,), optional
            Members that are in the sets; all by default.
        """
        starts = self.members.starts[:-1]
        found = np.zeros((len(self), 2), dtype=np.int64)
        for at, seed in enumerate((0x9E3779B97F4A7C15, 0xD1B54A32D192ED03)):
            scrambled = _scrambled(labels, seed)
            if chosen is not None:
                scrambled[~chosen] = 0
            if len(starts):
                found[:, at] = np.add.reduceat(scrambled, starts).view(np.int64)
        return found


def _ranked(parts: Sequence[Coded]) -> Ints:
    """Rank texts of several blocks: equal texts have one rank."""
    if not parts:
        return np.zeros(0, dtype=np.int64)
    tables = {id(part.table): part.table for part in parts}
    ranks = Texts.end_to_end(list(tables.values())).ranks()
    sizes = [len(table) for table in tables.values()]
    ends = np.cumsum(sizes)
    begins = dict(zip(tables, (ends - sizes).tolist(), strict=True))
    return np.concatenate([ranks[part.codes + begins[id(part.table)]] for part in parts])


def _scrambled(labels: Ints, seed: int) -> NDArray[np.uint64]:
    """Scramble numbers (the finishing steps of splitmix64)."""
    mixed = labels.astype(np.uint64) + np.uint64(seed)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return mixed
