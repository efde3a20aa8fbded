"""The steps of a rule in English."""

from __future__ import annotations

from typing import assert_never

from asnsolve.interpret.to_text import to_text
from asnsolve.rules.steps import (
    Attach,
    BestImprints,
    DirectImage,
    NodOverlap,
    Nods,
    SpectraAsBackground,
    Step,
)


def step_text(step: Step) -> str:
    """Say what a step does to an association.

    Parameters
    ----------
    step : Step
        The step.

    Returns
    -------
    str
        A sentence without capital and full stop.
    """
    match step:
        case Attach(where, role, shared):
            # "a, b and c"; with a single attribute the first part is empty and left out.
            attributes = " and ".join(part for part in (", ".join(shared[:-1]), shared[-1]) if part)
            return (
                f"every exposure for which ({to_text(where)}) joins as {role} where a member has "
                f"the same {attributes}"
            )
        case BestImprints():
            return (
                "only imprints with the same bkgdtarg as the science member are kept; of these, "
                "only those of its target, if there are any; if there are then more imprints than "
                "science members, only those at their dither points, if there are any"
            )
        case Nods(overlap):
            return (
                "each science member has an association of its own, with the other science members "
                f"as background{_left_out(overlap)}"
            )
        case DirectImage(prefer_long):
            image = "the long-wavelength one" if prefer_long else "the next one after the science"
            return (
                f"the image, catalog and segmentation map of one direct image replace all of them: "
                f"{image}, or else the first one by name; without a direct image there is no "
                "association"
            )
        case SpectraAsBackground():
            return (
                "if there are two science members or more, their extracted spectra are background "
                "members too"
            )
        case _:
            assert_never(step)


def _left_out(overlap: NodOverlap) -> str:
    """Say which backgrounds are left out because they overlap the science member."""
    match overlap:
        case "other target":
            return "; those of another target are left out"
        case "pattern number":
            return "; backgrounds of its number in the pattern are left out"
        case "primary point":
            return "; those of its primary dither point or of another target are left out"
        case _:
            assert_never(overlap)
