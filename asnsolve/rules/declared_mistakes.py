"""Find mistakes in what is declared beside rules: levels, roles, rules and values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from asnsolve.expr.nodes import Predicate
from asnsolve.pool.columns import NULL_WORDS
from asnsolve.profiles import Profile
from asnsolve.rules.domain import Declared, Domain, Gap, Promise
from asnsolve.rules.field_types import Mistake
from asnsolve.rules.known_words import LEVELS
from asnsolve.rules.node_mistakes import parts_of, unknown_attributes
from asnsolve.shown_values import shown
from asnsolve.suggest import did_you_mean

_ANY = "*"


def domain_mistakes(domain: Domain, columns: frozenset[str], profile: Profile) -> Iterator[Mistake]:
    """Find attributes and values of a domain, or attributes of its facts, that no pool has.

    Parameters
    ----------
    domain : Domain
        The domain.
    columns : frozenset of str
        Attributes that pools may have in addition to the known ones.
    profile : Profile
        The mission.

    Yields
    ------
    Mistake
        Its field begins with ``DOMAIN``.
    """
    known = profile.words.attributes | columns
    nothing = (*NULL_WORDS, *profile.words.null_words)
    for name, values in domain.values.items():
        field = f"DOMAIN.values[{shown(name)}]"
        if name not in known:
            advice = did_you_mean(name, known) or "Declare a column of your own in COLUMNS."
            what = f"no pool has an attribute {shown(name)}"
            yield Mistake(field, what, "a column of a pool", advice)
            continue
        for value in values:
            # Pools strip and lower-case their cells.
            cell = value.strip().lower()
            if cell in nothing:
                what = f"{shown(value)} means in a pool that nothing is given"
                advice = "Leave it out: an attribute may always be not set."
                yield Mistake(field, what, "a value", advice)
            elif cell != value:
                what = f"no pool has the value {shown(value)}"
                yield Mistake(field, what, "lower case", f"Did you mean {cell}?")
    facts = enumerate(domain.facts)
    stated = [(f"DOMAIN.facts[{at}].predicate", fact.predicate) for at, fact in facts]
    yield from _unknown_attributes(stated, known)


def declared_mistakes(
    declared: Declared, columns: frozenset[str], profile: Profile
) -> Iterator[Mistake]:
    """Find promises and gaps with a level, a role or attributes that do not exist.

    Parameters
    ----------
    declared : Declared
        The declarations.
    columns : frozenset of str
        Attributes that pools may have in addition to the known ones.
    profile : Profile
        The mission.

    Yields
    ------
    Mistake
        Its field begins with ``DECLARED``.
    """
    roles = profile.words.roles
    parts: list[tuple[str, Promise | Gap]] = [
        *((f"promises[{at}]", promise) for at, promise in enumerate(declared.promises)),
        *((f"gaps[{at}]", gap) for at, gap in enumerate(declared.gaps)),
    ]
    for place, part in parts:
        field = f"DECLARED.{place}"
        if part.level not in LEVELS:
            yield Mistake(f"{field}.level", f"is {part.level}", " or ".join(map(str, LEVELS)))
        if part.role not in roles:
            what = f"{shown(part.role)} is not a role"
            advice = did_you_mean(part.role, roles)
            yield Mistake(f"{field}.role", what, f"one of {', '.join(roles)}", advice)
    wheres = [(f"DECLARED.{place}.where", part.where) for place, part in parts]
    yield from _unknown_attributes(wheres, profile.words.attributes | columns)


def _unknown_attributes(
    wheres: Iterable[tuple[str, Predicate]], known: frozenset[str]
) -> Iterator[Mistake]:
    """Find attributes that no pool has in predicates; each wrong word is one mistake."""
    seen: set[str] = set()
    for place, where in wheres:
        for field, part in parts_of(where, place):
            for mistake, name in unknown_attributes(field, part, known):
                if name not in seen:
                    seen.add(name)
                    yield mistake


def unknown_rules(declared: Declared, known: Collection[str]) -> Iterator[Mistake]:
    """Find declarations about rules that do not exist.

    Parameters
    ----------
    declared : Declared
        The declarations.
    known : collection of str
        Names of rules, with a variant after a colon.

    Yields
    ------
    Mistake
        Its field begins with ``DECLARED``.
    """
    named = [
        *(
            (f"overlaps[{at}].rules", name)
            for at, known_one in enumerate(declared.overlaps)
            for name in known_one.rules
        ),
        *((f"waivers[{at}].rule", waiver.rule) for at, waiver in enumerate(declared.waivers)),
        *((f"extents[{at}].rule", extent.rule) for at, extent in enumerate(declared.extents)),
    ]
    for field, name in named:
        if name not in known and name != _ANY:
            what = f"there is no rule {shown(name)}"
            yield Mistake(f"DECLARED.{field}", what, "a rule of the set", did_you_mean(name, known))
