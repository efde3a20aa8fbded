"""Associations of one science exposure with one PSF reference.

``calwebb_ami3`` normalizes science and reference exposures in pairs, in the order of the members.
It leaves out those that have no partner, and writes the results of all pairs to one file.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.from_files.asn_numbers import name_without_number, renumbered
from asnsolve.from_files.inputs import Inputs
from asnsolve.pool.header_cells import Row

PAIR: Final = "pair"
"""What keeps each science exposure apart, with one PSF reference; see `paired`."""

_INTERFEROMETRY: Final = "ami3"


def paired(associations: Iterable[Association], inputs: Inputs) -> list[Association]:
    """Make one association per science exposure where there are PSF references.

    Parameters
    ----------
    associations : iterable of Association
        The associations.
    inputs : Inputs
        Their exposures.

    Returns
    -------
    list of Association
        Each science exposure with PSF references has the one with its number in the dither pattern,
        else the one at its place among the references; after the last comes the first again. Other
        associations stay as they are.
    """
    split: list[Association] = []
    for association in associations:
        roles = {member.exptype for member in association.members}
        if association.level == 3 and len(association.products) == 1 and "psf" in roles:
            split += _pairs(association, inputs)
        else:
            split.append(association)
    times = Counter(association.file_name for association in split)
    shared = {name_without_number(name) for name, count in times.items() if count > 1}
    return renumbered(split, shared)


def _pairs(association: Association, inputs: Inputs) -> Iterator[Association]:
    (product,) = association.products
    science = [member for member in product.members if member.exptype == "science"]
    psfs = [member for member in product.members if member.exptype == "psf"]
    others = [member for member in product.members if member.exptype not in ("science", "psf")]
    by_dither: dict[str, list[Member]] = defaultdict(list)
    for psf in psfs:
        by_dither[_dither(inputs.rows[psf.exposure])].append(psf)
    for place, member in enumerate(science):
        dither = _dither(inputs.rows[member.exposure])
        same = by_dither[dither] if dither else []
        psf = same[0] if len(same) == 1 else psfs[place % len(psfs)]
        yield replace(
            association,
            products=(replace(product, members=(member, psf, *others)),),
            # What differs tells the names of the products apart.
            signature={**association.signature, "dither": dither},
        )


def _dither(row: Row) -> str:
    return row.get("patt_num", "")


def unpaired(associations: Iterable[Association]) -> Iterator[Problem]:
    """Find the associations of which the pipeline would not use or keep everything.

    Parameters
    ----------
    associations : iterable of Association
        The associations.

    Yields
    ------
    Problem
        One per association.
    """
    for association in associations:
        roles = [member.exptype for member in association.members]
        counts = roles.count("science"), roles.count("psf")
        if association.asn_type == _INTERFEROMETRY and counts[1] and counts != (1, 1):
            what = (
                f"{counts[0]} science and {counts[1]} psf members: calwebb_ami3 takes them in "
                "pairs, in this order, and keeps the result of the last pair alone"
            )
            advice = "Use --apart pair (in Python apart='pair') to make one association per pair."
            yield Problem(what, Location(association.file_name), advice=advice)
