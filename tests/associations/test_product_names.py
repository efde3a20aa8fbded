"""Names of products: what each placeholder of a template says of the members."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from asnsolve.associations import filled_templates, shared_values
from asnsolve.associations.member_files import MemberFiles
from asnsolve.associations.memberships import Memberships
from asnsolve.associations.product_names import SharedTexts, names_of
from asnsolve.expr.build import at_least, is_set, one_of, same
from asnsolve.profiles import Profile
from asnsolve.profiles.jwst import NAMES, PROFILE
from asnsolve.rules.model import Cases, Clause, Rule
from tests.associations.arrays import memberships, scoped_of
from tests.associations.small import BASE, found, stepped
from tests.solvers.rows import exposure

Row = dict[str, str]
Names = Callable[..., list[str]]
Texts = Callable[..., dict[str, list[str | None]]]

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


# Tests of functions that make all names at once, from arrays.


PSF, SCIENCE = 0, 1
ROLES = Cases(((is_set("is_psf"), "psf"),), "science")


@pytest.fixture(params=["whole", "in segments"])
def texts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Texts:
    """Return the values that name some associations, whose rows are in scopes in turn."""
    if request.param == "in segments":
        monkeypatch.setattr(filled_templates, "_FEW", 0)

    def texts_of(
        rows: list[Row],
        rule: Rule,
        made: Memberships,
        ids: Sequence[str] = ("o001",),
        profile: Profile | None = None,
    ) -> dict[str, list[str | None]]:
        scoped = scoped_of(rows, rule, ids=ids, profile=profile)
        files = MemberFiles.of(scoped.pool, ["cal"])
        columns, signature = names_of(scoped, rule, files, SharedTexts.of(scoped), made)
        keys = {clause.name for clause in rule.all_clauses if clause.key is not None}
        assert signature().keys() == keys
        return {key: column.list() for key, column in columns.items()}

    return texts_of


def test_associations_are_named_by_program_candidate_and_target(texts: Texts) -> None:
    rows = [
        exposure("a", program="7", targetid="3"),
        exposure("b", program="12", targetid="4"),
        exposure("c", program="", targetid=""),
        exposure("d", program="7", targetid="5"),
    ]
    rule = stepped(
        clauses=(Clause("target", key=same("targetid", optional=True)),),
        product="jw{program}-{asn_id}_{target}_{instrument}",
    )
    made = memberships([0, 1, 2, 3], [0, 1, 2, 3], 4, roles=[SCIENCE] * 4)
    rule = replace(rule, roles=ROLES)
    assert texts(rows, rule, made, ["o002", "", "c1000", "o001"]) == {
        "program": ["00007", "00012", "00000", "00007"],
        "asn_id": ["o002", "a3001", "c1000", "o001"],
        "target": ["t003", "t004", "t000", "t005"],
        "product": [
            "jw00007-o002_t003_nircam",
            "jw00012-a3001_t004_nircam",
            "jw00000-c1000_t000_nircam",
            "jw00007-o001_t005_nircam",
        ],
    }


def test_of_several_programs_the_lowest_of_the_science_members_is_named(texts: Texts) -> None:
    # The lowest by number, not by text. Other roles count if no science member has a program.
    rows = [
        exposure("a", program="123456"),
        exposure("b", program="20"),
        exposure("c", program="3", is_psf="t"),
        exposure("d", program="", is_psf=""),
        exposure("e", program="99999"),
    ]
    rule = stepped(roles=ROLES, product="jw{program}-{asn_id}_{target}_{instrument}")
    made = memberships(
        [0, 0, 0, 1, 1, 1, 2, 3, 4, 4],
        [1, 2, 4, 1, 2, 3, 3, 4, 0, 4],
        5,
        roles=[SCIENCE, PSF, SCIENCE, PSF, PSF, SCIENCE, SCIENCE, SCIENCE, SCIENCE, SCIENCE],
    )
    found = texts(rows, rule, made)
    assert found["program"] == ["00020", "00003", "00000", "99999", "99999"]
    names = [f"jw{program}-o001_t000_nircam" for program in found["program"]]
    assert found["product"] == names


def test_direct_images_have_names_of_their_own(texts: Texts) -> None:
    image = {"template": "direct", "subarray": "sub64", "targetid": "3"}
    rows = [
        exposure("a", filter="f090w", pupil="p1", **image),
        exposure("b", filter="f770w", pupil="p2", **{**image, "instrume": "miri"}),
        exposure("c", filter="", pupil="", band="b1", grating="g1", **image),
        *(exposure(name, filter="gr", pupil="p9", **image) for name in "de"),
        exposure("f", filter="gr", pupil="p9", **{**image, "instrume": "miri"}),
    ]
    rule = stepped(
        roles=ROLES,
        clauses=(Clause("subarray", key=same("subarray")), Clause("target", key=same("targetid"))),
        product="{exposure}",
    )
    members = [3, 4, 5]
    roles = [SCIENCE] * 3
    made = memberships([0, 1, 2], members, 3, roles=roles, direct_images=[0, 2, 1])
    found = texts(rows, rule, made)
    assert found["product"] == ["jw_d", "jw_e", "jw_f"]
    assert found["image"] == [
        "jw00001-o001_t003_nircam_f090w-p1-sub64",
        "jw00001-o001_t003_nircam_b1-g1-sub64",
        "jw00001-o001_t003_miri_f770w-sub64",
    ]
    # The first entry is an image too, and here it is the only one.
    alone = memberships([0], [3], 1, roles=[SCIENCE], direct_images=[0])
    assert texts(rows, rule, alone)["image"] == found["image"][:1]
    without = memberships([0], [3], 1, roles=[SCIENCE])
    assert "image" not in texts(rows, rule, without)


def test_products_named_after_exposures_are_so_in_every_association(texts: Texts) -> None:
    rows = [*(exposure(name, targetid="9") for name in "abc"), exposure("z", is_psf="t")]
    rule = stepped(roles=ROLES, product="{exposure}", base=replace(ANY, level=2))
    made = memberships(
        [0, 0, 0, 1, 2],
        [3, 2, 1, 3, 0],
        3,
        roles=[PSF, SCIENCE, SCIENCE, PSF, SCIENCE],
    )
    found = texts(rows, rule, made)
    assert found["product"] == ["jw_b", "Asn_Small", "jw_a"]
    assert found["target"] == ["9", "null", "9"]
    only_psf = memberships([0], [3], 1, roles=[PSF])
    assert texts(rows, rule, only_psf)["product"] == ["Asn_Small"]


def test_a_placeholder_says_the_first_clause_of_its_attribute_alone(texts: Texts) -> None:
    rows = [exposure("a", detector="d1", band="b1", subarray="sub8", fxd_slit="s1")]
    rule = stepped(
        roles=ROLES,
        clauses=(
            Clause("subarray", one_of("subarray", "sub8")),
            Clause("both", key=same("detector", "band")),
            Clause("one", key=same("detector")),
            Clause("other", key=same("detector", roles="psf", optional=True)),
            Clause("slits", key=same("band", "fxd_slit")),
        ),
        product="jw{program}-{asn_id}_{target}_{instrument}_{detector}[-{slit}][-{subarray}]",
    )
    made = memberships([0], [0], 1, roles=[SCIENCE])
    assert texts(rows, rule, made)["product"] == ["jw00001-o001_t000_nircam_d1-sub8"]


def test_a_placeholder_says_nothing_of_clauses_that_look_elsewhere_too(texts: Texts) -> None:
    rows = [exposure("a", band="b1", fxd_slit="s1")]
    both = same("detector", "band")
    rule = stepped(
        clauses=(Clause("both", key=both), Clause("one", key=same("detector", optional=True))),
        product="jw{program}-{asn_id}_{target}_{instrument}[-{detector}]",
    )
    made = memberships([0], [0], 1)
    assert texts(rows, rule, made)["product"] == ["jw00001-o001_t000_nircam"]
    alone = replace(rule, clauses=(Clause("both", key=both),))
    assert texts(rows, alone, made)["product"] == ["jw00001-o001_t000_nircam"]


def test_the_target_of_other_roles_is_left_out(texts: Texts) -> None:
    rows = [exposure("a", targetid="3"), exposure("b", targetid="4", is_psf="t")]
    rule = stepped(
        roles=ROLES,
        clauses=(Clause("target", key=same("targetid")),),
        product="jw{program}-{asn_id}_{target}_{instrument}",
    )
    made = memberships([0, 0], [0, 1], 1, roles=[SCIENCE, PSF])
    found = texts(rows, rule, made)
    assert (found["target"], found["product"]) == (["t003"], ["jw00001-o001_t003_nircam"])


@pytest.mark.parametrize("level", [2, 3])
def test_names_of_a_mission_may_have_few_placeholders(texts: Texts, level: int) -> None:
    few = {name: NAMES.placeholders[name] for name in ("program", "asn_id", "detector")}
    profile = replace(PROFILE, names=replace(NAMES, placeholders=few, image=""))
    rule = stepped(
        base=replace(BASE, level=level),
        roles=ROLES,
        clauses=(Clause("detector", key=same("detector")),),
        product="jw{program}-{asn_id}_{detector}",
    )
    made = memberships([0], [0], 1, roles=[SCIENCE])
    found = texts([exposure("a", detector="d1")], rule, made, profile=profile)
    assert found["product"] == ["jw00001-o001_d1"]
    assert found["target"] == ["null"]
