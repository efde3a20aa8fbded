"""A pool in its scopes: what rules ask of entries, each question answered once per profile.

An *entry* is an exposure in a scope. It differs from the exposure in one column: inside a candidate
an exposure has that candidate alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import Test, attributes
from asnsolve.expr.nodes import Key, MeasuredKey, Predicate, Same
from asnsolve.interpret.to_mask import Codes, to_mask, to_numbers, to_offers
from asnsolve.pool.measures import plain_numbers
from asnsolve.pool.table import Pool
from asnsolve.rules.model import Cases, Rule
from asnsolve.solvers.arrays import Ints, Mask, combine, ranges, sizes_of, spans
from asnsolve.solvers.profiles import Profiles, profiles_of
from asnsolve.solvers.scopes import Scopes, cell_of

_CELL = "asn_candidate"


@dataclass(frozen=True, slots=True)
class Offers:
    """What n entries offer for one key.

    Parameters
    ----------
    taken : ndarray of int32, shape (n,)
        Value that an entry has, as an index into `values`; -1 where it has none, or where the key
        does not bind it.
    offered : ndarray of int32, shape (n,)
        Value that an entry offers; -1 where it leaves the key open.
    values : sequence of str
        The values.
    """

    taken: Codes
    offered: Codes
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Cells:
    """Candidate cells: those of the pool, and those that scopes give to their entries.

    Parameters
    ----------
    values : tuple of str
        All of them, sorted.
    of_pool : ndarray of int32, shape (values of the pool + 1,)
        Index into `values` of each cell of the pool; the last is -1, for a cell that is not set.
    of_scope : ndarray of int32, shape (scopes,)
        Index into `values` of the cell that a scope gives; -1 where entries keep their own.
    """

    values: tuple[str, ...]
    of_pool: Codes
    of_scope: Codes

    @classmethod
    def of(cls, pool: Pool, scopes: Scopes) -> _Cells:
        """Give the cells of a pool and of its scopes common codes."""
        pool_cells = pool.values(_CELL)
        scope_cells = [cell_of(candidate) for candidate in scopes.candidates]
        values = tuple(sorted({*pool_cells, *scope_cells}))
        place = {value: code for code, value in enumerate(values)}
        of_candidate = np.array([*(place[cell] for cell in scope_cells), -1], dtype=np.int32)
        return cls(
            values=values,
            of_pool=np.array([*(place[value] for value in pool_cells), -1], dtype=np.int32),
            of_scope=of_candidate[scopes.candidate_codes],
        )

    def codes(self, pool_codes: Codes, scopes: Ints) -> Codes:
        """Return the cell of each entry from its pool's code and its scope, shape (n,)."""
        scope_codes = self.of_scope[scopes]
        return np.where(scope_codes < 0, self.of_pool[pool_codes], scope_codes)


@dataclass(frozen=True)
class ScopedPool:
    """Some entries of a pool, and answers about them.

    Parameters
    ----------
    pool : Pool
        The exposures.
    scopes : Scopes
        Their scopes, which hold all entries.
    profiles : Profiles
        The profiles of all entries.
    entries : ndarray of int64, shape (n,)
        The entries to which answers refer, as indices into all of them.
    """

    pool: Pool
    scopes: Scopes
    profiles: Profiles
    entries: Ints
    _cells: _Cells
    # All entries sorted by profile, where each profile begins in them, how many it has.
    _by_profile: tuple[Ints, Ints, Ints]
    _masks: dict[int, tuple[Predicate, Mask]] = field(default_factory=dict)

    @classmethod
    def of(cls, pool: Pool, scopes: Scopes, rules: Iterable[Rule]) -> ScopedPool:
        """Take all entries of a pool, with the profiles that rules can tell apart.

        Parameters
        ----------
        pool : Pool
            The exposures.
        scopes : Scopes
            Their scopes.
        rules : iterable of Rule
            The rules.

        Returns
        -------
        ScopedPool
        """
        tests = frozenset[Test]().union(*(rule.tests for rule in rules))
        cells = _Cells.of(pool, scopes)
        profiles = _profiles(pool, scopes, cells, tests)
        order, starts = spans(profiles.labels)
        sizes = sizes_of(starts, len(order))
        all_entries = np.arange(scopes.entry_count, dtype=np.int64)
        return cls(pool, scopes, profiles, all_entries, cells, (order, starts, sizes))

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.entries)

    def at(self, places: Ints) -> ScopedPool:
        """Take some of the entries.

        Parameters
        ----------
        places : ndarray of int64, shape (k,)
            Positions in `entries`, in any order and as often as wanted.

        Returns
        -------
        ScopedPool
            It answers about the k entries.
        """
        return ScopedPool(
            self.pool,
            self.scopes,
            self.profiles,
            self.entries[places],
            self._cells,
            self._by_profile,
            self._masks,
        )

    @cached_property
    def rows(self) -> Ints:
        """Exposure of each entry as a row of the pool, shape (n,)."""
        return self.scopes.entry_rows[self.entries]

    @cached_property
    def entry_scopes(self) -> Ints:
        """Scope of each entry, shape (n,)."""
        return self.scopes.entry_scopes[self.entries]

    @cached_property
    def _profile_labels(self) -> Ints:
        """Profile of each entry, shape (n,)."""
        return self.profiles.labels[self.entries]

    def codes(self, column: str) -> Codes:
        """Return a column as codes.

        Parameters
        ----------
        column : str
            Any attribute.

        Returns
        -------
        ndarray of int32, shape (n,)
            Index into ``values(column)``; -1 where the attribute is not set.
        """
        if column == _CELL:
            return self._cells.codes(self.pool.codes(column, self.rows), self.entry_scopes)
        return self.pool.codes(column, self.rows)

    def values(self, column: str) -> Sequence[str]:
        """Return the distinct values of a column, of all entries.

        Parameters
        ----------
        column : str
            Any attribute.

        Returns
        -------
        sequence of str
        """
        if column == _CELL:
            return self._cells.values
        return _values(self.pool, column)

    def value_numbers(self, column: str) -> NDArray[np.float64]:
        """Return the distinct values of a column in all entries as numbers.

        Parameters
        ----------
        column : str
            Any attribute.

        Returns
        -------
        ndarray of float64, shape (number of values,)
            NaN where a value is not a finite number.
        """
        if column == _CELL:
            return plain_numbers(self._cells.values)
        return self.pool.value_numbers(column)

    def value(self, place: int, column: str) -> str | None:
        """Return one value of one entry.

        Parameters
        ----------
        place : int
            Position in `entries`.
        column : str
            Any attribute.

        Returns
        -------
        str or None
            None if the attribute is not set.
        """
        code = int(self.at(np.array([place])).codes(column)[0])
        return None if code < 0 else self.values(column)[code]

    def numbers(self, column: str) -> Ints:
        """Read a column as whole numbers.

        Parameters
        ----------
        column : str
            Any attribute.

        Returns
        -------
        ndarray of int64, shape (n,)
            -1 where there is no value or no whole number of at most nine digits: nothing that is
            counted goes beyond.
        """
        numbers = [
            int(value) if value.isdecimal() and len(value) < 10 else -1
            for value in self.values(column)
        ]
        return np.array([*numbers, -1], dtype=np.int64)[self.codes(column)]

    def mask(self, predicate: Predicate) -> Mask:
        """Tell which entries satisfy a predicate.

        Parameters
        ----------
        predicate : Predicate
            Any predicate.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        if self.profiles.tell(predicate):
            return self.profiles.mask(predicate)[self._profile_labels]
        if _CELL in attributes(predicate):
            return to_mask(predicate, self)
        # Predicates that no rule has are evaluated for the whole pool, once.
        known = self._masks.get(id(predicate))
        if known is None:
            known = self._masks[id(predicate)] = predicate, to_mask(predicate, self.pool)
        return known[1][self.rows]

    def decide(self, cases: Cases) -> NDArray[np.int8]:
        """Decide a list of cases for each entry.

        Parameters
        ----------
        cases : Cases
            Cases of some rule; the first whose predicate holds decides.

        Returns
        -------
        ndarray of int8, shape (n,)
            Index into ``cases.results()``.
        """
        return self.profiles.decide(cases)[self._profile_labels]

    def eligible(self, rule: Rule, solved_in: Mask) -> Ints:
        """Find the entries that satisfy every clause of a rule, among all entries of the pool.

        Parameters
        ----------
        rule : Rule
            The rule.
        solved_in : ndarray of bool, shape (scopes,)
            Scopes in which the rule is solved.

        Returns
        -------
        ndarray of int64, shape (k,)
            Entries of those scopes, ascending.
        """
        entries = self._of_profiles(self.profiles.eligible(rule))
        if not len(entries):
            return entries
        return np.sort(entries[solved_in[self.scopes.entry_scopes[entries]]])

    def satisfying(self, predicate: Predicate) -> Ints:
        """Find the entries that satisfy a predicate, among all entries of the pool.

        Parameters
        ----------
        predicate : Predicate
            A predicate of some rule.

        Returns
        -------
        ndarray of int64, shape (k,)
            Ascending.
        """
        return np.sort(self._of_profiles(np.flatnonzero(self.profiles.mask(predicate))))

    def _of_profiles(self, profiles: Ints) -> Ints:
        """Find the entries of some profiles, profile by profile."""
        order, starts, sizes = self._by_profile
        return order[ranges(starts[profiles], sizes[profiles])] if len(profiles) else profiles

    def offers(self, rule: Rule, key: Same) -> Offers:
        """Tell what each entry offers for a key of a rule.

        Parameters
        ----------
        rule : Rule
            The rule.
        key : Same
            One of its keys.

        Returns
        -------
        Offers
        """
        return Offers(*to_offers(key, self, self.mask, self._is_bound(rule, key)))

    def numbers_for(self, rule: Rule, key: MeasuredKey) -> NDArray[np.float64]:
        """Tell which numbers each entry has for a key of a rule that compares numbers.

        Parameters
        ----------
        rule : Rule
            The rule.
        key : Linked, LinkedSky or Spread
            One of its keys.

        Returns
        -------
        ndarray of float64, shape (columns of the key, n)
            NaN throughout where an entry leaves the key open.
        """
        return to_numbers(key, self, self.mask, self._is_bound(rule, key))

    def _is_bound(self, rule: Rule, key: Key) -> Mask | None:
        """Tell which entries have a role that a key binds; None if it binds all."""
        if key.roles is None:
            return None
        is_bound_role = [role in key.roles for role in rule.member_roles.results()]
        is_bound: Mask = np.array(is_bound_role)[self.decide(rule.member_roles)]
        return is_bound


def _values(pool: Pool, column: str) -> Sequence[str]:
    """Return the distinct values of a column."""
    # There are as many file names as exposures, and hardly one is looked at: no Python objects are
    # made of them.
    return pool.texts(column) if column == "filename" else pool.values(column)


def _profiles(pool: Pool, scopes: Scopes, cells: _Cells, tests: frozenset[Test]) -> Profiles:
    """Find the profiles of all entries.

    Tests that do not look at the candidate cell are evaluated per exposure, of which there are
    fewer than entries; the outcome is then combined with that of the tests of the cell.
    """
    cell_tests = frozenset(test for test in tests if _CELL in test.sources)
    of_rows = profiles_of(
        tests - cell_tests, len(pool), lambda name: (pool.codes(name), _values(pool, name))
    )
    row_labels = of_rows.labels[scopes.entry_rows]
    if not cell_tests:
        return replace(of_rows, labels=row_labels)
    cell_codes = cells.codes(pool.codes(_CELL, scopes.entry_rows), scopes.entry_scopes)

    def column(name: str) -> tuple[Codes, Sequence[str]]:
        if name == _CELL:
            return cell_codes, cells.values
        return pool.codes(name, scopes.entry_rows), _values(pool, name)

    of_cells = profiles_of(cell_tests, scopes.entry_count, column)
    labels = combine([row_labels, of_cells.labels])
    size = int(labels.max(initial=-1)) + 1
    sample = np.zeros(size, dtype=np.int64)
    sample[labels] = np.arange(scopes.entry_count)
    # An entry that stands for its profile has a profile by its row and one by its cell.
    columns = {
        name: (codes[part_labels[sample]], values)
        for profiles, part_labels in ((of_rows, row_labels), (of_cells, of_cells.labels))
        for name, (codes, values) in profiles.columns.items()
    }
    return Profiles(labels, size, tests, columns)
