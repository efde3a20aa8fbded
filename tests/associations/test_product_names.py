"""Names of products: what each placeholder of a template says of the members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from asnsolve.associations import filled_templates, shared_values
from asnsolve.expr.build import at_least, one_of, same
from asnsolve.profiles.jwst import NAMES
from asnsolve.rules.model import Clause
from tests.associations.small import BASE, found, stepped
from tests.solvers.rows import exposure

Row = dict[str, str]
Names = Callable[..., list[str]]

ANY = replace(BASE, needs=(at_least(1),))
"""A base whose associations need no science member."""


@pytest.fixture(params=["whole", "in segments"])
def names(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Names:
    """Return what gives the product names of a rule, filled whole or segment by segment."""
    if request.param == "in segments":
        monkeypatch.setattr(filled_templates, "_FEW", 0)
        monkeypatch.setattr(shared_values, "_FEW", 0)

    def names_of(rows: list[Row], template: str, *keys: str) -> list[str]:
        rule = stepped(product=f"jw{{program}}-{{asn_id}}_{{target}}_{template}")
        clauses = tuple(Clause(key, key=same(key, optional=True)) for key in keys)
        made = found(rows, replace(rule, clauses=(*rule.clauses, *clauses)))
        return [one.products[0].name.removeprefix("jw00001-o001_t000_") for one in made]

    return names_of


@pytest.mark.parametrize(
    ("placeholder", "key", "cell", "said"),
    [
        ("{instrument}_{slit}", "fxd_slit", "s200a1", "nircam_s200a1"),
        ("{instrument}[-{slit}]", "fxd_slit", "", "nircam"),
        ("{instrument}_{slit}", "fxd_slit", "", "nircam_none"),
        ("{instrument}[-{subarray}]", "subarray", "sub64", "nircam-sub64"),
        ("{instrument}_x[-{subarray}]", "subarray", "sub64_ip", "nircam_x-sub64_ip"),
        ("{instrument}[-{subarray}]", "subarray", "full", "nircam"),
        ("{instrument}[-{subarray}]", "subarray", "", "nircam"),
        ("{instrument}_{detector}", "detector", "nrca1", "nircam_nrca1"),
        ("{instrument}_{activity}", "act_id", "1", "nircam_01"),
        ("{instrument}_{activity}", "act_id", "1a3", "nircam_1a3"),
        ("{instrument}_{activity}", "act_id", "", "nircam_00"),
    ],
)
def test_a_placeholder_says_the_value_that_the_members_share(
    names: Names, placeholder: str, key: str, cell: str, said: str
) -> None:
    rows = [exposure("a", **{key: cell}), exposure("b", **{key: cell})]
    assert names(rows, placeholder, key) == [said]


@pytest.mark.parametrize(
    "placeholder", [name for name, stands in NAMES.placeholders.items() if stands.attribute]
)
def test_a_placeholder_of_an_attribute_says_its_value(names: Names, placeholder: str) -> None:
    """A placeholder that has an attribute in `PLACEHOLDERS` needs no code, unless it is special."""
    attribute = NAMES.placeholders[placeholder].attribute
    (name,) = names(
        [exposure("a", **{attribute: "12"})], f"{{instrument}}_x-{{{placeholder}}}", attribute
    )
    assert name.endswith("12")


@pytest.mark.parametrize("name", ["slit", "detector", "subarray"])
def test_a_placeholder_says_nothing_where_no_key_of_the_rule_shares_it(
    names: Names, name: str
) -> None:
    rows = [exposure("a", fxd_slit="s1", detector="d1", subarray="sub1")]
    assert names(rows, f"{{instrument}}[-{{{name}}}]") == ["nircam"]


def test_values_that_differ_are_joined(names: Names) -> None:
    rows = [exposure("a", instrume="niriss"), exposure("b", instrume="nircam")]
    assert names(rows, "{instrument}") == ["nircam-niriss"]


def test_an_unknown_instrument_is_said_to_be_unknown(names: Names) -> None:
    assert names([exposure("a", instrume="")], "{instrument}") == ["unknown"]


def test_elements_are_the_values_of_the_clauses_named_for_them(names: Names) -> None:
    rows = [exposure("a", filter="f444w", pupil="clear", grating="g1")]

    def elements(template: str, **clauses: str) -> list[str]:
        rule = stepped(
            product=f"jw{{program}}-{{asn_id}}_{{target}}_{{instrument}}_{{{template}}}",
            clauses=tuple(Clause(name, key=same(key)) for name, key in clauses.items()),
        )
        return [one.products[0].name.rpartition("_")[2] for one in found(rows, rule)]

    both = {"opt_elem2": "filter", "opt_elem": "pupil", "grating": "grating"}
    assert elements("elements", **both) == ["clear-f444w"]
    assert elements("opt", **both) == ["f444w"]
    assert elements("opt", opt_elem2="filter", opt_elem="grating") == ["g1-f444w"]
    assert elements("opt", grating="grating") == elements("elements") == ["clear"]


# The target.


def test_the_target_is_that_of_the_science_members(names: Names) -> None:
    rows = [exposure("a", targetid="7"), exposure("b", targetid="2", bkgdtarg="t")]
    science = Clause("target", key=same("targetid", roles="science"))
    (made,) = found(rows, stepped(clauses=(science,)))
    assert (made.target, made.products[0].name.split("_")[1]) == ("t007", "t007")


@pytest.mark.parametrize(("cell", "target"), [("12", "t012"), ("", "t000")])
def test_a_rule_whose_keys_hold_no_target_says_none_at_level_3(cell: str, target: str) -> None:
    (made,) = found([exposure("a", targetid=cell)], stepped())
    assert made.target == "t000"
    key = Clause("target", key=same("targetid", optional=True))
    (made,) = found([exposure("a", targetid=cell)], stepped(clauses=(key,)))
    assert made.target == target


def test_at_level_2_the_target_is_that_of_the_science_members_whatever_the_keys() -> None:
    rows = [exposure("a", targetid="7"), exposure("b", targetid="2", bkgdtarg="t")]
    for level, target in ((2, "7"), (3, "t000")):
        (made,) = found(rows, stepped(base=replace(BASE, level=level)))
        assert made.target == target


def test_at_level_2_an_unset_target_is_null() -> None:
    (made,) = found([exposure("a", targetid="null")], stepped(base=replace(BASE, level=2)))
    assert made.target == "null"


def test_a_value_that_stands_instead_of_a_target_is_no_target() -> None:
    rows = [exposure("a", targetid="7"), exposure("b", targetid="8", visitype="parallel_pure")]
    rows[1]["obs_num"] = "2"
    key = same("targetid", instead=(one_of("visitype", "parallel_pure"), ("visit",)))
    rule = stepped(clauses=(Clause("target", key=key),))
    assert sorted(one.target for one in found(rows, rule)) == ["t000", "t007"]


# Products named after an exposure, and those of direct images.


def test_a_product_is_named_after_the_first_science_exposure() -> None:
    rows = [exposure("b"), exposure("c"), exposure("a", bkgdtarg="t")]
    (made,) = found(rows, stepped(product="{exposure}"))
    assert made.products[0].name == "jw_b"


def test_a_product_without_a_science_exposure_is_named_after_the_rule() -> None:
    rows = [exposure("a", bkgdtarg="t"), exposure("b", obs_num="2")]
    made = found(rows, stepped(product="{exposure}", base=ANY))
    assert sorted(one.products[0].name for one in made) == ["Asn_Small", "jw_b"]


def test_without_a_role_of_science_all_members_are_looked_at() -> None:
    roles = replace(BASE.roles, otherwise="other")
    rows = [exposure("b", targetid="7"), exposure("a", targetid="7")]
    rule = stepped(product="{exposure}", roles=roles, base=replace(ANY, level=2))
    (made,) = found(rows, rule)
    assert (made.products[0].name, made.target) == ("jw_a", "7")
