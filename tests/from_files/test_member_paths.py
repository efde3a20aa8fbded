"""Paths of members follow a policy."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path
from typing import Literal

import pytest

from asnsolve.from_files.member_paths import (
    association_directory,
    path_notes,
    path_text,
    pipeline_of,
    with_path_policy,
)
from asnsolve.from_files.request import PathPolicy
from tests.from_files.small import association, derived, member


@pytest.mark.parametrize(
    ("file", "way", "text"),
    [
        ("cal/a_cal.fits", "name", "a_cal.fits"),
        ("cal/a_cal.fits", "relative", "../cal/a_cal.fits"),
        ("asn/a_cal.fits", "relative", "a_cal.fits"),
        ("cal/../a_cal.fits", "absolute", "{here}/a_cal.fits"),
        ("/b/a_cal.fits", "absolute", "/b/a_cal.fits"),
    ],
)
def test_paths_are_written(
    file: str,
    way: Literal["name", "relative", "absolute"],
    text: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert path_text(file, way, Path("asn")) == text.format(here=tmp_path)


def test_a_link_keeps_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "a_cal.fits").symlink_to("b_rate.fits")
    link = str(tmp_path / "a_cal.fits")
    assert path_text(link, "absolute", tmp_path) == link


def test_derived_members_stay_as_they_are() -> None:
    given = association(member("cal/a_cal.fits"), derived("x/y_cat.ecsv", "sourcecat"))
    written = with_path_policy(given, "name", Path())
    assert [one.expname for one in written.members] == ["a_cal.fits", "x/y_cat.ecsv"]
    assert [one.exposure for one in written.members] == ["a", ""]
    assert written.products[0].name == given.products[0].name


@pytest.mark.parametrize(
    ("asn_type", "pipeline"),
    [
        ("image2", "image2"),
        ("tso-image2", "image2"),
        ("nrslamp-spec2", "spec2"),
        ("coron3", "coron3"),
        ("wfs-image3", "wfs-image3"),
        ("wfs-image2", "image2"),
        ("tso3", "tso3"),
        ("my-tso3", "tso3"),
    ],
)
def test_the_type_tells_the_pipeline(asn_type: str, pipeline: str) -> None:
    assert pipeline_of(asn_type) == pipeline


@pytest.mark.parametrize(
    ("files", "asn_type", "directory", "names"),
    [
        (("d/a_cal.fits", "d/b_cal.fits"), "image3", "d", ["a_cal.fits", "b_cal.fits"]),
        (("d/a_cal.fits", "e/b_cal.fits"), "image3", "d", ["{}/d/a_cal.fits", "{}/e/b_cal.fits"]),
        (("d/a_cal.fits",), "image3", "asn", ["{}/d/a_cal.fits"]),
        (("d/a_rate.fits",), "spec2", "{}/d", ["a_rate.fits"]),
        # calwebb_image2 looks for a bare name in the working directory.
        (("d/a_rate.fits",), "image2", "d", ["{}/d/a_rate.fits"]),
        (("d/a_rateints.fits",), "tso-image2", "d", ["{}/d/a_rateints.fits"]),
    ],
)
def test_every_pipeline_finds_the_names_of_the_default(
    files: tuple[str, ...], asn_type: str, directory: str, names: list[str], tmp_path: Path
) -> None:
    given = association(*map(member, files), asn_type=asn_type)
    with chdir(tmp_path):
        written = with_path_policy(given, "auto", Path(directory.format(tmp_path)))
    assert [one.expname for one in written.members] == [name.format(tmp_path) for name in names]


def test_an_association_goes_beside_its_science() -> None:
    given = association(
        derived("x_cat.ecsv", "sourcecat"), member("d/a_rate.fits"), member("e/b_rate.fits")
    )
    assert association_directory(given, Path("asn"), beside=False) == Path("asn")
    assert association_directory(given, Path("asn"), beside=True) == Path("d")


@pytest.mark.parametrize(
    ("policy", "file", "asn_type", "notes"),
    [
        ("auto", "d/a.fits", "image2", []),
        ("absolute", "d/a.fits", "image2", []),
        ("name", "asn/a.fits", "spec3", []),
        (
            "name",
            "d/a.fits",
            "spec3",
            [
                "asn: calwebb_spec3 will not find members that are in other directories. "
                "Move the association files beside the members."
            ],
        ),
        (
            "name",
            "asn/a.fits",
            "image2",
            [
                "asn: calwebb_image2 will find the members only in the working directory asn. "
                "Run the pipeline there."
            ],
        ),
        (
            "name",
            "d/a.fits",
            "image2",
            [
                "asn: calwebb_image2 will not find members that are in other directories. "
                "Move the association files beside the members."
            ],
        ),
        *(("relative", "d/a.fits", f"{kind}3", []) for kind in ("image", "spec", "tso", "coron")),
        ("relative", "asn/a.fits", "ami3", []),
        (
            "relative",
            "d/a.fits",
            "ami3",
            [
                "asn: calwebb_ami3 will find the members only in the working directory asn. "
                "Run the pipeline there."
            ],
        ),
    ],
)
def test_members_that_will_not_be_found_are_told(
    policy: PathPolicy, file: str, asn_type: str, notes: list[str]
) -> None:
    given = association(member(file), asn_type=asn_type)
    assert [str(note) for note in path_notes([given], policy, [Path("asn")])] == notes


def test_each_directory_has_its_notes() -> None:
    given = [association(member(f"{folder}/a.fits"), asn_type="image2") for folder in "de"]
    assert [str(note) for note in path_notes(given, "name", [Path("d"), Path("asn")])] == [
        "d: calwebb_image2 will find the members only in the working directory d. "
        "Run the pipeline there.",
        "asn: calwebb_image2 will not find members that are in other directories. "
        "Move the association files beside the members.",
    ]
    # In a path relative to the association, a member beside it has a bare name.
    assert [str(note) for note in path_notes(given[:1], "relative", [Path("d")])] == [
        "d: calwebb_image2 will find the members only in the working directory d. "
        "Run the pipeline there."
    ]


def test_members_without_a_file_at_hand_stay_and_are_not_missed() -> None:
    given = association(member("d/a_cal.fits"), member("e/b_cal.fits", "background"))
    written = with_path_policy(given, "auto", Path("d"), absent={"b"})
    assert [one.expname for one in written.members] == ["a_cal.fits", "e/b_cal.fits"]
    assert list(path_notes([given], "name", [Path("d")], absent={"b"})) == []
    assert len(list(path_notes([given], "name", [Path("d")]))) == 1
    # Files that the pipeline makes may be anywhere.
    made = association(member("d/a_cal.fits"), derived("x/y_cat.ecsv", "catalog"))
    assert list(path_notes([made], "name", [Path("d")])) == []


def test_maps_are_looked_for_where_the_pipeline_runs() -> None:
    given = association(member("d/a.fits"), derived("x_segm.fits", "segmap"))
    (note,) = path_notes([given], "auto", [Path("asn")])
    assert note.what == "calwebb_spec2 opens segmentation maps by name in the working directory"


def test_catalogs_are_looked_for_where_the_pipeline_runs() -> None:
    given = association(
        member("d/a.fits"),
        derived("x_cat.ecsv", "sourcecat"),
        derived("x_i2d.fits", "direct_image"),
    )
    (note,) = path_notes([given], "auto", [Path("asn")])
    assert str(note) == (
        "calwebb_spec2 opens catalogs and direct images by name in the working directory. "
        "Run it in the directory that has them."
    )


@pytest.mark.parametrize(
    ("policy", "directory", "name"),
    [
        ("auto", "d", "x_cat.ecsv"),
        ("auto", "asn", "{}/d/x_cat.ecsv"),
        ("name", "asn", "x_cat.ecsv"),
        ("relative", "asn", "../d/x_cat.ecsv"),
        ("absolute", "d", "{}/d/x_cat.ecsv"),
    ],
)
def test_products_of_the_user_are_files(
    policy: PathPolicy, directory: str, name: str, tmp_path: Path
) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "x_cat.ecsv").touch()
    with chdir(tmp_path):
        given = association(derived("d/x_cat.ecsv", "sourcecat"), derived("d/y.ecsv", "segmap"))
        written = with_path_policy(given, policy, Path(directory))
    assert [m.expname for m in written.members] == [name.format(tmp_path), "d/y.ecsv"]
