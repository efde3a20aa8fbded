"""Values for random pools: those that rules tell apart, and exposures that rules take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, combinations
from random import Random
from typing import Final

from asnsolve.expr.fold import attributes, conjuncts
from asnsolve.expr.nodes import Distinct, MeasuredKey, Predicate, Within
from asnsolve.interpret.to_csp import as_function
from asnsolve.pool.measures import converted, number_text, turn_of
from asnsolve.proofs.space import Space
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.shipped_declarations import domain_of
from asnsolve.rules.steps import compared_in
from asnsolve.solvers.scopes import cell_of

Cells = Mapping[str, str | None]

_PER_CLASS: Final = 3
"""How many values of a class are used: several, so that keys tell exposures of a class apart."""

_PER_CROSSED_KEY: Final = 4
"""How many values a key has where exposures leave different keys open: most of them differ."""

_STARTS: Final = 5
"""How many families of exposures are looked for, each from other values."""

_MOST_CHANGES: Final = 100
"""How many cells are changed, one after the other, until a rule takes an exposure."""

_STEPS: Final = (0.0, 0.5, 1.0, 1.75, 2.75, 4.0)
"""Numbers in widths of a key: most neighbours are within one width, and the last two are not."""

_OBSERVATION: Final = "observation"

_FREE_VALUES: Final = ("1", "2", "3")
"""Values of an attribute that no test looks at: few, so that groups form."""

_OF_STEPS: Final = (
    *("patt_num", "dithptin", "expspcin", "subpxpts", "numdthpt", "targetid", "bkgdtarg"),
    *("is_imprt", "msametfl", "nints", "channel", "module", "mostilno"),
)
"""Attributes at which steps look."""


@dataclass(frozen=True)
class RuleValues:
    """Values that random exposures for a rule set have.

    Parameters
    ----------
    rules : RuleSet
        The rules.
    """

    rules: RuleSet

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Attributes by which rules group, sorted, but for those of the hierarchy."""
        named = {
            source
            for rule in self.rules
            for _, key in rule.keys
            for source in (*key.sources, *(key.instead[1] if key.instead else ()))
        }
        named.update(source for key in self._measured_keys for source in key.sources)
        return tuple(sorted(named - self._set_apart))

    @property
    def _set_apart(self) -> frozenset[str]:
        """Attributes whose values follow from those of the other exposures of a pool."""
        levels = (names for _, names in self.rules.profile.hierarchy)
        return frozenset({"filename", "asn_candidate", "exposure", *chain.from_iterable(levels)})

    @property
    def _measured_keys(self) -> tuple[MeasuredKey, ...]:
        return tuple(key for rule in self.rules for _, key in rule.measured_keys)

    @cached_property
    def _steps(self) -> Mapping[str, tuple[str, ...]]:
        """Numbers that the width of a key just joins, or keeps apart, by attribute."""
        found: dict[str, dict[str, None]] = {}
        units = {measure.column: measure.width_unit for measure in self.rules.measures}
        for key in self._measured_keys:
            for name in key.sources:
                width = converted(key.width, key.unit, units.get(name, key.unit)) or 1.0
                turn = turn_of(units.get(name, key.unit))
                numbers = [step * width for step in _STEPS]
                # Beyond the last number of an angle comes the first one.
                numbers += [turn - width / 2] if turn and name == key.sources[0] else []
                found.setdefault(name, {}).update(dict.fromkeys(map(number_text, numbers)))
        return {name: tuple(numbers) for name, numbers in found.items()}

    @cached_property
    def open_keys(self) -> tuple[str, ...]:
        """Those of `keys` that some exposures leave open: there is something to search."""
        named = {
            source
            for rule in self.rules
            for _, key in rule.keys
            if key.optional or key.open_values or key.where or key.roles
            for source in key.sources
        }
        for measured in self._measured_keys:
            if measured.optional or measured.where or measured.roles:
                named.update(measured.sources)
        return tuple(name for name in self.keys if name in named)

    def crossing(self, rule: Rule) -> Mapping[str, tuple[str | None, ...]]:
        """Return values with which exposures of a rule leave different keys open.

        Parameters
        ----------
        rule : Rule
            A rule of the set.

        Returns
        -------
        mapping of str to tuple of (str or None)
            For each key that an exposure leaves open by its value: that value, or None for no
            value, and then values that bind it. A key of several attributes has these in the first
            of them; the others are always None. Empty if there are fewer than two such keys.
        """
        crossing: dict[str, tuple[str | None, ...]] = {}
        for _, key in rule.keys:
            first, *others = key.sources
            if first in self.choices and (key.optional or key.open_values):
                # The value that leaves a key open comes first.
                leaves_open = (*key.open_values, None)[0]
                binding = {*self.choices[first]} - {None, *key.open_values}
                crossing[first] = (leaves_open, *sorted(filter(None, binding))[:_PER_CROSSED_KEY])
                crossing |= dict.fromkeys(others, (None,))
        return crossing if sum(len(cells) > 2 for cells in crossing.values()) > 1 else {}

    @cached_property
    def _open_values(self) -> Mapping[str, tuple[str, ...]]:
        """Values of keys that go with any other, by attribute."""
        found: dict[str, tuple[str, ...]] = {}
        for _, key in (named for rule in self.rules for named in rule.keys):
            for source in key.sources if key.open_values else ():
                found[source] = tuple(dict.fromkeys((*found.get(source, ()), *key.open_values)))
        return found

    @cached_property
    def counted(self) -> Mapping[str, int]:
        """Attributes of which a need asks for several values, with the largest number."""
        counted: dict[str, int] = {}
        for rule in self.rules:
            for need in rule.all_needs:
                inner = need.need if isinstance(need, Within) else need
                if isinstance(inner, Distinct):
                    for source in inner.sources:
                        counted[source] = max(inner.count, counted.get(source, 0))
        return counted

    @cached_property
    def candidate_types(self) -> tuple[str, ...]:
        """Types of candidates that the rules name, and a mosaic and a background."""
        named: dict[str, None] = {}
        for rule in self.rules:
            reach = rule.scope_reach
            named |= dict.fromkeys((*(reach.candidate_types or ()), *reach.barred_types))
            for need in rule.all_needs:
                named |= dict.fromkeys(need.candidate_types if isinstance(need, Within) else ())
        return tuple(dict.fromkeys((*named, _OBSERVATION, "mosaic", "background")))

    @cached_property
    def choices(self) -> Mapping[str, tuple[str | None, ...]]:
        """The values of each attribute that rules look at, but for the hierarchy; None: unset."""
        predicates = chain.from_iterable(rule.predicates_and_demands() for rule in self.rules)
        space = Space.of(predicates, domain_of(self.rules).values, self.rules.measures)
        choices: dict[str, tuple[str | None, ...]] = {
            name: tuple(value for members in classes for value in members)
            for name, classes in _values(space).items()
        }
        free = {*self.keys, *self.counted}
        # Open values go with any other: they come first, because the first are drawn most.
        for name, open_values in self._open_values.items():
            choices[name] = tuple(dict.fromkeys((*open_values, *choices.get(name, (None,)))))
        for rule in self.rules:
            if rule.all_steps:
                free.update(_OF_STEPS)
            for step in rule.all_steps:
                free.update(compared_in(step))
        for name, numbers in self._steps.items():
            tested = [value for value in choices.get(name, ()) if value is not None]
            choices[name] = tuple(dict.fromkeys((*tested[:1], *numbers, *tested, None)))
        for name in free:
            known = choices.get(name, (None,))
            # One value alone would let nothing differ.
            enough = len({*known} - {None, *self._open_values.get(name, ())}) > 1
            choices[name] = known if enough else tuple(dict.fromkeys((*_FREE_VALUES, *known)))
        return {name: choices[name] for name in sorted(choices.keys() - self._set_apart)}

    def families(self, rule: Rule) -> tuple[tuple[Cells, ...], ...]:
        """Return exposures that a rule takes, in families that differ in little but the role.

        Parameters
        ----------
        rule : Rule
            A rule of the set.

        Returns
        -------
        tuple of tuple of mapping of str to str or None
            Values of the attributes that the rule tests; None: unset. The first of a family is the
            science exposure, and the others have further roles of the rule.
        """
        known = self._families.get(id(rule))
        if known is None:
            known = self._families[id(rule)] = tuple(_families(rule, self.rules))
        return known

    @cached_property
    def _families(self) -> dict[int, tuple[tuple[Cells, ...], ...]]:
        return {}


def _values(space: Space) -> dict[str, tuple[tuple[str | None, ...], ...]]:
    """Return some values of each class of each attribute."""
    return {
        name: tuple(
            # Of numbers, those around every limit are used.
            each.unlisted
            if each.pieces
            else tuple(dict.fromkeys((each.sample, *sorted(each.values))))[:_PER_CLASS]
            for each in classes
        )
        for name, classes in space.classes.items()
    }


def _families(rule: Rule, rules: RuleSet) -> Iterator[tuple[Cells, ...]]:
    demands = [demand for _, demand in rule.demands]
    cases = rule.as_members_have(rule.member_roles)
    parts_of = {
        # Science first: the other members are made from it.
        role: [
            part for one in (*demands, rule.member_roles.when((role,))) for part in conjuncts(one)
        ]
        for role in sorted(cases.results(), key=lambda role: role != "science")
    }
    # Where two cases hold, their order decides.
    ambiguous = [
        [part for one in (*demands, first, second) for part in conjuncts(one)]
        for (first, role), (second, other) in combinations(cases.cases, 2)
        if role != other
    ]
    every_part = (part for parts in parts_of.values() for part in parts)
    predicates = (*rule.predicates_and_demands(), *every_part)
    values = _values(Space.of(predicates, domain_of(rules).values, rules.measures))
    # Rules that look at the candidates see the one in which they are solved.
    kind = (rule.scope_reach.candidate_types or (_OBSERVATION,))[0]
    values["asn_candidate"] = ((cell_of(("o001" if kind == _OBSERVATION else "c1000", kind)),),)
    first, *others = parts_of.values()
    for start in range(_STARTS):
        # The same exposures in every run: what is random is drawn by hypothesis.
        random = Random(f"{rule.name} {rule.variant} {start}")
        # Mostly unset, as most cells of a pool are.
        blank = {
            name: random.choice(classes[0] if random.random() < 0.5 else random.choice(classes))
            for name, classes in values.items()
        }
        science = _satisfying(first, values, random, blank)
        if science is not None:
            further = (_satisfying(parts, values, random, science) for parts in others)
            random.shuffle(ambiguous)
            ambivalent = (_satisfying(parts, values, random, science) for parts in ambiguous)
            between = next(filter(None, ambivalent), None)
            yield (science, *(cells for cells in (*further, between) if cells is not None))


def _satisfying(
    parts: Sequence[Predicate],
    values: Mapping[str, tuple[tuple[str | None, ...], ...]],
    random: Random,
    start: Cells,
) -> Cells | None:
    """Look for an exposure that satisfies every part, by changing one cell after the other."""
    tests = [(as_function(part), sorted(attributes(part))) for part in parts]
    cells = dict(start)
    for _ in range(_MOST_CHANGES):
        broken = [names for holds, names in tests if not holds(cells)]
        if not broken:
            return cells
        names = random.choice(broken)
        if not names:
            return None
        name = random.choice(names)
        tried = [random.choice(members) for members in values[name]]
        random.shuffle(tried)
        # Now and then any value, or the search would be caught where no single change is better.
        if random.random() < 0.2:
            cells[name] = tried[0]
            continue
        touched = [holds for holds, used in tests if name in used]
        cells[name] = max(
            tried, key=lambda value: sum(holds({**cells, name: value}) for holds in touched)
        )
    return None
