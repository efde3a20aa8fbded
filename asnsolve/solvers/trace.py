"""Why an exposure is not in: the clauses of each rule that refuse it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.assume import Facts
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import AnyOf, Predicate
from asnsolve.expr.values import ValueSet
from asnsolve.interpret.to_text import to_text
from asnsolve.rules.model import Rule
from asnsolve.solvers.reading import Reading

__all__ = ["Orphan", "Refusal", "nearest_refusals"]

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
    reading: Reading, rules: Sequence[Rule], orphans: NDArray[np.int64], chosen: NDArray[np.bool_]
) -> tuple[Orphan, ...]:
    """Tell for each orphan which clause of its nearest rule refuses it.

    Parameters
    ----------
    reading : Reading
        The exposures.
    rules : sequence of Rule
        Rules that were solved.
    orphans : ndarray of int64, shape (k,)
        Exposures in no association.
    chosen : ndarray of bool, shape (rules, entries)
        Whether the scope of an entry is one in which the rule was solved.

    Returns
    -------
    tuple of Orphan
        In the order of file names.
    """
    pool = reading.pool
    names = {row: pool.value(row, "filename") or "" for row in orphans.tolist()}
    if not rules:
        return tuple(Orphan(name, None) for name in sorted(names.values()))
    is_orphan = np.zeros(len(pool), dtype=np.bool_)
    is_orphan[orphans] = True
    entries = np.flatnonzero(is_orphan[reading.scopes.rows])
    counts = np.zeros((len(entries), len(rules)), dtype=np.int64)
    passed = np.zeros_like(counts)
    weights = _weights(reading, entries)
    for at, rule in enumerate(rules):
        passed[:, at] = len(rule.demands)
        for place, (_, demand) in reversed([*enumerate(rule.demands)]):
            refused = ~reading.mask(demand)[entries]
            counts[:, at] += weights(demand) * refused
            passed[refused, at] = place
        # Whether a rule is solved in a scope is asked before all clauses.
        unasked = ~chosen[at, entries]
        counts[:, at] += unasked
        passed[unasked, at] = 0
    # Of rules that refuse as often, the one is nearer whose first refusal comes later.
    ranks = counts * (int(passed.max(initial=0)) + 1) - passed
    nearest = ranks.argmin(axis=1)
    fewest = counts[np.arange(len(entries)), nearest]
    # An exposure is judged in the scope in which it came nearest; scopes follow their candidates.
    best = np.lexsort((entries, nearest, ranks.min(axis=1), reading.scopes.rows[entries]))
    rows, first = np.unique(reading.scopes.rows[entries][best], return_index=True)
    found = []
    for row, place in zip(rows.tolist(), best[first].tolist(), strict=True):
        at = int(nearest[place])
        refusal = _first(reading, rules[at], int(entries[place]), bool(chosen[at, entries[place]]))
        found.append(Orphan(names[row], refusal, max(sum(divmod(int(fewest[place]), _FAR)), 1)))
    return tuple(sorted(found, key=lambda orphan: (orphan.filename, str(orphan))))


def _weights(
    reading: Reading, entries: NDArray[np.int64]
) -> Callable[[Predicate], NDArray[np.int64]]:
    """Make a function that says how much the refusal of a demand counts for each of some entries.

    Where the exposure type alone decides it, it outweighs all others: the type is what it is.
    """
    codes, values = reading.codes(_TYPE)[entries], reading.values(_TYPE)
    present = np.unique(codes).tolist()
    known: dict[Predicate, NDArray[np.int64]] = {}

    def weigh(demand: Predicate) -> NDArray[np.int64]:
        if demand not in known:
            known[demand] = np.ones(len(values) + 1, dtype=np.int64)
            for code in present:
                word = frozenset() if code < 0 else frozenset({values[code]})
                only = ValueSet(unset=code < 0, values=word, others=False)
                if Facts({(_TYPE,): only}, {}).simplify(demand) == AnyOf(()):
                    known[demand][code] = _FAR
        return known[demand][codes]

    return weigh


def _first(reading: Reading, rule: Rule, entry: int, solved: bool) -> Refusal:
    for clause, demand in rule.demands:
        if not reading.mask(demand)[entry]:
            return Refusal(rule.name, clause.name, _seen(reading, entry, demand), to_text(demand))
    if not solved:
        return Refusal(
            rule.name, "candidate", _cell(reading, entry, "asn_candidate"), _wanted(rule)
        )
    return Refusal(rule.name, "needs", (), " and ".join(map(to_text, rule.all_needs)))


def _wanted(rule: Rule) -> str:
    types, barred = rule.scope_reach.candidate_types, rule.scope_reach.barred_types
    kind = "a candidate" + ("" if types is None else f" of type {' or '.join(types)}")
    but = f", other than one of type {' or '.join(barred)}" if barred else ""
    return f"{kind} that was asked for names it{but}"


def _seen(reading: Reading, entry: int, demand: Predicate) -> tuple[tuple[str, str | None], ...]:
    return tuple(
        cell for name in sorted(attributes(demand)) for cell in _cell(reading, entry, name)
    )


def _cell(reading: Reading, entry: int, name: str) -> tuple[tuple[str, str | None], ...]:
    return ((name, reading.value(entry, name)),)
