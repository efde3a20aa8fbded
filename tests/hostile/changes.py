"""Changes that make good content hostile, each of which says what it did."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.hostile.words import word

__all__ = [
    "change_bytes",
    "change_cards",
    "change_file",
    "change_lines",
    "change_table",
    "change_tokens",
    "change_tree",
]

_INSERTED: Final = (
    *(
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\r",
        b"\n",
        b"\x1b[2J",
        b'"',
        b"|",
        b",",
        b"\x80\x81",
        b"END",
    ),
    *(b"\x00" * 4096, b"A" * 100_000, b"[" * 5000, b"{" * 5000, b"\xc3\x28", b"\xed\xa0\x80"),
)
_ENCODINGS: Final = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp037", "utf-8-sig", "shift-jis")


def change_bytes(random: Random, content: bytes) -> tuple[bytes, str]:
    """Flip, cut, insert, repeat or encode otherwise."""
    size = max(len(content), 1)
    at = random.randrange(size)
    match random.randrange(9):
        case 0 | 1:
            changed = bytearray(content or b"\0")
            for _ in range(random.choice((1, 1, 3, 20))):
                changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
            return bytes(changed), "bits flipped"
        case 2:
            return content[:at], f"cut after {at} bytes"
        case 3:
            return content[at:], f"begins at byte {at}"
        case 4 | 5:
            inserted = random.choice(_INSERTED)
            return content[:at] + inserted + content[at:], f"{inserted[:8]!r} inserted at {at}"
        case 6:
            end = min(size, at + random.choice((1, 10, 100)))
            return content[:at] + content[end:], f"bytes {at} to {end} left out"
        case 7:
            return content + content[at:], f"repeated from byte {at}"
        case _:
            encoding = random.choice(_ENCODINGS)
            text = content.decode("utf-8", "replace")
            return text.encode(encoding, "replace"), f"in {encoding}"


def change_lines(random: Random, lines: list[str]) -> str:
    """Drop, repeat, swap, join, cut or empty lines; change the list in place."""
    if not lines:
        lines.append(word(random))
        return "a line added"
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(6):
        case 0:
            del lines[at]
            return f"line {at + 1} left out"
        case 1:
            lines.insert(other, lines[at])
            return f"line {at + 1} repeated"
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
            return f"lines {at + 1} and {other + 1} swapped"
        case 3:
            lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)]
            return f"line {at + 1} cut"
        case 4:
            lines[at] = random.choice(("", " ", "null", "[]", "{}", '"x"', "1"))
            return f"line {at + 1} is {lines[at]!r}"
        case _:
            lines[at] += lines[other]
            return f"line {other + 1} joined to line {at + 1}"


_TOKEN: Final = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|\w+|[^\w\s]|\n")


def change_tokens(random: Random, text: str) -> tuple[str, str]:
    """Replace, leave out, repeat or swap one token: a name, a number, a text in quotes, a mark."""
    spans = [match.span() for match in _TOKEN.finditer(text)]
    if len(spans) < 2:
        return text + word(random), "a word added"
    # Texts in quotes matter most: what else is changed is often no longer of the language.
    quoted_spans = [span for span in spans if text[span[0]] in "\"'"]
    if quoted_spans and random.random() < 0.6:
        spans = quoted_spans
    if len(spans) < 2:
        spans = spans * 2
    (start, end), (start_2, end_2) = sorted(random.sample(spans, 2))
    token = text[start:end]
    match random.randrange(6):
        case 0:
            return text[:start] + text[end:], f"{token[:30]!r} left out"
        case 1:
            return text[:end] + " " + token + text[end:], f"{token[:30]!r} repeated"
        case 2:
            swapped = text[:start] + text[start_2:end_2] + text[end:start_2] + token + text[end_2:]
            return swapped, f"{token[:30]!r} and {text[start_2:end_2][:30]!r} swapped"
        case 3:
            odd = random.choice(
                ("None", "True", "()", "[]", "{}", "1", "-1.5", "1e400", '""', "...", "b'x'")
            )
            return text[:start] + odd + text[end:], f"{token[:30]!r} is {odd}"
        case _:
            odd = word(random)
            quoted = token[:1] in "\"'" and random.random() < 0.8
            # As the languages of plans, associations and rules all write it.
            odd = json.dumps(odd, ensure_ascii=random.random() < 0.5) if quoted else odd
            return text[:start] + odd + text[end:], f"{token[:30]!r} is {odd[:30]!r}"


Tree = Any
"""What JSON and TOML hold: dicts, lists, texts, numbers, truth values, None."""


def _places(tree: Tree) -> list[tuple[Any, Any]]:
    """Return every container of a tree with each of its keys or indices."""
    found: list[tuple[Any, Any]] = []
    keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    for key in keys:
        found.append((tree, key))
        if isinstance(tree[key], dict | list):
            found += _places(tree[key])
    return found


def change_tree(random: Random, tree: Tree) -> str:
    """Change one value of a tree in place: its type, its text, its depth, its number."""
    places = _places(tree)
    if not places:
        return "nothing to change"
    inside, key = random.choice(places)
    match random.randrange(6):
        case 0:
            del inside[key]
            return f"{key!r} left out"
        case 1:
            others: tuple[Tree, ...] = (
                0,
                -1,
                1.5,
                True,
                "",
                [],
                {},
                [[]],
                ["x"],
                {"x": 1},
                10**30,
                [1, "a"],
            )
            inside[key] = random.choice(others)
            return f"{key!r} is {str(inside[key])[:30]!r}"
        case 2:
            if isinstance(inside, list):
                inside.insert(key, inside[key])
                return f"element {key} repeated"
            inside[word(random) if random.random() < 0.5 else f"{key}x"] = inside.pop(key)
            return f"key {key!r} renamed"
        case 3:
            for _ in range(random.choice((1, 2, 300))):
                inside[key] = [inside[key]] if random.random() < 0.7 else {"x": inside[key]}
            return f"{key!r} nested"
        case _:
            inside[key] = word(random)
            return f"{key!r} is {inside[key][:30]!r}"


Cell = Any


def change_table(
    random: Random, header: list[str], rows: list[list[Cell]], odd: Callable[[], Cell]
) -> str:
    """Change cells, rows or columns of a table in place; `odd` makes a cell."""
    at = random.randrange(len(rows)) if rows else 0
    column = random.randrange(len(header)) if header else 0
    choice = random.randrange(12)
    if not rows or not header:
        rows.append([odd() for _ in header])
        return "a row of odd cells"
    if choice < 5:
        cell = odd()
        rows[at][column] = cell
        return f"row {at}, {header[column]}: {str(cell)[:30]!r}"
    match choice:
        case 5:
            del rows[at]
            return f"row {at} left out"
        case 6:
            rows.insert(random.randrange(len(rows)), list(rows[at]))
            return f"row {at} repeated"
        case 7:
            for row in rows:
                del row[column]
            return f"column {header.pop(column)} left out"
        case 8:
            for row in rows:
                row.insert(0, row[column])
            header.insert(0, header[column])
            return f"column {header[0]} repeated"
        case 9:
            old, header[column] = header[column], word(random)
            return f"column {old} named {header[column][:30]!r}"
        case 10:
            cell = odd()
            for row in rows:
                row[column] = cell
            return f"column {header[column]} all {str(cell)[:30]!r}"
        case _:
            rows.sort(key=lambda row: random.random())
            return "rows shuffled"


def change_cards(random: Random, header: bytes) -> tuple[bytes, str]:
    """Change one card of a FITS header, or its order, length and end."""
    cards = [header[start : start + 80] for start in range(0, len(header), 80)]
    at = random.randrange(len(cards))
    keyword = cards[at][:8].decode("ascii", "replace").strip()
    match random.randrange(7):
        case 0:
            del cards[at]
            cards.append(b" " * 80)
            return b"".join(cards), f"card {keyword} left out"
        case 1:
            cards.insert(at, cards[at])
            return b"".join(cards)[: len(header)], f"card {keyword} repeated"
        case 2:
            cards[at] = cards[at][:8] + b"= " + _bytes_of(word(random))[:70].ljust(70)
            return b"".join(cards), f"card {keyword} is {cards[at][10:40]!r}"
        case 3 | 4:
            text = b"'" + _bytes_of(word(random).replace("'", "''"))[:66] + b"'"
            cards[at] = cards[at][:8] + b"= " + text.ljust(70)
            return b"".join(cards), f"card {keyword} is {text[:30]!r}"
        case 5:
            cards[at] = _bytes_of(word(random))[:8].ljust(8) + cards[at][8:]
            return b"".join(cards), f"card {keyword} named {cards[at][:8]!r}"
        case _:
            odd = random.choice(
                (b"= T", b"= 1.5", b"= -1", b"= 1E999", b"= (1, 2)", b"=", b"CONTINUE  'x&'")
            )
            cards[at] = (cards[at][:8] + odd).ljust(80)
            return b"".join(cards), f"card {keyword} {odd!r}"


def _bytes_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def change_file(random: Random, path: Path) -> str:
    """Put something else where a file is: nothing, a directory, a link to nothing, a pipe."""
    path.unlink()
    match random.randrange(8):
        case 0:
            path.touch()
            return "empty"
        case 1:
            path.mkdir()
            return "a directory"
        case 2:
            return "missing"
        case 3:
            path.symlink_to("nothing")
            return "a broken link"
        case 4:
            path.symlink_to(path.name)
            return "a link to itself"
        case 5:
            os.mkfifo(path)
            return "a named pipe"
        case 6:
            path.write_bytes(random.randbytes(random.choice((1, 100, 5000))))
            return "random bytes"
        case _:
            path.write_text(word(random) * random.choice((1, 1, 50)), "utf-8", "surrogateescape")
            return "a word"
