"""Compare two sets of associations: what only one has, and what differs in those of both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

from asnsolve.differences.results import Result


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
        count = len(self.result.members)
        return f"only in the {self.which}: {self.result} ({count} members)"


@dataclass(frozen=True, slots=True)
class MembersDiffer:
    """A product of both sets whose members or roles differ.

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

    def __str__(self) -> str:
        """Write a line for the product and one for each member that differs."""
        lines = [f"members differ: {self.first}"]
        lines += [f"  only in the first: {file} as {role}" for file, role in self.gone]
        lines += [f"  only in the second: {file} as {role}" for file, role in self.new]
        lines += [
            f"  other role: {file} is {first}, then {second}" for file, first, second in self.roles
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class NameDiffers:
    """The same members under another product name.

    Parameters
    ----------
    first, second : Result
        What each set has.
    """

    first: Result
    second: Result

    def __str__(self) -> str:
        """Write the difference as one line."""
        return f"name differs: {self.first}, then {self.second.product}"


Difference = OnlyIn | MembersDiffer | NameDiffers


def diff(first: Iterable[Result], second: Iterable[Result]) -> tuple[Difference, ...]:
    """Compare two sets of results.

    The number in the file name, the time and version of the run and the text of the constraints
    are not compared.

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
    for before, after in _take_pairs(left, right, lambda result: _key(result, named=True)):
        differences.append((before, _compare_members(before, after)))
    for before, after in _take_pairs(left, right, lambda result: (*_key(result), result.members)):
        differences.append((before, NameDiffers(before, after)))
    differences += [(result, OnlyIn("first", result)) for result in left]
    differences += [(result, OnlyIn("second", result)) for result in right]
    return tuple(difference for _, difference in sorted(differences, key=lambda pair: pair[0]))


def _key(result: Result, *, named: bool = False) -> tuple[str, ...]:
    key = (result.program, result.rule, result.asn_type, result.asn_id)
    return (*key, result.product) if named else key


def _take_pairs(
    left: list[Result], right: list[Result], key: Callable[[Result], Hashable]
) -> list[tuple[Result, Result]]:
    """Take pairs of equal keys out of two lists; of several, those that share most members."""
    waiting: dict[Hashable, list[Result]] = defaultdict(list)
    for result in right:
        waiting[key(result)].append(result)
    pairs: list[tuple[Result, Result]] = []
    for first in left:
        partners = waiting[key(first)]
        if partners:
            second = max(partners, key=lambda result: len(first.exposures & result.exposures))
            partners.remove(second)
            pairs.append((first, second))
    for first, second in pairs:
        left.remove(first)
        right.remove(second)
    return pairs


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
