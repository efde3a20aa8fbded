"""One small good pool, and how pools are compared."""

from __future__ import annotations

from pathlib import Path

from asnsolve.pool import Pool

COLUMNS = ("FILENAME", "PROGRAM", "OBS_NUM", "EXP_TYPE", "FILTER", "IS_PSF", "ASN_CANDIDATE")

TEXT = """\
# Pool: an example
#

FILENAME|PROGRAM|OBS_NUM|EXP_TYPE|FILTER|IS_PSF|ASN_CANDIDATE
jw_1_uncal.fits|00009|1|MIR_IMAGE|F770W|F|[('o001', 'OBSERVATION'), ('c1000', 'MOSAIC')]
jw_2_uncal.fits|00009|1|MIR_IMAGE|F1000W|NULL|[('o001', 'OBSERVATION'), ('c1000', 'MOSAIC')]

jw_3_uncal.fits|00009|2|MIR_IMAGE|F770W|T|[('o002', 'OBSERVATION')]
# not jw_4
jw_5_uncal.fits|00010|2| MIR_MRS |--||[('o002', 'OBSERVATION')]
jw_6_uncal.fits|00010|3|"MIR_MRS"|null|n|
"""

Cells = dict[str, tuple[str | None, ...]]


def cells(pool: Pool) -> Cells:
    """Return every cell of a pool, by column."""
    found: Cells = {}
    for column in pool.columns:
        values = (*pool.values(column), None)
        found[column] = tuple(values[code] for code in pool.codes(column).tolist())
    return found


def read(path: Path, text: str | bytes, name: str = "a_pool.csv") -> Pool:
    """Write a file and read it as a pool."""
    file = path / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Pool.read(file)


def rows(*lines: str) -> str:
    """Return a text with the four mandatory columns and some lines."""
    return "\n".join(["filename|exp_type|program|asn_candidate", *lines, ""])
