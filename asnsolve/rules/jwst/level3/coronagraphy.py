"""Level 3 high contrast: science exposures with their PSF references.

Source: the rules of the same names in ``rules_level3.py``. The proposal's candidates name the
references, so the rules ask little of them.
"""

from __future__ import annotations

from asnsolve.expr.build import at_least, not_, one_of, same
from asnsolve.rules.jwst.exposures import MASK_ON_DETECTOR
from asnsolve.rules.jwst.level3.base import (
    NOT_BACKGROUND,
    SEVERAL_OBSERVATIONS,
    AsnMixin_Science,
    Constraint_Optical_Path,
    combining_rule,
    level3_rule,
    science_target,
)
from asnsolve.rules.jwst.roles_and_stages import level3_suffixes
from asnsolve.rules.model import Clause

Asn_Lv3AMI = level3_rule(
    name="Asn_Lv3AMI",
    asn_type="ami3",
    title="Aperture-masking images of one target with their PSF references of any target",
    mixins=(AsnMixin_Science, Constraint_Optical_Path),
    clauses=(Clause("exp_type", one_of("exp_type", "nis_ami")), science_target()),
    needs=(SEVERAL_OBSERVATIONS, at_least(1, "psf")),
)

Asn_Lv3MIRCoron = level3_rule(
    name="Asn_Lv3MIRCoron",
    asn_type="coron3",
    title="MIRI coronagraphic images of one target with their PSF references of any target",
    mixins=(AsnMixin_Science, Constraint_Optical_Path),
    clauses=(
        # The two kinds of coronagraph have masks of their own, and are not mixed.
        Clause("exp_type", one_of("exp_type", "mir_lyot", "mir_4qpm"), same("exp_type")),
        science_target(),
        NOT_BACKGROUND,
    ),
    needs=(SEVERAL_OBSERVATIONS, at_least(1, "psf")),
)

Asn_Lv3NRCCoron = level3_rule(
    name="Asn_Lv3NRCCoron",
    asn_type="coron3",
    title="NIRCam coronagraphic images of one target with their PSF references of any target",
    mixins=(AsnMixin_Science, Constraint_Optical_Path),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrc_coron")),
        science_target(),
        NOT_BACKGROUND,
        Clause("mask_on_detector", MASK_ON_DETECTOR),
    ),
    needs=(SEVERAL_OBSERVATIONS, at_least(1, "psf")),
)

Asn_Lv3NRCCoronImage = combining_rule(
    name="Asn_Lv3NRCCoronImage",
    asn_type="image3",
    title="NIRCam full-frame coronagraphic images, combined as the images they are too",
    mixins=(AsnMixin_Science, Constraint_Optical_Path),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrc_coron")),
        science_target(),
        NOT_BACKGROUND,
        Clause("is_psf", not_(one_of("is_psf", "t"))),
        # Long-wavelength frames are combined as coronagraphy only.
        Clause("channel", one_of("channel", "short")),
        Clause("subarray", one_of("subarray", "full"), same("subarray")),
    ),
    # Distinguishes the image from the coronagraphic product of the same exposures.
    product="jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{subarray}]-image3",
    # As for an image, integrations are averaged: "cal" instead of "calints".
    suffixes=level3_suffixes(coronagraphic=False),
)
