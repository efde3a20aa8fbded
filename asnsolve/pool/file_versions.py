"""Files of one exposure: which one is used, which are kept with it, and which are left out.

The archive has a file of an exposure for each stage of processing. Steps of the pipeline that save
their results, and users, add more. These never take the place of a file of a stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from asnsolve.errors import Location, Problem
from asnsolve.input_files import exists
from asnsolve.phrases import and_more
from asnsolve.profiles import FileNames, default_profile


@dataclass(frozen=True, slots=True)
class Versions:
    """The files of one exposure.

    Parameters
    ----------
    exposure : str
        Name of the exposure.
    files : tuple of Path
        At most one for each suffix: first the latest stage, then the other stages, then files
        without a stage.
    further : tuple of Path
        Files that repeat a suffix, and that no rule needs.
    """

    exposure: str
    files: tuple[Path, ...]
    further: tuple[Path, ...]


def versions_of(
    paths: Iterable[Path], names: FileNames | None = None
) -> tuple[Versions, list[Problem]]:
    """Sort the files of one exposure.

    Parameters
    ----------
    paths : iterable of Path
        The files, at least one, sorted by path.
    names : FileNames, optional
        How the mission names files; by default that of `default_profile`.

    Returns
    -------
    versions : Versions
        The files by their use.
    problems : list of Problem
        Files that are left out because there is another one with the same suffix, and either might
        be wanted.
    """
    names = names or default_profile().files
    # A name that the archive gives comes before those that users make from it.
    by_use = sorted(paths, key=lambda path: not _is_archived(path, names))
    by_suffix: dict[str, Path] = {}
    further: list[Path] = []
    problems: list[Problem] = []
    for path in by_use:
        suffix = names.suffix_of(path.name)
        first = by_suffix.setdefault(suffix, path)
        if first is path:
            continue
        # Files that only a table of the archive lists cannot be compared.
        if path == first or (exists(path) and exists(first) and path.samefile(first)):
            problems.append(Problem(f"it is the same file as {first}", Location(str(path))))
        else:
            further.append(path)
    chosen = [
        path for path in further if _may_be_wanted(names.suffix_of(path.name), by_suffix, names)
    ]
    problems += [_left_out(path, by_suffix[names.suffix_of(path.name)]) for path in chosen]
    ranked = sorted(by_suffix, key=lambda suffix: (-_rank(suffix, names), suffix))
    named = min(
        by_use,
        key=lambda path: (
            not _is_archived(path, names),
            not _rank(names.suffix_of(path.name), names),
        ),
    )
    return Versions(
        names.exposure_of(named.name),
        tuple(by_suffix[suffix] for suffix in ranked),
        tuple(path for path in further if path not in chosen),
    ), problems


def _is_archived(path: Path, names: FileNames) -> bool:
    """Tell whether a name holds nothing between the exposure and the stage."""
    return names.exposure_pattern.fullmatch(names.exposure_of(path.name)) is not None


def _rank(suffix: str, names: FileNames) -> int:
    """Rank a suffix by how late its stage is; 0 if it has no stage."""
    return names.stages.index(suffix) + 1 if suffix in names.stages else 0


def _may_be_wanted(suffix: str, present: Mapping[str, Path], names: FileNames) -> bool:
    """Tell whether a second file with a suffix leaves the user a choice."""
    # Every association makes files with its id for its exposures, so that several are usual.
    if suffix in names.with_id:
        return not any(stage in present for stage in names.before_id)
    return suffix in names.stages or not any(stage in names.stages for stage in present)


def _left_out(path: Path, taken: Path) -> Problem:
    what = f"it is of the same exposure as {taken}, which is used"
    advice = "Leave out the one you do not want."
    return Problem(what, Location(str(path)), "one version of each exposure", advice)


def count_note(what: str, paths: Sequence[Path]) -> Problem:
    """Report several files in one note.

    Parameters
    ----------
    what : str
        The beginning of the message.
    paths : sequence of Path
        The files, at least one.

    Returns
    -------
    Problem
        With the first of them, and how many more there are.
    """
    return Problem(f"{what}: {and_more(paths[0], len(paths))}")
