"""The exact solver: the definition of an association, written down with no shortcut.

For each scope, the eligible exposures are those that python-constraint admits; they and the
values that all of them must have form a graph, whose components networkx finds; in a component
each key of the rule is a variable, and every solution is a signature. The members of a signature
are the exposures compatible with it; the associations are the maximal ones that meet the needs.
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
from asnsolve.rules.rule import Cases, Rule
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import Scope

__all__ = ["Entry", "compatible", "exact_groups", "read_entry"]

_MOST_SIGNATURES = 100_000

Exposure = Mapping[str, str | None]
Admits = Callable[[Predicate, Exposure], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """An exposure as one rule sees it.

    Parameters
    ----------
    index : int
        Index of the entry among all entries of the pool.
    attributes : mapping of str to str or None
        Every attribute that the rule looks at; the candidate is that of the scope.
    role : str
        What it would be in an association of the rule.
    offers : tuple of str or None
        For each key of the rule the value it is bound to; None: it may stand beside any.
    """

    index: int
    attributes: Exposure
    role: str
    offers: tuple[str | None, ...]


def exact_groups(scoped: ScopedPool, rule: Rule, chosen: NDArray[np.bool_]) -> Groups:
    """Find the maximal sets of compatible exposures that meet a rule's needs.

    It takes nothing but the pool and the scopes from the scoped pool; see `fast_groups`.
    """
    pool, scopes, ask = scoped.pool, scoped.scopes, _remembering()
    seen: dict[int, Entry | None] = {}
    for entry in np.flatnonzero(chosen[scopes.entry_scopes]).tolist():
        scope = scopes[int(scopes.entry_scopes[entry])]
        seen[entry] = read_entry(
            pool, int(scopes.entry_rows[entry]), rule, index=entry, scope=scope, ask=ask
        )
    found: list[list[int]] = []
    for number in np.flatnonzero(chosen).tolist():
        inside = np.flatnonzero(scopes.entry_scopes == number).tolist()
        eligible = [exposure for entry in inside if (exposure := seen[entry]) is not None]
        candidate_type = scopes[number].candidate_type
        for component in _components(eligible):
            for members in _maximal_sets(component, rule):
                if _valid(rule, [e for e in component if e.index in members], candidate_type):
                    found.append(sorted(members))
    words = rule.member_roles.words()
    roles = np.zeros(scopes.entry_count, dtype=np.int8)
    for entry, exposure in seen.items():
        if exposure is not None:
            roles[entry] = words.index(exposure.role)
    return Groups.of(found, roles)


def read_entry(
    pool: Pool,
    row: int,
    rule: Rule,
    *,
    index: int = -1,
    scope: Scope | None = None,
    ask: Admits = admits,
) -> Entry | None:
    """Read an exposure in a scope as a rule sees it; None if some clause of the rule refuses it."""
    exposure = {name: pool.value(row, name) for name in rule.attributes}
    if scope is not None and scope.cell is not None:
        exposure["asn_candidate"] = scope.cell
    if not all(ask(demand, exposure) for _, demand in rule.demands):
        return None
    role = decide(rule.member_roles, exposure, ask)
    offers = tuple(offer(key, exposure, role) for _, key in rule.keys)
    return Entry(index, exposure, role, offers)


def decide(cases: Cases, exposure: Exposure, ask: Admits = admits) -> str:
    """Return the word of the first case that admits an exposure."""
    for predicate, word in cases.cases:
        if ask(predicate, exposure):
            return word
    return cases.otherwise


def compatible(offers: tuple[str | None, ...], signature: tuple[str | None, ...]) -> bool:
    """Tell whether an exposure of these offers may be a member under a signature."""
    return all(
        offered is None or offered == value
        for offered, value in zip(offers, signature, strict=True)
    )


def _maximal_sets(component: list[Entry], rule: Rule) -> list[frozenset[int]]:
    sets = {
        frozenset(e.index for e in component if compatible(e.offers, signature))
        for signature in _signatures(component, rule)
    }
    return sorted((s for s in sets if not any(s < other for other in sets)), key=sorted)


def _components(eligible: list[Entry]) -> Iterator[list[Entry]]:
    """Split exposures by the keys on which every one of them is bound."""
    import networkx

    count = len(eligible[0].offers) if eligible else 0
    bound = [k for k in range(count) if all(e.offers[k] is not None for e in eligible)]
    graph: networkx.Graph[tuple[str, object]] = networkx.Graph()
    for at, exposure in enumerate(eligible):
        graph.add_edge(("exposure", at), ("values", tuple(exposure.offers[k] for k in bound)))
    for nodes in networkx.connected_components(graph):
        yield [e for at, e in enumerate(eligible) if ("exposure", at) in nodes]


def _signatures(component: list[Entry], rule: Rule) -> Iterator[tuple[str | None, ...]]:
    """Enumerate the signatures with which some exposure is compatible, one variable a key."""
    from constraint import Problem as Search

    search = Search()
    # A problem without variables has no solution; a rule without keys has one signature.
    search.addVariable("", [None])
    domains: list[list[str | None]] = []
    names = [name for name, _ in rule.keys]
    for at, name in enumerate(names):
        values = sorted({value for e in component if (value := e.offers[at]) is not None})
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
    offered = {exposure.offers for exposure in component}
    if names:
        search.addConstraint(
            lambda *signature: any(compatible(offers, signature) for offers in offered), names
        )
    for solution in search.getSolutions():
        yield tuple(solution[name] for name in names)


def _valid(rule: Rule, members: list[Entry], candidate_type: str | None) -> bool:
    pairs = [(member.attributes, member.role) for member in members]
    return all(meets(need, pairs, candidate_type) for need in rule.all_needs)


def _remembering() -> Admits:
    """Make an `admits` that remembers its answers: exposures of a pool have much in common."""
    known: dict[Predicate, tuple[list[str], dict[tuple[str | None, ...], bool]]] = {}

    def ask(predicate: Predicate, exposure: Exposure) -> bool:
        if predicate not in known:
            known[predicate] = sorted(attributes(predicate)), {}
        names, answers = known[predicate]
        values = tuple(map(exposure.get, names))
        if values not in answers:
            answers[values] = admits(predicate, dict(zip(names, values, strict=True)))
        return answers[values]

    return ask
