"""Words that gaps are said in."""

from __future__ import annotations

from asnsolve.expr.constructors import all_of, is_set, not_, one_of
from asnsolve.expr.nodes import Predicate
from asnsolve.rules.jwst.exposures import BACKGROUND, DIRECT_CELL, IMPRINT

__all__ = ["HIGH_CONTRAST", "NOT_TSO", "NO_TARGET", "PLAIN", "TSO", "types"]

TSO = is_set("tsovisit")
NOT_TSO = not_(TSO)
PLAIN = all_of(not_(BACKGROUND), not_(IMPRINT))
NO_TARGET = all_of(not_(is_set("targetid")), not_(DIRECT_CELL))
HIGH_CONTRAST = ("mir_4qpm", "mir_lyot", "nis_ami", "nrc_coron")


def types(*words: str) -> Predicate:
    """Say that an exposure is of one of some types."""
    return one_of("exp_type", *words)
