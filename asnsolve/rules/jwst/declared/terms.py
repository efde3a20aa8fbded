"""Predicates that declarations of gaps are written with."""

from __future__ import annotations

from asnsolve.expr.build import all_of, is_set, not_, one_of
from asnsolve.expr.nodes import Predicate
from asnsolve.rules.jwst.exposures import BACKGROUND, DIRECT_IMAGE_ONLY, IMPRINT

TSO = is_set("tsovisit")
NOT_TSO = not_(TSO)
PLAIN = all_of(not_(BACKGROUND), not_(IMPRINT))
# For parallels with a grism, the candidate takes the place of the target.
NO_TARGET = all_of(not_(is_set("targetid")), not_(DIRECT_IMAGE_ONLY))
# Modes with PSF references.
HIGH_CONTRAST = ("mir_4qpm", "mir_lyot", "nis_ami", "nrc_coron")


def types(*exp_types: str) -> Predicate:
    """Say that an exposure has one of some types.

    Parameters
    ----------
    *exp_types : str
        The types.

    Returns
    -------
    Predicate
        A test of ``exp_type``.
    """
    return one_of("exp_type", *exp_types)
