"""FGS: the guiders used as cameras, mostly for calibration."""

from __future__ import annotations

from asnsolve.simulate.proposal import (
    Activity,
    Dither,
    Mode,
    Observation,
    ObservingPlan,
    OpticalPath,
)

__all__ = ["MODES", "imaging"]


def imaging(
    *, target: str = "LMC ASTROMETRIC FIELD", guider: int = 1, dithers: int = 2, focus: bool = False
) -> ObservingPlan:
    """Plan dithered images with one guider; `focus` adds an exposure out of focus."""
    path = (OpticalPath((f"GUIDER{guider}",)),)
    aperture = f"FGS{guider}_FULL"
    pattern = Dither("FULL", dithers) if dithers > 1 else Dither("NONE")
    visit = [Activity(exp_type="FGS_IMAGE", paths=path, dither=pattern, aperture=aperture)]
    if focus:
        visit.append(Activity(exp_type="FGS_FOCUS", paths=path, aperture=aperture))
    field = Observation(template="FGS External Calibration", visits=(tuple(visit),), target=target)
    return ObservingPlan((field,))


MODES: tuple[Mode, ...] = (
    Mode(
        "fgs_image",
        imaging,
        choices={"guider": (1, 2), "dithers": (1, 3), "focus": (False, True)},
    ),
)
