"""Each science exposure with a PSF reference of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve import associate
from tests.pool.fits_files import write_file

AMI = {
    "INSTRUME": "NIRISS",
    "DETECTOR": "NIS",
    "EXP_TYPE": "NIS_AMI",
    "FILTER": "F480M",
    "PUPIL": "NRM",
    "SUBARRAY": "SUB80",
    "PROGRAM": "7",
}


def exposures(folder: Path, observation: int, dithers: list[int], **cells: str) -> None:
    folder.mkdir(exist_ok=True)
    for number, dither in enumerate(dithers, start=1):
        name = f"jw00007{observation:03d}001_03101_{number:05d}_nis_calints.fits"
        row = {**AMI, "OBS_NUM": str(observation), "PATT_NUM": str(dither), **cells}
        write_file(row, folder / name)


@pytest.mark.parametrize(
    ("science", "references", "pairs"),
    [
        ([1, 2], [1, 2], [(1, 1), (2, 2)]),
        # The number in the dither pattern counts more than the order.
        ([1, 2], [2, 1], [(1, 2), (2, 1)]),
        # Otherwise the first goes with the first, and after the last comes the first again.
        ([1, 2, 3], [7, 8], [(1, 1), (2, 2), (3, 1)]),
        ([1], [7, 8], [(1, 1)]),
    ],
)
def test_pairs(
    tmp_path: Path, science: list[int], references: list[int], pairs: list[tuple[int, int]]
) -> None:
    exposures(tmp_path, 1, science, TARGPROP="STAR")
    exposures(tmp_path, 2, references, TARGPROP="REF", IS_PSF="T")
    found = associate(tmp_path, 3, apart="pair", out=tmp_path / "asn")
    told = [
        tuple(int(member.exposure[20:25]) for member in one.members) for one in found.associations
    ]
    assert told == pairs
    assert {one.members[1].exptype for one in found.associations} == {"psf"}
    names = {one.products[0].name for one in found.associations}
    assert len(names) == len(pairs) == len(set(found.written))
    assert not any("calwebb_ami3" in note.what for note in found.notes)


def test_a_reference_more_than_science_says_that_pairs_are_complete(tmp_path: Path) -> None:
    exposures(tmp_path, 1, [1], TARGPROP="STAR")
    exposures(tmp_path / "psfs", 2, [7, 8], TARGPROP="REF")
    found = associate(tmp_path.glob("*.fits"), 3, psfs=tmp_path / "psfs", apart="pair")
    (problem,) = found.problems
    assert problem.location.file == str(
        tmp_path / "psfs" / "jw00007002001_03101_00002_nis_calints.fits"
    )
    assert problem.advice == "Each science exposure has one PSF reference already (--apart pair)."


def test_members_that_the_pipeline_would_pair_are_noted(tmp_path: Path) -> None:
    exposures(tmp_path, 1, [1, 2], TARGPROP="STAR")
    exposures(tmp_path, 2, [1], TARGPROP="REF", IS_PSF="T")
    (note,) = associate(tmp_path, 3).notes
    assert note.what.startswith("2 science and 1 psf members: calwebb_ami3 takes them in pairs")


def test_associations_without_references_stay(tmp_path: Path) -> None:
    exposures(tmp_path, 1, [1, 2], TARGPROP="STAR")
    assert associate(tmp_path, 3, apart="pair") == associate(tmp_path, 3)
