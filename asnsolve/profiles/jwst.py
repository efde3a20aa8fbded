"""The profile of JWST.

Sources: the keyword dictionary of the observatory (``EXP_TYPE``, ``INSTRUME``), the columns of the
pools that the data management system writes, its naming conventions, the lists of values in the
schemas of the package stdatamodels 6 (``core.schema.yaml`` and those of its keywords), and the
calibration pipeline 3.0 (``KNOW_SUFFIXES`` of the module ``jwst.lib.suffix``).
"""

from __future__ import annotations

from typing import Final

from asnsolve.name_texts import ADMITTED
from asnsolve.profiles.file_fields import FileFields
from asnsolve.profiles.file_names import FileNames
from asnsolve.profiles.jwst_archive import ARCHIVE
from asnsolve.profiles.jwst_headers import HEADERS
from asnsolve.profiles.name_parts import Part, Placeholder
from asnsolve.profiles.naming import Names
from asnsolve.profiles.profile import Profile, Vocabulary

_ATTRIBUTES: Final = frozenset(
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

_ROLES: Final = (
    *("science", "background", "psf", "imprint", "target_acquisition", "autoflat", "autowave"),
    *("dark", "flat", "engineering", "direct_image", "sourcecat", "segmap", "selfcal"),
)

# Few of them are stages that a rule asks for; the others mark intermediate products.
_SUFFIXES: Final = frozenset(
    """
    adaptive_trace_model adaptivetracemodelstep align_refs alignrefsstep ami ami-oi ami3pipeline
    ami_analyze ami_normalize amianalyzestep aminorm aminorm-oi aminormalizestep assign_mtwcs
    assign_wcs assignmtwcsstep assignwcsstep backgroundstep badpixselfcalstep barshadowstep
    bkg_subtract blot bsub bsubints c1d cal calints cat chargemigrationstep clean_flicker_noise
    cleanflickernoisestep combine1dstep combine_1d coron3pipeline crf crfints cube_build
    cubebuildstep dark dark_current darkcurrentstep darkpipeline detector1pipeline dq_init
    dqinitstep emicorr emicorrstep engdblog extract1dstep extract2dstep extract_1d extract_2d
    firstframe firstframestep flat_field flatfieldstep fringe fringestep gain_scale gainscalestep
    group_scale groupscalestep guider_cds guidercdsstep guiderpipeline hlsp hlspstep i2d
    image2pipeline image3pipeline imprint imprintstep ipc ipcstep jump jumpstep klip klipstep
    lastframe lastframestep linearity linearitystep master_background masterbackgroundmosstep
    masterbackgroundstep mbsub median msaflagopenstep outlier_detection outlierdetectionstep
    pathloss pathlossstep persistence persistencestep phot photom photomstep picture_frame
    pictureframestep pixelreplacestep psfalign psfstack psfsub ramp ramp_fit rampfitstep rate
    rateints refpix refpixstep resample resample_spec resamplespecstep resamplestep reset resetstep
    residual_fringe residualfringestep rscd rscdstep s2d s3d saturation saturationstep skymatch
    skymatchstep snr source_catalog sourcecatalogstep sourcetypestep spec2nrslamp spec2pipeline
    spec3pipeline spectral_leak spectralleakstep srctype stackrefs stackrefsstep straylight
    straylightstep superbias superbiasstep targ_centroid targcentroidstep tso3pipeline
    tsophotometrystep tweakreg tweakregstep uncal wavecorrstep wfscmb wfscombine wfscombinestep
    wfsscontamstep white_light whitelightstep whtlt x1d x1dints
    """.split()
)

WORDS: Final = Vocabulary(
    attributes=_ATTRIBUTES,
    values={
        "exp_type": _EXP_TYPES,
        "instrume": frozenset({"fgs", "miri", "nircam", "niriss", "nirspec"}),
    },
    # The word NONE of PATTTYPE is not among them: it is the pattern of an exposure that is not
    # dithered, and rules and pools treat it as one.
    nothing={
        "fxd_slit": frozenset({"none"}),
        "grating": frozenset({"unknown"}),
        "lamp": frozenset({"none"}),
        "opmode": frozenset({"none"}),
        "srctype": frozenset({"unknown"}),
    },
    # No pipeline knows the role "other". It is for exposures that a rule must not take.
    roles=(*_ROLES, "other"),
    candidate_types=(
        *("observation", "mosaic", "group", "background", "direct_image"),
        *("coronagraphy", "coronographic", "ami"),
    ),
)
"""Attributes, their values, roles and types of candidates."""

FILES: Final = FileNames(
    stages=tuple("uncal rate rateints cal calints crf crfints i2d s2d s3d x1d x1dints".split()),
    raw="uncal",
    with_id=("crf", "crfints"),
    before_id=("cal", "calints"),
    suffixes=_SUFFIXES,
    exposure=(
        r"jw(?P<program>\d{5})(?P<obs_num>\d{3})(?P<visit>\d{3})"
        r"_(?P<visitgrp>\d{2})(?P<seq_id>[0-9a-z])(?P<act_id>[0-9a-z]{2})_(?P<exposure>\d{5})"
        r"(?:-seg\d{3})?_(?P<detector>[a-z0-9]+)(?=_|$)"
    ),
    others={
        "previews, tables and other files that are not FITS files": (
            r".+\.(jpe?g|png|gif|json|e?csv|txt|log|html?|xml|pdf|md|sh|asdf|ya?ml|reg|zip|tar)"
        ),
        # Users name their own as they like, but for the ending.
        "combined products": r"jw\d{5,}-[a-z]\d+_.+|(?!jw\d{11}_).+_(i2d|segm)\.fits",
        "micro-shutter files": r".+_msa\.fits",
        "guide star files": r"jw\d{11}_gs-[a-z0-9]+_.+",
    },
    image_products=(
        ("direct_image", "_i2d.fits"),
        ("sourcecat", "_cat.ecsv"),
        ("segmap", "_segm.fits"),
    ),
)
"""Names of the files of exposures."""

_LEFT: Final = {
    "source_id": "source of a spectrum, known once the spectra are extracted",
    "slit_name": "slit of a spectrum, known once the slits are cut out",
    "suffix": "stage of processing",
}
_SUBARRAY_ENDING: Final = "dhs|ips?|irs2|prism|soss|supstp[0-9]+p?"
_VALUE: Final = f"[{ADMITTED}]"
_VALUE_OR_LEFT: Final = rf"(?:{_VALUE}|\{{(?:{'|'.join(_LEFT)})\}})"
_SUBARRAY: Final = f"_(?:{_SUBARRAY_ENDING})(?:-{_VALUE_OR_LEFT}+)?"

NAMES: Final = Names(
    prefix="jw",
    parts={
        "program": Part(rf"{_VALUE}{{5,}}", "at least five digits, padded with 0"),
        "target": Part(
            # The pipeline fills in a source, a slit without a source (b) or a virtual slit (v).
            rf"t{_VALUE_OR_LEFT}+|\{{source_id\}}|[sbv][0-9]+",
            "t and then letters, digits or any of . + -, or a source, such as s000000001",
        ),
        "opt": Part(
            rf"{_VALUE_OR_LEFT}+(?:{_SUBARRAY})*(?:_\{{suffix\}}{_VALUE}*)?",
            "letters, digits or any of . + -, and _ in the name of a subarray, as "
            "sub680stripe_soss",
        ),
    },
    placeholders={
        "program": Placeholder("program number, from `program_text`", "program"),
        "asn_id": Placeholder("candidate id, such as o001 or c1000; a3001 where discovered"),
        "target": Placeholder("target that the members share, from `target_text`", "targetid"),
        "instrument": Placeholder("instrument of the members", "instrume"),
        "opt": Placeholder(
            "optical elements of the members except clear ones, from `optics_text`",
            clauses="opt_elem",
        ),
        "elements": Placeholder(
            "optical elements of the members, from `elements_text`", clauses="opt_elem"
        ),
        "slit": Placeholder("slits of the members; may be empty", "fxd_slit"),
        "subarray": Placeholder(
            "subarray of the members, if it is not the full one; may be empty",
            "subarray",
            left_out=("full",),
        ),
        "detector": Placeholder("detector of the members", "detector"),
        "activity": Placeholder("activity of the members, two digits or more", "act_id", width=2),
        "exposure": Placeholder("name of the science exposure's file, without stage"),
    },
    samples={"program": "00009", "target": "t001", "subarray": "subarray_soss"},
    left_to_pipeline=_LEFT,
    subarray_ending=_SUBARRAY_ENDING,
    exposure_labels=(
        *("program", "observation", "visit", "visit group", "sequence", "activity", "exposure"),
        *("segment", "detector"),
    ),
    exposure_parts=r"jw(\d{5})(\d{3})(\d{3})_(\d{2})(\d)([0-9a-z]{2})_(\d{5})(-seg\d+)?_(.+)",
    plain_images=frozenset({"miri"}),
    image="jw{program}-{asn_id}_{target}_{instrument}_{elements}[-{subarray}]",
)
"""Names of products and association files."""

# The keys are the default ones, which files of any mission have unless its profile lists others.
FIELDS: Final = FileFields(roles=_ROLES, types_with_pool=("spec3", "tso3", "coron3"))
"""Keys of association files."""

PROFILE: Final = Profile(
    name="jwst",
    hierarchy=(
        ("program", ("program",)),
        ("observation", ("program", "obs_num")),
        ("visit", ("program", "obs_num", "visit")),
        ("group", ("program", "obs_num", "visit", "visitgrp")),
        ("sequence", ("program", "obs_num", "visit", "visitgrp", "seq_id")),
        ("activity", ("program", "obs_num", "visit", "visitgrp", "seq_id", "act_id")),
    ),
    files=FILES,
    names=NAMES,
    words=WORDS,
    headers=HEADERS,
    fields=FIELDS,
    archive=ARCHIVE,
)
"""The profile of JWST."""
