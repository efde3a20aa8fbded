"""Members that are the files that were given, at the stages that these really have."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from asnsolve.associations.association import Association, Member, Product
from asnsolve.errors import Location, Problem
from asnsolve.from_files.request import PathPolicy
from asnsolve.naming import STAGES, exposure_of, stage_of

__all__ = [
    "FilesByStage",
    "path_text",
    "processable",
    "stage_notes",
    "with_files",
    "with_path_policy",
]

_STEPS: Final = ({"uncal"}, {"rate", "rateints"}, {"cal", "calints", "crf", "crfints"})
"""Stages that are processed further, by how far they are; what is at no such stage is final."""

FilesByStage = Mapping[str, Mapping[str, Path]]
"""Files of each exposure by their stages; exposures are named without stage."""


def _file(files: FilesByStage, expname: str, *, alone: bool) -> Path | None:
    """Find the file of a member, given its name by the rule.

    The stage that the rule asks for is taken if there is a file of it, else the nearest one. If the
    exposure is a member at another stage too, not `alone`, that one may have been made of the other
    and not be there yet.
    """
    stages = files.get(exposure_of(expname))
    asked = stage_of(expname)
    if not stages:
        return None
    if asked in stages:
        return stages[asked]
    nearest = stages[min(stages, key=lambda stage: (_between(stage, asked), stage))]
    return nearest if alone else nearest.with_name(Path(expname).name)


def _between(stage: str, asked: str) -> int:
    known = stage in STAGES and asked in STAGES
    return abs(STAGES.index(stage) - STAGES.index(asked)) if known else len(STAGES)


def with_files(associations: Iterable[Association], files: FilesByStage) -> list[Association]:
    """Name the members of associations by the paths of their files, as these were given.

    Where two associations then say the same, because the rules ask for two stages of exposures of
    which there is one, that which comes nearer to its rule is kept.
    """
    kept: dict[object, tuple[int, int, Association]] = {}
    for number, one in enumerate(associations):
        products = tuple(_of_files(product, files) for product in one.products)
        found = replace(one, products=products)
        said = tuple(
            (
                product.name,
                frozenset((member.expname, member.exptype) for member in product.members),
            )
            for product in products
        )
        rank = (_misfits(one, found), number, found)
        key = (one.level, one.asn_id, said)
        kept[key] = min(kept.get(key, rank), rank, key=lambda entry: entry[:2])
    return [found for _, _, found in sorted(kept.values(), key=lambda entry: entry[1])]


def _of_files(product: Product, files: FilesByStage) -> Product:
    times = Counter(exposure_of(member.expname) for member in product.members if not member.derived)

    def of_file(member: Member) -> Member:
        if member.derived:
            return member
        alone = times[exposure_of(member.expname)] == 1 or member.exptype == "science"
        file = _file(files, member.expname, alone=alone)
        return member if file is None else replace(member, expname=str(file))

    return replace(product, members=tuple(map(of_file, product.members)))


def processable(
    asked: Sequence[Association], given: Sequence[Association], *, finished: bool
) -> tuple[list[Association], tuple[Problem, ...]]:
    """Part with associations of which the science is further than what is to be done with it.

    Parameters
    ----------
    asked : sequence of Association
        As the rules name their members.
    given : sequence of Association
        The same, or some of them, with files as members.
    finished : bool
        Whether only extracted spectra and resampled images are too far.

    Returns
    -------
    kept : list of Association
        Those that can be processed.
    notes : tuple of Problem
        What was parted with, by rule.
    """
    by_file = {one.file_name: one for one in asked}
    kept: list[Association] = []
    gone: dict[tuple[str, str], list[Association]] = defaultdict(list)
    for one in given:
        pairs = [
            (stage_of(a.expname), stage_of(Path(g.expname).name))
            for a, g in zip(by_file[one.file_name].members, one.members, strict=True)
            if g.exptype == "science" and not g.derived
        ]
        far = [_step(g) == len(_STEPS) if finished else _step(g) > _step(a) for a, g in pairs]
        if far and all(far) and all(_step(a) < _step(g) for a, g in pairs):
            gone[one.rule, pairs[0][1]].append(one)
        else:
            kept.append(one)
    notes = tuple(
        Problem(
            f"associations not made, because their science is at the stage {stage} already: "
            f"{len(ones)}, the first of {ones[0].members[0].expname}",
            Location(rule=rule),
        )
        for (rule, stage), ones in sorted(gone.items())
    )
    return kept, notes


def _step(stage: str) -> int:
    return next(
        (n for n, stages in enumerate(_STEPS) if stage in stages), len(_STEPS) if stage else -1
    )


def with_path_policy(association: Association, policy: PathPolicy, out: Path) -> Association:
    """Write the paths of members as a policy says; see `path_text`."""

    def written(member: Member) -> Member:
        if member.derived:
            return member
        return replace(member, expname=path_text(member.expname, policy, out))

    products = tuple(
        replace(one, members=tuple(map(written, one.members))) for one in association.products
    )
    return replace(association, products=products)


def path_text(file: str, policy: PathPolicy, out: Path) -> str:
    """Write the path of a file: its name, as seen from a directory, or the whole of it."""
    match policy:
        case "name":
            return Path(file).name
        case "relative":
            return os.path.relpath(file, out)
        case "absolute":
            return os.path.abspath(file)  # noqa: PTH100 - a link is named as itself


def _misfits(asked: Association, given: Association) -> int:
    pairs = zip(asked.members, given.members, strict=True)
    return sum(stage_of(a.expname) != stage_of(Path(g.expname).name) for a, g in pairs)


def stage_notes(
    asked: Sequence[Association], given: Sequence[Association], files: FilesByStage
) -> Iterator[Problem]:
    """Say which members are at another stage than their rule takes, and which files are unused."""
    wanted: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    by_file = {one.file_name: one for one in asked}
    used: set[str] = set()
    for one in given:
        for a, g in zip(by_file[one.file_name].members, one.members, strict=True):
            used.add(Path(g.expname).name)
            stages = stage_of(a.expname), stage_of(Path(g.expname).name)
            if all(stages) and stages[0] != stages[1]:
                wanted[one.rule, a.exptype, *stages].append(g.expname)
    for (rule, role, asked_stage, stage), members in sorted(wanted.items()):
        what = f"{role} members at the stage {stage}: {len(members)}, the first {members[0]}"
        advice = f"Give the {asked_stage} files, or make them first."
        yield Problem(what, Location(rule=rule), f"{asked_stage} files", advice)
    unused: dict[str, list[Path]] = defaultdict(list)
    for versions in files.values():
        if any(file.name in used for file in versions.values()):
            for stage, file in versions.items():
                if file.name not in used:
                    unused[stage].append(file)
    for stage, idle in sorted(unused.items()):
        what = "files that are not needed beside others of their exposures"
        at = f" at the stage {stage}" if stage else ""
        yield Problem(f"{what}{at}: {len(idle)}, the first {idle[0]}")
