"""Fields of association files: what each says of an association that a rule made."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from asnsolve import FileField, FileFields, solve
from asnsolve.associations.association import Association, Member
from asnsolve.errors import AsnsolveError
from asnsolve.expr.build import is_set, one_of, same
from asnsolve.profiles.jwst import PROFILE
from asnsolve.rules.model import Clause
from asnsolve.rules.rule_set import RuleSet
from tests.associations.small import BASE, found, stepped
from tests.solvers.rows import exposure, pool_of

CLAUSES = (
    Clause("lamp", is_set("exp_type")),
    Clause("band", one_of("exp_type", "nrc_image"), same("band", optional=True)),
    Clause("filter", key=same("filter", roles="science")),
)


def made(*rows: dict[str, str], **parts: object) -> Association:
    """Return the only association that a rule makes of exposures."""
    (association,) = found(rows, stepped(**parts))
    return association


def test_constraints_say_each_clause_and_what_the_members_share() -> None:
    of_one = made(exposure("a", band="long"), exposure("b"), clauses=CLAUSES)
    assert of_one.constraints.splitlines() == [
        "lamp: exp_type is set",
        "band: exp_type is nrc_image, and all members that have one share one band (long)",
        "filter: all science members share one filter (f200w)",
    ]
    assert of_one.signature == {"band": "long", "filter": "f200w"}


def test_constraints_say_of_a_key_without_a_value_that_it_is_not_set() -> None:
    association = made(exposure("a"), clauses=CLAUSES[:2])
    assert association.constraints.endswith(" (not set for any)")
    assert association.signature == {"band": ""}


def test_a_rule_without_clauses_has_no_constraints() -> None:
    assert made(exposure("a"), clauses=()).constraints == ""


def test_a_degraded_member_is_said_in_the_words_of_the_base() -> None:
    base = replace(BASE, degraded="Something is wrong.")
    bad = exposure("b", exposerr="jitter")
    sound = "No known degraded exposures in association."
    assert made(exposure("a"), base=base).degraded_status == sound
    assert made(exposure("a"), exposure("b", exposerr=""), base=base).degraded_status == sound
    assert made(exposure("a"), bad, base=base).degraded_status == "Something is wrong."


def test_members_say_their_error_if_the_pool_has_errors() -> None:
    errors = {member.expname: member.exposerr for member in made(exposure("a")).members}
    assert errors == {"jw_a_cal.fits": None}
    with_errors = made(exposure("a"), exposure("b", exposerr="jitter")).members
    assert [member.exposerr for member in with_errors] == ["null", "jitter"]


@pytest.mark.parametrize(
    ("lists", "of_candidate", "of_none"),
    [
        (True, "[('o001', 'observation')]", "[('c1000', 'mosaic'), ('o001', 'observation')]"),
        (False, "('o001', 'observation')", "[('c1000', 'mosaic'), ('o001', 'observation')]"),
    ],
)
def test_members_say_the_candidate_or_where_discovered_all_their_candidates(
    lists: bool, of_candidate: str, of_none: str
) -> None:
    cell = "[('c1000', 'mosaic'), ('o001', 'observation')]"
    pool = pool_of(exposure("a", asn_candidate=cell))
    rule = stepped(base=replace(BASE, lists_candidates=lists))
    by_id = {one.asn_id: one.members[0].asn_candidate for one in solve(pool, rule)}
    assert by_id == {
        "o001": of_candidate,
        "c1000": of_candidate.replace("o001", "c1000").replace("observation", "mosaic"),
        "a3001": of_none,
    }


def test_a_file_is_named_after_program_id_version_type_and_number() -> None:
    pool = pool_of(exposure("a", program="42"))
    rule = stepped()
    (plain,) = solve(pool, rule, discover=False)
    (tagged,) = solve(pool, rule, discover=False, version_id="V1")
    assert plain.file_name == "jw00042-o001_small3_00001_asn.json"
    assert tagged.file_name == "jw00042-o001_v1_small3_00001_asn.json"


def test_members_are_equal_whose_files_say_the_same() -> None:
    """Exposure and stage follow from the name of the file, or are not known."""
    known = Member("jw_a_cal.fits", "science", exposure="jw_a", stage="cal")
    assert known == Member("jw_a_cal.fits", "science")
    assert known != Member("jw_a_cal.fits", "psf", exposure="jw_a", stage="cal")


def test_files_of_another_mission_have_its_keys_and_constants() -> None:
    fields = FileFields(
        association=(
            FileField("telescope", constant="OWL"),
            FileField("kind", "asn_type"),
            FileField("recipe", "rule"),
            FileField("programme", "program"),
            FileField("candidate", "asn_id"),
        ),
        member=(
            FileField("file", "expname"),
            FileField("level", constant="lev1"),
            FileField("use", "exptype"),
        ),
    )
    profile = replace(PROFILE, name="owl", fields=fields)
    rules = RuleSet("own", (stepped(),), profile=profile)
    solution = solve(pool_of(exposure("a"), profile=profile), rules, discover=False)
    (one,) = solution
    assert one.fields == fields
    assert one.to_dict() == {
        "telescope": "OWL",
        "kind": "small3",
        "recipe": "Asn_Small",
        "programme": "00001",
        "candidate": "o001",
        "products": [
            {
                "name": one.products[0].name,
                "members": [{"file": "jw_a_cal.fits", "level": "lev1", "use": "science"}],
            }
        ],
    }
    (line,) = (text for _, texts in solution.lines() for text in texts)
    assert json.loads(line) == one.to_dict()


@pytest.mark.parametrize("version", ["a b", "..", ""])
def test_a_version_that_names_cannot_hold_is_refused(version: str) -> None:
    with pytest.raises(AsnsolveError, match="version"):
        solve(pool_of(exposure("a")), stepped(), version_id=version)
