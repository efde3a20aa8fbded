"""Templates of product names: checked when a rule is loaded, filled when a product is named.

A template holds placeholders in braces. A part in brackets is left out when its placeholder is
empty: ``jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{slit}]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Location, NamingError, Problem, RuleError
from asnsolve.name_texts import subarray_text, value_text
from asnsolve.naming import LEFT_TO_PIPELINE, PRODUCT_SHAPE, check_parts, parse_product_name
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

EXPOSURE_NAME: Final = "{exposure}"
"""The template of a product that has the name of its science exposure."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What a placeholder stands for.

    Parameters
    ----------
    says : str
        What is put in its place.
    attribute : str
        The attribute whose value it tells; empty if it tells none, or several.
    clauses : str
        How the names of the clauses begin whose values it tells; empty if it tells no clause.
    """

    says: str
    attribute: str = ""
    clauses: str = ""


PLACEHOLDERS: Final[Mapping[str, Placeholder]] = MappingProxyType(
    {
        "program": Placeholder("program number, from `program_text`", "program"),
        "asn_id": Placeholder("candidate id, as o001 or c1000; a3001 where discovered"),
        "target": Placeholder("target that the members share, from `target_text`", "targetid"),
        "instrument": Placeholder("instrument of the members", "instrume"),
        "opt": Placeholder(
            "optical elements of the members except clear ones, from `optics_text`",
            clauses="opt_elem",
        ),
        "elements": Placeholder(
            "optical elements of the members, from `elements_text`", clauses="opt_elem"
        ),
        "slit": Placeholder("slits of the members; may be empty", "fxd_slit"),
        "subarray": Placeholder(
            "subarray of the members, if it is not the full one; may be empty", "subarray"
        ),
        "detector": Placeholder("detector of the members", "detector"),
        "activity": Placeholder("activity of the members, two digits or more", "act_id"),
        "exposure": Placeholder("name of the science exposure's file, without stage"),
    }
)
"""The placeholders that a template of a product name may hold."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OPTION = re.compile(r"\[([^\[\]]*)\]")
_SEGMENT = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|[^\[{]+")
_SAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in PLACEHOLDERS}
    | {"program": "00009", "asn_id": "o001", "target": "t001", "subarray": "subarray_soss"}
)
_AS_IT_IS: Final[Mapping[str, str]] = MappingProxyType(
    {name: f"{{{name}}}" for name in LEFT_TO_PIPELINE}
)


def check_template(template: str, rule: str) -> None:
    """Refuse a product name template whose names could not be read back.

    Parameters
    ----------
    template : str
        A template with `PLACEHOLDERS` and `LEFT_TO_PIPELINE`, as
        ``jw{program}-{asn_id}_{target}_{instrument}_{opt}``; or `EXPOSURE_NAME`.
    rule : str
        Name of the rule, for the message.

    Raises
    ------
    RuleError
        If the template holds an unknown placeholder, leaves out the program or the id, or does
        not follow the convention.
    """
    if template == EXPOSURE_NAME:
        return
    where = Location(rule=rule)
    names = dict.fromkeys(_PLACEHOLDER.findall(template))
    known = [*PLACEHOLDERS, *LEFT_TO_PIPELINE]
    problems = [
        Problem(
            f"product name template asks for {quoted(name)}",
            where,
            expected=f"one of {', '.join(known)}",
            advice=did_you_mean(name, known),
        )
        for name in names
        if name not in known
    ]
    problems += [
        Problem(f"product name template {quoted(template)} leaves out {{{name}}}", where)
        for name in ("program", "asn_id")
        if name not in names
    ]
    if not problems and not _reads_back(template):
        what = f"product name template {quoted(template)} does not follow the convention"
        problems = [Problem(what, where, expected=PRODUCT_SHAPE)]
    if problems:
        raise RuleError(problems)


def _reads_back(template: str) -> bool:
    """Tell whether every value put into the template is read back from its own part of the name."""
    # Brackets make a template two: with slit and subarray, and without.
    for samples in (_SAMPLES, {**_SAMPLES, "slit": "", "subarray": ""}):
        try:
            name = parse_product_name(_filled(template, {**samples, **_AS_IT_IS}))
        except NamingError:
            return False
        parts = [part for part in asdict(name) if f"{{{part}}}" in template]
        # Program and id must be read back alone; other parts may have a neighbour.
        exact = (name.program, name.asn_id) == (samples["program"], samples["asn_id"])
        if not exact or not all(samples[part] in (getattr(name, part) or "") for part in parts):
            return False
    return True


def _filled(template: str, texts: Mapping[str, str]) -> str:
    """Put texts in the place of placeholders, and drop the brackets whose placeholder is empty."""

    def option(match: re.Match[str]) -> str:
        return match[1] if all(texts[name] for name in _PLACEHOLDER.findall(match[1])) else ""

    whole = _OPTION.sub(option, template)
    return _PLACEHOLDER.sub(lambda match: _text_or_empty_value(texts[match[1]]), whole)


def _text_or_empty_value(text: str) -> str:
    """Return what an empty placeholder outside of brackets becomes; any other text stays."""
    return text or value_text(text)


def segments(template: str) -> tuple[str, ...]:
    """Cut a template into pieces that are filled one by one and then joined.

    Parameters
    ----------
    template : str
        A template that `check_template` accepts.

    Returns
    -------
    tuple of str
        Each is a text without placeholders, a placeholder, or a part in brackets.
    """
    # Pieces are filled apart, so that a caller can fill each one once per distinct value of its
    # placeholders instead of once per association.
    pieces = _SEGMENT.findall(template) if template != EXPOSURE_NAME else [template]
    return tuple(pieces)


def placeholders_in(segment: str) -> tuple[str, ...]:
    """List the placeholders that asnsolve fills, not the pipeline.

    Parameters
    ----------
    segment : str
        A template or a piece of one.

    Returns
    -------
    tuple of str
        Their names, in order.
    """
    return tuple(name for name in _PLACEHOLDER.findall(segment) if name not in LEFT_TO_PIPELINE)


def fill(segment: str, fields: Mapping[str, str]) -> str:
    """Fill one of the `segments` of a template.

    Parameters
    ----------
    segment : str
        The piece.
    fields : mapping of str to str
        As for `product_name`.

    Returns
    -------
    str
        A part of the product name.
    """
    if segment == EXPOSURE_NAME and "exposure" in fields:
        return fields["exposure"]
    texts = {name: _text_of(name)(text) if text else "" for name, text in fields.items()}
    name = _filled(segment, {**_AS_IT_IS, **texts})
    parts = {part: _text_or_empty_value(texts[part]) for part in placeholders_in(segment)}
    check_parts("product name", name, parts)
    return name


def _text_of(placeholder: str) -> Callable[[str], str]:
    """Return the function that makes values fit for a placeholder."""
    return subarray_text if placeholder == "subarray" else value_text


def product_name(template: str, fields: Mapping[str, str]) -> str:
    """Name a product, so that `parse_product_name` reads the fields back.

    Parameters
    ----------
    template : str
        A template that `check_template` accepts.
    fields : mapping of str to str
        A text for each of the `PLACEHOLDERS` in the template. `value_text` makes it fit; only the
        name of an exposure is taken as it is.

    Returns
    -------
    str
        The product name.

    Raises
    ------
    NamingError
        If a field is missing, the id is not valid (`is_asn_id`), or the program or target does
        not come from its function. Nothing else that a pool can hold is refused.
    """
    known = [*_AS_IT_IS, *fields]
    missing = [name for name in _PLACEHOLDER.findall(template) if name not in known]
    if missing:
        what = f"product name template {quoted(template)} asks for {', '.join(missing)}"
        raise NamingError(Problem(what, expected=f"one of {', '.join(known)}"))
    return "".join(fill(segment, fields) for segment in segments(template))
