"""Exposures that show the bad pixels of a detector, as members beside the science.

Source: step ``badpix_selfcal`` of the calibration pipeline. It runs for every spectrum of level 2
that is not a time series, and compares the science with its members in the roles ``selfcal`` and
``background`` pixel by pixel. The optical elements make no difference to it. No rule selects these
members: the user does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Problem
from asnsolve.phrases import and_more
from asnsolve.pool.header_cells import Row
from asnsolve.pool.table import Pool

SELFCAL_ALIKE: Final = ("detector", "subarray")
"""Columns in which an exposure agrees with the science that it serves."""

_CALIBRATING: Final = ("selfcal", "background")
"""Roles of the members that the pipeline takes for self-calibration."""


def with_selfcal(
    associations: Iterable[Association], pool: Pool, selfcal_rows: Mapping[str, Row]
) -> list[Association]:
    """Add exposures for self-calibration to the associations that they can serve.

    Parameters
    ----------
    associations : iterable of Association
        The associations, at the stages that the rules ask for.
    pool : Pool
        Their exposures.
    selfcal_rows : mapping of str to dict of str to str
        Rows of the exposures that serve, by exposure.

    Returns
    -------
    list of Association
        Spectra of level 2 have, as last members, the exposures of the same detector and subarray.
        The science exposure itself is not added, and neither are backgrounds, which the pipeline
        takes for self-calibration too.
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
        science = _science(association)
        # The pipeline refuses science with an image per integration.
        if (
            not _is_spectrum(association)
            or len(association.products) != 1
            or [member.stage for member in science] != ["rate"]
        ):
            return association
        setup = _setup(pool, row_of_exposure[science[0].exposure])
        present = {
            member.exposure
            for member in association.members
            if member.exptype in ("science", *_CALIBRATING)
        }
        added = sorted({*exposures_by_setup.get(setup, ())} - present)
        (product,) = association.products
        members_added = tuple(
            Member(f"{exposure}_rate.fits", "selfcal", exposure=exposure, stage="rate")
            for exposure in added
        )
        product = replace(product, members=product.members + members_added)
        return replace(association, products=(product,))

    return list(map(with_members, associations))


def calibrating(associations: Iterable[Association]) -> set[str]:
    """Find the exposures that the pipeline takes for self-calibration.

    Parameters
    ----------
    associations : iterable of Association
        The associations.

    Returns
    -------
    set of str
        Members for self-calibration, and the backgrounds of spectra of level 2.
    """
    return {
        member.exposure
        for association in filter(_is_spectrum, associations)
        for member in association.members
        if member.exptype in _CALIBRATING
    }


def calibrating_as_background(
    associations: Sequence[Association], selfcal_rows: Mapping[str, Row]
) -> Iterator[Problem]:
    """Say which exposures are not added, because the pipeline takes them as backgrounds.

    Parameters
    ----------
    associations : sequence of Association
        The associations.
    selfcal_rows : mapping of str to dict of str to str
        Rows of the exposures that serve, by exposure.

    Yields
    ------
    Problem
        One for all of them.
    """
    added = {
        member.exposure
        for association in associations
        for member in association.members
        if member.exptype == "selfcal"
    }
    known = sorted(calibrating(associations) & {*selfcal_rows} - added)
    if known:
        what = f"backgrounds that are given as selfcal too: {and_more(known[0], len(known))}"
        yield Problem(what, advice="The pipeline uses backgrounds for self-calibration anyway.")


def reason_against_selfcal(
    row: Row, associations: Iterable[Association], rows: Mapping[str, Row]
) -> str:
    """Say why an exposure is self-calibration of no association.

    Parameters
    ----------
    row : dict of str to str
        Row of the exposure.
    associations : iterable of Association
        The associations.
    rows : mapping of str to dict of str to str
        Rows of their exposures.

    Returns
    -------
    str
        A sentence.
    """
    spectra = [*filter(_is_spectrum, associations)]
    science = {member.exposure for one in spectra for member in _science(one)}
    if not science:
        return "Only spectra at level 2 use self-calibration, and there are none."
    mismatches = {
        name: tuple(differences(row, rows[name]))
        for name in sorted(science)
        if rows[name]["filename"] != row["filename"]
    }
    if not mismatches:
        return "An exposure cannot calibrate itself, and there is no other science exposure."
    nearest = min(mismatches, key=lambda name: len(mismatches[name]))
    if not mismatches[nearest]:
        return "Exposures with one image per integration cannot be used for self-calibration."
    return f"With {nearest}: {'; '.join(mismatches[nearest])}."


def differences(row: Row, science_row: Row) -> Iterator[str]:
    """Find out in what an exposure for self-calibration differs from the science.

    Parameters
    ----------
    row, science_row : dict of str to str
        Rows of two exposures.

    Yields
    ------
    str
        One phrase per column of `SELFCAL_ALIKE`.
    """
    pool = Pool([row, science_row])
    for column in SELFCAL_ALIKE:
        values = pool.value(0, column), pool.value(1, column)
        if values[0] != values[1]:
            both = " and ".join(value or "not set" for value in values)
            yield f"{column} differs: {both}"


def _is_spectrum(association: Association) -> bool:
    return association.level == 2 and association.asn_type.endswith("spec2")


def _science(association: Association) -> list[Member]:
    return [
        member
        for member in association.members
        if member.exptype == "science" and not member.derived
    ]


def _exposures(pool: Pool) -> list[str]:
    """Return the exposure of each row."""
    names = pool.exposures.list()
    return [names[code] for code in pool.codes("filename").tolist()]


def _setup(pool: Pool, row: int) -> tuple[str | None, ...]:
    return tuple(pool.value(row, column) for column in SELFCAL_ALIKE)
