"""What stands in the names of associations and products: taken from their members."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.coded import Coded, Taken, derived, taken
from asnsolve.associations.member_files import Files
from asnsolve.associations.steps_done import Gathered
from asnsolve.interpret.to_mask import to_codes
from asnsolve.naming import elements_text, exposure_root, optics_text, program_text, target_text
from asnsolve.pool.texts import Texts
from asnsolve.rules.rule import Clause, Rule
from asnsolve.solvers.arrays import starts_of
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.templates import EXPOSURE_NAME, asked, fill, segments

__all__ = ["DISCOVERED", "Fields", "Names", "names_of"]

DISCOVERED = "a3001"
"""Id of an association that no candidate names."""

Ints = NDArray[np.int64]
Values = tuple[str, ...]

_NO_TARGET = "000"
_IMAGE = "jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{subarray}]"


@dataclass(frozen=True, slots=True)
class Field:
    """What stands at a placeholder: what is taken from the members, and how it is said."""

    parts: tuple[Taken, ...]
    text: Callable[..., str]


Fields = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Names:
    """Words of the associations of a rule, g of them.

    Parameters
    ----------
    program, asn_id, target : Coded
        Parts of their names.
    product : Coded
        Product names.
    image : Coded or None
        What the products of their direct images are named.
    signature : tuple of (str, Taken)
        For each key of the rule, by clause name, the values of the members.
    """

    program: Coded
    asn_id: Coded
    target: Coded
    product: Coded
    image: Coded | None
    signature: tuple[tuple[str, Taken], ...]


def names_of(scoped: ScopedPool, rule: Rule, files: Files, gathered: Gathered) -> Names:
    """Name the associations of a rule and what they make."""
    sharing = gathered.keep(gathered.binds) if not gathered.binds.all() else gathered
    seen = _Members(scoped.at(sharing.entries), rule, sharing)
    signature = tuple(
        (clause.name, seen.clause(clause)) for clause in rule.all_clauses if clause.key
    )
    has_image = bool((gathered.direct >= 0).any())
    wanted = {*asked(rule.product_template), *(asked(_IMAGE) if has_image else ())}
    fields = _fields(seen, rule, dict(signature), _ids(scoped, gathered), wanted)
    count = gathered.count
    target = (
        Field((seen.column("targetid", science=True),), _target_text)
        if rule.base.level == 2
        else fields.get("target", _target(seen, rule))
    )
    return Names(
        program=_said(fields["program"], count),
        asn_id=_said(fields["asn_id"], count),
        target=_said(target, count),
        product=_product(seen, rule, files, fields),
        image=_image(scoped, gathered, fields) if has_image else None,
        signature=signature,
    )


def _said(field: Field, count: int) -> Coded:
    return derived(field.parts, count, field.text)


@dataclass(frozen=True, slots=True)
class _Members:
    """The members that share the keys of a rule."""

    scoped: ScopedPool
    rule: Rule
    gathered: Gathered

    def science(self) -> NDArray[np.bool_]:
        """Tell which are science; all, where the rule knows no such role."""
        words = self.rule.words
        if "science" not in words:
            return np.ones(len(self.scoped), dtype=np.bool_)
        found: NDArray[np.bool_] = self.gathered.roles == words.index("science")
        return found

    def clause(self, clause: Clause, *, science: bool = False) -> Taken:
        """Return the values that a clause takes."""
        if clause.key is None:
            return self._taken(*to_codes(clause.sources, self.scoped), science)
        offers = self.scoped.offers(self.rule, clause.key)
        return self._taken(offers.taken, offers.values, science)

    def column(self, name: str, *, science: bool = False) -> Taken:
        """Return the values of an attribute."""
        return self._taken(self.scoped.codes(name), self.scoped.values(name), science)

    def _taken(self, codes: NDArray[np.int32], values: Sequence[str], science: bool) -> Taken:
        groups = self.gathered.groups
        if science:
            chosen = self.science()
            codes, groups = codes[chosen], groups[chosen]
        return taken(codes, values, groups, self.gathered.count)


def _ids(scoped: ScopedPool, gathered: Gathered) -> Taken:
    """Return the candidate ids; a discovered association has an id of its own."""
    starts = starts_of(gathered.groups)
    pairs = scoped.scopes.candidate_codes[scoped.scopes.entry_scopes[gathered.entries[starts]]]
    ids = [asn_id for asn_id, _ in scoped.scopes.candidates]
    return Taken(np.where(pairs < 0, len(ids), pairs), (*ids, DISCOVERED))


def _fields(
    seen: _Members, rule: Rule, keys: Mapping[str, Taken], ids: Taken, wanted: Collection[str]
) -> Fields:
    """Say what stands at placeholders of a product name, at those wanted and in file names."""
    clauses = {clause.name: clause for clause in rule.all_clauses}

    def of(name: str) -> tuple[Taken, ...]:
        if name in keys:
            return (keys[name],)
        return (seen.clause(clauses[name]),) if name in clauses else ()

    def optics() -> tuple[Taken, ...]:
        return tuple(
            one for name in sorted(clauses) if name.startswith("opt_elem") for one in of(name)
        )

    makers: dict[str, Callable[[], Field]] = {
        "program": lambda: Field(
            (seen.column("program"),), lambda values: program_text("-".join(values) or "0")
        ),
        "asn_id": lambda: Field((ids,), "".join),
        "target": lambda: _target(seen, rule),
        "instrument": lambda: Field(
            (seen.column("instrume"),), lambda values: "-".join(values) or "unknown"
        ),
        "opt": lambda: Field(optics(), lambda *values: optics_text(values)),
        "elements": lambda: Field(optics(), lambda *values: elements_text(values)),
        "slit": lambda: Field(of("fxd_slit"), _dashed),
        "subarray": lambda: Field(of("subarray"), _subarray),
        "detector": lambda: Field(of("detector"), _dashed),
        "activity": lambda: Field(of("act_id"), lambda *values: _dashed(*values).rjust(2, "0")),
    }
    return {name: make() for name, make in makers.items() if name in {*wanted, "program", "asn_id"}}


def _dashed(values: Values = ()) -> str:
    return "-".join(values)


def _subarray(values: Values = ()) -> str:
    return "" if _dashed(values) == "full" else _dashed(values)


def _target_text(values: Values) -> str:
    return target_text("-".join(values) or _NO_TARGET)


def _target(seen: _Members, rule: Rule) -> Field:
    """Return the target of the science members, if the rule binds them to one."""
    for clause in rule.all_clauses:
        if clause.key is not None and "targetid" in clause.key.sources:
            values = (seen.clause(clause, science=True),)
            if clause.key.instead is None:
                return Field(values, _target_text)
            return Field(values, _target_among(frozenset(seen.scoped.values("targetid"))))
    return Field((), lambda: _target_text(()))


def _target_among(targets: frozenset[str]) -> Callable[[Values], str]:
    """Make a function that says which target is meant: what stands instead of one is none."""
    return lambda values: _target_text(tuple(one for one in values if one in targets))


def _product(seen: _Members, rule: Rule, files: Files, fields: Fields) -> Coded:
    """Name the products: from the template, piece by piece, or as the science exposure is named."""
    if rule.product_template != EXPOSURE_NAME:
        return _filled(rule.product_template, fields, seen.gathered.count)
    chosen = seen.science()
    groups, codes = seen.gathered.groups[chosen], seen.scoped.codes("filename")[chosen]
    starts = starts_of(groups)
    first = np.full(seen.gathered.count, -1, dtype=np.int64)
    if len(starts):
        first[groups[starts]] = np.minimum.reduceat(codes, starts)
    table = files.roots
    if (first < 0).any():
        table = Texts.end_to_end([table, Texts.of([exposure_root(rule.name)])])
        first[first < 0] = len(table) - 1
    return Coded(first, table)


def _filled(template: str, fields: Fields, count: int) -> Coded:
    pieces: list[Texts | str] = []
    for segment in segments(template):
        names = asked(segment)
        if not names:
            pieces.append(fill(segment, {}))
            continue
        coded = _piece(segment, names, fields, count)
        pieces.append(coded.table.take(coded.codes))
    return Coded(np.arange(count, dtype=np.int64), Texts.joined(pieces, count))


def _piece(segment: str, names: Sequence[str], fields: Fields, count: int) -> Coded:
    chosen = [fields[name] for name in names]

    def text(*values: Values) -> str:
        said, at = {}, 0
        for name, field in zip(names, chosen, strict=True):
            said[name] = field.text(*values[at : at + len(field.parts)])
            at += len(field.parts)
        return fill(segment, said)

    return derived([part for field in chosen for part in field.parts], count, text)


def _image(scoped: ScopedPool, gathered: Gathered, fields: Fields) -> Coded:
    """Name the products of direct images: they are named as level 3 names images."""
    images = scoped.at(gathered.direct)

    def of(*sources: str) -> Taken:
        codes, values = to_codes(sources, images)
        return Taken(codes.astype(np.int64), values)

    def elements(wide: Values, narrow: Values, plain: Values, instrument: Values) -> str:
        return elements_text([plain] if instrument == ("miri",) else [wide, narrow])

    parts = (of("filter", "band"), of("pupil", "grating"), of("filter"), of("instrume"))
    named = {**fields, "elements": Field(parts, elements)}
    return _filled(_IMAGE, named, gathered.count)
