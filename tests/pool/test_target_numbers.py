"""Targets have the numbers that something tells, and otherwise those of their order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.pool.header_cells import Row
from asnsolve.pool.header_rows import read_header_rows
from asnsolve.pool.headers import Header
from asnsolve.pool.known_numbers import number_in_file, numbers_in_header, target_in_header
from asnsolve.pool.table import Pool
from asnsolve.pool.target_numbers import (
    KnownNumber,
    number_in_product,
    number_targets,
    plain_number,
    target_of,
)
from asnsolve.profiles.jwst import PROFILE


def row(observation: int, target: str, *, program: str = "7", **cells: str) -> Row:
    name = f"jw{int(program):05}{observation:03}001_02101_00001_nis_uncal.fits"
    plain = {"filename": name, "program": program, "obs_num": str(observation)}
    return plain | {"targprop": target} | cells


A, B, C = row(1, "A"), row(3, "B"), row(4, "C")
TOLD = KnownNumber("2", "a table", "00007", target="A")


def numbers(*rows: Row, told: tuple[KnownNumber, ...] = ()) -> dict[str, str]:
    return {target: number for (_, target), number in number_targets(rows, told).numbers.items()}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *((text, "7") for text in ("t007", "T7", "007", "7", " t007 ")),
        ("t1000", "1000"),
        ("10", "10"),
        *((text, None) for text in ("", "t", "t000", "0", "x7", "t7b", "-7", "7.0")),
    ],
)
def test_numbers_are_read_as_names_have_them(text: str, number: str | None) -> None:
    assert plain_number(text) == number


def test_products_tell_the_target_of_their_observation() -> None:
    name = "jw02079-o004_t012_niriss_clear-f115w_i2d.fits"
    assert number_in_product(name) == KnownNumber("12", name, "02079", observation="4")
    assert number_in_product(name, program="2079", target="B") == KnownNumber(
        "12", name, "02079", target="B", observation="4"
    )
    assert number_in_product(name.replace("o004", "o123")) == KnownNumber(
        "12", name.replace("o004", "o123"), "02079", observation="123"
    )
    known = number_in_product(name.replace("o004", "O000").replace("t012", "T012"))
    assert (known and known.observation, known and known.number) == ("0", "12")
    elsewhere = number_in_product(name, program="1", target="B")
    assert elsewhere == KnownNumber("12", name, "02079", observation="4")


def test_the_spectrum_of_a_source_tells_the_target_that_it_names() -> None:
    name = "jw02079-o004_t012-s000000001_nirspec_f100lp-g140h-s200a1_x1d.fits"
    assert number_in_product(name) == KnownNumber("12", name, "02079", observation="4")


def test_a_product_of_several_observations_tells_a_target_that_is_named() -> None:
    name = "jw02079-c1000_t002_niriss_clear-f115w_segm.fits"
    assert number_in_product(name) == KnownNumber("2", name, "02079")
    assert number_in_product(name, target="B") == KnownNumber("2", name, "02079", target="B")


@pytest.mark.parametrize(
    "name",
    [
        "jw02079-o004_s00012_niriss_f115w-gr150r_x1d.fits",
        "jw02079-o004_t000_niriss_clear-f115w_i2d.fits",
        "jw02079004001_02101_00001_nis_cal.fits",
        "t002.fits",
        "",
    ],
)
def test_other_names_tell_nothing(name: str) -> None:
    assert number_in_product(name, target="B") is None


def test_the_target_of_an_exposure_is_named_as_the_mission_does() -> None:
    named = {"program": "7", "targprop": "A", "aim": "X"}
    assert target_of(named) == target_of(named, PROFILE) == ("00007", "A")
    other = replace(PROFILE, headers=replace(PROFILE.headers, targets=("aim",)))
    assert target_of(named, other) == ("00007", "X")
    assert target_of({"program": "7"}) is None


def test_a_number_of_no_program_is_that_of_the_target_in_each_program() -> None:
    known = [KnownNumber("5", "a table", target="A")]
    found = number_targets([A, row(1, "A", program="8"), row(1, "B", program="8")], known)
    assert found.numbers == {("00007", "A"): "5", ("00008", "A"): "5", ("00008", "B"): "1"}
    assert found.conflicts == ()


def test_targets_are_numbered_in_the_order_of_observation() -> None:
    assert numbers(C, A, B) == {"A": "1", "B": "2", "C": "3"}
    assert numbers(B, C) == {"B": "1", "C": "2"}
    later = row(9, "A")
    assert numbers(later, B, A) == {"A": "1", "B": "2"}
    assert numbers(row(10, "A"), row(9, "B")) == {"A": "2", "B": "1"}


def test_an_observation_that_is_no_number_comes_first() -> None:
    assert numbers(A, row(3, "B", obs_num="x"), row(0, "C")) == {"B": "1", "C": "2", "A": "3"}


def test_programs_are_numbered_apart() -> None:
    other = row(1, "Z", program="00008")
    found = number_targets([A, B, other], [replace(TOLD, program="00008", target="Z")])
    assert found.numbers == {("00007", "A"): "1", ("00007", "B"): "2", ("00008", "Z"): "2"}


def test_exposures_without_target_have_no_number() -> None:
    assert numbers(row(1, ""), B) == {"B": "1"}
    assert numbers(row(1, "", targname="a"), B) == {"a": "1", "B": "2"}


def test_the_others_get_the_numbers_that_are_free() -> None:
    assert numbers(A, B, C, told=(TOLD,)) == {"A": "2", "B": "1", "C": "3"}
    assert numbers(A, B, C, told=(replace(TOLD, number="9"),)) == {"A": "9", "B": "1", "C": "2"}


@pytest.mark.parametrize("name", ["A", "a", "NGC 1", "ngc 1"])
@pytest.mark.parametrize("program", ["", "00007"])
def test_a_target_is_known_by_either_name(name: str, program: str) -> None:
    told = replace(TOLD, target=name, program=program)
    assert numbers(A | {"targname": "NGC 1"}, B, told=(told,)) == {"A": "2", "B": "1"}


def test_the_name_of_the_proposal_counts_before_that_of_a_catalog() -> None:
    told = replace(TOLD, target="B")
    assert numbers(A | {"targname": "B"}, B, C, told=(told,)) == {"A": "1", "B": "2", "C": "3"}
    told = replace(TOLD, number="3", target="A")
    assert numbers(A, B | {"targname": "A"}, told=(told,)) == {"A": "3", "B": "1"}


def test_a_target_is_known_by_its_exposures_before_its_observation() -> None:
    told = KnownNumber(
        "5", "x", "00007", exposures=("jw00007003001_02101_00001_nis", "?"), observation="1"
    )
    assert numbers(A, B, told=(told,)) == {"A": "1", "B": "5"}
    elsewhere = replace(told, exposures=("jw00007001001_02101_00009_nis",))
    assert numbers(A, B, told=(elsewhere,)) == {"A": "5", "B": "1"}
    assert numbers(A, B, told=(replace(elsewhere, program="00008"),)) == {"A": "1", "B": "2"}


@pytest.mark.parametrize(("program", "kept"), [("", True), ("00007", True), ("00008", False)])
def test_targets_without_exposures_keep_their_numbers(program: str, kept: bool) -> None:
    told = replace(TOLD, target="Z", program=program)
    assert numbers(A, B, told=(told,)) == {"A": "1", "B": "3" if kept else "2"}
    # A number that is known to be another's is that of the other.
    known = KnownNumber("2", "x", "00007", target="B")
    assert numbers(A, B, told=(told, known)) == {"A": "1", "B": "2"}


def test_a_number_of_several_targets_tells_that_of_none() -> None:
    both = KnownNumber(
        "5",
        "x",
        "00007",
        exposures=("jw00007001001_02101_00001_nis", "jw00007003001_02101_00001_nis"),
    )
    assert numbers(A, B, told=(both,)) == {"A": "1", "B": "2"}
    of_observation = KnownNumber("5", "x", "00007", observation="1")
    assert numbers(A, row(1, "A2"), told=(of_observation,)) == {"A": "1", "A2": "2"}


def test_what_comes_first_counts_and_the_rest_is_told() -> None:
    other_number = replace(TOLD, number="3", source="a name")
    other_target = replace(TOLD, target="B", source="a name")
    found = number_targets([A, B], [TOLD, TOLD, other_number, other_target, other_target])
    assert found.numbers == {("00007", "A"): "2", ("00007", "B"): "1"}
    assert found.sources == {("00007", "A"): "a table"}
    assert [problem.what for problem in found.conflicts] == [
        "A is t003 according to a name, which is not used: it is t002 according to a table",
        "B is t002 according to a name, which is not used: t002 is A according to a table",
    ]
    # A number that did not count is free.
    assert numbers(A, B, C, told=(TOLD, other_number)) == {"A": "2", "B": "1", "C": "3"}


@given(st.permutations([A, B, C, row(4, "D"), row(1, "A")]), st.integers(1, 9))
def test_the_order_of_rows_makes_no_difference(rows: list[Row], number: int) -> None:
    told = (replace(TOLD, number=str(number)),)
    found = numbers(*rows, told=told)
    assert found == numbers(A, B, C, row(4, "D"), told=told)
    assert len(set(found.values())) == len(found)


def write(folder: Path, name: str, **cards: str) -> Path:
    header = fits.Header()
    header.update(EXP_TYPE="NIS_IMAGE", PROGRAM="00007", OBSERVTN=name[8:11], **cards)
    fits.PrimaryHDU(header=header).writeto(folder / name)
    return folder / name


def target_ids(pool: Pool) -> list[str | None]:
    return [pool.value(number, "targetid") for number in range(len(pool))]


FILE_A, FILE_B = (f"jw00007{number}001_02101_00001_nis_cal.fits" for number in ("001", "003"))


def test_products_among_the_files_tell_numbers(tmp_path: Path) -> None:
    write(tmp_path, FILE_A, TARGPROP="A")
    write(tmp_path, FILE_B, TARGPROP="B")
    assert target_ids(Pool.from_fits(tmp_path)) == ["1", "2"]
    write(tmp_path, "jw00007-c1000_t001_niriss_clear-f115w_i2d.fits", TARGPROP="B")
    assert target_ids(Pool.from_fits(tmp_path)) == ["2", "1"]


def test_the_header_of_a_product_tells_a_target_of_its_own_program_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "jw00008-c1000_t001_niriss_clear-f115w_i2d.fits", TARGPROP="B")
    assert number_in_file(path) == KnownNumber("1", path.name, "00008")
    path = write(tmp_path, "jw00007-c1000_t001_niriss_clear-f115w_i2d.fits", TARGPROP="B")
    assert number_in_file(path) == KnownNumber("1", path.name, "00007", target="B")


def test_only_headers_of_fits_files_are_read(tmp_path: Path) -> None:
    table = tmp_path / "jw00007-c1000_t001_niriss_clear-f115w_cat.ecsv"
    table.write_text("nothing")
    assert target_in_header(table) == ("", "")
    assert number_in_file(table) == KnownNumber("1", table.name, "00007")
    assert target_in_header(tmp_path / "absent.fits") == ("", "")
    # The observation in the name is enough; the header does not matter.
    named = write(tmp_path, "jw00007-o001_t002_niriss_clear-f115w_i2d.fits", TARGPROP="B")
    assert number_in_file(named) == KnownNumber("2", named.name, "00007", observation="1")
    assert number_in_file(tmp_path / "mine.fits") is None
    # The first target name that is set counts.
    for number, (cells, target) in enumerate(
        (({"TARGPROP": "B", "TARGNAME": "C"}, "B"), ({"TARGPROP": "", "TARGNAME": "C"}, "C"))
    ):
        path = write(tmp_path, f"mine{number}_cal.fits", **cells)
        assert target_in_header(path) == (fits.getval(path, "PROGRAM"), target)


def test_another_mission_has_other_names_of_products(tmp_path: Path) -> None:
    headers = PROFILE.headers
    product = r"xx(?P<program>\d+)-(?P<asn_id>[a-z]\d+)-(?P<target>\d+)\.fits"
    keywords = {**headers.keywords, "program": "mission"}
    other = replace(
        PROFILE,
        headers=replace(
            headers, product=product, keywords=keywords, products=("myimage",), targets=("mytarg",)
        ),
    )
    cards = {"MISSION": "12", "MYTARG": "B", "TARGPROP": "A"}
    path = write(tmp_path, "xx12-c1000-7.fits", **cards)
    assert target_in_header(path, other) == ("12", "B")
    assert number_in_file(path, other) == KnownNumber("7", path.name, "00012", target="B")
    assert number_in_file(path) is None
    named = "xx12-o003-5.fits"
    assert number_in_file(tmp_path / named, other) == KnownNumber(
        "5", named, "00012", observation="3"
    )
    assert number_in_file(tmp_path / "jw00007-o001_t002_niriss_clear_i2d.fits", other) is None
    header = Header(Path("jw00012003001_02101_00001_nis_cal.fits"), {"myimage": named})
    assert list(numbers_in_header(header, other)) == [
        KnownNumber(
            "5",
            f"MYIMAGE of {header.path}",
            "00012",
            exposures=("jw00012003001_02101_00001_nis",),
            observation="3",
        )
    ]


@pytest.mark.parametrize("keyword", ["SCATFILE", "SEGMFILE", "DIRIMAGE"])
@pytest.mark.parametrize("asn_id", ["o003", "c1000"])
def test_headers_of_slitless_spectra_tell_numbers(
    keyword: str, asn_id: str, tmp_path: Path
) -> None:
    write(tmp_path, FILE_A, TARGPROP="A")
    image = f"jw00007-{asn_id}_t004_niriss_clear-f115w_cat.ecsv"
    write(tmp_path, FILE_B, TARGPROP="B", **{keyword: image})
    assert target_ids(Pool.from_fits(tmp_path)) == ["1", "4"]
    (told,) = read_header_rows([tmp_path]).known_numbers
    assert told.source == f"{keyword} of {FILE_B}"


@pytest.mark.parametrize("text", ["t004", "004", "4"])
def test_the_table_of_the_user_tells_numbers(text: str, tmp_path: Path) -> None:
    write(tmp_path, FILE_A, TARGPROP="A")
    write(tmp_path, FILE_A.replace("02101", "02102"), TARGPROP="A")
    write(tmp_path, FILE_B, TARGPROP="B")
    table = tmp_path / "extra.csv"
    table.write_text(f"filename,targetid\n{FILE_A},{text}\n")
    assert target_ids(Pool.from_fits(tmp_path, extra=table)) == ["4", "4", "1"]


def test_it_is_said_that_the_table_counts(tmp_path: Path) -> None:
    write(tmp_path, FILE_A, TARGPROP="A")
    name = FILE_A.removesuffix("_cal.fits")
    found = read_header_rows([tmp_path], extra={name: {"targetid": "t004"}})
    rows, told = found.numbered(after=[replace(TOLD, source="a name", program="")])
    assert [row["targetid"] for row in rows.rows] == ["4"]
    assert [problem.what for problem in told.conflicts] == [
        "A is t002 according to a name, which is not used: it is t004 according to the table"
    ]
    before = found.numbered(before=[TOLD])[1]
    assert [problem.what for problem in before.conflicts] == [
        "A is t004 according to the table, which is not used: it is t002 according to a table"
    ]


def test_a_number_of_the_table_may_be_anything(tmp_path: Path) -> None:
    write(tmp_path, FILE_A, TARGPROP="A")
    table = tmp_path / "extra.csv"
    table.write_text(f"filename,targetid\n{FILE_A},first\n")
    assert target_ids(Pool.from_fits(tmp_path, extra=table)) == ["first"]
