"""Candidates that tie observations to those that serve them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from asnsolve.from_files.adopted_exposures import is_set
from asnsolve.name_texts import whole_number
from asnsolve.pool.header_cells import Provenance, Row

_BACKGROUND: Final = ("c1000", "background")
_GROUP: Final = ("c1001", "group")
_REFERENCE: Final = ("c1002", "background")
"""Ties PSF references to the backgrounds of their own, if there are any."""

_GRISMS: Final = ("mir_wfss", "nis_wfss", "nrc_wfss")
_WITH_GRISMS: Final = (*_GRISMS, "mir_image", "nis_image", "nrc_image")
"""Types of slitless spectra and of their direct images."""


def with_ties(
    rows: Sequence[Row], provenance: Sequence[Provenance], *, merged: bool, with_skies: bool
) -> list[Row]:
    """Give exposures the candidates that tie their observations to those that serve them.

    An observation is tied if it has an exposure of the type of one that serves. Exposures whose
    candidates come from a table keep them. A background of a PSF reference loses the role of
    reference: it serves references, and nothing else does. Slitless spectra without a target, as
    pure parallels are, are tied to the direct images of their observation.

    Parameters
    ----------
    rows : sequence of dict of str to str
        Rows of the exposures.
    provenance : sequence of Provenance
        Where each comes from.
    merged : bool
        Whether all observations of a program are tied.
    with_skies : bool
        Whether backgrounds serve other observations.

    Returns
    -------
    list of dict of str to str
        The rows with their candidates.
    """
    untargeted = {
        _observation(row)
        for row in rows
        if row["exp_type"].lower() in _GRISMS
        and not row.get("targetid")
        and whole_number(row["obs_num"]) is not None
    }
    with_own_sky = _served_observations(
        rows, lambda row: is_set(row, "bkgdtarg") and is_set(row, "is_psf")
    )
    with_sky = _served_observations(
        rows, lambda row: is_set(row, "bkgdtarg") and not is_set(row, "is_psf")
    )
    with_references = _served_observations(rows, lambda row: is_set(row, "is_psf"))
    tied = []
    for row, origin in zip(rows, provenance, strict=True):
        # A reference with backgrounds of its own does not share those of the science.
        observation = _observation(row)
        has_own_sky = is_set(row, "is_psf") and observation in with_own_sky
        ties = []
        if with_skies and (has_own_sky or observation in with_sky):
            ties.append(_REFERENCE if has_own_sky else _BACKGROUND)
        if merged or observation in with_references:
            ties.append(_GROUP)
        if observation in untargeted and row["exp_type"].lower() in _WITH_GRISMS:
            # The number of the observation keeps the id the same whatever else is given.
            ties.append((f"c2{observation[1].rjust(3, '0')}", "direct_image"))
        if not ties or "asn_candidate" not in row or "asn_candidate" in origin.supplied:
            tied.append(row)
            continue
        # The cell is the text of a list of pairs; the new pairs go before its closing bracket.
        before = row["asn_candidate"].removesuffix("]")
        pairs = ", ".join(map(str, ties))
        changes = {"asn_candidate": f"{before}{'' if before == '[' else ', '}{pairs}]"}
        if has_own_sky and is_set(row, "bkgdtarg"):
            changes["is_psf"] = ""
        tied.append({**row, **changes})
    return tied


def _served_observations(
    rows: Iterable[Row], serves: Callable[[Row], bool]
) -> set[tuple[str, str]]:
    """Find the observations that have an exposure of the type of one that serves."""
    candidates = list(rows)
    types = {(row["program"], row["exp_type"]) for row in candidates if serves(row)}
    return {_observation(row) for row in candidates if (row["program"], row["exp_type"]) in types}


def _observation(row: Row) -> tuple[str, str]:
    return row["program"], row["obs_num"]
