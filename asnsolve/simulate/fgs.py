"""FGS: the guiders used as cameras, mostly for calibration."""

from __future__ import annotations

from asnsolve.simulate.observing_plans import targeted
from asnsolve.simulate.proposal import (
    Activity,
    Mode,
    ObservingPlan,
    OpticalPath,
    dithered,
)


def imaging(
    *, target: str = "LMC ASTROMETRIC FIELD", guider: int = 1, dithers: int = 2, focus: bool = False
) -> ObservingPlan:
    """Plan dithered images with one guider.

    Parameters
    ----------
    target : str
        Name of the target.
    guider : int
        The guider, 1 or 2.
    dithers : int
        Number of dither points.
    focus : bool
        Whether an exposure out of focus follows.

    Returns
    -------
    ObservingPlan
    """
    path = (OpticalPath((f"GUIDER{guider}",)),)
    aperture = f"FGS{guider}_FULL"
    visit = [Activity("FGS_IMAGE", path, dither=dithered("FULL", dithers), aperture=aperture)]
    # Nothing is made of exposures out of focus.
    if focus:
        visit.append(Activity("FGS_FOCUS", path, aperture=aperture))
    return targeted("FGS External Calibration", target, *visit)


MODES: tuple[Mode, ...] = (
    Mode(
        "fgs_image",
        imaging,
        choices={"guider": (1, 2), "dithers": (1, 3), "focus": (False, True)},
    ),
)
