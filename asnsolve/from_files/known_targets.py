"""Numbers of targets that are known before files are associated.

The user gives them, or files of earlier calls tell them: association files and products in the
directory of the output or beside the files that are read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from asnsolve.associations.read_files import read_association
from asnsolve.errors import AsnsolveError, Problem, UsageError
from asnsolve.pool.header_rows import HeaderRows
from asnsolve.pool.known_numbers import target_in_header
from asnsolve.pool.target_numbers import (
    KnownNumber,
    Target,
    TargetNumbers,
    number_in_product,
    number_targets,
    plain_number,
    target_of,
)
from asnsolve.profiles import FILE_ENDING
from asnsolve.profiles.jwst import FILES, NAMES
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

_OPTION: Final = "--target"
_GIVEN: Final = re.compile(r"(?:(\d+):)?(.+)=([^=]*)", re.DOTALL)
_NAMED: Final = re.compile(r"jw(\d{5,})-")
_EXPOSURE: Final = re.compile(r"jw(\d{5})(\d{3})\d{3}_")


def given_numbers(texts: Iterable[str]) -> tuple[KnownNumber, ...]:
    """Read the numbers that a request gives to targets.

    Parameters
    ----------
    texts : iterable of str
        Each as ``NAME=t007``, or ``01234:NAME=t007`` for the target of one program.

    Returns
    -------
    tuple of KnownNumber
        In the same order.

    Raises
    ------
    UsageError
        If a text is not of this form.
    """
    told = []
    for text in texts:
        match = _GIVEN.fullmatch(text)
        number = None if match is None else plain_number(match[3])
        if match is None or number is None:
            what = f"{quoted(text)} does not give a number to a target"
            raise UsageError(Problem(what, expected="NAME=t007, or 01234:NAME=t007"))
        program = NAMES.program_text(match[1]) if match[1] else ""
        told.append(KnownNumber(number, _OPTION, program, target=match[2].strip()))
    return tuple(told)


def unknown_targets(
    given: Iterable[KnownNumber], rows: Iterable[Mapping[str, str]]
) -> Iterator[Problem]:
    """Find the targets that were given a number and that no exposure has.

    Parameters
    ----------
    given : iterable of KnownNumber
        What was given.
    rows : iterable of mapping of str to str
        Rows of the exposures.

    Yields
    ------
    Problem
        One per target.
    """
    observed = list(rows)
    known = sorted({target[1] for target in map(target_of, observed) if target is not None})
    for one in given:
        if not number_targets(observed, [one]).sources:
            of_program = f" of program {one.program}" if one.program else ""
            what = f"{_OPTION}: no exposure{of_program} has the target {quoted(one.target)}"
            yield Problem(what, advice=did_you_mean(one.target, known))


def numbers_in_directories(
    directories: Iterable[Path], rows: Iterable[Mapping[str, str]]
) -> tuple[KnownNumber, ...]:
    """Find the numbers of targets that files in directories tell.

    Headers are read only where the names of products and members do not lead to known exposures,
    one header for each number of a program.

    Parameters
    ----------
    directories : iterable of Path
        The directories; those that cannot be listed tell nothing.
    rows : iterable of mapping of str to str
        Rows of the known exposures. Other programs tell nothing.

    Returns
    -------
    tuple of KnownNumber
        Those of products first, then those of association files, each by directory and name.
    """
    known = _Known.of(rows)
    products: list[KnownNumber] = []
    in_associations: list[KnownNumber] = []
    targets: dict[tuple[str, str], str] = {}

    def with_target(told: KnownNumber, files: Iterable[Path]) -> KnownNumber:
        if known.leads_to(told):
            return told
        key = told.program, told.number
        if not targets.get(key):
            named = (target for _, target in map(target_in_header, files))
            # Opening files is slow, so use the first file that has the target, and only once.
            targets[key] = next(filter(None, named), "")
        return replace(told, target=targets[key])

    for directory in dict.fromkeys(directories):
        for name in _names(directory):
            of_program = _NAMED.match(name)
            if of_program and NAMES.program_text(of_program[1]) not in known.programs:
                continue
            path = directory / name
            if name.endswith(FILE_ENDING):
                for told, files in _number_in_file(path):
                    in_associations.append(with_target(told, files))
            elif (in_product := number_in_product(name)) is not None:
                products.append(with_target(in_product, [path]))
    return (*products, *in_associations)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known without looking around.

    Parameters
    ----------
    programs : set of str
        Programs, written as in names.
    exposures : set of str
        Names of exposures, without stage.
    observations : set of (str, str)
        Programs and numbers of observations.
    """

    programs: set[str]
    exposures: set[str]
    observations: set[tuple[str, str]]

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, str]]) -> _Known:
        known = cls(set(), set(), set())
        for row in rows:
            program = NAMES.program_text(row["program"])
            known.programs.add(program)
            known.exposures.add(FILES.exposure_of(row["filename"]))
            known.observations.add((program, row["obs_num"].lstrip("0")))
        return known

    def leads_to(self, told: KnownNumber) -> bool:
        """Tell whether a number is that of a known exposure or observation."""
        return (told.program, told.observation) in self.observations or not (
            self.exposures.isdisjoint(told.exposures)
        )


def _names(directory: Path) -> list[str]:
    """Return the sorted names of the files that may tell a number."""
    try:
        names = os.listdir(directory)  # noqa: PTH208 - names suffice, and there may be thousands
    except OSError:
        return []
    return sorted(name for name in names if name.endswith(FILE_ENDING) or _NAMED.match(name))


def _number_in_file(path: Path) -> Iterator[tuple[KnownNumber, list[Path]]]:
    """Yield the number that an association file tells, if it can be read, and its science files."""
    try:
        association = read_association(path)
    except AsnsolveError:
        return
    number = plain_number(association.target)
    science = [
        member.expname for member in association.members if member.exptype.lower() == "science"
    ]
    if number is None or not science:
        return
    exposures = tuple(FILES.exposure_of(Path(name).name) for name in science)
    observations = {named.groups() for name in exposures if (named := _EXPOSURE.match(name))}
    # Of several observations, the exposures alone tell the target.
    program, observation = observations.pop() if len(observations) == 1 else ("", "")
    told = KnownNumber(
        number,
        path.name,
        NAMES.program_text(program or association.program),
        exposures=exposures,
        observation=observation.lstrip("0"),
    )
    yield told, [path.parent / name for name in science]


def numbered(
    observed: HeaderRows, given: Sequence[KnownNumber], directories: Iterable[Path]
) -> tuple[HeaderRows, TargetNumbers]:
    """Give numbers to the targets of exposures that agree with what is known.

    Parameters
    ----------
    observed : HeaderRows
        The exposures.
    given : sequence of KnownNumber
        Numbers that count more than all others.
    directories : iterable of Path
        Directories whose files tell numbers.

    Returns
    -------
    HeaderRows
        The exposures with the numbers of their targets.
    TargetNumbers
        The numbers.

    Raises
    ------
    UsageError
        If two targets are given one number, or one target is given two.
    """
    conflicts = number_targets(observed.rows, given).conflicts
    if conflicts:
        what = f"the numbers of targets do not agree: {conflicts[0].what}"
        advice = "To combine targets, use --together target."
        raise UsageError(Problem(what, expected="a number for each target", advice=advice))
    return observed.numbered(given, numbers_in_directories(directories, observed.rows))


def pinned(observed: HeaderRows, targets: TargetNumbers) -> tuple[str, ...]:
    """Write the numbers of targets as a request gives them, if order alone does not give them.

    Parameters
    ----------
    observed : HeaderRows
        The exposures.
    targets : TargetNumbers
        The numbers of their targets.

    Returns
    -------
    tuple of str
        For `given_numbers`; empty if targets are numbered in the order of observation.
    """
    return tuple(
        f"{program}:{name}={NAMES.target_text(number)}"
        for (program, name), number in sorted(targets.numbers.items())
        if (program, name) in _out_of_order(observed, targets)
    )


def renumbering_notes(observed: HeaderRows, targets: TargetNumbers) -> Iterator[Problem]:
    """Say which targets have other numbers than the order of observation gives, and why.

    Parameters
    ----------
    observed : HeaderRows
        The exposures.
    targets : TargetNumbers
        The numbers of their targets.

    Yields
    ------
    Problem
        One per source, then the numbers that were known and did not count.
    """
    by_source: dict[str, list[Target]] = {}
    for target in sorted(_out_of_order(observed, targets)):
        source = targets.sources.get(target, "")
        if source and source != _OPTION:
            by_source.setdefault(source, []).append(target)
    for source, renumbered in by_source.items():
        texts = [
            f"{target[1]} is {NAMES.target_text(targets.numbers[target])}" for target in renumbered
        ]
        yield Problem(f"{', '.join(texts)}, as in {source}")
    yield from targets.conflicts


def _out_of_order(observed: HeaderRows, targets: TargetNumbers) -> set[Target]:
    """Return the targets of programs whose numbers are not those in the order of observation."""
    plain = number_targets(observed.rows).numbers
    programs = {target[0] for target, number in targets.numbers.items() if plain[target] != number}
    return {target for target in targets.numbers if target[0] in programs}
