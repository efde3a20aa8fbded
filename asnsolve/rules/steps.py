"""What is done to an association once its members are found: a closed set of named steps.

Each is a pure change of one association, or of one into several; `asnsolve.associations.steps_done`
carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from asnsolve.expr.nodes import Predicate

__all__ = [
    "Attach",
    "BestImprints",
    "DirectImage",
    "Nods",
    "Overlap",
    "SpectraAsBackground",
    "Step",
    "added_words",
]

Overlap = Literal["other target", "pattern number", "primary point"]


@dataclass(frozen=True, slots=True)
class Attach:
    """Exposures of the scope join every association in which a member has the same values.

    They bind no key of the rule, stand in no name, and no need counts them.

    Parameters
    ----------
    where : Predicate
        Which exposures.
    role : str
        Their role.
    shared : tuple of str
        Attributes, all of which are set and the same in one member.
    """

    where: Predicate
    role: str
    shared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BestImprints:
    """Of the imprints that fit the science members by background flag, keep the best.

    If any was taken on a science member's target, the others go; if then there are more of them
    than science members and any shares a dither point with one, those that share none go.
    """


@dataclass(frozen=True, slots=True)
class Nods:
    """Each science member makes an association of its own, the others become its background.

    Parameters
    ----------
    overlap : "other target", "pattern number" or "primary point"
        Which exposures may hold light of a source at the place of the science member and are left
        out: those of another target; those of the same number in the dither pattern; those of the
        same primary dither point or another target.
    """

    overlap: Overlap


@dataclass(frozen=True, slots=True)
class DirectImage:
    """The direct images give way to the products of one of them: image, catalog, segmentation map.

    An association without direct image goes.

    Parameters
    ----------
    prefer_long : bool
        Take the long-wavelength image of a pair taken at once, not the next one after the science
        exposure.
    """

    prefer_long: bool = False


@dataclass(frozen=True, slots=True)
class SpectraAsBackground:
    """The spectrum of each science member, of two or more, is a background member too."""


Step = Attach | BestImprints | Nods | DirectImage | SpectraAsBackground


def added_words(step: Step) -> tuple[str, ...]:
    """Return the roles that a step gives."""
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
