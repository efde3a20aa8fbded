"""One pool under reading: what rules ask of its columns, each question answered once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import Predicate, Same
from asnsolve.interpret.to_mask import ANYTHING, to_codes, to_mask
from asnsolve.pool.table import Pool
from asnsolve.rules.model import Cases, Rule

__all__ = ["Reading"]


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers about a pool's exposures, remembered for as long as the reading lives.

    Parameters
    ----------
    pool : Pool
        The exposures, n of them.
    """

    pool: Pool
    _masks: dict[Predicate, NDArray[np.bool_]] = field(default_factory=dict)
    _decisions: dict[Cases, NDArray[np.int8]] = field(default_factory=dict)

    def mask(self, predicate: Predicate) -> NDArray[np.bool_]:
        """Tell which exposures satisfy a predicate, shape (n,)."""
        if predicate not in self._masks:
            self._masks[predicate] = to_mask(predicate, self.pool)
        return self._masks[predicate]

    def decide(self, cases: Cases) -> NDArray[np.int8]:
        """Give each exposure the word of its case, as an index into ``cases.words()``."""
        if cases not in self._decisions:
            words = cases.words()
            decided = np.full(len(self.pool), words.index(cases.otherwise), dtype=np.int8)
            for predicate, word in reversed(cases.cases):
                decided[self.mask(predicate)] = words.index(word)
            self._decisions[cases] = decided
        return self._decisions[cases]

    def eligible(self, rule: Rule) -> NDArray[np.bool_]:
        """Tell which exposures satisfy every clause of a rule, shape (n,)."""
        kept = np.ones(len(self.pool), dtype=np.bool_)
        for _, demand in rule.demands():
            kept &= self.mask(demand)
        return kept

    def offers(self, rule: Rule, key: Same) -> NDArray[np.int32]:
        """Give the value that each exposure offers for a key, shape (n,).

        Returns
        -------
        ndarray of int32
            Code of the value; `ANYTHING` where the exposure may stand beside any.
        """
        codes, _ = to_codes(key.sources, self.pool)
        if key.roles is None:
            return codes
        bound = self.bound(rule, key)
        return np.where(bound, codes, np.int32(ANYTHING)).astype(np.int32)

    def bound(self, rule: Rule, key: Same) -> NDArray[np.bool_]:
        """Tell which exposures have a role that the key binds, shape (n,)."""
        if key.roles is None:
            return np.ones(len(self.pool), dtype=np.bool_)
        words = rule.roles.words()
        roles = [words.index(role) for role in key.roles]
        return np.isin(self.decide(rule.roles), roles)
