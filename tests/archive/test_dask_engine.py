"""Dask clusters: here, and as separate processes; `tests.archive.dask_machines` tries many more."""

from __future__ import annotations

import pickle
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from asnsolve import Pool, UsageError, load_rules
from asnsolve.archive import dask_engine
from asnsolve.archive.cut_files import parts_of_parquet
from asnsolve.archive.dask_engine import _sent, on_dask
from asnsolve.archive.engines import LostPart
from asnsolve.archive.part_rows import RowsInPlace
from asnsolve.archive.parts import FilePart, parts_of_pool
from asnsolve.archive.shared_files import FileProof, proofs_of
from asnsolve.archive.solve_part import SolvePart
from asnsolve.archive.solved_programs import Wanted
from asnsolve.cli.main import main
from asnsolve.pool.parquet import RowGroup
from asnsolve.simulate import scaled, simulate
from tests.archive.dask_machines import Cluster, running_cluster
from tests.archive.test_engines import PARTS, Deadly, doubled, numbers


@pytest.mark.filterwarnings("ignore")
def test_dask_does_the_same(tmp_path: Path) -> None:
    results = on_dask("local", 2)(Deadly(always=-1, once=5, marks=tmp_path), PARTS)
    assert numbers(results) == [0, 2, 4, 6, 8, 10, 12]


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_does_not_answer_is_named() -> None:
    with pytest.raises(UsageError, match="no Dask scheduler answers at nonsense"):
        list(on_dask("nonsense", 1)(doubled, PARTS))


def test_dask_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"Dask is not installed. .*asnsolve\[dask\]"):
        list(on_dask("local", 1)(doubled, PARTS))


@pytest.mark.filterwarnings("ignore")
def test_a_part_that_kills_workers_of_dask_is_reported(tmp_path: Path) -> None:
    import dask

    with dask.config.set({"distributed.scheduler.allowed-failures": 0}):
        results = list(on_dask("local", 1)(Deadly(always=3, once=-1, marks=tmp_path), PARTS[3:5]))
    lost = [result for result in results if isinstance(result, LostPart)]
    assert PARTS[3] in [one.part for one in lost]
    assert all(one.why.startswith("workers died of it: ") for one in lost)


def test_a_local_cluster_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise RuntimeError("Nanny failed to start.")

    monkeypatch.setattr("distributed.LocalCluster", fail)
    with pytest.raises(UsageError, match=r"cluster can be started: RuntimeError: Nanny failed to"):
        list(on_dask("local", 1)(doubled, PARTS))


def test_a_cluster_without_workers_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Idle:
        """A client of a cluster without workers."""

        def __init__(self, address: str) -> None:
            self.address = address

        def __enter__(self) -> Idle:
            return self

        def __exit__(self, *error: object) -> None:
            """Close nothing."""

        def wait_for_workers(self, count: int, timeout: float) -> None:
            raise TimeoutError

    monkeypatch.setattr("distributed.Client", Idle)
    with pytest.raises(UsageError, match="at tcp://somewhere has no workers after 60 s"):
        list(on_dask("tcp://somewhere", 1)(doubled, PARTS))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Run a cluster with one worker, each process in a working directory of its own."""
    with running_cluster(tmp_path_factory.mktemp("dask") / "cluster") as cluster:
        cluster.add()
        yield cluster


@contextmanager
def _no_proof(places: object) -> Iterator[tuple[FileProof, ...]]:
    yield (FileProof(Path("nowhere"), 0, ""),)


def test_a_cluster_of_other_processes(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does the same, with the files of the caller or without; then its scheduler goes away.

    All in one test, since a cluster takes seconds to start.
    """
    monkeypatch.chdir(tmp_path)
    table = pa.Table.from_pylist(simulate(scaled(150, seed=3)))
    # Programs are scattered, so that rows are copied before they are read.
    order = [*range(0, len(table), 2), *range(1, len(table), 2)]
    pq.write_table(table.take(order), "mine.parquet", row_group_size=20)
    argv = ["generate", "mine.parquet", "--format", "jsonl", "--part-size", "40", "-q"]
    assert main([*argv, "-j", "1", "-p", "one"]) == 0
    expected = Path("one/mine.jsonl").read_bytes()
    sent: list[FilePart] = []
    send = FilePart.without_files

    def sending(part: FilePart) -> object:
        sent.append(part)
        return send(part)

    monkeypatch.setattr(FilePart, "without_files", sending)
    assert main([*argv, "--dask", cluster.address, "-p", "paths", "--resume"]) == 0
    assert Path("paths/mine.jsonl").read_bytes() == expected
    assert sent == []
    with monkeypatch.context() as context:
        context.setattr(dask_engine, "proofs_of", _no_proof)
        assert main([*argv, "--dask", cluster.address, "-p", "apart"]) == 0
        assert Path("apart/mine.jsonl").read_bytes() == expected
        assert len(sent) > 2
        context.setattr(dask_engine, "code_version", lambda: "asnsolve 9")
        has = r"workers that cannot solve parts: tcp://127.0.0.1:\d+ has asnsolve [^9]"
        with pytest.raises(UsageError, match=rf"{has}.*; expected asnsolve 9, as here"):
            list(on_dask(cluster.address, 1)(doubled, PARTS))
        # A worker that came later says so itself.
        context.setattr(dask_engine._Cluster, "refuse_other_versions", lambda _: None)
        with pytest.raises(UsageError, match=has):
            list(on_dask(cluster.address, 1)(doubled, PARTS))
    results = on_dask(cluster.address, 1)(doubled, [*PARTS, *PARTS])
    assert isinstance(next(results), int)
    cluster.scheduler.kill()
    with pytest.raises(UsageError, match=r"the Dask cluster at tcp://.* has gone away"):
        list(results)


def test_a_cluster_whose_workers_are_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Deserted:
        """A client of a cluster without workers."""

        def nthreads(self) -> dict[str, int]:
            return {}

    monkeypatch.setattr(dask_engine, "_PATIENCE", 0.2)
    monkeypatch.setattr(dask_engine, "_PAUSE", 0.1)
    cluster = dask_engine._Cluster(cast(Any, Deserted()), "tcp://somewhere")
    with pytest.raises(UsageError, match=r"at tcp://somewhere has had no workers for 0.2 s"):
        dask_engine._next(cluster, SimpleQueue())


def test_the_dashboard_shows_programs() -> None:
    from dask.utils import key_split

    act = SolvePart(load_rules(), {}, Wanted(), None, frozenset(), None)
    parts = parts_of_pool(Pool(simulate(scaled(60, seed=3))), 10_000)
    (part,) = parts
    first, last = part.programs[0], part.programs[-1]
    key = dask_engine._key(act, part)
    assert re.fullmatch(rf"solve-{first}-{last}-[0-9a-f]{{16}}", key)
    assert dask_engine._key(act, part) != key
    assert re.fullmatch(r"doubled-00003-[0-9a-f]{16}", dask_engine._key(doubled, PARTS[3]))
    assert key_split(key) == "solve"


def test_files_are_recognized_by_their_content(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")
    with proofs_of([file, tmp_path]) as proofs:
        assert len(proofs) == 2
        assert all(proof.holds() for proof in proofs)
        file.write_bytes(b"Content")
        assert [proof.holds() for proof in proofs] == [False, True]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert not any(proof.holds() for proof in proofs)
    assert not FileProof(tmp_path, 0, "").holds()


def test_a_part_is_sent_as_arrow(tmp_path: Path) -> None:
    rows = simulate(scaled(60, seed=3))
    path = tmp_path / "mine.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=7)
    with parts_of_parquet(path, "mine", 20) as parts:
        sent = [pickle.loads(pickle.dumps(_sent(part))) for part in parts]
        expected = [part.pool() for part in parts]
    path.unlink()
    assert len(sent) > 1
    for part, pool, original in zip(sent, expected, parts, strict=True):
        found = part.pool()
        assert (part.programs, part.exposures) == (original.programs, original.exposures)
        assert (found.name, found.file_name) == (pool.name, pool.file_name)
        assert found.rows.tolist() == pool.rows.tolist()
        assert found.to_arrow().to_pylist() == pool.to_arrow().to_pylist()


def test_a_part_on_a_store_is_sent_by_its_name() -> None:
    group = RowGroup("s3://bucket/pool.parquet", 0, 1, 5)
    part = FilePart(("00001",), 5, "s3://bucket/pool.parquet", "pool", (RowsInPlace(group),))
    assert part.places() == ()
    assert part.without_files() is part
