"""One file holds what loose files hold, byte by byte."""

from __future__ import annotations

import os
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asnsolve import Pool, Solution, solve
from asnsolve.archive import FORMATS
from asnsolve.archive.containers import Record, read_container
from asnsolve.archive.loose_files import LooseFiles, export
from asnsolve.archive.write_containers import parts_of, write_container, write_solution
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
    assert records == [Record(one.file_name, to_bytes(one), True) for one in SOLUTION]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_container_of_nothing_is_empty(kind: str, tmp_path: Path) -> None:
    file = contained(tmp_path, kind, Solution.of("some", "rules"))
    assert list(read_container(file)) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_files_are_exported_by_program(kind: str, tmp_path: Path) -> None:
    container, out = contained(tmp_path, kind), tmp_path / "out"
    count = len(SOLUTION)
    assert export(container, out) == LooseFiles(count, 0, [])
    for one in SOLUTION:
        assert (tmp_path / "out" / one.program / one.file_name).read_bytes() == to_bytes(one)
    assert len(list((tmp_path / "out").rglob("*"))) == count + len({a.program for a in SOLUTION})
    next(out.rglob("*.json")).unlink()
    assert export(container, out) == LooseFiles(count, count - 1, [])


def test_a_line_is_the_association_with_its_name(tmp_path: Path) -> None:
    lines = contained(tmp_path, "jsonl").read_bytes().splitlines()
    data = orjson.loads(lines[0])
    assert next(iter(data)) == "file_name"
    assert data.pop("file_name") == SOLUTION.associations[0].file_name
    assert set(data.pop("crc32")) <= set("0123456789abcdef")
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
    files = export(file, tmp_path / "out")
    assert (files.count, files.unchanged) == (2, 0)
    first, twice, cut = files.problems
    assert first.what.startswith(what)
    assert (first.location.file, first.location.row) == (str(file), 2)
    assert twice.what == f"the file name {SOLUTION.associations[0].file_name} occurs twice"
    assert (cut.what, cut.location.row) == ("the container is cut off after this record", 4)


def test_what_pipelines_cannot_use_is_not_exported(tmp_path: Path) -> None:
    association = orjson.loads(to_bytes(SOLUTION.associations[0]))
    name = SOLUTION.associations[0].file_name
    file = tmp_path / "x.jsonl"
    file.write_bytes(orjson.dumps({"file_name": name, **association, "products": "a"}) + b"\n")
    files = export(file, tmp_path / "out")
    assert files.count == 0
    (problem,) = files.problems
    assert problem.what.startswith(f"{name}: products is 'a'")
    file.write_bytes(orjson.dumps({"file_name": name, **association}) + b"\n")
    assert export(file, tmp_path / "out") == LooseFiles(1, 0, [])


@pytest.mark.parametrize("name", ["x.jsonl", "x.parquet"])
def test_a_pipe_is_no_container(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(AssociationError, match="is not a plain file"):
        list(read_container(tmp_path / name))


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


@pytest.mark.parametrize("kind", FORMATS)
def test_containers_without_checksums_are_read(kind: str, tmp_path: Path) -> None:
    """As other programs write them."""
    file = tmp_path / f"some.{kind}"
    if kind == "jsonl":
        file.write_bytes(b"".join(bytes(lines.content()) for lines in SOLUTION.contained()))
    else:
        pq.write_table(pa.concat_tables(parts_of(SOLUTION)), file)
    records = list(read_container(file))
    assert records == [Record(one.file_name, to_bytes(one)) for one in SOLUTION]


def test_containers_put_together_are_one(tmp_path: Path) -> None:
    nothing = contained(tmp_path / "nothing", "jsonl", Solution.of("some", "rules")).read_bytes()
    content = contained(tmp_path, "jsonl").read_bytes()
    file = tmp_path / "all.jsonl"
    file.write_bytes(nothing + content + nothing + content)
    records = list(read_container(file))
    assert len(records) == 2 * len(SOLUTION)
    assert not any(isinstance(record, Problem) for record in records)


def damaged(file: Path, content: bytes) -> tuple[int, list[str]]:
    """Write a container that is damaged; return how many records it has, and what is wrong."""
    file.write_bytes(content)
    found = list(read_container(file))
    problems = [str(one).removeprefix(f"{file}, ") for one in found if isinstance(one, Problem)]
    return len(found) - len(problems), problems


def test_what_is_wrong_with_lines_is_said_line_by_line(tmp_path: Path) -> None:
    file = contained(tmp_path, "jsonl")
    content = file.read_bytes()
    lines = content.splitlines(keepends=True)
    count = len(lines)
    name = SOLUTION.associations[1].file_name
    changed = lines[1].replace(b'"degraded_status":"', b'"degraded_status":"!')
    assert changed != lines[1]
    kept, (problem,) = damaged(file, b"".join([lines[0], changed, *lines[2:]]))
    assert kept == count - 1
    assert problem.startswith(f"row 2: {name} has changed since it was written: its CRC-32 is ")
    assert problem.endswith(f"; expected {orjson.loads(lines[1])['crc32']}")
    without = lines[1].replace(b'"crc32"', b'"crc33"')
    assert damaged(file, b"".join([lines[0], without, *lines[2:]])) == (
        count - 1,
        [f"row 2: {name} has no checksum; expected the key crc32, which others have"],
    )
    ending = "; expected more records, of which the last says how many there are"
    assert damaged(file, b"".join(lines[:-1])) == (
        count - 1,
        [f"row {count - 1}: the container is cut off after this record{ending}"],
    )
    assert damaged(file, content[:-30]) == (
        count - 1,
        [f"row {count}: the line is cut off; expected an association and a line break"],
    )
    assert damaged(file, b"".join([lines[0], *lines[2:]])) == (
        count - 1,
        [f"row {count - 1}: {count - 1} records end here; expected {count}"],
    )
    kept, problems = damaged(file, b"")
    assert (kept, len(problems)) == (0, 1)
    assert problems[0].startswith(f"{file}: the file is empty; expected the line ")


def test_what_is_wrong_with_tables_is_said_row_by_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("asnsolve.archive.write_containers._GROUP", 10)
    file = contained(tmp_path, "parquet")
    content, count = file.read_bytes(), len(SOLUTION)
    with pq.ParquetFile(file) as table:
        assert table.num_row_groups == -(-count // 10)
        # The middle of the page of associations of the second row group.
        column = table.metadata.row_group(1).column(1)
        place = column.data_page_offset + column.total_compressed_size // 2
        changed = table.read().to_pydict()
    flipped = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    kept, (problem,) = damaged(file, flipped)
    assert kept == count - 10
    assert problem.startswith("row 11: rows 11 to 20 cannot be read: ")
    assert damaged(file, b"X" + content[1:]) == (count, [])
    with pytest.raises(AssociationError, match="cannot be read"):
        damaged(file, content[:-1])
    changed["file_name"][2] = changed["file_name"][3]
    pq.write_table(pa.table(changed), file)
    kept, (problem,) = damaged(file, file.read_bytes())
    assert kept == count - 1
    assert problem.startswith(f"row 3: {changed['file_name'][2]} has changed since it was written")


def test_columns_may_hold_other_kinds_of_text(tmp_path: Path) -> None:
    table = pa.concat_tables(parts_of(SOLUTION))
    file = tmp_path / "some.parquet"
    for kind in (pa.large_string(), pa.dictionary(pa.int32(), pa.string())):
        pq.write_table(table.cast(pa.schema([(name, kind) for name in table.column_names])), file)
        assert len(list(read_container(file))) == len(SOLUTION)
    for odd in (pa.array([1]), pa.array([["x"]]), pa.array([2**62], pa.timestamp("ns"))):
        pq.write_table(pa.table({"file_name": ["x"], "association": odd}), file)
        with pytest.raises(AssociationError, match=r"association is of type .*; expected text"):
            list(read_container(file))
    names = pa.array([b"\xff", SOLUTION.associations[0].file_name.encode()]).view(pa.string())
    pq.write_table(pa.table({"file_name": names, "association": ['{"a":1}'] * 2}), file)
    assert [isinstance(one, Problem) for one in read_container(file)] == [True, False]


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
