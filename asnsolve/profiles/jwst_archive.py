"""How the archive writes headers of JWST in tables."""

from __future__ import annotations

from typing import Final

from asnsolve.profiles.archive_tables import ArchiveTables

ARCHIVE: Final = ArchiveTables(
    # Catalogs of products, pools, and lists of files.
    others=r"jw\d{5,}-|jw\d{11}|jw\d{5}_\d{8}t\d{6}_|manifest",
    prefixes=("fgs", "miri", "nircam", "niriss", "nirspec"),
    keywords={
        "gwa_xtilt": "gwa_xtil",
        "gwa_ytilt": "gwa_ytil",
        "observation": "observtn",
        "instrument": "instrume",
        "detectors": "detector",
    },
    flags=frozenset({"bkgdtarg", "crowdfld", "is_imprt", "is_psf", "tsovisit"}),
    digits={
        **{"program": 5, "observtn": 3, "visit": 3, "visit_id": 11, "visitgrp": 2, "seq_id": 1},
        **{"act_id": 2, "exposure": 5},
    },
    counts=frozenset(
        """
        expcount exsegnum exsegtot msametid nexposur ngroups nints noutputs numdthpt patt_num
        pattstrt spat_num spec_num subpxpts
        """.split()
    ),
    effects={
        "bkgdtarg": "dedicated backgrounds count as science",
        "is_psf": "PSF references count as science",
        "tsovisit": "time series count as other exposures of their type",
        "targprop": "exposures of all targets count as one target, unless there is targname",
        "patttype": "nods cannot be distinguished from other dithers",
        "numdthpt": "nods cannot be distinguished from other dithers",
        "patt_num": "nods cannot be distinguished from one another",
        "subarray": "exposures of different subarrays are taken together",
        "visitype": "pure and coordinated parallels count as other exposures",
        "filter": "exposures in different filters are taken together",
        "pupil": "exposures with different elements in the pupil are taken together",
        "module": "exposures of different modules are taken together",
        "channel": "channels are taken together",
        "band": "bands are taken together",
        "grating": "exposures with different gratings are taken together",
        "fxd_slit": "exposures of different slits are taken together",
        "is_imprt": "imprints count as science",
        "msametfl": "configurations of the micro-shutters are taken together, and the files "
        "that describe them are not among those to download",
        "gwa_xtil": "a background at another tilt of the grating goes unnoticed",
        "gwa_ytil": "a background at another tilt of the grating goes unnoticed",
        "lamp": "exposures of different lamps are taken together",
        "opmode": "exposures of lamps for different purposes are taken together",
    },
    instead={"targprop": "targname"},
    types={
        keyword: pattern
        for pattern, keywords in {
            "(mir|nis|nrc|nrs)_.*(?<!mrs)": "filter",
            "(nis|nrc)_.*": "pupil",
            "nrc_.*": "module channel",
            "mir_mrs": "band",
            "nrs_.*": "grating gwa_xtil gwa_ytil",
            "nrs_fixedslit": "fxd_slit",
            "nrs_(ifu|msaspec)": "is_imprt",
            "nrs_msaspec": "msametfl",
            "nrs_(lamp|auto.*)": "lamp opmode",
        }.items()
        for keyword in keywords.split()
    },
)
"""Tables of the archive."""
