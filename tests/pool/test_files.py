from __future__ import annotations

import gzip
import io
import os
import random
import re
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.io import fits
from astropy.table import MaskedColumn, Table

from asnsolve.errors import AsnsolveError, PoolError, UsageError
from asnsolve.file_systems import Url
from asnsolve.pool import Pool
from asnsolve.pool.files import is_parquet, plain_text_header, read_file, read_open_file, stem
from tests.pool.examples import TEXT, Cells, cells, read, rows

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


@pytest.mark.parametrize(
    ("format_", "delimiter", "mark"),
    [
        ("text", None, "|"),
        ("csv", None, ","),
        (None, None, ","),
        (None, None, "|"),
        ("text", ";", ";"),
    ],
)
def test_a_format_decides_what_divides_cells(
    tmp_path: Path, format_: str | None, delimiter: str | None, mark: str
) -> None:
    file = tmp_path / "p.txt"
    file.write_text(TEXT.replace("|", mark))
    header = plain_text_header(file, format_, delimiter)
    assert header is not None
    assert header.delimiter == mark


def test_a_text_is_read_as_its_format_says(tmp_path: Path, expected: Cells) -> None:
    file = tmp_path / "p.csv"
    file.write_text(TEXT)
    assert cells(Pool.read(file, format="text")) == expected


@pytest.mark.parametrize(("format_", "mark", "other"), [("text", "|", ","), ("csv", ",", "|")])
def test_a_format_that_is_named_is_not_guessed(
    tmp_path: Path, format_: str, mark: str, other: str
) -> None:
    file = tmp_path / "p.txt"
    file.write_text(TEXT.replace("|", other))
    for read_it in (plain_text_header, read_file):
        with pytest.raises(PoolError, match=re.escape(f"one cell when divided at '{mark}'")):
            read_it(file, format_)
        assert read_it(file, format_, other) is not None


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


def test_ecsv_has_the_name_that_astropy_gives_it(
    tmp_path: Path, good: Pool, expected: Cells
) -> None:
    file = tmp_path / "p.txt"
    good.write(file, "ecsv")
    assert cells(Pool.read(file, format="ascii.ecsv")) == expected
    file.write_text("nothing")
    with pytest.raises(PoolError, match=r"p\.txt: the file cannot be read as ecsv: "):
        Pool.read(file, format="ascii.ecsv")


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
    with pytest.raises(UsageError) as caught:
        Pool.read(tmp_path / "p.parquet", delimiter="|")
    assert str(caught.value) == (
        f"{tmp_path / 'p.parquet'}: parquet files have no delimiter. Leave the delimiter out."
    )
    with pytest.raises(UsageError) as caught:
        Pool.read(tmp_path / "p.parquet", format="nosuch")
    assert str(caught.value) == f"{tmp_path / 'p.parquet'}: there is no table format nosuch"


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
    ],
)
def test_broken_files_are_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(PoolError) as caught:
        read(tmp_path, content, name)
    assert str(caught.value).startswith(f"{tmp_path / name}: {message}")


def test_the_first_line_of_what_astropy_says_is_told(tmp_path: Path) -> None:
    # Its message begins with an empty line.
    (tmp_path / "p.txt").write_text("a b\n1 2 3\n4\n")
    with pytest.raises(PoolError, match=r"cannot be read as ascii\.basic: ERROR: Unable to guess"):
        Pool.read(tmp_path / "p.txt", format="ascii.basic")


@pytest.mark.parametrize("format_", [None, "text", "csv"])
@pytest.mark.parametrize(
    ("start", "what", "advice"),
    [
        (b"PK\x03\x04", "a zip archive or a spreadsheet", "Save the pool as CSV."),
        (b"\x89HDF", "an HDF5 file", "Save the pool as Parquet, FITS or CSV."),
        (b"BZh", "compressed with bzip2", "Unpack it first."),
        (b"\xfd7zXZ", "compressed with xz", "Unpack it first."),
        (b"\x28\xb5\x2f\xfd", "compressed with zstd", "Unpack it first."),
        (b"\xff\xfe", "UTF-16 text", "Save the pool as UTF-8 text."),
        (b"\xfe\xff", "UTF-16 text", "Save the pool as UTF-8 text."),
        (b"\0\0\xfe\xff", "UTF-32 text", "Save the pool as UTF-8 text."),
    ],
)
def test_foreign_files_are_refused_with_what_to_do(
    tmp_path: Path, start: bytes, what: str, advice: str, format_: str | None
) -> None:
    file = tmp_path / "p.foreign"
    file.write_bytes(start + b"91AY")
    with pytest.raises(PoolError) as caught:
        Pool.read(file, format=format_)
    assert str(caught.value) == f"{file}: the file is {what}; expected a pool. {advice}"


def test_an_empty_file_is_refused_with_what_was_expected(tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_bytes(b"")
    said = [(None, "a header line with the column names"), ("csv", "csv"), ("fits", "fits")]
    for kind, expected in said:
        with pytest.raises(PoolError) as caught:
            Pool.read(file, format=kind)
        assert str(caught.value) == f"{file}: the file is empty; expected {expected}"


@pytest.mark.parametrize(
    ("name", "stem_"),
    [
        ("p.csv", "p"),
        ("a.b.csv", "a.b"),
        ("p.csv.gz", "p"),
        ("P.CSV.GZ", "P"),
        ("p", "p"),
        ("p.gz", "p"),
    ],
)
def test_the_name_of_a_pool_is_that_of_its_file_without_suffixes(name: str, stem_: str) -> None:
    assert stem(Path("folder") / name) == stem_


def test_the_file_of_a_pool_keeps_its_suffixes(tmp_path: Path, good: Pool) -> None:
    for name in ("p.csv", "p.csv.gz"):
        good.write(tmp_path / name)
        for given in (None, "mine"):
            pool = Pool.read(tmp_path / name, name=given)
            assert (pool.name, pool.file_name) == (given or "p", name)
    assert pool.take([0]).file_name == "p.csv.gz"
    assert pool.with_candidate("c1000", "mosaic").file_name == "p.csv.gz"
    in_memory = Pool(good.to_arrow(), name="mine")
    assert in_memory.file_name == in_memory.name == "mine"


@pytest.mark.parametrize("suffix", [".ecsv", ".fit", ".fits", ".fts", ".parquet", ".pq"])
def test_where_the_content_does_not_tell_the_suffix_does(tmp_path: Path, suffix: str) -> None:
    kind = {"e": "ecsv", "f": "fits", "p": "Parquet"}[suffix[1]]
    for name in (f"p{suffix}", f"P{suffix.upper()}", f"p{suffix}.gz", f"p{suffix}.GZ"):
        with pytest.raises(PoolError, match=f"the file cannot be read as {kind}: "):
            read(tmp_path, TEXT, name)
    assert len(read(tmp_path, TEXT, f"p{suffix}.txt")) == 5


@pytest.mark.parametrize(
    ("name", "format_", "expected"),
    [("p.pq", None, True), ("p", "parquet", True), ("p.pq", "csv", False)],
)
def test_parquet_is_told_by_the_format_or_the_content(
    tmp_path: Path, good: Pool, name: str, format_: str | None, expected: bool
) -> None:
    good.write(tmp_path / name, format="parquet")
    assert is_parquet(tmp_path / name, format_) == expected
    assert is_parquet(tmp_path, format_)
    good.write(tmp_path / "text.parquet", format="csv")
    assert not is_parquet(tmp_path / "text.parquet")
    with pytest.raises(PoolError, match=r"absent: the file cannot be read: No such file"):
        is_parquet(tmp_path / "absent")


def test_what_cannot_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, reason in (
        (tmp_path, "is a directory, not a pool; .* asnsolve pool "),
        (tmp_path / "absent.csv", "the file cannot be read: No such file or directory"),
        ("a\0b", "the file cannot be read: embedded null byte"),
    ):
        with pytest.raises(PoolError, match=f": {reason}"):
            Pool.read(path)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(PoolError, match=r"p\.csv: the file cannot be read: Permission denied"):
        Pool.read("p.csv")


def test_dates_in_an_ecsv_file_become_text(tmp_path: Path) -> None:
    names = ("filename", "exp_type", "program", "asn_candidate")
    types = [f"# - {{name: {name}, datatype: string}}" for name in names]
    types.append("# - {name: visit, datatype: datetime64}")
    head = ["# %ECSV 1.0", "# ---", "# datatype:", *types]
    rows = [" ".join((*names, "visit")), "a_uncal.fits NRC_IMAGE 1 null 2020"]
    pool = read(tmp_path, "\n".join([*head, *rows]) + "\n", "dates.ecsv")
    assert pool.values("visit") == ("2020",)
    (problem,) = pool.problems
    assert "unexpected datatype 'datetime64' of column 'visit'" in problem.what


@pytest.mark.parametrize("value", ["1.5", "T", "'x'", "(1, 2)"])
@pytest.mark.parametrize("keyword", ["TTYPE3", "TFORM3", "TFIELDS", "NAXIS2", "XTENSION", "PCOUNT"])
def test_fits_tables_with_damaged_headers_are_read_or_refused_in_words(
    tmp_path: Path, good: Pool, keyword: str, value: str
) -> None:
    file = tmp_path / "p.fits"
    good.write(file)
    content = bytearray(file.read_bytes())
    start = content.index(f"{keyword:<8}=".encode())
    content[start : start + 80] = f"{keyword:<8}= {value}".ljust(80).encode()
    file.write_bytes(content)
    try:
        assert len(Pool.read(file)) <= len(good)
    except PoolError as error:
        assert str(error).startswith(f"{file}")


def test_errors_of_any_class_that_astropy_raises_are_worded(
    tmp_path: Path, good: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **options: object) -> None:
        raise RecursionError("too deep\nby far")

    good.write(tmp_path / "p.fits")
    monkeypatch.setattr(Table, "read", fail)
    with pytest.raises(PoolError, match=r"p\.fits: the file cannot be read as fits: too deep$"):
        Pool.read(tmp_path / "p.fits")


def test_a_packed_table_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, good: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    good.write(tmp_path / "p.ecsv")
    (tmp_path / "p.ecsv.gz").write_bytes(gzip.compress((tmp_path / "p.ecsv").read_bytes()))
    assert len(Pool.read(tmp_path / "p.ecsv.gz")) == len(good)
    size = (tmp_path / "p.ecsv").stat().st_size
    monkeypatch.setattr("asnsolve.pool.files._MOST_UNPACKED", size)
    assert len(Pool.read(tmp_path / "p.ecsv.gz")) == len(good)
    monkeypatch.setattr("asnsolve.pool.files._MOST_UNPACKED", size - 1)
    with pytest.raises(PoolError) as caught:
        Pool.read(tmp_path / "p.ecsv.gz")
    file = tmp_path / "p.ecsv.gz"
    assert str(caught.value) == (
        f"{file}: the file unpacks to more than 0 MiB. Save it as CSV or Parquet."
    )
    # A file that is not packed may be larger.
    assert len(Pool.read(tmp_path / "p.ecsv")) == len(good)


@pytest.mark.parametrize(
    ("more", "said"),
    [(0, "the file cannot be read as fits"), (1, "the file unpacks to more than 256 MiB")],
)
def test_a_packed_table_may_unpack_to_256_mib(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: int, said: str
) -> None:
    class Unpacked(io.RawIOBase):
        left = 2**28 + more

        def __init__(self, fileobj: io.BufferedReader) -> None:
            assert fileobj.readable()

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            count = min(self.left, len(buffer))
            self.left -= count
            return count

    (tmp_path / "p.fits.gz").write_bytes(gzip.compress(b"no table"))
    monkeypatch.setattr("asnsolve.pool.files.gzip.GzipFile", Unpacked)
    with pytest.raises(PoolError, match=f"{said}"):
        Pool.read(tmp_path / "p.fits.gz")


@pytest.mark.parametrize(("format_", "expected"), [("parquet", True), ("csv", False)])
def test_a_format_tells_what_an_object_is(format_: str, expected: bool) -> None:
    pytest.importorskip("fsspec")
    assert is_parquet(Url("memory://of_test_files/some"), format_) is expected


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


def test_a_pipe_holds_text_alone(tmp_path: Path, good: Pool, expected: Cells) -> None:
    good.write(tmp_path / "p.parquet")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def send(content: bytes) -> Thread:
        thread = Thread(target=pipe.write_bytes, args=(content,), daemon=True)
        thread.start()
        return thread

    thread = send(TEXT.encode())
    assert cells(Pool.read(pipe)) == expected
    thread.join()
    assert is_parquet(pipe) is False
    assert plain_text_header(pipe) is None
    send((tmp_path / "p.parquet").read_bytes())
    with pytest.raises(PoolError) as caught:
        Pool.read(pipe)
    assert str(caught.value) == (
        f"{pipe}: parquet cannot be read from an open file; expected text. "
        "Give the path of the file."
    )


@pytest.mark.parametrize(
    ("name", "content", "format_"),
    [
        ("p.csv", b"", None),
        ("p.csv", gzip.compress(TEXT.encode()), None),
        ("p.csv", b"PK\x03\x04" + TEXT.encode(), "text"),
        ("p.csv", b"SIMPLE  =", None),
        ("p.csv", b"PAR1", None),
        ("p.csv", TEXT.encode(), "ecsv"),
        ("p.fits", TEXT.encode(), None),
        ("p.pq", TEXT.encode(), None),
    ],
)
def test_what_is_not_plain_text_has_no_header_of_text(
    tmp_path: Path, name: str, content: bytes, format_: str | None
) -> None:
    (tmp_path / name).write_bytes(content)
    assert plain_text_header(tmp_path / name, format_) is None


@pytest.mark.parametrize(
    ("format_", "mark"), [(None, "|"), ("ascii", "|"), ("ascii.csv", ","), ("csv", ",")]
)
def test_a_text_has_a_header_whatever_astropy_calls_it(
    tmp_path: Path, format_: str | None, mark: str
) -> None:
    text = f"# c\n{rows('a|x|1|')}".replace("|", mark)
    (tmp_path / "p").write_text(text)
    header = plain_text_header(tmp_path / "p", format_)
    assert header is not None
    assert (header.delimiter, header.row, len(header.names)) == (mark, 2, 4)
    assert len(read_file(tmp_path / "p", format_).rows) == 1
    assert len(read_open_file(io.BytesIO(text.encode()), "mine", format_).rows) == 1


def test_a_header_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert plain_text_header(tmp_path) is None
    assert plain_text_header(tmp_path / "absent") is None
    (tmp_path / "p").write_text(TEXT)

    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("asnsolve.pool.files.opened", refuse)
    for call in (plain_text_header, is_parquet, read_file):
        with pytest.raises(PoolError) as caught:
            call(tmp_path / "p")
        assert str(caught.value) == f"{tmp_path / 'p'}: the file cannot be read: Permission denied"


def test_an_open_file_that_is_damaged_is_named() -> None:
    packed = gzip.compress(TEXT.encode())
    with pytest.raises(PoolError) as caught:
        read_open_file(io.BytesIO(packed[:-20]), "mine")
    assert str(caught.value) == (
        "mine: the file cannot be read: Compressed file ended before the end-of-stream marker was "
        "reached"
    )


def test_a_directory_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PoolError) as caught:
        Pool.read(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: is a directory, not a pool; expected a table of exposures. If it holds FITS "
        f"files, make a pool of them: asnsolve pool {tmp_path} -o pool.csv"
    )


@pytest.mark.parametrize("has_table", [False, True])
def test_an_exposure_is_refused_with_what_to_do(has_table: bool, tmp_path: Path) -> None:
    header = fits.Header({"TELESCOP": "JWST", "EXP_TYPE": "NRC_IMAGE"})
    layers = [fits.PrimaryHDU(header=header), fits.ImageHDU(np.zeros((2, 2)))]
    if has_table:
        column = fits.Column("ASDF_METADATA", "10B", array=np.zeros((1, 10)))
        layers.append(fits.BinTableHDU.from_columns([column], name="ASDF"))
    path = tmp_path / "jw00001001001_02101_00001_nrcb1_cal.fits"
    fits.HDUList(layers).writeto(path)
    with pytest.raises(PoolError) as caught:
        Pool.read(path)
    assert str(caught.value) == (
        f"{path}: the file is an exposure, not a pool; expected a table of exposures. For FITS "
        "exposures use 'asnsolve associate'."
    )
    # Other FITS files are not taken for exposures.
    del header["TELESCOP"]
    layers[0].header.remove("TELESCOP")
    fits.HDUList(layers).writeto(path, overwrite=True)
    with pytest.raises(PoolError) as caught:
        Pool.read(path)
    assert "exposure, not a pool" not in str(caught.value)


def test_an_open_file_stays_open(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(TEXT)
    with (tmp_path / "p.csv").open("rb") as stream:
        assert len(read_open_file(stream, "mine").rows) == 5
        assert not stream.closed
    assert len(read_open_file(io.BytesIO(TEXT.encode()), "mine").rows) == 5
