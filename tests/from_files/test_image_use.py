"""Direct images that serve no spectrum, and spectra whose direct image lacks something."""

from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve import associate
from tests.from_files.small import files_of
from tests.from_files.test_image_products import grisms, products


@pytest.mark.parametrize(("mode", "level"), [("miri_image", 2), ("niriss_wfss", 3)])
def test_images_that_no_spectrum_could_have_are_problems(
    tmp_path: Path, mode: str, level: int
) -> None:
    files = files_of(mode, tmp_path / "data", "rate" if level == 2 else "cal")
    image = products(tmp_path, "mine")
    catalog, segmap = tmp_path / "mine_cat.ecsv", tmp_path / "mine_segm.fits"
    found = associate(files, level, direct_images=image, catalogs=catalog, segmaps=segmap)
    assert found.associations
    reason = "No association of wide-field slitless spectra is made at level 2."
    assert [str(problem) for problem in found.problems] == [
        f"{path}: given as {role}, but not used as {role} in any association. {reason}"
        for path, role in ((image, "direct_image"), (catalog, "sourcecat"), (segmap, "segmap"))
    ]


def test_images_that_others_take_the_place_of_are_problems(tmp_path: Path) -> None:
    files = grisms(tmp_path / "rate")
    pupil = fits.getval(files[0], "PUPIL")
    mine = products(tmp_path, "mine", PUPIL=pupil)
    others = [
        products(tmp_path, "miri", INSTRUME="MIRI"),
        products(tmp_path, "narrow", PUPIL="F480M"),
    ]
    found = associate(files, 2, direct_images=[mine, *others])
    assert [(one.location.file, one.advice) for one in found.problems] == [
        (str(others[0]), "It is of miri, and the spectra are of niriss."),
        (str(others[1]), "Another one that was given fits the spectra better."),
    ]


def test_spectra_without_catalog_or_map_are_noted(tmp_path: Path) -> None:
    files = grisms(tmp_path / "rate")
    image = products(tmp_path, "mine")
    whole = associate(files, 2, direct_images=image)
    assert not [note for note in whole.notes if note.what.startswith("spectra without")]
    (tmp_path / "mine_segm.fits").unlink()
    (tmp_path / "mine_cat.ecsv").unlink()
    found = associate(files, 2, direct_images=image)
    first = min(one.members[0].exposure for one in found.associations)
    assert [str(note) for note in found.notes if note.what.startswith("spectra without")] == [
        f"spectra without a catalog of sources: {first} and {len(files) - 1} more. calwebb_spec2 "
        "stops without it. Give it with --catalog.",
        f"spectra without a segmentation map: {first} and {len(files) - 1} more. calwebb_spec2 "
        "cannot correct the spectra for contamination without it. Give it with --segmap.",
    ]
