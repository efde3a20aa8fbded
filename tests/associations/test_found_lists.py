"""Lists of a solution that are made from objects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from asnsolve import Solution
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.dropped_list import DroppedList
from asnsolve.associations.found_lists import FoundLists
from asnsolve.errors import UsageError
from asnsolve.rules.model import Law
from asnsolve.solvers.refusals import Orphan
from tests.associations.examples import MEMBERS, association

ONE = association()
TWO = association(rule="Asn_Two", number=2, members=MEMBERS[:2])
GONE = Dropped(replace(ONE, file_name=""), TWO, "one product")


def test_other_associations_leave_the_orphans_as_they_are() -> None:
    lists = FoundLists.of([ONE, TWO], [GONE], [Orphan("x", None), Orphan("y", None)])
    assert lists.outside == ("x", "y")
    assert lists.dropped.objects() == (GONE,)
    changed = lists.with_associations([TWO], [])
    assert (changed.outside, changed.orphans) == (lists.outside, lists.orphans)
    assert changed.made.objects() == (TWO,)
    assert (len(changed.dropped), len(changed.find_laws())) == (0, 0)


def test_associations_are_found_by_their_files() -> None:
    lists = FoundLists.of([ONE, TWO], [], [])
    assert lists.file_names() == [ONE.file_name, TWO.file_name]
    assert [lists.place_of(name) for name in lists.file_names()] == [0, 1]
    with pytest.raises(UsageError) as caught:
        lists.place_of("jw00009-o001_image3_00003_asn.json")
    assert str(caught.value).startswith(
        "there is no association jw00009-o001_image3_00003_asn.json. Did you mean "
    )


def test_each_list_is_a_table() -> None:
    lists = FoundLists.of([ONE, TWO], [GONE], [Orphan("x", None)])
    for what, rows in (("associations", 2), ("members", 5), ("orphans", 1), ("dropped", 1)):
        (cells, *_) = lists.columns(what).values()
        assert len(cells[0] if isinstance(cells, tuple) else cells) == rows
    with pytest.raises(UsageError) as caught:
        lists.columns("rules")
    assert str(caught.value).endswith(
        "a solution has no table of 'rules'; expected associations, members, orphans or dropped"
    )


def test_dropped_associations_are_taken_with_their_winners() -> None:
    other = Dropped(replace(TWO, file_name=""), ONE, "one membership")
    dropped = DroppedList.of((GONE, other, GONE))
    assert len(dropped) == 3
    assert dropped.take(dropped.which[1:]).objects() == (other, GONE)
    codes, texts = dropped.columns["law"]
    names = list(texts)
    assert [names[code] for code in codes.tolist()] == [
        "one product",
        "one membership",
        "one product",
    ]


def test_products_of_one_association_are_compared_one_by_one() -> None:
    (product,) = ONE.products
    several = replace(ONE, products=(replace(product, name="p"), product))
    (shared,) = Solution.of("mine", "rules", [several, TWO]).same_names
    assert f"{product.name}" in str(shared)
    assert Solution.of("mine", "rules", [several, replace(TWO, products=())]).same_names == ()


def test_the_table_of_what_was_dropped_says_to_what_and_why() -> None:
    winners = [association(number=number) for number in (1, 2)]
    loser = replace(association(rule="Asn_Lost"), file_name="")
    laws: list[Law] = ["one membership", "one product", "one membership"]
    gone = [Dropped(loser, winners[at % 2], law) for at, law in zip((1, 0, 2), laws, strict=True)]
    table = Solution.of("pool", "rules", winners, dropped=gone).to_table("dropped")
    assert "file_name" not in table.colnames
    assert table.colnames[-3:] == ["law", "gave_way_to", "by_rule"]
    assert list(table["rule"]) == ["Asn_Lost"] * 3
    assert list(table["law"]) == laws
    assert list(table["gave_way_to"]) == [winners[at].file_name for at in (1, 0, 0)]
    assert list(table["by_rule"]) == ["Asn_Image"] * 3
