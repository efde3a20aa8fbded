from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asnsolve.errors import PoolError, UsageError
from asnsolve.pool import Pool, write_pool
from asnsolve.pool.line_blocks import MAX_LINE
from tests.pool.examples import TEXT, cells, read

text_cells = st.one_of(
    st.none(),
    st.text(max_size=6),
    st.text("|\",;\t#' aB\u00a0\ufeff", max_size=6),
    st.sampled_from(["null", '"', '""', "# x", "'", "\\", "--", "-", "[('o1', 'x')]", "nan", "0x"]),
)
ascii_cells = st.one_of(st.none(), st.text(st.characters(max_codepoint=126), max_size=6))
names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=6)
ascii_names = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=6)


@st.composite
def pools(
    draw: st.DrawFn, cell: st.SearchStrategy[str | None], name: st.SearchStrategy[str]
) -> Pool:
    """Draw a pool of a few rows and columns."""
    length = draw(st.integers(0, 4))
    extra = draw(st.lists(name, max_size=3))
    kept = {n.strip().strip("\ufeff").strip().lower(): n for n in extra}
    mandatory = ("filename", "exp_type", "program", "asn_candidate")
    columns = [*mandatory, *(n for key, n in kept.items() if key and key not in mandatory)]
    order = draw(st.permutations(columns))
    return Pool({n: draw(st.lists(cell, min_size=length, max_size=length)) for n in order})


def again(pool: Pool, name: str, kind: str | None = None, delimiter: str | None = None) -> Pool:
    """Write a pool and read it back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        pool.write(path, kind, delimiter or "|")
        return Pool.read(path, format=kind, delimiter=delimiter)


def assert_equal(pool: Pool, other: Pool) -> None:
    """Assert that two pools hold the same, and that reading the second found nothing new."""
    assert other.columns == pool.columns
    assert cells(other) == cells(pool)
    assert [other.values(c) for c in other.columns] == [pool.values(c) for c in pool.columns]
    assert other.set_aside == ()
    assert {p.location.column for p in other.problems} <= {"asn_candidate", "filename", None}


often = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@often
@given(pools(text_cells, names), st.sampled_from("|,;\t!^]-\\'"))
def test_text_reads_back_as_the_same_pool(pool: Pool, delimiter: str) -> None:
    assert_equal(pool, again(pool, "p.csv", delimiter=delimiter))


@often
@given(pools(text_cells, names), st.sampled_from(["p.csv", "p.txt.gz"]))
def test_comma_separated_text_reads_back_as_the_same_pool(pool: Pool, name: str) -> None:
    assert_equal(pool, again(pool, name, "csv"))


@often
@given(pools(text_cells, names))
def test_parquet_reads_back_as_the_same_pool(pool: Pool) -> None:
    assert_equal(pool, again(pool, "p.parquet"))


@often
@given(pools(text_cells, names))
def test_ecsv_reads_back_as_the_same_pool(pool: Pool) -> None:
    assert_equal(pool, again(pool, "p.ecsv"))


@often
@given(pools(ascii_cells, ascii_names.filter(lambda name: not re.search("' */", name))))
def test_fits_reads_back_as_the_same_pool(pool: Pool) -> None:
    assert_equal(pool, again(pool, "p.fits"))


@pytest.mark.parametrize("name", ["p.csv", "p.csv.gz", "p.ecsv", "p.parquet", "p.fits"])
def test_writing_twice_gives_the_same_bytes(tmp_path: Path, name: str) -> None:
    pool = read(tmp_path, TEXT)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        pool.write(tmp_path / folder / name)
    assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_text_looks_like_a_pool(tmp_path: Path) -> None:
    pool = Pool({"filename": ["a|b", "#c"], "exp_type": 'd"', "program": 1} | COLUMNS)
    pool.write(tmp_path / "p.csv")
    assert (tmp_path / "p.csv").read_text() == (
        "filename|exp_type|program|asn_candidate\n"
        "\"a|b\"|\"d\"\"\"|1|[('o1', 'x'), ('o2', 'x')]\n"
        '"#c"|e|1|NULL\n'
    )
    pool.write(tmp_path / "p.csv", format="csv", replace=True)
    assert (tmp_path / "p.csv").read_text() == (
        "filename,exp_type,program,asn_candidate\n"
        "a|b,\"d\"\"\",1,\"[('o1', 'x'), ('o2', 'x')]\"\n"
        '"#c",e,1,\n'
    )


COLUMNS: dict[str, list[str]] = {
    "exp_type": ['d"', "e"],
    "program": ["1", "1"],
    "asn_candidate": ["[('o1', 'x'), ('o2', 'x')]", ""],
}


@pytest.mark.parametrize("name", ["x" * 69, "'" * 35, "a'/b", "' /"])
def test_a_name_that_no_fits_column_can_have(name: str, tmp_path: Path) -> None:
    pool = Pool({"filename": ["a", "b"], **COLUMNS, name: ["1", "2"]})
    with pytest.raises(PoolError) as caught:
        pool.write(tmp_path / "p.fits")
    expected = (
        "no slash after a quote" if "/" in name else "at most 68 characters, quotes counted twice"
    )
    assert str(caught.value) == (
        f"{tmp_path / 'p.fits'}: a FITS table cannot have a column named {name!r}; "
        f"expected {expected}. Write Parquet, ECSV or text instead."
    )
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["x" * 68, "'" * 34])
def test_the_longest_names_and_the_most_columns_of_a_fits_table(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = Pool({"filename": ["a", "b"], **COLUMNS, name: ["1", "2"]})
    monkeypatch.setattr(write_pool, "_MOST_FITS_COLUMNS", 5)
    assert_equal(pool, again(pool, "p.fits"))
    monkeypatch.setattr(write_pool, "_MOST_FITS_COLUMNS", 4)
    with pytest.raises(PoolError, match="5 columns in a FITS table; expected at most 4"):
        again(pool, "p.fits")


def test_the_longest_line_of_a_text_is_written(tmp_path: Path) -> None:
    longest = "y" * (MAX_LINE - len("a|x|1|NULL|"))
    cells_of = {"filename": ["a"], "exp_type": ["x"], "program": ["1"], "asn_candidate": [None]}
    assert_equal(pool := Pool(cells_of | {"note": [longest]}), again(pool, "p.csv"))
    with pytest.raises(PoolError, match=r"a line of 1,048,577 bytes; expected at most 1,048,576 "):
        again(Pool(cells_of | {"note": [longest + "y"]}), "p.csv")


def test_ecsv_is_utf8_with_line_feeds(tmp_path: Path) -> None:
    pool = Pool({"filename": ["a", "b"], **COLUMNS, "note": ["é", "ß"]})
    pool.write(tmp_path / "p.ecsv")
    text = (tmp_path / "p.ecsv").read_bytes()
    assert b"\r" not in text
    assert text.decode().splitlines()[-2:] == [
        "a \"d\"\"\" 1 \"[('o1', 'x'), ('o2', 'x')]\" é",
        'b e 1 "" ß',
    ]


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path: Path) -> None:
    pool = Pool({"filename": ["a", "b"], **COLUMNS, "note": ["ok", "é"]})
    path = tmp_path / "p.fits"
    path.write_text("before")
    with pytest.raises(
        PoolError,
        match=r"p\.fits, column note: 'é' in a FITS table; expected ASCII\. Write Parquet, "
        r"ECSV or text instead\.$",
    ):
        pool.write(path)
    assert path.read_text() == "before"
    with pytest.raises(UsageError, match=r"p\.fits: already exists with other content"):
        pool.take([0]).write(path)
    with path.open() as before:
        pool.take([0]).write(path, replace=True)
        assert before.read() == "before"
    assert [file.name for file in tmp_path.iterdir()] == ["p.fits"]
    assert cells(Pool.read(path))["note"] == ("ok",)


def test_what_a_format_cannot_hold_is_refused(tmp_path: Path) -> None:
    long = Pool({"filename": ["a", "b"], **COLUMNS, "note": ["x", "y" * MAX_LINE]})
    with pytest.raises(
        PoolError,
        match=r"p\.csv, row 2: the exposure makes a line of 1,048,5.. bytes; "
        r"expected at most 1,048,576 in a text$",
    ):
        long.write(tmp_path / "p.csv")
    many = Pool({"filename": ["a", "b"], **COLUMNS, **{f"c{k}": ["x", "y"] for k in range(1000)}})
    with pytest.raises(
        PoolError,
        match=r"p\.fits: 1004 columns in a FITS table; expected at most 999\. Write Parquet, "
        r"ECSV or text instead\.$",
    ):
        many.write(tmp_path / "p.fits")
    assert list(tmp_path.iterdir()) == []


def test_options_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    pool = read(tmp_path, TEXT)
    with pytest.raises(UsageError, match=r"there is no format parkett\. Did you mean parquet\?"):
        pool.write(tmp_path / "p", format="parkett")
    with pytest.raises(UsageError) as caught:
        pool.write(tmp_path / "p.csv", delimiter="ab")
    assert str(caught.value) == (
        "'ab' cannot be a delimiter; expected one mark such as '|' or ',', or a tab"
    )
    assert not (tmp_path / "p.csv").exists()
    with pytest.raises(UsageError, match="fits is not written gzipped"):
        pool.write(tmp_path / "p.fits.gz")
    with pytest.raises(PoolError, match="the file cannot be written: No such file or directory"):
        pool.write(tmp_path / "absent" / "p.csv")
    with pytest.raises(PoolError, match="the file cannot be written: Is a directory"):
        pool.write(tmp_path)


def test_a_suffix_in_capitals_is_packed_too(tmp_path: Path) -> None:
    pool = Pool({"filename": ["a"], "program": ["1"], "exp_type": ["x"], "asn_candidate": ["[]"]})
    pool.write(tmp_path / "P.CSV.GZ")
    assert (tmp_path / "P.CSV.GZ").read_bytes().startswith(b"\x1f\x8b")
    assert_equal(pool, Pool.read(tmp_path / "P.CSV.GZ"))
    # No time is written, so the file is the same in every run.
    assert (tmp_path / "P.CSV.GZ").read_bytes()[4:8] == bytes(4)


def test_a_suffix_in_capitals_decides_the_format(tmp_path: Path) -> None:
    pool = Pool({"filename": ["a"], "program": ["1"], "exp_type": ["x"], "asn_candidate": ["[]"]})
    pool.write(tmp_path / "P.PARQUET")
    assert (tmp_path / "P.PARQUET").read_bytes().startswith(b"PAR1")
