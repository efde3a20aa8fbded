"""What is expected of the files that each public notebook reduces: written by hand.

The notebooks are those of https://github.com/spacetelescope/jwst-pipeline-notebooks. The files are
those of their modes, with several targets, filters or dispersers in one program. They are named as
in `tests.scenarios.modes_of_files`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.scenarios.modes_of_files import Members, alone, members

__all__ = ["NOTEBOOKS", "Notebook"]


@dataclass(frozen=True, slots=True)
class Notebook:
    """The files of a notebook, and what is to be made of them.

    Parameters
    ----------
    plans : tuple of (str, mapping of str to object)
        Modes of one program, with their options.
    level2 : mapping of str to Members
        Members by role, by the science exposure whose product it is.
    level3 : mapping of str to Members
        Members by role, by the product.
    left : frozenset of str
        Files in no association of a call.
    cells : mapping of str to mapping of str to str
        What takes the place of the simulated values of an observation, by its number.
    """

    plans: tuple[tuple[str, Mapping[str, object]], ...]
    level2: Mapping[str, Members]
    level3: Mapping[str, Members]
    left: frozenset[str] = frozenset()
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def numbered(pattern: str, numbers: Iterable[int]) -> list[str]:
    """Name exposures of an activity, whose number stands for the ``#``."""
    return [pattern.replace("#", str(number)) for number in numbers]


def nodded(files: list[str], **roles: Iterable[str]) -> dict[str, Members]:
    """Make each file science with the others as background."""
    return {
        file: members(science=[file], background=[one for one in files if one != file], **roles)
        for file in files
    }


def with_sky(files: Iterable[str], sky: Iterable[str]) -> dict[str, Members]:
    """Make each file science with the same backgrounds."""
    return {file: members(science=[file], background=sky) for file in files}


def coronagraph(
    *, star: tuple[int, int], reference: int, skies: tuple[int, int]
) -> dict[str, Members]:
    """Return level 2 of two rolls of a star, and of its reference at two points of a grid."""
    return {
        **alone(*(f"{observation} 02101 1 mirimage" for observation in (*star, reference, *skies))),
        **with_sky(
            [f"{observation} 03101 1 mirimage" for observation in star],
            [f"{skies[0]} 02101 1 mirimage"],
        ),
        **with_sky(
            numbered(f"{reference} 03101 # mirimage", (1, 2)), [f"{skies[1]} 02101 1 mirimage"]
        ),
    }


def coronagraph3(*, star: tuple[int, int], reference: int) -> Members:
    return members(
        science=[f"{observation} 03101 1 mirimage" for observation in star],
        psf=numbered(f"{reference} 03101 # mirimage", (1, 2)),
        target_acquisition=[
            f"{observation} 02101 1 mirimage" for observation in (*star, reference)
        ],
    )


_ARMS = ("short", "long")
_MRS_BANDS = ("03101", "03102")
_MRS_SKIES = ("02101", "02102")


def mrs(observation: int, activities: Iterable[str], arms: Iterable[str] = _ARMS) -> list[str]:
    """Name the MRS exposures at two dithers; each activity is a band."""
    return [
        f"{observation} {a} {n} mirifu{arm}" for a in activities for n in (1, 2) for arm in arms
    ]


def mrs2() -> dict[str, Members]:
    """Return level 2 of two targets and their sky: the sky in its band, and all of the detector."""
    products = {}
    for arm in _ARMS:
        detector = {
            *mrs(1, _MRS_BANDS, [arm]),
            *mrs(2, _MRS_BANDS, [arm]),
            *mrs(3, _MRS_SKIES, [arm]),
        }
        for band, its_sky in zip(_MRS_BANDS, _MRS_SKIES, strict=True):
            sky = mrs(3, [its_sky], [arm])
            for file in [*mrs(1, [band], [arm]), *mrs(2, [band], [arm])]:
                selfcal = detector - {file, *sky}
                products[file] = members(science=[file], background=sky, selfcal=selfcal)
            for file in sky:
                products[file] = members(science=[file], selfcal=detector - {file})
    return products


def nircam(observation: int, activity: str, detectors: str) -> list[str]:
    """Name the exposures of two dithers; a detector of module B is named by its number or `l`."""
    names = [f"nrcb{'long' if one == 'l' else one}" for one in detectors]
    return [f"{observation} {activity} {n} {name}" for n in (1, 2) for name in names]


def with_image(product: str, *files: str) -> dict[str, Members]:
    """Make each file a spectrum of the sources in the product of a direct image."""
    return {
        file: members(
            science=[file],
            direct_image=[f"{product}_i2d.fits"],
            segmap=[f"{product}_segm.fits"],
            sourcecat=[f"{product}_cat.ecsv"],
        )
        for file in files
    }


def grism(image: str, module: str) -> tuple[dict[str, Members], dict[str, Members]]:
    """Return levels 2 and 3 of a NIRCam field, given the product of its direct images."""
    observation = int(image[9:12])
    unit = f"nrc{module}long"
    row = numbered(f"{observation} 02101 # {unit}", (1, 2))
    column = numbered(f"{observation} 02103 # {unit}", (1, 2))
    direct = [f"{observation} 02102 1 {unit}", f"{observation} 02104 1 {unit}"]
    dispersed = image.replace("clear-f444w", "f444w-grism")
    return (
        {**with_image(image, *row, *column), **alone(*direct)},
        {
            image: members(science=direct),
            f"{dispersed}r": members(science=row),
            f"{dispersed}c": members(science=column),
        },
    )


_GRISM_A = grism("jw00007-o001_t001_nircam_clear-f444w", "a")
_GRISM_B = grism("jw00007-o002_t002_nircam_clear-f444w", "b")


def fringes(activity: str) -> dict[str, Members]:
    """Return level 3 of two dithers of a star, each with the reference at the same point."""
    filters = {"03101": "f430m", "03102": "f480m"}
    return {
        f"jw00007-c1001_t001_niriss_{filters[activity]}-nrm-sub80-dither{n}": members(
            science=[f"1 {activity} {n} nis"],
            psf=[f"2 {activity} {n} nis"],
            target_acquisition=["1 02101 1 nis", "2 02101 1 nis"],
        )
        for n in (1, 2)
    }


def slitless(image: str, *activities: str) -> tuple[dict[str, Members], dict[str, Members]]:
    """Return levels 2 and 3 of NIRISS direct images, GR150R, direct, GR150C, direct."""
    observation = int(image[9:12])
    files = [f"{observation} {activity} 1 nis" for activity in activities]
    direct, row, column = files[::2], files[1], files[3]
    before, _, pupil = image.rpartition("_clear-")
    return (
        {**alone(*direct), **with_image(image, row, column)},
        {
            image: members(science=direct),
            f"{before}_{pupil}-gr150r": members(science=[row]),
            f"{before}_{pupil}-gr150c": members(science=[column]),
        },
    )


_SLITLESS = (
    slitless("jw00007-o001_t001_niriss_clear-f115w", "02101", "02102", "02103", "02104", "02105"),
    slitless("jw00007-o001_t001_niriss_clear-f200w", "02106", "02107", "02108", "02109", "0210a"),
    slitless("jw00007-o002_t002_niriss_clear-f150w", "02101", "02102", "02103", "02104", "02105"),
)

_UNITS = ("nrs1", "nrs2")
_FIXED = "jw00007-o001_t001-{{source_id}}_nirspec_{}-{{slit_name}}-subs200a{}"


def fixed(activity: str, *units: str) -> list[str]:
    return [f"1 {activity} {n} {unit}" for unit in units for n in (1, 2)]


def wide_nods(unit: str) -> dict[str, Members]:
    """Make five nods in the wide slit background of those that are two or more steps away."""
    return {
        f"2 03101 {nod} {unit}": members(
            science=[f"2 03101 {nod} {unit}"],
            background=[f"2 03101 {n} {unit}" for n in range(1, 6) if abs(n - nod) > 1],
        )
        for nod in range(1, 6)
    }


_SHUTTERS = ("03101", "03102", "03103", "03104")


def ifu_nods(unit: str) -> dict[str, Members]:
    """Return level 2 of two nods, each with an imprint; imprints show bad pixels as well."""
    nods = numbered(f"1 03101 # {unit}", (1, 2))
    imprints = numbered(f"1 03102 # {unit}", (1, 2))
    return {
        **nodded(nods, imprint=imprints, selfcal=imprints),
        **{file: members(science=[file], selfcal={*nods, *imprints} - {file}) for file in imprints},
    }


def ifu_dithers(unit: str) -> dict[str, Members]:
    """Return level 2 of two dithers and a sky, each with the imprint at its own point."""
    dithers = numbered(f"1 03101 # {unit}", (1, 2))
    imprints = numbered(f"1 03102 # {unit}", (1, 2))
    sky, its_imprint = f"2 02101 1 {unit}", f"2 02102 1 {unit}"
    detector = {*dithers, *imprints, sky, its_imprint}
    return {
        **{
            file: members(
                science=[file],
                background=[sky],
                imprint=[imprint, its_imprint],
                selfcal=detector - {file, sky},
            )
            for file, imprint in zip(dithers, imprints, strict=True)
        },
        sky: members(science=[sky], imprint=[its_imprint], selfcal=detector - {sky}),
        **{
            file: members(science=[file], selfcal=detector - {file})
            for file in (*imprints, its_imprint)
        },
    }


NOTEBOOKS: Mapping[str, Notebook] = {
    "MIRI Coronagraphy": Notebook(
        (
            ("miri_4qpm", {"psf_dithers": 2}),
            ("miri_4qpm", {"psf_dithers": 2, "mask": "1140", "target": "HR 8799"}),
        ),
        {
            **coronagraph(star=(1, 2), reference=3, skies=(4, 5)),
            **coronagraph(star=(6, 7), reference=8, skies=(9, 10)),
        },
        {
            "jw00007-c1001_t001_miri_f1550c-mask1550": coronagraph3(star=(1, 2), reference=3),
            "jw00007-c1001_t005_miri_f1140c-mask1140": coronagraph3(star=(6, 7), reference=8),
        },
    ),
    "MIRI Imaging-TSO": Notebook(
        (("miri_image_series", {"segments": 3}),),
        alone(*(f"1 02101 1-seg00{n} mirimage" for n in (1, 2, 3))),
        {
            "jw00007-o001_t001_miri_f1500w-sub256": members(
                science=[f"1 02101 1-seg00{n} mirimage" for n in (1, 2, 3)]
            )
        },
    ),
    "MIRI Imaging": Notebook(
        (("miri_image_background", {"dithers": 2, "filters": ("F770W", "F1000W")}),),
        {
            **with_sky(
                numbered("1 02101 # mirimage", (1, 2)), numbered("2 02101 # mirimage", (1, 2))
            ),
            **with_sky(
                numbered("1 02102 # mirimage", (1, 2)), numbered("2 02102 # mirimage", (1, 2))
            ),
            **alone(*numbered("2 02101 # mirimage", (1, 2))),
            **alone(*numbered("2 02102 # mirimage", (1, 2))),
        },
        {
            f"jw00007-o00{observation}_t00{observation}_miri_{band}": members(
                science=numbered(f"{observation} {activity} # mirimage", (1, 2))
            )
            for observation in (1, 2)
            for activity, band in (("02101", "f770w"), ("02102", "f1000w"))
        },
    ),
    "MIRI LRS-slit": Notebook(
        (("miri_lrs_slit", {}), ("miri_lrs_slit", {"target": "HD 100546"})),
        {
            file: roles
            for one in (1, 2)
            for file, roles in (
                alone(f"{one} 02101 1 mirimage", f"{one} 02102 1 mirimage")
                | nodded(
                    numbered(f"{one} 03101 # mirimage", (1, 2)),
                    target_acquisition=[f"{one} 02102 1 mirimage"],
                )
            ).items()
        },
        {
            f"jw00007-o00{one}_t00{one}_miri_p750l": members(
                science=numbered(f"{one} 03101 # mirimage", (1, 2)),
                target_acquisition=[f"{one} 02101 1 mirimage", f"{one} 02102 1 mirimage"],
            )
            for one in (1, 2)
        },
    ),
    "MIRI LRS-slitless-TSO": Notebook(
        (("miri_lrs_slitless", {}),),
        {
            **alone("1 02101 1 mirimage", "1 02102 1 mirimage"),
            **{
                f"1 03101 1-seg00{n} mirimage": members(
                    science=[f"1 03101 1-seg00{n} mirimage"],
                    target_acquisition=["1 02102 1 mirimage"],
                )
                for n in (1, 2)
            },
        },
        {
            "jw00007-o001_t001_miri_p750l-slitlessprism": members(
                science=["1 03101 1-seg001 mirimage", "1 03101 1-seg002 mirimage"],
                target_acquisition=["1 02101 1 mirimage", "1 02102 1 mirimage"],
            )
        },
    ),
    "MIRI MRS": Notebook(
        (
            (
                "miri_mrs_shared_background",
                {"bands": ("SHORT", "LONG"), "dithers": 2, "targets": ("NGC 7469", "VV 114")},
            ),
        ),
        mrs2() | alone("1 02101 1 mirimage", "2 02101 1 mirimage"),
        {
            **{
                f"jw00007-c1000_t00{one}_miri": members(
                    science=mrs(one, _MRS_BANDS),
                    background=mrs(3, _MRS_SKIES),
                    target_acquisition=[f"{one} 02101 1 mirimage"],
                )
                for one in (1, 2)
            },
            "jw00007-o003_t003_miri": members(science=mrs(3, _MRS_SKIES)),
        },
    ),
    "NIRCAM Coronagraphy": Notebook(
        (("nircam_coron", {"psf_dithers": 3}),),
        alone(
            *(
                f"{one} {activity} 1 nrcalong"
                for one in (1, 2, 3)
                for activity in ("02101", "02102")
            ),
            "1 03101 1 nrcalong",
            "2 03101 1 nrcalong",
            *numbered("3 03101 # nrcalong", (1, 2, 3)),
        ),
        {
            "jw00007-c1001_t001_nircam_f335m-maskrnd-sub320a335r": members(
                science=["1 03101 1 nrcalong", "2 03101 1 nrcalong"],
                psf=numbered("3 03101 # nrcalong", (1, 2, 3)),
                target_acquisition=[
                    f"{one} {activity} 1 nrcalong"
                    for one in (1, 2, 3)
                    for activity in ("02101", "02102")
                ],
            )
        },
    ),
    "NIRCAM Imaging": Notebook(
        (
            ("nircam_image", {"filters": (("F090W", "F277W"), ("F150W", "F444W"))}),
            ("nircam_image", {"target": "M 42"}),
        ),
        alone(
            *nircam(1, "02101", "1234l"), *nircam(1, "02102", "1234l"), *nircam(2, "02101", "1234l")
        ),
        {
            "jw00007-o001_t001_nircam_clear-f090w": members(science=nircam(1, "02101", "1234")),
            "jw00007-o001_t001_nircam_clear-f277w": members(science=nircam(1, "02101", "l")),
            "jw00007-o001_t001_nircam_clear-f150w": members(science=nircam(1, "02102", "1234")),
            "jw00007-o001_t001_nircam_clear-f444w": members(science=nircam(1, "02102", "l")),
            "jw00007-o002_t002_nircam_clear-f200w": members(science=nircam(2, "02101", "1234")),
            "jw00007-o002_t002_nircam_clear-f444w": members(science=nircam(2, "02101", "l")),
        },
    ),
    "NIRCAM Grism_Time_Series": Notebook(
        (("nircam_grism_series", {}),),
        alone("1 02101 1 nrcalong", "1 03101 1-seg001 nrcalong", "1 03101 1-seg002 nrcalong"),
        {
            "jw00007-o001_t001_nircam_f322w2-grismr-subgrism256": members(
                science=["1 03101 1-seg001 nrcalong", "1 03101 1-seg002 nrcalong"],
                target_acquisition=["1 02101 1 nrcalong"],
            )
        },
    ),
    "NIRCAM WFSS": Notebook(
        (("nircam_wfss", {}), ("nircam_wfss", {"target": "COSMOS", "module": "B"})),
        {**_GRISM_A[0], **_GRISM_B[0]},
        {**_GRISM_A[1], **_GRISM_B[1]},
    ),
    "NIRISS AMI": Notebook(
        (("niriss_ami", {"dithers": 2, "filters": ("F430M", "F480M")}),),
        alone(
            *(f"{one} 02101 1 nis" for one in (1, 2)),
            *(f"{one} 0310{a} {n} nis" for one in (1, 2) for a in (1, 2) for n in (1, 2)),
        ),
        {**fringes("03101"), **fringes("03102")},
    ),
    "NIRISS Imaging": Notebook(
        (
            ("niriss_image", {"pupils": ("F115W", "F200W"), "dithers": 2}),
            ("niriss_image", {"target": "M 33", "dithers": 2}),
        ),
        alone(
            *numbered("1 02101 # nis", (1, 2)),
            *numbered("1 02102 # nis", (1, 2)),
            *numbered("2 02101 # nis", (1, 2)),
        ),
        {
            "jw00007-o001_t001_niriss_clear-f115w": members(
                science=numbered("1 02101 # nis", (1, 2))
            ),
            "jw00007-o001_t001_niriss_clear-f200w": members(
                science=numbered("1 02102 # nis", (1, 2))
            ),
            "jw00007-o002_t002_niriss_clear-f150w": members(
                science=numbered("2 02101 # nis", (1, 2))
            ),
        },
    ),
    "NIRISS SOSS": Notebook(
        (("niriss_soss", {}),),
        alone("1 02101 1 nis", "1 04101 1-seg001 nis", "1 04101 1-seg002 nis"),
        {
            "jw00007-o001_t001_niriss_clear-gr700xd-substrip256": members(
                science=["1 04101 1-seg001 nis", "1 04101 1-seg002 nis"],
                target_acquisition=["1 02101 1 nis"],
            )
        },
    ),
    "NIRISS WFSS": Notebook(
        (
            ("niriss_wfss", {"pupils": ("F115W", "F200W"), "dithers": 1}),
            ("niriss_wfss", {"target": "MACS J0416", "dithers": 1}),
        ),
        {file: roles for level2, _ in _SLITLESS for file, roles in level2.items()},
        {name: roles for _, level3 in _SLITLESS for name, roles in level3.items()},
    ),
    "NIRSPEC BOTS": Notebook(
        (("nirspec_bright_object", {}),),
        alone("1 02101 1 nrs1", *(f"1 03101 1-seg00{n} {unit}" for n in (1, 2) for unit in _UNITS)),
        {
            "jw00007-o001_t001_nirspec_f290lp-g395h-s1600a1-sub2048": members(
                science=[f"1 03101 1-seg00{n} {unit}" for n in (1, 2) for unit in _UNITS],
                target_acquisition=["1 02101 1 nrs1"],
            )
        },
    ),
    "NIRSPEC FSlit": Notebook(
        (
            ("nirspec_slits", {"dispersers": ("G235H/F170LP", "G395M/F290LP"), "nods": 2}),
            ("nirspec_slit_wide", {"target": "HD 209458"}),
        ),
        {
            **alone("1 02101 1 nrs1", "2 02101 1 nrs1"),
            # The first two activities are those of one slit.
            **nodded(fixed("03101", "nrs1")),
            **nodded(fixed("03101", "nrs2")),
            **nodded(fixed("03102", "nrs1")),
            **nodded(fixed("03103", "nrs1")),
            **nodded(fixed("03103", "nrs2")),
            **nodded(fixed("03104", "nrs1")),
            **wide_nods("nrs1"),
            **wide_nods("nrs2"),
        },
        {
            **{
                _FIXED.format(elements, slit): members(
                    science=fixed(activity, *units), target_acquisition=["1 02101 1 nrs1"]
                )
                for activity, elements, units, slit in (
                    ("03101", "f170lp-g235h", _UNITS, 1),
                    ("03102", "f290lp-g395m", ("nrs1",), 1),
                    ("03103", "f170lp-g235h", _UNITS, 2),
                    ("03104", "f290lp-g395m", ("nrs1",), 2),
                )
            },
            "jw00007-o002_t002-{source_id}_nirspec_f170lp-g235h-{slit_name}-sub2048": members(
                science=[f"2 03101 {n} {unit}" for n in range(1, 6) for unit in _UNITS],
                target_acquisition=["2 02101 1 nrs1"],
            ),
        },
        # No light of a grating of medium resolution reaches the second detector.
        left=frozenset([*fixed("03102", "nrs2"), *fixed("03104", "nrs2")]),
    ),
    "NIRSPEC IFU, nodded": Notebook(
        (("nirspec_ifu_nod", {"pattern": "2-POINT-NOD", "imprints": "all"}),),
        ifu_nods("nrs1") | ifu_nods("nrs2") | alone("1 02101 1 nrs1"),
        {
            "jw00007-o001_t001_nirspec_g235h": members(
                science=[f"1 03101 {n} {unit}" for n in (1, 2) for unit in _UNITS],
                target_acquisition=["1 02101 1 nrs1"],
            )
        },
    ),
    "NIRSPEC IFU, dithered": Notebook(
        (("nirspec_ifu_background", {"pattern": "2-POINT-DITHER", "imprints": "all"}),),
        ifu_dithers("nrs1") | ifu_dithers("nrs2") | alone("1 02101 1 nrs1"),
        {
            "jw00007-c1000_t001_nirspec_g235h": members(
                science=[f"1 03101 {n} {unit}" for n in (1, 2) for unit in _UNITS],
                background=[f"2 02101 1 {unit}" for unit in _UNITS],
                target_acquisition=["1 02101 1 nrs1"],
            ),
            "jw00007-o002_t002_nirspec_g235h": members(
                science=[f"2 02101 1 {unit}" for unit in _UNITS]
            ),
        },
        # A sky is dithered as the source is, where it is associated with it at level 3.
        cells={"2": {"PATTTYPE": "2-POINT-DITHER"}},
    ),
    "NIRSPEC MOS": Notebook(
        (
            (
                "nirspec_msa",
                {"dispersers": ("G235M/F170LP", "G395M/F290LP"), "configurations": 2},
            ),
        ),
        {
            **alone(*(f"1 0210{a} 1 {unit}" for a in (1, 2) for unit in _UNITS)),
            **{
                file: roles
                for activity in _SHUTTERS
                for unit in _UNITS
                for file, roles in nodded(numbered(f"1 {activity} # {unit}", (1, 2, 3))).items()
            },
        },
        {
            f"jw00007-o001_{{source_id}}_nirspec_{elements}": members(
                science=[
                    f"1 {activity} {n} {unit}"
                    for activity in activities
                    for n in (1, 2, 3)
                    for unit in _UNITS
                ],
                target_acquisition=[f"1 0210{a} 1 {unit}" for a in (1, 2) for unit in _UNITS],
            )
            for elements, activities in (
                ("f170lp-g235m", ("03101", "03103")),
                ("f290lp-g395m", ("03102", "03104")),
            )
        },
    ),
}
