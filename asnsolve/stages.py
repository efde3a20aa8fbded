"""What the name of an exposure's file says: the exposure, and the stage of processing."""

from __future__ import annotations

import re
from typing import Final

STAGES: Final = tuple("uncal rate rateints cal calints crf crfints i2d s2d s3d x1d x1dints".split())
"""Stages of processing in order; those that may replace one another are neighbours."""

# The pipeline writes the id of the association before the stage crf: a_o001_crf.fits is of a.
_STAGED_FILE = re.compile(
    rf"(?:(.+)_[a-z]\d{{3,}}_(crf|crfints)|(.+)_({'|'.join(STAGES)}))(?:\.[^/]*)?", re.DOTALL
)


def exposure_root(file: str) -> str:
    """Remove stage and extension from the name of a file.

    Parameters
    ----------
    file : str
        The name; a directory is kept.

    Returns
    -------
    str
        The name without stage and extension; without extension alone if it has no known stage.

    Examples
    --------
    >>> exposure_root("jw00001001001_02101_00001_nrca1_rate.fits")
    'jw00001001001_02101_00001_nrca1'
    >>> exposure_root("jw00001001001_02101_00001_nrca1_uncal.fits.gz")
    'jw00001001001_02101_00001_nrca1'
    """
    match = _STAGED_FILE.fullmatch(file)
    if match is not None:
        return match[1] or match[3]
    return file[: file.rindex(".")] if "." in file.rpartition("/")[2] else file


def exposure_of(file: str) -> str:
    """Return the name of the exposure that a file belongs to.

    Parameters
    ----------
    file : str
        The name of the file.

    Returns
    -------
    str
        The name without directory, stage, extension and ``.gz``, in lower case.

    Examples
    --------
    >>> exposure_of("cal/JW00001001001_02101_00001_NRCA1_cal.fits.gz")
    'jw00001001001_02101_00001_nrca1'
    """
    return exposure_root(file.rpartition("/")[2].lower().removesuffix(".gz"))


def stage_of(file: str) -> str:
    """Return the stage in the name of a file.

    Parameters
    ----------
    file : str
        The name of the file.

    Returns
    -------
    str
        One of `STAGES`, as ``cal``; empty if the name has none.
    """
    match = _STAGED_FILE.fullmatch(file)
    return "" if match is None else match[2] or match[4]
