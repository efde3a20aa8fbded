"""Groupings that users widen or split: rules of level 3 with one key less, or one key more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Location, PoolError, Problem, UsageError
from asnsolve.expr.build import same
from asnsolve.expr.nodes import AllOf, Same
from asnsolve.phrases import listed
from asnsolve.profiles import Profile, default_profile
from asnsolve.rules.model import Clause, Reach, Rule
from asnsolve.rules.near_groupings import (
    EXAMPLES,
    NEARNESS,
    far_combined,
    only_split,
    widths_of,
    with_nearness,
)
from asnsolve.rules.rule_set import RuleSet
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

TOGETHER: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "observation": (),
        "visit": ("visit", "visit_id", "obs_id"),
        "target": ("targetid",),
        "program": ("program",),
    }
)
"""What can be taken together, with the attributes whose keys then no longer apply.

Candidates, not keys, keep observations apart, so the inputs tie them by a common candidate. For
programs, the rules are solved in the whole pool.
"""

_SCIENCE: Final = ("science",)

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
"""What can be kept apart, with the keys that are added, by the names of their clauses.

Any other attribute of a pool can be kept apart too: see `_keys_of`. Most of these keys bind science
alone, so that a background serves all parts. A detector is kept apart from every other one.
"""

_OPTICS: Final = (
    *("instrume", "detector", "module", "channel", "filter", "pupil", "grating", "band"),
    *("opmode", "subarray", "fxd_slit", "exp_type"),
)
"""Attributes in which members of every role agree where science is kept apart by them."""


def regrouped(
    rules: RuleSet, together: Iterable[str], apart: Iterable[str], *, others: Iterable[str] = ()
) -> RuleSet:
    """Widen and split what the rules of level 3 take together.

    Parameters
    ----------
    rules : RuleSet
        The rules.
    together : iterable of str
        Keys of `TOGETHER`, and how close exposures must be, such as ``sky=2arcmin``.
    apart : iterable of str
        Keys of `APART`, and attributes of a pool.
    others : iterable of str
        What may be asked to be kept apart too, because the caller sees to it.

    Returns
    -------
    RuleSet
        The rules of other levels stay as they are.

    Raises
    ------
    UsageError
        If a grouping is unknown, or is to be widened and split at once, or a width makes no sense.
    """
    asked, split, elsewhere = tuple(together), tuple(apart), tuple(others)
    widths = widths_of(text for text in asked if "=" in str(text))
    widened = tuple(text for text in asked if "=" not in str(text))
    known_here = rules.profile.words.attributes | rules.columns
    closeness = f", or how close, such as {', '.join(EXAMPLES)}"
    _refuse_unknown(widened, "together", TOGETHER, (), closeness)
    # A level of another mission may have the name of a grouping.
    splits = dict.fromkeys((*APART, *_levels_of(rules.profile), *elsewhere))
    _refuse_unknown(split, "apart", splits, known_here, ", or an attribute of a pool")
    _refuse_foreign(widened, split, elsewhere, known_here, rules.profile)
    _refuse_conflicts(widened, split, rules.profile)
    attributes = {attribute for grouping in widened for attribute in TOGETHER[grouping]}
    keys = {
        name: key
        for grouping in split
        if grouping not in elsewhere
        for name, key in _keys_of(grouping, rules.profile).items()
        if not known_here.isdisjoint(key.sources)
    }
    is_free_of_targets = "target" in widened or "sky" in widths or "targetid" not in known_here
    if "program" in widened and not is_free_of_targets:
        what = "--together program is not enough, because each program numbers its own targets"
        raise UsageError(Problem(what, advice="Add sky=2arcmin or target."))
    nearer = with_nearness(rules, widths)
    counted = _counted_in_programs(rules.profile)
    regroup = partial(_across_programs if "program" in widened else _in_reach, counted)
    return replace(
        nearer,
        rules=tuple(
            regroup(rule, attributes, keys) if rule.base.level == 3 else rule for rule in nearer
        ),
    )


def check_apart(
    apart: Iterable[str], profile: Profile, columns: Collection[str], pool: str, advice: str
) -> tuple[Problem, ...]:
    """Refuse a pool without the columns by which exposures are to be kept apart.

    Attributes of a pool that are no groupings keep exposures without a value together.

    Parameters
    ----------
    apart : iterable of str
        What `regrouped` takes.
    profile : Profile
        The mission.
    columns : collection of str
        Columns of the pool.
    pool : str
        Name of the pool.
    advice : str
        What to do, with ``{columns}`` in the place of those that are missing.

    Returns
    -------
    tuple of Problem
        Attributes that split nothing, because the pool does not have them.

    Raises
    ------
    PoolError
        If level 3 would take no science exposure, because none of the columns of a key is there.
    """
    absent: dict[bool, list[Problem]] = {True: [], False: []}
    for grouping in apart:
        for key in _keys_of(grouping, profile).values():
            if not {*key.sources} & {*columns}:
                named = [source.upper() for source in key.sources]
                what = f"--apart {grouping} compares {' or '.join(named)}, and no exposure has it"
                what += ", so it splits nothing" if key.optional else ""
                where = Location(pool, column=named[0])
                problem = Problem(what, where, advice=advice.format(columns=named[0]))
                absent[key.optional].append(problem)
    if absent[False]:
        raise PoolError(absent[False])
    return tuple(absent[True])


def pool_groupings(together: Iterable[str]) -> tuple[str, ...]:
    """Check the groupings that a pool can have.

    Parameters
    ----------
    together : iterable of str
        What `regrouped` takes.

    Returns
    -------
    tuple of str
        The same.

    Raises
    ------
    UsageError
        If observations are to be taken together: in a pool, candidates say which of them are.
    """
    asked = tuple(together)
    if "observation" in asked:
        what = "--together observation is only for FITS files"
        advice = (
            "In a pool, candidates say which observations belong together, and discovery combines "
            "observations without a candidate."
        )
        raise UsageError(Problem(what, advice=advice))
    return asked


def notes_of_groupings(together: Collection[str], *, are_files: bool) -> tuple[Problem, ...]:
    """Note what groupings combine, or do not combine, against expectation.

    Parameters
    ----------
    together : collection of str
        What `regrouped` takes.
    are_files : bool
        Whether files are associated, and not the exposures of a pool.

    Returns
    -------
    tuple of Problem

    Raises
    ------
    UsageError
        If a width makes no sense.
    """
    # Check the widths first: a grouping that is refused needs no note.
    widths_of(text for text in together if "=" in text)
    wider = [name for name in TOGETHER if are_files or name != "observation"]
    return (*far_combined(together), *only_split(together, wider))


def with_skies_of_any_pattern(rules: RuleSet) -> RuleSet:
    """Let backgrounds have another dither pattern than the science that they serve.

    Master backgrounds are made of spectra, to which the pattern makes no difference. The rules
    compare it all the same, because it tells them which exposures belong together.

    Parameters
    ----------
    rules : RuleSet
        The rules.

    Returns
    -------
    RuleSet
        The rules of other levels than 3 stay as they are.
    """
    return replace(
        rules,
        rules=tuple(
            replace(rule, clauses=tuple(map(_for_science_alone, rule.clauses)))
            if rule.base.level == 3
            else rule
            for rule in rules
        ),
    )


def _for_science_alone(clause: Clause) -> Clause:
    """Let a key of dither patterns bind only science; other clauses stay as they are."""
    if clause.key is None or clause.key.sources != ("patttype",):
        return clause
    return replace(clause, key=replace(clause.key, roles=_SCIENCE))


def _keys_of(grouping: str, profile: Profile) -> Mapping[str, Same]:
    """Return the keys that keep something apart, by the names of their clauses.

    An exposure without a value of an attribute stays together with all others.
    """
    levels = _levels_of(profile)
    if grouping in levels:
        return {column: same(column, roles=_SCIENCE) for column in levels[grouping]}
    if grouping in APART:
        return APART[grouping]
    if grouping in _OPTICS:
        return {grouping: same(grouping, optional=True)}
    return {grouping: same(grouping, optional=True, roles=_SCIENCE)}


def _refuse_unknown(
    groupings: Iterable[str],
    option: str,
    offered: Collection[str],
    also: Collection[str],
    more: str,
) -> None:
    """Refuse groupings that do not exist; `also` are not offered in the message, but `more` is."""
    for grouping in groupings:
        if grouping in offered or grouping in also:
            continue
        what = f"--{option} does not take {quoted(str(grouping))}"
        name = str(grouping).partition("=")[0].lower()
        near = (one for key, one in NEARNESS.items() if name == key or one.compares(name))
        nearness = next(near, None)
        if nearness is None:
            advice = did_you_mean(name, {*offered, *also})
        else:
            advice = f"To divide exposures at large gaps, use --together {nearness.example}."
        expected = f"one of {', '.join(offered)}{more}"
        raise UsageError(Problem(what, expected=expected, advice=advice))


def _refuse_conflicts(widened: Iterable[str], split: Iterable[str], profile: Profile) -> None:
    """Refuse to widen and to split the same thing."""
    counted = _counted_in_programs(profile)
    for grouping in split:
        own = _keys_of(grouping, profile)
        is_counted = bool(counted & _attributes_of(own.values()))
        # Visits that are kept apart also keep observations apart.
        conflicts = [
            name
            for name in widened
            if name in (grouping, *own)
            or grouping in TOGETHER[name]
            or (name == "program" and is_counted)
        ]
        if conflicts:
            what = f"--together {conflicts[0]} and --apart {grouping} contradict each other"
            raise UsageError(Problem(what, expected="one of the two"))


def _refuse_foreign(
    widened: tuple[str, ...],
    split: tuple[str, ...],
    elsewhere: tuple[str, ...],
    known: frozenset[str],
    profile: Profile,
) -> None:
    """Refuse groupings by attributes that the mission does not have: they would have no meaning."""
    asked = [(name, "together", TOGETHER[name]) for name in widened]
    for name in split:
        if name not in elsewhere:
            sources = (key.sources for key in _keys_of(name, profile).values())
            asked.append((name, "apart", tuple(dict.fromkeys(chain.from_iterable(sources)))))
    for name, option, attributes in asked:
        if attributes and known.isdisjoint(attributes):
            named = " or ".join(attributes)
            what = f"--{option} {name} is not possible: {profile.name} has no column {named}"
            raise UsageError(Problem(what, advice=_possible(option, known, profile)))


def _possible(option: str, known: frozenset[str], profile: Profile) -> str:
    """Say which groupings a mission has, by attributes that it knows."""
    columns: dict[str, Collection[str]] = dict(TOGETHER)
    if option == "apart":
        columns = {
            name: _attributes_of(_keys_of(name, profile).values())
            for name in dict.fromkeys((*APART, *_levels_of(profile)))
        }
    names = [name for name, its in columns.items() if its and not known.isdisjoint(its)]
    more = ["another column of the pool" if names else "a column of the pool"]
    choices = names + more * (option == "apart")
    return f"Use {listed(choices, 'or')}." if choices else ""


def _levels_of(profile: Profile) -> Mapping[str, tuple[str, ...]]:
    """Return the columns that tell the exposures of a level apart; for JWST, `APART` has them."""
    is_other = profile != default_profile()
    return {level: columns[1:] for level, columns in profile.hierarchy[1:] if is_other}


def _counted_in_programs(profile: Profile) -> frozenset[str]:
    """Return the attributes that count something in each program by itself."""
    levels = chain.from_iterable(columns for _, columns in profile.hierarchy)
    return frozenset({"targetid", "asn_candidate", *levels})


def _attributes_of(keys: Iterable[Same]) -> frozenset[str]:
    """Return the attributes that keys look at."""
    return frozenset(
        name
        for key in keys
        for name in (*key.sources, *(key.instead[1] if key.instead is not None else ()))
    )


def _across_programs(
    counted: frozenset[str], rule: Rule, attributes: set[str], keys: Mapping[str, Same]
) -> Rule:
    """Solve a rule across programs, if it is solved outside of candidates.

    A rule that needs a candidate or compares what programs number by themselves stays in each.
    """
    widened = _regrouped(rule, attributes, keys)
    reach = rule.scope_reach
    is_free = reach.candidate_types is None and reach.discovered
    if is_free and not counted & _attributes_of(key for _, key in widened.keys):
        return replace(widened, reach=Reach(across_programs=True))
    return _regrouped(rule, attributes - {*TOGETHER["program"]}, keys)


def _in_reach(
    counted: frozenset[str], rule: Rule, attributes: set[str], keys: Mapping[str, Same]
) -> Rule:
    """Widen and split a rule; across programs, what they number is kept apart with them."""
    if rule.scope_reach.across_programs and counted & _attributes_of(keys.values()):
        keys = {"program": same("program", roles=_SCIENCE), **keys}
    return _regrouped(rule, attributes, keys)


def _regrouped(rule: Rule, attributes: set[str], keys: Mapping[str, Same]) -> Rule:
    """Remove the keys that look at any of some attributes, and add other keys."""
    clauses = {clause.name: clause for clause in rule.clauses}
    # The clause of a removed key keeps its predicate. A clause of the rule itself replaces a clause
    # of the same name that comes from its base or a mixin.
    for clause in rule.all_clauses:
        if clause.key is not None and attributes & {*clause.key.sources}:
            clauses[clause.name] = Clause(clause.name, clause.where or AllOf(()))
    asked = {clause.name: clause for clause in rule.all_clauses}
    for name, key in keys.items():
        if name in asked and name not in APART and asked[name].key is not None:
            # The rule has a key of that name; both of them hold.
            clauses[f"{name}_apart"] = Clause(f"{name}_apart", None, key)
        else:
            clauses[name] = Clause(name, asked[name].where if name in asked else None, key)
    return replace(rule, clauses=tuple(clauses.values()))
