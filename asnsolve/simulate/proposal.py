"""Proposals: programs of observations, visits, activities and dithers.

The hierarchy is that of JWST file names: program > observation > visit > group > sequence >
activity > exposure. A proposal holds only what the proposer decides. The numbers that follow from
the order of things (observation, candidate, activity, exposure) are given by
`asnsolve.simulate.rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from random import Random

from asnsolve.errors import Problem, UsageError

NULL = "NULL"
"""The word that a pool writes for a missing attribute."""


@dataclass(frozen=True, slots=True)
class OpticalPath:
    """Detectors that see the sky through the same optical elements.

    Parameters
    ----------
    detectors : tuple of str
        Names as in DETECTOR: ``NRCA1``, ``NRCALONG``, ``MIRIFUSHORT``, ...
    filter, pupil, grating, band : str
        The elements, as in the columns of these names.
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
    """Where the telescope points during one activity, with one exposure per point.

    Parameters
    ----------
    pattern : str
        PATTTYPE; points of an unnamed pattern have no PATT_NUM.
    points : int
        Number of exposures: in a whole pattern, its primary points times its sub-pixel points.
    subpixel : int
        SUBPXPTS; 0 if missing.
    size : str
        PATTSIZE.
    whole : int
        NUMDTHPT if the activity has only some points of the pattern; 0 means `points`.
    """

    pattern: str = NULL
    points: int = 1
    subpixel: int = 0
    size: str = NULL
    whole: int = 0


def dithered(pattern: str, points: int, subpixel: int = 0) -> Dither:
    """Return a named pattern, or none for a single point.

    Parameters
    ----------
    pattern : str
        PATTTYPE of several points.
    points : int
        Number of primary points.
    subpixel : int
        Number of sub-pixel points of each; 0 if missing.

    Returns
    -------
    Dither
    """
    # For a stare, templates with patterns write the word NONE and no number of sub-pixel points.
    if points == 1:
        return Dither("NONE")
    return Dither(pattern, points * max(1, subpixel), subpixel)


@dataclass(frozen=True, slots=True)
class Activity:
    """One exposure specification, carried out at every point of a dither.

    Parameters
    ----------
    exp_type : str
        EXP_TYPE.
    paths : tuple of OpticalPath
        The detectors that are exposed at the same time.
    dither : Dither
        The points.
    subarray, aperture : str
        SUBARRAY and APERNAME.
    group : int
        VISITGRP; acquisitions are in group 2, and the exposures that follow them in group 3.
    sequence : int
        SEQ_ID; 1 for the prime instrument, more for parallels.
    acquisition : bool
        Whether PNTGTYPE is ``TARGET_ACQUISITION``.
    imprint : bool
        Whether the shutters are closed, to show the light that leaks through them (IS_IMPRT).
    specification : int
        EXPSPCIN; 0 means the number of the activity in its group.
    segments : int
        Number of files of one exposure; 0 means one file without a segment number.
    shutters : int
        Number of the micro-shutter configuration in the visit, which goes into MSAMETFL; 0 if
        there is none.
    cells : mapping of str to str
        Further columns, such as FXD_SLIT or OPMODE.
    """

    exp_type: str
    paths: tuple[OpticalPath, ...]
    _: KW_ONLY
    dither: Dither = Dither()
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
        """Number of rows that the activity adds to a pool."""
        detectors = sum(len(path.detectors) for path in self.paths)
        return self.dither.points * max(1, self.segments) * detectors


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation of a program.

    Parameters
    ----------
    template : str
        TEMPLATE, as in the proposal tool.
    visits : tuple of tuple of Activity
        The activities of each visit, in order.
    target : str or None
        TARGNAME; None for observations without a target, such as pure parallels.
    visit_type : str
        VISITYPE.
    background, tso : bool
        BKGDTARG and TSOVISIT.
    psf : bool or None
        IS_PSF; None for templates without this question.
    mosaic : bool
        Whether each visit is a tile of a mosaic (MOSTILNO).
    prime : tuple of int or None
        Program and observation during which a pure parallel is carried out.
    note : str
        DMS_NOTE.
    """

    template: str
    visits: tuple[tuple[Activity, ...], ...]
    target: str | None
    _: KW_ONLY
    visit_type: str = "PRIME_TARGETED_FIXED"
    background: bool = False
    tso: bool = False
    psf: bool | None = None
    mosaic: bool = False
    prime: tuple[int, int] | None = None
    note: str = NULL

    @property
    def exposures(self) -> int:
        """Number of rows that the observation adds to a pool."""
        return sum(activity.exposures for visit in self.visits for activity in visit)

    def sky(self, activities: tuple[Activity, ...]) -> Observation:
        """Plan the dedicated background of the observation.

        Parameters
        ----------
        activities : tuple of Activity
            The activities of its only visit.

        Returns
        -------
        Observation
        """
        return replace(
            self,
            visits=(activities,),
            target=f"{self.target} BKG",
            background=True,
            mosaic=False,
        )


@dataclass(frozen=True, slots=True)
class Tie:
    """Observations of one plan that share a candidate.

    Parameters
    ----------
    kind : str
        ``MOSAIC``, ``GROUP``, ``BACKGROUND``, ``CORONAGRAPHY``, ``DIRECT_IMAGE``, ...
    observations : tuple of int
        Indices of the observations in the plan.
    """

    kind: str
    observations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ObservingPlan:
    """Observations that belong together.

    Parameters
    ----------
    observations : tuple of Observation
        The observations, in order.
    ties : tuple of Tie
        Which of them share a candidate.
    """

    observations: tuple[Observation, ...]
    ties: tuple[Tie, ...] = ()

    @property
    def exposures(self) -> int:
        """Number of rows that the plan adds to a pool."""
        return sum(observation.exposures for observation in self.observations)

    def with_background(self, activities: tuple[Activity, ...]) -> ObservingPlan:
        """Add a dedicated background that serves all observations, and is named after the first.

        Parameters
        ----------
        activities : tuple of Activity
            The activities of its only visit.

        Returns
        -------
        ObservingPlan
        """
        observations = (*self.observations, self.observations[0].sky(activities))
        return ObservingPlan(observations, (*self.ties, tie_all("BACKGROUND", observations)))


def tie_all(kind: str, observations: tuple[Observation, ...]) -> Tie:
    """Tie all observations of a plan together.

    Parameters
    ----------
    kind : str
        Type of the candidate.
    observations : tuple of Observation
        The observations of the plan.

    Returns
    -------
    Tie
    """
    return Tie(kind, tuple(range(len(observations))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program of plans that are carried out one after the other.

    Parameters
    ----------
    number : int
        PROGRAM, 1 to 99999.
    plans : tuple of ObservingPlan
        The plans. Observations, targets and candidates are numbered in this order.
    version : str
        SDP_VER, the release of the data processing system that wrote the pool.
    failures : float
        Probability that an exposure has an error (EXPOSERR), 0 to 1.

    Raises
    ------
    UsageError
        If a number does not fit into file names, which have five digits for programs and three for
        observations.
    """

    number: int
    plans: tuple[ObservingPlan, ...]
    version: str = "2025_4a"
    failures: float = 0.0

    def __post_init__(self) -> None:
        observations = sum(len(plan.observations) for plan in self.plans)
        if not 1 <= self.number <= 99_999:
            raise UsageError(
                Problem(f"the program number is {self.number}", expected="a number from 1 to 99999")
            )
        if observations > 999:
            raise UsageError(
                Problem(
                    f"program {self.number} has {observations} observations",
                    expected="999 observations or fewer",
                    advice="Divide the plans among several programs.",
                )
            )

    @property
    def exposures(self) -> int:
        """Number of rows that the program adds to a pool."""
        return sum(plan.exposures for plan in self.plans)


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to observe, with the options of a proposer.

    Parameters
    ----------
    name : str
        Name in `MODES`, such as ``miri_mrs_background``.
    build : callable
        Pure function of options, all with defaults, that returns a plan.
    options : mapping of str to object
        Values of options that define the mode.
    choices : mapping of str to tuple
        Reasonable values of other options, from which random plans are drawn.
    """

    name: str
    build: Callable[..., ObservingPlan]
    options: Mapping[str, object] = field(default_factory=dict)
    choices: Mapping[str, tuple[object, ...]] = field(default_factory=dict)

    def plan(self, **options: object) -> ObservingPlan:
        """Make a plan.

        Parameters
        ----------
        **options
            Options that differ from those of the mode.

        Returns
        -------
        ObservingPlan
        """
        return self.build(**{**self.options, **options})

    def draw(self, rng: Random) -> ObservingPlan:
        """Make a random plan.

        Parameters
        ----------
        rng : random.Random
            Makes every choice.

        Returns
        -------
        ObservingPlan
        """
        return self.plan(**{name: rng.choice(values) for name, values in self.choices.items()})
