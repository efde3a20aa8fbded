"""What is not named or written the way the archive does it; the pipelines do not mind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from asnsolve.associations.faults import Fault, fault
from asnsolve.associations.meaning_checks import science_of
from asnsolve.associations.shape_checks import in_words
from asnsolve.errors import NamingError
from asnsolve.profiles import FileNames, Profile, default_profile
from asnsolve.shown_values import quoted

_KEPT: Final = ("asn_type", "rule", "program")
_KEPT_AT_LEVEL3: Final = ("asn_id", "target", "asn_pool")
"""Attributes in files of the archive; at level 2, other programs leave some of them out."""

_TEXTS: Final = ("asn_id", "target", "code_version", "degraded_status", "constraints")
_TEXTS_OR_NULL: Final = ("version_id", "exposerr", "asn_candidate")


def name_faults(
    data: Mapping[str, Any],
    file: str | None,
    profile: Profile,
    *,
    is_level2: bool,
    product_names: bool,
) -> Iterator[Fault]:
    """Find what is not named or written the way the archive does it.

    Parameters
    ----------
    data : mapping
        The association, of the right shape.
    file : str or None
        Its file; None if it has none.
    profile : Profile
        The mission.
    is_level2 : bool
        Whether its products are of level 2.
    product_names : bool
        Whether product names must follow the convention.

    Yields
    ------
    Fault
        All of them remarks.
    """
    fields, names = profile.fields, profile.names
    keys, kept = fields.keys, _KEPT if is_level2 else (*_KEPT, *_KEPT_AT_LEVEL3)
    of_association = fields.association_at(2 if is_level2 else 3)
    constants = [field.key for field in of_association if field.constant]
    held = {field.holds: field.key for field in of_association}
    wanted = [*(held[name] for name in kept if name in held), *constants]
    missing = [key for key in wanted if key not in data]
    if missing:
        yield fault("remark", "lacks", f"the association lacks {', '.join(missing)}")
    yield from _kind_faults("", data, keys)
    key = keys["program"]
    program = data.get(key)
    if program is not None and program != names.program_text(program):
        what = f"{key} is {quoted(program)}"
        yield fault("remark", key, what, names.program_text(program))
    for number, product in enumerate(data["products"]):
        at = f"products[{number}]"
        if product_names and "name" not in product:
            yield fault("remark", "lacks name", f"{at} lacks name")
        # Other missions may name the products of level 2 in any way.
        elif product_names and is_level2 and profile == default_profile():
            yield from _exposure_name(at, product, profile.files)
        elif product_names and not is_level2:
            yield from _combined_name(at, product["name"], data, profile)
        for position, member in enumerate(product["members"]):
            there = f"{at}.members[{position}]"
            yield from _kind_faults(f"{there}.", member, keys)
    if file is not None:
        yield from _file_faults(data, file, profile)


def _kind_faults(at: str, data: Mapping[str, Any], keys: Mapping[str, str]) -> Iterator[Fault]:
    """Find values that are not text where the archive writes text."""
    for name in (*_TEXTS, *_TEXTS_OR_NULL):
        key = keys.get(name)
        if key is None or key not in data or isinstance(data[key], str):
            continue
        if data[key] is None and name in _TEXTS_OR_NULL:
            continue
        expected = "text or null" if name in _TEXTS_OR_NULL else "text"
        yield fault("remark", f"type {key}", f"{at}{key} is {in_words(data[key])}", expected)


def _exposure_name(at: str, product: Mapping[str, Any], files: FileNames) -> Iterator[Fault]:
    """Compare the name of a level 2 product with its science exposures."""
    expected = sorted({Path(files.root_of(name)).name for name in science_of(product)})
    if expected and Path(product["name"]).name not in expected:
        what = f"{at}.name is {quoted(product['name'])}"
        wanted = " or ".join(expected)
        yield fault("remark", "product name", what, f"that of its science member, {wanted}")


def _combined_name(
    at: str, text: str, data: Mapping[str, Any], profile: Profile
) -> Iterator[Fault]:
    """Read the name of a level 3 product, and compare it with the association."""
    try:
        name = profile.names.parse_product_name(text)
    except NamingError as error:
        for problem in error.problems:
            yield fault("remark", "product name", f"{at}: {problem.what}", problem.expected)
        return
    parts = {"program": name.program, "asn_id": name.asn_id}
    yield from _disagreements(f"{at}.name", parts, data, profile.fields.keys)


def _file_faults(data: Mapping[str, Any], file: str, profile: Profile) -> Iterator[Fault]:
    try:
        name = profile.names.parse_file_name(Path(file).name)
    except NamingError as error:
        for problem in error.problems:
            yield fault("remark", "file name", problem.what, problem.expected)
        return
    parts = {"program": name.program, "asn_id": name.asn_id, "asn_type": name.asn_type}
    parts_and_version = parts | {"version_id": name.version_id}
    yield from _disagreements("the file name", parts_and_version, data, profile.fields.keys)


def _disagreements(
    at: str,
    parts: Mapping[str, str | None],
    data: Mapping[str, Any],
    keys: Mapping[str, str],
) -> Iterator[Fault]:
    """Compare the parts of a name with the fields of the association, ignoring case."""
    # The files of a mission may have no version.
    compared = {name: text for name, text in parts.items() if name in keys}
    for name, text in compared.items():
        key = keys[name]
        value = data.get(key)
        # A key that is missing contradicts nothing; a version that is missing does.
        if value is None and name != "version_id":
            continue
        if str(value or "").lower() != (text or ""):
            what = f"{at} has {key} {in_words(text)}, but the association has {in_words(value)}"
            where = "file name" if at == "the file name" else "product name"
            yield fault("remark", f"{where} says {key}", what)
