"""Arrays of text: taken, joined and ranked without a Python object for each text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import overload

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.integer]

_FIRST_PLAIN = 0x20
"""The first ASCII character that JSON does not escape."""


@dataclass(frozen=True, eq=False)
class Texts(Sequence[str]):
    """An array of text without gaps, which is also a sequence of str.

    Parameters
    ----------
    array : pyarrow.StringArray, shape (n,)
        The texts.

    Examples
    --------
    >>> from asnsolve import Texts
    >>> texts = Texts.of(["a_cal.fits", "b_cal.fits"])
    >>> len(texts), texts[1]
    (2, 'b_cal.fits')
    """

    array: pa.Array

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Make an array.

        Parameters
        ----------
        texts : iterable of str
            The n texts.

        Returns
        -------
        Texts, shape (n,)
        """
        return cls(pa.array(list(texts), pa.string()))

    @classmethod
    def laid_out(cls, content: bytes | bytearray, lengths: Ints) -> Texts:
        """Make an array of texts that lie end to end, without copying them.

        Parameters
        ----------
        content : bytes or bytearray
            The n texts as UTF-8.
        lengths : ndarray of int, shape (n,)
            Number of bytes of each.

        Returns
        -------
        Texts, shape (n,)
        """
        offsets = np.zeros(len(lengths) + 1, dtype=np.int32)
        np.cumsum(lengths, out=offsets[1:])
        buffers = pa.py_buffer(offsets), pa.py_buffer(content)
        return cls(pa.StringArray.from_buffers(len(lengths), *buffers))

    @classmethod
    def end_to_end(cls, parts: Sequence[Texts]) -> Texts:
        """Concatenate arrays.

        Parameters
        ----------
        parts : sequence of Texts
            The arrays, of n texts together.

        Returns
        -------
        Texts, shape (n,)
        """
        return cls(pa.concat_arrays([part.array for part in parts])) if parts else cls.of(())

    @classmethod
    def joined(cls, pieces: Sequence[Texts | str], length: int) -> Texts:
        """Join texts element by element.

        Parameters
        ----------
        pieces : sequence of Texts of length n, or str
            What is joined; a str is repeated for every element.
        length : int
            Number of elements, n.

        Returns
        -------
        Texts, shape (n,)
        """
        if not any(isinstance(piece, Texts) for piece in pieces):
            constant = "".join(piece for piece in pieces if isinstance(piece, str))
            return cls(pa.repeat(pa.scalar(constant, pa.string()), length))
        plain = [p.array if isinstance(p, Texts) else pa.scalar(p, pa.string()) for p in pieces]
        return cls(pc.binary_join_element_wise(*plain, pa.scalar("", pa.string())))

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.array)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> Texts: ...
    def __getitem__(self, place: int | slice) -> str | Texts:
        """Return one text, or a part of the array."""
        if isinstance(place, slice):
            return Texts(self.array[place])
        return str(self.array[int(place)].as_py())

    def __iter__(self) -> Iterator[str]:
        """Iterate over the texts."""
        return iter(self.list())

    def take(self, places: Ints) -> Texts:
        """Return some of the texts.

        Parameters
        ----------
        places : ndarray of int, shape (k,)
            Indices, repeated or not, in any order.

        Returns
        -------
        Texts, shape (k,)
        """
        return Texts(self.array.take(pa.array(places)))

    def list(self) -> list[str]:
        """Return the texts as Python objects.

        Returns
        -------
        list of str, of length n
        """
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
        # Texts lie end to end, so that a run is all that lies between two of their offsets.
        cuts = self._offsets()[np.append(starts, len(self))]
        data = self.array.buffers()[2]
        return Texts(pa.StringArray.from_buffers(len(starts), pa.py_buffer(cuts), data))

    def content(self) -> memoryview:
        """Return all texts end to end, without copying them.

        Returns
        -------
        memoryview
            UTF-8.
        """
        data = self.array.buffers()[2]
        if not len(self) or data is None:
            return memoryview(b"")
        offsets = self._offsets()
        return memoryview(data)[int(offsets[0]) : int(offsets[len(self)])]

    def views(self) -> Iterator[memoryview]:
        """Return the texts one by one, without copying them.

        Yields
        ------
        memoryview
            UTF-8.
        """
        if not len(self):
            return
        content, offsets = self.content(), self._offsets()
        for start, end in pairwise((offsets - offsets[:1]).tolist()):
            yield content[start:end]

    def lengths(self) -> NDArray[np.int32]:
        """Return the number of bytes of each text.

        Returns
        -------
        ndarray of int32, shape (n,)
        """
        return np.diff(self._offsets()) if len(self) else np.zeros(0, dtype=np.int32)

    def _offsets(self) -> NDArray[np.int32]:
        """Return where each text begins in the buffer of texts, and where the last one ends."""
        # A slice shares the buffers of its array and begins somewhere inside.
        offsets = np.frombuffer(self.array.buffers()[1], dtype=np.int32)
        return offsets[self.array.offset : self.array.offset + len(self) + 1]

    def all_end_with(self, ending: str) -> bool:
        """Tell whether every text has an ending.

        Parameters
        ----------
        ending : str
            The ending.

        Returns
        -------
        bool
            True also where there are no texts.
        """
        return bool(pc.all(pc.ends_with(self.array, ending), min_count=0).as_py())

    def contain(self, part: str) -> NDArray[np.bool_]:
        """Tell which texts contain a part.

        Parameters
        ----------
        part : str
            The part.

        Returns
        -------
        ndarray of bool, shape (n,)
        """
        found = pc.match_substring(self.array, part)
        return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.bool_)

    def shortest(self) -> int:
        """Return the length of the shortest text.

        Returns
        -------
        int
            In bytes; 0 if there are no texts.
        """
        return int(pc.min(pc.binary_length(self.array)).as_py() or 0)

    def without_end(self, length: int) -> Texts:
        """Cut an ending of ASCII characters off every text.

        Parameters
        ----------
        length : int
            Number of characters, above 0.

        Returns
        -------
        Texts, shape (n,)
        """
        # Bytes are cut four times as fast as characters, which have to be counted one by one.
        return Texts(pc.binary_slice(self._bytes(), 0, -length).view(pa.string()))

    def without_start(self, length: int) -> Texts:
        """Cut a beginning of ASCII characters off every text.

        Parameters
        ----------
        length : int
            Number of characters.

        Returns
        -------
        Texts, shape (n,)
        """
        return Texts(pc.binary_replace_slice(self._bytes(), 0, length, b"").view(pa.string()))

    def _bytes(self) -> pa.BinaryArray:
        return self.array.view(pa.binary())

    def counts(self, mark: str) -> NDArray[np.int64]:
        """Count how often each text contains a mark.

        Parameters
        ----------
        mark : str
            The mark.

        Returns
        -------
        ndarray of int64, shape (n,)
        """
        return np.asarray(pc.count_substring(self.array, mark).to_numpy(), dtype=np.int64)

    def ranks(self) -> NDArray[np.int64]:
        """Rank the texts.

        Returns
        -------
        ndarray of int64, shape (n,)
            Index of each text among the distinct texts, sorted by bytes; equal texts have one rank.
        """
        return sorted_codes(self.array)[1]

    @cached_property
    def json(self) -> Texts:
        """The texts as JSON writes them between quotes, shape (n,)."""
        # Hardly any text needs escapes, and looking for the bytes costs a tenth of a regular
        # expression.
        content = np.frombuffer(self.content(), np.uint8)
        if not len(content) or not (
            content.min() < _FIRST_PLAIN
            or (content == ord('"')).any()
            or (content == ord("\\")).any()
        ):
            return self
        import orjson

        return Texts.of(orjson.dumps(text)[1:-1].decode() for text in self.list())


def sorted_codes(texts: pa.StringArray) -> tuple[pa.StringArray, NDArray[np.int64]]:
    """Sort the distinct texts and code each text by its place among them.

    Parameters
    ----------
    texts : pyarrow.StringArray, shape (n,)
        The texts; null where there is none.

    Returns
    -------
    distinct : pyarrow.StringArray
        The distinct texts, sorted by bytes.
    codes : ndarray of int64, shape (n,)
        Index into `distinct`; -1 of null.
    """
    # Sorting a million file names takes a third of the time that hashing them takes, and names are
    # often sorted as they come.
    if not texts.null_count and _ascends(texts):
        order, ascending = np.arange(len(texts)), texts
    else:
        indices = pc.array_sort_indices(texts)
        # Nulls come last.
        known = len(texts) - texts.null_count
        order, ascending = indices.to_numpy()[:known], texts.take(indices)[:known]
    is_new = np.ones(len(ascending), dtype=bool)
    is_new[1:] = pc.not_equal(ascending[1:], ascending[:-1]).to_numpy(zero_copy_only=False)
    codes = np.full(len(texts), -1, dtype=np.int64)
    codes[order] = np.cumsum(is_new) - 1
    return ascending.filter(pa.array(is_new)), codes


def _ascends(texts: pa.StringArray) -> bool:
    return bool(pc.all(pc.less_equal(texts[:-1], texts[1:]), min_count=0).as_py())
