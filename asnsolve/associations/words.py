"""The words of chosen associations, in columns: what their files and their members say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.build import Block
from asnsolve.associations.coded import Taken
from asnsolve.associations.laws import Chosen
from asnsolve.associations.table import Table
from asnsolve.interpret.to_text import to_text
from asnsolve.naming import file_name
from asnsolve.pool.texts import Texts
from asnsolve.rules.rule import Clause, Rule

__all__ = ["UNSET", "MemberWords", "Words", "degraded_status", "laid", "sentences", "value_of"]

Ints = NDArray[np.int64]

UNSET = "not set for any"
"""What is said of a key for which no member has a value."""

_SOUND = "No known degraded exposures in association."


@dataclass(frozen=True, slots=True)
class MemberWords:
    """What is said of some members, k of them.

    Parameters
    ----------
    names : Texts
        File names.
    roles : ndarray of int8
        Roles, as indices into the roles of the table.
    errors : ndarray of int64
        What went wrong, as an index into `Words.errors`.
    cells : ndarray of int64
        Candidate cell, as an index into `Words.cells`.
    lean : ndarray of bool
        Whether nothing but name and role is said, for it is a product of a direct image.
    """

    names: Texts
    roles: NDArray[np.int8]
    errors: Ints
    cells: Ints
    lean: NDArray[np.bool_]


@dataclass(frozen=True)
class Words:
    """Words of the associations that stay.

    Parameters
    ----------
    table : Table
        All associations.
    chosen : Chosen
        Those that stay.
    digits : int
        How many digits a number has in a file name.
    version_id : str or None
        Version tag of the run.
    """

    table: Table
    chosen: Chosen
    digits: int
    version_id: str | None

    def __len__(self) -> int:
        """Count the associations that stay."""
        return len(self.chosen.places)

    def by_block(self, part: slice) -> Iterator[tuple[Block, Ints, Ints]]:
        """Give the associations of a part by rule.

        Yields
        ------
        block : Block
            What the rule made.
        own : ndarray of int64
            Which of its associations.
        at : ndarray of int64
            Where they stand in the part.
        """
        places = self.chosen.places[part]
        number = self.table.block[places]
        for block in np.unique(number).tolist():
            at = np.flatnonzero(number == block)
            yield self.table.blocks[block], places[at] - self.table.first[block], at

    def file_names(self, part: slice) -> Texts:
        """Name the files of a part."""
        pieces: list[Texts] = []
        order: list[Ints] = []
        for block, own, at in self.by_block(part):
            names, asn_type = block.names, block.rule.asn_type
            # Programs are made by `program_text`, and no other ids come into a scope.
            file_name("00001", "o001", asn_type, 1, self.digits, version_id=self.version_id)
            tag = "" if self.version_id is None else f"_{self.version_id.lower()}"
            numbers = self.chosen.numbers[part][at].tolist()
            said = Texts.of([f"_{number:0{self.digits}d}_asn.json" for number in numbers])
            row: list[Texts | str] = [
                "jw",
                names.program.texts(own),
                "-",
                names.asn_id.texts(own),
                f"{tag}_{asn_type.lower()}",
                said,
            ]
            pieces.append(Texts.joined(row, len(own)))
            order.append(at)
        return laid(pieces, order)

    def degraded(self, places: Ints) -> NDArray[np.bool_]:
        """Tell which associations of the table have a member of which something went wrong."""
        return self._has_error[places]

    @cached_property
    def _has_error(self) -> NDArray[np.bool_]:
        table = self.table
        found = np.zeros(len(table), dtype=np.bool_)
        if "exposerr" in table.scoped.pool.columns:
            exposures = np.flatnonzero(table.members.entries >= 0)
            codes = table.scoped.at(table.members.entries[exposures]).codes("exposerr")
            found[table.members.owners[exposures[codes >= 0]]] = True
        return found

    @cached_property
    def errors(self) -> tuple[str | None, ...]:
        """What can be said to have gone wrong; the last place stands for nothing."""
        pool = self.table.scoped.pool
        return (*pool.values("exposerr"), "null") if "exposerr" in pool.columns else (None,)

    @cached_property
    def cells(self) -> tuple[str | None, ...]:
        """Candidates that a member can be said to have: cells, none, and single candidates."""
        scoped = self.table.scoped
        return (*scoped.values("asn_candidate"), None, *map(str, scoped.scopes.candidates))

    def members(self, positions: Ints, scopes: Ints, block: Block) -> MemberWords:
        """Say what files say of members.

        Parameters
        ----------
        positions : ndarray of int64, shape (k,)
            Which members of the table; all of one block.
        scopes : ndarray of int64, shape (k,)
            Scope of the association of each.
        block : Block
            What their rule made.
        """
        table, base = self.table, block.rule.base
        members = table.members
        entries = members.entries[positions]
        seen = table.scoped.at(np.maximum(entries, 0))
        errors = seen.codes("exposerr").astype(np.int64)
        none = len(table.scoped.values("asn_candidate"))
        if base.level == 2:
            cells = np.full(len(positions), none, dtype=np.int64)
        else:
            cells = seen.codes("asn_candidate").astype(np.int64)
            cells = np.where(cells < 0, none, cells)
            if not base.lists_candidates:
                pairs = table.scoped.scopes.candidate_codes[scopes]
                cells = np.where(pairs < 0, cells, pairs + none + 1)
        return MemberWords(
            members.texts(table.files, positions),
            members.roles[positions],
            np.where(errors < 0, len(self.errors) - 1, errors),
            cells,
            entries < 0,
        )


def laid(parts: list[Texts], places: list[Ints]) -> Texts:
    """Put the texts of parts where they belong."""
    if not parts:
        return Texts.of(())
    at = np.concatenate(places)
    order = np.empty(len(at), dtype=np.int64)
    order[at] = np.arange(len(at))
    return Texts.end_to_end(parts).take(order)


def sentences(rule: Rule) -> Iterator[tuple[str, Clause]]:
    """Give the constraints of a rule in English."""
    for clause in rule.all_clauses:
        yield _sentence(clause), clause


def _sentence(clause: Clause) -> str:
    said = [] if clause.where is None else [to_text(clause.where)]
    if clause.key is not None:
        said.append(to_text(clause.key))
    return f"{clause.name}: {', and '.join(said)}"


def degraded_status(rule: Rule, *, degraded: bool) -> str:
    """Say whether something went wrong with a member."""
    return rule.base.degraded if degraded else _SOUND


def value_of(taken: Taken, code: int) -> str:
    """Return what members have for a key, as it is said."""
    return "-".join(taken.at(code))
