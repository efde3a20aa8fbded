"""The files that users name, and the cards of their headers."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest

from asnsolve.errors import Problem, UsageError
from asnsolve.pool.headers import Header, expanded, is_fits, read_header, read_headers

BLOCK = 2880


def block(*cards: str, end: bool = True) -> bytes:
    """Write cards as blocks of a header."""
    text = "".join(card.ljust(80) for card in (*cards, *(["END"] if end else [])))
    return text.ljust(-len(text) // BLOCK * -BLOCK).encode("latin-1")


PRIMARY = ("SIMPLE  =                    T", "BITPIX  =                    8")
EXTENSION = ("XTENSION= 'IMAGE   '", "BITPIX  =                  -32")


def file(folder: Path, *blocks: bytes, name: str = "a.fits") -> Path:
    """Write a file."""
    path = folder / name
    path.write_bytes(b"".join(blocks))
    return path


def values(path: Path, *keywords: str, further: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the values of a header that can be read."""
    header = read_header(path, {*keywords, *further} if keywords or further else None, further)
    assert isinstance(header, Header)
    assert (header.path, header.table) == (path, None)
    return dict(header.values)


def why(path: Path) -> str:
    """Return the reason why a header cannot be read."""
    problem = read_header(path)
    assert isinstance(problem, Problem)
    return str(problem).removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("card", "value"),
    [
        ("KEY     = 'A b  '", "A b"),
        ("KEY     = '  A b  '", "A b"),
        ("KEY     = ' '", None),
        ("KEY     =", None),
        ("KEY     =                    T", "T"),
        ("KEY     =                    F", "F"),
        ("KEY     =                   12 / a comment", "12"),
        ("KEY     =                  1.5", "1.5"),
        ("KEY     = 'it''s'", "it's"),
        ("KEY     = 'no end", None),
        ("KEY     'a'", None),
        ("KEY    ='a'", None),
        ("HIERARCH KEY = 'a'", None),
        ("COMMENT = 'a'", None),
    ],
)
def test_a_card_has_a_value_or_none(tmp_path: Path, card: str, value: str | None) -> None:
    assert values(file(tmp_path, block(*PRIMARY, card))).get("key") == value
    wanted = {} if value is None else {"key": value}
    assert values(file(tmp_path, block(*PRIMARY, card)), "key", "other") == wanted


def test_a_card_that_makes_no_sense_costs_no_other_card(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    cards = ("ONE     = 'no end", "K Y     = 1", "TARGNAME= 'a'")
    path = file(tmp_path, block(*PRIMARY, *cards), block(*EXTENSION, "TARGPROP= 'b'"))
    assert values(path)["targname"] == "a"
    assert values(path, "targname", "one", further=("targprop",)) == {
        "targname": "a",
        "targprop": "b",
    }
    assert not recwarn.list


def test_all_keywords_are_read_if_none_is_named(tmp_path: Path) -> None:
    path = file(tmp_path, block(*PRIMARY, "KEY     = 'a'"))
    assert values(path) == {"simple": "T", "bitpix": "8", "key": "a"}


def test_the_first_card_of_a_keyword_counts(tmp_path: Path) -> None:
    path = file(tmp_path, block(*PRIMARY, "KEY     = 'a'", "KEY     = 'b'"))
    assert values(path, "key") == {"key": "a"}


def test_a_value_goes_on_over_cards_and_blocks(tmp_path: Path) -> None:
    many = [f"K{number:<7}= {number}" for number in range(33)]
    cards = (*PRIMARY, *many, "KEY     = 'a&'", "CONTINUE  'b&'", "CONTINUE  'c'", "Z       = 'd'")
    path = file(tmp_path, block(*cards))
    assert values(path, "key", "z") == {"key": "abc", "z": "d"}
    assert values(path, "z") == {"z": "d"}
    # It continues the card before it, which is not wanted.
    cards = (*PRIMARY, "KEY     = 'a&'", "OTHER   = 'b&'", "CONTINUE  'c'")
    assert values(file(tmp_path, block(*cards)), "key")["key"].startswith("a")
    assert "c" not in values(file(tmp_path, block(*cards)), "key")["key"]


def test_what_follows_the_end_is_not_read(tmp_path: Path) -> None:
    path = file(tmp_path, block(*PRIMARY, "END", "KEY     = 'a'"))
    assert values(path, "key") == {}
    path = file(tmp_path, block(*PRIMARY, "ENDING  = 'a'", "KEY     = 'b'"))
    assert values(path, "key", "ending") == {"key": "b", "ending": "a"}


def test_a_keyword_may_be_in_the_first_extension(tmp_path: Path) -> None:
    first = block(*EXTENSION, "KEY     = 'x'", "MORE    = 'y'", "MORE    = 'z'", "NOT     = 'n'")
    second = block(*EXTENSION, "LAST    = 'l'")
    path = file(tmp_path, block(*PRIMARY, "KEY     = 'p'"), first, second)
    assert values(path, "key", further=("more", "last")) == {"key": "p", "more": "y"}
    assert values(path, further=("key", "more")) == {"key": "p", "more": "y"}
    assert values(path, "key", "more") == {"key": "p"}
    assert values(path, "more", further=("key",)) == {"key": "p"}


def test_an_extension_may_have_several_blocks(tmp_path: Path) -> None:
    many = [f"K{number:<7}= {number}" for number in range(80)]
    whole = block(*EXTENSION, *many, "KEY     = 'x'")
    assert len(whole) == 3 * BLOCK
    path = file(tmp_path, block(*PRIMARY), whole)
    assert values(path, further=("key", "k1")) == {"key": "x", "k1": "1"}
    # If an extension is cut off, its complete part is read.
    path = file(tmp_path, block(*PRIMARY), whole[:-10])
    assert values(path, further=("key", "k1")) == {"k1": "1"}


@pytest.mark.parametrize(
    "rest",
    [
        b"",
        block("NOT AN EXTENSION", "KEY     = 'x'"),
        block("NOT AN EXTENSION", end=False) + block("KEY     = 'x'"),
        block(*EXTENSION, "KEY     = 'x'")[:2879],
    ],
)
def test_a_file_without_an_extension_has_the_primary_header_alone(
    tmp_path: Path, rest: bytes
) -> None:
    assert values(file(tmp_path, block(*PRIMARY), rest), "bitpix", further=("key",)) == {
        "bitpix": "8"
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is not a FITS file; expected SIMPLE as its first keyword"),
        (b"no FITS", "the file is not a FITS file; expected SIMPLE as its first keyword"),
        (block(*PRIMARY)[:-1], "the file ends inside its primary header. Fetch it again."),
        (
            block(*PRIMARY, *["A"] * 34, end=False),
            "the file ends inside its primary header. Fetch it again.",
        ),
        (block(*PRIMARY, end=False) + block("A", end=False) * 999, "the primary header has no end"),
        (gzip.compress(block(*PRIMARY))[:30], "the file cannot be read: it ends too soon"),
        (
            b"\x1f\x8b" + b"x" * 30,
            "the file cannot be read: Unknown compression method",
        ),
    ],
    ids=range(7),
)
def test_a_header_that_cannot_be_read_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    assert why(file(tmp_path, content)) == said


def test_a_header_may_have_a_thousand_blocks(tmp_path: Path) -> None:
    longest = block(*PRIMARY, end=False) + block("A", end=False) * 998 + block("KEY     = 'a'")
    assert values(file(tmp_path, longest), "key") == {"key": "a"}
    path = file(tmp_path, gzip.compress(longest, 1), name="b.fits.gz")
    assert values(path, "key") == {"key": "a"}
    extension = block(*EXTENSION, end=False) + block("A", end=False) * 998
    path = file(tmp_path, block(*PRIMARY), extension, block("KEY     = 'a'"))
    assert values(path, further=("key",)) == {"key": "a"}
    path = file(tmp_path, block(*PRIMARY), extension, block("A", end=False), block("KEY     = 'a'"))
    assert values(path, further=("key",)) == {}


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert why(tmp_path / "none.fits") == "the file cannot be read: No such file or directory"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.fits", True),
        ("A.FITS.GZ", True),
        ("a.fits.gz", True),
        ("a.fit", False),
        ("a.fits.bz2", False),
        ("a.gz", False),
    ],
)
def test_the_name_tells_a_fits_file(name: str, expected: bool) -> None:
    assert is_fits(Path("x.fits") / name) == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_many_headers_come_in_the_order_of_the_files(tmp_path: Path, jobs: int) -> None:
    extension = block(*EXTENSION, "MORE    = 'x'")
    paths = [
        file(tmp_path, block(*PRIMARY, f"KEY     = {number}"), extension, name=f"{number}.fits")
        for number in range(600)
    ]
    paths[300].unlink()
    heard: list[str] = []
    found = list(read_headers(paths, ["key"], jobs=jobs, on_file=heard.append))
    assert heard == [path.name for path in paths]
    assert [one.path for one in found if isinstance(one, Header)] == paths[:300] + paths[301:]
    assert [one.values for one in found if isinstance(one, Header)] == [
        {"key": str(number)} for number in range(600) if number != 300
    ]
    further = list(read_headers(paths[:2], ["more"], further=["more"], jobs=jobs))
    assert [one.values for one in further if isinstance(one, Header)] == [{"more": "x"}] * 2
    assert str(found[300]) == f"{paths[300]}: the file cannot be read: No such file or directory"


def _read_or_end(path: Path, **_: object) -> Header:
    if path.name == "256.fits":
        os._exit(1)
    return Header(path, {})


def test_a_process_that_ends_costs_the_files_that_it_was_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [file(tmp_path, block(*PRIMARY), name=f"{number}.fits") for number in range(257)]

    monkeypatch.setattr("asnsolve.pool.headers.read_header", _read_or_end)
    found = list(read_headers(paths, [], jobs=2))
    assert [isinstance(one, Header) for one in found] == [True] * 256 + [False]
    assert str(found[256]).startswith(f"{paths[256]}: the file cannot be read: ")


def named(folder: Path, *names: str | Path, **options: Any) -> list[str]:
    """Return the files that match names, and problems, without the folder."""
    return [
        str(found).replace(f"{folder}/", "").replace(str(folder), ".")
        for found in expanded([folder / name for name in names], **options)
    ]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Make a folder with some files."""
    for name in ("b.fits", "sub/a.fits.gz", "sub/c.txt", "x1.fits", "x2.fits"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    return tmp_path


EVERY = ["b.fits", "sub/a.fits.gz", "x1.fits", "x2.fits"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([""], EVERY),
        (["x1.fits", "b.fits"], ["b.fits", "x1.fits"]),
        (["sub/c.txt"], ["sub/c.txt"]),
        (["x?.fits"], ["x1.fits", "x2.fits"]),
        (["x[2-9].fits"], ["x2.fits"]),
        (["*/*"], ["sub/a.fits.gz", "sub/c.txt"]),
        (["**/a*"], ["sub/a.fits.gz"]),
        (["b.fits", ""], EVERY),
        (["b.fits", "*.fits"], ["b.fits", "x1.fits", "x2.fits"]),
        (["b.fits", "b.fits"], ["b.fits", "b.fits: the file is named twice"]),
        (["empty"], ["empty: it holds no FITS file"]),
        (["none.fits"], ["none.fits: there is no such file"]),
        (["y*"], ["y*: there is no such file"]),
        (["none.fits", "none.fits"], ["none.fits: there is no such file"] * 2),
    ],
)
def test_names_stand_for_files(files: Path, names: list[str], expected: list[str]) -> None:
    assert named(files, *names) == expected


def test_other_files_can_be_wanted(files: Path) -> None:
    def is_text(path: Path) -> bool:
        return path.suffix == ".txt"

    assert named(files, "", wanted=is_text, kind="text") == ["sub/c.txt"]
    assert named(files, "empty", wanted=is_text, kind="text") == ["empty: it holds no text"]


def test_a_pipe_is_no_plain_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.fits")
    assert named(tmp_path, "pipe.fits") == ["pipe.fits: it is not a plain file"]
    # In a folder it is listed all the same, so that reading it reports why it is left out.
    assert named(tmp_path, "*.fits") == ["*.fits: there is no such file"]


def test_a_name_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    for name in (b"\xff.fits", b"a.fits"):
        (tmp_path / os.fsdecode(name)).touch()
    found = list(expanded([tmp_path]))
    assert found[:1] == [tmp_path / "a.fits"]
    (problem,) = found[1:]
    assert isinstance(problem, Problem)
    assert "the name is not UTF-8, so no association can hold it" in str(problem)
    assert "ff.fits" in str(problem)


def test_a_list_names_files_beside_it(files: Path) -> None:
    listed = files / "sub" / "list.txt"
    listed.write_text("# mine\n\n  a.fits.gz  \n../b.fits\n")
    found = list(expanded([f"@{listed}"]))
    assert found == [files / "sub" / "../b.fits", files / "sub" / "a.fits.gz"]
    told = [str(one) for one in expanded([f"@{files}/none", f"@{files}/bad", files / "b.fits"])]
    (files / "bad").write_bytes(b"\xff")
    again = [str(one) for one in expanded([f"@{files}/bad"])]
    missing = "the list cannot be read: No such file or directory"
    assert told == [str(files / "b.fits"), f"{files}/none: {missing}", f"{files}/bad: {missing}"]
    assert again == [f"{files}/bad: the list cannot be read: it is not text"]


@pytest.mark.parametrize("given", [7, [7], [None, "a"]])
def test_what_is_no_name_is_refused(given: Any) -> None:
    kind = "NoneType" if isinstance(given, list) and given[0] is None else "int"
    with pytest.raises(UsageError) as caught:
        list(expanded(given))
    assert str(caught.value) == (
        f"the files hold a value of type {kind}, which is not the name of a file; expected paths. "
        "Of an astropy HDUList, pass its filename()."
    )


@pytest.mark.parametrize("names", [[""], ["a.fits", " "]])
def test_an_empty_name_is_not_the_working_directory(names: list[str]) -> None:
    with pytest.raises(UsageError, match="the name of a file is empty"):
        list(expanded(names))
