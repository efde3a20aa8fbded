"""What would let an exposure in: proposals, of which those are kept that work when tried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, islice, product
from typing import Final

import numpy as np

from asnsolve.explanations.answers import Change, Remedy
from asnsolve.explanations.deciding_values import key_attributes, source_of, sources_for
from asnsolve.explanations.member_grounds import members_of
from asnsolve.explanations.remedy_search import Assignment, Search
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import AtLeast, Distinct, Exactly, Need
from asnsolve.interpret.to_csp import admits
from asnsolve.name_texts import whole_number
from asnsolve.pool import candidates
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import Attach
from asnsolve.solvers.exact import decide
from asnsolve.solvers.judgement import FIXED, SORT
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.unmet import unmet

_FROZEN: Final = frozenset({"exp_type", "program", "filename", "asn_candidate"})
"""Attributes that say which exposure it is: with another value, it would be another exposure."""

_NOT_JOINED: Final = _FROZEN - {"asn_candidate"} | {"instrume"}
"""Attributes that are not changed for the sake of an association that there is."""

_MOST_CHANGES: Final = 3
_MOST_CHANGES_OF_ROLE: Final = 2
_MOST_ASSIGNED: Final = 400
"""Values that are tried for the same attributes."""
_MOST_ASSIGNMENTS: Final = 6
_MOST_TRIALS: Final = 24
_MOST_MODELS: Final = 6
_FREE_ID: Final = "c1000"


def remedies(search: Search, lacking: tuple[Need, ...]) -> tuple[Remedy, ...]:
    """Find small changes that let an exposure into an association of the level.

    Parameters
    ----------
    search : Search
        The exposure and the rule.
    lacking : tuple of Need
        The needs that are not met where all clauses let it in.

    Returns
    -------
    tuple of Remedy
        Each has been tried out; empty if nothing that was tried works.
    """
    return _first_that_works(search, _proposals(search, lacking), search.rule)


def attaching(search: Search) -> tuple[Remedy, ...]:
    """Find small changes with which a step attaches an exposure to an association of the level.

    Parameters
    ----------
    search : Search
        The exposure, and any rule of the level.

    Returns
    -------
    tuple of Remedy
        Each has been tried out; empty if nothing that was tried works.
    """
    proposed: list[tuple[Change, ...]] = []
    for association in search.program.solution.associations:
        if association.level == search.rule.base.level and len(proposed) < _MOST_MODELS:
            members = members_of(search.program, association)
            for step in members.rule.all_steps:
                if isinstance(step, Attach) and len(members):
                    has = members.values(0, step.shared)
                    proposed.append(_differing(search, has, members.entries, 0))
    return _first_that_works(search, _smallest(proposed), None)


def _first_that_works(
    search: Search, proposals: Iterator[Remedy], rule: Rule | None
) -> tuple[Remedy, ...]:
    """Try proposals one by one; return the first that works, if any does."""
    tried: set[Remedy] = set()
    for remedy in proposals:
        if remedy in tried or not (remedy.changes or remedy.added_role):
            continue
        tried.add(remedy)
        level = search.rule.base.level
        if search.trials.works(remedy, level, rule, by_rule=search.inside):
            return (remedy,)
        if len(tried) == _MOST_TRIALS:
            break
    return ()


def _proposals(search: Search, lacking: tuple[Need, ...]) -> Iterator[Remedy]:
    """Propose changes, the smallest and most natural first."""
    first = None
    for assignment in islice(_assignments(search), _MOST_ASSIGNMENTS):
        first = assignment if first is None else first
        changes = tuple(search.change(*pair) for pair in assignment.items())
        yield Remedy(changes)
        if not search.judgement.solved(search.entries)[search.place]:
            for cell in _cells(search):
                yield Remedy((*changes, Change("asn_candidate", cell)))
    if lacking and first == {}:
        yield from _additions(search, lacking)
    if first is not None:
        yield from _joining(search, first)


def _assignments(search: Search) -> Iterator[Assignment]:
    """Find values of the attributes that clauses refuse, with which all clauses are satisfied."""
    refusing = [
        unmet(demand, lambda part: admits(part, search.exposure), FIXED)
        for _, demand, passes in search.judgement.clauses(search.entries, search.place)
        if not passes
    ]
    if not refusing:
        yield {}
        return
    named = {name for demand in refusing for name in attributes(demand)} - _FROZEN
    # What an exposure is for changes less easily than how it was taken.
    names = sorted(named, key=lambda name: (name in SORT, name))
    values = {name: search.values(name, refusing) for name in names}
    yield from filter(search.satisfies, _assigned(values, _MOST_CHANGES))


def _assigned(values: Mapping[str, Sequence[str | None]], most: int) -> Iterator[Assignment]:
    """Assign values to at most some attributes, and to few of them first."""
    for size in range(1, min(len(values), most) + 1):
        for chosen in combinations(values, size):
            for assigned in islice(product(*(values[name] for name in chosen)), _MOST_ASSIGNED):
                yield dict(zip(chosen, assigned, strict=True))


def _cells(search: Search) -> Iterator[str]:
    """Propose candidates that would bring the exposure where the rule is solved."""
    pairs = candidates.parse(search.own_cell) or ()
    reach = search.rule.scope_reach
    number = whole_number(search.exposure.get("obs_num") or "")
    offered: list[tuple[str, str]] = []
    types = reach.candidate_types or ("observation",)
    if "observation" in types and number is not None:
        offered.append((f"o{number:03}", "observation"))
    offered += [pair for pair in search.entries.scopes.candidates if pair[1] in types]
    taken = {asn_id for asn_id, _ in search.entries.scopes.candidates}
    if _FREE_ID not in taken:
        offered += [(_FREE_ID, name) for name in types if name != "observation"]
    for pair in dict.fromkeys(offered):
        if pair not in pairs:
            yield candidates.cell((*pairs, pair))
            yield candidates.cell((pair,))


def _additions(search: Search, lacking: tuple[Need, ...]) -> Iterator[Remedy]:
    """Propose an exposure to be added, for needs that lack one."""
    own_role = decide(search.rule.member_roles, search.exposure)
    for need in lacking:
        match need:
            case AtLeast(_, role) | Exactly(_, role):
                if role in (None, own_role):
                    yield Remedy((), own_role)
                    continue
                for assignment in islice(_with_role(search, role or ""), _MOST_ASSIGNMENTS):
                    changes = tuple(search.change(*pair) for pair in assignment.items())
                    yield Remedy(changes, role)
            case Distinct(_, sources, role) if role in (None, own_role):
                name = source_of(sources, search.exposure) or sources[0]
                for value in _other_values(search, name):
                    yield Remedy((search.change(name, value),), own_role)


def _with_role(search: Search, role: str) -> Iterator[Assignment]:
    """Find the changes that make a copy of the exposure one of another role."""
    roles = search.rule.member_roles
    demands = [demand for _, demand in search.rule.demands]
    wanted = roles.when((role,))
    names = sorted(attributes(wanted) - {"program", "filename", "asn_candidate"})
    values = {
        name: [
            value
            for value in search.values(name, (wanted, *demands))
            # A copy is of the same instrument.
            if name != "exp_type" or (value or "")[:3] == (search.exposure["exp_type"] or "")[:3]
        ]
        for name in names
    }
    for assignment in _assigned(values, _MOST_CHANGES_OF_ROLE):
        changed = {**search.exposure, **assignment}
        if decide(roles, changed) == role and all(admits(demand, changed) for demand in demands):
            yield assignment


def _other_values(search: Search, name: str) -> Iterator[str]:
    """Propose other values of an attribute: of other exposures, or the next number."""
    pool, own = search.entries.pool, search.exposure.get(name)
    present = pool.values(name) if name in pool.columns else ()
    yield from islice((value for value in present if value != own), 3)
    numbers = [int(value) for value in present if value.isdecimal() and len(value) < 10]
    yield str(max(numbers, default=0) + 1)


def _joining(search: Search, assignment: Assignment) -> Iterator[Remedy]:
    """Propose to agree with the members of associations that the rules do make."""
    proposed: list[tuple[Change, ...]] = []
    mine = [
        found for found in search.program.solution.associations if found.rule == search.rule.name
    ]
    for association in mine[:_MOST_MODELS]:
        members = members_of(search.program, association)
        if members.rule is not search.rule:
            continue
        # All members that share the keys agree in them, so one of these members is enough.
        for model in np.flatnonzero(members.by_keys)[:1].tolist():
            named = frozenset[str]().union(*(key_attributes(key) for _, key in search.rule.keys))
            has = members.values(model, named)
            wanted = dict(assignment)
            role = decide(search.rule.member_roles, {**search.exposure, **assignment})
            for _, key in search.rule.keys:
                if key.roles is not None and role not in key.roles:
                    continue
                source = source_of(sources_for(key, has), has)
                if source is not None and source not in _FROZEN:
                    wanted.setdefault(source, has[source])
            proposed.append(_differing(search, wanted, members.entries, model))
    yield from _smallest(proposed)


def _smallest(proposed: Iterable[tuple[Change, ...]]) -> Iterator[Remedy]:
    """Go through changes from the smallest, without those of what an exposure is."""
    for changes in sorted(proposed, key=len):
        if len(changes) <= _MOST_CHANGES and not any(
            change.attribute in _NOT_JOINED for change in changes
        ):
            yield Remedy(changes)


def _differing(
    search: Search, wanted: Assignment, entries: ScopedPool, model: int
) -> tuple[Change, ...]:
    """Return what must change for some values, and for the scope of a model."""
    like = entries.value(model, "filename") or ""
    changes = [
        Change(name, value, "" if value is None else like)
        for name, value in wanted.items()
        if search.exposure.get(name) != value
    ]
    pair = entries.scopes[int(entries.entry_scopes[model])].candidate
    pairs = candidates.parse(search.own_cell) or ()
    if pair is not None and pair not in pairs:
        changes.append(Change("asn_candidate", candidates.cell((*pairs, pair))))
    return tuple(changes)
