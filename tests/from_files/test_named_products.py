"""Values of placeholders, in small associations and pools."""

from __future__ import annotations

import re
from typing import Any

import pytest

from asnsolve.associations.association import Association, Product
from asnsolve.errors import UsageError
from asnsolve.from_files.name_patterns import product_mistake, with_file_names, with_product_names
from asnsolve.pool.table import Pool
from tests.from_files.small import association, member

ROWS = {
    "a": {"filter": "F2", "pupil": "CLEAR", "targetid": "5", "subarray": "FULL"},
    "b": {"filter": "F1", "pupil": "CLEAR", "targetid": "5", "subarray": "FULL"},
    "sky": {"filter": "F9", "targetid": "6", "subarray": "SUB"},
    "mrs": {"filter": "", "band": "SHORT", "grating": "G"},
    "sub": {"filter": "F1", "pupil": "MASK", "subarray": "SUB_64_SOSS"},
}
PLAIN = {"program": "7", "exp_type": "MIR_IMAGE", "asn_candidate": "[]", "instrume": "MIRI"}
POOL = Pool([{"filename": f"{name}_uncal.fits"} | PLAIN | ROWS[name] for name in ROWS])


def one(*names: str, **fields: Any) -> Association:
    roles = ((name, "background" if name == "sky" else "science") for name in names)
    members = [member(f"{name}_cal.fits", role) for name, role in roles]
    return association(*members, **{"file": "jw00007-o001_image3_00003_asn.json", **fields})


@pytest.mark.parametrize(
    ("pattern", "asked", "name"),
    [
        # Only science members count. Each value is shown once, in order.
        ("{filter}", one("a", "b", "sky"), "f1-f2"),
        ("{exposure}", one("b", "a", "sky"), "a"),
        ("{exposure}", one("sky"), "none"),
        ("{filter}_{pupil}", one("a"), "f2_clear"),
        ("{filter}_{pupil}", one("other"), "none_none"),
        ("{filter}{grating}{band}", one("mrs"), "nonegshort"),
        ("x[_{filter}]", one("mrs"), "x"),
        ("x[_{filter}-{grating}]", one("mrs"), "x"),
        ("x[_{band}-{grating}]_y", one("mrs"), "x_short-g_y"),
        ("x[_{source_id}]", one("a"), "x_{source_id}"),
        # Optical elements come from the rule, or else from filters and pupils or gratings.
        ("{elements}_{opt}", one("a", "b"), "clear-f1-f2_f1-f2"),
        ("{elements}_{opt}", one("mrs"), "g-short_short-g"),
        ("{elements}_{opt}", one("a", signature={"opt_elem2": "Z", "opt_elem": "B"}), "b-z_b-z"),
        ("{opt}", one("a", signature={"opt_elem2": "B", "opt_elem": "Z"}), "z-b"),
        ("{opt}", one("a", signature={"opt_elem": "", "other": "Z"}), "f2"),
        # A full frame is not shown.
        ("x[-{subarray}]", one("a"), "x"),
        ("x[-{subarray}]", one("sub"), "x-sub-64_soss"),
        ("x[-{subarray}]", one("a", "sub"), "x-full-sub-64_soss"),
        ("{target}", one("a"), "t001"),
        ("{target}", one("a", level=2), "t005"),
        ("{target}", one("mrs", level=2), "t000"),
        ("{program}-{asn_id}-{instrument}", one("a", asn_id="c1001"), "00007-c1001-miri"),
        ("{product}_v2", one("a", product="x{source_id}.y"), "xsource_idy_v2"),
        ("{product}", one("a", product="x_{source_id}"), "x_{source_id}"),
    ],
)
def test_placeholders_stand_for_what_the_science_has(
    pattern: str, asked: Association, name: str
) -> None:
    if asked.products[0].name == "x{source_id}.y":
        (found,) = with_file_names([asked], pattern, POOL)
        assert found.file_name == f"{name}_asn.json"
    else:
        (found,) = with_product_names([asked], pattern, POOL)
        assert found.products[0].name == name
        assert found.members == asked.members


def test_products_of_the_highest_level_are_named() -> None:
    products = (Product("p", ()), Product("q", ()))
    asked = [one("a", level=2), one("b"), one("sub", asn_id="o002")]
    several = Association(**{**_fields(one("a")), "products": products})
    found = with_product_names([*asked, several], "{filter}_{asn_id}", POOL)
    assert [[product.name for product in asn.products] for asn in found] == [
        ["product"],
        ["f1_o001"],
        ["f1_o002"],
        ["p", "q"],
    ]
    assert with_product_names([], "{filter}", POOL) == []


def _fields(asked: Association) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in asked.__dataclass_fields__}


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("x", "x_asn.json"),
        ("x_asn", "x_asn.json"),
        ("x.json", "x.json"),
        ("x_asn.json", "x_asn.json"),
        ("{type}_{number}_{product}", "image3_00003_product_asn.json"),
        ("{filter}.{asn_id}", "f2.o001_asn.json"),
    ],
)
def test_files_are_named_with_their_ending(pattern: str, name: str) -> None:
    (found,) = with_file_names([one("a")], pattern, POOL)
    assert (found.file_name, found.products) == (name, one("a").products)


def refused(asked: list[Association], pattern: str, *, files: bool = False) -> list[str]:
    with pytest.raises(UsageError) as caught:
        (with_file_names if files else with_product_names)(asked, pattern, POOL)
    return [str(problem) for problem in caught.value.problems]


ATTRIBUTE = ", or an attribute of a pool"


def test_placeholders_must_be_known() -> None:
    (message, other) = refused([one("a")], "{filtre}_{x y}_{filtre}_{source_id}")
    assert re.fullmatch(
        r"the product '\{filtre\}_\{x y\}_\{filtre\}_\{source_id\}' asks for 'filtre'; "
        r"expected one of program, .*, product, or an attribute of a pool\. "
        r"Did you mean filter\?",
        message,
    )
    assert "asks for 'x y'; expected one of program, " in other
    (message,) = refused([one("a")], "{nubmer}", files=True)
    assert message.startswith("the file name '{nubmer}' asks for 'nubmer'; expected one of program")
    assert f", product, type, number{ATTRIBUTE}. Did you mean number" in message
    (message,) = refused([one("a")], "{type}_x")
    assert "the product '{type}_x' asks for 'type'" in message


def test_products_of_one_name_are_refused() -> None:
    two = [one("a"), one("b"), one("b", level=2, product="x_f1")]
    (message,) = refused(two, "x")
    assert message.startswith("2 products would be named x; expected one product per name. Put ")
    assert "{exposure}" in message
    assert message.endswith(" into the pattern, or choose fewer files.")
    (message,) = refused([one("a"), one("a", "sky")], "x")
    assert message == (
        "2 products would be named x; expected one product per name. Choose fewer files, or the "
        "level."
    )


def test_products_that_the_pattern_does_not_name_may_share_a_name() -> None:
    level2 = [one("a", level=2, product="x"), one("b", level=2, product="x")]
    found = with_product_names([*level2, one("a")], "y", POOL)
    assert [asn.products[0].name for asn in found] == ["x", "x", "y"]


def test_each_name_that_cannot_be_used_is_told_once() -> None:
    several = [one("a"), one("b"), one("sub", asn_id="o002")]
    (first, second, shared) = refused(several, "{filter}_cal")
    assert first == (
        "the product name 'f2_cal' cannot be used: the pipeline would take 'cal' for one of its "
        "suffixes and cut it off"
    )
    assert second.startswith("the product name 'f1_cal' cannot be used: ")
    assert shared.startswith("2 products would be named f1_cal; ")


@pytest.mark.parametrize("name", [".x", "-x", "a/b", "a b", "a{c}"])
def test_file_names_are_plain(name: str) -> None:
    pattern = name.replace("{c}", "{source_id}")
    file = f"{pattern}_asn.json"
    assert refused([one("a")], pattern, files=True) == [
        f"the file name '{file}' cannot be used; expected letters, digits and any of . _ + -, "
        "with a letter or digit first"
    ]


def test_files_of_one_name_are_refused() -> None:
    (message,) = refused([one("a"), one("a", asn_id="o002"), one("b")], "{filter}", files=True)
    assert message == (
        "2 associations would be the file f2_asn.json; expected one association per file. Put "
        "{asn_id} into the pattern, or choose fewer files."
    )


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("", "it is empty"),
        ("a.b", "the pipeline would cut it at its last dot"),
        ("a b/c d", "it holds ' /', and letters, digits and any of _ + - are expected"),
        ("a_{x}", "it holds '{}', and letters, digits and any of _ + - are expected"),
        ("a_{source_id}", ""),
        ("{source_id}", ""),
        (
            "a-b_i2d",
            "the pipeline would take 'i2d' for one of its suffixes and cut it off",
        ),
        ("_cal", ""),
        ("cal", ""),
        ("a_cal_x", ""),
    ],
)
def test_mistakes_in_names(name: str, mistake: str) -> None:
    assert product_mistake(name) == mistake
