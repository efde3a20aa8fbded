"""Steps: a closed set of named changes that rules make to the groups they find.

A step changes one group, or makes several of it. Steps are data here; `asnsolve.associations`
carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from asnsolve.expr.nodes import Predicate

NodOverlap = Literal["other target", "pattern number", "primary point"]
"""Which exposures may see a source where the science member sees sky; see `Nods`."""


@dataclass(frozen=True, slots=True)
class Attach:
    """Attach exposures of the scope to every association that has a member with the same values.

    Attached members bind no key of the rule, appear in no name, and do not count for needs.

    Parameters
    ----------
    where : Predicate
        Which exposures are attached.
    role : str
        Their role.
    shared : tuple of str
        Attributes in which they agree with one member; all of them must be set.
    """

    where: Predicate
    role: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BestImprints:
    """Keep the best imprints among those whose background flag fits the science members.

    Imprints on the target of a science member are preferred to others. If there are then still
    more imprints than science members, those at the dither point of a science member are preferred.
    """


@dataclass(frozen=True, slots=True)
class Nods:
    """Make one association per science member, with the other science members as backgrounds.

    Parameters
    ----------
    overlap : NodOverlap
        Which exposures are not used as background because a source may shine where the science
        member looks: those of another target; those with the same number in the dither pattern;
        those at the same primary dither point, or of another target.
    """

    overlap: NodOverlap


@dataclass(frozen=True, slots=True)
class DirectImage:
    """Replace the direct images by the products of one: image, catalog and segmentation map.

    An association without a direct image is removed.

    Parameters
    ----------
    prefer_long : bool
        Whether to take the long-wavelength image of a pair that was taken at once, instead of the
        first image after the science exposure.
    """

    prefer_long: bool = False


@dataclass(frozen=True, slots=True)
class SpectraAsBackground:
    """Add the spectrum of each science member as a background, if there are two or more."""


Step = Attach | BestImprints | Nods | DirectImage | SpectraAsBackground


def added_roles(step: Step) -> tuple[str, ...]:
    """List the roles that a step gives to members.

    Parameters
    ----------
    step : Step
        The step.

    Returns
    -------
    tuple of str
        The roles; empty if the step only removes members.
    """
    match step:
        case Attach(_, role, _):
            return (role,)
        case Nods() | SpectraAsBackground():
            return ("background",)
        case DirectImage():
            return ("direct_image", "sourcecat", "segmap")
        case BestImprints():
            return ()
        case _:
            assert_never(step)
