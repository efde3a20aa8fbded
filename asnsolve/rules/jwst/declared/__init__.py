"""Promises of the operational rules, and the findings that are known.

A declared gap is exact: a check reports a gap that has grown, and a declaration that has become too
wide or is no longer a gap.
"""

from __future__ import annotations

from dataclasses import replace

from asnsolve.expr.nodes import AllOf
from asnsolve.rules.domain import Declared, Promise
from asnsolve.rules.extent_files import read_extents
from asnsolve.rules.jwst.declared.known import OVERLAPS, WAIVERS
from asnsolve.rules.jwst.declared.level2 import LEVEL2_GAPS
from asnsolve.rules.jwst.declared.level3 import LEVEL3_GAPS
from asnsolve.rules.jwst.roles_and_stages import LEVEL3_ROLES

# Gaps are exposures that break a promise: without a promise, nothing would be checked for gaps.
PROMISES = (
    Promise(2, AllOf(()), "science", "level 2 processes every exposure"),
    Promise(
        3,
        LEVEL3_ROLES.when(("science",)),
        "science",
        "level 3 combines every science exposure",
    ),
    Promise(
        3,
        LEVEL3_ROLES.when(("psf",)),
        "psf",
        "every PSF reference serves at level 3",
    ),
    Promise(
        3,
        LEVEL3_ROLES.when(("background",)),
        "science",
        "level 3 combines every dedicated background by itself",
    ),
)

_EXTENTS = read_extents(__name__, "jwst.json")
_MAIN = read_extents(__name__, "jwst-main.json")

DECLARED = Declared(
    promises=PROMISES,
    gaps=(*LEVEL2_GAPS, *LEVEL3_GAPS),
    overlaps=_EXTENTS.with_exposures(OVERLAPS),
    waivers=WAIVERS,
    extents=_EXTENTS.extents,
    words=_EXTENTS.words,
)

# The rules of the development version take the same exposures; only the stages of files differ.
JWST_MAIN = replace(
    DECLARED,
    overlaps=_MAIN.with_exposures(OVERLAPS),
    extents=_MAIN.extents,
    words=_MAIN.words,
)
