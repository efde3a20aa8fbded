"""Tables of associations written down by hand, for tests of what happens to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from asnsolve import Association, Pool, Rule
from asnsolve.associations.association_table import LAWS, AssociationTable
from asnsolve.associations.file_order import in_file_order, with_numbers
from asnsolve.associations.laws import with_repeats_marked
from asnsolve.associations.match_table import MatchTable
from asnsolve.associations.member_files import MemberFiles
from asnsolve.associations.members import Members
from asnsolve.associations.rendering import to_objects
from asnsolve.associations.shared_values import Signature
from asnsolve.associations.text_columns import TextColumn, Values
from asnsolve.expr.build import same
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Clause, Law
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import Scopes
from tests.rules.small import BASE, rule

__all__ = ["Draft", "draft", "kept", "losses", "named", "table_of"]


@dataclass(frozen=True)
class Draft:
    """One association: its members as pairs of a letter and a role."""

    rule: Rule
    members: tuple[tuple[str, str], ...]
    asn_id: str
    product: str
    component: int
    stage: str = "cal"
    signature: Mapping[str, str] = field(default_factory=dict)


def draft(
    members: str,
    asn_id: str = "o001",
    *,
    laws: tuple[Law, ...] = ("one membership",),
    name: str = "Asn_Small",
    asn_type: str = "small3",
    product: str = "product",
    component: int = 0,
) -> Draft:
    """Make an association of members written as ``science a b; psf c``; ``a3001``: discovered."""
    listed = tuple(
        (file, role)
        for role, *files in (part.split() for part in members.split(";"))
        for file in files
    )
    made = rule(name=name, asn_type=asn_type, base=replace(BASE, laws=laws))
    return Draft(made, listed, asn_id, product, component)


_STAGES = ("cal", "calints", "x1d", "x1d")
_ROLES = ("science", "background", "psf")


def table_of(
    drafts: Sequence[Draft], digits: int = 5, version: str | None = None
) -> AssociationTable:
    """Lay drafts out as a table, each made by a rule of its own.

    The exposures x, y and z are flagged as backgrounds.
    """
    letters = sorted({letter for one in drafts for letter, _ in one.members})
    cells = ["" for _ in letters]
    pool = Pool(
        {
            "filename": [f"{letter}_uncal.fits" for letter in letters],
            **dict.fromkeys(("exp_type", "program", "asn_candidate"), cells),
            "bkgdtarg": ["t" if letter in "xyz" else "" for letter in letters],
        }
    )
    ids = sorted({one.asn_id for one in drafts} - {"a3001"})
    scopes = Scopes(
        candidates=tuple((asn_id, "observation") for asn_id in ids),
        components=np.array([*(one.component for one in drafts), 0], dtype=np.int64),
        candidate_codes=np.array(
            [*(-1 if one.asn_id == "a3001" else ids.index(one.asn_id) for one in drafts), -1],
            dtype=np.int64,
        ),
        entry_rows=np.arange(len(letters), dtype=np.int64),
        entry_scopes=np.full(len(letters), len(drafts), dtype=np.int64),
    )
    listed = [
        sorted((_ROLES.index(role), letters.index(letter)) for letter, role in one.members)
        for one in drafts
    ]
    sizes = np.array([len(members) for members in listed], dtype=np.int64)
    entries = np.array([letter for members in listed for _, letter in members], dtype=np.int64)
    stages = [_STAGES.index(one.stage) for one in drafts for _ in one.members]
    files = entries * len(_STAGES) + np.array(stages, dtype=np.int64)
    count, numbers = len(drafts), np.arange(len(drafts), dtype=np.int64)
    rules = tuple(map(_rule, drafts))
    return AssociationTable(
        scoped=ScopedPool.of(pool, scopes, rules),
        rules=RuleSet("drafts", rules, digits),
        version_id=version,
        files=MemberFiles(pool, _STAGES, Texts.of(())),
        roles=_ROLES,
        rule=numbers,
        scope=numbers,
        program=TextColumn.constant("00001", count),
        asn_id=TextColumn(numbers, Texts.of(one.asn_id for one in drafts)),
        target=TextColumn.constant("t001", count),
        product=TextColumn(numbers, Texts.of(one.product for one in drafts)),
        signatures=tuple(map(_signature, drafts)),
        members=Members(
            starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            files=files,
            ranks=files,
            roles=np.array([role for members in listed for role, _ in members], dtype=np.int8),
            entries=entries,
            repeats=np.zeros((2, 0), dtype=np.int64),
        ),
        matches=MatchTable.of(()),
        gave_way_to=np.full(count, -1, dtype=np.int64),
        law=np.full(count, -1, dtype=np.int8),
        number=np.zeros(count, dtype=np.int64),
    )


def _rule(one: Draft) -> Rule:
    keys = tuple(Clause(name, key=same("filter")) for name in one.signature)
    return replace(one.rule, clauses=(*one.rule.clauses, *keys))


def _signature(one: Draft) -> Signature:
    return lambda: {
        name: Values(np.array([0 if value else -1]), (value,))
        for name, value in one.signature.items()
    }


def losses(*drafts: Draft) -> list[tuple[Draft, Draft, str]]:
    """Return which associations give way, to which, by which law."""
    table = with_repeats_marked(table_of(drafts))
    return [
        (drafts[at], drafts[table.gave_way_to[at]], LAWS[table.law[at]])
        for at in np.flatnonzero(~table.stays).tolist()
    ]


def kept(*drafts: Draft) -> list[Draft]:
    """Return which of some associations stay, the same in any order."""
    gone = [id(loser) for loser, winner, law in losses(*drafts)]
    again = [id(loser) for loser, winner, law in losses(*drafts[::-1])]
    assert sorted(gone) == sorted(again)
    return [one for one in drafts if id(one) not in gone]


def named(drafts: Sequence[Draft], digits: int, version: str | None) -> tuple[Association, ...]:
    """Sort and number associations all of which stay."""
    table = table_of(drafts, digits, version)
    order = in_file_order(table, np.arange(len(drafts), dtype=np.int64))
    return to_objects(with_numbers(table, order), order)
