"""Words that programs trip over, by what they are mistaken for."""

from __future__ import annotations

from random import Random
from typing import Final

__all__ = ["CONTROL", "SEPARATORS", "WORDS", "word"]

_MISSING: Final = ("", " ", "NULL", "null", "N/A", "--", "none", "F", "nan", "NaN", "masked")

_NUMBERS: Final = (
    *(
        "0",
        "-0",
        "-1",
        "00",
        "0001",
        "1.0",
        "1.5",
        "1e999",
        "-inf",
        "Infinity",
        "1_000",
        "+1",
        "0x1f",
    ),
    *("99999", "100000", "2147483648", "9223372036854775808", "9" * 30, "9" * 5000, "1e-400"),
    # Digits to str.isdigit, but not to int, or other digits than those of names.
    *("²", "①", "١٢٣", "１２３", "Ⅷ", "५"),
)

_MARKS: Final = (
    *('"', "'", '""', '"a', "a'b", "|", ",", ";", "\\", "\\n", "#", "# x", "%s", "{0}", "{target}"),
    *(
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "[[]]",
        "*",
        "?",
        "[a-z]",
        "$HOME",
        "`ls`",
        "@",
        "@list.txt",
        "~",
    ),
    *(
        "=",
        "a=b",
        "!=",
        "--json",
        "-",
        "--",
        "-r",
        ":",
        "::",
        "[red]",
        "[/]",
        ":star:",
        "<b>",
        "&amp;",
    ),
)

_PATHS: Final = (
    *(".", "..", "../x", "../../x", "a/b", "a//b/", "./", "./pool.csv", "/proc/nothing/x", "a\\b"),
    *(
        "x" * 255,
        "x" * 300,
        "d/" * 150 + "x",
        "é" * 130,
        ".hidden",
        "-x",
        "con",
        "a b",
        "a_cal.fits",
    ),
    *(
        "nothing.csv",
        "nothing.fits",
        "cal",
        "asn",
        "/proc/self/mem",
        "jw01234-o001_image3_00001_asn.json",
    ),
)

CONTROL: Final = (
    *(
        "\x1b[31mred\x1b[0m",
        "\x1b]0;title\x07",
        "\x07",
        "a\x08b",
        "a\rb",
        "a\tb",
        "a\x0bb",
        "\x7f",
        "\x85",
    ),
    *(
        "\u202eabc",
        "a\u2066b\u2069",
        "\u200f",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\u2029",
        "\u00a0",
        "\x9b31m",
    ),
)

_TEXTS: Final = (
    *(
        "é",
        "e\u0301",
        "ß",
        "İ",
        "ſ",
        "ǅ",
        "日本",
        "😀",
        "\U000e0041",
        "a" * 2000,
        "x" * 70000,
        "T",
        "t",
    ),
    *(
        "true",
        "True",
        "1234",
        "01234",
        "o001",
        "O001",
        "c1000",
        "a3001",
        "o1",
        "c1",
        "o0001",
        "c99999",
    ),
    *("science", "psf", "background", "SCIENCE", "MIR_IMAGE", "NRS_MSASPEC", "mir_image", "F770W"),
    *(
        "PRIME_TARGETED_FIXED",
        "TARGET_ACQUISITION",
        "GENERIC",
        "clear",
        "2023-01-01T00:00:00",
        "b'x'",
    ),
)

_CANDIDATES: Final = (
    *(
        "[]",
        "()",
        "[()]",
        "[[]]",
        "[('o001',)]",
        "['o001', 'observation']",
        "('o001', 'observation')",
    ),
    *("[('o001', 'observation'", "[('o001' 'observation')]", "[('o001', 'observation', 'x')]"),
    *("[('', '')]", "[(None, None)]", "[(1, 2)]", "[('o001', 'observation'), ]", "[('x1', 'y')]"),
    *(
        "[('o001', 'observation'), ('o001', 'observation')]",
        "[('c1000', 'group')]",
        "[('c1000', '')]",
    ),
    *("[('o001', 'observation'), ('o001', 'mosaic')]", "[('../x', 'observation')]", "[" * 3000),
    *(
        "[('o001', ['observation'])]",
        "[('c1000', 'background'), ('c1001', 'mosaic')]",
        "{'o001': 1}",
    ),
    *(
        "[(" * 200 + ")]" * 200,
        "[('o0\x1b01', 'observation')]",
        "[('\\x00', 'observation')]",
        "[(\"o001\", 'o')]",
    ),
    *(
        "__import__('x')",
        "[('o001', 'observation')] * 2",
        "[(u'o001', b'observation')]",
        "[('o001','𝒐')]",
    ),
    "[" + ", ".join(f"('c{number}', 'group')" for number in range(1000, 1060)) + "]",
)

SEPARATORS: Final = ("\n", "\r\n", "\n\n", "a\nb", "\x00", "a\x00b", "\x1a", "\x0c")
"""Words that some formats take for the end of a line or of the text."""

WORDS: Final = (*_MISSING, *_NUMBERS, *_MARKS, *_PATHS, *CONTROL, *_TEXTS, *_CANDIDATES)


def word(random: Random) -> str:
    """Draw a word: each sort is equally likely."""
    sorts = (_MISSING, _NUMBERS, _MARKS, _PATHS, CONTROL, _TEXTS, _CANDIDATES, SEPARATORS)
    return random.choice(random.choice(sorts))
