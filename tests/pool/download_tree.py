"""A directory as the archive's download makes it: every stage of every exposure, and previews."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from asnsolve.simulate import MODES, Program, simulate
from tests.pool.fits_files import stage_of_row, write_file

__all__ = ["DOWNLOADED", "download_tree"]

DOWNLOADED = (
    *("miri_image", "miri_lyot", "miri_mrs_background", "nircam_image", "nircam_wfss"),
    *("nirspec_msa", "nirspec_slit_wide", "niriss_ami", "niriss_wfss", "miri_lrs_slit"),
)
"""Modes of the programs in the tree, in turn."""

_SPECTRA = ("_LRS-FIXEDSLIT", "_LRS-SLITLESS", "_MRS", "_WFSS", "_MSASPEC", "_FIXEDSLIT")
_PREVIEWS = (".jpg", "_thumb.jpg")


def _suffixes(row: Mapping[str, str]) -> Iterator[str]:
    """Yield the suffixes of the products of an exposure, from the first stage to the last."""
    calibrated = stage_of_row(row, "cal")
    yield from ("uncal", "ramp", "rate", "rateints", calibrated)
    if row["BKGDTARG"] != "T":
        yield "bsubints" if calibrated == "calints" else "bsub"
        yield f"o{int(row['OBS_NUM']):03}_{calibrated.replace('cal', 'crf')}"
    if row["EXP_TYPE"].endswith(_SPECTRA):
        yield from ("s3d" if row["EXP_TYPE"].endswith("_MRS") else "s2d", "x1d")
    elif calibrated == "cal":
        yield "i2d"


def _program(number: int, mode: str, root: Path) -> int:
    """Write the products of a program; return how many files that are."""
    count = 0
    combined = {}
    rows = simulate([Program(number=number, plans=(MODES[mode].plan(),))])
    for row in rows:
        exposure = row["FILENAME"].removesuffix("_uncal.fits")
        folder = root / exposure
        folder.mkdir(parents=True)
        first: Path | None = None
        for suffix in _suffixes(row):
            file = folder / f"{exposure}_{suffix}.fits"
            # Copies are faster to make, and nothing but the name tells the stages apart.
            first = write_file(row, file) if first is None else Path(shutil.copy(first, file))
            for preview in _PREVIEWS:
                file.with_name(f"{file.stem}{preview}").touch()
            count += 1 + len(_PREVIEWS)
        combined[f"jw{number:05}-o{int(row['OBS_NUM']):03}_t001_{row['INSTRUME'].lower()}"] = row
    for product, row in combined.items():
        folder = root / product
        folder.mkdir()
        for name in (f"{product}_i2d.fits", f"{product}_segm.fits"):
            write_file(row, folder / name)
        for name in (f"{product}_cat.ecsv", f"{product}_i2d.jpg"):
            (folder / name).touch()
        named = product.partition("_")[0]
        (folder / f"{named}_20240101t000000_image3_00001_asn.json").write_text("{}")
        (folder / f"jw{number:05}_20240101t000000_pool.csv").touch()
        guide = f"jw{number:05}001001_gs-fg_2022155184404_cal.fits"
        if not (folder.parent / guide).exists():
            write_file(row, folder.parent / guide)
            count += 1
        count += 6
    return count


def download_tree(folder: Path, count: int) -> Path:
    """Write programs of all modes until there are as many files as are asked for.

    Parameters
    ----------
    folder : Path
        Directory to make the tree in.
    count : int
        The least number of files.

    Returns
    -------
    Path
        The root of the tree.
    """
    root = folder / "mastDownload" / "JWST"
    number, made = 0, 0
    while made < count:
        made += _program(number + 1000, DOWNLOADED[number % len(DOWNLOADED)], root)
        number += 1
    return root.parent
