"""Validation: each fault of a file is told in words, and nothing crashes it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve import FileField
from asnsolve.associations.asn_files import to_bytes
from asnsolve.associations.json_fields import to_dict
from asnsolve.associations.shape_checks import schema
from asnsolve.associations.validation import validate_data, validate_file
from asnsolve.errors import Location
from asnsolve.profiles.jwst import FIELDS, PROFILE, WORDS
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.rule_set import RuleSet
from tests.associations.examples import association, data

NAME = "jw00009-o001_image3_00001_asn.json"
PRODUCT = "jw00009-o001_t001_miri_f560w"
SCIENCE = {"expname": "a_cal.fits", "exptype": "science"}
KEYS = ["asn_type", "asn_rule", "program", "asn_id", "target", "asn_pool", "products"]


def products(*members: object, name: object = PRODUCT) -> list[dict[str, Any]]:
    return [{"name": name, "members": list(members)}]


def told(association_data: dict[str, Any], file: str | None = None) -> list[str]:
    return [str(problem) for problem in validate_data(association_data, file)]


def test_what_is_written_is_valid() -> None:
    assert validate_data(to_dict(association()), NAME) == ()
    versioned = association(version_id="20171201t101010")
    name = "some/where/jw00009-o001_20171201t101010_image3_00001_asn.json"
    assert validate_data(to_dict(versioned), name) == ()


@pytest.mark.parametrize("rules", RULE_SETS.values(), ids=RULE_SETS)
def test_every_role_of_the_rules_is_valid(rules: RuleSet) -> None:
    # Exposures with the role "other" have a pointing that every rule refuses.
    for role in {role for rule in rules for role in rule.all_roles} - {"other"}:
        members = products(SCIENCE, {"expname": "b_cal.fits", "exptype": role})
        assert told(data(products=members)) == []


def test_the_schema_has_every_role_and_every_key() -> None:
    shape: Any = schema().schema
    assert {*shape["$defs"]["role"]["enum"]} == {*WORDS.roles} - {"other"}
    assert {*shape["properties"]} == {*(field.key for field in FIELDS.association), "products"}
    assert {*shape["$defs"]["member"]["properties"]} == {field.key for field in FIELDS.member}


def test_keys_that_only_people_read_may_be_missing_and_others_added() -> None:
    thin = {key: value for key, value in data().items() if key in KEYS}
    assert validate_data(thin | {"table_name": 3}, NAME) == ()


@pytest.mark.parametrize("key", KEYS)
def test_each_key_that_a_pipeline_needs_is_asked_for(key: str) -> None:
    assert told(data(**{key: None})) == [f"the association lacks {key}"]


def test_all_that_is_missing_is_told_at_once() -> None:
    assert told({"products": []}) == ["products is empty"]
    assert told({}, "x.json") == ["x.json: the association lacks products"]
    assert told({"products": products(SCIENCE)}) == [
        f"the association lacks {', '.join(KEYS[:-1])}"
    ]
    assert told(data(products=[{}])) == ["products[0] lacks members"]
    assert told(data(products=products(SCIENCE, {}))) == [
        "products[0].members[1] lacks expname, exptype"
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"program": 9}, "program is 9; expected text"),
        ({"program": True}, "program is true; expected text"),
        ({"asn_pool": {}}, "asn_pool is an object; expected text"),
        ({"asn_type": []}, "asn_type is a list; expected text"),
        ({"target": 5}, "target is 5; expected text"),
        ({"version_id": 1.5}, "version_id is 1.5; expected text or null"),
        ({"products": "x"}, "products is 'x'; expected a list"),
        ({"products": []}, "products is empty"),
        ({"products": [None]}, "products[0] is null; expected an object"),
        ({"products": products(SCIENCE, 1)}, "products[0].members[1] is 1; expected an object"),
        ({"products": products(SCIENCE, name=1)}, "products[0].name is 1; expected text"),
        (
            {"products": products(SCIENCE | {"expname": ""})},
            "products[0].members[0].expname is empty",
        ),
        (
            {"products": products(SCIENCE | {"exposerr": 0})},
            "products[0].members[0].exposerr is 0; expected text or null",
        ),
        (
            {"products": products(SCIENCE | {"exposerr": None, "asn_candidate": 0})},
            "products[0].members[0].asn_candidate is 0; expected text or null",
        ),
        ({"products": products()}, "products[0].members holds no science member"),
        (
            {"products": products(SCIENCE | {"exptype": "psf"})},
            "products[0].members holds no science member",
        ),
    ],
)
def test_a_wrong_shape_is_told_with_its_place(changes: dict[str, Any], message: str) -> None:
    assert told(data(**changes)) == [message]


@pytest.mark.parametrize(
    ("exptype", "shown", "advice"),
    [
        ("target_acquistion", "'target_acquistion'", ". Did you mean target_acquisition?"),
        ("psff", "'psff'", ". Did you mean psf?"),
        ("qqq", "'qqq'", ""),
    ],
)
def test_an_unknown_exptype_is_told_what_there_is(exptype: object, shown: str, advice: str) -> None:
    wrong = SCIENCE | {"exptype": exptype}
    assert told(data(products=products(SCIENCE, wrong))) == [
        f"products[0].members[1].exptype is {shown}; expected one of "
        f"{', '.join(role for role in WORDS.roles if role != 'other')}{advice}"
    ]


def test_every_fault_of_the_shape_is_told() -> None:
    assert told(data(program=9, products=[None, {"members": []}])) == [
        "program is 9; expected text",
        "products[0] is null; expected an object",
    ]


def test_a_program_is_padded() -> None:
    assert "program is '9'; expected 00009" in told(data(program="9"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"program": "00010"}, "program '00009', but the association has '00010'"),
        ({"asn_id": "c1000"}, "asn_id 'o001', but the association has 'c1000'"),
    ],
)
def test_product_and_file_names_agree_with_the_contents(
    changes: dict[str, Any], message: str
) -> None:
    assert told(data(**changes), NAME) == [
        f"{NAME}: products[0].name has {message}",
        f"{NAME}: the file name has {message}",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"asn_type": "spec3"}, "asn_type 'image3', but the association has 'spec3'"),
        ({"version_id": "v1"}, "version_id null, but the association has 'v1'"),
    ],
)
def test_file_names_agree_with_the_contents(changes: dict[str, Any], message: str) -> None:
    assert told(data(**changes)) == []
    assert told(data(**changes), NAME) == [f"{NAME}: the file name has {message}"]


def test_a_key_that_is_missing_does_not_end_the_comparison() -> None:
    found = told(data(program=None, asn_id="c1000"), NAME)
    message = "has asn_id 'o001', but the association has 'c1000'"
    assert found[1:] == [f"{NAME}: products[0].name {message}", f"{NAME}: the file name {message}"]


def test_names_are_compared_without_regard_to_case() -> None:
    name = "jw00009-o001_20171201t101010_image3_00001_asn.json"
    assert told(data(version_id="20171201T101010"), name) == []


def test_a_version_in_the_file_name_alone_is_told() -> None:
    name = "jw00009-o001_v1_image3_00001_asn.json"
    assert told(data(), name) == [
        f"{name}: the file name has version_id 'v1', but the association has null"
    ]


def test_names_follow_the_convention() -> None:
    messages = told(data(products=products(SCIENCE, name="m51_i2d")), "out/mine.json")
    assert messages == [
        "out/mine.json: products[0]: product name 'm51_i2d' has the wrong shape; "
        "expected jw{program}-{asn_id}_{target}_{instrument}[_{opt}]",
        "out/mine.json: file name 'mine.json' has the wrong shape; "
        "expected jw{program}-{asn_id}[_{version_id}]_{asn_type}_{number}_asn.json",
    ]


def test_members_and_product_names_are_not_repeated() -> None:
    again = products(SCIENCE, SCIENCE | {"expname": "b_cal.fits"}, SCIENCE | {"exposerr": "null"})
    assert told(data(products=again + products(SCIENCE))) == [
        f"products[1] repeats the name '{PRODUCT}' of products[0]",
        "products[0].members[2] repeats the expname 'a_cal.fits' of products[0].members[0]",
    ]


def test_a_file_has_one_role_at_level_2_alone() -> None:
    both = (SCIENCE, SCIENCE | {"exptype": "background"})
    assert told(data(products=products(*both))) == []
    assert level2(*both, name="a") == [
        "products[0].members[1] repeats the expname 'a_cal.fits' of products[0].members[0]"
    ]


def test_imprints_are_self_calibration_as_well() -> None:
    imprint = SCIENCE | {"expname": "b_rate.fits", "exptype": "imprint"}
    selfcal = imprint | {"exptype": "selfcal"}
    assert level2(SCIENCE, imprint, selfcal, name="a") == []
    assert level2(SCIENCE, selfcal, imprint, name="a") == []
    assert level2(SCIENCE, imprint, selfcal, selfcal, name="a") == [
        "products[0].members[3] repeats the expname 'b_rate.fits' of products[0].members[2]"
    ]
    assert level2(SCIENCE, imprint, imprint | {"exptype": "background"}, name="a") == [
        "products[0].members[2] repeats the expname 'b_rate.fits' of products[0].members[1]"
    ]
    assert level2(SCIENCE, SCIENCE | {"exptype": "selfcal"}, imprint, name="a") == [
        "products[0].members[1] repeats the expname 'a_cal.fits' of products[0].members[0]"
    ]


def level2(*members: Any, name: str) -> list[str]:
    """Return what is told of an association of level 2 with one product."""
    return told(data(asn_type="image2", products=products(*members, name=name)))


def test_a_product_of_level_2_has_the_name_of_its_science_member() -> None:
    assert level2(SCIENCE, name="a") == []
    assert (
        level2(SCIENCE, SCIENCE | {"expname": "b_cal.fits", "exptype": "imprint"}, name="a") == []
    )
    assert level2(SCIENCE | {"expname": "out/a_rateints.fits.gz"}, name="a") == []
    assert level2(SCIENCE, name="a_cal") == [
        "products[0].name is 'a_cal'; expected that of its science member, a"
    ]
    assert level2(SCIENCE, name=PRODUCT) == [
        f"products[0].name is '{PRODUCT}'; expected that of its science member, a"
    ]
    assert level2(SCIENCE | {"expname": "b_cal.fits"}, SCIENCE, name="c") == [
        "products[0].members holds 2 science members; expected one: the pipeline takes "
        "only the first",
        "products[0].name is 'c'; expected that of its science member, a or b",
    ]


def test_an_association_of_level_2_may_have_several_products_and_lean_members() -> None:
    lean = {"expname": "image_i2d.fits", "exptype": "direct_image"}
    both = products(SCIENCE, lean, name="a") + products(SCIENCE | {"expname": "b.fits"}, name="b")
    file = "jw00009-o001_spec2_00001_asn.json"
    assert told(data(asn_type="spec2", products=both), file) == []
    assert told(data(asn_type="spec2", products=both + both[:1])) == [
        "products[2] repeats the name 'a' of products[0]"
    ]
    assert told(data(asn_type="spec2", products=products(SCIENCE, SCIENCE, name="a"))) == [
        "products[0].members[1] repeats the expname 'a_cal.fits' of products[0].members[0]"
    ]
    assert told(data(asn_type="spec2", products=products(lean, name="a"))) == [
        "products[0].members holds no science member"
    ]


@pytest.mark.parametrize(
    "key", ["asn_id", "target", "code_version", "degraded_status", "constraints"]
)
def test_texts_that_are_no_text_are_remarked_on(key: str) -> None:
    found = {fault.kind: fault for fault in validate_data(data(**{key: 5}))}
    remark = found[f"type {key}"]
    assert (remark.weight, str(remark)) == ("remark", f"{key} is 5; expected text")


def test_what_is_lacking_is_a_kind_of_its_own() -> None:
    (found,) = validate_data(data(asn_pool=None))
    assert (found.weight, found.kind) == ("remark", "lacks")


def test_a_target_is_missed_at_level_3_alone() -> None:
    assert told(data(target=None)) == ["the association lacks target"]
    named = products(SCIENCE, name="a")
    assert told(data(asn_type="image2", products=named, target=None, asn_id=None)) == []


def test_a_valid_file_has_no_problem(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_bytes(to_bytes(association()))
    assert validate_file(file) == ()
    assert validate_file(str(file)) == ()


def test_a_file_is_named_in_its_problems(tmp_path: Path) -> None:
    file = tmp_path / "jw00009-o002_image3_00001_asn.json"
    file.write_bytes(to_bytes(association()))
    assert [str(problem) for problem in validate_file(file)] == [
        f"{file}: the file name has asn_id 'o002', but the association has 'o001'"
    ]


def test_a_syntax_error_is_told_with_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_text('{\n  "products": [1,],\n}\n')
    (found,) = validate_file(file)
    assert (found.weight, found.kind) == ("error", "json")
    assert found.problem.what.startswith("is not JSON: ")
    assert found.problem.location == Location(file=str(file), line=2, column="17")


def test_what_is_no_object_is_told_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_text("[]")
    (found,) = validate_file(file)
    assert (found.weight, found.kind) == ("error", "object")
    assert str(found) == f"{file}: the file holds a list; expected an association"


def test_a_file_is_judged_by_the_mission_that_is_given(tmp_path: Path) -> None:
    fields = replace(FIELDS, association=(*FIELDS.association, FileField("sky", constant="S")))
    file = tmp_path / NAME
    file.write_text(json.dumps(data()))
    assert validate_file(file) == ()
    (found,) = validate_file(file, profile=replace(PROFILE, fields=fields))
    assert str(found) == f"{file}: the association lacks sky"


NESTED = b"[" * 900 + b"]" * 900


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON: "),
        (b"\x00\xff\xfe\x01", "is not JSON: "),
        (b"SIMPLE  =                    T", "is not JSON: "),
        (b'{"program": NaN, "products": []}', "program is nan; expected text"),
        (b"[" * 100_000, "is not JSON: "),
        (b"[1, 2]", "the file holds a list; expected an association"),
        (b"null", "the file holds null; expected an association"),
        (b'"x"', "the file holds 'x'; expected an association"),
        (b'{"asn_type": %s}' % NESTED, "nested more than 254 levels deep"),
        (b'{"products": [{"members": %s}]}' % NESTED, "nested more than 254 levels deep"),
    ],
)
def test_no_content_crashes_the_check(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / NAME
    file.write_bytes(content)
    problems = validate_file(file)
    assert problems
    assert message in str(problems[0])


def test_an_association_that_is_nested_too_deeply_is_told_so() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert told(data(asn_pool=deep)) == ["the association is nested too deeply"]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("", "is not a file"),
        ("missing.json", "does not exist"),
        ("a\0b", "cannot be read: embedded null byte"),
        ("x" * 1000, "cannot be read: File name too long"),
        ("file/inside.json", "does not exist"),
    ],
    ids=["a folder", "missing", "no name", "too long", "below a file"],
)
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / "file").touch()
    (found,) = validate_file(tmp_path / name)
    assert (found.weight, found.kind) == ("error", "file")
    assert (found.problem.what, found.problem.location.file) == (what, str(tmp_path / name))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert [fault.problem.what for fault in validate_file(pipe)] == ["is not a file"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from([*KEYS, "version_id", "exposerr"]), json_values)
def test_any_value_of_any_key_is_judged(key: str, value: object) -> None:
    for changed in (data() | {key: value}, data(products=products(SCIENCE | {key: value}))):
        problems = validate_data(changed, NAME)
        assert all(fault.problem.what for fault in problems)
        assert problems == validate_data(json.loads(json.dumps(changed)), NAME)


@given(json_values, json_values)
def test_any_product_is_judged(name: object, member: object) -> None:
    assert validate_data(data(products=products(member, name=name)), NAME)


def weights(association_data: dict[str, Any], file: str | None = None, **options: Any) -> list[str]:
    return [fault.weight for fault in validate_data(association_data, file, **options)]


def test_what_the_pipelines_need_is_an_error() -> None:
    for key in ("asn_type", "asn_rule", "asn_pool", "program"):
        assert weights(data(**{key: 5})) == ["error"]
    assert weights({"asn_type": "spec3", "products": products(SCIENCE)}) == ["error"]
    nameless = [{"members": [SCIENCE]}]
    for asn_type in ("spec3", "image2"):
        (found,) = validate_data(data(asn_type=asn_type, products=nameless))
        assert str(found) == f"products[0] lacks name, for {asn_type}"
        assert found.weight == "error"
    assert weights(data(products=nameless)) == ["remark"]


def test_what_was_hardly_meant_is_a_finding() -> None:
    psf = SCIENCE | {"exptype": "psf"}
    assert weights(data(products=products(psf))) == ["finding"]
    assert weights(data(products=products(SCIENCE, SCIENCE))) == ["finding"]
    assert weights(data(products=products(SCIENCE, SCIENCE | {"exptype": "sky"}))) == ["finding"]


def test_names_of_other_kinds_are_remarks(tmp_path: Path) -> None:
    assert (
        weights(data(products=products(SCIENCE, name="my mosaic")), "mine.json") == ["remark"] * 2
    )
    assert told(data(program="9", asn_id=3)) == [
        "asn_id is 3; expected text",
        "program is '9'; expected 00009",
        "products[0].name has program '00009', but the association has '9'",
        "products[0].name has asn_id 'o001', but the association has 3",
    ]
    assert weights(data(asn_type="image2", products=products(SCIENCE, name="m"))) == ["remark"]


def test_roles_may_be_in_any_case() -> None:
    upper = products(SCIENCE | {"exptype": "SCIENCE"}, {"expname": "b_cal.fits", "exptype": "Psf"})
    assert told(data(asn_type="coron3", products=upper)) == []
    twice = (SCIENCE, SCIENCE | {"exptype": "SCIENCE"})
    assert told(data(asn_type="coron3", products=products(*twice))) == [
        "products[0].members[1] repeats the expname 'a_cal.fits' of products[0].members[0]"
    ]


def test_science_that_image3_leaves_out_is_a_remark() -> None:
    """The pipeline takes members whose role is science in lower case, and no others."""
    other = {"expname": "b_cal.fits", "exptype": "Psf"}
    upper = products(SCIENCE | {"exptype": "SCIENCE"}, other)
    assert told(data(products=upper)) == [
        "calwebb_image3 leaves products[0].members[0] out, because its exptype is "
        "'SCIENCE'; expected 'science'. Write it in lower case, or remove the member and add it "
        "again: asnsolve edit."
    ]
    assert weights(data(products=upper)) == ["remark"]
    assert told(data(products=products(SCIENCE, other))) == []


def test_each_kind_of_fault_is_told_once() -> None:
    members = [SCIENCE | {"expname": f"{n}.fits", "exposerr": n} for n in range(9)]
    assert told(data(products=products(*members))) == [
        "products[0].members[0].exposerr is 0 (and 8 more like it); expected text or null"
    ]


def test_members_are_found_on_request(tmp_path: Path) -> None:
    file = tmp_path / NAME
    file.write_text(json.dumps(data(products=products(SCIENCE))))
    (found,) = validate_file(file, find_members=True)
    assert (found.weight, found.problem.what) == (
        "finding",
        "the file of member 'a_cal.fits' does not exist",
    )
    (tmp_path / "a_cal.fits").touch()
    assert validate_file(file, find_members=True) == ()


FROM_LIST = {
    "asn_type": "None",
    "asn_rule": "DMSLevel2bBase",
    "program": "noprogram",
    "products": products(
        SCIENCE, SCIENCE | {"expname": "b.fits", "exptype": "background"}, name="a"
    ),
}


def test_lists_of_files_of_level_2_need_no_id_and_target() -> None:
    assert told(FROM_LIST) == []
