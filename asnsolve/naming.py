"""Names of products and of association files: made, checked and read back.

::

    product  jw{program}-{asn_id}_{target}_{instrument}[_{opt}]    of level 3
    product  the file name of the science exposure, without stage     of level 2
    file     jw{program}-{asn_id}[_{version_id}]_{asn_type}_{number}_asn.json

Names are lower case. `value_text` lets only letters, digits and ``. + -`` into a part, so that
``_`` always separates parts and every name can be read back in one way only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from asnsolve.errors import NamingError, Problem, UsageError

__all__ = [
    "FILE_NAME",
    "LEFT_TO_PIPELINE",
    "PRODUCT_NAME",
    "STAGES",
    "FileName",
    "ProductName",
    "check_parts",
    "check_version_id",
    "elements_text",
    "exposure_of",
    "exposure_root",
    "file_name",
    "is_asn_id",
    "optics_text",
    "parse_file_name",
    "parse_product_name",
    "program_text",
    "quoted",
    "stage_of",
    "target_text",
    "value_text",
]

LEFT_TO_PIPELINE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "source_id": "source of a spectrum, known once the spectra are extracted",
        "slit_name": "slit of a spectrum, known once the slits are cut out",
        "suffix": "stage of processing",
    }
)
"""What a template may hold and the name keeps, braces and all, for the pipeline to fill."""


class _Part(NamedTuple):
    """What one part of a name looks like: as a regular expression and in words."""

    pattern: str
    words: str


_ADMITTED = "a-z0-9.+-"
_VALUE = f"[{_ADMITTED}]"
_VALUE_OR_LEFT = rf"(?:{_VALUE}|\{{(?:{'|'.join(LEFT_TO_PIPELINE)})\}})"
_LETTERS = "letters, digits or any of . + -"

_PARTS: Final[Mapping[str, _Part]] = MappingProxyType(
    {
        "program": _Part(rf"{_VALUE}{{5,}}", "at least five digits, padded with 0"),
        "asn_id": _Part("[a-z][0-9]+", "one letter and digits, as o001 or c1000"),
        "target": _Part(rf"t{_VALUE_OR_LEFT}+|\{{source_id\}}", f"t and then {_LETTERS}"),
        "instrument": _Part(rf"{_VALUE}+", _LETTERS),
        "opt": _Part(rf"{_VALUE_OR_LEFT}+(?:_\{{suffix\}}{_VALUE}*)?", _LETTERS),
        "version_id": _Part("[a-z0-9]+", "letters and digits, as 20171201t101010"),
        "asn_type": _Part("[a-z][a-z0-9-]*", "a letter and then letters, digits or -, as image3"),
        "number": _Part("[0-9]{1,9}", "one to nine digits, as 001"),
    }
)
_GROUP: Final = {part: f"(?P<{part}>{look.pattern})" for part, look in _PARTS.items()}

PRODUCT_NAME: Final = re.compile(
    "jw{program}-{asn_id}_{target}_{instrument}(?:_{opt})?".format_map(_GROUP)
)
"""The convention for product names; to be used with ``fullmatch``."""

FILE_NAME: Final = re.compile(
    r"jw{program}-{asn_id}(?:_{version_id})?_{asn_type}_{number}_asn\.json".format_map(_GROUP)
)
"""The convention for file names; to be used with ``fullmatch``."""

_PRODUCT_SHAPE = "jw{program}-{asn_id}_{target}_{instrument}[_{opt}]"
_FILE_SHAPE = "jw{program}-{asn_id}[_{version_id}]_{asn_type}_{number}_asn.json"
_FILE_ENDING = "_asn.json"

_FOREIGN = re.compile(f"[^{_ADMITTED}]")
_SEPARATOR = re.compile(r"_(?![a-z]*\})")  # not the one inside {source_id}
STAGES: Final = tuple("uncal rate rateints cal calints crf crfints i2d s2d s3d x1d x1dints".split())
"""Stages of processing in their order; those that may stand for one another side by side."""

_STAGED_FILE = re.compile(rf"(.+)_({'|'.join(STAGES)})(?:\.[^/]*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ProductName:
    """A product name, read back.

    Parameters
    ----------
    program, asn_id, target, instrument : str
        Parts of the name.
    opt : str or None
        Optical elements; None where the name has no such part.
    """

    program: str
    asn_id: str
    target: str
    instrument: str
    opt: str | None = None


@dataclass(frozen=True, slots=True)
class FileName:
    """The name of an association file, read back.

    Parameters
    ----------
    program, asn_id, asn_type : str
        Parts of the name.
    version_id : str or None
        None where the name has no such part.
    number : int
        Number among the associations of one id and type.
    digits : int
        How many digits the number is written with.
    """

    program: str
    asn_id: str
    version_id: str | None
    asn_type: str
    number: int
    digits: int


def quoted(text: str) -> str:
    """Quote a text for a message, cut where it is very long."""
    return repr(text if len(text) <= 100 else f"{text[:100]}...")


def value_text(text: str) -> str:
    """Make a value fit for a name.

    Outer blanks go, letters become lower case, each character but letters, digits and ``. + -``
    becomes ``-``; nothing left gives ``none``. Values that differ in nothing else share a name: the
    products then have one name, which is reported.
    """
    return _FOREIGN.sub("-", text.strip().lower()) or "none"


def program_text(program: str) -> str:
    """Write a program number as names have it: ``9`` gives ``00009``."""
    return value_text(program).rjust(5, "0")


def target_text(target: str) -> str:
    """Write a target id as names have it: ``1`` gives ``t001``."""
    return "t" + value_text(target).rjust(3, "0")


def optics_text(elements: Sequence[Sequence[str]]) -> str:
    """Write the optical elements as names have them; those that are ``clear`` are left out.

    Parameters
    ----------
    elements : sequence of sequence of str
        For each optical element of the rule, in the rule's order, the values that the members
        took; empty where they have none.

    Returns
    -------
    str
        The values joined with ``-``, those of one element sorted; ``clear`` if none is left.

    Examples
    --------
    >>> optics_text([["f140m"], ["gr150r", "gr150c", "gr150r"]])
    'f140m-gr150c-gr150r'
    """
    taken: list[str] = []
    for values in elements:
        taken += sorted({value_text(value) for value in values if value.strip()} - {"clear"})
    return "-".join(taken) or "clear"


def elements_text(elements: Sequence[Sequence[str]]) -> str:
    """Write the optical elements as names have them today: all of them, sorted.

    Parameters
    ----------
    elements : sequence of sequence of str
        For each optical element of the rule the values that the members took.

    Returns
    -------
    str
        The values joined with ``-``; ``clear`` if there is none.

    Examples
    --------
    >>> elements_text([["f444w"], ["clear"]])
    'clear-f444w'
    """
    taken = ["-".join(sorted({*map(value_text, values)})) for values in elements if values]
    return "-".join(sorted(taken)) or "clear"


def exposure_root(file: str) -> str:
    """Return the name of an exposure's file without extension and stage.

    Examples
    --------
    >>> exposure_root("jw00001001001_02101_00001_nrca1_rate.fits")
    'jw00001001001_02101_00001_nrca1'
    >>> exposure_root("jw00001001001_02101_00001_nrca1_uncal.fits.gz")
    'jw00001001001_02101_00001_nrca1'
    """
    staged = _STAGED_FILE.fullmatch(file)
    if staged is not None:
        return staged[1]
    return file[: file.rindex(".")] if "." in file.rpartition("/")[2] else file


def exposure_of(file: str) -> str:
    """Return the name of the exposure of a file: no directory, stage and packing, lower case.

    Examples
    --------
    >>> exposure_of("cal/JW00001001001_02101_00001_NRCA1_cal.fits.gz")
    'jw00001001001_02101_00001_nrca1'
    """
    return exposure_root(file.rpartition("/")[2].lower().removesuffix(".gz"))


def stage_of(file: str) -> str:
    """Return the stage that a file's name tells, as ``cal``; empty if it tells none."""
    staged = _STAGED_FILE.fullmatch(file)
    return "" if staged is None else staged[2]


def is_asn_id(text: str) -> bool:
    """Tell whether names can hold a candidate id, in any case: one letter and digits."""
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
    """Name an association file, so that `parse_file_name` gets the parts back.

    Parameters
    ----------
    program, asn_id, asn_type : str
        Program, from `program_text`; id and type of the association.
    number : int
        Number among the associations of this id and type, from 1.
    digits : int
        How many digits at least to write the number with: five today, three in 2017.
    version_id : str, optional
        Version tag of the run, from `check_version_id`.

    Raises
    ------
    NamingError
        If a part does not follow the convention.
    """
    parts = {"asn_id": asn_id, "version_id": version_id, "asn_type": asn_type}
    parts["number"] = f"{number:0{digits}d}"
    given = {part: text.lower() for part, text in parts.items() if text is not None}
    name = f"jw{program.lower()}-{'_'.join(given.values())}{_FILE_ENDING}"
    check_parts("file name", name, {"program": program.lower(), **given})
    return name


def check_version_id(text: str) -> str:
    """Lower-case a version tag that a user asks for, as ``20171201T101010``.

    Raises
    ------
    UsageError
        If it holds anything but letters and digits: file names could not be read back.
    """
    version_id = text.lower()
    pattern, words = _PARTS["version_id"]
    if re.fullmatch(pattern, version_id) is None:
        raise UsageError(Problem(f"version id {quoted(text)} cannot be used", expected=words))
    return version_id


def parse_product_name(name: str) -> ProductName:
    """Read a product name back.

    Raises
    ------
    NamingError
        If it does not follow the convention; says in which part.
    """
    pieces = _SEPARATOR.split(name, maxsplit=3)
    labels = ("target", "instrument", "opt")[: max(len(pieces) - 1, 2)]
    return ProductName(**_read("product name", name, _PRODUCT_SHAPE, pieces, labels))


def parse_file_name(name: str) -> FileName:
    """Read the name of an association file, without directory, back.

    Raises
    ------
    NamingError
        If it does not follow the convention; says in which part.
    """
    pieces = name.removesuffix(_FILE_ENDING).split("_") if name.endswith(_FILE_ENDING) else [""]
    labels = ("version_id", "asn_type", "number")[0 if len(pieces) == 4 else 1 :]
    parts = _read("file name", name, _FILE_SHAPE, pieces, labels)
    program, asn_id, *version, asn_type, number = parts.values()
    version_id = version[0] if version else None
    return FileName(program, asn_id, version_id, asn_type, int(number), digits=len(number))


def _read(
    kind: str, name: str, shape: str, pieces: Sequence[str], labels: Sequence[str]
) -> dict[str, str]:
    """Check the pieces of a name and label them; the first holds program and id.

    A program may hold dashes and an id none: the last dash parts them.
    """
    head, *rest = pieces
    program, dash, asn_id = head.removeprefix("jw").rpartition("-")
    if not (dash and head.startswith("jw") and len(rest) == len(labels)):
        raise NamingError(Problem(f"{kind} {quoted(name)} has the wrong shape", expected=shape))
    parts = {"program": program, "asn_id": asn_id} | dict(zip(labels, rest, strict=True))
    check_parts(kind, name, parts)
    return parts


def check_parts(kind: str, name: str, parts: Mapping[str, str]) -> None:
    """Refuse a name of which some part does not look as it should.

    Raises
    ------
    NamingError
        If a part does not follow the convention; parts that have none are passed over.
    """
    for part, text in parts.items():
        if part not in _PARTS:
            continue
        pattern, words = _PARTS[part]
        if re.fullmatch(pattern, text) is None:
            what = f"{kind} {quoted(name)} has {part} {quoted(text)}"
            raise NamingError(Problem(what, expected=words))
