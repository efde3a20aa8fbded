"""Keys that compare numbers divide sets into parts, by the definition and on arrays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve.expr.build import linked, linked_sky, spread
from asnsolve.expr.nodes import MeasuredKey
from asnsolve.solvers.exact_parts import fits, fitting_sets
from asnsolve.solvers.key_numbers import KeyNumbers
from asnsolve.solvers.measured_parts import fitting_parts, measured_parts, most_members, numbered
from asnsolve.solvers.sky import longest_chord, squared_chords, unit_vectors
from tests.rules.small import rule

Cell = float | tuple[float, float] | None

TIME = linked("expstart", within=30 * u.day)
SKY = linked_sky("targ_ra", "targ_dec", within=2 * u.deg)
HERE = linked_sky("targ_ra", "targ_dec", within=0 * u.deg)
ANGLE = spread("pa_v3", at_most=10 * u.deg)
ROLL = linked("pa_v3", within=10 * u.deg)
LONG = spread("effexptm", at_most=5 * u.s)

NO_BOUND = (10**9, 1)


def exact_parts(keys: Sequence[tuple[MeasuredKey, Sequence[Cell]]]) -> set[frozenset[int]]:
    """Divide the set of all entries by the definition."""
    count = len(keys[0][1])
    with_numbers = [
        (key, {at: _numbers(cell) for at, cell in enumerate(cells)}) for key, cells in keys
    ]
    found = fitting_sets([frozenset(range(count))], with_numbers)
    for part in found:
        assert all(fits(part, key, numbers) for key, numbers in with_numbers)
    return set(found)


def _numbers(cell: Cell) -> tuple[float, ...] | None:
    return None if cell is None else cell if isinstance(cell, tuple) else (cell,)


def on_arrays(keys: Sequence[tuple[MeasuredKey, Sequence[Cell]]]) -> list[KeyNumbers]:
    found = []
    for key, cells in keys:
        unknown = (math.nan,) * len(key.sources)
        rows = [unknown if (own := _numbers(cell)) is None else own for cell in cells]
        found.append(KeyNumbers.of(key, np.array(rows, dtype=np.float64).T))
    return found


def fast_parts(keys: Sequence[tuple[MeasuredKey, Sequence[Cell]]]) -> set[frozenset[int]]:
    """Divide the set of all entries on arrays, in both ways."""
    count = len(keys[0][1])
    everyone = np.arange(count, dtype=np.int64)
    zeros = np.zeros(count, dtype=np.int64)
    one_by_one = fitting_parts([everyone], on_arrays(keys), NO_BOUND)
    assert one_by_one is not None
    (sets, members), unsolved = measured_parts(
        (zeros, everyone), zeros, on_arrays(keys), rule(), lambda: zeros + 1
    )
    assert unsolved == []
    found = as_sets(sets, members)
    assert found == {frozenset(part.tolist()) for part in one_by_one}
    return found


def as_sets(sets: Iterable[int], members: Iterable[int]) -> set[frozenset[int]]:
    by_set: dict[int, set[int]] = {}
    for number, member in zip(sets, members, strict=True):
        by_set.setdefault(int(number), set()).add(int(member))
    return {*map(frozenset, by_set.values())}


@pytest.mark.parametrize(
    ("key", "cells", "parts"),
    [
        (TIME, (0.0, 30.0, 60.0, 90.5), [{0, 1, 2}, {3}]),
        (TIME, (60.0, 0.0, None, 100.0), [{0, 2}, {1, 2}, {2, 3}]),
        (TIME, (None, None), [{0, 1}]),
        (TIME, (5.0,), [{0}]),
        (ROLL, (355.0, 4.0, 13.0, 180.0), [{0, 1, 2}, {3}]),
        (ROLL, (-5.0, 364.0), [{0, 1}]),
        (ROLL, (-5.0, 540.0), [{0}, {1}]),
        (ROLL, (725.0, 4.0), [{0, 1}]),
        (ROLL, (355.0, 180.0, 5.0), [{0, 2}, {1}]),
        (ANGLE, (-5.0, 540.0), [{0}, {1}]),
        (ANGLE, (725.0, 4.0), [{0, 1}]),
        (ANGLE, (355.0, 4.0, 13.0, 180.0), [{0, 1}, {1, 2}, {3}]),
        (ANGLE, (0.0, 5.0, 10.0, 15.0, None), [{0, 1, 2, 4}, {1, 2, 3, 4}]),
        (ANGLE, (3.0, 3.0, 20.0), [{0, 1}, {2}]),
        (LONG, (0.0, 5.0, 5.5), [{0, 1}, {1, 2}]),
        (spread("pa_v3", at_most=200 * u.deg), (0.0, 120.0, 240.0), [{0, 1}, {1, 2}, {0, 2}]),
        (spread("pa_v3", at_most=240 * u.deg), (0.0, 120.0, 240.0), [{0, 1, 2}]),
        (SKY, ((0.0, 0.0), (359.0, 0.0), (1.5, 0.0), (8.0, 0.0)), [{0, 1, 2}, {3}]),
        (SKY, ((0.0, 89.5), (180.0, 89.5), None, (90.0, 80.0)), [{0, 1, 2}, {2, 3}]),
        (SKY, ((0.0, 0.0), (0.0, 0.0)), [{0, 1}]),
        (HERE, ((1.0, 2.0), (1.0, 2.0), (1.0, 2.1)), [{0, 1}, {2}]),
        (SKY, ((0.0, 0.0), (2.0, 0.0), (0.0, 2.0)), [{0, 1, 2}]),
        (linked_sky("r", "d", within=90 * u.deg), ((0.0, 0.0), (80.0, 0.0)), [{0, 1}]),
        (linked_sky("r", "d", within=180 * u.deg), ((0.0, -90.0), (0.0, 90.0)), [{0, 1}]),
        # Neighbours are exactly as far apart as they may be.
        (
            linked_sky("r", "d", within=9 * u.deg),
            ((0.0, 0.0), (9.0, 0.0), (18.0, 0.0)),
            [{0, 1, 2}],
        ),
        (
            linked_sky("r", "d", within=9 * u.deg),
            ((0.0, 0.0), (9.000000001, 0.0), (19.0, 0.0)),
            [{0}, {1}, {2}],
        ),
        # The chord is longer than the radius, and not all are near the first one.
        (
            linked_sky("r", "d", within=100 * u.deg),
            ((0.0, 0.0), (95.0, 0.0), (190.0, 0.0)),
            [{0, 1, 2}],
        ),
        (linked_sky("r", "d", within=100 * u.deg), ((0.0, 0.0), (101.0, 0.0)), [{0}, {1}]),
    ],
)
def test_a_key_divides_a_set(
    key: MeasuredKey, cells: tuple[Cell, ...], parts: list[set[int]]
) -> None:
    expected = {*map(frozenset, parts)}
    assert exact_parts([(key, cells)]) == fast_parts([(key, cells)]) == expected


def test_chains_are_those_of_the_members_that_the_other_keys_leave() -> None:
    """Two fields in turn: of each field alone, the gaps in time are too long."""
    times: tuple[Cell, ...] = (0.0, 20.0, 40.0, 60.0)
    fields: tuple[Cell, ...] = ((0.0, 0.0), (50.0, 0.0), (0.0, 0.0), (50.0, 0.0))
    assert exact_parts([(TIME, times)]) == {frozenset(range(4))}
    alone = {frozenset({at}) for at in range(4)}
    both: list[tuple[MeasuredKey, tuple[Cell, ...]]] = [(TIME, times), (SKY, fields)]
    for keys in (both, both[::-1]):
        assert exact_parts(keys) == fast_parts(keys) == alone


@pytest.mark.parametrize(
    ("times", "fields", "expected"),
    [
        ((0.0, 100.0, None), ((0.0, 0.0),) * 3, [{0, 2}, {1, 2}]),
        ((0.0, 100.0, None), ((0.0, 0.0), (0.0, 0.0), None), [{0, 2}, {1, 2}]),
        ((0.0, 100.0, None), (None, None, (0.0, 0.0)), [{0, 2}, {1, 2}]),
        ((0.0, 0.0, None), ((0.0, 0.0), (9.0, 0.0), (9.0, 0.0)), [{0}, {1, 2}]),
        ((0.0, None, None), ((0.0, 0.0), (9.0, 0.0), None), [{0, 2}, {1, 2}]),
    ],
)
def test_an_entry_may_leave_one_key_open_and_not_another(
    times: tuple[Cell, ...], fields: tuple[Cell, ...], expected: list[set[int]]
) -> None:
    both: list[tuple[MeasuredKey, tuple[Cell, ...]]] = [(TIME, times), (SKY, fields)]
    for keys in (both, both[::-1]):
        assert exact_parts(keys) == fast_parts(keys) == {*map(frozenset, expected)}


def test_a_component_may_have_no_sets() -> None:
    keys = on_arrays([(TIME, (0.0, 100.0, 0.0))])
    found = np.zeros(2, dtype=np.int64), np.arange(2, dtype=np.int64)
    components = np.array([0, 0, 1], dtype=np.int64)
    (sets, members), unsolved = measured_parts(found, components, keys, rule(), components.copy)
    assert as_sets(sets, members) == {frozenset({0}), frozenset({1})}
    assert unsolved == []


TIMES: st.SearchStrategy[Cell] = st.sampled_from((0.0, 20.0, 50.0, 80.0, 81.0, 200.0))
ANGLES: st.SearchStrategy[Cell] = st.sampled_from((0.0, 5.0, 9.0, 10.0, 19.5, 180.0, 352.0, 359.0))
POSITIONS: st.SearchStrategy[Cell] = st.tuples(
    st.sampled_from((0.0, 1.5, 3.0, 359.0, 20.0)), st.sampled_from((0.0, 1.5, -3.0, 89.0))
)
CELLS: dict[MeasuredKey, st.SearchStrategy[Cell]] = {
    TIME: TIMES,
    ROLL: ANGLES,
    ANGLE: ANGLES,
    SKY: POSITIONS,
    LONG: TIMES,
}


@st.composite
def keyed(draw: st.DrawFn) -> list[tuple[MeasuredKey, list[Cell]]]:
    chosen = draw(st.lists(st.sampled_from([*CELLS]), min_size=1, max_size=3, unique=True))
    count = draw(st.integers(1, 9))
    opened = draw(st.sampled_from([[], chosen[:1], chosen]))
    return [
        (
            key,
            draw(
                st.lists(
                    st.none() | CELLS[key] if key in opened else CELLS[key],
                    min_size=count,
                    max_size=count,
                )
            ),
        )
        for key in chosen
    ]


@given(keyed())
@settings(max_examples=300)
def test_arrays_divide_as_the_definition_does(keys: list[tuple[MeasuredKey, list[Cell]]]) -> None:
    assert fast_parts(keys) == exact_parts(keys)


@given(keyed())
@settings(max_examples=150)
def test_the_order_of_keys_makes_no_difference(keys: list[tuple[MeasuredKey, list[Cell]]]) -> None:
    assert exact_parts(keys) == exact_parts(keys[::-1])


@given(keyed())
@settings(max_examples=100)
def test_every_set_that_fits_is_inside_a_part(keys: list[tuple[MeasuredKey, list[Cell]]]) -> None:
    """The definition itself: all subsets are tried."""
    count = len(keys[0][1])
    with_numbers = [
        (key, {at: _numbers(cell) for at, cell in enumerate(cells)}) for key, cells in keys
    ]
    subsets = (
        frozenset(at for at in range(count) if bits >> at & 1) for bits in range(1, 1 << count)
    )
    fitting = [
        one for one in subsets if all(fits(one, key, numbers) for key, numbers in with_numbers)
    ]
    largest = {one for one in fitting if not any(one < other for other in fitting)}
    assert exact_parts(keys) == largest


@given(keyed())
@settings(max_examples=100)
def test_without_open_entries_and_windows_the_parts_are_a_partition(
    keys: list[tuple[MeasuredKey, list[Cell]]],
) -> None:
    chains = [
        (key, [cell if cell is not None else (0.0, 0.0) if key == SKY else 0.0 for cell in cells])
        for key, cells in keys
        if key not in (ANGLE, LONG)
    ]
    if chains:
        parts = fast_parts(chains)
        assert sum(map(len, parts)) == len(chains[0][1])


@given(keyed(), st.data())
@settings(max_examples=200)
def test_many_components_are_divided_as_each_by_itself(
    keys: list[tuple[MeasuredKey, list[Cell]]], data: st.DataObject
) -> None:
    """Whether a component has too many parts does not depend on other components."""
    count = len(keys[0][1])
    labels = st.lists(st.integers(0, 3), min_size=count, max_size=count)
    components = np.array(data.draw(labels), dtype=np.int64)
    # Exposures in very many candidates lower the bound on the number of members.
    shared_by = data.draw(st.sampled_from([1, 2_000, 10**7]))
    candidates = np.full(count, shared_by, dtype=np.int64)
    members = np.argsort(components, kind="stable")
    (sets, parted), unsolved = measured_parts(
        (components[members], members), components, on_arrays(keys), rule(), lambda: candidates
    )
    wanted: set[frozenset[int]] = set()
    too_many: list[list[int]] = []
    for label in sorted({*components.tolist()}):
        own = np.flatnonzero(components == label)
        bound = most_members([own], len(own), rule(), shared_by)
        found = fitting_parts([own], on_arrays(keys), bound)
        if found is None:
            too_many.append(own.tolist())
        else:
            wanted |= {frozenset(part.tolist()) for part in found}
    assert as_sets(sets, parted) == wanted
    assert [part.tolist() for part in unsolved] == too_many


def test_entries_that_leave_all_chains_open_are_in_every_part() -> None:
    # Sets 1 and 5 of the components; entries 0 and 4 leave the key open.
    sets, members = np.array([1, 1, 1, 5, 5, 5]), np.arange(6, dtype=np.int64)
    keys = on_arrays([(TIME, (None, 0.0, 100.0, 0.0, None, 10.0))])
    parts, unsolved = measured_parts((sets, members), sets, keys, rule(), lambda: np.ones(6, int))
    assert unsolved == []
    assert as_sets(*parts) == {frozenset(part) for part in ({0, 1}, {0, 2}, {3, 4, 5})}


def test_sets_are_divided_until_all_parts_fit_whatever_their_numbers() -> None:
    """Two of four sets are divided, at first into four parts; then time divides one of these."""
    sets = np.array([0, 0, 0, 1, 2, 3, 3])
    times = (0.0, 20.0, 40.0, 0.0, 0.0, 0.0, 100.0)
    here, there = (0.0, 0.0), (50.0, 0.0)
    keys = on_arrays([(TIME, times), (SKY, (here, there, here, here, here, here, here))])
    ones = np.ones(7, dtype=np.int64)
    parts, _ = measured_parts((sets, np.arange(7)), sets, keys, rule(), lambda: ones)
    assert as_sets(*parts) == {frozenset({member}) for member in range(7)}


def test_parts_come_in_the_order_of_their_members() -> None:
    numbers = {at: (100.0 * (at % 5),) for at in range(20)}
    found = fitting_sets([frozenset(range(20))], [(TIME, numbers)])
    assert [*map(sorted, found)] == [[*range(first, 20, 5)] for first in range(5)]


def test_arrays_tell_which_sets_fit() -> None:
    sets = np.array([0, 0, 1, 1, 2, 3])
    cells: tuple[Cell, ...] = (0.0, 10.0, 0.0, 100.0, 5.0, None)
    for key in (TIME, spread("expstart", at_most=30 * u.day)):
        (numbers,) = on_arrays([(key, cells)])
        assert numbers.fits(sets).tolist() == [True, False, True, True]


def test_parts_of_sets_that_overlap_are_maximal() -> None:
    """The first set breaks up, and one of its parts is inside the second one."""
    sets, members = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])
    zeros = np.zeros(3, dtype=np.int64)
    keys = on_arrays([(TIME, (0.0, 100.0, 110.0))])
    parts, unsolved = measured_parts((sets, members), zeros, keys, rule(), lambda: zeros + 1)
    assert unsolved == []
    assert [part.tolist() for part in parts] == [[0, 1, 1], [0, 1, 2]]


def test_of_nothing_there_are_no_parts() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    for key in (TIME, SKY, ANGLE):
        keys = [KeyNumbers.of(key, np.zeros((len(key.sources), 0)))]
        parts, unsolved = measured_parts((nothing, nothing), nothing, keys, rule(), lambda: nothing)
        assert [*map(len, parts)] == [0, 0]
        assert unsolved == []


def test_too_many_parts_are_none() -> None:
    cells = [float(at) for at in range(40)]
    (key,) = on_arrays([(spread("nints", at_most=20), cells)])
    whole = [np.arange(40, dtype=np.int64)]
    parts = fitting_parts(whole, [key], (420, 1))
    assert parts is not None
    assert sum(map(len, parts)) == 420
    assert fitting_parts(whole, [key], (419, 1)) is None
    assert fitting_parts(whole, [key], (420, 2)) is None


def test_open_entries_in_too_many_parts_are_none() -> None:
    """Each of 300 entries is a part by itself, with all that leave the key open."""
    for count, solved in ((100, True), (300, False)):
        keys = on_arrays([(TIME, [*(100.0 * at for at in range(count)), *[None] * count])])
        everyone = np.arange(2 * count, dtype=np.int64)
        zeros = np.zeros(2 * count, dtype=np.int64)
        (sets, members), unsolved = measured_parts(
            (zeros, everyone), zeros, keys, rule(), (zeros + 1).copy
        )
        assert [len(own) for own in unsolved] == ([] if solved else [2 * count])
        assert len(members) == (count * (count + 1) if solved else 0)
        assert len(np.unique(sets)) == (count if solved else 0)


def test_parts_are_numbered_through() -> None:
    one = np.array([0, 0, 3]), np.array([5, 6, 7])
    two = np.array([1]), np.array([9])
    empty = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    sets, members = numbered([one, empty, two])
    assert sets.tolist() == [0, 0, 1, 2]
    assert members.tolist() == [5, 6, 7, 9]


@given(st.lists(st.tuples(st.floats(0, 359.9), st.floats(-90, 90)), min_size=2, max_size=2))
def test_chords_are_those_of_great_circles(positions: list[tuple[float, float]]) -> None:
    ra, dec = np.array(positions).T
    first, second = unit_vectors(ra, dec)
    chord = float(squared_chords(first[None], second[None])[0]) ** 0.5
    one, two = (SkyCoord(*position, unit="deg") for position in positions)
    apart = one.separation(two).deg
    assert 2 * math.degrees(math.asin(min(chord / 2, 1.0))) == pytest.approx(apart, abs=1e-5)
    assert longest_chord(60.0, "arcmin") == pytest.approx(2 * math.sin(math.radians(0.5)))
    assert longest_chord(180.0, "deg") == math.inf


@pytest.mark.parametrize("bound", [60, 120, 10_000])
def test_the_order_of_keys_does_not_decide_whether_there_are_too_many(bound: int) -> None:
    """Windows alone make more than the bound; chains first leave single entries."""
    count = 60
    windows: tuple[MeasuredKey, list[Cell]] = (
        spread("effexptm", at_most=30 * u.s),
        [float(at) for at in range(count)],
    )
    chains: tuple[MeasuredKey, list[Cell]] = (
        linked("expstart", within=1 * u.day),
        [3.0 * ((7 * at) % count) for at in range(count)],
    )
    everyone = np.arange(count, dtype=np.int64)
    for keys in ([windows, chains], [chains, windows]):
        found = fitting_parts([everyone], on_arrays(keys), (bound, 1))
        assert found is not None
        assert [part.tolist() for part in found] == [[at] for at in range(count)]


def test_differences_that_are_too_large_for_a_number_are_infinite() -> None:
    keys = [(spread("effexptm", at_most=5 * u.s), [1e308, -1e308, 3.0])]
    assert fast_parts(keys) == exact_parts(keys) == {frozenset({at}) for at in range(3)}
    for cells in ([1e308, -1e308, 3.0], [1e308, -1e308]):
        line = [(linked("effexptm", within=5 * u.s), cells)]
        assert (
            fast_parts(line) == exact_parts(line) == {frozenset({at}) for at in range(len(cells))}
        )
