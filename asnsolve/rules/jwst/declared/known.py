"""Known overlaps of rules, and waivers of other findings."""

from __future__ import annotations

from asnsolve.rules.domain import Overlap, Waiver
from asnsolve.rules.jwst.exposures import SPEC2

_PSF_TOO = "a PSF reference is processed as any image, and as one that serves others"
_GRISM_SERIES = "a rule for wide fields does not ask whether it is a time series"
_ANY_SERIES = "the rule for time series takes exposures of every type"
_COMMANDED = "full frames of a coronagraph are processed as images and as integrations"
_PARALLEL = "the rule for parallels asks for no grism of its own"
_MIRROR = "an image of open shutters is processed as a confirmation, whatever else it is"

# Pairs are declared one by one, so that a new one shows as a finding.
_SCIENCE_OVERLAPS = (
    Overlap(("Asn_Lv2Image", "Asn_Lv2ImageSpecial"), _PSF_TOO),
    Overlap(("Asn_Lv2ImageTSO", "Asn_Lv2ImageSpecial"), _PSF_TOO),
    Overlap(("Asn_Lv2Image", "Asn_Lv2CoronAsRate"), _COMMANDED),
    Overlap(("Asn_Lv2ImageTSO", "Asn_Lv2CoronAsRate"), _COMMANDED),
    Overlap(("Asn_Lv2ImageSpecial", "Asn_Lv2CoronAsRate"), _COMMANDED),
    Overlap(
        ("Asn_MIRLRSTAConfirm", "Asn_Lv2MIRLRSFixedSlitNod"),
        "a nod serves as background where no confirmation is beside it",
    ),
    Overlap(("Asn_Lv2Spec", "Asn_Lv2WFSSMIR"), "the prism of MIRI counts among the spectra too"),
    Overlap(
        ("Asn_Lv2Spec", "Asn_Lv2WFSSParallel"), "the prism of MIRI counts among the spectra too"
    ),
    Overlap(("Asn_Lv2SpecTSO", "Asn_Lv2WFSSMIR"), _GRISM_SERIES),
    Overlap(("Asn_Lv2SpecTSO", "Asn_Lv2WFSSNIS"), _GRISM_SERIES),
    Overlap(("Asn_Lv2SpecTSO", "Asn_Lv2WFSSNRC"), _GRISM_SERIES),
    Overlap(("Asn_Lv2SpecTSO", "Asn_Lv2WFSSParallel"), _GRISM_SERIES),
    Overlap(("Asn_Lv2WFSSMIR", "Asn_Lv2WFSSParallel"), _PARALLEL),
    Overlap(("Asn_Lv2WFSSNIS", "Asn_Lv2WFSSParallel"), _PARALLEL),
    Overlap(("Asn_Lv2WFSSNRC", "Asn_Lv2WFSSParallel"), _PARALLEL),
    Overlap(
        ("Asn_Lv2SpecTSO", "Asn_Lv2NRSIFUNod"),
        "the rule for nods of cubes does not ask whether it is a time series",
    ),
    Overlap(
        ("Asn_Lv2SpecSpecial:imprint", "Asn_Lv2SpecImprint"),
        "an imprint of a background is an imprint; the associations are equal, and one is kept",
    ),
    Overlap(("Asn_Lv2ImageNonScience", "Asn_Lv2SpecSpecial"), _MIRROR),
    Overlap(("Asn_Lv2ImageNonScience", "Asn_Lv2SpecSpecial:imprint"), _MIRROR),
    Overlap(("Asn_Lv2ImageNonScience", "Asn_Lv2SpecImprint"), _MIRROR),
    Overlap(
        ("Asn_Lv3Image", "Asn_Lv3ImageMosaic"),
        "tiles are combined by target, and inside a mosaic whatever their target",
    ),
    Overlap(
        ("Asn_Lv3Image", "Asn_Lv3WFSCMB"), "a visit that is not for wavefront sensing may do it"
    ),
    Overlap(
        ("Asn_Lv3ImageMosaic", "Asn_Lv3WFSCMB"),
        "a visit that is not for wavefront sensing may do it",
    ),
    Overlap(("Asn_Lv3WFSCMB", "Asn_Lv3TSO"), _ANY_SERIES),
    Overlap(("Asn_Lv3MIRCoron", "Asn_Lv3TSO"), _ANY_SERIES),
    Overlap(("Asn_Lv3AMI", "Asn_Lv3TSO"), _ANY_SERIES),
    Overlap(("Asn_Lv3NRCCoron", "Asn_Lv3TSO"), _ANY_SERIES),
    Overlap(("Asn_Lv3NRCCoronImage", "Asn_Lv3TSO"), _ANY_SERIES),
    Overlap(("Asn_Lv3TSO", "Asn_Lv3WFSSMIR"), _ANY_SERIES),
    Overlap(("Asn_Lv3TSO", "Asn_Lv3WFSSNIS"), _ANY_SERIES),
    Overlap(("Asn_Lv3TSO", "Asn_Lv3WFSSNRC"), _ANY_SERIES),
    Overlap(
        ("Asn_Lv3NRCCoron", "Asn_Lv3NRCCoronImage"),
        "full frames of a coronagraph are combined as images too",
    ),
)


_DIRECT = "a direct image is an image too, and is processed as one"
_OWN_SAKE = "a dedicated background serves others, and is also processed by itself"
_IMPRINT_TOO = "an imprint serves others, and is also processed by itself"
_FINDS = "the image of an acquisition serves a spectrum, and is also processed as an image"
_SHARED_SKY = "the rules share science exposures, and the backgrounds for them"
_SHARED_PSF = "the rules share science exposures, and the PSF references for them"
_SHARED_LAMP = "the exposures of a lamp serve every mode that uses its grating"


def _served(reason: str, *pairs: tuple[str, str]) -> tuple[Overlap, ...]:
    """Declare overlaps in other roles than science, for one reason."""
    return tuple(Overlap(pair, reason, science=False) for pair in pairs)


_GRISMS = ("Asn_Lv2WFSSMIR", "Asn_Lv2WFSSNIS", "Asn_Lv2WFSSNRC")

_ROLE_OVERLAPS = (
    *_served(
        _DIRECT,
        *(
            (image, grism)
            for image in ("Asn_Lv2Image", "Asn_Lv2ImageTSO", "Asn_Lv2WFSC")
            for grism in (*_GRISMS, "Asn_Lv2WFSSParallel")
        ),
    ),
    *_served(
        _OWN_SAKE,
        ("Asn_Lv2Image", "Asn_Lv2ImageSpecial"),
        ("Asn_Lv2ImageSpecial", "Asn_Lv2CoronAsRate"),
        *(("Asn_Lv2ImageSpecial", grism) for grism in (*_GRISMS, "Asn_Lv2WFSSParallel")),
        *(("Asn_Lv2SpecSpecial", grism) for grism in (*_GRISMS, "Asn_Lv2WFSSParallel")),
        ("Asn_Lv2Spec", "Asn_Lv2SpecSpecial"),
        ("Asn_Lv2SpecSpecial", "Asn_MIRLRSTAConfirm"),
        ("Asn_Lv2SpecSpecial", "Asn_Lv2MIRLRSFixedSlitNod"),
        ("Asn_Lv2SpecSpecial", "Asn_Lv2NRSFSS"),
        ("Asn_Lv2SpecSpecial", "Asn_Lv2NRSMSA"),
        ("Asn_Lv2SpecSpecial", "Asn_Lv2NRSIFUNod"),
        ("Asn_Lv3ImageBackground", "Asn_Lv3WFSCMB"),
        ("Asn_Lv3MIRMRS", "Asn_Lv3MIRMRSBackground"),
        ("Asn_Lv3NRSIFU", "Asn_Lv3NRSIFUBackground"),
        ("Asn_Lv3NRSFSS", "Asn_Lv3SpecAux"),
        ("Asn_Lv3SpectralTarget", "Asn_Lv3SpecAux"),
    ),
    *_served(
        _IMPRINT_TOO,
        *(
            (spectrum, imprint)
            for spectrum in ("Asn_Lv2Spec", "Asn_Lv2SpecSpecial")
            for imprint in ("Asn_Lv2SpecSpecial:imprint", "Asn_Lv2SpecImprint")
        ),
        *(
            (imprint, spectrum)
            for imprint in ("Asn_Lv2SpecSpecial:imprint", "Asn_Lv2SpecImprint")
            for spectrum in ("Asn_Lv2NRSMSA", "Asn_Lv2NRSIFUNod")
        ),
    ),
    *_served(
        _FINDS,
        ("Asn_Lv2ImageNonScience", "Asn_MIRLRSTAConfirm"),
        ("Asn_Lv2ImageNonScience", "Asn_Lv2MIRLRSFixedSlitNod"),
    ),
    *_served(_MIRROR, ("Asn_Lv2ImageNonScience", "Asn_Lv2SpecSpecial")),
    *_served(
        _SHARED_SKY,
        ("Asn_Lv2Image", "Asn_Lv2CoronAsRate"),
        ("Asn_Lv2Spec", "Asn_Lv2WFSSMIR"),
        ("Asn_Lv2Spec", "Asn_Lv2WFSSParallel"),
        ("Asn_MIRLRSTAConfirm", "Asn_Lv2MIRLRSFixedSlitNod"),
        *((grism, "Asn_Lv2WFSSParallel") for grism in _GRISMS),
        ("Asn_Lv3WFSCMB", "Asn_Lv3TSO"),
        *(("Asn_Lv3TSO", f"Asn_Lv3WFSS{grism}") for grism in ("MIR", "NIS", "NRC")),
    ),
    *_served(
        _SHARED_PSF,
        *((rule, "Asn_Lv3TSO") for rule in ("Asn_Lv3AMI", "Asn_Lv3MIRCoron", "Asn_Lv3NRCCoron")),
    ),
    *_served(
        _SHARED_LAMP,
        ("Asn_Lv3NRSFSS", "Asn_Lv3NRSIFU"),
        ("Asn_Lv3NRSFSS", "Asn_Lv3SpectralSource"),
        ("Asn_Lv3NRSIFU", "Asn_Lv3SpectralSource"),
    ),
)

OVERLAPS = (*_SCIENCE_OVERLAPS, *_ROLE_OVERLAPS)

_IMPRINTS = "the rule takes its list from all spectra; only shutters and cubes have imprints"
_SETTLED = "other clauses of the rule settle it for the exposures of today"
_IN_NAME = "two products with the same name have different files; both are reported when they occur"

# A dead clause or value is kept where the official rule has it, so that pages can be compared; a
# clause that several rules share is waived under the name of one of them.
WAIVERS = (
    Waiver("dead value", "Asn_Lv2Image", "exp_type fgs_image", "it has a rule of its own"),
    Waiver("dead value", "Asn_Lv2Image", "exp_type nrc_tsimage", "it is always a time series"),
    Waiver("dead value", "Asn_Lv2Spec", "exp_type nrc_tsgrism", "it is always a time series"),
    Waiver("dead value", "Asn_Lv2Spec", "exp_type nrs_brightobj", "it is always a time series"),
    *(
        Waiver("dead value", "Asn_Lv2SpecImprint", f"exp_type {exp_type}", _IMPRINTS)
        for exp_type in SPEC2
        if exp_type not in ("nrs_ifu", "nrs_msaspec")
    ),
    Waiver(
        "dead value",
        "Asn_Lv3Image",
        "pointing target_acquisition",
        "acquisitions have types of their own, which no rule of level 3 lists",
    ),
    Waiver("dead clause", "Asn_Lv2SpecImprint", "exp_type", _IMPRINTS),
    Waiver("dead clause", "Asn_Lv2Image", "dark", "no sky is observed through a closed wheel"),
    Waiver("dead clause", "Asn_Lv2Image", "pointing", "pools write no pointing without a role"),
    Waiver("dead clause", "Asn_Lv2Image", "exposures", _SETTLED),
    Waiver("dead clause", "Asn_Lv2Spec", "exposures", _SETTLED),
    *(
        Waiver("dead clause", "Asn_MIRLRSTAConfirm", clause, _SETTLED)
        for clause in ("dark", "grism_detector", "wavefront", "confirmed")
    ),
    Waiver("dead clause", "Asn_Lv2NRSLAMPSpectral", "opmode", _SETTLED),
    Waiver("dead clause", "Asn_Lv3Image", "pointing", "pools write no pointing without a role"),
    Waiver("name", "Asn_Lv3Image", "wfsvisit", _IN_NAME),
    Waiver("name", "Asn_Lv3ImageMosaic", "wfsvisit", _IN_NAME),
    Waiver("name", "Asn_Lv3ImageBackground", "wfsvisit", _IN_NAME),
    Waiver("name", "Asn_Lv3WFSCMB", "obs_id", _IN_NAME),
    Waiver("name", "Asn_Lv3MIRCoron", "exp_type", "the mask decides the filter in the name"),
    Waiver("name", "Asn_Lv3NRSFSS", "fxd_slit", "the name tells the slit of each source instead"),
    Waiver("name", "Asn_Lv3NRSIFU", "patttype", _IN_NAME),
    Waiver("name", "Asn_Lv3SpectralSource", "target", "the name tells each source instead"),
    Waiver("name", "Asn_Lv3SpectralTarget", "patttype", _IN_NAME),
    Waiver("name", "Asn_Lv3TSO", "exp_type", _IN_NAME),
    Waiver(
        "implied rule",
        "Asn_Lv2SpecSpecial:imprint",
        "Asn_Lv2SpecImprint",
        "the official generator makes both; the associations are equal, and one is kept",
    ),
    Waiver(
        "implied rule",
        "Asn_Lv3Image",
        "Asn_Lv3ImageMosaic",
        "tiles are combined by target, and inside a mosaic whatever their target",
    ),
    Waiver("implied rule", "Asn_Lv3MIRMRSBackground", "Asn_Lv3MIRMRS", _OWN_SAKE),
)
