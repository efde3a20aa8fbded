"""MIRI: imaging, medium and low resolution spectroscopy, coronagraphy, wide field prism."""

from __future__ import annotations

from asnsolve.simulate.observing_plans import mosaic, targeted, untargeted, with_reference
from asnsolve.simulate.proposal import (
    Activity,
    Dither,
    Mode,
    Observation,
    ObservingPlan,
    OpticalPath,
    Tie,
    dithered,
    tie_all,
)

_IMAGER = ("MIRIMAGE",)
# The two detectors of the medium resolution spectrometer see two channels each.
_SPECTROMETER = ("MIRIFULONG", "MIRIFUSHORT")
_LRS = "MIRI Low Resolution Spectroscopy"


def _imager(filter_name: str) -> tuple[OpticalPath, ...]:
    return (OpticalPath(_IMAGER, filter=filter_name),)


# Target acquisitions and their confirmations are taken with the imager, whatever follows.
def _acquisition(filter_name: str, subarray: str = "FULL", kind: str = "MIR_TACQ") -> Activity:
    return Activity(
        kind,
        _imager(filter_name),
        subarray=subarray,
        aperture="MIRIM_TAMRS",
        acquisition=kind == "MIR_TACQ",
    )


def _image(filter_name: str, pattern: Dither) -> Activity:
    return Activity("MIR_IMAGE", _imager(filter_name), dither=pattern, aperture="MIRIM_FULL")


def imaging(
    *,
    target: str = "NGC 7469",
    filters: tuple[str, ...] = ("F770W",),
    dithers: int = 4,
    tiles: int = 1,
    background: bool = False,
    group: bool = False,
) -> ObservingPlan:
    """Plan dithered images, with an observation for each mosaic tile.

    Parameters
    ----------
    target : str
        Name of the target.
    filters : tuple of str
        The filters.
    dithers : int
        Number of dither points.
    tiles : int
        Number of mosaic tiles.
    background : bool
        Whether there is a dedicated background.
    group : bool
        Whether a group candidate ties the tiles together.

    Returns
    -------
    ObservingPlan
    """
    pattern = Dither("CYCLING", dithers, subpixel=1, size="SMALL")
    visit = tuple(_image(name, pattern) for name in filters)
    observations = (Observation("MIRI Imaging", (visit,), target),) * tiles
    ties = (*mosaic(tiles), tie_all("GROUP", observations)) if group else mosaic(tiles)
    plan = ObservingPlan(observations, ties)
    return plan.with_background(visit) if background else plan


def imaging_series(
    *, target: str = "TRAPPIST 1", subarray: str = "SUB256", segments: int = 2
) -> ObservingPlan:
    """Plan a time series of images.

    Parameters
    ----------
    target : str
        Name of the target.
    subarray : str
        SUBARRAY.
    segments : int
        Number of files of the exposure; 0 means one file without a segment number.

    Returns
    -------
    ObservingPlan
    """
    stare = Activity(
        "MIR_IMAGE",
        _imager("F1500W"),
        dither=Dither("NONE"),
        subarray=subarray,
        aperture=f"MIRIM_{subarray}",
        segments=segments,
    )
    return targeted("MIRI Imaging", target, stare, tso=True)


def mrs(
    *,
    targets: tuple[str, ...] = ("NGC 7469",),
    bands: tuple[str, ...] = ("SHORT",),
    dithers: int = 4,
    background_dithers: int = 2,
    acquisition: bool = True,
    simultaneous: bool = False,
) -> ObservingPlan:
    """Plan integral field spectra.

    Parameters
    ----------
    targets : tuple of str
        Names of the targets, one observation each.
    bands : tuple of str
        The bands: ``SHORT``, ``MEDIUM``, ``LONG``.
    dithers : int
        Number of dither points.
    background_dithers : int
        Number of points of the dedicated background that serves all targets; 0 if there is
        none.
    acquisition : bool
        Whether the target is acquired first.
    simultaneous : bool
        Whether the imager is exposed at the same time.

    Returns
    -------
    ObservingPlan
    """
    beside = (OpticalPath(_IMAGER, filter="F1500W", exp_type="MIR_IMAGE"),) if simultaneous else ()

    def spectra(points: int, group: int) -> tuple[Activity, ...]:
        pattern = dithered("4-POINT" if points == 4 else "2-POINT", points)
        return tuple(
            Activity(
                "MIR_MRS",
                # The spectrometer sees one of three bands at a time.
                (OpticalPath(_SPECTROMETER, band=band), *beside),
                dither=pattern,
                aperture="MIRIFU_CHANNEL1A",
                group=group,
            )
            for band in bands
        )

    first = (_acquisition("FND"),) if acquisition else ()
    visit = (*first, *spectra(dithers, len(first) + 2))
    template = "MIRI Medium Resolution Spectroscopy"
    plan = ObservingPlan(tuple(Observation(template, (visit,), target) for target in targets))
    return plan.with_background(spectra(background_dithers, 2)) if background_dithers else plan


def lrs_slit(
    *,
    target: str = "HD 141569",
    nods: int = 2,
    background: bool = False,
    confirmation: bool = True,
) -> ObservingPlan:
    """Plan prism spectra in the slit: nodded, or staring with a dedicated background.

    Parameters
    ----------
    target : str
        Name of the target.
    nods : int
        Number of nods; 1 for a stare.
    background : bool
        Whether there is a dedicated background.
    confirmation : bool
        Whether an image confirms the acquisition.

    Returns
    -------
    ObservingPlan
    """
    first = [_acquisition("F560W")]
    if confirmation:
        first.append(_acquisition("F560W", kind="MIR_TACONFIRM"))
    spectrum = Activity(
        "MIR_LRS-FIXEDSLIT",
        _imager("P750L"),
        dither=dithered("ALONG-SLIT-NOD", nods),
        aperture="MIRIM_SLIT",
        group=3,
    )
    plan = targeted(_LRS, target, *first, spectrum)
    return plan.with_background((spectrum,)) if background else plan


def lrs_slitless(
    *,
    target: str = "WASP 80",
    tso: bool = True,
    segments: int = 2,
    subarray: str = "SLITLESSPRISM",
) -> ObservingPlan:
    """Plan prism spectra without a slit.

    Parameters
    ----------
    target : str
        Name of the target.
    tso : bool
        Whether it is a time series.
    segments : int
        Number of files of the exposure; 0 means one file without a segment number.
    subarray : str
        SUBARRAY; ``SUBPRISM`` in pools of 2017.

    Returns
    -------
    ObservingPlan
    """
    spectrum = Activity(
        "MIR_LRS-SLITLESS",
        _imager("P750L"),
        dither=Dither("NONE"),
        subarray=subarray,
        aperture="MIRIM_SLITLESSPRISM",
        group=3,
        segments=segments,
    )
    # Without a slit, acquisition and spectrum are read out from the same subarray.
    acquisition = _acquisition("FND", subarray)
    confirmation = _acquisition("F560W", subarray, kind="MIR_TACONFIRM")
    return targeted(_LRS, target, acquisition, confirmation, spectrum, tso=tso)


def _coronagraphic_visit(mask: str, points: int, acquire: bool = True) -> tuple[Activity, ...]:
    lyot = mask == "LYOT"
    image = Activity(
        "MIR_LYOT" if lyot else "MIR_4QPM",
        _imager("F2300C" if lyot else f"F{mask}C"),
        dither=dithered("5-POINT-SMALL-GRID", points),
        subarray=f"MASK{mask}",
        aperture=f"MIRIM_MASK{mask}",
        group=3 if acquire else 2,
        cells={"NINTS": "24"},
    )
    return (_acquisition("FND", f"MASK{mask}"), image) if acquire else (image,)


def coronagraphy(
    *,
    target: str = "BETA PIC",
    reference: str = "ALPHA PIC",
    mask: str = "1550",
    rolls: int = 2,
    psf_dithers: int = 5,
    background: bool = True,
) -> ObservingPlan:
    """Plan rolls on a star, a small grid on a reference star, and backgrounds of both.

    Parameters
    ----------
    target : str
        Name of the target.
    reference : str
        Name of the reference star.
    mask : str
        The coronagraph: ``1065``, ``1140``, ``1550`` or ``LYOT``.
    rolls : int
        Number of rolls on the target.
    psf_dithers : int
        Number of points on the reference star.
    background : bool
        Whether there is a dedicated background.

    Returns
    -------
    ObservingPlan
    """
    template = "MIRI Coronagraphic Imaging"
    roll = Observation(template, (_coronagraphic_visit(mask, 1),), target)
    psf = Observation(template, (_coronagraphic_visit(mask, psf_dithers),), reference)
    plan = with_reference("CORONAGRAPHY", roll, psf, rolls)
    if not background:
        return plan
    # Stars are observations 0 to `rolls`, the last one being the reference star; backgrounds of the
    # target and of the reference star follow.
    empty = _coronagraphic_visit(mask, 1, acquire=False)
    skies = (plan.observations[0].sky(empty), plan.observations[rolls].sky(empty))
    of_target = Tie("BACKGROUND", (*range(rolls), rolls + 1))
    of_reference = Tie("BACKGROUND", (rolls, rolls + 2))
    return ObservingPlan((*plan.observations, *skies), (*plan.ties, of_target, of_reference))


def wfss(*, target: str = "LHA 120 N 133", dithers: int = 4) -> ObservingPlan:
    """Plan prism spectra of a field, with direct images before and after.

    Parameters
    ----------
    target : str
        Name of the target.
    dithers : int
        Number of dither points.

    Returns
    -------
    ObservingPlan
    """
    prism = Activity(
        "MIR_WFSS",
        _imager("P750L"),
        dither=Dither("CYCLING", dithers, size="DEFAULT"),
        aperture="MIRIM_FULL",
        cells={"NINTS": "10"},
    )
    before = _image("F560W", Dither("NONE"))
    after = _image("F560W", Dither("CYCLING", 2, size="DEFAULT"))
    return targeted("MIRI Wide Field Slitless Spectroscopy", target, before, prism, after)


def calibration(
    *, kinds: tuple[str, ...] = ("MIR_DARKIMG", "MIR_FLATIMAGE", "MIR_DARKMRS")
) -> ObservingPlan:
    """Plan internal exposures, of which no products are made.

    Parameters
    ----------
    kinds : tuple of str
        EXP_TYPE of each exposure.

    Returns
    -------
    ObservingPlan
    """

    def paths(kind: str) -> tuple[OpticalPath, ...]:
        if "MRS" in kind:
            return (OpticalPath(_SPECTROMETER, band="SHORT"),)
        return _imager("OPAQUE" if "DARK" in kind else "F770W")

    return untargeted(tuple(Activity(kind, paths(kind)) for kind in kinds))


MODES: tuple[Mode, ...] = (
    Mode(
        "miri_image",
        imaging,
        choices={"filters": (("F770W",), ("F1800W", "F2550W")), "dithers": (2, 3, 4)},
    ),
    Mode("miri_image_mosaic", imaging, {"tiles": 2}, {"tiles": (2, 3), "group": (False, True)}),
    Mode("miri_image_background", imaging, {"background": True}, {"dithers": (2, 4)}),
    Mode("miri_image_group", imaging, {"tiles": 2, "group": True}, {"dithers": (2, 3)}),
    Mode("miri_image_series", imaging_series, choices={"segments": (1, 2, 3)}),
    Mode(
        "miri_mrs",
        mrs,
        {"background_dithers": 0},
        {"bands": (("SHORT",), ("SHORT", "MEDIUM", "LONG")), "simultaneous": (False, True)},
    ),
    Mode("miri_mrs_background", mrs, choices={"dithers": (2, 4), "acquisition": (False, True)}),
    Mode("miri_mrs_shared_background", mrs, {"targets": ("NGC 7469", "VV 114"), "dithers": 2}),
    Mode("miri_lrs_slit", lrs_slit, choices={"confirmation": (False, True)}),
    # A stare has no nods to subtract from each other and needs the dedicated background.
    Mode("miri_lrs_slit_background", lrs_slit, {"nods": 1, "background": True}),
    Mode("miri_lrs_slitless", lrs_slitless, choices={"segments": (1, 2, 4)}),
    Mode("miri_lrs_slitless_single", lrs_slitless, {"tso": False, "segments": 0}),
    Mode("miri_4qpm", coronagraphy, choices={"mask": ("1065", "1140", "1550")}),
    # Backgrounds are optional in coronagraphy; this mode has none.
    Mode("miri_lyot", coronagraphy, {"mask": "LYOT", "background": False, "psf_dithers": 9}),
    Mode("miri_wfss", wfss, choices={"dithers": (2, 4)}),
    Mode(
        "miri_calibration",
        calibration,
        choices={"kinds": (("MIR_DARKIMG", "MIR_FLATMRS"), ("MIR_CORONCAL", "MIR_FLATIMAGE-EXT"))},
    ),
)
