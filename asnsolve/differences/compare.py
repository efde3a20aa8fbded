"""Two sets of associations compared: what only one has, and what differs in those of both."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from asnsolve.differences.results import Result

__all__ = ["Difference", "MembersDiffer", "NameDiffers", "OnlyFirst", "OnlySecond", "diff"]


@dataclass(frozen=True, slots=True)
class OnlyFirst:
    """A result that only the first set has."""

    result: Result

    def __str__(self) -> str:
        """Say so in a line."""
        return f"only in the first: {self.result} ({len(self.result.members)} members)"


@dataclass(frozen=True, slots=True)
class OnlySecond:
    """A result that only the second set has."""

    result: Result

    def __str__(self) -> str:
        """Say so in a line."""
        return f"only in the second: {self.result} ({len(self.result.members)} members)"


@dataclass(frozen=True, slots=True)
class MembersDiffer:
    """A product of both sets that has other members, or members in other roles.

    Parameters
    ----------
    first, second : Result
        What the sets have.
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
        """Say so in a line for the product and one for each member."""
        lines = [f"members differ: {self.first}"]
        lines += [f"  only in the first: {file} as {role}" for file, role in self.gone]
        lines += [f"  only in the second: {file} as {role}" for file, role in self.new]
        lines += [f"  other role: {file} is {one}, then {two}" for file, one, two in self.roles]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class NameDiffers:
    """The same members under another product name."""

    first: Result
    second: Result

    def __str__(self) -> str:
        """Say so in a line."""
        return f"name differs: {self.first}, then {self.second.product}"


Difference = OnlyFirst | OnlySecond | MembersDiffer | NameDiffers


def diff(first: Iterable[Result], second: Iterable[Result]) -> tuple[Difference, ...]:
    """Compare two sets of results.

    Numbers in file names, the time and version of the run and the words of constraints make no
    difference.

    Parameters
    ----------
    first, second : iterable of Result
        What `results_of` or `read_results` give.

    Returns
    -------
    tuple of Difference
        In the order of programs, rules and names; empty if both hold the same.
    """
    here, there = Counter(first), Counter(second)
    left = sorted((here - there).elements())
    right = sorted((there - here).elements())
    found: list[tuple[Result, Difference]] = []
    for one, two in _paired(left, right, lambda result: _key(result, named=True)):
        found.append((one, _members(one, two)))
    for one, two in _paired(left, right, lambda result: (*_key(result), result.members)):
        found.append((one, NameDiffers(one, two)))
    found += [(result, OnlyFirst(result)) for result in left]
    found += [(result, OnlySecond(result)) for result in right]
    return tuple(difference for _, difference in sorted(found, key=lambda pair: pair[0]))


def _key(result: Result, *, named: bool = False) -> tuple[str, ...]:
    key = (result.program, result.rule, result.asn_type, result.asn_id)
    return (*key, result.product) if named else key


def _paired(
    left: list[Result], right: list[Result], key: Callable[[Result], Hashable]
) -> list[tuple[Result, Result]]:
    """Take pairs of one key out of two lists; of several, those that share the most members."""
    waiting: dict[Hashable, list[Result]] = defaultdict(list)
    for result in right:
        waiting[key(result)].append(result)
    pairs: list[tuple[Result, Result]] = []
    for one in list(left):
        among = waiting[key(one)]
        if among:
            two = max(among, key=lambda result: len(one.exposures & result.exposures))
            among.remove(two)
            pairs.append((one, two))
    for one, two in pairs:
        left.remove(one)
        right.remove(two)
    return pairs


def _members(first: Result, second: Result) -> MembersDiffer:
    here, there = Counter(first.members), Counter(second.members)
    gone, new = here - there, there - here
    before, after = dict(gone), dict(new)
    both = sorted({file for file, _ in before} & {file for file, _ in after})
    one, two = dict(sorted(before)), dict(sorted(after))
    return MembersDiffer(
        first=first,
        second=second,
        gone=tuple(member for member in sorted(gone.elements()) if member[0] not in both),
        new=tuple(member for member in sorted(new.elements()) if member[0] not in both),
        roles=tuple((file, one[file], two[file]) for file in both),
    )
