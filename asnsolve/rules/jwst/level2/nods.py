"""Level 2 spectra with nods: the other points of the pattern are backgrounds.

Source: the rules of the same names in ``rules_level2b.py``, with AsnMixin_Lv2Nod.
"""

from __future__ import annotations

from asnsolve.expr.constructors import all_of, any_of, is_set, one_of, same
from asnsolve.rules.jwst.exposures import (
    DISPERSED,
    IFU_REACHES_DETECTOR,
    SLIT_REACHES_DETECTOR,
)
from asnsolve.rules.jwst.level2.base import (
    BACKGROUND_NEEDED,
    WITH_BACKGROUNDS,
    AsnMixin_Lv2Members,
    Constraint_Base,
    Constraint_Mode,
    DMSLevel2bBase,
)
from asnsolve.rules.rule import Clause, Rule
from asnsolve.rules.steps import BestImprints, Nods

Asn_Lv2MIRLRSFixedSlitNod = Rule(
    name="Asn_Lv2MIRLRSFixedSlitNod",
    asn_type="spec2",
    title="A MIRI low-resolution spectrum with the other nod along the slit as background",
    base=DMSLevel2bBase,
    # Without Constraint_Mode: the confirmation is an image in another optical path.
    mixins=(Constraint_Base, AsnMixin_Lv2Members),
    clauses=(
        Clause(
            "exp_type",
            any_of(
                one_of("exp_type", "mir_taconfirm"),
                all_of(
                    one_of("exp_type", "mir_lrs-fixedslit"),
                    # The number tells the two nods apart.
                    is_set("patt_num"),
                    one_of("patttype", "along-slit-nod"),
                ),
            ),
        ),
    ),
    steps=(Nods("pattern number"),),
)

Asn_Lv2NRSFSS = Rule(
    name="Asn_Lv2NRSFSS",
    asn_type="spec2",
    title="A NIRSpec fixed-slit spectrum with the other nods and dedicated backgrounds",
    base=DMSLevel2bBase,
    mixins=(Constraint_Base, Constraint_Mode, AsnMixin_Lv2Members),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrs_fixedslit")),
        Clause("slit_reaches_detector", SLIT_REACHES_DETECTOR),
        Clause("expspcin", key=same("expspcin", roles=("science",))),
        # Science exposures agree on the dither; dedicated backgrounds may have another one.
        Clause("nods", key=same("numdthpt", roles=("science",))),
        Clause("subpxpts", key=same("subpxpns", "subpxpts", roles=("science",))),
    ),
    steps=(Nods("primary point"),),
    needs=(BACKGROUND_NEEDED,),
    reach=WITH_BACKGROUNDS,
)

Asn_Lv2NRSMSA = Rule(
    name="Asn_Lv2NRSMSA",
    asn_type="spec2",
    title="NIRSpec micro-shutter spectra with the other nods of the slitlets as background",
    base=DMSLevel2bBase,
    mixins=(Constraint_Base, Constraint_Mode, AsnMixin_Lv2Members),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrs_msaspec")),
        Clause("grating", DISPERSED),
        # The shutters that are open must be the same, and known.
        Clause("msametfl", key=same("msametfl")),
        Clause("expspcin", key=same("expspcin")),
    ),
    steps=(Nods("primary point"),),
    needs=(BACKGROUND_NEEDED,),
    reach=WITH_BACKGROUNDS,
)

Asn_Lv2NRSIFUNod = Rule(
    name="Asn_Lv2NRSIFUNod",
    asn_type="spec2",
    title="A NIRSpec integral-field spectrum with the other nods as background, and its imprints",
    base=DMSLevel2bBase,
    mixins=(Constraint_Base, Constraint_Mode, AsnMixin_Lv2Members),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrs_ifu")),
        Clause("ifu_reaches_detector", IFU_REACHES_DETECTOR),
        # A nod along a slit makes no sense without a slit.
        Clause("patttype", one_of("patttype", "2-point-nod", "4-point-nod"), same("patttype")),
        Clause("mosaic_tile", key=same("mostilno")),
    ),
    steps=(BestImprints(), Nods("other target")),
    needs=(BACKGROUND_NEEDED,),
    reach=WITH_BACKGROUNDS,
)
