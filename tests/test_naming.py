"""Names: what they are made of, and that each can be read back in one way only."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asnsolve.errors import NamingError, UsageError
from asnsolve.name_texts import optics_text
from asnsolve.profiles import FileName, ProductName
from asnsolve.profiles.jwst import NAMES

VALUE = "[a-z0-9.+-]"
LEFT = f"(?:{VALUE}|{{(?:source_id|slit_name|suffix)}})"
STEM = f"jw(?P<program>{VALUE}{{5,}})-(?P<asn_id>[a-z][0-9]+)"
PRODUCT_NAME = re.compile(
    rf"{STEM}_(?P<target>t{LEFT}+|{{source_id}}|[sbv][0-9]+)_(?P<instrument>{VALUE}+)"
    rf"(?:_(?P<opt>{LEFT}+(?:_(?:{NAMES.subarray_ending})(?:-{LEFT}+)?)*(?:_{{suffix}}{VALUE}*)?))?"
)
FILE_NAME = re.compile(
    rf"{STEM}(?:_(?P<version_id>[a-z0-9]+(?:[_.+-]+[a-z0-9]+)*))?_(?P<asn_type>[a-z][a-z0-9-]*)"
    r"_(?P<number>[0-9]{1,9})_asn\.json"
)

anything = st.text() | st.sampled_from(
    ["a_b", "../..", ".", "f090w", "CLEAR", "hd 1", "{suffix}", "ß"]
)
asn_ids = st.from_regex(r"[a-z][0-9]{1,6}", fullmatch=True)
optics = st.lists(st.lists(anything, max_size=3), max_size=3)
fields = st.fixed_dictionaries(
    {
        "program": anything.map(NAMES.program_text),
        "asn_id": asn_ids,
        "target": anything.map(NAMES.target_text),
        "instrument": anything,
        "opt": optics.map(optics_text),
    }
)
odd_pieces = st.sampled_from(
    [
        *["_", "-", "jw", "9", "00009", "o001", "t001", "v1", "001", "image3", "_asn.json", ".bak"],
        *["{source_id}", "{slit_name}", "{suffix}", "{", "}", "id}", "é", "٣", "A", "/", ".", "\n"],
        *["_soss", "s000000001", "b7"],
    ]
)


def near(*pieces: str) -> st.SearchStrategy[str]:
    """Names that differ in a piece or two from a right one, some of them right as well."""

    def spoilt(changes: list[tuple[int, list[str]]]) -> str:
        parts = list(pieces)
        for place, instead in changes:
            parts[place] = "".join(instead)
        return "".join(parts)

    places = st.integers(0, len(pieces) - 1)
    return st.lists(st.tuples(places, st.lists(odd_pieces, max_size=3)), max_size=2).map(spoilt)


@given(
    program=anything.map(NAMES.program_text),
    asn_id=asn_ids,
    asn_type=st.sampled_from(["image3", "wfs", "wfs-image3", "tso3"]),
    number=st.integers(0, 99_999),
    digits=st.integers(1, 9),
    version_id=st.none() | st.from_regex(r"[A-Za-z0-9]+([_.+-]+[A-Za-z0-9]+)*", fullmatch=True),
)
def test_a_file_name_gives_back_the_parts_it_was_made_of(
    *, program: str, asn_id: str, asn_type: str, number: int, digits: int, version_id: str | None
) -> None:
    version = None if version_id is None else NAMES.check_version_id(version_id)
    name = NAMES.file_name(program, asn_id, asn_type, number, digits, version_id=version)
    found = NAMES.parse_file_name(name)
    written = max(digits, len(str(number)))
    assert found == FileName(program, asn_id, version, asn_type, number, written)


@given(near("jw", "00009", "-", "o001", "_", "t001", "_", "miri", "_", "f560w", ""))
@example("jw00009-o001_t001_miri")
@example("jw00009-o001_t001_miri_f560w_x")
@example("jw00009-o001_{source_id}_nirspec_f100lp-{slit_name}")
@example("jw00009-o001_t001_nircam_f212n_{suffix}-02")
@example("jw00009-o001_t001_niriss_clear-gr700xd-sub680stripe_soss")
@example("jw00009-o001_t001_niriss_clear-gr700xd-sub680stripe_soss_i2d")
@example("jw00009-o001_s000277193_nirspec_f290lp-g395h")
@example("jw00009-o001_t001_miri\n")
def test_the_pattern_of_product_names_matches_what_is_read_back(name: str) -> None:
    pattern = PRODUCT_NAME.fullmatch(name)
    try:
        found = NAMES.parse_product_name(name)
    except NamingError:
        assert pattern is None
    else:
        assert pattern is not None
        assert pattern.groupdict() == asdict(found)


@given(near("jw", "00009", "-", "o001", "", "_", "image3", "_", "001", "_asn.json", ""))
@example("jw00009-o001_image3_001_asn.json")
@example("jw00009-o001_20171201t101010_image3_001_asn.json")
@example("jw00009-o001_image3_001_asn.json\n")
@example("jw00009-o001_image3_001_asn-json")
@example("jw00009-o001_image3_٣_asn.json")
def test_the_pattern_of_file_names_matches_what_is_read_back(name: str) -> None:
    pattern = FILE_NAME.fullmatch(name)
    try:
        found = NAMES.parse_file_name(name)
    except NamingError:
        assert pattern is None
    else:
        assert pattern is not None
        texts = asdict(found) | {"number": f"{found.number:0{found.digits}d}"}
        texts.pop("digits")
        assert pattern.groupdict() == texts


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "jw99009-a3001_t001_nircam_f150w2",
            ProductName("99009", "a3001", "t001", "nircam", "f150w2"),
        ),
        (
            "jw00009-c1000_t1234_nircam_f335m-maskrnd",
            ProductName("00009", "c1000", "t1234", "nircam", "f335m-maskrnd"),
        ),
        (
            "jw00009-o001_t001_niriss_gr150c-gr150r-f115w",
            ProductName("00009", "o001", "t001", "niriss", "gr150c-gr150r-f115w"),
        ),
        (
            "jw123456-o1234_t0ngc.7+1_miri",
            ProductName("123456", "o1234", "t0ngc.7+1", "miri", None),
        ),
        (
            "jw00009-o001_t001_niriss_clear-gr700xd-sub680stripe_soss",
            ProductName("00009", "o001", "t001", "niriss", "clear-gr700xd-sub680stripe_soss"),
        ),
        (
            "jw00009-o001_t001_nircam_f444w-sub64_ip-sub128_ip-image3",
            ProductName("00009", "o001", "t001", "nircam", "f444w-sub64_ip-sub128_ip-image3"),
        ),
        (
            "jw00009-o001_s000277193_nirspec_f290lp-g395h",
            ProductName("00009", "o001", "s000277193", "nirspec", "f290lp-g395h"),
        ),
        (
            "jw00009-o001_v000000002_nirspec_clear-prism",
            ProductName("00009", "o001", "v000000002", "nirspec", "clear-prism"),
        ),
        (
            "jw00009-o001_b000000034_nirspec_clear-prism",
            ProductName("00009", "o001", "b000000034", "nirspec", "clear-prism"),
        ),
        (
            "jw00009-o001_s00021_niriss_f150w-gr150r",
            ProductName("00009", "o001", "s00021", "niriss", "f150w-gr150r"),
        ),
        (
            "jw00009-o001_t001-s000000001_nirspec_f100lp-g140h-s200a1-subs200a1",
            ProductName(
                "00009", "o001", "t001-s000000001", "nirspec", "f100lp-g140h-s200a1-subs200a1"
            ),
        ),
        ("jw0-o01-o001_t001_miri", ProductName("0-o01", "o001", "t001", "miri", None)),
        (
            "jw00009-o001_t001-{source_id}_nirspec_f100lp-g140h-{slit_name}-sub200a1",
            ProductName(
                "00009", "o001", "t001-{source_id}", "nirspec", "f100lp-g140h-{slit_name}-sub200a1"
            ),
        ),
        (
            "jw00009-c1000_t002_nircam_clear-f212n-nrca2_{suffix}-04",
            ProductName("00009", "c1000", "t002", "nircam", "clear-f212n-nrca2_{suffix}-04"),
        ),
    ],
)
def test_product_names_of_real_programs_are_read(name: str, found: ProductName) -> None:
    assert NAMES.parse_product_name(name) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "jw99009-a3001_image3_001_asn.json",
            FileName("99009", "a3001", None, "image3", number=1, digits=3),
        ),
        (
            "jw99009-c1000_20171201t101010_wfs-image3_01000_asn.json",
            FileName("99009", "c1000", "20171201t101010", "wfs-image3", number=1000, digits=5),
        ),
    ],
)
def test_file_names_of_real_programs_are_read(name: str, found: FileName) -> None:
    assert NAMES.parse_file_name(name) == found


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "jw0009-o001_t001_miri",
            "product name 'jw0009-o001_t001_miri' has program '0009'; "
            "expected at least five digits, padded with 0",
        ),
        (
            "jw00009-obs1_t001_miri",
            "product name 'jw00009-obs1_t001_miri' has asn_id 'obs1'; "
            "expected one letter and digits, such as o001 or c1000",
        ),
        (
            "jw00009-o001_001_miri",
            "product name 'jw00009-o001_001_miri' has target '001'; "
            "expected t and then letters, digits or any of . + -, or a source, such as s000000001",
        ),
        (
            "jw00009-o001_t001_MIRI",
            "product name 'jw00009-o001_t001_MIRI' has instrument 'MIRI'; "
            "expected letters, digits or any of . + -",
        ),
        (
            "jw00009-o001_t001_miri_",
            "product name 'jw00009-o001_t001_miri_' has opt ''; "
            "expected letters, digits or any of . + -, and _ in the name of a subarray, "
            "as sub680stripe_soss",
        ),
        (
            "jw00009-o001_t001",
            "product name 'jw00009-o001_t001' has the wrong shape; "
            "expected jw{program}-{asn_id}_{target}_{instrument}[_{opt}]",
        ),
    ],
)
def test_a_wrong_product_name_is_told_which_part_is_wrong(name: str, message: str) -> None:
    with pytest.raises(NamingError) as caught:
        NAMES.parse_product_name(name)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "jw00009-o001_image3_1a_asn.json",
            "file name 'jw00009-o001_image3_1a_asn.json' has number '1a'; "
            "expected one to nine digits, such as 001",
        ),
        (
            "jw00009-o001_image_3_001_asn.json",
            "file name 'jw00009-o001_image_3_001_asn.json' has asn_type '3'; "
            "expected a letter and then letters, digits or -, as image3",
        ),
        (
            "jw00009-o001_a-_image3_001_asn.json",
            "file name 'jw00009-o001_a-_image3_001_asn.json' has version_id 'a-'; "
            "expected letters and digits with _ . + or - between them, such as 20171201t101010",
        ),
        (
            "jw00009-o001_image.3_001_asn.json",
            "file name 'jw00009-o001_image.3_001_asn.json' has asn_type 'image.3'; "
            "expected a letter and then letters, digits or -, as image3",
        ),
    ],
)
def test_a_wrong_file_name_is_told_which_part_is_wrong(name: str, message: str) -> None:
    with pytest.raises(NamingError) as caught:
        NAMES.parse_file_name(name)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "name",
    [
        "jw00009-o001_image3_001_asn",
        "jw00009-o001_image3_001_asn.json.bak",
        "jw00009_image3_001_asn.json",
        "xx00009-o001_image3_001_asn.json",
        "jw00009-o001_001_asn.json",
        "_asn.json",
        "",
    ],
)
def test_a_file_name_of_another_shape_is_refused(name: str) -> None:
    with pytest.raises(NamingError) as caught:
        NAMES.parse_file_name(name)
    shape = "jw{program}-{asn_id}[_{version_id}]_{asn_type}_{number}_asn.json"
    assert str(caught.value) == f"file name {name!r} has the wrong shape; expected {shape}"


def test_parts_that_have_no_convention_are_passed_over() -> None:
    NAMES.check_parts("name", "x", {"program": "00009", "filter": "A_B", "asn_id": "o001"})
    with pytest.raises(NamingError, match=r"^name 'x' has asn_id 'O001'; expected one letter"):
        NAMES.check_parts("name", "x", {"filter": "A_B", "asn_id": "O001"})


@given(asn_ids | anything | st.sampled_from(["O001", "obs1", "1000", "o001_v", "o001\n", "o٣"]))
def test_an_id_is_one_if_and_only_if_names_can_hold_it(text: str) -> None:
    try:
        NAMES.file_name("00009", text, "image3", 1, 3)
    except NamingError:
        assert not NAMES.is_asn_id(text)
    else:
        assert NAMES.is_asn_id(text)


@pytest.mark.parametrize(
    "version_id", ["", "_a", "a_", "a.", "../a", "a/b", "é", "٣", "a b", "a\n", "a" + "-" * 300]
)
def test_a_version_id_of_other_characters_is_refused(version_id: str) -> None:
    with pytest.raises(UsageError, match="cannot be used; expected letters and digits") as caught:
        NAMES.check_version_id(version_id)
    assert len(str(caught.value)) < 220


def test_a_version_id_is_lower_cased() -> None:
    assert NAMES.check_version_id("20171201T101010") == "20171201t101010"
    name = NAMES.file_name("00009", "O001", "image3", 7, 3, version_id="20171201T101010")
    assert name == "jw00009-o001_20171201t101010_image3_007_asn.json"


@pytest.mark.parametrize(
    ("asn_type", "number", "message"),
    [("user_built", 1, "has asn_type 'user_built'"), ("image3", -1, "has number '-1'")],
)
def test_a_file_name_refuses_parts_that_break_the_convention(
    asn_type: str, number: int, message: str
) -> None:
    with pytest.raises(NamingError, match=message):
        NAMES.file_name("00009", "o001", asn_type, number, 2, version_id="v")


@pytest.mark.parametrize(
    "version_id", ["20251228t035643_o015", "uniq_lamp_optical_path", "pool-002-image", "1.17.1"]
)
def test_a_version_id_may_hold_what_separates_words(version_id: str) -> None:
    name = NAMES.file_name(
        "00009", "o001", "image3", 7, 5, version_id=NAMES.check_version_id(version_id)
    )
    assert name == f"jw00009-o001_{version_id}_image3_00007_asn.json"
    assert NAMES.parse_file_name(name).version_id == version_id
