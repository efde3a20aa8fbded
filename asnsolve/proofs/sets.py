"""What comes with the rule sets of the package: the domain, and what each set declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from asnsolve.rules.domain import Declared
from asnsolve.rules.joined_declarations import join_declared
from asnsolve.rules.jwst.declared import DECLARED as _JWST
from asnsolve.rules.jwst.declared import JWST_MAIN, PROMISES
from asnsolve.rules.jwst.observatory import DOMAIN as _DOMAIN
from asnsolve.rules.level3_2017.declared import DECLARED_2017
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.model import Rule, RuleSet

DOMAIN: Final = _DOMAIN
"""The exposures of JWST."""

DECLARED: Final[Mapping[str, Declared]] = MappingProxyType(
    {
        "jwst": _JWST,
        "jwst-main": JWST_MAIN,
        "level3-2017": DECLARED_2017,
        "": Declared(promises=PROMISES),
    }
)
"""What each rule set declares, by name; the empty name stands for every other rule set."""

EXTENT_FILES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "jwst": ("asnsolve.rules.jwst.declared", "jwst.json"),
        "jwst-main": ("asnsolve.rules.jwst.declared", "jwst-main.json"),
        "level3-2017": ("asnsolve.rules.level3_2017", "level3-2017.json"),
    }
)
"""The package and the name of the file of extents of each rule set."""


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
        is based on: those of whose rules it has more than half, by name and variant, changed or
        not. For a set that is based on none and says nothing, the promises that level 2 processes
        every exposure and level 3 combines every science exposure.
    """
    return join_declared((*_declared_of_bases(rules), rules.declared)) or DECLARED[""]


def _declared_of_bases(rules: RuleSet) -> Iterator[Declared]:
    """Find the declarations of the sets of the package that have most of their rules in a set."""
    unchanged, keys = {id(rule) for rule in rules}, set(map(_key, rules))
    # Where sets of the package have rules of the same names, the one with more rules that are
    # unchanged is the base; the sort is stable.
    by_unchanged = sorted(
        RULE_SETS.values(), key=lambda base: -sum(id(rule) in unchanged for rule in base)
    )
    of_bases: set[tuple[str, str]] = set()
    for base in by_unchanged:
        known = set(map(_key, base))
        if 2 * len(known & keys) > len(known) and not known & of_bases:
            of_bases |= known
            yield DECLARED[base.name]


def _key(rule: Rule) -> tuple[str, str]:
    return rule.name, rule.variant
