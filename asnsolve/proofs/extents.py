"""The extent of rules: the exposures that they take, role by role, and what they make of them.

The extents that a rule set declares are sentences that somebody has reviewed. A change of what a
rule takes then shows as a finding with an exposure that it takes too much, or no longer. Rules that
are only written in another way take the same exposures, and are no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from asnsolve.atomic import atomic_file
from asnsolve.errors import Problem, UsageError
from asnsolve.expr.build import all_of
from asnsolve.expr.nodes import Predicate
from asnsolve.interpret.from_text import read_predicate, read_words
from asnsolve.proofs.boxes import difference
from asnsolve.proofs.claims import Claims, as_role
from asnsolve.proofs.findings import Finding
from asnsolve.proofs.overlaps import overlaps
from asnsolve.proofs.rule_parts import (
    changed_parts,
    demand_sentences,
    part_sentences,
    role_sentences,
    word_meanings,
)
from asnsolve.rules.domain import Declared, Extent
from asnsolve.rules.extent_files import ExtentFile, extents_text
from asnsolve.rules.load import load_rules
from asnsolve.rules.model import Cases, Rule
from asnsolve.rules.rule_set import rule_key
from asnsolve.rules.shipped_declarations import DOMAIN, EXTENT_FILES, declared_of


def extent(rule: Rule) -> Extent:
    """Say what a rule takes, and what it makes of it.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    Extent
        Its sentences.
    """
    return Extent(
        rule_key(rule), demand_sentences(rule), role_sentences(rule), part_sentences(rule)
    )


def undeclared_extents(claims: Claims) -> Iterator[Finding]:
    """Compare rules with the extents that are declared.

    Parameters
    ----------
    claims : Claims
        The rules of a level, with their declarations.

    Yields
    ------
    Finding
        One of kind *declaration* for each rule and role that takes more, or less, than declared;
        for each part of a rule that is not as declared; and for each name that means something
        else.
    """
    declared = {each.rule: each for each in claims.declared.extents}
    if not declared:
        return
    words = claims.declared.words
    rules = [rule for rule in claims.level_rules if rule_key(rule) in declared]
    changed = {
        name: " or ".join(meanings)
        for name, meanings in word_meanings(rules).items()
        if meanings != (words.get(name),)
    }
    for name, meaning in changed.items():
        known = f' instead of "{words[name]}"' if name in words else ""
        what = f'[{name}] means "{meaning}"{known}, against what is declared'
        yield Finding("declaration", claims.level, (), name, what, {})
    for rule in rules:
        known_extent, actual = declared[rule_key(rule)], extent(rule)
        texts = (*actual.takes, *actual.roles)
        # A name inside the meaning of a changed name is rare, so all names are followed at once.
        if texts != (*known_extent.takes, *known_extent.roles) or (
            changed and any("[" in text for text in texts)
        ):
            yield from _taken_otherwise(claims, rule, known_extent)
        for part, change in changed_parts(known_extent.parts, actual.parts):
            what = f"{change}, against what is declared"
            yield Finding("declaration", claims.level, (actual.rule,), part, what, {})
    yield from _absent(claims)


def _absent(claims: Claims) -> Iterator[Finding]:
    """Report rules that are declared at this level, and that the set does not have."""
    present = {rule_key(rule) for rule in claims.rules}
    lowest = str(min(rule.base.level for rule in claims.rules))
    for each in claims.declared.extents:
        level = each.parts.get("level") or (lowest,)
        if each.rule not in present and level == (str(claims.level),):
            what = "the declarations say what this rule takes, but there is no such rule"
            yield Finding("declaration", claims.level, (each.rule,), "", what, {})


def _taken_otherwise(claims: Claims, rule: Rule, declared: Extent) -> Iterator[Finding]:
    """Find what a rule takes too much or too little, role by role."""
    words = read_words(claims.declared.words)
    roles = _roles(declared.roles, words)
    takes = all_of(*(read_predicate(text, words) for text in declared.takes))
    every_role = sorted({*roles.results(), *rule.member_roles.results()})
    known: dict[str, Predicate] = {
        f"declared as {role}": all_of(takes, roles.when((role,))) for role in every_role
    }
    both = Claims(
        replace(claims.rules, rules=(rule,)), claims.level, claims.domain, Declared(), known
    )
    for role in every_role:
        for more, less, says in (
            (
                as_role(rule, role),
                f"declared as {role}",
                "it takes exposures that are not declared",
            ),
            (f"declared as {role}", as_role(rule, role), "it does not take declared exposures"),
        ):
            # The two are compared in both directions: what is too much, then what is too little.
            found = difference(both, [more], [less])
            if found:
                yield Finding(
                    "declaration",
                    claims.level,
                    (rule_key(rule),),
                    role,
                    says,
                    found[0].witness,
                    exposures=tuple(region.says for region in found),
                    matters=found[0].matters,
                )


def _roles(sentences: Sequence[str], words: Mapping[str, Predicate]) -> Cases:
    """Read the roles of an extent."""
    *cases, otherwise = sentences
    read = (case.partition(": ") for case in cases)
    return Cases(tuple((read_predicate(where, words), role) for role, _, where in read), otherwise)


def current_extents(name: str) -> ExtentFile:
    """Say what the rules of a set that comes with the package take now, at every level.

    Parameters
    ----------
    name : str
        Name of the rule set.

    Returns
    -------
    ExtentFile
        What a file of extents should hold.
    """
    rules = load_rules(name)
    shared: dict[tuple[frozenset[str], bool], tuple[str, ...]] = {}
    for level in sorted({rule.base.level for rule in rules}):
        for finding in overlaps(Claims(rules, level, DOMAIN, declared_of(rules))):
            if finding.kind != "declaration":
                place = frozenset(finding.rules), finding.kind == "overlap"
                shared[place] = finding.exposures
    return ExtentFile(
        extents=tuple(map(extent, rules)),
        bases={rule_key(rule): rule.base.name for rule in rules},
        words={name: " or ".join(each) for name, each in word_meanings(rules.rules).items()},
        shared=shared,
    )


def update_extents(name: str) -> Path:
    """Declare what the rules of a set take now, and what they make of it.

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
    if name not in EXTENT_FILES:
        expected = f"one of {', '.join(sorted(EXTENT_FILES))}"
        raise UsageError(
            Problem(f"{name!r} has no declarations that can be updated", expected=expected)
        )
    package, file_name = EXTENT_FILES[name]
    path = files(package) / file_name
    if not isinstance(path, Path):
        what = f"the declarations of rule set {name} are in a zip archive and cannot be written"
        raise UsageError(Problem(what, expected="a checkout of asnsolve, or an unpacked package"))
    text = extents_text(current_extents(name))
    try:
        with atomic_file(path) as stream:
            stream.write(text.encode())
    except OSError as error:
        what = f"the declarations of rule set {name} cannot be written: {path}: {error.strerror}"
        raise UsageError(Problem(what)) from error
    return path
