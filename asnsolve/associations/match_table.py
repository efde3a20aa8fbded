"""How good the best members of all associations are, in columns, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from asnsolve.associations.association import Match
from asnsolve.associations.matches import Matches, match_kinds
from asnsolve.associations.memberships import Memberships
from asnsolve.associations.text_columns import TextColumn
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import Ints, stable_order
from asnsolve.solvers.scoped_pool import ScopedPool

NO_CONDITION: Final = "no preference met"
"""What a member meets for which no condition of the step holds."""


@dataclass(frozen=True, slots=True)
class MatchTable:
    """How good the best members of all associations are; k of them.

    Parameters
    ----------
    owners, entries : ndarray of int64, shape (k,)
        Association and entry of each, in this order ascending.
    found : Matches
        How good these are; their kinds are those of the rule of the association.
    """

    owners: Ints
    entries: Ints
    found: Matches

    @classmethod
    def of(cls, made: Iterable[Memberships]) -> MatchTable:
        """Collect what the steps of all rules found.

        Parameters
        ----------
        made : iterable of Memberships
            The associations of each rule, rule by rule.

        Returns
        -------
        MatchTable
        """
        nothing = np.zeros(0, dtype=np.int64)
        owners, entries, found = [nothing], [nothing], Matches.none(0)
        first = 0
        for memberships in made:
            matches = memberships.matches
            if matches is not None:
                ranked = np.flatnonzero(matches.kinds >= 0)
                owners.append(memberships.groups[ranked] + first)
                entries.append(memberships.entries[ranked])
                found = found.plus(matches.take(ranked))
            first += memberships.count
        all_owners, all_entries = np.concatenate(owners), np.concatenate(entries)
        order = stable_order(all_owners, all_entries)
        return cls(all_owners[order], all_entries[order], found.take(order))

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.owners)

    def places(self, owners: Ints, entries: Ints) -> Ints:
        """Find members.

        Parameters
        ----------
        owners, entries : ndarray of int64, shape (m,)
            Association and entry of each. The table must have rows.

        Returns
        -------
        ndarray of int64, shape (m,)
            Their places in the table; -1 for members that no step ranks.
        """
        width = max(int(self.entries.max()), int(entries.max(initial=0))) + 2
        known, wanted = self.owners * width + self.entries, owners * width + entries
        places = np.minimum(np.searchsorted(known, wanted), len(known) - 1).astype(np.int64)
        return np.where((known[places] == wanted) & (entries >= 0), places, -1)

    def objects(self, rule: Rule, scoped: ScopedPool, places: Ints) -> Iterator[Match]:
        """Make objects of some of the rows.

        Parameters
        ----------
        rule : Rule
            The rule that made their associations.
        scoped : ScopedPool
            All entries.
        places : ndarray of int64, shape (p,)
            Rows of the table.

        Yields
        ------
        Match
        """
        kinds, found = match_kinds(rule), self.found.take(places)
        names = scoped.pool.exposures
        science = scoped.at(found.science).codes("filename").tolist()
        for number, distance, code in zip(
            found.kinds.tolist(), found.distances.tolist(), science, strict=True
        ):
            kind = kinds[number]
            yield Match(
                science=names[code],
                condition=kind.condition or (NO_CONDITION if kind.step.prefer else ""),
                nearest=kind.step.columns,
                distance=None if np.isnan(distance) else distance,
                unit=kind.step.unit if kind.step.columns else "",
            )

    def noted(
        self, rule: Rule, scoped: ScopedPool, places: Ints
    ) -> Iterator[tuple[str, TextColumn]]:
        """Write what files say about some of the rows.

        Parameters
        ----------
        rule : Rule
            The rule that made their associations.
        scoped : ScopedPool
            All entries.
        places : ndarray of int64, shape (m,)
            Rows of the table; -1 for members that are not in it.

        Yields
        ------
        key : str
            A key of members.
        values : TextColumn, shape (m,)
            Its values; no text for members that do not have it.
        """
        kinds = match_kinds(rule)
        notes = [kind.step.note for kind in kinds]
        if not any(notes):
            return
        # No step ranks a member at -1, the last place.
        note_of = np.array([*notes, ""])[np.append(self.found.kinds, -1)[places]]
        for note in sorted({*notes} - {""}):
            codes = np.full(len(places), -1, dtype=np.int64)
            noted = np.flatnonzero(note_of == note)
            rows, codes[noted] = np.unique(places[noted], return_inverse=True)
            yield note, TextColumn(codes, Texts.of(map(str, self.objects(rule, scoped, rows))))
