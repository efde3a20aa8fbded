"""Level 2 spectra with nods: the other points of the pattern are backgrounds.

Source: the rules of the same names in ``rules_level2b.py``, with AsnMixin_Lv2Nod.
"""

from __future__ import annotations

from functools import partial

from asnsolve.expr.build import all_of, any_of, is_set, one_of, same
from asnsolve.rules.jwst.exposures import DISPERSED, IFU_REACHES_DETECTOR, SLIT_REACHES_DETECTOR
from asnsolve.rules.jwst.level2.base import (
    AsnMixin_Lv2Members,
    Constraint_Base,
    Constraint_Mode,
    level2_rule,
    rule_with_backgrounds,
)
from asnsolve.rules.model import Clause
from asnsolve.rules.steps import BestImprints, Nods

Asn_Lv2MIRLRSFixedSlitNod = level2_rule(
    name="Asn_Lv2MIRLRSFixedSlitNod",
    asn_type="spec2",
    title="A MIRI low-resolution spectrum with the other nod along the slit as background",
    # Without Constraint_Mode: the confirmation is an image in another optical path.
    mixins=(Constraint_Base, AsnMixin_Lv2Members),
    clauses=(
        Clause(
            "exp_type",
            any_of(
                one_of("exp_type", "mir_taconfirm"),
                all_of(
                    one_of("exp_type", "mir_lrs-fixedslit"),
                    # The number distinguishes the two nods.
                    is_set("patt_num"),
                    one_of("patttype", "along-slit-nod"),
                ),
            ),
        ),
    ),
    steps=(Nods("pattern number"),),
)

# What the rules for slits, shutters and cubes of NIRSpec have in common.
_nirspec_nods = partial(
    rule_with_backgrounds,
    asn_type="spec2",
    mixins=(Constraint_Base, Constraint_Mode, AsnMixin_Lv2Members),
)

Asn_Lv2NRSFSS = _nirspec_nods(
    name="Asn_Lv2NRSFSS",
    title="A NIRSpec fixed-slit spectrum with the other nods and dedicated backgrounds",
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrs_fixedslit")),
        Clause("slit_reaches_detector", SLIT_REACHES_DETECTOR),
        Clause("expspcin", key=same("expspcin", roles=("science",))),
        # Science exposures agree on the dither; dedicated backgrounds may have another one.
        Clause("nods", key=same("numdthpt", roles=("science",))),
        Clause("subpxpts", key=same("subpxpns", "subpxpts", roles=("science",))),
    ),
    steps=(Nods("primary point"),),
)

Asn_Lv2NRSMSA = _nirspec_nods(
    name="Asn_Lv2NRSMSA",
    title="NIRSpec micro-shutter spectra with the other nods of the slitlets as background",
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrs_msaspec")),
        Clause("grating", DISPERSED),
        # The shutters that are open must be the same, and known.
        Clause("msametfl", key=same("msametfl")),
        Clause("expspcin", key=same("expspcin")),
    ),
    steps=(Nods("primary point"),),
)

Asn_Lv2NRSIFUNod = _nirspec_nods(
    name="Asn_Lv2NRSIFUNod",
    title="A NIRSpec integral-field spectrum with the other nods as background, and its imprints",
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrs_ifu")),
        Clause("ifu_reaches_detector", IFU_REACHES_DETECTOR),
        # A nod along a slit makes no sense without a slit.
        Clause("patttype", one_of("patttype", "2-point-nod", "4-point-nod"), same("patttype")),
        Clause("mosaic_tile", key=same("mostilno")),
    ),
    steps=(BestImprints(), Nods("other target")),
)
