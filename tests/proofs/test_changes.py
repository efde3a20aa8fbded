"""What a change of rules does, and that nothing does nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve import Pool, RuleSet, load_rules
from asnsolve.cli.main import main
from asnsolve.expr.build import one_of, same
from asnsolve.proofs.changes import rule_changes
from asnsolve.proofs.claims import rule_key
from asnsolve.proofs.replay import taking
from asnsolve.rules.jwst.level3.grism import Asn_Lv3WFSSNRC
from asnsolve.rules.model import Cases, Clause, Rule
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
    assert parts == ("keys", "needs", "type (other3 instead of spec3)")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new, pool = (tmp_path / name for name in ("old.py", "new.py", "pool.csv"))
    old.write_text("from asnsolve.rules.jwst.level3.grism import Asn_Lv3WFSSNRC\n")
    new.write_text(f"from {__name__} import NEW\nfirst, second = NEW.rules\n")
    Pool(simulate([Program(number=1, plans=(MODES["nircam_wfss"].plan(),))])).write(pool)
    argv = ["rules", "diff", str(old), str(new)]
    assert main(argv) == 1
    text = capsys.readouterr().out
    assert text.startswith("only in the new set: Asn_Lv3Other\n")
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
    assert parts(two, replace(two, suffixes=backwards)) == ("stages",)
    named = replace(one, product="mine", asn_type="mine3")
    assert parts(one, named) == (
        f"product name (mine instead of {one.product_template})",
        "type (mine3 instead of spec3)",
    )
