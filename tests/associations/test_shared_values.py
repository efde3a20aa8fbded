"""Values that members share: of clauses, of attributes and of keys that compare numbers."""

from __future__ import annotations

import numpy as np
import pytest

from asnsolve.associations import shared_values
from asnsolve.associations.shared_values import SharedValues, signature_of
from asnsolve.associations.text_columns import Values
from asnsolve.expr.build import is_set, one_of, same
from asnsolve.expr.nodes import Spread
from asnsolve.rules.model import Cases, Clause, Rule
from tests.associations.arrays import memberships, scoped_of
from tests.associations.small import stepped
from tests.solvers.rows import exposure

PSF, SCIENCE = 0, 1
FILTER = Clause("filter", key=same("filter"))
ROLES = Cases(((is_set("is_psf"), "psf"),), "science")

ROWS = [
    exposure("a", filter="f1", detector="d1", expstart="59000"),
    exposure("b", filter="f1", detector="d2", expstart="59002", band="b1"),
    exposure("c", filter="f2", detector="d1", expstart="59001", is_psf="t"),
    exposure("d", filter="f3", detector="", expstart="", pupil="", band="b2"),
]


def rule_of(*clauses: Clause, roles: Cases = ROLES) -> Rule:
    return stepped(clauses=clauses, roles=roles)


def shared_by(*clauses: Clause, roles: Cases = ROLES) -> SharedValues:
    """Make the members of two associations; the third member of the second one was attached."""
    members = memberships(
        [0, 0, 0, 1, 1],
        [0, 1, 2, 1, 3],
        2,
        roles=[SCIENCE, SCIENCE, PSF, SCIENCE, SCIENCE],
        shares_keys=[True, True, True, True, False],
    )
    rule = rule_of(*clauses, roles=roles)
    return SharedValues.of(scoped_of(ROWS, rule), rule, members)


def lists(values: Values) -> list[list[str]]:
    return [list(values.at(code)) for code in values.codes.tolist()]


def test_members_that_were_attached_share_nothing() -> None:
    shared = shared_by(FILTER)
    assert shared.memberships.entries.tolist() == [0, 1, 2, 1]
    assert len(shared.scoped) == 4
    assert lists(shared.of_attribute("detector")) == [["d1", "d2"], ["d2"]]


def test_values_of_science_members_are_found_apart_from_those_of_all() -> None:
    for _ in range(2):  # They are also remembered separately.
        shared = shared_by(FILTER)
        for _ in range(2):
            assert lists(shared.of_clause(FILTER)) == [["f1", "f2"], ["f1"]]
            assert lists(shared.of_clause(FILTER, science=True)) == [["f1"], ["f1"]]
    assert lists(shared.of_attribute("is_psf")) == [["t"], []]
    assert lists(shared.of_attribute("is_psf", science=True)) == [[], []]


def test_values_of_science_members_may_be_asked_for_first() -> None:
    shared = shared_by(FILTER)
    assert lists(shared.of_clause(FILTER, science=True)) == [["f1"], ["f1"]]
    assert lists(shared.of_clause(FILTER)) == [["f1", "f2"], ["f1"]]


def test_science_members_have_the_role_of_science_or_are_all_members() -> None:
    assert shared_by().is_science().tolist() == [True, True, False, True]
    other = Cases(((is_set("is_psf"), "psf"),), "other")
    assert shared_by(roles=other).is_science().tolist() == [True] * 4


@pytest.mark.parametrize(
    ("clause", "values"),
    [
        (Clause("exp_type", one_of("filter", "f1")), [["f1", "f2"], ["f1"]]),
        (Clause("either", one_of(("band", "filter"), "b1")), [["b1", "f1", "f2"], ["b1"]]),
        (Clause("either", key=same("band", "filter")), [["b1", "f1", "f2"], ["b1"]]),
        # A test of whether a column is set gives no value.
        (Clause("program", is_set("band")), [[], []]),
        # A key of one role ignores the values of other roles.
        (Clause("filter", key=same("filter", roles="psf")), [["f2"], []]),
        (Clause("filter", key=same("filter", roles="science")), [["f1"], ["f1"]]),
        (
            Clause("target", key=same("filter", instead=(one_of("detector", "d2"), ("detector",)))),
            [["d2", "f1", "f2"], ["d2"]],
        ),
    ],
)
def test_a_clause_has_the_values_of_what_it_looks_at(
    clause: Clause, values: list[list[str]]
) -> None:
    assert lists(shared_by(clause).of_clause(clause)) == values


def test_values_are_written_from_the_texts_of_their_only_column() -> None:
    merged = Clause("either", key=same("band", "filter"))
    instead = same("filter", instead=(one_of("detector", "d2"), ("detector",)))
    replaced = Clause("target", key=instead)
    files = Clause("file", key=same("filename"))
    shared = shared_by(FILTER, merged, replaced, files)
    own = shared.of_clause(FILTER)
    assert own.texts is not None
    assert own.texts.list() == list(own.values) == ["f1", "f2", "f3"]
    # Other clauses have values of several columns, so no column of the pool has their texts.
    assert shared.of_clause(merged).texts is None
    assert shared.of_clause(replaced).texts is None
    names = shared.of_clause(files)
    assert names.texts is not None
    assert names.texts.list() == [f"jw_{name}_uncal.fits" for name in "abcd"]
    groups = np.array([1], dtype=np.int64)
    for values, text in ((own, "f1"), (names, "jw_b_uncal.fits")):
        assert values.as_text(groups, "none").list() == [text]


KEYS = (
    Clause("detector", one_of("detector", "d1", "d2")),
    FILTER,
    Clause("time", key=Spread(("expstart",), 3.0, "d", optional=True)),
)


def test_keys_have_values_or_ranges_of_numbers_and_other_clauses_have_none() -> None:
    found = shared_by(*KEYS).of_keys()
    assert list(found) == ["filter", "time"]
    assert lists(found["filter"]) == [["f1", "f2"], ["f1"]]
    assert lists(found["time"]) == [["59000 to 59002"], ["59002"]]


@pytest.mark.parametrize("few", [0, 1, 2, 10])
def test_the_values_of_keys_are_kept_or_found_again(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_values, "_FEW", few)
    shared = shared_by(*KEYS)
    signature = signature_of(scoped_of(ROWS, shared.rule), shared)
    for _ in range(2):
        found = signature()
        assert {name: lists(values) for name, values in found.items()} == {
            "filter": [["f1", "f2"], ["f1"]],
            "time": [["59000 to 59002"], ["59002"]],
        }
    # The few values of a clause are kept, so they are the same object each time.
    assert (signature()["filter"] is signature()["filter"]) == (few >= 2)
