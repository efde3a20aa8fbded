"""NIRSpec: fixed slits, micro-shutters, integral field unit, time series, lamps."""

from __future__ import annotations

from dataclasses import replace

from asnsolve.simulate.observing_plans import targeted, untargeted
from asnsolve.simulate.proposal import (
    Activity,
    Dither,
    Mode,
    Observation,
    ObservingPlan,
    OpticalPath,
    dithered,
)

_BOTH = ("NRS1", "NRS2")
# What the micro-shutters do: they are closed where light comes through a slit or the slicer.
_CLOSED = {"MSASTATE": "PRIMARYPARK_ALLCLOSED"}
_OPEN = {"MSASTATE": "PRIMARYPARK_ALLOPEN"}
_CONFIGURED = {"MSASTATE": "PRIMARYPARK_CONFIG"}


def _path(disperser: str, detectors: tuple[str, ...] = _BOTH) -> tuple[OpticalPath, ...]:
    """Return the path of a grating and a filter: ``G235M/F170LP``."""
    grating, _, filter_name = disperser.partition("/")
    return (OpticalPath(detectors, filter=filter_name, grating=grating),)


def _detectors(disperser: str) -> tuple[str, ...]:
    """Return the detectors that light falls on: the high resolution spectra cross the gap."""
    # "G235H" is of high resolution, "G235M" of medium.
    return _BOTH if disperser.startswith("G") and disperser[4] == "H" else _BOTH[:1]


# Stars are acquired in the wide slit, whatever follows.
_ACQUISITION = Activity(
    "NRS_TACQ",
    _path("MIRROR/F110W", _BOTH[:1]),
    subarray="SUB2048",
    aperture="NRS_S1600A1_SLIT",
    acquisition=True,
    cells={"OPMODE": "FIXEDSLIT", "FXD_SLIT": "S1600A1"},
)


def fixed_slit(
    *,
    target: str = "GJ 436",
    slits: tuple[str, ...] = ("S200A1",),
    dispersers: tuple[str, ...] = ("G235H/F170LP",),
    nods: int = 2,
    subpixel: int = 1,
    background: bool = False,
    both_detectors: bool = True,
) -> ObservingPlan:
    """Plan spectra through slits, nodded along them.

    Parameters
    ----------
    target : str
        Name of the target.
    slits : tuple of str
        The slits.
    dispersers : tuple of str
        Grating and filter of each exposure, such as ``G235M/F170LP``.
    nods : int
        Number of nods; 1 for a stare.
    subpixel : int
        Number of sub-pixel points per nod.
    background : bool
        Whether there is a dedicated background.
    both_detectors : bool
        Whether both detectors are read out even if the light falls on one.

    Returns
    -------
    ObservingPlan
    """

    def spectra(points: int) -> tuple[Activity, ...]:
        return tuple(
            Activity(
                "NRS_FIXEDSLIT",
                _path(disperser, _BOTH if both_detectors else _detectors(disperser)),
                dither=dithered(f"{points}-POINT-NOD", points, subpixel),
                subarray="SUB2048" if slit == "S1600A1" else f"SUB{slit}",
                aperture=f"NRS_{slit}_SLIT",
                group=3,
                cells={**_CLOSED, "OPMODE": "FIXEDSLIT", "FXD_SLIT": slit},
            )
            for slit in slits
            for disperser in dispersers
        )

    plan = targeted("NIRSpec Fixed Slit Spectroscopy", target, _ACQUISITION, *spectra(nods))
    # The background is not nodded: there is no source whose place it would need.
    return plan.with_background(spectra(1)) if background else plan


def msa(
    *,
    target: str = "COSMOS FIELD",
    dispersers: tuple[str, ...] = ("PRISM/CLEAR",),
    configurations: int = 1,
    nods: int = 3,
    subpixel: int = 1,
) -> ObservingPlan:
    """Plan spectra of many sources through micro-shutters, nodded within slitlets of three.

    Parameters
    ----------
    target : str
        Name of the target.
    dispersers : tuple of str
        Grating and filter of each exposure, such as ``G235M/F170LP``.
    configurations : int
        Number of micro-shutter configurations.
    nods : int
        Number of nods; 1 for a stare.
    subpixel : int
        Number of sub-pixel points per nod.

    Returns
    -------
    ObservingPlan
    """
    acquisition = Activity(
        "NRS_MSATA",
        _path("MIRROR/F110W"),
        aperture="NRS_FULL_MSA",
        acquisition=True,
        cells=_OPEN,
    )
    confirmation = replace(
        acquisition, exp_type="NRS_CONFIRM", acquisition=False, cells=_CONFIGURED
    )
    # Sources are nodded from shutter to shutter of their slitlets.
    pattern = dithered(f"{nods}-SHUTTER-SLITLET", nods, subpixel)
    spectra = tuple(
        Activity(
            "NRS_MSASPEC",
            _path(disperser),
            dither=pattern,
            aperture="NRS_FULL_MSA",
            group=3,
            shutters=configuration,
            cells={**_CONFIGURED, "OPMODE": "MSASPEC"},
        )
        for configuration in range(1, configurations + 1)
        for disperser in dispersers
    )
    template = "NIRSpec MultiObject Spectroscopy"
    return targeted(template, target, acquisition, confirmation, *spectra)


def _ifu_exposures(
    disperser: str, dither: Dither, imprints: str, group: int
) -> tuple[Activity, ...]:
    """Return the science exposures, and after them the imprints that are asked for."""
    science = Activity(
        "NRS_IFU",
        _path(disperser),
        dither=dither,
        aperture="NRS_FULL_IFU",
        group=group,
        specification=1,
        cells={**_CLOSED, "OPMODE": "IFU"},
    )
    if imprints == "none":
        return (science,)
    # A single imprint is taken at the first point, but has the number of points of the pattern.
    points = dither if imprints == "all" else replace(dither, points=1, whole=dither.points)
    return (science, replace(science, imprint=True, dither=points))


def ifu(
    *,
    target: str = "NGC 1365",
    disperser: str = "G235H/F170LP",
    pattern: str = "4-POINT-NOD",
    imprints: str = "one",
    tiles: int = 1,
    background: bool = False,
    acquisition: bool = True,
    moving: bool = False,
) -> ObservingPlan:
    """Plan integral field spectra with imprints of the closed shutters.

    Tiles of a mosaic are visits of one observation.

    Parameters
    ----------
    target : str
        Name of the target.
    disperser : str
        Grating and filter, such as ``G235M/F170LP``.
    pattern : str
        PATTTYPE, which begins with the number of its points; ``NONE`` for a stare.
    imprints : str
        Imprints at ``none`` of the points, at ``one``, or at ``all``.
    tiles : int
        Number of mosaic tiles.
    background : bool
        Whether there is a dedicated background.
    acquisition : bool
        Whether the target is acquired first.
    moving : bool
        Whether the target moves.

    Returns
    -------
    ObservingPlan
    """
    dither = Dither(pattern, 1 if pattern == "NONE" else int(pattern[0]))
    # The first visit acquires the target, in group 2, so that its exposures are in group 3.
    tile = _ifu_exposures(disperser, dither, imprints, group=2)
    first = (_ACQUISITION, *_ifu_exposures(disperser, dither, imprints, group=3))
    source = Observation(
        "NIRSpec IFU Spectroscopy",
        (first if acquisition else tile, *(tile,) * (tiles - 1)),
        target,
        mosaic=tiles > 1,
        visit_type="PRIME_TARGETED_MOVING" if moving else "PRIME_TARGETED_FIXED",
    )
    plan = ObservingPlan((source,))
    if not background:
        return plan
    return plan.with_background(_ifu_exposures(disperser, Dither("NONE"), imprints, group=2))


def bright_object(
    *, target: str = "WASP 39", disperser: str = "G395H/F290LP", segments: int = 2
) -> ObservingPlan:
    """Plan a time series of spectra through the wide slit.

    Parameters
    ----------
    target : str
        Name of the target.
    disperser : str
        Grating and filter, such as ``G235M/F170LP``.
    segments : int
        Number of files of the exposure; 0 means one file without a segment number.

    Returns
    -------
    ObservingPlan
    """
    spectrum = Activity(
        "NRS_BRIGHTOBJ",
        _path(disperser, _detectors(disperser)),
        dither=Dither("NONE"),
        subarray="SUB512" if disperser.startswith("PRISM") else "SUB2048",
        aperture="NRS_S1600A1_SLIT",
        group=3,
        segments=segments,
        cells={**_CLOSED, "OPMODE": "FIXEDSLIT", "FXD_SLIT": "S1600A1"},
    )
    return targeted("NIRSpec Bright Object Time Series", target, _ACQUISITION, spectrum, tso=True)


def lamps(
    *,
    settings: tuple[tuple[str, str, str, str], ...] = (
        ("NRS_LAMP", "G395H", "IFU", "FLAT3"),
        ("NRS_LAMP", "G235M", "FIXEDSLIT", "LINE2"),
        ("NRS_AUTOWAVE", "PRISM", "FIXEDSLIT", "LINE4"),
        ("NRS_AUTOFLAT", "G140M", "IFU", "FLAT4"),
        ("NRS_LAMP", "MIRROR", "IMAGE", "TEST"),
        ("NRS_LAMP", "G140H", "GRATING-ONLY", "FLAT1"),
    ),
) -> ObservingPlan:
    """Plan exposures of lamps.

    Parameters
    ----------
    settings : tuple of (str, str, str, str)
        EXP_TYPE, grating, OPMODE and lamp of each exposure.

    Returns
    -------
    ObservingPlan
    """
    activities = tuple(
        Activity(exp_type, _path(f"{grating}/OPAQUE"), cells={"OPMODE": mode, "LAMP": lamp})
        for exp_type, grating, mode, lamp in settings
    )
    return untargeted(activities, "NIRSpec Internal Lamp")


def calibration(*, kinds: tuple[str, ...] = ("NRS_DARK",)) -> ObservingPlan:
    """Plan internal exposures and engineering images.

    Parameters
    ----------
    kinds : tuple of str
        EXP_TYPE of each exposure.

    Returns
    -------
    ObservingPlan
    """
    activities = tuple(
        Activity(
            kind, _path("MIRROR/OPAQUE" if kind == "NRS_DARK" else "MIRROR/F110W"), cells=_OPEN
        )
        for kind in kinds
    )
    return untargeted(activities, "NIRSpec Internal Calibration")


MODES: tuple[Mode, ...] = (
    Mode(
        "nirspec_slit",
        fixed_slit,
        choices={
            "dispersers": (("G235H/F170LP",), ("G395M/F290LP", "PRISM/CLEAR")),
            "nods": (2, 3, 5),
            "subpixel": (1, 2),
        },
    ),
    Mode(
        "nirspec_slits",
        fixed_slit,
        {"slits": ("S200A1", "S200A2"), "dispersers": ("G395M/F290LP",)},
        {"nods": (2, 3)},
    ),
    # Sources in the wide slit are nodded in five points.
    Mode("nirspec_slit_wide", fixed_slit, {"slits": ("S1600A1",), "nods": 5}, {"subpixel": (1, 2)}),
    Mode("nirspec_slit_background", fixed_slit, {"background": True, "nods": 1}, {"nods": (1, 2)}),
    Mode(
        "nirspec_msa",
        msa,
        choices={
            "dispersers": (("PRISM/CLEAR",), ("G235M/F170LP", "G395M/F290LP")),
            "configurations": (1, 2),
            "subpixel": (1, 2),
        },
    ),
    Mode(
        "nirspec_ifu_nod",
        ifu,
        choices={
            "pattern": ("2-POINT-NOD", "4-POINT-NOD"),
            "imprints": ("none", "one", "all"),
            "moving": (False, True),
        },
    ),
    Mode(
        "nirspec_ifu_dither",
        ifu,
        {"pattern": "4-POINT-DITHER", "imprints": "all", "target": "M 82"},
        {"tiles": (1, 2), "imprints": ("one", "all")},
    ),
    # Dithers cannot be subtracted from each other, hence the dedicated background.
    Mode(
        "nirspec_ifu_background",
        ifu,
        {"pattern": "4-POINT-DITHER", "background": True, "target": "HH 46"},
        {"imprints": ("none", "one", "all")},
    ),
    Mode("nirspec_bright_object", bright_object, choices={"segments": (1, 2, 3)}),
    Mode("nirspec_lamps", lamps),
    Mode(
        "nirspec_calibration",
        calibration,
        choices={"kinds": (("NRS_DARK",), ("NRS_FOCUS", "NRS_IMAGE", "NRS_MIMF"))},
    ),
)
