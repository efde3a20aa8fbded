"""Which exposure and which stage of processing the file names of a pool stand for."""

from __future__ import annotations

from typing import Final

from asnsolve.naming import exposure_of, stage_of
from asnsolve.pool.texts import Texts

_RAW_ENDING: Final = "_uncal.fits"
_RAW_STAGE: Final = "uncal"


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
    archived = names.all_end_with(_RAW_ENDING) and not names.any_contains("/")
    if archived and names.shortest() > len(_RAW_ENDING):
        return names.without_end(len(_RAW_ENDING)), Texts.joined([_RAW_STAGE], len(names))
    parsed = names.list()
    return Texts.of(map(exposure_of, parsed)), Texts.of(map(stage_of, parsed))
