"""Each science exposure with a PSF reference of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from asnsolve import Pool, associate
from asnsolve.associations.association import Association
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.psf_pairs import paired, unpaired
from tests.from_files.small import association, member
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


def inputs_of(**dithers: str) -> Inputs:
    rows = {name: {"patt_num": dither} for name, dither in dithers.items()}
    plain = {"program": "7", "exp_type": "x", "asn_candidate": "[]"}
    pool = Pool([{"filename": f"{name}_uncal.fits"} | plain for name in rows])
    return Inputs(pool, {}, {}, rows, {}, ())


def combined(*members: str, **fields: Any) -> Association:
    """Return an association; members whose names begin with p are references, others science."""
    roles = [member(f"{m}_cal.fits", "psf" if m.startswith("p") else "science") for m in members]
    return replace(
        association(*roles, file="jw00007-o001_ami3_00003_asn.json", asn_type="ami3"), **fields
    )


def test_only_single_products_of_level_3_with_references_are_divided() -> None:
    inputs = inputs_of(a="1", b="2", p="1")
    whole = combined("a", "b", "p")
    several = replace(whole, products=whole.products * 2)
    for one in (replace(whole, level=2), several, combined("a", "b")):
        assert paired([one], inputs) == [one]
    first, second = paired([whole], inputs)
    assert [one.file_name[-14:-9] for one in (first, second)] == ["00001", "00002"]
    assert [dict(one.signature) for one in (first, second)] == [{"dither": "1"}, {"dither": "2"}]
    # A single pair keeps its number.
    assert paired([combined("a", "p")], inputs)[0].file_name == whole.file_name


@pytest.mark.parametrize(
    ("dithers", "pairs"),
    [
        ({"a": "1", "b": "2", "p1": "2", "p2": "1"}, ["p2", "p1"]),
        # If two references have its number, it is unknown which one belongs to it.
        ({"a": "1", "b": "2", "p1": "2", "p2": "2", "p3": "9"}, ["p1", "p2"]),
        # Exposures without a number have no number in common.
        ({"a": "1", "b": "", "p1": "", "p2": "1"}, ["p2", "p2"]),
        ({"a": "", "b": "", "p1": "7", "p2": ""}, ["p1", "p2"]),
    ],
)
def test_references_are_chosen_by_dither(dithers: dict[str, str], pairs: list[str]) -> None:
    found = paired([combined(*dithers)], inputs_of(**dithers))
    assert [[m.exposure for m in one.members] for one in found] == [
        ["a", pairs[0]],
        ["b", pairs[1]],
    ]


@pytest.mark.parametrize(
    ("members", "noted"),
    [
        (("a", "p"), False),
        (("a",), False),
        (("a", "b"), False),
        (("a", "b", "p"), True),
        (("a", "p1", "p2"), True),
        (("a", "b", "p1", "p2"), True),
    ],
)
def test_what_the_pipeline_would_pair_is_noted(members: tuple[str, ...], noted: bool) -> None:
    one = combined(*members)
    references = sum(name.startswith("p") for name in members)
    assert [str(note) for note in unpaired([one, replace(one, asn_type="coron3")])] == [
        f"{one.file_name}: {len(members) - references} science and {references} psf members: "
        "calwebb_ami3 takes them in pairs, in this order, and keeps the result of the last pair "
        "alone. Use --apart pair (in Python apart='pair') to make one association per pair."
    ] * noted
