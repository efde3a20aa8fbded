"""Files that were given to serve others and serve none, and science that none of them serves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from asnsolve.associations.association import Association
from asnsolve.errors import Location, PoolError, Problem
from asnsolve.explanations.pair import explain_pair
from asnsolve.explanations.prose import between_text
from asnsolve.from_files.inputs import ROLES, Inputs
from asnsolve.naming import exposure_of, program_text
from asnsolve.pool.table import Pool
from asnsolve.rules.rule import RuleSet

__all__ = ["serving_nothing", "unserved"]

_ALIKE: Final = (
    *("program", "exp_type", "instrume", "detector", "filter", "pupil", "grating", "band"),
    *("channel", "subarray", "fxd_slit", "obs_num", "patttype"),
)
"""What exposures have in common that are refused for one reason."""


_MOST_REASONS: Final = 12
"""How many reasons are looked for: each takes solving a program."""

Kind = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _Exposures:
    """The exposures of a pool by their names without stage, and those of each program."""

    pool: Pool
    rows: Mapping[str, int]
    programs: Mapping[str | None, tuple[str, ...]]

    @classmethod
    def of(cls, pool: Pool) -> _Exposures:
        names = pool.values("filename")
        codes = pool.codes("filename").tolist()
        rows = {exposure_of(names[code]): row for row, code in enumerate(codes)}
        programs: dict[str | None, list[str]] = {}
        for root, row in rows.items():
            programs.setdefault(pool.value(row, "program"), []).append(root)
        return cls(pool, rows, {program: tuple(roots) for program, roots in programs.items()})

    def value(self, root: str, column: str) -> str | None:
        return self.pool.value(self.rows[root], column)

    def kind(self, root: str) -> Kind:
        return tuple(self.value(root, column) for column in _ALIKE)


def serving_nothing(
    associations: Sequence[Association], given: Inputs, rules: RuleSet
) -> Iterator[Problem]:
    """Say which listed files have their role in no association, and what stands against it.

    Yields
    ------
    Problem
        One a file; the reason is that which the nearest science exposure gives.
    """
    found = _Exposures.of(given.pool)
    for name, role in ROLES.items():
        known = role == "selfcal" or any(role in rule.words for rule in rules)
        serving = {
            exposure_of(member.expname)
            for one in associations
            for member in one.members
            if member.exptype == role
        }
        reasons: dict[Kind, str] = {}
        for root in sorted(given.listed[name] - serving) if known else ():
            (file, *_) = given.files[root].values()
            what = f"it is given as {role}, and is that of no association"
            reason = ""
            if role == "selfcal":
                reason = "No science of level 2 has its detector and optical elements."
            elif root in found.rows:
                kind = found.kind(root)
                if kind not in reasons and len(reasons) < _MOST_REASONS:
                    reasons[kind] = _reason(root, role, found, rules)
                reason = reasons.get(kind, "")
            yield Problem(what, Location(str(file)), advice=reason)


def unserved(
    associations: Sequence[Association], given: Inputs, rules: RuleSet
) -> Iterator[Problem]:
    """Say which science has none of the dedicated backgrounds of its program, and why.

    Yields
    ------
    Problem
        One for the science of one kind: what matters to rules is the same.
    """
    found = _Exposures.of(given.pool)
    skies = [root for root in found.rows if found.value(root, "bkgdtarg") is not None]
    kinds = {(found.value(sky, "program"), found.value(sky, "exp_type")) for sky in skies}
    without: dict[Kind, list[str]] = {}
    for one in associations:
        science = [m for m in one.members if m.exptype == "science" and not m.derived]
        if any(m.exptype == "background" for m in one.members) or one.level != 2:
            continue
        for root in (exposure_of(member.expname) for member in science):
            of_kind = (found.value(root, "program"), found.value(root, "exp_type"))
            if of_kind in kinds and found.value(root, "bkgdtarg") is None:
                without.setdefault(found.kind(root), []).append(root)
    for number, roots in enumerate(without.values()):
        (file, *_) = given.files[roots[0]].values()
        many = f"{len(roots)} science exposures like it have" if len(roots) > 1 else "it has"
        reason = ""
        if number < _MOST_REASONS:
            reason = _reason(roots[0], "science", found, rules, skies)
        yield Problem(
            f"{many} none of the dedicated backgrounds", Location(str(file)), advice=reason
        )


def _reason(
    root: str,
    role: str,
    found: _Exposures,
    rules: RuleSet,
    others: Collection[str] = (),
) -> str:
    """Say what stands between an exposure and the one that comes nearest to it."""
    near = found.programs[found.value(root, "program")]
    if others:
        wanted = {*others}
        candidates = [other for other in near if other in wanted]
    else:
        science = [other for other in near if not _serves(found, other) and other != root]
        candidates = science or [other for other in found.rows if not _serves(found, other)]
    if not candidates:
        return "There is no science beside it."
    own = found.kind(root)
    nearest = max(candidates, key=lambda other: (_agreement(own, found.kind(other)), other))
    programs = found.value(root, "program"), found.value(nearest, "program")
    if programs[0] != programs[1]:
        both = " and ".join(program_text(program or "") for program in programs)
        return f"The programs differ: {both}."
    try:
        told = explain_pair(found.pool, rules, root, nearest)
    except PoolError:
        return ""
    served = "background" if role == "science" else role
    fitting = [one for one in told.rules if served in one.roles]
    return f"With {nearest}: {between_text(fitting[0])}." if fitting else ""


def _serves(found: _Exposures, root: str) -> bool:
    return any(found.value(root, name) is not None for name in ("bkgdtarg", "is_psf", "is_imprt"))


def _agreement(first: tuple[str | None, ...], second: tuple[str | None, ...]) -> int:
    return sum(a == b for a, b in zip(first, second, strict=True))
