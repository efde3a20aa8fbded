"""Every exposure of a candidate that is not in an association has a reason on the page."""

from __future__ import annotations

from asnsolve import Pool, RuleSet, load_rules, solve
from asnsolve.report.page.page_facts import page_facts
from asnsolve.rules.grouping import regrouped
from tests.report.page.facts import DEMO, demo_facts, named, places, spelled


def test_each_exposure_of_a_candidate_is_refused_or_taken_once() -> None:
    facts = demo_facts()
    assert min(facts["associations"]["candidate"]) >= 0
    for candidate in facts["candidates"]:
        found = [
            place
            for _, ranges in (*candidate["refused"], *candidate["taken"])
            for place in places(ranges)
        ]
        assert found
        assert len({*found}) == len(found)


def test_members_that_share_the_keys_are_among_those_that_are_taken() -> None:
    facts = demo_facts()
    for at, products in enumerate(facts["associations"]["products"]):
        candidate = facts["candidates"][facts["associations"]["candidate"][at]]
        signature = facts["associations"]["signature"][at]
        fitting = {
            place
            for values, ranges in candidate["taken"]
            if all(value in (-1, own) for value, own in zip(values, signature, strict=True))
            for place in places(ranges)
        }
        science = {
            facts["files"]["exposures"][file]
            for _, _, _, roles in products
            for role, files in roles
            if spelled(facts, role) == "science"
            for file in files
        }
        assert science <= fitting


def test_the_clause_that_refuses_is_named() -> None:
    facts = demo_facts()
    at = named(DEMO, "jw09801-o006_t001_nirspec_g235h")
    candidate = facts["candidates"][facts["associations"]["candidate"][at]]
    rule = facts["rules_used"][candidate["rule"]]
    assert spelled(facts, rule["name"]) == "Asn_Lv3NRSIFU"
    sentences = [spelled(facts, sentence) for sentence, _ in candidate["refused"]]
    assert "Clause imprint requires that IS_IMPRT is not set, but IS_IMPRT is t." in sentences


def test_ranges_of_numbers_that_are_compared_are_on_the_page() -> None:
    """They are no values that members share, and stand beside these."""
    pool = Pool(
        [
            {
                "FILENAME": f"{name}_uncal.fits",
                "EXP_TYPE": "MIR_IMAGE",
                "PROGRAM": "1",
                "INSTRUME": "MIRI",
                "TARGETID": "1",
                "SUBARRAY": "FULL",
                "EXPSTART": start,
                "ASN_CANDIDATE": "null",
            }
            for name, start in (("a", "59812"), ("b", "59820"), ("c", "59900"))
        ]
    )
    rules = regrouped(RuleSet("images", (load_rules("jwst")["Asn_Lv3Image"],)), ("time=30d",), ())
    facts = page_facts(solve(pool, rules))
    found = facts["associations"]
    assert [
        [(spelled(facts, name), spelled(facts, span)) for name, span in near]
        for near in found["near"]
    ] == [[("time", "59812 to 59820")], [("time", "59900")]]
    (rule,) = facts["rules_used"]
    for at, signature in enumerate(found["signature"]):
        assert len(signature) == len(rule["keys"])
        assert found["candidate"][at] >= 0
    assert {tuple(near) for near in demo_facts()["associations"]["near"]} == {()}
