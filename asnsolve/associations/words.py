"""The words of chosen associations, in columns: what their files and their members say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.build import Block
from asnsolve.associations.coded import Coded, Taken
from asnsolve.associations.select import Chosen
from asnsolve.associations.table import Table
from asnsolve.interpret.to_text import to_text
from asnsolve.naming import file_name
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Clause, Rule

__all__ = ["MemberWords", "Words", "sentences"]

Ints = NDArray[np.int64]

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
        What went wrong, as an index into `error_table`; its last place stands for nothing, the one
        beyond for a product of a direct image.
    cells : ndarray of int64
        Candidate cell, as an index into `cell_table`; the place beyond stands for none.
    error_table : tuple of (str or None)
        What can go wrong.
    cell_table : tuple of (str or None)
        Candidate cells.
    """

    names: Texts
    roles: NDArray[np.int8]
    errors: Ints
    cells: Ints
    error_table: tuple[str | None, ...]
    cell_table: tuple[str | None, ...]


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
            self._check(names.program, names.asn_id, asn_type)
            tag = "" if self.version_id is None else f"_{self.version_id.lower()}"
            numbers = self.chosen.numbers[part][at].tolist()
            said = Texts.of([f"_{number:0{self.digits}d}_asn.json" for number in numbers])
            row = [
                "jw",
                names.program.texts(own),
                "-",
                names.asn_id.texts(own),
                f"{tag}_{asn_type.lower()}",
                said,
            ]
            pieces.append(Texts.joined(row, len(own)))
            order.append(at)
        return _laid(pieces, order)

    def _check(self, programs: Coded, asn_ids: Coded, asn_type: str) -> None:
        """Refuse what file names cannot hold, once for each value."""
        for program in programs.table.list():
            for asn_id in asn_ids.table.list()[:1]:
                file_name(program, asn_id, asn_type, 1, self.digits, version_id=self.version_id)
        for asn_id in asn_ids.table.list():
            file_name("00001", asn_id, asn_type, 1, self.digits)

    def degraded(self, places: Ints) -> NDArray[np.bool_]:
        """Tell which associations of the table have a member of which something went wrong."""
        return self._has_error[places]

    @cached_property
    def _has_error(self) -> NDArray[np.bool_]:
        table = self.table
        found = np.zeros(len(table), dtype=np.bool_)
        if "exposerr" in table.reading.pool.columns:
            exposures = np.flatnonzero(table.members.entries >= 0)
            codes = table.reading.at(table.members.entries[exposures]).codes("exposerr")
            found[table.members.owners[exposures[codes >= 0]]] = True
        return found

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
        members, scopes_of = table.members, table.reading.scopes
        entries = members.entries[positions]
        lean = entries < 0
        seen = table.reading.at(np.maximum(entries, 0))
        if "exposerr" in seen.pool.columns:
            error_table: tuple[str | None, ...] = (*seen.values("exposerr"), "null")
            errors = seen.codes("exposerr").astype(np.int64)
            errors = np.where(errors < 0, len(error_table) - 1, errors)
        else:
            error_table, errors = (None,), np.zeros(len(positions), dtype=np.int64)
        errors = np.where(lean, len(error_table), errors)
        if base.level == 2:
            cells, cell_table = np.zeros(len(positions), dtype=np.int64), ()
        else:
            cell_table = (*seen.values("asn_candidate"), None)
            cells = seen.codes("asn_candidate").astype(np.int64)
            cells = np.where(cells < 0, len(cell_table) - 1, cells)
            if not base.lists_candidates:
                pairs = scopes_of.pairs[scopes]
                told = tuple(map(str, scopes_of.candidates))
                cells = np.where(pairs < 0, cells, pairs + len(cell_table))
                cell_table = (*cell_table, *told)
            cells = np.where(lean, len(cell_table), cells)
        return MemberWords(
            members.texts(table.files, positions),
            members.roles[positions],
            errors,
            cells,
            error_table,
            cell_table,
        )


def _laid(parts: list[Texts], places: list[Ints]) -> Texts:
    """Put the texts of parts where they belong."""
    if not parts:
        return Texts.of(())
    at = np.concatenate(places)
    order = np.empty(len(at), dtype=np.int64)
    order[at] = np.arange(len(at))
    return Texts.end_to_end(parts).take(order)


def sentences(rule: Rule) -> Iterator[tuple[str, str | None]]:
    """Give the constraints of a rule in English, each with its name if it is a key."""
    for clause in rule.all_clauses:
        yield _sentence(clause), clause.name if clause.key is not None else None


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
