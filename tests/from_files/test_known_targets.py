"""Calls about one program agree on the numbers of its targets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve import associate
from asnsolve.cli.main import main
from asnsolve.errors import UsageError
from asnsolve.from_files.known_targets import (
    given_numbers,
    numbered,
    numbers_in_directories,
    pinned,
    renumbering_notes,
    unknown_targets,
)
from asnsolve.from_files.request import Request
from asnsolve.from_files.solved_request import Associated
from asnsolve.plans.associations_of_plan import write_associations
from asnsolve.plans.plan_files import make_plan, read_plan
from asnsolve.pool.header_cells import Provenance
from asnsolve.pool.header_rows import HeaderRows
from asnsolve.pool.target_numbers import KnownNumber

FIELDS = {"001": "FIELD-A", "004": "FIELD-B"}


def write(folder: Path, observation: str, activity: str, stage: str, **cards: str) -> Path:
    """Write the header of an exposure of one of the two fields."""
    folder.mkdir(exist_ok=True)
    header = fits.Header()
    header.update(
        PROGRAM="02079",
        OBSERVTN=observation,
        VISIT="001",
        VISITGRP="02",
        SEQ_ID="1",
        ACT_ID=activity,
        EXPOSURE="00001",
        INSTRUME="NIRISS",
        DETECTOR="NIS",
        PUPIL="F115W",
        SUBARRAY="FULL",
        PATT_NUM=1,
        TARGPROP=FIELDS[observation],
        VISITYPE="PRIME_TARGETED_FIXED",
        **cards,
    )
    path = folder / f"jw02079{observation}001_021{activity}_00001_nis_{stage}.fits"
    fits.PrimaryHDU(header=header).writeto(path)
    return path


@pytest.fixture(autouse=True)
def fields(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write grisms and direct images of two fields, and work beside them."""
    monkeypatch.chdir(tmp_path)
    for observation in FIELDS:
        write(Path("cal"), observation, "01", "cal", EXP_TYPE="NIS_IMAGE", FILTER="CLEAR")
        write(Path("rate"), observation, "01", "rate", EXP_TYPE="NIS_IMAGE", FILTER="CLEAR")
        write(Path("rate"), observation, "02", "rate", EXP_TYPE="NIS_WFSS", FILTER="GR150R")


FIELD_B = "cal/jw02079004*"
PRODUCT = "jw02079-o004_{}_niriss_clear-f115w"


def products(found: Associated) -> dict[str, str]:
    """Return the number in the names of images, by observation."""
    return {
        one.asn_id: one.products[0].name.split("_")[1]
        for one in found.associations
        if one.asn_type == "image3"
    }


def catalogs(found: Associated) -> dict[str, str]:
    """Return the number in the names of catalogs of direct images, by observation."""
    return {
        one.asn_id: Path(member.expname).name.split("_")[1]
        for one in found.associations
        for member in one.members
        if member.exptype == "sourcecat"
    }


def test_alone_a_field_is_the_first_target() -> None:
    assert products(associate("cal", 3)) == {"o001": "t001", "o004": "t002"}
    assert products(associate(FIELD_B, 3)) == {"o004": "t001"}


def test_association_files_in_the_output_directory_tell_numbers() -> None:
    first = associate(FIELD_B, 3, out="asn")
    assert products(first) == {"o004": "t001"}
    grisms = associate("rate", 2, out="asn")
    assert catalogs(grisms) == {"o001": "t002", "o004": "t001"}
    assert [note.what for note in grisms.notes if "t001" in note.what] == [
        "FIELD-B is t001, as in jw02079-o004_image3_00001_asn.json"
    ]
    elsewhere = associate("rate", 2, out="other")
    assert catalogs(elsewhere) == {"o001": "t001", "o004": "t002"}


def test_the_other_way_around_too() -> None:
    """The grisms of both fields come first; the members of their associations are in no file."""
    associate("rate", 2, out="asn")
    for path in Path("rate").iterdir():
        path.unlink()
    assert products(associate(FIELD_B, 3, out="asn")) == {"o004": "t002"}


def test_all_orders_of_calls_agree() -> None:
    for number, calls in enumerate(
        [(FIELD_B, "cal/jw02079001*"), ("cal/jw02079001*", FIELD_B), (FIELD_B, "cal")]
    ):
        found = [products(associate(files, 3, out=f"asn{number}")) for files in calls]
        numbers = found[0] | found[1]
        assert all(numbers[asn_id] == text for one in found for asn_id, text in one.items())
        assert sorted(numbers.values()) == ["t001", "t002"]


@pytest.mark.parametrize("name", ["_i2d.fits", "_cat.ecsv", "_segm.fits"])
@pytest.mark.parametrize("place", ["asn", "cal"])
def test_products_in_the_directories_tell_numbers(name: str, place: str) -> None:
    """Names suffice, so that these files are not even opened."""
    Path("asn").mkdir()
    Path(place, PRODUCT.format("t007") + name).touch()
    assert products(associate("cal/*_cal.fits", 3, out="asn")) == {"o001": "t001", "o004": "t007"}


def test_association_files_beside_the_data_tell_numbers() -> None:
    """As where they come with the data from the archive."""
    associate("cal", 3, out="cal")
    assert products(associate(FIELD_B, 3)) == {"o004": "t002"}
    assert products(associate(FIELD_B, 3, out="asn")) == {"o004": "t002"}


def test_given_numbers_count_more_than_files_and_it_is_said() -> None:
    associate("cal", 3, out="asn")
    found = associate(FIELD_B, 3, targets="FIELD-B=t001", out="asn2")
    assert products(found) == {"o004": "t001"}
    assert found.notes == ()
    found = associate(FIELD_B, 3, targets=["field-b=5"], out="asn")
    assert products(found) == {"o004": "t005"}
    assert [note.what for note in found.notes if "according" in note.what] == [
        "FIELD-B is t002 according to jw02079-o004_image3_00001_asn.json, which is not used: "
        "it is t005 according to --target"
    ]


def test_given_numbers_may_be_those_of_one_program() -> None:
    assert products(associate("cal", 3, targets="2079:FIELD-B=t009"))["o004"] == "t009"
    found = associate("cal", 3, targets="2080:FIELD-B=t001")
    assert products(found) == {"o001": "t001", "o004": "t002"}
    (note,) = found.notes
    assert note.what == "--target: no exposure of program 02080 has the target 'FIELD-B'"


def test_targets_that_no_exposure_has_are_noted_and_keep_their_number() -> None:
    """So that all calls about a program can be given all numbers."""
    found = associate("cal", 3, targets="FIELDB=t001")
    (note,) = found.notes
    assert note.what == "--target: no exposure has the target 'FIELDB'"
    assert note.advice.startswith("Did you mean FIELD-")
    assert products(found) == {"o001": "t002", "o004": "t003"}


@pytest.mark.parametrize("text", ["FIELD-A", "FIELD-A=", "=t001", "FIELD-A=t000", "FIELD-A=first"])
def test_what_gives_no_number_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="does not give a number to a target; expected NAME=t007"):
        associate("cal", 3, targets=text)


@pytest.mark.parametrize(
    "texts", [("FIELD-A=t001", "FIELD-B=t001"), ("FIELD-A=t001", "FIELD-A=t002")]
)
def test_given_numbers_must_agree(texts: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="the numbers of targets do not agree"):
        associate("cal", 3, targets=texts)


def test_names_may_hold_anything() -> None:
    assert given_numbers(["a=b:c=t001", "12:a=2", "x:y=3"]) == (
        KnownNumber("1", "--target", target="a=b:c"),
        KnownNumber("2", "--target", "00012", target="a"),
        KnownNumber("3", "--target", target="x:y"),
    )


def test_a_target_that_is_not_among_the_files_keeps_its_number() -> None:
    associate(FIELD_B, 3, out="asn")
    for file in Path("cal").glob("jw02079004*"):
        file.unlink()
    assert products(associate("cal", 3, out="asn")) == {"o001": "t002"}


def test_another_observation_of_a_target_is_known_by_the_headers_of_members() -> None:
    """Members are found from the association file, wherever they lie."""
    associate(FIELD_B, 3, out="asn", paths="absolute")
    associate(FIELD_B, 3, out="asn2", paths="relative")
    associate(FIELD_B, 3, out="cal")
    for file in Path("cal").glob("jw02079001*_cal.fits"):
        fits.setval(file, "TARGPROP", value="FIELD-B")
    for place in ("asn", "asn2", "cal"):
        assert products(associate("cal/jw02079001*", 3, out=place)) == {"o001": "t001"}


def test_products_of_several_observations_are_known_by_their_headers() -> None:
    Path("asn").mkdir()
    header = fits.Header({"TARGPROP": "FIELD-B", "PROGRAM": "02079"})
    name = "jw02079-c1000_t001_niriss_clear-f115w_i2d.fits"
    fits.PrimaryHDU(header=header).writeto(Path("asn", name))
    assert products(associate("cal", 3, out="asn")) == {"o001": "t002", "o004": "t001"}


ROWS = [
    {
        "filename": f"jw02079{observation}001_02101_00001_nis_uncal.fits",
        "program": "2079",
        "obs_num": observation.lstrip("0"),
        "targprop": target,
    }
    for observation, target in FIELDS.items()
]


def test_other_files_in_a_directory_tell_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "asn"
    associate("cal", 3, out=folder)
    assert len(numbers_in_directories([folder, folder, tmp_path / "none"], ROWS)) == 2
    of_others = [row | {"program": "2080"} for row in ROWS]
    assert numbers_in_directories([folder], of_others) == ()
    data = json.loads((folder / "jw02079-o004_image3_00001_asn.json").read_text())
    for number, change in enumerate(
        (
            {"target": "t000"},
            {"target": None},
            {"products": []},
            {"products": [{"name": "x", "members": [{"expname": "a", "exptype": "psf"}]}]},
        )
    ):
        (folder / f"mine{number}_asn.json").write_text(json.dumps(data | change))
    (folder / "broken_asn.json").write_text("{")
    (folder / "directory_asn.json").mkdir()
    assert len(numbers_in_directories([folder], ROWS)) == 2


def image(name: str, target: str) -> None:
    """Write the header of a combined image."""
    header = fits.Header({"PROGRAM": "02079", "TARGPROP": target})
    fits.PrimaryHDU(header=header).writeto(f"images/{name}_niriss_clear-f115w_i2d.fits")


def test_headers_of_products_are_read_where_names_do_not_suffice() -> None:
    """One header gives the target of all files with the same number."""
    Path("images").mkdir()
    for name, target in (
        ("jw00001-c1000_t009", "OTHER"),
        ("jw02079-c1000_t003", "FIELD-A"),
        ("jw02079-c1001_t003", "FIELD-B"),
        ("jw02079-o004_t004", "FIELD-A"),
    ):
        image(name, target)
    found = numbers_in_directories([Path("images")], ROWS)
    assert [(one.number, one.target, one.observation) for one in found] == [
        ("3", "FIELD-A", ""),
        ("3", "FIELD-A", ""),
        # The observation is known, and its own exposures name the target.
        ("4", "", "4"),
    ]
    unknown = [row | {"obs_num": f"X{row['obs_num']}"} for row in ROWS]
    assert numbers_in_directories([Path("images")], unknown)[2].target == "FIELD-A"


def test_headers_of_known_exposures_are_not_read() -> None:
    """An association of two observations, beside its files."""
    science = [path.name for path in sorted(Path("cal").glob("*_cal.fits"))]
    members = [{"expname": name, "exptype": "science"} for name in science]
    data = {"target": "t012", "program": "02079", "products": [{"name": "x", "members": members}]}
    Path("cal/two_asn.json").write_text(json.dumps(data))
    (one,) = numbers_in_directories([Path("cal")], ROWS)
    assert (one.number, one.target, one.observation) == ("12", "", "")
    others = [row | {"filename": f"other_{row['filename']}"} for row in ROWS]
    (one,) = numbers_in_directories([Path("cal")], others)
    assert one.target == "FIELD-A"


def test_association_files_of_any_name_and_maker_tell_numbers(tmp_path: Path) -> None:
    science = "/data/jw02079004001_02101_00001_nis_cal.fits"
    members = [{"expname": science, "exptype": "SCIENCE"}]
    data = {"target": "12", "program": "02079", "products": [{"name": "x", "members": members}]}
    Path("asn").mkdir()
    Path("asn/mine_asn.json").write_text(json.dumps(data))
    assert numbers_in_directories([Path("asn")], ROWS) == (
        KnownNumber(
            "12",
            "mine_asn.json",
            "02079",
            exposures=("jw02079004001_02101_00001_nis",),
            observation="4",
        ),
    )
    assert products(associate("cal", 3, out="asn")) == {"o001": "t001", "o004": "t012"}


def test_the_program_is_that_of_the_exposures_or_of_the_association() -> None:
    """Exposures of one observation give the program; for several observations, the file does."""
    Path("asn").mkdir()
    for name, observations in (("one", ["004"]), ("two", ["001", "004"])):
        science = [f"jw02079{number}001_02101_00001_nis_cal.fits" for number in observations]
        members = [{"expname": file, "exptype": "science"} for file in science]
        products = [{"name": "x", "members": members}]
        data = {"target": "t012", "program": "777", "products": products}
        Path(f"asn/{name}_asn.json").write_text(json.dumps(data))
    found = numbers_in_directories([Path("asn")], ROWS)
    assert [(one.source, one.program, one.observation) for one in found] == [
        ("one_asn.json", "02079", "4"),
        ("two_asn.json", "00777", ""),
    ]


def test_a_plan_keeps_the_numbers_that_it_was_made_with() -> None:
    associate(FIELD_B, 3, out="asn")
    make_plan(Request(files=("cal",), level=3, out="asn"), "plan.toml")
    assert read_plan(Path("plan.toml")).request.targets == (
        "02079:FIELD-A=t002",
        "02079:FIELD-B=t001",
    )
    make_plan(Request(files=("cal",), level=3, out="asn2"), "plan2.toml")
    assert read_plan(Path("plan2.toml")).request.targets == ()
    # What other calls do in between makes no difference.
    for path in Path("asn").iterdir():
        path.unlink()
    associate(FIELD_B, 3, out="asn2", targets="FIELD-B=t009")
    for plan, numbers in (("plan.toml", ["t002", "t001"]), ("plan2.toml", ["t001", "t002"])):
        found = write_associations(plan, "asn3")
        assert (found.violations, found.changed) == ((), ())
        assert [one.target for one in found.associations] == numbers
        for path in Path("asn3").iterdir():
            path.unlink()


def test_the_command_takes_several_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--target", "FIELD-A=t003", "--target", "FIELD-B=t002"]
    assert main(["associate", "cal", "--level", "3", "-p", "asn", *given]) == 0
    out = capsys.readouterr().out
    assert "jw02079-o001_t003_niriss" in out
    assert "jw02079-o004_t002_niriss" in out
    make = ["plan", "cal", "--level", "3", "-o", "plan.toml", *given]
    assert main(make) == 0
    assert 'targets = [\n    "02079:FIELD-A=t003",\n' in Path("plan.toml").read_text()


def observed(*cells: tuple[str, str, str]) -> HeaderRows:
    """Return exposures of programs, observations and targets, in order."""
    rows = tuple(
        {
            "filename": f"{number}_uncal.fits",
            "program": program,
            "obs_num": observation,
            "targprop": target,
            "targname": "",
            "targetid": "",
        }
        for number, (program, observation, target) in enumerate(cells)
    )
    return HeaderRows(rows, tuple(Provenance(row["filename"], "") for row in rows), ())


def test_only_programs_out_of_order_are_pinned() -> None:
    rows = observed(("7", "1", "A"), ("7", "2", "B"), ("8", "1", "A"))
    found, targets = numbered(rows, given_numbers(["00007:B=t009"]), [])
    assert pinned(found, targets) == ("00007:A=t001", "00007:B=t009")
    # A number that the user gave needs no note.
    assert list(renumbering_notes(found, targets)) == []
    found, targets = numbered(rows, given_numbers(["00007:B=t002"]), [])
    assert pinned(found, targets) == ()


def test_numbers_that_do_not_agree_are_told_with_what_to_do() -> None:
    with pytest.raises(UsageError) as caught:
        numbered(observed(("7", "1", "A"), ("7", "2", "B")), given_numbers(["A=1", "B=1"]), [])
    (problem,) = caught.value.problems
    assert problem.what.startswith("the numbers of targets do not agree: ")
    assert problem.expected == "a number for each target"
    assert problem.advice == "To combine targets, use --together target."


@pytest.mark.parametrize("text", ["A=t007", " A =t007"])
def test_a_name_has_no_blanks_around_it(text: str) -> None:
    (number,) = given_numbers([text])
    assert (number.target, number.number, number.program) == ("A", "7", "")


def test_what_gives_no_number_is_told_with_what_is_expected() -> None:
    with pytest.raises(UsageError) as caught:
        given_numbers(["A"])
    assert [str(problem) for problem in caught.value.problems] == [
        "'A' does not give a number to a target; expected NAME=t007, or 01234:NAME=t007"
    ]


def test_targets_that_no_exposure_has_are_told_with_their_program() -> None:
    rows = observed(("7", "1", "ALPHA"), ("7", "2", "")).rows
    given = given_numbers(["7:ALPHB=t001", "8:ALPHA=t001", "ALPHA=t001"])
    assert [str(problem) for problem in unknown_targets(given, rows)] == [
        "--target: no exposure of program 00007 has the target 'ALPHB'. Did you mean ALPHA?",
        "--target: no exposure of program 00008 has the target 'ALPHA'. Did you mean ALPHA?",
    ]
