"""From FITS files to association files in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path

from asnsolve.associations.asn_files import write_all
from asnsolve.associations.association import Association
from asnsolve.errors import Problem, UsageError
from asnsolve.from_files.distinct_names import with_distinct_names
from asnsolve.from_files.grouping import regrouped
from asnsolve.from_files.inputs import Inputs, read_inputs
from asnsolve.from_files.request import Files, PathPolicy, Request, names_of_files
from asnsolve.from_files.selfcal import with_selfcal
from asnsolve.from_files.staged_files import processable, stage_notes, with_files, with_path_policy
from asnsolve.from_files.unused_files import serving_nothing, unserved
from asnsolve.naming import exposure_of
from asnsolve.pipeline import solve
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.rule import Rule, RuleSet
from asnsolve.solvers.refusals import Orphan

__all__ = ["Associated", "SolvedRequest", "associate", "associate_request", "solve_request"]


@dataclass(frozen=True, slots=True)
class Associated:
    """What `associate` made of files.

    Parameters
    ----------
    associations : tuple of Association
        With the names of the files that were given as members.
    leftover : tuple of Orphan
        Files in none of them, each with the clause that refused it.
    problems : tuple of Problem
        Files that were left out, files that were given to serve others and serve none, and what
        solving reported.
    notes : tuple of Problem
        What is worth knowing and nothing is lost by: products that were given other names, stages
        that are not those that a rule takes, science without the backgrounds of its program,
        associations of files that are further than that already.
    written : tuple of Path
        Files that were written.
    """

    associations: tuple[Association, ...]
    leftover: tuple[Orphan, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    written: tuple[Path, ...] = ()


def associate(
    files: Files,
    level: int | None = None,
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    backgrounds: Files = (),
    psfs: Files = (),
    imprints: Files = (),
    selfcal: Files = (),
    exclude: Files = (),
    together: str | Iterable[str] = (),
    apart: str | Iterable[str] = (),
    product: str | None = None,
    out: str | PathLike[str] | None = None,
    paths: PathPolicy = "name",
    extra: str | PathLike[str] | None = None,
    jobs: int = 1,
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
    selfcal : path-like, or iterable of path-like
        Files that show the bad pixels of the detector, for integral field units at level 2.
    exclude : path-like, or iterable of path-like
        Files to leave out; a name without directory means every file of that name.
    together : str, or iterable of str
        What level 3 takes together though it would not: ``observation``, ``visit``, ``target``.
    apart : str, or iterable of str
        What level 3 keeps apart though it would not: ``observation``, ``visit``, ``dither``,
        ``detector``.
    product : str, optional
        Name of the product, where exactly one is made.
    out : path-like, optional
        Directory for the association files; nothing is written without it.
    paths : "name", "relative" or "absolute"
        How members are named: without directory, by their path as seen from `out`, or by their
        whole path.
    extra : path-like, optional
        Table of what no header tells, as `Pool.from_fits` takes it.
    jobs : int
        In how many processes headers are read.
    on_file : callable, optional
        Called with the name of each file when its header has been read.

    Returns
    -------
    Associated
        Where dedicated backgrounds or PSF references are among the files, the observations of their
        program with exposures of their type are tied to them, and the associations of an
        observation that have no part in them give way. Of an exposure of which there are files at
        several stages, the one is taken that the rule asks for, else the nearest.

    Raises
    ------
    PoolError
        If no file is an exposure.
    UsageError
        If the arguments do not go together.
    """
    given = [rules] if isinstance(rules, str | PathLike | Rule | RuleSet) else rules
    request = Request(
        files=names_of_files(files),
        level=level,
        rules=tuple(given),
        backgrounds=names_of_files(backgrounds),
        psfs=names_of_files(psfs),
        imprints=names_of_files(imprints),
        selfcal=names_of_files(selfcal),
        exclude=names_of_files(exclude),
        together=(together,) if isinstance(together, str) else tuple(together),
        apart=(apart,) if isinstance(apart, str) else tuple(apart),
        product=product,
        out=None if out is None else fspath(out),
        paths=paths,
        extra=None if extra is None else fspath(extra),
        jobs=jobs,
    )
    return associate_request(request, on_file)


def associate_request(request: Request, on_file: Callable[[str], None] | None = None) -> Associated:
    """Carry out a request; see `associate`."""
    found = solve_request(request, on_file).associated
    directory = Path(request.out or ".")
    associations = tuple(
        with_path_policy(one, request.paths, directory) for one in found.associations
    )
    written = () if request.out is None else tuple(write_all(associations, directory))
    return replace(found, associations=associations, written=written)


@dataclass(frozen=True, slots=True)
class SolvedRequest:
    """What a request led to, with what it was made of.

    Parameters
    ----------
    associated : Associated
        What was found, with the paths of files as members; nothing is written.
    given : Inputs
        The exposures.
    rules : RuleSet
        The rules, as the request has them.
    """

    associated: Associated
    given: Inputs
    rules: RuleSet


def solve_request(request: Request, on_file: Callable[[str], None] | None = None) -> SolvedRequest:
    """Find what a request asks for, and write nothing."""
    rules = regrouped(load_rules(request.rules), request.together, request.apart)
    own = tuple(rule for rule in rules if request.level in (None, rule.base.level))
    rules = replace(rules, rules=own)
    given = read_inputs(request, on_file)
    solution = solve(given.pool, rules, discover=False)
    by_rule = with_selfcal(_foremost(solution.associations), given.pool, given.serving)
    of_files = with_files(by_rule, given.files)
    kept, parted = processable(by_rule, of_files, finished=request.level is not None)
    made, renamed = with_distinct_names(kept)
    if request.product is not None:
        made = [_with_name(made, request.product)]
    notes = (*renamed, *unserved(made, given, rules), *parted)
    notes += tuple(stage_notes(by_rule, made, given.files))
    unused = serving_nothing(made, given, rules)
    leftover = tuple(replace(one, filename=_given(one, given)) for one in solution.orphans)
    problems = (*given.problems, *solution.problems, *unused)
    return SolvedRequest(Associated(tuple(made), leftover, problems, notes), given, rules)


def _foremost(associations: Iterable[Association]) -> list[Association]:
    """Leave out the associations of an observation all of whose science is in a tied one."""
    tied: set[tuple[int, str]] = set()
    every = list(associations)
    for one in every:
        if one.asn_id.startswith("c"):
            tied |= {(one.level, name) for name in _science(one)}
    return [
        one
        for one in every
        if one.asn_id.startswith("c")
        or not all((one.level, name) in tied for name in _science(one))
    ]


def _science(association: Association) -> list[str]:
    return [
        exposure_of(member.expname)
        for member in association.members
        if member.exptype == "science" and not member.derived
    ]


def _given(orphan: Orphan, given: Inputs) -> str:
    """Return the file by which an exposure was given."""
    file, *_ = given.files[exposure_of(orphan.filename)].values()
    return str(file)


def _with_name(associations: Sequence[Association], product: str) -> Association:
    if len(associations) != 1 or len(associations[0].products) != 1:
        what = f"{len(associations)} associations are made, and one name is given"
        advice = "Give fewer files, or the level."
        raise UsageError(Problem(what, expected="exactly one product", advice=advice))
    (association,) = associations
    return replace(association, products=(replace(association.products[0], name=product),))
