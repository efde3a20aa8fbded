"""The extent of rules: the exposure types and pointings that they take, role by role.

The extents that a rule set declares say what its rules are for. A change of a clause that lets in
another exposure type, or an old one no longer, then shows as a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

from asnsolve.atomic import atomic_file
from asnsolve.errors import Problem, UsageError
from asnsolve.proofs.claims import Claims, as_role, rule_key
from asnsolve.proofs.counterexamples import TYPE
from asnsolve.proofs.findings import Finding
from asnsolve.proofs.sets import DOMAIN, EXTENT_PACKAGES, declared_of
from asnsolve.rules.domain import Extent
from asnsolve.rules.extent_files import EXTENTS_FILE, extents_text
from asnsolve.rules.load import load_rules

_POINTING: Final = "pntgtype"


def extents(claims: Claims) -> list[Extent]:
    """Return what each rule of a level takes in each role, if it takes anything.

    Parameters
    ----------
    claims : Claims
        The rules, and the exposures that there can be.

    Returns
    -------
    list of Extent
        In the order of the rules and their roles.
    """
    taken: list[Extent] = []
    for rule in claims.level_rules:
        for role in rule.member_roles.results():
            types, pointings = (
                _values(claims, as_role(rule, role), name) for name in (TYPE, _POINTING)
            )
            if types:
                taken.append(Extent(rule_key(rule), role, types, pointings))
    return taken


def _values(claims: Claims, claimant: str, name: str) -> tuple[str, ...]:
    """Return the listed values that an attribute has in exposures that a claimant takes."""
    classes = claims.space.classes.get(name, ())
    inside = {number for piece in claims.slices for number in piece.taken_of(claimant, name)}
    return tuple(sorted(value for number in inside for value in classes[number].values))


def undeclared_extents(claims: Claims) -> Iterator[Finding]:
    """Compare what rules take with the extents that are declared.

    Parameters
    ----------
    claims : Claims
        The rules of a level, with their declarations.

    Yields
    ------
    Finding
        One of kind *declaration* for each rule and role that takes more, or less, than declared.
    """
    # A declared rule that the set no longer has is reported at every level: without the rule,
    # nothing says at which level it was.
    other_levels = {rule_key(rule) for rule in claims.rules} - {
        rule_key(rule) for rule in claims.level_rules
    }
    declared = {
        (extent.rule, extent.role): extent
        for extent in claims.declared.extents
        if extent.rule not in other_levels
    }
    # Rules without a declaration are not checked.
    checked = {rule for rule, _ in declared}
    actual = {
        (extent.rule, extent.role): extent
        for extent in (extents(claims) if checked else ())
        if extent.rule in checked
    }
    for rule, role in sorted({*declared, *actual}):
        nothing = Extent(rule, role, ())
        is_for, takes = (known.get((rule, role), nothing) for known in (declared, actual))
        for more, less, says in ((takes, is_for, "takes"), (is_for, takes, "does not take")):
            values = sorted({*more.exp_types, *more.pointings} - {*less.exp_types, *less.pointings})
            if values:
                what = f"it {says} {', '.join(values)}, against what is declared"
                yield Finding("declaration", claims.level, (rule,), role, what, {})


def current_extents(name: str) -> list[Extent]:
    """Return what the rules of a set that comes with the package take now, at every level.

    Parameters
    ----------
    name : str
        Name of the rule set.

    Returns
    -------
    list of Extent
        Level by level.
    """
    rules, declared = load_rules(name), declared_of(name)
    levels = sorted({rule.base.level for rule in rules})
    return [
        extent for level in levels for extent in extents(Claims(rules, level, DOMAIN, declared))
    ]


def update_extents(name: str) -> Path:
    """Declare for a rule set that its rules are for what they take now.

    Parameters
    ----------
    name : str
        Name of a rule set that comes with the package.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    UsageError
        If the set has no declarations, or they do not lie in a file that can be written.
    """
    if name not in EXTENT_PACKAGES:
        expected = f"one of {', '.join(sorted(EXTENT_PACKAGES))}"
        raise UsageError(
            Problem(f"{name!r} has no declarations that can be updated", expected=expected)
        )
    path = files(EXTENT_PACKAGES[name]) / EXTENTS_FILE
    if not isinstance(path, Path):
        what = f"the declarations of rule set {name} lie in an archive and cannot be written"
        raise UsageError(Problem(what, expected="a checkout of asnsolve, or an unpacked package"))
    text = extents_text(current_extents(name))
    try:
        with atomic_file(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        what = f"the declarations of rule set {name} cannot be written: {path}: {error.strerror}"
        raise UsageError(Problem(what)) from error
    return path
