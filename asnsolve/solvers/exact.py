"""The exact solver: the definition of an association, written down without shortcuts.

For each scope, the eligible entries are those that python-constraint admits. They and the values
that all of them must share form a graph, whose components networkx finds. In a component each key
of the rule is a variable, and every solution is a signature. The members of a signature are the
entries compatible with it; the associations are the maximal sets of members that meet the needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.errors import Problem, SearchLimitError
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_csp import admits, meets, offer
from asnsolve.pool.table import Pool
from asnsolve.rules.model import Cases, Rule
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import Scope

_MOST_SIGNATURES = 100_000

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
    """

    index: int
    attributes: Exposure
    role: str
    offers: Signature


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

    Raises
    ------
    SearchLimitError
        If a component has more than 100,000 combinations of key values.
    """
    pool, scopes, ask = scoped.pool, scoped.scopes, remembering()
    entries: dict[int, Entry] = {}
    sets: list[list[int]] = []
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
            for members in _maximal_sets(component, rule):
                if _is_valid(rule, [e for e in component if e.index in members], scope):
                    sets.append(sorted(members))
    words = rule.member_roles.results()
    roles = np.zeros(scopes.entry_count, dtype=np.int8)
    for index, entry in entries.items():
        roles[index] = words.index(entry.role)
    return Groups.of(sets, roles)


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
    return Entry(index, exposure, role, offers)


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


def _maximal_sets(component: list[Entry], rule: Rule) -> list[frozenset[int]]:
    """Find the members of each signature, and keep the sets that no other contains."""
    sets = {
        frozenset(entry.index for entry in component if compatible(entry.offers, signature))
        for signature in _signatures(component, rule)
    }
    return sorted((s for s in sets if not any(s < other for other in sets)), key=sorted)


def _components(eligible: list[Entry]) -> Iterator[list[Entry]]:
    """Split entries by the keys that none of them leaves open."""
    import networkx

    count = len(eligible[0].offers) if eligible else 0
    closed = [k for k in range(count) if all(e.offers[k] is not None for e in eligible)]
    graph: networkx.Graph[tuple[str, object]] = networkx.Graph()
    for place, entry in enumerate(eligible):
        graph.add_edge(("entry", place), ("values", tuple(entry.offers[k] for k in closed)))
    for nodes in networkx.connected_components(graph):
        yield [entry for place, entry in enumerate(eligible) if ("entry", place) in nodes]


def _signatures(component: list[Entry], rule: Rule) -> Iterator[Signature]:
    """Enumerate the signatures with which some entry is compatible, one variable per key."""
    from constraint import Problem as Search

    search = Search()
    # A problem without variables has no solution; a rule without keys has one signature.
    search.addVariable("", [None])
    domains: list[list[str | None]] = []
    names = [name for name, _ in rule.keys]
    for place, name in enumerate(names):
        values = sorted({value for e in component if (value := e.offers[place]) is not None})
        domains.append(list(values) or [None])
        search.addVariable(name, domains[-1])
    size = math.prod(map(len, domains))
    if size > _MOST_SIGNATURES:
        raise SearchLimitError(
            Problem(
                f"rule {rule.name}: a component of {len(component)} exposures has {size} "
                "combinations of key values",
                expected=f"at most {_MOST_SIGNATURES} for the exact solver",
                advice="Use the fast solver.",
            )
        )
    distinct_offers = {entry.offers for entry in component}
    if names:
        search.addConstraint(
            lambda *signature: any(compatible(offers, signature) for offers in distinct_offers),
            names,
        )
    for solution in search.getSolutions():
        yield tuple(solution[name] for name in names)


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
