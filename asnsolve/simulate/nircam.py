"""NIRCam: imaging, grism spectroscopy, coronagraphy, time series, wavefront sensing."""

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
    Activity,
    Dither,
    Mode,
    Observation,
    ObservingPlan,
    OpticalPath,
    dithered,
)

# Each module has four detectors for short wavelengths and one for long wavelengths, behind the same
# field of view.
_SHORT = {module: tuple(f"NRC{module}{n}" for n in range(1, 5)) for module in "AB"}
_LONG = {module: (f"NRC{module}LONG",) for module in "AB"}
_WFSS = "NIRCam Wide Field Slitless Spectroscopy"
_TARGETED_PATTERNS = {2: "INTRAMODULEX", 3: "INTRAMODULE", 4: "INTRAMODULEBOX"}


def _path(detectors: tuple[str, ...], elements: str) -> OpticalPath:
    """Return a path; `elements` is a filter, or a filter and a pupil: ``F444W/F405N``."""
    filter_name, _, pupil = elements.partition("/")
    return OpticalPath(detectors, filter=filter_name, pupil=pupil or "CLEAR")


def _both(modules: str, short: str, long: str) -> tuple[OpticalPath, ...]:
    """Return the paths of the short and the long wavelength detectors of the modules."""
    return tuple(
        path
        for module in modules
        for path in (_path(_SHORT[module], short), _path(_LONG[module], long))
    )


def imaging(
    *,
    target: str = "NGC 3324",
    filters: tuple[tuple[str, str], ...] = (("F200W", "F444W"),),
    modules: str = "B",
    subarray: str = "FULL",
    dithers: int = 2,
    tiles: int = 1,
    beside: str = "",
) -> ObservingPlan:
    """Plan dithered images at short and long wavelengths at once.

    Parameters
    ----------
    target : str
        Name of the target.
    filters : tuple of (str, str)
        Filters of the short and the long wavelengths, which are exposed at once.
    modules : str
        Modules that are read out: ``A``, ``B`` or ``AB``.
    subarray : str
        SUBARRAY. Other than in ``FULL``, one short wavelength detector is read out.
    dithers : int
        Number of dither points.
    tiles : int
        Number of mosaic tiles.
    beside : str
        A MIRI filter for images in coordinated parallel; none if empty.

    Returns
    -------
    ObservingPlan
    """
    full = subarray == "FULL"
    # Other numbers of points make a pattern without a name.
    pattern = Dither(_TARGETED_PATTERNS.get(dithers, "NONE"), dithers, subpixel=1)
    visit = [
        Activity(
            "NRC_IMAGE",
            _both(modules, short, long)
            if full
            else (_path(("NRCB1",), short), _path(_LONG["B"], long)),
            dither=pattern,
            subarray=subarray,
            aperture=f"NRC{modules[0]}S_FULL" if full else f"NRCB1_{subarray}",
        )
        for short, long in filters
    ]
    if beside:
        # A coordinated parallel is a second sequence of the same activity, at the same points.
        parallel = Activity(
            "MIR_IMAGE",
            (OpticalPath(("MIRIMAGE",), filter=beside),),
            dither=pattern,
            aperture="MIRIM_FULL",
            sequence=2,
            cells={"TEMPLATE": "MIRI Imaging"},
        )
        visit.append(parallel)
    tile = Observation("NIRCam Imaging", (tuple(visit),), target)
    return ObservingPlan((tile,) * tiles, mosaic(tiles))


def wfss(
    *,
    target: str = "GOODS S",
    short: str = "F182M",
    long: str = "F444W",
    grisms: tuple[str, ...] = ("GRISMR", "GRISMC"),
    module: str = "A",
    dithers: int = 2,
) -> ObservingPlan:
    """Plan grism spectra at long and images at short wavelengths, and direct images after each.

    Parameters
    ----------
    target : str
        Name of the target.
    short : str
        Filter, and pupil if any, of the short wavelengths.
    long : str
        Filter of the long wavelengths.
    grisms : tuple of str
        The grisms.
    module : str
        The module that is read out, ``A`` or ``B``.
    dithers : int
        Number of dither points.

    Returns
    -------
    ObservingPlan
    """

    def exposures(exp_type: str, pupil: str, points: int) -> Activity:
        return Activity(
            "NRC_IMAGE",
            (
                _path(_SHORT[module], short),
                OpticalPath(_LONG[module], filter=long, pupil=pupil, exp_type=exp_type),
            ),
            dither=Dither("INTRAMODULEX", points, subpixel=1) if points > 1 else Dither(),
            aperture=f"NRC{module}_FULL",
        )

    # A direct image shows where the sources are whose spectra the grism disperses.
    visit: list[Activity] = []
    for grism in grisms:
        visit += [exposures("NRC_WFSS", grism, dithers), exposures("NRC_IMAGE", "CLEAR", 1)]
    return targeted(_WFSS, target, *visit)


def wfss_parallel(
    *, long: str = "F356W", grism: str = "GRISMR", prime: tuple[int, int] = (3215, 4)
) -> ObservingPlan:
    """Plan grism spectra in parallel with another program: no target, one observation per step.

    Parameters
    ----------
    long : str
        Filter of the long wavelengths.
    grism : str
        The grism.
    prime : tuple of (int, int)
        Program and observation during which the exposures are taken.

    Returns
    -------
    ObservingPlan
    """

    def step(exp_type: str, pupil: str) -> Activity:
        return Activity(
            exp_type,
            tuple(OpticalPath(_LONG[m], filter=long, pupil=pupil) for m in "AB"),
            dither=Dither("NONE"),
            aperture="NRCALL_FULL",
            sequence=2,
        )

    return pure_parallel(_WFSS, prime, step("NRC_IMAGE", "CLEAR"), step("NRC_WFSS", grism))


def coronagraphy(
    *,
    target: str = "HIP 65426",
    reference: str = "HIP 68245",
    rolls: int = 2,
    psf_dithers: int = 5,
    full: bool = False,
) -> ObservingPlan:
    """Plan rolls on a star and a small grid on a reference star, behind the mask 335R.

    Parameters
    ----------
    target : str
        Name of the target.
    reference : str
        Name of the reference star.
    rolls : int
        Number of rolls on the target.
    psf_dithers : int
        Number of points on the reference star.
    full : bool
        Whether the full frame of all detectors is read out. Those of short wavelengths do
        not see the target.

    Returns
    -------
    ObservingPlan
    """
    subarray = "FULL" if full else "SUB320A335R"
    long = _path(_LONG["A"], "F335M/MASKRND")
    short = _path(_SHORT["A"], "F210M/MASKRND")

    # The star is acquired beside the mask, and then moved behind it and confirmed.
    def acquisition(exp_type: str, detector_area: str) -> Activity:
        return Activity(
            exp_type,
            (long,),
            subarray=detector_area,
            aperture="NRCA5_TAMASK335R",
            acquisition=True,
        )

    def star(name: str, points: int) -> Observation:
        image = Activity(
            "NRC_CORON",
            (short, long) if full else (long,),
            dither=dithered("5-POINT-BOX", points),
            subarray=subarray,
            aperture="NRCA5_MASK335R",
            group=3,
            cells={"NINTS": "25"},
        )
        first = (acquisition("NRC_TACQ", "SUBFSA335R"), acquisition("NRC_TACONFIRM", subarray))
        return Observation("NIRCam Coronagraphic Imaging", ((*first, image),), name)

    return with_reference("CORONAGRAPHY", star(target, 1), star(reference, psf_dithers), rolls)


def series(*, target: str = "WASP 43", grism: bool = False, segments: int = 2) -> ObservingPlan:
    """Plan a time series of images, or of grism spectra with weak-lens images beside them.

    Parameters
    ----------
    target : str
        Name of the target.
    grism : bool
        Whether spectra are taken.
    segments : int
        Number of files of the exposure; 0 means one file without a segment number.

    Returns
    -------
    ObservingPlan
    """
    module, subarray, long = (
        ("A", "SUBGRISM256", "F322W2/GRISMR") if grism else ("B", "SUB400P", "F444W")
    )
    acquisition = Activity(
        "NRC_TACQ",
        (_path(_LONG[module], "F335M"),),
        subarray="SUB32TATSGRISM" if grism else "SUB32TATS",
        aperture=f"NRC{module}5_TAGRISMTS" if grism else f"NRC{module}5_TATS",
        acquisition=True,
    )
    # The short wavelength detector beside a grism takes images, so that both are time series.
    beside = replace(_path((f"NRC{module}1",), "F210M/WLP8"), exp_type="NRC_TSIMAGE")
    stare = Activity(
        "NRC_TSGRISM" if grism else "NRC_TSIMAGE",
        (beside, _path(_LONG[module], long)),
        dither=Dither("NONE"),
        subarray=subarray,
        aperture=f"NRC{module}5_{subarray}",
        group=3,
        segments=segments,
    )
    template = f"NIRCam {'Grism' if grism else 'Imaging'} Time Series"
    return targeted(template, target, acquisition, stare, tso=True)


def wavefront_sensing(
    *,
    target: str = "2MASS J16340297+4312340",
    observations: int = 2,
    lenses: tuple[str, ...] = ("WLP8", "WLM8"),
    jitter: bool = False,
) -> ObservingPlan:
    """Plan defocused pairs of dithers that show the wavefront, at several times.

    Parameters
    ----------
    target : str
        Name of the target.
    observations : int
        Number of observations, which a mosaic ties together.
    lenses : tuple of str
        The weak lenses, a pair of exposures each.
    jitter : bool
        Whether fast subarray images of the line-of-sight jitter are added, which are not
        combined.

    Returns
    -------
    ObservingPlan
    """

    # A pair is one activity with two points, through one lens.
    def pair(elements: str, subarray: str, aperture: str) -> Activity:
        return Activity(
            "NRC_IMAGE",
            (_path(("NRCA3",), elements),),
            dither=Dither("WFSC", 2, subpixel=1),
            subarray=subarray,
            aperture=aperture,
        )

    sensing = Observation(
        "WFSC NIRCam Fine Phasing",
        (tuple(pair(f"F212N/{lens}", "FULL", "NRCA3_FP1") for lens in lenses),),
        target,
        visit_type="PRIME_WFSC_SENSING_CONTROL",
    )
    stars = (sensing,) * observations
    if jitter:
        # These have their own visit type and note, which tell rules not to combine them.
        motion = replace(
            sensing,
            visits=((pair("F210M", "SUB8FP1A", "NRCA3_FP1_SUB8"),),),
            visit_type="PRIME_WFSC_ROUTINE",
            note="WFSC_LOS_JITTER",
        )
        stars += (motion,)
    return ObservingPlan(stars, mosaic(observations))


def calibration(
    *, kinds: tuple[str, ...] = ("NRC_DARK", "NRC_FLAT"), module: str = "A"
) -> ObservingPlan:
    """Plan internal exposures, of which no products are made.

    Parameters
    ----------
    kinds : tuple of str
        EXP_TYPE of each exposure.
    module : str
        The module that is read out, ``A`` or ``B``.

    Returns
    -------
    ObservingPlan
    """
    paths = (_path((f"NRC{module}1",), "F070W"), _path(_LONG[module], "F277W"))
    return untargeted(tuple(Activity(kind, paths) for kind in kinds))


MODES: tuple[Mode, ...] = (
    Mode(
        "nircam_image",
        imaging,
        choices={
            "filters": ((("F200W", "F444W"),), (("F090W", "F277W"), ("F150W", "F444W/F405N"))),
            "modules": ("A", "B", "AB"),
            "dithers": (2, 3, 4),
        },
    ),
    # A single dither is allowed in subarrays, where it has no pattern.
    Mode("nircam_image_subarray", imaging, {"subarray": "SUB640"}, {"dithers": (1, 2, 3)}),
    Mode("nircam_image_mosaic", imaging, {"tiles": 2}, {"tiles": (2, 3), "modules": ("A", "B")}),
    Mode("nircam_image_parallel", imaging, {"beside": "F770W"}, {"dithers": (2, 4)}),
    Mode("nircam_wfss", wfss, choices={"dithers": (2, 3), "module": ("A", "B")}),
    Mode("nircam_wfss_parallel", wfss_parallel, choices={"grism": ("GRISMR", "GRISMC")}),
    # Grids on the reference star have 5 or 9 points; 1 stands for no grid.
    Mode("nircam_coron", coronagraphy, choices={"rolls": (1, 2), "psf_dithers": (1, 5, 9)}),
    Mode("nircam_coron_full", coronagraphy, {"full": True, "psf_dithers": 1}),
    Mode("nircam_image_series", series, choices={"segments": (1, 2, 3)}),
    Mode(
        "nircam_grism_series",
        series,
        {"grism": True, "target": "HAT P 26"},
        {"segments": (1, 2, 3)},
    ),
    Mode("nircam_wavefront", wavefront_sensing, {"jitter": True}, {"observations": (1, 2)}),
    Mode(
        "nircam_calibration",
        calibration,
        choices={"kinds": (("NRC_DARK", "NRC_FLAT"), ("NRC_LED", "NRC_FOCUS"))},
    ),
)
