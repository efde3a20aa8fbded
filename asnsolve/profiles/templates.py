"""Templates of product names: checked when a rule is loaded, filled when a product is named.

A template holds placeholders in braces. A part in brackets is left out when its placeholder is
empty: ``jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{slit}]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Final

from asnsolve.errors import Location, NamingError, Problem, RuleError
from asnsolve.name_texts import value_text
from asnsolve.profiles.naming import Names
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

EXPOSURE_NAME: Final = "{exposure}"
"""The template of a product that has the name of its science exposure."""


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_OPTION = re.compile(r"\[([^\[\]]*)\]")
_SEGMENT = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|[^\[{]+")


def check_template(template: str, rule: str, names: Names) -> None:
    """Refuse a product name template whose names could not be read back.

    Parameters
    ----------
    template : str
        A template with placeholders of the mission, as
        ``jw{program}-{asn_id}_{target}_{instrument}_{opt}``; or `EXPOSURE_NAME`.
    rule : str
        Name of the rule, for the message.
    names : Names
        How the mission names products.

    Raises
    ------
    RuleError
        If the template holds an unknown placeholder, leaves out the program or the id, or does
        not follow the convention.
    """
    if template == EXPOSURE_NAME:
        return
    where = Location(rule=rule)
    asked = dict.fromkeys(_PLACEHOLDER.findall(template))
    known = [*names.placeholders, *names.left_to_pipeline]
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
    problems = problems or list(_bad_samples(asked, names, where))
    if not problems and not _reads_back(template, names):
        what = f"product name template {quoted(template)} does not follow the convention"
        problems = [Problem(what, where, expected=names.product_shape)]
    if problems:
        raise RuleError(problems)


def _samples(names: Names) -> dict[str, str]:
    """Return an example text for each placeholder."""
    return {**{name: name for name in names.placeholders}, "asn_id": "o001", **names.samples}


def _bad_samples(asked: Iterable[str], names: Names, where: Location) -> Iterator[Problem]:
    """Find example texts that do not fit their part of a name."""
    samples = _samples(names)
    for name in asked:
        if name in ("program", "asn_id", "target", "instrument") and name in samples:
            try:
                names.check_parts("the example", samples[name], {name: samples[name]})
            except NamingError as error:
                what = f"the example text {quoted(samples[name])} of {{{name}}} cannot be in a name"
                advice = f"Give Names an example that can: samples={{{name!r}: ...}}."
                yield Problem(what, where, error.problems[0].expected, advice)


def _reads_back(template: str, names: Names) -> bool:
    """Tell whether every value put into the template is read back from its own part of the name."""
    samples = _samples(names)
    # Brackets make a template two: with the placeholders in them, and without.
    empty = dict.fromkeys(_PLACEHOLDER.findall("".join(_OPTION.findall(template))), "")
    for texts in (samples, {**samples, **empty}):
        try:
            name = names.parse_product_name(_filled(template, {**texts, **_as_it_is(names)}))
        except NamingError:
            return False
        parts = [part for part in asdict(name) if f"{{{part}}}" in template]
        # Program and id must be read back alone; other parts may have a neighbour.
        exact = (name.program, name.asn_id) == (texts["program"], texts["asn_id"])
        if not exact or not all(texts[part] in (getattr(name, part) or "") for part in parts):
            return False
    return True


def _as_it_is(names: Names) -> dict[str, str]:
    """Return the placeholders that the pipeline fills, which names keep."""
    return {name: f"{{{name}}}" for name in names.left_to_pipeline}


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


def placeholders_in(segment: str, names: Names) -> tuple[str, ...]:
    """List the placeholders that asnsolve fills, not the pipeline.

    Parameters
    ----------
    segment : str
        A template or a piece of one.
    names : Names
        How the mission names products.

    Returns
    -------
    tuple of str
        Their names, in order.
    """
    left = names.left_to_pipeline
    return tuple(name for name in _PLACEHOLDER.findall(segment) if name not in left)


def fill(segment: str, fields: Mapping[str, str], names: Names) -> str:
    """Fill one of the `segments` of a template.

    Parameters
    ----------
    segment : str
        The piece.
    fields : mapping of str to str
        As for `product_name`.
    names : Names
        How the mission names products.

    Returns
    -------
    str
        A part of the product name.
    """
    if segment == EXPOSURE_NAME and "exposure" in fields:
        return fields["exposure"]
    texts = {name: _text_of(name, names)(text) if text else "" for name, text in fields.items()}
    name = _filled(segment, {**_as_it_is(names), **texts})
    parts = {part: _text_or_empty_value(texts[part]) for part in placeholders_in(segment, names)}
    names.check_parts("product name", name, parts)
    return name


def _text_of(placeholder: str, names: Names) -> Callable[[str], str]:
    """Return the function that makes values fit for a placeholder."""
    return names.subarray_text if placeholder == "subarray" else value_text


def product_name(template: str, fields: Mapping[str, str], names: Names) -> str:
    """Name a product, so that `Names.parse_product_name` reads the fields back.

    Parameters
    ----------
    template : str
        A template that `check_template` accepts.
    fields : mapping of str to str
        A text for each of the placeholders in the template. `value_text` makes it fit; only the
        name of an exposure is taken as it is.
    names : Names
        How the mission names products.

    Returns
    -------
    str
        The product name.

    Raises
    ------
    NamingError
        If a field is missing, the id is not valid (`Names.is_asn_id`), or the program or target
        does not come from its function. Nothing else that a pool can hold is refused.
    """
    known = [*names.left_to_pipeline, *fields]
    missing = [name for name in _PLACEHOLDER.findall(template) if name not in known]
    if missing:
        what = f"product name template {quoted(template)} asks for {', '.join(missing)}"
        raise NamingError(Problem(what, expected=f"one of {', '.join(known)}"))
    return "".join(fill(segment, fields, names) for segment in segments(template))
