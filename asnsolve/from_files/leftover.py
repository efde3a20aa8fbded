"""Files that are in no association, with the reason and what users can do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asnsolve.associations.association import Association
from asnsolve.errors import Location, Problem
from asnsolve.from_files.advice import advice_on, serves_another_level
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.staged_files import STAGES_BY_LEVEL
from asnsolve.phrases import and_more
from asnsolve.pipeline import solve
from asnsolve.pool.file_versions import count_note
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.refusals import Orphan


@dataclass(frozen=True, slots=True)
class Leftover:
    """Files that are in no association.

    Parameters
    ----------
    orphans : tuple of Orphan
        The files, each with the clause that refused it and advice.
    notes : tuple of Problem
        Files that serve others, for which a level has no rule; files that are used at one level
        only, with the clause that refuses them at the level that their stage is for.
    """

    orphans: tuple[Orphan, ...]
    notes: tuple[Problem, ...]


def leftover_files(
    orphans: Iterable[Orphan],
    inputs: Inputs,
    rules: RuleSet,
    solved: Sequence[Association],
    kept: Iterable[Association],
) -> Leftover:
    """Find the files that are in no association, or in none of the level that their stage is for.

    Parameters
    ----------
    orphans : iterable of Orphan
        Exposures of the pool that are in no association.
    inputs : Inputs
        The exposures and their files.
    rules : RuleSet
        The rules that were solved.
    solved : sequence of Association
        All associations, under the own names of exposures that serve other programs.
    kept : iterable of Association
        Those that are made. A file in one of them that its own level refuses is a note.

    Returns
    -------
    Leftover
        Orphans are named by their files instead of their rows in the pool.
    """
    # An exposure that serves another program is not left over, though nothing is made of it.
    members = {member.exposure for association in solved for member in association.members}
    accounted = inputs.aside | {one.name for one in inputs.adopted}
    pool = inputs.pool
    exposures = dict(zip(pool.values("filename"), pool.exposures.list(), strict=True))
    in_none = ((orphan, rules) for orphan in orphans if exposures[orphan.filename] not in members)
    made = {member.exposure for association in kept for member in association.members}
    leftover: list[Orphan] = []
    serving: set[Path] = set()
    refused: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for orphan, asked_rules in (*in_none, *_unused_at_own_level(inputs, rules, solved)):
        exposure = exposures[orphan.filename]
        if exposure in accounted:
            continue
        row, file = inputs.rows[exposure], inputs.file_of(exposure)
        if serves_another_level(orphan, row, asked_rules):
            serving.add(Path(file))
            continue
        advice = advice_on(orphan, row, asked_rules)
        if exposure in made and orphan.refusal is not None:
            refused[orphan.refusal.rule, orphan.refusal.clause, advice].append(file)
        else:
            leftover.append(replace(orphan, filename=file, advice=advice))
    notes = [
        Problem(
            f"files that clause {clause} of the rule refuses: {and_more(min(files), len(files))}",
            Location(rule=rule),
            advice=advice,
        )
        for (rule, clause, advice), files in sorted(refused.items())
    ]
    if serving:
        what = "files in a role that no rule of this level uses"
        notes.append(count_note(what, sorted(serving)))
    return Leftover(tuple(leftover), tuple(notes))


def _unused_at_own_level(
    inputs: Inputs, rules: RuleSet, solved: Sequence[Association]
) -> Iterator[tuple[Orphan, RuleSet]]:
    """Find exposures that are members at one level only, although they have files for the other.

    Calibrated files, say, that level 3 refuses: that they are members at level 2, where nothing is
    made of them any more, does not help their user.
    """
    if len({rule.base.level for rule in rules}) == 1:
        return
    members = {
        (association.level, member.exposure)
        for association in solved
        for member in association.members
    }
    names = inputs.pool.exposures.list()
    files = inputs.pool.values("filename")
    for level, stages in STAGES_BY_LEVEL.items():
        unused = {
            exposure
            for exposure, by_stage in inputs.files.items()
            # Exposures from a table of the archive have files of all stages there.
            if (not by_stage or stages & by_stage.keys())
            and (level, exposure) not in members
            and (5 - level, exposure) in members
        }
        if not unused:
            continue
        own_rules = replace(rules, rules=tuple(rule for rule in rules if rule.base.level == level))
        exposures = dict(zip(files, names, strict=True))
        for orphan in solve(inputs.pool, own_rules, discover=False).orphans:
            # Where no rule of a level is for exposures of its sort, nothing is wrong.
            if orphan.of_its_sort and exposures[orphan.filename] in unused:
                yield orphan, own_rules


def nothing_made(*, finished: bool) -> Problem:
    """Say that a call makes nothing, where no file is left over that would tell why.

    Parameters
    ----------
    finished : bool
        Whether associations were dropped because their science is past what they are for.

    Returns
    -------
    Problem
    """
    what = "no association can be made from these files"
    if not finished:
        return Problem(what)
    return Problem(what, expected="rate files for level 2, or cal files for level 3")
