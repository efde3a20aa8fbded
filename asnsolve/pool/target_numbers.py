"""Numbers of targets: the ids that names have as ``t001``.

No header has them: the archive numbers the targets of a program as the proposal lists them. What
has been named already tells the numbers that it was named with; all other targets are numbered in
the order of observation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from asnsolve.errors import Problem
from asnsolve.naming import program_text, target_text
from asnsolve.stages import exposure_of

_NUMBER: Final = re.compile(r"t?0*([1-9]\d*)", re.IGNORECASE)
_PRODUCT: Final = re.compile(r"jw(\d{5,})-([a-z]\d+)_t(\d{3,})_.+", re.IGNORECASE)

Target = tuple[str, str]
"""A program, written as in names, and a target, written as in headers."""


@dataclass(frozen=True, slots=True)
class ToldNumber:
    """The number of a target, told by something that has been named.

    Parameters
    ----------
    number : str
        The number, without zeros in front.
    source : str
        What tells it, for messages.
    program : str
        Program of the target, written as in names; empty for that of any target of the name.
    target : str
        Name of the target, as headers have it; empty if it is not known.
    exposures : tuple of str
        Names of exposures of the target, without stage.
    observation : str
        Number of an observation of the target, without zeros in front; empty if none is known.
    """

    number: str
    source: str
    program: str = ""
    target: str = ""
    exposures: tuple[str, ...] = ()
    observation: str = ""


@dataclass(frozen=True, slots=True)
class TargetNumbers:
    """Numbers of the targets of some exposures.

    Parameters
    ----------
    numbers : mapping of (str, str) to str
        Number of each target, by program and name.
    sources : mapping of (str, str) to str
        What tells the number of a target, for those of which something does.
    conflicts : tuple of Problem
        Numbers that were told and not taken, since the target or the number is taken.
    """

    numbers: Mapping[Target, str]
    sources: Mapping[Target, str]
    conflicts: tuple[Problem, ...]


def plain_number(text: str) -> str | None:
    """Read the number of a target.

    Parameters
    ----------
    text : str
        The number as ``t007``, ``007`` or ``7``.

    Returns
    -------
    str or None
        The number without zeros in front; None if the text is no such number, or zero.
    """
    match = _NUMBER.fullmatch(text.strip())
    return match[1] if match else None


def told_by_product(file: str, *, program: str = "", target: str = "") -> ToldNumber | None:
    """Return the number of a target that the name of a product holds.

    Parameters
    ----------
    file : str
        Name of the file, without directory, as ``jw01234-o001_t002_nircam_clear-f200w_i2d.fits``.
    program, target : str
        What the header of the product says, if it is known.

    Returns
    -------
    ToldNumber or None
        None if the name holds no number.
    """
    match = _PRODUCT.fullmatch(file)
    number = None if match is None else plain_number(match[3])
    if match is None or number is None:
        return None
    asn_id = match[2].lower()
    observation = (asn_id[1:].lstrip("0") or "0") if asn_id.startswith("o") else ""
    # A header has the program of one member, which need not be that of the product.
    same_program = not program or program_text(program) == program_text(match[1])
    return ToldNumber(
        number,
        file,
        program_text(match[1]),
        target=target if same_program else "",
        observation=observation,
    )


def target_of(row: Mapping[str, str]) -> Target | None:
    """Return the target of an exposure.

    Parameters
    ----------
    row : mapping of str to str
        Its row, made from its header.

    Returns
    -------
    tuple of (str, str) or None
        None if the header names no target.
    """
    name = row.get("targprop") or row.get("targname")
    return (program_text(row["program"]), name) if name else None


def number_targets(
    rows: Sequence[Mapping[str, str]], told: Iterable[ToldNumber] = ()
) -> TargetNumbers:
    """Give numbers to the targets of each program.

    Parameters
    ----------
    rows : sequence of mapping of str to str
        Rows of the exposures.
    told : iterable of ToldNumber
        Numbers that are known; those that come first count first. Of a product whose target is not
        named, the target is that of its exposures, else that of its observation, if that is one.

    Returns
    -------
    TargetNumbers
        Targets without a known number get the lowest that are free, in the order of observation. A
        number that was told of another target, of which there is no exposure, is not free.
    """
    known = _KnownTargets.of(rows)
    numbers: dict[Target, str] = {}
    sources: dict[Target, str] = {}
    holders: dict[tuple[str, str], Target] = {}
    conflicts: dict[Problem, None] = {}
    absent: list[ToldNumber] = []
    for one in told:
        targets = list(known.of_told(one))
        if not targets:
            absent.append(one)
        for target in targets:
            program, name = target
            holder = holders.get((program, one.number), target)
            taken = numbers.get(target, one.number)
            if holder == target and taken == one.number:
                holders[program, one.number] = target
                numbers[target] = one.number
                sources.setdefault(target, one.source)
                continue
            text = target_text(one.number)
            if taken != one.number:
                reason = f"it is {target_text(taken)} according to {sources[target]}"
            else:
                reason = f"{text} is {holder[1]} according to {sources[holder]}"
            what = f"{name} is {text} according to {one.source}, which does not count: {reason}"
            conflicts[Problem(what)] = None
    free: dict[str, Iterator[int]] = defaultdict(lambda: count(1))
    # Targets of which there is no exposure keep their numbers to themselves.
    kept = {(one.program, one.number) for one in absent}
    for target in known.in_order():
        if target not in numbers:
            program = target[0]
            lowest = (str(number) for number in free[program])
            numbers[target] = next(
                text
                for text in lowest
                if not {(program, text), ("", text)} & kept and (program, text) not in holders
            )
    return TargetNumbers(numbers, sources, tuple(conflicts))


@dataclass(frozen=True, slots=True)
class _KnownTargets:
    """The targets of some exposures.

    Parameters
    ----------
    first : mapping of (str, str) to int
        Number of the first observation of each target.
    by_name : mapping of str to set of (str, str)
        Targets by lower-cased name.
    by_catalog_name : mapping of str to set of (str, str)
        Targets by the name that catalogs have, lower-cased.
    of_exposure : mapping of str to (str, str)
        Target of each exposure.
    of_observation : mapping of (str, str) to set of (str, str)
        Targets of each observation, by program and number.
    """

    first: Mapping[Target, int]
    by_name: Mapping[str, set[Target]]
    by_catalog_name: Mapping[str, set[Target]]
    of_exposure: Mapping[str, Target]
    of_observation: Mapping[tuple[str, str], set[Target]]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]]) -> _KnownTargets:
        first: dict[Target, int] = {}
        by_name: dict[str, set[Target]] = defaultdict(set)
        by_catalog_name: dict[str, set[Target]] = defaultdict(set)
        of_exposure: dict[str, Target] = {}
        of_observation: dict[tuple[str, str], set[Target]] = defaultdict(set)
        for row in rows:
            target = target_of(row)
            if target is None:
                continue
            number = int(row["obs_num"]) if row["obs_num"].isdigit() else 0
            first[target] = min(first.get(target, number), number)
            of_exposure[exposure_of(row["filename"])] = target
            of_observation[target[0], str(number)].add(target)
            by_name[target[1].lower()].add(target)
            by_catalog_name[row.get("targname", "").lower()].add(target)
        return cls(first, by_name, by_catalog_name, of_exposure, of_observation)

    def in_order(self) -> list[Target]:
        """Return the targets of each program in the order of observation."""
        return sorted(self.first, key=lambda target: (target[0], self.first[target], target))

    def of_told(self, told: ToldNumber) -> Iterator[Target]:
        """Yield the targets whose number is told: at most one of each program."""
        if told.target:
            name = told.target.lower()
            named = self.by_name.get(name) or self.by_catalog_name.get(name, set())
            targets = {one for one in named if told.program in ("", one[0])}
        else:
            targets = {
                self.of_exposure[name] for name in told.exposures if name in self.of_exposure
            }
        if not targets and told.observation:
            targets = self.of_observation.get((told.program, told.observation), set())
        by_program: dict[str, set[Target]] = defaultdict(set)
        for target in targets:
            by_program[target[0]].add(target)
        for program in sorted(by_program):
            # A number of several targets tells that of none.
            if len(by_program[program]) == 1:
                yield from by_program[program]
