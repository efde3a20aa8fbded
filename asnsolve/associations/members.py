"""The members of an association: file names with the stage that the pipeline takes, and roles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.finish import Gathered
from asnsolve.associations.model import Member
from asnsolve.interpret.to_mask import to_codes
from asnsolve.naming import elements_text, exposure_root
from asnsolve.rules.model import Rule
from asnsolve.solvers.model import Scope
from asnsolve.solvers.reading import Reading
from asnsolve.templates import product_name

__all__ = ["Files", "members_of"]

_RAW_FILE = re.compile(r"(.+)_uncal(\..+)")
_IMAGE = "jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{subarray}]"


@dataclass(frozen=True, slots=True)
class Files:
    """What a rule makes of file names.

    Parameters
    ----------
    reading : Reading
        The exposures.
    rule : Rule
        The rule.
    stages : tuple of str
        Stages of files.
    stage_of : ndarray of int8, shape (entries,)
        Stage of each exposure's file, as an index into `stages`.
    has_errors : bool
        Whether the pool says what went wrong with exposures.
    """

    reading: Reading
    rule: Rule
    stages: tuple[str, ...]
    stage_of: NDArray[np.int8]
    has_errors: bool

    @classmethod
    def of(cls, reading: Reading, rule: Rule) -> Files:
        """Ask once what all associations of a rule need."""
        suffixes = rule.member_suffixes
        has_errors = "exposerr" in reading.pool.columns
        return cls(reading, rule, suffixes.words(), reading.decide(suffixes), has_errors)

    def name(self, entry: int) -> tuple[str, bool]:
        """Return the name of a member's file, and whether its stage could be told."""
        file = self.reading.value(entry, "filename") or ""
        raw = _RAW_FILE.fullmatch(file)
        if raw is None:
            return file, False
        return f"{raw[1]}_{self.stages[self.stage_of[entry]]}{raw[2]}", True

    def error(self, entry: int) -> str | None:
        """Return what went wrong with an exposure."""
        return (self.reading.value(entry, "exposerr") or "null") if self.has_errors else None

    def candidate(self, entry: int, scope: Scope) -> str | None:
        """Return the candidate that a member is said to have."""
        if self.rule.base.level == 2:
            return None
        if scope.candidate is not None and not self.rule.base.lists_candidates:
            return str(scope.candidate)
        return self.reading.value(entry, "asn_candidate")


def members_of(
    files: Files, scope: Scope, gathered: Gathered, fields: Mapping[str, str]
) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Name the members of an association.

    Parameters
    ----------
    files : Files
        What the rule makes of file names.
    scope : Scope
        Where the rule took them together.
    gathered : Gathered
        The members.
    fields : mapping of str to str
        What stands at the placeholders of the product name.

    Returns
    -------
    members : tuple of Member
        Science members first, then by role and name.
    unnamed : tuple of str
        Files whose stage cannot be told from their name; they are kept as they are.
    """
    words = files.rule.words
    found: list[Member] = []
    unnamed: list[str] = []
    for entry, role in (
        *zip(gathered.entries.tolist(), gathered.roles.tolist(), strict=True),
        *zip(gathered.attached.tolist(), gathered.attached_roles.tolist(), strict=True),
    ):
        name, known = files.name(entry)
        if not known:
            unnamed.append(name)
        candidate = files.candidate(entry, scope)
        found.append(Member(name, words[role], files.error(entry), candidate))
    if gathered.spectra:
        found += [_as_background(member) for member in found if member.exptype == "science"]
    if gathered.direct is not None:
        found += _direct_members(files.reading, gathered.direct, fields)
    # Rows that contradict one another about a file make one member of it in each role; but at
    # level 2 one alone, for an exposure is no background of itself.
    once: dict[tuple[str, str], Member] = {}
    for member in sorted(found, key=_order):
        role = "" if files.rule.base.level == 2 else member.exptype
        once.setdefault((member.expname, role), member)
    return tuple(once.values()), tuple(unnamed)


def _as_background(member: Member) -> Member:
    """Return the extracted spectrum of a member."""
    spectrum = f"{exposure_root(member.expname)}_x1d.fits"
    return replace(member, expname=spectrum, exptype="background")


def _direct_members(reading: Reading, entry: int, fields: Mapping[str, str]) -> Iterator[Member]:
    """Give the products of a direct image: they are named as level 3 names images."""
    only = np.array([entry])

    def taken(*sources: str) -> list[str]:
        codes, values = to_codes(sources, reading)
        return [values[code] for code in codes[only].tolist() if code >= 0]

    optics = [taken("filter", "band"), taken("pupil", "grating")]
    if taken("instrume") == ["miri"]:
        optics = [taken("filter")]
    name = product_name(_IMAGE, {**fields, "elements": elements_text(optics)})
    for ending, role in (
        ("_i2d.fits", "direct_image"),
        ("_cat.ecsv", "sourcecat"),
        ("_segm.fits", "segmap"),
    ):
        yield Member(name + ending, role, lean=True)


def _order(member: Member) -> tuple[object, ...]:
    is_sound = member.exposerr in (None, "null")
    told = (is_sound, member.exposerr or "", member.asn_candidate or "")
    return (member.exptype != "science", member.exptype, member.expname, *told)
