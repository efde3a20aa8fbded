"""Names that users give to products and association files, as patterns or whole.

The calibration pipeline makes the names of its files from that of the product: it adds ``_cal`` or
``_i2d``. Before it does, it cuts the name at its last dot, and takes away a suffix of its own.
Names that this would change are refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from asnsolve.associations.association import Association
from asnsolve.associations.same_names import sharing_a_name
from asnsolve.errors import Problem, UsageError
from asnsolve.name_texts import elements_text, optics_text, value_text
from asnsolve.pool.table import Pool
from asnsolve.profiles import FILE_ENDING
from asnsolve.profiles.jwst import FILES, NAMES, WORDS
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_OPTION: Final = re.compile(r"\[([^\[\]]*)\]")
_REFUSED: Final = re.compile(r"[^A-Za-z0-9_+-]")
_ENDING: Final = re.compile(rf".+?[_-]({'|'.join(map(re.escape, sorted(FILES.suffixes)))})")
_OF_FILES: Final = ("product", "type", "number")
"""Placeholders of file names alone."""


def product_mistake(name: str) -> str:
    """Say why the pipeline could not use the name of a product as it is.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    str
        The reason as a clause; empty if there is none.
    """
    plain = _PLACEHOLDER.sub(
        lambda match: "" if match[1] in NAMES.left_to_pipeline else match[0], name
    )
    if not name:
        return "it is empty"
    if "." in plain:
        return "the pipeline would cut it at its last dot"
    refused = "".join(dict.fromkeys(_REFUSED.findall(plain)))
    if refused:
        return f"it holds {quoted(refused)}, and letters, digits and any of _ + - are expected"
    ending = _ENDING.fullmatch(name)
    if ending is not None:
        return f"the pipeline would take {quoted(ending[1])} for one of its suffixes and cut it off"
    return ""


def with_product_names(
    associations: Sequence[Association], pattern: str, pool: Pool
) -> list[Association]:
    """Name the products as a pattern says.

    Parameters
    ----------
    associations : sequence of Association
        The associations. Where there are some of level 3, only their products are named: those of
        level 2 are named after the exposures, and level 3 finds them by these names.
    pattern : str
        A name with placeholders in braces: `PLACEHOLDERS`, any attribute of a pool. A part in
        brackets is left out where its placeholders are empty.
    pool : Pool
        The exposures.

    Returns
    -------
    list of Association
        In the same order.

    Raises
    ------
    UsageError
        If the pattern has an unknown placeholder, the pipeline cannot use a name, or products with
        different members would share one.
    """
    _check_placeholders(pattern, "product", (*NAMES.placeholders, "product"))
    levels = {association.level for association in associations}
    fields_of = _Fields.of(pool)
    named = list(associations)
    fields: dict[int, dict[str, str]] = {}
    for position, association in enumerate(associations):
        if association.level == max(levels) and len(association.products) == 1:
            (product,) = association.products
            # A name may hold placeholders that the pipeline fills: these stay.
            fields[position] = fields_of(association) | {"product": product.name}
            product = replace(product, name=_filled(pattern, fields[position]))
            named[position] = replace(association, products=(product,))
    problems = []
    for name in dict.fromkeys(named[position].products[0].name for position in fields):
        mistake = product_mistake(name)
        if mistake:
            problems.append(Problem(f"the product name {quoted(name)} cannot be used: {mistake}"))
    for name, positions in sharing_a_name(named).items():
        ours = [position for position in positions if position in fields]
        if ours:
            what = f"{len(positions)} products would be named {name}"
            advice = _advice([fields[position] for position in ours])
            problems.append(Problem(what, expected="one product per name", advice=advice))
    if problems:
        raise UsageError(problems)
    return named


def with_file_names(
    associations: Sequence[Association], pattern: str, pool: Pool
) -> list[Association]:
    """Name the files of associations as a pattern says.

    Parameters
    ----------
    associations : sequence of Association
        The associations.
    pattern : str
        A name with the placeholders of product names, and with ``{product}``, ``{type}`` and
        ``{number}``. ``_asn.json`` is added, as far as the pattern does not end with it.
    pool : Pool
        The exposures.

    Returns
    -------
    list of Association
        In the same order.

    Raises
    ------
    UsageError
        If the pattern has an unknown placeholder, a name is no file name, or associations would
        share a file.
    """
    _check_placeholders(pattern, "file name", (*NAMES.placeholders, *_OF_FILES))
    ending = "" if pattern.endswith(".json") else FILE_ENDING
    if pattern.endswith(FILE_ENDING.removesuffix(".json")):
        ending = ".json"
    fields_of = _Fields.of(pool)
    named: list[Association] = []
    fields: dict[str, list[dict[str, str]]] = defaultdict(list)
    for association in associations:
        number = association.file_name.removesuffix(FILE_ENDING).rpartition("_")[2]
        texts = {**fields_of(association), "type": association.asn_type, "number": number}
        name = f"{_filled(pattern, texts)}{ending}"
        fields[name].append(texts)
        named.append(replace(association, file_name=name))
    problems = []
    for name, sharing in fields.items():
        # A name may contain points, but not begin with one.
        refused = "".join(dict.fromkeys(_REFUSED.findall(name.replace(".", ""))))
        if refused or name.startswith(("-", ".")):
            expected = "letters, digits and any of . _ + -, with a letter or digit first"
            problems.append(
                Problem(f"the file name {quoted(name)} cannot be used", expected=expected)
            )
        if len(sharing) > 1:
            what = f"{len(sharing)} associations would be the file {name}"
            advice = _advice(sharing)
            problems.append(Problem(what, expected="one association per file", advice=advice))
    if problems:
        raise UsageError(problems)
    return named


def _check_placeholders(pattern: str, what: str, known: Sequence[str]) -> None:
    """Raise an error if a pattern has placeholders that cannot be filled."""
    unknown = [
        Problem(
            f"the {what} {quoted(pattern)} asks for {quoted(name)}",
            expected=f"one of {', '.join(known)}, or an attribute of a pool",
            advice=did_you_mean(name, {*known, *WORDS.attributes}),
        )
        for name in dict.fromkeys(_PLACEHOLDER.findall(pattern))
        if name not in known and name not in WORDS.attributes and name not in NAMES.left_to_pipeline
    ]
    if unknown:
        raise UsageError(unknown)


def _filled(pattern: str, fields: Mapping[str, str]) -> str:
    """Put texts in the place of placeholders, and drop brackets whose placeholders are empty."""

    def option(match: re.Match[str]) -> str:
        return match[1] if all(fields.get(name, name) for name in _names(match[1])) else ""

    def text(match: re.Match[str]) -> str:
        # What the pipeline fills stays as it is.
        return fields[match[1]] or value_text("") if match[1] in fields else match[0]

    return _PLACEHOLDER.sub(text, _OPTION.sub(option, pattern))


def _names(pattern: str) -> list[str]:
    return _PLACEHOLDER.findall(pattern)


def _advice(fields: Sequence[Mapping[str, str]]) -> str:
    """Name the placeholders that would tell associations apart."""
    telling = [
        f"{{{name}}}"
        for name in (*_OF_FILES, *NAMES.placeholders)
        if len({texts.get(name, "") for texts in fields}) == len(fields)
    ]
    if not telling:
        return "Choose fewer files, or the level."
    return f"Put {' or '.join(telling)} into the pattern, or choose fewer files."


class _Fields(NamedTuple):
    """The texts of placeholders, from the science members of an association."""

    pool: Pool
    rows: Mapping[str, int]
    """Row of each exposure."""

    @classmethod
    def of(cls, pool: Pool) -> _Fields:
        names = pool.exposures.list()
        codes = pool.codes("filename").tolist()
        return cls(pool, {names[code]: row for row, code in enumerate(codes)})

    def __call__(self, association: Association) -> dict[str, str]:
        science = [
            member.exposure
            for member in association.members
            if member.exptype == "science" and member.exposure in self.rows
        ]
        rows = [self.rows[exposure] for exposure in science]

        def of(*attributes: str) -> list[str]:
            """Return the values of the science, each from the first attribute that is set."""
            values = (
                next(filter(None, (self.pool.value(row, name) for name in attributes)), "")
                for row in rows
            )
            text = NAMES.subarray_text if attributes == ("subarray",) else value_text
            return sorted({text(value) for value in values if value})

        # The rule says which elements count, where it says so.
        keys = sorted(name for name in association.signature if name.startswith("opt_elem"))
        elements = [[association.signature[key]] for key in keys if association.signature[key]]
        elements = elements or [of("filter", "band"), of("pupil", "grating")]
        subarray = "-".join(of("subarray"))
        attributes = {name: "-".join(of(name)) for name in WORDS.attributes & {*self.pool.columns}}
        return (
            dict.fromkeys(WORDS.attributes, "")
            | attributes
            | {
                name: attributes.get(placeholder.attribute, "")
                for name, placeholder in NAMES.placeholders.items()
                if placeholder.attribute
            }
            | {
                "program": association.program,
                "asn_id": association.asn_id,
                # At level 2 the field of the association has the number as the pool has it.
                "target": (
                    association.target
                    if association.level == 3
                    else NAMES.target_text("-".join(of("targetid")) or "000")
                ),
                "opt": optics_text(elements),
                "elements": elements_text(elements),
                "subarray": "" if subarray == "full" else subarray,
                "exposure": min(science, default=""),
                "product": _REFUSED.sub("", association.products[0].name),
            }
        )
