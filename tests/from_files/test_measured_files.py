"""Columns that rules declare are read from headers, also from that of the first extension."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import astropy.units as u
import numpy as np
import pytest
from astropy.io import fits

from asnsolve import Pool, RuleSet, associate
from asnsolve.cli.main import main
from asnsolve.expr.build import linked, same, spread
from asnsolve.pool.headers import Header, read_header
from asnsolve.pool.measures import number, time
from asnsolve.rules.jwst.level3.base import AsnMixin_Science, DMS_Level3_Base
from asnsolve.rules.model import Clause, Rule

MEASURES = (time("expstart"), number("pa_v3", u.deg))
RULES = RuleSet(
    "epochs",
    (
        Rule(
            name="Asn_Epoch",
            asn_type="epoch3",
            title="Images of one filter without long gaps",
            base=DMS_Level3_Base,
            mixins=(AsnMixin_Science,),
            clauses=(
                Clause("opt_elem", key=same("filter")),
                Clause("epoch", key=linked("expstart", within=30 * u.day)),
                Clause("roll", key=spread("pa_v3", at_most=1 * u.deg)),
            ),
        ),
    ),
    measures=MEASURES,
)


def write(folder: Path, number_: int, start: object, roll: float | None) -> Path:
    """Write a file as the pipeline does: the position angle is in the header of the data."""
    primary = fits.Header(
        {
            "EXP_TYPE": "MIR_IMAGE",
            "INSTRUME": "MIRI",
            "PROGRAM": "01001",
            "OBSERVTN": "001",
            "VISIT": "001",
            "FILTER": "F770W",
            "EXPSTART": start,
        }
    )
    data = fits.ImageHDU(name="SCI")
    if roll is not None:
        data.header["PA_V3"] = roll
        data.header["EXPSTART"] = 1.0
    path = folder / f"jw01001001001_02101_{number_:05}_mirimage_cal.fits"
    fits.HDUList([fits.PrimaryHDU(header=primary), data]).writeto(path)
    return path


def test_rules_compare_what_headers_have(tmp_path: Path) -> None:
    starts = ((1, 59812.25, 30.0), (2, 59830.5, 30.4), (3, 59990.0, 30.2), (4, 59813.0, 35.0))
    files = [write(tmp_path, *each) for each in starts]
    found = associate(files, rules=RULES)
    held = sorted(sorted(m.expname[22:25] for m in one.members) for one in found.associations)
    assert [len(one) for one in held] == [1, 1, 2]
    refused = write(tmp_path, 5, 59812.0, None)
    (left,) = associate([*files, refused], rules=RULES).leftover
    assert "pa_v3 is set" in str(left) or "PA_V3" in str(left)


def test_a_pool_of_files_has_the_columns_that_are_asked_for(tmp_path: Path) -> None:
    write(tmp_path, 1, "2022-08-21T06:00:00", 30.5)
    pool = Pool.from_fits([tmp_path], columns=("EXPSTART", "pa_v3", "targ_ra", "filter"))
    assert pool["expstart"].tolist() == ["2022-08-21t06:00:00"]
    assert pool["pa_v3"].tolist() == ["30.5"]
    assert "targ_ra" not in pool
    assert pool.with_measures(MEASURES)["expstart"].tolist() == ["59812.25"]
    assert "expstart" not in Pool.from_fits([tmp_path])


def test_the_command_adds_columns_to_a_pool(tmp_path: Path) -> None:
    write(tmp_path, 1, 59812.25, 30.5)
    output = tmp_path / "own.csv"
    assert main(["pool", str(tmp_path), "--columns", "EXPSTART", "PA_V3", "-o", str(output)]) == 0
    pool = Pool.read(output)
    assert pool["expstart"].tolist() == ["59812.25"]
    assert pool["pa_v3"].tolist() == ["30.5"]


def test_a_column_that_no_header_has_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, 1, 59812.25, 30.5)
    output = tmp_path / "own.csv"
    argv = ["pool", str(tmp_path), "-o", str(output), "--columns", "EXPSTRT", "filter"]
    assert main([*argv, "--strict"]) == 2
    assert not output.exists()
    what = "no exposure has EXPSTRT, so the pool has no such column"
    assert f"{what}. Did you mean EXPSTART" in capsys.readouterr().err
    assert main(argv) == 1
    assert capsys.readouterr().out.startswith(f"{what}. Did you mean EXPSTART")
    assert "expstrt" not in Pool.read(output)
    assert main([*argv, "--replace", "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["counts"] == {"exposures": 1, "problems": 1}
    assert [problem["what"] for problem in data["problems"]] == [what]


def test_a_table_of_the_archive_keeps_the_columns_that_are_asked_for() -> None:
    table = {
        "filename": ["jw01001001001_02101_00001_mirimage_cal.fits"],
        "exp_type": ["MIR_IMAGE"],
        "expstart": [59812.25],
    }
    assert Pool.from_mast(table, columns=["expstart"])["expstart"].tolist() == ["59812.25"]
    assert "expstart" not in Pool.from_mast(table)


@pytest.mark.parametrize("packed", [False, True])
def test_the_first_extension_is_read_for_what_is_asked_for_alone(
    tmp_path: Path, packed: bool
) -> None:
    path = write(tmp_path, 1, 59812.25, 30.5)
    if packed:
        content = path.read_bytes()
        path = path.with_suffix(".fits.gz")
        path.write_bytes(gzip.compress(content))
    header = read_header(path, {"filter", "expstart", "pa_v3", "extname"}, {"pa_v3", "expstart"})
    assert isinstance(header, Header)
    assert header.values == {"filter": "F770W", "expstart": "59812.25", "pa_v3": "30.5"}
    plain = read_header(path, {"filter", "pa_v3"})
    assert isinstance(plain, Header)
    assert plain.values == {"filter": "F770W"}


def test_a_primary_header_with_data_has_no_extension_behind_it(tmp_path: Path) -> None:
    path = tmp_path / "own.fits"
    looks_like_a_card = np.frombuffer(b"PA_V3   =                 30.5".ljust(2880), np.uint8)
    fits.PrimaryHDU(looks_like_a_card, fits.Header({"FILTER": "F770W"})).writeto(path)
    header = read_header(path, {"filter", "pa_v3"}, {"pa_v3"})
    assert isinstance(header, Header)
    assert header.values == {"filter": "F770W"}
