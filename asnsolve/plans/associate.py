"""From FITS files to association files in one call."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from asnsolve.associations.model import Association, Member
from asnsolve.associations.write import write_all
from asnsolve.errors import PoolError, Problem, UsageError
from asnsolve.naming import exposure_root
from asnsolve.pipeline import solve
from asnsolve.pool.headers import expanded
from asnsolve.pool.observed import Provenance, read_files
from asnsolve.pool.table import Pool
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.solvers.trace import Orphan

__all__ = ["Associated", "PathPolicy", "associate"]

PathPolicy = Literal["name", "relative", "absolute"]
Files = str | PathLike[str] | Iterable[str | PathLike[str]]

_FLAGS: Final[Mapping[str, str]] = MappingProxyType(
    {"backgrounds": "bkgdtarg", "psfs": "is_psf", "imprints": "is_imprt"}
)
"""Columns that say what an exposure is for, by the list that overrides them."""

_TIES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"bkgdtarg": ("c1000", "background"), "is_psf": ("c1001", "group")}
)
"""Candidates that tie exposures of such a flag to all others of their program."""


@dataclass(frozen=True, slots=True)
class Associated:
    """What `associate` made of files.

    Parameters
    ----------
    associations : tuple of Association
        With the names of the files that were given as members.
    leftover : tuple of Orphan
        Exposures in none of them, each with the clause that refused it.
    problems : tuple of Problem
        Files that were left out, and what solving reported.
    written : tuple of Path
        Files that were written.
    """

    associations: tuple[Association, ...]
    leftover: tuple[Orphan, ...]
    problems: tuple[Problem, ...]
    written: tuple[Path, ...] = ()


def associate(
    files: Files,
    level: int | None = None,
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    backgrounds: Files = (),
    psfs: Files = (),
    imprints: Files = (),
    exclude: Files = (),
    product: str | None = None,
    out: str | PathLike[str] | None = None,
    paths: PathPolicy = "name",
    on_file: Callable[[str], None] | None = None,
) -> Associated:
    """Find the associations of FITS files, and write them.

    Parameters
    ----------
    files : path-like, or iterable of path-like
        Files, directories, patterns and ``@list``, as `Pool.from_fits` takes them.
    level : int, optional
        The only level of products that is wanted.
    rules : str, path, Rule, RuleSet, or iterable of these
        What `load_rules` takes.
    backgrounds, psfs, imprints : path-like, or iterable of path-like
        Files that are dedicated backgrounds, PSF references or imprints, whatever headers say. A
        list that is given decides for all files. They need not be among `files`.
    exclude : path-like, or iterable of path-like
        Files to leave out.
    product : str, optional
        Name of the product, where exactly one is made.
    out : path-like, optional
        Directory for the association files; nothing is written without it.
    paths : "name", "relative" or "absolute"
        How members are named: without directory, by their path as seen from `out`, or by their
        whole path.
    on_file : callable, optional
        Called with the name of each file when its header has been read.

    Returns
    -------
    Associated
        Where dedicated backgrounds or PSF references are among the files, all exposures of their
        program are tied to them, and the associations of an observation that have no part in them
        give way.

    Raises
    ------
    PoolError
        If no file is an exposure.
    UsageError
        If the arguments do not go together.
    """
    given = {"backgrounds": backgrounds, "psfs": psfs, "imprints": imprints}
    listed = {name: _paths(found) for name, found in given.items()}
    left_out = set(_paths(exclude))
    wanted = [*_names(files), *(path for found in listed.values() for path in found)]
    chosen = [path for path in expanded(wanted) if path not in left_out]
    unread = [path for path in chosen if isinstance(path, Problem)]
    rows, origins, problems = read_files([p for p in chosen if isinstance(p, Path)], on_file)
    if not rows:
        raise PoolError([*unread, *problems] or Problem("no file is an exposure"))
    _flag(rows, origins, listed)
    _tie(rows)
    rule_set = load_rules(rules)
    own = tuple(rule for rule in rule_set if level in (None, rule.base.level))
    solution = solve(Pool(rows, name="files"), replace(rule_set, rules=own), discover=False)
    kept = _foremost(solution.associations)
    directory = None if out is None else Path(out)
    named = [_with_paths(one, origins, paths, directory) for one in kept]
    if product is not None:
        named = [_with_name(named, product)]
    written = () if directory is None else tuple(write_all(named, directory))
    told = (*unread, *problems, *solution.problems)
    return Associated(tuple(named), solution.orphans, told, written)


def _names(files: Files) -> list[str | PathLike[str]]:
    return [files] if isinstance(files, str | PathLike) else list(files)


def _paths(files: Files) -> list[Path]:
    return [path for path in expanded(_names(files)) if isinstance(path, Path)]


def _flag(
    rows: Sequence[dict[str, str]],
    origins: Sequence[Provenance],
    listed: Mapping[str, Sequence[Path]],
) -> None:
    """Let the lists that are given say what exposures are for."""
    for name, column in _FLAGS.items():
        if listed[name]:
            own = set(map(str, listed[name]))
            for row, origin in zip(rows, origins, strict=True):
                row[column] = "T" if origin.path in own else ""


def _tie(rows: Sequence[dict[str, str]]) -> None:
    """Give all exposures of a program the candidates that their flags ask for."""
    for column, candidate in _TIES.items():
        programs = {row["program"] for row in rows if row.get(column, "").upper() == "T"}
        for row in rows:
            if row["program"] in programs and "asn_candidate" in row:
                row["asn_candidate"] = row["asn_candidate"][:-1] + f", {candidate}]"


def _foremost(associations: Iterable[Association]) -> list[Association]:
    """Leave out the associations of an observation all of whose science is in a tied one."""
    tied: dict[tuple[int, str], set[str]] = {}
    every = list(associations)
    for one in every:
        if one.asn_id.startswith("c"):
            for name in _science(one):
                tied.setdefault((one.level, name), set()).add(one.asn_type)
    return [
        one
        for one in every
        if one.asn_id.startswith("c")
        or not all((one.level, name) in tied for name in _science(one))
    ]


def _science(association: Association) -> list[str]:
    return [
        exposure_root(member.expname)
        for member in association.members
        if member.exptype == "science" and not member.lean
    ]


def _with_paths(
    association: Association,
    origins: Sequence[Provenance],
    policy: PathPolicy,
    out: Path | None,
) -> Association:
    """Name the members as the files that were given."""
    files = {exposure_root(origin.filename): Path(origin.path) for origin in origins}

    def named(member: Member) -> Member:
        file = files.get(exposure_root(member.expname))
        if file is None or member.lean:
            return member
        match policy:
            case "name":
                return replace(member, expname=file.name)
            case "relative":
                return replace(member, expname=os.path.relpath(file, out or Path()))
            case "absolute":
                return replace(member, expname=str(file.resolve()))

    products = tuple(
        replace(one, members=tuple(map(named, one.members))) for one in association.products
    )
    return replace(association, products=products)


def _with_name(associations: Sequence[Association], product: str) -> Association:
    if len(associations) != 1 or len(associations[0].products) != 1:
        what = f"{len(associations)} associations are made, and one name is given"
        advice = "Give fewer files, or the level."
        raise UsageError(Problem(what, expected="exactly one product", advice=advice))
    (association,) = associations
    return replace(association, products=(replace(association.products[0], name=product),))
