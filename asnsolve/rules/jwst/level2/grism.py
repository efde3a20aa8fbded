"""Level 2 wide-field slitless spectra, with the direct image that shows where the sources are.

Source: the rules of the same names in ``rules_level2b.py``, with AsnMixin_Lv2WFSS.
"""

from __future__ import annotations

from functools import partial

from asnsolve.expr.build import at_least, one_of, same
from asnsolve.rules.jwst.exposures import DIRECT_IMAGE_ONLY
from asnsolve.rules.jwst.level2.base import (
    BACKGROUND_NEEDED,
    ONE_SCIENCE,
    WITH_BACKGROUNDS,
    AsnMixin_Lv2Members,
    Constraint_Base,
    Constraint_Target,
    level2_rule,
)
from asnsolve.rules.jwst.roles_and_stages import GRISM_ROLES
from asnsolve.rules.model import Clause, Reach
from asnsolve.rules.steps import DirectImage

_GRISM = one_of("exp_type", "mir_wfss", "nis_wfss", "nrc_wfss")
_IMAGE = one_of("exp_type", "mir_image", "nis_image", "nrc_image")

# Rules of one instrument differ in what an image and a spectrum share.
_wide_field_rule = partial(
    level2_rule,
    asn_type="spec2",
    mixins=(Constraint_Base, Constraint_Target, AsnMixin_Lv2Members),
    roles=GRISM_ROLES,
    steps=(DirectImage(),),
    needs=(at_least(1, "direct_image"), BACKGROUND_NEEDED),
    reach=WITH_BACKGROUNDS,
)

Asn_Lv2WFSSNIS = _wide_field_rule(
    name="Asn_Lv2WFSSNIS",
    title="A NIRISS wide-field slitless exposure with the products of its direct image",
    clauses=(
        Clause("exp_type", one_of("exp_type", "nis_wfss", "nis_image")),
        Clause("instrument", key=same("instrume")),
        # The filter holds the grism, which a direct image does not have; the pupil is shared.
        Clause("pupil", key=same("pupil")),
        Clause("subarray", key=same("subarray")),
        ONE_SCIENCE,
    ),
)

Asn_Lv2WFSSNRC = _wide_field_rule(
    name="Asn_Lv2WFSSNRC",
    title="A NIRCam wide-field slitless exposure with the products of its direct image",
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrc_wfss", "nrc_image")),
        Clause("instrument", key=same("instrume")),
        # The pupil wheel holds the grism: image and spectrum share the detector, not the pupil.
        Clause("detector", key=same("detector")),
        ONE_SCIENCE,
    ),
)

Asn_Lv2WFSSMIR = _wide_field_rule(
    name="Asn_Lv2WFSSMIR",
    title="A MIRI wide-field slitless exposure with the products of its direct image",
    clauses=(
        Clause("exp_type", one_of("exp_type", "mir_wfss", "mir_image")),
        Clause("instrument", key=same("instrume")),
        Clause("detector", key=same("detector")),
        ONE_SCIENCE,
    ),
)

Asn_Lv2WFSSParallel = level2_rule(
    name="Asn_Lv2WFSSParallel",
    asn_type="spec2",
    title="A parallel wide-field slitless exposure with the products of its direct image",
    mixins=(Constraint_Target, AsnMixin_Lv2Members),
    clauses=(
        Clause("program", key=same("program")),
        # The candidate ties a parallel to its images: it has no target that could.
        Clause("acdirect", DIRECT_IMAGE_ONLY, same("asn_candidate")),
        Clause("instrument", key=same("instrume")),
        Clause(
            "exp_type",
            one_of(
                "exp_type",
                "mir_wfss",
                "nis_wfss",
                "nrc_wfss",
                "mir_image",
                "nis_image",
                "nrc_image",
            ),
            # Grisms share one type and images another, so two keys on one attribute.
            same("exp_type", where=_GRISM),
        ),
        Clause("image_exp_type", key=same("exp_type", where=_IMAGE)),
        ONE_SCIENCE,
    ),
    roles=GRISM_ROLES,
    needs=(at_least(1, "direct_image"),),
    reach=Reach(),
    steps=(DirectImage(prefer_long=True),),
)
