"""Arrays of text: taken, laid end to end and ordered without an object for each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

__all__ = ["Texts"]

Ints = NDArray[np.integer]

_ESCAPED = re.compile(rb'["\\\x00-\x1f]')


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """An array of text without gaps.

    Parameters
    ----------
    array : pyarrow.StringArray, shape (n,)
        The texts.
    """

    array: pa.Array

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Make an array of texts."""
        return cls(pa.array(list(texts), pa.string()))

    @classmethod
    def end_to_end(cls, parts: Sequence[Texts]) -> Texts:
        """Lay arrays end to end."""
        whole = pa.chunked_array([part.array for part in parts], pa.string()).combine_chunks()
        return cls(whole if isinstance(whole, pa.Array) else pa.concat_arrays(whole.chunks))

    @classmethod
    def joined(cls, pieces: Sequence[Texts | str], length: int) -> Texts:
        """Join texts place by place.

        Parameters
        ----------
        pieces : sequence of Texts of length n, or str
            What is joined; a single text stands at every place.
        length : int
            How many places there are, n.
        """
        if not any(isinstance(piece, Texts) for piece in pieces):
            said = "".join(piece for piece in pieces if isinstance(piece, str))
            return cls(pa.repeat(pa.scalar(said, pa.string()), length))
        plain = [p.array if isinstance(p, Texts) else pa.scalar(p, pa.string()) for p in pieces]
        return cls(pc.binary_join_element_wise(*plain, pa.scalar("", pa.string())))

    def __len__(self) -> int:
        """Count the texts."""
        return len(self.array)

    def __getitem__(self, place: int) -> str:
        """Return one text."""
        return str(self.array[int(place)].as_py())

    def take(self, places: Ints) -> Texts:
        """Return the texts at some places."""
        return Texts(self.array.take(pa.array(places)))

    def list(self) -> list[str]:
        """Return all texts."""
        return list(self.array.to_pylist())

    def runs(self, starts: Ints) -> Texts:
        """Join the texts of each of several runs, without copying them.

        Parameters
        ----------
        starts : ndarray of int, shape (runs,)
            Where each run begins, ascending and the first at 0; it ends where the next begins.

        Returns
        -------
        Texts, shape (runs,)
        """
        if not len(starts):
            return Texts.of(())
        _, offsets, data = self.array.buffers()
        # Texts lie end to end, so that a run is all that lies between two of their offsets.
        ends = np.frombuffer(offsets, dtype=np.int32)[self.array.offset :]
        cuts = ends[np.append(starts, len(self))]
        return Texts(pa.StringArray.from_buffers(len(starts), pa.py_buffer(cuts), data))

    @classmethod
    def interleaved(cls, parts: Sequence[Texts], places: Sequence[Ints]) -> Texts:
        """Put the texts of several arrays where they belong.

        Parameters
        ----------
        parts : sequence of Texts
            The arrays, of n texts together.
        places : sequence of ndarray of int
            For each array the places of its texts, which are 0 to n - 1 in all.

        Returns
        -------
        Texts, shape (n,)
        """
        if not parts:
            return cls.of(())
        all_places = np.concatenate(places)
        order = np.empty(len(all_places), dtype=np.int64)
        order[all_places] = np.arange(len(all_places))
        return cls.end_to_end(parts).take(order)

    def content(self) -> memoryview:
        """Return all texts end to end, as UTF-8."""
        _, offsets, data = self.array.buffers()
        if not len(self) or data is None:
            return memoryview(b"")
        ends = np.frombuffer(offsets, dtype=np.int32)[self.array.offset :]
        return memoryview(data)[int(ends[0]) : int(ends[len(self)])]

    def all_end_with(self, ending: str) -> bool:
        """Tell whether every text ends so."""
        return bool(pc.all(pc.ends_with(self.array, ending), min_count=0).as_py())

    def any_contains(self, part: str) -> bool:
        """Tell whether some text contains a part."""
        return bool(pc.any(pc.match_substring(self.array, part), min_count=0).as_py())

    def shortest(self) -> int:
        """Return the length of the shortest text in bytes; 0 if there are no texts."""
        return int(pc.min(pc.binary_length(self.array)).as_py() or 0)

    def without_end(self, length: int) -> Texts:
        """Cut characters off the end of every text."""
        return Texts(pc.utf8_slice_codeunits(self.array, 0, -length))

    def without_start(self, length: int) -> Texts:
        """Cut characters off the beginning of every text."""
        return Texts(pc.utf8_slice_codeunits(self.array, length))

    def counts(self, mark: str) -> NDArray[np.int64]:
        """Count how often a mark stands in each text, shape (n,)."""
        return np.asarray(pc.count_substring(self.array, mark).to_numpy(), dtype=np.int64)

    def ranks(self) -> NDArray[np.int64]:
        """Give each text its place among the distinct texts, sorted; shape (n,)."""
        if len(self) < 2:
            return np.zeros(len(self), dtype=np.int64)
        below, above = self.array[:-1], self.array[1:]
        if pc.all(pc.less_equal(below, above)).as_py():
            grows = pc.less(below, above).to_numpy(zero_copy_only=False)
            return np.concatenate([[0], np.cumsum(grows)]).astype(np.int64)
        coded = self.array.dictionary_encode()
        order = pc.array_sort_indices(coded.dictionary).to_numpy()
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        ranks: NDArray[np.int64] = place[coded.indices.to_numpy()]
        return ranks

    def as_json(self) -> Texts:
        """Return the texts as they stand between the quotes of JSON."""
        if _ESCAPED.search(self.content()) is None:
            return self
        import orjson

        return Texts.of(orjson.dumps(text)[1:-1].decode() for text in self.list())
