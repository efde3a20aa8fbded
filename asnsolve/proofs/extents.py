"""What rules are for: the exposure types that they take, role by role."""

from __future__ import annotations

from collections.abc import Iterator

from asnsolve.proofs.claims import Claims, as_role, rule_key
from asnsolve.proofs.model import Finding
from asnsolve.proofs.search import TYPE
from asnsolve.rules.domain import Takes

__all__ = ["extents", "undeclared_extents"]


def extents(claims: Claims) -> list[Takes]:
    """Return the types that each rule takes in each role, as far as there are any."""
    found: list[Takes] = []
    for rule in claims.own:
        for role in rule.member_roles.words():
            types = {
                value
                for piece in claims.slices
                if TYPE in claims.space.classes and piece.claimed(as_role(rule, role)).any()
                for value in claims.space.classes[TYPE][piece.exp_type].values
            }
            if types:
                found.append(Takes(rule_key(rule), role, tuple(sorted(types))))
    return found


def undeclared_extents(claims: Claims) -> Iterator[Finding]:
    """Compare what rules take with what is declared that they are for."""
    # A rule that is declared and is not there is missed at every level.
    others = {rule_key(rule) for rule in claims.rules} - {rule_key(rule) for rule in claims.own}
    known = {
        (one.rule, one.role): frozenset(one.exp_types)
        for one in claims.declared.takes
        if one.rule not in others
    }
    # What nobody says of a rule is not looked at.
    said = {rule for rule, _ in known}
    found = {
        (one.rule, one.role): frozenset(one.exp_types)
        for one in (extents(claims) if said else ())
        if one.rule in said
    }
    for rule, role in sorted({*known, *found}):
        is_for, takes = known.get((rule, role), frozenset()), found.get((rule, role), frozenset())
        for types, says in ((takes - is_for, "takes"), (is_for - takes, "does not take")):
            if types:
                what = f"it {says} {', '.join(sorted(types))}, against what is declared"
                yield Finding("declaration", claims.level, (rule,), role, what, {})
