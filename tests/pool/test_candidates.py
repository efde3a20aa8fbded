from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.errors import UsageError
from asnsolve.pool import Candidates, Pool
from asnsolve.pool.candidates import checked, explode, parse
from asnsolve.profiles.jwst import PROFILE


@pytest.mark.parametrize(
    ("cell", "pairs"),
    [
        ("[('o001', 'observation')]", (("o001", "observation"),)),
        ("[('c1', 'mosaic'),('a1','group') , ]", (("a1", "group"), ("c1", "mosaic"))),
        ("('o001','observation',)", (("o001", "observation"),)),
        ("(('o001', 'x'), ('o002', 'x'))", (("o001", "x"), ("o002", "x"))),
        ('[["o001", "x"], ["o001", "x"]]', (("o001", "x"),)),
        ("[(' o001 ', 'x')]", (("o001", "x"),)),
        ("[('o001', ' x ')]", (("o001", "x"),)),
        ("[('o001', 'x y')]", (("o001", "x y"),)),
        ("[['b', 'x'], ['a', 'x'], ['b', 'w']]", (("a", "x"), ("b", "w"), ("b", "x"))),
        ("[(\"(['a', 'b')\", 'x')]", (("(['a', 'b')", "x"),)),
        ("[]", ()),
        ("( )", ()),
    ],
)
def test_lists_of_pairs_and_single_pairs_are_read(
    cell: str, pairs: tuple[tuple[str, str], ...]
) -> None:
    assert parse(cell) == pairs


@pytest.mark.parametrize(
    "cell",
    [
        "1000",
        "asn_candidate",
        "[('o001')]",
        "[('o001', 'x', 'y')]",
        "[('o001', 1)]",
        "[('o001', '')]",
        "[('o001', ' ')]",
        "[('o001', 'x'), ('', 'x')]",
        "[(' ', 'x')]",
        "[('o001', 'x') ('o002', 'x')]",
        "[('o001', 'x'),,]",
        "[,]",
        "[('o001', 'x'",
        "[[('o001', 'x')]]",
        "[('o001', 'x')] + [('o002', 'x')]",
        r"[('\x6f', 'x')]",
        "{('o001', 'x')}",
    ],
)
def test_anything_else_is_no_list_of_candidates(cell: str) -> None:
    assert parse(cell) is None


@pytest.mark.parametrize(
    "cell",
    [
        "[" * 10**6,
        "[('a', 'b'" + " " * 10**6,
        "[('a', 'b')" + " ," * 10**5,
        "[" + "('a', 'b'), " * 10**5,
        "[('" + "x" * 10**6,
    ],
)
def test_hostile_cells_are_refused_quickly(cell: str) -> None:
    start = time.perf_counter()
    assert parse(cell) is None
    assert time.perf_counter() - start < 1


words = st.text("abc019", min_size=1, max_size=2)
lists = st.one_of(st.none(), st.just("bad"), st.lists(st.tuples(words, words), max_size=4))


@given(st.lists(lists, max_size=12))
def test_exploding_names_each_candidate_of_each_exposure_once(
    wanted: list[str | list[tuple[str, str]] | None],
) -> None:
    pool = Pool(
        {
            "filename": [f"f{k:02}" for k in range(len(wanted))],
            "program": ["1"] * len(wanted),
            "exp_type": ["x"] * len(wanted),
            "asn_candidate": wanted,
        }
    )
    found = pool.candidates
    named = [(row, *found.table[pair]) for row, pair in zip(found.rows, found.pairs, strict=True)]
    expected = [
        (row, *pair)
        for row, pairs in enumerate(wanted)
        for pair in sorted(set(pairs or []) if isinstance(pairs, list) else [])
    ]
    assert named == expected
    assert found.table == tuple(sorted({(name, kind) for _, name, kind in expected}))
    assert (str(found.rows.dtype), str(found.pairs.dtype)) == ("int64", "int32")
    assert pool.candidates is found
    assert sum(cell == "bad" for cell in wanted) == sum(
        problem.location.column == "asn_candidate" for problem in pool.problems
    )


def test_the_arrays_of_candidates_cannot_be_changed() -> None:
    found = explode(np.array([0, -1], np.int32), ("[('o001', 'x')]",))
    assert isinstance(found, Candidates)
    for array in (found.rows, found.pairs):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7


def test_every_exposure_gets_a_candidate() -> None:
    pool = Pool(
        {
            "filename": ["a", "b", "c"],
            "program": ["1"] * 3,
            "exp_type": ["x"] * 3,
            "asn_candidate": ["[('o001', 'observation')]", None, "[('o001', 'observation')]"],
        }
    )
    added = pool.with_candidate(" C1000 ", " Mosaic ")
    assert [added.value(row, "asn_candidate") for row in range(3)] == [
        "[('c1000', 'mosaic'), ('o001', 'observation')]",
        "[('c1000', 'mosaic')]",
        "[('c1000', 'mosaic'), ('o001', 'observation')]",
    ]


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (
            ("1000", "mosaic"),
            "'1000' is not an id of a candidate; expected a letter and digits, such as c1000",
        ),
        (
            ("c1000", "a b"),
            "'a b' is not a type of a candidate; expected a word, such as background or mosaic",
        ),
    ],
)
def test_what_is_no_candidate_is_refused(pair: tuple[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked(*pair, PROFILE.names)
    assert str(caught.value) == message
