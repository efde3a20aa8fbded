"""Exposures that are given for a role and come from another program than those that they serve.

Programs never meet in an association. So an exposure that is given as background, PSF reference or
imprint is *adopted* by each program with science of its type: the pool has a second row of it, as
if it were an observation more of that program. The rules then decide by instrument, detector and
optical elements. Whatever is found is named after the science, and members get the names of the
files that were given.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from asnsolve.associations.association import Association, Member
from asnsolve.from_files.request_fields import FLAGS
from asnsolve.pool.header_cells import Row
from asnsolve.profiles.jwst import NAMES

_PAIR: Final = re.compile(r"\('([^']*)', *'([^']*)'\)")
_OBSERVATION: Final = "observation"


@dataclass(frozen=True, slots=True)
class Adopted:
    """The row of an exposure in a program, or an observation, that is not its own.

    Parameters
    ----------
    exposure : str
        Name of the exposure.
    name : str
        Name of the exposure that it is in the other program.
    row : dict of str to str
        Its row there.
    """

    exposure: str
    name: str
    row: Row


def adopted_exposures(rows: Mapping[str, Row], given: Iterable[str]) -> list[Adopted]:
    """Let exposures that are given for a role serve other programs.

    Parameters
    ----------
    rows : mapping of str to dict of str to str
        Rows by exposure, with the flags that the lists give them.
    given : iterable of str
        Exposures that are given as background, PSF reference or imprint.

    Returns
    -------
    list of Adopted
        One per exposure and program with science of its type. An imprint serves one observation, so
        it is adopted by each observation, and each tile of it, that has no imprint of its own.
    """
    of_type: dict[str, dict[str, Row]] = defaultdict(dict)
    with_imprint: set[tuple[str, str, str]] = set()
    for exposure, row in sorted(rows.items()):
        if is_set(row, FLAGS["imprint"]):
            with_imprint.add(_observation(row))
        elif not any(is_set(row, flag) for flag in FLAGS.values()):
            of_type[row["exp_type"].lower()][exposure] = row
    adopted: dict[str, Adopted] = {}
    for exposure in sorted(given):
        row = rows[exposure]
        for science in of_type[row["exp_type"].lower()].values():
            program = NAMES.program_text(science["program"])
            if is_set(row, FLAGS["imprint"]):
                if _observation(science) in with_imprint:
                    continue
                tile = science.get("mostilno", "")
                name = f"{exposure}-for-{program}-{science['obs_num']}-{tile}"
                candidates = science.get("asn_candidate", "")
            elif same_program(row, science):
                continue
            else:
                name = f"{exposure}-for-{program}"
                # Its observation is not one of the program; other candidates come from the user.
                candidates = _without_observations(row.get("asn_candidate", ""))
            if name not in adopted:
                own = {"filename": f"{name}_uncal.fits", "asn_candidate": candidates or "[]"}
                adopted[name] = Adopted(exposure, name, {**as_of_program(row, science), **own})
    return list(adopted.values())


def as_of_program(row: Row, science: Row) -> Row:
    """Return an exposure as one more observation of the program of the science that it serves.

    Parameters
    ----------
    row, science : dict of str to str
        Rows of the exposure and of the science.

    Returns
    -------
    dict of str to str
        Observation and target are none of those of the program. An imprint is at the tile of the
        science.
    """
    program = NAMES.program_text(row["program"]).lstrip("0")
    changes = {
        "program": science["program"],
        "obs_num": f"{program}{row['obs_num'].rjust(3, '0')}",
    }
    if row.get("targetid"):
        changes["targetid"] = f"{program}{row['targetid'].rjust(3, '0')}"
    if is_set(row, FLAGS["imprint"]) and "mostilno" in science:
        changes["mostilno"] = science["mostilno"]
    return {**row, **changes}


def same_program(row: Row, other: Row) -> bool:
    """Tell whether two exposures are of one program.

    Parameters
    ----------
    row, other : dict of str to str
        Their rows.

    Returns
    -------
    bool
    """
    return NAMES.program_text(row["program"]) == NAMES.program_text(other["program"])


def is_set(row: Row, flag: str) -> bool:
    """Tell whether an exposure has a flag.

    Parameters
    ----------
    row : dict of str to str
        Its row.
    flag : str
        Column of the flag.

    Returns
    -------
    bool
    """
    return row.get(flag, "").upper() == "T"


def _observation(row: Row) -> tuple[str, str, str]:
    return row["program"], row["obs_num"], row["exp_type"].lower()


def _without_observations(candidates: str) -> str:
    """Return the cell of candidates without observations, whose numbers the other program has."""
    pairs = [pair for pair in _PAIR.findall(candidates) if pair[1] != _OBSERVATION]
    return f"[{', '.join(map(str, pairs))}]"


def under_own_names(
    associations: Iterable[Association], adopted: Iterable[Adopted]
) -> list[Association]:
    """Give adopted members the names of their exposures.

    Parameters
    ----------
    associations : iterable of Association
        What was found.
    adopted : iterable of Adopted
        The adopted exposures.

    Returns
    -------
    list of Association
        Without those whose science is adopted: the program that it comes from has them too.
    """
    exposures = {one.name: one.exposure for one in adopted}
    if not exposures:
        return list(associations)
    kept = [one for one in associations if not _is_of_adopted(one, exposures)]

    def under_own_name(member: Member) -> Member:
        own = exposures.get(member.exposure)
        if own is None:
            return member
        return replace(member, expname=member.expname.replace(member.exposure, own), exposure=own)

    def with_own_names(association: Association) -> Association:
        products = tuple(
            replace(product, members=_each_once(map(under_own_name, product.members)))
            for product in association.products
        )
        return replace(association, products=products)

    return list(_renumbered(map(with_own_names, kept)))


def _each_once(members: Iterable[Member]) -> tuple[Member, ...]:
    """Keep one of the members of one file and role.

    Where programs are combined, an exposure and its adopted rows are members side by side.
    """
    kept: dict[tuple[str, str], Member] = {}
    for member in members:
        kept.setdefault((member.expname, member.exptype), member)
    return tuple(kept.values())


def _is_of_adopted(association: Association, exposures: Mapping[str, str]) -> bool:
    """Tell whether all science of an association is adopted."""
    science = [member.exposure for member in association.members if member.exptype == "science"]
    return bool(science) and all(exposure in exposures for exposure in science)


def _renumbered(associations: Iterable[Association]) -> Iterator[Association]:
    """Close the gaps in the numbers of associations of one candidate and type."""
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for association in associations:
        name = NAMES.parse_file_name(association.file_name)
        kind = name.program, name.asn_id, name.asn_type
        counts[kind] += 1
        yield replace(
            association,
            file_name=NAMES.file_name(
                name.program,
                name.asn_id,
                name.asn_type,
                counts[kind],
                name.digits,
                version_id=name.version_id,
            ),
        )
