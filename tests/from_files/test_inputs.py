"""The exposures of a request: files that are read, their flags, candidates that tie them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve.errors import PoolError, UsageError
from asnsolve.from_files.inputs import Inputs, read_inputs
from asnsolve.from_files.request import Request
from asnsolve.from_files.request_fields import FLAGS
from tests.from_files.small import files_of
from tests.pool.fits_files import write_file


def row(observation: int, exposure: int = 1, /, **cells: str) -> dict[str, str]:
    """Return the row of an image."""
    plain = {
        "FILENAME": f"jw00007{observation:03}001_02101_{exposure:05}_mirimage_uncal.fits",
        "EXP_TYPE": "MIR_IMAGE",
        "PROGRAM": "7",
        "OBS_NUM": str(observation),
        "DETECTOR": "MIRIMAGE",
        "INSTRUME": "MIRI",
        "BKGDTARG": "F",
        "IS_PSF": "F",
        "IS_IMPRT": "F",
    }
    return plain | cells


def write(folder: Path, *rows: dict[str, str], stage: str = "cal") -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    names = [folder / cells["FILENAME"].replace("uncal", stage) for cells in rows]
    for cells, name in zip(rows, names, strict=True):
        write_file(cells, name)
    return list(map(str, names))


def ties(inputs: Inputs) -> dict[str, str]:
    """Return what ties each exposure besides its observation, by observation and number."""
    return {
        f"{exposure[9]}.{exposure[24]}": cells["asn_candidate"][1:-1].partition("), ")[2]
        for exposure, cells in inputs.rows.items()
    }


BACKGROUND, GROUP, REFERENCE = (
    "('c1000', 'background')",
    "('c1001', 'group')",
    "('c1002', 'background')",
)


def test_exposures_are_named_without_directory_and_stage(tmp_path: Path) -> None:
    files = write(tmp_path, row(1), row(1, 2), stage="rate")
    more = write(tmp_path, row(1), stage="cal")
    inputs = read_inputs(Request(files=(str(tmp_path),)))
    first, second = (Path(file).name.removesuffix("_rate.fits") for file in files)
    assert inputs.files == {
        first: {"cal": Path(more[0]), "rate": Path(files[0])},
        second: {"rate": Path(files[1])},
    }
    assert list(inputs.rows) == [first, second]
    assert inputs.file_of(first) == more[0]  # the last stage has the header that counts
    assert len(inputs.pool) == 2
    assert (inputs.problems, inputs.selfcal_rows) == ((), {})
    assert set(inputs.listed.values()) == {frozenset()}


def test_each_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("cal"), row(1), row(1, 2))
    names: list[str] = []
    read_inputs(
        Request(files=("cal",), psfs=(str(tmp_path / "cal"),), imprints=("cal/../cal",)),
        names.append,
    )
    assert len(names) == 2


@pytest.mark.parametrize(
    ("name", "column"), [("backgrounds", "bkgdtarg"), ("psfs", "is_psf"), ("imprints", "is_imprt")]
)
def test_a_list_decides_for_all_files(name: str, column: str, tmp_path: Path) -> None:
    flag = {column.upper(): "T"}
    one, two = write(tmp_path, row(1), row(2, **flag))
    listed: dict[str, Any] = {name: (one,)}
    inputs = read_inputs(Request(files=(two,), **listed))
    assert [cells[column] for cells in inputs.rows.values()] == ["T", ""]
    assert [*inputs.listed[name]] == [next(iter(inputs.rows))]
    plain = read_inputs(Request(files=(one, two)))
    assert [cells.get(column) for cells in plain.rows.values()] == ["F", "T"]


@pytest.mark.parametrize(("name", "other"), [("backgrounds", "is_psf"), ("psfs", "bkgdtarg")])
def test_a_listed_background_is_no_reference(name: str, other: str, tmp_path: Path) -> None:
    one, two = write(tmp_path, row(1, BKGDTARG="T", IS_PSF="T"), row(2, BKGDTARG="T", IS_PSF="T"))
    listed: dict[str, Any] = {name: (one,)}
    inputs = read_inputs(Request(files=(two,), **listed))
    # The header decides for the other exposure, which is not in the list.
    assert [cells[other] for cells in inputs.rows.values()] == ["", "T"]


def test_what_is_in_both_lists_is_a_background_of_references(tmp_path: Path) -> None:
    (file,) = write(tmp_path, row(1))
    inputs = read_inputs(Request(files=(), backgrounds=(file,), psfs=(file,)))
    (cells,) = inputs.rows.values()
    assert [cells[FLAGS[role]] for role in ("background", "psf")] == ["T", ""]
    assert ties(inputs) == {"1.1": f"{REFERENCE}, {GROUP}"}


def test_selfcal_alone_is_not_in_the_pool(tmp_path: Path) -> None:
    one, two, three = write(tmp_path, row(1), row(2), row(3))
    inputs = read_inputs(Request(files=(one, two), selfcal=(two, three)))
    first, second, third = inputs.files
    assert list(inputs.rows) == [first, second]
    assert list(inputs.selfcal_rows) == [second, third]
    with pytest.raises(PoolError, match="no file is an exposure"):
        read_inputs(Request(files=(), selfcal=(three,)))


def test_what_is_left_out_is_in_no_list(tmp_path: Path) -> None:
    one, two = write(tmp_path, row(1), row(2))
    inputs = read_inputs(Request(files=(one, two), backgrounds=(two,), exclude=(two,)))
    assert len(inputs.files) == 1
    assert inputs.listed["backgrounds"] == frozenset()


@pytest.mark.parametrize(
    ("excluded", "kept"),
    [
        ("jw00007001001_02101_00001_mirimage_cal.fits", "a12 b11 b22"),
        ("*_00001_*", "a12 b22"),
        ("a", "b11 b22"),
        ("a/../a", "b11 b22"),
        ("a/*_00002_*", "a11 b11 b22"),
        ("@list.txt", "b22"),
    ],
)
def test_names_and_paths_are_left_out(
    excluded: str, kept: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(Path("a"), row(1), row(1, 2))
    write(Path("b"), row(1), row(2, 2), stage="rate")
    Path("list.txt").write_text("a\nb/jw00007001001_02101_00001_mirimage_rate.fits\n")
    inputs = read_inputs(Request(files=("a", "b"), exclude=(excluded,)))
    # Folder, observation and number of each file that is left.
    paths = [path for versions in inputs.files.values() for path in versions.values()]
    names = sorted(f"{path.parent}{path.name[9]}{path.name[24]}" for path in paths)
    assert " ".join(names) == kept
    assert inputs.problems == ()


@pytest.mark.parametrize(
    ("field", "option"),
    [
        ("backgrounds", "--background"),
        ("psfs", "--psf"),
        ("imprints", "--imprint"),
        ("selfcal", "--selfcal"),
    ],
)
def test_a_list_of_a_role_with_a_file_that_is_not_there_is_refused(
    field: str, option: str, tmp_path: Path
) -> None:
    def read(*names: str) -> Inputs:
        return read_inputs(Request.of({"files": files[:1], field: names}))

    files = write(tmp_path, row(1), row(2))
    gone, empty = str(tmp_path / "gone.fits"), tmp_path / "empty"
    empty.mkdir()
    for names in ((gone,), (files[1], gone)):
        with pytest.raises(UsageError) as caught:
            read(*names)
        assert str(caught.value) == f"{option} {gone}: there is no such file"
    with pytest.raises(UsageError, match=f"^{option} .*empty: it holds no FITS file$"):
        read(str(empty))
    # A file that is named twice is there.
    inputs = read(files[1], files[1])
    assert [problem.what for problem in inputs.problems] == ["the file is named twice"]


def test_a_name_in_the_working_directory_is_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (here,) = write(Path(), row(1))
    write(Path("a"), row(1))
    inputs = read_inputs(Request(files=("a", here), exclude=(here,)))
    # The file in the other directory has the same name, and stays.
    assert [[*map(str, versions.values())] for versions in inputs.files.values()] == [[f"a/{here}"]]


def test_a_name_that_leaves_nothing_out_is_reported(tmp_path: Path) -> None:
    files = write(tmp_path, row(1))
    inputs = read_inputs(Request(files=(*files,), exclude=("none.fits",)))
    assert [problem.what for problem in inputs.problems] == ["there is no such file"]


def test_without_exposures_there_is_no_pool(tmp_path: Path) -> None:
    with pytest.raises(PoolError, match=r"^no file is an exposure$"):
        read_inputs(Request(files=()))
    (tmp_path / "a.fits").write_text("")
    with pytest.raises(PoolError, match="not a FITS file"):
        read_inputs(Request(files=(str(tmp_path),)))
    with pytest.raises(UsageError, match="the number of processes is 0"):
        read_inputs(Request(files=(), jobs=0))


def test_nothing_is_tied_without_need(tmp_path: Path) -> None:
    write(tmp_path, row(1), row(2))
    assert ties(read_inputs(Request(files=(str(tmp_path),)))) == {"1.1": "", "2.1": ""}


def test_backgrounds_tie_the_observations_with_exposures_of_their_type(tmp_path: Path) -> None:
    write(
        tmp_path,
        row(1),
        row(1, 2, EXP_TYPE="MIR_TACQ"),
        row(2, BKGDTARG="T"),
        row(3, EXP_TYPE="MIR_MRS"),
    )
    inputs = read_inputs(Request(files=(str(tmp_path),)))
    assert ties(inputs) == {"1.1": BACKGROUND, "1.2": BACKGROUND, "2.1": BACKGROUND, "3.1": ""}


def test_references_tie_observations_in_a_group(tmp_path: Path) -> None:
    write(tmp_path, row(1), row(2, IS_PSF="T"), row(3, EXP_TYPE="MIR_MRS"))
    inputs = read_inputs(Request(files=(str(tmp_path),)))
    assert ties(inputs) == {"1.1": GROUP, "2.1": GROUP, "3.1": ""}


def test_observations_are_merged_in_a_group(tmp_path: Path) -> None:
    write(tmp_path, row(1), row(2, EXP_TYPE="MIR_MRS"))
    folder = (str(tmp_path),)
    assert ties(read_inputs(Request(files=folder, together=("observation",)))) == {
        "1.1": GROUP,
        "2.1": GROUP,
    }
    assert set(ties(read_inputs(Request(files=folder, together=("visit",)))).values()) == {""}


def test_backgrounds_of_references_are_theirs_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        row(1),
        row(2, IS_PSF="T"),
        row(3, BKGDTARG="T"),
        row(4, BKGDTARG="T", IS_PSF="T"),
    )
    inputs = read_inputs(Request(files=(str(tmp_path),)))
    assert ties(inputs) == {
        "1.1": f"{BACKGROUND}, {GROUP}",
        "2.1": f"{REFERENCE}, {GROUP}",
        "3.1": f"{BACKGROUND}, {GROUP}",
        "4.1": f"{REFERENCE}, {GROUP}",
    }
    assert [cells["is_psf"] for cells in inputs.rows.values()] == ["F", "T", "F", ""]


def test_references_without_backgrounds_of_their_own_share_those_of_the_science(
    tmp_path: Path,
) -> None:
    write(tmp_path, row(1), row(2, IS_PSF="T"), row(3, BKGDTARG="T"))
    inputs = read_inputs(Request(files=(str(tmp_path),)))
    assert set(ties(inputs).values()) == {f"{BACKGROUND}, {GROUP}"}


def test_backgrounds_of_references_do_not_serve_the_science(tmp_path: Path) -> None:
    write(tmp_path, row(1), row(2, IS_PSF="T"), row(3, BKGDTARG="T", IS_PSF="T"))
    inputs = read_inputs(Request(files=(str(tmp_path),)))
    assert ties(inputs)["1.1"] == GROUP
    assert [ties(inputs)[key] for key in ("2.1", "3.1")] == [f"{REFERENCE}, {GROUP}"] * 2


def test_what_has_no_observation_number_is_not_tied(tmp_path: Path) -> None:
    write(tmp_path, row(1, OBS_NUM="x"), row(2, BKGDTARG="T"))
    inputs = read_inputs(Request(files=(str(tmp_path),)))
    first, second = inputs.rows.values()
    assert "asn_candidate" not in first
    assert BACKGROUND in second["asn_candidate"]


def test_programs_are_not_tied(tmp_path: Path) -> None:
    other = row(1, PROGRAM="8") | {"FILENAME": "jw00008001001_02101_00001_mirimage_uncal.fits"}
    write(tmp_path, row(1, BKGDTARG="T"), other)
    inputs = read_inputs(Request(files=(str(tmp_path),)))
    assert [BACKGROUND in cells["asn_candidate"] for cells in inputs.rows.values()] == [True, False]


def test_candidates_of_a_table_stay(tmp_path: Path) -> None:
    one, two = write(tmp_path, row(1), row(2, BKGDTARG="T"))
    table = tmp_path / "extra.csv"
    cell = "[('o001', 'observation'), ('c1000', 'mosaic')]"
    table.write_text(f'filename,asn_candidate\n{Path(one).name},"{cell}"\n')
    inputs = read_inputs(Request(files=(one, two), extra=str(table), together=("observation",)))
    assert ties(inputs) == {"1.1": "('c1000', 'mosaic')", "2.1": f"{BACKGROUND}, {GROUP}"}
    assert "supplied" in str(inputs.pool.provenance[0])


def search(path: Path, *observations: int) -> str:
    """Write a table of the archive."""
    lines = ["fileSetName,detector,exp_type,program,observtn,instrume"]
    lines += [
        f"jw00007{number:03}001_02101_00001,MIRIMAGE,MIR_IMAGE,7,{number},MIRI"
        for number in observations
    ]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def test_a_table_in_a_list_is_all_of_its_exposures(tmp_path: Path) -> None:
    (one,) = write(tmp_path, row(1))
    table = search(tmp_path / "search.csv", 2, 3)
    inputs = read_inputs(Request(files=(one,), backgrounds=(table,)))
    second, third = (f"jw0000700{number}001_02101_00001_mirimage" for number in (2, 3))
    assert inputs.listed["backgrounds"] == {second, third}
    assert [cells["bkgdtarg"] for cells in inputs.rows.values()] == ["", "T", "T"]
    # Lists name an exposure of a table by its file.
    inputs = read_inputs(Request(files=(one, table), backgrounds=(f"{second}_cal.fits",)))
    assert inputs.listed["backgrounds"] == {second}
    assert all("no such file" not in problem.what for problem in inputs.problems)
    assert len(inputs.pool) == 3


def test_files_that_are_no_exposures_have_no_role(tmp_path: Path) -> None:
    (one,) = write(tmp_path, row(1))
    combined = tmp_path / "mine_i2d.fits"
    write_file(row(1), combined)
    inputs = read_inputs(Request(files=(one,), backgrounds=(str(combined),)))
    assert [str(problem) for problem in inputs.problems] == [
        f"{combined}: it was given as background, but it is not a file of a single exposure"
    ]
    assert inputs.products == (combined,)
    # Files of other kinds are ignored without a message.
    association = tmp_path / "mine_asn.json"
    association.write_text("{}")
    inputs = read_inputs(Request(files=(one,), backgrounds=(str(association),)))
    assert inputs.problems == ()


def test_the_files_of_a_mode_are_its_pool(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path)
    assert len(read_inputs(Request(files=(str(tmp_path),))).pool) == len(files)


def test_conditions_are_for_files_that_serve_no_others(tmp_path: Path) -> None:
    one, sky = write(tmp_path, row(1, FILTER="F770W"), row(2, FILTER="F1000W"))
    where = ("filter=F1000W",)
    with pytest.raises(PoolError, match="F770W"):
        read_inputs(Request(files=(one,), backgrounds=(sky,), where=where))
    chosen = read_inputs(Request(files=(one,), backgrounds=(sky,), where=("filter=F770W",)))
    assert {cells["filter"] for cells in chosen.rows.values()} - {"F1000W"} == {"F770W"}
    assert len(chosen.aside) == 1


def test_keywords_of_conditions_and_columns_of_rules_are_read(tmp_path: Path) -> None:
    one, two = write(tmp_path, row(1), row(2))
    fits.setval(one, "MYKEY", value="A")
    fits.setval(two, "MYKEY", value="B")
    inputs = read_inputs(Request(files=(one, two), where=("mykey=a",)))
    assert [cells["obs_num"] for cells in inputs.rows.values()] == ["1"]
    assert inputs.unchosen == (Path(two),)
    assert [path for by_stage in inputs.files.values() for path in by_stage.values()] == [Path(one)]
    assert len(inputs.observed.rows) == 2
    inputs = read_inputs(Request(files=(one, two)), columns=("mykey",))
    assert [cells["mykey"] for cells in inputs.rows.values()] == ["A", "B"]
    assert "mykey" in inputs.pool.columns
    assert inputs.unchosen == ()


def test_files_around_tell_the_numbers_of_targets(tmp_path: Path) -> None:
    files = write(tmp_path / "cal", row(1, TARGPROP="ONE"), row(2, TARGPROP="TWO"))
    product = "jw00007-o002_t007_miri_f770w_i2d.fits"
    request = Request(files=tuple(files))

    def numbers(inputs: Inputs) -> list[str]:
        return [cells["targetid"] for cells in inputs.rows.values()]

    assert numbers(read_inputs(request)) == ["1", "2"]
    for folder, asked in (
        (tmp_path / "cal", request),
        (tmp_path / "out", Request(files=tuple(files), out=str(tmp_path / "out"))),
    ):
        folder.mkdir(exist_ok=True)
        (folder / product).touch()
        inputs = read_inputs(asked)
        assert numbers(inputs) == ["1", "7"]
        assert inputs.targets == ("00007:ONE=t001", "00007:TWO=t007")
        assert [str(note) for note in inputs.notes] == [f"TWO is t007, as in {product}"]
        alone = read_inputs(asked, look_around=False)
        assert (numbers(alone), alone.targets, alone.notes) == (["1", "2"], (), ())
        (folder / product).unlink()
    given = Request(files=tuple(files), targets=("TWO=t005", "THREE=t006"))
    inputs = read_inputs(given)
    assert numbers(inputs) == ["1", "5"]
    assert [note.what for note in inputs.notes] == ["--target: no exposure has the target 'THREE'"]


@pytest.mark.parametrize(("level", "aside"), [(3, 1), (2, 0), (None, 0)])
def test_level_3_has_no_use_for_skies_that_are_time_series(
    level: Any, aside: int, tmp_path: Path
) -> None:
    star, series, sky = write(tmp_path, row(1), row(2, TSOVISIT="T"), row(3))
    inputs = read_inputs(Request(files=(star,), backgrounds=(series, sky), level=level))
    assert len(inputs.aside) == aside
    assert all("jw00007002" in name for name in inputs.aside)


@pytest.mark.parametrize(
    ("sky", "tie"), [(None, BACKGROUND), ("dedicated", BACKGROUND), ("nods", ""), ("none", "")]
)
def test_dedicated_backgrounds_are_tied_where_they_are_wanted(
    sky: Any, tie: str, tmp_path: Path
) -> None:
    files = write(tmp_path, row(1), row(2, BKGDTARG="T"))
    assert ties(read_inputs(Request(files=tuple(files), sky=sky))) == {"1.1": tie, "2.1": tie}


def test_listed_files_of_other_programs_are_adopted(tmp_path: Path) -> None:
    (star,) = write(tmp_path, row(1))
    name = "jw00099005001_02101_00001_mirimage_uncal.fits"
    (psf,) = write(tmp_path, row(5, PROGRAM="99", FILENAME=name))
    inputs = read_inputs(Request(files=(star,), psfs=(psf,)))
    exposure = name.removesuffix("_uncal.fits")
    assert [(one.exposure, one.name) for one in inputs.adopted] == [
        (exposure, f"{exposure}-for-00007")
    ]
    assert len(inputs.pool) == 3
    assert [*inputs.rows] == [Path(star).name.removesuffix("_cal.fits"), exposure]
    assert [one.filename for one in inputs.pool.provenance][2:] == [
        f"{exposure}-for-00007_uncal.fits"
    ]
    # The provenance of a pool covers all of its exposures.
    assert set(inputs.pool.values("filename")) >= {f"{exposure}-for-00007_uncal.fits"}


def test_rows_of_exposures_without_a_file_here_are_not_present(tmp_path: Path) -> None:
    inputs = read_inputs(Request(files=tuple(write(tmp_path, row(1), row(2)))))
    first, second = inputs.rows
    absent = replace(inputs, files={first: {}, second: inputs.files[second]})
    assert absent.absent == {first}
    assert [*absent.present_rows] == [second]
    assert absent.file_of(first) == first
    assert (inputs.absent, inputs.present_rows) == (frozenset(), inputs.rows)
