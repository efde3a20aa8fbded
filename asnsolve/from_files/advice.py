"""What users can do about a file that is in no association."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from asnsolve.from_files.request_fields import FLAGS
from asnsolve.pool.header_cells import Row
from asnsolve.rules.jwst.exposures import ACQUISITIONS
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.judgement import NEEDS
from asnsolve.solvers.refusals import Orphan

_UNLIT: Final = "No light reaches this detector through these optical elements: leave the file out."

ADVICE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "slit_reaches_detector": _UNLIT,
        "ifu_reaches_detector": _UNLIT,
        "lamp_reaches_detector": _UNLIT,
        "mask_on_detector": "The occulted star is on another detector: leave the file out.",
        "calibrated_soss": "No flux calibration exists for this filter: leave the file out.",
        "subpxpts": "A table given with --extra can say how many subpixel positions there are (1).",
        "msametfl": "A table given with --extra can name the file of micro-shutters.",
    }
)
"""What to do where a clause of the rule set ``jwst`` refuses an exposure, by clause."""

_NO_TARGET: Final = (
    "The header names no target (TARGPROP, TARGNAME): at level 3, --together target takes such "
    "exposures together."
)
_NO_IMAGE: Final = (
    "Its direct image is missing: give its exposures as well, from the same observation and "
    "target, or the combined image with --direct-image."
)
_NO_PSF: Final = "No PSF reference of its setup is among the files: give one with --psf."
_MISSING: Final[Mapping[str, str]] = MappingProxyType(
    {"direct_image member": _NO_IMAGE, "psf member": _NO_PSF}
)
"""What to do where an exposure lacks company, by what its needs ask for."""


def serves_another_level(orphan: Orphan, row: Row, rules: RuleSet) -> bool:
    """Tell whether a file is in no association because it serves others, at another level.

    Parameters
    ----------
    orphan : Orphan
        The exposure, with the clause that refuses it.
    row : dict of str to str
        The row of the exposure.
    rules : RuleSet
        The rules that were asked.

    Returns
    -------
    bool
        True for imprints at level 3, say.
    """
    serves = _flags(row) or row.get("exp_type", "").lower() in ACQUISITIONS
    return bool(serves) and not orphan.of_its_sort and len({r.base.level for r in rules}) == 1


def advice_on(orphan: Orphan, row: Row, rules: RuleSet) -> str:
    """Say what users can do about a file that is in no association.

    Parameters
    ----------
    orphan : Orphan
        The exposure, with the clause that refuses it.
    row : dict of str to str
        The row of the exposure.
    rules : RuleSet
        The rules that were asked.

    Returns
    -------
    str
        A sentence; empty if nothing is known.
    """
    refusal = orphan.refusal
    if refusal is None:
        return ""
    if not orphan.of_its_sort:
        levels = {rule.base.level for rule in rules}
        of_level = f" of level {levels.pop()}" if len(levels) == 1 else ""
        sort = ", ".join([row["exp_type"], *_flags(row)])
        return f"No rule{of_level} takes exposures of its type and role ({sort})."
    if refusal.clause == NEEDS:
        return next((text for role, text in _MISSING.items() if role in refusal.expected), "")
    if ("targetid", None) in refusal.values and orphan.refusals == 1:
        return _NO_TARGET
    return ADVICE.get(refusal.clause, "")


def _flags(row: Row) -> list[str]:
    """Return the keywords by which an exposure serves others."""
    return [flag.upper() for flag in FLAGS.values() if row.get(flag, "").upper() == "T"]
