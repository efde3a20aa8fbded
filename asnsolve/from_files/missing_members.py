"""Members that are not there, and that nothing is going to make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.from_files.inputs import FilesByStage
from asnsolve.input_files import exists
from asnsolve.phrases import and_more

_UNCALIBRATED: Final = frozenset({"uncal", "rate", "rateints"})
"""Stages of files from which level 2 makes all of its products."""


def missing_members(associations: Sequence[Association], files: FilesByStage) -> Iterator[Problem]:
    """Find members that do not exist, although level 2 is done with their exposures.

    Parameters
    ----------
    associations : sequence of Association
        The associations, with paths as members.
    files : mapping of str to mapping of str to Path
        Files by exposure and stage.

    Yields
    ------
    Problem
        One per rule, role and stage.
    """
    known = {str(path) for stages in files.values() for path in stages.values()}
    # Exposures that come from a table have files of all stages in the archive.
    archived = {exposure for exposure, stages in files.items() if not stages}
    made = {
        member.exposure
        for association in associations
        if association.level == 2
        for member in association.members
        if member.exptype == "science"
    }
    missing: dict[tuple[str, str, str], list[Member]] = defaultdict(list)
    for association in associations:
        for member in association.members:
            if (
                not member.derived
                and member.expname not in known
                and member.exposure not in made
                and member.exposure not in archived
                and not _UNCALIBRATED & {*files.get(member.exposure, {})}
                and not exists(member.expname)
            ):
                missing[association.rule, member.exptype, member.stage].append(member)
    for (rule, role, stage), members in sorted(missing.items()):
        what = f"{role} members that do not exist: {and_more(members[0].expname, len(members))}"
        advice = f"Give the {stage} files."
        if role == "background":
            advice = f"Give the {stage} files, or use --sky none (in Python sky='none')."
        yield Problem(what, Location(rule=rule), advice=advice)
