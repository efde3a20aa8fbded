"""Level 2 spectra, one association each, with backgrounds, imprints and confirmations.

Source: the rules of the same names in ``rules_level2b.py``. The official Asn_Lv2SpecSpecial also
treats imprints of backgrounds as science; here these are a variant of the rule.
"""

from __future__ import annotations

from asnsolve.expr.build import all_of, any_of, is_set, not_, one_of, same
from asnsolve.rules.jwst.exposures import (
    BACKGROUND,
    CALIBRATED_SOSS,
    IFU_REACHES_DETECTOR,
    IMPRINT,
    NODDED,
    SLIT_REACHES_DETECTOR,
    SPEC2,
    TIME_SERIES,
    implies,
)
from asnsolve.rules.jwst.level2.base import (
    ALONE,
    ONE_SCIENCE,
    SERVES_OTHERS,
    AsnMixin_Lv2Members,
    Constraint_Base,
    Constraint_Mode,
    level2_rule,
    mode,
    rule_with_backgrounds,
)
from asnsolve.rules.jwst.roles_and_stages import (
    IMPRINT_ALONE,
    IMPRINT_ROLES,
    SCIENCE,
    SCIENCE_ALONE,
)
from asnsolve.rules.model import Clause
from asnsolve.rules.steps import BestImprints

# Wide fields of NIRISS and NIRCam, slits, shutters and LRS have dedicated rules.
_SPECTRA = tuple(
    exp_type
    for exp_type in SPEC2
    if exp_type
    not in (
        *("nis_wfss", "nrc_wfss", "nrs_fixedslit", "nrs_msaspec"),
        *("mir_lrs-slitless", "mir_lrs-fixedslit"),
    )
)
# Shutters, slits and LRS have dedicated rules, which take their time series too.
_SERIES = tuple(
    exp_type
    for exp_type in SPEC2
    if exp_type not in ("nrs_msaspec", "nrs_fixedslit", "mir_lrs-slitless", "mir_lrs-fixedslit")
)
_IFU = Clause("ifu_reaches_detector", IFU_REACHES_DETECTOR)

Asn_Lv2Spec = rule_with_backgrounds(
    name="Asn_Lv2Spec",
    asn_type="spec2",
    title="A spectrum with the dedicated backgrounds for it and the imprints of its tile",
    mixins=(Constraint_Base, Constraint_Mode, AsnMixin_Lv2Members),
    clauses=(
        Clause("exp_type", one_of("exp_type", *_SPECTRA), same("exp_type")),
        Clause("time_series", not_(TIME_SERIES)),
        # Rules for nods take these.
        Clause("patttype", not_(one_of("patttype", *NODDED))),
        _IFU,
        Clause("exposures", any_of(BACKGROUND, IMPRINT, SCIENCE)),
        # Imprints serve their own tile; a background serves all tiles.
        Clause("mosaic_tile", key=same("mostilno", where=not_(BACKGROUND))),
        ONE_SCIENCE,
    ),
    steps=(BestImprints(),),
)

Asn_Lv2SpecTSO = level2_rule(
    name="Asn_Lv2SpecTSO",
    asn_type="tso-spec2",
    title="A spectrum of a time series",
    mixins=(Constraint_Base, Constraint_Mode),
    clauses=(
        Clause("exp_type", one_of("exp_type", *_SERIES)),
        Clause("time_series", TIME_SERIES),
        Clause("exposures", SCIENCE),
        # not_nrc_tsgrism_clear of the official rule: without a grism it is not a spectrum.
        Clause("grism", not_(all_of(one_of("exp_type", "nrc_tsgrism"), one_of("pupil", "clear")))),
        Clause(
            "slit_reaches_detector",
            implies(one_of("exp_type", "nrs_brightobj"), SLIT_REACHES_DETECTOR),
        ),
        Clause("calibrated_soss", CALIBRATED_SOSS),
        ALONE,
    ),
)

Asn_Lv2SpecSpecial = level2_rule(
    name="Asn_Lv2SpecSpecial",
    asn_type="spec2",
    title="A spectrum that serves others, as background or PSF reference, with its imprints",
    mixins=(Constraint_Base, Constraint_Mode),
    clauses=(
        Clause("exp_type", one_of("exp_type", *SPEC2), same("exp_type")),
        # A key asks every exposure for a value, so this requires one of the flags as well.
        Clause("is_special", key=same("bkgdtarg", "is_psf")),
        _IFU,
        # Without a tile, an imprint would join the spectra of every tile.
        Clause(
            "mosaic_tile",
            implies(IMPRINT_ALONE, is_set("mostilno")),
            same("mostilno", optional=True),
        ),
        ONE_SCIENCE,
    ),
    roles=IMPRINT_ROLES,
    steps=(BestImprints(),),
)

Asn_Lv2SpecSpecial_imprint = level2_rule(
    name="Asn_Lv2SpecSpecial",
    variant="imprint",
    asn_type="spec2",
    title="An imprint of a spectrum that serves others, by itself",
    mixins=(Constraint_Base, Constraint_Mode),
    clauses=(
        Clause("exp_type", one_of("exp_type", *SPEC2)),
        SERVES_OTHERS,
        _IFU,
        Clause("imprint", IMPRINT_ALONE),
        ALONE,
    ),
    roles=SCIENCE_ALONE,
)

Asn_Lv2SpecImprint = level2_rule(
    name="Asn_Lv2SpecImprint",
    asn_type="spec2",
    title="An imprint by itself",
    mixins=(Constraint_Base, Constraint_Mode),
    clauses=(
        # The official list is that of all spectra, though only NIRSpec has imprints.
        Clause("exp_type", one_of("exp_type", *SPEC2)),
        _IFU,
        Clause("imprint", IMPRINT),
        ALONE,
    ),
    roles=SCIENCE_ALONE,
)

_CONFIRMATION = one_of("exp_type", "mir_taconfirm")

Asn_MIRLRSTAConfirm = rule_with_backgrounds(
    name="Asn_MIRLRSTAConfirm",
    asn_type="spec2",
    title="A MIRI low-resolution spectrum with its backgrounds and the image that confirms it",
    # The confirmation is an image, in another optical path than the spectrum.
    mixins=(Constraint_Base, mode(unless=_CONFIRMATION), AsnMixin_Lv2Members),
    clauses=(
        Clause(
            "exp_type",
            any_of(
                _CONFIRMATION,
                all_of(
                    one_of("exp_type", "mir_lrs-slitless", "mir_lrs-fixedslit"),
                    any_of(SCIENCE, all_of(BACKGROUND, not_(TIME_SERIES))),
                ),
            ),
            same("exp_type", where=not_(_CONFIRMATION)),
        ),
        # One confirmation per observation; else a spectrum would get those of all observations.
        Clause(
            "confirmed",
            implies(_CONFIRMATION, is_set("obs_num")),
            same("obs_num", roles=("science", "target_acquisition"), optional=True),
        ),
        ONE_SCIENCE,
    ),
)
