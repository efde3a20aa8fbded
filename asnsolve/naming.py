"""Names of products and association files: make them, check them, parse them.

::

    product  jw{program}-{asn_id}_{target}_{instrument}[_{opt}]    of level 3
    product  the file name of the science exposure, without stage     of level 2
    file     jw{program}-{asn_id}[_{version_id}]_{asn_type}_{number}_asn.json

Names are lower case. `value_text` lets only letters, digits and ``. + -`` into a part, so that
``_`` separates parts and every name can be parsed in one way only. Names of subarrays, which stand
in the last part, may hold ``_`` as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from asnsolve.errors import NamingError, Problem, UsageError
from asnsolve.name_texts import ADMITTED, SUBARRAY_ENDING
from asnsolve.shown_values import quoted

LEFT_TO_PIPELINE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "source_id": "source of a spectrum, known once the spectra are extracted",
        "slit_name": "slit of a spectrum, known once the slits are cut out",
        "suffix": "stage of processing",
    }
)
"""Placeholders that names keep, braces included, for the pipeline to fill."""


class _Part(NamedTuple):
    """The form of one part of a name: as a regular expression, and described for messages."""

    pattern: str
    description: str


_VALUE = f"[{ADMITTED}]"
_VALUE_OR_LEFT = rf"(?:{_VALUE}|\{{(?:{'|'.join(LEFT_TO_PIPELINE)})\}})"
_SUBARRAY = f"_(?:{SUBARRAY_ENDING})(?:-{_VALUE_OR_LEFT}+)?"
_LETTERS = "letters, digits or any of . + -"

_PARTS: Final[Mapping[str, _Part]] = MappingProxyType(
    {
        "program": _Part(rf"{_VALUE}{{5,}}", "at least five digits, padded with 0"),
        "asn_id": _Part("[a-z][0-9]+", "one letter and digits, as o001 or c1000"),
        "target": _Part(
            # The pipeline fills in a source, a slit without a source (b) or a virtual slit (v).
            rf"t{_VALUE_OR_LEFT}+|\{{source_id\}}|[sbv][0-9]+",
            f"t and then {_LETTERS}, or a source, as s000000001",
        ),
        "instrument": _Part(rf"{_VALUE}+", _LETTERS),
        "opt": _Part(
            rf"{_VALUE_OR_LEFT}+(?:{_SUBARRAY})*(?:_\{{suffix\}}{_VALUE}*)?",
            f"{_LETTERS}, and _ in the name of a subarray, as sub680stripe_soss",
        ),
        "version_id": _Part(
            "[a-z0-9]+(?:[_.+-]+[a-z0-9]+)*",
            "letters and digits with _ . + or - between them, as 20171201t101010",
        ),
        "asn_type": _Part("[a-z][a-z0-9-]*", "a letter and then letters, digits or -, as image3"),
        "number": _Part("[0-9]{1,9}", "one to nine digits, as 001"),
    }
)

FILE_ENDING: Final = "_asn.json"
"""How the names of association files end."""

PRODUCT_SHAPE: Final = "jw{program}-{asn_id}_{target}_{instrument}[_{opt}]"
"""The convention for product names, for messages."""

_FILE_SHAPE = f"jw{{program}}-{{asn_id}}[_{{version_id}}]_{{asn_type}}_{{number}}{FILE_ENDING}"

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
    """

    program: str
    asn_id: str
    version_id: str | None
    asn_type: str
    number: int
    digits: int


def is_asn_id(text: str) -> bool:
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
    return re.fullmatch(_PARTS["asn_id"].pattern, text.lower()) is not None


def file_name(
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
    name = f"jw{program.lower()}-{'_'.join(texts.values())}{FILE_ENDING}"
    check_parts("file name", name, {"program": program.lower(), **texts})
    return name


def check_version_id(text: str) -> str:
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
        If it holds anything but letters and digits, and ``_ . + -`` between them, since file names
        could not be parsed then.
    """
    version_id = text.lower()
    pattern, description = _PARTS["version_id"]
    if re.fullmatch(pattern, version_id) is None:
        raise UsageError(Problem(f"version id {quoted(text)} cannot be used", expected=description))
    return version_id


def parse_product_name(name: str) -> ProductName:
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
    return ProductName(**_label_parts("product name", name, PRODUCT_SHAPE, pieces, labels))


def parse_file_name(name: str) -> FileName:
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
    parts = _label_parts("file name", name, _FILE_SHAPE, pieces, labels)
    program, asn_id, *version, asn_type, number = parts.values()
    version_id = version[0] if version else None
    return FileName(program, asn_id, version_id, asn_type, int(number), digits=len(number))


def _label_parts(
    kind: str, name: str, shape: str, pieces: Sequence[str], labels: Sequence[str]
) -> dict[str, str]:
    """Check the pieces of a name and label them; the first piece holds program and id."""
    head, *rest = pieces
    # Programs may hold dashes and ids hold none, so the last dash separates them.
    program, dash, asn_id = head.removeprefix("jw").rpartition("-")
    if not (dash and head.startswith("jw") and len(rest) == len(labels)):
        raise NamingError(Problem(f"{kind} {quoted(name)} has the wrong shape", expected=shape))
    parts = {"program": program, "asn_id": asn_id} | dict(zip(labels, rest, strict=True))
    check_parts(kind, name, parts)
    return parts


def check_parts(kind: str, name: str, parts: Mapping[str, str]) -> None:
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
        if part not in _PARTS:
            continue
        pattern, description = _PARTS[part]
        if re.fullmatch(pattern, text) is None:
            what = f"{kind} {quoted(name)} has {part} {quoted(text)}"
            raise NamingError(Problem(what, expected=description))
