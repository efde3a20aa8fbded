"""Each kind of fault of a file is reported once, the most serious first."""

from __future__ import annotations

from asnsolve.associations.faults import fault, one_of_each_kind
from asnsolve.errors import Location


def test_faults_of_one_kind_are_counted() -> None:
    found = [
        fault("remark", "name", "is odd"),
        fault("error", "key", "is 1", "text", "Write text."),
        fault("error", "key", "is 2"),
        fault("error", "key", "is 2"),
        fault("finding", "key", "is 3"),
        *(fault("finding", "role", f"is {number}") for number in (4, 5, 6)),
    ]
    told = one_of_each_kind(found, Location("mine.json"))
    assert [(each.weight, each.kind, str(each)) for each in told] == [
        ("error", "key", "mine.json: is 1 (and 1 more like it); expected text. Write text."),
        ("finding", "key", "mine.json: is 3"),
        ("finding", "role", "mine.json: is 4 (and 2 more like it)"),
        ("remark", "name", "mine.json: is odd"),
    ]
    assert one_of_each_kind([], Location()) == ()
