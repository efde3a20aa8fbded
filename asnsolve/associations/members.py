"""The members of an association: file names with the stage that the pipeline takes, and roles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np

from asnsolve.associations.finish import Gathered
from asnsolve.associations.model import Member
from asnsolve.interpret.to_mask import to_codes
from asnsolve.naming import elements_text, exposure_root
from asnsolve.rules.model import Rule
from asnsolve.solvers.model import Scope
from asnsolve.solvers.reading import Reading
from asnsolve.templates import product_name

__all__ = ["members_of"]

_RAW_FILE = re.compile(r"(.+)_uncal(\..+)")
_IMAGE = "jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{subarray}]"


def members_of(
    reading: Reading, rule: Rule, scope: Scope, gathered: Gathered, fields: Mapping[str, str]
) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """Name the members of an association.

    Parameters
    ----------
    reading : Reading
        The exposures.
    rule : Rule
        The rule that took them together.
    scope : Scope
        Where it did.
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
    words = rule.words
    files = [
        _file(reading, rule, entry, words[role])
        for entry, role in (
            *zip(gathered.entries.tolist(), gathered.roles.tolist(), strict=True),
            *zip(gathered.attached.tolist(), gathered.attached_roles.tolist(), strict=True),
        )
    ]
    has_errors = "exposerr" in reading.pool.columns
    found = [
        Member(
            expname,
            role,
            (reading.value(entry, "exposerr") or "null") if has_errors else None,
            _candidate(reading, rule, scope, entry),
        )
        for entry, expname, role, _ in files
    ]
    if gathered.spectra:
        found += [
            Member(
                f"{exposure_root(m.expname)}_x1d.fits", "background", m.exposerr, m.asn_candidate
            )
            for m in found
            if m.exptype == "science"
        ]
    if gathered.direct is not None:
        found += _direct_members(reading, gathered.direct, fields)
    # Rows that contradict one another about a file can still make one and the same member of it.
    once = sorted(set(found), key=_order)
    return tuple(once), tuple(file for *_, file in files if file is not None)


def _file(reading: Reading, rule: Rule, entry: int, role: str) -> tuple[int, str, str, str | None]:
    """Return an entry, the name of its member, its role, and its file if that has no stage."""
    file = reading.value(entry, "filename") or ""
    raw = _RAW_FILE.fullmatch(file)
    if raw is None:
        return entry, file, role, file
    suffixes = rule.member_suffixes
    stage = suffixes.words()[reading.decide(suffixes)[entry]]
    return entry, f"{raw[1]}_{stage}{raw[2]}", role, None


def _candidate(reading: Reading, rule: Rule, scope: Scope, entry: int) -> str | None:
    if rule.base.level == 2:
        return None
    if scope.candidate is not None and not rule.base.lists_candidates:
        return str(scope.candidate)
    return reading.value(entry, "asn_candidate")


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
    told = (member.exposerr or "", member.asn_candidate or "")
    return (member.exptype != "science", member.exptype, member.expname, *told)
