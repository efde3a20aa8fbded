"""Text is read in ranges of lines as it is read at once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve import Pool, PoolError
from asnsolve.archive.cut_files import parts_of_text
from asnsolve.archive.engines import in_processes
from asnsolve.pool.files import plain_text_header
from asnsolve.simulate import scaled, simulate

HEADER = "FileName|Exp_Type|Program|ASN_Candidate|filter"
CELLS = ("a|x|1||f1", "b|x|01||", "c|y|2||null", '"a|b"|x|3||"f ""2"""', "d|x||[('o001', 'o')]|")
LINES = st.sampled_from(
    [
        *(cell.encode() for cell in CELLS),
        *(b"", b"# a comment", b'  # "another', b"too|few", b'e|x|1||"not closed', b"|x|1||"),
        *(b"\xef\xbb\xbfg|x|1||", b"h|x|1||\xff", "i|x|7||é".encode(), b"j\x01|x|1||", b"k|x|1|?|"),
    ]
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\r"])


@given(
    before=st.lists(st.sampled_from([b"", b"# first", b"  "]), max_size=2),
    lines=st.lists(LINES, min_size=1, max_size=25),
    ends=st.lists(ENDS, min_size=28, max_size=28),
    at_once=st.integers(1, 60),
    last=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_any_ranges_give_the_rows_of_the_whole(
    before: list[bytes], lines: list[bytes], ends: list[bytes], at_once: int, last: bool
) -> None:
    pieces = [*before, HEADER.encode(), *lines]
    text = b"".join(line + end for line, end in zip(pieces, ends, strict=False))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mine.csv"
        path.write_bytes(text if last else text.rstrip(b"\r\n"))
        whole = Pool.read(path)
        header = plain_text_header(path)
        assert header is not None
        with parts_of_text(path, header, 2, at_once=at_once) as (parts, aside):
            pools = [part.pool() for part in parts]
    rows: dict[int, tuple[object, ...]] = {}
    for pool in pools:
        cells = [pool[column].tolist() for column in whole.columns]
        rows |= zip(pool.rows.tolist(), zip(*cells, strict=True), strict=True)
    cells = [whole[column].tolist() for column in whole.columns]
    # Programs that are written in two ways have one of them in each part.
    assert {row: own[:2] + own[3:] for row, own in rows.items()} == {
        row: own[:2] + own[3:]
        for row, own in zip(whole.rows.tolist(), zip(*cells, strict=True), strict=True)
    }
    found = [*aside, *(row for pool in pools for row in pool.set_aside)]
    assert tuple(sorted(found, key=lambda row: row.row)) == whole.set_aside


def test_several_processes_read_ranges(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    Pool(simulate(scaled(120, seed=2))).write(path)
    whole = Pool.read(path)
    header = plain_text_header(path)
    assert header is not None
    with (
        in_processes(2) as engine,
        parts_of_text(path, header, 30, engine=engine, at_once=4_000) as (parts, aside),
    ):
        assert not aside
        assert len(parts) > 1
        files = [name for part in parts for name in part.pool()["filename"]]
    assert sorted(files) == sorted(whole["filename"])


def test_other_files_are_read_as_a_whole(tmp_path: Path) -> None:
    pool = Pool(simulate(scaled(20, seed=2)))
    for name in ("mine.csv.gz", "mine.parquet", "mine.ecsv", "mine.fits"):
        pool.write(tmp_path / name)
        assert plain_text_header(tmp_path / name) is None
    assert plain_text_header(tmp_path / "none.csv") is None
    (tmp_path / "empty.csv").touch()
    assert plain_text_header(tmp_path / "empty.csv") is None
    (tmp_path / "odd.csv").write_text("no|header\n")
    with pytest.raises(PoolError, match="filename"):
        plain_text_header(tmp_path / "odd.csv")
