"""Where the answer is meant to differ from the reference's, and why; each judges one difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from asnsolve.pool.candidates import parse
from asnsolve.pool.columns import NULL_WORDS
from asnsolve.rules.jwst import JWST
from tests.conformance.reference import Facts, Rows

__all__ = [
    "DEVIATIONS",
    "GIVES_UP",
    "NODS",
    "UNSTABLE_MEANINGS",
    "Deviation",
    "Difference",
    "deviation_of",
]

Kind = Literal["missing", "extra"]

_CONFIRMED = "Asn_MIRLRSTAConfirm"
_ACQUISITION = "target_acquisition"
_UNLISTED_STRIPES = {
    f"sub{size}_dhs" for size in ("40stripe1", "80stripe2", "160stripe4", "256stripe4")
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One association that is on one side only.

    ``missing`` is what the reference has and we have not, ``extra`` what only we have.
    """

    kind: Kind
    fact: Facts
    rows: Rows
    mode: str
    reference: Counter[Facts]
    ours: Counter[Facts]

    @property
    def other_side(self) -> Counter[Facts]:
        """What the side that has it not has."""
        return self.ours if self.kind == "missing" else self.reference

    @property
    def counterparts(self) -> tuple[Facts, ...]:
        """What the other side has of the same rule, candidate and product name."""
        mine = (self.fact.rule, self.fact.asn_id, self.fact.product)
        return tuple(o for o in self.other_side if (o.rule, o.asn_id, o.product) == mine)

    def rows_of(self, fact: Facts) -> list[Mapping[str, str]]:
        """Return the rows of the members of an association."""
        names = {name.rpartition("_")[0] for name, _ in fact.members}
        return [row for row in self.rows if _cell(row, "filename").rpartition("_")[0] in names]

    @property
    def label(self) -> tuple[str, str]:
        """Kind and rule, by which differences are told apart at a glance."""
        return self.kind, self.fact.rule

    def __str__(self) -> str:
        return f"{self.kind}: {self.fact}"


@dataclass(frozen=True, slots=True)
class Deviation:
    """A reason to differ."""

    name: str
    title: str
    explains: Callable[[Difference], bool]


def _same_name(difference: Difference) -> bool:
    """Tell whether the reference dropped an association of ours for a larger one of its name.

    It drops the one with fewer members unless a file of both has two roles. At level 2 we do too;
    at level 3 we drop only what the other really holds.
    """
    fact = difference.fact
    return (
        difference.kind == "extra"
        and not fact.asn_type.endswith("2")
        and any(
            other.product == fact.product
            and len(other.members) > len(fact.members)
            and not other.members >= fact.members
            and not _roles_disagree(fact, other)
            for other in difference.reference
        )
    )


def _one_product(difference: Difference) -> bool:
    """Tell whether we dropped an association of level 2 for another one of the same science.

    The reference keeps both where they are equally large, or where a file of both has two roles.
    """
    fact = difference.fact
    return (
        difference.kind == "missing"
        and fact.asn_type.endswith("2")
        and any(
            other.product == fact.product
            and _science(other) == _science(fact)
            and other.members != fact.members
            and (
                len(other.members) == len(fact.members)
                or (len(other.members) > len(fact.members) and _roles_disagree(fact, other))
            )
            for other in difference.ours
        )
    )


def _science(fact: Facts) -> frozenset[str]:
    return frozenset(name for name, role in fact.members if role == "science")


def _roles_disagree(one: Facts, other: Facts) -> bool:
    return len({name for name, _ in one.members | other.members}) < len(one.members | other.members)


def _tied_rules(difference: Difference) -> bool:
    """Tell whether both sides have the association, made by rules that take the same files.

    The reference keeps the one that was made last, which hangs on the order of rows; we keep the
    one whose rule is the last by name.
    """
    fact = difference.fact
    return any(
        other.rule != fact.rule
        and (other.asn_id, other.members) == (fact.asn_id, fact.members)
        and max(other.rule, fact.rule)
        == (other.rule if difference.kind == "missing" else fact.rule)
        for other in difference.other_side
    )


def _two_flags(difference: Difference) -> bool:
    """Tell whether a PSF reference or an acquisition is flagged as something else too.

    At level 2 the reference lets it in by that flag, as a second science exposure.
    """
    return difference.fact.asn_type.endswith("2") and any(
        (_is_set(row, "is_psf") or _cell(row, "pntgtype") == "target_acquisition")
        and (_is_set(row, "is_imprt") or _is_set(row, "bkgdtarg"))
        for fact in (difference.fact, *difference.counterparts)
        for row in difference.rows_of(fact)
    )


def _integrations(difference: Difference) -> bool:
    """Tell whether nothing differs but whether files are said to keep their integrations.

    The reference asks whether the association is a time series, and a member without TSOVISIT may
    be in one that is; we ask the exposure.
    """
    mine = _without_stage(difference.fact)
    visits = {_cell(row, "tsovisit") == "t" for row in difference.rows_of(difference.fact)}
    return len(visits) > 1 and any(
        _without_stage(other) == mine for other in difference.counterparts
    )


def _first_source(difference: Difference) -> bool:
    """Tell whether members take a value from different attributes, as filter and band.

    The reference compares the attribute that the first member happened to have; we compare the
    value that each exposure has.
    """
    facts = (difference.fact, *difference.counterparts)
    rows = [
        row
        for fact in facts
        for row in difference.rows_of(replace(fact, members=_without_role(fact, _ACQUISITION)))
    ]
    return any(
        len({next((name for name in names if _is_set(row, name)), None) for row in rows} - {None})
        > 1
        for names in _several_sources(difference.fact.rule)
    )


def _several_sources(rule: str) -> set[tuple[str, ...]]:
    """Return the attributes of which a rule compares the first that is set."""
    keys = (key for each in JWST if each.name == rule for _, key in each.keys)
    return {key.sources for key in keys if len(key.sources) > 1}


def _confirmation(difference: Difference) -> bool:
    """Tell whether the confirmation images of a low-resolution spectrum differ.

    The reference takes those of the exposure identity that came first, and never two; we take all
    of the observation of the spectrum.
    """
    mine = _without_role(difference.fact, _ACQUISITION)
    return difference.fact.rule == _CONFIRMED and any(
        _without_role(other, _ACQUISITION) == mine for other in difference.counterparts
    )


def _no_mode(difference: Difference) -> bool:
    """Tell whether a low-resolution spectrum does not say through what it was taken.

    The reference lets it in because it might have a confirmation image; we ask of it what is asked
    of every spectrum.
    """
    facts = (difference.fact, *difference.counterparts)
    return difference.fact.rule == _CONFIRMED and any(
        not (_is_set(row, "instrume") and _is_set(row, "detector"))
        or not (_is_set(row, "filter") or _is_set(row, "band"))
        or _cell(row, "filter") == "opaque"
        for fact in facts
        for row in difference.rows_of(fact)
        if _cell(row, "exp_type").startswith("mir_lrs")
    )


def _nod_targets(difference: Difference) -> bool:
    """Tell whether nods of the integral-field unit are of several targets.

    The reference takes those of other targets as background here, though not in slits.
    """
    facts = (difference.fact, *difference.counterparts)
    targets = {_cell(row, "targetid") for fact in facts for row in difference.rows_of(fact)}
    return difference.fact.rule == "Asn_Lv2NRSIFUNod" and len(targets) > 1


def _nod_number(difference: Difference) -> bool:
    """Tell whether the number of a nod holds another one as text.

    The reference then leaves it out of the background.
    """
    facts = (difference.fact, *difference.counterparts)
    numbers = {_cell(row, "patt_num") for fact in facts for row in difference.rows_of(fact)}
    return difference.fact.rule == "Asn_Lv2MIRLRSFixedSlitNod" and any(
        one != other and one in other for one in numbers - {""} for other in numbers
    )


def _imprint_tile(difference: Difference) -> bool:
    """Tell whether imprints of an exposure that serves others are of another mosaic tile.

    The reference asks imprints for one tile, but not the exposure.
    """
    facts = (difference.fact, *difference.counterparts)
    tiles = {_cell(row, "mostilno") for fact in facts for row in difference.rows_of(fact)}
    return difference.fact.rule == "Asn_Lv2SpecSpecial" and len(tiles) > 1


def _dark(difference: Difference) -> bool:
    """Tell whether the filter is opaque, or the grating of a micro-shutter spectrum a mirror.

    The reference lets these into level 3, where no file of level 2 stands for them.
    """
    facts = (difference.fact, *difference.counterparts)
    return any(
        _cell(row, "filter") == "opaque"
        or (_cell(row, "exp_type") == "nrs_msaspec" and _cell(row, "grating") == "mirror")
        for fact in facts
        for row in difference.rows_of(fact)
    )


def _stripes(difference: Difference) -> bool:
    """Tell whether a time series was read in stripes of a subarray that the reference leaves out.

    The reference lists four of the eight subarrays whose spectra level 3 does not combine.
    """
    return difference.kind == "missing" and any(
        _cell(row, "subarray") in _UNLISTED_STRIPES for row in difference.rows_of(difference.fact)
    )


def _pointing(difference: Difference) -> bool:
    """Tell whether an exposure has a pointing that the pipeline has no role for.

    The reference makes the word of the pointing its role; we leave the exposure out.
    """
    return any(
        _cell(row, "pntgtype") not in ("", "science", "target_acquisition")
        for fact in (difference.fact, *difference.counterparts)
        for row in difference.rows_of(fact)
    )


def _candidate_kinds(difference: Difference) -> bool:
    """Tell whether a candidate is meant differently, of this or what it stands in for."""
    same = (o for o in difference.other_side if o.members == difference.fact.members)
    return any(_has_kinds(difference, fact) for fact in (difference.fact, *same))


def _has_kinds(difference: Difference, fact: Facts) -> bool:
    """Tell whether the candidate is of two types in the pool, or its images of two programs.

    The reference takes an id once for each type, each time with all exposures that name it; and
    parallel grism exposures are bound to no program. We take id, type and program together.
    """
    named = [
        (asn_type, _cell(row, "program"))
        for row in difference.rows
        for asn_id, asn_type in parse(_cell(row, "asn_candidate")) or ()
        if asn_id == fact.asn_id
    ]
    types, programs = {kind for kind, _ in named}, {program for _, program in named}
    parallel = fact.rule == "Asn_Lv2WFSSParallel"
    return len(types) > 1 or (parallel and len(programs) > 1)


def _without_stage(fact: Facts) -> frozenset[tuple[str, str]]:
    return frozenset(
        (name.removesuffix(".fits").removesuffix("ints"), role) for name, role in fact.members
    )


def _without_role(fact: Facts, role: str) -> frozenset[tuple[str, str]]:
    return frozenset(member for member in fact.members if member[1] != role)


def _cell(row: Mapping[str, str], column: str) -> str:
    value = next((cell for name, cell in row.items() if name.lower() == column), "").lower()
    return "" if value in NULL_WORDS else value


def _is_set(row: Mapping[str, str], column: str) -> bool:
    return _cell(row, column) != ""


DEVIATIONS: tuple[Deviation, ...] = (
    Deviation("same-name", "an association gives way only to one that holds it", _same_name),
    Deviation("one-product", "one association of level 2 per product", _one_product),
    Deviation("tied-rules", "of rules that take the same files, the last by name", _tied_rules),
    Deviation("integrations", "an exposure is a time series by itself", _integrations),
    Deviation("two-flags", "a PSF reference is no background or imprint", _two_flags),
    Deviation("candidate-kinds", "a candidate has one type and program", _candidate_kinds),
    Deviation("first-source", "each exposure has the value of its own attribute", _first_source),
    Deviation("confirmation", "confirmations are of the observation", _confirmation),
    Deviation("no-mode", "a spectrum says through what it was taken", _no_mode),
    Deviation("nod-targets", "nods of another target are no background", _nod_targets),
    Deviation("nod-number", "the number of a nod is a number", _nod_number),
    Deviation("imprint-tile", "an imprint is of the same mosaic tile", _imprint_tile),
    Deviation("dark", "what sees no sky is not combined", _dark),
    Deviation("stripes", "spectra that are read in stripes are not combined", _stripes),
    Deviation("pointing", "no role for an unknown pointing", _pointing),
)
"""All reasons; the first that explains a difference names it."""


GIVES_UP: tuple[str, ...] = (
    "LookupError: Exposure type cannot be determined",
    "TypeError: 'NoneType' object is not subscriptable",
)
"""Last words of the reference on pools that are solved all the same: a cell is not set."""

UNSTABLE_MEANINGS = frozenset({"open-values", "no-next-image", "unset-cells"})
"""What docs/deviations.md tells of besides: where the reference answers by order, or gives up."""

NODS = frozenset({"Asn_Lv2NRSMSA", "Asn_Lv2NRSFSS", "Asn_Lv2NRSIFUNod"})
"""Rules whose associations say in the reference that they are degraded when another nod is."""


def deviation_of(difference: Difference) -> str | None:
    """Return the name of the deviation that explains a difference, if any does.

    Where an association of the reference is not made for a reason, one of the same product stays
    that would have given way to it.
    """
    direct = _direct(difference)
    if direct is not None or difference.kind == "missing":
        return direct
    missing = difference.reference - difference.ours
    superseding = (fact for fact in missing if fact.product == difference.fact.product)
    reasons = (_direct(replace(difference, kind="missing", fact=fact)) for fact in superseding)
    return next((reason for reason in reasons if reason is not None), None)


def _direct(difference: Difference) -> str | None:
    names = (each.name for each in DEVIATIONS if each.explains(difference))
    return next(names, None)
