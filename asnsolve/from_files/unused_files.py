"""Files that were listed to serve others but serve none, and science that none of them serves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.errors import Location, Problem
from asnsolve.explanations.pair import pair_in
from asnsolve.explanations.pair_prose import between_text
from asnsolve.explanations.programs import Programs
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.request_fields import FLAGS, ROLES
from asnsolve.from_files.selfcal import calibrating, reason_against_selfcal
from asnsolve.phrases import and_more, count_text
from asnsolve.pool.header_cells import Row
from asnsolve.rules.jwst.exposures import ACQUISITIONS
from asnsolve.rules.rule_set import RuleSet

_TRAITS: Final = (
    *("program", "exp_type", "instrume", "detector", "filter", "pupil", "grating", "band"),
    *("channel", "subarray", "fxd_slit", "obs_num", "patttype"),
)
"""Attributes that decide why an exposure is refused: a reason is looked for once per traits."""

_SETUP: Final = ("instrume", "exp_type", "detector")
"""Attributes in which an exposure agrees with what it serves in another program."""

_MOST_REASONS: Final = 12
"""How many reasons are looked for; the others are left empty."""

_SKY: Final = FLAGS["background"]

Traits = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Exposures:
    """The exposures of the files, by their names without stage.

    Parameters
    ----------
    programs : Programs
        Their programs, each solved when a reason is looked for.
    rows : mapping of str to int
        Row of each exposure in the pool.
    own_names : mapping of str to str
        Names of exposures, by the names that they have in other programs.
    """

    programs: Programs
    rows: Mapping[str, int]
    own_names: Mapping[str, str]

    @classmethod
    def of(cls, inputs: Inputs, rules: RuleSet) -> _Exposures:
        pool = inputs.pool
        names = pool.exposures.list()
        rows = {names[code]: row for row, code in enumerate(pool.codes("filename").tolist())}
        own_names = {one.name: one.exposure for one in inputs.adopted}
        return cls(Programs(pool, rules), rows, own_names)

    def in_other_programs(self, exposure: str) -> list[str]:
        """Return the names that an exposure has in other programs."""
        return [name for name, own in self.own_names.items() if own == exposure]

    def value(self, exposure: str, column: str) -> str | None:
        return self.programs.pool.value(self.rows[exposure], column)

    def values(self, exposure: str, columns: Sequence[str]) -> Traits:
        return tuple(self.value(exposure, column) for column in columns)

    def serves(self, exposure: str) -> bool:
        return any(value is not None for value in self.values(exposure, tuple(FLAGS.values())))


def serving_nothing(
    associations: Sequence[Association],
    inputs: Inputs,
    rules: RuleSet,
    in_pairs: Sequence[Association] = (),
) -> Iterator[Problem]:
    """Find the listed files that have their role in no association.

    Parameters
    ----------
    associations : sequence of Association
        The associations that were found.
    inputs : Inputs
        The exposures and the lists.
    rules : RuleSet
        The rules.
    in_pairs : sequence of Association
        The associations as they were before each science exposure got one PSF reference; empty if
        that was not asked for.

    Yields
    ------
    Problem
        One per file; the advice says what stands between it and the nearest science exposure. A
        file that is listed for self-calibration beside others that serve, and is a member of an
        association in another role, is not among them: see `used_otherwise`. Nor are acquisitions
        beside files that serve: see `acquisitions_aside`.
    """
    exposures = _Exposures.of(inputs, rules)
    for listing, role in ROLES.items():
        # A level without the role has no use for such files: that is no problem.
        if role != "selfcal" and not any(role in rule.all_roles for rule in rules):
            continue
        serving = calibrating(associations) if role == "selfcal" else _in_role(associations, role)
        reasons: dict[Traits, str] = {}
        if role == "selfcal" and serving & inputs.listed[listing]:
            serving |= {member.exposure for one in associations for member in one.members}
        if serving & inputs.listed[listing]:
            serving |= _acquisitions(inputs, listing)
        fitting = _in_role(in_pairs, role) if role == "psf" else set()
        for exposure in sorted(inputs.listed[listing] - serving - inputs.aside):
            reason = ""
            if role == "selfcal":
                row = inputs.selfcal_rows[exposure]
                reason = reason_against_selfcal(row, associations, inputs.rows)
            elif exposure in fitting:
                reason = "Each science exposure has one PSF reference already (--apart pair)."
            elif _is_acquisition(inputs.rows.get(exposure, {})):
                reason = f"It is an acquisition image, which never serves as {role}."
            elif exposure in exposures.rows:
                traits = exposures.values(exposure, _TRAITS)
                if traits not in reasons and len(reasons) < _MOST_REASONS:
                    # What keeps it from the science of another program is what matters.
                    known = exposures.in_other_programs(exposure)
                    beside = (_reason(name, role, exposures) for name in (*known[:1], exposure))
                    reasons[traits] = next(filter(None, beside), "")
                reason = reasons.get(traits, "")
            what = f"given as {role}, but not used as {role} in any association"
            yield Problem(what, Location(inputs.file_of(exposure)), advice=reason)


def used_otherwise(associations: Sequence[Association], inputs: Inputs) -> Iterator[Problem]:
    """Find the exposures listed for self-calibration that are members in other roles alone.

    If a directory is given for self-calibration, some of its files may be acquisitions or have
    another subarray. Nothing is lost with these, if others serve.

    Parameters
    ----------
    associations : sequence of Association
        The associations that were found.
    inputs : Inputs
        The exposures and the lists.

    Yields
    ------
    Problem
        One for all of them; the advice says what stands between the first and the science.
    """
    listed, serving = inputs.listed["selfcal"], calibrating(associations)
    members = {member.exposure for one in associations for member in one.members}
    found = sorted((listed & members) - serving - inputs.aside)
    if found and listed & serving:
        first = found[0]
        what = f"files given as selfcal that no association uses: {and_more(first, len(found))}"
        row = inputs.selfcal_rows[first]
        yield Problem(what, advice=reason_against_selfcal(row, associations, inputs.rows))


def acquisitions_aside(associations: Sequence[Association], inputs: Inputs) -> Iterator[Problem]:
    """Find the acquisition images that were listed along with backgrounds or PSF references.

    A directory that is given for a role may hold them. Nothing is lost, if its other files serve.

    Parameters
    ----------
    associations : sequence of Association
        The associations that were found.
    inputs : Inputs
        The exposures and the lists.

    Yields
    ------
    Problem
        One for each list.
    """
    for listing, role in ROLES.items():
        serving = _in_role(associations, role)
        found = sorted(_acquisitions(inputs, listing) - serving)
        if found and serving & inputs.listed[listing]:
            first = inputs.file_of(found[0])
            more = and_more(first, len(found))
            yield Problem(f"acquisition images, which never serve as {role}: {more}")


def _acquisitions(inputs: Inputs, listing: str) -> set[str]:
    """Return the acquisition images in a list, other than those for self-calibration."""
    if listing == "selfcal":
        return set()
    return {one for one in inputs.listed[listing] if _is_acquisition(inputs.rows.get(one, {}))}


def _is_acquisition(row: Row) -> bool:
    return row.get("exp_type", "").lower() in ACQUISITIONS


def _in_role(associations: Iterable[Association], role: str) -> set[str]:
    """Return the exposures that have a role in some association."""
    return {
        member.exposure
        for association in associations
        for member in association.members
        if member.exptype == role
    }


def unserved(
    associations: Sequence[Association], inputs: Inputs, rules: RuleSet
) -> Iterator[Problem]:
    """Find the science that has none of the dedicated backgrounds of its program.

    Parameters
    ----------
    associations : sequence of Association
        The associations that were found.
    inputs : Inputs
        The exposures and the lists.
    rules : RuleSet
        The rules.

    Yields
    ------
    Problem
        One for all science exposures with the same traits.
    """
    exposures = _Exposures.of(inputs, rules)
    skies = [name for name in exposures.rows if exposures.value(name, _SKY) is not None]
    with_skies = {exposures.values(sky, ("program", "exp_type")) for sky in skies}
    without: dict[Traits, list[str]] = {}
    for association in associations:
        roles = {member.exptype for member in association.members}
        # Only level 2 subtracts dedicated backgrounds from every science exposure.
        if "background" in roles or association.level != 2:
            continue
        for member in association.members:
            exposure = member.exposure
            if (
                member.exptype == "science"
                and not member.derived
                and exposures.values(exposure, ("program", "exp_type")) in with_skies
                # Backgrounds, imprints and acquisitions have no backgrounds of their own.
                and not _is_acquisition(inputs.rows.get(exposure, {}))
                and not any(exposures.values(exposure, (_SKY, FLAGS["imprint"])))
            ):
                without.setdefault(exposures.values(exposure, _TRAITS), []).append(exposure)
    for number, alike in enumerate(without.values()):
        others = count_text(len(alike) - 1, "other science exposure")
        which = f"it and {others} like it" if len(alike) > 1 else "it"
        reason = ""
        if number < _MOST_REASONS:
            reason = _reason(alike[0], "science", exposures, skies)
        what = f"no dedicated background fits {which}"
        yield Problem(what, Location(inputs.file_of(alike[0])), advice=reason)


def _reason(exposure: str, role: str, exposures: _Exposures, others: Collection[str] = ()) -> str:
    """Say what stands between an exposure and the most similar of others, or of the science."""
    program = exposures.value(exposure, "program")
    science = [other for other in exposures.rows if not exposures.serves(other)]
    beside = [
        other
        for other in others or science
        if other != exposure and exposures.value(other, "program") == program
    ]
    # If there is no science of its program, science of another program shows what differs.
    candidates = beside or science
    if not candidates:
        return "There is no science exposure to use it for."
    traits = exposures.values(exposure, _TRAITS)

    def similarity(other: str) -> tuple[int, str]:
        others = exposures.values(other, _TRAITS)
        return sum(a == b for a, b in zip(traits, others, strict=True)), other

    nearest = max(candidates, key=similarity)
    name = exposures.own_names.get(nearest, nearest)
    if program != exposures.value(nearest, "program"):
        pairs = zip(
            _SETUP,
            exposures.values(exposure, _SETUP),
            exposures.values(nearest, _SETUP),
            strict=True,
        )
        differing = [
            f"{column} differs: {own or 'not set'} and {its or 'not set'}"
            for column, own, its in pairs
            if own != its
        ]
        return f"With {name}: {'; '.join(differing)}." if differing else ""
    pair = pair_in(exposures.programs, exposure, nearest)
    served = "background" if role == "science" else role
    fitting = [answer for answer in pair.rules if served in answer.roles]
    return f"With {name}: {between_text(fitting[0])}." if fitting else ""
