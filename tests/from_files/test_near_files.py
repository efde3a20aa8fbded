"""Files are combined only where they are near: on the sky, in time, in position angle."""

from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve import associate
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.validation import validate_data
from asnsolve.cli.main import main
from asnsolve.errors import PoolError
from asnsolve.profiles.jwst import NAMES

Exposure = tuple[str, str, float | None, float, float]
"""Program, observation, start, right ascension, position angle."""

FIELD: tuple[Exposure, ...] = (
    ("01001", "001", 59812.25, 10.684, 30.1),
    ("01001", "002", 59820.0, 10.690, 31.1),
    ("01001", "003", 59900.0, 10.684, 80.5),
    ("02002", "001", 59835.0, 10.694, 31.5),
    ("02002", "002", 59836.0, 20.0, 31.5),
    ("03003", "007", 59990.0, 10.684, 30.0),
)


def write(folder: Path, exposure: Exposure) -> Path:
    """Write a file as the pipeline does: the position angle is in the header of the data."""
    program, observation, start, ra, roll = exposure
    name = f"jw{program}{observation}001_02101_00001_mirimage"
    primary = fits.Header(
        {
            "FILENAME": f"{name}_cal.fits",
            "EXP_TYPE": "MIR_IMAGE",
            "INSTRUME": "MIRI",
            "DETECTOR": "MIRIMAGE",
            "PROGRAM": program,
            "OBSERVTN": observation,
            "VISIT": "001",
            "FILTER": "F770W",
            "SUBARRAY": "FULL",
            "TARGPROP": f"FIELD-{program}-{observation}",
            "TARG_RA": ra,
            "TARG_DEC": 41.269,
        }
    )
    if start is not None:
        primary["EXPSTART"] = start
    data = fits.ImageHDU(name="SCI")
    data.header["PA_V3"] = roll
    path = folder / f"{name}_cal.fits"
    fits.HDUList([fits.PrimaryHDU(header=primary), data]).writeto(path)
    return path


@pytest.fixture
def field(tmp_path: Path) -> Path:
    folder = tmp_path / "cal"
    folder.mkdir()
    for exposure in FIELD:
        write(folder, exposure)
    return folder


def products(folder: Path, *together: str) -> dict[str, list[str]]:
    """Associate the files of the folder; give the observations in each product."""
    found = associate(folder, 3, together=together)
    assert not found.leftover
    for one in found.associations:
        assert validate_data(to_dict(one), one.file_name) == ()
        NAMES.parse_product_name(one.products[0].name)
    made = {
        one.products[0].name: [f"{m.expname.rpartition('/')[2][2:10]}" for m in one.members]
        for one in found.associations
    }
    assert len(made) == len(found.associations)
    return made


def test_epochs_of_a_program(field: Path) -> None:
    """A program is split where nothing was observed for long; observations keep their names."""
    write(field, ("01001", "004", 59901.0, 10.684, 80.5))
    assert products(field, "observation", "target", "time=30d") == {
        "jw01001-c1001_t000_miri_f770w-20220821t0600": ["01001001", "01001002"],
        "jw01001-c1001_t000_miri_f770w-20221117t0000": ["01001003", "01001004"],
        "jw02002-c1001_t000_miri_f770w": ["02002001", "02002002"],
        "jw03003-o007_t000_miri_f770w": ["03003007"],
    }


def test_fields_of_a_program(field: Path) -> None:
    """The position takes the place of the target, and the observation only if it is asked for."""
    assert products(field, "observation", "sky=2arcmin") == {
        "jw01001-c1001_t000_miri_f770w": ["01001001", "01001002", "01001003"],
        "jw02002-o001_t000_miri_f770w": ["02002001"],
        "jw02002-o002_t000_miri_f770w": ["02002002"],
        "jw03003-o007_t000_miri_f770w": ["03003007"],
    }
    for observation in ("004", "005"):
        write(field, ("01001", observation, 59812.0, 20.0, 30.0))
    assert (
        products(field, "observation", "sky=2arcmin").items()
        >= {
            "jw01001-c1001_t000_miri_f770w-j004244+411608": ["01001001", "01001002", "01001003"],
            "jw01001-c1001_t000_miri_f770w-j012000+411608": ["01001004", "01001005"],
        }.items()
    )


def test_what_is_not_asked_for_keeps_exposures_apart(field: Path) -> None:
    """Without `observation`, candidates keep observations apart."""
    assert len(products(field, "sky=2arcmin")) == len(FIELD)
    assert len(products(field, "observation", "time=1d", "sky=1deg", "pa=180deg")) == len(FIELD)


@pytest.mark.parametrize(
    ("asked", "is_noted"),
    [
        (["time=30d"], True),
        (["time=30d", "pa=1deg"], True),
        (["observation", "time=30d"], False),
        (["sky=2arcmin"], False),
        (["target"], False),
    ],
)
def test_widths_that_combine_nothing_are_noted(
    field: Path, asked: list[str], is_noted: bool
) -> None:
    notes = [str(note) for note in associate(field, 3, together=asked).notes]
    note = (
        f"--together {' '.join(asked)} only splits products, and combines no more exposures. To "
        "combine more, add observation, visit, target or program to --together."
    )
    assert [one for one in notes if "--together" in one] == ([note] if is_noted else [])


def test_windows_of_the_position_angle(field: Path) -> None:
    write(field, ("01001", "004", 59901.0, 10.684, 32.1))
    assert products(field, "observation", "target", "pa=1deg") == {
        "jw01001-c1001_t000_miri_f770w-pa030": ["01001001", "01001002"],
        "jw01001-c1001_t000_miri_f770w-pa031": ["01001002", "01001004"],
        "jw01001-o003_t000_miri_f770w": ["01001003"],
        "jw02002-c1001_t000_miri_f770w": ["02002001", "02002002"],
        "jw03003-o007_t000_miri_f770w": ["03003007"],
    }


def test_a_file_without_the_keyword_is_left_over(field: Path) -> None:
    write(field, ("01001", "009", None, 10.684, 30.0))
    (left,) = associate(field, 3, together=["observation", "time=30d"]).leftover
    assert "jw01001009" in left.filename
    assert "expected that expstart is set" in str(left)


def test_no_file_has_the_keyword(tmp_path: Path) -> None:
    file = write(tmp_path, ("01001", "001", None, 10.684, 30.0))
    with pytest.raises(PoolError, match=r"column EXPSTART: .* with --extra.* FILENAME EXPSTART"):
        associate(file, 3, together="time=30d")
    extra = tmp_path / "extra.csv"
    extra.write_text(f"FILENAME,EXPSTART\n{file.name},2022-08-21T06:00\n")
    assert len(associate(file, 3, together="time=30d", extra=extra).associations) == 1


def test_a_plan_asks_for_the_same(field: Path, tmp_path: Path) -> None:
    """A plan remembers how close exposures must be, and what is written is the same."""
    options = ["--level", "3", "--together", "observation", "sky=2arcmin", "time=30d"]
    plan = tmp_path / "plan.toml"
    assert main(["plan", str(field), *options, "-p", str(tmp_path / "a"), "-o", str(plan)]) == 0
    assert '"time=30d"' in plan.read_text()
    assert main(["write", str(plan)]) == 0
    assert main(["associate", str(field), *options, "-p", str(tmp_path / "b")]) == 0
    written = [sorted((tmp_path / place).iterdir()) for place in "ab"]
    assert len(written[0]) == 5
    assert [path.name for path in written[0]] == [path.name for path in written[1]]
    for one, other in zip(*written, strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_one_field_of_several_programs(field: Path) -> None:
    """One mosaic of what was taken within 30 days, named after the lowest program."""
    assert products(field, "program", "sky=2arcmin", "time=30d") == {
        "jw01001-a3001_t000_miri_f770w-20220821t0600": ["01001001", "01001002", "02002001"],
        "jw01001-a3001_t000_miri_f770w-20221117t0000": ["01001003"],
        "jw02002-a3001_t000_miri_f770w": ["02002002"],
        "jw03003-a3001_t000_miri_f770w": ["03003007"],
    }
    (first, *_) = associate(field, 3, together=["program", "sky=2arcmin"]).associations
    assert (first.program, first.asn_id, len(first.members)) == ("01001", "a3001", 5)
    assert first.file_name == "jw01001-a3001_image3_00001_asn.json"
