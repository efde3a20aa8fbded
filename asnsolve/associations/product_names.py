"""What the names of associations and products say, taken from the values of their members."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from asnsolve.associations.filled_templates import Filling, Fillings, ValueTuple, fill_template
from asnsolve.associations.member_files import MemberFiles
from asnsolve.associations.memberships import Memberships
from asnsolve.associations.shared_values import SharedValues, Signature, signature_of
from asnsolve.associations.text_columns import TextColumn, Values, text_of_values
from asnsolve.interpret.to_mask import to_codes
from asnsolve.name_texts import elements_text, optics_text
from asnsolve.pool.texts import Texts
from asnsolve.profiles import Names, Placeholder
from asnsolve.profiles.templates import EXPOSURE_NAME, placeholders_in
from asnsolve.rules.model import Rule
from asnsolve.solvers.arrays import starts_of
from asnsolve.solvers.scoped_pool import ScopedPool

_NO_TARGET = "0"
_UNSET = "null"


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
        programs = scoped.pool.program_texts()
        discovered = scoped.pool.profile.names.discovered
        ids = [*(asn_id for asn_id, _ in scoped.scopes.candidates), discovered]
        return cls(Texts.of(programs), Texts.of(ids))


def names_of(
    scoped: ScopedPool,
    rule: Rule,
    files: MemberFiles,
    texts: SharedTexts,
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
    texts : SharedTexts
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
    shared, names = SharedValues.of(scoped, rule, memberships), scoped.pool.profile.names
    has_images = bool((memberships.direct_images >= 0).any())
    template = rule.product_template
    needed = {
        "program",
        *placeholders_in(template, names),
        *(placeholders_in(names.image, names) if has_images else ()),
    }
    ids = _candidate_ids(scoped, memberships)
    fillings = _fillings(shared, rule, ids, needed)
    if rule.base.level == 2:
        # The field has the number as the pool has it; only names of products write it as t001.
        values = (shared.of_attribute(_target_attribute(names), science=True),)
        target = Filling(values, lambda numbers: _dashed(numbers) or _UNSET)
    else:
        target = _target(shared, rule)
    columns = {
        "program": _programs(fillings["program"], texts),
        "asn_id": TextColumn(ids.codes, texts.ids),
        "target": text_of_values(target.values, memberships.count, target.text),
    }
    if template == EXPOSURE_NAME:
        columns["product"] = _names_of_science(shared, rule, files)
    else:
        columns["product"] = fill_template(template, fillings, memberships.count, columns, names)
    if has_images:
        columns["image"] = _names_of_images(scoped, memberships, fillings, columns)
    return columns, signature_of(scoped, shared)


def _programs(filling: Filling, texts: SharedTexts) -> TextColumn:
    """Name the program of each association."""
    values = filling.values[-1]
    if values.several:
        # Members of several programs meet only under rules that are solved across programs.
        return text_of_values(filling.values, len(values.codes), filling.text)
    without = len(texts.programs) - 1
    return TextColumn(np.where(values.codes < 0, without, values.codes), texts.programs)


def _candidate_ids(scoped: ScopedPool, memberships: Memberships) -> Values:
    """Return the candidate id of each association; discovered ones share an id."""
    first = memberships.entries[starts_of(memberships.groups)]
    pairs = scoped.scopes.candidate_codes[scoped.scopes.entry_scopes[first]]
    ids = [asn_id for asn_id, _ in scoped.scopes.candidates]
    discovered = scoped.pool.profile.names.discovered
    return Values(np.where(pairs < 0, len(ids), pairs), (*ids, discovered))


def _fillings(
    shared: SharedValues,
    rule: Rule,
    ids: Values,
    needed: Collection[str],
) -> Fillings:
    """Return how each placeholder that is needed is filled."""
    names = shared.scoped.pool.profile.names
    clauses = {clause.name: clause for clause in rule.all_clauses}
    sharing = {
        clause.shared.sources[0]: clause
        for clause in reversed(rule.all_clauses)
        if clause.shared is not None and len(clause.shared.sources) == 1
    }

    def of(name: str) -> tuple[Values, ...]:
        return (shared.of_clause(clauses[name]),) if name in clauses else ()

    def optics() -> tuple[Values, ...]:
        beginning = names.placeholders["elements"].clauses
        named = (name for name in sorted(clauses) if name.startswith(beginning))
        return tuple(values for name in named for values in of(name))

    def told(placeholder: Placeholder) -> Filling:
        def text(values: ValueTuple = ()) -> str:
            joined = _dashed(values)
            return "" if joined in placeholder.left_out else joined.rjust(placeholder.width, "0")

        attribute = placeholder.attribute
        named = attribute in clauses or attribute not in sharing
        return Filling(of(attribute if named else sharing[attribute].name), text)

    # Functions, because finding the values is the costly part and few placeholders are needed.
    makers: dict[str, Callable[[], Filling]] = {
        # A placeholder shows the values of the clause with the name of its attribute, or else of
        # the first clause whose key looks at this attribute alone.
        **{
            name: partial(told, placeholder)
            for name, placeholder in names.placeholders.items()
            if placeholder.attribute
        },
        "program": lambda: _program(shared),
        "asn_id": lambda: Filling((ids,), "".join),
        "target": lambda: _target(shared, rule),
        "instrument": lambda: Filling(
            (shared.of_attribute(names.placeholders["instrument"].attribute),),
            lambda values: _dashed(values) or "unknown",
        ),
        "opt": lambda: Filling(optics(), lambda *values: optics_text(values)),
        "elements": lambda: Filling(optics(), lambda *values: elements_text(values)),
    }
    return {name: make() for name, make in makers.items() if name in needed}


def _dashed(values: ValueTuple = ()) -> str:
    return "-".join(values)


def _program(shared: SharedValues) -> Filling:
    """Return the program; of several, the lowest that the science members have."""
    names, programs = shared.scoped.pool.profile.names, shared.of_attribute("program")

    def text(values: ValueTuple) -> str:
        texts = map(names.program_text, values or ("0",))
        return min(texts, key=lambda text: (len(text), text))

    if not programs.several:
        return Filling((programs,), text)
    of_science = shared.of_attribute("program", science=True)
    return Filling((of_science, programs), lambda own, every: text(own or every))


def _target_attribute(names: Names) -> str:
    """Return the attribute that tells the target; empty if names have no target."""
    return names.placeholders["target"].attribute if "target" in names.placeholders else ""


def _target(shared: SharedValues, rule: Rule) -> Filling:
    """Return the target of the science members, if a key of the rule holds it."""
    names = shared.scoped.pool.profile.names
    attribute = _target_attribute(names)
    if not attribute:
        # Names of this mission have no target, so its number cannot be unknown.
        return Filling((), lambda: _UNSET)

    def text(values: ValueTuple = ()) -> str:
        return names.target_text(_dashed(values) or _NO_TARGET)

    def among(targets: frozenset[str], values: ValueTuple) -> str:
        return text(tuple(value for value in values if value in targets))

    for clause in rule.all_clauses:
        if clause.shared is not None and attribute in clause.shared.sources:
            values = (shared.of_clause(clause, science=True),)
            if clause.shared.instead is None:
                return Filling(values, text)
            # The key may take its value from another attribute, which is not a target.
            return Filling(values, partial(among, frozenset(shared.scoped.values(attribute))))
    return Filling((), text)


def _names_of_science(shared: SharedValues, rule: Rule, files: MemberFiles) -> TextColumn:
    """Name each product after the first science exposure, by file name."""
    is_science = shared.is_science()
    groups = shared.memberships.groups[is_science]
    codes = shared.scoped.codes("filename")[is_science]
    starts = starts_of(groups)
    first = np.full(shared.memberships.count, -1, dtype=np.int64)
    first[groups[starts]] = np.minimum.reduceat(codes, starts)
    names = files.roots
    if (first < 0).any():
        # An association without science is named after its rule.
        names = Texts.end_to_end([names, Texts.of([rule.name])])
        first[first < 0] = len(names) - 1
    return TextColumn(first, names)


def _names_of_images(
    scoped: ScopedPool,
    memberships: Memberships,
    fillings: Fillings,
    columns: Mapping[str, TextColumn],
) -> TextColumn:
    """Name the products of the direct images as level 3 names images."""
    images, names = scoped.at(memberships.direct_images), scoped.pool.profile.names

    def of(*sources: str) -> Values:
        codes, values = to_codes(sources, images)
        return Values(codes.astype(np.int64), values)

    def elements(
        wide: ValueTuple, narrow: ValueTuple, plain: ValueTuple, instrument: ValueTuple
    ) -> str:
        is_plain = names.plain_images.issuperset(instrument) and bool(instrument)
        return elements_text([plain] if is_plain else [wide, narrow])

    values = (of("filter", "band"), of("pupil", "grating"), of("filter"), of("instrume"))
    with_image_elements = {**fillings, "elements": Filling(values, elements)}
    return fill_template(names.image, with_image_elements, memberships.count, columns, names)
