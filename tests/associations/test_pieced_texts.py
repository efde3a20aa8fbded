"""Texts put together from pieces are those that joining their pieces one by one gives."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.associations.pieced_texts import PieceRows, parts, pieced_texts
from asnsolve.associations.text_columns import Column, TextColumn
from asnsolve.pool.texts import Texts

_WORDS = st.lists(st.text(max_size=3), min_size=1, max_size=6)


@dataclass(frozen=True)
class Known:
    """The pieces of some texts, and the texts."""

    rows: list[PieceRows]
    texts: list[str]

    @property
    def starts(self) -> np.ndarray:
        starts = np.zeros(len(self.texts) + 1, dtype=np.int64)
        for rows in self.rows:
            starts[rows.positions + 1] = rows.counts()
        return np.cumsum(starts)


@st.composite
def columns(draw: st.DrawFn, count: int, most: int = 3) -> tuple[Column, list[str]]:
    """Pieces of so many texts, and the texts."""
    pieces: list[TextColumn | str] = []
    texts = [""] * count
    for _ in range(draw(st.integers(0, most))):
        if draw(st.booleans()):
            piece = draw(st.text(max_size=3))
            pieces.append(piece)
            texts = [text + piece for text in texts]
        else:
            words = draw(_WORDS)
            codes = draw(st.lists(st.integers(0, len(words) - 1), min_size=count, max_size=count))
            pieces.append(TextColumn(np.array(codes, dtype=np.int64), Texts.of(words)))
            texts = [text + words[code] for text, code in zip(texts, codes, strict=True)]
    return pieces, texts


@st.composite
def known(draw: st.DrawFn) -> Known:
    """Texts of several rules, interleaved."""
    owners = np.array(draw(st.lists(st.integers(0, 2), max_size=12)), dtype=np.int64)
    texts = [""] * len(owners)
    found = []
    for owner in range(3):
        positions = np.flatnonzero(owners == owner)
        count = len(positions)
        sizes = draw(st.lists(st.integers(0, 3), min_size=count, max_size=count))
        bounds = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
        pieces, heads = draw(columns(count))
        member_pieces, members = draw(columns(int(bounds[-1])))
        found.append(PieceRows(positions, pieces, member_pieces, bounds))
        for place, head, start, end in zip(
            positions.tolist(), heads, bounds.tolist(), bounds.tolist()[1:], strict=False
        ):
            texts[place] = head + "".join(members[start:end])
    return Known(found, texts)


@given(known(), st.data())
def test_any_part_of_the_texts_is_put_together(given_texts: Known, data: st.DataObject) -> None:
    count = len(given_texts.texts)
    start = data.draw(st.integers(0, count))
    part = slice(start, data.draw(st.integers(start, count)))
    found = pieced_texts(given_texts.rows, part, given_texts.starts)
    assert found.whole().list() == given_texts.texts[part]
    batches = [batch.list() for batch in found.batches(data.draw(st.integers(1, 20)))]
    assert [text for batch in batches for text in batch] == given_texts.texts[part]
    assert all(batches)


@given(st.lists(st.integers(0, 9)), st.integers(1, 12))
def test_a_part_has_as_many_texts_as_fit_and_at_least_one(counts: list[int], most: int) -> None:
    starts = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
    found = [counts[part] for part in parts(starts, most)]
    assert [count for part in found for count in part] == counts
    assert all(len(part) == 1 or (len(part) > 0 and sum(part) <= most) for part in found)
    for part, after in itertools.pairwise(found):
        assert sum(part) + after[0] > most


@pytest.mark.parametrize("codes", [[0], [2, 0], [1, 1, 2, 0]])
def test_pieces_are_laid_out_once_or_as_the_rows_have_them(codes: list[int]) -> None:
    column = TextColumn(np.array(codes), Texts.of(["a", "b", "c"]))
    rows = PieceRows(np.arange(len(codes)), [column], [], np.zeros(len(codes) + 1, dtype=np.int64))
    found = pieced_texts([rows], slice(0, len(codes)), np.arange(len(codes) + 1))
    assert len(found.pieces) == min(len(codes), 3)
    assert found.whole().list() == ["abc"[code] for code in codes]
