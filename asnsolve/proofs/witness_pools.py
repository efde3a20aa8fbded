"""Witness pools: small pools of which two versions of a rule make different associations.

Pools are built from exposures that both versions take, and vary what keys, needs, steps and reach
look at, one attribute at a time. All are solved at once, each as a program of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import Distinct, Within
from asnsolve.phrases import count_text
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.profiles import Profile
from asnsolve.proofs.boxes import sample
from asnsolve.proofs.claims import SCIENCE, Claims, serves_observations
from asnsolve.proofs.counterexamples import TypeSlice
from asnsolve.proofs.findings import Exposure
from asnsolve.proofs.witness_numbers import at_distances
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import compared_in

LARGEST: Final = 6
"""How many exposures the largest pools have."""

_TYPES: Final = 3
"""For how many exposure types pools are built."""

_VALUES: Final = 3
"""How many other values of an attribute are tried."""

_CANDIDATES: Final = ("mosaic", "group", "background", "direct_image")
_OBSERVATION: Final = "[('o001', 'observation')]"


@dataclass(frozen=True, slots=True)
class WitnessPool:
    """A pool of which two versions of a rule make different associations.

    Parameters
    ----------
    says : str
        What is in the pool, in English.
    exposures : tuple of mapping of str to str or None
        Its rows.
    before, after : int
        How many associations the old and the new version make of it.
    """

    says: str
    exposures: tuple[Exposure, ...]
    before: int
    after: int

    def __str__(self) -> str:
        """Write it as one line."""
        before = count_text(self.before, "association")
        if self.before == self.after:
            return f"{self.says}: {before} before and after, not the same"
        return f"{self.says}: {before} before, {self.after} after"


def witness_pool(
    claims: Claims, old: Rule, new: Rule, names: tuple[str, str]
) -> WitnessPool | None:
    """Find a small pool of which two versions of a rule make different associations.

    Parameters
    ----------
    claims : Claims
        Claims of both versions.
    old, new : Rule
        The versions.
    names : tuple of (str, str)
        Their names in the claims.

    Returns
    -------
    WitnessPool or None
        The first that shows a difference, from small to large; None if none does.
    """
    if any(rule.scope_reach.across_programs for rule in (old, new)):
        # Each witness pool is one program, but these rules combine programs.
        return None
    pools = sorted(_pools(claims, old, new, names), key=lambda pool: len(pool[1]))
    if not pools:
        return None
    profile = claims.rules.profile
    rows = [
        row
        for number, (_, exposures) in enumerate(pools, start=1)
        for row in _rows(number, exposures, profile)
    ]
    pool = Pool(rows, profile=profile)
    sets = (replace(claims.rules, name="one", rules=(rule,), examples=()) for rule in (old, new))
    before, after = (_made(pool, rules) for rules in sets)
    found = [
        WitnessPool(says, exposures, len(one), len(two))
        for number, (says, exposures) in enumerate(pools, start=1)
        for one, two in [[made.get(str(number), []) for made in (before, after)]]
        if one != two
    ]
    # Another number of associations shows more than other names of the same ones.
    counted = (witness for witness in found if witness.before != witness.after)
    return next(counted, found[0] if found else None)


def _made(pool: Pool, rules: RuleSet) -> dict[str, list[object]]:
    """Solve pools; return what each program gives, in a form that can be compared."""
    made: dict[str, list[object]] = {}
    for association in solve(pool, rules):
        members = sorted((member.expname, member.exptype) for member in association.members)
        names = [product.name for product in association.products]
        found = (association.asn_type, association.asn_id, names, members)
        made.setdefault(association.program.lstrip("0"), []).append(found)
    return {program: sorted(found, key=repr) for program, found in made.items()}


def _candidate(rules: tuple[Rule, Rule]) -> str:
    """Return a candidate in which a version of a rule is solved: an observation, if it can be."""
    reach = rules[0].scope_reach
    types = [
        each for each in reach.candidate_types or _CANDIDATES if each not in reach.barred_types
    ]
    if not types or any(map(serves_observations, rules)):
        return _OBSERVATION
    return f"[('c1001', '{types[0]}')]"


_Described = tuple[str, tuple[Exposure, ...]]


def _pools(claims: Claims, old: Rule, new: Rule, names: tuple[str, str]) -> Iterator[_Described]:
    """List pools of exposures that both versions take as science, with what is in them."""
    both = [f"{name} as {SCIENCE}" for name in names]
    pieces = (
        piece for piece in claims.slices if (piece.claimed(both[0]) & piece.claimed(both[1])).any()
    )
    roles = {*old.all_roles, *new.all_roles}
    for piece in islice(pieces, _TYPES):
        example = _example(claims, piece, both)
        # Most rules are solved in observations, and for exposures with a target.
        usual = {**example, "asn_candidate": _candidate((old, new)), "targetid": "1"}
        kind = f"of type {example['exp_type']}" if example.get("exp_type") else "of any type"
        for science in (usual, example):
            yield from _of_one_kind(claims, piece, science, kind, (old, new))
            yield from _with_others(claims, science, kind, names, roles)


def _of_one_kind(
    claims: Claims, piece: TypeSlice, science: Exposure, kind: str, rules: tuple[Rule, Rule]
) -> Iterator[_Described]:
    """List pools of exposures that differ from a science exposure in one attribute at most."""
    yield f"1 exposure {kind}", (science,)
    yield from at_distances(science, kind, rules, claims.rules.measures)
    for count in range(2, LARGEST + 1):
        yield f"{count} exposures {kind} that are alike", (science,) * count
    for name in sorted(_looked_at(rules[0]) | _looked_at(rules[1])):
        for value in _others(claims, piece, name, science.get(name)):
            both = (science, {**science, name: value})
            yield f"2 exposures {kind} that differ in {name} alone", both
            if name != "obs_num" and not any(map(serves_observations, rules)):
                # Rules often ask candidates that are no observation for two of these.
                each = tuple({**one, "obs_num": number} for number in ("1", "2") for one in both)
                yield f"2 exposures {kind} in each of 2 observations with 2 values of {name}", each
    for name in sorted(_counted(rules[0]) | _counted(rules[1])):
        for count in range(2, LARGEST + 1):
            values = map(str, range(1, count + 1))
            exposures = tuple({**science, name: value} for value in values)
            yield f"{count} exposures {kind} with {count} values of {name}", exposures
    for asn_type in _CANDIDATES:
        told = f"in a candidate of type {asn_type}"
        tied = {**science, "asn_candidate": f"[('c1001', '{asn_type}')]"}
        yield f"1 exposure {kind} {told}", (tied,)
        yield f"2 exposures {kind} {told}", (tied, tied)
        apart = tuple({**tied, "obs_num": number} for number in ("1", "2"))
        yield f"2 exposures {kind} of two observations {told}", apart


def _with_others(
    claims: Claims, science: Exposure, kind: str, names: tuple[str, str], roles: set[str]
) -> Iterator[_Described]:
    """List pools with an exposure in another role beside science exposures."""
    for role in sorted(roles - {SCIENCE}):
        as_role = [f"{name} as {role}" for name in names]
        for piece in claims.slices:
            if (piece.claimed(as_role[0]) & piece.claimed(as_role[1])).any():
                example = _example(claims, piece, as_role)
                # With the values of the science exposure, but for what makes its role.
                shared = {
                    name: value for name, value in science.items() if example.get(name) is not None
                }
                alike = {**example, **shared, "exp_type": example.get("exp_type")}
                for count in range(1, LARGEST):
                    told = f"{count_text(count, 'exposure')} {kind} and one as {role}"
                    yield told, (*(science,) * count, example)
                    yield told, (*(science,) * count, alike)
                break


def _example(claims: Claims, piece: TypeSlice, claimants: Sequence[str]) -> Exposure:
    """Return an exposure that all of some claimants take."""
    places = piece.claimed(claimants[0]) & piece.claimed(claimants[1])
    return sample(claims.space, piece, piece.point(places))


def _looked_at(rule: Rule) -> set[str]:
    """List the attributes whose values decide what goes together."""
    looked: set[str] = set()
    for _, key in rule.keys:
        looked.update(key.sources)
        looked |= set() if key.where is None else attributes(key.where)
        looked |= set() if key.instead is None else {*attributes(key.instead[0]), *key.instead[1]}
    for step in rule.all_steps:
        looked.update(compared_in(step))
    looked |= {"patt_num", "obs_num", "targetid"} | _counted(rule)
    return looked - {"program", "exp_type", "asn_candidate", "filename"}


def _counted(rule: Rule) -> set[str]:
    """List the attributes of which needs ask for several values."""
    needs = (need.need if isinstance(need, Within) else need for need in rule.all_needs)
    return {name for need in needs if isinstance(need, Distinct) for name in need.sources}


def _others(claims: Claims, piece: TypeSlice, name: str, value: str | None) -> Iterator[str | None]:
    """List a few other values of an attribute."""
    if value is not None:
        yield None
    classes = claims.space.classes.get(name, ())
    listed = (
        each
        for number in piece.domains.get(name, ())
        for each in sorted({*sorted(classes[number].values)[:2], classes[number].sample or ""})
    )
    known = [each for each in dict.fromkeys(listed) if each and each != value]
    yield from islice(dict.fromkeys((*known, "1", "2")), _VALUES)


def _rows(
    number: int, exposures: Sequence[Exposure], profile: Profile
) -> Iterator[dict[str, str | None]]:
    """Return the rows of a pool, in a program of its own."""
    beginning, files = profile.names.prefix, profile.files
    for at, exposure in enumerate(exposures, start=1):
        fixed: Mapping[str, str] = {
            "program": f"{number}",
            "filename": f"{beginning}{number:05}001001_02101_{at:05}_det{files.raw_ending}",
            "exposure": f"{at}",
        }
        defaults = {
            "obs_num": "1",
            "visit": "1",
            "visitgrp": "2",
            "seq_id": "1",
            "act_id": "1",
            "asn_candidate": _OBSERVATION,
        }
        given = {name: value for name, value in exposure.items() if value is not None}
        absent = {name: None for name in exposure if name not in given and name not in defaults}
        yield {"exp_type": None, **defaults, **absent, **given, **fixed}
