"""Association files of earlier calls: recognized, continued, and mentioned, but not replaced.

An association is recognized by its type, its products and their members. Where the name of its file
is taken by another association, the number goes on; where the name of its product is taken, and
the product is named after a candidate that `associate` made up, so does the id of the candidate.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Final

from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.present_files import present_associations, present_names
from asnsolve.errors import Location, NamingError, Problem
from asnsolve.phrases import and_more
from asnsolve.profiles import FileName
from asnsolve.profiles.jwst import NAMES

_MADE_UP: Final = re.compile(r"c1\d{3}")
"""Ids of candidates that tie observations for a call."""

_ID_IN_NAME: Final = re.compile(r"(?<=-)c1\d{3}(?=_)")
_TIES: Final = 3
"""Ids that a call may use: c1000, c1001 and c1002, then c1003, ..."""

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Continued:
    """Associations under names that replace nothing.

    Parameters
    ----------
    associations : tuple of Association
        The associations, in the same order.
    notes : tuple of Problem
        What is continued, which files are of other calls, and products of one name.
    """

    associations: tuple[Association, ...]
    notes: tuple[Problem, ...]


def continued(
    associations: Sequence[Association], directory: Path, *, replacing: bool = False
) -> Continued:
    """Give associations names that no other association of a directory has.

    Parameters
    ----------
    associations : sequence of Association
        The associations that go there, with the names that they have in an empty directory.
    directory : Path
        The directory; it need not exist.
    replacing : bool
        Whether the names of other associations may be taken.

    Returns
    -------
    Continued
        The same associations. Those that are there already have the names that they have there.
    """
    present = present_associations(directory, {one.program for one in associations})
    earlier: dict[_Key, list[Association]] = defaultdict(list)
    for association in present:
        earlier[_key(association)].append(association)
    placed: dict[int, Association] = {}
    recognized: set[str] = set()
    for position, association in enumerate(associations):
        same = [one for one in earlier[_key(association)] if one.file_name not in recognized]
        if same:
            # The name that it would have anyway comes first, if there are several.
            found = min(same, key=lambda one: one.file_name != association.file_name)
            placed[position] = _named_as(association, found)
            recognized.add(found.file_name)
    others = [one for one in present if one.file_name not in recognized]
    new = {n: one for n, one in enumerate(associations) if n not in placed}
    notes: list[Problem] = []
    if not replacing:
        new, renamed = _with_free_ids(new, others)
        notes += renamed
    taken = recognized | (set() if replacing else present_names(directory))
    natural = {position: association.file_name for position, association in new.items()}
    placed |= _with_free_numbers(new, taken)
    final = tuple(placed[position] for position in range(len(associations)))
    moved = [
        (natural[position], final[position].file_name)
        for position in natural
        if natural[position] != final[position].file_name
    ]
    written = {association.file_name for association in final}
    rest = [one for one in others if one.file_name not in written]
    notes += [
        *_number_note(moved, directory),
        *_rest_note(final, rest, directory),
        *_product_notes(final, rest, directory),
    ]
    return Continued(final, tuple(notes))


def _key(association: Association) -> _Key:
    """Return what an association is recognized by: names without directory, and no made-up id."""
    made_up = _MADE_UP.fullmatch(association.asn_id)
    return (
        association.program,
        association.asn_type,
        "" if made_up else association.asn_id,
        association.version_id,
        tuple(
            (
                _ID_IN_NAME.sub("", product.name),
                tuple(sorted((_plain(member), member.exptype) for member in product.members)),
            )
            for product in association.products
        ),
    )


def _plain(member: Member) -> str:
    return _ID_IN_NAME.sub("", PurePath(member.expname).name)


def _named_as(association: Association, present: Association) -> Association:
    """Return an association under the names that it has in a directory."""
    ids = {association.asn_id: present.asn_id}
    for ours, theirs in zip(association.products, present.products, strict=True):
        their_names = {_plain(member): PurePath(member.expname).name for member in theirs.members}
        for member in ours.members:
            if member.derived:
                ids |= _ids_of(member.expname, their_names[_plain(member)])
    return replace(_with_ids(association, ids), file_name=present.file_name)


def _ids_of(ours: str, theirs: str) -> dict[str, str]:
    return dict(zip(_ID_IN_NAME.findall(ours), _ID_IN_NAME.findall(theirs), strict=True))


def _with_ids(association: Association, ids: Mapping[str, str]) -> Association:
    """Exchange the made-up ids of an association."""
    changed = {old: new for old, new in ids.items() if old != new and _MADE_UP.fullmatch(old)}
    if not changed:
        return association
    # Replace all ids in one pass, because a new id may be the old id of another exposure.
    anywhere = re.compile(rf"\b({'|'.join(changed)})\b")

    def text(old: str) -> str:
        return anywhere.sub(lambda match: changed[match[1]], old)

    def in_name(old: str) -> str:
        return _ID_IN_NAME.sub(lambda match: changed.get(match[0], match[0]), old)

    def member(old: Member) -> Member:
        candidate = None if old.asn_candidate is None else text(old.asn_candidate)
        return replace(
            old,
            expname=in_name(old.expname) if old.derived else old.expname,
            asn_candidate=candidate,
        )

    products = tuple(
        Product(in_name(product.name), tuple(map(member, product.members)))
        for product in association.products
    )
    return replace(
        association,
        asn_id=changed.get(association.asn_id, association.asn_id),
        constraints=text(association.constraints),
        file_name=in_name(association.file_name),
        products=products,
    )


def _with_free_ids(
    new: Mapping[int, Association], others: Sequence[Association]
) -> tuple[dict[int, Association], list[Problem]]:
    """Exchange made-up ids whose products would have the names of products of other calls."""
    theirs = {product.name for one in others for product in one.products}
    clashing = {
        (association.program, association.asn_id)
        for association in new.values()
        for product in association.products
        if product.name in theirs and association.asn_id in _ID_IN_NAME.findall(product.name)
    }
    used = {(one.program, one.asn_id) for one in (*others, *new.values())}
    ids: dict[str, dict[str, str]] = defaultdict(dict)
    notes = []
    for program, asn_id in sorted(clashing):
        # One call uses up to three ids in a row, so ids of several calls stay apart.
        free = int(asn_id[1:])
        while (program, f"c{free}") in used:
            free += _TIES
        ids[program][asn_id] = f"c{free}"
        used.add((program, f"c{free}"))
        what = (
            f"there are products of candidate {asn_id} from an earlier call, so it is c{free} in "
            "this one"
        )
        notes.append(Problem(what, Location(program=program)))
    renamed = {
        n: _with_ids(association, ids[association.program]) for n, association in new.items()
    }
    return renamed, notes


def _with_free_numbers(new: Mapping[int, Association], taken: set[str]) -> dict[int, Association]:
    """Give files whose names are taken the numbers after all that are in use."""
    names = set(taken)
    last: dict[FileName, int] = defaultdict(int)
    for name in names:
        parts = _parts(name)
        if parts is not None:
            kind = replace(parts, number=0)
            last[kind] = max(parts.number, last[kind])
    placed = {}
    for position, association in new.items():
        name, parts = association.file_name, _parts(association.file_name)
        # A name that has no number stays, and is refused when it is written.
        if name in names and parts is not None:
            kind = replace(parts, number=0)
            number = last[kind] + 1
            name = NAMES.file_name(
                parts.program,
                parts.asn_id,
                parts.asn_type,
                number,
                parts.digits,
                version_id=parts.version_id,
            )
        parts = _parts(name)
        if parts is not None:
            kind = replace(parts, number=0)
            last[kind] = max(parts.number, last[kind])
        names.add(name)
        placed[position] = replace(association, file_name=name)
    return placed


def _parts(name: str) -> FileName | None:
    try:
        return NAMES.parse_file_name(name)
    except NamingError:
        return None


def _number_note(moved: Sequence[tuple[str, str]], directory: Path) -> Iterator[Problem]:
    if moved:
        (old, new), count = moved[0], len(moved)
        what = (
            "new files have the next free numbers, because files with other content have their "
            f"names: {and_more(f'{new} instead of {old}', count)}"
        )
        advice = "Use --replace (in Python replace=True) to replace the files that are there."
        yield Problem(what, Location(str(directory)), advice=advice)


def _rest_note(
    associations: Sequence[Association], rest: Sequence[Association], directory: Path
) -> Iterator[Problem]:
    """Mention files of other calls that a pattern such as ``*_image2_*`` would take as well."""
    types = {(one.program, one.asn_type) for one in associations}
    files = [one.file_name for one in rest if (one.program, one.asn_type) in types]
    if files:
        what = "other association files of the same types are already in this directory"
        yield Problem(f"{what}: {and_more(files[0], len(files))}", Location(str(directory)))


def _product_notes(
    associations: Sequence[Association], rest: Sequence[Association], directory: Path
) -> Iterator[Problem]:
    """Mention products that the pipeline would write over one another."""
    files: dict[str, list[str]] = defaultdict(list)
    for one in rest:
        for product in one.products:
            files[product.name].append(one.file_name)
    shared = {
        product.name: (association.file_name, files[product.name][0])
        for association in associations
        for product in association.products
        if product.name in files
    }
    if shared:
        name, (ours, theirs) = next(iter(shared.items()))
        what = (
            "product names that other association files have too: "
            f"{and_more(f'{name} (in {ours} and {theirs})', len(shared))}"
        )
        advice = "The pipeline would overwrite one with the other: use another --output_dir."
        yield Problem(what, Location(str(directory)), advice=advice)
