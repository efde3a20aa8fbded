"""NIRISS: imaging, slitless spectroscopy of fields and of single stars, aperture masking."""

from __future__ import annotations

from dataclasses import replace

from asnsolve.simulate.observing_plans import (
    mosaic,
    pure_parallel,
    targeted,
    untargeted,
    with_reference,
)
from asnsolve.simulate.proposal import (
    NULL,
    Activity,
    Dither,
    Mode,
    Observation,
    ObservingPlan,
    OpticalPath,
)

_WFSS = "NIRISS Wide Field Slitless Spectroscopy"


def _path(filter_name: str, pupil: str, grating: str = NULL) -> tuple[OpticalPath, ...]:
    return (OpticalPath(("NIS",), filter=filter_name, pupil=pupil, grating=grating),)


# Acquisitions are imaged through the mask, which spares the detector bright stars.
def _acquisition(subarray: str, aperture: str) -> Activity:
    return Activity(
        "NIS_TACQ",
        _path("F480M", "NRM"),
        subarray=subarray,
        aperture=aperture,
        acquisition=True,
    )


def imaging(
    *, target: str = "M 92", pupils: tuple[str, ...] = ("F150W",), dithers: int = 3, tiles: int = 1
) -> ObservingPlan:
    """Plan dithered images, with an observation for each mosaic tile.

    Parameters
    ----------
    target : str
        Name of the target.
    pupils : tuple of str
        The filters, which are in the pupil wheel.
    dithers : int
        Number of dither points.
    tiles : int
        Number of mosaic tiles.

    Returns
    -------
    ObservingPlan
    """
    visit = tuple(
        Activity(
            "NIS_IMAGE",
            _path("CLEAR", pupil),
            dither=Dither("NIS_DITHER", dithers),
            aperture="NIS_CEN",
        )
        for pupil in pupils
    )
    tile = Observation("NIRISS Imaging", (visit,), target)
    return ObservingPlan((tile,) * tiles, mosaic(tiles))


def wfss(
    *,
    target: str = "ABELL 2744",
    pupils: tuple[str, ...] = ("F150W",),
    grisms: tuple[str, ...] = ("GR150R", "GR150C"),
    dithers: int = 2,
    grism_in_grating: bool = False,
) -> ObservingPlan:
    """Plan grism spectra of a field, with direct images before and after each grism.

    Parameters
    ----------
    target : str
        Name of the target.
    pupils : tuple of str
        The filters, which are in the pupil wheel.
    grisms : tuple of str
        The grisms.
    dithers : int
        Number of dither points.
    grism_in_grating : bool
        Whether the column GRATING has the grism too, as in pools of 2017.

    Returns
    -------
    ObservingPlan
    """

    def direct(pupil: str) -> Activity:
        return Activity("NIS_IMAGE", _path("CLEAR", pupil), aperture="NIS_CEN")

    def dispersed(pupil: str, grism: str) -> Activity:
        return Activity(
            "NIS_WFSS",
            _path(grism, pupil, grating=grism if grism_in_grating else NULL),
            dither=Dither("NIS_WFSS", dithers),
            aperture="NIS_CEN",
        )

    # Filters do not share direct images, and a grism has one before and one after it.
    visit: list[Activity] = []
    for pupil in pupils:
        visit.append(direct(pupil))
        for grism in grisms:
            visit += [dispersed(pupil, grism), direct(pupil)]
    return targeted(_WFSS, target, *visit)


def wfss_parallel(
    *,
    pupil: str = "F150W",
    grisms: tuple[str, ...] = ("GR150R", "GR150C"),
    dithers: int = 2,
    prime: tuple[int, int] = (3844, 19),
) -> ObservingPlan:
    """Plan grism spectra in parallel with another program: no target, one observation per step.

    Parameters
    ----------
    pupil : str
        The filter, which is in the pupil wheel.
    grisms : tuple of str
        The grisms.
    dithers : int
        Number of dither points.
    prime : tuple of (int, int)
        Program and observation during which the exposures are taken.

    Returns
    -------
    ObservingPlan
    """

    def step(exp_type: str, filter_name: str) -> Activity:
        return Activity(
            exp_type,
            _path(filter_name, pupil),
            dither=Dither("NONE", dithers),
            aperture="NIS_CEN",
            sequence=2,
        )

    spectra = (step("NIS_WFSS", grism) for grism in grisms)
    return pure_parallel(_WFSS, prime, step("NIS_IMAGE", "CLEAR"), *spectra)


def soss(
    *,
    target: str = "TRAPPIST 1",
    tso: bool = True,
    segments: int = 2,
    subarray: str = "SUBSTRIP256",
    f277w: bool = True,
) -> ObservingPlan:
    """Plan spectra of one star: a time series after an acquisition, or a single exposure.

    Parameters
    ----------
    target : str
        Name of the target.
    tso : bool
        Whether it is a time series.
    segments : int
        Number of files of the exposure; 0 means one file without a segment number.
    subarray : str
        SUBARRAY.
    f277w : bool
        Whether an exposure through the filter F277W follows.

    Returns
    -------
    ObservingPlan
    """

    def spectrum(filter_name: str, parts: int) -> Activity:
        return Activity(
            "NIS_SOSS",
            _path(filter_name, "GR700XD"),
            subarray=subarray,
            aperture=f"NIS_{subarray}",
            group=4 if tso else 2,
            segments=parts,
            cells={"NINTS": "10"} if not parts else {},
        )

    # The exposure through F277W shows the first order alone, and so what the second one adds.
    visit = [_acquisition("SUBTASOSS", "NIS_SUBTASOSS")] if tso else []
    visit.append(spectrum("CLEAR", segments))
    if f277w:
        visit.append(spectrum("F277W", min(segments, 1)))
    return targeted("NIRISS Single-Object Slitless Spectroscopy", target, *visit, tso=tso)


def ami(
    *,
    target: str = "HD 218396",
    reference: str = "HD 219080",
    filters: tuple[str, ...] = ("F430M",),
    dithers: int = 1,
    acquisition: bool = True,
) -> ObservingPlan:
    """Plan interferograms of a star and of a reference star.

    Parameters
    ----------
    target : str
        Name of the target.
    reference : str
        Name of the reference star.
    filters : tuple of str
        The filters.
    dithers : int
        Number of dither points.
    acquisition : bool
        Whether the target is acquired first.

    Returns
    -------
    ObservingPlan
    """
    # Group 2 is that of the acquisition, so that the fringes are in group 2 only without one.
    fringes = tuple(
        Activity(
            "NIS_AMI",
            # The non-redundant mask makes an interferometer of the telescope.
            _path(name, "NRM"),
            dither=Dither("NONE", dithers),
            subarray="SUB80",
            aperture="NIS_AMI1",
            group=3 if acquisition else 2,
            cells={"NINTS": "70"},
        )
        for name in filters
    )
    visit = (_acquisition("SUBTAAMI", "NIS_AMITA"), *fringes) if acquisition else fringes
    star = Observation("NIRISS Aperture Masking Interferometry", (visit,), target)
    return with_reference("AMI", star, replace(star, target=reference))


def calibration(
    *, kinds: tuple[str, ...] = ("NIS_DARK", "NIS_LAMP", "NIS_EXTCAL")
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
    return untargeted(tuple(Activity(kind, _path("CLEAR", "F150W")) for kind in kinds))


MODES: tuple[Mode, ...] = (
    Mode(
        "niriss_image",
        imaging,
        choices={"pupils": (("F150W",), ("F115W", "F200W")), "dithers": (2, 3, 4), "tiles": (1, 2)},
    ),
    Mode(
        "niriss_wfss",
        wfss,
        choices={"pupils": (("F150W",), ("F115W", "F200W")), "dithers": (1, 2, 4)},
    ),
    Mode("niriss_wfss_2017", wfss, {"grism_in_grating": True}, {"dithers": (1, 2)}),
    Mode("niriss_wfss_parallel", wfss_parallel, choices={"dithers": (1, 3)}),
    Mode("niriss_soss", soss, choices={"segments": (1, 2, 3), "f277w": (False, True)}),
    # A single exposure is not cut into segments, and its rule is another one.
    Mode("niriss_soss_single", soss, {"tso": False, "segments": 0, "f277w": False}),
    Mode(
        "niriss_ami", ami, choices={"dithers": (1, 3), "filters": (("F430M",), ("F430M", "F480M"))}
    ),
    Mode(
        "niriss_calibration",
        calibration,
        choices={"kinds": (("NIS_DARK", "NIS_LAMP"), ("NIS_FOCUS", "NIS_EXTCAL"))},
    ),
)
