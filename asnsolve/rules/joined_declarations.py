"""Join the domains and the declarations of several rule sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from asnsolve.errors import Location, Problem, RuleError
from asnsolve.profiles import Profile, default_profile
from asnsolve.rules.domain import Declared, Domain


def join_declared(declared: Iterable[Declared | None]) -> Declared | None:
    """Join declarations.

    Parameters
    ----------
    declared : iterable of Declared or None
        The declarations of each rule set; None for a set that has none.

    Returns
    -------
    Declared or None
        All of them, each once; None if there are none.
    """
    given = [each for each in declared if each is not None]
    if len(given) <= 1:
        return given[0] if given else None
    parts: dict[str, Any] = {}
    for field in fields(Declared):
        values = [getattr(each, field.name) for each in given]
        if isinstance(values[0], Mapping):
            parts[field.name] = {name: value for each in values for name, value in each.items()}
        else:
            parts[field.name] = _each_once(values)
    return Declared(**parts)


def joined_profile(file: str, profiles: Iterable[Profile | None]) -> Profile:
    """Return the profile of rule sets that are joined.

    Parameters
    ----------
    file : str
        The file that joins them, for messages; may be empty.
    profiles : iterable of Profile or None
        The profile of each rule set; None where none is given.

    Returns
    -------
    Profile
        The one that is not the default profile, if there is one.

    Raises
    ------
    RuleError
        If there are several.
    """
    default = default_profile()
    others = [each for each in profiles if each is not None and each != default]
    if any(each != others[0] for each in others):
        names = " and ".join(dict.fromkeys(each.name for each in others))
        where = Location(file or None, field="PROFILE")
        what = f"the rules are of several profiles: {names}"
        raise RuleError(Problem(what, where, "rules of one mission"))
    return others[0] if others else default


def _each_once(values: Iterable[tuple[object, ...]]) -> tuple[object, ...]:
    """Join tuples; what is declared may not be hashable."""
    joined: list[object] = []
    for part in (part for each in values for part in each):
        if part not in joined:
            joined.append(part)
    return tuple(joined)


def join_domains(domains: Iterable[Domain | None]) -> Domain | None:
    """Join domains.

    Parameters
    ----------
    domains : iterable of Domain or None
        The domain of each rule set; None for a set that has none.

    Returns
    -------
    Domain or None
        The values of a later domain replace those of an earlier one for the same attribute; the
        facts of all hold. None if there is none.
    """
    given = [each for each in domains if each is not None]
    if len(given) <= 1:
        return given[0] if given else None
    return Domain(
        values={name: values for each in given for name, values in each.values.items()},
        sources={name: source for each in given for name, source in each.sources.items()},
        facts=tuple(dict.fromkeys(fact for each in given for fact in each.facts)),
    )
