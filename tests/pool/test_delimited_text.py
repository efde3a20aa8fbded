from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.csv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asnsolve.errors import Location, PoolError, UsageError
from asnsolve.pool import Pool
from asnsolve.pool.delimited_text import Header, check_refused, read_header, read_lines, read_text
from asnsolve.pool.line_blocks import MAX_LINE, is_simple
from tests.pool.examples import TEXT, cells, read, rows


def refusal(path: Path, text: str | bytes, name: str = "a_pool.csv") -> str:
    """Return the message of a text that is no pool, without the folder's name."""
    with pytest.raises(PoolError) as caught:
        read(path, text, name)
    return str(caught.value).replace(f"{path}/", "")


def only_problem(path: Path, text: str | bytes) -> str:
    """Return the one problem of a text, without the folder's name."""
    (problem,) = read(path, text).problems
    return str(problem).replace(f"{path}/", "")


def test_cells_are_stripped_and_lower_cased_and_null_words_are_missing(tmp_path: Path) -> None:
    pool = read(tmp_path, TEXT)
    assert pool.problems == ()
    assert pool.name == "a_pool"
    assert cells(pool) == {
        "filename": tuple(f"jw_{k}_uncal.fits" for k in (1, 2, 3, 5, 6)),
        "program": ("00009", "00009", "00009", "00010", "00010"),
        "obs_num": ("1", "1", "2", "2", "3"),
        "exp_type": ("mir_image", "mir_image", "mir_image", "mir_mrs", "mir_mrs"),
        "filter": ("f770w", "f1000w", "f770w", None, None),
        "is_psf": (None, None, "t", None, None),
        "asn_candidate": (
            "[('o001', 'observation'), ('c1000', 'mosaic')]",
            "[('o001', 'observation'), ('c1000', 'mosaic')]",
            "[('o002', 'observation')]",
            "[('o002', 'observation')]",
            None,
        ),
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_mark_make_no_difference(tmp_path: Path, end: str) -> None:
    other = read(tmp_path, "\ufeff" + TEXT.rstrip("\n").replace("\n", end))
    assert cells(other) == cells(read(tmp_path, TEXT))
    assert other.problems == ()


def test_a_line_end_may_fall_between_two_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = rows("a|x|1|", "b|x|1|bad", "c|x|1|", "d|x|1|worse").replace("\n", "\r\n")
    for block in (1, 2, 5, 7, text.index("\n")):
        monkeypatch.setattr("asnsolve.pool.line_blocks._BLOCK", block)
        pool = read(tmp_path, text)
        assert pool.values("filename") == ("a", "b", "c", "d")
        assert [problem.location.row for problem in pool.problems] == [3, 5]


def test_row_numbers_are_line_numbers_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = rows("a|x|1|", "", "b|x|1|bad", "# no", ' "c" |x|1|worse', "d|x|1|[]", "e|x|1|worst")
    for block in (5, 50, 5000):
        monkeypatch.setattr("asnsolve.pool.line_blocks._BLOCK", block)
        pool = read(tmp_path, text)
        assert [problem.location.row for problem in pool.problems] == [4, 6, 8]
        assert pool.values("filename") == ("a", "b", "c", "d", "e")
        assert pool.codes("filename").tolist() == [0, 1, 2, 3, 4]


def test_rows_of_other_blocks_are_set_aside_as_they_stood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = rows("a|X|1|", "b|x|1|", "|X|2|", "a|X|1|")
    for block in (5, 9, 5000):
        monkeypatch.setattr("asnsolve.pool.line_blocks._BLOCK", block)
        pool = read(tmp_path, text)
        assert cells(pool)["filename"] == ("a", "b")
        assert [(aside.row, aside.text) for aside in pool.set_aside] == [
            (4, "|X|2|"),
            (5, "a|X|1|"),
        ]


LINES = (
    "a|x|1|",
    "b|X|1|[]",
    "",
    " ",
    "c|x",
    "d|x|1||",
    "e|y|1|\t",
    "f|é|1|",
    '"g"|x|1|',
    "#h|x|1|",
)


@given(st.lists(st.sampled_from(LINES)), st.booleans(), st.sampled_from([1, 9, 30, 5000]))
def test_simple_blocks_are_read_as_others_are(lines: list[str], ended: bool, block: int) -> None:
    text = rows(*lines).encode()
    text = text if ended else text.removesuffix(b"\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("asnsolve.pool.line_blocks._BLOCK", block)
        quick = read_text(io.BytesIO(text), "a pool")
        patch.setattr("asnsolve.pool.delimited_text.is_simple", lambda _: False)
        careful = read_text(io.BytesIO(text), "a pool")
    assert quick.rows.tolist() == careful.rows.tolist()
    assert [c.to_pylist() for c in quick.columns] == [c.to_pylist() for c in careful.columns]
    assert quick.set_aside == careful.set_aside


@pytest.mark.parametrize(
    ("text", "simple"),
    [
        (b"a|b\nc|d\n", True),
        (b"a|b\nc|d", True),
        (b'a|"b"\n', False),
        (b"a#|b\n", False),
        ("a|é\n".encode(), False),
        (b"a" * MAX_LINE + b"\n" + b"b" * MAX_LINE, True),
        (b"a" * MAX_LINE + b"\n" + b"b" * MAX_LINE + b"\n", True),
        (b"a\n" + b"b" * (MAX_LINE + 1), False),
        (b"b" * (MAX_LINE + 1) + b"\na\n", False),
    ],
)
def test_simple_texts_have_no_quotes_no_comments_and_no_long_lines(
    text: bytes, simple: bool
) -> None:
    assert is_simple(text) == simple


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"a|b"', "a|b"),
        ('  "a|b"  ', "a|b"),
        ('"say ""a"""', 'say "a"'),
        (' "say ""a""" ', 'say "a"'),
        ('\t"a|b"\t', "a|b"),
        ('X"a"X', 'x"a"x'),
        ('5" slit', '5" slit'),
        ('a""b', 'a""b'),
        ('" NULL "', None),
        ('""', None),
        ('""""', '"'),
        ('"# no comment"', "# no comment"),
        ("é 'Ω'", "é 'ω'"),
    ],
)
def test_quotes_enclose_whole_cells(tmp_path: Path, cell: str, value: str | None) -> None:
    pool = read(tmp_path, rows("f0|x|1|", f"f1|{cell}|1|", "f2|x|1|"))
    assert pool.problems == ()
    assert pool.value(1, "exp_type") == value
    assert cells(pool)["filename"] == ("f0", "f1", "f2")


@pytest.mark.parametrize("cell", ['"a', '"a"b', '"a""', '" " "', '"'])
def test_quotes_that_do_not_match_cost_their_own_line_only(tmp_path: Path, cell: str) -> None:
    pool = read(tmp_path, rows("f0|x|1|", f"f1|{cell}|1|", 'f2|"x"|1|'))
    assert cells(pool)["filename"] == ("f0", "f2")
    (aside,) = pool.set_aside
    assert (aside.row, aside.text) == (3, f"f1|{cell}|1|")
    assert pool.problems == (aside.problem,)
    assert aside.problem.location == Location(str(tmp_path / "a_pool.csv"), 3)
    assert "quotes of the line do not enclose whole cells" in aside.problem.what


def test_an_open_quote_in_the_last_cell_does_not_swallow_the_next_line(tmp_path: Path) -> None:
    pool = read(tmp_path, rows("f0|x|1|", 'f1|x|1|"', 'f2|x|1|"a"', "f3|x|1|"))
    assert cells(pool)["filename"] == ("f0", "f2", "f3")
    assert [aside.row for aside in pool.set_aside] == [3]


def test_a_delimiter_inside_quotes_makes_no_cell(tmp_path: Path) -> None:
    pool = read(tmp_path, rows('"f|0"|x|1|', '"f|1"|x|1', '"f|2"|x|1||'))
    assert cells(pool)["filename"] == ("f|0",)
    assert [aside.problem.what for aside in pool.set_aside] == [
        "the line has 3 cells",
        "the line has 5 cells",
    ]


@pytest.mark.parametrize("start", ["#", " #", "\t #", "##"])
def test_comments_may_look_like_rows(tmp_path: Path, start: str) -> None:
    pool = read(tmp_path, rows("f0|x|1|", f"{start}f1|x|1|", "f#2|x|1|"))
    assert cells(pool)["filename"] == ("f0", "f#2")
    assert pool.problems == ()


def test_lines_with_too_few_or_too_many_cells_are_set_aside(tmp_path: Path) -> None:
    pool = read(tmp_path, rows("f0|x|1|", "f1|x", 'f2|"|"|1||', "f3", "f4|x|1|"))
    assert cells(pool)["filename"] == ("f0", "f4")
    assert [str(aside.problem).replace(f"{tmp_path}/", "") for aside in pool.set_aside] == [
        "a_pool.csv, row 3: the line has 2 cells; expected 4, as in the header",
        "a_pool.csv, row 4: the line has 5 cells; expected 4, as in the header",
        "a_pool.csv, row 5: the line has 1 cell; expected 4, as in the header",
    ]
    assert pool.problems == tuple(aside.problem for aside in pool.set_aside)


def test_bytes_that_are_not_utf8_set_their_line_aside(tmp_path: Path) -> None:
    text = rows("f0|é|1|", "f1|x?|1|", "f2|ü|1|").encode().replace(b"?", b"\xe9")
    pool = read(tmp_path, text)
    assert cells(pool)["exp_type"] == ("é", "ü")
    (aside,) = pool.set_aside
    assert (aside.row, aside.text) == (3, r"f1|x\xe9|1|")
    assert aside.problem.what == "byte 5 of the line, 0xe9, is not valid UTF-8"


def test_control_characters_set_their_row_aside(tmp_path: Path) -> None:
    pool = read(tmp_path, rows("f0|x|1|", "f1|x\0y|1|", "f2|x|1|\x07"))
    assert cells(pool)["filename"] == ("f0",)
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in pool.problems] == [
        r"a_pool.csv, row 3, column exp_type: the cell 'x\x00y' holds a control character",
        r"a_pool.csv, row 4, column asn_candidate: the cell '\x07' holds a control character",
    ]
    assert [aside.text for aside in pool.set_aside] == ["f1|x\0y|1|", "f2|x|1|\x07"]


def test_other_line_breaks_inside_a_cell_are_read_as_spaces(tmp_path: Path) -> None:
    pool = read(tmp_path, rows("f0|x\u2028y|1|"))
    assert pool.value(0, "exp_type") == "x y"
    assert pool.set_aside == ()
    assert [problem.what for problem in pool.problems] == [
        r"the cell 'x\u2028y' holds a line break, read as a space"
    ]


def test_a_row_without_file_name_is_set_aside(tmp_path: Path) -> None:
    pool = read(tmp_path, rows("f0|x|1|", " NULL |X|1|"))
    (aside,) = pool.set_aside
    assert (len(pool), aside.row, aside.text) == (1, 3, " NULL |X|1|")
    assert str(aside.problem).endswith(
        "a_pool.csv, row 3, column filename: the row has no file name"
    )


@pytest.mark.parametrize("cell", ["1000", "ASN_CANDIDATE", "[('o001')]", "[(1, 2)]", "[('', 'x')]"])
def test_a_bad_candidate_cell_is_reported_and_the_exposure_kept(tmp_path: Path, cell: str) -> None:
    pool = read(tmp_path, rows("f0|x|1|[('o001', 'observation')]", f"f1|x|1|{cell}"))
    assert len(pool) == 2
    assert pool.candidates.rows.tolist() == [0]
    assert pool.set_aside == ()
    (problem,) = pool.problems
    assert str(problem).replace(f"{tmp_path}/", "") == (
        f"a_pool.csv, row 3, column asn_candidate: {cell!r} names no candidates; "
        "expected a list of pairs such as [('o001', 'observation')]"
    )


def test_a_long_cell_is_shortened_in_messages(tmp_path: Path) -> None:
    message = only_problem(tmp_path, rows("f0|x|1|" + "y" * 1000))
    assert "'" + "y" * 120 + "'... (1,000 characters) names no candidates" in message


def test_a_very_long_line_is_set_aside(tmp_path: Path) -> None:
    pool = read(tmp_path, rows("f0|x|1|", "f1|" + "x" * 10 * MAX_LINE + "|1|", "f2|x|1|"))
    assert cells(pool)["filename"] == ("f0", "f2")
    assert pool.problems[0].what == f"the line has more than {MAX_LINE:,} bytes"
    message = refusal(tmp_path, "x" * 10 * MAX_LINE)
    assert (
        message == "a_pool.csv, row 1: the header is a line of more than 1,048,576 bytes; "
        "expected a header line with the column names"
    )


@pytest.mark.parametrize("start", ["b", '"b"', ' "b"'])
def test_a_line_may_be_as_long_as_the_longest(tmp_path: Path, start: str) -> None:
    """The second line begins where the bulk reader would cut if it read less at a time."""
    before = f"a|{'x' * (MAX_LINE - 6)}|1|"
    longest = f"{start}|{'y' * (MAX_LINE - 4 - len(start))}|1|"
    assert (len(before), len(longest)) == (MAX_LINE - 1, MAX_LINE)
    pool = read(tmp_path, rows(before, longest, "c|x|1|"))
    assert pool.set_aside == ()
    assert cells(pool)["filename"] == ("a", "b", "c")


def test_of_a_long_line_that_is_set_aside_the_beginning_is_kept(tmp_path: Path) -> None:
    (aside,) = read(tmp_path, rows("f0|x|1|", "f1" + "|x" * 10_000)).set_aside
    assert aside.text.startswith("f1|x|x")
    assert aside.text.endswith("|x...")
    assert len(aside.text) == 4_003
    (aside,) = read(tmp_path, rows("f0|x|1|", "f1|" + "x" * 3_997)).set_aside
    assert aside.text == "f1|" + "x" * 3_997


def test_a_text_is_refused_if_most_lines_are_not_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asnsolve.pool.delimited_text._MOST_REFUSED", 3)
    assert len(read(tmp_path, rows("f0|x|1|", *["x"] * 3)).set_aside) == 3
    assert "more than 3 lines cannot be read as rows" in refusal(
        tmp_path, rows("f0|x|1|", *["x"] * 4)
    )
    for quote in ("", ' "'):
        many = [f"{quote}f{number}{quote[::-1]}|x|1|" for number in range(5)]
        assert len(read(tmp_path, rows(*many, *["x"] * 4)).set_aside) == 4


def test_a_hundred_thousand_lines_that_are_not_rows_are_the_most() -> None:
    check_refused(100_000, 0, "mine")
    check_refused(100_001, 100_001, "mine")
    with pytest.raises(PoolError) as caught:
        check_refused(100_001, 100_000, "mine")
    assert str(caught.value) == (
        "mine: more than 100,000 lines cannot be read as rows; expected a pool. "
        "Check the delimiter, and that the file is a pool."
    )


def test_a_repeated_row_is_set_aside(tmp_path: Path) -> None:
    pool = read(tmp_path, rows("f0|x|1|", "f1|x|1|", "f0| X|1|null"))
    assert cells(pool)["filename"] == ("f0", "f1")
    assert [aside.row for aside in pool.set_aside] == [4]
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in pool.problems] == [
        "a_pool.csv, row 4, column filename: the row repeats row 2; "
        "expected one row for each exposure"
    ]


def test_rows_that_say_different_things_of_one_file_are_kept_and_reported(tmp_path: Path) -> None:
    pool = read(
        tmp_path, rows("b|x|1|", "a|x|1|", "c|x|1|", "a|x|1|", "b|w|1|", "b|x|1|", "a|x|1|")
    )
    assert cells(pool)["filename"] == ("b", "a", "c", "b")
    assert cells(pool)["exp_type"] == ("x", "x", "x", "w")
    assert [(aside.row, aside.problem.what) for aside in pool.set_aside] == [
        (5, "the row repeats row 3"),
        (7, "the row repeats row 2"),
        (8, "the row repeats row 3"),
    ]
    assert [(problem.location.row, problem.what) for problem in pool.problems] == [
        (2, "row 6 has the same file name, but differs in exp_type"),
        (5, "the row repeats row 3"),
        (7, "the row repeats row 2"),
        (8, "the row repeats row 3"),
    ]


def test_each_of_several_rivals_is_reported_once(tmp_path: Path) -> None:
    lines = ["f0|mir_tacq|1|", "f0|mir_image|2|", "f0|mir_image|1|", "f1|x|1|"]
    for order in ([0, 1, 2, 3], [2, 1, 0, 3], [3, 1, 2, 0], [2, 3, 0, 1]):
        pool = read(tmp_path, rows(*(lines[k] for k in order)))
        assert (len(pool), pool.set_aside) == (4, ())
        assert sorted(problem.what.split("in ")[1] for problem in pool.problems) == [
            "exp_type, program",
            "program",
        ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a_pool.csv: the file is empty; expected a header line with the column names"),
        (
            "\n# filename|exp_type\n  \n",
            "a_pool.csv: the file holds nothing but blank lines and comments; "
            "expected a header line with the column names",
        ),
        (
            "filename|exptype|program|asn_candidate\n",
            "a_pool.csv, row 1: there is no column exp_type. Did you mean exptype?",
        ),
        (
            "file|what\n",
            "a_pool.csv, row 1: there is no column filename. Did you mean file?\n"
            "a_pool.csv, row 1: there is no column exp_type. Columns found: file, what.\n"
            "a_pool.csv, row 1: there is no column program. Columns found: file, what.\n"
            "a_pool.csv, row 1: there is no column asn_candidate. Columns found: file, what.",
        ),
        (
            "# c\nfilename;exp_type;program;asn_candidate\n",
            "a_pool.csv, row 2: the header is one cell when divided at '|'; expected filename, "
            "exp_type, program, asn_candidate among the names. The delimiter seems to be ';': "
            "give it as delimiter=';'.",
        ),
        (
            "filename\texp_type\tprogram\tasn_candidate\n",
            "a_pool.csv, row 1: the header is one cell when divided at '|'; expected filename, "
            "exp_type, program, asn_candidate among the names. The delimiter seems to be a tab: "
            r"give it as delimiter='\t'.",
        ),
        (
            "filename||program|asn_candidate|exp_type|",
            "a_pool.csv, row 1: column 2 of 6 has no name\n"
            "a_pool.csv, row 1: column 6 of 6 has no name. A delimiter at the end of the header "
            "makes an empty name.",
        ),
        (
            "filename|exp_type|program|Asn_Candidate|ASN_CANDIDATE\n",
            "a_pool.csv, row 1: columns 4 and 5 are both named asn_candidate. Upper and lower case "
            "make no difference in names.",
        ),
        (
            "filename|exp_type|program|asn_candidate|a\x07b\n",
            r"a_pool.csv, row 1: the name 'a\x07b' of column 5 of 5 holds a control character, "
            "or is not UTF-8",
        ),
        (
            'filename|"exp_type|program|asn_candidate\n',
            "a_pool.csv, row 1: the quotes of the header do not enclose whole cells",
        ),
        (
            b"filename|\xff\n",
            "a_pool.csv, row 1: the header is not UTF-8 text (invalid start byte at byte 10). "
            "Save the pool as UTF-8 text.",
        ),
        (
            "filename|exp_type".encode("utf-16-le"),
            "a_pool.csv, row 1: the header holds NUL bytes: this is not a text file",
        ),
        (
            "filename|exp_type".encode("utf-16"),
            "a_pool.csv: the file is UTF-16 text; expected a pool. Save the pool as UTF-8 text.",
        ),
        (
            bytes(range(128, 256)) * 50,
            "a_pool.csv, row 1: the header is not UTF-8 text (invalid start byte at byte 1). "
            "Save the pool as UTF-8 text.",
        ),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    assert refusal(tmp_path, text) == message


@pytest.mark.parametrize("block", [1, 4, 9, 5000])
def test_the_line_of_the_header_is_told_across_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr("asnsolve.pool.line_blocks._BLOCK", block)
    text = "# c\n\n# d\nfilename|exp_type|program\n"
    assert refusal(tmp_path, text).startswith("a_pool.csv, row 4: there is no column asn_candidate")
    # A byte order mark counts only at the beginning of the text.
    text = "# c\n\ufeff# d\n" + rows()
    assert refusal(tmp_path, text).startswith("a_pool.csv, row 2: ")


def test_a_text_without_a_line_is_empty() -> None:
    with pytest.raises(PoolError) as caught:
        read_text(io.BytesIO(b""), "mine")
    expected = "expected a header line with the column names"
    assert str(caught.value) == f"mine: the file is empty; {expected}"
    with pytest.raises(PoolError, match="the file holds nothing but blank lines and comments"):
        read_text(io.BytesIO(b"#"), "mine")


def test_a_header_may_be_as_long_as_a_row(tmp_path: Path) -> None:
    header = rows().strip() + "|"
    longest = header + "x" * (MAX_LINE - len(header))
    assert len(read(tmp_path, f"{longest}\na|x|1||\n").columns) == 5
    assert "the header is a line of more than" in refusal(tmp_path, f"{longest}x\na|x|1||\n")


def test_blanks_around_names_do_not_hide_the_delimiter(tmp_path: Path) -> None:
    pool = read(tmp_path, "filename , exp_type , program , asn_candidate\na,x,1,\n")
    assert pool.values("exp_type") == ("x",)
    header = "filename , exp_type , program , asn_candidate ,a|b"
    assert read(tmp_path, f"{header}\na,x,1,,y\n").values("a|b") == ("y",)


def test_a_header_without_rows_is_a_pool_of_no_exposures_and_reported(tmp_path: Path) -> None:
    pool = read(tmp_path, rows())
    assert len(pool) == 0
    assert pool.columns == ("filename", "exp_type", "program", "asn_candidate")
    assert pool.values("filename") == ()
    assert len(pool.candidates.rows) == 0
    assert [problem.what for problem in pool.problems] == ["the pool holds no exposures"]


def test_the_delimiter_is_found_in_the_header(tmp_path: Path) -> None:
    expected = cells(read(tmp_path, TEXT))
    pool = read(tmp_path, TEXT)
    pool.write(tmp_path / "b.csv", format="csv")
    pool.write(tmp_path / "c.txt", delimiter=";")
    assert cells(Pool.read(tmp_path / "b.csv")) == expected
    assert cells(Pool.read(tmp_path / "b.csv", format="csv")) == expected
    assert cells(Pool.read(tmp_path / "a_pool.csv", format="text")) == expected
    assert cells(Pool.read(tmp_path / "a_pool.csv", format="ascii", delimiter="|")) == expected
    assert cells(Pool.read(tmp_path / "c.txt", delimiter=";")) == expected
    with pytest.raises(PoolError, match=r"divided at '\|'.*delimiter=','"):
        Pool.read(tmp_path / "b.csv", format="text")


def test_a_tab_divides_cells_and_its_empty_cells_are_no_blank_line(tmp_path: Path) -> None:
    file = tmp_path / "p.tsv"
    file.write_text(
        "filename\texp_type\tprogram\tasn_candidate\n"
        'f0\t"a\tb"\t1\t\n\t\t\t\n\t\t\n  \n # no\n "f1"\tX"a"X\t 1 \t\n'
    )
    pool = Pool.read(file, delimiter="\t")
    assert cells(pool)["exp_type"] == ("a\tb", 'x"a"x')
    assert [aside.row for aside in pool.set_aside] == [3, 4]


@pytest.mark.parametrize("delimiter", list("!$~|,;"))
def test_any_mark_can_divide_cells(tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "p.txt"
    file.write_text(rows("a|x|1|").replace("|", delimiter))
    assert Pool.read(file, delimiter=delimiter).values("exp_type") == ("x",)


def test_a_letter_is_not_taken_for_a_delimiter(tmp_path: Path) -> None:
    message = refusal(tmp_path, rows("aXxX1X").replace("|", "X"))
    assert message.startswith("a_pool.csv, row 1: there is no column filename. ")


def test_lines_are_read_apart_from_their_header() -> None:
    text = ("# c\n" + rows("a|x|1|", "# no", "", "b|x", "c|x|1|")).encode()
    header = read_header(io.BytesIO(text), "mine")
    assert header == Header(("filename", "exp_type", "program", "asn_candidate"), "|", 2)
    raw, count = read_lines(io.BytesIO(b"".join(text.splitlines(keepends=True)[2:])), header, "m")
    assert (raw.rows.tolist(), count) == ([1, 5], 5)
    assert [str(aside.problem) for aside in raw.set_aside] == [
        "m, row 4: the line has 2 cells; expected 4, as in the header"
    ]
    assert raw.columns[0].to_pylist() == ["a", "c"]


@pytest.mark.parametrize("delimiter", ["", "||", '"', "#", " ", "\n", "a", "X", "7", "é", "\x7f"])
def test_what_cannot_divide_cells_is_refused(tmp_path: Path, delimiter: str) -> None:
    pool = read(tmp_path, TEXT)
    with pytest.raises(UsageError) as caught:
        Pool.read(tmp_path / "a_pool.csv", delimiter=delimiter)
    expected = "one mark such as '|' or ',', or a tab"
    assert str(caught.value) == f"{delimiter!r} cannot be a delimiter; expected {expected}"
    with pytest.raises(UsageError, match="cannot be a delimiter"):
        pool.write(tmp_path / "b.csv", delimiter=delimiter)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a|x", "the line has 2 cells; expected 4, as in the header"),
        ("a", "the line has 1 cell; expected 4, as in the header"),
        ("a|x|1||", "the line has 5 cells; expected 4, as in the header"),
        (
            'a|"x"y|1|',
            "the quotes of the line do not enclose whole cells. A quoted cell does not span lines; "
            "a quote inside it is doubled.",
        ),
        (
            "a" * (MAX_LINE + 1),
            "the line has more than 1,048,576 bytes",
        ),
        (b"a|x\xff|1|", "byte 4 of the line, 0xff, is not valid UTF-8"),
    ],
    ids=range(6),
)
def test_a_line_that_is_no_row_is_set_aside_with_the_reason(
    tmp_path: Path, line: str | bytes, said: str
) -> None:
    raw = line if isinstance(line, bytes) else line.encode()
    text = rows("b|x|1|").encode() + raw + b"\n"
    assert only_problem(tmp_path, text) == f"a_pool.csv, row 3: {said}"
    (aside,) = read(tmp_path, text).set_aside
    whole = raw.decode(errors="backslashreplace")
    assert (aside.row, aside.text[:4000]) == (3, whole[:4000])


@pytest.mark.parametrize("format_", ["ascii.csv", "csv"])
def test_text_is_read_by_asnsolve_whatever_astropy_calls_it(tmp_path: Path, format_: str) -> None:
    file = tmp_path / "p.csv"
    file.write_text(rows("a|x|01|", "b|x").replace("|", ","))
    pool = Pool.read(file, format=format_)
    assert (pool.values("program"), [aside.row for aside in pool.set_aside]) == (("01",), [3])


def test_gzipped_text_is_unpacked(tmp_path: Path) -> None:
    packed = gzip.compress(TEXT.encode())
    pool = read(tmp_path, packed, "b_pool.csv.gz")
    assert pool.name == "b_pool"
    assert cells(pool) == cells(read(tmp_path, TEXT))
    assert "the file cannot be read: Compressed file ended" in refusal(tmp_path, packed[:-20])
    assert "the file cannot be read: " in refusal(tmp_path, packed[:30] + b"xx" + packed[32:])


def test_strict_reading_raises_all_problems(tmp_path: Path) -> None:
    text = rows("f0|x|1|bad", "f1|x", "|x|1|")
    problems = read(tmp_path, text).problems
    assert len(problems) == 3
    with pytest.raises(PoolError) as caught:
        Pool.read(tmp_path / "a_pool.csv", strict=True)
    assert caught.value.problems == problems
    assert len(str(caught.value).splitlines()) == 3
    good = tmp_path / "good.csv"
    good.write_text(TEXT)
    assert len(Pool.read(good, strict=True)) == 5


@pytest.mark.parametrize("count", [10_000, 10_001])
def test_pools_have_ten_thousand_columns_at_most(tmp_path: Path, count: int) -> None:
    header = "|".join(
        ["filename", "exp_type", "program", "asn_candidate", *map(str, range(4, count))]
    )
    text = f"{header}\na{'|' * (count - 1)}\n"
    if count == 10_000:
        assert len(read(tmp_path, text).columns) == count
    else:
        assert "there are 10,001 columns; expected at most 10,000" in refusal(tmp_path, text)


def test_while_a_block_is_read_python_alone_handles_signals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handlers of Arrow would lose some of them."""
    told: list[object] = []
    read_csv = pyarrow.csv.read_csv

    def note(*args: Any, **kwargs: Any) -> pyarrow.Table:
        told.append("read")
        return read_csv(*args, **kwargs)

    monkeypatch.setattr("pyarrow.enable_signal_handlers", told.append)
    monkeypatch.setattr("pyarrow.csv.read_csv", note)
    assert len(read(tmp_path, rows("a_uncal.fits|nrc_image|1|null"))) == 1
    assert told == [False, "read", True]
