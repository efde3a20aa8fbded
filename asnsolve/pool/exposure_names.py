"""Read names of files: the exposure, its stage, and which files are not exposures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from asnsolve.pool.texts import Texts
from asnsolve.stages import exposure_of, stage_of

_RAW_ENDING: Final = "_uncal.fits"
_RAW_STAGE: Final = "uncal"

SUFFIXES: Final = frozenset(
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
"""Suffixes that steps and pipelines give to the files that they write.

Source: ``KNOW_SUFFIXES`` in the module ``jwst.lib.suffix`` of the calibration pipeline 3.0. Few of
them are stages that a rule asks for (`asnsolve.stages.STAGES`); the others mark intermediate
products.
"""

_SUFFIXED: Final = re.compile(rf".+?_({'|'.join(sorted(SUFFIXES))})")

EXPOSURE_NAME: Final = re.compile(
    r"jw(?P<program>\d{5})(?P<obs_num>\d{3})(?P<visit>\d{3})"
    r"_(?P<visitgrp>\d{2})(?P<seq_id>[0-9a-z])(?P<act_id>[0-9a-z]{2})_(?P<exposure>\d{5})"
    r"(?:-seg\d{3})?_(?P<detector>[a-z0-9]+)(?=_|$)"
)
"""How the name of an exposure begins, which holds its place in the hierarchy."""

_NO_EXPOSURES: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "previews, tables and other files that are not FITS files": re.compile(
            r".+\.(jpe?g|png|gif|json|e?csv|txt|log|html?|xml|pdf|md|sh|asdf|ya?ml|reg|zip|tar)"
        ),
        # Users name their own as they like, but for the ending.
        "combined products": re.compile(r"jw\d{5,}-[a-z]\d+_.+|(?!jw\d{11}_).+_(i2d|segm)\.fits"),
        "micro-shutter files": re.compile(r".+_msa\.fits"),
        "guide star files": re.compile(r"jw\d{11}_gs-[a-z0-9]+_.+"),
    }
)
"""Files of the archive that are not exposures, with the names that they have without ``.gz``."""


def exposures_and_stages(names: Texts) -> tuple[Texts, Texts]:
    """Parse the names of exposures' files.

    Parameters
    ----------
    names : Texts, shape (n,)
        File names, lower-cased.

    Returns
    -------
    exposures : Texts, shape (n,)
        Name of the exposure in each file: no directory, stage, extension and packing.
    stages : Texts, shape (n,)
        Stage that each name has, as ``cal``; empty where it has none.
    """
    # The archive names nearly every pool's files in this way, and slicing a million names takes
    # 30 ms. A bare ending is not a stage but the whole name, which only `exposure_of` handles.
    archived = names.all_end_with(_RAW_ENDING) and not names.contain("/").any()
    if archived and names.shortest() > len(_RAW_ENDING):
        return names.without_end(len(_RAW_ENDING)), Texts.joined([_RAW_STAGE], len(names))
    parsed = names.list()
    return Texts.of(map(exposure_of, parsed)), Texts.of(map(stage_of, parsed))


def suffix_of(file: str) -> str:
    """Return the suffix that the calibration pipeline gave to a file.

    Parameters
    ----------
    file : str
        The name of the file, without directory.

    Returns
    -------
    str
        The stage, else another one of `SUFFIXES`, as ``bsub``; empty if the name has neither.

    Examples
    --------
    >>> suffix_of("jw00001001001_02101_00001_nrca1_a3001_crf.fits")
    'crf'
    >>> suffix_of("jw00001001001_02101_00001_nrca1_a3001_match.fits")
    ''
    """
    name = file.lower().removesuffix(".gz")
    stage = stage_of(name)
    if stage:
        return stage
    match = _SUFFIXED.fullmatch(name.rpartition(".")[0] or name)
    return "" if match is None else match[1]


def no_exposure(file: str) -> str:
    """Recognize a file of the archive that is not an exposure, by its name.

    Parameters
    ----------
    file : str
        The name of the file, without directory.

    Returns
    -------
    str
        What files of that kind are, in the plural; empty if the file may be an exposure.
    """
    name = file.lower().removesuffix(".gz")
    kinds = (kind for kind, pattern in _NO_EXPOSURES.items() if pattern.fullmatch(name))
    return next(kinds, "")
