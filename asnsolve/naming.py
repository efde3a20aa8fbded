"""Names of products and of association files: made, checked and read back.

::

    product  jw{program}-{asn_id}_{target}_{instrument}[_{opt}]
    file     jw{program}-{asn_id}[_{version_id}]_{asn_type}_{number}_asn.json

Names are lower case. `value_text` lets only letters, digits and ``. + -`` into a part, so that
``_`` always separates parts and every name can be read back in one way only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from asnsolve.errors import Location, NamingError, Problem, RuleError, UsageError
from asnsolve.suggest import did_you_mean

__all__ = [
    "FILE_NAME",
    "LEFT_TO_PIPELINE",
    "PLACEHOLDERS",
    "PRODUCT_NAME",
    "FileName",
    "ProductName",
    "check_template",
    "check_version_id",
    "file_name",
    "is_asn_id",
    "optics_text",
    "parse_file_name",
    "parse_product_name",
    "product_name",
    "program_text",
    "quoted",
    "target_text",
    "value_text",
]

PLACEHOLDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "program": "program number, from `program_text`",
        "asn_id": "candidate id, as o001 or c1000; a3001 where discovered",
        "target": "target of the science members, from `target_text`",
        "instrument": "instrument of the members",
        "opt": "optical elements of the members, from `optics_text`",
    }
)
"""What a product name template may ask for, and what is put there."""

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

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FOREIGN = re.compile(f"[^{_ADMITTED}]")
_SEPARATOR = re.compile(r"_(?![a-z]*\})")  # not the one inside {source_id}
_SAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in PLACEHOLDERS} | {"program": "00009", "asn_id": "o001", "target": "t001"}
)
_AS_IT_IS: Final[Mapping[str, str]] = MappingProxyType(
    {name: f"{{{name}}}" for name in LEFT_TO_PIPELINE}
)


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


def is_asn_id(text: str) -> bool:
    """Tell whether names can hold a candidate id, in any case: one letter and digits."""
    return re.fullmatch(_PARTS["asn_id"].pattern, text.lower()) is not None


def check_template(template: str, rule: str) -> None:
    """Refuse a product name template whose names could not be read back.

    Parameters
    ----------
    template : str
        Of `PLACEHOLDERS` and `LEFT_TO_PIPELINE`, as
        ``jw{program}-{asn_id}_{target}_{instrument}_{opt}``.
    rule : str
        Name of the rule, for the message.

    Raises
    ------
    RuleError
        If the template asks for something unknown, leaves out the program or the id, or does not
        follow the convention.
    """
    where = Location(rule=rule)
    asked = dict.fromkeys(_PLACEHOLDER.findall(template))
    known = [*PLACEHOLDERS, *LEFT_TO_PIPELINE]
    problems = [
        Problem(
            f"product name template asks for {quoted(name)}",
            where,
            expected=f"one of {', '.join(known)}",
            advice=did_you_mean(name, known),
        )
        for name in asked
        if name not in known
    ]
    problems += [
        Problem(f"product name template {quoted(template)} leaves out {{{name}}}", where)
        for name in ("program", "asn_id")
        if name not in asked
    ]
    if not problems and not _reads_back(template):
        what = f"product name template {quoted(template)} does not follow the convention"
        problems = [Problem(what, where, expected=_PRODUCT_SHAPE)]
    if problems:
        raise RuleError(problems)


def _reads_back(template: str) -> bool:
    """Whether each value put into the template is found again in its own part of the name."""
    try:
        found = parse_product_name(_filled(template, {**_SAMPLES, **_AS_IT_IS}))
    except NamingError:
        return False
    asked = [part for part in asdict(found) if f"{{{part}}}" in template]
    alone = (found.program, found.asn_id) == (_SAMPLES["program"], _SAMPLES["asn_id"])
    return alone and all(_SAMPLES[part] in (getattr(found, part) or "") for part in asked)


def _filled(template: str, texts: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda placeholder: texts[placeholder[1]], template)


def product_name(template: str, fields: Mapping[str, str]) -> str:
    """Name a product, so that `parse_product_name` gets the (fitted) fields back.

    Parameters
    ----------
    template : str
        A template that `check_template` lets pass.
    fields : mapping of str to str
        For each of the `PLACEHOLDERS` that the template asks for, a text; `value_text` makes it
        fit.

    Raises
    ------
    NamingError
        If a field is not given, the id is not one (`is_asn_id`), or the program or target does not
        come from its function. Nothing else that a pool can hold is refused.
    """
    texts = {**_AS_IT_IS, **{name: value_text(text) for name, text in fields.items()}}
    missing = [name for name in _PLACEHOLDER.findall(template) if name not in texts]
    if missing:
        what = f"product name template {quoted(template)} asks for {', '.join(missing)}"
        raise NamingError(Problem(what, expected=f"one of {', '.join(texts)}"))
    name = _filled(template, texts)
    _check_parts("product name", name, {part: texts[part] for part in fields if part in _PARTS})
    return name


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
    _check_parts("file name", name, {"program": program.lower(), **given})
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
    _check_parts(kind, name, parts)
    return parts


def _check_parts(kind: str, name: str, parts: Mapping[str, str]) -> None:
    for part, text in parts.items():
        pattern, words = _PARTS[part]
        if re.fullmatch(pattern, text) is None:
            what = f"{kind} {quoted(name)} has {part} {quoted(text)}"
            raise NamingError(Problem(what, expected=words))
