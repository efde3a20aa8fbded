"""Why in, why not, why not together, and what an absence undoes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from asnsolve import (
    Domain,
    Pool,
    PoolError,
    RuleError,
    RuleSet,
    demo_pool,
    explain,
    load_rules,
    solve,
)
from asnsolve.explanations.absence import explain_absence
from asnsolve.explanations.pair import explain_pair
from asnsolve.expr.build import is_set, matches, not_, one_of, same
from asnsolve.profiles.jwst import FILES
from asnsolve.report.explanations import explanation_data
from asnsolve.report.to_json import to_json
from asnsolve.rules.domain import Fact
from asnsolve.rules.model import Clause
from asnsolve.simulate import MODES, Program, simulate
from tests.explanations.pairs import judged, pairs
from tests.solvers.rows import exposure, pool_of

IMAGES = [exposure("a"), exposure("b"), exposure("c", filter="f444w")]


@pytest.mark.parametrize("number", range(24))
def test_what_would_let_an_exposure_in_does(number: int) -> None:
    judged(*pairs(1, seed=number)[0])


@pytest.mark.parametrize("mode", ["nircam_image", "nirspec_ifu_background", "miri_lyot"])
def test_every_exposure_is_explained_as_in_exactly_when_it_is(mode: str) -> None:
    pool = Pool(simulate([Program(number=1, plans=(MODES[mode].plan(),))]))
    solution = solve(pool)
    inside = {FILES.root_of(one.expname) for found in solution for one in found.members}
    for name in pool.values("filename"):
        found = explain(pool, "jwst", name)
        assert bool(found.memberships) == (FILES.root_of(name) in inside)
        files = {one.file_name for one in found.memberships}
        assert files <= {association.file_name for association in solution}


def test_exposures_in_a_directory_are_explained_as_those_without() -> None:
    rows = simulate([Program(number=1, plans=(MODES["miri_lrs_slit"].plan(),))])
    inside = [{**row, "FILENAME": f"data/{row['FILENAME']}"} for row in rows]
    for row in rows:
        plain = str(explain(Pool(rows), "jwst", row["FILENAME"]))
        told = str(explain(Pool(inside), "jwst", f"data/{row['FILENAME']}"))
        assert told.replace("data/", "") == plain


def test_columns_and_patterns_of_a_rule_file_are_kept() -> None:
    rule = replace(
        load_rules("level3-2017")["Asn_Image"],
        name="Asn_Box",
        asn_type="box3",
        clauses=(Clause("opt_elem", matches("my_box", "box_[a-z]"), same("my_box")),),
        mixins=(),
    )
    rules = RuleSet("boxes", (rule,), columns=frozenset({"my_box"}))
    pool = pool_of(exposure("a", my_box="box_a"), exposure("b", my_box="box7"))
    text = str(explain(pool, rules, "jw_b_rate.fits"))
    assert 'MY_BOX matches "box_[a-z]", but MY_BOX is box7' in text
    assert "If it had MY_BOX box_a" in text


def test_values_to_try_are_those_of_the_domain_of_the_rules() -> None:
    clauses = (Clause("box", matches("my_box", "r.*")),)
    rule = replace(load_rules("level3-2017")["Asn_Image"], clauses=clauses, mixins=())
    rules = RuleSet("boxes", (rule,), columns=frozenset({"my_box"}))
    pool = pool_of(exposure("a", my_box="blue"))
    assert "If it had MY_BOX" not in str(explain(pool, rules, "jw_a_rate.fits"))
    red = replace(rules, domain=Domain({"my_box": ("blue", "red")}))
    assert "If it had MY_BOX red" in str(explain(pool, red, "jw_a_rate.fits"))
    flagged = Fact("boxes are flagged", is_set("bkgdtarg"), "the manual")
    not_red = Fact("no box is red", not_(one_of("my_box", "red")), "the manual")
    assert red.domain is not None
    for fact, told in ((flagged, True), (not_red, False)):
        tied = replace(rules, domain=replace(red.domain, facts=(fact,)))
        assert ("If it had MY_BOX red" in str(explain(pool, tied, "jw_a_rate.fits"))) == told


@pytest.mark.parametrize("exp_type", ["nrc_image", "mir_image", "nis_image"])
def test_an_image_is_explained_by_the_rule_for_images(exp_type: str) -> None:
    """Rules for wavefront sensing refuse it by one clause, but are for other visits."""
    image = exposure("a", exp_type=exp_type, detector="NULL", filter="NULL", pupil="NULL")
    text = str(explain(pool_of(image), "jwst", "jw_a_rate.fits"))
    assert "Asn_Lv2Image of level 2 refuses it" in text
    assert "VISITYPE" not in text


def test_why_in() -> None:
    found = explain(pool_of(*IMAGES), "level3-2017", "jw_a_rate.fits")
    assert str(found) == (
        "jw_a_uncal.fits is in 1 association:\n"
        "  jw00001-o001_image3_001_asn.json: by Asn_Image, as science of "
        "jw00001-o001_t001_nircam_f200w, with 1 other\n"
        "    It shares INSTRUME nircam, EXP_TYPE nrc_image, FILTER f200w, PUPIL clear and "
        "TARGETID 1 with the other member.\n"
        "  dropped: jw00001-a3001_t001_nircam_f200w of a3001 by Asn_Image, because "
        "jw00001-o001_image3_001_asn.json has all its files and comes from a candidate"
    )
    (one,) = found.memberships
    assert (one.rule, one.role, one.others) == (
        "Asn_Image",
        "science",
        (("jw_b_cal.fits", "science"),),
    )


@pytest.mark.parametrize("mode", ["miri_mrs_background", "nircam_coron"])
def test_every_association_that_gave_way_is_told_to_its_exposures(mode: str) -> None:
    pool = Pool(simulate([Program(number=1, plans=(MODES[mode].plan(),))]))
    solution = solve(pool)
    assert solution.dropped
    for name in pool.values("filename")[::5]:
        explanation = explain(pool, "jwst", name)
        expected = [
            (gone.association.rule, gone.association.asn_id, gone.law, gone.gave_way_to.file_name)
            for gone in solution.dropped
            if any(member.exposure == FILES.root_of(name) for member in gone.association.members)
        ]
        assert expected == [
            (gone.rule, gone.asn_id, gone.law, gone.gave_way_to) for gone in explanation.dropped
        ]
        # What stays in its place has the exposure too.
        files = {membership.file_name for membership in explanation.memberships}
        assert {gone.gave_way_to for gone in explanation.dropped} <= files
        assert str(explanation).count("\n  dropped: ") == len(explanation.dropped)
        data = json.loads(to_json(explanation_data(explanation)))["dropped"]
        assert [gone["law"] for gone in data] == [gone.law for gone in explanation.dropped]


def test_a_discovered_repeat_of_a_candidate_is_told() -> None:
    explanation = explain(pool_of(*IMAGES), "level3-2017", "jw_a_uncal.fits")
    assert [(gone.asn_id, gone.law) for gone in explanation.dropped] == [
        ("a3001", "discovered repeats")
    ]
    (membership,) = explanation.memberships
    assert str(explanation).splitlines()[3] == (
        "  dropped: jw00001-a3001_t001_nircam_f200w of a3001 by Asn_Image, because "
        f"{membership.file_name} has all its files and comes from a candidate"
    )


def test_nothing_is_told_of_an_exposure_whose_associations_all_stay() -> None:
    lone = explain(pool_of(exposure("a", asn_candidate="")), "level3-2017", "jw_a.fits")
    assert lone.memberships
    assert not lone.dropped
    assert "dropped" not in str(lone)


def test_a_rule_that_takes_it_says_so() -> None:
    found = explain(pool_of(*IMAGES), "level3-2017", "jw_a_uncal.fits", "Asn_Image")
    assert found.rules[0].joins
    assert str(found).endswith("Asn_Image takes it as science: every clause accepts it.")


def test_a_rule_that_attaches_it_in_a_step_names_the_clauses_that_refuse_it() -> None:
    name = "jw09802004001_02101_00001_nis_uncal.fits"
    found = explain(Pool.read(demo_pool()), "jwst", name, "Asn_Lv3AMI")
    assert found.rules[0].joins
    assert str(found).splitlines()[-2:] == [
        "Asn_Lv3AMI attaches it in one of its steps, although its clauses refuse it:",
        "  Clause exp_type requires that EXP_TYPE is nis_ami, but EXP_TYPE is nis_tacq.",
    ]


def test_of_the_variants_of_a_rule_only_the_one_that_took_it_joins() -> None:
    name = "jw09801005001_02101_00001_mirifulong_uncal.fits"
    found = explain(Pool.read(demo_pool()), "jwst", name, "Asn_Lv2SpecSpecial")
    joins = {answer.variant: answer.joins for answer in found.rules}
    assert joins["imprint"] is False
    assert any(joins.values())


def test_a_pair() -> None:
    pool = pool_of(*IMAGES, exposure("d", program="2"))
    together = explain_pair(pool, "level3-2017", "jw_a_uncal.fits", "jw_b_uncal.fits")
    assert "are together:\n" in str(together)
    apart = explain_pair(pool, "level3-2017", "jw_a_uncal.fits", "jw_c_uncal.fits", "Asn_Image")
    assert str(apart) == (
        "jw_a_uncal.fits and jw_c_uncal.fits are in no association together.\n"
        "\n"
        "Asn_Image:\n"
        "  opt_elem differs: f200w and f444w"
    )
    with pytest.raises(PoolError, match="of different programs, 00001 and 00002, which never meet"):
        explain_pair(pool, "level3-2017", "jw_a.fits", "jw_d.fits")
    with pytest.raises(PoolError, match=r"jw_a_uncal.fits is named twice"):
        explain_pair(pool, "level3-2017", "jw_a_uncal.fits", "jw_a_cal.fits")


def test_an_absence() -> None:
    pool = pool_of(*IMAGES, exposure("e", exp_type="mir_tacq", instrume="miri"))
    assert str(explain_absence(pool, "level3-2017", "jw_c.fits")).startswith(
        "Without jw_c_uncal.fits:\n  lost: image3 o001 of 00001 by Asn_Image: "
    )
    assert "  without it: image3 o001" in str(explain_absence(pool, "level3-2017", "jw_a.fits"))
    nothing = explain_absence(pool, "level3-2017", "jw_e.fits")
    assert str(nothing) == "Without jw_e_uncal.fits nothing changes."


def test_what_goes_with_an_exposure_is_told() -> None:
    pool = Pool(simulate([Program(number=1, plans=(MODES["miri_lyot"].plan(),))]))
    science = [
        name
        for name in pool.values("filename")
        if len(explain_absence(pool, "jwst", name).orphaned)
    ]
    told = [str(explain_absence(pool, "jwst", name)) for name in science]
    assert all("  no longer in any association: " in text for text in told)


def test_names_that_are_none() -> None:
    pool = pool_of(*IMAGES, exposure("ab"))
    with pytest.raises(
        PoolError, match=r"no exposure is named jw_abc_uncal.fits. Did you mean jw_ab_unc"
    ):
        explain(pool, "level3-2017", "jw_abc_uncal.fits")
    twice = Pool(
        [
            row | {"filename": name}
            for row, name in zip(IMAGES, ("x_uncal.fits", "x_rate.fits", "y"), strict=True)
        ]
    )
    with pytest.raises(PoolError, match=r"x.fits may be any of x_rate.fits, x_uncal.fits"):
        explain(twice, "level3-2017", "x.fits")
    with pytest.raises(RuleError, match="has no rule 'Asn_Imag'"):
        explain(pool, "level3-2017", "jw_a.fits", "Asn_Imag")


def test_an_exposure_is_found_by_the_name_that_the_pool_has_directory_and_all() -> None:
    pool = Pool(
        {
            "filename": ["raw/jw1_uncal.fits"],
            "exp_type": ["nrc_dark"],
            "program": ["1"],
            "asn_candidate": ["[('o001', 'observation')]"],
        }
    )
    assert explain(pool, "jwst", "raw/jw1_uncal.fits").exposure == "raw/jw1_uncal.fits"
