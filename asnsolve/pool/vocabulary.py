"""Attributes that rules may name, and the values of attributes with a closed list of values.

Source: the keyword dictionary of the observatory (``EXP_TYPE``, ``INSTRUME``), the columns of the
pools that the data management system writes, and, for `NOTHING`, the lists of values in the schemas
of the package stdatamodels 6 (``core.schema.yaml`` and those of its keywords).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

ATTRIBUTES: Final = frozenset(
    """
    filename obs_id program obs_num visit visit_id visitgrp visitype wfsvisit seq_id act_id exposure
    exp_type nexposur expcount instrume detector channel targetid targprop targname targtype
    template pntgtype pntg_seq targordn expspcin dithptin mostilno module filter pupil ditherid
    patttype pattstrt numdthpt pattsize subpxpts subpxpns patt_num subpxnum subpixel apername
    sdp_ver subarray grating fxd_slit band gwa_xtil gwa_ytil asn_candidate exposerr is_psf is_imprt
    bkgdtarg tsovisit msastate msametfl msametid opmode lamp spec_num spat_num spectype crowdfld
    dms_note exsegnum exsegtot nints ngroups mtshadow primecrs srctype nodding selfref noutputs
    """.split()
)
"""Columns that a pool is known to have."""

_EXP_TYPES: Final = frozenset(
    """
    fgs_acq1 fgs_acq2 fgs_dark fgs_fineguide fgs_focus fgs_id-image fgs_id-stack fgs_image
    fgs_intflat fgs_skyflat fgs_track
    mir_4qpm mir_coroncal mir_dark mir_darkall mir_darkimg mir_darkmrs mir_flatimage
    mir_flatimage-ext mir_flatmrs mir_flatmrs-ext mir_image mir_lrs-fixedslit mir_lrs-slitless
    mir_lyot mir_mrs mir_taconfirm mir_tacq mir_wfss
    nis_ami nis_dark nis_extcal nis_focus nis_image nis_lamp nis_soss nis_taconfirm nis_tacnfrm
    nis_tacq nis_wfss
    nrc_coron nrc_dark nrc_flat nrc_focus nrc_grism nrc_image nrc_led nrc_linearity nrc_taconfirm
    nrc_tacq nrc_tsgrism nrc_tsimage nrc_wfss
    nrs_autoflat nrs_autowave nrs_bota nrs_brightobj nrs_confirm nrs_dark nrs_fixedslit nrs_focus
    nrs_ifu nrs_image nrs_lamp nrs_mimf nrs_msaspec nrs_msata nrs_taconfirm nrs_tacq nrs_taslit
    nrs_verify nrs_wata
    """.split()
)

VALUES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "exp_type": _EXP_TYPES,
        "instrume": frozenset({"fgs", "miri", "nircam", "niriss", "nirspec"}),
    }
)
"""Every value of the attributes that have a closed list of values."""

NOTHING: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "fxd_slit": frozenset({"none"}),
        "grating": frozenset({"unknown"}),
        "lamp": frozenset({"none"}),
        "opmode": frozenset({"none"}),
        "srctype": frozenset({"unknown"}),
    }
)
"""Words by which a header says that there is no value, besides those that pools have for it.

The word ``NONE`` of ``PATTTYPE`` is not among them: it is the pattern of an exposure that is not
dithered, and rules and pools treat it as one.
"""
