"""Level 3 wide-field slitless spectra of one target through one grism.

Source: the rules of the same names in ``rules_level3.py``.
"""

from __future__ import annotations

from asnsolve.expr.constructors import one_of, same
from asnsolve.rules.jwst.level3.base import (
    SEVERAL_OBSERVATIONS,
    AsnMixin_Science,
    Constraint_Target,
    DMS_Level3_Base,
)
from asnsolve.rules.rule import Clause, Rule

Asn_Lv3WFSSNIS = Rule(
    name="Asn_Lv3WFSSNIS",
    asn_type="spec3",
    title="NIRISS wide-field slitless spectra of one target through one grism and filter",
    base=DMS_Level3_Base,
    mixins=(AsnMixin_Science, Constraint_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nis_wfss")),
        Clause("opt_elem", one_of("filter", "gr150r", "gr150c"), same("filter")),
        Clause("opt_elem2", key=same("pupil")),
    ),
    needs=(SEVERAL_OBSERVATIONS,),
)

Asn_Lv3WFSSNRC = Rule(
    name="Asn_Lv3WFSSNRC",
    asn_type="spec3",
    title="NIRCam wide-field slitless spectra of one target through one grism and filter",
    base=DMS_Level3_Base,
    mixins=(AsnMixin_Science, Constraint_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrc_wfss")),
        # NIRCam has its grisms in the pupil wheel, NIRISS in the filter wheel.
        Clause("opt_elem", one_of("pupil", "grismr", "grismc"), same("pupil")),
        Clause("opt_elem2", key=same("filter")),
    ),
    needs=(SEVERAL_OBSERVATIONS,),
)

Asn_Lv3WFSSMIR = Rule(
    name="Asn_Lv3WFSSMIR",
    asn_type="spec3",
    title="MIRI wide-field slitless spectra of one target through the prism",
    base=DMS_Level3_Base,
    mixins=(AsnMixin_Science, Constraint_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "mir_wfss")),
        Clause("opt_elem", one_of("filter", "p750l"), same("filter")),
    ),
    needs=(SEVERAL_OBSERVATIONS,),
)
