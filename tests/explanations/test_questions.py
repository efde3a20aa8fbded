"""Forty questions, each with its whole answer; what the answers say is so."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asnsolve import (
    AssociationError,
    Explanation,
    Pool,
    PoolError,
    SharedKey,
    explain,
    read_association,
    solve,
)
from asnsolve.explanations.named_associations import explain_association
from asnsolve.pool.candidates import parse
from tests.explanations.pairs import changed, solved
from tests.explanations.questions import Question, questions
from tests.strategies import small_pools

EXPOSURES, ASSOCIATIONS = questions("exposure"), questions("association")


def values(pool: Pool, exposure: str, attribute: str) -> set[str | None]:
    """Return what the rows of an exposure have for an attribute."""
    names = [pool.value(row, "filename") for row in range(len(pool))]
    return {pool.value(row, attribute) for row, name in enumerate(names) if name == exposure}


def assert_shared(pool: Pool, shared: Iterable[SharedKey]) -> None:
    """See that what is said to be shared is shared."""
    for key in shared:
        assert len(key.members) > 1
        for member in key.members:
            had = values(pool, member, key.attribute)
            if key.attribute == "asn_candidate":
                (cell,) = had
                assert {*(parse(key.value) or ())} <= {*(parse(cell or "") or ())}
            else:
                assert key.value in had, (member, key)


def assert_true(pool: Pool, rules: str, found: Explanation) -> None:
    """See that an explanation is true, as far as its data go."""
    for membership in found.memberships:
        assert_shared(pool, membership.shared)
        grounds = membership.grounds
        assert grounds.kind in ("keys", "attached", "nod")
        for attribute, value in (*grounds.decided_by, *grounds.shared):
            assert value in values(pool, found.exposure, attribute)
        for attribute, value in grounds.shared:
            assert value in values(pool, grounds.beside, attribute)
    for answer in found.told:
        for remedy in answer.remedies:
            assert found.exposure not in solved(pool, rules, answer.level)
            again = changed(pool, found.exposure, remedy)
            assert found.exposure in solved(again, rules, answer.level), remedy
            for change in remedy.changes:
                assert not change.like or change.value in values(
                    pool, change.like, change.attribute
                )


def test_there_are_forty() -> None:
    assert len(EXPOSURES) >= 30
    assert len(ASSOCIATIONS) >= 10


@pytest.mark.parametrize("question", EXPOSURES, ids=str)
def test_exposures(question: Question) -> None:
    pool = question.pool()
    found = explain(pool, question.rules, question.about)
    assert str(found) == question.answer
    assert_true(pool, question.rules, found)


@pytest.mark.parametrize("question", ASSOCIATIONS, ids=str)
def test_associations(question: Question, tmp_path: Path) -> None:
    pool = question.pool()
    answers = explain_association(pool, question.rules, question.about)
    assert "\n\n".join(map(str, answers)) == question.answer
    for answer in answers:
        assert_shared(pool, answer.shared)
        for member in answer.members:
            for attribute, value in member.grounds.shared:
                assert value in values(pool, member.grounds.beside, attribute)
    # A file of the association is explained in the same words.
    solution = solve(pool, question.rules)
    named = {association.file_name: association for association in solution}
    for answer in answers:
        if answer.file_name:
            path = named[answer.file_name].write(tmp_path)
            assert explain_association(pool, question.rules, path) == (answer,)


def test_a_file_with_other_members(tmp_path: Path) -> None:
    pool = ASSOCIATIONS[0].pool()
    (answer,) = explain_association(pool, "jwst", ASSOCIATIONS[0].about)
    (found,) = [one for one in solve(pool) if one.file_name == answer.file_name]
    path = found.write(tmp_path)
    path.write_text(path.read_text("utf-8").replace('"psf"', '"science"'), "utf-8")
    assert read_association(path).members != found.members
    with pytest.raises(AssociationError) as raised:
        explain_association(pool, "jwst", path)
    assert "the rules give jw09802-c1001_t001_niriss_f430m-nrm-sub80 other members" in str(
        raised.value
    )
    assert "not in the file: jw09802005001_03101_00001_nis as psf" in str(raised.value)
    path.write_text(path.read_text("utf-8").replace(answer.product, "jw09802-c1001_t009"), "utf-8")
    with pytest.raises(AssociationError, match="no rule makes the product jw09802-c1001_t009"):
        explain_association(pool, "jwst", path)


def test_a_name_that_is_none() -> None:
    pool = ASSOCIATIONS[0].pool()
    with pytest.raises(AssociationError, match="no association or product is named") as raised:
        explain_association(pool, "jwst", "jw09802-c1001_ami3_00002_asn.json")
    assert "Did you mean jw09802-c1001_ami3_00001_asn.json" in str(raised.value)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_every_explanation_is_true(data: st.DataObject) -> None:
    pool = Pool(data.draw(small_pools(max_exposures=12)))
    names = sorted({*pool.values("filename")})
    # Every exposure can be asked about, but only what is said of one of them is tried out.
    name = data.draw(st.sampled_from(names))
    try:
        found = explain(pool, "jwst", name)
    except PoolError as error:
        # Two programs may have a file of one name.
        assert "may be any of" in str(error)
        return
    assert str(found)
    assert_true(pool, "jwst", found)
