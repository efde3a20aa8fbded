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
from typing import Final

from asnsolve.errors import NamingError, Problem, UsageError
from asnsolve.name_texts import ADMITTED, value_text
from asnsolve.profiles.name_parts import FileName, Part, Placeholder, ProductName
from asnsolve.shown_values import quoted

_LETTERS: Final = "letters, digits or any of . + -"

_ANY: Final[Mapping[str, Part]] = MappingProxyType(
    {
        "asn_id": Part("[a-z][0-9]+", "one letter and digits, such as o001 or c1000"),
        "instrument": Part(rf"[{ADMITTED}]+", _LETTERS),
        "version_id": Part(
            "[a-z0-9]+(?:[_.+-]+[a-z0-9]+)*",
            "letters and digits with _ . + or - between them, such as 20171201t101010",
        ),
        "asn_type": Part("[a-z][a-z0-9-]*", "a letter and then letters, digits or -, as image3"),
        "number": Part("[0-9]{1,9}", "one to nine digits, such as 001"),
    }
)
"""Parts that are the same in the names of every mission."""

FILE_ENDING: Final = "_asn.json"
"""How the names of association files end."""

_FILE_OF_ANY: Final = re.compile(
    rf"([a-z0-9][{ADMITTED}]*)-[{ADMITTED}]+(?:_[{ADMITTED}]+)+_[0-9]{{1,9}}{re.escape(FILE_ENDING)}"
)
_SEPARATOR = re.compile(r"_(?![a-z]*\})")  # "_" between parts, not the one in {source_id}


@dataclass(frozen=True)
class Names:
    """How a mission names products and association files.

    Parameters
    ----------
    prefix : str
        Beginning of every name, in lower case.
    parts : mapping of str to Part
        The form of ``program``, ``target`` and ``opt``, and of any other part whose form is not the
        usual one.
    placeholders : mapping of str to Placeholder
        Words that templates of product names may hold in braces.
    samples : mapping of str to str
        Example texts by placeholder, with which templates are checked. The name of the placeholder
        is the default.
    left_to_pipeline : mapping of str to str
        Placeholders that the pipeline fills, each with a description. Names keep them, braces
        included.
    program_width, target_width : int
        Minimum number of characters of a program and of a target, which are padded with zeros.
    target_letter : str
        Text before the target id.
    subarray_ending : str
        Regular expression for what may follow ``_`` in the name of a subarray, as in
        ``sub680stripe_soss``; elsewhere ``_`` becomes ``-``. It must not match a stage, or the
        suffix of a product file could be read as the end of a subarray.
    discovered : str
        Id of an association that no candidate names.
    image : str
        Template of the product name of direct images; empty if there are none.
    plain_images : frozenset of str
        Instruments whose direct images are named after the filter alone.
    exposure_labels : tuple of str
        Labels of the parts of a product name that is the name of an exposure, for the report.
    exposure_parts : str
        Regular expression for such a name, with one group per label.

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
    plain_images: frozenset[str] = frozenset()
    exposure_labels: tuple[str, ...] = ("exposure",)
    exposure_parts: str = r"([^-]+)"

    @property
    def program_start(self) -> str:
        """Regular expression for the beginning of the name of an association file.

        Its group ``program`` is the number of the program.
        """
        return rf"^{re.escape(self.prefix)}(?P<program>[^_]*)-[^-_]*_"

    @property
    def program_length(self) -> int:
        """Length of the beginning of a file name that names its program."""
        return len(self.prefix) + self.program_width

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

    @property
    def part_names(self) -> tuple[str, ...]:
        """Names of the parts that have a form."""
        return ("program", "target", "opt", *_ANY)

    def form_of(self, part: str) -> Part | None:
        """Return the form of a part of names.

        Parameters
        ----------
        part : str
            The part, such as ``program``.

        Returns
        -------
        Part or None
            None if every text fits.
        """
        return self._forms.get(part)

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
            The tag, such as ``20171201T101010``.

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
            The number, such as ``9``.

        Returns
        -------
        str
            The number, padded with zeros, such as ``00009``; the same for every way to write it.

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
            The id, such as ``1``.

        Returns
        -------
        str
            The id, padded with zeros, after the letter of targets, such as ``t001``.
        """
        return self.target_letter + value_text(target).rjust(self.target_width, "0")


def beginning_of_file_name(name: str) -> str | None:
    """Return how the name of an association file of any mission begins.

    Parameters
    ----------
    name : str
        The name, without directory.

    Returns
    -------
    str or None
        Prefix and program, such as ``r00001``; None if this is not the name of an association
        file of any mission.

    Examples
    --------
    >>> from asnsolve.profiles.naming import beginning_of_file_name
    >>> beginning_of_file_name("r00001-a0001_mosaic3_00001_asn.json")
    'r00001'
    """
    match = _FILE_OF_ANY.fullmatch(name)
    return None if match is None else match[1]
