"""The calibration pipeline opens every member of what is made, from whatever working directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import chdir
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve import associate
from asnsolve.associations.association import Association
from asnsolve.from_files.member_paths import pipeline_of
from asnsolve.from_files.request import PathPolicy
from asnsolve.simulate import MODES, Program, simulate
from tests.conformance.reference import NEEDS_REFERENCE
from tests.pool.fits_files import stage_of_row, write_file

pytestmark = [
    NEEDS_REFERENCE,
    pytest.mark.usefixtures("pipeline_warnings"),
]

MODE_OF_PIPELINE = {
    "image2": ("miri_image_background", "rate"),
    "spec2": ("miri_mrs_background", "rate"),
    "image3": ("miri_image", "cal"),
    "spec3": ("miri_mrs", "cal"),
    "tso3": ("nircam_image_series", "cal"),
    "coron3": ("miri_4qpm", "cal"),
    "ami3": ("niriss_ami", "cal"),
    "wfs-image3": ("nircam_wavefront", "cal"),
}
"""A mode that has associations for each pipeline, and the stage that it begins with."""


def write_model(row: dict[str, str], path: Path) -> None:
    """Write a tiny file that the pipeline opens, with the header of an exposure."""
    models = import_module("stdatamodels.jwst.datamodels")
    shape = (2, 4, 4) if path.stem.endswith("ints") else (4, 4)
    with (models.CubeModel if len(shape) == 3 else models.ImageModel)(shape) as model:
        model.save(str(path))
    header = fits.getheader(write_file(row, path.with_name("header.fits")))
    with fits.open(path, mode="update") as written:
        written[0].header.update(header)
        written[0].header["FILENAME"] = path.name
    path.with_name("header.fits").unlink()


def write_mode(pipeline: str, folder: Path) -> None:
    mode, stage = MODE_OF_PIPELINE[pipeline]
    folder.mkdir()
    for row in simulate([Program(number=7, plans=(MODES[mode].plan(),))]):
        name = row["FILENAME"].replace("uncal", stage_of_row(row, stage))
        write_model(dict(row), folder / name)


@cache
def steps() -> dict[str, Any]:
    pipelines = import_module("jwst.pipeline")
    return {
        "image2": pipelines.Image2Pipeline,
        "spec2": pipelines.Spec2Pipeline,
        "image3": pipelines.Image3Pipeline,
        "spec3": pipelines.Spec3Pipeline,
        "tso3": pipelines.Tso3Pipeline,
        "coron3": pipelines.Coron3Pipeline,
        "ami3": pipelines.Ami3Pipeline,
        "wfs-image3": import_module("jwst.wfs_combine").WfsCombineStep,
    }


def opened_one_by_one(step: Any, loaded: Any) -> Iterator[str]:
    for product in loaded["products"]:
        for member in product["members"]:
            with step.prepare_output(member["expname"]) as model:
                yield model.meta.filename


def opened_image2(step: Any, path: str) -> Iterator[str]:
    loader = import_module("jwst.associations.load_as_asn").LoadAsLevel2Asn
    yield from opened_one_by_one(step, loader.load(path))


def opened_level2(step: Any, path: str) -> Iterator[str]:
    yield from opened_one_by_one(step, step.load_as_level2_asn(path))


def opened_level3(step: Any, path: str) -> Iterator[str]:
    yield from opened_one_by_one(step, step.load_as_level3_asn(path))


def opened_library(step: Any, path: str) -> Iterator[str]:
    library = step._load_input_as_library(path)
    with library:
        for model in library:
            yield model.meta.filename
            library.shelve(model, modify=False)


def opened_container(step: Any, path: str) -> Iterator[str]:
    with step.prepare_output(path, asn_exptypes=["science", "background", "psf"]) as container:
        yield from (model.meta.filename for model in container)


OPENED: dict[str, Callable[[Any, str], Iterator[str]]] = {
    "image2": opened_image2,
    "spec2": opened_level2,
    "image3": opened_library,
    "spec3": opened_container,
    "tso3": opened_container,
    "coron3": opened_container,
    "ami3": opened_level3,
    "wfs-image3": opened_level3,
}
"""How each pipeline opens the members of an association, given its file."""


def opened(association: Association, path: Path, working_directory: Path) -> set[str]:
    """Let the pipeline of an association open its members; return the names of their files."""
    pipeline = pipeline_of(association.asn_type)
    step = steps()[pipeline]()
    with chdir(working_directory):
        step.set_primary_input(str(path))
        return set(OPENED[pipeline](step, str(path)))


def science_of(association: Association) -> set[str]:
    # Pipelines of level 3 leave out acquisitions.
    return {
        Path(member.expname).name
        for member in association.members
        if member.exptype in ("science", "background", "psf")
    }


@pytest.mark.parametrize("places", ["asn", "beside", "in the directory of the data"])
@pytest.mark.parametrize("pipeline", MODE_OF_PIPELINE)
def test_members_are_found_from_anywhere(pipeline: str, places: str, tmp_path: Path) -> None:
    write_mode(pipeline, tmp_path / "data")
    (tmp_path / "quite" / "elsewhere").mkdir(parents=True)
    level = int(pipeline[-1])
    with chdir(tmp_path):
        match places:
            case "asn":
                found = associate("data", level, out="asn")
            case "beside":
                found = associate("data", level, beside=True)
            case _:
                found = associate("data", level, out="data")
    # Level 3 has no rule for the backgrounds of coronagraphy; nothing else is worth a note.
    assert [note for note in found.notes if "no rule of this level uses" not in note.what] == []
    pairs = [
        (one, tmp_path / path)
        for one, path in zip(found.associations, found.written, strict=True)
        if pipeline_of(one.asn_type) == pipeline
    ]
    # One association with many roles stands for all.
    association, path = max(pairs, key=lambda pair: len({m.exptype for m in pair[0].members}))
    assert path.parent == tmp_path / ("asn" if places == "asn" else "data")
    assert opened(association, path, tmp_path / "quite" / "elsewhere") >= science_of(association)


@pytest.mark.parametrize("policy", ["name", "relative"])
@pytest.mark.parametrize("pipeline", MODE_OF_PIPELINE)
def test_a_note_tells_what_is_not_found(pipeline: str, policy: PathPolicy, tmp_path: Path) -> None:
    """There is a note where the pipeline fails alone, and it says where the pipeline succeeds."""
    write_mode(pipeline, tmp_path / "data")
    (tmp_path / "quite" / "elsewhere").mkdir(parents=True)
    with chdir(tmp_path):
        found = associate("data", int(pipeline[-1]), out="asn", paths=policy)
    association, path = next(
        (one, tmp_path / path)
        for one, path in zip(found.associations, found.written, strict=True)
        if pipeline_of(one.asn_type) == pipeline
    )
    notes = [str(note) for note in found.notes if f"calwebb_{pipeline}" in str(note)]
    if not notes:
        assert opened(association, path, tmp_path / "quite" / "elsewhere") >= science_of(
            association
        )
        return
    with pytest.raises(OSError, match="No such file"):
        opened(association, path, tmp_path / "quite" / "elsewhere")
    if policy == "relative":
        assert "only in the working directory asn" in notes[0]
        assert opened(association, path, tmp_path / "asn") >= science_of(association)
