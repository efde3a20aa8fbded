"""Pools on an object store are solved into containers there, which are whole or refused."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asnsolve import AssociationError, Pool, UsageError, solve
from asnsolve.archive.containers import Record, read_container, validate_container
from asnsolve.archive.manifests import MANIFEST
from asnsolve.archive.partition import ASSOCIATION_SCHEMA
from asnsolve.archive.write_containers import parts_of
from asnsolve.archive.write_datasets import write_dataset
from asnsolve.cli.main import main
from asnsolve.errors import Problem
from asnsolve.file_systems import Url
from asnsolve.simulate import MODES, Program, simulate
from tests.archive.stores import Store, parquet
from tests.docs.pages import ROOT, blocks

CONTAINER = Url("s3://bucket/asn/pool.parquet")


def exposures(*programs: int) -> pa.Table:
    plans = (MODES["miri_mrs"].plan(),)
    return pa.Table.from_pylist(simulate([Program(number=n, plans=plans) for n in programs]))


def solved(*programs: int) -> pa.Table:
    parts = [*parts_of(solve(Pool(exposures(*programs), name="pool")))]
    return pa.concat_tables([ASSOCIATION_SCHEMA.empty_table(), *parts])


def records(path: Url | Path) -> list[tuple[str, bytes]]:
    found = []
    for record in read_container(path):
        assert isinstance(record, Record)
        found.append((record.file_name, record.content))
    return found


def written(*programs: int, replace: bool = False) -> int:
    parts = [solved(*programs)]
    return write_dataset(lambda: parts, CONTAINER, "parquet", replace=replace)


def run(*arguments: str) -> int:
    return main(arguments)


@pytest.mark.parametrize("kind", ["parquet", "jsonl"])
@pytest.mark.parametrize("jobs", [(), ("-j", "2")])
def test_a_pool_by_program_is_solved_into_a_container_by_program(
    kind: str, jobs: tuple[str, ...], store: Store, tmp_path: Path
) -> None:
    table = exposures(1, 2, 3)
    store.put_pool("pool", table)
    store.put("pool/_SUCCESS", b"")
    arguments = ("--format", kind, *jobs)
    assert run("generate", "s3://bucket/pool/", "-p", "s3://bucket/asn/", *arguments) == 0
    pq.write_table(table, tmp_path / "pool.parquet")
    local = tmp_path / "pool.parquet"
    assert run("generate", str(local), "-p", str(tmp_path), "--format", "jsonl") == 0
    there = records(Url(f"s3://bucket/asn/pool.{kind}"))
    here = records(tmp_path / "pool.jsonl")
    # They differ in the name of the file of the pool alone.
    assert there == [(name, text.replace(b'"pool.parquet"', b'"pool"')) for name, text in here]
    names = [f"program=0000{n}/associations.{kind}" for n in (1, 2, 3)]
    assert [*store.objects(f"asn/pool.{kind}/")] == [MANIFEST, *names]


@pytest.mark.parametrize("name", ["pool.csv", "pool.parquet"])
def test_a_pool_may_be_one_object(name: str, store: Store, tmp_path: Path) -> None:
    Pool(exposures(1), name="pool").write(tmp_path / name)
    store.put(f"there/{name}", (tmp_path / name).read_bytes())
    found, expected = Pool.read(f"s3://bucket/there/{name}"), Pool.read(tmp_path / name)
    assert found.to_arrow().equals(expected.to_arrow())
    assert (found.name, found.file_name) == ("pool", name)
    assert run("generate", f"s3://bucket/there/{name}", "-p", str(tmp_path / "out")) == 0
    assert len([*(tmp_path / "out").iterdir()]) == len(solved(1))


def test_a_container_is_shown_and_a_pool_is_solved(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    store.put_pool("pool.parquet", exposures(1))
    written(1)
    shown = []
    for source in (str(CONTAINER), "s3://bucket/pool.parquet"):
        assert run("show", source) == 0
        shown.append(capsys.readouterr().out)
    assert "jw00001" in shown[0]
    assert "jw00001" in shown[1]


def test_a_container_is_validated_and_exported(store: Store, tmp_path: Path) -> None:
    table = solved(1, 2)
    assert write_dataset(lambda: [table], CONTAINER, "parquet") == len(table)
    assert run("export", str(CONTAINER), "-p", str(tmp_path)) == 0
    files = sorted(file.name for file in tmp_path.glob("*/*.json"))
    assert files == table["file_name"].to_pylist()
    assert main(["validate", str(CONTAINER)]) == 0
    assert len([*validate_container(str(CONTAINER))]) == len(table)


def test_readers_of_partitioned_data_read_a_container(store: Store) -> None:
    table = solved(1, 20)
    write_dataset(lambda: [table], CONTAINER, "parquet")
    found = [
        pq.read_table(pa.BufferReader(content))
        for name, content in sorted(store.objects("asn/pool.parquet/").items())
        if not name.startswith("_")
    ]
    assert pa.concat_tables(found).select(ASSOCIATION_SCHEMA.names).equals(table)


def test_parts_need_not_end_with_programs(store: Store) -> None:
    table = solved(1, 2, 3)
    write_dataset(lambda: [table], CONTAINER, "jsonl")
    whole = store.objects()
    pieces = [table.slice(start, 2) for start in range(0, len(table), 2)]
    write_dataset(lambda: pieces, CONTAINER, "jsonl")
    assert store.objects() == whole


def test_without_associations_there_is_a_manifest(store: Store) -> None:
    assert write_dataset(list, CONTAINER, "parquet") == 0
    assert [*store.objects()] == [f"asn/pool.parquet/{MANIFEST}"]
    assert records(CONTAINER) == []


def test_a_container_without_a_manifest_is_not_whole(store: Store) -> None:
    written(1, 2)
    whole = store.objects()
    store.delete(f"asn/pool.parquet/{MANIFEST}")
    store.delete("asn/pool.parquet/program=00002/associations.parquet")
    with pytest.raises(AssociationError, match=rf"no whole container: it has no {MANIFEST}"):
        records(CONTAINER)
    assert written(1, 2) == len(solved(1, 2))
    assert store.objects() == whole


def test_objects_that_are_missing_or_changed_are_reported_and_written_again(store: Store) -> None:
    written(1, 2, 3)
    whole = store.objects()
    first, second = (f"asn/pool.parquet/program=0000{n}/associations.parquet" for n in (1, 2))
    store.delete(first)
    store.put(second, whole[second][:-1] + b"?")
    found = [*read_container(CONTAINER)]
    problems = [one for one in found if isinstance(one, Problem)]
    assert [one.what for one in problems] == [
        "the object is missing",
        f"the object has changed since it was written: it has {len(whole[second])} bytes",
    ]
    assert [one.location.file for one in problems] == [
        f"s3://bucket/{first}",
        f"s3://bucket/{second}",
    ]
    assert len(found) - 2 == len(solved(3))
    with pytest.raises(UsageError, match="already exists with other content"):
        written(1, 2, 3)
    written(1, 2, 3, replace=True)
    assert store.objects() == whole


def test_a_damaged_manifest_is_reported(store: Store) -> None:
    written(1)
    for content in (b"{", b"{}", b'{"objects": [1]}', b'{"objects": [{"size": 1}]}'):
        store.put(f"asn/pool.parquet/{MANIFEST}", content)
        with pytest.raises(AssociationError, match="the manifest is damaged"):
            records(CONTAINER)


def test_other_associations_are_replaced_only_on_request(store: Store) -> None:
    written(1, 2)
    before = store.objects()
    for programs in ((1,), (1, 2, 3), (3,)):
        with pytest.raises(UsageError, match="already exists with other content"):
            written(*programs)
        assert store.objects() == before
    written(2, 3, replace=True)
    names = [MANIFEST, *(f"program=0000{n}/associations.parquet" for n in (2, 3))]
    assert [*store.objects("asn/pool.parquet/")] == names
    manifest = json.loads(store.objects("asn/pool.parquet/")[MANIFEST])
    assert manifest["associations"] == len(solved(2, 3)) == len(records(CONTAINER))


NO_BUCKET = "there is no such bucket"
NO_FORM = "the URL is not of the form s3://BUCKET/PATH"
NOBODY = "?endpoint_override=127.0.0.1:9&scheme=http"


@pytest.mark.parametrize(
    "case",
    [
        ("s3://nowhere/pool/ -p out", f"s3://nowhere/pool/: cannot be read: {NO_BUCKET}"),
        ("s3://bucket/none/ -p out", "s3://bucket/none/: the directory holds no Parquet file"),
        ("s3://bucket/odd/ -p out", "odd.parquet: cannot be read: "),
        ("s3://bucket/odd/note -p out", "s3://bucket/odd/note, row 1: there is no column filename"),
        ("s3:///pool/ -p out", NO_FORM),
        ("s3://key:word@bucket/pool/ -p out", NO_FORM),
        ("s3://bucket/pool/?zone=1 -p out", "the URL has zone after '?', expected region"),
        ("what://bucket/pool/ -p out", "what://bucket/pool/: cannot be read: Protocol not known"),
        ("--demo -p s3://nowhere/asn/", f"s3://nowhere/asn/: cannot be written to: {NO_BUCKET}"),
        ("--demo -p s3://bucket/asn/ --format files", "expected --format jsonl or parquet"),
        ("--demo -p s3://bucket/asn/ --resume", "objects that exist are not written"),
        (f"--demo -p s3://bucket/asn/{NOBODY}", "be written to: the store does not answer"),
        (f"s3://bucket/pool/{NOBODY} -p out", "cannot be read: the store does not answer"),
    ],
)
def test_what_cannot_be_used_is_a_message(
    case: tuple[str, str],
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    arguments, message = case
    store.put("odd/odd.parquet", b"PAR1 but nothing else")
    store.put("odd/note", b"a note|on the pool\n")
    monkeypatch.chdir(tmp_path)
    assert run("generate", *arguments.split()) == 2
    assert message in " ".join(capsys.readouterr().err.split())
    assert [*store.objects()] == ["odd/note", "odd/odd.parquet"]


def test_rows_are_numbered_through_all_objects(store: Store) -> None:
    table = exposures(1, 2)
    store.put("pool/a.parquet", parquet(table.slice(0, 3)))
    store.put("pool/b.parquet", parquet(pa.concat_tables([table.slice(3), table.slice(0, 1)])))
    (problem,) = Pool.read("s3://bucket/pool").problems
    assert (problem.location.row, problem.what) == (len(table) + 1, "the row repeats row 1")


def test_the_commands_of_the_page_run(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs/how-to/solve-an-archive.md").read_text("utf-8")
    section = page.split("\n## Object stores\n")[1].split("\n## ")[0]
    (commands,) = (block.text.splitlines() for block in blocks(section) if block.language == "text")
    assert len(commands) == 3
    store.put_pool("pool", exposures(1234, 1235))
    monkeypatch.chdir(tmp_path)
    for command in commands:
        assert run(*command.replace("-j 8", "-j 2").split()[1:]) == 0
    names = [name.partition("/")[0] for name in store.objects("asn/pool.parquet/")]
    assert names == [MANIFEST, "program=01234", "program=01235"]
    assert [one.name for one in sorted((tmp_path / "associations").iterdir())] == ["01234", "01235"]


def test_changes_of_a_container_on_a_store(store: Store, tmp_path: Path) -> None:
    changes = tmp_path / "changes.jsonl"
    argv = ["generate", "s3://bucket/pool/", "-p", "s3://bucket/asn/", "--replace", "-q"]
    argv += ["--cache", str(tmp_path / "cache"), "--changes", str(changes)]
    found = []
    for programs in ((1, 2), (2, 3), (2, 3)):
        for name in store.objects("pool/"):
            store.delete(f"pool/{name}")
        store.put_pool("pool", exposures(*programs))
        assert run(*argv) == 0
        lines = [json.loads(line) for line in changes.read_text().splitlines()]
        found.append({(line["program"], line["change"]) for line in lines})
    first, second, third = found
    assert first == {("00001", "appeared"), ("00002", "appeared")}
    assert second == {("00001", "disappeared"), ("00003", "appeared")}
    assert third == set()
