"""A pool under reading: what rules ask of its exposures, each question answered once.

What is asked is asked of *entries*: an exposure in a scope. They differ from the exposures of the
pool in one thing: inside a candidate, an exposure has that candidate alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import Predicate, Same
from asnsolve.interpret.to_mask import Codes, to_mask, to_offers
from asnsolve.pool.table import Pool
from asnsolve.rules.model import Cases, Rule
from asnsolve.solvers.model import Scopes

__all__ = ["Offers", "Reading"]

_CELL = "asn_candidate"


@dataclass(frozen=True, slots=True)
class Offers:
    """What exposures offer for a key.

    Parameters
    ----------
    taken : ndarray of int32, shape (entries,)
        Value that an exposure has, as an index into `values`; -1: none, or the key does not bind.
    offered : ndarray of int32, shape (entries,)
        Value that it is bound to; -1: it may stand beside any.
    values : tuple of str
        The values.
    """

    taken: Codes
    offered: Codes
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers about exposures in scopes, remembered for as long as the reading lives.

    Parameters
    ----------
    pool : Pool
        The exposures.
    scopes : Scopes
        Their scopes; they hold all entries.
    """

    pool: Pool
    scopes: Scopes
    _masks: dict[Predicate, NDArray[np.bool_]] = field(default_factory=dict)
    _decisions: dict[Cases, NDArray[np.int8]] = field(default_factory=dict)
    _offers: dict[tuple[Same, Cases | None], Offers] = field(default_factory=dict)
    _cells: dict[str, tuple[Codes, tuple[str, ...]]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.scopes)

    def codes(self, column: str) -> Codes:
        """Return the code of each entry's value, shape (entries,); -1 where it is not set."""
        if column == _CELL:
            return self._scoped_cells()[0]
        return self.pool.codes(column)[self.scopes.rows]

    def values(self, column: str) -> tuple[str, ...]:
        """Return the distinct values; a code is an index into them."""
        return self._scoped_cells()[1] if column == _CELL else self.pool.values(column)

    def value(self, entry: int, column: str) -> str | None:
        """Return the value of one entry; None if it is not set."""
        if column == _CELL:
            code = int(self.codes(column)[entry])
            return None if code < 0 else self.values(column)[code]
        return self.pool.value(int(self.scopes.rows[entry]), column)

    def numbers(self, column: str) -> NDArray[np.int64]:
        """Read a column as whole numbers, shape (entries,); -1 where there is none, or no number.

        Numbers of ten digits or more are none: nothing that is counted goes so far.
        """
        table = [
            int(value) if value.isdecimal() and len(value) < 10 else -1
            for value in self.values(column)
        ]
        return np.array([*table, -1], dtype=np.int64)[self.codes(column)]

    def mask(self, predicate: Predicate) -> NDArray[np.bool_]:
        """Tell which entries satisfy a predicate, shape (entries,)."""
        if predicate not in self._masks:
            # What does not hang on the scope is asked once an exposure, not once an entry.
            if _CELL in attributes(predicate):
                self._masks[predicate] = to_mask(predicate, self)
            else:
                self._masks[predicate] = to_mask(predicate, self.pool)[self.scopes.rows]
        return self._masks[predicate]

    def decide(self, cases: Cases) -> NDArray[np.int8]:
        """Give each entry the word of its case, as an index into ``cases.words()``."""
        if cases not in self._decisions:
            words = cases.words()
            decided = np.full(len(self), words.index(cases.otherwise), dtype=np.int8)
            for predicate, word in reversed(cases.cases):
                decided[self.mask(predicate)] = words.index(word)
            self._decisions[cases] = decided
        return self._decisions[cases]

    def eligible(self, rule: Rule) -> NDArray[np.bool_]:
        """Tell which entries satisfy every clause of a rule, shape (entries,)."""
        kept = np.ones(len(self), dtype=np.bool_)
        for _, demand in rule.demands:
            kept &= self.mask(demand)
        return kept

    def offers(self, rule: Rule, key: Same) -> Offers:
        """Tell what each entry offers for a key of a rule."""
        cases = None if key.roles is None else rule.member_roles
        if (key, cases) not in self._offers:
            bound = None
            if cases is not None:
                words = cases.words()
                bound = np.isin(self.decide(cases), [words.index(role) for role in key.roles or ()])
            self._offers[key, cases] = Offers(*to_offers(key, self, self.mask, bound))
        return self._offers[key, cases]

    def _scoped_cells(self) -> tuple[Codes, tuple[str, ...]]:
        if _CELL not in self._cells:
            own = self.pool.values(_CELL)
            cells = [scope.cell for scope in self.scopes.table]
            values = tuple(sorted({*own, *(cell for cell in cells if cell is not None)}))
            place = {value: code for code, value in enumerate(values)}
            of_own = np.array([*(place[value] for value in own), -1], dtype=np.int32)
            of_scope = np.array(
                [-1 if cell is None else place[cell] for cell in cells], dtype=np.int32
            )
            scoped = of_scope[self.scopes.scopes]
            kept = of_own[self.pool.codes(_CELL)][self.scopes.rows]
            self._cells[_CELL] = np.where(scoped < 0, kept, scoped).astype(np.int32), values
        return self._cells[_CELL]
