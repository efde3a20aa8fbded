"""Changes between two rule sets, proved over all exposures that there can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from asnsolve.expr.nodes import Same
from asnsolve.proofs.boxes import cover, difference, regions, taken
from asnsolve.proofs.claims import Claims
from asnsolve.proofs.findings import Exposure
from asnsolve.proofs.rule_parts import changed_parts, part_sentences
from asnsolve.proofs.witness_pools import WitnessPool, witness_pool
from asnsolve.rules.domain import Declared, Domain
from asnsolve.rules.joined_declarations import join_domains
from asnsolve.rules.measured_rules import joined_measures
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet, rule_key
from asnsolve.rules.shipped_declarations import domain_of

_OLD: Final = "\0"
"""What marks the variants of the old set; printable variants cannot contain it."""


@dataclass(frozen=True, slots=True)
class ChangedClaim:
    """Exposures that a rule takes in only one of the two sets that have it.

    Parameters
    ----------
    rule, role : str
        The rule, with a variant after a colon, and the role.
    gained : bool
        Whether the new rule takes them; otherwise the old one does.
    says : str
        Which exposures, in English.
    witness : mapping of str to str or None
        One of these exposures.
    """

    rule: str
    role: str
    gained: bool
    says: str
    witness: Exposure

    def __str__(self) -> str:
        """Write it as one line."""
        word = "takes too" if self.gained else "takes no longer"
        return f"{self.rule} as {self.role} {word}: {self.says}"


@dataclass(frozen=True, slots=True)
class Transfer:
    """Exposures that one rule loses and another one gains in the same role.

    Parameters
    ----------
    first, second : str
        The rule that loses them, and the one that gains them.
    role : str
        The role.
    says : str
        Which exposures, in English.
    witness : mapping of str to str or None
        One of these exposures.
    """

    first: str
    second: str
    role: str
    says: str
    witness: Exposure

    def __str__(self) -> str:
        """Write it as one line."""
        return f"from {self.first} to {self.second}, as {self.role}: {self.says}"


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """The differences between two rule sets.

    Parameters
    ----------
    gone, new : tuple of str
        Rules that only the old or only the new set has.
    alone : mapping of str to mapping of str to tuple of str
        For each of these rules, which exposures it takes in each role: a sentence for each box.
    otherwise : tuple of (str, tuple of str)
        Rules of both that differ in keys, needs, steps, names, types, stages or reach, each
        with what differs: ``stages (x1d instead of cal)``.
    shown : mapping of str to WitnessPool or None
        For each of these rules, a small pool of which its versions make different associations;
        None if no pool that was tried shows a difference.
    taken : tuple of ChangedClaim
        Exposures that a rule of both sets takes in only one of them.
    handed : tuple of Transfer
        Exposures that go from one rule to another.
    """

    gone: tuple[str, ...]
    new: tuple[str, ...]
    alone: Mapping[str, Mapping[str, tuple[str, ...]]]
    otherwise: tuple[tuple[str, tuple[str, ...]], ...]
    shown: Mapping[str, WitnessPool | None]
    taken: tuple[ChangedClaim, ...]
    handed: tuple[Transfer, ...]

    @property
    def are_none(self) -> bool:
        """Whether nothing differs."""
        return not (self.gone or self.new or self.otherwise or self.taken or self.handed)


def rule_changes(old: RuleSet, new: RuleSet, domain: Domain | None = None) -> RuleChanges:
    """Compare two rule sets over all exposures that there can be.

    Parameters
    ----------
    old, new : RuleSet
        The rule sets.
    domain : Domain, optional
        The exposures that there can be; by default the domains of both sets, joined, or else that
        of the mission.

    Returns
    -------
    RuleChanges
        The differences; rules are compared with the rule of the same name and variant.
    """
    domain = domain or join_domains((old.domain, new.domain)) or domain_of(new)
    before, after = ({rule_key(rule): rule for rule in rules} for rules in (old, new))
    otherwise = [
        (key, tuple(_differences(rule, after[key]))) for key, rule in before.items() if key in after
    ]
    differing = {key for key, parts in otherwise if parts}
    alone: dict[str, dict[str, tuple[str, ...]]] = {}
    changed: list[ChangedClaim] = []
    handed: list[Transfer] = []
    shown: dict[str, WitnessPool | None] = {}
    # Both sets claim exposures of one space: the rules of the old set get a variant of their own.
    marked = [_marked(rule) for rule in old]
    old_names = {rule_key(rule): rule_key(_marked(rule)) for rule in (*old, *new)}
    for level in sorted({rule.base.level for rule in (*old, *new)}):
        joint = RuleSet(
            "both",
            (*marked, *new.rules),
            columns=old.columns | new.columns,
            measures=joined_measures((old.measures, new.measures)),
        )
        both = _Both(Claims(joint, level, domain, Declared()), old_names)
        # A rule of both sets that changes its level has no other version at either level.
        alone |= {key: roles for key, roles in both.alone() if (key in before) != (key in after)}
        changed += both.changed()
        handed += both.handed()
        for key in sorted(differing):
            if before[key].base.level == after[key].base.level == level:
                names = (old_names[key], key)
                shown[key] = witness_pool(both.claims, before[key], after[key], names)
    return RuleChanges(
        gone=tuple(key for key in before if key not in after),
        new=tuple(key for key in after if key not in before),
        alone=alone,
        otherwise=tuple((key, parts) for key, parts in otherwise if parts),
        shown=shown,
        taken=tuple(changed),
        handed=tuple(handed),
    )


_VALUES: Final[Mapping[str, Callable[[Rule], tuple[str, ...]]]] = MappingProxyType(
    {
        "product name": lambda rule: (rule.product_template,),
        "type": lambda rule: (rule.asn_type,),
        "stages": lambda rule: rule.as_members_have(rule.member_suffixes, "science").results(),
    }
)
"""Parts of which the values are told and not the sentences; stages are those of science."""


def _differences(old: Rule, new: Rule) -> Iterator[str]:
    """Say in which parts two rules differ, apart from what they take."""
    before, after = part_sentences(old), part_sentences(new)
    for part, change in changed_parts(before, after):
        values = _VALUES.get(part)
        told = "" if values is None else _changed_values(values(old), values(new))
        effects = "".join(f"; {text}" for text in _key_effects(old, new)) if part == "keys" else ""
        yield f"{part} ({told or change}{effects})"


def _changed_values(old: Sequence[str], new: Sequence[str]) -> str:
    """Say which values have come and gone; empty if none has."""
    gone = ", ".join(value for value in old if value not in new)
    come = ", ".join(value for value in new if value not in old)
    match bool(gone), bool(come):
        case True, True:
            return f"{come} instead of {gone}"
        case True, False:
            return f"no longer {gone}"
        case False, True:
            return f"{come} too"
        case _:
            return ""


def _key_effects(old: Rule, new: Rule) -> Iterator[str]:
    """Say what falls together and what comes apart when keys change, where that is certain."""
    before, after = dict(old.keys), dict(new.keys)
    for name in dict.fromkeys((*before, *after)):
        one, two = before.get(name), after.get(name)
        if one is not None and two is not None and one.sources == two.sources:
            if one != two and _alone(one, old, name) and _alone(two, new, name):
                yield from _binding_effects(one, two)
            continue
        # Another key on the same attributes may do what this one did.
        if one is not None and _binds_all(one) and _alone(one, new):
            yield f"associations of different {_named(one)} may fall together now"
        if two is not None and _binds_all(two) and _alone(two, old):
            yield f"associations of different {_named(two)} may come apart now"


def _binding_effects(old: Same, new: Same) -> Iterator[str]:
    """Say what changes when the only key on some attributes binds other exposures."""
    if replace(old, optional=new.optional) == new and _binds_all(new):
        verb = "go with any now" if new.optional else "are left out now"
        yield f"exposures without {_named(new)} {verb}"
    elif replace(old, roles=new.roles) == new and _binds_all(replace(new, roles=None)):
        roles = "all roles" if new.roles is None else " and ".join(new.roles) or "no role"
        yield f"{_named(new)} is shared by members of {roles} now"


def _binds_all(key: Same) -> bool:
    """Tell whether a key keeps all exposures apart by its sources, within a program."""
    plain = Same(key.sources, optional=key.optional)
    # Programs are solved apart whatever the keys.
    return key == plain and "program" not in key.sources


def _alone(key: Same, rule: Rule, name: str | None = None) -> bool:
    """Tell whether no key of a rule, but for that of a clause, has a source of a key."""
    others = (other for clause, other in rule.keys if clause != name)
    return not any(set(key.sources) & _sources(other) for other in others)


def _sources(key: Same) -> set[str]:
    """List the attributes that may give the value of a key."""
    return {*key.sources, *(() if key.instead is None else key.instead[1])}


def _named(key: Same) -> str:
    """Name the attributes of a key."""
    return ", else ".join(key.sources)


@dataclass(frozen=True, slots=True)
class _Both:
    """The rules of one level of both sets, over the same exposures."""

    claims: Claims
    old_names: Mapping[str, str]
    """How each rule is named in the claims if it is of the old set."""

    def alone(self) -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
        """Say what each rule takes that only one of the sets has, role by role."""
        rule_of = {rule_key(rule): rule for rule in self.claims.level_rules}
        for key, old in self.old_names.items():
            if len(names := {key, old} & rule_of.keys()) == 1:
                (name,) = names
                of_role = {
                    role: tuple(region.says for region in taken(self.claims, f"{name} as {role}"))
                    for role in rule_of[name].member_roles.results()
                }
                yield key, {role: says for role, says in of_role.items() if says}

    def changed(self) -> Iterator[ChangedClaim]:
        """Find what a rule of both sets takes in only one of them."""
        keys = {rule_key(rule) for rule in self.claims.level_rules}
        for rule in self.claims.level_rules:
            old = self.old_names.get(rule_key(rule))
            if old not in keys:
                continue
            for role, gained in product(rule.member_roles.results(), (True, False)):
                names = (f"{rule_key(rule)} as {role}", f"{old} as {role}")
                more, less = names if gained else names[::-1]
                for region in difference(self.claims, [more], [less]):
                    yield ChangedClaim(rule_key(rule), role, gained, region.says, region.witness)

    def handed(self) -> Iterator[Transfer]:
        """Find what one rule loses and another one gains."""
        of_level = {rule_key(rule) for rule in self.claims.level_rules}
        keys = sorted(
            key for key, old in self.old_names.items() if not of_level.isdisjoint((key, old))
        )
        roles = {role for rule in self.claims.level_rules for role in rule.member_roles.results()}
        for role in sorted(roles):
            lost = self._moved(keys, role, gained=False)
            gained = self._moved(keys, role, gained=True)
            for first, second in product(lost, gained):
                boxes = [
                    box
                    for piece, before, after in zip(
                        self.claims.slices, lost[first], gained[second], strict=True
                    )
                    for box in cover(piece, before & after)
                ]
                for region in regions(self.claims, boxes):
                    yield Transfer(first, second, role, region.says, region.witness)

    def _moved(
        self, keys: Sequence[str], role: str, *, gained: bool
    ) -> dict[str, list[NDArray[np.bool_]]]:
        """Find which exposures each rule gains or loses in a role.

        The value of a rule that does is one array per slice, of the shape of the slice.
        """
        moved_of: dict[str, list[NDArray[np.bool_]]] = {}
        for key in keys:
            names = (f"{key} as {role}", f"{self.old_names[key]} as {role}")
            more, less = names if gained else names[::-1]
            moved = [piece.claimed(more) & ~piece.claimed(less) for piece in self.claims.slices]
            if any(places.any() for places in moved):
                moved_of[key] = moved
        return moved_of


def _marked(rule: Rule) -> Rule:
    """Mark a rule as one of the old set."""
    return replace(rule, variant=f"{rule.variant}{_OLD}")
