"""The graph of a solution: hierarchy, exposures and associations, with like ones folded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asnsolve.associations.association import Association
from asnsolve.associations.solution import Solution
from asnsolve.phrases import count_text
from asnsolve.pool.table import Pool
from asnsolve.profiles import Profile

if TYPE_CHECKING:
    import networkx

_FOLDED_LEVELS: Final = 2
"""How many of the widest levels of the hierarchy a folded graph shows."""

_MOST_PRODUCTS: Final = 30
"""Associations of level 3 that a folded graph shows one by one."""

_READ: Final = ("exp_type", "detector")
"""Attributes of an exposure that the graph shows, besides those of its place in the hierarchy."""


@dataclass
class _Exposure:
    """An exposure or another file, and the associations, with roles, that it is in."""

    name: str
    attributes: Mapping[str, str]
    roles: set[tuple[str, str]] = field(default_factory=set)


def solution_graph(solution: Solution, *, fold: bool = True) -> networkx.DiGraph[str]:
    """Build the graph of a solution.

    Parameters
    ----------
    solution : Solution
        The solution.
    fold : bool
        Whether like nodes become one: exposures of one observation and type that have the same
        roles in the same associations, and associations of level 2 that one rule made of one
        candidate.

    Returns
    -------
    networkx.DiGraph
        Edges lead from a program to its observations and down to exposures, and from exposures to
        associations, with the attribute ``role``. Nodes are texts, with the attributes ``kind``
        (a level of the hierarchy, ``exposure``, ``file`` or ``association``), ``label``, ``count``
        (how many exposures or associations the node shows) and ``layer`` (the column of the kind
        in a drawing, counted from the left).
    """
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    profile = solution.profile
    exposures = _exposures(solution)
    node_of = _add_associations(graph, solution.associations, len(profile.hierarchy), fold=fold)
    for association in solution.associations:
        node = node_of[id(association)]
        for member in association.members:
            key = member.expname if member.derived else member.exposure
            if key not in exposures:
                attributes = {} if member.derived else _from_name(key, profile)
                exposures[key] = _Exposure(key, attributes)
            exposures[key].roles.add((node, member.exptype))
    shown = _FOLDED_LEVELS if fold else None
    for alike in _folded(exposures.values(), profile, fold=fold):
        _add_exposures(graph, alike, profile.hierarchy[:shown], len(profile.hierarchy))
    return graph


def _exposures(solution: Solution) -> dict[str, _Exposure]:
    """Return the exposures of the pool, if it is known, by name."""
    pool = solution.exposures
    if pool is None:
        return {}
    levels = (path[-1] for _, path in pool.profile.hierarchy)
    names = tuple(name for name in (*_READ, *levels) if name in pool.columns)
    rows = [(str(name), _from_pool(pool, row, names)) for row, name in enumerate(pool["filename"])]
    found: dict[str, _Exposure] = {}
    # Sorted, because the order of the rows must make no difference.
    for file_name, attributes in sorted(rows, key=str):
        name = pool.profile.files.exposure_of(file_name)
        found.setdefault(name, _Exposure(name, attributes))
    return found


def _from_pool(pool: Pool, row: int, names: Iterable[str]) -> dict[str, str]:
    values = {name: pool.value(row, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _from_name(name: str, profile: Profile) -> dict[str, str]:
    """Read what the name of an exposure says of it."""
    match = profile.files.exposure_pattern.match(name)
    return {} if match is None else {key: text for key, text in match.groupdict().items() if text}


def _add_associations(
    graph: networkx.DiGraph[str], associations: Sequence[Association], depth: int, *, fold: bool
) -> dict[int, str]:
    """Add the nodes of associations; returns the node of each, by identity."""
    many = sum(one.level == 3 for one in associations) > _MOST_PRODUCTS
    groups: dict[Hashable, list[Association]] = defaultdict(list)
    for one in associations:
        alike = fold and (one.level == 2 or many)
        shared = (one.program, one.asn_id, one.asn_type, one.rule)
        groups[shared if alike else id(one)].append(one)
    node_of: dict[int, str] = {}
    for group in groups.values():
        first = group[0]
        if len(group) == 1:
            node, label = first.file_name, ", ".join(product.name for product in first.products)
        else:
            node = f"{first.file_name} and {len(group) - 1} more"
            label = f"{len(group)} x {first.asn_id}"
        label = f"{label}\n{first.asn_type}, {first.rule}"
        layer = depth + first.level
        graph.add_node(node, kind="association", label=label, count=len(group), layer=layer)
        node_of |= {id(one): node for one in group}
    return node_of


def _folded(
    exposures: Iterable[_Exposure], profile: Profile, *, fold: bool
) -> Iterable[list[_Exposure]]:
    """Put exposures together that the graph does not tell apart."""
    if not fold:
        return [[one] for one in exposures]
    groups: dict[Hashable, list[_Exposure]] = defaultdict(list)
    told_apart = (*(path[-1] for _, path in profile.hierarchy[:_FOLDED_LEVELS]), "exp_type")
    for one in exposures:
        place = tuple(one.attributes.get(name, "") for name in told_apart)
        groups[place, frozenset(one.roles)].append(one)
    return groups.values()


def _add_exposures(
    graph: networkx.DiGraph[str],
    alike: Sequence[_Exposure],
    levels: Sequence[tuple[str, tuple[str, ...]]],
    depth: int,
) -> None:
    """Add one node for some exposures, those above it, and its edges."""
    first = alike[0]
    kind = "exposure" if first.attributes else "file"
    node = first.name if len(alike) == 1 else f"{first.name} and {len(alike) - 1} more"
    graph.add_node(node, kind=kind, label=_label(alike), count=len(alike), layer=depth)
    below = node
    for place, (level, path) in reversed([*enumerate(levels)]):
        values = [first.attributes.get(column, "") for column in path]
        if not values[-1] or not values[0]:
            continue
        above = f"{level} {' '.join(values)}"
        if above not in graph:
            graph.add_node(above, kind=level, label=f"{level} {values[-1]}", count=1, layer=place)
        graph.add_edge(above, below, role="", count=len(alike))
        below = above
    for association, role in sorted(first.roles):
        # An exposure may have two roles in one association.
        roles = [role]
        if graph.has_edge(node, association):
            roles = [*graph.edges[node, association]["role"].split(", "), role]
        graph.add_edge(node, association, role=", ".join(roles), count=len(alike))


def _label(alike: Sequence[_Exposure]) -> str:
    """Name one exposure, or say what several are: ``4 dithers x 8 detectors``."""
    first = alike[0]
    if len(alike) == 1:
        return first.name
    exp_type = first.attributes.get("exp_type", "")
    detectors = {one.attributes.get("detector", "") for one in alike}
    # Detectors of one exposure have names that differ in the detector alone.
    snaps = {one.name.rpartition("_")[0] for one in alike}
    if len(snaps) * len(detectors) == len(alike) and len(detectors) > 1:
        counts = f"{count_text(len(snaps), 'dither')} x {count_text(len(detectors), 'detector')}"
    else:
        counts = count_text(len(alike), "exposure" if first.attributes else "file")
    return f"{counts}\n{exp_type}" if exp_type else counts
