"""Tables of associations written down by hand, for tests of what happens to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from asnsolve import Association, Pool, Rule
from asnsolve.associations.build import Block, Members, Roles
from asnsolve.associations.coded import Coded, Taken
from asnsolve.associations.laws import choose, select
from asnsolve.associations.member_files import Files
from asnsolve.associations.objects import associations_of
from asnsolve.associations.product_names import Names
from asnsolve.associations.steps_done import Gathered
from asnsolve.associations.table import Table
from asnsolve.associations.words import Words
from asnsolve.expr.constructors import same
from asnsolve.pool.texts import Texts
from asnsolve.rules.rule import Clause, Law
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import Scopes
from tests.rules.small import BASE, rule

__all__ = ["Draft", "draft", "kept", "named", "table_of"]


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


def table_of(drafts: Sequence[Draft]) -> Table:
    """Lay drafts out as a table, each a block by itself."""
    letters = sorted({letter for one in drafts for letter, _ in one.members})
    cells = ["" for _ in letters]
    pool = Pool(
        {
            "filename": [f"{letter}_uncal.fits" for letter in letters],
            **dict.fromkeys(("exp_type", "program", "asn_candidate"), cells),
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
    roles = Roles(("science", "background", "psf"))
    listed = [
        sorted((roles.words.index(role), letters.index(letter)) for letter, role in one.members)
        for one in drafts
    ]
    sizes = np.array([len(members) for members in listed], dtype=np.int64)
    entries = np.array([letter for members in listed for _, letter in members], dtype=np.int64)
    stages = [_STAGES.index(one.stage) for one in drafts for _ in one.members]
    files = entries * len(_STAGES) + np.array(stages, dtype=np.int64)
    return Table(
        scoped=ScopedPool.of(pool, scopes, ()),
        files=Files(pool.texts("filename"), _STAGES),
        roles=roles,
        blocks=tuple(_block(one, number) for number, one in enumerate(drafts)),
        members=Members(
            starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            files=files,
            ranks=files,
            roles=np.array([role for members in listed for role, _ in members], dtype=np.int8),
            entries=entries,
            first_image=len(letters) * len(_STAGES),
            images=Texts.of(()),
        ),
    )


def _block(one: Draft, number: int) -> Block:
    nobody = np.zeros(0, dtype=np.int64)
    found = Groups(nobody, np.zeros(1, dtype=np.int64), nobody.astype(np.int8))
    keys = tuple(Clause(name, key=same("filter")) for name in one.signature)
    names = Names(
        program=Coded.one("00001", 1),
        asn_id=Coded.one(one.asn_id, 1),
        target=Coded.one("t001", 1),
        product=Coded.one(one.product, 1),
        image=None,
        signature=tuple(
            (name, Taken(np.array([0 if value else -1]), (value,)))
            for name, value in one.signature.items()
        ),
    )
    made = replace(one.rule, clauses=(*one.rule.clauses, *keys))
    return Block(made, Gathered.of(found), np.array([number], dtype=np.int64), names)


def kept(*drafts: Draft) -> list[Draft]:
    """Return which of some associations stay, the same in any order."""
    left = [drafts[at] for at in sorted(select(table_of(drafts)).tolist())]
    turned = drafts[::-1]
    again = [turned[at] for at in sorted(select(table_of(turned)).tolist(), reverse=True)]
    assert list(map(id, left)) == list(map(id, again))
    return left


def named(drafts: Sequence[Draft], digits: int, version: str | None) -> tuple[Association, ...]:
    """Sort and number associations all of which stay."""
    table = table_of(drafts)
    chosen = choose(table, np.arange(len(drafts), dtype=np.int64))
    return associations_of(Words(table, chosen, digits, version), "pool")
