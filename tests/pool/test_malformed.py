"""Damaged text is read or refused in words, and no row of it is ever lost."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from asnsolve.errors import AsnsolveError
from asnsolve.pool import MANDATORY, Pool
from tests.pool.examples import TEXT

GOOD = TEXT.encode()
COMMAS = b"""\
filename,exp_type,program,obs_num,filter,asn_candidate
jw_1_uncal.fits,MIR_IMAGE,00009,1,F770W,"[('o001', 'OBSERVATION'), ('c1000', 'MOSAIC')]"
jw_2_uncal.fits,MIR_IMAGE,00009,1,"F""1000",

jw_3_uncal.fits,"MIR_IMAGE",00009,2,,"[('o002', 'OBSERVATION')]"
# jw_4
"""

NASTY = st.sampled_from(
    [
        *(b'"', b'""', b'"|', b'|"', b"|", b"||", b",", b";", b"\t", b"#", b"\n#", b"\n", b"\r"),
        *(
            b"\r\n",
            b"\n\n",
            b" ",
            b"\0",
            b"\xff",
            b"\xc3",
            b"\xef\xbb\xbf",
            b"\xfe\xff",
            b"\x1f\x8b",
        ),
        *(b"\xe2\x80\xa8", b"\x0b", b"\x0c", b"\x1c", b"\xc2\x85", b"\x7f", b"'", b"[(", b"null"),
        *(b"1000", b"[('o001')]", b"[" * 500, b"SIMPLE  =", b"PAR1", b"# %ECSV", b"x" * 5000),
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw a good pool and damage it a few times."""
    text = draw(st.sampled_from([GOOD, GOOD, COMMAS, GOOD.replace(b"\n", b"\r\n")]))
    rows = text.index(b"jw_1") if draw(st.integers(0, 5)) else 0
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(min(rows, len(text)), len(text)))
        end = min(len(text), at + draw(st.sampled_from([0, 1, 1, 2, 10, 100])))
        match draw(st.integers(0, 11)):
            case 0:
                text = text[:at]
            case 1:
                text = text[:at] + draw(st.binary(max_size=4)) + text[end:]
            case 2:
                text = text[:end] + text[at:]
            case 3:
                text = text[:at] + text[at:].replace(*draw(st.sampled_from(SWAPS)))
            case 4:
                text = text[:rows] + text[at:end] + text[rows:]
            case 5:
                lines = text.split(b"\n")
                chosen = draw(st.integers(0, len(lines) - 1))
                lines[chosen] = lines[chosen].replace(*draw(st.sampled_from(SWAPS)))
                text = b"\n".join(lines)
            case 6:
                column = draw(st.integers(0, 6))
                lines = [without(line, column) for line in text[rows:].split(b"\n")]
                text = text[:rows] + b"\n".join(lines)
            case 7 | 8:
                border = text.find(draw(st.sampled_from([b"|", b",", b"\n"])), at) + 1
                border -= draw(st.integers(0, 1))
                text = text[:border] + b'"' + text[border:]
            case _:
                text = text[:at] + draw(NASTY) + text[end:]
    return text


SWAPS = [(b"|", b";"), (b"|", b","), (b"|", b"\t"), (b"|", b'|"'), (b",", b"|"), (b"jw_", b"")]


def without(line: bytes, column: int) -> bytes:
    """Return a line without one cell."""
    cells = line.split(b"|")
    return b"|".join(cells[:column] + cells[column + 1 :])


def data_lines(text: bytes) -> int:
    """Count the lines that hold a row, by the rules of the format and by nothing else."""
    lines = re.split(b"\r\n|\r|\n", text.removeprefix(b"\xef\xbb\xbf"))
    full = [
        line for line in lines if line.strip(b" \t") and not line.strip(b" \t").startswith(b"#")
    ]
    return len(full) - 1


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Make a folder for all the examples of a test."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def test_undamaged_text_is_read_without_problems(folder: Path) -> None:
    for text, length in ((GOOD, 5), (COMMAS, 3)):
        (folder / "a_pool.csv").write_bytes(text)
        pool = Pool.read(folder / "a_pool.csv", strict=True)
        assert (len(pool), data_lines(text), len(pool.problems)) == (length, length, 0)


@settings(
    max_examples=500,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(damaged())
def test_no_row_is_lost_and_nothing_but_our_errors_is_raised(folder: Path, text: bytes) -> None:
    file = folder / "a_pool.csv"
    file.write_bytes(text)
    try:
        pool = Pool.read(file)
    except AsnsolveError as error:
        event("refused")
        assert str(error)
        return
    event("read with problems" if pool.problems else "read")
    assert set(MANDATORY) <= set(pool.columns)
    assert len(pool) + len(pool.set_aside) == data_lines(text)
    assert -1 not in pool.codes("filename")
    exposures = {tuple(row) for row in zip(*(pool.codes(c) for c in pool.columns), strict=True)}
    assert len(exposures) == len(pool)
    assert {aside.problem for aside in pool.set_aside} <= set(pool.problems)
    rows = [problem.location.row or 0 for problem in pool.problems]
    assert rows == sorted(rows)
    assert all(problem.location.file == str(file) for problem in pool.problems)
    if pool.problems:
        with pytest.raises(AsnsolveError) as caught:
            Pool.read(file, strict=True)
        assert caught.value.problems == pool.problems
    else:
        assert len(Pool.read(file, strict=True)) == len(pool)
