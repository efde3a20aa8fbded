"""Files that only the level that they are not for takes are not lost without a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from asnsolve import associate
from asnsolve.expr.build import at_least, is_set
from asnsolve.from_files.adopted_exposures import Adopted
from asnsolve.from_files.inputs import Inputs
from asnsolve.from_files.leftover import leftover_files, nothing_made
from asnsolve.rules.model import Clause
from asnsolve.rules.rule_set import RuleSet
from asnsolve.solvers.refusals import Orphan, Refusal
from tests.associations.small import BASE, stepped
from tests.from_files.small import association, files_of, member
from tests.solvers.rows import exposure, pool_of


def test_calibrated_files_that_level_3_refuses_are_left_over(tmp_path: Path) -> None:
    """Level 2 would take them, but makes nothing of calibrated files."""
    files = files_of("miri_image", tmp_path, "cal", TARGPROP="", TARGNAME="")
    both, alone = associate(files), associate(files, 3)
    assert both.associations == alone.associations == ()
    assert both.leftover == alone.leftover
    assert {orphan.filename for orphan in both.leftover} == set(map(str, files))
    assert {orphan.refusal.clause for orphan in both.leftover if orphan.refusal} == {"target"}


def test_files_that_one_level_takes_and_their_own_refuses_are_noted(tmp_path: Path) -> None:
    files = files_of("niriss_wfss", tmp_path, "rate")
    spectra = [file for file in files if "GR150" in file.read_bytes().decode("latin-1")]
    found = associate(spectra)
    assert {one.asn_type for one in found.associations} == {"spec3"}
    assert found.leftover == ()
    (note,) = [str(note) for note in found.notes if "of the rule refuses" in str(note)]
    what = "files that clause needs of the rule refuses: "
    assert note.startswith(f"rule Asn_Lv2WFSSNIS: {what}")
    assert "Its direct image is missing" in note


def test_types_that_a_level_has_no_rule_for_are_not_mentioned(tmp_path: Path) -> None:
    files = [
        file
        for stage in ("rate", "cal")
        for file in files_of("miri_lrs_slitless_single", tmp_path / stage, stage)
    ]
    found = associate(files)
    assert found.leftover == ()
    assert not [note for note in found.notes if "of the rule refuses" in str(note)]


def test_files_of_the_other_level_are_not_told(tmp_path: Path) -> None:
    """Level 3 would refuse files without a target, but these are for level 2."""
    rates = files_of("miri_image", tmp_path / "rate", "rate", TARGPROP="", TARGNAME="")
    found = associate(rates)
    assert {one.level for one in found.associations} == {2}
    assert found.leftover == ()
    assert not [note for note in found.notes if "of the rule refuses" in str(note)]


def test_calibrated_files_are_not_told_where_level_2_is_asked_for(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path, "cal", TARGPROP="", TARGNAME="")
    found = associate(files, 2)
    assert len(found.associations) == len(files)
    assert (found.leftover, found.problems) == ((), ())
    assert not [note for note in found.notes if "refuses" in str(note)]


def test_nothing_made_says_what_files_would_be_used() -> None:
    assert str(nothing_made(finished=False)) == "no association can be made from these files"
    assert str(nothing_made(finished=True)) == (
        "no association can be made from these files; expected rate files for level 2, or cal "
        "files for level 3"
    )


RULES = RuleSet(
    "two",
    (
        stepped(name="Asn_Two", asn_type="small2", base=replace(BASE, level=2)),
        stepped(
            name="Asn_Three",
            base=replace(BASE, needs=(at_least(2, "science"),)),
            clauses=(Clause("lamp", is_set("exp_type")),),
        ),
    ),
)
REFUSAL = Refusal("Asn_Small", "lamp", (), "")


def inputs_of(names: str, stage: str = "cal") -> Inputs:
    """Return exposures of observations of their own, each with one file."""
    rows = {
        f"jw_{name}": exposure(name, asn_candidate=f"[('o00{at}', 'observation')]")
        for at, name in enumerate(names.split(), 1)
    }
    files = {name: {stage: Path(f"{name}_{stage}.fits")} for name in rows}
    return Inputs(pool_of(*rows.values()), files, {}, rows, {}, ())


def orphans(names: str) -> list[Orphan]:
    return [Orphan(f"jw_{name}_uncal.fits", REFUSAL) for name in names.split()]


def test_each_orphan_is_left_over_unless_something_else_becomes_of_it() -> None:
    inputs = inputs_of("a b c d e", "rate")
    inputs = replace(
        inputs, aside=frozenset({"jw_a"}), adopted=(Adopted("x", "jw_b", inputs.rows["jw_b"]),)
    )
    # What serves another program is a member under its own name, though nothing is made of it.
    solved = [association(member("jw_c_rate.fits"), level=2)]
    found = leftover_files(orphans("a b c d e"), inputs, RULES, solved, [])
    assert [one.filename for one in found.orphans] == ["jw_d_rate.fits", "jw_e_rate.fits"]
    assert found.notes == ()


def test_exposures_that_only_discovery_would_take_are_left_over() -> None:
    """The level that their files are for needs two of one candidate."""
    solved = [association(member(f"jw_{name}_cal.fits"), level=2) for name in "ab"]
    found = leftover_files([], inputs_of("a b"), RULES, solved, [])
    assert [one.filename for one in found.orphans] == ["jw_a_cal.fits", "jw_b_cal.fits"]
    assert [one.refusal.clause for one in found.orphans if one.refusal] == ["needs", "needs"]
    # If they are made into something, that is a note.
    found = leftover_files([], inputs_of("a b"), RULES, solved, solved)
    assert found.orphans == ()
    assert [str(note) for note in found.notes] == [
        "rule Asn_Three: files that clause needs of the rule refuses: jw_a_cal.fits and 1 more"
    ]
    # With one level alone, there is no other one that takes them.
    alone = replace(RULES, rules=RULES.rules[1:])
    assert leftover_files([], inputs_of("a b"), alone, solved, []).orphans == ()


def test_files_that_serve_another_level_are_one_note() -> None:
    inputs = inputs_of("a b c")
    rows = {name: row | {"is_imprt": "t"} for name, row in inputs.rows.items()}
    rows["jw_b"] = inputs.rows["jw_b"]
    three = replace(RULES, rules=RULES.rules[1:])
    given = [
        replace(one, of_its_sort=one.filename == "jw_b_uncal.fits") for one in orphans("a b c")
    ]
    found = leftover_files(given, replace(inputs, rows=rows), three, [], [])
    assert [one.filename for one in found.orphans] == ["jw_b_cal.fits"]
    (note,) = map(str, found.notes)
    assert note.startswith("files in a role that no rule of this level uses: ")
    assert note.endswith(" and 1 more")
