"""Rules that are solved together, with what belongs to them as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from asnsolve.displays import public_names
from asnsolve.errors import Problem, RuleError
from asnsolve.pool.measures import Measure
from asnsolve.profiles import Profile, default_profile
from asnsolve.rules.domain import Declared, Domain
from asnsolve.rules.examples import Example
from asnsolve.rules.model import Rule
from asnsolve.rules.rule_display import rule_set_html, rule_set_text
from asnsolve.suggest import did_you_mean


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that are solved together.

    Parameters
    ----------
    name : str
        Name of the set, such as ``level3-2017``.
    rules : tuple of Rule
        The rules; no two have the same name and variant.
    digits : int
        How many digits the number in a file name has.
    columns : frozenset of str
        Attributes that the rules may name in addition to those that pools are known to have.
    candidate_types : frozenset of str
        Types of candidates that the rules may name in addition to those of the observatory.
    measures : tuple of Measure
        Columns that measure, whose cells are read as numbers; the rules may name them too.
    domain : Domain or None
        The exposures that can exist, for `check`; None for those of JWST.
    declared : Declared or None
        Promises and known findings, for `check`; None for those of the rule set of the package
        that this set is based on, if any.
    examples : tuple of Example
        Small pools with the associations that exactly these rules make of them: a set with other
        rules does not take them over.
    profile : Profile
        The mission; by default JWST.

    Examples
    --------
    >>> from asnsolve import RuleSet, load_rules
    >>> images = RuleSet("images", (load_rules("jwst")["Asn_Lv3Image"],))
    >>> [rule.name for rule in images]
    ['Asn_Lv3Image']
    """

    name: str
    rules: tuple[Rule, ...]
    digits: int = 5
    columns: frozenset[str] = frozenset()
    candidate_types: frozenset[str] = frozenset()
    measures: tuple[Measure, ...] = ()
    domain: Domain | None = field(default=None, compare=False, repr=False)
    declared: Declared | None = field(default=None, compare=False, repr=False)
    examples: tuple[Example, ...] = field(default=(), compare=False, repr=False)
    profile: Profile = field(default_factory=default_profile, repr=False)

    @property
    def known_columns(self) -> frozenset[str]:
        """Every attribute that the rules may name in addition to the known ones."""
        return self.columns.union(one.column for one in self.measures)

    def __iter__(self) -> Iterator[Rule]:
        """Iterate over the rules in order."""
        return iter(self.rules)

    def __len__(self) -> int:
        """Count the rules."""
        return len(self.rules)

    def __repr__(self) -> str:
        """Show how many rules there are for which types."""
        return rule_set_text(self)

    def _repr_html_(self) -> str:
        """Show more of it in a notebook."""
        return rule_set_html(self)

    def __dir__(self) -> list[str]:
        """List the public names, for completion."""
        return public_names(object.__dir__(self))

    @property
    def compared(self) -> Mapping[str, tuple[str, ...]]:
        """Names of the rules that look at each of the `measures`, sorted, by column."""
        looked_at = {rule.name: rule.compared for rule in self.rules} if self.measures else {}
        return {
            one.column: tuple(name for name in sorted(looked_at) if one.column in looked_at[name])
            for one in self.measures
        }

    @property
    def across_programs(self) -> bool:
        """Whether a rule is solved in the whole pool, so that programs depend on each other."""
        return any(rule.scope_reach.across_programs for rule in self.rules)

    def with_rules(self, *rules: Rule, name: str | None = None) -> RuleSet:
        """Replace rules of this set by others of the same name and variant, and add new rules.

        Parameters
        ----------
        *rules : Rule
            The other rules.
        name : str, optional
            Name of the new set; by default that of this one.

        Returns
        -------
        RuleSet
            A replaced rule keeps its place; new rules come last.
        """
        by_key = {(rule.name, rule.variant): rule for rule in (*self.rules, *rules)}
        named = replace(self, name=self.name if name is None else name)
        return named._with(tuple(by_key.values()))

    def of_level(self, level: int) -> RuleSet:
        """Keep the rules of one level.

        Parameters
        ----------
        level : int
            Level of the products, 2 or 3.

        Returns
        -------
        RuleSet
            A set of the same name.

        Raises
        ------
        RuleError
            If there is no rule of this level.
        """
        rules = tuple(rule for rule in self.rules if rule.base.level == level)
        if not rules:
            raise RuleError(Problem(f"rule set {self.name} has no rule of level {level}"))
        return self._with(rules)

    def _with(self, rules: tuple[Rule, ...]) -> RuleSet:
        """Return a set of other rules; examples say what these rules make together."""
        examples = self.examples if rules == self.rules else ()
        return replace(self, rules=rules, examples=examples)

    def __contains__(self, rule: object) -> bool:
        """Tell whether the set has a rule, or a rule of a name."""
        return any(rule in (known, known.name) for known in self.rules)

    def __getitem__(self, name: str | int) -> Rule:
        """Return the first rule of a name, or the rule at a place; raise `RuleError` if none."""
        if isinstance(name, int):
            if -len(self.rules) <= name < len(self.rules):
                return self.rules[name]
            what = f"rule set {self.name} has {len(self.rules)} rules, and none at place {name}"
            raise RuleError(Problem(what))
        for rule in self.rules:
            if rule.name == name:
                return rule
        advice = did_you_mean(str(name), (rule.name for rule in self.rules))
        raise RuleError(Problem(f"rule set {self.name} has no rule {name!r}", advice=advice))


def rule_key(rule: Rule) -> str:
    """Name a rule uniquely in its set.

    Parameters
    ----------
    rule : Rule
        The rule.

    Returns
    -------
    str
        Its name, with the variant after a colon if it has one.
    """
    return f"{rule.name}:{rule.variant}" if rule.variant else rule.name


def rules_in(names: Mapping[str, object]) -> tuple[Rule, ...]:
    """List the rules that the public names of a module hold.

    Parameters
    ----------
    names : mapping of str to object
        The names of the module with their values.

    Returns
    -------
    tuple of Rule
        In the order in which the module defines them.
    """
    return tuple(
        value
        for name, value in names.items()
        if isinstance(value, Rule) and not name.startswith("_")
    )
