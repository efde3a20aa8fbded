"""The steps of a rule in English."""

from __future__ import annotations

from typing import assert_never

from asnsolve.interpret.to_text import condition_text, to_text
from asnsolve.pool.measures import number_text
from asnsolve.rules.steps import (
    Attach,
    Best,
    BestImprints,
    DirectImage,
    NodOverlap,
    Nods,
    Sky,
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
        case Best():
            return _best_text(step)
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


def _best_text(step: Best) -> str:
    """Say which members are the best ones."""
    kept = f"the best {step.at_most} are kept" if step.at_most > 1 else "the best one is kept"
    text = f"for each science member, {kept} of the {step.role} members"
    if step.prefer:
        last = ("any others",) if step.otherwise else ()
        text += f": {', then '.join((*map(condition_text, step.prefer), *last))}"
        text += "" if step.otherwise else ", and no others"
    if step.nearest is not None:
        near = " and ".join(step.columns)
        text += f"; the nearest {'on the sky by' if isinstance(step.nearest, Sky) else 'in'} {near}"
    if step.within is not None:
        text += f", within {number_text(step.within)} {step.unit}".rstrip()
    text += "; the first by file name"
    return f"{text}; {step.note} in the file says how good each is" if step.note else text


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
