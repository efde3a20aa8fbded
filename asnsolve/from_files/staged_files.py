"""Members as the files at hand, at the stages that these have."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from asnsolve.associations.association import Association, Member, Product
from asnsolve.errors import Location, Problem
from asnsolve.from_files.inputs import FilesByStage
from asnsolve.phrases import and_more
from asnsolve.profiles.jwst import FILES

_STEPS: Final = ({"uncal"}, {"rate", "rateints"}, {"cal", "calints", "crf", "crfints"})
"""Stages that the pipeline processes further, step by step; other stages are final."""

STAGES_BY_LEVEL: Final = MappingProxyType({2: _STEPS[1], 3: _STEPS[2]})
"""Stages of the science that associations of each level are for."""


def with_files(
    associations: Iterable[Association], files: FilesByStage, *, expected: bool = False
) -> list[Association]:
    """Make the members of associations the paths of their files.

    Parameters
    ----------
    associations : iterable of Association
        As the rules name their members.
    files : mapping of str to mapping of str to Path
        Files by exposure and stage.
    expected : bool
        Whether members are the files that the rules take where the pipeline can make these from
        files at hand, whether they exist yet or not.

    Returns
    -------
    list of Association
        In the same order. Associations become equal where rules take two stages of exposures of
        which there is one; of these, the one with the fewest members at another stage than its
        rule takes is kept.
    """
    best: dict[object, tuple[int, int, Association]] = {}
    for number, association in enumerate(associations):
        products = tuple(
            _product_of_files(product, files, expected=expected) for product in association.products
        )
        staged = replace(association, products=products)
        content = tuple(
            (
                product.name,
                frozenset((member.expname, member.exptype) for member in product.members),
            )
            for product in products
        )
        pairs = zip(association.members, staged.members, strict=True)
        misfits = sum(asked.stage != member.stage for asked, member in pairs)
        key = (association.level, association.asn_id, content)
        # No two ranks are equal: the number breaks ties in favor of the earlier association.
        rank = (misfits, number, staged)
        best[key] = min(best.get(key, rank), rank)
    return [staged for _, _, staged in sorted(best.values(), key=lambda entry: entry[1])]


def _product_of_files(product: Product, files: FilesByStage, *, expected: bool) -> Product:
    # An exposure may have several roles at one stage, as an imprint that is also selfcal.
    times = Counter(exposure for exposure, _ in {(m.exposure, m.stage) for m in product.members})

    def of_file(member: Member) -> Member:
        stages = {} if member.derived else files.get(member.exposure, {})
        if not stages:
            return member
        only = times[member.exposure] == 1 or member.exptype == "science"
        made = expected and all(_step(stage) < _step(member.stage) for stage in stages)
        path, stage = _file_at_stage(stages, member, only=only and not made)
        return replace(member, expname=str(path), stage=stage)

    return replace(product, members=tuple(map(of_file, product.members)))


def _file_at_stage(stages: Mapping[str, Path], member: Member, *, only: bool) -> tuple[Path, str]:
    """Return the file of a member and its stage, given the files of its exposure by stage.

    The file at the stage that the rule takes comes first, then the one at the nearest stage. An
    exposure that is a member at another stage too is not the `only` one: the pipeline may make the
    file of this stage from the other one, and it need not exist yet.
    """
    if member.stage in stages:
        return stages[member.stage], member.stage
    nearest = min(stages, key=lambda stage: (_stages_between(stage, member.stage), stage))
    if only:
        return stages[nearest], nearest
    return stages[nearest].with_name(Path(member.expname).name), member.stage


def _stages_between(first: str, second: str) -> int:
    if first not in FILES.stages or second not in FILES.stages:
        return len(FILES.stages)  # farther than any two known stages
    return abs(FILES.stages.index(first) - FILES.stages.index(second))


def processable(
    asked: Sequence[Association], staged: Sequence[Association], *, finished: bool
) -> tuple[list[Association], tuple[Problem, ...]]:
    """Drop associations whose science is already past what they are for.

    Parameters
    ----------
    asked : sequence of Association
        As the rules name their members.
    staged : sequence of Association
        The same, or some of them, with files as members.
    finished : bool
        Whether to drop only those whose science consists of final products, such as extracted
        spectra and resampled images.

    Returns
    -------
    kept : list of Association
        Those that can be processed.
    notes : tuple of Problem
        What was dropped, by rule and stage.
    """
    by_file = {association.file_name: association for association in asked}
    kept: list[Association] = []
    dropped: dict[tuple[str, str], list[Association]] = defaultdict(list)
    for association in staged:
        asked_members = by_file[association.file_name].members
        stages = [
            (asked_member.stage, member.stage)
            for asked_member, member in zip(asked_members, association.members, strict=True)
            if member.exptype == "science" and not member.derived
        ]
        # The pipeline has already processed this science.
        if stages and all(
            _step(stage) > _step(asked_stage) and (_step(stage) == len(_STEPS) or not finished)
            for asked_stage, stage in stages
        ):
            dropped[association.rule, stages[0][1]].append(association)
        else:
            kept.append(association)
    notes = tuple(
        Problem(_past_their_step(associations, stage), Location(rule=rule))
        for (rule, stage), associations in sorted(dropped.items())
    )
    return kept, notes


def _past_their_step(associations: Sequence[Association], stage: str) -> str:
    """Say that associations are not made."""
    exposures = and_more(associations[0].members[0].expname, len(associations))
    plural, are, their = ("s", "are", "their") if len(associations) > 1 else ("", "is", "its")
    return (
        f"the association{plural} of {exposures} {are} not made, because {their} science is "
        f"already at stage {stage}"
    )


def _step(stage: str) -> int:
    """Return how far a stage is; a file that is of no stage comes before all steps."""
    if stage not in FILES.stages:
        return -1
    return next((step for step, stages in enumerate(_STEPS) if stage in stages), len(_STEPS))


def stage_notes(
    asked: Sequence[Association], staged: Sequence[Association], files: FilesByStage
) -> Iterator[Problem]:
    """Report members at another stage than their rule takes, and files that nothing uses.

    Parameters
    ----------
    asked : sequence of Association
        As the rules name their members.
    staged : sequence of Association
        The same, or some of them, with files as members.
    files : mapping of str to mapping of str to Path
        Files by exposure and stage.

    Yields
    ------
    Problem
        One for each rule, role and pair of stages; then one for each stage of which files are
        unused although another file of their exposure is a member.
    """
    misfits: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    by_file = {association.file_name: association for association in asked}
    # Names without directory suffice: no two files of one exposure and stage are read.
    used: set[str] = set()
    for association in staged:
        asked_members = by_file[association.file_name].members
        for asked_member, member in zip(asked_members, association.members, strict=True):
            used.add(Path(member.expname).name)
            stages = asked_member.stage, member.stage
            if all(stages) and stages[0] != stages[1]:
                misfits[association.rule, member.exptype, *stages].append(member.expname)
    for (rule, role, asked_stage, stage), members in sorted(misfits.items()):
        what = f"{role} members at stage {stage}: {and_more(members[0], len(members))}"
        advice = f"Give the {asked_stage} files, or make them first."
        yield Problem(what, Location(rule=rule), f"{asked_stage} files", advice)
    unused: dict[str, list[Path]] = defaultdict(list)
    for versions in files.values():
        if any(file.name in used for file in versions.values()):
            for stage, file in versions.items():
                if file.name not in used:
                    unused[stage].append(file)
    for stage, idle in sorted(unused.items()):
        at = f" at stage {stage}" if stage else ""
        what = f"files{at} that are not needed, because other files of their exposures are used"
        yield Problem(f"{what}: {and_more(idle[0], len(idle))}")
