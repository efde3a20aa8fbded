"""Rule set ``jwst-main``: what the development version of the pipeline asks for.

It is the rule set ``jwst`` with differences, each of them data below.

Source: the branch ``main`` of ``spacetelescope/jwst`` after the release 3.0. Pull request 10600
(JP-4131, merged in July 2026): ``Spec3Pipeline`` takes wide-field slitless spectra as they were
extracted, because it would extract them again in the same way.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from asnsolve.expr.build import all_of, named, one_of
from asnsolve.rules.jwst import JWST
from asnsolve.rules.model import Cases, Rule
from asnsolve.rules.rule_set import RuleSet

_EXTRACTED: Final = MappingProxyType({"cal": "x1d", "calints": "x1dints"})
"""Stages of extracted spectra, by that of the calibrated exposures that they come from."""

_WIDE_FIELD = named(
    "a wide-field slitless spectrum", one_of("exp_type", "mir_wfss", "nis_wfss", "nrc_wfss")
)

_TAKE_EXTRACTED: Final = frozenset({"Asn_Lv3WFSSMIR", "Asn_Lv3WFSSNIS", "Asn_Lv3WFSSNRC"})
"""Rules whose spectra level 3 takes as they were extracted."""


def _with_extracted(cases: Cases) -> Cases:
    """Replace calibrated by extracted spectra; acquisitions stay images."""
    extracted = tuple(
        (all_of(_WIDE_FIELD, where), _EXTRACTED[stage])
        for where, stage in cases.cases
        if stage in _EXTRACTED
    )
    return Cases((*extracted, *cases.cases), cases.otherwise)


def _of_development(rule: Rule) -> Rule:
    if rule.name not in _TAKE_EXTRACTED:
        return rule
    return replace(rule, suffixes=_with_extracted(rule.member_suffixes))


JWST_MAIN = RuleSet(name="jwst-main", rules=tuple(map(_of_development, JWST)))
