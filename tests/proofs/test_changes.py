"""What a change of rules does, and that nothing does nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import astropy.units as u
import pytest

from asnsolve import Pool, RuleSet, load_rules, solve
from asnsolve.cli.main import main
from asnsolve.expr.build import (
    at_least,
    distinct,
    linked,
    linked_sky,
    one_of,
    same,
    spread,
)
from asnsolve.expr.nodes import Key, Same
from asnsolve.pool.measures import declination, number, right_ascension, time
from asnsolve.proofs.changes import rule_changes
from asnsolve.proofs.replay import taking
from asnsolve.report.rule_changes import changes_lines
from asnsolve.rules.domain import Fact
from asnsolve.rules.jwst.level3.grism import Asn_Lv3WFSSNRC
from asnsolve.rules.model import Cases, Clause, Reach, Rule
from asnsolve.rules.rule_set import rule_key
from asnsolve.rules.shipped_declarations import DOMAIN
from asnsolve.simulate import MODES, Program, simulate

CLAUSES = Asn_Lv3WFSSNRC.clauses


def only(grism: str, name: str = "Asn_Lv3WFSSNRC") -> Rule:
    clause = Clause("opt_elem", one_of("pupil", grism), same("pupil"))
    return replace(Asn_Lv3WFSSNRC, name=name, clauses=(CLAUSES[0], clause, CLAUSES[2]))


OLD = RuleSet("old", (Asn_Lv3WFSSNRC,))
NEW = RuleSet("new", (only("grismr"), only("grismc", "Asn_Lv3Other")))


@pytest.mark.parametrize("name", ["jwst", "jwst-main", "level3-2017"])
def test_a_rule_set_does_what_it_does(name: str) -> None:
    rules = load_rules(name)
    assert rule_changes(rules, rules).are_none


def test_what_changes_hands() -> None:
    found = rule_changes(OLD, NEW)
    assert (found.gone, found.new, found.otherwise) == ((), ("Asn_Lv3Other",), ())
    assert {one.rule for one in found.taken} == {"Asn_Lv3WFSSNRC"}
    assert not any(one.gained for one in found.taken)
    assert str(found.taken[0]).startswith("Asn_Lv3WFSSNRC as ")
    assert "takes no longer: exp_type is nrc_wfss" in str(found.taken[0])
    assert {(one.first, one.second) for one in found.handed} == {("Asn_Lv3WFSSNRC", "Asn_Lv3Other")}
    back = rule_changes(NEW, OLD)
    assert back.gone == ("Asn_Lv3Other",)
    assert all(one.gained for one in back.taken)


def test_sets_are_compared_over_the_exposures_of_their_domains() -> None:
    new = RuleSet("new", (only("grismr"),))
    assert not rule_changes(OLD, new).are_none
    fact = Fact("there is one grism", one_of("pupil", "grismr"), "made up")
    only_grismr = replace(DOMAIN, facts=(*DOMAIN.facts, fact))
    assert rule_changes(OLD, replace(new, domain=only_grismr)).taken == ()
    assert rule_changes(replace(OLD, domain=only_grismr), new).taken == ()


def test_every_witness_is_one() -> None:
    found = rule_changes(OLD, NEW)
    for one in found.taken:
        before, after = (taking(rules.rules, [one.witness])[0] for rules in (OLD, NEW))
        assert (one.rule, one.role) in before - after
    for hand in found.handed:
        before, after = (taking(rules.rules, [hand.witness])[0] for rules in (OLD, NEW))
        assert (hand.first, hand.role) in before - after
        assert (hand.second, hand.role) in after - before


def test_what_differs_besides() -> None:
    other = replace(Asn_Lv3WFSSNRC, needs=(), asn_type="other3", clauses=CLAUSES[:2])
    found = rule_changes(OLD, RuleSet("new", (other,)))
    ((key, parts),) = found.otherwise
    assert key == rule_key(Asn_Lv3WFSSNRC)
    names = [part.partition(" (")[0] for part in parts]
    assert names == ["keys", "needs", "type"]
    assert parts[2] == "type (other3 instead of spec3)"


def keyed(rule: Rule, name: str, key: Same | None) -> Rule:
    clauses = tuple(
        replace(clause, key=key) if clause.name == name else clause for clause in rule.all_clauses
    )
    kept = tuple(clause for clause in clauses if clause.where is not None or clause.key is not None)
    return replace(rule, mixins=(), clauses=kept)


JWST = load_rules("jwst")
IMAGE = JWST["Asn_Lv3Image"]
CORON = JWST["Asn_Lv3NRCCoron"]


@pytest.mark.parametrize(
    ("old", "new", "says", "shown"),
    [
        (
            IMAGE,
            keyed(IMAGE, "opt_elem", None),
            'keys (no longer "opt_elem: all members that have one share one filter"; '
            "associations of different filter may fall together now)",
            "2 exposures of type mir_image that differ in filter alone: "
            "2 associations before, 1 after",
        ),
        (
            keyed(IMAGE, "opt_elem", None),
            IMAGE,
            'keys (now also "opt_elem: all members that have one share one filter"; '
            "associations of different filter may come apart now)",
            "2 exposures of type mir_image that differ in filter alone: "
            "1 association before, 2 after",
        ),
        (
            IMAGE,
            replace(IMAGE, needs=(distinct(3, "patt_num"),)),
            'needs (now "the members take at least three values of patt_num" instead of '
            '"in background, group and mosaic candidates, the members take at least two values of '
            'obs_num")',
            "1 exposure of type fgs_image: 1 association before, 0 after",
        ),
        (
            replace(IMAGE, needs=(distinct(3, "patt_num"),)),
            replace(IMAGE, needs=(distinct(2, "patt_num"),)),
            'needs (now "the members take at least two values of patt_num" instead of '
            '"the members take at least three values of patt_num")',
            "2 exposures of type fgs_image with 2 values of patt_num: "
            "0 associations before, 1 after",
        ),
        (
            JWST["Asn_Lv2MIRLRSFixedSlitNod"],
            replace(JWST["Asn_Lv2MIRLRSFixedSlitNod"], steps=()),
            'steps (no longer "each science member has an association of its own, with the other '
            "science members as background; backgrounds of its number in the pattern are left "
            'out")',
            "2 exposures of type mir_lrs-fixedslit that are alike: 2 associations before, 1 after",
        ),
        (
            IMAGE,
            replace(IMAGE, reach=Reach(candidate_types=("mosaic",))),
            'reach (now "in mosaic candidates" and "discovery: the same candidates" instead of '
            '"in every candidate" and "discovery: the pool as a whole")',
            "1 exposure of type fgs_image: 1 association before, 0 after",
        ),
        (
            CORON,
            replace(CORON, needs=(*CORON.needs, at_least(3))),
            'needs (now also "there are at least three members")',
            "1 exposure of type nrc_coron and one as psf: 1 association before, 0 after",
        ),
        (
            replace(IMAGE, reach=Reach(candidate_types=("mosaic",))),
            replace(keyed(IMAGE, "opt_elem", None), reach=Reach(candidate_types=("mosaic",))),
            'keys (no longer "opt_elem: all members that have one share one filter"; '
            "associations of different filter may fall together now)",
            "2 exposures of type mir_image in each of 2 observations with 2 values of filter: "
            "2 associations before, 1 after",
        ),
    ],
    ids=[
        *("key gone", "key new", "need new", "need weaker", "step gone", "reach"),
        *("need of several roles", "key in mosaics"),
    ],
)
def test_what_changes_is_said_and_shown(old: Rule, new: Rule, says: str, shown: str) -> None:
    found = rule_changes(RuleSet("old", (old,)), RuleSet("new", (new,)))
    ((key, (part,)),) = found.otherwise
    assert part == says
    pool = found.shown[key]
    assert str(pool) == shown


def test_a_witness_pool_shows_what_it_says() -> None:
    """Solving the rows of the pool anew gives the numbers of associations that were told."""
    other = keyed(IMAGE, "opt_elem", None)
    pool = rule_changes(RuleSet("old", (IMAGE,)), RuleSet("new", (other,))).shown[IMAGE.name]
    assert pool is not None
    filters = {exposure["filter"] for exposure in pool.exposures}
    assert len(filters) == 2
    rows = [
        {**exposure, "program": "1", "filename": f"jw00001001001_02101_{at:05}_det_uncal.fits"}
        for at, exposure in enumerate(pool.exposures, start=1)
    ]
    numbers = [len(solve(Pool(rows), [rule]).associations) for rule in (IMAGE, other)]
    assert numbers == [pool.before, pool.after]


def test_a_change_that_no_pool_shows_is_said_plainly() -> None:
    """A key need not be set, but other clauses ask for a value."""
    key = same("pupil", optional=True)
    old, new = (
        RuleSet(name, (rule,))
        for name, rule in (("old", Asn_Lv3WFSSNRC), ("new", keyed(Asn_Lv3WFSSNRC, "opt_elem", key)))
    )
    found = rule_changes(old, new)
    assert found.shown == {"Asn_Lv3WFSSNRC": None}
    lines = list(changes_lines(found))
    assert lines[0].startswith("Asn_Lv3WFSSNRC differs in keys (")
    assert "exposures without pupil go with any now" in lines[0]
    assert lines[1] == "    no pool of up to 6 exposures that was tried shows a difference"


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, pool = (tmp_path / name for name in ("old.py", "new.py", "pool.csv"))
    old.write_text(f"from {__name__} import OLD\n(first,) = OLD.rules\n")
    new.write_text(f"from {__name__} import NEW\nfirst, second = NEW.rules\n")
    Pool(simulate([Program(number=1, plans=(MODES["nircam_wfss"].plan(),))])).write(pool)
    argv = ["rules", "diff", str(old), str(new)]
    assert main(argv) == 1
    text = capsys.readouterr().out
    assert text.startswith("only in the new set: Asn_Lv3Other\n    as background: exp_type is ")
    assert "\n    as science: exp_type is nrc_wfss; " in text
    assert "\nfrom Asn_Lv3WFSSNRC to Asn_Lv3Other, as science: " in text
    assert main([*argv, "--pool", str(pool)]) == 1
    text = capsys.readouterr().out
    assert "\nOn the pool: " in text
    assert main([*argv, "--pool", str(pool), "--json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["new"] == ["Asn_Lv3Other"]
    # The same members are found by another rule.
    assert {one["kind"] for one in data["pool"]} == {"fields"}
    assert main(["rules", "diff", "jwst", "jwst"]) == 0
    assert "take the same exposures" in capsys.readouterr().out
    assert main(["rules", "diff", "jwst"]) == 2
    assert "'rules diff' compares two rule sets; expected OLD and NEW" in capsys.readouterr().err


def test_values_that_are_short_are_told() -> None:
    def parts(old: Rule, new: Rule) -> tuple[str, ...]:
        ((_, told),) = rule_changes(RuleSet("old", (old,)), RuleSet("new", (new,))).otherwise
        return told

    always, sometimes = Cases((), "cal"), Cases(((one_of("pupil", "grismr"), "x1d"),), "cal")
    one, two = (replace(Asn_Lv3WFSSNRC, suffixes=cases) for cases in (always, sometimes))
    assert parts(one, two) == ("stages (x1d too)",)
    assert parts(two, one) == ("stages (no longer x1d)",)
    backwards = Cases(((one_of("pupil", "grismr"), "cal"),), "x1d")
    (told,) = parts(two, replace(two, suffixes=backwards))
    assert told.startswith('stages (now "cal: pupil is grismr" and "x1d" instead of ')
    template = "jw{program}-{asn_id}_{target}_{instrument}"
    named = replace(one, product=template, asn_type="mine3")
    assert parts(one, named) == (
        f"product name ({template} instead of {one.product_template})",
        "type (mine3 instead of spec3)",
    )


@pytest.mark.parametrize("variant", ["old", "very old", "o"])
def test_a_variant_may_be_named_old(variant: str) -> None:
    """The rules of the old set are told from any rule of the new one."""
    rule = replace(Asn_Lv3WFSSNRC, variant=variant)
    plain, varied = RuleSet("old", (Asn_Lv3WFSSNRC, rule)), RuleSet("new", (rule,))
    assert rule_changes(plain, plain).are_none
    gone = rule_changes(plain, varied)
    assert (gone.gone, gone.new, gone.taken) == (("Asn_Lv3WFSSNRC",), (), ())
    other = replace(only("grismr"), variant=variant)
    found = rule_changes(varied, RuleSet("new", (other,)))
    assert {(one.rule, one.gained) for one in found.taken} == {(f"Asn_Lv3WFSSNRC:{variant}", False)}
    assert found.handed == ()


def with_clause(rule: Rule, key: Same) -> Rule:
    return replace(rule, clauses=(*rule.clauses, Clause("added", key=key)))


NRCA1 = one_of("detector", "nrca1")
FOR_NRCA1 = same("filter", where=NRCA1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (IMAGE, with_clause(IMAGE, FOR_NRCA1)),
        (with_clause(IMAGE, FOR_NRCA1), IMAGE),
        (IMAGE, with_clause(IMAGE, same("filter"))),
        (IMAGE, with_clause(IMAGE, same("module", where=NRCA1))),
        (IMAGE, with_clause(IMAGE, same("module", open_values=("a",)))),
        (with_clause(IMAGE, same("module")), with_clause(IMAGE, same("module", where=NRCA1))),
        (
            with_clause(IMAGE, same("module", where=NRCA1)),
            with_clause(IMAGE, same("module", where=NRCA1, optional=True)),
        ),
        (IMAGE, with_clause(IMAGE, same("program"))),
        (with_clause(IMAGE, same("program", optional=True)), IMAGE),
        (with_clause(IMAGE, same("program", optional=True)), with_clause(IMAGE, same("program"))),
    ],
    ids=[
        *("second key new", "second key gone", "key twice", "some bound", "open value"),
        *("fewer bound", "some without value", "program new", "program gone", "program needed"),
    ],
)
def test_effects_that_are_not_certain_are_not_told(old: Rule, new: Rule) -> None:
    """The change itself is told in full."""
    ((_, parts),) = rule_changes(RuleSet("old", (old,)), RuleSet("new", (new,))).otherwise
    (keys,) = (part for part in parts if part.startswith("keys"))
    assert "added: " in keys
    assert "; " not in keys


@pytest.mark.parametrize(
    ("old", "new", "effect"),
    [
        (same("module"), same("module", optional=True), "exposures without module go with any now"),
        (
            same("module", optional=True),
            same("module"),
            "exposures without module are left out now",
        ),
        (
            same("module"),
            same("module", roles=("science",)),
            "module is shared by members of science now",
        ),
        (
            same("module"),
            same("visit"),
            "associations of different module may fall together now; "
            "associations of different visit may come apart now",
        ),
    ],
)
def test_effects_of_a_changed_key(old: Same, new: Same, effect: str) -> None:
    before, after = (RuleSet("one", (with_clause(IMAGE, key),)) for key in (old, new))
    ((_, parts),) = rule_changes(before, after).otherwise
    assert parts[0].endswith(f"; {effect})")


MEASURES = (
    time("expstart"),
    right_ascension("targ_ra"),
    declination("targ_dec"),
    number("pa_v3", "deg"),
)
EPOCH = linked("expstart", within=30 * u.day)


def near(key: Key | None) -> RuleSet:
    clauses = IMAGE.clauses if key is None else (*IMAGE.clauses, Clause("near", key=key))
    return load_rules(RuleSet("near", (replace(IMAGE, clauses=clauses),), measures=MEASURES))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        (
            EPOCH,
            linked("expstart", within=12 * u.h),
            "2 exposures of type mir_image, 15.25 apart in expstart: 1 association before, 2 after",
        ),
        (
            None,
            EPOCH,
            "2 exposures of type mir_image, 61 apart in expstart: 1 association before, 2 after",
        ),
        (
            EPOCH,
            spread("expstart", at_most=30 * u.day),
            "3 exposures of type mir_image, 30 apart in expstart: 1 association before, 2 after",
        ),
        (
            linked_sky("targ_ra", "targ_dec", within=1 * u.deg),
            linked_sky("targ_ra", "targ_dec", within=120 * u.arcmin),
            "2 exposures of type mir_image, 1.5 apart in targ_dec: 2 associations before, 1 after",
        ),
    ],
)
def test_numbers_between_the_widths_of_keys_show_a_change(
    old: Key | None, new: Key, shown: str
) -> None:
    found = rule_changes(near(old), near(new)).shown[IMAGE.name]
    said = str(found)
    # Any type of image may be the first.
    assert re.sub("type [a-z_]+", "type mir_image", said) == shown


def test_no_pool_is_shown_of_a_rule_that_combines_programs() -> None:
    across = replace(IMAGE, reach=Reach(across_programs=True))
    found = rule_changes(RuleSet("old", (IMAGE,)), RuleSet("new", (across,)))
    ((key, (part,)),) = found.otherwise
    assert '"discovery: all programs of the pool together"' in part
    assert found.shown[key] is None
