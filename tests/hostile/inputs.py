"""Hostile inputs: a number decides the command, its arguments, and what changes in good files."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.hostile.changes import (
    change_bytes,
    change_cards,
    change_file,
    change_lines,
    change_table,
    change_tokens,
    change_tree,
)
from tests.hostile.good_files import FAST, RULE_FILES, GoodFiles, Table
from tests.hostile.words import SEPARATORS, word

__all__ = ["COMMANDS", "HostileInput", "lay_input"]

_POOLS: Final = (
    *("pool.csv", "pool.csv", "comma.csv", "pool.csv.gz", "pool.ecsv", "table.parquet"),
    *("table.parquet", "table.fits"),
)
_RULES: Final = (("-r", FAST, "--ignore-default"),) * 3 + (("-r", "level3-2017"),)
_ALL_RULES: Final = (*_RULES, (), ("-r", "many.py", "--ignore-default"))


@dataclass
class HostileInput:
    """A command with hostile files, which lie in the working directory."""

    command: str
    argv: list[str]
    kind: str = "arguments"
    changes: list[str] = field(default_factory=list)
    stdin: bytes = b""
    rows: int | None = None
    """Rows of the pool, where the changes leave them countable."""
    records: int | None = None
    """Records of the container, where they are countable."""
    files: tuple[str, ...] = ()
    """Names of exposures that must be spoken of, where each file is there."""


def lay_input(good: GoodFiles, seed: int, number: int, folder: Path) -> HostileInput:
    """Put the files of an input into an empty directory, and return it.

    The same seed and number give the same input.
    """
    random = Random(f"{seed}/{number}")
    pool = random.choice(tuple(good.tables))
    command = random.choice(COMMANDS)
    shutil.copytree(good.folder / pool, folder, dirs_exist_ok=True, symlinks=True)
    made = _DRAWS[command](random, folder, good.tables[pool])
    if random.random() < 0.6 and "--json" not in made.argv:
        made.argv.append("--json")
    if random.random() < 0.06:
        place = random.randrange(1, len(made.argv) + 1)
        odd = word(random).replace("\0", "")
        if random.random() < 0.5:
            made.argv.insert(place, odd)
        else:
            made.argv[place : place + 1] = [odd]
        made.changes.append(f"argument {place}: {odd[:30]!r}")
        made.rows = made.records = None
        made.files = ()
    return made


# What changes in a file.


def _change(random: Random, made: HostileInput, folder: Path, name: str, table: Table) -> None:
    """Change a good file by what it holds, or now and then by bytes, or by what it is."""
    path = folder / name
    made.kind = _kind_of(name)
    choice = random.random()
    if choice < 0.05:
        made.changes.append(f"{name}: {change_file(random, path)}")
        return
    by_content = _BY_KIND.get(made.kind)
    if choice < 0.25 or by_content is None:
        content, says = change_bytes(random, path.read_bytes())
        path.write_bytes(content)
        made.changes.append(f"{name}: {says}")
        return
    by_content(random, made, path, table)


def _kind_of(name: str) -> str:
    names = {
        "pool.csv": "pool, text",
        "comma.csv": "pool, CSV",
        "pool.csv.gz": "pool, gzip",
        "pool.ecsv": "pool, ECSV",
        "table.parquet": "pool, Parquet",
        "table.fits": "pool, FITS",
        "mast.csv": "table of the archive",
        "sets.csv": "table of the archive",
        "extra.csv": "table of extra values",
        "list.txt": "list of files",
        "all.parquet": "container, Parquet",
        "all.jsonl": "container, JSON lines",
        "plan.toml": "plan",
    }
    suffix = Path(name).suffix
    suffixes = {".fits": "header", ".json": "association", ".py": "rule file", ".arrow": "store"}
    return names.get(name) or suffixes[suffix]


def _say(made: HostileInput, path: Path, says: str) -> None:
    made.changes.append(f"{path.name}: {says}")


def _few(random: Random) -> int:
    return random.choice((1, 1, 1, 2, 5))


def _cells(random: Random, made: HostileInput, path: Path, table: Table) -> None:
    """Change cells, rows and columns of a text table."""
    mark = "," if path.name not in ("pool.csv", "pool.csv.gz") else "|"
    packed = path.suffix == ".gz"
    content = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    header, *rows = list(csv.reader(io.StringIO(content.decode()), delimiter=mark))
    for _ in range(_few(random)):
        _say(made, path, change_table(random, header, rows, partial(word, random)))
    if random.random() < 0.2 and rows:
        row = random.choice(rows)
        row[:] = random.choice((row[:-2], [*row, "more"], row[:1], []))
        _say(made, path, f"a row of {len(row)} cells")
    everything = [header, *rows]
    if random.random() < 0.5:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=mark, lineterminator="\n", escapechar="\\")
        writer.writerows(everything)
        text = out.getvalue()
        quoted = True
    else:
        text = "".join(mark.join(row) + "\n" for row in everything)
        quoted = False
    encoded = text.encode("utf-8", "surrogatepass")
    path.write_bytes(gzip.compress(encoded, mtime=0) if packed else encoded)
    if all(_is_line(row, quoted=quoted) for row in everything):
        made.rows = len(rows)


def _is_line(row: Sequence[str], *, quoted: bool) -> bool:
    """Tell whether a row is certain to be read as one line that is no comment and not blank."""
    breaks = ("\n", "\r", "\x00", "\x1a", *(() if quoted else ('"',)))
    whole = "".join(row)
    first = row[0].lstrip("\ufeff \t") if row else ""
    blank = not "".join(row).strip()
    return not (any(mark in whole for mark in breaks) or first.startswith("#") or blank)


def _column(random: Random, cells: list[Any]) -> pa.Array:
    """Make a column of texts that are still good into one of an odd type, now and then."""
    number = len(cells)
    odd: tuple[Callable[[], pa.Array], ...] = (
        lambda: pa.array(range(number), pa.int64()),
        lambda: pa.array([1e300, float("nan")] * number, pa.float64())[:number],
        lambda: pa.array([True, None] * number)[:number],
        lambda: pa.array([b"\xff\x00"] * number, pa.binary()),
        lambda: pa.array([["a", None]] * number),
        lambda: pa.array([{"a": 1}] * number),
        lambda: pa.array([datetime.datetime(2023, 1, 1)] * number),
        lambda: pa.array([datetime.date(9999, 12, 31)] * number),
        lambda: pa.array([datetime.timedelta(days=1)] * number),
        lambda: pa.array([datetime.time(1, 2)] * number),
        lambda: pa.array([Decimal("1.50")] * number),
        lambda: pa.nulls(number),
        lambda: pa.array([2**63 - 1, 0] * number, pa.timestamp("us"))[:number],
        lambda: pa.array(cells, pa.large_string()),
        lambda: pa.array(cells, pa.string()).dictionary_encode(),
        lambda: pa.array([0.5] * number, pa.float16() if hasattr(np, "half") else pa.float32()),
        lambda: pa.array([[("a", 1)]] * number, pa.map_(pa.string(), pa.int64())),
    )
    return random.choice(odd)()


def _parquet(random: Random, made: HostileInput, path: Path, _: Table) -> None:
    """Change cells, rows, columns and types of columns of a Parquet table."""
    table = pq.read_table(path)
    header = list(table.column_names)
    columns = [column.to_pylist() for column in table.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    odd = partial(_odd_text, random)
    for _time in range(_few(random)):
        _say(made, path, change_table(random, header, rows, odd))
    arrays = [pa.array([row[at] for row in rows], pa.string()) for at in range(len(header))]
    for _time in range(random.choice((0, 0, 1, 2))):
        if header:
            at = random.randrange(len(header))
            arrays[at] = _column(random, arrays[at].to_pylist())
            _say(made, path, f"column {header[at]} of {arrays[at].type}")
    new = pa.Table.from_arrays(arrays, names=header)
    pq.write_table(new, path, row_group_size=random.choice((1, 3, 1000)))
    if header:
        made.rows = len(rows)


def _odd_text(random: Random) -> str | None:
    return None if random.random() < 0.1 else word(random).encode("utf-8", "replace").decode()


def _fits_table(random: Random, made: HostileInput, path: Path, table: Table) -> None:
    """Change cells of a FITS table, or cards of its headers."""
    from astropy.io import fits

    content = path.read_bytes()
    if random.random() < 0.5:
        blocks = [content[start : start + 2880] for start in range(0, len(content), 2880)]
        heads = [at for at, block in enumerate(blocks) if block[8:10] == b"= "]
        for _ in range(_few(random)):
            at = random.choice(heads)
            blocks[at], says = change_cards(random, blocks[at])
            _say(made, path, says)
        path.write_bytes(b"".join(blocks))
        return
    header, rows = list(table.header), [list(row) for row in table.rows]
    odd = partial(_printable, random)
    for _ in range(_few(random)):
        _say(made, path, change_table(random, header, rows, odd))
    # Words with other characters than these cannot be in a header, as names of columns are.
    header = [name.encode("ascii", "replace").decode() for name in header]
    header = ["".join(mark for mark in name[:60] if mark.isprintable()) for name in header]
    columns = []
    for at, name in enumerate(header):
        cells = [row[at] for row in rows]
        array: Any = np.array(cells or [""])
        if random.random() < 0.03:
            array = random.choice(
                (np.arange(len(cells)), np.ones((len(cells), 3)), np.ones(len(cells), "c16"))
            )
            _say(made, path, f"column {name} of {array.dtype} {array.shape}")
        columns.append(fits.Column(name, _fits_type(array), array=array))
    try:
        fits.BinTableHDU.from_columns(columns).writeto(path, overwrite=True)
    except (ValueError, fits.VerifyError):
        # Not every name can be that of a column.
        path.write_bytes(content)
        return
    made.rows = len(rows)


def _fits_type(array: Any) -> str:
    if array.dtype.kind == "U":
        return f"{max(array.dtype.itemsize // 4, 1)}A"
    return {"i": "K", "f": "3D", "c": "M"}[array.dtype.kind]


def _printable(random: Random) -> str:
    return word(random).encode("ascii", "replace").decode().replace("\0", "")[:3000]


def _cards(random: Random, made: HostileInput, path: Path, _: Table) -> None:
    content = path.read_bytes()
    for _time in range(_few(random)):
        content, says = change_cards(random, content)
        _say(made, path, says)
    path.write_bytes(content)


def _text(random: Random, made: HostileInput, path: Path, _: Table) -> None:
    text = path.read_text("utf-8")
    for _time in range(_few(random)):
        text, says = change_tokens(random, text)
        _say(made, path, says)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))


def _lines(random: Random, made: HostileInput, path: Path, _: Table) -> None:
    lines = path.read_text("utf-8").splitlines()
    for _time in range(_few(random)):
        if random.random() < 0.5:
            _say(made, path, change_lines(random, lines))
        elif lines:
            at = random.randrange(len(lines))
            lines[at] = word(random)
            _say(made, path, f"line {at + 1} is {lines[at][:30]!r}")
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass"))


def _json(random: Random, made: HostileInput, path: Path, table: Table) -> None:
    if random.random() < 0.2:
        _text(random, made, path, table)
        return
    tree = json.loads(path.read_bytes())
    for _time in range(_few(random)):
        _say(made, path, change_tree(random, tree))
    path.write_bytes(_json_bytes(random, tree))


def _json_bytes(random: Random, tree: object) -> bytes:
    text = json.dumps(tree, ensure_ascii=random.random() < 0.5)
    return text.encode("utf-8", "surrogatepass")


def _json_lines(random: Random, made: HostileInput, path: Path, _: Table) -> None:
    lines = path.read_text("utf-8").splitlines()
    for _time in range(_few(random)):
        at = random.randrange(len(lines)) if lines else 0
        if random.random() < 0.5 or not lines:
            _say(made, path, change_lines(random, lines))
            continue
        try:
            tree = json.loads(lines[at])
        except ValueError:
            continue
        if isinstance(tree, dict) and tree:
            _say(made, path, f"line {at + 1}: {change_tree(random, tree)}")
            lines[at] = _json_bytes(random, tree).decode("utf-8", "surrogatepass")
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass"))
    if all(line.strip() and not set(SEPARATORS) & set(line) for line in lines):
        made.records = len(lines)


def _container_table(random: Random, made: HostileInput, path: Path, _: Table) -> None:
    columns = pq.read_table(path).to_pydict()
    header = list(columns)
    rows = [list(row) for row in zip(*columns.values(), strict=True)]
    for _time in range(_few(random)):
        if random.random() < 0.5 and rows and len(rows[0]) == 2:
            at = random.randrange(len(rows))
            try:
                tree = json.loads(rows[at][1])
                _say(made, path, f"row {at + 1}: {change_tree(random, tree)}")
                rows[at][1] = _json_bytes(random, tree).decode("utf-8", "replace")
            except (ValueError, TypeError):
                continue
        else:
            _say(made, path, change_table(random, header, rows, partial(_odd_text, random)))
    arrays = [pa.array([row[at] for row in rows], pa.string()) for at in range(len(header))]
    if random.random() < 0.2 and header:
        at = random.randrange(len(header))
        arrays[at] = _column(random, arrays[at].to_pylist())
        _say(made, path, f"column {header[at]} of {arrays[at].type}")
    pq.write_table(pa.Table.from_arrays(arrays, names=header), path)
    if sorted(header) == ["association", "file_name"]:
        made.records = len(rows)


_BY_KIND: Final[dict[str, Callable[[Random, HostileInput, Path, Table], None]]] = {
    "pool, text": _cells,
    "pool, CSV": _cells,
    "pool, gzip": _cells,
    "pool, ECSV": _lines,
    "pool, Parquet": _parquet,
    "pool, FITS": _fits_table,
    "table of the archive": _cells,
    "table of extra values": _lines,
    "list of files": _lines,
    "header": _cards,
    "association": _json,
    "plan": _text,
    "rule file": _text,
    "container, JSON lines": _json_lines,
    "container, Parquet": _container_table,
}
"""How the content of each kind of file is changed; that of others is changed as bytes."""


# What the commands are given.


def _some(random: Random, *options: tuple[str, ...], most: int = 3) -> list[str]:
    chosen = random.sample(options, random.randrange(min(most, len(options)) + 1))
    return [text for option in chosen for text in option]


def _word_or(random: Random, *good: str) -> str:
    return random.choice(good) if random.random() < 0.8 else word(random).replace("\0", "")


def _generate(random: Random, folder: Path, table: Table) -> HostileInput:
    name = random.choice(_POOLS)
    argv = ["generate", name, *random.choice(_ALL_RULES)]
    chosen = _some(
        random,
        ("-i", _word_or(random, "o001", "c1000"), "o002"),
        ("--discover",),
        ("--all-candidates",),
        ("--level", "3"),
        ("--solver", "exact"),
        ("--distinct-names",),
        ("--apart", _word_or(random, "detector", "visit", "filter", "targetid")),
        ("--merge",),
        ("--save-orphans", _word_or(random, "left.csv", "left.parquet", "left.fits", "left.ecsv")),
        ("--version-id", _word_or(random, "v1", "20230101t000000")),
        ("--format", random.choice(("json", "jsonl", "parquet"))),
        ("--dry-run",),
        ("--timings",),
        ("-v",),
        ("-q",),
        ("--DMS",),
        ("--strict",),
        ("-d", _word_or(random, "|", ",", ";")),
        (
            "--pool-format",
            random.choice(("text", "csv", "ecsv", "parquet", "fits", "ascii", "votable")),
        ),
        ("-j", random.choice(("1", "1", "0", "-1", "x", "2"))),
        ("-p", _word_or(random, "new", "a/b")),
        ("--resume",),
    )
    made = HostileInput("generate", argv + chosen)
    if random.random() < 0.12:
        made.argv = [
            "generate",
            "pool.csv",
            "-r",
            "level3-2017",
            "--resume",
            "-p",
            "out",
            "--replace",
        ]
        store = sorted((folder / "out").rglob("*.arrow"))
        _change(random, made, folder, str(store[0].relative_to(folder)), table)
        return made
    _change(random, made, folder, name, table)
    if random.random() < 0.08 and (folder / name).is_file():
        made.stdin = (folder / name).read_bytes()
        made.argv[1] = "-"
    if random.random() < 0.85 and made.rows is not None:
        made.argv.append("--json")
    if {"-d", "--pool-format", "--strict"} & set(made.argv):
        made.rows = None
    return made


_OF_FILES: Final = (
    ("--level", "3"),
    ("--level", "2"),
    ("--member-paths", "relative"),
    ("--member-paths", "name"),
    ("--beside",),
    ("--only", "science"),
    ("--sky", "nods"),
    ("--stages", "rules"),
    ("-p", "new"),
    ("--replace",),
)


def _of_files(random: Random, folder: Path) -> list[str]:
    names = sorted(path.name for path in (folder / "cal").iterdir())
    one = f"cal/{random.choice(names)}"
    return _some(
        random,
        *_OF_FILES,
        ("--background", _word_or(random, one)),
        ("--psf", _word_or(random, one)),
        ("--selfcal", _word_or(random, one)),
        ("--imprint", _word_or(random, one)),
        ("--exclude", _word_or(random, one)),
        ("--catalog", _word_or(random, one)),
        ("--direct-image", _word_or(random, one)),
        ("--tweakreg-catalog", _word_or(random, one)),
        ("--where", _word_or(random, "FILTER=F770W", "detector!=nrcb1", "exp_type=")),
        ("--target", _word_or(random, "NGC=t007", "01234:TARGET=t003")),
        ("--product", _word_or(random, "{target}_{filter}", "x", "{program}")),
        ("--file-name", _word_or(random, "{product}_{type}_{number}", "x_asn.json")),
        ("--together", _word_or(random, "visit", "observation", "target")),
        ("--apart", _word_or(random, "detector", "pair", "filter")),
        ("--extra", "extra.csv"),
        most=2,
    )


def _associate(
    random: Random, folder: Path, table: Table, command: str = "associate"
) -> HostileInput:
    headers = sorted(f"cal/{path.name}" for path in (folder / "cal").iterdir())
    # A plan lists files that are there, and tables are of files that are not downloaded yet.
    tables = () if command == "plan" and random.random() < 0.8 else ("mast.csv", "sets.csv")
    target = random.choice((*headers[:3], *tables, "list.txt", "extra.csv"))
    given = {"list.txt": "@list.txt", "mast.csv": "mast.csv", "sets.csv": "sets.csv"}.get(
        target, "cal"
    )
    rules = random.choice(_RULES) if command != "pool" else ()
    chosen = (
        _of_files(random, folder)
        if command != "pool"
        else _some(
            random,
            ("--candidate", _word_or(random, "c1000"), _word_or(random, "background")),
            ("--where", _word_or(random, "FILTER=F770W", "x=")),
            ("--strict",),
            ("-v",),
            (
                "-o",
                _word_or(random, "new.csv", "new.fits", "new.parquet", "new.ecsv", "new.csv.gz"),
            ),
            ("--extra", "extra.csv"),
        )
    )
    made = HostileInput(command, [command, given, *rules, *chosen])
    if target == "extra.csv" and "--extra" not in made.argv:
        made.argv += ["--extra", "extra.csv"]
    if given.endswith(".csv") and command == "associate":
        made.argv += ["--files", "download.txt"]
    if command == "plan" and random.random() < 0.8:
        # There is one already under the usual name.
        made.argv += ["-o", _word_or(random, "new.toml")]
    if command == "pool" and "-o" not in made.argv:
        made.argv += ["-o", "new.csv"]
    _change(random, made, folder, target, table)
    if target.startswith("cal/"):
        there = [name for name in headers if os.path.lexists(folder / name)]
        made.files = tuple(Path(name).stem.rpartition("_")[0] for name in there)
        if {"--where", "--exclude", "--only"} & set(made.argv):
            made.files = ()
    return made


def _write(random: Random, folder: Path, table: Table) -> HostileInput:
    chosen = _some(random, ("-p", "new"), ("--replace",), ("--force",), ("--force",))
    target = "plan.toml"
    made = HostileInput("write", ["write", "plan.toml", *chosen])
    if random.random() < 0.2:
        headers = sorted(f"cal/{path.name}" for path in (folder / "cal").iterdir())
        target = random.choice(headers)
    _change(random, made, folder, target, table)
    return made


def _list(random: Random, folder: Path, table: Table) -> HostileInput:
    names = sorted(f"cal/{path.name}" for path in (folder / "cal").iterdir())
    argv = [
        "list",
        "@list.txt",
        *(word(random).replace("\0", "") for _ in range(random.randrange(2))),
    ]
    argv += _some(
        random,
        ("--product", _word_or(random, "x", "jw01234-o001_t001_miri_f770w")),
        ("--type", _word_or(random, "image3", "spec2", "image2")),
        ("-r", _word_or(random, "Asn_Lv3Image", "DMSLevel2bBase", "Asn_Small")),
        ("-i", _word_or(random, "o001", "a3001")),
        ("--program", _word_or(random, "1234", "1")),
        ("--psf", _word_or(random, names[0])),
        ("--background", _word_or(random, names[-1])),
        ("--role", _word_or(random, "direct_image", "segmap"), names[0]),
        ("--as-given",),
        ("-o", _word_or(random, "new_asn.json")),
        ("--ruledefs", FAST),
        most=4,
    )
    if "--product" not in argv:
        argv += ["--product", "x"]
    made = HostileInput("list", argv)
    _change(random, made, folder, random.choice(("list.txt", "list.txt", FAST)), table)
    return made


def _explain(random: Random, folder: Path, table: Table) -> HostileInput:
    name = random.choice(_POOLS)
    exposures = [row[table.header.index("FILENAME")] for row in table.rows]
    associations = sorted(f"asn/{path.name}" for path in (folder / "asn").iterdir())
    about = _word_or(random, *exposures[:4], *associations[:3])
    argv = ["explain", name, about, *random.choice(_RULES)]
    argv += _some(
        random,
        ("--with", _word_or(random, *exposures)),
        ("--without", _word_or(random, *exposures)),
        ("--only-rule", _word_or(random, "Asn_Small", "Asn_Lv3Image")),
        ("--strict",),
        most=1,
    )
    made = HostileInput("explain", argv)
    target = about if about in associations and random.random() < 0.5 else name
    _change(random, made, folder, target, table)
    return made


def _check(random: Random, folder: Path, table: Table) -> HostileInput:
    argv = ["check", "--ignore-default", "declared.py", *_some(random, ("-v",), ("--level", "3"))]
    target = "declared.py"
    if random.random() < 0.4:
        argv[2] = target = random.choice((FAST, "declared.py"))
        argv += random.choice((("--domain", "declared.py"), ("--declared", "declared.py")))
        target = random.choice((target, "declared.py"))
        if argv[2] == FAST and "--domain" not in argv:
            argv += ["--domain", "declared.py"]
    made = HostileInput("check", argv)
    _change(random, made, folder, target, table)
    return made


def _rules(random: Random, folder: Path, table: Table) -> HostileInput:
    target = random.choice(tuple(RULE_FILES))
    others = (
        ["rules", "list", "-r", target],
        ["rules", "show", "-r", target, _word_or(random, "Asn_Small", "Asn_Image", "mine")],
        ["rules", "diff", *random.sample((target, random.choice(tuple(RULE_FILES))), 2)],
        ["rules", "test", target, *_some(random, ("--show",))],
        ["rules", "graph", target, *_some(random, *_drawn(random))],
    )
    made = HostileInput("rules", random.choice(others))
    made.command = " ".join(made.argv[:2])
    _change(random, made, folder, target, table)
    return made


def _solve_by_file(random: Random, folder: Path, table: Table) -> HostileInput:
    target = random.choice(tuple(RULE_FILES))
    argv = ["generate", "pool.csv", "-r", target, "--ignore-default"]
    made = HostileInput(
        "generate", argv + _some(random, ("--merge",), ("--solver", "exact"), ("--resume",))
    )
    _change(random, made, folder, target, table)
    return made


def _association(random: Random, folder: Path) -> str:
    return random.choice(sorted(f"asn/{path.name}" for path in (folder / "asn").iterdir()))


def _edit(random: Random, folder: Path, table: Table) -> HostileInput:
    asn = _association(random, folder)
    members = [
        str(member["expname"])
        for product in json.loads((folder / asn).read_bytes())["products"]
        for member in product["members"]
    ]
    argv = ["edit", asn]
    argv += _some(
        random,
        ("--add", _word_or(random, "cal/new_cal.fits", members[0])),
        ("--remove", _word_or(random, *members)),
        ("--role", _word_or(random, "psf", "background")),
        ("-i",),
        ("--all-products",),
        ("--product", _word_or(random, "x")),
        ("--remove-product", _word_or(random, "x")),
        ("-o", _word_or(random, "new_asn.json")),
        ("--replace",),
        most=3,
    )
    if not {"--add", "--remove"} & set(argv):
        argv += ["--add", "more_cal.fits"]
    made = HostileInput("edit", argv)
    _change(random, made, folder, asn, table)
    return made


def _gather(random: Random, folder: Path, table: Table) -> HostileInput:
    asn = _association(random, folder)
    argv = ["gather", asn, _word_or(random, "new", "a/b")]
    argv += _some(
        random,
        ("--from", _word_or(random, ".", "cal")),
        ("--only", _word_or(random, "science")),
        ("--without", _word_or(random, "background")),
        ("--link",),
        ("--replace",),
    )
    made = HostileInput("gather", argv)
    headers = sorted(f"cal/{path.name}" for path in (folder / "cal").iterdir())
    _change(random, made, folder, random.choice((asn, asn, asn, headers[0])), table)
    return made


def _files_of_associations(random: Random, folder: Path) -> str:
    return random.choice(
        (_association(random, folder), _association(random, folder), "all.jsonl", "all.parquet")
    )


def _validate(random: Random, folder: Path, table: Table) -> HostileInput:
    target = _files_of_associations(random, folder)
    given = random.choice((target, target, "asn"))
    argv = ["validate", given, *_some(random, ("--find-members",), ("--strict",), ("-v",))]
    made = HostileInput("validate", argv)
    _change(random, made, folder, target, table)
    return made


def _diff(random: Random, folder: Path, table: Table) -> HostileInput:
    target = _files_of_associations(random, folder)
    other = random.choice(("asn", "all.jsonl", "all.parquet"))
    made = HostileInput("diff", ["diff", *random.sample((target, other), 2)])
    _change(random, made, folder, target, table)
    return made


def _export(random: Random, folder: Path, table: Table) -> HostileInput:
    target = random.choice(("all.jsonl", "all.parquet"))
    made = HostileInput("export", ["export", target, "-p", "new", *_some(random, ("--replace",))])
    _change(random, made, folder, target, table)
    return made


def _source(random: Random, folder: Path) -> tuple[str, str]:
    """Choose what is shown, and the file that is changed, which is mostly in it."""
    if random.random() < 0.5:
        name = random.choice(_POOLS)
        return name, name
    target = _files_of_associations(random, folder)
    return random.choice((target, target, "asn")), target


def _part(random: Random, folder: Path) -> tuple[tuple[str, ...], ...]:
    """Options that choose what is shown of a source, and how it is read."""
    name = _association(random, folder)
    association = json.loads((folder / name).read_bytes())
    read = (
        ("--strict",),
        ("-d", _word_or(random, "|", ",", ";")),
        ("--pool-format", random.choice(("text", "csv", "parquet", "fits"))),
    )
    return (
        ("--program", _word_or(random, "1234", association["program"])),
        ("-i", _word_or(random, association["asn_id"])),
        random.choice(read),
    )


def _product(random: Random, folder: Path) -> tuple[str, ...]:
    name = _association(random, folder)
    product = json.loads((folder / name).read_bytes())["products"][0]["name"]
    return ("--product", _word_or(random, product, Path(name).name))


def _drawn(random: Random) -> tuple[tuple[str, ...], ...]:
    """Options that say how a graph is written."""
    # Pictures take longest.
    endings = (*("dot", "mermaid", "graphml", "json") * 2, "svg", "png", "pdf")
    return (
        ("--format", random.choice(endings)),
        ("-o", _word_or(random, f"new.{random.choice(endings)}")),
        ("--replace",),
    )


def _report(random: Random, folder: Path, table: Table) -> HostileInput:
    given, target = _source(random, folder)
    sources = [given, *([_source(random, folder)[0]] if random.random() < 0.3 else [])]
    random.shuffle(sources)
    chosen = _some(random, *_part(random, folder), ("--replace",), most=2)
    made = HostileInput("report", ["report", *sources, *random.choice(_ALL_RULES), *chosen])
    if random.random() < 0.8:
        made.argv += ["-o", _word_or(random, "new.html")]
    _change(random, made, folder, target, table)
    return made


def _graph(random: Random, folder: Path, table: Table) -> HostileInput:
    given, target = _source(random, folder)
    more = (("--every-exposure",), _product(random, folder), *_drawn(random))
    chosen = _some(random, *_part(random, folder), *more)
    made = HostileInput("graph", ["graph", given, *random.choice(_ALL_RULES), *chosen])
    _change(random, made, folder, target, table)
    return made


def _show(random: Random, folder: Path, table: Table) -> HostileInput:
    given, target = _source(random, folder)
    chosen = _some(random, *_part(random, folder), _product(random, folder), ("-v",), most=2)
    made = HostileInput("show", ["show", given, *random.choice(_ALL_RULES), *chosen])
    _change(random, made, folder, target, table)
    return made


Draw = Callable[[Random, Path, Table], HostileInput]

_DRAWS: Final[dict[str, Draw]] = {
    "generate": _generate,
    "generate with a rule file": _solve_by_file,
    "associate": _associate,
    "plan": partial(_associate, command="plan"),
    "pool": partial(_associate, command="pool"),
    "write": _write,
    "list": _list,
    "explain": _explain,
    "check": _check,
    "rules": _rules,
    "edit": _edit,
    "gather": _gather,
    "validate": _validate,
    "diff": _diff,
    "export": _export,
    "report": _report,
    "graph": _graph,
    "show": _show,
}

COMMANDS: Final = (*_DRAWS, "generate", "generate", "associate", "rules")
"""What is drawn from; some commands stand in it more than once."""
