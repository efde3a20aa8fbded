"""Spark runs the lines of the page, and finds what one process finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clusters.archives import (
    NAME,
    exposures,
    found_by_cluster,
    found_in_one_process,
    page_lines,
    write_archive,
)

pytest.importorskip("pyspark", reason="Spark is not installed")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    # Without these addresses, Spark asks the network for the name of this machine.
    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.host", "127.0.0.1")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1")
    session = builder.config("spark.sql.shuffle.partitions", "4").getOrCreate()
    yield session
    session.stop()


@pytest.mark.parametrize(("parts", "count"), [(3, 1_000), (1_000, 100)])
def test_spark_finds_what_one_process_finds(
    spark: Any, parts: int, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = exposures(count, seed=parts)
    write_archive(table, tmp_path / NAME)
    monkeypatch.chdir(tmp_path)
    # Spark itself does not see the change of the working directory.
    lines = page_lines("Spark", parts).replace('"archive/"', f'"{tmp_path}/archive"')
    exec(lines.replace('"solved"', f'"{tmp_path}/solved"'), {"spark": spark})
    found = found_by_cluster(tmp_path / "solved")
    assert found == found_in_one_process(table)
    assert found.orphans
    assert len(found.problems) > 12
