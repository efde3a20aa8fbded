"""What a proposer plans: programs of observations, visits, activities and dithers.

The hierarchy is the one of the JWST file names: program > observation > visit > group > sequence >
activity > exposure. A plan holds only what the proposer decides; every number that follows from
the order of things (observation, candidate, activity, exposure) is given out by `rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from asnsolve.errors import Problem, UsageError

__all__ = [
    "NULL",
    "STARE",
    "Activity",
    "Dither",
    "Mode",
    "Observation",
    "ObservingPlan",
    "OpticalPath",
    "Program",
    "Tie",
]

NULL = "NULL"
"""How a pool writes that an attribute is not given."""


@dataclass(frozen=True, slots=True)
class OpticalPath:
    """Detectors that see the sky through the same elements.

    Parameters
    ----------
    detectors : tuple of str
        Names as in DETECTOR: ``NRCA1``, ``NRCALONG``, ``MIRIFUSHORT``, ...
    filter, pupil, grating, band : str
        The elements, as in the columns of those names.
    exp_type : str
        EXP_TYPE where it differs from that of the activity, as in imaging beside MIRI MRS.
    """

    detectors: tuple[str, ...]
    filter: str = NULL
    pupil: str = NULL
    grating: str = NULL
    band: str = NULL
    exp_type: str = ""


@dataclass(frozen=True, slots=True)
class Dither:
    """Where the telescope points during one activity: one exposure a point.

    Parameters
    ----------
    pattern : str
        PATTTYPE; points of an unnamed pattern have no PATT_NUM.
    points : int
        Exposures; for a whole pattern, its primary points times its sub-pixel points.
    subpixel : int
        SUBPXPTS; 0 if not given.
    size : str
        PATTSIZE.
    whole : int
        NUMDTHPT where the activity visits some points of the pattern only; 0 for `points`.
    """

    pattern: str = NULL
    points: int = 1
    subpixel: int = 0
    size: str = NULL
    whole: int = 0


STARE = Dither()
"""One exposure, no pattern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """One specification of exposures, carried out at every point of a dither.

    Parameters
    ----------
    exp_type : str
        EXP_TYPE.
    paths : tuple of OpticalPath
        What is exposed at the same time.
    dither : Dither
        The points.
    subarray, aperture : str
        SUBARRAY and APERNAME.
    group : int
        VISITGRP; acquisitions come in group 2 and what they acquire in group 3.
    sequence : int
        SEQ_ID; 1 for the prime instrument, above for parallels.
    acquisition : bool
        Whether PNTGTYPE is that of a target acquisition.
    imprint : bool
        Whether the shutters are closed to see what leaks through them (IS_IMPRT).
    specification : int
        EXPSPCIN; 0 for the number of the activity in its group.
    segments : int
        Files that one exposure is cut into; 0 for one file without a segment number.
    shutters : int
        Number of the micro-shutter configuration in the visit, which names MSAMETFL; 0 for none.
    cells : mapping of str to str
        Further columns, such as FXD_SLIT or OPMODE.
    """

    exp_type: str
    paths: tuple[OpticalPath, ...]
    dither: Dither = STARE
    subarray: str = "FULL"
    aperture: str = NULL
    group: int = 2
    sequence: int = 1
    acquisition: bool = False
    imprint: bool = False
    specification: int = 0
    segments: int = 0
    shutters: int = 0
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def exposures(self) -> int:
        """Rows of a pool that the activity makes."""
        detectors = sum(len(path.detectors) for path in self.paths)
        return self.dither.points * max(1, self.segments) * detectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One observation of a program.

    Parameters
    ----------
    template : str
        TEMPLATE, as the proposal tool names it.
    visits : tuple of tuple of Activity
        The activities of every visit, in order.
    target : str or None
        TARGNAME; `None` for a pure parallel, which has none.
    visit_type : str
        VISITYPE.
    background, tso : bool
        BKGDTARG and TSOVISIT.
    psf : bool or None
        IS_PSF; `None` where the template does not ask.
    mosaic : bool
        Whether every visit is a mosaic tile of its own (MOSTILNO).
    prime : tuple of int or None
        Program and observation that a pure parallel rides on.
    note : str
        DMS_NOTE.
    """

    template: str
    visits: tuple[tuple[Activity, ...], ...]
    target: str | None
    visit_type: str = "PRIME_TARGETED_FIXED"
    background: bool = False
    tso: bool = False
    psf: bool | None = None
    mosaic: bool = False
    prime: tuple[int, int] | None = None
    note: str = NULL

    @property
    def exposures(self) -> int:
        """Rows of a pool that the observation makes."""
        return sum(activity.exposures for visit in self.visits for activity in visit)


@dataclass(frozen=True, slots=True)
class Tie:
    """Observations of one plan that the proposer ties together: they share a candidate.

    Parameters
    ----------
    kind : str
        ``MOSAIC``, ``GROUP``, ``BACKGROUND``, ``CORONAGRAPHY``, ``DIRECT_IMAGE``, ...
    observations : tuple of int
        Places of the observations in the plan, from 0.
    """

    kind: str
    observations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ObservingPlan:
    """Observations that belong together.

    Parameters
    ----------
    observations : tuple of Observation
        What is observed, in order.
    ties : tuple of Tie
        Which of them share a candidate.
    """

    observations: tuple[Observation, ...]
    ties: tuple[Tie, ...] = ()

    @property
    def exposures(self) -> int:
        """Rows of a pool that the plan makes."""
        return sum(observation.exposures for observation in self.observations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program: plans, one after the other.

    Parameters
    ----------
    number : int
        PROGRAM, 1 to 99999.
    plans : tuple of ObservingPlan
        What is observed. Observations, targets and candidates are numbered in this order.
    version : str
        SDP_VER, the data processing release that wrote the pool.
    failures : float
        Chance that an exposure has an error (EXPOSERR), 0 to 1.

    Raises
    ------
    UsageError
        If a number would not fit into a file name: five digits a program, three an observation.
    """

    number: int
    plans: tuple[ObservingPlan, ...]
    version: str = "2025_4a"
    failures: float = 0.0

    def __post_init__(self) -> None:
        observations = sum(len(plan.observations) for plan in self.plans)
        if not 1 <= self.number <= 99_999:
            raise UsageError(Problem(f"program {self.number}", expected="a number of 1 to 99999"))
        if observations > 999:
            raise UsageError(
                Problem(
                    f"program {self.number} has {observations} observations",
                    expected="999 observations or fewer",
                    advice="Part the plans into several programs.",
                )
            )

    @property
    def exposures(self) -> int:
        """Rows of a pool that the program makes."""
        return sum(plan.exposures for plan in self.plans)


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to observe, with what a proposer may choose.

    Parameters
    ----------
    name : str
        Name in `MODES`, such as ``miri_mrs_background``.
    build : callable
        Pure function from options, all with defaults, to a plan.
    options : mapping of str to object
        Options of `build` that set the mode apart.
    choices : mapping of str to tuple
        Sensible values of other options, for plans drawn at random.
    """

    name: str
    build: Callable[..., ObservingPlan]
    options: Mapping[str, object] = field(default_factory=dict)
    choices: Mapping[str, tuple[object, ...]] = field(default_factory=dict)

    def plan(self, **options: object) -> ObservingPlan:
        """Return the plan with these options, the others as the mode has them."""
        return self.build(**{**self.options, **options})

    def draw(self, rng: Random) -> ObservingPlan:
        """Return a plan with every choice left to `rng`."""
        return self.plan(**{name: rng.choice(values) for name, values in self.choices.items()})
