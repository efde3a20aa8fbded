"""Exposures that show the bad pixels of a detector, as members beside the science.

Source: step ``badpix_selfcal`` of the calibration pipeline, which takes members in the role
``selfcal`` for the integral field units of MIRI and NIRSpec at level 2. No rule selects them: the
user does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.pool.header_rows import Row
from asnsolve.pool.table import Pool

_TYPES: Final = ("mir_mrs", "nrs_ifu")
SELFCAL_ALIKE: Final = ("exp_type", "instrume", "detector", "filter", "grating", "band", "subarray")
"""Columns in which an exposure agrees with the science that it serves."""


def with_selfcal(
    associations: Iterable[Association], pool: Pool, selfcal_rows: Mapping[str, Row]
) -> list[Association]:
    """Add exposures for self-calibration to the associations that they can serve.

    Parameters
    ----------
    associations : iterable of Association
        The associations.
    pool : Pool
        Their exposures.
    selfcal_rows : mapping of str to dict of str to str
        Rows of the exposures that serve, by exposure.

    Returns
    -------
    list of Association
        Associations of level 2 whose science is from an integral field unit have, as last members,
        the exposures of the same detector and optical elements that were not members before.
    """
    if not selfcal_rows:
        return list(associations)
    row_of_exposure = {exposure: row for row, exposure in enumerate(_exposures(pool))}
    exposures_by_setup: dict[tuple[str | None, ...], list[str]] = defaultdict(list)
    # A pool cleans the cells in the same way as those of the science.
    serving = Pool([*selfcal_rows.values()])
    for row, exposure in enumerate(_exposures(serving)):
        exposures_by_setup[_setup(serving, row)].append(exposure)

    def with_members(association: Association) -> Association:
        science = [m for m in association.members if m.exptype == "science" and not m.derived]
        if association.level != 2 or len(association.products) != 1 or not science:
            return association
        # Science of one association has one detector and one setup.
        row = row_of_exposure[science[0].exposure]
        if pool.value(row, "exp_type") not in _TYPES:
            return association
        members = {member.exposure for member in association.members}
        added = sorted({*exposures_by_setup.get(_setup(pool, row), ())} - members)
        (product,) = association.products
        members_added = tuple(
            Member(f"{exposure}_rate.fits", "selfcal", exposure=exposure, stage="rate")
            for exposure in added
        )
        product = replace(product, members=product.members + members_added)
        return replace(association, products=(product,))

    return list(map(with_members, associations))


def _exposures(pool: Pool) -> list[str]:
    """Return the exposure of each row."""
    names = pool.exposures.list()
    return [names[code] for code in pool.codes("filename").tolist()]


def _setup(pool: Pool, row: int) -> tuple[str | None, ...]:
    return tuple(pool.value(row, column) for column in SELFCAL_ALIKE)
