"""Compare two sets of associations: what only one has, and what differs in those of both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from types import MappingProxyType
from typing import Final, Literal

from asnsolve.differences.results import Result
from asnsolve.phrases import count_text


@dataclass(frozen=True, slots=True)
class OnlyIn:
    """A result that only one of the sets has.

    Parameters
    ----------
    which : "first" or "second"
        The set that has it.
    result : Result
        The result.
    """

    which: Literal["first", "second"]
    result: Result

    def __str__(self) -> str:
        """Write the difference as one line."""
        count = count_text(len(self.result.members), "member")
        return f"only in the {self.which}: {self.result} ({count})"


@dataclass(frozen=True, slots=True)
class MembersDiffer:
    """A product of both sets whose members or roles differ, and perhaps its name.

    Parameters
    ----------
    first, second : Result
        What each set has.
    gone, new : tuple of (str, str)
        File and role of the members that only the first or only the second has.
    roles : tuple of (str, str, str)
        File of a member of both, its role in the first and in the second.
    """

    first: Result
    second: Result
    gone: tuple[tuple[str, str], ...]
    new: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str, str], ...]

    @property
    def renamed(self) -> bool:
        """Whether the product has another name too."""
        return self.first.product != self.second.product

    def __str__(self) -> str:
        """Write a line for the product and one for each member that differs."""
        renamed = f", then {self.second.product}" if self.renamed else ""
        lines = [f"members differ: {self.first}{renamed}"]
        lines += [f"  only in the first: {file} as {role}" for file, role in self.gone]
        lines += [f"  only in the second: {file} as {role}" for file, role in self.new]
        lines += [
            f"  other role: {file} is {first}, then {second}" for file, first, second in self.roles
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class NameDiffers:
    """The same members under another product name, or by another rule, type or id.

    Parameters
    ----------
    first, second : Result
        What each set has.
    """

    first: Result
    second: Result

    @property
    def fields(self) -> tuple[tuple[str, str, str], ...]:
        """What differs: the field, its value in the first and in the second."""
        values = ((name, getattr(self.first, name), getattr(self.second, name)) for name in _FIELDS)
        return tuple((name, first, second) for name, first, second in values if first != second)

    def __str__(self) -> str:
        """Write the difference as one line."""
        if [name for name, _, _ in self.fields] == ["product"]:
            return f"name differs: {self.first}, then {self.second.product}"
        names = ", ".join(_WORDS.get(name, name) for name, _, _ in self.fields)
        verb = "differs" if len(self.fields) == 1 else "differ"
        return f"{names} {verb}: {self.first}, then {self.second}"


Difference = OnlyIn | MembersDiffer | NameDiffers

_FIELDS: Final = ("rule", "asn_type", "asn_id", "product")
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {"asn_type": "type", "asn_id": "id", "product": "name"}
)


def diff(first: Iterable[Result], second: Iterable[Result]) -> tuple[Difference, ...]:
    """Compare two sets of results.

    A product of one set is compared with the product of the other that has the same rule, type, id,
    program and name; failing that, with one that has the same members; failing that, with the one
    of the same association that shares most of its members. So a product that was renamed
    is one difference.

    Parameters
    ----------
    first, second : iterable of Result
        The results, from `results_of` or `read_results`.

    Returns
    -------
    tuple of Difference
        Sorted by program, rule and name; empty if both sets hold the same.
    """
    # Results may occur more than once (products of one name): count them, do not just look them up.
    counts_first, counts_second = Counter(first), Counter(second)
    left = sorted((counts_first - counts_second).elements())
    right = sorted((counts_second - counts_first).elements())
    # Each pairing takes its pairs out of both lists; what is left in the end has no counterpart.
    differences: list[tuple[Result, Difference]] = []
    pairs, left, right = _pairs_of_equal(
        left, right, lambda result: (*_key(result), result.product)
    )
    differences += [(before, _compare_members(before, after)) for before, after in pairs]
    # Of several with the same members, the one that agrees in most else is meant.
    for key in (
        lambda result: (*_key(result), result.members),
        lambda result: (result.program, result.rule, result.product, result.members),
        lambda result: (result.program, result.product, result.members),
        lambda result: (result.program, result.members),
    ):
        pairs, left, right = _pairs_of_equal(left, right, key)
        differences += [(before, NameDiffers(before, after)) for before, after in pairs]
    pairs, left, right = _pairs_that_share(left, right)
    differences += [(before, _compare_members(before, after)) for before, after in pairs]
    differences += [(result, OnlyIn("first", result)) for result in left]
    differences += [(result, OnlyIn("second", result)) for result in right]
    return tuple(difference for _, difference in sorted(differences, key=lambda pair: pair[0]))


def _key(result: Result) -> tuple[str, ...]:
    return (result.program, result.rule, result.asn_type, result.asn_id)


_Pairs = tuple[list[tuple[Result, Result]], list[Result], list[Result]]
"""Pairs, and what is left of the first and of the second list."""


def _pairs_of_equal(
    left: list[Result], right: list[Result], key: Callable[[Result], Hashable]
) -> _Pairs:
    """Pair results of equal keys; of several, those that share most members."""
    waiting: dict[Hashable, list[Result]] = defaultdict(list)
    for result in right:
        waiting[key(result)].append(result)
    pairs: list[tuple[Result, Result]] = []
    unpaired: list[Result] = []
    for first in left:
        partners = waiting.get(key(first))
        if not partners:
            unpaired.append(first)
            continue
        second = max(partners, key=lambda result: len(first.exposures & result.exposures))
        partners.remove(second)
        pairs.append((first, second))
    return pairs, unpaired, sorted(chain.from_iterable(waiting.values()))


def _pairs_that_share(left: list[Result], right: list[Result]) -> _Pairs:
    """Pair products of one association that share more than half of their members."""
    # Only products with a common file are compared: `holders` are those that hold it.
    holders: dict[Hashable, list[int]] = defaultdict(list)
    for number, result in enumerate(right):
        for file in result.exposures:
            holders[(*_key(result), file)].append(number)
    pairs: list[tuple[Result, Result]] = []
    unpaired: list[Result] = []
    taken: set[int] = set()
    for first in left:
        shared = Counter(
            number for file in first.exposures for number in holders[(*_key(first), file)]
        )
        close = {
            number: count
            for number, count in shared.items()
            if number not in taken and 2 * count > len(first.exposures | right[number].exposures)
        }
        if close:
            best = min(close, key=lambda number: (-close[number], number))
            taken.add(best)
            pairs.append((first, right[best]))
        else:
            unpaired.append(first)
    return pairs, unpaired, [result for n, result in enumerate(right) if n not in taken]


def _compare_members(first: Result, second: Result) -> MembersDiffer:
    members_first, members_second = Counter(first.members), Counter(second.members)
    gone, new = members_first - members_second, members_second - members_first
    # A file that is gone and new at once is a member of both, in different roles.
    role_before, role_after = dict(sorted(gone)), dict(sorted(new))
    both = sorted(role_before.keys() & role_after.keys())
    return MembersDiffer(
        first=first,
        second=second,
        gone=tuple(member for member in sorted(gone.elements()) if member[0] not in both),
        new=tuple(member for member in sorted(new.elements()) if member[0] not in both),
        roles=tuple((file, role_before[file], role_after[file]) for file in both),
    )
