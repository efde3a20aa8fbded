"""Files to raw columns: find out what a file is, open it, and say plainly when it is broken."""

from __future__ import annotations

import gzip
import io
import os
import struct
import warnings
import zlib
from pathlib import Path
from typing import BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve.errors import Location, PoolError, Problem
from asnsolve.pool.objects import read_arrow, read_astropy
from asnsolve.pool.raw import RawTable
from asnsolve.pool.text import read_text

__all__ = ["SUFFIXES", "read_file"]

SUFFIXES: Final = {
    ".ecsv": "ecsv",
    ".fit": "fits",
    ".fits": "fits",
    ".fts": "fits",
    ".parquet": "parquet",
    ".pq": "parquet",
}
"""Formats that a file name tells, when the content does not."""

_ALIASES: Final = {"ascii": "text", "ascii.csv": "csv", "ascii.ecsv": "ecsv"}
_CONTENTS: Final = {b"SIMPLE  =": "fits", b"PAR1": "parquet", b"# %ECSV": "ecsv"}
_FOREIGN: Final = {
    b"PK\x03\x04": ("a zip archive or a spreadsheet", "Save the pool as CSV."),
    b"\x89HDF": ("an HDF5 file", "Save the pool as Parquet, FITS or CSV."),
    b"BZh": ("compressed with bzip2", "Unpack it first."),
    b"\xfd7zXZ": ("compressed with xz", "Unpack it first."),
    b"\x28\xb5\x2f\xfd": ("compressed with zstd", "Unpack it first."),
    b"\xff\xfe": ("UTF-16 text", "Save the pool as UTF-8 text."),
    b"\xfe\xff": ("UTF-16 text", "Save the pool as UTF-8 text."),
    b"\0\0\xfe\xff": ("UTF-32 text", "Save the pool as UTF-8 text."),
}
_BROKEN: Final = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError)


def read_file(path: Path, format: str | None, delimiter: str | None) -> RawTable:  # noqa: A002
    """Read a pool file."""
    raise NotImplementedError
