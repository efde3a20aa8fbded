"""Another mission has tables of its archive too, with other words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from asnsolve import ArchiveTables, FileNames, Pool
from asnsolve.pool.archive_table import is_archive_table, read_archive_table
from asnsolve.profiles.jwst import PROFILE

TABLES = ArchiveTables(
    others="catalog_",
    prefixes=("wide", "narrow"),
    keywords={"band_name": "filter"},
    flags=frozenset({"dithered"}),
    digits={"visit": 4},
    counts=frozenset({"reads"}),
    effects={"filter": "filters are taken together", "slit": "slits are taken together"},
    instead={"filter": "bandpass"},
    types={"slit": "spec.*"},
)


def test_keywords_of_columns() -> None:
    columns = ("WIDE_Filter ", "narrow_reads", "band_name", "wide", "wide_", "other_x", "other")
    found = [*map(TABLES.keyword_of, columns)]
    assert found == ["filter", "reads", "filter", "wide", "wide_", "other_x", "other"]
    assert [*map(ArchiveTables().keyword_of, columns[:1])] == ["wide_filter"]


def test_keywords_that_are_missed() -> None:
    none, spectra = frozenset[str](), frozenset({"image", "spectrum"})
    assert TABLES.is_missed("filter", none, none)
    assert not TABLES.is_missed("filter", frozenset({"filter"}), none)
    assert not TABLES.is_missed("filter", frozenset({"bandpass"}), none)
    assert TABLES.is_missed("slit", none, spectra)
    assert not TABLES.is_missed("slit", none, frozenset({"image", "my_spectrum"}))


def test_other_tables_are_known_by_their_names() -> None:
    profile = replace(PROFILE, archive=TABLES)
    assert not is_archive_table(Path("Catalog_1.csv"), profile)
    assert is_archive_table(Path("jw01234-o001.csv"), profile)
    assert not is_archive_table(Path("jw01234-o001.csv"))
    assert is_archive_table(Path("catalog_1.csv"))
    assert is_archive_table(Path("catalog_1.csv"), replace(PROFILE, archive=ArchiveTables()))


def test_cells_are_written_as_headers_have_them() -> None:
    names = FileNames(stages=("raw",), raw="raw", exposure=r"(?P<program>\d+)_(?P<visit>\d+)")
    profile = replace(PROFILE, archive=TABLES, files=names)
    row = {"filename": "1_7_raw.fits", "exp_type": "spectrum", "visit": 7.0}
    table = read_archive_table([row | {"dithered": "yes", "wide_reads": "8.0"}], profile=profile)
    assert table.headers[0].values == {
        "filename": "1_7_raw.fits",
        "exp_type": "spectrum",
        "visit": "0007",
        "dithered": "T",
        "reads": "8",
    }
    assert [problem.what for problem in table.problems] == [
        "there is no column filter: filters are taken together",
        "there is no column slit: slits are taken together",
    ]


def test_a_pool_is_made_of_a_table_of_the_mission() -> None:
    profile = replace(PROFILE, archive=ArchiveTables(keywords={"optical element": "filter"}))
    row = {
        "filename": "jw01234001001_02101_00001_nrcb1_uncal.fits",
        "exp_type": "NRC_IMAGE",
        "Optical Element": "F200W",
    }
    pool = Pool.from_mast([row], profile=profile)
    assert pool.profile == profile
    assert pool["filter"].tolist() == ["f200w"]
    assert "filter" not in Pool.from_mast([row]).columns
