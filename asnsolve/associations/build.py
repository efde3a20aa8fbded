"""From groups of exposures to associations: members, names and words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.finish import Gathered, finish
from asnsolve.associations.members import Files, members_of
from asnsolve.associations.model import Product
from asnsolve.expr.nodes import Sources
from asnsolve.interpret.to_mask import to_codes
from asnsolve.interpret.to_text import to_text
from asnsolve.naming import elements_text, exposure_root, optics_text, program_text, target_text
from asnsolve.rules.model import Clause, Rule
from asnsolve.solvers.model import Groups, Scope
from asnsolve.solvers.reading import Reading
from asnsolve.templates import product_name

__all__ = ["DISCOVERED", "Draft", "drafts"]

DISCOVERED = "a3001"
"""Id of an association that no candidate names."""

_SOUND = "No known degraded exposures in association."
_NO_TARGET = "000"


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
        Its exposures, as rows of the pool.
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


def drafts(reading: Reading, rule: Rule, groups: Groups) -> Iterator[Draft]:
    """Make associations of the groups that a rule found: its steps done, members named."""
    takes = _Takes.of(reading, rule)
    for gathered in finish(reading, rule, groups):
        yield _draft(reading, takes, gathered)


@dataclass(frozen=True, slots=True)
class _Column:
    """The values that exposures give to a clause, and which exposures give one at all."""

    codes: NDArray[np.int32]
    values: tuple[str, ...]

    @classmethod
    def of(cls, reading: Reading, sources: Sources) -> _Column:
        return cls(*to_codes(sources, reading))

    def taken(self, entries: NDArray[np.int64]) -> list[str]:
        """Return the distinct values of some exposures, sorted."""
        return [self.values[code] for code in sorted({*self.codes[entries].tolist()}) if code >= 0]


@dataclass(frozen=True, slots=True)
class _Takes:
    """What a rule takes from the exposures to name and describe its associations."""

    rule: Rule
    files: Files
    clauses: tuple[tuple[Clause, _Column], ...]
    sentences: tuple[tuple[str, str], ...]
    program: _Column
    target: _Column
    instrument: _Column
    exposerr: _Column
    filename: _Column

    @classmethod
    def of(cls, reading: Reading, rule: Rule) -> _Takes:
        clauses = tuple(
            (clause, _bound_column(reading, rule, clause)) for clause in rule.all_clauses
        )
        named = ("program", "targetid", "instrume", "exposerr", "filename")
        columns = (_Column.of(reading, (name,)) for name in named)
        sentences = tuple((clause.name, _sentence(clause)) for clause in rule.all_clauses)
        return cls(rule, Files.of(reading, rule), clauses, sentences, *columns)


def _bound_column(reading: Reading, rule: Rule, clause: Clause) -> _Column:
    if clause.key is None:
        return _Column.of(reading, clause.sources)
    offers = reading.offers(rule, clause.key)
    return _Column(offers.taken, offers.values)


def _draft(reading: Reading, takes: _Takes, gathered: Gathered) -> Draft:
    rule, entries = takes.rule, gathered.entries
    scope = reading.scopes.table[int(reading.scopes.scopes[entries[0]])]
    taken = {clause.name: column.taken(entries) for clause, column in takes.clauses}
    signature = {name: "-".join(taken[name]) for name, _ in rule.keys}
    words = rule.words
    has_science = "science" in words
    science = entries[gathered.roles == words.index("science")] if has_science else entries
    asn_id = DISCOVERED if scope.candidate is None else scope.candidate[0]
    fields = _fields(takes, entries, science, taken) | {"asn_id": asn_id}
    everyone = np.append(entries, gathered.attached)
    members, unnamed = members_of(takes.files, scope, gathered, fields)
    return Draft(
        rule=rule,
        scope=scope,
        rows=reading.scopes.rows[everyone],
        asn_id=asn_id,
        program=fields["program"],
        target=_observed(takes, science) if rule.base.level == 2 else fields["target"],
        product=Product(product_name(rule.product_template, fields), members),
        signature=signature,
        constraints=_constraints(takes.sentences, signature),
        degraded_status=rule.base.degraded if takes.exposerr.taken(everyone) else _SOUND,
        unnamed=unnamed,
    )


def _fields(
    takes: _Takes,
    entries: NDArray[np.int64],
    science: NDArray[np.int64],
    taken: dict[str, list[str]],
) -> dict[str, str]:
    """Say what stands at each placeholder of a product name."""
    rule = takes.rule
    optics = [taken[name] for name in sorted(taken) if name.startswith("opt_elem")]
    subarray = "-".join(taken.get("subarray", ()))
    return {
        "program": program_text("-".join(takes.program.taken(entries)) or "0"),
        "target": target_text(_target(takes, science)),
        "instrument": "-".join(takes.instrument.taken(entries)) or "unknown",
        "opt": optics_text(optics),
        "elements": elements_text(optics),
        "slit": "-".join(taken.get("fxd_slit", ())),
        "subarray": "" if subarray == "full" else subarray,
        "detector": "-".join(taken.get("detector", ())),
        "activity": "-".join(taken.get("act_id", ())).rjust(2, "0"),
        "exposure": exposure_root(min(takes.filename.taken(science), default=rule.name)),
    }


def _target(takes: _Takes, science: NDArray[np.int64]) -> str:
    """Return the target of the science members, if the rule binds them to one."""
    for clause, column in takes.clauses:
        if clause.key is not None and "targetid" in clause.key.sources:
            values = takes.target.values
            return "-".join(v for v in column.taken(science) if v in values) or _NO_TARGET
    return _NO_TARGET


def _observed(takes: _Takes, science: NDArray[np.int64]) -> str:
    """Return the target of the science members, whatever binds them."""
    return target_text("-".join(takes.target.taken(science)) or _NO_TARGET)


def _sentence(clause: Clause) -> str:
    said = [] if clause.where is None else [to_text(clause.where)]
    return f"{clause.name}: {', and '.join([*said, *_key_text(clause)])}"


def _key_text(clause: Clause) -> list[str]:
    return [] if clause.key is None else [to_text(clause.key)]


def _constraints(sentences: Iterable[tuple[str, str]], signature: dict[str, str]) -> str:
    """Say the rule's clauses in English, keys with the value that the members share."""
    return "\n".join(
        f"{text} ({signature[name] or 'not set for any'})" if name in signature else text
        for name, text in sentences
    )
