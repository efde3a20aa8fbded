from __future__ import annotations

from dataclasses import replace

from asnsolve.differences.compare import diff
from asnsolve.differences.results import Result
from asnsolve.report.differences import difference_data

A = Result("00001", "Asn_A", "image3", "o001", "a", (("x", "science"),))
NAMED = {
    "program": "00001",
    "rule": "Asn_A",
    "asn_type": "image3",
    "asn_id": "o001",
    "product": "a",
}


def test_every_kind_is_laid_out() -> None:
    (only,) = diff([], [A])
    assert difference_data(only) == {
        "kind": "only in the second",
        **NAMED,
        "members": [{"file": "x", "role": "science"}],
    }
    (gone,) = diff([A], [])
    assert difference_data(gone)["kind"] == "only in the first"
    (named,) = diff([A], [replace(A, product="b")])
    assert difference_data(named) == {"kind": "name", **NAMED, "then": {"product": "b"}}
    (fields,) = diff([A], [replace(A, rule="Asn_B")])
    assert difference_data(fields) == {"kind": "fields", **NAMED, "then": {"rule": "Asn_B"}}
    (members,) = diff([A], [replace(A, members=(("x", "psf"), ("y", "science")))])
    assert difference_data(members) == {
        "kind": "members",
        **NAMED,
        "then": {},
        "only_first": [],
        "only_second": [{"file": "y", "role": "science"}],
        "roles": [{"file": "x", "role": "science", "then": "psf"}],
    }
