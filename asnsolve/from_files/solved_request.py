"""What a request from files comes to: associations of files, and what is left over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from asnsolve.associations.association import Association
from asnsolve.associations.distinct_names import with_distinct_names
from asnsolve.displays import public_names
from asnsolve.errors import Problem, UsageError
from asnsolve.from_files.adopted_exposures import under_own_names
from asnsolve.from_files.associated_display import associated_html, associated_text
from asnsolve.from_files.backgrounds import with_series_skies, with_sky
from asnsolve.from_files.choice import wanted
from asnsolve.from_files.downloads import files_to_download
from asnsolve.from_files.grating_tilts import at_another_tilt
from asnsolve.from_files.image_products import (
    ImageProducts,
    image_products,
    with_image_products,
    with_rules_without_images,
)
from asnsolve.from_files.image_use import files_of_images, images_of_none, incomplete_images
from asnsolve.from_files.inputs import Inputs, read_inputs
from asnsolve.from_files.leftover import Leftover, leftover_files, nothing_made
from asnsolve.from_files.missing_members import missing_members
from asnsolve.from_files.name_patterns import with_file_names, with_product_names
from asnsolve.from_files.psf_pairs import PAIR, paired, unpaired
from asnsolve.from_files.request import Request
from asnsolve.from_files.selfcal import calibrating_as_background, with_selfcal
from asnsolve.from_files.staged_files import processable, stage_notes, with_files
from asnsolve.from_files.tweakreg_catalogs import with_tweakreg_catalogs
from asnsolve.from_files.unused_files import (
    acquisitions_aside,
    serving_nothing,
    unserved,
    used_otherwise,
)
from asnsolve.pipeline import solve
from asnsolve.pool.measured_columns import ADD_COLUMN
from asnsolve.profiles.jwst import PROFILE
from asnsolve.rules.grouping import (
    check_apart,
    notes_of_groupings,
    regrouped,
    with_skies_of_any_pattern,
)
from asnsolve.rules.load import load_rules
from asnsolve.rules.near_groupings import check_columns, near
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.refusals import Orphan

_NO_KEYWORD: Final = "Give the values in a table, with --extra; its columns are FILENAME {columns}."
"""What to do if no header has a keyword that is compared."""


@dataclass(frozen=True, slots=True)
class Associated:
    r"""What `associate` found.

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

    Examples
    --------
    >>> from pathlib import Path
    >>> from asnsolve import associate
    >>> names = "fileSetName,detector,exp_type,program,observtn,instrume,filter,subarray,targprop"
    >>> cells = "jw01234001001_02101_00001,MIRIMAGE,MIR_IMAGE,1234,1,MIRI,F770W,FULL,M-31"
    >>> _ = Path("search.csv").write_text(f"{names}\n{cells}\n")
    >>> found = associate("search.csv", level=3)
    >>> len(found.associations), len(found.leftover)
    (1, 0)
    """

    associations: tuple[Association, ...]
    leftover: tuple[Orphan, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...] = ()
    written: tuple[Path, ...] = ()
    unchanged: tuple[Path, ...] = ()
    downloads: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Show what was found, in a few lines."""
        return associated_text(self)

    def _repr_html_(self) -> str:
        """Show more of it in a notebook."""
        return associated_html(self)

    def __dir__(self) -> list[str]:
        """List the public names, for completion."""
        return public_names(object.__dir__(self))


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
    rules = _rules_of(request)
    inputs = read_inputs(
        request, on_file, columns=sorted(rules.known_columns), look_around=look_around
    )
    pool = inputs.pool
    place = (pool.columns, pool.name, _NO_KEYWORD)
    check_columns(near(request.together), *place)
    # Pairs are made of the associations afterwards.
    unsplit = check_apart((one for one in request.apart if one != PAIR), rules.profile, *place)
    images, image_problems = image_products(request, inputs)
    solution = solve(
        inputs.pool, with_rules_without_images(rules) if images else rules, discover=False
    )
    solved = under_own_names(solution.associations, inputs.adopted)
    served = _with_listed_files(_chosen(solved, request, inputs), images, request, inputs, rules)
    # These keep the stages that the rules ask for; what is staged has those of the files.
    asked = served.associations
    staged = with_files(asked, inputs.files, expected=request.stages == "rules")
    # Where a level is asked for, its associations are made again unless the science is final.
    kept, notes_of_dropped = processable(asked, staged, finished=request.level is not None)
    associations, notes_of_names = _with_product_names(kept, request, inputs)
    leftover = leftover_files(solution.orphans, inputs, rules, solved, associations)
    associated = Associated(
        # All that is reported names the files as the rules do; a name of one's own comes last.
        associations=tuple(_with_file_names(associations, request, inputs)),
        leftover=leftover.orphans,
        problems=(
            *inputs.problems,
            *unsplit,
            *map(_of_headers, solution.problems),
            *serving_nothing(
                associations, inputs, rules, in_pairs=solved if PAIR in request.apart else ()
            ),
            *_nothing_found(associations, leftover, finished=bool(notes_of_dropped)),
            *image_problems,
            *served.problems,
            *images_of_none(associations, request, inputs, rules),
            *missing_members(associations, inputs.files),
        ),
        downloads=files_to_download(associations, inputs),
        notes=(
            *inputs.observed.notes_without(files_of_images(associations)),
            *inputs.notes,
            *notes_of_groupings(request.together, are_files=True),
            *leftover.notes,
            *notes_of_names,
            *served.notes,
            *_notes_on_use(associations, request, inputs, rules),
            *notes_of_dropped,
            *stage_notes(asked, associations, inputs.files),
        ),
    )
    return SolvedRequest(associated, inputs, rules)


def _nothing_found(
    associations: Sequence[Association], leftover: Leftover, *, finished: bool
) -> Iterator[Problem]:
    """Say that nothing is made, unless files that are left over tell why."""
    if not associations and not leftover.orphans:
        yield nothing_made(finished=finished)


def _notes_on_use(
    associations: Sequence[Association], request: Request, inputs: Inputs, rules: RuleSet
) -> Iterator[Problem]:
    """Yield what is worth knowing about the files that serve science, and those that do not."""
    if request.sky in (None, "dedicated"):
        yield from unserved(associations, inputs, rules)
    yield from unpaired(associations)
    yield from incomplete_images(associations, rules)
    yield from at_another_tilt(associations, inputs)
    yield from calibrating_as_background(associations, inputs.selfcal_rows)
    yield from used_otherwise(associations, inputs)
    yield from acquisitions_aside(associations, inputs)


def _of_headers(problem: Problem) -> Problem:
    """Advise a table of values instead of a change of the pool, since there is none to change."""
    if ADD_COLUMN not in problem.advice:
        return problem
    instead = _NO_KEYWORD.format(columns=(problem.location.column or "").upper())
    return replace(problem, advice=problem.advice.replace(ADD_COLUMN, instead))


def _rules_of(request: Request) -> RuleSet:
    """Load the rules of a request, with its groupings and of its level alone."""
    loaded = load_rules(request.rules)
    if loaded.profile != PROFILE:
        what = (
            f"rules of {loaded.profile.name} cannot be used with FITS files, because 'associate' "
            "and 'plan' support only JWST"
        )
        advice = "Make a pool of the files with Pool.from_fits, and use 'asnsolve generate'."
        raise UsageError(Problem(what, advice=advice))
    rules = regrouped(loaded, request.together, request.apart, others=(PAIR,))
    if request.backgrounds:
        rules = with_skies_of_any_pattern(rules)
    # Rules of the other level are not solved at all, so nothing of it is left over or refused.
    of_level = (rule for rule in rules if request.level in (None, rule.base.level))
    return replace(rules, rules=tuple(of_level))


def _chosen(
    solved: Sequence[Association], request: Request, inputs: Inputs
) -> Sequence[Association]:
    """Choose the associations, and their backgrounds and PSF references, that are asked for."""
    chosen = wanted(_without_repeats(solved), inputs, only_science=request.only == "science")
    chosen = with_series_skies(with_sky(chosen, inputs, request.sky), inputs)
    return paired(chosen, inputs) if PAIR in request.apart else chosen


class _Served(NamedTuple):
    """Associations with the listed files that no rule knows, and what to say about these."""

    associations: Sequence[Association]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def _with_listed_files(
    associations: Sequence[Association],
    images: Sequence[ImageProducts],
    request: Request,
    inputs: Inputs,
    rules: RuleSet,
) -> _Served:
    """Add self-calibration, the user's own products of direct images, and catalogs of stars."""
    served: Sequence[Association] = with_selfcal(associations, inputs.pool, inputs.selfcal_rows)
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    if images:
        is_given = bool(request.direct_images or request.catalogs or request.segmaps)
        served, problems, notes = with_image_products(served, images, rules, inputs, given=is_given)
    served, unknown_catalogs = with_tweakreg_catalogs(served, request.tweakreg_catalogs)
    return _Served(served, (*problems, *unknown_catalogs), notes)


def _with_product_names(
    associations: Sequence[Association], request: Request, inputs: Inputs
) -> tuple[Sequence[Association], tuple[Problem, ...]]:
    """Name products apart, or by the pattern of the request; return notes on renamed ones."""
    distinct, notes = with_distinct_names(associations, PROFILE)
    if request.product is None:
        return distinct, notes
    return with_product_names(distinct, request.product, inputs.pool), ()


def _with_file_names(
    associations: Sequence[Association], request: Request, inputs: Inputs
) -> Sequence[Association]:
    if request.file_name is None:
        return associations
    return with_file_names(associations, request.file_name, inputs.pool)


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
