"""Good files of every format, small enough that a command takes a tenth of a second."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from asnsolve import Pool
from asnsolve.cli.main import main
from asnsolve.simulate import MODES, Program, simulate
from tests.pool.archive_tables import dataset_table, file_table
from tests.pool.fits_files import stage_of_row, write_file

__all__ = [
    "FAST",
    "POOLS",
    "RULE_FILES",
    "GoodFiles",
    "Table",
    "make_good_files",
    "read_good_files",
]

_MODES: Final = {
    "image": ("miri_image", "nircam_image"),
    "mrs": ("miri_mrs_background",),
    "slit": ("nirspec_slit_background", "nirspec_msa"),
    "coron": ("miri_lyot",),
    "wfss": ("niriss_wfss",),
}
"""Modes of each pool."""

POOLS: Final = tuple(_MODES)
"""Names of the pools."""

_MOST_ROWS: Final = 14

FAST: Final = "small.py"
"""A rule file that is solved at once."""

_HEAD: Final = """\
from dataclasses import replace

from asnsolve import Rule, RuleSet
from asnsolve.expr.build import any_of, at_least, is_set, matches, named, not_, one_of, same
from asnsolve.rules.domain import Declared, Domain, Fact, Promise, Waiver
from asnsolve.rules.examples import Example
from asnsolve.rules.model import Base, Cases, Clause, Mixin, Reach
from asnsolve.rules.steps import Attach, BestImprints, Nods

BASE = Base(
    name="Small_Base",
    roles=Cases(((is_set("is_psf"), "psf"), (is_set("bkgdtarg"), "background")), "science"),
    suffixes=Cases((), otherwise="cal"),
    product="jw{program}-{asn_id}_{target}_{instrument}_{elements}",
    needs=(at_least(1, "science"),),
)
MIXIN = Mixin(
    "Mixin_Small",
    (
        Clause("program", key=same("program")),
        Clause("target", key=same("targetid", roles="science")),
        Clause("opt_elem", key=same("filter", "band", optional=True)),
    ),
)
"""

RULE_FILES: Final = {
    FAST: _HEAD
    + """
Asn_Small = Rule(
    name="Asn_Small",
    asn_type="image3",
    title="Everything of one target",
    base=BASE,
    mixins=(MIXIN,),
    clauses=(Clause("exp_type", matches("exp_type", "(mir|nrc|nrs|nis)_.*")),),
)
""",
    "many.py": _HEAD
    + """
COLUMNS = ("my_box",)
CANDIDATE_TYPES = ("survey",)

Asn_Image = Rule(
    name="Asn_Image",
    asn_type="image3",
    title="Images in one box",
    base=BASE,
    mixins=(MIXIN,),
    clauses=(
        Clause("exp_type", one_of("exp_type", "mir_image", "nrc_image")),
        Clause("box", key=same("my_box", optional=True)),
    ),
    reach=Reach(candidate_types=("observation", "survey")),
)
Asn_Spectra = Rule(
    name="Asn_Spectra",
    asn_type="spec3",
    title="Spectra with their acquisitions",
    base=BASE,
    mixins=(MIXIN,),
    clauses=(Clause("exp_type", any_of(matches("exp_type", "nrs_.*"), one_of("band", "short"))),),
    steps=(Attach(one_of("exp_type", "mir_tacq"), "target_acquisition", ("program", "obs_num")),),
)
Asn_Twin = replace(Asn_Image, name="Asn_Twin", clauses=(Clause("x", is_set("band")),))

EXAMPLES = (
    Example(
        "Two boxes",
        pool=\"\"\"
            FILENAME   | MY_BOX | FILTER
            a_cal.fits | red    | F770W
            b_cal.fits | red    | F770W
            c_cal.fits | blue   | F770W
        \"\"\",
        shared={"instrume": "miri", "exp_type": "mir_image", "targetid": "1"},
        expected=\"\"\"
            Asn_Image o001: science a b
            Asn_Image o001: science c
        \"\"\",
        orphans="",
    ),
)
""",
    "declared.py": _HEAD
    + """
DOMAIN = Domain(
    values={
        "exp_type": ("mir_image", "mir_mrs", "mir_dark"),
        "filter": ("f770w", "f1000w"),
        "is_psf": ("t",),
    },
    facts=(
        Fact("images", any_of(not_(one_of("exp_type", "mir_image")), is_set("filter")), "a book"),
    ),
)
DECLARED = Declared(
    promises=(Promise(3, one_of("exp_type", "mir_image"), "science", "images are combined"),),
)

Asn_Small = Rule(
    name="Asn_Small",
    asn_type="image3",
    title="Images",
    base=BASE,
    mixins=(MIXIN,),
    clauses=(Clause("exp_type", one_of("exp_type", "mir_image")),),
)
SET = RuleSet("mine", (Asn_Small,))
""",
}
"""Small rule files, by name."""


@dataclass(frozen=True)
class Table:
    """A pool as texts: the names of the columns, and the rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def text(self, mark: str) -> str:
        """Write the table with its cells between marks, quoted where they must be."""
        out = io.StringIO()
        csv.writer(out, delimiter=mark, lineterminator="\n").writerows([self.header, *self.rows])
        return out.getvalue()


@dataclass(frozen=True)
class GoodFiles:
    """A directory of good files, with a directory for each pool; see `make_good_files`.

    Each has a pool as ``pool.csv``, ``comma.csv``, ``pool.csv.gz``, ``pool.ecsv``,
    ``table.parquet`` and ``table.fits``; headers in ``cal``; ``mast.csv`` and ``sets.csv``, tables
    of the archive; ``plan.toml``; associations in ``asn``, ``all.jsonl`` and ``all.parquet``; a
    store in ``out``; and rule files.
    """

    folder: Path
    tables: dict[str, Table]


def make_good_files(folder: Path, pools: Iterable[str] = POOLS) -> GoodFiles:
    """Make the good files of some of the pools, which takes a few seconds for each."""
    for name in pools:
        plans = tuple(MODES[mode].plan() for mode in _MODES[name])
        rows = simulate([Program(number=1234, plans=plans)], seed=1)[:_MOST_ROWS]
        pool_folder = folder / name
        (pool_folder / "cal").mkdir(parents=True)
        header = tuple(rows[0])
        table = Table(header, tuple(tuple(row[column] for column in header) for row in rows))
        (pool_folder / "pool.csv").write_text(table.text("|"))
        (pool_folder / "comma.csv").write_text(table.text(","))
        (pool_folder / "pool.csv.gz").write_bytes(gzip.compress(table.text("|").encode(), mtime=0))
        pool = Pool.read(pool_folder / "pool.csv")
        for other in ("pool.ecsv", "table.parquet", "table.fits"):
            pool.write(pool_folder / other)
        for row in rows:
            stage = stage_of_row(row, "cal")
            write_file(row, pool_folder / "cal" / row["FILENAME"].replace("_uncal.", f"_{stage}."))
        for other, archived in (("mast.csv", file_table(rows)), ("sets.csv", dataset_table(rows))):
            with (pool_folder / other).open("w", newline="") as stream:
                writer = csv.DictWriter(stream, list(archived[0]))
                writer.writeheader()
                writer.writerows(archived)
        for text_name, text in RULE_FILES.items():
            (pool_folder / text_name).write_text(text)
        names = [row["FILENAME"].replace("_uncal.", "_cal.") for row in rows]
        (pool_folder / "list.txt").write_text("".join(f"cal/{name}\n" for name in names))
        extra = "".join(f"{name}|3\n" for name in names)
        (pool_folder / "extra.csv").write_text(f"filename|patt_num\n{extra}")
        _derive(pool_folder)
    return read_good_files(folder)


def read_good_files(folder: Path) -> GoodFiles:
    """Return the good files that `make_good_files` made in a directory."""
    tables = {}
    for path in sorted(folder.iterdir()):
        header, *rows = csv.reader((path / "pool.csv").read_text().splitlines(), delimiter="|")
        tables[path.name] = Table(tuple(header), tuple(map(tuple, rows)))
    return GoodFiles(folder, tables)


def _derive(folder: Path) -> None:
    """Run the commands that make plans, associations, containers and stores."""
    pool, rules = str(folder / "pool.csv"), ("-r", "level3-2017")
    for argv in (
        ["plan", str(folder / "cal"), "-o", str(folder / "plan.toml"), "-p", str(folder / "asn")],
        ["associate", str(folder / "cal"), "-p", str(folder / "asn")],
        ["generate", pool, *rules, "--resume", "-p", str(folder / "out"), "--format", "jsonl"],
        ["generate", pool, *rules, "-p", str(folder), "--format", "jsonl"],
        ["generate", pool, *rules, "-p", str(folder), "--format", "parquet"],
    ):
        with redirect_stdout(io.StringIO()) as out, redirect_stderr(out):
            status = main(argv)
        assert status in (0, 1), out.getvalue()
    (folder / "pool.jsonl").rename(folder / "all.jsonl")
    (folder / "pool.parquet").rename(folder / "all.parquet")
