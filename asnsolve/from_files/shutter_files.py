"""Micro-shutter files, which calwebb_spec2 needs beside the association file.

Source: step ``assign_wcs`` of jwst 3.0. It takes the name from the keyword ``MSAMETFL`` of the
science exposure, and looks for a name without a directory beside the association file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from asnsolve.associations.asn_files import by_directory
from asnsolve.associations.association import Association, Member
from asnsolve.errors import Location, Problem
from asnsolve.from_files.member_paths import pipeline_of
from asnsolve.input_files import is_file
from asnsolve.pool.columns import NO_FILE
from asnsolve.pool.header_cells import Row


def missing_shutter_files(
    associations: Sequence[Association], directories: Sequence[Path], rows: Mapping[str, Row]
) -> Iterator[Problem]:
    """Find the micro-shutter files that are not beside the associations that need them.

    Parameters
    ----------
    associations : sequence of Association
        The associations; their members are paths, absolute or relative to the working directory.
    directories : sequence of Path
        Where the file of each association goes.
    rows : mapping of str to dict of str to str
        Rows of the exposures.

    Yields
    ------
    Problem
        One per directory, with the first of the missing files.
    """
    for directory, positions in by_directory(directories).items():
        # Files of science members by the name that headers give; each is looked up once.
        needed = {
            name: Path(member.expname).parent / name
            for position in positions
            for member, name in _references(associations[position], rows)
        }
        missing = [file for name, file in needed.items() if not is_file(directory / name)]
        if missing:
            yield _missing_note(directory, missing)


def _missing_note(directory: Path, missing: Sequence[Path]) -> Problem:
    is_one = len(missing) == 1
    files = "micro-shutter file (MSAMETFL) is" if is_one else "micro-shutter files (MSAMETFL) are"
    more = "" if is_one else " and others"
    what = f"{len(missing)} {files} not beside the associations: {missing[0].name}{more}"
    at_hand = next(filter(Path.is_file, missing), None)
    if at_hand is None:
        what_to_do = f"The archive has {'it' if is_one else 'them'} with the exposures."
    else:
        what_to_do = f"Use --beside, or copy {at_hand}{more} there."
    advice = f"calwebb_spec2 looks only there. {what_to_do}"
    return Problem(what, Location(str(directory)), advice=advice)


def _references(association: Association, rows: Mapping[str, Row]) -> Iterator[tuple[Member, str]]:
    """Yield the science members with the names of their micro-shutter files."""
    if pipeline_of(association.asn_type) != "spec2":
        return
    for member in association.members:
        row = rows.get(member.exposure, {})
        name = row.get("msametfl", "")
        # Lamps name such a file too, but their spectra are located without it.
        is_needed = row.get("exp_type", "").lower() == "nrs_msaspec" and name.lower() not in NO_FILE
        if is_needed and member.exptype == "science":
            yield member, name
