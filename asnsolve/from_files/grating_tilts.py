"""Backgrounds and imprints that were taken at another tilt of the grating than their science.

Source: step ``bkg_subtract`` of the calibration pipeline, which compares the keywords ``GWA_XTIL``
and ``GWA_YTIL`` of NIRSpec exposures. Each move of the grating wheel ends at a slightly different
tilt, which shifts the spectrum on the detector.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.from_files.inputs import Inputs
from asnsolve.phrases import and_more
from asnsolve.pool.header_cells import Row

_TILTS: Final = ("gwa_xtil", "gwa_ytil")

_TOLERANCE: Final = 1e-8
"""By how many degrees tilts may differ and still be the same to the pipeline."""

_CONSEQUENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "background": "The pipeline then skips the subtraction of the background.",
        "imprint": "The pipeline subtracts them anyway.",
    }
)
"""What the pipeline does about the members of each role."""


def at_another_tilt(associations: Sequence[Association], inputs: Inputs) -> Iterator[Problem]:
    """Find backgrounds and imprints at another tilt of the grating than their science.

    Parameters
    ----------
    associations : sequence of Association
        The associations; only those of level 2 are looked at, since level 3 takes backgrounds
        whose wavelengths are calibrated.
    inputs : Inputs
        The exposures.

    Yields
    ------
    Problem
        One per rule and role, with the first of the associations that it concerns.
    """
    found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for association in associations:
        if association.level == 2:
            for role, pair in _pairs(association, inputs.rows):
                found[association.rule, role].append(pair)
    for (rule, role), pairs in sorted(found.items()):
        what = (
            f"associations with {role}s at another grating tilt (GWA_XTIL, GWA_YTIL) than their "
            f"science: {and_more(f'{pairs[0][0]} for {pairs[0][1]}', len(pairs))}"
        )
        yield Problem(what, Location(rule=rule), advice=_CONSEQUENCES[role])


def _pairs(
    association: Association, rows: Mapping[str, Row]
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield each role with the first of its members at another tilt, and what that one serves."""
    members: dict[str, list[Member]] = defaultdict(list)
    for member in association.members:
        if member.exposure in rows:
            members[member.exptype].append(member)

    def observation(member: Member) -> tuple[str, str]:
        row = rows[member.exposure]
        return row["program"], row["obs_num"]

    for role in _CONSEQUENCES:
        for member in members[role]:
            served = members["science"]
            if role == "imprint":
                # The pipeline subtracts it from the exposures of its own observation, if any.
                beside = [*served, *members["background"]]
                own = [other for other in beside if observation(other) == observation(member)]
                served = own or served
            apart = [o for o in served if _differ(rows[member.exposure], rows[o.exposure])]
            if apart:
                yield role, (member.expname, apart[0].expname)
                break


def _tilt(row: Row) -> tuple[float, ...] | None:
    """Return the tilts of an exposure, in degrees; None if its header does not tell both."""
    try:
        return tuple(float(row[name]) for name in _TILTS)
    except (KeyError, ValueError):
        return None


def _differ(first: Row, second: Row) -> bool:
    """Tell whether two exposures have different tilts, if the headers of both tell them."""
    one, other = _tilt(first), _tilt(second)
    return (
        one is not None
        and other is not None
        and any(abs(a - b) > _TOLERANCE for a, b in zip(one, other, strict=True))
    )
