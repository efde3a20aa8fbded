from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve.expr.build import (
    all_of,
    any_of,
    at_least,
    distinct,
    is_set,
    matches,
    named,
    not_,
    one_of,
    same,
    within,
)
from asnsolve.expr.fold import Test
from asnsolve.expr.fold import tests as leaves_of
from asnsolve.expr.nodes import IsSet, Predicate
from asnsolve.profiles.jwst import WORDS
from asnsolve.rules.mistakes import check_rules
from asnsolve.rules.model import Cases, Clause, Mixin, Reach, Rule
from asnsolve.rules.node_mistakes import attributes_of, node_mistakes
from asnsolve.rules.steps import Attach, Nods
from tests.examples import PREDICATES
from tests.rules.small import BASE, IMAGES, rule, unchecked


def _said(*rules: Rule, columns: frozenset[str] = frozenset()) -> list[str]:
    """Return the problems without their fields, of which `_fields` tells."""
    problems = check_rules("mine", rules, columns)
    return [
        str(replace(problem, location=replace(problem.location, field=None)))
        for problem in problems
    ]


def _fields(*rules: Rule) -> list[str | None]:
    return [problem.location.field for problem in check_rules("mine", rules, frozenset())]


def test_an_acceptable_rule_has_no_problem() -> None:
    needs = (at_least(2, "psf"), distinct(2, "obs_num"))
    clauses = (IMAGES, Clause("target", key=same("targetid", roles=("science", "background"))))
    assert _said(rule(clauses=clauses, needs=needs)) == []
    assert _said() == []


@pytest.mark.parametrize("name", ["Image", "asn_image", "Asn_", "Asn_A B", "Asn-Image", ""])
def test_a_name_that_does_not_start_with_asn_is_refused(name: str) -> None:
    where = f"mine, rule {name or 'number 1'}"
    assert _said(rule(name=name)) == [
        f"{where}: {name!r} is not a name of a rule; expected a name that starts with Asn_"
    ]


@pytest.mark.parametrize("asn_type", ["Image3", "image_3", "", "3image", "a-"])
def test_an_association_type_that_a_file_name_cannot_hold_is_refused(asn_type: str) -> None:
    assert _said(rule(asn_type=asn_type)) == [
        f"mine, rule Asn_Small: {asn_type!r} is not an association type; "
        "expected lower-case letters and digits"
    ]


def test_rules_of_one_name_are_refused_and_each_name_is_told_once() -> None:
    assert _said(rule(), rule(asn_type="other3"), rule(name="Asn_Alone")) == [
        "mine, rule Asn_Small: 2 rules have this name; expected one of each variant. "
        "Give one of them another name, or a variant."
    ]


def test_rules_of_one_name_are_told_apart_by_their_variant() -> None:
    variants = rule(), rule(variant="by group"), rule(variant="by observation")
    assert _said(*variants) == []
    assert _said(
        *variants, rule(variant="by group"), rule(name="Asn_Alone", variant="by group")
    ) == [
        "mine, rule Asn_Small: 2 rules have this name; expected one of each variant. "
        "Give one of them another name, or a variant."
    ]


@pytest.mark.parametrize(
    "parts",
    [
        {"clauses": (IMAGES, IMAGES)},
        {"clauses": (), "mixins": (Mixin("AsnMixin_Twice", (IMAGES, IMAGES)),)},
    ],
    ids=["own", "in a mixin"],
)
def test_clauses_of_one_name_are_refused(parts: dict[str, object]) -> None:
    assert _said(rule(**parts)) == [
        "mine, rule Asn_Small: 2 clauses are named 'exp_type'; expected one. "
        "Join them with all_of(...)."
    ]


def test_a_clause_of_a_mixin_and_an_own_one_may_have_one_name() -> None:
    assert _said(rule(mixins=(Mixin("AsnMixin_Image", (IMAGES,)),))) == []


def test_a_clause_that_says_nothing_is_refused() -> None:
    assert _said(rule(clauses=(IMAGES, Clause("empty")))) == [
        "mine, rule Asn_Small: clause 'empty' says nothing; expected a predicate or a key"
    ]


@pytest.mark.parametrize(
    "parts",
    [
        {"clauses": (Clause("type", is_set("subaray")),)},
        {"clauses": (Clause("type", any_of(is_set("filter"), not_(matches("subaray", ".*")))),)},
        {"clauses": (Clause("type", key=same("subaray")),)},
        {"clauses": (), "mixins": (Mixin("Mixin", (Clause("type", is_set("subaray")),)),)},
        {"needs": (distinct(2, "subaray"),)},
        {"needs": (within("mosaic", distinct(2, "subaray")),)},
        {"suffixes": Cases(((is_set("subaray"), "cal"),), "rate")},
        {"base": replace(BASE, roles=Cases(((is_set("subaray"), "psf"),), "science"))},
        {"roles": Cases(((is_set("subaray"), "psf"),), "science")},
        {"clauses": (Clause("type", named("mine", is_set("subaray"))),)},
        {"clauses": (Clause("type", key=same("band", where=is_set("subaray"))),)},
        {"clauses": (Clause("type", key=same("band", instead=(is_set("subaray"), "band"))),)},
        {"clauses": (Clause("type", key=same("band", instead=(is_set("band"), "subaray"))),)},
        {"steps": (Attach(is_set("subaray"), "psf", ("program",)),)},
        {"steps": (Attach(is_set("band"), "psf", ("program", "subaray")),)},
        {"base": replace(BASE, steps=(Attach(is_set("subaray"), "psf", ("program",)),))},
    ],
    ids=[
        *("where", "nested", "key", "mixin", "need", "inner need", "suffixes", "roles"),
        *("own roles", "named", "where of a key", "instead", "attribute instead"),
        *("step", "shared by a step", "step of the base"),
    ],
)
def test_an_unknown_attribute_is_refused_wherever_it_stands(parts: dict[str, object]) -> None:
    assert _said(rule(**parts)) == [
        "mine, rule Asn_Small: no pool has an attribute 'subaray'; expected a column of a pool. "
        "Did you mean subarray? Otherwise, declare the column in COLUMNS."
    ]
    assert _said(rule(**parts), columns=frozenset({"subaray"})) == []


LEAVES = {type(leaf): leaf for leaf in leaves_of(each.predicate for each in PREDICATES)}
"""A leaf of each kind."""


@pytest.mark.parametrize("leaf", LEAVES.values(), ids=[kind.__name__ for kind in LEAVES])
def test_leaves_of_every_kind_are_checked(leaf: Test) -> None:
    """Rules check what a leaf holds, and clauses say what it is about, whatever its kind."""
    assert tuple(attributes_of(leaf)) == leaf.sources
    assert any(node_mistakes("where", replace(leaf, sources=("filter", "filter")), (), WORDS))
    if not isinstance(leaf, IsSet):
        assert Clause("leaf", leaf).sources == leaf.sources


def test_an_attribute_like_no_other_is_advised_to_be_declared() -> None:
    assert _said(rule(clauses=(Clause("mine", is_set("zzyzx", "zzyzx2")),))) == [
        f"mine, rule Asn_Small: no pool has an attribute {name!r}; expected a column of a pool. "
        "Declare a column of your own in COLUMNS."
        for name in ("zzyzx", "zzyzx2")
    ]


@pytest.mark.parametrize(
    "predicate",
    [
        one_of("exp_type", "mir_imag"),
        not_(one_of("exp_type", "mir_imag")),
        all_of(is_set("filter"), any_of(is_set("pupil"), one_of("exp_type", "mir_imag"))),
        named("mine", one_of("exp_type", "mir_imag")),
    ],
    ids=["plain", "negated", "nested", "named"],
)
@pytest.mark.parametrize(
    "place", ["clause", "suffixes", "roles", "own roles", "key", "instead", "step"]
)
def test_a_value_that_is_never_met_is_refused(predicate: Predicate, place: str) -> None:
    cases = Cases(((predicate, "psf"),), "science")
    places: dict[str, dict[str, object]] = {
        "clause": {"clauses": (Clause("exp_type", predicate),)},
        "suffixes": {"suffixes": Cases(((predicate, "rate"),), "cal")},
        "roles": {"base": replace(BASE, roles=cases)},
        "own roles": {"roles": cases},
        "key": {"clauses": (Clause("band", key=same("band", where=predicate)),)},
        "instead": {"clauses": (Clause("band", key=same("band", instead=(predicate, "lamp"))),)},
        "step": {"steps": (Attach(predicate, "psf", ("program",)),)},
    }
    (said,) = _said(rule(**places[place]))
    assert said.startswith(
        "mine, rule Asn_Small: exp_type is never 'mir_imag'; expected a value of exp_type. "
        "Did you mean mir_image"
    )


def test_a_value_of_an_open_vocabulary_is_taken() -> None:
    assert _said(rule(clauses=(Clause("opt_elem", one_of("filter", "f999x")),))) == []
    either = one_of(("exp_type", "filter"), "f999x")
    assert _said(rule(clauses=(Clause("opt_elem", either),))) == []


def test_a_key_that_binds_an_unknown_role_is_refused() -> None:
    clause = Clause("target", key=same("targetid", roles=("sience", "psf")))
    assert _said(rule(clauses=(IMAGES, clause))) == [
        "mine, rule Asn_Small: the key binds the role 'sience', which no exposure has; "
        "expected one of psf, background, science. Did you mean science?"
    ]


def test_a_need_that_counts_an_unknown_role_is_refused() -> None:
    assert _said(rule(needs=(at_least(1, "imprint"),))) == [
        "mine, rule Asn_Small: a need counts the role 'imprint', which no exposure has; "
        "expected one of psf, background, science"
    ]
    assert _said(rule(needs=(within("mosaic", at_least(1, "imprint")),))) == _said(
        rule(needs=(at_least(1, "imprint"),))
    )
    assert _said(rule(needs=(at_least(2), within("mosaic", at_least(1, "psf"))))) == []


def test_roles_of_its_own_are_the_roles_of_a_rule() -> None:
    roles = Cases(((is_set("is_imprt"), "imprint"),), "science")
    assert _said(rule(roles=roles, needs=(at_least(1, "imprint"),))) == []
    assert _said(rule(roles=roles, needs=(at_least(1, "psf"),))) == [
        "mine, rule Asn_Small: a need counts the role 'psf', which no exposure has; "
        "expected one of imprint, science"
    ]


COMMA = "A tuple of one ends in a comma: (value,)."


@pytest.mark.parametrize(
    ("parts", "field", "said"),
    [
        (
            {"clauses": IMAGES},
            "clauses",
            f"is a Clause; expected a tuple of Clause(...). {COMMA}",
        ),
        ({"clauses": [IMAGES]}, "clauses", f"is a list; expected a tuple of Clause(...). {COMMA}"),
        (
            {"reach": unchecked(Reach, "mosaic")},
            "reach.candidate_types",
            f"is 'mosaic'; expected a tuple of text or None. {COMMA}",
        ),
        (
            {"reach": unchecked(Reach, barred_types="mosaic")},
            "reach.barred_types",
            f"is 'mosaic'; expected a tuple of text. {COMMA}",
        ),
        (
            {"reach": unchecked(Reach, (3,))},
            "reach.candidate_types[0]",
            "is 3; expected text",
        ),
        (
            {"reach": "mosaic"},
            "reach",
            "is 'mosaic'; expected Reach(...) or None",
        ),
        (
            {"roles": "science"},
            "roles",
            "is 'science'; expected Cases(...) or None",
        ),
        (
            {"steps": Nods("other target")},
            "steps",
            "is a Nods; expected a tuple of a step (Attach, BestImprints, Best, Nods, DirectImage, "
            f"SpectraAsBackground). {COMMA}",
        ),
        (
            {"steps": ("nods",)},
            "steps[0]",
            "is 'nods'; expected a step (Attach, BestImprints, Best, Nods, DirectImage, "
            "SpectraAsBackground)",
        ),
        (
            {"mixins": (IMAGES,)},
            "mixins['exp_type']",
            "is a Clause; expected Mixin(...)",
        ),
        (
            {"needs": (same("targetid"),)},
            "needs[0]",
            "is a Same; expected a need (at_least, at_most, exactly, distinct, within)",
        ),
        ({"base": None}, "base", "is None; expected Base(...)"),
        (
            {"clauses": (unchecked(Clause, "target", same("targetid")),)},
            "clauses['target'].where",
            "is a Same; expected a predicate (is_set, one_of, matches, not_, ...) or None. "
            "Did you mean key=...?",
        ),
        (
            {"clauses": (unchecked(Clause, "target", key="targetid"),)},
            "clauses['target'].key",
            "is 'targetid'; expected a key (same, linked, linked_sky, spread) or None. "
            "Did you mean same('targetid')?",
        ),
        (
            {"mixins": (unchecked(Mixin, "Images", IMAGES),)},
            "mixins['Images'].clauses",
            f"is a Clause; expected a tuple of Clause(...). {COMMA}",
        ),
        (
            {"mixins": (Mixin("Images", (unchecked(Clause, "x", key=3),)),)},
            "mixins['Images'].clauses['x'].key",
            "is 3; expected a key (same, linked, linked_sky, spread) or None",
        ),
    ],
    ids=str,
)
def test_a_part_of_the_wrong_kind_is_refused_in_words(
    parts: dict[str, object], field: str, said: str
) -> None:
    assert _said(rule(**parts)) == [f"mine, rule Asn_Small: {said}"]
    assert _fields(rule(**parts)) == [field]


@pytest.mark.parametrize(
    ("parts", "fields"),
    [
        ({"name": "Small", "asn_type": "X"}, ["name", "asn_type"]),
        ({"product": "jw{program}"}, ["product"]),
        ({"base": replace(BASE, product="jw{program}", level=4)}, ["base.product", "base.level"]),
        ({"clauses": (IMAGES, IMAGES)}, ["clauses"]),
        ({"suffixes": Cases((), "call")}, ["suffixes.otherwise"]),
        ({"roles": Cases(((is_set("band"), "bakground"),), "science")}, ["roles.cases[0][1]"]),
        ({"needs": (within("mosaik", at_least(1, "flat")),)}, ["needs[0].candidate_types"]),
        ({"steps": (Attach(is_set("band"), "psf", ()),)}, ["steps[0].shared"]),
        ({"clauses": (Clause("a", not_(is_set("subaray"))),)}, ["clauses['a'].where.predicate"]),
    ],
    ids=str,
)
def test_a_mistake_says_in_which_field_it_is(parts: dict[str, object], fields: list[str]) -> None:
    assert _fields(rule(**parts))[: len(fields)] == fields


def test_a_name_with_control_characters_does_not_break_the_line() -> None:
    (said,) = _said(rule(name="Asn_\x1b[2J"))
    assert said.startswith(r"mine, rule Asn_\x1b[2J: ")


def test_every_problem_of_every_rule_is_told() -> None:
    bad = rule(name="Bad", clauses=(Clause("empty"), Clause("type", is_set("subaray"))))
    problems = check_rules("mine", [bad, rule(asn_type="X")], frozenset())
    assert [(p.location.file, p.location.rule) for p in problems] == [
        *(("mine", "Bad"),) * 3,
        ("mine", "Asn_Small"),
    ]
