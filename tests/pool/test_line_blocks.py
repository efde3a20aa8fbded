"""Blocks of lines: which lines the bulk reader may take, and which need a careful look."""

from __future__ import annotations

import io

import pytest

from asnsolve.pool import line_blocks
from asnsolve.pool.line_blocks import MAX_LINE, blocks, divide

PLAIN = (
    b"a,b",
    b",",
    b'"a",b',
    b'a,"b"',
    b'"a","b"',
    b'"",b',
    b'"a,b",c',
    b'a,"b,c,d"',
    b'"a ""b""",c',
    b'"a"",""b",c',
    "é,b".encode(),
    b"a#,b",
)
"""Lines of two cells that a bulk reader cannot misread."""

TROUBLED = (
    b" ",
    b"a",
    b"a,b,c",
    b'"a"b,c',
    b'a"b",c',
    b'a"b"c,d',
    b'a"",b',
    b'"a,b',
    b'a,b"',
    b'"a,"b",c',
    b'"a,b"',
    b"a\xff,b",
    b"a\x80,b",
    b"\xff,b",
    b"\xef\xbb\xbfa,b",
)
"""Lines that have not two cells, or that a bulk reader could misread."""

COMMENTS = (b"#a,b", b" #,b", b"\t#a,b")


@pytest.mark.parametrize("line", PLAIN)
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_a_plain_line_is_for_the_bulk_reader(line: bytes, end: bytes) -> None:
    block = divide(line + end, 7, b",", 2)
    assert (block.plain, block.rows.tolist(), block.troubled) == (line + end, [7], ())


@pytest.mark.parametrize("line", TROUBLED + COMMENTS)
def test_a_troubled_line_is_left_to_a_careful_look(line: bytes) -> None:
    block = divide(line + b"\n", 7, b",", 2)
    assert (block.plain, block.rows.tolist(), block.troubled) == (b"", [], ((7, line),))


@pytest.mark.parametrize("line", TROUBLED + COMMENTS)
@pytest.mark.parametrize("neighbour", PLAIN)
def test_a_troubled_line_does_not_trouble_its_neighbours(line: bytes, neighbour: bytes) -> None:
    block = divide(b"\n".join([neighbour, line, line, neighbour, neighbour]), 11, b",", 2)
    assert block.plain == b"\n".join([neighbour] * 3)
    assert block.rows.tolist() == [11, 14, 15]
    assert block.troubled == ((12, line), (13, line))


@pytest.mark.parametrize("line", TROUBLED + COMMENTS)
@pytest.mark.parametrize("neighbour", PLAIN)
def test_one_troubled_line_does_not_trouble_its_neighbours(line: bytes, neighbour: bytes) -> None:
    block = divide(b"\n".join([neighbour, line, neighbour]), 11, b",", 2)
    assert (block.plain, block.troubled) == (neighbour + b"\n" + neighbour, ((12, line),))


def test_empty_lines_are_only_counted() -> None:
    block = divide(b"\n\na,b\n\n", 1, b",", 2)
    assert (block.plain, block.rows.tolist(), block.troubled) == (b"a,b\n", [3], ())
    assert block.count == 4


@pytest.mark.parametrize("size", [1, 2, 3, 7, 40])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_of_a_line_without_end_only_the_beginning_is_kept(
    monkeypatch: pytest.MonkeyPatch, size: int, end: bytes
) -> None:
    monkeypatch.setattr(line_blocks, "_BLOCK", size)
    monkeypatch.setattr(line_blocks, "MAX_LINE", 5)
    text = b"abc\n" + b"x" * 100 + b"\nabcde\n\n" + b"y" * 100 + end
    cut = b"".join(blocks(io.BytesIO(text))).split(b"\n")
    assert (cut[0], cut[2], cut[3]) == (b"abc", b"abcde", b"")
    assert all(5 < len(line) <= 5 + 40 for line in (cut[1], cut[4]))
    assert len(cut) == 5 + bool(end)


def test_a_line_that_begins_with_a_blank_is_plain_where_nothing_is_a_comment() -> None:
    assert divide(b" a,b\n\ta,b\n", 1, b",", 2).troubled == ()


def test_only_a_line_that_is_too_long_is_troubled() -> None:
    longest = b"a," + b"b" * (MAX_LINE - 2)
    block = divide(b"\n".join([longest, longest + b"b", longest]), 1, b",", 2)
    assert block.rows.tolist() == [1, 3]
    assert block.troubled == ((2, longest + b"b"),)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 100])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"", []),
        (b"a", [b"a"]),
        (b"ab\ncd\n", [b"ab\n", b"cd\n"]),
        (b"ab\rcd", [b"ab\n", b"cd"]),
        (b"ab\r\n\r\ncd\r", [b"ab\n", b"\n", b"cd\n"]),
        (b"\r\n\r\ra\n", [b"\n", b"\n", b"\n", b"a\n"]),
    ],
)
def test_blocks_hold_whole_lines_that_end_alike(
    monkeypatch: pytest.MonkeyPatch, size: int, text: bytes, lines: list[bytes]
) -> None:
    monkeypatch.setattr(line_blocks, "_BLOCK", size)
    cut = list(blocks(io.BytesIO(text)))
    assert b"".join(cut) == b"".join(lines)
    assert all(block.endswith(b"\n") for block in cut[:-1])
    assert [line for block in cut for line in block.splitlines(keepends=True)] == lines
    assert all(cut)


def test_a_quote_at_the_start_of_a_line_is_of_that_line() -> None:
    for line in (b'"a,b",c', b'"a",b', b'"",""'):
        block = divide(b'x"\n' + line + b"\n", 1, b",", 2)
        assert (block.plain, block.troubled) == (line + b"\n", ((1, b'x"'),))
