"""Templates of product names: which are accepted, and what names they make."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.errors import NamingError, RuleError
from asnsolve.name_texts import value_text
from asnsolve.profiles import ProductName, templates
from asnsolve.profiles.jwst import NAMES
from asnsolve.profiles.templates import EXPOSURE_NAME
from asnsolve.rules.load import RULE_SETS
from asnsolve.rules.model import Rule
from tests.test_naming import anything, fields

check_template = partial(templates.check_template, names=NAMES)
product_name = partial(templates.product_name, names=NAMES)

TEMPLATE = "jw{program}-{asn_id}_{target}_{instrument}_{opt}"
NO_OPTICS = "jw{program}-{asn_id}_{target}_{instrument}"
TEXTS = {"program": "00009", "asn_id": "o001", "target": "t001", "instrument": "miri"}


@given(fields)
def test_a_product_name_gives_back_the_fields_it_was_made_of(given_fields: dict[str, str]) -> None:
    name = product_name(TEMPLATE, given_fields)
    fitted = {part: value_text(text) for part, text in given_fields.items()}
    assert asdict(NAMES.parse_product_name(name)) == fitted


@given(fields)
def test_a_product_name_without_optics_says_so(given_fields: dict[str, str]) -> None:
    found = NAMES.parse_product_name(product_name(NO_OPTICS, given_fields))
    assert found.opt is None
    assert found.instrument == value_text(given_fields["instrument"])


@given(fields, anything, anything | st.sampled_from(["sub680stripe_soss", "full_i2d", "a_ip-b_ip"]))
def test_what_a_placeholder_says_is_read_back_wherever_it_stands(
    given_fields: dict[str, str], slit: str, subarray: str
) -> None:
    texts = given_fields | {"slit": slit, "subarray": subarray}
    found = NAMES.parse_product_name(product_name(f"{TEMPLATE}[-{{slit}}][-{{subarray}}]", texts))
    said = [
        value_text(given_fields["opt"]),
        *([value_text(slit)] if slit else []),
        *([NAMES.subarray_text(subarray)] if subarray else []),
    ]
    assert found.opt == "-".join(said)
    assert found.instrument == value_text(given_fields["instrument"])


@pytest.mark.parametrize(
    "template",
    [
        TEMPLATE,
        NO_OPTICS,
        TEMPLATE + "-image3",
        "jw{program}-{asn_id}_{source_id}_{instrument}_{opt}",
        "jw{program}-{asn_id}_{target}-{source_id}_{instrument}_{opt}-{slit_name}",
        TEMPLATE + "_{suffix}-02",
        NO_OPTICS + "[_{opt}]",
        NO_OPTICS + "_{elements}[-{slit}][-{subarray}]",
        NO_OPTICS + "_{elements}[-{subarray}]-{detector}_{suffix}-{activity}",
        "jw{program}-{asn_id}_{target}[-{slit}]_{instrument}",
    ],
)
def test_a_template_of_the_convention_is_accepted_and_its_names_are_read_back(
    template: str,
) -> None:
    check_template(template, "Asn_Image")
    texts = {**dict.fromkeys(NAMES.placeholders, "x"), **TEXTS, "opt": "f560w"}
    for slit, subarray in product(("", "s200a1"), ("", "sub8")):
        name = product_name(template, texts | {"slit": slit, "subarray": subarray})
        found = NAMES.parse_product_name(name)
        assert (found.program, found.asn_id) == ("00009", "o001")
    left = [f"{{{word}}}" for word in NAMES.left_to_pipeline if f"{{{word}}}" in template]
    assert [word for word in left if word in name] == left


@pytest.mark.parametrize(
    "template",
    [
        "jw{program}-{asn_id}_{opt}_{instrument}_{target}",
        "jw{program}-{asn_id}_{target}_{opt}_{instrument}",
        "jw{asn_id}-{program}_{target}_{instrument}",
        "jw{program}-{asn_id}_{target}",
        "jw{program}-x-{asn_id}_{target}_{instrument}",
        "jw{program}-{asn_id}0_{target}_{instrument}",
        "jw{program}-{asn_id}_{target}_{instrument}_{opt}_x",
        "JW{program}-{asn_id}_{target}_{instrument}",
        "jw{program}-{asn_id}_{target}_{instrument}_{opt",
        "jw{program}-{asn_id}_{target}_{instrument}_{{opt}}",
        "jw{program}-{asn_id}_{target}_{slit_name}",
        "jw{program}-{asn_id}_t/{target}_{instrument}",
        "jw{program}-{asn_id}_{target}_{instrument}_[{slit}]",
        "jw{program}-{asn_id}_{target}_{instrument}_{elements}-[{slit}",
        "jw{program}-{asn_id}_{target}_{instrument}_{elements}[-[{slit}]]",
        "jw{program}-{asn_id}[_{slit}]_{instrument}",
        "jw{program}-{asn_id}_{target}_{instrument}[_{slit}][_{subarray}]",
        "jw{program}-{asn_id}_{exposure}",
    ],
)
def test_a_template_whose_names_cannot_be_read_back_is_refused(template: str) -> None:
    with pytest.raises(RuleError, match=r"^rule Asn_Image: .* does not follow the convention"):
        check_template(template, "Asn_Image")


def test_a_template_is_told_all_that_it_asks_for_in_vain() -> None:
    with pytest.raises(RuleError) as caught:
        check_template("jw{programme}-{asn_id}_{target}_{opt!r}_{}", "Asn_Image")
    known = ", ".join((*NAMES.placeholders, *NAMES.left_to_pipeline))
    assert str(caught.value).splitlines() == [
        "rule Asn_Image: product name template asks for 'programme'; "
        f"expected one of {known}. Did you mean program?",
        "rule Asn_Image: product name template asks for 'opt!r'; "
        f"expected one of {known}. Did you mean opt?",
        f"rule Asn_Image: product name template asks for ''; expected one of {known}",
        "rule Asn_Image: product name template "
        "'jw{programme}-{asn_id}_{target}_{opt!r}_{}' leaves out {program}",
    ]


def test_a_template_leaves_out_neither_program_nor_id() -> None:
    with pytest.raises(RuleError) as caught:
        check_template("jw00009-o001_{target}_{instrument}", "Asn_Image")
    assert [problem.what.partition(" leaves out ")[2] for problem in caught.value.problems] == [
        "{program}",
        "{asn_id}",
    ]


def test_a_product_name_needs_every_field_that_its_template_asks_for() -> None:
    with pytest.raises(NamingError, match=r"asks for target, instrument, opt; expected one of"):
        product_name(TEMPLATE, {"program": "00009", "asn_id": "o001"})


@pytest.mark.parametrize(
    ("part", "text"), [("asn_id", "x"), ("asn_id", "x-o001"), ("target", "001"), ("program", "9")]
)
def test_a_product_name_refuses_fields_that_break_the_convention(part: str, text: str) -> None:
    texts = {"program": "00009", "asn_id": "o001", "target": "t001", "instrument": "miri"}
    with pytest.raises(NamingError, match=f"has {part} '{text}'"):
        product_name(NO_OPTICS, texts | {part: text})


@pytest.mark.parametrize(
    ("slit", "subarray", "name"),
    [
        ("", "", "jw00009-o001_t001_miri_f1"),
        ("s200a1", "", "jw00009-o001_t001_miri_f1-s200a1"),
        ("", "sub8", "jw00009-o001_t001_miri_f1-sub8"),
        ("s200a1-s200a2", "SUB 8", "jw00009-o001_t001_miri_f1-s200a1-s200a2-sub-8"),
        (" ", "", "jw00009-o001_t001_miri_f1-none"),
    ],
)
def test_what_stands_in_brackets_vanishes_where_there_is_nothing_to_say(
    slit: str, subarray: str, name: str
) -> None:
    texts = TEXTS | {"elements": "f1", "slit": slit, "subarray": subarray}
    template = NO_OPTICS + "_{elements}[-{slit}][-{subarray}]"
    check_template(template, "Asn_Image")
    assert product_name(template, texts) == name


def test_brackets_of_two_placeholders_stand_only_if_both_say_something() -> None:
    template = NO_OPTICS + "[_{slit}-x-{subarray}]"
    check_template(template, "Asn_Image")
    for slit, subarray in product(("", "s1"), ("", "sub8")):
        name = product_name(template, TEXTS | {"slit": slit, "subarray": subarray})
        assert name == "jw00009-o001_t001_miri" + ("_s1-x-sub8" if slit and subarray else "")


def test_brackets_without_a_placeholder_always_stand() -> None:
    check_template(TEMPLATE + "[-image3]", "Asn_Image")
    assert product_name(NO_OPTICS + "[_x]", TEXTS) == "jw00009-o001_t001_miri_x"


def test_a_placeholder_outside_of_brackets_that_has_nothing_to_say_says_so() -> None:
    texts = TEXTS | {"slit": "", "instrument": ""}
    assert product_name(NO_OPTICS + "_{slit}", texts) == "jw00009-o001_t001_none_none"


def test_what_is_left_to_the_pipeline_may_stand_in_brackets() -> None:
    template = NO_OPTICS + "[_{slit}-{slit_name}]"
    check_template(template, "Asn_Image")
    assert product_name(template, TEXTS | {"slit": "s1"}) == "jw00009-o001_t001_miri_s1-{slit_name}"
    assert product_name(template, TEXTS | {"slit": ""}) == "jw00009-o001_t001_miri"


def test_the_name_of_an_exposure_is_taken_as_it_is() -> None:
    check_template(EXPOSURE_NAME, "Asn_Lv2Image")
    name = "jw00001001001_02101_00001_NRCA1 x"
    assert product_name(EXPOSURE_NAME, {"exposure": name}) == name
    assert product_name(EXPOSURE_NAME, TEXTS | {"exposure": name}) == name


@given(st.text())
def test_any_exposure_can_give_its_name_to_a_product(name: str) -> None:
    assert product_name(EXPOSURE_NAME, {"exposure": name}) == name


def test_a_product_that_is_named_as_an_exposure_needs_one() -> None:
    with pytest.raises(NamingError, match="asks for exposure; expected one of"):
        product_name(EXPOSURE_NAME, TEXTS)


def test_placeholders_are_the_parts_of_a_product_name_and_more() -> None:
    assert set(NAMES.placeholders) == set(ProductName.__dataclass_fields__) | {
        *("elements", "slit", "subarray", "detector", "activity", "exposure")
    }


@pytest.mark.parametrize(
    "rule", [rule for rules in RULE_SETS.values() for rule in rules], ids=lambda rule: rule.name
)
def test_the_rules_that_come_with_the_package_have_templates_that_are_accepted(rule: Rule) -> None:
    check_template(rule.product_template, rule.name)
