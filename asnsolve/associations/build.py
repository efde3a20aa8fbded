"""From groups of exposures to associations: members, names and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.model import Member, Product
from asnsolve.expr.nodes import Sources
from asnsolve.interpret.to_mask import to_codes
from asnsolve.interpret.to_text import to_text
from asnsolve.naming import optics_text, product_name, program_text, target_text
from asnsolve.pool.table import Pool
from asnsolve.rules.model import Clause, Rule
from asnsolve.solvers.model import Groups, Scope, Scopes
from asnsolve.solvers.reading import Reading

__all__ = ["DISCOVERED", "Draft", "drafts"]

DISCOVERED = "a3001"
"""Id of an association that no candidate names."""

_SOUND = "No known degraded exposures in association."
_DEGRADED = (
    "One or more members have an error associated with them.\n"
    "Details can be found in the members.exposerr property."
)
_RAW_FILE = re.compile(r"(.+)_uncal(\..+)")


@dataclass(frozen=True, slots=True)
class Draft:
    """An association that has no file name yet.

    Parameters
    ----------
    rule : Rule
        The rule that made it.
    scope : Scope
        Where it was made.
    rows : ndarray of int64, shape (m,)
        Its exposures, ascending.
    asn_id, program, target : str
        Parts of its names.
    product : Product
        What the pipeline makes of it.
    signature : dict of str to str
        Value of each key, by clause name.
    constraints, degraded_status : str
        Words for its file.
    unnamed : tuple of str
        Files of its members whose stage cannot be told from their name.
    """

    rule: Rule
    scope: Scope
    rows: NDArray[np.int64]
    asn_id: str
    program: str
    target: str
    product: Product
    signature: dict[str, str]
    constraints: str
    degraded_status: str
    unnamed: tuple[str, ...]

    @property
    def order(self) -> tuple[object, ...]:
        """What associations are sorted by: nothing of it depends on the order of rows."""
        names = tuple(member.expname for member in self.product.members)
        asn_type = self.rule.asn_type
        return (self.program, self.asn_id, asn_type, self.rule.name, self.product.name, names)


def drafts(reading: Reading, rule: Rule, scopes: Scopes, groups: Groups) -> Iterator[Draft]:
    """Make an association of each group that a rule found."""
    takes = _Takes.of(reading, rule)
    for group in range(len(groups)):
        place = groups.members(group)
        scope = scopes.table[int(groups.scopes[group])]
        yield _draft(reading, takes, scope, groups.rows[place], groups.roles[place])


@dataclass(frozen=True, slots=True)
class _Column:
    """The values that exposures give to a clause, and which exposures give one at all."""

    codes: NDArray[np.int32]
    values: tuple[str, ...]

    @classmethod
    def of(cls, pool: Pool, sources: Sources) -> _Column:
        return cls(*to_codes(sources, pool))

    def taken(self, rows: NDArray[np.int64]) -> list[str]:
        """Return the distinct values of some exposures, sorted."""
        return [self.values[code] for code in np.unique(self.codes[rows]).tolist() if code >= 0]


@dataclass(frozen=True, slots=True)
class _Takes:
    """What a rule takes from the exposures to name and describe its associations."""

    rule: Rule
    clauses: tuple[tuple[Clause, _Column], ...]
    program: _Column
    target: _Column
    instrument: _Column
    exposerr: _Column

    @classmethod
    def of(cls, reading: Reading, rule: Rule) -> _Takes:
        pool = reading.pool
        clauses = tuple(
            (clause, _bound_column(reading, rule, clause)) for clause in rule.all_clauses
        )
        named = ("program", "targetid", "instrume", "exposerr")
        return cls(rule, clauses, *(_Column.of(pool, (name,)) for name in named))


def _bound_column(reading: Reading, rule: Rule, clause: Clause) -> _Column:
    column = _Column.of(reading.pool, clause.sources)
    if clause.key is None:
        return column
    return _Column(reading.offers(rule, clause.key), column.values)


def _draft(
    reading: Reading,
    takes: _Takes,
    scope: Scope,
    rows: NDArray[np.int64],
    roles: NDArray[np.int8],
) -> Draft:
    rule = takes.rule
    signature, optics = {}, []
    for clause, column in takes.clauses:
        taken = column.taken(rows)
        if clause.key is not None:
            signature[clause.name] = "".join(taken)
        if clause.name.startswith("opt_elem"):
            optics.append((clause.name, taken))
    words = rule.roles.words()
    science = rows[roles == words.index("science")] if "science" in words else rows
    asn_id = DISCOVERED if scope.candidate is None else scope.candidate[0]
    fields = {
        "program": program_text("-".join(takes.program.taken(rows)) or "0"),
        "asn_id": asn_id,
        "target": target_text("-".join(takes.target.taken(science)) or "0"),
        "instrument": "-".join(takes.instrument.taken(rows)) or "unknown",
        "opt": optics_text([taken for _, taken in sorted(optics)]),
    }
    members, unnamed = _members(reading, rule, scope, rows, roles)
    return Draft(
        rule=rule,
        scope=scope,
        rows=rows,
        asn_id=asn_id,
        program=fields["program"],
        target=fields["target"],
        product=Product(product_name(rule.product_template, fields), members),
        signature=signature,
        constraints=_constraints(rule, signature),
        degraded_status=_DEGRADED if takes.exposerr.taken(rows) else _SOUND,
        unnamed=unnamed,
    )


def _members(
    reading: Reading,
    rule: Rule,
    scope: Scope,
    rows: NDArray[np.int64],
    roles: NDArray[np.int8],
) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    pool = reading.pool
    words, suffixes = rule.roles.words(), rule.member_suffixes.words()
    suffix_of = reading.decide(rule.member_suffixes)
    has_errors = "exposerr" in pool.columns
    pair = None if scope.candidate is None else str(scope.candidate)
    members: list[Member] = []
    unnamed: list[str] = []
    for row, role in zip(rows.tolist(), roles.tolist(), strict=True):
        file = pool.value(row, "filename") or ""
        raw = _RAW_FILE.fullmatch(file)
        if raw is None:
            unnamed.append(file)
        expname = file if raw is None else f"{raw[1]}_{suffixes[suffix_of[row]]}{raw[2]}"
        error = (pool.value(row, "exposerr") or "null") if has_errors else None
        candidate = pool.value(row, "asn_candidate") if pair is None else pair
        members.append(Member(expname, words[role], error, candidate))
    # Rows that contradict one another about a file can still make one and the same member of it.
    once = sorted(set(members), key=_member_order)
    return tuple(once), tuple(unnamed)


def _member_order(member: Member) -> tuple[object, ...]:
    told = (member.exposerr or "", member.asn_candidate or "")
    return (member.exptype != "science", member.exptype, member.expname, *told)


def _constraints(rule: Rule, signature: dict[str, str]) -> str:
    """Say the rule's clauses in English, keys with the value that the members share."""
    lines = []
    for clause in rule.all_clauses:
        said = [] if clause.where is None else [to_text(clause.where)]
        if clause.key is not None:
            value = signature[clause.name] or "not set for any"
            said.append(f"{to_text(clause.key)} ({value})")
        lines.append(f"{clause.name}: {', and '.join(said)}")
    return "\n".join(lines)
