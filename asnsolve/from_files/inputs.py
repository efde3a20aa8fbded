"""The exposures of a request: headers of its files, flags of its lists, and candidates to tie them.

This is where file names are parsed. From here on exposures are compared, not names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import filter as fnfilter
from functools import cached_property
from pathlib import Path

from asnsolve.errors import Location, PoolError, Problem, UsageError
from asnsolve.from_files.adopted_exposures import Adopted, adopted_exposures, is_set
from asnsolve.from_files.known_targets import (
    given_numbers,
    numbered,
    pinned,
    renumbering_notes,
    unknown_targets,
)
from asnsolve.from_files.request import Request
from asnsolve.from_files.request_fields import FLAGS, OPTIONS, ROLES
from asnsolve.from_files.request_paths import RequestPaths, request_paths
from asnsolve.from_files.ties import with_ties
from asnsolve.input_files import absolute, is_file
from asnsolve.pool.conditions import Condition, parse_conditions, satisfying
from asnsolve.pool.extra_table import read_extra_table
from asnsolve.pool.header_cells import Provenance, Row
from asnsolve.pool.header_rows import HeaderRows, read_header_rows
from asnsolve.pool.headers import is_fits
from asnsolve.pool.table import Pool
from asnsolve.profiles.jwst import FILES

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
        Numbers of targets that files of earlier calls tell, and those that name no target.
    observed : HeaderRows
        All that was read, with the files that were skipped although nothing is lost.
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
    observed: HeaderRows = field(default_factory=lambda: HeaderRows((), (), ()))
    unchosen: tuple[Path, ...] = ()
    aside: frozenset[str] = frozenset()
    adopted: tuple[Adopted, ...] = ()
    targets: tuple[str, ...] = ()

    @cached_property
    def products(self) -> tuple[Path, ...]:
        """Files that are not exposures, such as combined images."""
        return tuple(path for paths in self.observed.passed_over.values() for path in paths)

    @cached_property
    def absent(self) -> frozenset[str]:
        """Exposures that have no file at hand, because they come from a table of the archive."""
        return frozenset(exposure for exposure, files in self.files.items() if not files)

    @cached_property
    def present_rows(self) -> Mapping[str, Row]:
        """Rows of the exposures whose files exist here."""
        return {name: row for name, row in self.rows.items() if name not in self.absent}

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
    columns: Collection[str] = (),
    look_around: bool = True,
) -> Inputs:
    """Read the headers of the files of a request.

    Parameters
    ----------
    request : Request
        The request.
    on_file : callable, optional
        Called with the name of each file when its header has been read.
    columns : collection of str
        Further columns that rules declare, which are read from keywords of their name.
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
        If there are to be no processes, a condition makes no sense, two targets are given one
        number, or a name in a list of `ROLES` leads to no file.
    """
    conditions = parse_conditions(request.where)
    paths = request_paths(request)
    observed = read_header_rows(
        paths.to_read.values(),
        extra=None if request.extra is None else read_extra_table(request.extra),
        keywords=[condition.name for condition in conditions],
        columns=columns,
        jobs=request.jobs,
        on_file=on_file,
    )
    given = given_numbers(request.targets)
    around = _directories(request, paths.to_read.values()) if look_around else []
    observed, targets = numbered(observed, given, around)
    chosen = _chosen(request, paths, observed, conditions)
    problems = (*chosen.problems, *observed.problems, *_without_role(paths, observed))
    # Rows and provenance are aligned, and each exposure has one row.
    rows = {
        FILES.exposure_of(row["filename"]): _flagged(
            FILES.exposure_of(row["filename"]), row, chosen.listed
        )
        for row in observed.rows
    }
    origins = dict(zip(rows, observed.provenance, strict=True))
    pooled = {exposure: row for exposure, row in rows.items() if exposure in chosen.pooled}
    if not pooled:
        raise PoolError((*problems, *observed.notes) or Problem("no file is an exposure"))
    tied, adopted = _tied(request, pooled, origins, chosen.listed)
    return Inputs(
        pool=Pool.of_header_rows(tied),
        files={
            exposure: {FILES.suffix_of(Path(file).name): Path(file) for file in origin.files}
            for exposure, origin in origins.items()
            if exposure not in chosen.unused
        },
        listed=chosen.listed,
        # Adopted exposures come after those that rows are kept of.
        rows=dict(zip(pooled, tied.rows, strict=False)),
        selfcal_rows={name: row for name, row in rows.items() if name in chosen.listed["selfcal"]},
        unchosen=tuple(Path(file) for one in sorted(chosen.unused) for file in origins[one].files),
        aside=chosen.unfit - chosen.unused | _series_skies(request, chosen.listed, rows),
        problems=problems,
        observed=observed,
        notes=(
            *unknown_targets(given, observed.rows),
            *renumbering_notes(observed, targets),
        ),
        adopted=adopted,
        targets=pinned(observed, targets),
    )


@dataclass(frozen=True)
class _Chosen:
    """What the names and conditions of a request make of the exposures that were read.

    Parameters
    ----------
    listed : mapping of str to frozenset of str
        Exposures of each list of `ROLES`.
    pooled : frozenset of str
        Exposures of the pool. Files for self-calibration serve others and are not processed
        themselves, so they are in it only if the request names them elsewhere too.
    unfit : frozenset of str
        Exposures that do not satisfy the conditions.
    problems : tuple of Problem
        Names that lead to no file and to no exposure of a table.
    """

    listed: Mapping[str, frozenset[str]]
    pooled: frozenset[str]
    unfit: frozenset[str]
    problems: tuple[Problem, ...]

    @cached_property
    def unused(self) -> frozenset[str]:
        """Exposures that do not satisfy the conditions and are in no list either."""
        return self.unfit.difference(*self.listed.values())


def _chosen(
    request: Request, paths: RequestPaths, observed: HeaderRows, conditions: Sequence[Condition]
) -> _Chosen:
    """Find the exposures that the names and conditions of a request select."""
    exposures = [FILES.exposure_of(row["filename"]) for row in observed.rows]
    of_path = _exposures_of_path(exposures, observed)
    in_tables = frozenset(
        exposure
        for exposure, origin in zip(exposures, observed.provenance, strict=True)
        if origin.table
    )
    of_lists = (name for listing in ROLES for name in getattr(request, listing))
    named = _named_in_tables((*request.exclude, *of_lists), in_tables)
    problems = _in_no_table(paths, named)
    # A file may be excluded by its own name or by that of a table that lists it.
    excluded = frozenset[str]().union(*(named[name] for name in request.exclude))
    listed = {
        name: frozenset[str]().union(
            *(of_path.get(key, ()) for key in keys),
            *(named[pattern] for pattern in getattr(request, name)),
        )
        - excluded
        for name, keys in paths.of_lists.items()
    }
    # Conditions choose among FILES; what was listed for a role was asked for by name.
    unfit = _unfit(dict(zip(exposures, observed.cells(), strict=True)), listed, conditions)
    pooled = frozenset[str]().union(
        *(of_path.get(key, ()) for key in paths.of_files),
        *(listed[name] for name, role in ROLES.items() if role in FLAGS),
    )
    return _Chosen(
        listed=listed,
        pooled=pooled - unfit.difference(*listed.values()) - excluded,
        unfit=unfit,
        problems=problems,
    )


def _in_no_table(paths: RequestPaths, named: Mapping[str, Collection[str]]) -> tuple[Problem, ...]:
    """Return the problems of names that no table has; refuse a list of a role with such a name.

    What is made without the file of a role may be other than what was asked for.
    """
    missing: list[Problem] = []
    others = list(paths.problems)
    for name, problems in paths.list_problems.items():
        for problem in problems:
            place = problem.location.file or ""
            # A file that is there is named twice, or has a name that no association can hold.
            if is_file(place) or named.get(place):
                others.append(problem)
            else:
                missing.append(Problem(f"{OPTIONS[name]} {place}: {problem.what}"))
    if missing:
        raise UsageError(missing)
    return tuple(problem for problem in others if not named.get(str(problem.location)))


def _exposures_of_path(exposures: Sequence[str], observed: HeaderRows) -> dict[str, frozenset[str]]:
    """Find the exposures that each file is of, or that a table lists, by the key of its path."""
    of_files = {
        absolute(file): frozenset({exposure})
        for exposure, origin in zip(exposures, observed.provenance, strict=True)
        for file in origin.files
    }
    of_tables = {
        absolute(table): found & frozenset(exposures) for table, found in observed.tables.items()
    }
    return of_files | of_tables


def _tied(
    request: Request,
    rows: Mapping[str, Row],
    origins: Mapping[str, Provenance],
    listed: Mapping[str, frozenset[str]],
) -> tuple[HeaderRows, tuple[Adopted, ...]]:
    """Tie the exposures by candidates; adopted exposures come last, and are returned as well."""
    adopted = adopted_exposures(
        rows,
        {exposure for name, role in ROLES.items() if role in FLAGS for exposure in listed[name]},
    )
    provenance = (
        *(origins[exposure] for exposure in rows),
        *(replace(origins[one.exposure], filename=one.row["filename"]) for one in adopted),
    )
    tied = with_ties(
        [*rows.values(), *(one.row for one in adopted)],
        provenance,
        merged="observation" in request.together,
        with_skies=request.sky not in ("nods", "none"),
    )
    return HeaderRows(tuple(tied), provenance, ()), tuple(adopted)


def _named_in_tables(names: Iterable[str], exposures: Collection[str]) -> dict[str, frozenset[str]]:
    """Find the exposures that names of files, or patterns, stand for, at whatever stage."""
    exposure_of_name = {exposure: exposure for exposure in exposures} | {
        f"{exposure}_{stage}.fits": exposure for exposure in exposures for stage in FILES.stages
    }
    return {
        name: frozenset(exposure_of_name[found] for found in fnfilter(exposure_of_name, name))
        for name in names
    }


def _directories(request: Request, paths: Iterable[Path]) -> list[Path]:
    """Return the directory of the output, if there is one, and those of the files."""
    out = [] if request.out is None else [Path(request.out)]
    return [*out, *sorted({path.parent for path in paths})]


def _without_role(paths: RequestPaths, observed: HeaderRows) -> Iterator[Problem]:
    """Report the FITS files in lists for a role that are no exposures and so cannot have it."""
    passed_over = {absolute(path): path for kind in observed.passed_over.values() for path in kind}
    for name, listed in paths.of_lists.items():
        for key in sorted(listed.keys() & passed_over.keys()):
            if is_fits(passed_over[key]):
                what = f"it was given as {ROLES[name]}, but it is not a file of a single exposure"
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
    served = frozenset().union(*listed.values())
    satisfying([row for exposure, row in cells.items() if exposure not in served], conditions)
    return frozenset(
        exposure
        for exposure, row in cells.items()
        if not all(condition.holds(row) for condition in conditions)
    )


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
    return {**row, **flags}
