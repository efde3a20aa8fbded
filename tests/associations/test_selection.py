"""Associations that satisfy conditions, among those that were made and those that were dropped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from asnsolve.associations.association import Association
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.dropped_list import DroppedList
from asnsolve.associations.object_list import ObjectList
from asnsolve.associations.selection import Selection
from asnsolve.errors import UsageError
from asnsolve.profiles.jwst import FILES
from tests.from_files.small import association, derived, member

IMAGE = association(
    member("a_cal.fits"), member("b_cal.fits"), file="1_asn.json", product="p", rule="Asn_A"
)
SPECTRUM = replace(
    association(
        member("a_rate.fits"),
        derived("p_cat.ecsv", "sourcecat"),
        file="2_asn.json",
        product="q",
        rule="Asn_B",
        asn_type="spec2",
        asn_id="c1000",
        level=2,
    ),
    products=(
        *association(member("a_rate.fits"), product="q").products,
        *association(derived("p_cat.ecsv", "sourcecat"), product="r").products,
    ),
)
NONE: dict[str, Any] = {"exposure": None, "product": None, "level": None}


def kept(**conditions: Any) -> list[Association]:
    """Return the associations that satisfy conditions, whether they were made or dropped."""
    words = {name: conditions.pop(name, None) for name in ("rule", "asn_type", "candidate")}
    chosen = Selection.of(words, **(NONE | conditions), files=FILES)
    both = (IMAGE, SPECTRUM)
    found = list(chosen.of_list(ObjectList(both)).objects())
    gone = DroppedList.of(tuple(Dropped(one, IMAGE, "one membership") for one in both))
    assert [one.association for one in chosen.of_dropped(gone).objects()] == found
    return found


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, [IMAGE, SPECTRUM]),
        ({"rule": "Asn_A"}, [IMAGE]),
        ({"rule": ["Asn_B", "Asn_A", "Asn_C"]}, [IMAGE, SPECTRUM]),
        ({"rule": []}, []),
        ({"asn_type": "spec2"}, [SPECTRUM]),
        ({"candidate": "o001"}, [IMAGE]),
        ({"candidate": {"c1000"}}, [SPECTRUM]),
        ({"level": 2}, [SPECTRUM]),
        ({"level": 3}, [IMAGE]),
        ({"level": 1}, []),
        # Any file of an exposure stands for it; other members have their names alone.
        ({"exposure": "a"}, [IMAGE, SPECTRUM]),
        ({"exposure": "b_uncal.fits"}, [IMAGE]),
        ({"exposure": "p_cat.ecsv"}, [SPECTRUM]),
        ({"exposure": "p"}, []),
        ({"product": "p"}, [IMAGE]),
        ({"product": ["r", "q"]}, [SPECTRUM]),
        ({"product": "r"}, [SPECTRUM]),
        ({"product": "1_asn.json"}, [IMAGE]),
        ({"product": "1"}, []),
        # All conditions hold.
        ({"rule": "Asn_A", "level": 2}, []),
        ({"exposure": "a", "asn_type": "spec2"}, [SPECTRUM]),
        ({"exposure": "b", "product": "q"}, []),
    ],
)
def test_conditions_keep_associations(
    conditions: dict[str, Any], expected: list[Association]
) -> None:
    assert kept(**conditions) == expected


@pytest.mark.parametrize("name", ["rule", "asn_type", "candidate", "exposure", "product"])
@pytest.mark.parametrize("value", [5, ["a", 5]])
def test_names_are_text(name: str, value: object) -> None:
    with pytest.raises(UsageError) as caught:
        kept(**{name: value})
    assert str(caught.value) == f"{name} is 5, which is not text; expected a name, or several"
