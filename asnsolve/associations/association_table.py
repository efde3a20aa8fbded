"""All associations of a pool in one table: flat columns, and one array of members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.finishing_steps import carry_out_steps
from asnsolve.associations.match_table import MatchTable
from asnsolve.associations.member_files import MemberFiles
from asnsolve.associations.members import Members, members_of
from asnsolve.associations.memberships import Memberships
from asnsolve.associations.product_names import SharedTexts, names_of
from asnsolve.associations.shared_values import Signature
from asnsolve.associations.text_columns import TextColumn, Values
from asnsolve.interpret.to_text import to_text
from asnsolve.pool.texts import Texts
from asnsolve.profiles import FileFields
from asnsolve.rules.model import Clause, Law, Rule
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.arrays import Ints, starts_of
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool

LAWS: tuple[Law, ...] = get_args(Law)
"""Laws of repeats, in the order of the codes in ``AssociationTable.law``."""


@dataclass(frozen=True)
class AssociationTable:
    """Associations in columns, rule by rule; a of them.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    rules : RuleSet
        The rules.
    version_id : str or None
        Version tag of the run, which file names hold.
    files : MemberFiles
        Files that members can be.
    roles : tuple of str
        Roles that members can have, in the order in which members are written.
    rule : ndarray of int64, shape (a,)
        Rule that made the association, as an index into `rules`; ascending.
    scope : ndarray of int64, shape (a,)
        Scope in which it was made.
    program, asn_id, target, product : TextColumn, shape (a,)
        Parts of its names.
    signatures : sequence of Signature
        For each rule what finds the values that its associations share, counted from its first.
    members : Members
        The members.
    matches : MatchTable
        How good the members are that steps kept as the best ones.
    gave_way_to : ndarray of int64, shape (a,)
        The association that stays in its place; -1 if it stays itself.
    law : ndarray of int8, shape (a,)
        The law of repeats by which it gave way, as an index into `LAWS`; -1 if it stays.
    number : ndarray of int64, shape (a,)
        Number in its file name, from 1 for each program, id and type; 0 if it gave way.
    """

    scoped: ScopedPool
    rules: RuleSet
    version_id: str | None
    files: MemberFiles
    roles: tuple[str, ...]
    rule: Ints
    scope: Ints
    program: TextColumn
    asn_id: TextColumn
    target: TextColumn
    product: TextColumn
    signatures: Sequence[Signature]
    members: Members
    matches: MatchTable
    gave_way_to: Ints
    law: NDArray[np.int8]
    number: Ints

    @classmethod
    def of(
        cls,
        scoped: ScopedPool,
        rules: RuleSet,
        groups_of_rules: Iterable[Groups],
        version_id: str | None = None,
    ) -> AssociationTable:
        """Make associations of the groups that a solver found.

        Parameters
        ----------
        scoped : ScopedPool
            All entries.
        rules : RuleSet
            The rules.
        groups_of_rules : iterable of Groups
            The groups of each rule, in the order of the rules.
        version_id : str, optional
            Version tag of the run.

        Returns
        -------
        AssociationTable
            No association has given way yet, and none has a number; see
            `asnsolve.associations.laws`.
        """
        stages = {stage for rule in rules for stage in rule.member_suffixes.results()}
        files = MemberFiles.of(scoped.pool, stages)
        roles = _roles(rules)
        shared = SharedTexts.of(scoped)
        made: list[tuple[Rule, Memberships]] = []
        columns: dict[str, list[TextColumn]] = {
            name: [] for name in ("program", "asn_id", "target", "product", "image")
        }
        signatures: list[Signature] = []
        rule_codes: list[int] = []
        for code, (rule, groups) in enumerate(zip(rules, groups_of_rules, strict=True)):
            signature: Signature = dict
            # Most rules find nothing in a pool, and should then take next to no time.
            if len(groups):
                memberships = carry_out_steps(scoped, rule, groups)
                if memberships.count:
                    names, signature = names_of(scoped, rule, files, shared, memberships)
                    for name, column in names.items():
                        columns[name].append(column)
                    made.append((rule, memberships))
                    rule_codes.append(code)
            signatures.append(signature)
        # Names of direct images are known only when all products have names.
        files = files.with_images(TextColumn.end_to_end(columns.pop("image")).spelled_out())
        counts = [memberships.count for _, memberships in made]
        # All members of an association have the same scope, so take that of the first member.
        firsts = [memberships.entries[starts_of(memberships.groups)] for _, memberships in made]
        first_entries = np.concatenate([np.zeros(0, dtype=np.int64), *firsts])
        total = sum(counts)
        return cls(
            scoped=scoped,
            rules=rules,
            version_id=version_id,
            files=files,
            roles=roles,
            rule=np.repeat(np.array(rule_codes, dtype=np.int64), counts),
            scope=scoped.scopes.entry_scopes[first_entries],
            signatures=signatures,
            members=members_of(scoped, files, roles, made),
            matches=MatchTable.of(memberships for _, memberships in made),
            gave_way_to=np.full(total, -1, dtype=np.int64),
            law=np.full(total, -1, dtype=np.int8),
            number=np.zeros(total, dtype=np.int64),
            **{name: TextColumn.end_to_end(parts) for name, parts in columns.items()},
        )

    def __len__(self) -> int:
        """Return the number of associations."""
        return len(self.rule)

    @property
    def stays(self) -> NDArray[np.bool_]:
        """Whether each association stays, shape (a,)."""
        mask: NDArray[np.bool_] = self.gave_way_to < 0
        return mask

    @property
    def components(self) -> Ints:
        """Connected component of the pool that each association lies in, shape (a,)."""
        return self.scoped.scopes.components[self.scope]

    @property
    def candidates(self) -> Ints:
        """Candidate that each association was found in, shape (a,); -1 if it was discovered."""
        return self.scoped.scopes.candidate_codes[self.scope]

    @property
    def fields(self) -> FileFields:
        """The keys of the mission's association files."""
        return self.scoped.pool.profile.fields

    @cached_property
    def sizes(self) -> Ints:
        """Number of members of each association, shape (a,)."""
        # Kept, because every batch that is written asks for some of them.
        return np.diff(self.members.starts)

    @cached_property
    def degraded(self) -> NDArray[np.bool_]:
        """Whether a member of each association has an exposure error, shape (a,)."""
        mask = np.zeros(len(self), dtype=np.bool_)
        if "exposerr" in self.scoped.pool.columns:
            exposures = np.flatnonzero(self.members.entries >= 0)
            codes = self.scoped.at(self.members.entries[exposures]).codes("exposerr")
            mask[self.members.owners[exposures[codes >= 0]]] = True
        return mask

    @cached_property
    def sentences(self) -> dict[int, list[tuple[Clause, str]]]:
        """Clauses of the rules that made associations, in English, by the code of the rule."""
        return {
            code: [(clause, _sentence(clause)) for clause in self.rules.rules[code].all_clauses]
            for code in np.unique(self.rule).tolist()
        }

    @cached_property
    def role_texts(self) -> Texts:
        """Roles that members can have, for ``members.roles``."""
        return Texts.of(self.roles)

    @cached_property
    def error_texts(self) -> Texts:
        """Exposure errors in the pool; the last one is what files say of an exposure without."""
        return Texts.of([*self.scoped.pool.values("exposerr"), "null"])

    @cached_property
    def candidate_texts(self) -> Texts:
        """Candidate cells of entries, and after them each candidate as a pair."""
        cells = self.scoped.values("asn_candidate")
        return Texts.of([*cells, *map(str, self.scoped.scopes.candidates)])

    def match_places(self, members: Ints) -> Ints:
        """Find the members that steps kept as the best ones.

        Parameters
        ----------
        members : ndarray of int64, shape (k,)
            Positions among all members.

        Returns
        -------
        ndarray of int64, shape (k,)
            Rows of `matches`; -1 for other members.
        """
        if not len(self.matches):
            return np.full(len(members), -1, dtype=np.int64)
        owners = np.searchsorted(self.members.starts, members, side="right") - 1
        return self.matches.places(owners.astype(np.int64), self.members.entries[members])

    def by_rule(self, places: Ints) -> Iterator[tuple[Rule, Ints]]:
        """Split associations by their rule.

        Parameters
        ----------
        places : ndarray of int64, shape (k,)
            Rows of the table.

        Yields
        ------
        rule : Rule
            A rule that made some of them.
        positions : ndarray of int64
            Where these are in `places`.
        """
        codes = self.rule[places]
        for code in np.unique(codes).tolist():
            yield self.rules.rules[code], np.flatnonzero(codes == code)

    def signature(self, places: Ints) -> tuple[Mapping[str, Values], Ints]:
        """Return the values that the members of some associations share.

        Parameters
        ----------
        places : ndarray of int64, shape (k,)
            Rows of the table, all of one rule; at least one.

        Returns
        -------
        signature : mapping of str to Values
            For each key of the rule the values in all associations of the rule.
        numbers : ndarray of int64, shape (k,)
            Which of these associations the rows are.
        """
        code = int(self.rule[places[0]])
        return self.signatures[code](), places - np.searchsorted(self.rule, code)

    def ranks_by_rule(self, text: Callable[[Rule], str]) -> Ints:
        """Rank associations by a text of their rule.

        Parameters
        ----------
        text : callable
            Takes a rule.

        Returns
        -------
        ndarray of int64, shape (a,)
        """
        texts = [text(rule) for rule in self.rules]
        rank = {text: number for number, text in enumerate(sorted(set(texts)))}
        return np.array([rank[text] for text in texts], dtype=np.int64)[self.rule]


def _sentence(clause: Clause) -> str:
    parts = [part for part in (clause.where, clause.key) if part is not None]
    return f"{clause.name}: {', and '.join(map(to_text, parts))}"


def _roles(rules: Iterable[Rule]) -> tuple[str, ...]:
    """List the roles that rules give: science first, the others by name."""
    roles = {role for rule in rules for role in rule.all_roles}
    return tuple(sorted(roles, key=lambda role: (role != "science", role)))
