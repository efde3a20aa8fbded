"""What each rule is for: the exposure types and pointings that it takes, role by role."""

from __future__ import annotations

from asnsolve.rules.declarations import Takes

__all__ = ["TAKES_2017"]

_TAKES = (
    ("Asn_Image", "background", "mir_image nis_image nrc_image", "science"),
    ("Asn_Image", "science", "mir_image nis_image nrc_image", "science"),
    ("Asn_WFSCMB", "background", "mir_image nis_image nrc_image", "science"),
    ("Asn_WFSCMB", "science", "mir_image nis_image nrc_image", "science"),
    ("Asn_MIRI_LRS_FIXEDSLIT", "psf", "mir_tacq", "science target_acquisition"),
    (
        "Asn_MIRI_LRS_FIXEDSLIT",
        "background",
        """
            mir_lrs-fixedslit mir_tacq
        """,
        "science target_acquisition",
    ),
    ("Asn_MIRI_LRS_FIXEDSLIT", "target_acquisition", "mir_tacq", "science target_acquisition"),
    ("Asn_MIRI_LRS_FIXEDSLIT", "science", "mir_lrs-fixedslit", "science"),
    ("Asn_MIRI_LRS_SLITLESS", "psf", "mir_tacq", "science target_acquisition"),
    (
        "Asn_MIRI_LRS_SLITLESS",
        "background",
        """
            mir_lrs-slitless mir_tacq
        """,
        "science target_acquisition",
    ),
    ("Asn_MIRI_LRS_SLITLESS", "target_acquisition", "mir_tacq", "science target_acquisition"),
    ("Asn_MIRI_LRS_SLITLESS", "science", "mir_lrs-slitless", "science"),
    ("Asn_NIR_SO_SLITLESS", "psf", "nis_tacq", "science target_acquisition"),
    (
        "Asn_NIR_SO_SLITLESS",
        "background",
        """
            nis_soss nis_tacnfrm nis_tacq
        """,
        "science target_acquisition",
    ),
    ("Asn_NIR_SO_SLITLESS", "target_acquisition", "nis_tacq", "science target_acquisition"),
    ("Asn_NIR_SO_SLITLESS", "science", "nis_soss nis_tacnfrm", "science"),
    (
        "Asn_NRS_FIXEDSLIT",
        "psf",
        """
            nrs_confirm nrs_taconfirm nrs_tacq nrs_taslit
        """,
        "science target_acquisition",
    ),
    (
        "Asn_NRS_FIXEDSLIT",
        "background",
        """
            nrs_autowave nrs_confirm nrs_fixedslit nrs_taconfirm nrs_tacq nrs_taslit
        """,
        "science target_acquisition",
    ),
    ("Asn_NRS_FIXEDSLIT", "autowave", "nrs_autowave", "science"),
    (
        "Asn_NRS_FIXEDSLIT",
        "target_acquisition",
        """
            nrs_confirm nrs_taconfirm nrs_tacq nrs_taslit
        """,
        "science target_acquisition",
    ),
    ("Asn_NRS_FIXEDSLIT", "science", "nrs_fixedslit", "science"),
    (
        "Asn_NRS_MSA",
        "psf",
        """
            nrs_confirm nrs_taconfirm nrs_tacq nrs_taslit
        """,
        "science target_acquisition",
    ),
    ("Asn_NRS_MSA", "imprint", "nrs_msaspec", "science"),
    (
        "Asn_NRS_MSA",
        "background",
        """
            nrs_autoflat nrs_autowave nrs_confirm nrs_msaspec nrs_taconfirm nrs_tacq
            nrs_taslit
        """,
        "science target_acquisition",
    ),
    ("Asn_NRS_MSA", "autoflat", "nrs_autoflat", "science"),
    ("Asn_NRS_MSA", "autowave", "nrs_autowave", "science"),
    (
        "Asn_NRS_MSA",
        "target_acquisition",
        """
            nrs_confirm nrs_taconfirm nrs_tacq nrs_taslit
        """,
        "science target_acquisition",
    ),
    ("Asn_NRS_MSA", "science", "nrs_msaspec", "science"),
    ("Asn_MIRI_IFU", "psf", "mir_tacq", "science target_acquisition"),
    ("Asn_MIRI_IFU", "background", "mir_flatmrs mir_mrs mir_tacq", "science target_acquisition"),
    ("Asn_MIRI_IFU", "target_acquisition", "mir_tacq", "science target_acquisition"),
    ("Asn_MIRI_IFU", "flat", "mir_flatmrs", "science"),
    ("Asn_MIRI_IFU", "science", "mir_mrs", "science"),
    (
        "Asn_NRS_IFU",
        "psf",
        """
            nrs_confirm nrs_taconfirm nrs_tacq nrs_taslit
        """,
        "science target_acquisition",
    ),
    ("Asn_NRS_IFU", "imprint", "nrs_ifu", "science"),
    (
        "Asn_NRS_IFU",
        "background",
        """
            nrs_autowave nrs_confirm nrs_ifu nrs_taconfirm nrs_tacq nrs_taslit
        """,
        "science target_acquisition",
    ),
    ("Asn_NRS_IFU", "autowave", "nrs_autowave", "science"),
    (
        "Asn_NRS_IFU",
        "target_acquisition",
        """
            nrs_confirm nrs_taconfirm nrs_tacq nrs_taslit
        """,
        "science target_acquisition",
    ),
    ("Asn_NRS_IFU", "science", "nrs_ifu", "science"),
    (
        "Asn_Coron",
        "psf",
        """
            mir_4qpm mir_lyot mir_tacq nrc_coron nrc_taconfirm nrc_tacq
        """,
        "science target_acquisition",
    ),
    (
        "Asn_Coron",
        "background",
        """
            mir_4qpm mir_lyot mir_tacq nrc_coron nrc_taconfirm nrc_tacq
        """,
        "science target_acquisition",
    ),
    (
        "Asn_Coron",
        "target_acquisition",
        """
            mir_tacq nrc_taconfirm nrc_tacq
        """,
        "science target_acquisition",
    ),
    ("Asn_Coron", "science", "mir_4qpm mir_lyot nrc_coron", "science"),
    ("Asn_AMI", "psf", "nis_ami nis_taconfirm nis_tacq", "science target_acquisition"),
    ("Asn_AMI", "background", "nis_ami nis_taconfirm nis_tacq", "science target_acquisition"),
    ("Asn_AMI", "target_acquisition", "nis_taconfirm nis_tacq", "science target_acquisition"),
    ("Asn_AMI", "science", "nis_ami", "science"),
    ("Asn_WFSS", "background", "nis_wfss", "science"),
    ("Asn_WFSS", "science", "nis_wfss", "science"),
    (
        "Asn_TSO_Flag",
        "psf",
        """
            mir_4qpm mir_lyot mir_taconfirm mir_tacq nis_ami nis_taconfirm nis_tacq
            nrc_coron nrc_taconfirm nrc_tacq nrs_confirm nrs_msata nrs_taconfirm nrs_tacq
            nrs_taslit nrs_wata
        """,
        "science target_acquisition",
    ),
    ("Asn_TSO_Flag", "imprint", "nrs_ifu nrs_msaspec", "science"),
    (
        "Asn_TSO_Flag",
        "background",
        """
            mir_4qpm mir_coroncal mir_dark mir_darkall mir_darkimg mir_flatimage
            mir_flatimage-ext mir_image mir_lrs-fixedslit mir_lrs-slitless mir_lyot
            mir_taconfirm mir_tacq mir_wfss nis_ami nis_dark nis_extcal nis_focus nis_image
            nis_lamp nis_soss nis_tacnfrm nis_taconfirm nis_tacq nis_wfss nrc_coron nrc_dark
            nrc_flat nrc_focus nrc_grism nrc_image nrc_led nrc_linearity nrc_taconfirm
            nrc_tacq nrc_tsgrism nrc_tsimage nrc_wfss nrs_autoflat nrs_autowave nrs_bota
            nrs_brightobj nrs_confirm nrs_dark nrs_fixedslit nrs_focus nrs_ifu nrs_image
            nrs_lamp nrs_mimf nrs_msaspec nrs_msata nrs_taconfirm nrs_tacq nrs_taslit
            nrs_verify nrs_wata
        """,
        "science target_acquisition",
    ),
    ("Asn_TSO_Flag", "autoflat", "nrs_autoflat", "science"),
    ("Asn_TSO_Flag", "autowave", "nrs_autowave", "science"),
    (
        "Asn_TSO_Flag",
        "target_acquisition",
        """
            mir_tacq nis_taconfirm nis_tacq nrc_taconfirm nrc_tacq nrs_confirm nrs_taconfirm
            nrs_tacq nrs_taslit
        """,
        "science target_acquisition",
    ),
    ("Asn_TSO_Flag", "dark", "mir_dark nis_dark nrc_dark nrs_dark", "science"),
    ("Asn_TSO_Flag", "flat", "mir_flatimage nrc_flat", "science"),
    (
        "Asn_TSO_Flag",
        "engineering",
        """
            nis_focus nis_lamp nrc_focus nrc_led nrs_focus nrs_image nrs_lamp
        """,
        "science",
    ),
    (
        "Asn_TSO_Flag",
        "science",
        """
            mir_4qpm mir_coroncal mir_darkall mir_darkimg mir_flatimage-ext mir_image
            mir_lrs-fixedslit mir_lrs-slitless mir_lyot mir_taconfirm mir_wfss nis_ami
            nis_extcal nis_image nis_soss nis_tacnfrm nis_wfss nrc_coron nrc_grism nrc_image
            nrc_linearity nrc_tsgrism nrc_tsimage nrc_wfss nrs_bota nrs_brightobj
            nrs_fixedslit nrs_ifu nrs_mimf nrs_msaspec nrs_msata nrs_verify nrs_wata
        """,
        "science target_acquisition",
    ),
    (
        "Asn_TSO_EXPTYPE",
        "psf",
        """
            nis_taconfirm nis_tacq nrs_taconfirm
        """,
        "science target_acquisition",
    ),
    (
        "Asn_TSO_EXPTYPE",
        "background",
        """
            mir_lrs-slitless nis_soss nis_taconfirm nis_tacq nrc_tsgrism nrc_tsimage
            nrs_bota nrs_brightobj nrs_taconfirm
        """,
        "science target_acquisition",
    ),
    (
        "Asn_TSO_EXPTYPE",
        "target_acquisition",
        """
            nis_taconfirm nis_tacq nrs_taconfirm
        """,
        "science target_acquisition",
    ),
    (
        "Asn_TSO_EXPTYPE",
        "science",
        """
            mir_lrs-slitless nis_soss nrc_tsgrism nrc_tsimage nrs_bota nrs_brightobj
        """,
        "science",
    ),
)

TAKES_2017 = tuple(
    Takes(rule, role, tuple(types.split()), tuple(pointings.split()))
    for rule, role, types, pointings in _TAKES
)
