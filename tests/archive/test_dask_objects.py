"""Workers of a cluster write their associations to an object store themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from asnsolve import AssociationError, Pool, load_rules
from asnsolve.archive import write_datasets
from asnsolve.archive.manifests import MANIFEST, UNFINISHED
from asnsolve.archive.parts import parts_of_pool
from asnsolve.archive.solve_part import SolvePart
from asnsolve.archive.solved_programs import Wanted
from asnsolve.archive.write_datasets import Target
from asnsolve.cli.main import main
from asnsolve.errors import Problem
from asnsolve.file_systems import Url, write_object
from asnsolve.simulate import scaled, simulate
from tests.archive.dask_machines import Cluster, running_cluster
from tests.archive.stores import CONTAINER, POOL, Store, clear, of_one_process, pool


@pytest.fixture
def cluster(store: Store, tmp_path: Path) -> Iterator[Cluster]:
    """Run a cluster of two workers that can use the store."""
    store.put_pool("pool", pool(3))
    with running_cluster(tmp_path / "cluster") as cluster:
        cluster.add()
        cluster.add()
        yield cluster


def test_workers_write_what_one_process_writes(
    cluster: Cluster, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All in one test, since a cluster takes seconds to start."""
    status, expected = of_one_process(store)
    assert len(expected) > 4
    by_caller: list[str] = []
    write = write_object

    def told(url: Url, content: bytes) -> None:
        by_caller.append(url.name)
        write(url, content)

    monkeypatch.setattr(write_datasets, "write_object", told)
    argv = [*POOL, "--dask", cluster.address]
    # Only the programs that share a file name are written here, because they are solved together.
    assert main(argv) == status
    assert store.objects(CONTAINER) == expected
    objects = [name for name in by_caller if name.startswith("associations")]
    assert len(objects) == 2
    assert len(by_caller) == 4
    # The container is whole, and is left as it is.
    by_caller.clear()
    assert main(argv) == status
    assert by_caller == []
    # What an interrupted run has left is of no whole container, and may be replaced.
    store.put(f"{CONTAINER}{UNFINISHED}", b"")
    store.delete(f"{CONTAINER}{MANIFEST}")
    half = next(name for name in expected if name != MANIFEST)
    store.put(f"{CONTAINER}{half}", expected[half][:100])
    store.put(f"{CONTAINER}program=99999/associations.parquet", b"of a program that is gone")
    unfinished = store.objects(CONTAINER)
    assert main(argv) == status
    assert store.objects(CONTAINER) == expected
    # One process goes on with it too.
    clear(store)
    for name, content in unfinished.items():
        store.put(f"{CONTAINER}{name}", content)
    assert main([*POOL, "-j", "1"]) == status
    assert store.objects(CONTAINER) == expected
    # Other content of a whole container is replaced on request only.
    other = [*argv, "--version-id", "v2"]
    assert main(other) == 2
    assert store.objects(CONTAINER) == expected
    assert main([*other, "--replace"]) == status
    assert store.objects(CONTAINER).keys() == expected.keys()
    assert store.objects(CONTAINER) != expected
    # The other format.
    clear(store)
    lines = ("--format", "jsonl")
    assert main([*POOL, *lines, "-j", "1"]) == status
    expected = store.objects("asn/")
    clear(store)
    assert main([*argv, *lines]) == status
    assert store.objects("asn/") == expected


def test_workers_that_cannot_write_return_what_they_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Target, parts: object) -> None:
        raise AssociationError(Problem("access is denied"))

    monkeypatch.setattr(Target, "write", refuse)
    (part,) = parts_of_pool(Pool(simulate(scaled(60, seed=3))), 10_000)
    act = SolvePart(load_rules(), {}, Wanted(), None, frozenset(), None)
    there = replace(act, target=Target(Url("s3://bucket/asn"), "jsonl"))
    expected, found = act(part), there(part)
    assert found.objects == {}
    assert found.unstored is not None
    assert expected.unstored is not None
    assert found.unstored.lines.equals(expected.unstored.lines)
    assert len(found.unstored.lines)
