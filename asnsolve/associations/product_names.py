"""What the names of associations and products say, taken from the values of their members."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.member_files import MemberFiles
from asnsolve.associations.memberships import Memberships
from asnsolve.associations.text_columns import (
    TextColumn,
    Values,
    text_of_values,
    values_by_group,
)
from asnsolve.interpret.to_mask import to_codes
from asnsolve.name_texts import elements_text, optics_text, program_text, target_text
from asnsolve.pool.texts import Texts
from asnsolve.rules.model import Clause, Rule
from asnsolve.solvers.arrays import starts_of
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.stages import exposure_root
from asnsolve.templates import EXPOSURE_NAME, PLACEHOLDERS, fill, placeholders_in, segments

DISCOVERED = "a3001"
"""Id of an association that no candidate names."""

ValueTuple = tuple[str, ...]
Signature = Callable[[], Mapping[str, Values]]
"""Finds, for each key of a rule by the name of its clause, the values of the members.

A function, because solving needs few of these values; files and objects give them all.
"""

_FEW = 256
"""Up to so many product names are filled whole; more are filled segment by segment."""

_NO_TARGET = "000"
_UNSET = "null"
_IMAGE = "jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{subarray}]"
"""Product name of a direct image: the one that level 3 gives to images."""


@dataclass(frozen=True, slots=True)
class SharedTexts:
    """Texts that occur in the names of many rules, made once for all of them.

    Parameters
    ----------
    programs : Texts
        The programs of the pool, and after them the one of exposures without a program.
    ids : Texts
        The ids of the candidates, and after them the one of discovered associations.
    """

    programs: Texts
    ids: Texts

    @classmethod
    def of(cls, scoped: ScopedPool) -> SharedTexts:
        """Make the texts.

        Parameters
        ----------
        scoped : ScopedPool
            All entries.

        Returns
        -------
        SharedTexts
        """
        programs = [*map(program_text, scoped.pool.values("program")), program_text("0")]
        ids = [*(asn_id for asn_id, _ in scoped.scopes.candidates), DISCOVERED]
        return cls(Texts.of(programs), Texts.of(ids))


class _Placeholder(NamedTuple):
    """How a placeholder is filled: from which values, by which function of them."""

    values: tuple[Values, ...]
    text: Callable[..., str]


_Placeholders = Mapping[str, _Placeholder]


@dataclass(frozen=True, slots=True)
class _Sharing:
    """The members of a rule's associations that share its keys, m of them."""

    scoped: ScopedPool
    rule: Rule
    memberships: Memberships
    _known: dict[str, Values] = field(default_factory=dict)

    @classmethod
    def of(cls, scoped: ScopedPool, rule: Rule, memberships: Memberships) -> _Sharing:
        shares = memberships.shares_keys
        sharing = memberships if shares.all() else memberships.take(shares)
        return cls(scoped.at(sharing.entries), rule, sharing)

    def is_science(self) -> NDArray[np.bool_]:
        """Find the science members; all members if the rule has no such role."""
        roles = self.rule.all_roles
        if "science" not in roles:
            return np.ones(len(self.scoped), dtype=np.bool_)
        mask: NDArray[np.bool_] = self.memberships.roles == roles.index("science")
        return mask

    def of_clause(self, clause: Clause, *, science: bool = False) -> Values:
        """Return the values of what a clause looks at."""
        name = f"{clause.name} of science" if science else clause.name
        if name not in self._known:
            if clause.key is None:
                codes, values = to_codes(clause.sources, self.scoped)
            else:
                offers = self.scoped.offers(self.rule, clause.key)
                codes, values = offers.taken, offers.values
            own = self._by_group(codes, values, science)
            # Keys with a value per exposure are written from the pool's array of texts.
            column = clause.sources[0] if len(clause.sources) == 1 else ""
            if isinstance(values, Texts):
                own = replace(own, texts=values)
            elif values is self.scoped.pool.values(column):
                own = replace(own, texts=self.scoped.pool.texts(column))
            self._known[name] = own
        return self._known[name]

    def signature(self) -> dict[str, Values]:
        """Return the values of every key of the rule."""
        return {
            clause.name: self.of_clause(clause) for clause in self.rule.all_clauses if clause.key
        }

    def of_attribute(self, name: str, *, science: bool = False) -> Values:
        """Return the values of an attribute."""
        return self._by_group(self.scoped.codes(name), self.scoped.values(name), science)

    def _by_group(self, codes: NDArray[np.int32], values: Sequence[str], science: bool) -> Values:
        groups = self.memberships.groups
        if science:
            is_science = self.is_science()
            codes, groups = codes[is_science], groups[is_science]
        return values_by_group(codes, values, groups, self.memberships.count)


def names_of(
    scoped: ScopedPool,
    rule: Rule,
    files: MemberFiles,
    shared: SharedTexts,
    memberships: Memberships,
) -> tuple[dict[str, TextColumn], Signature]:
    """Name the associations of a rule and their products.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    rule : Rule
        The rule.
    files : MemberFiles
        Files of the exposures.
    shared : SharedTexts
        Texts of programs and ids.
    memberships : Memberships
        The associations, g of them.

    Returns
    -------
    columns : dict of str to TextColumn, each of shape (g,)
        ``program``, ``asn_id``, ``target``, ``product``, and, if the rule has direct images,
        ``image``: the product names of these.
    signature : callable
        Finds the values that the members share.
    """
    sharing = _Sharing.of(scoped, rule, memberships)
    has_images = bool((memberships.direct_images >= 0).any())
    template = rule.product_template
    needed = {
        "program",
        "asn_id",
        *placeholders_in(template),
        *(placeholders_in(_IMAGE) if has_images else ()),
    }
    ids = _candidate_ids(scoped, memberships)
    placeholders = _placeholders(sharing, rule, ids, needed)
    if rule.base.level == 2:
        # The field has the number as the pool has it; only names of products write it as t001.
        values = (sharing.of_attribute("targetid", science=True),)
        target = _Placeholder(values, lambda numbers: _dashed(numbers) or _UNSET)
    else:
        target = placeholders.get("target", _target(sharing, rule))
    columns = {
        "program": _programs(placeholders["program"], shared),
        "asn_id": TextColumn(ids.codes, shared.ids),
        "target": text_of_values(target.values, memberships.count, target.text),
    }
    if template == EXPOSURE_NAME:
        columns["product"] = _names_of_science(sharing, rule, files)
    else:
        columns["product"] = _filled(template, placeholders, memberships.count, columns)
    if has_images:
        columns["image"] = _names_of_images(scoped, memberships, placeholders, columns)
    if memberships.count <= _FEW:
        return columns, sharing.signature
    return columns, _found_again(scoped, sharing)


def _found_again(scoped: ScopedPool, sharing: _Sharing) -> Signature:
    """Find the values of keys when they are asked for.

    The values of many associations take memory until they are written, and are found again faster
    than they are kept. What they are found from is kept as narrow as possible for the same reason.
    """
    rule, members = sharing.rule, sharing.memberships
    # Every association has members that share keys, so its first one tells where it begins. No pool
    # has so many entries that 32 bits cannot number them.
    starts, entries = starts_of(members.groups), members.entries.astype(np.int32)
    roles = members.roles

    def signature() -> dict[str, Values]:
        groups = Groups(entries.astype(np.int64), starts, roles)
        return _Sharing.of(scoped, rule, Memberships.of(groups)).signature()

    return signature


def _programs(placeholder: _Placeholder, shared: SharedTexts) -> TextColumn:
    """Name the program of each association."""
    (values,) = placeholder.values
    if values.several:
        # Members of several programs meet only under rules that do not keep programs apart.
        return text_of_values(placeholder.values, len(values.codes), placeholder.text)
    without = len(shared.programs) - 1
    return TextColumn(np.where(values.codes < 0, without, values.codes), shared.programs)


def _candidate_ids(scoped: ScopedPool, memberships: Memberships) -> Values:
    """Return the candidate id of each association; discovered ones share an id."""
    first = memberships.entries[starts_of(memberships.groups)]
    pairs = scoped.scopes.candidate_codes[scoped.scopes.entry_scopes[first]]
    ids = [asn_id for asn_id, _ in scoped.scopes.candidates]
    return Values(np.where(pairs < 0, len(ids), pairs), (*ids, DISCOVERED))


def _placeholders(
    sharing: _Sharing,
    rule: Rule,
    ids: Values,
    needed: Collection[str],
) -> _Placeholders:
    """Tell how each needed placeholder is filled."""
    clauses = {clause.name: clause for clause in rule.all_clauses}

    def of(name: str) -> tuple[Values, ...]:
        return (sharing.of_clause(clauses[name]),) if name in clauses else ()

    def optics() -> tuple[Values, ...]:
        names = (
            name for name in sorted(clauses) if name.startswith(PLACEHOLDERS["elements"].clauses)
        )
        return tuple(values for name in names for values in of(name))

    # Functions, because finding the values is the costly part and few placeholders are needed.
    makers: dict[str, Callable[[], _Placeholder]] = {
        "program": lambda: _Placeholder((sharing.of_attribute("program"),), _program_text),
        "asn_id": lambda: _Placeholder((ids,), "".join),
        "target": lambda: _target(sharing, rule),
        "instrument": lambda: _Placeholder(
            (sharing.of_attribute("instrume"),), lambda values: _dashed(values) or "unknown"
        ),
        "opt": lambda: _Placeholder(optics(), lambda *values: optics_text(values)),
        "elements": lambda: _Placeholder(optics(), lambda *values: elements_text(values)),
        "slit": lambda: _Placeholder(of("fxd_slit"), _dashed),
        "subarray": lambda: _Placeholder(of("subarray"), _subarray),
        "detector": lambda: _Placeholder(of("detector"), _dashed),
        "activity": lambda: _Placeholder(
            of("act_id"), lambda *values: _dashed(*values).rjust(2, "0")
        ),
    }
    return {name: make() for name, make in makers.items() if name in needed}


def _dashed(values: ValueTuple = ()) -> str:
    return "-".join(values)


def _program_text(values: ValueTuple) -> str:
    return program_text(_dashed(values) or "0")


def _subarray(values: ValueTuple = ()) -> str:
    return "" if _dashed(values) == "full" else _dashed(values)


def _target_text(values: ValueTuple) -> str:
    return target_text(_dashed(values) or _NO_TARGET)


def _target(sharing: _Sharing, rule: Rule) -> _Placeholder:
    """Return the target of the science members, if a key of the rule holds it."""
    for clause in rule.all_clauses:
        if clause.key is not None and "targetid" in clause.key.sources:
            values = (sharing.of_clause(clause, science=True),)
            if clause.key.instead is None:
                return _Placeholder(values, _target_text)
            # The key may take its value from another attribute, which is no target.
            targets = frozenset(sharing.scoped.values("targetid"))
            return _Placeholder(values, _target_among(targets))
    return _Placeholder((), lambda: _target_text(()))


def _target_among(targets: frozenset[str]) -> Callable[[ValueTuple], str]:
    return lambda values: _target_text(tuple(value for value in values if value in targets))


def _names_of_science(sharing: _Sharing, rule: Rule, files: MemberFiles) -> TextColumn:
    """Name each product after the first science exposure, by file name."""
    is_science = sharing.is_science()
    groups = sharing.memberships.groups[is_science]
    codes = sharing.scoped.codes("filename")[is_science]
    starts = starts_of(groups)
    first = np.full(sharing.memberships.count, -1, dtype=np.int64)
    if len(starts):
        first[groups[starts]] = np.minimum.reduceat(codes, starts)
    names = files.roots
    if (first < 0).any():
        # An association without science is named after its rule.
        names = Texts.end_to_end([names, Texts.of([exposure_root(rule.name)])])
        first[first < 0] = len(names) - 1
    return TextColumn(first, names)


def _filled(
    template: str,
    placeholders: _Placeholders,
    count: int,
    columns: Mapping[str, TextColumn],
) -> TextColumn:
    """Fill a template for each association; shape (count,).

    Columns that are known already stand for placeholders of their names.
    """
    parts = segments(template)
    if count <= _FEW:
        return _segment(parts, placeholders, count)
    # A whole name is nearly as rare as an association, but each of its segments has few texts.
    pieces: list[Texts | str] = []
    for part in parts:
        if part in ("{program}", "{asn_id}"):
            pieces.append(columns[part[1:-1]].spelled_out())
        elif placeholders_in(part):
            pieces.append(_segment([part], placeholders, count).spelled_out())
        else:
            pieces.append(fill(part, {}))
    return TextColumn(np.arange(count, dtype=np.int64), Texts.joined(pieces, count))


def _segment(parts: Sequence[str], placeholders: _Placeholders, count: int) -> TextColumn:
    """Fill segments of a template, once per combination of the values of their placeholders."""
    names_of_parts = [(part, placeholders_in(part)) for part in parts]
    chosen = {name: placeholders[name] for _, names in names_of_parts for name in names}

    # Combinations share most of their texts: a segment is filled once per text.
    @cache
    def filled(part: str, names: tuple[str, ...], texts: tuple[str, ...]) -> str:
        return fill(part, dict(zip(names, texts, strict=True)))

    def text(*values: ValueTuple) -> str:
        texts: dict[str, str] = {}
        start = 0
        for name, placeholder in chosen.items():
            end = start + len(placeholder.values)
            texts[name] = placeholder.text(*values[start:end])
            start = end
        return "".join(
            filled(part, names, tuple(texts[name] for name in names))
            for part, names in names_of_parts
        )

    columns = [values for placeholder in chosen.values() for values in placeholder.values]
    return text_of_values(columns, count, text)


def _names_of_images(
    scoped: ScopedPool,
    memberships: Memberships,
    placeholders: _Placeholders,
    columns: Mapping[str, TextColumn],
) -> TextColumn:
    """Name the products of the direct images as level 3 names images."""
    images = scoped.at(memberships.direct_images)

    def of(*sources: str) -> Values:
        codes, values = to_codes(sources, images)
        return Values(codes.astype(np.int64), values)

    def elements(
        wide: ValueTuple, narrow: ValueTuple, plain: ValueTuple, instrument: ValueTuple
    ) -> str:
        return elements_text([plain] if instrument == ("miri",) else [wide, narrow])

    values = (of("filter", "band"), of("pupil", "grating"), of("filter"), of("instrume"))
    with_image_elements = {**placeholders, "elements": _Placeholder(values, elements)}
    return _filled(_IMAGE, with_image_elements, memberships.count, columns)
