"""What is proved of attributes that may have any value."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve import Pool, Rule, check, solve
from asnsolve.expr.build import (
    all_of,
    any_of,
    is_set,
    matches,
    not_,
    one_of,
    same,
)
from asnsolve.expr.nodes import Predicate
from asnsolve.proofs.findings import Finding
from asnsolve.rules.domain import Declared, Domain, Promise
from asnsolve.rules.jwst.level3.base import AsnMixin_Science, DMS_Level3_Base
from asnsolve.rules.model import Clause
from asnsolve.rules.shipped_declarations import DECLARED
from tests.proofs.evaluator import holds

IMAGE = one_of("exp_type", "nrc_image")
PLAIN = all_of(IMAGE, not_(is_set("bkgdtarg")), not_(is_set("is_psf")), not_(is_set("is_imprt")))
ALL_IMAGES = Declared(promises=(Promise(3, PLAIN, "science", "every NIRCam image is combined"),))


def rule(where: Predicate, name: str = "Asn_Mine") -> Rule:
    return Rule(
        name=name,
        asn_type="mine3",
        title="a rule of one's own",
        base=replace(DMS_Level3_Base, steps=(), laws=()),
        mixins=(AsnMixin_Science,),
        clauses=(Clause("exp_type", IMAGE), Clause("opt_elem", where)),
    )


def found(*rules: Rule, domain: Domain | None = None) -> list[Finding]:
    return list(check(list(rules), domain=domain, declared=ALL_IMAGES).undeclared)


def kinds(*rules: Rule) -> list[str]:
    return [finding.kind for finding in found(*rules)]


def test_a_gap_that_only_a_value_between_two_patterns_shows() -> None:
    named = rule(matches("targprop", "[a-z]+"), "Asn_Named")
    free = rule(not_(is_set("targprop")), "Asn_Free")
    (gap,) = [finding for finding in found(named, free) if finding.kind == "gap"]
    assert gap.says.endswith('targprop is set and targprop does not match "[a-z]+"')
    # Solving agrees: nothing is made of such an exposure.
    row = {**gap.witness, "filename": "a_uncal.fits", "program": "1"}
    assert not solve(Pool([row]), [named, free]).associations
    rest = rule(all_of(is_set("targprop"), not_(matches("targprop", "[a-z]+"))), "Asn_Rest")
    assert "gap" not in kinds(named, free, rest)


def test_a_rule_for_values_of_a_pattern_is_not_dead() -> None:
    assert "dead rule" not in kinds(rule(matches("mostilno", r"t\d+")))
    assert "dead rule" in kinds(rule(matches("mostilno", r" t\d+|null|")))
    both = all_of(matches("mostilno", r"t\d+"), matches("mostilno", r".*[a-s]"))
    assert "dead rule" in kinds(rule(both))


def test_the_word_other_is_a_value_as_any() -> None:
    only = rule(one_of("targtype", "other"))
    (gap,) = [finding for finding in found(only) if finding.kind == "gap"]
    assert gap.says.endswith("targtype is not other")
    assert "dead rule" not in kinds(only)
    rest = rule(not_(one_of("targtype", "other")), "Asn_Rest")
    assert "gap" not in kinds(only, rest)
    assert "overlap" not in kinds(only, rest)
    assert "overlap" in kinds(only, rule(matches("targtype", "o.*"), "Asn_Begins_With_O"))


def dead_values(where: Predicate) -> list[str]:
    """Return what is said of the dead values of a rule's own clause."""
    return [
        finding.says
        for finding in found(rule(where))
        if finding.kind == "dead value" and finding.subject.startswith("opt_elem")
    ]


def test_a_value_is_dead_if_no_exposure_that_is_taken_has_it() -> None:
    """Not if the rest of the clause lets these exposures in anyway."""
    redundant = any_of(one_of("targtype", "fixed"), is_set("targtype"))
    assert dead_values(redundant) == []
    anything = any_of(is_set("filter"), not_(is_set("filter")))
    folded = any_of(all_of(is_set("bkgdtarg"), one_of("targtype", "fixed")), anything)
    assert dead_values(folded) == []
    never = all_of(one_of("targtype", "fixed", "moving"), not_(matches("targtype", "f.*")))
    assert dead_values(never) == ["no exposure that is taken can have the targtype fixed"]


def test_a_value_of_several_sources_is_dead_if_none_of_them_can_give_it() -> None:
    chain = one_of(("filter", "targtype"), "f070w", "fixed")
    # Images of NIRCam always have a filter, which comes first.
    says = "no exposure that is taken can have the filter, else targtype fixed"
    assert dead_values(chain) == [says]
    assert dead_values(one_of(("targtype", "filter"), "f070w", "fixed")) == []


def test_a_key_with_one_value_left_needs_no_name() -> None:
    """Values that are not listed count as what they are: none, one, or many."""

    def untold(pattern: str) -> bool:
        mine = rule(all_of(is_set("targprop"), matches("targprop", pattern)))
        keyed = replace(mine, clauses=(*mine.clauses, Clause("proposed", key=same("targprop"))))
        return ("name", "proposed") in [(one.kind, one.subject) for one in found(keyed)]

    assert not untold("m31")
    assert untold("m3[12]")
    assert not untold("n|m31|null")


@pytest.mark.parametrize("visit", ["prime_wfsc", "wfsc_routine", "wfsc"])
def test_visits_whose_type_begins_or_ends_with_wfsc_are_a_declared_gap(visit: str) -> None:
    """Level 3 of the shipped sets makes nothing of them, and says so."""
    row = {
        **{"filename": "a_uncal.fits", "exp_type": "nrc_image", "program": "1", "obs_num": "1"},
        **{"instrume": "nircam", "detector": "nrcb1", "channel": "short", "filter": "f070w"},
        **{"pupil": "clear", "subarray": "full", "targetid": "1", "pntgtype": "science"},
        **{"visitype": visit, "asn_candidate": "[('o001', 'observation')]"},
    }
    names = [association.file_name for association in solve(Pool([row])).associations]
    assert [name for name in names if "image3" in name] == []
    for name in ("jwst", "level3-2017"):
        assert [gap for gap in DECLARED[name].gaps if gap.level == 3 and holds(gap.where, row)]
