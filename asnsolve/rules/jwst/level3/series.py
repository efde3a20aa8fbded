"""Level 3 time series.

Source: Asn_Lv3TSO in ``rules_level3.py``: any exposure type, except those that the rule lists.
"""

from __future__ import annotations

from asnsolve.expr.build import all_of, any_of, not_, one_of, same
from asnsolve.rules.jwst.exposures import (
    CALIBRATED_SOSS,
    DHS_SUBARRAYS,
    SLIT_REACHES_DETECTOR,
    TIME_SERIES,
    implies,
)
from asnsolve.rules.jwst.level3.base import (
    AsnMixin_Science,
    Constraint_Optical_Path,
    Constraint_Target,
    level3_rule,
)
from asnsolve.rules.model import Clause, Reach

Asn_Lv3TSO = level3_rule(
    name="Asn_Lv3TSO",
    asn_type="tso3",
    title="Time series of one target, in images or spectra",
    mixins=(AsnMixin_Science, Constraint_Optical_Path, Constraint_Target),
    clauses=(
        Clause("is_tso", TIME_SERIES),
        Clause(
            "exp_type",
            # Integral-field units are not combined as time series.
            not_(one_of("exp_type", "mir_mrs", "mir_flatmrs", "nrs_autowave", "nrs_ifu")),
            same("exp_type"),
        ),
        Clause(
            "grism",
            implies(
                one_of("exp_type", "nrc_tsgrism"),
                not_(
                    any_of(
                        one_of("pupil", "clear", "gdhs0", "gdhs60"), one_of("detector", "nrcblong")
                    )
                ),
            ),
        ),
        # Spectra that are read in stripes are not combined.
        Clause("subarray", not_(one_of("subarray", *DHS_SUBARRAYS)), same("subarray")),
        # A single integration is not a series.
        Clause("nints", not_(all_of(one_of("exp_type", "nis_soss"), one_of("nints", "1")))),
        Clause("calibrated_soss", CALIBRATED_SOSS),
        Clause(
            "slit_reaches_detector",
            implies(one_of("exp_type", "nrs_brightobj"), SLIT_REACHES_DETECTOR),
        ),
    ),
    reach=Reach(candidate_types=("observation",), discovered=False),
)
