"""A rule file declares which of its columns measure, and in which unit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import astropy.units as u
import pytest
from astropy.time import Time

from asnsolve import Pool, check, explain, load_rules, solve
from asnsolve.errors import RuleError
from asnsolve.expr.build import above, any_of
from asnsolve.interpret.to_text import to_text
from asnsolve.pool.measures import declination, number, right_ascension, time
from asnsolve.rules.preferences import best
from asnsolve.rules.rule_set import RuleSet
from asnsolve.testing import fuzz
from asnsolve.testing.rule_values import RuleValues
from tests.rules.small import rule

HEAD = """
import astropy.units as u
from asnsolve.expr.build import *
from asnsolve.expr.build import above, any_of
from asnsolve.interpret.to_text import to_text
from asnsolve.pool.measures import declination, number, right_ascension, time
from asnsolve.rules.level3_2017 import DMS_Level3_Base
from asnsolve.rules.model import Cases, Clause, Rule
"""

RULE = """
Asn_Mine = Rule(
    name="Asn_Mine", asn_type="mine3", title="Mine", base=DMS_Level3_Base,
    clauses=(Clause("exp_type", one_of("exp_type", "mir_image")), CLAUSE),
)
"""


def rule_file(folder: Path, columns: str, clause: str = 'Clause("band", key=same("band"))') -> Path:
    path = folder / "mine.py"
    path.write_text(HEAD + f"COLUMNS = {columns}\n" + RULE.replace("CLAUSE", clause))
    return path


def mistakes(path: Path) -> list[str]:
    with pytest.raises(RuleError) as error:
        load_rules(path)
    return [str(problem).replace(str(path), "mine.py") for problem in error.value.problems]


def test_columns_are_words_or_measures(tmp_path: Path) -> None:
    columns = '("my_box", time("expstart"), number("t", u.s), right_ascension("targ_ra"))'
    rules = load_rules(rule_file(tmp_path, columns))
    assert rules.columns == {"my_box"}
    assert rules.measures == (time("expstart"), number("t", "s"), right_ascension("targ_ra"))
    assert rules.known_columns == {"my_box", "expstart", "t", "targ_ra"}


def test_one_measure_may_stand_alone(tmp_path: Path) -> None:
    assert load_rules(rule_file(tmp_path, 'time("expstart")')).measures == (time("expstart"),)


def test_cells_are_read_when_a_pool_is_solved(tmp_path: Path) -> None:
    path = rule_file(tmp_path, 'number("t", "s")', 'Clause("t", key=same("t"))')
    cells = {"exp_type": "mir_image", "program": "1", "asn_candidate": None}
    pool = Pool([{**cells, "filename": f"e{t}_uncal.fits", "t": t} for t in ("1", "1.0", "long")])
    solution = solve(pool, path)
    assert [len(association.members) for association in solution] == [2]
    assert "row 3, column t: 'long' cannot be read" in str(solution.problems[0])
    assert [orphan.filename for orphan in solution.orphans] == ["elong_uncal.fits"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ("(3,)", "field COLUMNS: holds 3; expected names of columns, or measures"),
        ('number("t", "parsnip")', "'parsnip' is no unit"),
        (
            '("t", time("t"))',
            "a date such as 2024-01-31T12:00:00, and a word",
        ),
        ('(number("t", "s"), number("t", "h"))', "t is a number in h, and a number in s too"),
        ('time("program")', "program identifies exposures; expected a column that measures"),
    ],
)
def test_mistakes_in_columns_are_reported(tmp_path: Path, columns: str, expected: str) -> None:
    (mistake,) = mistakes(rule_file(tmp_path, columns))
    assert expected in mistake
    assert "mine.py" in mistake


def test_sets_that_are_joined_join_their_measures() -> None:
    one = RuleSet("one", (rule(name="Asn_One"),), measures=(declination("d"), time("t")))
    two = RuleSet("two", (rule(name="Asn_Two"),), measures=(time("t"),))
    assert load_rules(one, two).measures == (declination("d"), time("t"))
    other = RuleSet("other", (rule(name="Asn_Other"),), measures=(number("t"),))
    with pytest.raises(RuleError, match="t is a number, and a time"):
        load_rules(one, other)


COLUMNS = '("my_box", time("expstart"), number("t", u.s), declination("targ_dec"))'


@pytest.mark.parametrize(
    ("clause", "expected"),
    [
        ('above("t", 3 * u.day)', None),
        ('between("expstart", "2022-08-21", 59900 * u.day)', "goes from 59812 mjd to 59900 d"),
        (
            'between("t", 5 * u.s, 3 * u.s)',
            "between(t) goes from 5 s to 3 s; expected the smaller limit first. Swap the limits.",
        ),
        (
            'above("t", 3 * u.deg)',
            "t is a number in s, and is compared with a limit in deg; expected a limit in s",
        ),
        ('above("t", 3)', "t is a number in s, and is compared with a limit without a unit"),
        (
            'above("expstart", 3 * u.day)',
            'a limit in d; expected a date, such as "2022-08-21", or a Time, such as Time(59812',
        ),
        ('above("expstart", 59800)', 'without a unit; expected a date, such as "2022-08-21"'),
        (
            'below("my_box", 3)',
            "my_box is a column of words; expected a column that measures. Declare what it "
            "measures in COLUMNS, as number('my_box', u.s) or time('my_box').",
        ),
        ('below("my_bxo", 3)', "no pool has an attribute 'my_bxo'"),
        ('one_of("t", "3")', "t is a number in s, and is compared with words"),
        (
            'above("targ_dec", 95 * u.deg)',
            "targ_dec is a declination from -90 to 90 deg, which is never in the range",
        ),
        (
            'between("targ_dec", -100 * u.deg, 10 * u.deg)',
            "is compared with a limit beyond that; expected limits that the column can have",
        ),
        ('between("targ_dec", -90 * u.deg, 10 * u.deg)', None),
        ('above(("t", "targ_dec"), 9 * u.s)', "targ_dec is a declination"),
        ('above("t", "soon")', "'soon' cannot be compared with"),
        ('InRange(("t",), 5.0, 3.0, "s")', "a range goes from 5.0 to 3.0"),
        ('InRange(("t",), None, None, "s")', "a range has no limit"),
    ],
)
def test_mistakes_in_comparisons_are_reported(
    tmp_path: Path, clause: str, expected: str | None
) -> None:
    path = rule_file(tmp_path, COLUMNS, f'Clause("c", {clause})')
    path.write_text("from asnsolve.expr.nodes import InRange\n" + path.read_text())
    if expected is None:
        assert load_rules(path)
    else:
        assert expected in " ".join(mistakes(path))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ('linked("expstart", within=30)', "a width in d, such as 30 * u.day"),
        ('linked_sky("ra", "dec", within=2)', "a width in deg, such as 2 * u.arcmin"),
        ('spread("t", at_most=2 * u.deg)', "a width in s, such as 2 * u.s"),
        ('spread("v", at_most=2)', "expected a width in km / s"),
        ('spread("n", at_most=2 * u.s)', "expected a width without a unit, such as 2"),
    ],
)
def test_a_mistake_in_a_width_says_how_to_write_it(tmp_path: Path, key: str, expected: str) -> None:
    columns = (
        '(time("expstart"), number("t", u.s), number("v", "km / s"), number("n"), '
        'right_ascension("ra"), declination("dec"))'
    )
    made = "from asnsolve.expr.build import linked, linked_sky, spread"
    path = rule_file(tmp_path, columns, f'Clause("c", key={key})')
    path.write_text(
        f"{made}\nfrom asnsolve.pool.measures import right_ascension\n{path.read_text()}"
    )
    found = mistakes(path)
    assert expected in found[0]
    assert all(mistake.endswith(expected) for mistake in found)


def test_limits_are_expressed_in_the_unit_of_the_column(tmp_path: Path) -> None:
    clause = 'Clause("c", any_of(above("t", 3 * u.min), above("expstart", "2022-08-21")))'
    rules = load_rules(rule_file(tmp_path, COLUMNS, clause))
    (own,) = rules
    assert own.all_clauses[1].where == any_of(
        above("t", 180 * u.s), above("expstart", Time(59812, format="mjd"))
    )
    assert load_rules(rules).rules[0] is own
    assert to_text(own.demands[1][1]) == "t is above 180 s or expstart is above 59812 mjd"


def test_a_refusal_says_what_was_measured_and_what_was_expected(tmp_path: Path) -> None:
    clause = 'Clause("start", between("expstart", "2022-08-21", "2022-09-01"))'
    path = rule_file(tmp_path, COLUMNS, clause)
    cells = {"exp_type": "mir_image", "program": "1", "asn_candidate": None}
    pool = Pool([{**cells, "filename": "e_uncal.fits", "expstart": "2022-09-09T12:00:00"}])
    (orphan,) = solve(pool, path).orphans
    refused = (
        "clause start: expected that expstart is between 59812 and 59823 mjd, "
        "but expstart is 59831.5"
    )
    assert refused in str(orphan)
    explained = str(explain(pool, path, "e_uncal.fits"))
    assert "requires that EXPSTART is between 59812 and 59823 mjd, but EXPSTART is 59831.5" in (
        explained.replace("\n", " ")
    )


def test_a_rule_names_what_it_compares_in_any_of_its_parts(tmp_path: Path) -> None:
    clause = 'Clause("t", above("t", 3 * u.s)), Clause("e", key=linked("expstart", within=1 * u.d))'
    columns = '(number("t", "s"), time("expstart"), number("pa"), number("unused"))'
    loaded = load_rules(rule_file(tmp_path, columns, clause))
    (own,) = loaded
    nearest = replace(own, name="Asn_Other", clauses=(), steps=(best("psf", nearest="pa"),))
    rules = replace(loaded, rules=(own, nearest))
    assert rules.compared == {
        "t": ("Asn_Mine",),
        "expstart": ("Asn_Mine",),
        "pa": ("Asn_Other",),
        "unused": (),
    }
    cells = {"exp_type": "mir_image", "program": "1", "asn_candidate": None}
    pool = Pool([{**cells, "filename": "e_uncal.fits", "t": "4"}])
    solution = solve(pool, rules)
    assert [problem.location.column for problem in solution.problems] == ["expstart", "pa"]
    assert solve(pool, rules, solver="exact") == solution


def test_a_set_that_compares_numbers_is_checked_and_fuzzed(tmp_path: Path) -> None:
    clause = 'Clause("t", all_of(above("t", 3 * u.s), below("t", 1 * u.s)))'
    rules = load_rules(rule_file(tmp_path, COLUMNS, clause))
    report = check(rules)
    assert {finding.kind for finding in report.findings} >= {"dead rule"}
    lively = load_rules(rule_file(tmp_path, COLUMNS, 'Clause("t", above("t", 3 * u.s))'))
    assert not fuzz(lively, examples=10).failures
    values = RuleValues(lively).choices["t"]
    assert {float(value) for value in values if value is not None} >= {3.0, 2.0, 4.0}
