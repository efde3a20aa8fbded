"""What rules are for: the exposure types and pointings that they take, role by role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from asnsolve.proofs.claims import Claims, as_role, rule_key
from asnsolve.proofs.counterexamples import TYPE
from asnsolve.proofs.findings import Finding
from asnsolve.rules.declarations import Takes

__all__ = ["extents", "undeclared_extents"]

_POINTING: Final = "pntgtype"


def extents(claims: Claims) -> list[Takes]:
    """Return what each rule takes in each role, as far as it takes anything."""
    found: list[Takes] = []
    for rule in claims.own:
        for role in rule.member_roles.words():
            types, pointings = (
                _values(claims, as_role(rule, role), name) for name in (TYPE, _POINTING)
            )
            if types:
                found.append(Takes(rule_key(rule), role, types, pointings))
    return found


def _values(claims: Claims, claimant: str, name: str) -> tuple[str, ...]:
    """Return the listed values of an attribute of which a claimant takes an exposure."""
    classes = claims.space.classes.get(name, ())
    inside = {number for piece in claims.slices for number in piece.taken_of(claimant, name)}
    return tuple(sorted(value for number in inside for value in classes[number].values))


def undeclared_extents(claims: Claims) -> Iterator[Finding]:
    """Compare what rules take with what is declared that they are for."""
    # A rule that is declared and is not there is missed at every level.
    others = {rule_key(rule) for rule in claims.rules} - {rule_key(rule) for rule in claims.own}
    known = {(one.rule, one.role): one for one in claims.declared.takes if one.rule not in others}
    # What nobody says of a rule is not looked at.
    said = {rule for rule, _ in known}
    found = {
        (one.rule, one.role): one for one in (extents(claims) if said else ()) if one.rule in said
    }
    for rule, role in sorted({*known, *found}):
        nothing = Takes(rule, role, ())
        is_for, takes = (one.get((rule, role), nothing) for one in (known, found))
        for more, less, says in ((takes, is_for, "takes"), (is_for, takes, "does not take")):
            values = sorted({*more.exp_types, *more.pointings} - {*less.exp_types, *less.pointings})
            if values:
                what = f"it {says} {', '.join(values)}, against what is declared"
                yield Finding("declaration", claims.level, (rule,), role, what, {})
