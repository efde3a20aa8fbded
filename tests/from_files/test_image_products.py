"""Direct images, catalogs and segmentation maps at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve import associate
from asnsolve.from_files.request import Request
from asnsolve.from_files.solved_request import Associated
from asnsolve.from_files.tweakreg_catalogs import with_tweakreg_catalogs
from asnsolve.plans.associations_of_plan import write_associations
from asnsolve.plans.plan_files import make_plan
from tests.from_files.small import association, files_of, member
from tests.from_files.small import derived as derived_member
from tests.pool.fits_files import write_file

MODES = ("niriss_wfss", "nircam_wfss", "miri_wfss")
IMAGE = {
    "INSTRUME": "NIRISS",
    "EXP_TYPE": "NIS_IMAGE",
    "FILTER": "CLEAR",
    "PROGRAM": "7",
    "OBS_NUM": "1",
}


def grisms(folder: Path, mode: str = "niriss_wfss", *, images: bool = False) -> list[Path]:
    """Write the slitless spectra of a mode, without their direct images."""
    files = files_of(mode, folder, "rate")
    kept = [f for f in files if images or fits.getval(f, "EXP_TYPE").endswith("WFSS")]
    for file in {*files} - {*kept}:
        file.unlink()
    return kept


def products(folder: Path, root: str, **cells: str) -> Path:
    """Write an image with its catalog and segmentation map, and return the image."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{root}_cat.ecsv").touch()
    for ending in ("segm", "i2d"):
        write_file({**IMAGE, **cells}, folder / f"{root}_{ending}.fits")
    return folder / f"{root}_i2d.fits"


def derived(found: Associated) -> set[tuple[str, ...]]:
    """Return the image, the map and the catalog of each spectrum."""
    return {
        tuple(
            Path(member.expname).name
            for role in ("direct_image", "segmap", "sourcecat")
            for member in one.members
            if member.exptype == role
        )
        for one in found.associations
        if one.asn_type == "spec2"
    }


@pytest.mark.parametrize("mode", MODES)
def test_spectra_alone_have_the_image_that_is_given(tmp_path: Path, mode: str) -> None:
    files = grisms(tmp_path / "rate", mode)
    image = products(tmp_path, "mine", INSTRUME=fits.getval(files[0], "INSTRUME"))
    found = associate(files, 2, direct_images=image)
    assert derived(found) == {("mine_i2d.fits", "mine_segm.fits", "mine_cat.ecsv")}
    science = [one.members[0].exposure for one in found.associations]
    assert science == [file.name.removesuffix("_rate.fits") for file in files]
    assert (found.problems, found.leftover) == ((), ())
    numbers = [one.file_name[-14:-9] for one in found.associations]
    assert numbers == [f"{number:05d}" for number in range(1, len(files) + 1)]


def test_without_an_image_there_is_no_spectrum(tmp_path: Path) -> None:
    found = associate(grisms(tmp_path), 2)
    assert (found.associations, bool(found.leftover)) == ((), True)


def test_parallels_have_the_image_that_is_given(tmp_path: Path) -> None:
    """They have no target, so that nothing else ties them to an image."""
    files = grisms(tmp_path / "rate", "niriss_wfss_parallel")
    found = associate(files, 2, direct_images=products(tmp_path, "mine"))
    assert derived(found) == {("mine_i2d.fits", "mine_segm.fits", "mine_cat.ecsv")}
    assert found.leftover == ()


def test_what_is_given_takes_the_place_of_what_level_3_will_make(tmp_path: Path) -> None:
    files = grisms(tmp_path / "rate", images=True)
    plain = associate(files, 2)
    catalog = tmp_path / "stars.ecsv"
    catalog.touch()
    found = associate(files, 2, catalogs=catalog)
    assert {three[2] for three in derived(found)} == {"stars.ecsv"}
    assert {three[:2] for three in derived(found)} == {three[:2] for three in derived(plain)}
    # Everything else is as it was, numbers included.
    names = [one.file_name for one in found.associations]
    assert names == [one.file_name for one in plain.associations]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # By name, whatever the order; by order, whatever the names.
        (["a_i2d.fits", "b_i2d.fits", "b_cat.ecsv", "a_cat.ecsv"], ["a_cat.ecsv", "b_cat.ecsv"]),
        (["a_i2d.fits", "b_i2d.fits", "b_CAT.ecsv", "a_CAT.ecsv"], ["a_CAT.ecsv", "b_CAT.ecsv"]),
        (["a_i2d.fits", "b_i2d.fits", "x.ecsv", "y.ecsv"], ["x.ecsv", "y.ecsv"]),
        (["a_i2d.fits", "b_i2d.fits", "x.ecsv"], ["x.ecsv", "x.ecsv"]),
    ],
)
def test_catalogs_go_with_images(tmp_path: Path, given: list[str], expected: list[str]) -> None:
    """Two direct images: each spectrum has the one through its filter."""
    files = grisms(tmp_path / "rate")
    for number, file in enumerate(files):
        fits.setval(file, "PUPIL", value=("F115W", "F150W")[number % 2])
    for root, pupil in (("a", "F115W"), ("b", "F150W")):
        products(tmp_path, root, PUPIL=pupil)
    for name in ("x.ecsv", "y.ecsv", "a_CAT.ecsv", "b_CAT.ecsv"):
        (tmp_path / name).touch()
    paths = [tmp_path / name for name in given]
    images = [path for path in paths if path.name.endswith("i2d.fits")]
    catalogs = [path for path in paths if path not in images]
    found = associate(files, 2, direct_images=images, catalogs=catalogs)
    told = {(three[0], three[2]) for three in derived(found)}
    assert told == {("a_i2d.fits", expected[0]), ("b_i2d.fits", expected[1])}


def test_products_among_the_files_serve_where_they_fit(tmp_path: Path) -> None:
    files = grisms(tmp_path)
    pupil = fits.getval(files[0], "PUPIL")
    root = f"jw00007-o001_t001_niriss_clear-{pupil.lower()}"
    products(tmp_path, root, PUPIL=pupil)
    products(tmp_path, "other", PUPIL="F480M")
    products(tmp_path, "foreign", PUPIL=pupil, PROGRAM="8")
    found = associate(tmp_path, 2)
    assert derived(found) == {(f"{root}_i2d.fits", f"{root}_segm.fits", f"{root}_cat.ecsv")}
    assert found.problems == ()
    used = [note.what for note in found.notes if "used as the direct image" in note.what]
    assert used == [f"used as the direct image of {len(files)} spectra"]
    # Spectra through another filter are not given a wrong image.
    fits.setval(files[0], "PUPIL", value="F200W")
    found = associate(tmp_path, 2)
    assert len(found.associations) == len(files) - 1
    assert "spectra that no direct image fits: " in found.problems[0].what


def test_an_image_of_nircam_fits_spectra_through_its_filter(tmp_path: Path) -> None:
    files = grisms(tmp_path / "rate", "nircam_wfss")
    own = fits.getval(files[0], "FILTER")
    for root, optics in (("a", "F070W"), ("b", own)):
        products(tmp_path / "images", root, INSTRUME="NIRCAM", FILTER=optics)
    images = [tmp_path / "images" / f"{root}_i2d.fits" for root in "ab"]
    found = associate(files[:1], 2, direct_images=images)
    assert {three[0] for three in derived(found)} == {"b_i2d.fits"}


def test_exposures_of_the_image_come_before_products_among_the_files(tmp_path: Path) -> None:
    files = grisms(tmp_path / "rate", images=True)
    plain = derived(associate(files, 2))
    pupil = next(fits.getval(f, "PUPIL") for f in files)
    products(tmp_path / "rate", "mine", PUPIL=pupil)
    assert derived(associate(tmp_path / "rate", 2)) == plain


def test_a_directory_stands_for_the_files_of_the_role(tmp_path: Path) -> None:
    files = grisms(tmp_path / "rate")
    products(tmp_path / "own", "mine")
    own = tmp_path / "own"
    plain = derived(associate(files, 2, direct_images=own / "mine_i2d.fits"))
    found = associate(files, 2, direct_images=own, catalogs=own, segmaps=own)
    assert derived(found) == plain
    assert found.problems == ()
    (tmp_path / "none").mkdir()
    found = associate(files, 2, catalogs=tmp_path / "none")
    assert f"{tmp_path / 'none'}: it holds no file *_cat.ecsv" in map(str, found.problems)


def test_files_that_do_not_exist_are_problems(tmp_path: Path) -> None:
    files = grisms(tmp_path)
    found = associate(files, 2, direct_images="gone_i2d.fits")
    assert "there is no such file" in found.problems[0].what


@pytest.mark.parametrize(
    "edit",
    [lambda text: text, lambda text: text.replace('product = "jw', 'product = "mine-jw', 1)],
)
def test_a_plan_keeps_them(tmp_path: Path, edit: Callable[[str], str]) -> None:
    files = grisms(tmp_path / "rate")
    image = products(tmp_path, "mine")
    plan = tmp_path / "plan.toml"
    request = Request.of({"files": files, "level": 2, "direct_images": image})
    make_plan(request, plan)
    assert 'direct_image = ["mine_i2d.fits"]' in plan.read_text()
    plan.write_text(edit(plan.read_text()))
    outcome = write_associations(plan, tmp_path / "asn")
    assert outcome.violations == ()
    assert len(outcome.written) == len(files)
    for one in outcome.associations:
        roles = {member.exptype: Path(member.expname).name for member in one.members}
        assert roles["direct_image"] == "mine_i2d.fits"
        assert roles["sourcecat"] == "mine_cat.ecsv"


def test_a_plan_refuses_a_catalog_that_does_not_exist(tmp_path: Path) -> None:
    files = grisms(tmp_path / "rate")
    image = products(tmp_path / "own", "mine")
    plan = tmp_path / "plan.toml"
    make_plan(Request.of({"files": files, "level": 2, "direct_images": image}), plan)
    plan.write_text(plan.read_text().replace("own/mine_cat.ecsv", "own/no_cat.ecsv"))
    outcome = write_associations(plan, tmp_path / "asn")
    assert outcome.written == ()
    assert f"the file {tmp_path / 'own/no_cat.ecsv'} does not exist" in str(outcome.violations[0])


def test_images_name_their_tweakreg_catalogs(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path)
    catalog = tmp_path / files[0].name.replace("_cal.fits", "_cal_cat.ecsv")
    catalog.touch()
    (tmp_path / "stars.ecsv").touch()
    found = associate(files, 3, tweakreg_catalogs=[catalog, tmp_path / "stars.ecsv"])
    (one,) = found.associations
    assert [dict(member.other) for member in one.members] == [
        {"tweakreg_catalog": str(catalog)},
        *({} for _ in files[1:]),
    ]
    (unused,) = found.problems
    assert "no image3 association has the exposure of this catalog" in str(unused)


def test_science_alone_has_a_tweakreg_catalog(tmp_path: Path) -> None:
    catalogs = [tmp_path / f"{name}_cat.ecsv" for name in "abc"]
    for catalog in catalogs:
        catalog.touch()
    one = association(
        member("a_cal.fits"), member("b_cal.fits", "background"), derived_member("c_i2d.fits", "x")
    )
    (changed,), problems = with_tweakreg_catalogs([one], [*map(str, catalogs)])
    assert changed.members[0].other == (("tweakreg_catalog", str(catalogs[0])),)
    assert changed.members[1:] == one.members[1:]
    assert [problem.location.file for problem in problems] == [*map(str, catalogs[1:])]


def test_catalogs_of_images_are_found_in_a_directory(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path / "cal")
    catalogs = [
        tmp_path / "cat" / file.name.replace("_cal.fits", "_cal_cat.ecsv") for file in files
    ]
    catalogs[0].parent.mkdir()
    for catalog in catalogs:
        catalog.touch()
    (tmp_path / "cat" / "preview.jpg").touch()
    found = associate(files, 3, tweakreg_catalogs=tmp_path / "cat")
    assert found.problems == ()
    (one,) = found.associations
    assert [dict(member.other)["tweakreg_catalog"] for member in one.members] == list(
        map(str, sorted(catalogs))
    )
    (tmp_path / "none").mkdir()
    (empty,) = associate(files, 3, tweakreg_catalogs=tmp_path / "none").problems
    assert str(empty) == f"{tmp_path / 'none'}: it holds no catalog"
