"""Steps that run on members written as arrays."""

from __future__ import annotations

import numpy as np

from asnsolve.associations.finishing_steps import carry_out_steps
from asnsolve.associations.memberships import Memberships
from asnsolve.expr.build import is_set, one_of
from asnsolve.rules.model import Rule
from asnsolve.rules.preferences import best
from asnsolve.rules.steps import Attach, DirectImage, Nods, SpectraAsBackground, Step
from asnsolve.solvers.groups import Groups
from tests.associations.arrays import scoped_of
from tests.associations.small import stepped
from tests.solvers.rows import exposure

Row = dict[str, str]

LAMP = is_set("lamp")


def lamp(name: str, **cells: str) -> Row:
    return exposure(name, lamp="line1", **cells)


def done(rows: list[Row], sets: list[list[int]], *steps: Step) -> tuple[Rule, Memberships]:
    """Run steps on sets of rows, all in one scope."""
    rule = stepped(*steps)
    scoped = scoped_of(rows, rule)
    roles = scoped.decide(rule.member_roles).astype(np.int8)
    return rule, carry_out_steps(scoped, rule, Groups.of(sets, roles))


def members(rows: list[Row], sets: list[list[int]], *steps: Step) -> list[tuple[int, int, str]]:
    """Return the association, the entry and the role of each member."""
    rule, made = done(rows, sets, *steps)
    roles = [rule.all_roles[code] for code in made.roles.tolist()]
    return list(zip(made.groups.tolist(), made.entries.tolist(), roles, strict=True))


ATTACH = Attach(LAMP, "lamp", ("detector",))


def test_exposures_join_all_associations_with_their_label() -> None:
    rows = [
        exposure("a", detector="d1"),
        exposure("b", detector="d2"),
        exposure("c", detector="d3"),
        exposure("d"),
        lamp("e", detector="d2"),
        lamp("f", detector="d1"),
        lamp("g", detector="d2"),
        lamp("h"),
        lamp("i", detector="d0"),
    ]
    assert members(rows, [[0, 1], [1, 2], [3]], ATTACH) == [
        (0, 0, "science"),
        (0, 1, "science"),
        (0, 5, "lamp"),
        (0, 4, "lamp"),
        (0, 6, "lamp"),
        (1, 1, "science"),
        (1, 2, "science"),
        (1, 4, "lamp"),
        (1, 6, "lamp"),
        (2, 3, "science"),
    ]


def test_an_exposure_that_is_a_member_elsewhere_may_be_attached() -> None:
    rows = [exposure("a", detector="d1"), lamp("b", detector="d1"), exposure("c", detector="d1")]
    assert members(rows, [[0], [1, 2]], ATTACH) == [
        (0, 0, "science"),
        (0, 1, "lamp"),
        (1, 1, "science"),
        (1, 2, "science"),
    ]


def test_attached_exposures_share_no_keys() -> None:
    rows = [exposure("a", detector="d1"), lamp("b", detector="d1")]
    _, made = done(rows, [[0]], ATTACH)
    assert made.shares_keys.tolist() == [True, False]


def test_where_nothing_waits_or_nothing_has_the_values_associations_stay() -> None:
    plain = [(0, 0, "science")]
    assert members([exposure("a", detector="d1")], [[0]], ATTACH) == plain
    for detector in ("", "d2"):
        rows = [exposure("a", detector="d1"), lamp("b", detector=detector)]
        assert members(rows, [[0]], ATTACH) == plain


def test_steps_of_no_associations_make_none() -> None:
    rows = [exposure("a", detector="d1", expspcin="1"), lamp("b", detector="d1", is_imprt="t")]
    steps = (ATTACH, Nods("other target"), SpectraAsBackground(), DirectImage(), best("psf"))
    _, made = done(rows, [], *steps)
    assert (made.count, len(made.groups)) == (0, 0)


def test_what_attached_members_and_steps_before_said_stays_with_nods() -> None:
    rows = [
        exposure("a", targetid="1"),
        exposure("b", targetid="2"),
        exposure("c", targetid="1"),
        lamp("d", detector="d1"),
        exposure("e", targetid="2", detector="d1"),
    ]
    steps = (ATTACH, SpectraAsBackground(), Nods("other target"))
    rule, made = done(rows, [[2], [0, 1, 4]], *steps)
    assert made.count == 4
    assert made.spectra_as_background.tolist() == [False, True, True, True]
    attached = made.roles == rule.all_roles.index("lamp")
    assert made.groups[attached].tolist() == [1, 2, 3]
    assert made.entries[attached].tolist() == [3, 3, 3]


def grism(name: str, number: str, **cells: str) -> Row:
    return exposure(name, expspcin=number, **cells)


def test_direct_images_are_chosen_by_association() -> None:
    image = {"template": "direct"}
    rows = [
        grism("a", "5"),
        grism("b", "3", **image),
        grism("c", "5", **image),
        grism("d", "9", **image),
        grism("e", "7", **image),
        grism("f", "0"),
        grism("g", "0", **image),
        grism("h", "1", **image),
        grism("i", ""),
        exposure("j"),
    ]
    sets = [
        [0, 1, 2, 3, 4],  # Number 7 comes next after number 5.
        [0, 1, 2],  # No number comes after it, so the first by name counts.
        [9],  # No image.
        [1, 2],  # No science member.
        [5, 6, 7],  # Number 0 is a number.
        [6, 7, 8],  # The science member has no number, so the first by name counts.
    ]
    rule, made = done(rows, sets, SpectraAsBackground(), DirectImage())
    assert made.count == 4
    assert made.direct_images.tolist() == [4, 1, 7, 6]
    assert made.groups.tolist() == [0, 1, 2, 3]
    assert made.entries.tolist() == [0, 0, 5, 8]
    assert set(made.roles.tolist()) == {rule.all_roles.index("science")}
    rows = [exposure(name) for name in "abc"] + [exposure("d", template="direct")]
    _, made = done(rows, [[0, 3], [1], [0, 1, 3]], SpectraAsBackground(), DirectImage())
    assert made.spectra_as_background.tolist() == [False, True]


def test_direct_images_that_are_alike_are_chosen_by_name_before_all_else() -> None:
    rows = [
        {"band": band, **exposure(name, band=band, template=template)}
        for name, band, template in (("a", "b0", ""), ("b", "b2", "direct"), ("c", "b1", "direct"))
    ]
    assert next(iter(rows[0])) == "band"
    _, made = done(rows, [[0, 1, 2]], DirectImage())
    assert made.direct_images.tolist() == [1]


def test_long_direct_images_are_preferred_in_each_association() -> None:
    image = {"template": "direct"}
    names = ["a", "a0", "b_long", "c_long", "d"]
    rows = [exposure(name, **(image if at else {})) for at, name in enumerate(names)]
    _, made = done(rows, [[0, 1, 4, 3, 2], [0, 4], [0, 1, 3]], DirectImage(prefer_long=True))
    assert made.direct_images.tolist() == [2, 4, 3]


def test_the_best_members_say_for_which_science_member_they_are() -> None:
    step = best("background", prefer=one_of("template", "deep"))
    rows = [exposure("a"), exposure("b")]
    rows += [exposure("x", bkgdtarg="t"), exposure("y", bkgdtarg="t", template="deep")]
    _, made = done(rows, [[1, 2, 3], [0, 2], [0]], step)
    assert made.groups.tolist() == [0, 0, 1, 1, 2]
    assert made.entries.tolist() == [1, 3, 0, 2, 0]
    assert made.matches is not None
    assert made.matches.kinds.tolist() == [-1, 0, -1, 1, -1]
    assert made.matches.science.tolist()[1::2] == [1, 0]


def test_attached_exposures_are_not_ranked_by_steps_before() -> None:
    rows = [exposure("a", bkgdtarg="t"), exposure("b", detector="d1"), lamp("c", detector="d1")]
    _, made = done(rows, [[0, 1]], best("background"), ATTACH)
    assert made.entries.tolist() == [0, 1, 2]
    assert made.matches is not None
    assert made.matches.kinds.tolist() == [0, -1, -1]
    assert len(made.matches.science) == 3


def test_nods_of_associations_without_science_are_none() -> None:
    _, made = done([exposure("a", bkgdtarg="t")], [[0]], Nods("other target"))
    assert (made.count, len(made.groups)) == (0, 0)


def test_direct_images_stay_with_nods() -> None:
    image = {"template": "direct"}
    rows = [exposure("a", targetid="1"), exposure("b", targetid="2"), exposure("c", targetid="3")]
    rows += [exposure("d", **image), exposure("e", **image)]
    _, made = done(rows, [[2, 4], [0, 1, 3]], DirectImage(), Nods("other target"))
    assert made.count == 3
    assert made.direct_images.tolist() == [4, 3, 3]


def test_each_step_ranks_by_conditions_of_its_own() -> None:
    deep = one_of("template", "deep")
    steps = best("psf", prefer=deep), best("background", prefer=deep)
    rows = [exposure("a"), exposure("b", is_psf="t"), exposure("c", bkgdtarg="t")]
    rows += [exposure("d", bkgdtarg="t", template="deep")]
    _, made = done(rows, [[0, 1, 2], [0, 3]], *steps)
    assert made.entries.tolist() == [0, 1, 2, 0, 3]
    assert made.matches is not None
    # Kinds 0 and 1 belong to the first step, 2 and 3 to the second.
    assert made.matches.kinds.tolist() == [-1, 1, 3, -1, 2]


def test_members_for_which_no_condition_holds_may_all_be_dropped() -> None:
    step = best("background", prefer=one_of("template", "deep"), otherwise=False)
    rows = [exposure("a"), exposure("b", bkgdtarg="t"), exposure("c", bkgdtarg="t")]
    _, made = done(rows, [[0, 1, 2]], step)
    assert (made.entries.tolist(), made.count) == ([0], 1)
