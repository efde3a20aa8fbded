"""Level 3 spectra: of one target, or of the sources behind the micro-shutters.

Source: the rules of the same names in ``rules_level3.py``. Rules on backgrounds have the roles of
AsnMixin_AuxData: there, backgrounds are the science.
"""

from __future__ import annotations

from asnsolve.expr.build import all_of, any_of, is_set, not_, one_of, same
from asnsolve.rules.jwst.exposures import (
    DISPERSED,
    IFU_REACHES_DETECTOR,
    NODDED,
    SLIT_REACHES_DETECTOR,
)
from asnsolve.rules.jwst.level3.base import (
    NO_OPTICS,
    NOT_TIME_SERIES,
    AsnMixin_Science,
    Constraint_Optical_Path,
    Constraint_Target,
    background_rule,
    combining_rule,
    every_target,
    level3_rule,
)
from asnsolve.rules.model import Clause
from asnsolve.rules.steps import SpectraAsBackground

_BACKGROUND_TARGET = Clause("bkgdtarg", one_of("bkgdtarg", "t"))

# Without an optical path: channels and bands are combined into one spectrum.
Asn_Lv3MIRMRS = combining_rule(
    name="Asn_Lv3MIRMRS",
    asn_type="spec3",
    title="MIRI medium-resolution spectra of one target, all channels and bands",
    mixins=(AsnMixin_Science, Constraint_Target),
    clauses=(Clause("exp_type", one_of("exp_type", "mir_mrs")), NOT_TIME_SERIES),
    product=NO_OPTICS,
)

Asn_Lv3MIRMRSBackground = background_rule(
    name="Asn_Lv3MIRMRSBackground",
    asn_type="spec3",
    title="MIRI medium-resolution spectra of a dedicated background, combined by themselves",
    mixins=(AsnMixin_Science,),
    clauses=(
        every_target(),
        Clause("exp_type", one_of("exp_type", "mir_mrs")),
        NOT_TIME_SERIES,
        _BACKGROUND_TARGET,
    ),
    product=NO_OPTICS,
)

Asn_Lv3NRSFSS = combining_rule(
    name="Asn_Lv3NRSFSS",
    asn_type="spec3",
    title="NIRSpec spectra of one target through a fixed slit",
    mixins=(AsnMixin_Science, Constraint_Optical_Path, Constraint_Target),
    clauses=(
        NOT_TIME_SERIES,
        Clause("exp_type", one_of("exp_type", "nrs_autoflat", "nrs_autowave", "nrs_fixedslit")),
        # nrsfss_valid_detector of the generator.
        Clause("slit_reaches_detector", SLIT_REACHES_DETECTOR),
    ),
    # Each source has a slit, and both are known to the pipeline only.
    product=(
        "jw{program}-{asn_id}_{target}-{source_id}_{instrument}_{elements}-{slit_name}[-{subarray}]"
    ),
)

Asn_Lv3NRSIFU = combining_rule(
    name="Asn_Lv3NRSIFU",
    asn_type="spec3",
    title="NIRSpec integral-field spectra of one target through one grating",
    mixins=(AsnMixin_Science, Constraint_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nrs_autowave", "nrs_ifu")),
        # nrsifu_valid_detector of the generator.
        Clause("ifu_reaches_detector", IFU_REACHES_DETECTOR),
        Clause("patttype", key=same("patttype")),
        NOT_TIME_SERIES,
        # The filter is neither compared nor part of the name.
        Clause("opt_elem", key=same("grating")),
    ),
)

Asn_Lv3NRSIFUBackground = background_rule(
    name="Asn_Lv3NRSIFUBackground",
    asn_type="spec3",
    title="NIRSpec integral-field spectra of a dedicated background, combined by themselves",
    mixins=(AsnMixin_Science,),
    clauses=(
        every_target(),
        NOT_TIME_SERIES,
        _BACKGROUND_TARGET,
        Clause("exp_type", one_of("exp_type", "nrs_ifu")),
        Clause("ifu_reaches_detector", IFU_REACHES_DETECTOR),
        Clause("opt_elem", key=same("grating")),
    ),
)

Asn_Lv3SpectralSource = combining_rule(
    name="Asn_Lv3SpectralSource",
    asn_type="spec3",
    title="NIRSpec spectra of the sources of a field through the micro-shutters",
    mixins=(AsnMixin_Science, Constraint_Optical_Path, Constraint_Target),
    clauses=(
        NOT_TIME_SERIES,
        Clause(
            "exp_type",
            any_of(
                one_of("exp_type", "nrs_autoflat", "nrs_autowave"),
                # Without the file of shutters, no source is known.
                all_of(one_of("exp_type", "nrs_msaspec"), is_set("msametfl")),
            ),
        ),
        # Images of the shutters are not spectra.
        Clause("grating", DISPERSED),
    ),
    product="jw{program}-{asn_id}_{source_id}_{instrument}_{elements}[-{slit}][-{subarray}]",
)

Asn_Lv3SpectralTarget = level3_rule(
    name="Asn_Lv3SpectralTarget",
    asn_type="spec3",
    title="Nodded spectra of one target, each the background of the others",
    mixins=(AsnMixin_Science, Constraint_Optical_Path, Constraint_Target),
    clauses=(
        NOT_TIME_SERIES,
        Clause("exp_type", one_of("exp_type", "mir_lrs-fixedslit", "nis_soss")),
        Clause("patttype", one_of("patttype", *NODDED), same("patttype")),
    ),
    # The extracted spectrum of each nod is listed as a background too.
    steps=(SpectraAsBackground(),),
)

Asn_Lv3SlitlessSpectral = combining_rule(
    name="Asn_Lv3SlitlessSpectral",
    asn_type="spec3",
    title="NIRISS single-object slitless spectra of one target",
    mixins=(AsnMixin_Science, Constraint_Optical_Path, Constraint_Target),
    clauses=(
        NOT_TIME_SERIES,
        Clause("exp_type", one_of("exp_type", "nis_soss")),
        # Asn_Lv3SpectralTarget takes nods.
        Clause("patttype", not_(is_set("patttype"))),
    ),
)

Asn_Lv3SpecAux = background_rule(
    name="Asn_Lv3SpecAux",
    asn_type="spec3",
    title="Slit spectra of a dedicated background, combined by themselves",
    mixins=(AsnMixin_Science, Constraint_Optical_Path),
    clauses=(
        every_target(),
        NOT_TIME_SERIES,
        _BACKGROUND_TARGET,
        Clause(
            "exp_type", one_of("exp_type", "mir_lrs-fixedslit", "nrs_fixedslit"), same("exp_type")
        ),
    ),
)
