"""From FITS files to association files in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Literal

from asnsolve.associations.asn_files import WrittenFiles, write_each
from asnsolve.associations.association import Association
from asnsolve.errors import Problem
from asnsolve.from_files.adopted_exposures import under_own_names
from asnsolve.from_files.backgrounds import with_series_skies, with_sky
from asnsolve.from_files.choice import wanted
from asnsolve.from_files.distinct_names import with_distinct_names
from asnsolve.from_files.downloads import files_to_download
from asnsolve.from_files.earlier_files import continued
from asnsolve.from_files.grating_tilts import at_another_tilt
from asnsolve.from_files.grouping import PAIR, regrouped, with_skies_of_any_pattern
from asnsolve.from_files.image_products import (
    image_products,
    with_image_products,
    with_rules_without_images,
)
from asnsolve.from_files.inputs import Inputs, read_inputs
from asnsolve.from_files.leftover import leftover_files, nothing_made
from asnsolve.from_files.member_paths import (
    association_directory,
    path_notes,
    with_path_policy,
)
from asnsolve.from_files.missing_members import missing_members
from asnsolve.from_files.name_patterns import with_file_names, with_product_names
from asnsolve.from_files.psf_pairs import paired, unpaired
from asnsolve.from_files.request import Files, PathPolicy, Request, SkyChoice
from asnsolve.from_files.selfcal import calibrating_as_background, with_selfcal
from asnsolve.from_files.staged_files import processable, stage_notes, with_files
from asnsolve.from_files.tweakreg_catalogs import with_tweakreg_catalogs
from asnsolve.from_files.unused_files import serving_nothing, unserved, used_otherwise
from asnsolve.pipeline import solve
from asnsolve.rules.load import DEFAULT_RULES, RuleSource, load_rules
from asnsolve.rules.model import RuleSet
from asnsolve.solvers.refusals import Orphan


@dataclass(frozen=True, slots=True)
class Associated:
    """What `associate` found.

    Parameters
    ----------
    associations : tuple of Association
        The associations, with the files at hand as members.
    leftover : tuple of Orphan
        Files in no association, each with the clause that refused it.
    problems : tuple of Problem
        Files that were left out, files that were listed to serve others and serve none, and the
        problems of solving.
    notes : tuple of Problem
        What is worth knowing, although nothing is lost: products that were renamed, members at
        another stage than their rule takes, science without the dedicated backgrounds of its
        program, associations dropped because their science is already past them.
    written : tuple of Path
        Files that were written.
    unchanged : tuple of Path
        Files that had the content already, and were left alone.
    downloads : tuple of str
        Addresses in the archive of the files to download, as ``Observations.download_file`` of
        astroquery takes them, if the exposures were taken from a table of the archive.
    """

    associations: tuple[Association, ...]
    leftover: tuple[Orphan, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    written: tuple[Path, ...] = ()
    unchanged: tuple[Path, ...] = ()
    downloads: tuple[str, ...] = ()


def associate(
    files: Files,
    level: int | None = None,
    rules: RuleSource | Iterable[RuleSource] = DEFAULT_RULES,
    *,
    backgrounds: Files = (),
    psfs: Files = (),
    imprints: Files = (),
    selfcal: Files = (),
    direct_images: Files = (),
    catalogs: Files = (),
    segmaps: Files = (),
    tweakreg_catalogs: Files = (),
    exclude: Files = (),
    together: str | Iterable[str] = (),
    apart: str | Iterable[str] = (),
    where: str | Iterable[str] = (),
    only: Literal["science"] | None = None,
    sky: SkyChoice | None = None,
    stages: Literal["rules"] | None = None,
    targets: str | Iterable[str] = (),
    product: str | None = None,
    file_name: str | None = None,
    out: str | PathLike[str] | None = None,
    beside: bool = False,
    replace: bool = False,
    paths: PathPolicy = "auto",
    extra: str | PathLike[str] | None = None,
    jobs: int = 1,
    on_file: Callable[[str], None] | None = None,
) -> Associated:
    """Find the associations of FITS files, and write them.

    Dedicated backgrounds and PSF references are tied to the observations of their program that have
    exposures of their type. The associations of such an observation alone give way where all of
    their science is in a tied association. If an exposure has files at several stages, its member
    is the one that the rule asks for, else the one at the nearest stage.

    Parameters
    ----------
    files : path-like, or iterable of path-like
        Files, directories, patterns and ``@list``, as in `Pool.from_fits`; or tables of the archive
        about files that are not at hand yet, as `Pool.from_mast` reads them. Members that come from
        a table are named without directory, at the stage that the rule asks for.
    level : int, optional
        The only level of products that is wanted.
    rules : str, path, Rule, RuleSet, or iterable of these
        As in `load_rules`.
    backgrounds, psfs, imprints : path-like, or iterable of path-like
        Files that are dedicated backgrounds, PSF references or imprints, whatever headers say. A
        list decides for all files. The files in it need not be among `files`.
    selfcal : path-like, or iterable of path-like
        Files that show the bad pixels of the detector, for spectra at level 2. They need only have
        the detector and the subarray of the science.
    direct_images, catalogs, segmaps : path-like, or iterable of path-like
        Combined direct images, catalogs of their sources and segmentation maps, for wide-field
        slitless spectra; without these, what is among the files, and what level 3 will make.
    tweakreg_catalogs : path-like, or iterable of path-like
        Catalogs of stars that level 3 aligns images by, named after the exposures.
    exclude : path-like, or iterable of path-like
        Files to leave out; a name without directory stands for every file of that name.
    together : str, or iterable of str
        What level 3 takes together, although its rules do not: ``observation``, ``visit``,
        ``target``.
    apart : str, or iterable of str
        What level 3 keeps apart, although its rules do not: ``observation``, ``visit``, ``dither``,
        ``detector``, ``pair`` (each science exposure gets one of the PSF references), or any
        attribute of a pool, as ``band`` or ``channel``.
    where : str, or iterable of str
        Conditions that choose among `files`, as ``filter=f770w,f1000w`` and ``band!=long``: a
        header keyword, or an attribute of a pool. Files in the lists for a role serve whatever
        their headers say, but nothing is made of those alone that do not satisfy the conditions.
    only : "science", optional
        Leaves out the associations whose science members are backgrounds, imprints or acquisitions.
    sky : "dedicated", "nods" or "none", optional
        Which of the backgrounds at hand are members, instead of all: dedicated ones, the other
        exposures of the target, or none.
    stages : "rules", optional
        Names the files that the rules take as members, as the pipeline will have made them from the
        given ones, whether they exist yet or not.
    targets : str, or iterable of str
        Numbers of targets in names, each as ``NAME=t007`` with the name that headers have; or as
        ``01234:NAME=t007`` for one program. They count more than the numbers that files of earlier
        calls tell.
    product : str, optional
        Names of the products, as ``m31_{elements}``: see
        `asnsolve.from_files.name_patterns.with_product_names`. Products of level 2 keep the names
        of their exposures where there are others.
    file_name : str, optional
        Names of the association files, as ``{product}_{number}``: see
        `asnsolve.from_files.name_patterns.with_file_names`.
    out : path-like, optional
        Directory of the association files; without it and `beside`, nothing is written.
    beside : bool
        Whether each association file goes next to its data, the first science member, instead.
    replace : bool
        Whether to replace files of other content. Without it, numbers continue after those of
        other associations that are there, and so do the ids of candidates that tie observations.
    paths : "auto", "name", "relative" or "absolute"
        How members are named: so that the pipeline finds them from any working directory, which
        takes their whole path unless the association file is beside all of them; without
        directory; by their path as seen from `out`; by their whole path.
    extra : path-like, optional
        Table of values that headers do not have, as in `Pool.from_fits`.
    jobs : int
        Number of processes that read headers.
    on_file : callable, optional
        Called with the name of each file when its header has been read.

    Returns
    -------
    Associated
        The associations, and what is left over.

    Raises
    ------
    AssociationError
        If an association file cannot be written.
    PoolError
        If no file is an exposure.
    RuleError
        If the rules cannot be loaded.
    UsageError
        If the arguments do not go together.
    """
    # The parameters are the only locals so far. All but `on_file` are fields of the request.
    return associate_request(Request.of(locals()), on_file)


def associate_request(
    request: Request, on_file: Callable[[str], None] | None = None, *, dry_run: bool = False
) -> Associated:
    """Find the associations of a request, and write them; see `associate`.

    Parameters
    ----------
    request : Request
        The request.
    on_file : callable, optional
        Called with the name of each file when its header has been read.
    dry_run : bool
        Whether to write nothing, whatever the request says.

    Returns
    -------
    Associated
        The associations, and what is left over.
    """
    solved = solve_request(request, on_file)
    associated = solved.associated
    found = associated.associations
    absent = solved.inputs.absent
    # Without a directory nothing is written, but relative paths start somewhere.
    out = Path(request.out or ".")
    directories = [
        association_directory(association, out, beside=request.beside) for association in found
    ]
    associations = tuple(
        with_path_policy(association, request.paths, directory, absent)
        for association, directory in zip(found, directories, strict=True)
    )
    notes = (*associated.notes, *path_notes(found, request.paths, directories, absent))
    if not request.beside and request.out is None:
        return replace(associated, associations=associations, notes=notes)
    for directory in dict.fromkeys(directories):
        here = [number for number, place in enumerate(directories) if place == directory]
        settled = continued(
            [associations[number] for number in here], directory, replacing=request.replace
        )
        changed = dict(zip(here, settled.associations, strict=True))
        associations = tuple(changed.get(n, one) for n, one in enumerate(associations))
        notes += settled.notes
    files = WrittenFiles()
    if not dry_run:
        files = write_each(associations, directories, replace=request.replace)
    return replace(
        associated,
        associations=associations,
        notes=notes,
        written=files.written,
        unchanged=files.unchanged,
    )


@dataclass(frozen=True, slots=True)
class SolvedRequest:
    """What a request led to, and what it was made from.

    Parameters
    ----------
    associated : Associated
        What was found, with paths of files as members; nothing is written.
    inputs : Inputs
        The exposures.
    rules : RuleSet
        The rules, regrouped and filtered by level as the request asks.
    """

    associated: Associated
    inputs: Inputs
    rules: RuleSet


def solve_request(
    request: Request,
    on_file: Callable[[str], None] | None = None,
    *,
    look_around: bool = True,
) -> SolvedRequest:
    """Find the associations of a request without writing them.

    Parameters
    ----------
    request : Request
        The request.
    on_file : callable, optional
        Called with the name of each file when its header has been read.
    look_around : bool
        Whether files of earlier calls tell the numbers of targets, as in `read_inputs`.

    Returns
    -------
    SolvedRequest
        The associations, and what they were made from.

    Raises
    ------
    PoolError
        If no file is an exposure.
    RuleError
        If the rules cannot be loaded.
    UsageError
        If a grouping or placeholder is unknown, or names cannot be used or are not unique.
    """
    rules = regrouped(load_rules(request.rules), request.together, request.apart)
    if request.backgrounds:
        rules = with_skies_of_any_pattern(rules)
    # Rules of the other level are not solved at all, so nothing of it is left over or refused.
    rules = replace(
        rules, rules=tuple(rule for rule in rules if request.level in (None, rule.base.level))
    )
    inputs = read_inputs(request, on_file, look_around=look_around)
    images, image_problems = image_products(request, inputs)
    solved_rules = with_rules_without_images(rules) if images else rules
    solution = solve(inputs.pool, solved_rules, discover=False)
    solved = under_own_names(solution.associations, inputs.adopted)
    found = wanted(_without_repeats(solved), inputs, only_science=request.only == "science")
    found = with_series_skies(with_sky(found, inputs, request.sky), inputs)
    if PAIR in request.apart:
        found = paired(found, inputs)
    asked = with_selfcal(found, inputs.pool, inputs.selfcal_rows)
    image_notes: tuple[Problem, ...] = ()
    if images:
        is_given = bool(request.direct_images or request.catalogs or request.segmaps)
        asked, unfit, image_notes = with_image_products(
            asked, images, rules, inputs, given=is_given
        )
        image_problems += unfit
    asked, unknown_catalogs = with_tweakreg_catalogs(asked, request.tweakreg_catalogs)
    # `asked` keeps the stages that the rules ask for; `staged` has those of the files.
    staged = with_files(asked, inputs.files, expected=request.stages == "rules")
    # Where a level is asked for, its associations are made again unless the science is final.
    kept, dropped_notes = processable(asked, staged, finished=request.level is not None)
    associations, renaming_notes = with_distinct_names(kept)
    if request.product is not None:
        associations = with_product_names(associations, request.product, inputs.pool)
        renaming_notes = ()
    # The files are told apart by the names that the rules give, and are named otherwise at last.
    named = associations
    if request.file_name is not None:
        named = with_file_names(associations, request.file_name, inputs.pool)
    leftover = leftover_files(solution.orphans, inputs, rules, solved, associations)
    nothing: tuple[Problem, ...] = ()
    if not associations and not leftover.orphans:
        nothing = (nothing_made(finished=bool(dropped_notes)),)
    associated = Associated(
        associations=tuple(named),
        leftover=leftover.orphans,
        problems=(
            *inputs.problems,
            *solution.problems,
            *serving_nothing(associations, inputs, rules),
            *nothing,
            *image_problems,
            *unknown_catalogs,
            *missing_members(associations, inputs.files),
        ),
        downloads=files_to_download(associations, inputs),
        notes=(
            *inputs.notes,
            *leftover.notes,
            *renaming_notes,
            *(unserved(associations, inputs, rules) if request.sky in (None, "dedicated") else ()),
            *unpaired(associations),
            *image_notes,
            *at_another_tilt(associations, inputs),
            *calibrating_as_background(associations, inputs.selfcal_rows),
            *used_otherwise(associations, inputs),
            *dropped_notes,
            *stage_notes(asked, associations, inputs.files),
        ),
    )
    return SolvedRequest(associated, inputs, rules)


def _without_repeats(associations: Sequence[Association]) -> list[Association]:
    """Drop the associations of an observation all of whose science is in a tied association."""
    tied = {
        (association.level, exposure)
        for association in associations
        if _is_tied(association)
        for exposure in _science(association)
    }
    return [
        association
        for association in associations
        if _is_tied(association)
        or not all((association.level, exposure) in tied for exposure in _science(association))
    ]


def _is_tied(association: Association) -> bool:
    """Tell whether the association comes from a candidate that ties several observations."""
    return association.asn_id.startswith("c")


def _science(association: Association) -> list[str]:
    return [
        member.exposure
        for member in association.members
        if member.exptype == "science" and not member.derived
    ]
