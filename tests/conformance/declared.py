"""Where the answer is meant to differ from the reference's, and why; each judges one difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.conformance.reference import Facts, Rows

__all__ = ["DEVIATIONS", "Deviation", "Difference", "deviation_of"]

Kind = Literal["missing", "extra"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One association that is on one side only.

    ``missing`` is what the reference has and we have not, ``extra`` what only we have.
    """

    kind: Kind
    fact: Facts
    rows: Rows
    mode: str
    reference: Counter[Facts]
    ours: Counter[Facts]

    @property
    def label(self) -> tuple[str, str]:
        """Kind and rule, by which differences are told apart at a glance."""
        return self.kind, self.fact.rule

    def __str__(self) -> str:
        return f"{self.kind}: {self.fact}"


@dataclass(frozen=True, slots=True)
class Deviation:
    """A reason to differ."""

    name: str
    title: str
    explains: Callable[[Difference], bool]


def _same_name(difference: Difference) -> bool:
    """Tell whether the reference dropped an association of ours for a larger one of its name.

    It drops the one with fewer members unless a file of both has two roles; we drop only what the
    other really holds.
    """
    fact = difference.fact
    return difference.kind == "extra" and any(
        other.product == fact.product
        and len(other.members) > len(fact.members)
        and not other.members >= fact.members
        and not _roles_disagree(fact, other)
        for other in difference.reference
    )


def _roles_disagree(one: Facts, other: Facts) -> bool:
    return len({name for name, _ in one.members | other.members}) < len(one.members | other.members)


DEVIATIONS: tuple[Deviation, ...] = (
    Deviation("same-name", "an association gives way only to one that holds it", _same_name),
)
"""All reasons; the first that explains a difference names it."""


def deviation_of(difference: Difference) -> str | None:
    """Return the name of the deviation that explains a difference, if any does."""
    names = (each.name for each in DEVIATIONS if each.explains(difference))
    return next(names, None)
