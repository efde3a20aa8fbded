"""The exact solver: the definition of an association, written down with no shortcut.

For each scope, the eligible exposures are those that python-constraint admits; they and the
values that all of them must have form a graph, whose components networkx finds; in a component
each key of the rule is a variable, and every solution is a signature. The members of a signature
are the exposures compatible with it; the associations are the maximal ones that meet the needs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from asnsolve.errors import Problem, SearchLimitError
from asnsolve.expr.build import all_of
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.to_csp import admits, first_set, meets
from asnsolve.pool.table import Pool
from asnsolve.rules.model import Cases, Rule
from asnsolve.solvers.graph import graph_components
from asnsolve.solvers.model import Groups, Scopes, Solver
from asnsolve.solvers.reading import Reading

__all__ = ["Candidate", "compatible", "exact_solver", "read_exposure"]

_MOST_SIGNATURES = 100_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """An exposure as one rule sees it.

    Parameters
    ----------
    row : int
        Where it is in the pool.
    attributes : dict of str to str or None
        Every attribute of the pool.
    role : str
        What it would be in an association of the rule.
    offers : tuple of str or None
        For each key of the rule the value it is bound to; None: it may stand beside any.
    """

    row: int
    attributes: dict[str, str | None]
    role: str
    offers: tuple[str | None, ...]


def exact_solver(reading: Reading) -> Solver:
    """Make a solver for one pool; it takes nothing but the pool from the reading."""
    return Solver(
        components=graph_components,
        groups=lambda rule, scopes: _groups(reading.pool, rule, scopes),
    )


def read_exposure(pool: Pool, row: int, rule: Rule) -> Candidate | None:
    """Read an exposure as a rule sees it; None if some clause of the rule refuses it."""
    exposure = {column: pool.value(row, column) for column in pool.columns}
    if not _admits(all_of(*(demand for _, demand in rule.demands())), exposure):
        return None
    role = decide(rule.roles, exposure)
    offers = tuple(
        first_set(key.sources, exposure) if key.roles is None or role in key.roles else None
        for _, key in rule.keys
    )
    return Candidate(row, exposure, role, offers)


def decide(cases: Cases, exposure: dict[str, str | None]) -> str:
    """Return the word of the first case that admits an exposure."""
    for predicate, word in cases.cases:
        if _admits(predicate, exposure):
            return word
    return cases.otherwise


def compatible(offers: tuple[str | None, ...], signature: tuple[str | None, ...]) -> bool:
    """Tell whether an exposure of these offers may be a member under a signature."""
    return all(
        offered is None or offered == value
        for offered, value in zip(offers, signature, strict=True)
    )


def _groups(pool: Pool, rule: Rule, scopes: Scopes) -> Groups:
    seen = {row: read_exposure(pool, row, rule) for row in np.unique(scopes.rows).tolist()}
    found: list[tuple[int, list[int]]] = []
    for scope in np.unique(scopes.scopes).tolist():
        rows = scopes.rows[scopes.scopes == scope].tolist()
        eligible = [exposure for row in rows if (exposure := seen[row]) is not None]
        for component in _components(eligible):
            sets = {
                frozenset(e.row for e in component if compatible(e.offers, signature))
                for signature in _signatures(component, rule)
            }
            for members in sorted(sets, key=sorted):
                if not any(members < other for other in sets):
                    found.append((scope, sorted(members)))
    words = rule.roles.words()
    roles = np.zeros(len(pool), dtype=np.int8)
    for row, exposure in seen.items():
        if exposure is not None:
            roles[row] = words.index(exposure.role)
    return Groups.of([(scope, rows) for scope, rows in found if _valid(rule, seen, rows)], roles)


def _components(eligible: list[Candidate]) -> Iterator[list[Candidate]]:
    """Split exposures by the keys on which every one of them is bound."""
    import networkx

    count = len(eligible[0].offers) if eligible else 0
    bound = [k for k in range(count) if all(e.offers[k] is not None for e in eligible)]
    graph: networkx.Graph[tuple[str, object]] = networkx.Graph()
    for at, exposure in enumerate(eligible):
        graph.add_edge(("exposure", at), ("values", tuple(exposure.offers[k] for k in bound)))
    for nodes in networkx.connected_components(graph):
        yield [e for at, e in enumerate(eligible) if ("exposure", at) in nodes]


def _signatures(component: list[Candidate], rule: Rule) -> Iterator[tuple[str | None, ...]]:
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


def _valid(rule: Rule, seen: dict[int, Candidate | None], rows: list[int]) -> bool:
    members = [(e.attributes, e.role) for row in rows if (e := seen[row]) is not None]
    return all(meets(need, members) for need in rule.all_needs)


def _admits(predicate: Predicate, exposure: dict[str, str | None]) -> bool:
    return admits(predicate, {name: exposure.get(name) for name in attributes(predicate)})
