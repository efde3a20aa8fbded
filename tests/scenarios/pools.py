"""Small pools of one program, row by row, and what solving them gave in few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from asnsolve import Association, Pool, Solution, solve
from asnsolve.profiles.jwst import FILES
from asnsolve.simulate import MODES, Program, Row, simulate
from tests.strategies import pool_rows

__all__ = [
    "IFU",
    "LRS",
    "MIRI_IMAGE",
    "MRS",
    "MSA",
    "NIRCAM_IMAGE",
    "SLIT",
    "Told",
    "exposures",
    "observed",
    "orders",
    "orphans",
    "planned",
    "solved",
    "told",
]

Told = tuple[str, ...]
"""Rule, id and product name of an association, then each role with its files."""

_ANY: Row = {
    "PROGRAM": "1234",
    "TARGETID": "1",
    "PNTGTYPE": "SCIENCE",
    "VISITYPE": "PRIME_TARGETED_FIXED",
    "SUBARRAY": "FULL",
    "MOSTILNO": "1",
}

MIRI_IMAGE: Row = {
    **_ANY,
    **{"EXP_TYPE": "MIR_IMAGE", "INSTRUME": "MIRI", "DETECTOR": "MIRIMAGE", "FILTER": "F770W"},
}
MRS: Row = {
    **_ANY,
    **{"EXP_TYPE": "MIR_MRS", "INSTRUME": "MIRI", "DETECTOR": "MIRIFUSHORT"},
    **{"CHANNEL": "12", "BAND": "SHORT"},
}
LRS: Row = {**MIRI_IMAGE, "EXP_TYPE": "MIR_LRS-FIXEDSLIT", "FILTER": "P750L"}
NIRCAM_IMAGE: Row = {
    **_ANY,
    **{"EXP_TYPE": "NRC_IMAGE", "INSTRUME": "NIRCAM", "DETECTOR": "NRCB1"},
    **{"CHANNEL": "SHORT", "FILTER": "F200W", "PUPIL": "CLEAR"},
}
IFU: Row = {
    **_ANY,
    **{"EXP_TYPE": "NRS_IFU", "INSTRUME": "NIRSPEC", "DETECTOR": "NRS1"},
    **{"GRATING": "G235M", "FILTER": "F170LP"},
}
SLIT: Row = {
    **IFU,
    **{"EXP_TYPE": "NRS_FIXEDSLIT", "FXD_SLIT": "S200A1", "SUBARRAY": "SUBS200A1"},
    **{"EXPSPCIN": "1", "NUMDTHPT": "1", "SUBPXPTS": "1", "PATT_NUM": "1"},
}
MSA: Row = {
    **IFU,
    **{"EXP_TYPE": "NRS_MSASPEC", "MSAMETFL": "jw01234001001_01_msa.fits", "EXPSPCIN": "1"},
}
"""What exposures of one kind have in common, unless a test says otherwise."""


def exposures(shared: Row, **own: Row) -> list[Row]:
    """Return rows from what they share and, by the name of its file, what each has of its own."""
    return pool_rows(
        shared, *({"FILENAME": f"{name}_uncal.fits", **cells} for name, cells in own.items())
    )


def observed(number: int, *ties: str, **cells: str) -> Row:
    """Return cells of an observation that candidates, such as ``c1000 MOSAIC``, tie to others."""
    pairs = [(f"o{number:03}", "OBSERVATION"), *(tuple(tie.split()) for tie in ties)]
    return {"OBS_NUM": str(number), "ASN_CANDIDATE": str(pairs), **cells}


def planned(mode: str, **options: object) -> list[Row]:
    """Return the rows of a program of one plan, as the archive would write them."""
    return simulate([Program(number=1234, plans=(MODES[mode].plan(**options),))])


def solved(rows: Iterable[Row]) -> Solution:
    """Solve a pool of which nothing is to be reported."""
    solution = solve(Pool(list(rows)))
    assert solution.problems == ()
    return solution


def orders(rows: list[Row]) -> Iterator[list[Row]]:
    """Give the rows in several orders: as they are, backwards, and shuffled."""
    yield rows
    yield rows[::-1]
    for seed in range(2):
        yield Random(seed).sample(rows, len(rows))


def told(associations: Iterable[Association], *rules: str) -> list[Told]:
    """Tell what the associations of some rules hold, in their order; of all rules if none is named.

    Files are told without their extension.
    """
    return [
        (one.rule, one.asn_id, one.products[0].name, *_roles(one))
        for one in associations
        if one.rule in rules or not rules
    ]


def _roles(association: Association) -> Iterator[str]:
    files: dict[str, list[str]] = {}
    for member in association.members:
        files.setdefault(member.exptype, []).append(member.expname.removesuffix(".fits"))
    for role, names in files.items():
        yield f"{role} {' '.join(names)}"


def orphans(solution: Solution) -> list[str]:
    """Return the exposures in no association, by the name of their file without stage."""
    return [FILES.root_of(orphan.filename) for orphan in solution.orphans]
