"""Names of products and association files that users give."""

from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve import UsageError, associate
from asnsolve.associations.association import Association
from asnsolve.from_files import name_patterns
from asnsolve.from_files.name_patterns import product_mistake
from asnsolve.from_files.request import Request
from asnsolve.from_files.solved_request import solve_request
from asnsolve.plans.associations_of_plan import write_associations
from asnsolve.plans.plan_files import make_plan
from asnsolve.profiles.jwst import NAMES
from tests.from_files.small import association, files_of, member
from tests.solvers.rows import exposure, pool_of

NAME = "jw00007-o001_t001_miri_f770w"


@pytest.mark.parametrize("name", ["m31", "M31_f770w-good", "m31_{source_id}_x", "m31_calibrated"])
def test_names_that_the_pipeline_uses_as_they_are(name: str) -> None:
    assert product_mistake(name) == ""


@pytest.mark.parametrize(
    ("name", "mistake"),
    [
        ("", "it is empty"),
        ("m31.v2", "cut it at its last dot"),
        ("m31_cal", "take 'cal' for one of its suffixes"),
        ("m31-x1d", "take 'x1d' for one of its suffixes"),
        ("m31_outlier_detection", "take 'outlier_detection' for one of its suffixes"),
        ("out/m31", "it holds '/'"),
        ("m 31 {x}", "it holds ' {}'"),
    ],
)
def test_names_that_the_pipeline_would_change(name: str, mistake: str) -> None:
    assert mistake in product_mistake(name)


@pytest.fixture
def two_filters(tmp_path: Path) -> Path:
    files_of("miri_image", tmp_path / "a", TARGPROP="M 31")
    files_of("miri_image", tmp_path / "b", OBS_NUM="002", FILTER="F1000W", TARGPROP="M 31")
    for file in (tmp_path / "b").iterdir():
        file.rename(file.with_name(file.name.replace("jw00007001", "jw00007002")))
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("{targprop}_{elements}", ["m-31_f770w", "m-31_f1000w"]),
        ("{product}-v2", [f"{NAME}-v2", "jw00007-o002_t001_miri_f1000w-v2"]),
        ("x_{asn_id}[_{slit}]_{target}[-{subarray}]", ["x_o001_t001", "x_o002_t001"]),
        ("{program}{instrument}_{opt}{slit}", ["00007miri_f770wnone", "00007miri_f1000wnone"]),
        ("{detector}_{asn_id}_{activity}", ["mirimage_o001_01", "mirimage_o002_01"]),
        ("{filter}_{source_id}", ["f770w_{source_id}", "f1000w_{source_id}"]),
    ],
)
def test_placeholders_are_filled_from_the_science(
    two_filters: Path, pattern: str, names: list[str]
) -> None:
    found = associate(two_filters, product=pattern)
    assert [one.products[0].name for one in found.associations] == names


def test_every_placeholder_is_filled(two_filters: Path) -> None:
    pattern = "-".join(f"{{{name}}}" for name in NAMES.placeholders)
    found = associate(two_filters, product=pattern)
    names = [one.products[0].name for one in found.associations]
    assert len(names) == 2
    assert not [name for name in names if "{" in name]


def test_products_of_level_2_keep_their_names_where_there_are_others(tmp_path: Path) -> None:
    """Level 3 finds its members by the names that level 2 gives."""
    files = files_of("miri_image", tmp_path, "rate")
    found = associate(files, product="m31")
    level2 = [one for one in found.associations if one.level == 2]
    names = [file.name.removesuffix("_rate.fits") for file in files]
    assert [one.products[0].name for one in level2] == names
    assert [one.products[0].name for one in found.associations if one.level == 3] == ["m31"]
    found = associate(files, 2, product="{exposure}_v2")
    assert [one.products[0].name for one in found.associations] == [f"{name}_v2" for name in names]
    found = associate(files, 2, product="{target}_{exposure}")
    assert [one.target for one in found.associations] == ["1"] * len(names)
    named = [one.products[0].name for one in found.associations]
    assert named == [f"t001_{name}" for name in names]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"product": "m31"}, "2 products would be named m31; .* Put {product} or {asn_id} or "),
        ({"product": "{elements}_i2d"}, "'f770w_i2d' cannot be used: the pipeline would take"),
        ({"product": "{tagret}"}, r"asks for 'tagret'; expected one of program.* mean target"),
        ({"file_name": "m31"}, "2 associations would be the file m31_asn.json; "),
        ({"file_name": "a/{product}"}, "the file name 'a/jw00007-o001_t001_miri_f770w_asn.json'"),
        ({"file_name": "{nubmer}"}, "asks for 'nubmer'; .*Did you mean number"),
    ],
)
def test_names_that_cannot_be_used(two_filters: Path, asked: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        solve_request(Request.of({"files": two_filters, "level": 3, **asked}))


def test_files_are_named_as_asked(two_filters: Path) -> None:
    out = two_filters / "asn"
    found = associate(two_filters, 3, product="m31_{filter}", file_name="{product}_{type}", out=out)
    names = ["m31_f770w_image3_asn.json", "m31_f1000w_image3_asn.json"]
    assert [path.name for path in found.written] == names
    found = associate(two_filters, 3, file_name="{filter}_{number}.json")
    names = ["f770w_00001.json", "f1000w_00001.json"]
    assert [one.file_name for one in found.associations] == names


def test_a_plan_keeps_the_names(two_filters: Path) -> None:
    """Edited or not: the names follow no convention, and the pipeline accepts them."""
    request = Request(
        files=(str(two_filters),), level=3, product="m31_{filter}", file_name="{filter}"
    )
    plan = two_filters / "plan.toml"
    make_plan(request, plan)
    unedited = write_associations(plan, two_filters / "asn")
    assert [path.name for path in unedited.written] == ["f770w_asn.json", "f1000w_asn.json"]
    text = plan.read_text().replace('product = "m31_f770w"', 'product = "M31-best"')
    plan.write_text(text)
    edited = write_associations(plan, two_filters / "asn", replace=True)
    assert edited.violations == ()
    assert edited.changed == ("f770w_asn.json",)
    assert edited.associations[0].products[0].name == "M31-best"
    assert edited.associations[0].asn_id == "o001"
    plan.write_text(text.replace("M31-best", "M31.best"))
    (broken,) = write_associations(plan, two_filters / "asn").violations
    assert "the product name 'M31.best' cannot be used" in str(broken)


def test_a_name_keeps_what_the_pipeline_fills(tmp_path: Path) -> None:
    files_of("nirspec_msa", tmp_path)
    (found,) = associate(tmp_path, 3, product="{product}_v2").associations
    assert found.products[0].name == "jw00007-o001_{source_id}_nirspec_clear-prism_v2"


def test_an_ending_is_not_added_twice(two_filters: Path) -> None:
    found = associate(two_filters, 3, file_name="{filter}_asn").associations
    assert [one.file_name for one in found] == ["f770w_asn.json", "f1000w_asn.json"]


def test_a_subarray_keeps_its_ending(tmp_path: Path) -> None:
    files_of("miri_image", tmp_path, SUBARRAY="SUB_64_SOSS")
    found = associate(tmp_path, product="x-{subarray}")
    assert [one.products[0].name for one in found.associations] == ["x-sub-64_soss"]


@pytest.mark.parametrize(
    ("mode", "name"),
    [
        ("miri_image", "x-f770w-f770w"),
        ("nircam_image", "x-clear-f200w-f200w"),
        ("nirspec_slit", "x-f110w-mirror-f110w-mirror"),
    ],
)
def test_elements_are_those_of_filters_and_pupils_or_gratings(
    tmp_path: Path, mode: str, name: str
) -> None:
    file = files_of(mode, tmp_path, "rate")[0]
    (one,) = associate(file, 2, product="x-{elements}-{opt}").associations
    assert one.products[0].name == name


def filled(
    one: Association, *rows: dict[str, str], placeholders: str = "elements"
) -> tuple[str, ...]:
    """Return the texts of placeholders for an association of exposures."""
    fields = name_patterns._Fields.of(pool_of(*rows))(one)
    return tuple(fields[name] for name in placeholders.split())


@pytest.mark.parametrize(
    ("cells", "elements"),
    [
        ({"filter": "F200W", "pupil": "CLEAR"}, "clear-f200w"),
        ({"filter": "F200W", "pupil": "F164N"}, "f164n-f200w"),
        ({"filter": "", "band": "SHORT", "pupil": ""}, "short"),
        ({"filter": "F170LP", "pupil": "", "grating": "G235M"}, "f170lp-g235m"),
        ({"filter": "", "pupil": ""}, "clear"),
    ],
)
def test_elements_are_taken_from_the_first_attribute_that_is_set(
    cells: dict[str, str], elements: str
) -> None:
    assert filled(association(member("jw_a_cal.fits")), exposure("a", **cells)) == (elements,)


def test_the_rule_says_which_elements_count() -> None:
    one = association(
        member("jw_a_cal.fits"),
        signature={"opt_elem2": "f1", "opt_elem": "f2", "opt_elem3": "", "visit": "3"},
    )
    assert filled(one, exposure("a")) == ("f1-f2",)


def test_values_of_the_science_are_sorted_and_joined() -> None:
    one = association(
        *(member(f"jw_{name}_cal.fits") for name in "bac"),
        member("jw_p_cal.fits", "psf"),
        member("jw_other_cal.fits"),
        product="p_{source_id}/x y",
    )
    rows = [
        exposure("a", subarray="SUB_64P", detector="D 2"),
        exposure("b", subarray="SUB680STRIPE_SOSS", detector="D1_SOSS"),
        exposure("c", detector=""),
        exposure("p", subarray="SUBP", detector="D3"),
    ]
    shown = "subarray detector exposure target program asn_id product visitype"
    assert filled(one, *rows, placeholders=shown) == (
        *("sub-64p-sub680stripe_soss", "d-2-d1-soss", "jw_a", "t001", "00007", "o001"),
        *(name_patterns._REFUSED.sub("", "p_{source_id}/x y"), "prime-targeted-fixed"),
    )
    full = [exposure("a", subarray="FULL")]
    assert filled(one, *full, placeholders="subarray detector") == ("", "")
    assert filled(association(member("x_cal.fits")), *full, placeholders="exposure") == ("",)


@pytest.mark.parametrize(
    ("targets", "level", "text"),
    [
        (["5"], 3, "t001"),
        (["5"], 2, "t005"),
        (["5", "7"], 2, "t5-7"),
        ([""], 2, "t000"),
    ],
)
def test_the_target_is_that_of_the_science_at_level_2(
    targets: list[str], level: int, text: str
) -> None:
    rows = [exposure(name, targetid=one) for name, one in zip("ab", targets, strict=False)]
    members = [member(f"jw_{name}_rate.fits") for name in "ab"[: len(rows)]]
    one = association(*members, level=level)
    assert filled(one, *rows, placeholders="target") == (text,)
