from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from astropy.table import Table

from asnsolve.errors import PoolError
from asnsolve.pipeline import solve
from asnsolve.pool.archive_table import is_archive_table, read_archive_table
from asnsolve.pool.table import Pool
from asnsolve.profiles.jwst_archive import ARCHIVE
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.archive_tables import dataset_table, file_table
from tests.pool.fits_files import write_files

WIDTHS = {"PROGRAM": 5, "OBS_NUM": 3, "VISIT": 3, "VISITGRP": 2, "ACT_ID": 2, "EXPOSURE": 5}


def rows_of(mode: str) -> list[dict[str, str]]:
    """Return the rows of a mode with numbers as headers have them, padded with zeros."""
    rows = simulate([Program(number=7, plans=(MODES[mode].plan(),))])
    return [
        {**row, **{name: row[name].rjust(width, "0") for name, width in WIDTHS.items()}}
        for row in rows
    ]


def written(pool: Pool) -> list[object]:
    """Return all that is written about the associations of a pool, but the name of the pool."""
    solution = solve(pool, discover=False)
    return [
        (one.file_name, one.rule, one.target, one.products, one.constraints)
        for one in solution.associations
    ]


@pytest.mark.parametrize("mode", sorted(MODES))
def test_a_table_gives_the_associations_that_the_files_give(mode: str, tmp_path: Path) -> None:
    rows = rows_of(mode)
    of_files = written(Pool.from_fits(write_files(rows, tmp_path, "cal")))
    by_file = Pool.from_mast(file_table(rows))
    by_dataset = Pool.from_mast(dataset_table(rows))
    assert by_file.problems == by_dataset.problems == ()
    assert written(by_file) == of_files
    assert written(by_dataset) == of_files


def test_all_kinds_of_table_read_alike(tmp_path: Path) -> None:
    table = file_table(rows_of("miri_image"))
    path = tmp_path / "table.csv"
    with path.open("w", newline="") as stream:
        stream.write("#@string,string\n")
        writer = csv.DictWriter(stream, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    astropy = Table(rows=[{k: "" if v is None else v for k, v in row.items()} for row in table])
    ecsv, votable = tmp_path / "table.ECSV", tmp_path / "table.vot"
    astropy.write(ecsv, format="ascii.ecsv")
    astropy.write(votable, format="votable")
    columns = {name: [row[name] for row in table] for name in table[0]}
    expected = Pool.from_mast(table).to_arrow()
    arrow = pa.Table.from_pylist(table)
    for source in (path, str(ecsv), votable, astropy, pd.DataFrame(table), columns, arrow):
        assert Pool.from_mast(source).to_arrow() == expected


def test_a_table_is_read_by_what_it_can_do() -> None:
    columns = {"filename": ["jw00007001001_02101_00001_x_cal.fits"], "exp_type": ["FGS_IMAGE"]}
    rows = [{name: cells[0] for name, cells in columns.items()}]
    sources = (columns, rows, pa.table(columns), Table(columns), pd.DataFrame(columns))
    found = [read_archive_table(source) for source in sources]
    assert len(found[0].headers) == 1
    assert all(read == found[0] for read in found)


def test_columns_that_are_missing_are_told_with_what_they_change() -> None:
    table = [
        {key: cell for key, cell in row.items() if key not in ("band", "is_psf", "grating")}
        for row in file_table(rows_of("miri_mrs"))
    ]
    problems = [problem.what for problem in Pool.from_mast(table, name="mrs").problems]
    # No exposure of MIRI has a grating.
    assert problems == [
        "there is no column is_psf: PSF references count as science",
        "there is no column band: bands are taken together",
    ]
    with pytest.raises(PoolError, match="there is no column band"):
        Pool.from_mast(table, strict=True)


@pytest.mark.parametrize(
    ("exp_type", "columns"),
    [
        ("MIR_IMAGE", "filter"),
        ("MIR_MRS", "band"),
        ("NIS_IMAGE", "filter pupil"),
        ("NRC_IMAGE", "filter pupil module channel"),
        ("NRS_IFU", "filter grating is_imprt gwa_xtil gwa_ytil"),
        ("NRS_FIXEDSLIT", "filter grating fxd_slit gwa_xtil gwa_ytil"),
        ("NRS_MSASPEC", "filter grating is_imprt msametfl gwa_xtil gwa_ytil"),
        ("NRS_LAMP", "filter grating gwa_xtil gwa_ytil lamp opmode"),
        ("NRS_AUTOWAVE", "filter grating gwa_xtil gwa_ytil lamp opmode"),
        ("FGS_IMAGE", ""),
    ],
)
def test_columns_are_missed_by_the_exposures_that_have_them(exp_type: str, columns: str) -> None:
    name = "jw00007001001_02101_00001_x_cal.fits"
    table = read_archive_table([{"filename": name, "exp_type": exp_type}])
    every = "bkgdtarg is_psf tsovisit targprop patttype numdthpt patt_num subarray visitype"
    assert [problem.what for problem in table.problems] == [
        f"there is no column {column}: {ARCHIVE.effects[column]}"
        for column in f"{every} {columns}".split()
    ]


@pytest.mark.parametrize("column", ["targprop", "targname"])
def test_one_of_the_two_names_of_a_target_is_enough(column: str) -> None:
    row = {"filename": "jw00007001001_02101_00001_x_cal.fits", "exp_type": "FGS_IMAGE"}
    told = [problem.what for problem in read_archive_table([{**row, column: "M31"}]).problems]
    assert len(told) == 8
    assert not any("targprop" in what for what in told)


def test_it_is_said_what_every_missing_column_changes() -> None:
    """What users read is written out here once."""
    rows = [
        {"filename": f"jw00007001001_02101_0000{number}_x_cal.fits", "exp_type": exp_type}
        for number, exp_type in enumerate(["NRC_IMAGE", "MIR_MRS", "NRS_MSASPEC", "NRS_LAMP"])
    ]
    rows.append({"filename": "jw00007001001_02101_00009_x_cal.fits", "exp_type": "NRS_FIXEDSLIT"})
    told = [problem.what for problem in read_archive_table(rows).problems]
    assert told == [
        f"there is no column {line}"
        for line in (
            "bkgdtarg: dedicated backgrounds count as science",
            "is_psf: PSF references count as science",
            "tsovisit: time series count as other exposures of their type",
            "targprop: exposures of all targets count as one target, unless there is targname",
            "patttype: nods cannot be distinguished from other dithers",
            "numdthpt: nods cannot be distinguished from other dithers",
            "patt_num: nods cannot be distinguished from one another",
            "subarray: exposures of different subarrays are taken together",
            "visitype: pure and coordinated parallels count as other exposures",
            "filter: exposures in different filters are taken together",
            "pupil: exposures with different elements in the pupil are taken together",
            "module: exposures of different modules are taken together",
            "channel: channels are taken together",
            "band: bands are taken together",
            "grating: exposures with different gratings are taken together",
            "fxd_slit: exposures of different slits are taken together",
            "is_imprt: imprints count as science",
            "msametfl: configurations of the micro-shutters are taken together, and the files "
            "that describe them are not among those to download",
            "gwa_xtil: a background at another tilt of the grating goes unnoticed",
            "gwa_ytil: a background at another tilt of the grating goes unnoticed",
            "lamp: exposures of different lamps are taken together",
            "opmode: exposures of lamps for different purposes are taken together",
        )
    ]


@pytest.mark.parametrize("column", ["bkgdtarg", "crowdfld", "is_imprt", "is_psf", "tsovisit"])
def test_flags_are_read_as_headers_have_them(column: str) -> None:
    cells = {
        "T": ("T", "t", "true", "TRUE", True, 1, "1.0", "yes", "Y"),
        "F": ("F", "f", "false", "FALSE", False, 0, "0.0", "no", "N"),
        None: ("", None, "unknown"),
    }
    for expected, written in cells.items():
        for cell in written:
            name = "jw00007001001_02101_00001_x_cal.fits"
            row = {"filename": name, "exp_type": "MIR_IMAGE", column: cell}
            (header,) = read_archive_table([row]).headers
            assert header.values.get(column) == expected


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        ("program", 7.0, "00007"),
        ("program", "7", "00007"),
        ("observtn", 12, "012"),
        ("visit", "1.00", "001"),
        ("visit_id", 7001001, "00007001001"),
        ("visitgrp", "2", "02"),
        ("seq_id", "1.", "1"),
        ("act_id", "1a", "1a"),
        ("act_id", "a", "0a"),
        ("exposure", 3.0, "00003"),
        ("nints", 5.0, "5"),
        ("patt_num", "2.0", "2"),
        ("numdthpt", "12", "12"),
        ("exptime", "12.0", "12.0"),
        ("exptime", "1.50", "1.50"),
        ("targname", " M 31 ", "M 31"),
        ("nirspec_gwa_xtilt", "0.10", None),
        ("filter", b"F770W", "F770W"),
    ],
)
def test_numbers_are_written_as_headers_have_them(
    column: str, cell: object, expected: str | None
) -> None:
    name = "jw00007001001_02101_00001_x_cal.fits"
    row = {"filename": name, "exp_type": "MIR_IMAGE", column: cell}
    (header,) = read_archive_table([row]).headers
    assert header.values.get(column) == expected
    assert expected or header.values["gwa_xtil"] == cell


@pytest.mark.parametrize(
    "column",
    [
        *("expcount", "exsegnum", "exsegtot", "msametid", "nexposur", "ngroups", "nints"),
        *("noutputs", "numdthpt", "patt_num", "pattstrt", "spat_num", "spec_num", "subpxpts"),
    ],
)
def test_counts_are_whole_numbers(column: str) -> None:
    name = "jw00007001001_02101_00001_x_cal.fits"
    (header,) = read_archive_table([{"filename": name, "exp_type": "X", column: 12.0}]).headers
    assert header.values[column] == "12"


@pytest.mark.parametrize(
    ("column", "keyword"),
    [
        ("instrument", "instrume"),
        ("detectors", "detector"),
        ("observation", "observtn"),
        ("FGS_Filter", "filter"),
        ("miri_gwa_ytilt", "gwa_ytil"),
        ("nircam_band", "band"),
        ("niriss_pupil", "pupil"),
        ("nirspec_gwa_xtilt", "gwa_xtil"),
        (" lamp ", "lamp"),
    ],
)
def test_columns_have_names_of_keywords(column: str, keyword: str) -> None:
    row = {"filename": "jw00007001001_02101_00001_x_cal.fits", "exp_type": "X", column: "abc"}
    (header,) = read_archive_table([row]).headers
    assert header.values[keyword] == "abc"


@pytest.mark.parametrize("cell", [None, "", "NULL", "nan", float("nan"), "<NA>", "masked", "--"])
def test_cells_without_a_value_are_left_out(cell: object) -> None:
    name = "jw00007001001_02101_00001_mirimage_cal.fits"
    row = {"filename": name, "exp_type": "MIR_IMAGE", "filter": cell, "targname": "NONE"}
    (header,) = read_archive_table([row]).headers
    assert "filter" not in header.values
    # A text that says so may be a name.
    assert (header.values["targname"], header.values["exp_type"]) == ("NONE", "MIR_IMAGE")


def test_products_of_several_exposures_are_skipped() -> None:
    table = file_table(rows_of("miri_image"))
    more = [
        {**table[0], "filename": "jw00007-o001_t001_miri_f770w_i2d.fits", "productLevel": "3"},
        {**table[0], "filename": "jw00007001001_gs-fg_2026001000000_cal.fits"},
    ]
    read = read_archive_table([*table, *more], "search")
    assert len(read.headers) == len(table)
    assert read.passed_over == {
        "combined products": (Path("jw00007-o001_t001_miri_f770w_i2d.fits"),),
        "guide star files": (Path("jw00007001001_gs-fg_2026001000000_cal.fits"),),
    }


@pytest.mark.parametrize(
    ("name", "is_table"),
    [
        ("search.csv", True),
        ("jw01523.csv", True),
        ("x.ECSV", True),
        ("search.vot", True),
        ("search.vot.gz", False),
        ("jw01523_20260101t123456_pool.csv", False),
        ("jw01523_2026_search.csv", True),
        ("jw01523-o001_t001_miri_f770w_cat.ecsv", False),
        ("jw01523001001_02101_00001_mirimage_cat.ecsv", False),
        ("MANIFEST.csv", False),
        ("a_cal.fits", False),
    ],
)
def test_products_that_are_tables_are_no_tables_of_headers(name: str, is_table: bool) -> None:
    assert is_archive_table(Path(name)) == is_table


def test_rows_of_one_exposure_must_agree() -> None:
    table = file_table(rows_of("miri_image"))
    assert read_archive_table([*table, *table]).problems == ()
    (problem,) = read_archive_table([*table, {**table[0], "filter": "F560W"}], "t").problems
    assert str(problem) == (
        f"t, row {len(table) + 1}: jw00007001001_02101_00001_mirimage is described differently by "
        "row 1; expected one filter per exposure"
    )
    (problem,) = read_archive_table(
        [*table, {**table[0], "filter": "F560W", "subarray": "X"}], "t"
    ).problems
    assert problem.expected == "one subarray and one filter per exposure"


def test_rows_of_several_stages_are_of_one_exposure() -> None:
    rows = rows_of("miri_image")
    table = file_table(rows)
    again = file_table(rows, "o001_crf")
    for row in again:
        row["filter"] = None
    assert len(read_archive_table([*again, *table]).headers) == len(rows)
    assert Pool.from_mast([*again, *table]).to_arrow() == Pool.from_mast(table).to_arrow()


ASK = "Ask the archive for these columns too. Columns found: "
A_POOL = "It seems to be a pool: give it to 'asnsolve generate', or to Pool.read."


class _Columns:
    """A table that has names of columns but gives no cells."""

    columns = ("filename", "exp_type")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([{"filename": "a"}], f"there is no column exp_type. {ASK}filename."),
        ([{"exp_type": "x"}], f"there is no column filename or fileSetName. {ASK}exp_type."),
        (
            [dict.fromkeys("abcdefghijk", "1")],
            "there is no column filename or fileSetName and no column exp_type. "
            f"{ASK}a, b, c, d, e, f, g, h, i, j.",
        ),
        ({"filename": [], "exp_type": []}, "the table has no rows"),
        ([], f"there is no column filename or fileSetName and no column exp_type. {ASK}."),
        ({"filename": ["a"], "exp_type": []}, "the columns have different lengths"),
        (
            [{"filename": "a", "exp_type": "b", "asn_candidate": "c"}],
            f"the table has candidates, so it is not a table of headers. {A_POOL}",
        ),
        (
            7,
            "a table cannot be read from a int; expected a file, or a table with named columns",
        ),
        (
            ["filename"],
            "a table cannot be read from a list; expected a file, or a table with named columns",
        ),
        (
            _Columns(),
            "a table cannot be read from a _Columns; expected a file, or a table with named "
            "columns",
        ),
        ("none.csv", "the table cannot be read: No such file or directory"),
        ("none.ecsv", "the table cannot be read: No such file or directory"),
    ],
)
def test_what_is_no_table_of_headers_is_refused(table: object, message: str) -> None:
    with pytest.raises(PoolError) as error:
        read_archive_table(table, "mine")
    assert str(error.value) == f"{table if isinstance(table, str) else 'mine'}: {message}"


@pytest.mark.parametrize("mark", [",", ";"])
def test_a_pool_is_no_table_of_headers(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "pool.csv"
    names = ("FILENAME", "EXP_TYPE", "ASN_CANDIDATE")
    cells = ("a", "b", "[('o001', 'observation'), ('c1000', 'mosaic')]".replace(",", mark))
    path.write_text(f"{'|'.join(names)}\n{'|'.join(cells)}\n")
    with pytest.raises(PoolError) as caught:
        read_archive_table(path)
    assert str(caught.value) == (
        f"{path}: the table has candidates, so it is not a table of headers. {A_POOL}"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the table is empty"),
        ("# no\n\n", "the table is empty"),
        ("filename,exp_type\n", "the table has no rows"),
        (
            "filename,exp_type\na\n",
            "a row has 1 cells and begins with 'a'; expected 2, as many as there are columns",
        ),
        (
            " a , b \n1,2\n",
            f"there is no column filename or fileSetName and no column exp_type. {ASK}a, b.",
        ),
        (
            "filename,exp_type\na,\xff\n",
            "the table cannot be read: 'utf-8' codec can't decode byte 0xff in position 20: "
            "invalid start byte",
        ),
    ],
)
def test_a_broken_csv_file_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(PoolError) as error:
        read_archive_table(path)
    assert str(error.value) == f"{path}: {message}"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_csv_file_may_have_any_line_ends(tmp_path: Path, end: str) -> None:
    path = tmp_path / "Table.CSV"
    name = "jw00007001001_02101_00001_x_cal.fits"
    path.write_bytes(f"filename,exp_type{end}{name},MIR_IMAGE{end}".encode())
    (header,) = read_archive_table(path).headers
    assert header.values == {"filename": name, "exp_type": "MIR_IMAGE"}
    assert header.table == path


def test_a_table_that_says_to_be_a_votable_and_is_none_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.vot"
    path.write_text("filename,exp_type\na,b\n")
    with pytest.raises(PoolError, match=r"broken\.vot: the table cannot be read: .*syntax error"):
        read_archive_table(path)


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"filename": "folder/jw00007001001_02101_00001_x_cal.fits"}, "x"),
        ({"filename": "folder/jw00007001001_02101_00001_x_skysub_cal.fits"}, "x"),
        ({"fileSetName": "jw00007001001_02101_00001", "detector": "NRCA1"}, "nrca1"),
        # A name of four parts already has the detector.
        ({"fileSetName": "jw00007001001_02101_00001_nrcb1", "detector": "NRCA1"}, "nrcb1"),
        ({"fileSetName": "jw00007001001_02101_00001_nrcb1"}, "nrcb1"),
    ],
)
def test_the_raw_file_is_named(cells: dict[str, str], name: str) -> None:
    read = read_archive_table([{**cells, "exp_type": "NRC_IMAGE"}])
    assert [header.path for header in read.headers] == [
        Path(f"jw00007001001_02101_00001_{name}_uncal.fits")
    ]
    assert read.exposures == {f"jw00007001001_02101_00001_{name}"}


def test_a_row_without_a_name_costs_no_other_row() -> None:
    named = {"filename": "jw00007001001_02101_00001_x_cal.fits", "exp_type": "FGS_IMAGE"}
    unknown = {"fileSetName": "jw00007001001_02101_00001", "exp_type": "FGS_IMAGE"}
    read = read_archive_table([{"exp_type": "FGS_IMAGE"}, unknown, named], "mine")
    assert len(read.headers) == 1
    assert [str(problem) for problem in read.problems if problem.location.row] == [
        "mine, row 1: no file is named; expected a value of filename or fileSetName",
        "mine, row 2: the detector of dataset jw00007001001_02101_00001 is unknown, so its file "
        "cannot be named; expected a value of detector",
    ]


def test_it_is_said_how_to_get_a_missing_column() -> None:
    row = {"filename": "jw00007001001_02101_00001_x_cal.fits", "exp_type": "FGS_IMAGE"}
    problem = read_archive_table([row], "mine").problems[0]
    assert str(problem) == (
        "mine: there is no column bkgdtarg: dedicated backgrounds count as science. "
        "Ask the archive for it if it has values there."
    )


def test_a_dataset_without_detector_names_no_file() -> None:
    table = dataset_table(rows_of("miri_image"))
    (problem,) = read_archive_table([*table, {**table[0], "detector": None}]).problems
    assert problem.expected == "a value of detector"
    assert str(problem).startswith(f"table, row {len(table) + 1}: ")


def test_a_row_needs_a_name() -> None:
    table = file_table(rows_of("miri_image"))
    (problem,) = read_archive_table([*table, {**table[0], "filename": ""}], "t").problems
    assert problem.what == "no file is named"
