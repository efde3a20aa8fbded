"""Which backgrounds are members: dedicated ones, nods, and those of time series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.request import SkyChoice
from asnsolve.from_files.request_fields import FLAGS
from asnsolve.pool.header_cells import Row

_SETUP: Final = (
    *("instrume", "detector", "exp_type", "filter", "pupil", "grating", "band", "channel"),
    *("fxd_slit", "subarray"),
)
"""Columns in which a background agrees with a time series."""


def with_sky(
    associations: Iterable[Association], inputs: Inputs, choice: SkyChoice | None
) -> list[Association]:
    """Keep the backgrounds that are wanted.

    Parameters
    ----------
    associations : iterable of Association
        The associations.
    inputs : Inputs
        Their exposures.
    choice : "dedicated", "nods", "none" or None
        Which backgrounds are wanted; None for all.

    Returns
    -------
    list of Association
        Without the other backgrounds, and without associations of level 2 that another one of the
        same science then repeats.
    """
    if choice is None:
        return list(associations)

    def is_wanted(member: Member) -> bool:
        if member.exptype != "background":
            return True
        row = inputs.rows.get(member.exposure, {})
        dedicated = row.get(FLAGS["background"], "").upper() == "T"
        return choice != "none" and dedicated == (choice == "dedicated")

    kept = [
        replace(
            association,
            products=tuple(
                replace(product, members=tuple(filter(is_wanted, product.members)))
                for product in association.products
            ),
        )
        for association in associations
    ]
    return _without_repeats(kept)


def _without_repeats(associations: Iterable[Association]) -> list[Association]:
    """Keep, of associations of level 2 with the same science, those that no other one contains."""
    alike: dict[object, list[Association]] = defaultdict(list)
    for association in associations:
        science = frozenset(
            (member.exposure, member.stage)
            for member in association.members
            if member.exptype == "science"
        )
        # At level 3 the same science is combined in several ways.
        alike[science if association.level == 2 else association.file_name].append(association)
    kept: list[Association] = []
    for group in alike.values():
        contents = [
            frozenset((member.expname, member.exptype) for member in one.members) for one in group
        ]
        kept += [
            one
            for place, one in enumerate(group)
            if not any(
                contents[place] < other or (contents[place] == other and rank < place)
                for rank, other in enumerate(contents)
            )
        ]
    order = {association.file_name: place for place, association in enumerate(associations)}
    return sorted(kept, key=lambda one: order[one.file_name])


def with_series_skies(associations: Iterable[Association], inputs: Inputs) -> list[Association]:
    """Add backgrounds that are time series to the time series that they can serve.

    No rule takes such a background, but the pipeline does.

    Parameters
    ----------
    associations : iterable of Association
        The associations.
    inputs : Inputs
        Their exposures, and those that were listed as backgrounds.

    Returns
    -------
    list of Association
        Time series of level 2 have, as last members, the listed time series of the same optics.
    """
    skies: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for exposure in sorted(inputs.listed.get("backgrounds", ())):
        row = inputs.rows.get(exposure, {})
        if _is_series(row):
            skies[_setup(row)].append(exposure)

    def with_members(association: Association) -> Association:
        science = [member for member in association.members if member.exptype == "science"]
        rows = [inputs.rows.get(member.exposure, {}) for member in science]
        if association.level != 2 or len(rows) != 1 or not _is_series(rows[0]):
            return association
        present = {member.exposure for member in association.members}
        # A sky is no background of a sky.
        if science[0].exposure in inputs.listed["backgrounds"]:
            return association
        (product,) = association.products
        added = tuple(
            Member(f"{exposure}_{stage}.fits", "background", exposure=exposure, stage=stage)
            for exposure in skies.get(_setup(rows[0]), ())
            for stage in [science[0].stage]
            if exposure not in present
        )
        product = replace(product, members=product.members + added)
        return replace(association, products=(product,))

    return list(map(with_members, associations))


def _is_series(row: Row) -> bool:
    return row.get("tsovisit", "").upper() == "T"


def _setup(row: Row) -> tuple[str, ...]:
    return tuple(row.get(column, "").lower() for column in _SETUP)
