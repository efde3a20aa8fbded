"""Products of one name, told apart: one would take the place of the other on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from asnsolve.associations.association import Association
from asnsolve.errors import Problem
from asnsolve.naming import exposure_of, value_text

__all__ = ["with_distinct_names"]

_WORDS = {"observation": "obs", "visit": "visit", "dither": "dither"}
"""What stands before a value that says nothing by itself."""


def with_distinct_names(
    associations: Sequence[Association],
) -> tuple[list[Association], tuple[Problem, ...]]:
    """Give products of one name and different members different names.

    What tells the members apart is added to the name: the value of a key of which they have
    different ones, or of several; a number where no key differs.

    Returns
    -------
    associations : list of Association
        In the same order.
    notes : tuple of Problem
        What was done.
    """
    sharing: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(associations):
        for product in one.products:
            sharing[product.name].append(number)
    found = list(associations)
    naming = _naming(associations)
    notes: list[Problem] = []
    for name, numbers in sorted(sharing.items()):
        alike = [associations[number] for number in numbers]
        if len({_exposures(one) for one in alike}) < 2 or any(len(a.products) > 1 for a in alike):
            continue
        words, how = _told_apart(alike)
        for number, word in zip(numbers, words, strict=True):
            (product,) = found[number].products
            found[number] = replace(
                found[number], products=(replace(product, name=f"{name}-{word}"),)
            )
        what = f"{len(alike)} products would be named {name}; {how} is added: {', '.join(words)}"
        notes.append(Problem(what, advice=_still_named(naming.get(name, ()))))
    return found, tuple(notes)


def _naming(associations: Sequence[Association]) -> dict[str, list[str]]:
    """Find the associations that have what a product becomes as a member, by the product."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for one in associations:
        for member in one.members:
            if member.derived:
                found[member.expname.rpartition("_")[0]][one.file_name] = None
    return {product: list(files) for product, files in found.items()}


def _still_named(files: Sequence[str]) -> str:
    if not files:
        return ""
    return f"Associations that name it as it was: {len(files)}, the first {files[0]}. Edit them."


def _exposures(association: Association) -> frozenset[tuple[str, str]]:
    return frozenset((exposure_of(m.expname), m.exptype) for m in association.members)


def _told_apart(alike: Sequence[Association]) -> tuple[list[str], str]:
    """Find a word for each association, all different, and say what the words are."""
    keys = list(_differing(alike))
    for chosen in (*((key,) for key in keys), tuple(keys)):
        words = ["-".join(_word(key, one.signature[key]) for key in chosen) for one in alike]
        if chosen and len(set(words)) == len(words):
            return words, " and ".join(key.replace("_", " ") for key in chosen)
    if len({one.asn_type for one in alike}) == len(alike):
        return [one.asn_type for one in alike], "the type"
    return [str(number) for number in range(1, len(alike) + 1)], "a number"


def _differing(alike: Sequence[Association]) -> Iterator[str]:
    """Give the keys that all have, and of which they have different values."""
    for key in alike[0].signature:
        if all(key in one.signature for one in alike) and (
            len({one.signature[key] for one in alike}) > 1
        ):
            yield key


def _word(key: str, value: str) -> str:
    return f"{_WORDS.get(key, '')}{value_text(value)}"
