"""What comes with the rule sets of the package: the domain, and what each set declares."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from asnsolve.expr.build import is_set
from asnsolve.profiles import default_profile
from asnsolve.rules.domain import Declared, Domain, Fact
from asnsolve.rules.joined_declarations import join_declared
from asnsolve.rules.jwst.declared import DECLARED as _JWST
from asnsolve.rules.jwst.declared import JWST_MAIN, PROMISES
from asnsolve.rules.jwst.observatory import DOMAIN as _DOMAIN
from asnsolve.rules.level3_2017.declared import DECLARED_2017
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.rule_set import RuleSet, rule_key

DOMAIN: Final = _DOMAIN
"""The exposures of JWST."""

_NAMED: Final = Fact(
    "every exposure has a file name",
    is_set("filename"),
    "a row of a pool without a file name is set aside",
)

DECLARED: Final[Mapping[str, Declared]] = MappingProxyType(
    {
        "jwst": _JWST,
        "jwst-main": JWST_MAIN,
        "level3-2017": DECLARED_2017,
        "": Declared(promises=PROMISES),
    }
)
"""What each rule set declares, by name; the empty name is for every other rule set."""

EXTENT_FILES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "jwst": ("asnsolve.rules.jwst.declared", "jwst.json"),
        "jwst-main": ("asnsolve.rules.jwst.declared", "jwst-main.json"),
        "level3-2017": ("asnsolve.rules.level3_2017", "level3-2017.json"),
    }
)
"""The package and the name of the file of extents of each rule set."""


def domain_of(rules: RuleSet) -> Domain:
    """Return the exposures that there can be for a rule set.

    Parameters
    ----------
    rules : RuleSet
        The rules.

    Returns
    -------
    Domain
        The domain of the rules themselves, or else that of JWST; for rules of another mission, the
        attributes with a closed list of values in its profile.
    """
    if rules.domain is not None or rules.profile == default_profile():
        return rules.domain or DOMAIN
    listed = rules.profile.words.values
    return Domain(
        values={name: tuple(sorted(values)) for name, values in listed.items()},
        sources=dict.fromkeys(listed, f"profile of {rules.profile.name}"),
        facts=(_NAMED,),
    )


def declared_of(rules: RuleSet) -> Declared:
    """Return what is declared of a rule set.

    Parameters
    ----------
    rules : RuleSet
        The rules.

    Returns
    -------
    Declared
        What the set says itself, joined with what is declared of the sets of the package that it
        is based on. A set is based at a level on those of whose rules of this level it has more
        than half, by name and variant, changed or not. For a set that is based on none and says
        nothing, the promises that level 2 processes every exposure and level 3 combines every
        science exposure.
    """
    levels = sorted({rule.base.level for rule in rules})
    of_bases = (known for level in levels for known in _declared_of_bases(rules, level))
    joined = join_declared((*of_bases, rules.declared))
    if joined is not None:
        return joined
    return DECLARED[""] if rules.profile == default_profile() else Declared()


def _declared_of_bases(rules: RuleSet, level: int) -> Iterator[Declared]:
    """Find what sets of the package declare of a level, if a set has most of their rules of it."""
    unchanged, keys = {id(rule) for rule in rules}, set(map(rule_key, rules))
    # Where sets of the package have rules of the same names, the one with more rules that are
    # unchanged is the base; the sort is stable.
    by_unchanged = sorted(
        RULE_SETS.values(), key=lambda base: -sum(id(rule) in unchanged for rule in base)
    )
    of_bases: set[str] = set()
    for base in by_unchanged:
        known = {rule_key(rule) for rule in base if rule.base.level == level}
        if 2 * len(known & keys) > len(known) and not known & of_bases:
            of_bases |= known
            others = {rule_key(rule) for rule in base} - known
            yield _of_level(DECLARED[base.name], level, others)


def _of_level(declared: Declared, level: int, others: Collection[str]) -> Declared:
    """Keep what is declared of a level; the rules of other levels are given."""
    return replace(
        declared,
        promises=tuple(one for one in declared.promises if one.level == level),
        gaps=tuple(one for one in declared.gaps if one.level == level),
        overlaps=tuple(one for one in declared.overlaps if not {*one.rules} & {*others}),
        waivers=tuple(one for one in declared.waivers if one.rule not in others),
        extents=tuple(one for one in declared.extents if one.rule not in others),
    )
