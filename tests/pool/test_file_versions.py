"""Files of one exposure: stages, intermediate products and what users make of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve.pool.file_versions import versions_of

EXPOSURE = "jw00007001001_02101_00001_mirimage"


def versions(folder: Path, *suffixes: str) -> tuple[str, list[str], list[str], list[str]]:
    """Return name, files, further files and problems; each file by what follows the exposure."""
    paths = sorted(folder / f"{EXPOSURE}_{suffix}.fits" for suffix in suffixes)
    for path in paths:
        path.touch()
    found, problems = versions_of(paths)

    def ends(files: tuple[Path, ...]) -> list[str]:
        return [path.stem.removeprefix(f"{EXPOSURE}_") for path in files]

    return found.exposure, ends(found.files), ends(found.further), list(map(str, problems))


@pytest.mark.parametrize(
    ("suffixes", "ranked"),
    [
        ("cal rate uncal x1d", "x1d cal rate uncal"),
        ("bsub cal", "cal bsub"),
        ("ramp rate", "rate ramp"),
        ("bsubints calints", "calints bsubints"),
        ("a3001_match cal", "cal a3001_match"),
        ("cal tweakreg", "cal tweakreg"),
        ("destreak_cal rate", "destreak_cal rate"),
        ("o001_crf cal", "o001_crf cal"),
    ],
)
def test_stages_come_before_other_versions(suffixes: str, ranked: str, tmp_path: Path) -> None:
    found = versions(tmp_path, *suffixes.split())
    assert found == (EXPOSURE, ranked.split(), [], [])


@pytest.mark.parametrize("suffix", ["destreak_cal", "a3001_match", "tweakreg", "bsub"])
def test_a_version_alone_is_the_exposure(suffix: str, tmp_path: Path) -> None:
    name = f"{EXPOSURE}_{suffix}".removesuffix("_cal")
    assert versions(tmp_path, suffix) == (name, [suffix], [], [])


def test_files_with_names_of_the_user_have_that_of_the_latest_stage(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("mine_bsub.fits", "mine_cal.fits")]
    found, problems = versions_of(paths)
    assert (found.exposure, found.files, problems) == ("mine", (paths[1], paths[0]), [])


def test_two_versions_at_one_stage_leave_a_choice(tmp_path: Path) -> None:
    """The name that the archive gives is taken, whatever the order of names."""
    for mine in ("a_cal", "destreak_cal"):
        exposure, files, further, (problem,) = versions(tmp_path, mine, "cal")
        assert (exposure, files, further) == (EXPOSURE, ["cal"], [])
        assert problem == (
            f"{tmp_path}/{EXPOSURE}_{mine}.fits: it is of the same exposure as "
            f"{tmp_path}/{EXPOSURE}_cal.fits, which is used; expected one version of each "
            "exposure. Leave out the one you do not want."
        )


def test_versions_without_a_stage_leave_a_choice_if_there_is_nothing_else(tmp_path: Path) -> None:
    assert versions(tmp_path, "a_match", "b_match")[1:3] == (["a_match"], [])
    assert len(versions(tmp_path, "a_match", "b_match")[3]) == 1
    assert versions(tmp_path, "a_match", "b_match", "cal")[1:] == (
        ["cal", "a_match"],
        ["b_match"],
        [],
    )


def test_each_association_has_its_own_crf_files(tmp_path: Path) -> None:
    """Beside the file that they were made from, nobody asks for them."""
    assert versions(tmp_path, "c1000_crf", "cal", "o001_crf")[1:] == (
        ["c1000_crf", "cal"],
        ["o001_crf"],
        [],
    )
    assert len(versions(tmp_path, "c1000_crf", "o001_crf")[3]) == 1


def test_a_file_under_two_paths_is_mentioned(tmp_path: Path) -> None:
    file = tmp_path / f"{EXPOSURE}_cal.fits"
    file.touch()
    (tmp_path / "link").symlink_to(tmp_path)
    found, (problem,) = versions_of([file, tmp_path / "link" / file.name])
    assert (found.files, found.further) == ((file,), ())
    assert str(problem) == f"{tmp_path / 'link' / file.name}: it is the same file as {file}"


def test_files_that_are_not_here_can_be_listed_twice() -> None:
    path = Path(f"{EXPOSURE}_uncal.fits")
    found, problems = versions_of([path, Path(str(path))])
    assert found.files == (path,)
    assert [problem.what for problem in problems] == [f"it is the same file as {path}"]
    found, problems = versions_of([path, Path("sub") / path.name])
    assert [problem.what for problem in problems] == [
        f"it is of the same exposure as {path}, which is used"
    ]
