from __future__ import annotations

import gzip
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.table import MaskedColumn, Table

from asnsolve.errors import AsnsolveError, PoolError, UsageError
from asnsolve.pool import Pool
from tests.pool.examples import TEXT, Cells, cells, read

SUFFIXES = (".ecsv", ".parquet", ".fits")


@pytest.fixture
def good(tmp_path: Path) -> Pool:
    """Return the example pool."""
    return read(tmp_path, TEXT)


@pytest.fixture
def expected(good: Pool) -> Cells:
    """Return the cells of the example pool."""
    return cells(good)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_content_tells_the_format(
    tmp_path: Path, good: Pool, expected: Cells, suffix: str
) -> None:
    good.write(tmp_path / f"x{suffix}")
    for name in (f"p{suffix}", "p.csv", "p"):
        file = (tmp_path / f"x{suffix}").rename(tmp_path / name)
        pool = Pool.read(str(file))
        assert (pool.name, pool.problems) == ("p", ())
        assert cells(pool) == expected
        assert cells(Pool.read(file, format=suffix[1:])) == expected
        file.rename(tmp_path / f"x{suffix}")


def test_typed_columns_of_every_container_become_text(tmp_path: Path) -> None:
    source = Table(
        {
            "FILENAME": ["F0", "F1"],
            "exp_type": ["X", "Y"],
            "program": [9, 10],
            "asn_candidate": ["[('o001', 'X')]", "null"],
            "is_psf": [True, False],
            "small": np.array([0.1, np.nan], np.float32),
            "obs_num": MaskedColumn([1, 2], mask=[False, True]),
        }
    )
    wanted = {
        "filename": ("f0", "f1"),
        "exp_type": ("x", "y"),
        "program": ("9", "10"),
        "asn_candidate": ("[('o001', 'x')]", None),
        "is_psf": ("t", None),
        "small": ("0.1", None),
        "obs_num": ("1", None),
    }
    source.write(tmp_path / "p.fits")
    source.write(tmp_path / "p.ecsv")
    columns = {
        name: pa.array(np.asarray(source[name]), mask=getattr(source[name], "mask", None))
        for name in source.colnames
    }
    pq.write_table(pa.table(columns), tmp_path / "p.parquet")
    for suffix in SUFFIXES:
        pool = Pool.read(tmp_path / f"p{suffix}")
        assert cells(pool) == wanted
        assert pool.problems == ()


def test_a_gzipped_fits_table_is_read(tmp_path: Path, good: Pool, expected: Cells) -> None:
    good.write(tmp_path / "p.fits")
    packed = tmp_path / "q.fits.gz"
    packed.write_bytes(gzip.compress((tmp_path / "p.fits").read_bytes()))
    pool = Pool.read(packed)
    assert pool.name == "q"
    assert cells(pool) == expected


def test_any_format_of_astropy_tables_can_be_named(
    tmp_path: Path, good: Pool, expected: Cells
) -> None:
    file = tmp_path / "p.txt"
    good.to_astropy().write(file, format="ascii.fixed_width")
    assert cells(Pool.read(file, format="ascii.fixed_width")) == expected
    good.to_astropy().write(file, format="ascii.basic", delimiter=";", overwrite=True)
    assert cells(Pool.read(file, format="ascii.basic", delimiter=";")) == expected
    with pytest.raises(UsageError, match=r"p\.txt: there is no table format nonsense"):
        Pool.read(file, format="nonsense")


def test_warnings_of_astropy_become_problems(tmp_path: Path, good: Pool, expected: Cells) -> None:
    table = fits.table_to_hdu(good.to_astropy().filled(""))
    fits.HDUList([fits.PrimaryHDU(), table, table]).writeto(tmp_path / "p.fits")
    pool = Pool.read(tmp_path / "p.fits")
    assert cells(pool) == expected
    (problem,) = pool.problems
    assert problem.what.startswith("astropy warns: hdu= was not specified but multiple tables")
    with pytest.raises(PoolError, match="multiple tables"):
        Pool.read(tmp_path / "p.fits", strict=True)


def test_a_delimiter_makes_no_sense_for_a_container(tmp_path: Path, good: Pool) -> None:
    good.write(tmp_path / "p.parquet")
    with pytest.raises(UsageError, match=r"parquet files have no delimiter\. Leave"):
        Pool.read(tmp_path / "p.parquet", delimiter="|")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("p.fits", b"", "the file is empty"),
        ("p.fits", TEXT.encode(), "the file cannot be read as fits: "),
        ("p.ecsv", b"", "the file is empty"),
        ("p.ecsv", TEXT.encode(), "the file cannot be read as ecsv: ECSV header line"),
        ("p.ecsv", b"\n", "the file cannot be read as ecsv: "),
        ("p.parquet", b"", "the file is empty"),
        ("p.parquet", b"PAR1rubbishPAR1", "the file cannot be read as Parquet: "),
        ("p.xlsx", b"PK\x03\x04rubbish", "the file is a zip archive or a spreadsheet; expected"),
        ("p.h5", b"\x89HDF\r\n\x1a\n", "the file is an HDF5 file; expected a pool. Save"),
        ("p.bz2", b"BZh91AY", "the file is compressed with bzip2; expected a pool. Unpack it"),
    ],
)
def test_broken_and_foreign_files_are_refused(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(PoolError) as caught:
        read(tmp_path, content, name)
    assert str(caught.value).startswith(f"{tmp_path / name}: {message}")


@pytest.mark.parametrize("start", [b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"])
def test_packed_files_are_to_be_unpacked(tmp_path: Path, start: bytes) -> None:
    with pytest.raises(
        PoolError, match=r"compressed with \w+; expected a pool\. Unpack it first\.$"
    ):
        read(tmp_path, start + b"91AY", "p.packed")


def test_what_cannot_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, reason in (
        (tmp_path, "Is a directory"),
        (tmp_path / "absent.csv", "No such file or directory"),
        ("a\0b", "embedded null byte"),
    ):
        with pytest.raises(PoolError, match=f": the file cannot be read: {reason}"):
            Pool.read(path)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PoolError, match=r"p\.csv: the file cannot be read: Permission denied"):
        Pool.read("p.csv")


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".csv.gz"])
def test_damaged_containers_are_read_or_refused_in_words(
    tmp_path: Path, good: Pool, suffix: str
) -> None:
    file = tmp_path / f"p{suffix}"
    good.write(file)
    whole = file.read_bytes()
    chance = random.Random(suffix)
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 3, 30])):
            start = 0 if chance.random() < 0.2 else chance.randrange(len(damaged))
            end = start + chance.choice([1, 1, 8, 1000])
            damaged[start:end] = chance.randbytes(chance.choice([0, 1, end - start]))
            damaged = damaged or bytearray(b"\n")
        file.write_bytes(damaged)
        try:
            pool = Pool.read(file, format=suffix[1:] if suffix in SUFFIXES else None)
        except AsnsolveError as error:
            assert str(file) in str(error)
            refused += 1
        else:
            assert set(pool.columns) >= {"filename", "exp_type", "program", "asn_candidate"}
    assert refused > 10
