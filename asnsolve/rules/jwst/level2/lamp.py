"""Level 2 exposures of the NIRSpec lamps.

Source: the rules of the same names in ``rules_level2b.py``.
"""

from __future__ import annotations

from functools import partial

from asnsolve.expr.build import all_of, any_of, is_set, not_, one_of
from asnsolve.rules.jwst.exposures import LAMP_REACHES_DETECTOR, implies
from asnsolve.rules.jwst.level2.base import ALONE, Constraint_Base, level2_rule
from asnsolve.rules.jwst.roles_and_stages import SCIENCE_ALONE
from asnsolve.rules.model import Clause

_lamp_rule = partial(level2_rule, mixins=(Constraint_Base,), roles=SCIENCE_ALONE)

Asn_Lv2NRSLAMPImage = _lamp_rule(
    name="Asn_Lv2NRSLAMPImage",
    asn_type="image2",
    title="A NIRSpec image of a lamp",
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrs_lamp")),
        # The mirror makes images of the shutters or the slits.
        Clause("grating", one_of("grating", "mirror")),
        Clause("opmode", any_of(not_(is_set("opmode")), one_of("opmode", "image"))),
        ALONE,
    ),
)

Asn_Lv2NRSLAMPSpectral = _lamp_rule(
    name="Asn_Lv2NRSLAMPSpectral",
    asn_type="nrslamp-spec2",
    title="A NIRSpec spectrum of a lamp",
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrs_autoflat", "nrs_autowave", "nrs_lamp")),
        # The wheel is closed, so that no light of the sky is added to that of the lamp.
        Clause("opt_elem", one_of("filter", "opaque")),
        Clause("lamp_reaches_detector", LAMP_REACHES_DETECTOR),
        # A spectrum through the shutters needs to say which were open.
        Clause("msametfl", implies(one_of("opmode", "msaspec"), is_set("msametfl"))),
        Clause("lamp", all_of(is_set("lamp"), not_(one_of("lamp", "nolamp")))),
        Clause("grating", not_(one_of("grating", "mirror"))),
        Clause("opmode", not_(one_of("opmode", "grating-only"))),
        ALONE,
    ),
)
