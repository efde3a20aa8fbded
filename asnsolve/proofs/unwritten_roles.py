"""Roles that rules give, and that association files of the mission may not have."""

from __future__ import annotations

from collections.abc import Iterator

from asnsolve.proofs.claims import Claims, as_role
from asnsolve.proofs.findings import Finding
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import rule_key
from asnsolve.suggest import did_you_mean


def unwritten_roles(claims: Claims) -> Iterator[Finding]:
    """Find the roles of members that the profile does not list among those of files.

    A role that no exposure can get gives no finding.

    Parameters
    ----------
    claims : Claims
        The rules of a level.

    Yields
    ------
    Finding
        Of kind *role*.
    """
    known = claims.rules.profile.file_roles
    for rule in claims.level_rules:
        for role in rule.all_roles:
            if role not in known and _is_given(claims, rule, role):
                what = f"members can have the role {role}, which association files may not have"
                advice = did_you_mean(role, known) or "Add it to the roles of FileFields."
                says = f"{what}. {advice}"
                yield Finding("role", claims.level, (rule_key(rule),), role, says, {})


def _is_given(claims: Claims, rule: Rule, role: str) -> bool:
    """Tell whether an exposure can get a role; steps may attach any exposure, in their role."""
    claimant = as_role(rule, role) if role in rule.member_roles.results() else rule_key(rule)
    return claims.takes(claimant)
