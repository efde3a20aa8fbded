"""Observing plans of common shapes: one target, a star with its reference, no target."""

from __future__ import annotations

from dataclasses import replace

from asnsolve.simulate.proposal import Activity, Observation, ObservingPlan, Tie, tie_all


def mosaic(tiles: int) -> tuple[Tie, ...]:
    """Tie the first observations of a plan together as tiles of a mosaic.

    Parameters
    ----------
    tiles : int
        Number of tiles.

    Returns
    -------
    tuple of Tie
        Empty for a single tile.
    """
    return (Tie("MOSAIC", tuple(range(tiles))),) if tiles > 1 else ()


def targeted(template: str, target: str, *activities: Activity, tso: bool = False) -> ObservingPlan:
    """Plan one observation of one visit.

    Parameters
    ----------
    template : str
        TEMPLATE.
    target : str
        TARGNAME.
    *activities : Activity
        The activities of the visit.
    tso : bool
        Whether it is a time series.

    Returns
    -------
    ObservingPlan
    """
    return ObservingPlan((Observation(template, (activities,), target, tso=tso),))


def with_reference(
    kind: str, star: Observation, reference: Observation, rolls: int = 1
) -> ObservingPlan:
    """Plan a star and a reference star, which shows what the instrument does to a point source.

    Parameters
    ----------
    kind : str
        Type of the candidate that ties them together.
    star, reference : Observation
        The stars; `reference` becomes the last observation.
    rolls : int
        Number of observations of `star`.

    Returns
    -------
    ObservingPlan
    """
    stars = (*(replace(star, psf=False),) * rolls, replace(reference, psf=True))
    return ObservingPlan(stars, (tie_all(kind, stars),))


def pure_parallel(template: str, prime: tuple[int, int], *steps: Activity) -> ObservingPlan:
    """Plan a direct image and spectra in parallel with another program.

    Parameters
    ----------
    template : str
        TEMPLATE.
    prime : tuple of (int, int)
        Program and observation during which the exposures are taken.
    *steps : Activity
        Direct image and spectra, one observation each.

    Returns
    -------
    ObservingPlan
    """
    observations = tuple(
        Observation(template, ((step,),), None, visit_type="PARALLEL_PURE", prime=prime)
        for step in steps
    )
    # Without a target, only the candidate shows that the direct image belongs to the spectra.
    return ObservingPlan(observations, (tie_all("DIRECT_IMAGE", observations),))


def untargeted(
    activities: tuple[Activity, ...], template: str = "Internal Calibration"
) -> ObservingPlan:
    """Plan an observation that sees no sky.

    Parameters
    ----------
    activities : tuple of Activity
        The activities of its only visit.
    template : str
        TEMPLATE.

    Returns
    -------
    ObservingPlan
    """
    internal = Observation(template, (activities,), None, visit_type="PRIME_UNTARGETED")
    return ObservingPlan((internal,))
