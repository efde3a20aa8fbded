"""Level 3 wide-field slitless spectra of one target through one grism.

Source: the rules of the same names in ``rules_level3.py``.
"""

from __future__ import annotations

from asnsolve.expr.build import one_of, same
from asnsolve.rules.jwst.level3.base import AsnMixin_Science, Constraint_Target, combining_rule
from asnsolve.rules.model import Clause

Asn_Lv3WFSSNIS = combining_rule(
    name="Asn_Lv3WFSSNIS",
    asn_type="spec3",
    title="NIRISS wide-field slitless spectra of one target through one grism and filter",
    mixins=(AsnMixin_Science, Constraint_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nis_wfss")),
        Clause("opt_elem", one_of("filter", "gr150r", "gr150c"), same("filter")),
        Clause("opt_elem2", key=same("pupil")),
    ),
)

Asn_Lv3WFSSNRC = combining_rule(
    name="Asn_Lv3WFSSNRC",
    asn_type="spec3",
    title="NIRCam wide-field slitless spectra of one target through one grism and filter",
    mixins=(AsnMixin_Science, Constraint_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrc_wfss")),
        # NIRCam has its grisms in the pupil wheel, NIRISS in the filter wheel.
        Clause("opt_elem", one_of("pupil", "grismr", "grismc"), same("pupil")),
        Clause("opt_elem2", key=same("filter")),
    ),
)

Asn_Lv3WFSSMIR = combining_rule(
    name="Asn_Lv3WFSSMIR",
    asn_type="spec3",
    title="MIRI wide-field slitless spectra of one target through the prism",
    mixins=(AsnMixin_Science, Constraint_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "mir_wfss")),
        Clause("opt_elem", one_of("filter", "p750l"), same("filter")),
    ),
)
