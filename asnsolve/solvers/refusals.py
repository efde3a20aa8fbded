"""Why an exposure is not in: the clauses of each rule that refuse it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_certain import never
from asnsolve.interpret.to_text import to_text
from asnsolve.rules.rule import Rule
from asnsolve.solvers.scoped_pool import ScopedPool

__all__ = ["Orphan", "Refusal", "nearest_refusals", "wanted_candidate"]

Ints = NDArray[np.int64]

_FAR = 1000
_TYPE = "exp_type"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One clause that refuses one exposure.

    Parameters
    ----------
    rule : str
        Name of the rule.
    clause : str
        Name of the clause; ``needs`` where every clause lets the exposure in, but no group that
        it could join is valid; ``candidate`` where it is in no scope that was solved.
    values : tuple of (str, str or None)
        Attributes that the clause looks at, with the values they have.
    expected : str
        What the clause asks for, in English.
    """

    rule: str
    clause: str
    values: tuple[tuple[str, str | None], ...]
    expected: str

    def __str__(self) -> str:
        """Write the refusal as one line of prose."""
        has = ", ".join(
            f"{name} is {'not set' if value is None else value}" for name, value in self.values
        )
        return f"{self.rule}, clause {self.clause}: expected that {self.expected}" + (
            f", but {has}" if has else ""
        )


@dataclass(frozen=True, slots=True)
class Orphan:
    """An exposure in no association.

    One that every clause of a rule lets in, but only into groups that do not meet the rule's needs,
    is an orphan like any other; `Refusal.clause` of its nearest rule is then ``needs``.

    Parameters
    ----------
    filename : str
        The exposure.
    refusal : Refusal or None
        The first clause that refuses it in the nearest rule: that of the fewest refusals, and of
        several the one that refuses it latest. A refusal that the exposure type alone decides
        outweighs all others. None if there are no rules.
    refusals : int
        How many clauses of that rule refuse it.
    """

    filename: str
    refusal: Refusal | None
    refusals: int = 1

    def __str__(self) -> str:
        """Write the orphan as one line of prose."""
        return f"{self.filename}: {self.refusal or 'there are no rules'}"


def nearest_refusals(
    scoped: ScopedPool, rules: Sequence[Rule], orphans: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> tuple[Orphan, ...]:
    """Tell for each orphan which clause of its nearest rule refuses it.

    Parameters
    ----------
    scoped : ScopedPool
        The exposures.
    rules : sequence of Rule
        Rules that were solved.
    orphans : ndarray of int64, shape (k,)
        Exposures in no association.
    chosen : ndarray of bool, shape (rules, scopes)
        In which scopes a rule was solved.

    Returns
    -------
    tuple of Orphan
        In the order of file names.
    """
    pool = scoped.pool
    names = {row: pool.value(row, "filename") or "" for row in orphans.tolist()}
    if not rules:
        return tuple(Orphan(name, None) for name in sorted(names.values()))
    is_orphan = np.zeros(len(pool), dtype=np.bool_)
    is_orphan[orphans] = True
    seen = scoped.at(np.flatnonzero(is_orphan[scoped.scopes.entry_rows]))
    counts, passed = _refused(seen, rules, chosen)
    # Of rules that refuse as often, the one is nearer whose first refusal comes later.
    ranks = counts * (int(passed.max(initial=0)) + 1) - passed
    nearest = ranks.argmin(axis=1)
    fewest = counts[np.arange(len(seen)), nearest]
    # An exposure is judged in the scope in which it came nearest; scopes follow their candidates.
    best = np.lexsort((seen.entries, nearest, ranks.min(axis=1), seen.rows))
    rows, first = np.unique(seen.rows[best], return_index=True)
    found = []
    for row, place in zip(rows.tolist(), best[first].tolist(), strict=True):
        at = int(nearest[place])
        refusal = _first(seen, rules[at], place, bool(chosen[at, seen.entry_scopes[place]]))
        found.append(Orphan(names[row], refusal, max(sum(divmod(int(fewest[place]), _FAR)), 1)))
    return tuple(sorted(found, key=lambda orphan: (orphan.filename, str(orphan))))


def _refused(
    seen: ScopedPool, rules: Sequence[Rule], chosen: NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """Count for each entry the refusals of each rule, and the clauses before the first of them.

    Returns
    -------
    counts, passed : ndarray of int64, shape (entries, rules)
    """
    kinds = seen.profiles
    present, of = np.unique(kinds.labels[seen.entries], return_inverse=True)
    counts = np.zeros((len(present), len(rules)), dtype=np.int64)
    passed = np.zeros_like(counts)
    for at, rule in enumerate(rules):
        passed[:, at] = len(rule.demands)
        for place, (_, demand) in reversed([*enumerate(rule.demands)]):
            refused = ~kinds.mask(demand)[present]
            # Where the type alone decides, it outweighs all others: the type is what it is.
            settled = never(demand, _TYPE, kinds)[present]
            counts[:, at] += np.where(settled, _FAR, 1) * refused
            passed[refused, at] = place
    # Whether a rule is solved in a scope is asked before all clauses.
    unasked = ~chosen[:, seen.entry_scopes].T
    return counts[of] + unasked, np.where(unasked, 0, passed[of])


def _first(seen: ScopedPool, rule: Rule, place: int, solved: bool) -> Refusal:
    kind = seen.profiles.labels[seen.entries[place]]
    for clause, demand in rule.demands:
        if not seen.profiles.mask(demand)[kind]:
            return Refusal(rule.name, clause.name, _values(seen, place, demand), to_text(demand))
    if not solved:
        cell = _cell(seen, place, "asn_candidate")
        return Refusal(rule.name, "candidate", cell, wanted_candidate(rule))
    return Refusal(rule.name, "needs", (), " and ".join(map(to_text, rule.all_needs)))


def wanted_candidate(rule: Rule) -> str:
    """Say in which candidates a rule is solved."""
    types, barred = rule.scope_reach.candidate_types, rule.scope_reach.barred_types
    kind = "a candidate" + ("" if types is None else f" of type {' or '.join(types)}")
    but = f", other than one of type {' or '.join(barred)}" if barred else ""
    return f"{kind} that was asked for names it{but}"


def _values(seen: ScopedPool, place: int, demand: Predicate) -> tuple[tuple[str, str | None], ...]:
    return tuple(cell for name in sorted(attributes(demand)) for cell in _cell(seen, place, name))


def _cell(seen: ScopedPool, place: int, name: str) -> tuple[tuple[str, str | None], ...]:
    return ((name, seen.value(place, name)),)
