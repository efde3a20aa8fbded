"""What is found in rule sets, and that it is so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve import Pool, RuleSet, UsageError, check, load_rules, solve
from asnsolve.expr.build import all_of, at_least, is_set, matches, not_, one_of, same
from asnsolve.expr.nodes import AllOf
from asnsolve.interpret.to_mask import to_mask
from asnsolve.proofs.claims import SCIENCE, Claims, as_role
from asnsolve.proofs.findings import Finding
from asnsolve.proofs.replay import ProofError, replay, taking
from asnsolve.rules.domain import Declared, Domain, Gap, Overlap, Promise, Waiver
from asnsolve.rules.model import Cases, Clause, Reach, Rule
from asnsolve.rules.rule_set import rule_key
from asnsolve.rules.shipped_declarations import DECLARED, DOMAIN
from asnsolve.simulate import MODES, Program, simulate

SETS = ("jwst", "jwst-main", "level3-2017")


@pytest.mark.parametrize("name", SETS)
def test_shipped_rule_sets_have_nothing_that_is_not_declared(name: str) -> None:
    report = check(name)
    assert list(map(str, report.undeclared)) == []
    assert report.complete
    assert len(report.findings) > 20


def test_one_level_can_be_checked() -> None:
    report = check("jwst", level=2)
    assert {finding.level for finding in report.findings} == {2}
    assert report.undeclared == ()
    with pytest.raises(UsageError, match="rule set level3-2017 has no level 2; expected 3"):
        check("level3-2017", level=2)


@pytest.mark.parametrize("mode", sorted(MODES))
def test_every_simulated_exposure_is_in_the_domain(mode: str) -> None:
    pool = Pool(simulate([Program(number=1, plans=(MODES[mode].plan(),))]))
    assert [fact.says for fact in DOMAIN.facts if not to_mask(fact.predicate, pool).all()] == []


@pytest.mark.parametrize("level", [2, 3])
def test_a_rule_takes_what_is_claimed_and_nothing_else(level: int) -> None:
    """Sound both ways: random exposures, solved, are taken exactly as the tables have it."""
    claims = Claims(load_rules("jwst"), level, DOMAIN, DECLARED["jwst"])

    @given(st.data())
    @settings(max_examples=6)
    def law(data: st.DataObject) -> None:
        drawn = [_drawn(data, claims) for _ in range(12)]
        found = taking(claims.level_rules, [exposure for exposure, _ in drawn])
        for (exposure, claimed), taken in zip(drawn, found, strict=True):
            told = {key for key, role in taken if role == SCIENCE}
            assert told == claimed, exposure

    law()


def _drawn(data: st.DataObject, claims: Claims) -> tuple[Mapping[str, str | None], set[str]]:
    """Draw an exposure that there can be, with the rules that claim it as science."""
    piece = claims.slices[data.draw(st.integers(0, len(claims.slices) - 1))]
    place = tuple(data.draw(st.sampled_from(np.argwhere(piece.admitted()).tolist())))
    exposure: dict[str, str | None] = {}
    for name, classes in claims.space.classes.items():
        if name == "exp_type":
            number = piece.exp_type
        elif name in piece.names:
            group = piece.groups[name][int(place[piece.names.index(name)])]
            number = data.draw(st.sampled_from(group))
        else:
            number = data.draw(st.sampled_from(piece.domains[name]))
        chosen = classes[number]
        values = [*sorted(chosen.values), *chosen.unlisted]
        exposure[name] = data.draw(st.sampled_from(values)) if values else None
    claimed = {
        rule_key(rule)
        for rule in claims.level_rules
        if piece.claimed(as_role(rule, SCIENCE))[place]
    }
    return exposure, claimed


# A small rule set of its own, and what a check says of changes to it.

A = replace(
    load_rules("level3-2017")["Asn_Image"],
    mixins=(),
    clauses=(
        Clause("program", key=same("program")),
        Clause("exp_type", one_of("exp_type", "nrc_image", "nis_image"), same("exp_type")),
    ),
    needs=(),
    product="jw{program}-{asn_id}_{target}_{instrument}",
)
SMALL = Domain(
    values={"exp_type": ("nrc_image", "nis_image", "mir_image")},
    facts=tuple(
        fact
        for fact in DOMAIN.facts
        if fact.says in ("program is always set", "exposure types of nircam begin with nrc_")
    ),
)
PLAIN = A.member_roles.when(("science",))
PROMISED = Declared(
    promises=(Promise(3, all_of(PLAIN, one_of("exp_type", "nrc_image")), "science", "images"),)
)


def small(*rules: Rule, declared: Declared = PROMISED) -> list[Finding]:
    rule_set = RuleSet("small", rules)
    return list(check(rule_set, domain=SMALL, declared=declared).undeclared)


def test_a_promise_that_is_kept_and_one_that_is_not() -> None:
    assert [one.kind for one in small(A)] == ["name"]
    wider = Declared(promises=(Promise(3, AllOf(()), "science", "everything"),))
    gap = next(one for one in small(A, declared=wider) if one.kind == "gap")
    assert gap.says == "exp_type is none of nis_image and nrc_image"
    assert gap.witness["exp_type"] not in ("nrc_image", "nis_image")


def test_a_gap_names_the_promises_that_it_breaks() -> None:
    image = one_of("exp_type", "mir_image")
    promises = tuple(Promise(3, image, "science", says) for says in ("images", "mid-infrared"))
    first, second = (one for one in small(A, declared=Declared(promises)) if one.kind == "gap")
    assert first.title == (
        'gap at level 3, science, against the promise "images": exp_type is mir_image'
    )
    assert (first.says, second.promises) == (second.says, ("mid-infrared",))
    kept = Promise(3, one_of("exp_type", "nrc_image"), "science", "near-infrared")
    declared = Declared((*promises, kept), (Gap(3, "science", image, "because"),))
    report = check(RuleSet("small", (A,)), domain=SMALL, declared=declared)
    broken = [one.promises for one in report.findings if one.reason == "because"]
    assert broken == [("images", "mid-infrared")]


@pytest.mark.parametrize(
    ("reach", "kept"),
    [
        (Reach(), True),
        (Reach(barred_types=("observation",)), True),
        (Reach(("mosaic", "observation"), discovered=False), True),
        (Reach(barred_types=("observation",), discovered=False), False),
        (Reach(("mosaic",)), False),
        (Reach(("observation",), ("observation",)), False),
    ],
)
def test_a_promise_is_kept_only_by_rules_that_are_solved_for_an_observation(
    reach: Reach, *, kept: bool
) -> None:
    rule = replace(A, reach=reach)
    row = {
        "filename": "a_uncal.fits",
        "exp_type": "nrc_image",
        "program": "1",
        "asn_candidate": "[('o001', 'OBSERVATION')]",
    }
    assert bool(solve(Pool([row]), rule).associations) == kept
    gaps = [finding for finding in small(rule) if finding.kind == "gap"]
    assert bool(gaps) == (not kept)


def test_a_gap_is_declared_exactly() -> None:
    everything = Promise(3, AllOf(()), "science", "everything")
    other = Gap(3, "science", AllOf(()), "because")
    wide = small(A, declared=Declared((everything,), (other,)))
    assert wide[0].rules == ("Asn_Image",)
    assert wide[0].says.endswith(
        "holds exposures that a rule takes: make the gap smaller, or let no rule take them"
    )
    none = Gap(3, "science", one_of("exp_type", "nrc_image"), "because")
    found = small(A, declared=Declared(PROMISED.promises, (none,)))
    assert [one.says for one in found if "does not exist" in one.says]


def test_a_rule_twice_is_an_overlap() -> None:
    again = replace(A, name="Asn_Again")
    found = small(A, again)
    (shared,) = [one for one in found if one.kind == "overlap"]
    assert shared.rules == ("Asn_Image", "Asn_Again")
    assert shared.exposures[0].startswith("exp_type is nis_image or nrc_image; ")
    implied = [(one.rules, one.subject) for one in found if one.kind == "implied rule"]
    assert implied == [(("Asn_Image",), "Asn_Again"), (("Asn_Again",), "Asn_Image")]
    pair = ("Asn_Again", "Asn_Image")
    known = replace(PROMISED, overlaps=(Overlap(pair, "so it is"), Overlap(pair, "too", False)))
    kinds = {one.kind for one in small(A, again, declared=known)}
    assert kinds.isdisjoint({"overlap", "role overlap"})
    stale = [one.says for one in small(A, declared=known) if one.kind == "declaration"]
    assert stale == ["a declared overlap does not exist", "a declared role overlap does not exist"]


def test_overlaps_in_other_roles_are_findings_of_their_own() -> None:
    """A background of one rule that is science in another, and one that is in both."""
    sky = replace(A, name="Asn_Sky", roles=Cases((), "science"))
    found = small(A, sky)
    (shared,) = [one for one in found if one.kind == "role overlap"]
    assert shared.rules == ("Asn_Image", "Asn_Sky")
    assert shared.subject == "background and science, imprint and science, psf and science"
    assert all(text.startswith("as ") for text in shared.exposures)
    known = replace(PROMISED, overlaps=(Overlap(("Asn_Image", "Asn_Sky"), "both", science=False),))
    kinds = [one.kind for one in small(A, sky, declared=known)]
    assert "role overlap" not in kinds
    assert "overlap" in kinds


def test_a_waiver_for_anything_says_what_it_hides() -> None:
    waived = replace(PROMISED, waivers=(Waiver("name", "Asn_Image", "*", "known"),))
    (found,) = small(A, declared=waived)
    assert found.says == (
        "a waiver for anything would hide new findings; name what it is for: Asn_Image exp_type"
    )


def test_rules_between_which_no_attribute_decides() -> None:
    """All exposures of a type are taken by both, whatever else they are."""
    plain = replace(
        A,
        base=replace(A.base, roles=Cases((), otherwise="science")),
        clauses=(Clause("exp_type", one_of("exp_type", "nrc_image", "nis_image")),),
    )
    (found,) = [
        one for one in small(plain, replace(plain, name="Asn_Again")) if one.kind == "overlap"
    ]
    assert found.exposures == ("exp_type is nis_image or nrc_image",)
    assert str(found).endswith("both take exposures with exp_type is nis_image or nrc_image")


def test_what_takes_nothing_is_dead() -> None:
    impossible = Clause("odd", one_of("exp_type", "mir_image"))
    dead = replace(A, clauses=(*A.clauses, impossible))
    assert "dead rule" in [one.kind for one in small(dead)]
    either = Clause("odd", one_of("exp_type", "nrc_image", "mir_image"))
    found = small(replace(A, clauses=(*A.clauses, either)))
    assert ("dead value", "odd mir_image") in [(one.kind, one.subject) for one in found]
    again = Clause("again", one_of("exp_type", "nrc_image", "nis_image", "nrc_wfss"))
    found = small(replace(A, clauses=(*A.clauses, again)))
    assert ("dead clause", "again") in [(one.kind, one.subject) for one in found]


@pytest.mark.parametrize("level", [2, 3])
def test_one_level_of_a_set_of_the_package_is_held_to_what_is_declared_of_it(level: int) -> None:
    rules = load_rules("jwst").of_level(level)
    report = check(replace(rules, name="mine"))
    assert report.undeclared == ()
    assert {finding.level for finding in report.findings} == {level}
    lost = check(replace(rules, name="mine", rules=rules.rules[1:])).undeclared
    assert "the declarations say what this rule takes, but there is no such rule" in {
        one.says for one in lost
    }


def test_a_need_that_nobody_meets() -> None:
    need = (at_least(1, "psf"),)
    assert "need" not in [one.kind for one in small(replace(A, needs=need))]
    no_psf = Clause("no_psf", not_(is_set("is_psf")))
    found = small(replace(A, needs=need, clauses=(*A.clauses, no_psf)))
    assert ("need", "psf") in [(one.kind, one.subject) for one in found]


def test_a_key_that_a_name_loses() -> None:
    (found,) = small(A)
    assert (found.kind, found.subject) == ("name", "exp_type")
    one_type = Clause("exp_type", one_of("exp_type", "nrc_image"), same("exp_type"))
    told = replace(A, clauses=(A.clauses[0], one_type))
    assert small(told) == []
    waived = replace(PROMISED, waivers=(Waiver("name", "Asn_Image", "exp_type", "known"),))
    assert small(A, declared=waived) == []
    (stale,) = small(told, declared=waived)
    assert stale.level == 3
    assert stale.says == "the declared key that names do not tell is no longer found"


def test_an_exposure_without_program_is_a_gap_if_the_domain_admits_it() -> None:
    images = one_of("exp_type", "nrc_image", "nis_image")
    promised = Declared(promises=(Promise(3, images, "science", "images are combined"),))
    found = check(RuleSet("small", (A,)), domain=Domain(), declared=promised).undeclared
    assert any("program is not set" in one.says for one in found if one.kind == "gap")


def test_a_rule_for_one_program_takes_that_program() -> None:
    images = one_of("exp_type", "nrc_image", "nis_image")
    promised = Declared(promises=(Promise(3, images, "science", "images are combined"),))
    one_program = replace(A, clauses=(*A.clauses, Clause("one program", one_of("program", "77"))))
    twice = RuleSet("small", (one_program, replace(one_program, name="Asn_Again")))
    found = check(twice, domain=Domain(), declared=promised).undeclared
    assert {"gap", "overlap"} <= {one.kind for one in found}


def test_a_rule_for_some_files_takes_these_files() -> None:
    images = one_of("exp_type", "nrc_image")
    promised = Declared(promises=(Promise(3, images, "science", "images are combined"),))
    some = replace(A, clauses=(*A.clauses, Clause("some files", matches("filename", "jw7.*"))))
    twice = RuleSet("small", (some, replace(some, name="Asn_Again")))
    found = check(twice, domain=Domain(), declared=promised).undeclared
    assert {"gap", "overlap"} <= {one.kind for one in found}


def test_a_proof_that_solving_denies_is_an_error() -> None:
    wrong = Finding("gap", 3, (), "science", "nothing", {"exp_type": "nrc_image"})
    with pytest.raises(ProofError, match="solving contradicts what was proved"):
        replay(RuleSet("small", (A,)), [wrong])
