"""Parse the names of files of a pool: each distinct name once."""

from __future__ import annotations

from asnsolve.pool.texts import Texts
from asnsolve.profiles import FileNames


def exposures_and_stages(names: Texts, files: FileNames) -> tuple[Texts, Texts]:
    """Parse the names of exposures' files.

    Parameters
    ----------
    names : Texts, shape (n,)
        File names, lower-cased.
    files : FileNames
        How the mission names files.

    Returns
    -------
    exposures : Texts, shape (n,)
        Name of the exposure in each file: no directory, stage, extension and packing.
    stages : Texts, shape (n,)
        Stage that each name has, such as ``cal``; empty where it has none.
    """
    ending = files.raw_ending
    # The archive names nearly every pool's files in this way, and slicing a million names takes
    # 30 ms. A bare ending is not a stage but the whole name, which only
    # `FileNames.exposure_of` handles.
    archived = names.all_end_with(ending) and not names.contain("/").any()
    if archived and names.shortest() > len(ending):
        return names.without_end(len(ending)), Texts.joined([files.raw], len(names))
    parsed = names.list()
    return Texts.of(map(files.exposure_of, parsed)), Texts.of(map(files.stage_of, parsed))
