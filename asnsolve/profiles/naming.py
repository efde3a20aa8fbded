"""Names of products and association files: make them, check them, parse them.

::

    product  {prefix}{program}-{asn_id}_{target}_{instrument}[_{opt}]    of level 3
    product  the file name of the science exposure, without stage          of level 2
    file     {prefix}{program}-{asn_id}[_{version_id}]_{asn_type}_{number}_asn.json

Names are lower case. `value_text` lets only letters, digits and ``. + -`` into a part, so that
``_`` separates parts and every name can be parsed in one way only. Names of subarrays, which stand
in the last part, may hold ``_`` as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final, NamedTuple

from asnsolve.errors import NamingError, Problem, UsageError
from asnsolve.name_texts import ADMITTED, value_text
from asnsolve.shown_values import quoted


class Part(NamedTuple):
    """The form of one part of a name: as a regular expression, and described for messages.

    Parameters
    ----------
    pattern : str
        The regular expression.
    description : str
        What it admits.

    Examples
    --------
    >>> from asnsolve import Part
    >>> Part("[0-9]{5}", "five digits").description
    'five digits'
    """

    pattern: str
    description: str


_LETTERS: Final = "letters, digits or any of . + -"

_ANY: Final[Mapping[str, Part]] = MappingProxyType(
    {
        "asn_id": Part("[a-z][0-9]+", "one letter and digits, as o001 or c1000"),
        "instrument": Part(rf"[{ADMITTED}]+", _LETTERS),
        "version_id": Part(
            "[a-z0-9]+(?:[_.+-]+[a-z0-9]+)*",
            "letters and digits with _ . + or - between them, as 20171201t101010",
        ),
        "asn_type": Part("[a-z][a-z0-9-]*", "a letter and then letters, digits or -, as image3"),
        "number": Part("[0-9]{1,9}", "one to nine digits, as 001"),
    }
)
"""Parts that are the same in the names of every mission."""

FILE_ENDING: Final = "_asn.json"
"""How the names of association files end."""

_SEPARATOR = re.compile(r"_(?![a-z]*\})")  # "_" between parts, not the one in {source_id}


@dataclass(frozen=True, slots=True)
class ProductName:
    """A parsed product name.

    Parameters
    ----------
    program, asn_id : str
        Parts of the name.
    target : str
        Target, as ``t001``; in the names that the pipeline gives to the spectra of sources, the
        source, as ``s000000001``, or both.
    instrument : str
        Part of the name.
    opt : str or None
        Optical elements; None if the name has no such part.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> names = load_rules("jwst").profile.names
    >>> names.parse_product_name("jw09802-c1001_t001_niriss_f430m").target
    't001'
    """

    program: str
    asn_id: str
    target: str
    instrument: str
    opt: str | None = None


@dataclass(frozen=True, slots=True)
class FileName:
    """The parsed name of an association file.

    Parameters
    ----------
    program, asn_id : str
        Parts of the name.
    version_id : str or None
        Version tag of the run; None if the name has no such part.
    asn_type : str
        Type of the association.
    number : int
        Number among the associations of one id and type.
    digits : int
        Number of digits that the number is written with.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> names = load_rules("jwst").profile.names
    >>> names.parse_file_name("jw09802-c1001_ami3_00001_asn.json").asn_type
    'ami3'
    """

    program: str
    asn_id: str
    version_id: str | None
    asn_type: str
    number: int
    digits: int


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a placeholder of a product name stands for.

    Parameters
    ----------
    says : str
        What is put in its place.
    attribute : str
        The attribute whose value it tells; empty if it tells none, or several.
    clauses : str
        How the names of the clauses begin whose values it tells; empty if it tells no clause.
    left_out : tuple of str
        Values that names leave out, as ``full`` of a subarray.
    width : int
        Least number of characters; shorter texts are padded with zeros.

    Examples
    --------
    >>> from asnsolve import Placeholder
    >>> Placeholder("visit", "visit", width=3).attribute
    'visit'
    """

    says: str
    attribute: str = ""
    clauses: str = ""
    left_out: tuple[str, ...] = ()
    width: int = 0


@dataclass(frozen=True)
class Names:
    """How a mission names products and association files.

    Parameters
    ----------
    prefix : str
        What every name begins with, in lower case.
    parts : mapping of str to Part
        The form of ``program``, ``target`` and ``opt`` in names, and of other parts that differ
        from the usual form.
    placeholders : mapping of str to Placeholder
        What templates of product names may hold in braces.
    samples : mapping of str to str
        For some placeholders a text that may stand in a name, to check templates with; by default
        the name of the placeholder.
    left_to_pipeline : mapping of str to str
        Placeholders that names keep, braces included, for the pipeline to fill, each with what it
        stands for.
    program_width, target_width : int
        Least number of characters of a program and of a target; shorter ones are padded with zeros.
    target_letter : str
        What a target begins with.
    subarray_ending : str
        What may follow ``_`` in the name of a subarray, as a regular expression. Only these keep
        their ``_``, as in ``sub680stripe_soss``. No stage of processing is among them, so that the
        suffix of a product file is never read as the end of a subarray.
    discovered : str
        Id of an association that no candidate names.
    image : str
        Template of the name of a direct image, if rules have some.
    exposure_labels : tuple of str
        What the parts of the name of a product are that is named after its exposure.
    exposure_parts : str
        Regular expression for such a name, with one group for each of the labels.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> names = load_rules("jwst").profile.names
    >>> names.program_text("9"), names.target_text("1")
    ('00009', 't001')
    """

    prefix: str
    parts: Mapping[str, Part]
    placeholders: Mapping[str, Placeholder]
    samples: Mapping[str, str] = field(default_factory=dict)
    left_to_pipeline: Mapping[str, str] = field(default_factory=dict)
    program_width: int = 5
    target_width: int = 3
    target_letter: str = "t"
    subarray_ending: str = r"(?!)"
    discovered: str = "a3001"
    image: str = ""
    exposure_labels: tuple[str, ...] = ("exposure",)
    exposure_parts: str = r"([^-]+)"

    @property
    def product_shape(self) -> str:
        """The convention for product names, for messages."""
        return f"{self.prefix}{{program}}-{{asn_id}}_{{target}}_{{instrument}}[_{{opt}}]"

    @property
    def _file_shape(self) -> str:
        parts = "{program}-{asn_id}[_{version_id}]_{asn_type}_{number}"
        return f"{self.prefix}{parts}{FILE_ENDING}"

    @cached_property
    def _forms(self) -> Mapping[str, Part]:
        return {**_ANY, **self.parts}

    @cached_property
    def combined_pattern(self) -> re.Pattern[str]:
        """How the name of a combined product or of an association begins: program and id."""
        program, asn_id = self._forms["program"].pattern, self._forms["asn_id"].pattern
        return re.compile(f"{re.escape(self.prefix)}(?:{program})-(?:{asn_id})_")

    @cached_property
    def exposure_pattern(self) -> re.Pattern[str]:
        """The parts of the name of a product that is named after its exposure."""
        return re.compile(self.exposure_parts)

    @cached_property
    def _subarray_separator(self) -> re.Pattern[str]:
        return re.compile(f"_(?=(?:{self.subarray_ending})(?:-|$))")

    def is_asn_id(self, text: str) -> bool:
        """Tell whether a text can be the id of a candidate in a name.

        Parameters
        ----------
        text : str
            The text, in lower or upper case.

        Returns
        -------
        bool
            Whether it is one letter followed by digits.
        """
        return re.fullmatch(self._forms["asn_id"].pattern, text.lower()) is not None

    def file_name(
        self,
        program: str,
        asn_id: str,
        asn_type: str,
        number: int,
        digits: int,
        *,
        version_id: str | None = None,
    ) -> str:
        """Name an association file, so that `parse_file_name` gives the parts back.

        Parameters
        ----------
        program, asn_id, asn_type : str
            Program, from `program_text`; id and type of the association.
        number : int
            Number among the associations of this id and type, from 1.
        digits : int
            Least number of digits to write the number with: five today, three in 2017.
        version_id : str, optional
            Version tag of the run, from `check_version_id`.

        Returns
        -------
        str
            The name.

        Raises
        ------
        NamingError
            If a part does not follow the convention.
        """
        parts = {"asn_id": asn_id, "version_id": version_id, "asn_type": asn_type}
        parts["number"] = f"{number:0{digits}d}"
        texts = {part: text.lower() for part, text in parts.items() if text is not None}
        name = f"{self.prefix}{program.lower()}-{'_'.join(texts.values())}{FILE_ENDING}"
        self.check_parts("file name", name, {"program": program.lower(), **texts})
        return name

    def check_version_id(self, text: str) -> str:
        """Check a version tag that a user asks for.

        Parameters
        ----------
        text : str
            The tag, as ``20171201T101010``.

        Returns
        -------
        str
            The tag in lower case.

        Raises
        ------
        UsageError
            If it holds anything but letters and digits, and ``_ . + -`` between them, since file
            names could not be parsed then.
        """
        version_id = text.lower()
        pattern, description = self._forms["version_id"]
        if re.fullmatch(pattern, version_id) is None:
            raise UsageError(
                Problem(f"version id {quoted(text)} cannot be used", expected=description)
            )
        return version_id

    def parse_product_name(self, name: str) -> ProductName:
        """Parse a product name.

        Parameters
        ----------
        name : str
            The name.

        Returns
        -------
        ProductName
            Its parts.

        Raises
        ------
        NamingError
            If the name does not follow the convention; the message names the part.
        """
        # At most three cuts: what follows the third separator is optical elements, "_" and all.
        pieces = _SEPARATOR.split(name, maxsplit=3)
        labels = ("target", "instrument", "opt")[: max(len(pieces) - 1, 2)]
        return ProductName(
            **self._label_parts("product name", name, self.product_shape, pieces, labels)
        )

    def parse_file_name(self, name: str) -> FileName:
        """Parse the name of an association file.

        Parameters
        ----------
        name : str
            The name, without directory.

        Returns
        -------
        FileName
            Its parts.

        Raises
        ------
        NamingError
            If the name does not follow the convention; the message names the part.
        """
        pieces = name.removesuffix(FILE_ENDING).split("_") if name.endswith(FILE_ENDING) else [""]
        # The version id is optional, and the only part that may hold "_": it is all in between.
        labels: tuple[str, ...] = ("asn_type", "number")
        if len(pieces) > 3:
            pieces = [pieces[0], "_".join(pieces[1:-2]), *pieces[-2:]]
            labels = ("version_id", *labels)
        parts = self._label_parts("file name", name, self._file_shape, pieces, labels)
        program, asn_id, *version, asn_type, number = parts.values()
        version_id = version[0] if version else None
        return FileName(program, asn_id, version_id, asn_type, int(number), digits=len(number))

    def _label_parts(
        self, kind: str, name: str, shape: str, pieces: Sequence[str], labels: Sequence[str]
    ) -> dict[str, str]:
        """Check the pieces of a name and label them; the first piece holds program and id."""
        head, *rest = pieces
        # Programs may hold dashes and ids hold none, so the last dash separates them.
        program, dash, asn_id = head.removeprefix(self.prefix).rpartition("-")
        if not (dash and head.startswith(self.prefix) and len(rest) == len(labels)):
            raise NamingError(Problem(f"{kind} {quoted(name)} has the wrong shape", expected=shape))
        parts = {"program": program, "asn_id": asn_id} | dict(zip(labels, rest, strict=True))
        self.check_parts(kind, name, parts)
        return parts

    def check_parts(self, kind: str, name: str, parts: Mapping[str, str]) -> None:
        """Raise an error if a part of a name does not follow the convention.

        Parameters
        ----------
        kind : str
            What the name is a name of, for the message.
        name : str
            The name, for the message.
        parts : mapping of str to str
            The parts by label; those without a convention are not checked.

        Raises
        ------
        NamingError
            If a part does not follow the convention.
        """
        for part, text in parts.items():
            if part not in self._forms:
                continue
            pattern, description = self._forms[part]
            if re.fullmatch(pattern, text) is None:
                what = f"{kind} {quoted(name)} has {part} {quoted(text)}"
                raise NamingError(Problem(what, expected=description))

    def subarray_text(self, text: str) -> str:
        """Write the name of a subarray as in names, with its ``_``.

        Parameters
        ----------
        text : str
            The name, or names joined with ``-``.

        Returns
        -------
        str
            As from `value_text`, but for the ``_`` before a `subarray_ending`.

        Examples
        --------
        >>> from asnsolve.profiles.jwst import NAMES
        >>> NAMES.subarray_text("SUB680STRIPE_SOSS")
        'sub680stripe_soss'
        """
        return "_".join(map(value_text, self._subarray_separator.split(text.strip().lower())))

    def program_text(self, program: str) -> str:
        """Write a program number as in names.

        Parameters
        ----------
        program : str
            The number, as ``9``.

        Returns
        -------
        str
            The number padded to five digits, as ``00009``; the same for every way to write it.

        Examples
        --------
        >>> from asnsolve.profiles.jwst import NAMES
        >>> NAMES.program_text("9"), NAMES.program_text("000009")
        ('00009', '00009')
        """
        return value_text(program).lstrip("0").rjust(self.program_width, "0")

    def target_text(self, target: str) -> str:
        """Write a target id as in names.

        Parameters
        ----------
        target : str
            The id, as ``1``.

        Returns
        -------
        str
            The letter t and the id padded to three digits, as ``t001``.
        """
        return self.target_letter + value_text(target).rjust(self.target_width, "0")
