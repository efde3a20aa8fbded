"""One file holds what loose files hold, byte by byte."""

from __future__ import annotations

from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asnsolve import Pool, Solution, solve
from asnsolve.archive import FORMATS
from asnsolve.archive.containers import Record, read_container
from asnsolve.archive.write_containers import export, parts_of, write_container, write_solution
from asnsolve.associations.asn_files import to_bytes
from asnsolve.errors import AssociationError, Problem
from asnsolve.simulate import every_mode, simulate

SOLUTION = solve(Pool(simulate(every_mode())[:60], name="some"))


def contained(path: Path, kind: str, solution: Solution = SOLUTION) -> Path:
    file = path / f"some.{kind}"
    assert write_solution(solution, file, kind) == len(solution)
    again = file.with_name(f"again-{file.name}")
    assert write_container(parts_of(solution), again, kind) == len(solution)
    assert again.read_bytes() == file.read_bytes()
    again.unlink()
    return file


@pytest.mark.parametrize("kind", FORMATS)
def test_a_container_gives_back_the_files(kind: str, tmp_path: Path) -> None:
    file = contained(tmp_path / "new", kind)
    records = list(read_container(file))
    assert records == [Record(one.file_name, to_bytes(one)) for one in SOLUTION]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_container_of_nothing_is_empty(kind: str, tmp_path: Path) -> None:
    file = contained(tmp_path, kind, Solution.of("some", "rules"))
    assert list(read_container(file)) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_files_are_exported_by_program(kind: str, tmp_path: Path) -> None:
    count, problems = export(contained(tmp_path, kind), tmp_path / "out")
    assert (count, problems) == (len(SOLUTION), [])
    for one in SOLUTION:
        assert (tmp_path / "out" / one.program / one.file_name).read_bytes() == to_bytes(one)
    assert len(list((tmp_path / "out").rglob("*"))) == count + len({a.program for a in SOLUTION})


def test_a_line_is_the_association_with_its_name(tmp_path: Path) -> None:
    lines = contained(tmp_path, "jsonl").read_bytes().splitlines()
    data = orjson.loads(lines[0])
    assert next(iter(data)) == "file_name"
    assert data.pop("file_name") == SOLUTION.associations[0].file_name
    assert data == orjson.loads(to_bytes(SOLUTION.associations[0]))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (b"{", "the line is not JSON"),
        (b"\xff\xfe", "the line is not JSON"),
        (b"[1]", "there is no file_name"),
        (b'{"asn_type": "image3"}', "there is no file_name"),
        (b'{"file_name": 3, "asn_type": "image3"}', "there is no file_name"),
        (b'{"file_name": "../x.json", "asn_type": "image3"}', "file name '../x.json' has"),
        (b'{"file_name": "jw00001-o001_image3_00001_asn.json"}', "there is no association"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_kept(line: bytes, what: str, tmp_path: Path) -> None:
    file = contained(tmp_path, "jsonl")
    good = file.read_bytes().splitlines()
    file.write_bytes(b"\n".join([good[0], line, good[1], good[0]]) + b"\n")
    count, problems = export(file, tmp_path / "out")
    assert count == 2
    first, twice = problems
    assert first.what.startswith(what)
    assert (first.location.file, first.location.row) == (str(file), 2)
    assert twice.what == f"the file name {SOLUTION.associations[0].file_name} occurs twice"


def test_a_bad_row_of_a_table_is_named(tmp_path: Path) -> None:
    file = tmp_path / "odd.parquet"
    name = "jw00001-o001_image3_00001_asn.json"
    rows = {"file_name": [name, None, name], "association": [None, "{}", "x"]}
    pq.write_table(pa.table(rows, schema=pa.schema([(key, pa.string()) for key in rows])), file)
    found = list(read_container(file))
    assert [one.what for one in found if isinstance(one, Problem)] == [
        "there is no association",
        "there is no file_name",
        "there is no association",
    ]


def test_what_is_no_container_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.parquet"
    with pytest.raises(AssociationError, match=r"x\.parquet.*cannot be read: No such file"):
        list(read_container(file))
    file.write_bytes(b"PAR1 and no more")
    with pytest.raises(AssociationError, match=r"x\.parquet.*cannot be read"):
        list(read_container(file))
    pq.write_table(pa.table({"a": [1]}), file)
    with pytest.raises(AssociationError, match="no columns file_name and association"):
        list(read_container(file))


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(AssociationError, match="cannot be written"):
        contained(tmp_path / "taken", "jsonl")
    file = contained(tmp_path, "jsonl")
    with pytest.raises(AssociationError, match="cannot be written"):
        export(file, tmp_path / "taken")
    broken = (part for part in [*parts_of(SOLUTION), None])
    before = file.read_bytes()
    with pytest.raises(AttributeError):
        write_container(broken, file, "jsonl")
    assert file.read_bytes() == before
    assert not list(tmp_path.glob(".asnsolve-*"))
