from __future__ import annotations

from pathlib import Path

import pytest

from asnsolve import AssociationError, Pool, UsageError, demo_pool, solve
from asnsolve.archive.write_containers import write_solution
from asnsolve.report.page.page_sources import (
    holds_associations,
    part_of_pool,
    read_associations,
)

POOL = Pool.read(demo_pool())
SOME = solve(POOL, ids=("o008",))


def test_directories_containers_and_files_are_read(tmp_path: Path) -> None:
    files = SOME.write(tmp_path / "some")
    container = tmp_path / "some.parquet"
    write_solution(SOME, container, "parquet")
    for source, count in ((tmp_path / "some", len(SOME)), (container, len(SOME)), (files[0], 1)):
        assert holds_associations(source)
        assert len(read_associations(source)) == count
    part = read_associations(tmp_path / "some", programs=["9801"], ids=["O008"])
    assert {one.program for one in part} == {"09801"}
    with pytest.raises(UsageError, match="no association is of these programs and candidates"):
        read_associations(container, ids=["o123"])


def test_pools_hold_no_associations(tmp_path: Path) -> None:
    for name in ("pool.csv", "pool.parquet"):
        POOL.write(tmp_path / name)
        assert not holds_associations(tmp_path / name)


def test_a_damaged_container_is_no_pool(tmp_path: Path) -> None:
    container = tmp_path / "some.jsonl"
    container.write_text("damaged\n")
    assert holds_associations(container)
    with pytest.raises(AssociationError, match="is not JSON"):
        read_associations(container)


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    SOME.write(tmp_path)
    (tmp_path / "bad_asn.json").write_text("{")
    found = read_associations(tmp_path)
    assert len(found) == len(SOME)
    assert found.problems[0].what.startswith("is not JSON")
    with pytest.raises(AssociationError, match="is not JSON"):
        read_associations(tmp_path / "bad_asn.json")
    (tmp_path / "empty").mkdir()
    with pytest.raises(AssociationError, match="neither"):
        read_associations(tmp_path / "empty")


def test_part_of_a_pool_is_of_its_programs_and_candidates() -> None:
    part = part_of_pool(POOL, ["9801"], None)
    assert part.values("program") == ("9801",)
    part = part_of_pool(POOL, ["09801"], ["c1000"])
    assert part.values("obs_num") == ("2", "3")
    with pytest.raises(UsageError, match=r"no exposures of program 00007\. It has 09801"):
        part_of_pool(POOL, ["7"], None)
    with pytest.raises(UsageError, match="names the candidate o123"):
        part_of_pool(POOL, [], ["o123"])


def test_lines_of_a_container_that_are_no_associations_are_problems(tmp_path: Path) -> None:
    def line(number: int, products: str) -> str:
        name = f"jw00001-o001_image3_{number:05}_asn.json"
        return f'{{"file_name": "{name}", "asn_type": "image3", "products": {products}}}\n'

    good = '[{"name": "a", "members": [{"expname": "a_cal.fits", "exptype": "science"}]}]'
    bad = ('[{"name": "a", "members": [1.5]}]', '["a"]', f"{'[' * 300}{']' * 300}")
    container = tmp_path / "some.jsonl"
    text = "".join(line(*pair) for pair in enumerate((*bad, good), start=1))
    container.write_text(text)
    found = read_associations(container)
    assert [one.file_name for one in found] == ["jw00001-o001_image3_00004_asn.json"]
    assert [problem.what for problem in found.problems] == [
        "holds no products with members",
        "holds no products with members",
        "the association is nested too deeply to be written",
    ]
    # Where lines have checksums, a deep one has none that could be compared.
    container.write_text(text.replace('{"file_name"', '{"crc32": "0", "file_name"'))
    with pytest.raises(AssociationError, match="row 3: the association is nested too deeply"):
        read_associations(container)
