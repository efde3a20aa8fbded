"""The cells of one header: read from keywords, derived from others, or defaults."""

from __future__ import annotations

from dataclasses import dataclass
from sys import intern

from asnsolve.errors import Location, Problem
from asnsolve.pool.headers import Header
from asnsolve.profiles import Profile


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where an exposure of a pool comes from.

    Parameters
    ----------
    filename : str
        File name of the exposure in the pool.
    path : str
        The file whose header was read; its name alone if the header comes from a table.
    others : tuple of str
        Files of the exposure at other stages, then its files without a stage.
    derived : tuple of str
        Columns that were derived from others, or from the file name.
    defaulted : tuple of str
        Columns that no header has and that got a default value.
    missing : tuple of str
        Columns that headers may have, but that neither this header nor the file name has.
    supplied : tuple of str
        Columns from a table of the user.
    table : str
        The table of the archive that has the header; empty if the file is at hand.

    Examples
    --------
    >>> from asnsolve import Provenance
    >>> provenance = Provenance("a_rate.fits", "data/a_rate.fits", missing=("targname",))
    >>> provenance.path, provenance.missing
    ('data/a_rate.fits', ('targname',))
    """

    filename: str
    path: str
    others: tuple[str, ...] = ()
    derived: tuple[str, ...] = ()
    defaulted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    supplied: tuple[str, ...] = ()
    table: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """All files of the exposure that are at hand."""
        return () if self.table else (self.path, *self.others)


Row = dict[str, str]


def header_cells(header: Header, profile: Profile) -> tuple[Row, Provenance] | Problem:
    """Make the row of a header.

    Parameters
    ----------
    header : Header
        The header, of a file or from a table of the archive.
    profile : Profile
        The mission.

    Returns
    -------
    tuple of (dict of str to str, Provenance), or Problem
        The cells of the row by column, and where they come from; a problem if the header is not
        that of an exposure.
    """
    where = Location(str(header.path))
    root = profile.files.exposure_of(header.path.name)
    row, derived = _row(header, root, profile)
    lacking = [name for name in profile.headers.required if not row.get(name)]
    if lacking:
        what = f"the header has no {', '.join(name.upper() for name in lacking)}"
        return Problem(what, where, f"the header of an exposure of {profile.name.upper()}")
    if any(row.get(name) for name in profile.headers.targets):
        derived.append("targetid")
    origin = Provenance(
        row["filename"],
        str(header.path),
        derived=tuple(derived),
        defaulted=tuple(name for name in profile.headers.defaults if name not in derived),
        missing=tuple(name for name in profile.headers.keywords if name not in row),
        table="" if header.table is None else str(header.table),
    )
    return row, origin


def _row(header: Header, root: str, profile: Profile) -> tuple[Row, list[str]]:
    """Make the row of a header, and list the columns that were derived."""
    values, nothing = header.values, profile.words.nothing
    row = {
        column: intern(values[keyword])
        for column, keyword in profile.headers.keywords.items()
        if keyword in values and values[keyword].lower() not in nothing.get(column, ())
    }
    # The name fills in what the header lacks. It pads numbers with zeros, which pools do not have.
    named = profile.files.exposure_pattern.match(root)
    derived: list[str] = []
    for name, text in ({} if named is None else named.groupdict()).items():
        if name not in row:
            plain = text if name == "detector" else text.lstrip("0")
            row[name] = intern(plain or "0")
            derived.append(name)
    row["filename"] = f"{root}{profile.files.raw_ending}"
    from_row = {
        each.column: text
        for each in profile.headers.derived
        if (text := each.cell(row)) is not None
    }
    row |= from_row
    for name, text in profile.headers.defaults.items():
        row.setdefault(name, text)
    return row, [*derived, *from_row]
