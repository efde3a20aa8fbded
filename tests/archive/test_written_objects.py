"""Several processes write a container on an object store as one does."""

from __future__ import annotations

import pytest

from asnsolve.archive import write_datasets
from asnsolve.archive.manifests import MANIFEST, UNFINISHED
from asnsolve.cli.main import main
from asnsolve.file_systems import Url, write_object
from tests.archive.stores import CONTAINER, POOL, Store, clear, of_one_process, pool


@pytest.mark.parametrize("options", [(), ("--format", "jsonl")])
def test_processes_write_what_one_process_writes(
    options: tuple[str, ...], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put_pool("pool", pool(3))
    status = main([*POOL, *options, "-j", "1"])
    expected = store.objects("asn/")
    assert len(expected) > 4
    clear(store)
    by_first: list[str] = []
    write = write_object

    def told(url: Url, content: bytes) -> None:
        by_first.append(url.name)
        write(url, content)

    monkeypatch.setattr(write_datasets, "write_object", told)
    argv = [*POOL, *options, "-j", "2"]
    assert main(argv) == status
    assert store.objects("asn/") == expected
    # The first process writes only the programs that share a file name.
    assert len([name for name in by_first if name.startswith("associations")]) == 2
    assert sorted(by_first)[:2] == [MANIFEST, UNFINISHED]
    # The container is whole, and is left as it is.
    by_first.clear()
    assert main(argv) == status
    assert by_first == []
    assert main([*argv, "--version-id", "v2"]) == 2
    assert store.objects("asn/") == expected


def test_processes_go_on_with_what_an_interrupted_run_has_left(store: Store) -> None:
    store.put_pool("pool", pool(3))
    status, expected = of_one_process(store)
    half = next(name for name in expected if name != MANIFEST)
    store.put(f"{CONTAINER}{UNFINISHED}", b"")
    store.put(f"{CONTAINER}{half}", expected[half][:100])
    store.put(f"{CONTAINER}program=99999/associations.parquet", b"of a program that is gone")
    assert main([*POOL, "-j", "2"]) == status
    assert store.objects(CONTAINER) == expected
