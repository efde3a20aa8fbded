"""Ray runs the lines of the page, and finds what one process finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clusters.archives import (
    NAME,
    exposures,
    found_by_cluster,
    found_in_one_process,
    page_lines,
    write_archive,
)

ray = pytest.importorskip("ray", reason="Ray is not installed")
pytest.importorskip("ray.data", reason="Ray has no support for data sets")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize(("parts", "count"), [(3, 1_000), (1_000, 100)])
def test_ray_finds_what_one_process_finds(
    parts: int, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = exposures(count, seed=parts)
    write_archive(table, tmp_path / NAME)
    monkeypatch.chdir(tmp_path)
    # Workers are somewhere else than this process.
    lines = page_lines("Ray", parts).replace('"archive/"', f'"{tmp_path}/archive"')
    exec(lines.replace('"solved"', f'"{tmp_path}/solved"'), {})
    found = found_by_cluster(tmp_path / "solved")
    assert found == found_in_one_process(table)
    assert found.orphans
    assert len(found.problems) > 12
