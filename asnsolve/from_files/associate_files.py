"""From FITS files to association files in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Literal

from asnsolve.associations.asn_files import by_directory, write_each
from asnsolve.from_files.earlier_files import continued
from asnsolve.from_files.member_paths import (
    association_directory,
    path_notes,
    with_path_policy,
)
from asnsolve.from_files.request import Files, PathPolicy, Request, SkyChoice
from asnsolve.from_files.shutter_files import missing_shutter_files
from asnsolve.from_files.solved_request import Associated, solve_request
from asnsolve.rules.load import DEFAULT_RULES, RuleSource


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
    r"""Find the associations of FITS files, and write them.

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
        Level of the products to make; by default both.
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
        ``target``, ``program``; and how close science exposures must be: ``sky=2arcmin`` (steps on
        the sky, instead of the target), ``time=30d`` (gaps in time), ``pa=1deg`` (a window of the
        position angle).
    apart : str, or iterable of str
        What level 3 keeps apart, although its rules do not: ``observation``, ``visit``, ``dither``,
        ``detector``, ``pair`` (each science exposure gets one of the PSF references), or any
        attribute of a pool, such as ``band`` or ``channel``.
    where : str, or iterable of str
        Conditions that choose among `files`, such as ``filter=f770w,f1000w`` and ``band!=long``: a
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
        Names of the products, such as ``m31_{elements}``: see
        `asnsolve.from_files.name_patterns.with_product_names`. Products of level 2 keep the names
        of their exposures where there are others.
    file_name : str, optional
        Names of the association files, such as ``{product}_{number}``: see
        `asnsolve.from_files.name_patterns.with_file_names`.
    out : path-like, optional
        Directory of the association files; without it and `beside`, nothing is written.
    beside : bool
        Whether each association file goes next to its data, the first science member, instead.
    replace : bool
        Whether to replace files that have other content. Without it, numbers continue after those
        of other associations that are there, and so do the ids of candidates that tie
        observations.
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

    Examples
    --------
    >>> from pathlib import Path
    >>> from asnsolve import associate
    >>> names = "fileSetName,detector,exp_type,program,observtn,instrume,filter,subarray,targprop"
    >>> cells = "jw01234001001_02101_00001,MIRIMAGE,MIR_IMAGE,1234,1,MIRI,F770W,FULL,M-31"
    >>> _ = Path("search.csv").write_text(f"{names}\n{cells}\n")
    >>> found = associate("search.csv", level=3)
    >>> [association.file_name for association in found.associations]
    ['jw01234-o001_image3_00001_asn.json']
    >>> len(found.downloads)
    1
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
    associations = [
        with_path_policy(association, request.paths, directory, absent)
        for association, directory in zip(found, directories, strict=True)
    ]
    notes = (
        *associated.notes,
        *path_notes(found, request.paths, directories, absent),
        *missing_shutter_files(found, directories, solved.inputs.present_rows),
    )
    if not request.beside and request.out is None:
        return replace(associated, associations=tuple(associations), notes=notes)
    for directory, positions in by_directory(directories).items():
        settled = continued(
            [associations[position] for position in positions],
            directory,
            replacing=request.replace,
        )
        for position, association in zip(positions, settled.associations, strict=True):
            associations[position] = association
        notes += settled.notes
    files = write_each(associations, directories, replace=request.replace, dry_run=dry_run)
    return replace(
        associated,
        associations=tuple(associations),
        problems=(*associated.problems, *files.problems),
        notes=notes,
        written=files.written,
        unchanged=files.unchanged,
    )
