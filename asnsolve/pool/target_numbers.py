"""Numbers of targets, which product names contain as ``t001``.

Headers do not have them: the archive numbers the targets of a program in the order of the proposal.
Some numbers are known from the names of existing products. All other targets are numbered in the
order of observation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from asnsolve.errors import Problem
from asnsolve.name_texts import whole_number
from asnsolve.profiles import Profile, default_profile

_NUMBER: Final = re.compile(r"t?0*([1-9]\d*)", re.IGNORECASE)

Target = tuple[str, str]
"""A program, written as in names, and a target, written as in headers."""


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """The number of a target, as known from a product name or a table.

    Parameters
    ----------
    number : str
        The number, without zeros in front.
    source : str
        Where it is known from, for messages.
    program : str
        Program of the target, written as in names; empty for any program.
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
        Where the number of a target is known from; targets numbered here are left out.
    conflicts : tuple of Problem
        Known numbers that are not used, because the target or the number is taken.
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
        The number without zeros in front; None if the text is not such a number, or zero.
    """
    match = _NUMBER.fullmatch(text.strip())
    return match[1] if match else None


def number_in_product(
    file: str, *, program: str = "", target: str = "", profile: Profile | None = None
) -> KnownNumber | None:
    """Return the number of the target in the name of a product.

    Parameters
    ----------
    file : str
        Name of the file, without directory, such as
        ``jw01234-o001_t002_nircam_clear-f200w_i2d.fits``.
    program, target : str
        What the header of the product says, if it is known.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    KnownNumber or None
        None if the name holds no number.
    """
    profile = profile or default_profile()
    match = re.fullmatch(profile.headers.product, file, re.IGNORECASE)
    number = None if match is None else plain_number(match["target"])
    if match is None or number is None:
        return None
    asn_id, product_program = match["asn_id"].lower(), profile.names.program_text(match["program"])
    observation = (asn_id[1:].lstrip("0") or "0") if asn_id.startswith("o") else ""
    # A header has the program of one member, which need not be that of the product.
    same_program = not program or profile.names.program_text(program) == product_program
    return KnownNumber(
        number,
        file,
        product_program,
        target=target if same_program else "",
        observation=observation,
    )


def target_of(row: Mapping[str, str], profile: Profile | None = None) -> Target | None:
    """Return the target of an exposure.

    Parameters
    ----------
    row : mapping of str to str
        Its row, made from its header.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    tuple of (str, str) or None
        None if the header names no target.
    """
    profile = profile or default_profile()
    name = next((row[name] for name in profile.headers.targets if row.get(name)), None)
    return (profile.names.program_text(row.get("program", "")), name) if name else None


def number_targets(
    rows: Sequence[Mapping[str, str]],
    known_numbers: Iterable[KnownNumber] = (),
    profile: Profile | None = None,
) -> TargetNumbers:
    """Give numbers to the targets of each program.

    Parameters
    ----------
    rows : sequence of mapping of str to str
        Rows of the exposures.
    known_numbers : iterable of KnownNumber
        Numbers that are known; earlier ones take precedence. If no target is named, it is the
        target of the exposures, or else of the observation if that has only one.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    TargetNumbers
        Targets without a known number get the lowest free numbers, in the order of observation. A
        number is not free if it is known for a target without exposures.
    """
    profile = profile or default_profile()
    observed = _ObservedTargets.of(rows, profile)
    numbers: dict[Target, str] = {}
    sources: dict[Target, str] = {}
    holders: dict[tuple[str, str], Target] = {}
    conflicts: dict[Problem, None] = {}
    absent: list[KnownNumber] = []
    for known in known_numbers:
        targets = list(observed.with_number(known))
        if not targets:
            absent.append(known)
        for target in targets:
            program, name = target
            holder = holders.get((program, known.number), target)
            taken = numbers.get(target, known.number)
            if holder == target and taken == known.number:
                holders[program, known.number] = target
                numbers[target] = known.number
                sources.setdefault(target, known.source)
                continue
            text = profile.names.target_text(known.number)
            if taken != known.number:
                reason = f"it is {profile.names.target_text(taken)} according to {sources[target]}"
            else:
                reason = f"{text} is {holder[1]} according to {sources[holder]}"
            what = f"{name} is {text} according to {known.source}, which is not used: {reason}"
            conflicts[Problem(what)] = None
    free: dict[str, Iterator[int]] = defaultdict(lambda: count(1))
    # Numbers of targets without exposures must not be given to other targets.
    kept = {(known.program, known.number) for known in absent}
    for target in observed.in_order():
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
class _ObservedTargets:
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
    def of(cls, rows: Iterable[Mapping[str, str]], profile: Profile) -> _ObservedTargets:
        first: dict[Target, int] = {}
        by_name: dict[str, set[Target]] = defaultdict(set)
        by_catalog_name: dict[str, set[Target]] = defaultdict(set)
        of_exposure: dict[str, Target] = {}
        of_observation: dict[tuple[str, str], set[Target]] = defaultdict(set)
        for row in rows:
            target = target_of(row, profile)
            if target is None:
                continue
            number = whole_number(row.get("obs_num", "")) or 0
            first[target] = min(first.get(target, number), number)
            of_exposure[profile.files.exposure_of(row["filename"])] = target
            of_observation[target[0], str(number)].add(target)
            by_name[target[1].lower()].add(target)
            by_catalog_name[row.get("targname", "").lower()].add(target)
        return cls(first, by_name, by_catalog_name, of_exposure, of_observation)

    def in_order(self) -> list[Target]:
        """Return the targets of each program in the order of observation."""
        return sorted(self.first, key=lambda target: (target[0], self.first[target], target))

    def with_number(self, known: KnownNumber) -> Iterator[Target]:
        """Yield the targets that have a known number: at most one of each program."""
        if known.target:
            name = known.target.lower()
            named = self.by_name.get(name) or self.by_catalog_name.get(name, set())
            targets = {target for target in named if known.program in ("", target[0])}
        else:
            targets = {
                self.of_exposure[name] for name in known.exposures if name in self.of_exposure
            }
        if not targets and known.observation:
            targets = self.of_observation.get((known.program, known.observation), set())
        by_program: dict[str, set[Target]] = defaultdict(set)
        for target in targets:
            by_program[target[0]].add(target)
        for program in sorted(by_program):
            # A number that would fit several targets is given to none of them.
            if len(by_program[program]) == 1:
                yield from by_program[program]
