"""The best members of a role: which are kept, and how good they are said to be."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import angular_separation
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve import Association, load_rules, solve
from asnsolve.associations import best_members
from asnsolve.associations.json_fields import to_dict
from asnsolve.expr.build import one_of, same
from asnsolve.expr.nodes import Condition, Same
from asnsolve.pool.measures import declination, number, right_ascension, time
from asnsolve.rules.model import Cases
from asnsolve.rules.preferences import best, sky
from asnsolve.rules.rule_set import RuleSet
from asnsolve.rules.steps import Attach, Best, Nods, Sky, Step
from tests.associations.small import shape, stepped
from tests.solvers.rows import exposure, pool_of

Row = dict[str, str]

MEASURES = (
    time("expstart"),
    right_ascension("targ_ra"),
    declination("targ_dec"),
    number("pa_v3", "deg"),
    number("flux", "Jy"),
)


def rules_of(*steps: Step, **parts: Any) -> RuleSet:
    return load_rules(RuleSet("best", (stepped(*steps, **parts),), measures=MEASURES))


def made(rows: Sequence[Row], *steps: Step, **parts: Any) -> list[Association]:
    """Return the associations, the same in both solvers and any order of rows."""
    rules = rules_of(*steps, **parts)
    (first, *others) = (
        solve(pool, rules, candidates=["o001"], discover=False, solver=solver).associations
        for pool in (pool_of(*rows), pool_of(*rows[::-1]))
        for solver in ("fast", "exact")
    )
    matches = [[m.match for one in found for m in one.members] for found in (first, *others)]
    assert all(other == first for other in others)
    assert all(each == matches[0] for each in matches)
    return list(first)


def kept(rows: Sequence[Row], *steps: Step, **parts: Any) -> list[str]:
    return [shape(association) for association in made(rows, *steps, **parts)]


def told(rows: Sequence[Row], *steps: Step, **parts: Any) -> list[str]:
    """Say how good each member is that was kept."""
    (association,) = made(rows, *steps, **parts)
    return [f"{m.exposure}: {m.match}" for m in association.members if m.match is not None]


def sky_of(name: str, **cells: str) -> Row:
    return exposure(name, bkgdtarg="t", **cells)


NEAREST = best("background", nearest="expstart")


def test_the_nearest_in_time_is_kept_for_each_science_member() -> None:
    rows = [exposure("a", expstart="59000"), exposure("b", expstart="59010")]
    rows += [sky_of(f"x{day}", expstart=f"5900{day}") for day in (1, 4, 7)]
    assert kept(rows, NEAREST) == ["science a b; background x1 x7"]
    assert told(rows, NEAREST) == ["jw_x1: 1 d from jw_a", "jw_x7: 3 d from jw_b"]


def test_a_member_that_is_best_for_several_science_members_is_told_for_the_nearest() -> None:
    rows = [exposure("a", expstart="59000"), exposure("b", expstart="59001")]
    rows += [sky_of("x", expstart="59003")]
    assert told(rows, NEAREST) == ["jw_x: 2 d from jw_b"]


def test_conditions_come_before_distance_in_their_order() -> None:
    rows = [exposure("a", expstart="59000", detector="d1", band="b1")]
    rows += [
        sky_of("x", expstart="59001", detector="d2", band="b2"),
        sky_of("y", expstart="59008", detector="d2", band="b1"),
        sky_of("z", expstart="59009", detector="d1", band="b2"),
    ]
    step = best("background", prefer=[same("detector"), same("band")], nearest="expstart")
    assert told(rows, step) == ["jw_z: the same detector, 9 d from jw_a"]
    assert told(rows, replace(step, at_most=2)) == [
        "jw_y: the same band, 8 d from jw_a",
        "jw_z: the same detector, 9 d from jw_a",
    ]
    assert told(rows, replace(step, at_most=3))[0] == "jw_x: no preference met, 1 d from jw_a"
    only = replace(step, at_most=3, otherwise=False)
    assert kept(rows, only) == ["science a; background y z"]


def test_all_parts_of_a_condition_must_hold() -> None:
    rows = [exposure("a", detector="d1", band="b1")]
    rows += [sky_of("x", detector="d1", band="b2"), sky_of("y", detector="d1", band="b1")]
    step = best("background", prefer=[(same("detector"), same("band"))])
    assert told(rows, step) == ["jw_y: the same detector and the same band, for jw_a"]


def test_a_value_that_neither_has_is_not_the_same() -> None:
    rows = [exposure("a"), sky_of("x"), sky_of("y", detector="d1")]
    assert told(rows, best("background", prefer=same("detector"))) == [
        "jw_x: no preference met, for jw_a"
    ]


def test_the_first_attribute_that_is_set_is_compared() -> None:
    rows = [exposure("a", band="k"), sky_of("x", grating="l"), sky_of("y", grating="k")]
    assert told(rows, best("background", prefer=same("band", "grating"))) == [
        "jw_y: the same band, else grating, for jw_a"
    ]


def test_a_predicate_prefers_members_whatever_the_science_member_is() -> None:
    rows = [exposure("a"), sky_of("x"), sky_of("y", template="deep")]
    assert told(rows, best("background", prefer=one_of("template", "deep"))) == [
        "jw_y: (template is deep), for jw_a"
    ]


def test_what_has_no_value_is_ranked_last() -> None:
    rows = [exposure("a", expstart="59000"), sky_of("x"), sky_of("y", expstart="59900")]
    assert kept(rows, NEAREST) == ["science a; background y"]
    assert told(rows, replace(NEAREST, at_most=2))[0] == "jw_x: at no known distance from jw_a"
    # Where the science member has none, the first by name is kept.
    assert kept([exposure("a"), *rows[1:]], NEAREST) == ["science a; background x"]


def test_ties_are_broken_by_file_name() -> None:
    rows = [exposure("a", expstart="59005")]
    rows += [sky_of("y", expstart="59004"), sky_of("x", expstart="59006")]
    assert kept(rows, NEAREST) == ["science a; background x"]
    assert kept([exposure("a"), sky_of("y"), sky_of("x")], best("background")) == [
        "science a; background x"
    ]


def test_the_nearest_on_the_sky_is_that_by_great_circle() -> None:
    rows = [exposure("a", targ_ra="359.9", targ_dec="80")]
    rows += [
        sky_of("x", targ_ra="0.9", targ_dec="80"),
        sky_of("y", targ_ra="359.9", targ_dec="80.5"),
    ]
    step = best("background", nearest=sky("targ_ra", "targ_dec"))
    assert told(rows, step) == ["jw_x: 0.173646 deg from jw_a"]
    # A position needs both columns.
    half = [rows[0], sky_of("x", targ_ra="359.9"), sky_of("y", targ_ra="0", targ_dec="-80")]
    assert kept(half, step) == ["science a; background y"]


def test_the_nearest_on_the_sky_is_found_in_large_associations() -> None:
    rows = [exposure("a", targ_ra="0", targ_dec="0"), sky_of("x", targ_ra="10", targ_dec="0")]
    rows += [sky_of(f"y{at:02}", targ_ra="90", targ_dec=str(at)) for at in range(20)]
    step = best("background", nearest=sky("targ_ra", "targ_dec"))
    assert told(rows, step) == ["jw_x: 10 deg from jw_a"]


def test_numbers_may_be_too_far_apart_for_a_number() -> None:
    rows = [exposure("a", flux="1.5e308"), sky_of("x", flux="-1.5e308")]
    rows += [sky_of("y", flux="-1.6e308"), sky_of("z", flux="0.5e308"), sky_of("w")]
    step = best("background", nearest="flux", at_most=4)
    assert told(rows, step) == [
        "jw_w: at no known distance from jw_a",
        "jw_x: inf Jy from jw_a",
        "jw_y: inf Jy from jw_a",
        "jw_z: 1e+308 Jy from jw_a",
    ]


def test_angles_are_compared_around_the_circle() -> None:
    rows = [exposure("a", pa_v3="359"), sky_of("x", pa_v3="350"), sky_of("y", pa_v3="3")]
    assert told(rows, best("background", nearest="pa_v3")) == ["jw_y: 4 deg from jw_a"]


@pytest.mark.parametrize("width", [2 * u.day, 48 * u.hour])
def test_within_keeps_none_that_is_further_away(width: u.Quantity) -> None:
    rows = [exposure("a", expstart="59000"), sky_of("w")]
    rows += [sky_of("x", expstart="59002"), sky_of("y", expstart="59002.5")]
    step = best("background", nearest="expstart", at_most=5, within=width)
    assert kept(rows, step) == ["science a; background x"]
    assert kept([rows[0], rows[3]], step) == ["science a"]


def test_without_science_members_all_stay() -> None:
    rows = [sky_of("x"), sky_of("y")]
    base = replace(stepped().base, needs=())
    assert kept(rows, best("background"), base=base) == ["background x y"]


def test_attached_members_are_ranked_and_other_roles_stay() -> None:
    rows = [exposure("a", expstart="59000"), exposure("p", is_psf="t")]
    rows += [
        exposure(name, exp_type="", template="dark", expstart=day)
        for name, day in (("x", "59002"), ("y", "59001"))
    ]
    attach = Attach(one_of("template", "dark"), "dark", ("obs_num",))
    assert kept(rows, attach, best("dark", nearest="expstart")) == ["science a; dark y; psf p"]


def test_nods_have_the_nearest_of_one_another() -> None:
    rows = [exposure(name, expstart=f"5900{day}") for name, day in zip("abc", "027", strict=True)]
    assert kept(rows, Nods("other target"), NEAREST) == [
        "science a; background b",
        "science b; background a",
        "science c; background b",
    ]
    # Before they have associations of their own, there is no background among them.
    assert kept(rows, NEAREST, Nods("other target")) == [
        "science a; background b c",
        "science b; background a c",
        "science c; background a b",
    ]


def test_rows_that_contradict_one_another_about_a_file_are_one_choice() -> None:
    rows = [exposure("a", expstart="59000")]
    rows += [sky_of("x", expstart="59001"), sky_of("x", expstart="59002", filter="f150w")]
    rows += [sky_of("y", expstart="59003")]
    assert kept(rows, replace(NEAREST, at_most=2)) == ["science a; background x y"]


def test_rows_about_one_file_leave_room_for_others_in_large_associations() -> None:
    rows = [exposure("a", expstart="59000")]
    rows += [sky_of("x", expstart="59001"), sky_of("x", expstart="59002", filter="f150w")]
    rows += [sky_of("y", expstart="59003")]
    rows += [sky_of(f"z{at:02}", expstart=str(59010 + at)) for at in range(20)]
    assert kept(rows, replace(NEAREST, at_most=2)) == ["science a; background x y"]


@pytest.mark.parametrize("few", [0, 10**6], ids=["nearest pairs", "all pairs"])
@pytest.mark.parametrize(
    "step",
    [
        NEAREST,
        replace(NEAREST, at_most=2),
        best("background", prefer=same("detector"), nearest="expstart", within=3 * u.day),
        best("background", prefer=same("detector"), at_most=2, otherwise=False),
    ],
    ids=["nearest", "two", "within", "alike"],
)
def test_each_association_has_its_own_best_members(step: Best, few: int) -> None:
    """The files of several associations lie between one another by name."""
    rows = [
        (exposure if at % 3 else sky_of)(
            f"e{at:02}{number}",
            obs_num=str(number),
            expstart=str(59000 + (7 * at * at + 3 * number * at) % 41),
            detector=f"d{(at + number) % 4 % 3}",
        )
        for number in range(1, 5)
        for at in range(12)
    ]
    with searched(few):
        found = made(rows, step)
    assert len(found) == 4
    for association in found:
        number = association.members[0].exposure[-1]
        own = [row for row in rows if row["obs_num"] == number]
        members = {m.exposure for m in association.members if m.exptype == "background"}
        wanted = {name.removesuffix("_uncal.fits") for name in _best_by_definition(step, own)}
        assert members == wanted


def test_each_step_tells_its_own_conditions() -> None:
    rows = [exposure("a", detector="d1", band="b1"), sky_of("x", detector="d1")]
    rows += [exposure("p", is_psf="t", band="b1"), exposure("q", is_psf="t")]
    steps = [
        best("background", prefer=[same("band"), same("detector")]),
        best("psf", prefer=same("band"), at_most=2),
    ]
    assert told(rows, *steps) == [
        "jw_x: the same detector, for jw_a",
        "jw_p: the same band, for jw_a",
        "jw_q: no preference met, for jw_a",
    ]


def test_files_say_how_good_a_member_is_if_the_step_asks(tmp_path: Path) -> None:
    rows = [exposure("a", expstart="59000"), sky_of("x", expstart="59000.5")]
    rules = rules_of(replace(NEAREST, note="match"))
    solution = solve(pool_of(*rows), rules, ids=["o001"])
    (association,) = solution.associations
    solution.write(tmp_path)
    (file,) = tmp_path.glob("*_asn.json")
    written = json.loads(file.read_text())
    assert written == to_dict(association)
    members = written["products"][0]["members"]
    assert [member.get("match") for member in members] == [None, "0.5 d from jw_a"]
    assert "match" not in members[0]
    silent = solve(pool_of(*rows), rules_of(NEAREST), ids=["o001"]).associations[0]
    assert [member.other for member in silent.members] == [(), ()]


# The definition, written down member by member.


def _distance(step: Best, one: Mapping[str, Any], two: Mapping[str, Any]) -> float:
    cells = [(one.get(name), two.get(name)) for name in step.columns]
    if not cells or None in {cell for pair in cells for cell in pair}:
        return math.nan
    numbers = [(float(str(first)), float(str(second))) for first, second in cells]
    if isinstance(step.nearest, Sky):
        (ra, other_ra), (dec, other_dec) = np.deg2rad(numbers)
        return math.degrees(angular_separation(ra, dec, other_ra, other_dec))
    ((first, second),) = numbers
    apart = abs(first - second)
    if step.nearest == "pa_v3":
        apart %= 360
    return min(apart, 360 - apart) if step.nearest == "pa_v3" else apart


def _level(step: Best, science: Row, member: Row) -> int:
    def holds(part: object) -> bool:
        if isinstance(part, Same):
            (name,) = part.sources
            return name in science and science[name] == member.get(name)
        return member.get("template") == "deep"

    levels = (at for at, parts in enumerate(step.prefer) if all(map(holds, parts)))
    return next(levels, len(step.prefer))


def _best_by_definition(step: Best, rows: Sequence[Row]) -> set[str]:
    members = [row for row in rows if "bkgdtarg" in row]

    def of(science: Row) -> Iterator[str]:
        ranked = []
        for member in members:
            level, distance = _level(step, science, member), _distance(step, science, member)
            if step.within is not None and not distance <= step.within:
                continue
            if step.otherwise or level < len(step.prefer):
                unknown = math.isnan(distance)
                rank = (level, unknown, 0 if unknown else distance, member["filename"])
                ranked.append(rank)
        yield from (name for *_, name in sorted(ranked)[: step.at_most])

    return {name for row in rows if "bkgdtarg" not in row for name in of(row)}


POSITIONS = [
    *(("10", "20"), ("11.37", "20.21"), ("8.9", "19"), ("10.003", "20.004"), ("190", "-20")),
    # Positions around right ascension 0, and around the poles.
    *(("359.97", "0.1"), ("0.02", "-0.05"), ("350", "89.9"), ("170", "89.8"), ("33", "-89.7")),
]


@st.composite
def pools_of_members(draw: st.DrawFn) -> list[Row]:
    rows: list[Row] = []
    for at in range(draw(st.integers(2, 9))):
        cells: dict[str, str] = {}
        for name, values in {
            "expstart": ["59000", "59000.5", "59001", "59004", "59005.25"],
            "pa_v3": ["0", "3", "90", "180.5", "358", "-4.25", "725"],
            "detector": ["d1", "d2"],
            "band": ["b1", "b2"],
            "template": ["deep", "wide"],
        }.items():
            if (value := draw(st.sampled_from([*values, None]))) is not None:
                cells[name] = value
        if (position := draw(st.sampled_from([*POSITIONS, None]))) is not None:
            cells |= dict(zip(("targ_ra", "targ_dec"), position, strict=True))
        if draw(st.booleans()):
            cells["bkgdtarg"] = "t"
        rows.append(exposure(f"e{at}", **cells))
    return rows


@st.composite
def steps(draw: st.DrawFn) -> Best:
    parts: list[Condition] = [same("detector"), same("band"), one_of("template", "deep")]
    conditions: list[Condition | tuple[Condition, ...]]
    conditions = [*parts, tuple(parts[:2]), tuple(parts[1:])]
    prefer = draw(st.lists(st.sampled_from(conditions), max_size=3, unique=True))
    nearest = draw(st.sampled_from(["expstart", "pa_v3", sky("targ_ra", "targ_dec"), None]))
    step = best("background", prefer=prefer, nearest=nearest, at_most=draw(st.integers(1, 4)))
    if nearest == "expstart":
        step = replace(step, within=draw(st.sampled_from([None, 0.0, 0.5, 4.0])), unit="d")
    return replace(step, otherwise=draw(st.booleans()) or not prefer)


@contextmanager
def searched(few: int = 0) -> Iterator[None]:
    """Search for the nearest members in associations of any size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best_members, "_FEW", few)
        yield


@pytest.mark.parametrize("few", [0, 10**6], ids=["nearest pairs", "all pairs"])
@given(rows=pools_of_members(), step=steps(), order=st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_what_is_kept_is_what_the_definition_keeps(
    few: int, rows: list[Row], step: Best, order: Random
) -> None:
    order.shuffle(rows)
    if all("bkgdtarg" in row for row in rows):
        return
    with searched(few):
        (association,) = made(rows, step)
    found = {m.exposure for m in association.members if m.exptype == "background"}
    wanted = {name.removesuffix("_uncal.fits") for name in _best_by_definition(step, rows)}
    assert found == wanted
    by_name = {row["filename"].removesuffix("_uncal.fits"): row for row in rows}
    for member in association.members:
        if member.match is not None:
            science, row = by_name[member.match.science], by_name[member.exposure]
            distance = _distance(step, science, row)
            assert (member.match.distance is None) == math.isnan(distance)
            if member.match.distance is not None:
                assert member.match.distance == pytest.approx(distance, abs=1e-9)


@given(rows=pools_of_members(), step=steps(), most=st.integers(1, 5))
@settings(max_examples=40)
def test_pairs_ranked_a_few_at_a_time_are_ranked_the_same(
    rows: list[Row], step: Best, most: int
) -> None:
    whole = kept(rows, step)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best_members, "_MOST_PAIRS", most)
        assert kept(rows, step) == whole


@st.composite
def pools_with_repeats(draw: st.DrawFn) -> list[Row]:
    """Pools in which some rows contradict one another about a file."""
    rows = draw(pools_of_members())
    for row in draw(st.lists(st.sampled_from(rows), max_size=3)):
        other = draw(st.sampled_from(rows))
        rows.append(other | {"filename": row["filename"]})
    return rows


@given(
    rows=pools_of_members() | pools_with_repeats(),
    step=steps(),
    nods=st.booleans(),
    most=st.sampled_from([1, 30, 2_000_000]),
)
@settings(max_examples=150)
def test_the_nearest_pairs_keep_what_all_pairs_keep(
    rows: list[Row], step: Best, nods: bool, most: int
) -> None:
    # The step for nods makes several associations.
    rules = rules_of(*([Nods("other target")] if nods else []), step)
    found = []
    for few in (0, 10**6):
        with searched(few), pytest.MonkeyPatch.context() as patch:
            patch.setattr(best_members, "_MOST_PAIRS", most)
            solution = solve(pool_of(*rows), rules, candidates=["o001"], discover=False)
        found.append([(each, [m.match for m in each.members]) for each in solution.associations])
    assert found[0] == found[1]


def test_without_a_distance_the_first_by_name_are_found_in_large_associations() -> None:
    rows = [exposure("a", detector="d7")]
    rows += [sky_of(f"x{at:02}", detector=f"d{at}") for at in range(40)]
    assert kept(rows, best("background", prefer=same("detector"), at_most=2)) == [
        "science a; background x00 x07"
    ]


@pytest.mark.parametrize("most", [1, 2_000_000])
def test_small_and_large_associations_are_ranked_alike(most: int) -> None:
    step = best("background", prefer=same("detector"), nearest="expstart", at_most=2)
    rows = [
        (exposure if at % 3 else sky_of)(
            f"e{at:02}", expstart=str(59000 + at * at % 37), detector=f"d{at % 2}"
        )
        for at in range(60)
    ]
    found = []
    for few in (0, 1, 10**6):
        with searched(few), pytest.MonkeyPatch.context() as patch:
            patch.setattr(best_members, "_MOST_PAIRS", most)
            found.append(told(rows, step))
    assert found[0] == found[1] == found[2]


def test_few_pairs_are_ranked_in_large_associations(monkeypatch: pytest.MonkeyPatch) -> None:
    ranked: list[int] = []
    whole = best_members._Sights.ranked

    def counted(sights: Any, science: Any, members: Any) -> Any:
        ranked.append(len(science))
        return whole(sights, science, members)

    monkeypatch.setattr(best_members._Sights, "ranked", counted)
    rows = [exposure(f"a{at}", expstart=str(59000 + at)) for at in range(100)]
    rows += [sky_of(f"x{at}", expstart=str(59000.25 + at)) for at in range(100)]
    rules = rules_of(NEAREST)
    (association,) = solve(pool_of(*rows), rules, candidates=["o001"], discover=False).associations
    assert len(association.members) == 200
    assert sum(ranked) <= 2 * 100


def test_roles_of_a_rule_without_the_members_are_refused() -> None:
    with pytest.raises(Exception, match="'psf' is not a role of members beside science"):
        rules_of(best("psf"), roles=Cases((), "science"))
