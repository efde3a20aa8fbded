"""Templates of product names: checked when a rule is loaded, filled when it makes a product.

A template holds placeholders in braces. What stands in brackets vanishes where the placeholder in
it has nothing to say: ``jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{slit}]``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Final

from asnsolve.errors import Location, NamingError, Problem, RuleError
from asnsolve.naming import (
    LEFT_TO_PIPELINE,
    PRODUCT_SHAPE,
    check_parts,
    parse_product_name,
    quoted,
    value_text,
)
from asnsolve.suggest import did_you_mean

__all__ = [
    "EXPOSURE_NAME",
    "PLACEHOLDERS",
    "asked",
    "check_template",
    "fill",
    "product_name",
    "segments",
]

EXPOSURE_NAME: Final = "{exposure}"
"""The template of a product that is named as its science exposure is."""

PLACEHOLDERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "program": "program number, from `program_text`",
        "asn_id": "candidate id, as o001 or c1000; a3001 where discovered",
        "target": "target that the members share, from `target_text`",
        "instrument": "instrument of the members",
        "opt": "optical elements of the members but those that are clear, from `optics_text`",
        "elements": "optical elements of the members, from `elements_text`",
        "slit": "slits of the members; may be empty",
        "subarray": "subarray of the members, if it is not the full one; may be empty",
        "detector": "detector of the members",
        "activity": "activity of the members, two digits or more",
        "exposure": "name of the science exposure's file, without stage",
    }
)
"""What a product name template may ask for, and what is put there."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OPTION = re.compile(r"\[([^\[\]]*)\]")
_SEGMENT = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|[^\[{]+")
_SAMPLES: Final[Mapping[str, str]] = MappingProxyType(
    {name: name for name in PLACEHOLDERS} | {"program": "00009", "asn_id": "o001", "target": "t001"}
)
_AS_IT_IS: Final[Mapping[str, str]] = MappingProxyType(
    {name: f"{{{name}}}" for name in LEFT_TO_PIPELINE}
)


def check_template(template: str, rule: str) -> None:
    """Refuse a product name template whose names could not be read back.

    Parameters
    ----------
    template : str
        Of `PLACEHOLDERS` and `LEFT_TO_PIPELINE`, as
        ``jw{program}-{asn_id}_{target}_{instrument}_{opt}``; or `EXPOSURE_NAME`.
    rule : str
        Name of the rule, for the message.

    Raises
    ------
    RuleError
        If the template asks for something unknown, leaves out the program or the id, or does not
        follow the convention.
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
    """Whether each value put into the template is found again in its own part of the name."""
    for samples in (_SAMPLES, {**_SAMPLES, "slit": "", "subarray": ""}):
        try:
            found = parse_product_name(_filled(template, {**samples, **_AS_IT_IS}))
        except NamingError:
            return False
        told = [part for part in asdict(found) if f"{{{part}}}" in template]
        alone = (found.program, found.asn_id) == (samples["program"], samples["asn_id"])
        if not alone or not all(samples[part] in (getattr(found, part) or "") for part in told):
            return False
    return True


def _filled(template: str, texts: Mapping[str, str]) -> str:
    def option(match: re.Match[str]) -> str:
        return match[1] if all(texts[name] for name in _PLACEHOLDER.findall(match[1])) else ""

    whole = _OPTION.sub(option, template)
    return _PLACEHOLDER.sub(lambda placeholder: _said(texts[placeholder[1]]), whole)


def _said(text: str) -> str:
    """Return what stands in a name where a placeholder outside of brackets has nothing to say."""
    return text or value_text(text)


def segments(template: str) -> tuple[str, ...]:
    """Cut a template into texts that are filled one by one and then joined.

    Each is a text without placeholders, a placeholder, or all that stands in brackets.
    """
    found = _SEGMENT.findall(template) if template != EXPOSURE_NAME else [template]
    return tuple(found)


def asked(segment: str) -> tuple[str, ...]:
    """Return the placeholders of a text that are filled when a product is named."""
    return tuple(name for name in _PLACEHOLDER.findall(segment) if name not in LEFT_TO_PIPELINE)


def fill(segment: str, fields: Mapping[str, str]) -> str:
    """Fill one of the `segments` of a template; see `product_name`."""
    if segment == EXPOSURE_NAME and "exposure" in fields:
        return fields["exposure"]
    texts = {name: value_text(text) if text else "" for name, text in fields.items()}
    name = _filled(segment, {**_AS_IT_IS, **texts})
    parts = {part: _said(texts[part]) for part in asked(segment)}
    check_parts("product name", name, parts)
    return name


def product_name(template: str, fields: Mapping[str, str]) -> str:
    """Name a product, so that `parse_product_name` gets the (fitted) fields back.

    Parameters
    ----------
    template : str
        A template that `check_template` lets pass.
    fields : mapping of str to str
        For each of the `PLACEHOLDERS` that the template asks for, a text; `value_text` makes it
        fit, but for the exposure, whose name is taken as it is.

    Raises
    ------
    NamingError
        If a field is not given, the id is not one (`is_asn_id`), or the program or target does not
        come from its function. Nothing else that a pool can hold is refused.
    """
    known = [*_AS_IT_IS, *fields]
    missing = [name for name in _PLACEHOLDER.findall(template) if name not in known]
    if missing:
        what = f"product name template {quoted(template)} asks for {', '.join(missing)}"
        raise NamingError(Problem(what, expected=f"one of {', '.join(known)}"))
    return "".join(fill(segment, fields) for segment in segments(template))
