"""Which associations stay: each law of repeats, and names of files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve import solve
from asnsolve.associations.association_table import LAWS
from asnsolve.associations.laws import with_repeats_marked
from asnsolve.associations.same_names import same_names
from asnsolve.rules.model import Cases, Law
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import Nods, Step
from tests.associations.drafts import Draft, draft, kept, losses, named, table_of
from tests.rules.small import BASE, rule
from tests.solvers.rows import exposure, pool_of

REPEATS: tuple[Law, ...] = ("discovered repeats",)
ONE: tuple[Law, ...] = ("one membership",)
WHOLE: tuple[Law, ...] = ("whole products",)
PRODUCT: tuple[Law, ...] = ("one product",)


def test_without_laws_every_association_stays() -> None:
    same = [draft("science a", laws=()), draft("science a", laws=()), draft("science a b", laws=())]
    assert kept(*same) == same


# Discovered repeats.


def test_a_discovered_association_that_repeats_a_candidates_goes() -> None:
    named, repeat = draft("science a b", laws=REPEATS), draft("science a b", "a3001", laws=REPEATS)
    other = draft("science a b c", "a3001", laws=REPEATS)
    assert kept(repeat, named, other) == [named, other]
    assert kept(repeat, other) == [repeat, other]


def test_roles_make_no_difference_to_what_discovery_repeats_and_types_do() -> None:
    named = draft("science a b", laws=REPEATS)
    assert kept(named, draft("science a; psf b", "a3001", laws=REPEATS)) == [named]
    typed = draft("science a b", "a3001", laws=REPEATS, asn_type="other3")
    assert kept(named, typed) == [named, typed]


def test_a_file_with_two_roles_counts_once_in_what_discovery_repeats() -> None:
    named = draft("science a b; psf a", laws=REPEATS)
    assert kept(named, draft("science a b", "a3001", laws=REPEATS)) == [named]


def test_discovery_in_another_program_repeats_nothing() -> None:
    named = draft("science a", laws=REPEATS)
    other = draft("science a", "a3001", laws=REPEATS, component=1)
    assert kept(named, other) == [named, other]


def test_candidates_may_repeat_one_another_if_only_discovery_may_not() -> None:
    both = [draft("science a", laws=REPEATS), draft("science a", "c1000", laws=REPEATS)]
    assert kept(*both) == both


# One membership.


def test_of_equal_members_the_greatest_id_stays() -> None:
    drafts = [
        draft("science a b", asn_id) for asn_id in ("a3001", "c1000", "c1001", "o001", "o002")
    ]
    assert kept(*drafts) == [drafts[4]]
    assert kept(*drafts[:4]) == [drafts[3]]
    assert kept(*drafts[:3]) == [drafts[2]]
    assert kept(*drafts[:1]) == [drafts[0]]


def test_of_one_id_the_last_rule_by_name_stays() -> None:
    general, special = draft("science a", name="Asn_Image"), draft("science a", name="Asn_Image2")
    assert kept(general, special) == [special]
    nearer = draft("science a", "o002", name="Asn_Image")
    assert kept(general, special, nearer) == [nearer]


def test_neither_type_nor_product_make_a_membership_another() -> None:
    one = draft("science a", name="Asn_A", asn_type="image3", product="x")
    other = draft("science a", name="Asn_B", asn_type="spec3", product="y")
    assert kept(one, other) == [other]


def test_of_one_rule_the_last_product_stays() -> None:
    one, other = draft("science a", product="x"), draft("science a", product="y")
    assert kept(one, other) == [other]


@pytest.mark.parametrize(
    "members", ["science b", "science a b", "psf a", "science a; psf b", "background a; science b"]
)
def test_other_files_or_roles_are_another_membership(members: str) -> None:
    both = [draft("science a"), draft(members, "o002")]
    assert kept(*both) == both


def test_another_stage_in_another_role_is_another_membership() -> None:
    calibrated = draft("psf a")
    apart = replace(draft("background a", "o002"), stage="calints")
    assert kept(calibrated, apart) == [calibrated, apart]


def test_members_that_lie_apart_are_not_those_between_them() -> None:
    """As many files, with as many before them and behind them."""
    every = draft("science a b c d e f g h i j k", "o003")
    apart, between = draft("science b k"), draft("science c j", "o002")
    assert kept(every, apart, between) == [every, apart, between]


def test_equal_members_of_two_programs_are_two_memberships() -> None:
    both = [draft("science a"), draft("science a", component=1)]
    assert kept(*both) == both


def test_levels_are_apart() -> None:
    first = draft("science a")
    second = replace(first, rule=replace(first.rule, base=replace(first.rule.base, level=2)))
    assert kept(first, second) == [first, second]


# Whole products.


def test_of_one_product_what_another_has_and_more_goes() -> None:
    part, whole = draft("science a", laws=WHOLE), draft("science a; background b", laws=WHOLE)
    assert kept(part, whole) == [whole]
    more = draft("science a; background b c", "c1000", laws=WHOLE, name="Asn_Other")
    assert kept(part, whole, more) == [more]


@pytest.mark.parametrize(
    "members",
    ["science a b", "science a; background c", "psf a; science b c d", "background a; science b"],
)
def test_what_is_no_true_part_stays(members: str) -> None:
    both = [draft("science a b", laws=WHOLE), draft(members, laws=WHOLE)]
    assert kept(*both) == both


def test_parts_of_another_product_or_program_stay() -> None:
    whole = draft("science a b", laws=WHOLE)
    named = draft("science a", laws=WHOLE, product="other")
    apart = draft("science a", laws=WHOLE, component=1)
    assert kept(whole, named, apart) == [whole, named, apart]


# One product.


def test_of_one_product_the_association_of_most_members_stays() -> None:
    nods, dedicated = (
        draft("science a; background b c", laws=PRODUCT),
        draft("science a; background x", "c1000", laws=PRODUCT, name="Asn_Other"),
    )
    assert kept(nods, dedicated) == [nods]
    more = draft("science a; background x y z", "c1000", laws=PRODUCT, name="Asn_Other")
    assert kept(nods, dedicated, more) == [more]


def test_of_equally_large_ones_dedicated_backgrounds_go_before_nods_and_those_before_none() -> None:
    dedicated = draft("science a; background x", "c1000", laws=PRODUCT)
    nods = draft("science a; background b", laws=PRODUCT)
    none = draft("science a; psf b", laws=PRODUCT, name="Asn_Z")
    assert kept(none, nods, dedicated) == [dedicated]
    assert kept(none, nods) == [nods]


def test_of_equally_good_ones_the_nearest_candidate_and_then_the_lowest_id_goes_first() -> None:
    def at(asn_id: str, background: str) -> Draft:
        return draft(f"science a; background {background}", asn_id, laws=PRODUCT)

    near, low, high, none = at("o002", "x"), at("c1000", "y"), at("c10000", "z"), at("a3001", "x")
    assert kept(none, high, low, near) == [near]
    assert kept(none, high, low) == [low]
    assert kept(none, high) == [high]


def test_of_equally_near_ones_the_last_rule_by_name_and_then_the_first_members_stay() -> None:
    plain = draft("science a; background z", laws=PRODUCT)
    special = draft("science a; background y", laws=PRODUCT, name="Asn_Special")
    assert kept(plain, special) == [special]
    first = draft("science a; background x", laws=PRODUCT)
    assert kept(plain, first, draft("science a; background y", laws=PRODUCT)) == [first]


def test_one_product_is_of_one_name_program_and_science_file() -> None:
    one = draft("science a; background x", laws=PRODUCT)
    others = [
        draft("science a", laws=PRODUCT, product="other"),
        draft("science a", laws=PRODUCT, component=1),
        draft("science a c", laws=PRODUCT),
        # Integrations and their average make files of different names.
        replace(draft("science a", laws=PRODUCT), stage="calints"),
    ]
    assert kept(one, *others) == [one, *others]


# All of them.


def test_laws_are_obeyed_in_their_order() -> None:
    """What one law drops is no reason for the next to drop anything."""
    part = draft("science a", laws=(*ONE, *WHOLE), product="x")
    whole = draft("science a b", "c1000", laws=(*ONE, *WHOLE), product="x")
    nearer = draft("science a b", "o001", laws=(*ONE, *WHOLE), product="y")
    assert kept(part, whole, nearer) == [part, nearer]
    one, two, three = (
        replace(each, rule=replace(each.rule, base=replace(BASE, laws=(*WHOLE, *ONE))))
        for each in (part, whole, nearer)
    )
    assert kept(one, two, three) == [three]


# What gave way, to what, and why.


def test_a_discovered_repeat_gives_way_to_the_lowest_candidate() -> None:
    repeat = draft("science a", "a3001", laws=REPEATS)
    lower, higher = draft("science a", "c1000", laws=REPEATS), draft("science a", laws=REPEATS)
    assert losses(repeat, lower, higher) == [(repeat, lower, "discovered repeats")]
    assert losses(higher, repeat, lower) == [(repeat, lower, "discovered repeats")]


def test_a_part_gives_way_to_the_largest_of_its_name_and_then_to_the_lowest_id() -> None:
    part, whole = draft("science a", laws=WHOLE), draft("science a b", "c1000", laws=WHOLE)
    larger = draft("science a b c", "c1001", laws=WHOLE)
    assert losses(part, whole, larger) == [
        (part, larger, "whole products"),
        (whole, larger, "whole products"),
    ]
    apart = draft("science a d e f", "c1000", laws=WHOLE)
    assert losses(part, whole, apart) == [(part, apart, "whole products")]
    as_large = draft("science a c", "c0999", laws=WHOLE)
    assert losses(part, whole, as_large) == [(part, as_large, "whole products")]


def test_what_makes_one_product_in_another_way_is_no_repeat_of_its_members() -> None:
    """The law that is told holds for the association that stays in the end."""
    laws = (*ONE, *PRODUCT)
    far = draft("science a; background b", "c1000", laws=laws)
    near = draft("science a; background b", laws=laws)
    best = draft("science a; background x", "c1001", laws=laws)
    assert losses(far, near, best) == [(far, best, "one product"), (near, best, "one product")]


def test_what_gave_way_points_to_what_stays_in_the_end() -> None:
    """The winner by one law may lose by the next: then its loser points further."""
    laws = (*ONE, *WHOLE)
    far, near = draft("science a", "c1000", laws=laws), draft("science a", "o001", laws=laws)
    whole = draft("science a b", "c1001", laws=laws)
    assert losses(far, near, whole) == [
        (far, whole, "one membership"),
        (near, whole, "whole products"),
    ]
    # The order of the associations is no matter, not even for the first.
    assert losses(whole, far, near) == losses(far, near, whole)
    assert losses(near, far, whole) == [
        (near, whole, "whole products"),
        (far, whole, "one membership"),
    ]


memberships = st.lists(
    st.tuples(
        st.sets(st.sampled_from("abcd"), min_size=1).map(sorted),
        st.sampled_from(["o001", "c1000", "a3001"]),
        st.sampled_from(["Asn_A", "Asn_B"]),
        st.sampled_from(["x", "y"]),
        st.integers(0, 1),
    ),
    max_size=8,
    unique_by=str,
)
Drawn = list[tuple[list[str], str, str, str, int]]


def drafts_of(drawn: Drawn, *laws: Law) -> list[Draft]:
    return [
        draft(f"science {' '.join(files)}", at, laws=laws, name=name, product=product, component=n)
        for files, at, name, product, n in drawn
    ]


def content(one: Draft) -> frozenset[str]:
    return frozenset(letter for letter, _ in one.members)


@given(memberships, st.permutations(LAWS))
def test_what_stays_does_not_depend_on_the_order_of_what_was_found(
    drawn: Drawn, laws: list[Law]
) -> None:
    kept(*drafts_of(drawn, *laws))


@given(memberships)
def test_exactly_one_of_each_membership_stays(drawn: Drawn) -> None:
    drafts = drafts_of(drawn, "one membership")
    left = [(one.component, content(one)) for one in kept(*drafts)]
    assert sorted(left, key=str) == sorted(
        {(one.component, content(one)) for one in drafts}, key=str
    )


@given(memberships)
def test_what_goes_is_a_true_part_of_what_stays_and_nothing_that_stays_is(drawn: Drawn) -> None:
    drafts = drafts_of(drawn, "whole products")
    left = kept(*drafts)

    def is_part(one: Draft, others: Iterable[Draft]) -> bool:
        return any(
            (one.product, one.component) == (each.product, each.component)
            and content(one) < content(each)
            for each in others
        )

    for one in drafts:
        assert is_part(one, left) != any(one is each for each in left)


@given(memberships)
def test_exactly_one_of_each_product_of_the_same_science_stays(drawn: Drawn) -> None:
    def product(one: Draft) -> str:
        return str((one.component, one.product, sorted(content(one))))

    drafts = drafts_of(drawn, "one product")
    left = kept(*drafts)
    assert sorted(map(product, left)) == sorted({*map(product, drafts)})
    told = [(product(loser), product(winner)) for loser, winner, _ in losses(*drafts)]
    assert all(loser == winner for loser, winner in told)


# Files.


def test_a_file_says_version_pool_and_level() -> None:
    (one,) = named([draft("science a")], 5, "v1")
    assert (one.file_name, one.version_id) == ("jw00001-o001_v1_small3_00001_asn.json", "v1")
    assert (one.asn_pool, one.level) == ("pool", 3)


def test_products_of_one_name_but_not_of_the_same_members_are_reported() -> None:
    found = [
        draft("science a"),
        draft("science a b", name="Asn_Other"),
        draft("science c", product="x"),
    ]
    (problem,) = same_names(named(found, 3, None))
    assert str(problem) == (
        "pool: 2 products are named product: jw00001-o001_small3_001_asn.json (Asn_Other), "
        "jw00001-o001_small3_002_asn.json (Asn_Small). They differ in the rule."
    )


def test_what_keys_tell_apart_is_said() -> None:
    one = replace(draft("science a"), signature={"slit": "s1", "band": "long", "lamp": ""})
    other = replace(draft("science b"), signature={"slit": "s2", "band": "long", "lamp": "x"})
    (problem,) = same_names(named([one, other], 3, None))
    assert problem.advice == "They differ in slit (s1, s2) and lamp (not set, x)."
    plain = named([draft("science a"), draft("science b")], 3, None)
    assert same_names(plain)[0].advice == "They differ in their members alone."


def test_keys_that_tell_products_apart_are_said_in_the_order_of_the_first_rule() -> None:
    cells = {"slit": "s1", "band": "long"}
    one = replace(draft("science a"), signature=cells)
    other = replace(draft("science b"), signature={"band": "short", "lamp": "x", "slit": "s2"})
    (problem,) = same_names(named([one, other], 3, None))
    assert problem.advice == "They differ in slit (s1, s2) and band (long, short)."


def test_stages_of_the_same_members_are_no_other_product() -> None:
    """Integrations apart and together are processed side by side."""
    apart = replace(draft("science a", name="Asn_Apart"), stage="calints")
    assert same_names(named([draft("science a"), apart], 3, None)) == ()
    as_psf = draft("psf a")
    assert len(same_names(named([draft("science a"), as_psf], 3, None))) == 1


def test_laws_leave_the_table_that_they_judge_as_it_is() -> None:
    table = table_of([draft("science a b", laws=ONE), draft("science a b", laws=ONE)])
    marked = with_repeats_marked(table)
    assert (marked.gave_way_to >= 0).any()
    assert (table.gave_way_to < 0).all()
    assert (table.law < 0).all()


def test_of_several_parts_each_gives_way_to_the_whole_of_its_own_name() -> None:
    """If names have several rivals, places are counted from the first one of each name."""
    drafts = [
        draft("science a", laws=WHOLE, product="p", asn_id="o001"),
        draft("science a b", laws=WHOLE, product="p", asn_id="o002"),
        draft("science c", laws=WHOLE, product="q", asn_id="o003"),
        draft("science c d", laws=WHOLE, product="q", asn_id="o004"),
        draft("science e", laws=WHOLE, product="q", asn_id="o005"),
    ]
    marked = with_repeats_marked(table_of(drafts))
    assert marked.gave_way_to.tolist() == [1, -1, 3, -1, -1]
    # The whole need not be the largest of its name.
    drafts[2] = draft("science c x y z", laws=WHOLE, product="q", asn_id="o003")
    drafts[4] = draft("science d", laws=WHOLE, product="q", asn_id="o005")
    marked = with_repeats_marked(table_of(drafts))
    assert marked.gave_way_to.tolist() == [1, -1, -1, -1, 3]


def with_roles(one: Draft, *steps: Step) -> Draft:
    """Let a rule say of no exposure that it is a background, and take steps."""
    return replace(one, rule=replace(one.rule, roles=Cases((), "science"), steps=steps))


def test_backgrounds_that_steps_add_are_nods() -> None:
    none = draft("science a; psf x", laws=PRODUCT, asn_id="c1000")
    nods = draft("science a; background x", laws=PRODUCT, asn_id="c1001", name="Asn_B")
    dedicated = draft("science a; background x", laws=PRODUCT, asn_id="c1002", name="Asn_C")
    nods = with_roles(nods, Nods("other target"))
    assert kept(none, nods) == [nods]
    assert kept(none, nods, dedicated) == [dedicated]


def test_a_rule_without_backgrounds_does_not_end_the_ranking_of_others() -> None:
    plain = with_roles(draft("science a; psf b", laws=PRODUCT, asn_id="c1000", name="Asn_A"))
    nods = draft("science a; background b", laws=PRODUCT, asn_id="c1001", name="Asn_B")
    dedicated = draft("science a; background x", laws=PRODUCT, asn_id="c1002", name="Asn_C")
    for order in ([plain, nods, dedicated], [dedicated, nods, plain], [nods, plain, dedicated]):
        assert kept(*order) == [dedicated]
        assert kept(*(one for one in order if one is not dedicated)) == [nods]


def test_rules_without_any_background_are_ranked_by_the_rest() -> None:
    base = replace(BASE, roles=Cases((), "science"), laws=PRODUCT)
    rules = RuleSet("two", tuple(rule(name=name, base=base) for name in ("Asn_A", "Asn_B")))
    found = solve(pool_of(exposure("a", exp_type="mir_image")), rules, discover=False)
    assert [one.rule for one in found.associations] == ["Asn_B"]
    assert [(one.association.rule, one.law) for one in found.dropped] == [("Asn_A", "one product")]
