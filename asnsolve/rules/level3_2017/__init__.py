"""Rule set ``level3-2017``: the documented Level-3 rules as they stood in December 2017.

Source: the document "Level3 Associations: Rules" (base ``DMS_Level3_Base``, ``AsnMixin_Base``, ten
``Asn_`` rules) and the four rules registered beside them.
"""

from __future__ import annotations

from functools import partial

from asnsolve.expr.build import (
    all_of,
    any_of,
    at_least,
    is_set,
    matches,
    not_,
    one_of,
    same,
)
from asnsolve.rules.jwst.exposures import ANY_WAVEFRONT_VISIT, WAVEFRONT_VISIT
from asnsolve.rules.level3_2017.examples_2017 import EXAMPLES
from asnsolve.rules.model import Base, Cases, Clause, Mixin, Reach, Rule
from asnsolve.rules.rule_set import RuleSet, rules_in

# In the document, flags decide before exposure types do; in today's rules, types come first.
ROLES = Cases(
    (
        (is_set("is_psf"), "psf"),
        (is_set("is_imprt"), "imprint"),
        (is_set("bkgdtarg"), "background"),
        (one_of("exp_type", "nrs_autoflat"), "autoflat"),
        (one_of("exp_type", "nrs_autowave"), "autowave"),
        (
            one_of(
                "exp_type",
                *("mir_tacq", "nis_tacq", "nis_taconfirm", "nrc_tacq", "nrc_taconfirm"),
                *("nrs_confirm", "nrs_tacq", "nrs_taconfirm", "nrs_taslit"),
            ),
            "target_acquisition",
        ),
        (one_of("exp_type", "mir_dark", "nis_dark", "nrc_dark", "nrs_dark"), "dark"),
        (one_of("exp_type", "mir_flatimage", "mir_flatmrs", "nrc_flat"), "flat"),
        (
            one_of(
                "exp_type",
                *("nis_focus", "nis_lamp", "nrc_focus", "nrc_led"),
                *("nrs_focus", "nrs_image", "nrs_lamp"),
            ),
            "engineering",
        ),
    ),
    otherwise="science",
)

# Exposure types that level 2b calibrates; files of others are at stage "rate".
LEVEL2B = one_of(
    "exp_type",
    *("mir_image", "mir_lyot", "mir_4qpm", "mir_coroncal", "mir_tacq", "mir_mrs"),
    *("mir_lrs-fixedslit", "mir_lrs-slitless"),
    *("nis_ami", "nis_image", "nis_focus", "nis_tacq", "nis_taconfirm", "nis_soss"),
    *("nrc_image", "nrc_coron", "nrc_tsimage", "nrc_tacq", "nrc_taconfirm", "nrc_focus"),
    *("nrc_grism", "nrc_tsgrism"),
    *("nrs_bota", "nrs_confirm", "nrs_focus", "nrs_image", "nrs_mimf", "nrs_taslit"),
    *("nrs_tacq", "nrs_taconfirm", "nrs_fixedslit", "nrs_ifu", "nrs_msaspec", "nrs_brightobj"),
)

TIME_SERIES = one_of(
    "exp_type", "mir_lrs-slitless", "nis_soss", "nrc_tsimage", "nrc_tsgrism", "nrs_brightobj"
)

DMS_Level3_Base = Base(
    name="DMS_Level3_Base",
    roles=ROLES,
    suffixes=Cases(((TIME_SERIES, "calints"), (LEVEL2B, "cal")), otherwise="rate"),
    product="jw{program}-{asn_id}_{target}_{instrument}_{opt}",
    needs=(at_least(1, "science"),),
    laws=("discovered repeats",),
    degraded=(
        "One or more members have an error associated with them.\n"
        "Details can be found in the members.exposerr property."
    ),
    lists_candidates=False,
)

AsnMixin_Base = Mixin(
    "AsnMixin_Base",
    (
        Clause("program", key=same("program")),
        Clause("instrument", key=same("instrume")),
    ),
)
AsnMixin_Target = Mixin("AsnMixin_Target", (Clause("target", key=same("targetid")),))
# The document takes the pupil or, where there is none, the grating.
AsnMixin_OpticalPath = Mixin(
    "AsnMixin_OpticalPath",
    (
        Clause("opt_elem", key=same("filter")),
        Clause("opt_elem2", key=same("pupil", "grating", optional=True)),
    ),
)
# "[^t]" is the pattern of the document: it admits other values of one letter.
AsnMixin_NotTSO = Mixin(
    "AsnMixin_NotTSO",
    (Clause("is_not_tso", any_of(not_(is_set("tsovisit")), matches("tsovisit", "[^t]"))),),
)
AsnMixin_Image = Mixin(
    "AsnMixin_Image",
    (
        *AsnMixin_NotTSO.clauses,
        Clause(
            "exp_type",
            one_of("exp_type", "nrc_image", "mir_image", "nis_image", "fgs_image"),
            same("exp_type"),
        ),
    ),
)
AsnMixin_Spectrum = Mixin("AsnMixin_Spectrum", AsnMixin_NotTSO.clauses)
AsnMixin_MIRI = Mixin("AsnMixin_MIRI", (Clause("instrument", one_of("instrume", "miri")),))
AsnMixin_NIRSPEC = Mixin("AsnMixin_NIRSPEC", (Clause("instrument", one_of("instrume", "nirspec")),))
AsnMixin_NIRISS = Mixin("AsnMixin_NIRISS", (Clause("instrument", one_of("instrume", "niriss")),))

# PSF references have targets of their own.
SCIENCE_TARGET = Clause("target", key=same("targetid", roles=("science",)))

_rule = partial(Rule, base=DMS_Level3_Base)
_spectra = partial(_rule, asn_type="spec3")

Asn_Image = _rule(
    name="Asn_Image",
    asn_type="image3",
    title="Images of one target through one optical path, with any camera",
    mixins=(AsnMixin_Base, AsnMixin_Image, AsnMixin_OpticalPath, AsnMixin_Target),
    # A visit without a type is refused, as the document has it.
    clauses=(Clause("visitype", all_of(is_set("visitype"), not_(ANY_WAVEFRONT_VISIT))),),
)

Asn_WFSCMB = _rule(
    name="Asn_WFSCMB",
    asn_type="wfs",
    title="Wavefront sensing and control: the images of one mosaic, to be combined",
    mixins=(AsnMixin_Base, AsnMixin_Image, AsnMixin_OpticalPath, AsnMixin_Target),
    clauses=(
        Clause("visitype", WAVEFRONT_VISIT),
        Clause("act_id", key=same("act_id")),
    ),
    # The document ties these images by the candidate of a mosaic.
    reach=Reach(candidate_types=("mosaic",)),
    note=(
        "Pairs of images are combined to sense the shape of the mirror. The proposal ties them in "
        "a candidate of type mosaic, whose id the association has, also where it is discovered; "
        "the activity tells the pairs of one candidate apart. Visits for wavefront sensing are "
        "taken here alone: Asn_Image refuses them."
    ),
)

Asn_MIRI_LRS_FIXEDSLIT = _spectra(
    name="Asn_MIRI_LRS_FIXEDSLIT",
    title="MIRI low-resolution spectra of one target through the slit",
    mixins=(AsnMixin_Base, AsnMixin_Spectrum, AsnMixin_MIRI, AsnMixin_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "mir_lrs-fixedslit", "mir_tacq")),
        Clause("opt_elem", one_of("filter", "p750l")),
        Clause("subarray", one_of("subarray", "full")),
    ),
)

Asn_MIRI_LRS_SLITLESS = _spectra(
    name="Asn_MIRI_LRS_SLITLESS",
    title="MIRI low-resolution spectra of one target without the slit",
    mixins=(AsnMixin_Base, AsnMixin_Spectrum, AsnMixin_MIRI, AsnMixin_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "mir_lrs-slitless", "mir_tacq")),
        Clause("opt_elem", one_of("filter", "p750l")),
        Clause("subarray", one_of("subarray", "subprism")),
    ),
)

Asn_NIR_SO_SLITLESS = _spectra(
    name="Asn_NIR_SO_SLITLESS",
    title="NIRISS single-object slitless spectra of one target",
    mixins=(AsnMixin_Base, AsnMixin_Spectrum, AsnMixin_NIRISS, AsnMixin_Target),
    clauses=(
        Clause("detector", one_of("detector", "nis")),
        Clause("exp_type", one_of("exp_type", "nis_soss", "nis_tacq", "nis_tacnfrm")),
        Clause("opt_elem", one_of("pupil", "gr700xd")),
        Clause(
            "subarray",
            one_of("subarray", "full", "substrip256", "substrip80"),
            same("subarray"),
        ),
    ),
)

Asn_NRS_FIXEDSLIT = _spectra(
    name="Asn_NRS_FIXEDSLIT",
    title="NIRSpec spectra of one target through one fixed slit",
    mixins=(
        AsnMixin_Base,
        AsnMixin_Spectrum,
        AsnMixin_NIRSPEC,
        AsnMixin_OpticalPath,
        AsnMixin_Target,
    ),
    clauses=(
        Clause(
            "exp_type",
            one_of(
                "exp_type",
                *("nrs_fixedslit", "nrs_autowave", "nrs_confirm"),
                *("nrs_taconfirm", "nrs_tacq", "nrs_taslit"),
            ),
        ),
        Clause("fxd_slit", key=same("fxd_slit")),
        Clause("subarray", key=same("subarray")),
    ),
)

Asn_NRS_MSA = _spectra(
    name="Asn_NRS_MSA",
    title="NIRSpec spectra of one target through the micro-shutter array",
    mixins=(
        AsnMixin_Base,
        AsnMixin_Spectrum,
        AsnMixin_NIRSPEC,
        AsnMixin_OpticalPath,
        AsnMixin_Target,
    ),
    clauses=(
        Clause(
            "exp_type",
            one_of(
                "exp_type",
                *("nrs_msaspec", "nrs_autoflat", "nrs_autowave", "nrs_confirm"),
                *("nrs_taslit", "nrs_taconfirm", "nrs_tacq"),
            ),
        ),
    ),
)

Asn_MIRI_IFU = _spectra(
    name="Asn_MIRI_IFU",
    title="MIRI medium-resolution spectra of one target, all channels and bands",
    mixins=(AsnMixin_Base, AsnMixin_Spectrum, AsnMixin_MIRI, AsnMixin_Target),
    clauses=(Clause("exp_type", one_of("exp_type", "mir_mrs", "mir_flatmrs", "mir_tacq")),),
    # All channels and bands are combined, so the name has no optical element.
    product="jw{program}-{asn_id}_{target}_{instrument}",
)

Asn_NRS_IFU = _spectra(
    name="Asn_NRS_IFU",
    title="NIRSpec spectra of one target through the integral-field unit, all gratings",
    mixins=(AsnMixin_Base, AsnMixin_Spectrum, AsnMixin_NIRSPEC, AsnMixin_Target),
    clauses=(
        Clause(
            "exp_type",
            one_of(
                "exp_type",
                *("nrs_ifu", "nrs_autowave", "nrs_confirm"),
                *("nrs_taconfirm", "nrs_tacq", "nrs_taslit"),
            ),
        ),
    ),
)

Asn_Coron = _rule(
    name="Asn_Coron",
    asn_type="coron3",
    title="Coronagraphic images of one target with their PSF references of any target",
    mixins=(AsnMixin_Base, AsnMixin_OpticalPath),
    clauses=(
        Clause(
            "exp_type",
            one_of(
                "exp_type",
                *("nrc_coron", "nrc_taconfirm", "nrc_tacq"),
                *("mir_lyot", "mir_4qpm", "mir_tacq"),
            ),
            same("exp_type"),
        ),
        SCIENCE_TARGET,
    ),
    needs=(at_least(1, "psf"),),
    note=(
        "What belongs together in coronagraphy is decided by the proposal, almost as a whole: its "
        "candidates name a target and the PSF references for it. The rule adds that type and "
        "optical path agree. The target binds science members alone; PSF references have targets "
        "of their own, and serve in the association of each science target. Without a PSF "
        "reference there is no association."
    ),
)

Asn_AMI = _rule(
    name="Asn_AMI",
    asn_type="ami3",
    title="Aperture-masking images of one target with their PSF references of any target",
    # A PSF reference is not required here, as it is for Asn_Coron.
    mixins=(AsnMixin_Base, AsnMixin_OpticalPath),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nis_ami", "nis_taconfirm", "nis_tacq")),
        SCIENCE_TARGET,
    ),
)

Asn_WFSS = _spectra(
    name="Asn_WFSS",
    title="NIRISS wide-field slitless spectra of one target, both grisms",
    mixins=(AsnMixin_Base, AsnMixin_Spectrum, AsnMixin_OpticalPath, AsnMixin_Target),
    clauses=(
        Clause("exp_type", one_of("exp_type", "nis_wfss")),
        # The document takes the grism from the column of gratings.
        Clause("opt_elem2", one_of("grating", "gr150r", "gr150c")),
    ),
)

Asn_TSO_Flag = _rule(
    name="Asn_TSO_Flag",
    asn_type="tso3",
    title="Time series of one target, flagged as such",
    mixins=(AsnMixin_Base, AsnMixin_OpticalPath, AsnMixin_Target),
    clauses=(
        Clause("is_tso", one_of("tsovisit", "t")),
        Clause("exp_type", key=same("exp_type")),
    ),
    # Integrations stay apart, whatever the exposure type.
    suffixes=Cases(((LEVEL2B, "calints"),), otherwise="rateints"),
)

# For exposures that were not flagged; those that are flagged belong to Asn_TSO_Flag.
Asn_TSO_EXPTYPE = _rule(
    name="Asn_TSO_EXPTYPE",
    asn_type="tso3",
    title="Time series of one target, not flagged but of an exposure type that is always one",
    mixins=(AsnMixin_Base, AsnMixin_OpticalPath, AsnMixin_Target),
    clauses=(
        Clause("no_tso_flag", not_(is_set("tsovisit"))),
        Clause(
            "exp_type",
            one_of(
                "exp_type",
                *("mir_lrs-slitless", "nis_soss", "nis_taconfirm", "nis_tacq"),
                *("nrc_tsimage", "nrc_tsgrism"),
                *("nrs_bota", "nrs_brightobj", "nrs_taconfirm"),
            ),
            same("exp_type"),
        ),
    ),
)

LEVEL3_2017 = RuleSet(name="level3-2017", digits=3, rules=rules_in(globals()), examples=EXAMPLES)
