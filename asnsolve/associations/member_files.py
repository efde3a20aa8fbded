"""The files that associations name: an exposure's file, with the stage that the pipeline takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asnsolve.naming import exposure_root
from asnsolve.pool.table import Pool
from asnsolve.pool.texts import Texts

__all__ = ["SPECTRUM", "Files"]

Ints = NDArray[np.int64]

SPECTRUM = "x1d"
"""Stage of an extracted spectrum."""

_RAW_FILE = re.compile(r"(.+)_uncal(\..+)")
_PLAIN_ENDING = "_uncal.fits"


@dataclass(frozen=True)
class Files:
    """Every file that associations of a pool can name, by number.

    The number of a file is ``code * len(stages) + stage``, of the exposure's file name and stage.

    Parameters
    ----------
    names : Texts
        File names of the exposures, sorted.
    stages : tuple of str
        Stages, in the order in which file names that differ in nothing else are sorted; the last
        one is that of the spectrum of a member.
    """

    names: Texts
    stages: tuple[str, ...]

    @classmethod
    def of(cls, pool: Pool, stages: Iterable[str]) -> Files:
        """List the files of a pool at some stages."""
        ordered = sorted({*stages, SPECTRUM}, key=lambda stage: f"{stage}.")
        return cls(pool.texts("filename"), (*ordered, SPECTRUM))

    @cached_property
    def plain(self) -> bool:
        """Whether all exposures are named as the archive names them."""
        return self.names.all_end_with(_PLAIN_ENDING)

    @cached_property
    def roots(self) -> Texts:
        """Name of each exposure without stage."""
        if self.plain:
            return self.names.without_end(len(_PLAIN_ENDING))
        return Texts.of(map(exposure_root, self.names.list()))

    @property
    def spectrum(self) -> int:
        """Stage of the spectrum of a member, as an index into `stages`."""
        # Of plain names it is the file of an exposure at that stage.
        return self.stages.index(SPECTRUM) if self.plain else len(self.stages) - 1

    def texts(self, numbers: Ints) -> Texts:
        """Return the names of some files."""
        codes, stages = np.divmod(numbers, len(self.stages))
        if self.plain:
            words = Texts.of([f"_{stage}.fits" for stage in self.stages])
            return Texts.joined([self.roots.take(codes), words.take(stages)], len(numbers))
        return Texts.of(self._names(codes, stages))

    def _names(self, codes: Ints, stages: Ints) -> Iterator[str]:
        names = self.names.list()
        for code, stage in zip(codes.tolist(), stages.tolist(), strict=True):
            raw = _RAW_FILE.fullmatch(names[code])
            if stage == len(self.stages) - 1:
                yield f"{exposure_root(names[code])}_{SPECTRUM}.fits"
            elif raw is None:
                yield names[code]
            else:
                yield f"{raw[1]}_{self.stages[stage]}{raw[2]}"

    def ranks(self, numbers: Ints) -> Ints:
        """Rank files by name: equal names have one rank."""
        if self.plain and self._even:
            return numbers
        distinct, places = np.unique(numbers, return_inverse=True)
        return self.texts(distinct).ranks()[places]

    @cached_property
    def _even(self) -> bool:
        """Whether no exposure's name goes on where that of another has its stage."""
        marks = self.names.counts("_")
        return not len(marks) or bool((marks == marks[0]).all())

    def unnamed(self, codes: Ints) -> list[tuple[int, str]]:
        """Return those of some exposures' files whose stage cannot be told, with their codes."""
        if self.plain:
            return []
        names = ((code, self.names[code]) for code in np.unique(codes).tolist())
        return [(code, name) for code, name in names if _RAW_FILE.fullmatch(name) is None]
