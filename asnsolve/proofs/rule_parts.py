"""What a rule is, part by part, in sentences that leave nothing out.

Two rules of which all parts read the same make the same of every pool.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from asnsolve.expr.fold import names
from asnsolve.expr.nodes import AllOf
from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.step_sentences import step_text
from asnsolve.rules.model import Cases, Reach, Rule


def demand_sentences(rule: Rule) -> tuple[str, ...]:
    """Say what a rule asks of each exposure that it takes.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    tuple of str
        Sentences that must all hold.
    """
    demands = (demand for _, demand in rule.demands if demand != AllOf(()))
    return tuple(dict.fromkeys(map(to_text, demands)))


def role_sentences(rule: Rule) -> tuple[str, ...]:
    """Say how exposures that a rule takes get their roles.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    tuple of str
        As ``background: bkgdtarg is set``; the first that holds decides. The last is a role alone.
    """
    return _case_sentences(rule.as_members_have(rule.member_roles))


def _case_sentences(cases: Cases) -> tuple[str, ...]:
    return (*(f"{word}: {to_text(where)}" for where, word in cases.cases), cases.otherwise)


def part_sentences(rule: Rule) -> dict[str, tuple[str, ...]]:
    """Say what else there is to a rule than what it takes.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    dict of str to tuple of str
        The sentences of each part: keys, needs, steps, stages, reach, laws, product name, type and
        level.
    """
    return {
        "keys": tuple(f"{name}: {to_text(key)}" for name, key in (*rule.keys, *rule.measured_keys)),
        "needs": tuple(sorted(map(to_text, rule.all_needs))),
        "steps": tuple(map(step_text, rule.all_steps)),
        # Not simplified by what the clauses decide: members that steps attach have a stage too.
        "stages": _case_sentences(rule.member_suffixes),
        "reach": reach_sentences(rule.scope_reach),
        "laws": rule.base.laws,
        "product name": (rule.product_template,),
        "type": (rule.asn_type,),
        "level": (str(rule.base.level),),
    }


def reach_sentences(reach: Reach) -> tuple[str, ...]:
    """Say in which scopes a rule is solved.

    Parameters
    ----------
    reach : Reach
        The reach.

    Returns
    -------
    tuple of str
        A sentence for candidates, and one for discovery.
    """
    types = reach.candidate_types
    if reach.across_programs:
        return ("in no candidate", "discovery: all programs of the pool together")
    solved = "in every candidate" if types is None else f"in {' and '.join(types)} candidates"
    barred = f", but not of type {' or '.join(reach.barred_types)}" if reach.barred_types else ""
    where = "the pool as a whole" if types is None else "the same candidates"
    discovery = f"discovery: {where}" if reach.discovered else "discovery: not at all"
    return (f"{solved}{barred}", discovery)


def word_meanings(rules: Sequence[Rule]) -> dict[str, tuple[str, ...]]:
    """Say what the names in the sentences of rules mean.

    Parameters
    ----------
    rules : sequence of Rule
        The rules.

    Returns
    -------
    dict of str to tuple of str
        The meanings of each name, sorted by name; a set of rules should give each name one.
    """
    meanings: dict[str, set[str]] = {}
    for predicate in dict.fromkeys(chain.from_iterable(map(Rule.predicates_and_demands, rules))):
        for name, meaning in names(predicate).items():
            meanings.setdefault(name, set()).add(to_text(meaning))
    return {name: tuple(sorted(meanings[name])) for name in sorted(meanings)}


def changed_parts(
    before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str]]:
    """Say which parts of a rule differ, and how.

    Parameters
    ----------
    before, after : mapping of str to sequence of str
        The sentences of each part.

    Yields
    ------
    part : str
        Name of the part, such as ``keys``.
    change : str
        What differs, such as ``now "..." instead of "..."``.
    """
    for part in after:
        old, new = before.get(part, ()), after[part]
        if tuple(old) != tuple(new):
            yield part, _change(old, new)


def _change(old: Sequence[str], new: Sequence[str]) -> str:
    """Say how a list of sentences has changed."""
    gone = [text for text in old if text not in new]
    come = [text for text in new if text not in old]
    match bool(gone), bool(come):
        case True, True:
            return f"now {_quoted(come)} instead of {_quoted(gone)}"
        case True, False:
            return f"no longer {_quoted(gone)}"
        case False, True:
            return f"now also {_quoted(come)}"
        case _:
            return f"now in the order {_quoted(new)}"


def _quoted(texts: Sequence[str]) -> str:
    return " and ".join(f'"{text}"' for text in texts)
