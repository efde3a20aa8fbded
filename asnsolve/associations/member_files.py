"""The files that associations name: an exposure's file at the stage that the pipeline takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from asnsolve.associations.text_columns import TextColumn
from asnsolve.pool.table import Pool
from asnsolve.pool.texts import Texts
from asnsolve.solvers.arrays import Ints


@dataclass(frozen=True)
class MemberFiles:
    """Every file that associations of a pool can name, by number.

    Files of exposures come first: ``code * len(stages) + stage``, with the code of the exposure's
    file name in the pool. From `first_derived` on follow the products of direct images, one number
    per image and entry of `FileNames.image_products`::

        code 0            code 1            ...   image 0                     image 1
        cal rate x1d x1d  cal rate x1d x1d  ...   _i2d.fits _cat.ecsv _segm.  ...

    Parameters
    ----------
    pool : Pool
        The exposures, which have e distinct file names.
    stages : tuple of str
        Stages, in the order in which names that differ in nothing else are sorted. The last one is
        the spectrum that the pipeline extracts from a member.
    images : Texts, shape (i,)
        Product names of the direct images.
    """

    pool: Pool
    stages: tuple[str, ...]
    images: Texts

    @classmethod
    def of(cls, pool: Pool, stages: Iterable[str]) -> MemberFiles:
        """List the files of a pool's exposures at some stages.

        Parameters
        ----------
        pool : Pool
            The exposures.
        stages : iterable of str
            Stages that rules ask for.

        Returns
        -------
        MemberFiles
            Without direct images; see `with_images`.
        """
        spectrum = pool.profile.files.spectrum
        ordered = sorted({*stages, spectrum}, key=lambda stage: f"{stage}.")
        return cls(pool, (*ordered, spectrum), Texts.of(()))

    def with_images(self, images: Texts) -> MemberFiles:
        """Add the products of direct images.

        Parameters
        ----------
        images : Texts, shape (i,)
            Product names of the direct images.

        Returns
        -------
        MemberFiles
        """
        return replace(self, images=images)

    @property
    def _ending(self) -> str:
        """How the archive ends the names of exposures' files."""
        return self.pool.profile.files.raw_ending

    @property
    def _image_products(self) -> tuple[tuple[str, str], ...]:
        return self.pool.profile.files.image_products

    @cached_property
    def names(self) -> Texts:
        """File names of the exposures, sorted, shape (e,)."""
        return self.pool.texts("filename")

    @cached_property
    def plain(self) -> bool:
        """Whether all exposures are named as the archive names them."""
        return self.names.all_end_with(self._ending)

    @cached_property
    def roots(self) -> Texts:
        """Name of each exposure's file without stage and extension, shape (e,)."""
        if self.plain:
            return self.names.without_end(len(self._ending))
        return Texts.of(map(self.pool.profile.files.root_of, self.names.list()))

    @property
    def spectrum(self) -> int:
        """Stage of the spectrum of a member, as an index into `stages`."""
        # For plain names that is the exposure's own file at stage x1d. Other names are kept at
        # every stage that rules ask for, but their spectra are new files.
        return (
            self.stages.index(self.pool.profile.files.spectrum)
            if self.plain
            else len(self.stages) - 1
        )

    @property
    def first_derived(self) -> int:
        """Number of the first product of a direct image."""
        return len(self.names) * len(self.stages)

    def _images_and_kinds(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Tell files of direct images apart; the image of a file of an exposure is negative."""
        # A mission whose direct images have no products has no such files at all.
        image, kind = np.divmod(numbers - self.first_derived, len(self._image_products) or 1)
        return image, kind

    def columns(self, numbers: Ints) -> list[TextColumn]:
        """Return the names of some files in columns that are joined to give the whole names.

        Parameters
        ----------
        numbers : ndarray of int64, shape (k,)
            Numbers of the files.

        Returns
        -------
        list of TextColumn, each of shape (k,)
            Roots and endings if all names are plain; otherwise whole names and endings.
        """
        image, kind = self._images_and_kinds(numbers)
        if self.plain:
            codes, endings = np.divmod(numbers, len(self.stages))
            names, count = self._roots_and_images, len(self.roots)
        else:
            distinct, codes = np.unique(numbers, return_inverse=True)
            names = Texts.of(self._names(distinct[distinct < self.first_derived]))
            count = len(names)
            names = Texts.end_to_end([names, self.images])
            # Whole names have the empty ending, which is the last one.
            endings = np.full(len(numbers), len(self._endings) - 1, dtype=np.int64)
        derived = image >= 0
        codes = np.where(derived, count + image, codes)
        endings = np.where(derived, len(self.stages) + kind, endings)
        return [TextColumn(codes, names), TextColumn(endings, self._endings)]

    @cached_property
    def _roots_and_images(self) -> Texts:
        """Names before their endings, first of exposures and then of direct images."""
        return Texts.end_to_end([self.roots, self.images])

    @cached_property
    def _endings(self) -> Texts:
        """Endings at each stage, then of the products of direct images, then the empty one."""
        files = self.pool.profile.files
        stages = [f"_{stage}{files.extension}" for stage in self.stages]
        return Texts.of([*stages, *(ending for _, ending in self._image_products), ""])

    def exposures(self, numbers: Ints) -> tuple[list[str], list[str]]:
        """Return which exposure each file is of, and at which stage.

        Parameters
        ----------
        numbers : ndarray of int64, shape (k,)
            Numbers of the files. What is returned for a product of a direct image has no meaning.

        Returns
        -------
        exposures, stages : list of str, of length k
        """
        raw = self.pool.profile.files.raw
        of_exposures = np.minimum(numbers, self.first_derived - 1)
        codes, stage_codes = np.divmod(of_exposures, len(self.stages))
        # Only the raw stage is replaced; a file at another stage is a member as it is.
        stages = [
            self.stages[code] if own == raw or code == len(self.stages) - 1 else own
            for own, code in zip(
                self.pool.stages.take(codes).list(), stage_codes.tolist(), strict=True
            )
        ]
        return self.pool.exposures.take(codes).list(), stages

    def _names(self, numbers: Ints) -> Iterator[str]:
        """Name files of exposures, not all of which are named as the archive names them."""
        files = self.pool.profile.files
        codes, stages = np.divmod(numbers, len(self.stages))
        for name, stage in zip(self.names.take(codes).list(), stages.tolist(), strict=True):
            raw = files.raw_pattern.fullmatch(name)
            if stage == len(self.stages) - 1:
                yield f"{files.root_of(name)}_{files.spectrum}{files.extension}"
            elif raw is None:
                yield name
            else:
                yield f"{raw[1]}_{self.stages[stage]}{raw[2]}"

    def ranks(self, numbers: Ints) -> Ints:
        """Rank files by name; equal names have equal ranks.

        Parameters
        ----------
        numbers : ndarray of int64, shape (k,)
            Numbers of the files.

        Returns
        -------
        ndarray of int64, shape (k,)
            Products of direct images rank after all files of exposures: their roles differ, so
            that the two are never compared.
        """
        image, kind = self._images_and_kinds(numbers)
        derived = image >= 0
        if not derived.any():
            return self._ranks_of_exposures(numbers)
        ranks = np.empty(len(numbers), dtype=np.int64)
        ranks[~derived] = self._ranks_of_exposures(numbers[~derived])
        beyond = int(ranks[~derived].max(initial=-1)) + 1
        image_ranks = self.images.ranks()[image[derived]]
        ranks[derived] = beyond + image_ranks * len(self._image_products) + kind[derived]
        return ranks

    def _ranks_of_exposures(self, numbers: Ints) -> Ints:
        if self.plain and self._in_order:
            return numbers
        distinct, places = np.unique(numbers, return_inverse=True)
        columns = self.columns(distinct)
        names = Texts.joined([column.spelled_out() for column in columns], len(distinct))
        return names.ranks()[places]

    @cached_property
    def _in_order(self) -> bool:
        """Whether numbers are in the order of the names.

        They are unless the name of one exposure continues where that of another has its stage,
        which takes one more underscore.
        """
        underscores = self.names.counts("_")
        return bool((underscores == underscores[:1]).all())

    def unnamed(self, codes: Ints) -> list[tuple[int, str]]:
        """List exposures whose file name has no stage that could be replaced.

        Parameters
        ----------
        codes : ndarray of int64, shape (k,)
            Codes of exposures' file names.

        Returns
        -------
        list of (int, str)
            Codes and file names, each once.
        """
        if self.plain:
            return []
        raw = self.pool.profile.files.raw_pattern
        names = ((code, self.names[code]) for code in np.unique(codes).tolist())
        return [(code, name) for code, name in names if raw.fullmatch(name) is None]
