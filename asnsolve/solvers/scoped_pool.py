"""A pool under reading: what rules ask of its exposures, each question answered once a kind.

What is asked is asked of *entries*: an exposure in a scope. They differ from the exposures of the
pool in one thing: inside a candidate, an exposure has that candidate alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import Test, attributes
from asnsolve.expr.nodes import Predicate, Same
from asnsolve.interpret.to_mask import Codes, to_mask, to_offers
from asnsolve.pool.table import Pool
from asnsolve.rules.rule import Cases, Rule
from asnsolve.solvers.arrays import combine, ranges, spans
from asnsolve.solvers.profiles import Profiles, profiles_of
from asnsolve.solvers.scopes import Scopes, cell_of

__all__ = ["Offers", "ScopedPool"]

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_CELL = "asn_candidate"


@dataclass(frozen=True, slots=True)
class Offers:
    """What exposures offer for a key.

    Parameters
    ----------
    taken : ndarray of int32, shape (n,)
        Value that an exposure has, as an index into `values`; -1: none, or the key does not bind.
    offered : ndarray of int32, shape (n,)
        Value that it is bound to; -1: it may stand beside any.
    values : tuple of str
        The values.
    """

    taken: Codes
    offered: Codes
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Candidate cells: those of the pool, and those that scopes give.

    Parameters
    ----------
    values : tuple of str
        All of them.
    of_own : ndarray of int32
        For each value of the pool its place in `values`; -1 for none.
    of_scope : ndarray of int32, shape (scopes,)
        The cell that a scope gives; -1: an exposure keeps its own.
    """

    values: tuple[str, ...]
    of_own: Codes
    of_scope: Codes


@dataclass(frozen=True, slots=True)
class ScopedPool:
    """Some entries of a pool, and answers about them.

    Parameters
    ----------
    pool : Pool
        The exposures.
    scopes : Scopes
        Their scopes; they hold all entries.
    profiles : Profiles
        The profiles of all entries.
    entries : ndarray of int64, shape (n,)
        The entries that are read.
    """

    pool: Pool
    scopes: Scopes
    profiles: Profiles
    entries: Ints
    _cells: _Cells
    _by_profile: tuple[Ints, Ints, Ints]
    _masks: dict[int, tuple[Predicate, Mask]] = field(default_factory=dict)

    @classmethod
    def of(cls, pool: Pool, scopes: Scopes, rules: Iterable[Rule]) -> ScopedPool:
        """Read all entries by what rules can tell apart."""
        tests = frozenset[Test]().union(*(rule.tests for rule in rules))
        cells = _cells(pool, scopes)
        profiles = _profiles(pool, scopes, cells, tests)
        order, starts = spans(profiles.labels)
        sizes = np.diff(starts, append=len(order)).astype(np.int64)
        everything = np.arange(scopes.entry_count, dtype=np.int64)
        return cls(pool, scopes, profiles, everything, cells, (order, starts, sizes))

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.entries)

    def at(self, places: Ints) -> ScopedPool:
        """Read some of the entries, in the order given."""
        return replace(self, entries=self.entries[places])

    @property
    def rows(self) -> Ints:
        """Exposure of each entry, as a row of the pool."""
        return self.scopes.entry_rows[self.entries]

    @property
    def entry_scopes(self) -> Ints:
        """Scope of each entry."""
        return self.scopes.entry_scopes[self.entries]

    def codes(self, column: str) -> Codes:
        """Return the code of each entry's value, shape (n,); -1 where it is not set."""
        own = self.pool.codes(column)[self.rows]
        if column != _CELL:
            return own
        scoped = self._cells.of_scope[self.entry_scopes]
        return np.where(scoped < 0, self._cells.of_own[own], scoped).astype(np.int32)

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values; a code is an index into them."""
        return self._cells.values if column == _CELL else self.pool.values(column)

    def value(self, place: int, column: str) -> str | None:
        """Return the value of one entry; None if it is not set."""
        code = int(self.at(np.array([place])).codes(column)[0])
        return None if code < 0 else self.values(column)[code]

    def numbers(self, column: str) -> Ints:
        """Read a column as whole numbers, shape (n,); -1 where there is none, or no number.

        Numbers of ten digits or more are none: nothing that is counted goes so far.
        """
        table = [
            int(value) if value.isdecimal() and len(value) < 10 else -1
            for value in self.values(column)
        ]
        return np.array([*table, -1], dtype=np.int64)[self.codes(column)]

    def mask(self, predicate: Predicate) -> Mask:
        """Tell which entries satisfy a predicate, shape (n,)."""
        if self.profiles.tell(predicate):
            return self.profiles.mask(predicate)[self.profiles.labels[self.entries]]
        if _CELL in attributes(predicate):
            return to_mask(predicate, self)
        # What no rule asks is asked of the whole pool, once.
        known = self._masks.get(id(predicate))
        if known is None:
            known = self._masks[id(predicate)] = predicate, to_mask(predicate, self.pool)
        return known[1][self.rows]

    def decide(self, cases: Cases) -> NDArray[np.int8]:
        """Give each entry the word of its case, as an index into ``cases.words()``."""
        return self.profiles.decide(cases)[self.profiles.labels[self.entries]]

    def eligible(self, rule: Rule, chosen: Mask) -> Ints:
        """Find the entries in chosen scopes that satisfy every clause of a rule, ascending.

        Parameters
        ----------
        rule : Rule
            The rule.
        chosen : ndarray of bool, shape (scopes,)
            Scopes in which the rule is solved.
        """
        found = self._of_profiles(self.profiles.eligible(rule))
        return np.sort(found[chosen[self.scopes.entry_scopes[found]]])

    def satisfying(self, predicate: Predicate) -> Ints:
        """Find all entries that satisfy a predicate of some rule, ascending."""
        return np.sort(self._of_profiles(self.profiles.mask(predicate)))

    def _of_profiles(self, wanted: Mask) -> Ints:
        profiles = np.flatnonzero(wanted)
        order, starts, sizes = self._by_profile
        return order[ranges(starts[profiles], sizes[profiles])]

    def offers(self, rule: Rule, key: Same) -> Offers:
        """Tell what each entry offers for a key of a rule."""
        bound = None
        if key.roles is not None:
            words = rule.member_roles.words()
            wanted = [words.index(role) for role in key.roles if role in words]
            bound = np.isin(self.decide(rule.member_roles), wanted)
        return Offers(*to_offers(key, self, self.mask, bound))


def _cells(pool: Pool, scopes: Scopes) -> _Cells:
    own = pool.values(_CELL)
    given = [cell_of(candidate) for candidate in scopes.candidates]
    values = tuple(sorted({*own, *given}))
    place = {value: code for code, value in enumerate(values)}
    of_pair = np.array([*(place[cell] for cell in given), -1], dtype=np.int32)
    return _Cells(
        values=values,
        of_own=np.array([*(place[value] for value in own), -1], dtype=np.int32),
        of_scope=of_pair[scopes.candidate_codes],
    )


def _profiles(pool: Pool, scopes: Scopes, cells: _Cells, tests: frozenset[Test]) -> Profiles:
    """Sort all entries: what does not hang on the scope is asked once an exposure."""
    of_cell = frozenset(test for test in tests if _CELL in test.sources)
    plain = profiles_of(
        tests - of_cell, len(pool), lambda name: (pool.codes(name), pool.values(name))
    )
    plain_of = plain.labels[scopes.entry_rows]
    if not of_cell:
        return replace(plain, labels=plain_of)
    scoped = cells.of_scope[scopes.entry_scopes]
    own = cells.of_own[pool.codes(_CELL)[scopes.entry_rows]]
    codes = np.where(scoped < 0, own, scoped).astype(np.int32)

    def column(name: str) -> tuple[Codes, tuple[str, ...]]:
        return (
            (codes, cells.values)
            if name == _CELL
            else (pool.codes(name)[scopes.entry_rows], pool.values(name))
        )

    by_cell = profiles_of(of_cell, scopes.entry_count, column)
    of = combine([plain_of, by_cell.labels])
    size = int(of.max(initial=-1)) + 1
    sample = np.zeros(size, dtype=np.int64)
    sample[of] = np.arange(scopes.entry_count)
    columns = {
        name: (codes[part.labels[sample] if part is by_cell else plain_of[sample]], values)
        for part in (plain, by_cell)
        for name, (codes, values) in part.columns.items()
    }
    return Profiles(of, size, tests, columns)
