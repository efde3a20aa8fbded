"""Level 2 images.

Source: the rules of the same names in ``rules_level2b.py``.
"""

from __future__ import annotations

from asnsolve.expr.build import all_of, any_of, not_, one_of, same
from asnsolve.rules.jwst.exposures import (
    BACKGROUND,
    IMAGE2,
    IMAGE2_NONSCIENCE,
    JITTER,
    MASK_ON_DETECTOR,
    TIME_SERIES,
    WAVEFRONT,
)
from asnsolve.rules.jwst.level2.base import (
    ALONE,
    ONE_SCIENCE,
    SERVES_OTHERS,
    AsnMixin_Lv2Members,
    Constraint_Base,
    Constraint_Mode,
    level2_rule,
    rule_with_backgrounds,
)
from asnsolve.rules.jwst.roles_and_stages import (
    ACQUISITION,
    SCIENCE,
    SCIENCE_ALONE,
    level2_suffixes,
)
from asnsolve.rules.model import Clause

_SCIENCE_OR_BACKGROUND = Clause("exposures", any_of(BACKGROUND, SCIENCE))
_SCIENCE = Clause("exposures", SCIENCE)

Asn_Lv2Image = rule_with_backgrounds(
    name="Asn_Lv2Image",
    asn_type="image2",
    title="An image with the dedicated backgrounds for it",
    mixins=(Constraint_Base, Constraint_Mode, AsnMixin_Lv2Members),
    clauses=(
        Clause("exp_type", one_of("exp_type", *IMAGE2), same("exp_type")),
        # Asn_Lv2ImageTSO takes these.
        Clause("time_series", not_(TIME_SERIES)),
        _SCIENCE_OR_BACKGROUND,
        ONE_SCIENCE,
    ),
)

Asn_Lv2ImageTSO = level2_rule(
    name="Asn_Lv2ImageTSO",
    asn_type="tso-image2",
    title="An image of a time series",
    mixins=(Constraint_Base, Constraint_Mode),
    clauses=(
        Clause("exp_type", one_of("exp_type", *IMAGE2)),
        Clause("time_series", TIME_SERIES),
        _SCIENCE,
        ALONE,
    ),
)

Asn_Lv2ImageSpecial = level2_rule(
    name="Asn_Lv2ImageSpecial",
    asn_type="image2",
    title="An image that serves others, as background or PSF reference, by itself",
    mixins=(Constraint_Base, Constraint_Mode),
    clauses=(Clause("exp_type", one_of("exp_type", *IMAGE2)), SERVES_OTHERS, ALONE),
    # AsnMixin_Lv2Special again.
    roles=SCIENCE_ALONE,
)

Asn_Lv2ImageNonScience = level2_rule(
    name="Asn_Lv2ImageNonScience",
    asn_type="image2",
    title="An image that is not for science, as that of a target acquisition",
    mixins=(Constraint_Base,),
    clauses=(
        Clause(
            "non_science",
            any_of(
                ACQUISITION,
                one_of("exp_type", *IMAGE2_NONSCIENCE),
                # Constraint_Image_Nonscience: an image of open shutters, through the mirror.
                all_of(
                    one_of("exp_type", "nrs_msaspec"),
                    one_of("msastate", "primarypark_allopen"),
                    one_of("grating", "mirror"),
                ),
            ),
        ),
        ALONE,
    ),
    # The official mixin AsnMixin_Lv2Special makes every exposure "science".
    roles=SCIENCE_ALONE,
)

Asn_Lv2CoronAsRate = rule_with_backgrounds(
    name="Asn_Lv2CoronAsRate",
    asn_type="image2",
    title="A NIRCam full-frame coronagraphic image, its integrations averaged",
    mixins=(Constraint_Base, Constraint_Mode, AsnMixin_Lv2Members),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrc_coron")),
        # Only full frames are processed a second time, as plain images.
        Clause("subarray", one_of("subarray", "full"), same("subarray")),
        Clause("mask_on_detector", MASK_ON_DETECTOR),
        _SCIENCE_OR_BACKGROUND,
        ONE_SCIENCE,
    ),
    # The official rule says that the exposure is not coronagraphy, so "rate" and not "rateints".
    suffixes=level2_suffixes(coronagraphic=False),
)

# Without Constraint_Mode: the guiders have no filter to share.
Asn_Lv2FGS = level2_rule(
    name="Asn_Lv2FGS",
    asn_type="image2",
    title="An image of the guider",
    mixins=(Constraint_Base,),
    clauses=(
        Clause("exp_type", one_of("exp_type", "fgs_image", "fgs_focus")),
        Clause("wavefront", not_(WAVEFRONT)),
        _SCIENCE,
        ALONE,
    ),
)

# Any camera takes part in wavefront sensing, so exposure types are those of all images.
Asn_Lv2WFSC = level2_rule(
    name="Asn_Lv2WFSC",
    asn_type="image2",
    title="An image of wavefront sensing and control",
    mixins=(Constraint_Base,),
    clauses=(
        Clause("exp_type", one_of("exp_type", *IMAGE2)),
        Clause("wavefront", WAVEFRONT),
        # These frames measure jitter and are not combined.
        Clause(
            "dms_note",
            not_(all_of(JITTER, one_of("exp_type", "nrc_image"))),
        ),
        _SCIENCE,
        ALONE,
    ),
)
