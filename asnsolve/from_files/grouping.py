"""What users widen or split: rules of level 3 with a key less, or a key more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Problem, UsageError
from asnsolve.expr.constructors import same
from asnsolve.expr.nodes import AllOf, Same
from asnsolve.naming import quoted
from asnsolve.rules.rule import Clause, Rule, RuleSet
from asnsolve.suggest import did_you_mean

__all__ = ["APART", "TOGETHER", "regrouped"]

TOGETHER: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "observation": (),
        "visit": ("visit", "visit_id", "obs_id"),
        "target": ("targetid",),
    }
)
"""What may be taken together, with the attributes that then keep nothing apart.

Observations are kept apart by candidates and not by keys: they are tied by one.
"""

_SCIENCE = ("science",)

APART: Final[Mapping[str, Mapping[str, Same]]] = MappingProxyType(
    {
        "observation": {"observation": same("obs_num", roles=_SCIENCE)},
        "visit": {
            "observation": same("obs_num", roles=_SCIENCE),
            "visit": same("visit", roles=_SCIENCE),
        },
        "dither": {"dither": same("patt_num", "exposure", roles=_SCIENCE)},
        "detector": {"detector": same("detector")},
    }
)
"""What may be kept apart, with the keys that do so, by the names of their clauses.

What serves science, from wherever it was taken, serves all of it; of a detector, only its own.
"""


def regrouped(rules: RuleSet, together: Iterable[str], apart: Iterable[str]) -> RuleSet:
    """Widen and split what the rules of level 3 take together.

    Parameters
    ----------
    rules : RuleSet
        The rules.
    together : iterable of str
        Of the keys of `TOGETHER`.
    apart : iterable of str
        Of the keys of `APART`.

    Returns
    -------
    RuleSet
        The rules of the other levels are as they were.

    Raises
    ------
    UsageError
        If a grouping is not known, or is to be widened and split at once.
    """
    wider, finer = tuple(together), tuple(apart)
    for words, known, option in ((wider, TOGETHER, "together"), (finer, APART, "apart")):
        for word in words:
            if word not in known:
                what = f"{quoted(word)} cannot be taken {option}"
                advice = did_you_mean(word, known)
                raise UsageError(
                    Problem(what, expected=f"one of {', '.join(known)}", advice=advice)
                )
    for word in finer:
        both = [name for name in (word, *APART[word]) if name in wider]
        if both:
            what = f"{both[0]} is to be taken together, and {word} apart"
            raise UsageError(Problem(what, expected="one of the two"))
    free = {attribute for word in wider for attribute in TOGETHER[word]}
    keys = {name: key for word in finer for name, key in APART[word].items()}
    return replace(
        rules,
        rules=tuple(
            _regrouped(rule, free, keys) if rule.base.level == 3 else rule for rule in rules
        ),
    )


def _regrouped(rule: Rule, free: set[str], keys: Mapping[str, Same]) -> Rule:
    own = {clause.name: clause for clause in rule.clauses}
    for clause in rule.all_clauses:
        if clause.key is not None and free & {*clause.key.sources}:
            own[clause.name] = Clause(clause.name, clause.where or AllOf(()))
    asked = {clause.name: clause.where for clause in rule.all_clauses}
    own |= {name: Clause(name, asked.get(name), key) for name, key in keys.items()}
    return replace(rule, clauses=tuple(own.values()))
