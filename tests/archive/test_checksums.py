"""Each record of a container says what it should be, and anybody can check it."""

from __future__ import annotations

import json
import zlib

from hypothesis import given
from hypothesis import strategies as st

from asnsolve.archive.checksums import UNCHECKED, checksum_problem, checksums, with_checksums
from asnsolve.errors import Location
from asnsolve.pool.texts import Texts

_NAMES = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4)


def compact(data: object) -> str:
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


@given(_NAMES, _NAMES)
def test_the_checksum_is_that_of_the_line_without_it(first: list[str], second: list[str]) -> None:
    parts = [
        Texts.of(compact({"file_name": name, "a": 1})[:-1] + UNCHECKED for name in names)
        for names in (first, [], second)
    ]
    content = b"".join(with_checksums(parts)).decode()
    assert content.endswith("\n")
    records = [json.loads(line) for line in content.split("\n")[:-1]]
    names = [record["file_name"] for record in records if "file_name" in record]
    assert names == [*first, *second]
    for record in records:
        assert record.pop("crc32") == f"{zlib.crc32(compact(record).encode()):08x}"
    assert [record.get("records") for record in records][-1] == len(names)
    assert sum("records" in record for record in records) == 1


@given(_NAMES)
def test_rows_have_those_of_lines(names: list[str]) -> None:
    records = [{"file_name": name, "a": 1} for name in names]
    sums = checksums(Texts.of(map(compact, records)))
    for record, checksum in zip(records, sums, strict=True):
        assert checksum_problem(record, checksum, Location()) is None
        changed = checksum_problem(record | {"a": 2}, checksum, Location())
        assert changed is not None
        assert changed.expected == checksum
