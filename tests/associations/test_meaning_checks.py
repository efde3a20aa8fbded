"""What makes an association do something other than its author intended."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from asnsolve.associations.faults import Fault
from asnsolve.associations.meaning_checks import meaning_faults, member_faults, missing_members
from asnsolve.profiles.jwst import PROFILE
from tests.associations.examples import data

Member = dict[str, str]


def of(file: str, role: str = "science") -> Member:
    return {"expname": file, "exptype": role}


def product(*members: Member, name: str = "p") -> dict[str, Any]:
    return {"name": name, "members": list(members)}


def told(faults: Iterable[Fault]) -> list[tuple[str, str, str]]:
    """Return the weight, the kind and the text of each fault."""
    return [(one.weight, one.kind, str(one)) for one in faults]


def found(
    *products: dict[str, Any], level: int = 3, asn_type: str = "spec3"
) -> list[tuple[str, str, str]]:
    whole = data(products=list(products), asn_type=asn_type)
    return told(meaning_faults(whole, is_level2=level == 2))


def test_products_of_one_name_are_told_unless_they_are_of_other_exposures_at_level_2() -> None:
    one, other = product(of("a.fits")), product(of("b.fits"))
    repeat = ("finding", "repeats name", "products[1] repeats the name 'p' of products[0]")
    assert found(one, other) == [repeat]
    assert found(one, other, level=2) == []
    assert found(one, one, level=2) == [repeat]
    assert found(one, product(of("a.fits"), name="q")) == []
    assert found({"members": [of("a.fits")]}, {"members": [of("a.fits")]}) == []


def test_a_product_has_science() -> None:
    lacking = ("finding", "no science", "products[0].members holds no science member")
    for level in (2, 3):
        assert found(product(of("a.fits", "psf")), level=level) == [lacking]
        assert found(product(of("a.fits", "SCIENCE")), level=level) == []


def test_a_product_of_level_2_has_one_science_exposure() -> None:
    two = product(of("a.fits"), of("b.fits"))
    assert found(two) == []
    assert found(two, level=2) == [
        (
            "finding",
            "science",
            "products[0].members holds 2 science members; expected one: the pipeline takes only "
            "the first",
        )
    ]


def test_a_file_has_one_role_at_level_2_and_each_once_at_level_3() -> None:
    both = product(of("a.fits"), of("a.fits", "background"))
    twice = product(of("a.fits"), of("a.fits"))
    repeat = (
        "finding",
        "repeats expname",
        "products[0].members[1] repeats the expname 'a.fits' of products[0].members[0]",
    )
    assert found(both) == []
    assert found(both, level=2) == found(twice) == found(twice, level=2) == [repeat]
    imprint = [of("b.fits", "imprint"), of("b.fits", "SELFCAL")]
    assert found(product(of("a.fits"), *imprint), level=2) == []


@pytest.mark.parametrize(("asn_type", "count"), [("image3", 1), ("spec3", 0)])
def test_image3_leaves_out_science_that_is_not_in_lower_case(asn_type: str, count: int) -> None:
    text = (
        "calwebb_image3 leaves products[0].members[1] out, because its exptype is 'Science'; "
        "expected 'science'. Write it in lower case, or remove the member and add it again: "
        "asnsolve edit."
    )
    members = [of("a.fits"), of("b.fits", "Science"), of("c.fits", "Background")]
    expected = [("remark", "role case", text)] * count
    assert found(product(*members), asn_type=asn_type) == expected


def test_members_have_a_name_and_a_known_role() -> None:
    members = [of(""), of("a.fits", "Sience")]
    faults = found(product(of("b.fits"), *members))
    assert faults == told(member_faults(data(products=[product(of("b.fits"), *members)]), PROFILE))
    assert faults[0] == ("finding", "expname", "products[0].members[1].expname is empty")
    weight, kind, text = faults[1]
    assert (weight, kind) == ("finding", "role sience")
    assert text.startswith("products[0].members[2].exptype is 'Sience'; expected one of ")
    assert text.endswith("Did you mean science?")


def test_members_without_a_file_are_told_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "asn").mkdir()
    for beside in ("asn/a.fits", "b.fits"):
        (tmp_path / beside).touch()
    members = [of(f"{name}.fits") for name in "dabc"]
    whole = data(products=[product(*members), product(of("c.fits"))])
    assert told(missing_members(whole, tmp_path / "asn", PROFILE)) == [
        ("finding", "missing", f"the file of member '{name}.fits' does not exist") for name in "cd"
    ]
