"""Give products different names where they would share one, so that none replaces another."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.associations.same_names import sharing_a_name
from asnsolve.errors import Problem
from asnsolve.name_texts import date_text, position_text, value_text
from asnsolve.phrases import and_more
from asnsolve.profiles import Profile

_PREFIXES = {"observation": "obs", "visit": "visit", "dither": "dither", "channel": "ch"}
"""Text before the value of a key, by key. Other values that are numbers follow the name of their
key."""

_NUMBER: Final = r"(-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)"

_NEAR: Final[Mapping[str, tuple[re.Pattern[str], Callable[..., str]]]] = MappingProxyType(
    {
        "sky": (re.compile(f"{_NUMBER} {_NUMBER}"), position_text),
        "time": (re.compile(f"{_NUMBER}(?: to {_NUMBER})?"), lambda first, _: date_text(first)),
        "pa": (re.compile(f"{_NUMBER}(?: to {_NUMBER})?"), lambda first, _: f"pa{int(first):03d}"),
    }
)
"""The keys by which exposures are near: what a range of their numbers is, and its text.

The text tells where the range begins.
"""


def with_distinct_names(
    associations: Sequence[Association], profile: Profile
) -> tuple[list[Association], tuple[Problem, ...]]:
    """Give products that share a name but not their members different names.

    Each name gets a suffix: the value of a key in which the products differ, or the values of
    several; the type of association or a number if no key tells them apart.

    Parameters
    ----------
    associations : sequence of Association
        The associations. Products of an association with several products keep their names.
    profile : Profile
        The mission.

    Returns
    -------
    associations : list of Association
        In the same order.
    notes : tuple of Problem
        One for each name that was given up.
    """
    renamed = list(associations)
    files_naming = _files_naming(associations)
    notes: list[Problem] = []
    for name, positions in sorted(sharing_a_name(associations).items()):
        sharing = [associations[position] for position in positions]
        if any(len(association.products) > 1 for association in sharing):
            continue
        suffixes, source = _suffixes(sharing, profile)
        for position, suffix in zip(positions, suffixes, strict=True):
            (product,) = renamed[position].products
            product = replace(product, name=f"{name}-{suffix}")
            renamed[position] = replace(renamed[position], products=(product,))
        verb = "are" if " and " in source else "is"
        what = f"{len(sharing)} products would be named {name}; {source} {verb} added: "
        advice = _advice(files_naming.get(name, ()))
        notes.append(Problem(what + ", ".join(suffixes), advice=advice))
    return renamed, tuple(notes)


def _files_naming(associations: Sequence[Association]) -> dict[str, list[str]]:
    """Find the association files that have a derived member, by the product it is made from."""
    files: dict[str, dict[str, None]] = defaultdict(dict)
    for association in associations:
        for member in association.members:
            if member.derived:
                # A derived member is named as its product, with a suffix such as _i2d or _cat.
                files[member.expname.rpartition("_")[0]][association.file_name] = None
    return {product: list(names) for product, names in files.items()}


def _advice(files: Sequence[str]) -> str:
    if not files:
        return ""
    return f"Edit the associations that still have the old name: {and_more(files[0], len(files))}."


def _suffixes(sharing: Sequence[Association], profile: Profile) -> tuple[list[str], str]:
    """Find a suffix for each association, all different, and name their source."""
    keys = list(_differing_keys(sharing))
    # One key is preferred to all of them together. Without keys all suffixes are empty.
    for combination in (*((key,) for key in keys), tuple(keys)):
        suffixes = [
            "-".join(_suffix(key, association.signature[key], profile) for key in combination)
            for association in sharing
        ]
        if len(set(suffixes)) == len(suffixes):
            return suffixes, " and ".join(key.replace("_", " ") for key in combination)
    types = [association.asn_type for association in sharing]
    if len(set(types)) == len(types):
        return types, "the type"
    return [str(number) for number in range(1, len(sharing) + 1)], "a number"


def _differing_keys(sharing: Sequence[Association]) -> Iterator[str]:
    """Yield the keys that all associations have, with more than one value."""
    signatures = [association.signature for association in sharing]
    for key in signatures[0]:
        values = {signature.get(key) for signature in signatures}
        if None not in values and len(values) > 1:
            yield key


def _suffix(key: str, value: str, profile: Profile) -> str:
    pattern, to_text = _NEAR.get(key.removesuffix("_together"), (None, str))
    found = None if pattern is None else pattern.fullmatch(value)
    if found is not None:
        return to_text(*(float(number or 0) for number in found.groups()))
    text = profile.names.subarray_text(value) if key == "subarray" else value_text(value)
    # The user asked for a key that has the name of an attribute, such as ``act_id``.
    is_bare = key in profile.words.attributes and text.isdigit()
    return f"{_PREFIXES.get(key, value_text(key) if is_bare else '')}{text}"
