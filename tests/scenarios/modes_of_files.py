"""What is expected of the files of each mode: written by hand, from what the modes are.

A file is named by observation, activity, exposure (with its segment) and detector. A product has
its members by role, in no order. Exposures that find the target are calibrated as
images by themselves, which `alone` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

__all__ = ["EXPECTED", "Case", "Members"]

Members = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Case:
    """Files of a mode, and what is to be made of them.

    Parameters
    ----------
    mode : str
        Mode that is simulated.
    options : mapping of str to object
        Its options.
    level2 : mapping of str to Members
        Members by role, by the science exposure whose product it is.
    level3 : mapping of str to Members
        Members by role, by the product.
    left2, left3 : frozenset of str
        Files in no association.
    """

    mode: str
    options: Mapping[str, object]
    level2: Mapping[str, Members]
    level3: Mapping[str, Members]
    left2: frozenset[str] = frozenset()
    left3: frozenset[str] = frozenset()


def members(**roles: Iterable[str]) -> Members:
    return {role: frozenset(files) for role, files in roles.items()}


def alone(*files: str) -> dict[str, Members]:
    return {file: members(science=[file]) for file in files}


NIRCAM = [f"1 02101 {n} nrcb{d}" for n in (1, 2) for d in ("1", "2", "3", "4", "long")]

IFU = {unit: [f"1 03101 {n} {unit}" for n in (1, 2, 3, 4)] for unit in ("nrs1", "nrs2")}
MOS = {unit: [f"1 03101 {n} {unit}" for n in (1, 2, 3)] for unit in ("nrs1", "nrs2")}
IMAGE = "jw00007-o001_t001_niriss_clear-f150w"

EXPECTED: Mapping[str, Case] = {
    "nircam-imaging": Case(
        "nircam_image",
        {},
        alone(*NIRCAM),
        {
            "jw00007-o001_t001_nircam_clear-f200w": members(
                science=[file for file in NIRCAM if "long" not in file]
            ),
            "jw00007-o001_t001_nircam_clear-f444w": members(
                science=["1 02101 1 nrcblong", "1 02101 2 nrcblong"]
            ),
        },
    ),
    "miri-imaging": Case(
        "miri_image_background",
        {"dithers": 2},
        {
            "1 02101 1 mirimage": members(
                science=["1 02101 1 mirimage"],
                background=["2 02101 1 mirimage", "2 02101 2 mirimage"],
            ),
            "1 02101 2 mirimage": members(
                science=["1 02101 2 mirimage"],
                background=["2 02101 1 mirimage", "2 02101 2 mirimage"],
            ),
            **alone("2 02101 1 mirimage", "2 02101 2 mirimage"),
        },
        {
            "jw00007-o001_t001_miri_f770w": members(
                science=["1 02101 1 mirimage", "1 02101 2 mirimage"]
            ),
            "jw00007-o002_t002_miri_f770w": members(
                science=["2 02101 1 mirimage", "2 02101 2 mirimage"]
            ),
        },
    ),
    "miri-mrs": Case(
        "miri_mrs_background",
        {"dithers": 2},
        {
            f"1 03101 {n} {unit}": members(
                science=[f"1 03101 {n} {unit}"],
                background=[f"2 02101 1 {unit}", f"2 02101 2 {unit}"],
            )
            for n in (1, 2)
            for unit in ("mirifulong", "mirifushort")
        }
        | alone(
            "1 02101 1 mirimage",
            "2 02101 1 mirifulong",
            "2 02101 1 mirifushort",
            "2 02101 2 mirifulong",
            "2 02101 2 mirifushort",
        ),
        {
            "jw00007-c1000_t001_miri": members(
                science=[
                    "1 03101 1 mirifulong",
                    "1 03101 1 mirifushort",
                    "1 03101 2 mirifulong",
                    "1 03101 2 mirifushort",
                ],
                background=[
                    "2 02101 1 mirifulong",
                    "2 02101 1 mirifushort",
                    "2 02101 2 mirifulong",
                    "2 02101 2 mirifushort",
                ],
                target_acquisition=["1 02101 1 mirimage"],
            ),
            "jw00007-o002_t002_miri": members(
                science=[
                    "2 02101 1 mirifulong",
                    "2 02101 1 mirifushort",
                    "2 02101 2 mirifulong",
                    "2 02101 2 mirifushort",
                ]
            ),
        },
    ),
    "miri-lrs-slit": Case(
        "miri_lrs_slit",
        {},
        {
            **alone("1 02101 1 mirimage", "1 02102 1 mirimage"),
            "1 03101 1 mirimage": members(
                science=["1 03101 1 mirimage"],
                background=["1 03101 2 mirimage"],
                target_acquisition=["1 02102 1 mirimage"],
            ),
            "1 03101 2 mirimage": members(
                science=["1 03101 2 mirimage"],
                background=["1 03101 1 mirimage"],
                target_acquisition=["1 02102 1 mirimage"],
            ),
        },
        {
            "jw00007-o001_t001_miri_p750l": members(
                science=["1 03101 1 mirimage", "1 03101 2 mirimage"],
                background=["1 03101 1 mirimage", "1 03101 2 mirimage"],
                target_acquisition=["1 02101 1 mirimage", "1 02102 1 mirimage"],
            )
        },
    ),
    "miri-lrs-slitless": Case(
        "miri_lrs_slitless",
        {},
        {
            **alone("1 02101 1 mirimage", "1 02102 1 mirimage"),
            "1 03101 1-seg001 mirimage": members(
                science=["1 03101 1-seg001 mirimage"], target_acquisition=["1 02102 1 mirimage"]
            ),
            "1 03101 1-seg002 mirimage": members(
                science=["1 03101 1-seg002 mirimage"], target_acquisition=["1 02102 1 mirimage"]
            ),
        },
        {
            "jw00007-o001_t001_miri_p750l-slitlessprism": members(
                science=["1 03101 1-seg001 mirimage", "1 03101 1-seg002 mirimage"],
                target_acquisition=["1 02101 1 mirimage", "1 02102 1 mirimage"],
            )
        },
    ),
    "nirspec-fs": Case(
        "nirspec_slit",
        {},
        {
            **alone("1 02101 1 nrs1"),
            "1 03101 1 nrs1": members(science=["1 03101 1 nrs1"], background=["1 03101 2 nrs1"]),
            "1 03101 2 nrs1": members(science=["1 03101 2 nrs1"], background=["1 03101 1 nrs1"]),
            "1 03101 1 nrs2": members(science=["1 03101 1 nrs2"], background=["1 03101 2 nrs2"]),
            "1 03101 2 nrs2": members(science=["1 03101 2 nrs2"], background=["1 03101 1 nrs2"]),
        },
        {
            "jw00007-o001_t001-{source_id}_nirspec_f170lp-g235h-{slit_name}-subs200a1": members(
                science=["1 03101 1 nrs1", "1 03101 1 nrs2", "1 03101 2 nrs1", "1 03101 2 nrs2"],
                target_acquisition=["1 02101 1 nrs1"],
            )
        },
    ),
    "nirspec-mos": Case(
        "nirspec_msa",
        {},
        {
            **alone("1 02101 1 nrs1", "1 02101 1 nrs2", "1 02102 1 nrs1", "1 02102 1 nrs2"),
            **{
                file: members(science=[file], background=[one for one in nods if one != file])
                for nods in MOS.values()
                for file in nods
            },
        },
        {
            "jw00007-o001_{source_id}_nirspec_clear-prism": members(
                science=[*MOS["nrs1"], *MOS["nrs2"]],
                target_acquisition=[
                    "1 02101 1 nrs1",
                    "1 02101 1 nrs2",
                    "1 02102 1 nrs1",
                    "1 02102 1 nrs2",
                ],
            )
        },
    ),
    "nirspec-ifu": Case(
        "nirspec_ifu_nod",
        {},
        {
            **alone("1 02101 1 nrs1", "1 03102 1 nrs1", "1 03102 1 nrs2"),
            **{
                file: members(
                    science=[file],
                    background=[one for one in nods if one != file],
                    imprint=[f"1 03102 1 {unit}"],
                )
                for unit, nods in IFU.items()
                for file in nods
            },
        },
        {
            "jw00007-o001_t001_nirspec_g235h": members(
                science=[*IFU["nrs1"], *IFU["nrs2"]], target_acquisition=["1 02101 1 nrs1"]
            )
        },
    ),
    "nirspec-bots": Case(
        "nirspec_bright_object",
        {},
        alone(
            "1 02101 1 nrs1",
            "1 03101 1-seg001 nrs1",
            "1 03101 1-seg001 nrs2",
            "1 03101 1-seg002 nrs1",
            "1 03101 1-seg002 nrs2",
        ),
        {
            "jw00007-o001_t001_nirspec_f290lp-g395h-s1600a1-sub2048": members(
                science=[
                    "1 03101 1-seg001 nrs1",
                    "1 03101 1-seg001 nrs2",
                    "1 03101 1-seg002 nrs1",
                    "1 03101 1-seg002 nrs2",
                ],
                target_acquisition=["1 02101 1 nrs1"],
            )
        },
    ),
    "niriss-soss": Case(
        "niriss_soss",
        {},
        alone("1 02101 1 nis", "1 04101 1-seg001 nis", "1 04101 1-seg002 nis"),
        {
            "jw00007-o001_t001_niriss_clear-gr700xd-substrip256": members(
                science=["1 04101 1-seg001 nis", "1 04101 1-seg002 nis"],
                target_acquisition=["1 02101 1 nis"],
            )
        },
        left2=frozenset({"1 04102 1-seg001 nis"}),
        left3=frozenset({"1 04102 1-seg001 nis"}),
    ),
    "niriss-wfss": Case(
        "niriss_wfss",
        {},
        {
            **alone("1 02101 1 nis", "1 02103 1 nis", "1 02105 1 nis"),
            **{
                file: members(
                    science=[file],
                    direct_image=[f"{IMAGE}_i2d.fits"],
                    segmap=[f"{IMAGE}_segm.fits"],
                    sourcecat=[f"{IMAGE}_cat.ecsv"],
                )
                for file in ("1 02102 1 nis", "1 02102 2 nis", "1 02104 1 nis", "1 02104 2 nis")
            },
        },
        {
            IMAGE: members(science=["1 02101 1 nis", "1 02103 1 nis", "1 02105 1 nis"]),
            "jw00007-o001_t001_niriss_f150w-gr150r": members(
                science=["1 02102 1 nis", "1 02102 2 nis"]
            ),
            "jw00007-o001_t001_niriss_f150w-gr150c": members(
                science=["1 02104 1 nis", "1 02104 2 nis"]
            ),
        },
    ),
    "niriss-ami": Case(
        "niriss_ami",
        {},
        alone("1 02101 1 nis", "1 03101 1 nis", "2 02101 1 nis", "2 03101 1 nis"),
        {
            "jw00007-c1001_t001_niriss_f430m-nrm-sub80": members(
                science=["1 03101 1 nis"],
                psf=["2 03101 1 nis"],
                target_acquisition=["1 02101 1 nis", "2 02101 1 nis"],
            )
        },
    ),
    "nircam-coronagraphy": Case(
        "nircam_coron",
        {"psf_dithers": 3},
        alone(
            *(f"{obs} {act} 1 nrcalong" for obs in (1, 2, 3) for act in ("02101", "02102")),
            *("1 03101 1 nrcalong", "2 03101 1 nrcalong"),
            *(f"3 03101 {n} nrcalong" for n in (1, 2, 3)),
        ),
        {
            "jw00007-c1001_t001_nircam_f335m-maskrnd-sub320a335r": members(
                science=["1 03101 1 nrcalong", "2 03101 1 nrcalong"],
                psf=[f"3 03101 {n} nrcalong" for n in (1, 2, 3)],
                target_acquisition=[
                    f"{obs} {act} 1 nrcalong" for obs in (1, 2, 3) for act in ("02101", "02102")
                ],
            )
        },
    ),
    "miri-coronagraphy": Case(
        "miri_4qpm",
        {"psf_dithers": 3},
        {
            **alone("1 02101 1 mirimage", "2 02101 1 mirimage", "3 02101 1 mirimage"),
            **alone("4 02101 1 mirimage", "5 02101 1 mirimage"),
            **{
                f"{obs} 03101 1 mirimage": members(
                    science=[f"{obs} 03101 1 mirimage"], background=["4 02101 1 mirimage"]
                )
                for obs in (1, 2)
            },
            **{
                f"3 03101 {n} mirimage": members(
                    science=[f"3 03101 {n} mirimage"], background=["5 02101 1 mirimage"]
                )
                for n in (1, 2, 3)
            },
        },
        {
            "jw00007-c1001_t001_miri_f1550c-mask1550": members(
                science=["1 03101 1 mirimage", "2 03101 1 mirimage"],
                psf=[f"3 03101 {n} mirimage" for n in (1, 2, 3)],
                target_acquisition=[f"{obs} 02101 1 mirimage" for obs in (1, 2, 3)],
            )
        },
    ),
}
