"""What a page is made of: a pool that is solved, or associations that are read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from os import PathLike
from pathlib import Path

import numpy as np

from asnsolve.archive.containers import (
    Record,
    association_paths,
    is_container,
    read_container,
)
from asnsolve.associations.association import Association
from asnsolve.associations.json_text import parse_json
from asnsolve.associations.read_files import association_of, read_association, with_members
from asnsolve.associations.solution import Solution
from asnsolve.associations.solution_problems import likely_candidate
from asnsolve.errors import AsnsolveError, AssociationError, Location, Problem, UsageError
from asnsolve.file_systems import Url, path_or_url
from asnsolve.input_files import is_directory, is_file
from asnsolve.pool.table import Pool
from asnsolve.profiles import FILE_ENDING, Profile, default_profile


def holds_associations(path: Path | Url) -> bool:
    """Tell whether a path is one of associations: a directory, a container, or a file.

    Parameters
    ----------
    path : Path or Url
        The path, or the URL of a container.

    Returns
    -------
    bool
        False for pools. A Parquet file may be either: a container has the column ``association``.
    """
    # A pool is never JSON, so the reader of associations reports what is wrong in the file.
    if Path(path.name).suffix.lower() in (".json", ".jsonl"):
        return True
    if isinstance(path, Path) and is_directory(path):
        return True
    if not is_container(path) or (isinstance(path, Path) and not is_file(path)):
        return False
    try:
        return not isinstance(next(read_container(path), None), Problem)
    except AssociationError:
        return False


def read_associations(
    path: str | PathLike[str],
    programs: Collection[str] = (),
    ids: Collection[str] = (),
    profile: Profile | None = None,
) -> Solution:
    """Read the associations of a directory, a container or a file.

    Parameters
    ----------
    path : path-like
        What to read, or the URL of a container.
    programs : collection of str
        The only programs to keep; all if empty.
    ids : collection of str
        The only ids to keep; all if empty.
    profile : Profile, optional
        The mission; by default `default_profile`.

    Returns
    -------
    Solution
        The associations; its problems say what could not be read. It knows no exposures besides
        the members.

    Raises
    ------
    AssociationError
        If there is nothing to read.
    UsageError
        If there is no association of these programs and ids.
    """
    place, mission = path_or_url(path), profile or default_profile()
    found = [*_read(place, mission)]
    kept = [one for one in found if isinstance(one, Association)]
    problems = [one for one in found if isinstance(one, Problem)]
    if not kept:
        what = "no association can be read"
        raise AssociationError(problems or [Problem(what, Location(str(place)))])
    program_text = mission.names.program_text
    wanted_programs = {*map(program_text, programs)}
    wanted_ids = {asn_id.strip().lower() for asn_id in ids}
    kept = [
        one
        for one in kept
        if (not wanted_programs or program_text(one.program or "0") in wanted_programs)
        and (not wanted_ids or one.asn_id in wanted_ids)
    ]
    if not kept:
        what = "no association is of these programs and candidates"
        raise UsageError(Problem(what, Location(str(place))))
    kept.sort(key=lambda one: (one.program, one.asn_id, one.asn_type, one.file_name))
    return Solution.of(place.name or str(place), "", kept, problems=problems, mission=profile)


def _read(path: Path | Url, profile: Profile) -> Iterator[Association | Problem]:
    """Yield each association, or a problem in its place."""
    if isinstance(path, Path) and is_directory(path):
        files = association_paths(path)
        if not files:
            what = f"the directory holds neither *{FILE_ENDING} nor a container"
            raise AssociationError(Problem(what, Location(str(path))))
        for file in files:
            yield from _read(file, profile)
    elif isinstance(path, Url) or is_container(path):
        for line in read_container(path):
            if isinstance(line, Problem):
                yield line
            else:
                yield from _of_line(line, path, profile)
    else:
        try:
            yield read_association(path, profile)
        except AsnsolveError as error:
            yield from error.problems


def _of_line(line: Record, path: Path | Url, profile: Profile) -> Iterator[Association | Problem]:
    where = Location(f"{path}/{line.file_name}")
    try:
        data = with_members(parse_json(line.content), where, profile)
        yield association_of(data, line.file_name, profile)
    except AsnsolveError as error:
        yield from error.problems


def part_of_pool(pool: Pool, programs: Collection[str], ids: Collection[str] | None) -> Pool:
    """Keep the exposures of some programs and candidates.

    Parameters
    ----------
    pool : Pool
        The exposures.
    programs : collection of str
        The only programs to keep; all if empty.
    ids : collection of str, optional
        Ids of the only candidates to keep.

    Returns
    -------
    Pool

    Raises
    ------
    UsageError
        If a program or a candidate has no exposures.
    """
    wanted = {*map(pool.profile.names.program_text, programs)}
    known = pool.program_texts()
    if missing := sorted(wanted - {*known}):
        what = f"{pool.name} has no exposures of program {missing[0]}"
        raise UsageError(Problem(what, advice=f"It has {', '.join(sorted({*known[:-1]})[:5])}."))
    part = pool
    if wanted:
        is_wanted = np.array([text in wanted for text in known])
        part = pool.take(is_wanted[pool.codes("program")])
    if ids is None:
        return part
    asked = {asn_id.strip().lower() for asn_id in ids}
    named = part.candidates
    is_asked = np.array([asn_id in asked for asn_id, _ in named.table], dtype=np.bool_)
    present = {asn_id for asn_id, _ in named.table}
    if missing := sorted(asked - present):
        what = f"no exposure of {part.name} names the candidate {missing[0]}"
        raise UsageError(Problem(what, advice=likely_candidate(missing[0], present)))
    rows = np.unique(named.rows[is_asked[named.pairs]])
    return part.take(rows)
