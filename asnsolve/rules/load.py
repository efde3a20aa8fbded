"""Load rule sets by name, from files, or from values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

from asnsolve.errors import Location, Problem, RuleError
from asnsolve.input_files import is_file
from asnsolve.phrases import and_more
from asnsolve.pool.measures import Measure
from asnsolve.profiles import Profile, default_profile
from asnsolve.rules.declared_mistakes import declared_mistakes, domain_mistakes, unknown_rules
from asnsolve.rules.domain import Declared, Domain
from asnsolve.rules.field_types import Mistake
from asnsolve.rules.joined_declarations import join_declared, join_domains, joined_profile
from asnsolve.rules.jwst import JWST
from asnsolve.rules.jwst.development import JWST_MAIN
from asnsolve.rules.level3_2017 import LEVEL3_2017
from asnsolve.rules.measured_rules import in_column_units, joined_measures, measure_mistakes
from asnsolve.rules.mistakes import check_rules, check_set, rule_label
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_files import code_of, held_in_file, rules_of_file
from asnsolve.rules.rule_set import RuleSet, rule_key
from asnsolve.shown_values import shown
from asnsolve.suggest import did_you_mean

DEFAULT_RULES = "jwst"
"""Name of the default rule set."""

RULE_SETS = {rules.name: rules for rules in (JWST, JWST_MAIN, LEVEL3_2017)}
"""Rule sets that come with the package, by name."""

ALIASES = {"jwst-3.0": JWST.name}
"""Further names of rule sets: the release of the pipeline that a set follows."""

RuleSource = str | PathLike[str] | Rule | RuleSet


def is_set_name(source: object) -> bool:
    """Tell whether something is the name of a rule set that comes with the package.

    Parameters
    ----------
    source : object
        What `load_rules` takes.

    Returns
    -------
    bool
    """
    return isinstance(source, str) and (source in RULE_SETS or source in ALIASES)


def sources_in(text: str) -> tuple[str, ...]:
    """Take apart a text in which sources of rules are joined by ``+``.

    Parameters
    ----------
    text : str
        Names of rule sets and files, such as ``jwst+mine.py``.

    Returns
    -------
    tuple of str
        The sources. A file whose name has a ``+`` is one.
    """
    return (text,) if is_file(text) else tuple(filter(None, text.split("+")))


def load_rules(*sources: RuleSource | Iterable[RuleSource]) -> RuleSet:
    """Load and check rules.

    Parameters
    ----------
    *sources : str, path, Rule, RuleSet, or iterable of these
        Name of a rule set that comes with the package, a Python file whose module-level names
        hold `Rule` values, or rules themselves; several are joined in order. With none, the
        default set. Sources in one text may be joined by ``+``: ``"jwst+mine.py"``. A file may
        list in ``COLUMNS`` and ``CANDIDATE_TYPES`` what its rules name in addition, and hold a
        `Domain` in ``DOMAIN`` and a `Declared` in ``DECLARED``, for `check`, and the `Profile` of
        another mission in ``PROFILE``. Rules of the package that a file imports are not its own,
        unless a `RuleSet` in it holds them.

    Returns
    -------
    RuleSet
        The rules, checked. Its name joins the names of the sources by ``+``.

    Raises
    ------
    RuleError
        If a source is not found, a file does not run, or a rule is not acceptable; the message
        names every rule that has a mistake.

    Notes
    -----
    A rule file is Python and is run: load only files that you trust.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> rules = load_rules("jwst")
    >>> rules.name, rules["Asn_Lv3MIRMRS"].asn_type
    ('jwst', 'spec3')
    """
    return _joined(_loaded(sources or (DEFAULT_RULES,)))


def _joined(loaded: Sequence[tuple[str, RuleSet]]) -> RuleSet:
    """Check rule sets and join them; each comes with what messages call it."""
    sets = [rule_set for _, rule_set in loaded]
    if len(sets) == 1 and sets[0] is RULE_SETS.get(sets[0].name):
        return sets[0]
    columns = frozenset[str]().union(*(rule_set.columns for rule_set in sets))
    types = frozenset[str]().union(*(rule_set.candidate_types for rule_set in sets))
    measures = joined_measures(rule_set.measures for rule_set in sets)
    named = columns.union(one.column for one in measures)
    profile = joined_profile("", (rule_set.profile for rule_set in sets))
    _refuse_other_mission(sets, profile)
    problems: list[Problem] = []
    for place, each in loaded:
        with code_of(Path(place)):
            problems += _problems_of(place, each, named, types, measures=measures, profile=profile)
            problems += _problems(place, measure_mistakes(measures, columns, profile))
    problems = [*dict.fromkeys(problems)]
    problems += _repeated(loaded)
    if problems:
        raise RuleError(problems)
    rules = in_column_units(tuple(rule for each in sets for rule in each), measures)
    return RuleSet(
        name="+".join(dict.fromkeys(rule_set.name for rule_set in sets)),
        rules=rules,
        digits=max(rule_set.digits for rule_set in sets),
        columns=columns,
        candidate_types=types,
        measures=measures,
        profile=profile,
        domain=in_column_units(join_domains(each.domain for each in sets), measures),
        declared=in_column_units(join_declared(each.declared for each in sets), measures),
        # Examples show what the rules of one source make without those of the others.
        examples=sets[0].examples if len(sets) == 1 else (),
    )


def _refuse_other_mission(sets: Iterable[RuleSet], profile: Profile) -> None:
    """Refuse to join rules of another mission with a rule set of the package."""
    for rule_set in sets:
        if rule_set is RULE_SETS.get(rule_set.name) and rule_set.profile != profile:
            what = f"rules of {profile.name} are joined with the rule set {rule_set.name}"
            advice = "Leave the set out: use --ignore-default, or name only the others."
            raise RuleError(Problem(what, expected="rules of one mission", advice=advice))


def declared_rules(
    sources: RuleSource | Iterable[RuleSource], declared: str | PathLike[str] | None = None
) -> RuleSet:
    """Load rules to be checked, and add what a file declares of them.

    Parameters
    ----------
    sources : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    declared : str or path, optional
        A Python file with a ``DECLARED``.

    Returns
    -------
    RuleSet

    Raises
    ------
    RuleError
        If the rules are not acceptable, the file has no ``DECLARED`` or one with mistakes, or
        something is declared about a rule that does not exist.
    """
    loaded = _loaded((sources,))
    rules = _joined(loaded)
    by_place = [(place, rule_set.declared) for place, rule_set in loaded if rule_set.declared]
    if declared is not None:
        added = held_in_file(_existing(declared), "DECLARED", Declared)
        by_place.append((str(declared), added))
        rules = replace(rules, declared=join_declared((rules.declared, added)))
    # Declarations may also be about rules of the package that are left out here.
    known = {rule_key(rule) for rule_set in (rules, *RULE_SETS.values()) for rule in rule_set}
    problems = [
        problem
        for place, each in by_place
        for problem in _problems(
            place,
            (
                *declared_mistakes(each, rules.known_columns, rules.profile),
                *unknown_rules(each, known),
            ),
        )
    ]
    if problems:
        raise RuleError(problems)
    return rules


def domain_of_file(
    file: str | PathLike[str],
    columns: frozenset[str] = frozenset(),
    measures: tuple[Measure, ...] = (),
    profile: Profile | None = None,
) -> Domain:
    """Run a file and return its ``DOMAIN``.

    Parameters
    ----------
    file : str or path
        A Python file.
    columns : frozenset of str
        Attributes that pools may have in addition to the known ones.
    measures : tuple of Measure
        Columns that measure.
    profile : Profile, optional
        The mission; by default JWST.

    Returns
    -------
    Domain

    Raises
    ------
    RuleError
        If there is no file, it does not run, or its ``DOMAIN`` is missing or has mistakes.
    """
    domain = held_in_file(_existing(file), "DOMAIN", Domain)
    mistakes = domain_mistakes(domain, columns, profile or default_profile())
    if problems := _problems(str(file), mistakes):
        raise RuleError(problems)
    return in_column_units(domain, measures)


def _existing(file: str | PathLike[str]) -> Path:
    path = Path(file)
    if not is_file(path):
        raise RuleError(Problem(f"there is no file {str(file)!r}", expected="a Python file"))
    return path


def _problems_of(
    place: str,
    rule_set: RuleSet,
    columns: frozenset[str],
    candidate_types: frozenset[str],
    *,
    measures: tuple[Measure, ...],
    profile: Profile,
) -> list[Problem]:
    """Check the rules of a set, but those of the package, which its tests check."""
    shipped = {id(rule) for known in RULE_SETS.values() for rule in known}
    own = [rule for rule in rule_set if id(rule) not in shipped]
    beside = [
        *(domain_mistakes(rule_set.domain, columns, profile) if rule_set.domain else ()),
        *(declared_mistakes(rule_set.declared, columns, profile) if rule_set.declared else ()),
    ]
    found = check_rules(place, own, columns, candidate_types, measures=measures, profile=profile)
    return [*found, *_problems(place, beside)]


def _problems(place: str, mistakes: Iterable[Mistake]) -> list[Problem]:
    return [
        Problem(each.what, Location(place, field=each.field), each.expected, each.advice)
        for each in mistakes
    ]


def _repeated(loaded: Sequence[tuple[str, RuleSet]]) -> Iterator[Problem]:
    """Find rules of one name and variant that come from two sources."""
    first: dict[tuple[str, str], str] = {}
    for place, rule_set in loaded:
        repeated: dict[str, list[str]] = {}
        # Names of the wrong type, which may not be hashable, and repetitions within one source are
        # found with the other mistakes of its rules.
        keys = (
            (rule.name, rule.variant)
            for rule in rule_set
            if isinstance(rule.name, str) and isinstance(rule.variant, str)
        )
        for key in dict.fromkeys(keys):
            if key in first:
                repeated.setdefault(first[key], []).append(key[0])
            first.setdefault(key, place)
        for other, names in repeated.items():
            many = f"{other} has rules of these names too: {and_more(names[0], len(names))}"
            what = f"{other} has a rule of this name too" if len(names) == 1 else many
            where = Location(place, rule=names[0], field="name")
            is_set = any(is_set_name(one) for one in (other, place))
            advice = (
                "Leave the set out: use --ignore-default, or name only the others."
                if is_set
                else ""
            )
            yield Problem(what, where, "one of each name and variant", advice)


def _flatten(sources: Iterable[RuleSource | Iterable[RuleSource]]) -> Iterable[RuleSource]:
    # A text is iterable, and so is a RuleSet.
    for source in sources:
        if isinstance(source, str):
            yield from sources_in(source)
        elif isinstance(source, PathLike | Rule | RuleSet):
            yield source
        elif isinstance(source, Iterable):
            yield from _flatten(source)
        else:
            expected = "a name, a Python file, a Rule or a RuleSet"
            raise RuleError(Problem(f"{source!r} is not a source of rules", expected=expected))


def _loaded(
    sources: Iterable[RuleSource | Iterable[RuleSource]],
) -> list[tuple[str, RuleSet]]:
    """Load each source; each comes with what messages call it."""
    loaded = [_load(source) for source in _flatten(sources)]
    if not loaded:
        advice = "Call load_rules() for the default rule set."
        raise RuleError(Problem("the list of rules is empty", advice=advice))
    return loaded


def _load(source: RuleSource) -> tuple[str, RuleSet]:
    """Return what messages call a source, and its rules."""
    if isinstance(source, Rule):
        label = rule_label(source, 1)
        return label, RuleSet(label, (source,))
    if isinstance(source, RuleSet):
        check_set("", source, f"rule set {shown(source.name)}")
        return source.name, source
    if is_set_name(source):
        name = str(source)
        return name, RULE_SETS[ALIASES.get(name, name)]
    path = Path(source)
    if not is_file(path):
        raise RuleError(
            Problem(
                f"there is no rule set or file {str(source)!r}",
                expected=f"one of {', '.join(sorted(RULE_SETS))}, or a Python file",
                advice=did_you_mean(str(source), (*RULE_SETS, *ALIASES)),
            )
        )
    return str(path), rules_of_file(path, RULE_SETS.values())
