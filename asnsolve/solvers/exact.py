"""The exact solver: the definition of an association, written down without shortcuts.

For each scope, the eligible entries are those that python-constraint admits. They and the values
that all of them must share form a graph, whose components networkx finds. In a component each key
of the rule is a variable, and every solution is a signature. The members of a signature are the
entries compatible with it; the associations are the maximal sets of members that meet the needs.

Keys that compare numbers divide these sets once more, before the needs are asked
(`asnsolve.solvers.exact_parts`).

Where there are too many signatures to try, the maximal sets are the maximal cliques of the graph of
compatible entries, which networkx finds. Components that `asnsolve.solvers.maximal_sets` calls
unsolved are left out, as the fast solver leaves them out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import MeasuredKey, Predicate
from asnsolve.interpret.to_csp import admits, meets, numbers, offer
from asnsolve.interpret.to_mask import OPEN, Codes
from asnsolve.pool.table import Pool
from asnsolve.rules.model import Cases, Rule
from asnsolve.solvers.exact_parts import Numbers, fitting_sets
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.key_numbers import KeyNumbers
from asnsolve.solvers.maximal_sets import within_bounds
from asnsolve.solvers.measured_parts import fitting_parts, most_members
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import Scope

_MOST_SIGNATURES = 200

Exposure = Mapping[str, str | None]
Admits = Callable[[Predicate, Exposure], bool]
Signature = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An exposure in a scope, as one rule sees it.

    Parameters
    ----------
    index : int
        Index of the entry among all entries of the pool.
    attributes : mapping of str to str or None
        Every attribute that the rule looks at; inside a candidate, `asn_candidate` is that one.
    role : str
        Role that the exposure would have in an association of the rule.
    offers : tuple of str or None
        For each key of the rule, the value that the entry offers; None if it leaves the key open.
    numbers : tuple of (tuple of float, or None)
        For each key of the rule that compares numbers, those of the entry; None if it leaves the
        key open.
    """

    index: int
    attributes: Exposure
    role: str
    offers: Signature
    numbers: tuple[tuple[float, ...] | None, ...] = ()


def exact_groups(scoped: ScopedPool, rule: Rule, solved_in: NDArray[np.bool_]) -> Groups:
    """Find the maximal sets of compatible entries that meet the needs of a rule.

    Parameters
    ----------
    scoped : ScopedPool
        All entries; only its pool and its scopes are used, none of its answers.
    rule : Rule
        The rule.
    solved_in : ndarray of bool, shape (scopes,)
        Scopes in which the rule is solved.

    Returns
    -------
    Groups
        The groups that `asnsolve.solvers.fast.fast_groups` finds, perhaps in another order.
    """
    pool, scopes, ask = scoped.pool, scoped.scopes, remembering()
    candidate_counts = scopes.candidate_counts()
    entries: dict[int, Entry] = {}
    sets: list[list[int]] = []
    unsolved: list[NDArray[np.int64]] = []
    for number in np.flatnonzero(solved_in).tolist():
        scope = scopes[number]
        eligible: list[Entry] = []
        for index in np.flatnonzero(scopes.entry_scopes == number).tolist():
            row = int(scopes.entry_rows[index])
            entry = read_entry(pool, row, rule, index=index, scope=scope, ask=ask)
            if entry is not None:
                eligible.append(entry)
        entries.update((entry.index, entry) for entry in eligible)
        for component in _components(eligible):
            indices = np.array([entry.index for entry in component], dtype=np.int64)
            shared_by = int(candidate_counts[indices].max())
            # Both solvers give up the same components, by the same bounds.
            if not within_bounds(_codes(component), rule, shared_by):
                unsolved.append(indices)
                continue
            found = _maximal_sets(component, rule)
            if rule.measured_keys:
                if _has_too_many_parts(component, found, rule, shared_by):
                    unsolved.append(indices)
                    continue
                found = fitting_sets(found, numbers_of(component, rule))
            # Only maximal groups can be associations, so no part of an invalid group is tried.
            for members in found:
                if _is_valid(rule, [e for e in component if e.index in members], scope):
                    sets.append(sorted(members))
    words = rule.member_roles.results()
    roles = np.zeros(scopes.entry_count, dtype=np.int8)
    for index, entry in entries.items():
        roles[index] = words.index(entry.role)
    return Groups.of(sets, roles, tuple(unsolved))


def read_entry(
    pool: Pool,
    row: int,
    rule: Rule,
    *,
    index: int = -1,
    scope: Scope | None = None,
    ask: Admits = admits,
) -> Entry | None:
    """Read one exposure in one scope as a rule sees it.

    Parameters
    ----------
    pool : Pool
        The exposures.
    row : int
        The exposure, as a row of the pool.
    rule : Rule
        The rule.
    index : int
        Index of the entry among all entries, if that matters.
    scope : Scope, optional
        The scope; without one, the exposure keeps its own candidates.
    ask : callable
        Tells whether a predicate admits an exposure.

    Returns
    -------
    Entry or None
        None if some clause of the rule refuses the exposure.
    """
    exposure = {name: pool.value(row, name) for name in rule.attributes}
    if scope is not None and scope.cell is not None:
        exposure["asn_candidate"] = scope.cell
    if not all(ask(demand, exposure) for _, demand in rule.demands):
        return None
    role = decide(rule.member_roles, exposure, ask)
    offers = tuple(offer(key, exposure, role) for _, key in rule.keys)
    measured = tuple(numbers(key, exposure, role) for _, key in rule.measured_keys)
    return Entry(index, exposure, role, offers, measured)


def decide(cases: Cases, exposure: Exposure, ask: Admits = admits) -> str:
    """Decide a list of cases for one exposure.

    Parameters
    ----------
    cases : Cases
        The cases.
    exposure : mapping of str to str or None
        Value of each attribute.
    ask : callable
        Tells whether a predicate admits an exposure.

    Returns
    -------
    str
        The word of the first case that admits the exposure.
    """
    for predicate, word in cases.cases:
        if ask(predicate, exposure):
            return word
    return cases.otherwise


def compatible(offers: Signature, signature: Signature) -> bool:
    """Tell whether an entry of these offers may be a member under a signature.

    Parameters
    ----------
    offers : tuple of str or None
        For each key, the value that the entry offers; None if it leaves the key open.
    signature : tuple of str or None
        For each key, the value that all members share.

    Returns
    -------
    bool
    """
    return all(
        offered is None or offered == value
        for offered, value in zip(offers, signature, strict=True)
    )


def _components(eligible: list[Entry]) -> Iterator[list[Entry]]:
    """Split entries by the keys that none of them leaves open, and the parts again."""
    import networkx

    count = len(eligible[0].offers) if eligible else 0
    closed = [k for k in range(count) if all(e.offers[k] is not None for e in eligible)]
    graph: networkx.Graph[tuple[str, object]] = networkx.Graph()
    for place, entry in enumerate(eligible):
        graph.add_edge(("entry", place), ("values", tuple(entry.offers[k] for k in closed)))
    parts = list(networkx.connected_components(graph))
    for nodes in parts:
        part = [entry for place, entry in enumerate(eligible) if ("entry", place) in nodes]
        # Without the other parts, no entry may leave open what some did before.
        yield from _components(part) if len(parts) > 1 else [part]


def _codes(component: list[Entry]) -> Codes:
    """Write the value that each entry offers for each key as a number, shape (entries, keys)."""
    columns = list(zip(*(entry.offers for entry in component), strict=True))
    codes = np.full((len(component), len(columns)), OPEN, dtype=np.int32)
    for key, column in enumerate(columns):
        values = sorted({value for value in column if value is not None})
        number = {value: code for code, value in enumerate(values)}
        codes[:, key] = [OPEN if value is None else number[value] for value in column]
    return codes


def _maximal_sets(component: list[Entry], rule: Rule) -> list[frozenset[int]]:
    """Find the maximal sets of compatible entries, by their indices."""
    indices_of: dict[Signature, list[int]] = defaultdict(list)
    for entry in component:
        indices_of[entry.offers].append(entry.index)
    domains = [
        sorted({value for value in column if value is not None}) or [None]
        for column in zip(*indices_of, strict=True)
    ]
    few = math.prod(map(len, domains)) <= _MOST_SIGNATURES
    offers = list(indices_of)
    found = _by_signatures(offers, domains, rule) if few else _by_cliques(offers)
    sets = (frozenset(i for offers in alike for i in indices_of[offers]) for alike in found)
    return sorted(sets, key=sorted)


def _by_signatures(
    offers: list[Signature], domains: Sequence[Sequence[str | None]], rule: Rule
) -> Iterator[frozenset[Signature]]:
    """Find the offers compatible with each signature, and keep the sets that no other contains."""
    sets = {
        frozenset(own for own in offers if compatible(own, signature))
        for signature in _signatures(offers, domains, rule)
    }
    yield from (own for own in sets if not any(own < other for other in sets))


def _by_cliques(offers: list[Signature]) -> Iterator[frozenset[Signature]]:
    """Find the sets of offers that are compatible in pairs, and so as a whole."""
    import networkx

    graph: networkx.Graph[Signature] = networkx.Graph()
    graph.add_nodes_from(offers)
    graph.add_edges_from(pair for pair in combinations(offers, 2) if _agree(*pair))
    yield from map(frozenset, networkx.find_cliques(graph))


def _agree(offers: Signature, others: Signature) -> bool:
    """Tell whether two entries offer the same for each key, or one leaves it open."""
    return all(
        offered is None or other is None or offered == other
        for offered, other in zip(offers, others, strict=True)
    )


def _signatures(
    offers: list[Signature], domains: Sequence[Sequence[str | None]], rule: Rule
) -> Iterator[Signature]:
    """Enumerate the signatures with which some entry is compatible, one variable per key."""
    from constraint import Problem as Search

    search = Search()
    # A problem without variables has no solution; a rule without keys has one signature.
    search.addVariable("", [None])
    names = [name for name, _ in rule.keys]
    for name, values in zip(names, domains, strict=True):
        search.addVariable(name, list(values))
    if names:
        search.addConstraint(
            lambda *signature: any(compatible(own, signature) for own in offers), names
        )
    for solution in search.getSolutions():
        yield tuple(solution[name] for name in names)


def numbers_of(entries: Iterable[Entry], rule: Rule) -> list[tuple[MeasuredKey, Numbers]]:
    """Collect what entries have for the keys of a rule that compare numbers.

    Parameters
    ----------
    entries : iterable of Entry
        The entries.
    rule : Rule
        The rule.

    Returns
    -------
    list of (Linked, LinkedSky or Spread, dict of int to tuple of float or None)
        Each key, with the numbers by the index of the entry.
    """
    listed = list(entries)
    return [
        (key, {entry.index: entry.numbers[at] for entry in listed})
        for at, (_, key) in enumerate(rule.measured_keys)
    ]


def _has_too_many_parts(
    component: list[Entry], found: Sequence[frozenset[int]], rule: Rule, shared_by: int
) -> bool:
    """Tell whether the parts of maximal sets are beyond the bounds, as the fast solver does."""
    place = {entry.index: at for at, entry in enumerate(component)}
    whole = [np.array(sorted(map(place.__getitem__, one)), dtype=np.int64) for one in found]
    keys = []
    for at, (_, key) in enumerate(rule.measured_keys):
        unknown = (math.nan,) * len(key.sources)
        columns = np.array([entry.numbers[at] or unknown for entry in component]).T
        keys.append(KeyNumbers.of(key, columns))
    bound = most_members(whole, len(component), rule, shared_by)
    return fitting_parts(whole, keys, bound) is None


def _is_valid(rule: Rule, members: list[Entry], scope: Scope) -> bool:
    """Tell whether a set of entries of one scope meets every need of a rule."""
    pairs = [(member.attributes, member.role) for member in members]
    return all(meets(need, pairs, scope.candidate_type) for need in rule.all_needs)


def remembering() -> Admits:
    """Make an `admits` that remembers its answers: exposures of a pool have much in common.

    Returns
    -------
    callable
        Tells whether a predicate admits an exposure.
    """
    # By identity, with the predicate kept alive: hashing one takes longer than asking it.
    answers_of: dict[int, tuple[Predicate, list[str], dict[Signature, bool]]] = {}

    def ask(predicate: Predicate, exposure: Exposure) -> bool:
        known = answers_of.get(id(predicate))
        if known is None:
            known = answers_of[id(predicate)] = predicate, sorted(attributes(predicate)), {}
        _, names, answers = known
        values = tuple(map(exposure.get, names))
        if values not in answers:
            answers[values] = admits(predicate, dict(zip(names, values, strict=True)))
        return answers[values]

    return ask
