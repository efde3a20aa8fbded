"""Associations as objects hold everything that their files hold."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from asnsolve import Pool, solve
from asnsolve.associations.association import Member
from asnsolve.associations.rendering import to_objects
from asnsolve.expr.build import same
from asnsolve.rules.model import Cases
from asnsolve.rules.preferences import best
from asnsolve.simulate import MODES, Program, simulate
from tests.associations.drafts import draft, table_of
from tests.associations.small import BASE, found, stepped
from tests.solvers.rows import exposure, pool_of


def test_an_object_has_every_field() -> None:
    rows = [
        exposure("a", exposerr="jitter"),
        exposure("b", filename="jw_b_uncal.fits"),
        exposure("x", bkgdtarg="t"),
    ]
    (one,) = found(rows, stepped())
    assert (one.file_name, one.level, one.rule, one.asn_type) == (
        "jw00001-o001_small3_00001_asn.json",
        3,
        "Asn_Small",
        "small3",
    )
    assert (one.program, one.asn_id, one.version_id) == ("00001", "o001", None)
    assert one.members == (
        Member(
            "jw_a_cal.fits",
            "science",
            exposerr="jitter",
            asn_candidate="[('o001', 'observation')]",
            exposure="jw_a",
            stage="cal",
        ),
        Member(
            "jw_b_cal.fits",
            "science",
            exposerr="null",
            asn_candidate="[('o001', 'observation')]",
            exposure="jw_b",
            stage="cal",
        ),
        Member(
            "jw_x_cal.fits",
            "background",
            exposerr="null",
            asn_candidate="[('o001', 'observation')]",
            exposure="jw_x",
            stage="cal",
        ),
    )


def test_level_and_stage_are_those_of_the_rule() -> None:
    base = replace(BASE, level=2, suffixes=Cases((), otherwise="rate"))
    (one,) = found([exposure("a")], stepped(base=base))
    assert one.level == 2
    assert [(m.expname, m.stage) for m in one.members] == [("jw_a_rate.fits", "rate")]
    # Files of level 2 list no candidates.
    assert [m.asn_candidate for m in one.members] == [None]


def test_associations_keep_their_places_and_share_members() -> None:
    drafts = [
        draft("science a b", product="p", asn_id="o001"),
        draft("science c; psf a", product="q", asn_id="o002"),
        draft("science b; background x", product="r", asn_id="o003"),
    ]
    table = table_of(drafts)
    objects = to_objects(table, table.rule[[2, 0, 1]])
    assert [one.products[0].name for one in objects] == ["r", "p", "q"]
    assert [[(m.exposure, m.exptype) for m in one.members] for one in objects] == [
        [("b", "science"), ("x", "background")],
        [("a", "science"), ("b", "science")],
        [("c", "science"), ("a", "psf")],
    ]
    # An association without a number has no file.
    assert {one.file_name for one in objects} == {""}


def test_dropped_associations_are_counted() -> None:
    rows = [exposure("a", asn_candidate="[('o001', 'observation'), ('c1000', 'mosaic')]")]
    solution = solve(pool_of(*rows), stepped(base=replace(BASE, laws=("one membership",))))
    assert len(solution._found.dropped) == len(solution.dropped) == 2
    assert {gone.gave_way_to.asn_id for gone in solution.dropped} == {"o001"}
    assert "dropped: 2 (2 by one membership)" in repr(solution)


def test_products_of_direct_images_have_no_exposure() -> None:
    plan = MODES["niriss_wfss"].plan()
    found = solve(Pool(simulate([Program(number=7, plans=(plan,))])))
    derived = [member for one in found for member in one.members if member.derived]
    assert {member.exptype for member in derived} == {"direct_image", "sourcecat", "segmap"}
    assert {(member.exposure, member.stage) for member in derived} == {("", "")}
    assert {(member.exposerr, member.asn_candidate) for member in derived} == {(None, None)}


def test_members_can_be_hashed_whatever_their_files_say_of_them() -> None:
    one = Member("a_cal.fits", "science", other=(("shifts", [1.5, 2]),))
    assert hash(one) == hash(replace(one, other=()))
    assert one != replace(one, other=())


def test_members_say_how_good_they_are() -> None:
    rows = [exposure("a", band="b1"), exposure("w", bkgdtarg="t", band="b2")]
    rows += [exposure(name, bkgdtarg="t", band="b1") for name in "xy"]
    steps = [best("background", prefer=same("band"), at_most=2)]
    (one,) = found(rows, stepped(*steps))
    assert [(m.exposure, str(m.match)) for m in one.members] == [
        ("jw_a", "None"),
        ("jw_x", "the same band, for jw_a"),
        ("jw_y", "the same band, for jw_a"),
    ]


DRAWN = st.lists(
    st.lists(
        st.tuples(st.sampled_from("abcx"), st.sampled_from(["science", "background", "psf"])),
        min_size=1,
        max_size=4,
        unique=True,
    ),
    min_size=1,
    max_size=4,
)


@given(DRAWN)
@example([[("a", "psf"), ("b", "science")], [("a", "background")]])
def test_members_have_their_own_files_and_roles(drawn: list[list[tuple[str, str]]]) -> None:
    """Files and roles that are next to one another are not confused."""
    texts = ["; ".join(f"{role} {file}" for file, role in members) for members in drawn]
    stages = ("cal", "calints")
    table = table_of([replace(draft(text), stage=stages[at % 2]) for at, text in enumerate(texts)])
    order = ("science", "background", "psf")
    for at, one in enumerate(to_objects(table, table.rule)):
        expected = sorted(drawn[at], key=lambda pair: (order.index(pair[1]), pair[0]))
        assert [(m.exposure, m.exptype) for m in one.members] == expected
        assert {m.stage for m in one.members} == {stages[at % 2]}
