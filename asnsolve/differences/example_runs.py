"""Run the examples of rules, and compare what is made with what is expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from inspect import cleandoc
from io import BytesIO
from types import MappingProxyType
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.errors import AsnsolveError, Location, Problem, RuleError
from asnsolve.pipeline import solve
from asnsolve.pool.table import Pool
from asnsolve.profiles.jwst import FILES, NAMES
from asnsolve.rules.examples import Example
from asnsolve.rules.rule_set import RuleSet
from asnsolve.shown_values import shown

_DEFAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {"program": "1", "asn_candidate": "[('o001', 'observation')]"}
)
"""Values of the columns that an example may leave out."""


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """The result of an example.

    Parameters
    ----------
    says : str
        What the example shows.
    missing : tuple of str
        Associations that are expected and were not made, in the form of `Example.expected`.
    unexpected : tuple of str
        Associations that were made and are not expected.
    missing_orphans : tuple of str
        Exposures that are expected to be in no association, and are in one.
    unexpected_orphans : tuple of str
        Exposures that are in no association, and are not expected to be.
    made : tuple of str
        All associations that were made, sorted.
    orphans : tuple of str
        All exposures that are in no association, sorted.
    """

    says: str
    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    missing_orphans: tuple[str, ...]
    unexpected_orphans: tuple[str, ...]
    made: tuple[str, ...]
    orphans: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether what was made is what is expected."""
        different = (self.missing, self.unexpected, self.missing_orphans, self.unexpected_orphans)
        return not any(different)


@dataclass(frozen=True, slots=True)
class _Line:
    """An association as a line of an example; type and product are None where it does not say."""

    rule: str
    asn_id: str
    members: tuple[tuple[str, str], ...]
    asn_type: str | None = None
    product: str | None = None

    def __str__(self) -> str:
        by_role: dict[str, list[str]] = {}
        for role, exposure in self.members:
            by_role.setdefault(role, []).append(exposure)
        # Science comes first, as in association files.
        roles = sorted(by_role, key=lambda role: (role != "science", role))
        members = ", ".join(f"{role} {' '.join(by_role[role])}" for role in roles)
        kind = "" if self.asn_type is None else f" {self.asn_type}"
        product = "" if self.product is None else f" -> {self.product}"
        return f"{self.rule} {self.asn_id}{kind}: {members}{product}"

    def fits(self, made: _Line) -> bool:
        """Tell whether an association is the one of this line, as far as the line says."""
        return self == replace(
            made,
            asn_type=self.asn_type and made.asn_type,
            product=self.product and made.product,
        )


def run_examples(rules: RuleSet) -> list[ExampleResult]:
    """Solve the pools of the examples of a rule set.

    Parameters
    ----------
    rules : RuleSet
        The rules, with examples.

    Returns
    -------
    list of ExampleResult
        In the order of the examples.

    Raises
    ------
    RuleError
        If an example cannot be read; the message names the example and the field.
    """
    return [_run(example, rules) for example in rules.examples]


def _run(example: Example, rules: RuleSet) -> ExampleResult:
    solution = solve(_pool(example, rules), rules)
    made = sorted(map(_line_of, solution.associations), key=str)
    missing, unexpected = [], list(made)
    for line in _lines(example, rules):
        found = next((each for each in unexpected if line.fits(each)), None)
        if found is None:
            missing.append(str(line))
        else:
            unexpected.remove(found)
    orphans = sorted(FILES.exposure_of(orphan.filename) for orphan in solution.orphans)
    expected_orphans = sorted(map(str.lower, example.orphans.split()))
    return ExampleResult(
        says=example.says,
        missing=tuple(missing),
        unexpected=tuple(map(_plain, unexpected)),
        missing_orphans=tuple(_less(expected_orphans, orphans)),
        unexpected_orphans=tuple(_less(orphans, expected_orphans)),
        made=tuple(map(_plain, made)),
        orphans=tuple(orphans),
    )


def _plain(line: _Line) -> str:
    return str(replace(line, asn_type=None))


def _less(these: Iterable[str], those: Iterable[str]) -> list[str]:
    known = set(those)
    return [each for each in these if each not in known]


def _pool(example: Example, rules: RuleSet) -> Pool:
    """Read the pool of an example, with the columns that all its rows share."""
    rows = [line.rstrip() for line in cleandoc(example.pool).splitlines() if line.strip()]
    named = {cell.strip().lower() for cell in rows[0].split("|")} if rows else set()
    shared = {name.lower(): value for name, value in example.shared.items()}
    shared = {**{name: _DEFAULTS[name] for name in _DEFAULTS.keys() - named}, **shared}
    more = ["".join(f" | {name}" for name in sorted(shared))]
    more += ["".join(f" | {shared[name]}" for name in sorted(shared))] * (len(rows) - 1)
    text = "".join(f"{row}{cells}\n" for row, cells in zip(rows, more, strict=False))
    try:
        source = BytesIO(text.encode())
        return Pool.read(source, delimiter="|", strict=True, profile=rules.profile)
    except AsnsolveError as error:
        where = _place(rules, example, "pool")
        problems = [
            replace(each, location=replace(where, row=each.location.row)) for each in error.problems
        ]
        raise RuleError(problems) from error


def _place(rules: RuleSet, example: Example, field: str) -> Location:
    return Location(rules.name, field=f"EXAMPLES[{shown(example.says)}].{field}")


def _line_of(association: Association) -> _Line:
    members = {
        (member.exptype, FILES.exposure_of(member.expname)) for member in association.members
    }
    names = " ".join(product.name for product in association.products)
    return _Line(
        association.rule,
        association.asn_id,
        tuple(sorted(members)),
        association.asn_type,
        names,
    )


def _lines(example: Example, rules: RuleSet) -> list[_Line]:
    """Read the expected associations of an example."""
    lines = [line for line in example.expected.splitlines() if line.strip()]
    return [_read_line(line.strip(), _place(rules, example, "expected")) for line in lines]


def _read_line(text: str, where: Location) -> _Line:
    rest, _, product = text.partition("->")
    head, _, listed = rest.partition(":")
    rule, *words = head.split() or [""]
    ids = [word for word in words if NAMES.is_asn_id(word)]
    types = [word for word in words if not NAMES.is_asn_id(word)]
    by_role = [part.split() for part in listed.split(",")]
    if len(ids) != 1 or len(types) > 1 or any(len(part) < 2 for part in by_role):
        expected = "a line such as Asn_Lamp o001: science a b, dark d"
        raise RuleError(Problem(f"{shown(text)} is not an association", where, expected))
    members = {(role.lower(), name.lower()) for role, *names in by_role for name in names}
    product = product.strip()
    return _Line(rule, ids[0], tuple(sorted(members)), types[0] if types else None, product or None)
