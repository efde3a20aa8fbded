"""What the keys of association files hold: one mapping that every way of writing them reads.

The profile says which keys files have, and the attribute that each of them holds. Here is the
column of the association table from which each attribute comes. Lines of JSON and objects are both
made from the columns, and objects are written from the attributes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from asnsolve.associations.association import Association, Member, code_version
from asnsolve.associations.association_table import AssociationTable
from asnsolve.associations.text_columns import Column, TextColumn
from asnsolve.pool.texts import Texts
from asnsolve.profiles import FILE_ENDING, OF_EXPOSURES, FileField
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints

UNSET = "not set for any"
"""Text for a key for which no member has a value."""

_SOUND = "No known degraded exposures in association."


Maker = Callable[[AssociationTable, Rule, Ints], Column]
"""Takes the table and k of its associations, or of its members, all of one rule; returns the texts.

A single column may miss texts, which are null in JSON and None in objects.
"""


def degraded_status(rule: Rule | None, *, degraded: bool) -> str:
    """Return the sentence about exposure errors.

    Parameters
    ----------
    rule : Rule or None
        Rule of the association, whose base words the sentence; None for an association without a
        known rule.
    degraded : bool
        Whether a member has an exposure error.

    Returns
    -------
    str
    """
    return rule.base.degraded if degraded and rule is not None else _SOUND


def _optional(text: str | None, count: int) -> Column:
    """Repeat a text that may be missing."""
    if text is None:
        return [TextColumn(np.full(count, -1, dtype=np.int64), Texts.of(()))]
    return [text]


def _degraded_status(table: AssociationTable, rule: Rule, places: Ints) -> Column:
    sentences = [degraded_status(rule, degraded=degraded) for degraded in (False, True)]
    return [TextColumn(table.degraded[places].astype(np.int64), Texts.of(sentences))]


def _constraints(table: AssociationTable, rule: Rule, places: Ints) -> Column:
    """Write each clause in English, and behind a key the value that the members share."""
    values, numbers = table.signature(places)
    pieces: list[TextColumn | str] = []
    for clause, sentence in table.sentences[int(table.rule[places[0]])]:
        pieces.append(f"\n{sentence}" if pieces else sentence)
        if clause.key is not None:
            pieces += [" (", values[clause.name].as_text(numbers, UNSET), ")"]
    return pieces or [""]


def file_names(table: AssociationTable, rule: Rule, places: Ints) -> Column:
    """Name the files of associations.

    Parameters
    ----------
    table : AssociationTable
        Numbered associations.
    rule : Rule
        The rule.
    places : ndarray of int64, shape (k,)
        Rows of the table, all of that rule.

    Returns
    -------
    sequence of TextColumn or str
        Pieces of the names.

    Raises
    ------
    NamingError
        If the type of the rule does not follow the convention.
    """
    digits, tag = table.rules.digits, table.version_id
    # The type is checked on an example: programs come from `program_text`, candidates with other
    # ids have no scope, and the version is checked before.
    names = table.scoped.pool.profile.names
    names.file_name("00001", "o001", rule.asn_type, 1, digits)
    numbers, codes = np.unique(table.number[places], return_inverse=True)
    endings = Texts.of([f"_{number:0{digits}d}{FILE_ENDING}" for number in numbers.tolist()])
    return [
        names.prefix,
        table.program.take(places),
        "-",
        table.asn_id.take(places),
        f"{'' if tag is None else f'_{tag.lower()}'}_{rule.asn_type.lower()}",
        TextColumn(codes, endings),
    ]


def _roles(table: AssociationTable, rule: Rule, members: Ints) -> Column:
    return [TextColumn(table.members.roles[members].astype(np.int64), table.role_texts)]


def _exposure_errors(table: AssociationTable, rule: Rule, members: Ints) -> Column:
    pool = table.scoped.pool
    if "exposerr" not in pool.columns:
        return _optional(None, len(members))
    codes = table.scoped.at(table.members.entries[members]).codes("exposerr").astype(np.int64)
    without = len(table.error_texts) - 1
    return [TextColumn(np.where(codes < 0, without, codes), table.error_texts)]


def _candidates(table: AssociationTable, rule: Rule, members: Ints) -> Column:
    """Write the candidate cell of each member inside its scope, or the candidate as a pair."""
    entries, scoped = table.members.entries[members], table.scoped
    cells = scoped.at(entries).codes("asn_candidate").astype(np.int64)
    if not rule.base.lists_candidates:
        pairs = scoped.scopes.candidate_codes[scoped.scopes.entry_scopes[entries]]
        first_pair = len(table.candidate_texts) - len(scoped.scopes.candidates)
        cells = np.where(pairs < 0, cells, first_pair + pairs)
    return [TextColumn(cells, table.candidate_texts)]


_COLUMNS: Final[Mapping[str, Maker]] = MappingProxyType(
    {
        "asn_type": lambda table, rule, places: [rule.asn_type],
        "rule": lambda table, rule, places: [rule.name],
        "version_id": lambda table, rule, places: _optional(table.version_id, len(places)),
        "code_version": lambda table, rule, places: [code_version()],
        "degraded_status": _degraded_status,
        "program": lambda table, rule, places: [table.program.take(places)],
        "constraints": _constraints,
        "asn_id": lambda table, rule, places: [table.asn_id.take(places)],
        "target": lambda table, rule, places: [table.target.take(places)],
        "asn_pool": lambda table, rule, places: [table.scoped.pool.file_name],
        "expname": lambda table, rule, members: table.files.columns(table.members.files[members]),
        "exptype": _roles,
        "exposerr": _exposure_errors,
        "asn_candidate": _candidates,
    }
)


def column_of(attribute: str, table: AssociationTable, rule: Rule, places: Ints) -> Column:
    """Return an attribute of associations, or of members.

    Parameters
    ----------
    attribute : str
        Attribute of `Association` or `Member`.
    table : AssociationTable
        The table.
    rule : Rule
        The rule.
    places : ndarray of int64, shape (k,)
        Rows of the table, or members, all of that rule.

    Returns
    -------
    sequence of TextColumn or str
        Pieces of the texts. A single column may miss texts, which are None.
    """
    return _COLUMNS[attribute](table, rule, places)


def column_in_file(field: FileField, table: AssociationTable, rule: Rule, places: Ints) -> Column:
    """Return what a key of files holds, as `column_of` does.

    Parameters
    ----------
    field : FileField
        The key.
    table : AssociationTable
        The table.
    rule : Rule
        The rule.
    places : ndarray of int64, shape (k,)
        Rows of the table, or members, all of that rule.

    Returns
    -------
    sequence of TextColumn or str
        Pieces of the texts. A single column may miss texts, which are null.
    """
    return column_of(field.holds, table, rule, places) if field.holds else [field.constant]


def to_dict(association: Association) -> dict[str, Any]:
    """Return the JSON object of an association.

    Parameters
    ----------
    association : Association
        The association.

    Returns
    -------
    dict
        Keys in the order of the files that the calibration pipelines read; values are dicts, lists,
        texts and None.
    """
    # There may be many members, so what holds for all of them is found once.
    of_members = association.fields.members_at(association.level)
    of_derived = [field for field in of_members if field.holds not in OF_EXPOSURES]
    products = [
        {
            "name": product.name,
            "members": [
                _json_object(member, of_derived if member.derived else of_members)
                for member in product.members
            ],
        }
        for product in association.products
    ]
    of_association = association.fields.association_at(association.level)
    fields = {field.key: _value(association, field) for field in of_association}
    return {**fields, "products": products, **dict(association.other)}


def _json_object(member: Member, fields: Sequence[FileField]) -> dict[str, Any]:
    data = {field.key: _value(member, field) for field in fields}
    return {**data, **dict(member.other)} if member.other else data


def _value(owner: Association | Member, field: FileField) -> object:
    return getattr(owner, field.holds) if field.holds else field.constant
