"""Steps: a closed set of named changes that rules make to the groups they find.

A step changes one group, or makes several of it. Steps are data here; `asnsolve.associations`
carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from asnsolve.expr.nodes import Condition, Predicate, Same

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


@dataclass(frozen=True, slots=True)
class Sky:
    """A position on the sky, as two columns that measure.

    Parameters
    ----------
    ra, dec : str
        Columns of right ascensions and of declinations.
    """

    ra: str
    dec: str


@dataclass(frozen=True, slots=True)
class Best:
    """Keep the members of a role that are among the best for at least one science member.

    `asnsolve.rules.preferences.best` makes it. Members are ranked for each science member: by the
    first condition that holds, then by their distance, then by file name.

    Parameters
    ----------
    role : str
        The role.
    prefer : tuple of tuple of Condition
        The conditions, in the order of preference; all parts of a condition must hold.
    nearest : str, Sky or None
        A column that measures, or a position, in which a member should be near; None if distance
        does not matter.
    at_most : int
        How many members are kept for each science member.
    within : float or None
        Members at a greater distance, or at none, are not kept.
    unit : str
        Unit of distances. Once rules are loaded, it is that of the column; degrees on the sky.
    otherwise : bool
        Whether members for which no condition holds may be kept, after all others.
    note : str
        Key of association files under which each member says how good it is; empty for none.
    """

    role: str
    prefer: tuple[tuple[Condition, ...], ...]
    nearest: str | Sky | None
    at_most: int
    within: float | None = None
    unit: str = ""
    otherwise: bool = True
    note: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that distances are taken of: none, one, or two on the sky."""
        match self.nearest:
            case None:
                return ()
            case Sky(ra, dec):
                return (ra, dec)
            case column:
                return (column,)


Step = Attach | BestImprints | Best | Nods | DirectImage | SpectraAsBackground


def compared_in(step: Step) -> tuple[str, ...]:
    """List the attributes in which a step compares members or exposures with one another.

    Parameters
    ----------
    step : Step
        The step.

    Returns
    -------
    tuple of str
        Those that its author chose; steps for one purpose have some of their own.
    """
    match step:
        case Attach(shared=shared):
            return shared
        case Best(prefer=prefer):
            parts = (part for condition in prefer for part in condition)
            named = (name for part in parts if isinstance(part, Same) for name in part.sources)
            return tuple(dict.fromkeys((*named, *step.columns)))
        case BestImprints() | Nods() | DirectImage() | SpectraAsBackground():
            return ()
        case _:
            assert_never(step)


def asked_by(step: Step) -> tuple[Predicate, ...]:
    """List the predicates that a step asks of single exposures.

    Parameters
    ----------
    step : Step
        The step.

    Returns
    -------
    tuple of Predicate
    """
    match step:
        case Attach(where):
            return (where,)
        case Best(prefer=prefer):
            return tuple(
                part for condition in prefer for part in condition if not isinstance(part, Same)
            )
        case BestImprints() | Nods() | DirectImage() | SpectraAsBackground():
            return ()
        case _:
            assert_never(step)


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
        case BestImprints() | Best():
            return ()
        case _:
            assert_never(step)
