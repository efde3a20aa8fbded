"""Numbers of association files."""

from __future__ import annotations

import pytest

from asnsolve.from_files.asn_numbers import name_without_number, renumbered
from tests.from_files.small import association


def test_a_name_without_number_ends_before_it() -> None:
    assert name_without_number("jw00007-o001_image3_00012_asn.json") == "jw00007-o001_image3"


@pytest.mark.parametrize("digits", [3, 5])
def test_numbers_are_given_in_order_with_as_many_digits(digits: int) -> None:
    numbers = {"a": (4, 2), "b": (7,), "c": (9,)}
    given = [
        association(file=f"{head}_{number:0{digits}d}_asn.json")
        for head, of_head in numbers.items()
        for number in of_head
    ]
    found = renumbered(given, {"a", "c"})
    assert [one.file_name for one in found] == [
        f"{head}_{number:0{digits}d}_asn.json"
        for head, number in (("a", 1), ("a", 2), ("b", 7), ("c", 1))
    ]
