"""Direct images that serve no spectrum, and spectra whose direct image lacks a catalog or a map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.errors import Location, Problem
from asnsolve.from_files.image_products import (
    IMAGE_ROLES,
    listed_images,
    science_of,
    takes_images,
)
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.request import Request
from asnsolve.phrases import and_more
from asnsolve.pool.headers import read_header
from asnsolve.rules.rule_set import RuleSet

_UNCORRECTED: Final = "cannot correct the spectra for contamination without it"
_WITHOUT: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "sourcecat": ("a catalog of sources", "stops without it", "--catalog"),
        "segmap": ("a segmentation map", _UNCORRECTED, "--segmap"),
        "direct_image": ("a direct image", _UNCORRECTED, "--direct-image"),
    }
)
"""What spectra may lack, by role: its name, what the pipeline does, and the option that helps."""


def files_of_images(associations: Iterable[Association]) -> frozenset[Path]:
    """Return the files of direct images that are members.

    Parameters
    ----------
    associations : iterable of Association
        The associations.

    Returns
    -------
    frozenset of Path
        Images, catalogs and segmentation maps.
    """
    return frozenset(
        Path(member.expname)
        for association in associations
        for member in association.members
        if member.derived and member.exptype in IMAGE_ROLES
    )


def images_of_none(
    associations: Iterable[Association], request: Request, inputs: Inputs, rules: RuleSet
) -> Iterator[Problem]:
    """Find the direct images, catalogs and segmentation maps that were given and serve nothing.

    Parameters
    ----------
    associations : iterable of Association
        The associations that are made.
    request : Request
        The request.
    inputs : Inputs
        Its exposures.
    rules : RuleSet
        The rules.

    Yields
    ------
    Problem
        One per file; the advice says why.
    """
    spectra = list(_slitless(associations, rules))
    used = {(member.exptype, Path(member.expname)) for one in spectra for member in one.members}
    instruments = {inputs.rows[science_of(one)].get("instrume", "").lower() for one in spectra}
    for role, path in listed_images(request):
        if isinstance(path, Problem) or (role, path) in used:
            continue
        header = read_header(path, ("instrume",))
        own = "" if isinstance(header, Problem) else header.values.get("instrume", "").lower()
        if not spectra:
            reason = "No association of wide-field slitless spectra is made at level 2."
        elif own and own not in instruments:
            reason = f"It is of {own}, and the spectra are of {' and '.join(sorted(instruments))}."
        else:
            reason = "Another one that was given fits the spectra better."
        what = f"given as {role}, but not used as {role} in any association"
        yield Problem(what, Location(str(path)), advice=reason)


def incomplete_images(associations: Iterable[Association], rules: RuleSet) -> Iterator[Problem]:
    """Find the spectra that have a direct image without its catalog or segmentation map.

    ``calwebb_spec2`` stops without a catalog of sources, unless the header of the spectrum names
    one. Without the other two it does not correct for contamination.

    Parameters
    ----------
    associations : iterable of Association
        The associations that are made.
    rules : RuleSet
        The rules.

    Yields
    ------
    Problem
        One for each role that is missing, with the number of spectra.
    """
    spectra = list(_slitless(associations, rules))
    for role, (noun, consequence, option) in _WITHOUT.items():
        without = [
            science_of(one)
            for one in spectra
            if all(member.exptype != role for member in one.members)
        ]
        if without:
            what = f"spectra without {noun}: {and_more(min(without), len(without))}"
            yield Problem(what, advice=f"calwebb_spec2 {consequence}. Give it with {option}.")


def _slitless(associations: Iterable[Association], rules: RuleSet) -> Iterator[Association]:
    """Find the associations of level 2 whose spectra have direct images."""
    names = {rule.name for rule in rules if takes_images(rule)}
    for association in associations:
        if association.level == 2 and association.rule in names:
            yield association
