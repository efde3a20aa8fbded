from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve.associations.association import Association, Member
from asnsolve.cli.main import main
from asnsolve.errors import UsageError
from asnsolve.from_files.associate_files import associate
from asnsolve.from_files.downloads import files_to_download, write_list
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.request import Request
from asnsolve.from_files.solved_request import Associated
from asnsolve.plans.plan_files import make_plan
from asnsolve.pool.table import Pool
from asnsolve.simulate import MODES
from tests.from_files.small import association, derived, files_of, member
from tests.pool.archive_tables import Table, dataset_table, file_table
from tests.pool.fits_files import write_file
from tests.pool.test_archive_table import rows_of

ADDRESS = "mast:JWST/product/"


def write_table(table: Table, path: Path) -> Path:
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    return path


def told(found: Associated) -> list[object]:
    return [
        (
            association.file_name,
            association.rule,
            [product.name for product in association.products],
            [(Path(member.expname).name, member.exptype) for member in association.members],
        )
        for association in found.associations
    ]


@pytest.mark.parametrize("mode", sorted(MODES))
def test_a_table_is_associated_as_the_files_of_all_stages_are(mode: str, tmp_path: Path) -> None:
    rows = rows_of(mode)
    (tmp_path / "files").mkdir()
    for row in rows:
        for stage in ("rate", "rateints", "cal", "calints", "x1d"):
            name = row["FILENAME"].replace("_uncal.", f"_{stage}.")
            write_file(row, tmp_path / "files" / name)
    of_files = associate(tmp_path / "files", paths="name")
    of_table = associate(write_table(dataset_table(rows), tmp_path / "search.csv"))
    assert told(of_table) == told(of_files)
    assert of_table.problems == of_files.problems == ()
    assert len(of_table.leftover) == len(of_files.leftover)


def test_what_level_2_makes_is_not_downloaded(tmp_path: Path) -> None:
    table = write_table(file_table(rows_of("miri_image"), "cal"), tmp_path / "search.csv")
    both = associate(table)
    names = [row["FILENAME"].replace("_uncal.", "_{}.") for row in rows_of("miri_image")]
    assert {association.level for association in both.associations} == {2, 3}
    assert list(both.downloads) == [f"{ADDRESS}{name.format('rate')}" for name in names]
    level3 = associate(table, level=3)
    assert list(level3.downloads) == [f"{ADDRESS}{name.format('cal')}" for name in names]


def test_shutters_are_downloaded_for_level_2(tmp_path: Path) -> None:
    table = write_table(file_table(rows_of("nirspec_msa")), tmp_path / "search.csv")
    found = associate(table, level=2)
    assert [address for address in found.downloads if address.endswith("_msa.fits")]
    found = associate(table, level=3)
    assert not [address for address in found.downloads if address.endswith("_msa.fits")]


def test_files_at_hand_are_taken_before_rows_of_a_table(tmp_path: Path) -> None:
    rows = rows_of("miri_image")
    table = write_table(file_table(rows), tmp_path / "search.csv")
    first = write_file(rows[0], tmp_path / rows[0]["FILENAME"].replace("_uncal.", "_cal."))
    found = associate([table, first], level=3, paths="absolute")
    (association,) = found.associations
    paths = [member.expname for member in association.members]
    assert paths[0] == str(first)
    assert all("/" not in path for path in paths[1:])
    assert len(found.downloads) == len(rows) - 1
    assert associate(first, level=3).downloads == ()


def test_names_in_a_table_can_be_listed_and_excluded(tmp_path: Path) -> None:
    rows = rows_of("miri_image")
    table = write_table(file_table(rows), tmp_path / "search.csv")
    sky = rows[0]["FILENAME"].replace("_uncal.", "_rate.")
    listed = associate(table, level=2, backgrounds=sky)
    assert listed.problems == ()
    roles = [(m.expname, m.exptype) for a in listed.associations for m in a.members]
    assert (sky, "background") in roles
    excluded = associate(table, level=2, exclude=sky.replace("_rate", "_*"))
    assert len(excluded.downloads) == len(rows) - 1
    other = write_table(file_table(rows[:1]), tmp_path / "sky.csv")
    assert told(associate(table, level=2, backgrounds=other)) == told(listed)
    with pytest.raises(UsageError, match=r"^--background jw99\*: there is no such file$"):
        associate(table, level=2, backgrounds="jw99*")


def test_conditions_look_at_all_columns_of_a_table(tmp_path: Path) -> None:
    table = [{**row, "pi_name": f"P{i}"} for i, row in enumerate(file_table(rows_of("miri_image")))]
    path = write_table(table, tmp_path / "search.csv")
    assert len(associate(path, level=3, where="PI_NAME=P0,P1").downloads) == 2


def test_rows_of_combined_products_are_noted(tmp_path: Path) -> None:
    table = file_table(rows_of("miri_image"))
    table.append({**table[0], "filename": "jw00007-o001_t001_miri_f770w_i2d.fits"})
    found = associate(write_table(table, tmp_path / "search.csv"))
    assert found.problems == ()
    assert "combined products are skipped: " in str(found.notes[0])


def test_a_plan_needs_files(tmp_path: Path) -> None:
    table = write_table(file_table(rows_of("miri_image")), tmp_path / "search.csv")
    with pytest.raises(UsageError, match="Download them first"):
        make_plan(Request.of({"files": table}), tmp_path / "plan.toml")


def test_the_command_writes_the_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = rows_of("miri_image")
    write_table(file_table(rows), Path("search.csv"))
    argv = ["associate", "search.csv", "--level", "3", "-p", "asn", "--files", "lists/get.txt"]
    assert main([*argv, "--dry-run"]) == 0
    assert [path.name for path in Path().iterdir()] == ["search.csv"]
    capsys.readouterr()
    assert main(argv) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == f"1 association, 1 file written, {len(rows)} files to download"
    lines = Path("lists/get.txt").read_text().splitlines()
    assert lines[0] == f"{ADDRESS}{rows[0]['FILENAME'].replace('_uncal.', '_cal.')}"
    assert main(argv) == 0
    Path("lists/get.txt").write_text("mine")
    assert main(argv) == 2
    assert "lists/get.txt: already exists with other content" in capsys.readouterr().err
    assert Path("lists/get.txt").read_text() == "mine"
    assert main([*argv, "--replace"]) == 0
    assert Path("lists/get.txt").read_text().splitlines() == lines


def test_files_at_hand_are_not_downloaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files_of("miri_image", tmp_path / "cal")
    listed = tmp_path / "get.txt"
    out = ["-p", str(tmp_path), "--files", str(listed)]
    assert main(["associate", str(tmp_path / "cal"), "--level", "3", *out]) == 0
    assert "note: --files: you have all files" in capsys.readouterr().out
    assert not listed.exists()


def test_a_list_is_written_where_no_directory_is_yet(tmp_path: Path) -> None:
    path = tmp_path / "new" / "one" / "list.txt"
    for _ in range(2):
        write_list(["mast:a", "mast:b"], path)
    assert path.read_text() == "mast:a\nmast:b\n"


def needed(*associations: Association, absent: str = "a b", **shutters: str) -> list[str]:
    """Return the names of the files to download; some exposures come from a table."""
    rows = {name: {"msametfl": file} for name, file in shutters.items()}
    plain = {"filename": "x_uncal.fits", "program": "7", "exp_type": "x", "asn_candidate": "[]"}
    files: dict[str, dict[str, Path]] = {name: {} for name in absent.split()}
    inputs = Inputs(Pool([plain]), files | {"x": {"cal": Path("x_cal.fits")}}, {}, rows, {}, ())
    found = files_to_download(iter(associations), inputs)
    assert all(address.startswith(ADDRESS) for address in found)
    return [address.removeprefix(ADDRESS) for address in found]


def test_files_that_are_not_at_hand_are_needed_once_and_in_order() -> None:
    one = association(member("b_cal.fits"), member("a_cal.fits"), member("x_cal.fits"))
    assert needed(one, one) == ["a_cal.fits", "b_cal.fits"]
    assert needed(one, absent="") == []
    product = replace(derived("a_cat.ecsv", "sourcecat"), exposure="a")
    assert needed(association(product)) == []


@pytest.mark.parametrize(
    ("made", "stage", "is_needed"),
    [
        (member("a_rate.fits"), "cal", False),
        (member("a_rate.fits"), "x1d", False),
        (member("a_rate.fits"), "rateints", True),
        (member("a_rate.fits", "background"), "cal", True),
        (replace(derived("a_rate.fits", "science"), exposure="a"), "cal", True),
    ],
)
def test_what_level_2_makes_of_its_science_is_not_needed(
    made: Member, stage: str, is_needed: bool
) -> None:
    level2 = association(made, level=2)
    file = f"a_{stage}.fits"
    rate = [] if made.derived else ["a_rate.fits"]
    assert needed(level2, association(member(file))) == sorted([*rate, *[file] * is_needed])
    # Level 2 makes no members of level 2, and level 3 makes no members of level 3.
    assert file in needed(level2, association(member(file), level=2))
    assert file in needed(association(made), association(member(file)))


def test_what_is_not_needed_does_not_end_the_list() -> None:
    level2 = association(member("a_rate.fits"), level=2)
    level3 = association(
        derived("p_i2d.fits", "direct_image"),
        member("x_cal.fits"),
        member("a_cal.fits"),
        member("b_cal.fits"),
    )
    assert needed(level2, level3) == ["a_rate.fits", "b_cal.fits"]


def test_a_list_is_replaced_only_on_request(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    write_list(["a", "b"], path)
    assert path.read_text() == "a\nb\n"
    with pytest.raises(UsageError, match="already exists with other content"):
        write_list(["c"], path)
    write_list(["c"], path, replace=True)
    assert path.read_text() == "c\n"


def test_level_2_needs_the_files_of_shutters() -> None:
    level2 = association(member("a_rate.fits"), member("b_rate.fits"), level=2)
    assert needed(level2, a="m_msa.fits", b="") == ["a_rate.fits", "b_rate.fits", "m_msa.fits"]
    assert needed(association(member("a_cal.fits")), a="m_msa.fits") == ["a_cal.fits"]
