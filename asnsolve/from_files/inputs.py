"""The files of a request: their headers, what the lists say of them, and what ties them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from types import MappingProxyType
from typing import Final

from asnsolve.errors import PoolError, Problem
from asnsolve.from_files.request import Request
from asnsolve.naming import exposure_of, stage_of
from asnsolve.pool.from_headers import Observed, Provenance, Row, read_files
from asnsolve.pool.headers import expanded
from asnsolve.pool.supplement import read_supplement
from asnsolve.pool.table import Pool

__all__ = ["FLAGS", "ROLES", "Inputs", "files_by_stage", "read_inputs"]

ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {"backgrounds": "background", "psfs": "psf", "imprints": "imprint", "selfcal": "selfcal"}
)
"""What the files of each list are for."""

FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {"background": "bkgdtarg", "psf": "is_psf", "imprint": "is_imprt"}
)
"""Columns that say which role an exposure serves in; a list of the request overrides them."""

_BACKGROUND: Final = ("c1000", "background")
_GROUP: Final = ("c1001", "group")
_REFERENCE: Final = ("c1002", "background")
"""Ties PSF references to backgrounds of their own, where there are any."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a request is about.

    Parameters
    ----------
    pool : Pool
        The exposures, with flags and candidates as the request has them.
    files : mapping of str to mapping of str to Path
        Files of each exposure by their stages; exposures are named without stage.
    listed : mapping of str to frozenset of str
        Exposures of each list.
    rows : mapping of str to dict of str to str
        What the pool was made of, by exposure.
    serving : tuple of dict of str to str
        Rows of the exposures of the list `selfcal`, whether they are in the pool or not.
    problems : tuple of Problem
        Files that are left out.
    """

    pool: Pool
    files: Mapping[str, Mapping[str, Path]]
    listed: Mapping[str, frozenset[str]]
    rows: Mapping[str, Row]
    serving: tuple[Row, ...]
    problems: tuple[Problem, ...]


def read_inputs(request: Request, on_file: Callable[[str], None] | None = None) -> Inputs:
    """Read the headers of the files of a request.

    Raises
    ------
    PoolError
        If no file is an exposure.
    """
    problems: list[Problem] = []
    lists = {name: _paths(getattr(request, name), problems) for name in ROLES}
    files = _paths(request.files, problems)
    every = files | {key: path for found in lists.values() for key, path in found.items()}
    for name in request.exclude:
        every = _without(every, name, problems)
    extra = None if request.extra is None else read_supplement(request.extra)
    found = read_files(every.values(), extra=extra, jobs=request.jobs, on_file=on_file)
    roots = {
        key: exposure_of(origin.filename)
        for origin in found.provenance
        for key in map(_key, origin.files)
    }
    listed = {
        name: frozenset(roots[key] for key in own if key in roots) for name, own in lists.items()
    }
    asked = {roots[key] for key in files if key in roots}
    asked |= listed["backgrounds"] | listed["psfs"] | listed["imprints"]
    rows = [_flagged(row, listed) for row in found.rows]
    serving = tuple(row for row in rows if exposure_of(row["filename"]) in listed["selfcal"])
    chosen = [number for number, row in enumerate(rows) if exposure_of(row["filename"]) in asked]
    told = (*problems, *found.problems)
    if not chosen:
        raise PoolError(told or Problem("no file is an exposure"))
    origins = tuple(found.provenance[number] for number in chosen)
    tied = _tied([rows[number] for number in chosen], origins, "observation" in request.together)
    pool = Pool.of_observed(Observed(tuple(tied), origins, ()))
    by_exposure = {exposure_of(row["filename"]): row for row in tied}
    return Inputs(pool, files_by_stage(found.provenance), listed, by_exposure, serving, told)


def _key(path: str | Path) -> str:
    """Return what is the same for all ways to name a file, links aside."""
    return os.path.abspath(path)  # noqa: PTH100 - links are kept: the name may tell the stage


def _paths(names: Iterable[str], problems: list[Problem]) -> dict[str, Path]:
    """Find files by their absolute names, as they were given; say what leads to none."""
    found: dict[str, Path] = {}
    for path in expanded(names):
        if isinstance(path, Problem):
            problems.append(path)
        else:
            found[_key(path)] = path
    return found


def _without(every: dict[str, Path], name: str, problems: list[Problem]) -> dict[str, Path]:
    """Leave files out; a name without directory means the files of that name."""
    if "/" not in name and not Path(name).exists() and not name.startswith("@"):
        gone = {key for key, path in every.items() if fnmatch(path.name, name)}
        if gone:
            return {key: path for key, path in every.items() if key not in gone}
    left_out = _paths([name], problems)
    return {key: path for key, path in every.items() if key not in left_out}


def _flagged(row: Row, listed: Mapping[str, frozenset[str]]) -> Row:
    """Let the lists that are given say what an exposure is for."""
    root = exposure_of(row["filename"])
    told = {
        FLAGS[role]: "T" if root in listed[name] else ""
        for name, role in ROLES.items()
        if role in FLAGS and listed[name]
    }
    # Who is named for one of these is not the other because its header says so.
    for name, other in (("backgrounds", "psfs"), ("psfs", "backgrounds")):
        if root in listed[name]:
            told.setdefault(FLAGS[ROLES[other]], "")
    return {**row, **told} if told else row


def _tied(rows: list[Row], origins: tuple[Provenance, ...], merged: bool) -> list[Row]:
    """Give exposures the candidates that tie their observations to those that serve them.

    Tied are observations with an exposure of the type of one that serves. Those of which a table
    tells the candidates have them already. A background of a PSF reference is background alone: it
    serves references, and no others do.
    """
    owned = _alike(rows, lambda row: _is(row, "bkgdtarg") and _is(row, "is_psf"))
    plain = _alike(rows, lambda row: _is(row, "bkgdtarg") and not _is(row, "is_psf"))
    grouped = _alike(rows, lambda row: _is(row, "is_psf"))
    tied = []
    for row, origin in zip(rows, origins, strict=True):
        place = _observation(row)
        of_reference = _is(row, "is_psf") and place in owned
        sky = _REFERENCE if of_reference else _BACKGROUND
        ties = [sky] if of_reference or place in plain else []
        ties += [_GROUP] if merged or place in grouped else []
        if not ties or "asn_candidate" not in row or "asn_candidate" in origin.supplied:
            tied.append(row)
            continue
        named = "".join(f", {tie}" for tie in ties)
        own = {"asn_candidate": f"{row['asn_candidate'][:-1]}{named}]"}
        if of_reference and _is(row, "bkgdtarg"):
            own["is_psf"] = ""
        tied.append({**row, **own})
    return tied


def _alike(rows: Iterable[Row], serves: Callable[[Row], bool]) -> set[tuple[str, str]]:
    """Find the observations that have an exposure of the type of one that serves."""
    chosen = list(rows)
    types = {(row["program"], row["exp_type"]) for row in chosen if serves(row)}
    return {_observation(row) for row in chosen if (row["program"], row["exp_type"]) in types}


def _observation(row: Row) -> tuple[str, str]:
    return row["program"], row["obs_num"]


def _is(row: Row, flag: str) -> bool:
    return row.get(flag, "").upper() == "T"


def files_by_stage(origins: Iterable[Provenance]) -> dict[str, dict[str, Path]]:
    """Return the files of each exposure by their stages."""
    return {
        exposure_of(origin.filename): {
            stage_of(Path(file).name): Path(file) for file in origin.files
        }
        for origin in origins
    }
