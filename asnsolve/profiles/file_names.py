"""What the name of a file says: the exposure, the stage of processing, or that it is neither."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class FileNames:
    """How a mission names the files of its exposures: ``{exposure}_{stage}.{extension}``.

    Parameters
    ----------
    stages : tuple of str
        Stages of processing in order; those that may replace one another are neighbours.
    raw : str
        The stage that pools have; rules replace it by the one that the pipeline takes.
    extension : str
        Extension of the files of exposures.
    with_id : tuple of str
        Stages before which the pipeline writes the id of the association, as in
        ``a_o001_crf.fits``.
    before_id : tuple of str
        Stages that rules use instead of those with an id, if there are files at these stages.
    suffixes : frozenset of str
        Suffixes that steps and pipelines give to their files, stages among them.
    exposure : str
        Regular expression for the beginning of an exposure's name, in lower case. Its named groups
        are columns of the pool that the name tells.
    others : mapping of str to str
        What files are that are no exposures, in the plural, each with a regular expression for
        their names in lower case, without ``.gz``.
    spectrum : str
        Stage of the spectrum that the pipeline extracts from a member.
    image_products : tuple of (str, str)
        Roles and endings of the products of a direct image that are members.

    Examples
    --------
    >>> from asnsolve import FileNames
    >>> names = FileNames(stages=("raw", "flt"), raw="raw")
    >>> names.exposure_of("cal/IA01_flt.fits.gz"), names.stage_of("ia01_flt.fits")
    ('ia01', 'flt')
    """

    stages: tuple[str, ...]
    raw: str
    extension: str = ".fits"
    with_id: tuple[str, ...] = ()
    before_id: tuple[str, ...] = ()
    suffixes: frozenset[str] = frozenset()
    exposure: str = r"(?!)"
    others: Mapping[str, str] = field(default_factory=dict)
    spectrum: str = "x1d"
    image_products: tuple[tuple[str, str], ...] = ()

    @property
    def raw_ending(self) -> str:
        """How the names of files in pools end, such as ``_uncal.fits``."""
        return f"_{self.raw}{self.extension}"

    @cached_property
    def raw_pattern(self) -> re.Pattern[str]:
        """A name whose stage rules replace: what is before it, and the extension."""
        return re.compile(rf"(.+)_{self.raw}(\..+)")

    @cached_property
    def exposure_pattern(self) -> re.Pattern[str]:
        """The beginning of an exposure's name, whose groups are its place in the hierarchy."""
        return re.compile(self.exposure)

    @cached_property
    def _staged(self) -> re.Pattern[str]:
        with_id = (
            rf"(.+)_[a-z]\d{{3,}}_({'|'.join(self.with_id)})|" if self.with_id else "(?!)()()|"
        )
        return re.compile(rf"(?:{with_id}(.+)_({'|'.join(self.stages)}))(?:\.[^/]*)?", re.DOTALL)

    @cached_property
    def _suffixed(self) -> re.Pattern[str]:
        return re.compile(rf".+?_({'|'.join(sorted(self.suffixes)) or '(?!)'})")

    @cached_property
    def _others(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        return tuple((kind, re.compile(pattern)) for kind, pattern in self.others.items())

    def root_of(self, file: str) -> str:
        """Remove stage and extension from the name of a file.

        Parameters
        ----------
        file : str
            The name; a directory is kept.

        Returns
        -------
        str
            The name without stage and extension; without extension alone if it has no known stage.

        Examples
        --------
        >>> from asnsolve.profiles.jwst import FILES
        >>> FILES.root_of("jw00001001001_02101_00001_nrca1_rate.fits")
        'jw00001001001_02101_00001_nrca1'
        >>> FILES.root_of("jw00001001001_02101_00001_nrca1_uncal.fits.gz")
        'jw00001001001_02101_00001_nrca1'
        """
        match = self._staged.fullmatch(file)
        if match is not None:
            return match[1] or match[3]
        return file[: file.rindex(".")] if "." in file.rpartition("/")[2] else file

    def exposure_of(self, file: str) -> str:
        """Return the name of the exposure that a file belongs to.

        Parameters
        ----------
        file : str
            The name of the file.

        Returns
        -------
        str
            The name without directory, stage, extension and ``.gz``, in lower case.

        Examples
        --------
        >>> from asnsolve.profiles.jwst import FILES
        >>> FILES.exposure_of("cal/JW00001001001_02101_00001_NRCA1_cal.fits.gz")
        'jw00001001001_02101_00001_nrca1'
        """
        return self.root_of(file.rpartition("/")[2].lower().removesuffix(".gz"))

    def stage_of(self, file: str) -> str:
        """Return the stage in the name of a file.

        Parameters
        ----------
        file : str
            The name of the file.

        Returns
        -------
        str
            One of the stages, such as ``cal``; empty if the name has none.
        """
        match = self._staged.fullmatch(file)
        return "" if match is None else match[2] or match[4]

    def suffix_of(self, file: str) -> str:
        """Return the suffix that a pipeline gave to a file.

        Parameters
        ----------
        file : str
            The name of the file, without directory.

        Returns
        -------
        str
            The stage, else another one of the suffixes, such as ``bsub``; empty if the name has
            neither.

        Examples
        --------
        >>> from asnsolve.profiles.jwst import FILES
        >>> FILES.suffix_of("jw00001001001_02101_00001_nrca1_a3001_crf.fits")
        'crf'
        >>> FILES.suffix_of("jw00001001001_02101_00001_nrca1_a3001_match.fits")
        ''
        """
        name = file.lower().removesuffix(".gz")
        stage = self.stage_of(name)
        if stage:
            return stage
        match = self._suffixed.fullmatch(name.rpartition(".")[0] or name)
        return "" if match is None else match[1]

    def kind_of_other(self, file: str) -> str:
        """Recognize a file of the archive that is not an exposure, by its name.

        Parameters
        ----------
        file : str
            The name of the file, without directory.

        Returns
        -------
        str
            What files of that kind are, in the plural; empty if the file may be an exposure.
        """
        name = file.lower().removesuffix(".gz")
        return next((kind for kind, pattern in self._others if pattern.fullmatch(name)), "")
