"""The exposures of a request: headers of its files, flags of its lists, and candidates to tie them.

This is where file names are parsed. From here on exposures are compared, not names.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import filter as fnfilter
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.from_files.adopted_exposures import Adopted, adopted_exposures, is_set
from asnsolve.from_files.known_targets import (
    given_numbers,
    numbered,
    pinned,
    renumbering_notes,
    unknown_targets,
)
from asnsolve.from_files.request import Request
from asnsolve.from_files.request_fields import FLAGS, ROLES
from asnsolve.from_files.ties import with_ties
from asnsolve.pool.conditions import Condition, parse_conditions, satisfying
from asnsolve.pool.exposure_names import suffix_of
from asnsolve.pool.extra_table import read_extra_table
from asnsolve.pool.header_rows import HeaderRows, Row, read_header_rows
from asnsolve.pool.headers import expanded, is_fits
from asnsolve.pool.table import Pool
from asnsolve.stages import STAGES, exposure_of

FilesByStage = Mapping[str, Mapping[str, Path]]
"""Files by exposure and stage: at least one for each exposure."""


@dataclass(frozen=True)
class Inputs:
    """What a request is about.

    Parameters
    ----------
    pool : Pool
        The exposures, with the flags and candidates that the request gives them.
    files : mapping of str to mapping of str to Path
        Files by exposure and stage; none of exposures that come from a table of the archive.
    listed : mapping of str to frozenset of str
        Exposures of each list of `ROLES`.
    rows : mapping of str to dict of str to str
        Rows that the pool was made of, by exposure.
    selfcal_rows : mapping of str to dict of str to str
        Rows of the exposures in the list `selfcal`, by exposure, whether they are in the pool or
        not.
    problems : tuple of Problem
        Files that are left out.
    notes : tuple of Problem
        Files that are passed over although nothing is lost, and numbers of targets that files of
        earlier calls tell.
    products : tuple of Path
        Files that are no exposures, such as combined images.
    unchosen : tuple of Path
        Files that do not satisfy the conditions of the request; they count for target numbers.
    aside : frozenset of str
        Exposures of the lists that do not satisfy the conditions of the request, or are of use at
        the other level alone: they serve others where they can, and nothing is made of them.
    adopted : tuple of Adopted
        Exposures of the lists as the pool has them in other programs.
    targets : tuple of str
        Numbers of targets as a request gives them; empty if targets have those of their order.
    """

    pool: Pool
    files: FilesByStage
    listed: Mapping[str, frozenset[str]]
    rows: Mapping[str, Row]
    selfcal_rows: Mapping[str, Row]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    products: tuple[Path, ...] = ()
    unchosen: tuple[Path, ...] = ()
    aside: frozenset[str] = frozenset()
    adopted: tuple[Adopted, ...] = ()
    targets: tuple[str, ...] = ()

    @cached_property
    def absent(self) -> frozenset[str]:
        """Exposures that have no file at hand, because they come from a table of the archive."""
        return frozenset(exposure for exposure, files in self.files.items() if not files)

    def file_of(self, exposure: str) -> str:
        """Return the file of an exposure that messages name: the one whose header was taken.

        It is the name of the exposure if the header was taken from a table of the archive.

        Parameters
        ----------
        exposure : str
            Name of the exposure.

        Returns
        -------
        str
            Path of the file.
        """
        return str(next(iter(self.files[exposure].values()), exposure))


def read_inputs(
    request: Request,
    on_file: Callable[[str], None] | None = None,
    *,
    look_around: bool = True,
) -> Inputs:
    """Read the headers of the files of a request.

    Parameters
    ----------
    request : Request
        The request.
    on_file : callable, optional
        Called with the name of each file when its header has been read.
    look_around : bool
        Whether association files and products in the output directory and beside the files tell the
        numbers of targets.

    Returns
    -------
    Inputs
        The exposures.

    Raises
    ------
    PoolError
        If no file is an exposure, none satisfies the conditions, or the table of extra values
        cannot be used.
    UsageError
        If there are to be no processes, a condition makes no sense, or two targets are given one
        number.
    """
    conditions = parse_conditions(request.where)
    problems: list[Problem] = []
    paths_of_list = {name: _paths(getattr(request, name), problems) for name in ROLES}
    paths_of_files = _paths(request.files, problems)
    # Paths are collected by key, so that a file in several lists is read once.
    paths = dict(paths_of_files)
    for listed_paths in paths_of_list.values():
        paths |= listed_paths
    for name in request.exclude:
        paths = _without(paths, name, problems)
    extra = None if request.extra is None else read_extra_table(request.extra)
    observed = read_header_rows(
        paths.values(),
        extra=extra,
        keywords=[condition.name for condition in conditions],
        jobs=request.jobs,
        on_file=on_file,
    )
    given = given_numbers(request.targets)
    around = _directories(request, paths.values()) if look_around else []
    observed, targets = numbered(observed, given, around)
    # Rows and provenance are aligned, and each exposure has one row.
    exposures = [exposure_of(row["filename"]) for row in observed.rows]
    origins = dict(zip(exposures, observed.provenance, strict=True))
    exposures_of_path = {
        _key(file): frozenset({exposure})
        for exposure, origin in origins.items()
        for file in origin.files
    } | {_key(table): found & origins.keys() for table, found in observed.tables.items()}
    in_tables = frozenset(exposure for exposure, origin in origins.items() if origin.table)
    of_lists = (name for listing in ROLES for name in getattr(request, listing))
    named = _named_in_tables((*request.exclude, *of_lists), in_tables)
    problems = [problem for problem in problems if not named.get(str(problem.location))]
    excluded = frozenset[str]().union(*(named[name] for name in request.exclude))
    listed = {
        name: frozenset[str]().union(
            *(exposures_of_path.get(key, ()) for key in keys),
            *(named[pattern] for pattern in getattr(request, name)),
        )
        - excluded
        for name, keys in paths_of_list.items()
    }
    unfit = _unfit(dict(zip(exposures, observed.cells(), strict=True)), listed, conditions)
    served = frozenset().union(*listed.values())
    # Files for self-calibration serve others and are not processed themselves.
    wanted = frozenset[str]().union(
        *(exposures_of_path.get(key, ()) for key in paths_of_files),
        *(listed[name] for name, role in ROLES.items() if role in FLAGS),
    ) - (unfit - served | excluded)
    rows = {
        exposure: _flagged(exposure, row, listed)
        for exposure, row in zip(exposures, observed.rows, strict=True)
    }
    problems += observed.problems
    problems += _without_role(paths_of_list, observed)
    pooled = [exposure for exposure in exposures if exposure in wanted]
    if not pooled:
        told = (*problems, *observed.notes)
        raise PoolError(told or Problem("no file is an exposure"))
    adopted = adopted_exposures(
        {exposure: rows[exposure] for exposure in pooled},
        {exposure for name, role in ROLES.items() if role in FLAGS for exposure in listed[name]},
        [exposure for exposure in pooled if "asn_candidate" in origins[exposure].supplied],
    )
    provenance = (
        *(origins[exposure] for exposure in pooled),
        *(replace(origins[one.exposure], filename=one.row["filename"]) for one in adopted),
    )
    tied = with_ties(
        [*(rows[exposure] for exposure in pooled), *(one.row for one in adopted)],
        provenance,
        merged="observation" in request.together,
        with_skies=request.sky not in ("nods", "none"),
    )
    return Inputs(
        pool=Pool.of_header_rows(HeaderRows(tuple(tied), provenance, ())),
        files={
            exposure: {suffix_of(Path(file).name): Path(file) for file in origin.files}
            for exposure, origin in origins.items()
            if exposure in served or exposure not in unfit
        },
        listed=listed,
        # Adopted exposures come after those that rows are kept of.
        rows=dict(zip(pooled, tied, strict=False)),
        selfcal_rows={
            exposure: row for exposure, row in rows.items() if exposure in listed["selfcal"]
        },
        unchosen=tuple(
            Path(file) for exposure in sorted(unfit - served) for file in origins[exposure].files
        ),
        aside=unfit & served | _series_skies(request, listed, rows),
        problems=tuple(problems),
        products=tuple(path for paths in observed.passed_over.values() for path in paths),
        notes=(
            *observed.notes,
            *unknown_targets(given, observed.rows),
            *renumbering_notes(observed, targets),
        ),
        adopted=tuple(adopted),
        targets=pinned(observed, targets),
    )


def _named_in_tables(names: Iterable[str], exposures: Collection[str]) -> dict[str, frozenset[str]]:
    """Find the exposures that names of files, or patterns, stand for, at whatever stage."""
    exposure_of_name = {exposure: exposure for exposure in exposures} | {
        f"{exposure}_{stage}.fits": exposure for exposure in exposures for stage in STAGES
    }
    return {
        name: frozenset(exposure_of_name[found] for found in fnfilter(exposure_of_name, name))
        for name in names
    }


def _directories(request: Request, paths: Iterable[Path]) -> list[Path]:
    """Return the directory of the output, if there is one, and those of the files."""
    out = [] if request.out is None else [Path(request.out)]
    return [*out, *sorted({path.parent for path in paths})]


def _without_role(
    paths_of_list: Mapping[str, Mapping[str, Path]], observed: HeaderRows
) -> Iterator[Problem]:
    """Report the FITS files in lists for a role that are no exposures and so cannot have it."""
    passed_over = {_key(path): path for paths in observed.passed_over.values() for path in paths}
    for name, paths in paths_of_list.items():
        for key in sorted(paths.keys() & passed_over.keys()):
            if is_fits(passed_over[key]):
                what = f"it is given as {ROLES[name]}, and is no file of one exposure"
                yield Problem(what, Location(str(passed_over[key])))


def _series_skies(
    request: Request, listed: Mapping[str, frozenset[str]], rows: Mapping[str, Row]
) -> frozenset[str]:
    """Find backgrounds for which only level 2 has a use, where that is not asked for."""
    if request.level != 3:
        return frozenset()
    return frozenset(name for name in listed["backgrounds"] if is_set(rows[name], "tsovisit"))


def _unfit(
    cells: Mapping[str, Row],
    listed: Mapping[str, frozenset[str]],
    conditions: Sequence[Condition],
) -> frozenset[str]:
    """Find the exposures that do not satisfy the conditions.

    Those in no list must not all be among them, and the keywords must be known to them.
    """
    if not conditions:
        return frozenset()
    served = frozenset().union(*listed.values())
    satisfying([row for exposure, row in cells.items() if exposure not in served], conditions)
    return frozenset(
        exposure
        for exposure, row in cells.items()
        if not all(condition.holds(row) for condition in conditions)
    )


def _key(path: str | Path) -> str:
    """Return one key for all ways to write the path of a file."""
    return os.path.abspath(path)  # noqa: PTH100 - links are kept: the name may tell the stage


def _paths(names: Iterable[str], problems: list[Problem]) -> dict[str, Path]:
    """Return the files that names lead to, as they were written; add a problem for the others."""
    paths: dict[str, Path] = {}
    for path in expanded(names):
        if isinstance(path, Problem):
            problems.append(path)
        else:
            paths[_key(path)] = path
    return paths


def _without(paths: dict[str, Path], name: str, problems: list[Problem]) -> dict[str, Path]:
    """Leave files out; a name without directory stands for every file of that name."""
    # A name that is a path from here means that file alone. Nothing with a directory in it, and no
    # @list, is the name of a file that was read.
    if not Path(name).exists():
        kept = {key: path for key, path in paths.items() if not fnmatch(path.name, name)}
        if len(kept) < len(paths):
            return kept
    excluded = _paths([name], problems)
    return {key: path for key, path in paths.items() if key not in excluded}


def _flagged(exposure: str, row: Row, listed: Mapping[str, frozenset[str]]) -> Row:
    """Let each list that holds any file decide which exposures have its role."""
    flags = {
        FLAGS[role]: "T" if exposure in listed[name] else ""
        for name, role in ROLES.items()
        if role in FLAGS and listed[name]
    }
    # The list decides for the exposures in it even if a header makes a background a reference too.
    for name, other in (("backgrounds", "psf"), ("psfs", "background")):
        if exposure in listed[name]:
            flags.setdefault(FLAGS[other], "")
    return {**row, **flags} if flags else row
