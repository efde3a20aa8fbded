"""Exposures that show the bad pixels of a detector, beside the science that is to be rid of them.

Source: step ``badpix_selfcal`` of the calibration pipeline, which takes members of the role
``selfcal`` for the integral field units of MIRI and NIRSpec at level 2. No rule names them: the
user does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.naming import exposure_of
from asnsolve.pool.from_headers import Row
from asnsolve.pool.table import Pool

__all__ = ["SELFCAL_ALIKE", "with_selfcal"]

_TYPES: Final = ("mir_mrs", "nrs_ifu")
SELFCAL_ALIKE: Final = ("exp_type", "instrume", "detector", "filter", "grating", "band", "subarray")
"""What exposures have in common of which one calibrates the other."""


def with_selfcal(
    associations: Iterable[Association], pool: Pool, serving: Sequence[Row]
) -> list[Association]:
    """Add the exposures of a list to the associations of level 2 that they can serve.

    Parameters
    ----------
    associations : iterable of Association
        The associations.
    pool : Pool
        Their exposures.
    serving : sequence of dict of str to str
        Rows of the exposures that serve.

    Returns
    -------
    list of Association
        With the exposures of the same detector and optical elements as last members, where the
        science is of an integral field unit, and they are no members yet.
    """
    if not serving:
        return list(associations)
    rows = {exposure_of(name): row for row, name in _file_names(pool).items()}
    alike: dict[tuple[str | None, ...], list[str]] = defaultdict(list)
    known = Pool([*serving])
    for row, name in _file_names(known).items():
        alike[tuple(known.value(row, word) for word in SELFCAL_ALIKE)].append(name)

    def added(one: Association) -> Association:
        science = [m for m in one.members if m.exptype == "science" and not m.derived]
        if one.level != 2 or len(one.products) != 1 or not science:
            return one
        row = rows[exposure_of(science[0].expname)]
        if pool.value(row, "exp_type") not in _TYPES:
            return one
        there = {exposure_of(member.expname) for member in one.members}
        fitting = alike.get(tuple(pool.value(row, name) for name in SELFCAL_ALIKE), ())
        names = sorted(set(map(exposure_of, fitting)) - there)
        (product,) = one.products
        more = tuple(
            Member(f"{name}_rate.fits", "selfcal", exposure=name, stage="rate") for name in names
        )
        return replace(one, products=(replace(product, members=(*product.members, *more)),))

    return [added(one) for one in associations]


def _file_names(pool: Pool) -> Mapping[int, str]:
    names = pool.values("filename")
    return {row: names[code] for row, code in enumerate(pool.codes("filename").tolist())}
