"""What each rule is for: the exposure types and pointings that it takes, role by role."""

from __future__ import annotations

from asnsolve.rules.declarations import Takes

__all__ = ["TAKES"]

_TAKES = (
    (
        "Asn_Lv2Image",
        "science",
        """
            mir_4qpm mir_image mir_lyot nis_ami nis_image nrc_coron nrc_image nrs_mimf
        """,
        "science",
    ),
    (
        "Asn_Lv2Image",
        "background",
        """
            mir_4qpm mir_image mir_lyot nis_ami nis_image nrc_coron nrc_image nrs_mimf
        """,
        "science",
    ),
    (
        "Asn_Lv2ImageTSO",
        "science",
        """
            mir_4qpm mir_image mir_lyot nis_ami nis_image nrc_coron nrc_image nrc_tsimage
            nrs_mimf
        """,
        "science",
    ),
    (
        "Asn_Lv2ImageSpecial",
        "science",
        """
            mir_4qpm mir_image mir_lyot nis_ami nis_image nrc_coron nrc_image nrc_tsimage
            nrs_mimf
        """,
        "science",
    ),
    (
        "Asn_Lv2ImageNonScience",
        "science",
        """
            mir_coroncal mir_taconfirm mir_tacq nis_focus nis_taconfirm nis_tacq nrc_focus
            nrc_taconfirm nrc_tacq nrs_confirm nrs_focus nrs_image nrs_msaspec nrs_msata
            nrs_taconfirm nrs_tacq nrs_taslit nrs_verify nrs_wata
        """,
        "science target_acquisition",
    ),
    ("Asn_Lv2CoronAsRate", "science", "nrc_coron", "science"),
    ("Asn_Lv2CoronAsRate", "background", "nrc_coron", "science"),
    ("Asn_Lv2FGS", "science", "fgs_focus fgs_image", "science"),
    ("Asn_Lv2WFSC", "science", "fgs_image mir_image nis_image nrc_image nrs_mimf", "science"),
    ("Asn_Lv2Spec", "science", "mir_mrs mir_wfss nis_soss nrs_ifu", "science"),
    ("Asn_Lv2Spec", "imprint", "nrs_ifu", "science"),
    ("Asn_Lv2Spec", "background", "mir_mrs mir_wfss nis_soss nrs_ifu", "science"),
    (
        "Asn_Lv2SpecTSO",
        "science",
        """
            mir_mrs mir_wfss nis_soss nis_wfss nrc_tsgrism nrc_wfss nrs_brightobj nrs_ifu
        """,
        "science",
    ),
    ("Asn_Lv2SpecSpecial", "imprint", "nrs_ifu nrs_msaspec", "science"),
    (
        "Asn_Lv2SpecSpecial",
        "science",
        """
            mir_lrs-fixedslit mir_lrs-slitless mir_mrs mir_wfss nis_soss nis_wfss
            nrc_tsgrism nrc_wfss nrs_brightobj nrs_fixedslit nrs_ifu nrs_msaspec
        """,
        "science",
    ),
    ("Asn_Lv2SpecSpecial:imprint", "science", "nrs_ifu nrs_msaspec", "science"),
    ("Asn_Lv2SpecImprint", "science", "nrs_ifu nrs_msaspec", "science"),
    ("Asn_MIRLRSTAConfirm", "target_acquisition", "mir_taconfirm", "science target_acquisition"),
    ("Asn_MIRLRSTAConfirm", "science", "mir_lrs-fixedslit mir_lrs-slitless", "science"),
    ("Asn_MIRLRSTAConfirm", "background", "mir_lrs-fixedslit mir_lrs-slitless", "science"),
    (
        "Asn_Lv2MIRLRSFixedSlitNod",
        "target_acquisition",
        """
            mir_taconfirm
        """,
        "science target_acquisition",
    ),
    ("Asn_Lv2MIRLRSFixedSlitNod", "science", "mir_lrs-fixedslit", "science"),
    ("Asn_Lv2MIRLRSFixedSlitNod", "background", "mir_lrs-fixedslit", "science"),
    ("Asn_Lv2NRSFSS", "science", "nrs_fixedslit", "science"),
    ("Asn_Lv2NRSFSS", "background", "nrs_fixedslit", "science"),
    ("Asn_Lv2NRSMSA", "science", "nrs_msaspec", "science"),
    ("Asn_Lv2NRSMSA", "imprint", "nrs_msaspec", "science"),
    ("Asn_Lv2NRSMSA", "background", "nrs_msaspec", "science"),
    ("Asn_Lv2NRSIFUNod", "science", "nrs_ifu", "science"),
    ("Asn_Lv2NRSIFUNod", "imprint", "nrs_ifu", "science"),
    ("Asn_Lv2NRSIFUNod", "background", "nrs_ifu", "science"),
    ("Asn_Lv2NRSLAMPImage", "science", "nrs_lamp", "science"),
    ("Asn_Lv2NRSLAMPSpectral", "science", "nrs_autoflat nrs_autowave nrs_lamp", "science"),
    ("Asn_Lv2WFSSNIS", "direct_image", "nis_image", "science"),
    ("Asn_Lv2WFSSNIS", "science", "nis_wfss", "science"),
    ("Asn_Lv2WFSSNIS", "background", "nis_image nis_wfss", "science"),
    ("Asn_Lv2WFSSNRC", "direct_image", "nrc_image", "science"),
    ("Asn_Lv2WFSSNRC", "science", "nrc_wfss", "science"),
    ("Asn_Lv2WFSSNRC", "background", "nrc_image nrc_wfss", "science"),
    ("Asn_Lv2WFSSMIR", "direct_image", "mir_image", "science"),
    ("Asn_Lv2WFSSMIR", "science", "mir_wfss", "science"),
    ("Asn_Lv2WFSSMIR", "background", "mir_image mir_wfss", "science"),
    ("Asn_Lv2WFSSParallel", "direct_image", "mir_image nis_image nrc_image", "science"),
    ("Asn_Lv2WFSSParallel", "science", "mir_wfss nis_wfss nrc_wfss", "science"),
    (
        "Asn_Lv2WFSSParallel",
        "background",
        """
            mir_image mir_wfss nis_image nis_wfss nrc_image nrc_wfss
        """,
        "science",
    ),
    ("Asn_Lv3Image", "science", "fgs_image mir_image nis_image nrc_image nrs_mimf", "science"),
    (
        "Asn_Lv3ImageMosaic",
        "science",
        """
            fgs_image mir_image nis_image nrc_image nrs_mimf
        """,
        "science",
    ),
    (
        "Asn_Lv3ImageBackground",
        "science",
        """
            fgs_image mir_image nis_image nrc_image nrs_mimf
        """,
        "science",
    ),
    ("Asn_Lv3WFSCMB", "background", "fgs_image mir_image nis_image nrc_image nrs_mimf", "science"),
    ("Asn_Lv3WFSCMB", "science", "fgs_image mir_image nis_image nrc_image nrs_mimf", "science"),
    ("Asn_Lv3AMI", "psf", "nis_ami", "science"),
    ("Asn_Lv3AMI", "background", "nis_ami", "science"),
    ("Asn_Lv3AMI", "science", "nis_ami", "science"),
    ("Asn_Lv3MIRCoron", "psf", "mir_4qpm mir_lyot", "science"),
    ("Asn_Lv3MIRCoron", "science", "mir_4qpm mir_lyot", "science"),
    ("Asn_Lv3NRCCoron", "psf", "nrc_coron", "science"),
    ("Asn_Lv3NRCCoron", "science", "nrc_coron", "science"),
    ("Asn_Lv3NRCCoronImage", "science", "nrc_coron", "science"),
    ("Asn_Lv3MIRMRS", "background", "mir_mrs", "science"),
    ("Asn_Lv3MIRMRS", "science", "mir_mrs", "science"),
    ("Asn_Lv3MIRMRSBackground", "science", "mir_mrs", "science"),
    ("Asn_Lv3NRSFSS", "autoflat", "nrs_autoflat", "science"),
    ("Asn_Lv3NRSFSS", "autowave", "nrs_autowave", "science"),
    ("Asn_Lv3NRSFSS", "background", "nrs_fixedslit", "science"),
    ("Asn_Lv3NRSFSS", "science", "nrs_fixedslit", "science"),
    ("Asn_Lv3NRSIFU", "autowave", "nrs_autowave", "science"),
    ("Asn_Lv3NRSIFU", "background", "nrs_ifu", "science"),
    ("Asn_Lv3NRSIFU", "science", "nrs_ifu", "science"),
    ("Asn_Lv3NRSIFUBackground", "science", "nrs_ifu", "science"),
    ("Asn_Lv3SpectralSource", "autoflat", "nrs_autoflat", "science"),
    ("Asn_Lv3SpectralSource", "autowave", "nrs_autowave", "science"),
    ("Asn_Lv3SpectralSource", "background", "nrs_msaspec", "science"),
    ("Asn_Lv3SpectralSource", "science", "nrs_msaspec", "science"),
    ("Asn_Lv3SpectralTarget", "background", "mir_lrs-fixedslit nis_soss", "science"),
    ("Asn_Lv3SpectralTarget", "science", "mir_lrs-fixedslit nis_soss", "science"),
    ("Asn_Lv3SlitlessSpectral", "background", "nis_soss", "science"),
    ("Asn_Lv3SlitlessSpectral", "science", "nis_soss", "science"),
    ("Asn_Lv3SpecAux", "science", "mir_lrs-fixedslit nrs_fixedslit", "science"),
    (
        "Asn_Lv3TSO",
        "target_acquisition",
        """
            mir_taconfirm mir_tacq nis_taconfirm nis_tacq nrc_taconfirm nrc_tacq nrs_confirm
            nrs_msata nrs_taconfirm nrs_tacq nrs_taslit nrs_wata
        """,
        "science",
    ),
    (
        "Asn_Lv3TSO",
        "dark",
        """
            mir_darkall mir_darkimg mir_darkmrs nis_dark nrc_dark nrs_dark
        """,
        "science",
    ),
    ("Asn_Lv3TSO", "flat", "mir_flatimage mir_flatimage-ext mir_flatmrs-ext nrc_flat", "science"),
    (
        "Asn_Lv3TSO",
        "engineering",
        """
            nis_focus nis_lamp nrc_focus nrc_led nrs_focus nrs_image nrs_lamp
        """,
        "science",
    ),
    ("Asn_Lv3TSO", "autoflat", "nrs_autoflat", "science"),
    ("Asn_Lv3TSO", "psf", "mir_4qpm mir_lyot nis_ami nrc_coron", "science"),
    (
        "Asn_Lv3TSO",
        "background",
        """
            fgs_acq1 fgs_acq2 fgs_dark fgs_fineguide fgs_focus fgs_id-image fgs_id-stack
            fgs_image fgs_intflat fgs_skyflat fgs_track mir_4qpm mir_coroncal mir_dark
            mir_image mir_lrs-fixedslit mir_lrs-slitless mir_lyot mir_wfss nis_ami
            nis_extcal nis_image nis_soss nis_tacnfrm nis_wfss nrc_coron nrc_grism nrc_image
            nrc_linearity nrc_tsgrism nrc_tsimage nrc_wfss nrs_bota nrs_brightobj
            nrs_fixedslit nrs_mimf nrs_msaspec nrs_verify
        """,
        "science",
    ),
    (
        "Asn_Lv3TSO",
        "science",
        """
            fgs_acq1 fgs_acq2 fgs_dark fgs_fineguide fgs_focus fgs_id-image fgs_id-stack
            fgs_image fgs_intflat fgs_skyflat fgs_track mir_4qpm mir_coroncal mir_dark
            mir_image mir_lrs-fixedslit mir_lrs-slitless mir_lyot mir_wfss nis_ami
            nis_extcal nis_image nis_soss nis_tacnfrm nis_wfss nrc_coron nrc_grism nrc_image
            nrc_linearity nrc_tsgrism nrc_tsimage nrc_wfss nrs_bota nrs_brightobj
            nrs_fixedslit nrs_mimf nrs_msaspec nrs_verify
        """,
        "science",
    ),
    ("Asn_Lv3WFSSNIS", "background", "nis_wfss", "science"),
    ("Asn_Lv3WFSSNIS", "science", "nis_wfss", "science"),
    ("Asn_Lv3WFSSNRC", "background", "nrc_wfss", "science"),
    ("Asn_Lv3WFSSNRC", "science", "nrc_wfss", "science"),
    ("Asn_Lv3WFSSMIR", "background", "mir_wfss", "science"),
    ("Asn_Lv3WFSSMIR", "science", "mir_wfss", "science"),
)

TAKES = tuple(
    Takes(rule, role, tuple(types.split()), tuple(pointings.split()))
    for rule, role, types, pointings in _TAKES
)
