from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from asnsolve import LawError, Pool, UsageError, demo_pool, load_rules, solve
from asnsolve.expr.build import at_least, is_set, same
from asnsolve.pool.measures import time
from asnsolve.rules.jwst.level3.image import Asn_Lv3Image
from asnsolve.rules.model import Cases, Clause
from asnsolve.rules.preferences import best
from asnsolve.rules.rule_set import RuleSet
from asnsolve.testing import LAWS, fuzz
from tests.associations.small import stepped
from tests.testing.planted import RULE_FAULTS, SOLVER_FAULTS, RuleFault, SolverFault

BY_DETECTOR = replace(
    Asn_Lv3Image,
    name="Asn_ByDetector",
    clauses=(*Asn_Lv3Image.clauses, Clause("one_detector", key=same("detector"))),
)


@pytest.mark.parametrize("fault", [SOLVER_FAULTS[0], RULE_FAULTS[4]], ids=str)
def test_a_planted_fault_is_found(fault: SolverFault | RuleFault) -> None:
    """All of them are planted by ``python -m tests.testing.planted``."""
    assert fault.found().failures


def test_a_set_that_keeps_the_best_members_breaks_no_law() -> None:
    """What is left out may have met a need; without it, a group may not be found."""
    step = best("background", prefer=same("detector"), nearest="expstart", note="match")
    roles = Cases(((is_set("bkgdtarg"), "background"),), "science")
    rule = stepped(step, roles=roles, needs=(at_least(2, "background"),))
    report = fuzz(RuleSet("best", (rule,), measures=(time("expstart"),)), examples=80)
    assert not report.failures
    assert report.fired


def test_twenty_faults_of_the_solver_and_ten_of_rules_are_listed() -> None:
    assert len({str(fault) for fault in SOLVER_FAULTS}) >= 20
    assert len({fault.says for fault in RULE_FAULTS}) >= 10


def test_one_seed_gives_one_report_and_the_smallest_pool() -> None:
    first, again = (fuzz(BY_DETECTOR, examples=60, laws=["unique"]) for _ in range(2))
    (failure,), (other,) = first.failures, again.failures
    assert failure.problem == other.problem
    assert failure.pool.to_arrow() == other.pool.to_arrow()
    assert len(failure.pool) == 2
    assert "have the product" in str(failure.problem)
    with pytest.raises(LawError, match="have the product"):
        LAWS["unique"](failure.pool, BY_DETECTOR)
    one = failure.pool.take([0])
    LAWS["unique"](one, BY_DETECTOR)


def test_one_broken_law_does_not_stop_the_others() -> None:
    report = fuzz(BY_DETECTOR, examples=15, laws=["unique", "names", "valid"])
    assert [failure.law for failure in report.failures] == ["unique"]
    assert report.pools == 15
    assert report.fired["Asn_ByDetector"] > 5


def test_rules_are_the_same_as_themselves() -> None:
    assert not fuzz(Asn_Lv3Image, examples=5, against=RuleSet("x", (Asn_Lv3Image,))).failures


def test_arguments_that_make_no_sense() -> None:
    with pytest.raises(UsageError, match="there is no law 'uniqe'"):
        fuzz(Asn_Lv3Image, laws=["uniqe"])
    with pytest.raises(UsageError, match="the number of examples is 0; expected 1 or more"):
        fuzz(Asn_Lv3Image, examples=0)
    with pytest.raises(UsageError, match="laws or against"):
        fuzz(Asn_Lv3Image, laws=["names"], against="jwst")


def test_without_hypothesis_an_error_says_what_to_install() -> None:
    code = """
import importlib.util, sys
find_spec = importlib.util.find_spec
importlib.util.find_spec = lambda name, *args: None if name == "hypothesis" else find_spec(name)
from asnsolve.cli.main import main
sys.exit(main(["fuzz", "jwst", "--examples", "1"]))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 2, ran.stderr
    assert "random pools need hypothesis, which is not installed" in ran.stderr
    assert "pip install 'asnsolve[testing]'" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_an_error_in_solving_breaks_a_law(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr("asnsolve.profiles.naming.Names.parse_file_name", fails)
    pool = Pool.read(demo_pool()).take(range(12))
    with pytest.raises(LawError, match="solving ended in KeyError"):
        LAWS["names"](pool)


def test_names_tell_exposures_apart_that_can_exist() -> None:
    """A NIRISS exposure of NIRCam's type has the name of one of NIRISS's, and cannot exist."""
    rows = [
        {
            "filename": f"jw01001{observation}001_02101_00001_nis_uncal.fits",
            "exp_type": exp_type,
            "program": "1001",
            "asn_candidate": candidates,
            "filter": "clear",
            "instrume": "niriss",
            "targetid": "2",
            "visitype": "prime_targeted_fixed",
        }
        for observation, exp_type, candidates in (
            ("001", "nis_image", "[('c1000', 'mosaic')]"),
            ("002", "nrc_image", "[('c1000', 'mosaic')]"),
            ("003", "nis_image", "[('c1001', 'mosaic')]"),
            ("004", "nis_image", "[('c1001', 'group')]"),
        )
    ]
    rules = load_rules("level3-2017")
    names = [association.products[0].name for association in solve(Pool(rows), rules)]
    assert len(set(names)) < len(names)
    LAWS["unique"](Pool(rows), rules)
