"""Columns of an operational pool, and values that follow from a detector or a grating."""

from __future__ import annotations

COLUMNS: tuple[str, ...] = tuple(
    """
    FILENAME OBS_ID PROGRAM OBS_NUM VISIT VISIT_ID VISITGRP VISITYPE SEQ_ID ACT_ID EXPOSURE
    EXP_TYPE NEXPOSUR EXPCOUNT INSTRUME DETECTOR CHANNEL TARGETID TARGPROP TARGNAME TARGTYPE
    TEMPLATE PNTGTYPE PNTG_SEQ TARGORDN EXPSPCIN DITHPTIN MOSTILNO MODULE FILTER PUPIL DITHERID
    PATTTYPE PATTSTRT NUMDTHPT PATTSIZE SUBPXPTS PATT_NUM SUBPIXEL APERNAME SDP_VER SUBARRAY
    GRATING FXD_SLIT BAND GWA_XTIL GWA_YTIL ASN_CANDIDATE EXPOSERR IS_PSF IS_IMPRT BKGDTARG
    TSOVISIT MSASTATE MSAMETFL OPMODE LAMP SPEC_NUM SPAT_NUM DMS_NOTE EXSEGTOT NINTS NGROUPS
    MTSHADOW
    """.split()
)
"""All columns, in the order of the archive."""

INSTRUMENTS = {"NRC": "NIRCAM", "NRS": "NIRSPEC", "NIS": "NIRISS", "MIR": "MIRI", "GUI": "FGS"}
"""Instrument by the first three letters of its detectors."""

GRATING_TILTS = {
    "PRISM": ("0.3371", "0.1204"),
    "MIRROR": ("0.3105", "0.1662"),
    "G140H": ("0.3342", "0.1418"),
    "G235H": ("0.2968", "0.1573"),
    "G395H": ("0.2812", "0.1739"),
    "G140M": ("0.3267", "0.1255"),
    "G235M": ("0.3029", "0.1487"),
    "G395M": ("0.2931", "0.1801"),
}
"""Plausible grating wheel tilts (GWA_XTIL, GWA_YTIL), in radians, by element."""
