"""Components with too many maximal sets are left out and reported; all others are solved."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import astropy.units as u
import numpy as np
import pytest

from asnsolve import Rule, RuleSet, explain, solve
from asnsolve.archive.partition import problem_from_json, solve_partition
from asnsolve.cli.main import main
from asnsolve.expr.build import linked, linked_sky, same, spread
from asnsolve.expr.nodes import MeasuredKey
from asnsolve.rules.level3_2017 import Asn_Image
from asnsolve.rules.model import Clause, Reach
from asnsolve.solvers.graph import array_components
from asnsolve.solvers.scoped_pool import ScopedPool
from asnsolve.solvers.scopes import scopes_of
from asnsolve.solvers.unsolved import OpenKey, advice, open_keys
from asnsolve.testing import LAWS
from tests.rules.small import IMAGES
from tests.rules.small import rule as small_rule
from tests.solvers.rows import exposure, pool_of

Row = dict[str, str]

BOTH = "[('o001', 'observation'), ('c1000', 'mosaic')]"
KEYS = ("band", "module", "channel")
OPEN: Rule = replace(
    Asn_Image,
    name="Asn_Open",
    clauses=(*Asn_Image.clauses, *(Clause(key, key=same(key, optional=True)) for key in KEYS)),
)
RULES = RuleSet("open", (OPEN,))


def crossed(count: int = 15, prefix: str = "", **cells: str) -> list[Row]:
    """Make exposures that leave all keys but one open: `count` to the third power of sets."""
    return [
        exposure(f"{prefix}{key}{value:02}", **{key: f"v{value}"}, **cells)
        for key in KEYS
        for value in range(count)
    ]


OTHERS = (
    exposure("x", filter="f1"),
    exposure("y", filter="f1"),
    *crossed(2, "other", program="2", asn_candidate="[('o001', 'observation')]"),
)


def made(rows: Sequence[Row], solver: str = "fast") -> list[tuple[str, str, str]]:
    return [
        (one.program, one.asn_id, " ".join(sorted(member.expname for member in one.members)))
        for one in solve(pool_of(*rows), RULES, solver=solver)
    ]


@pytest.mark.parametrize("solver", ["fast", "exact"])
def test_everything_outside_the_component_is_solved(solver: str) -> None:
    rows = crossed(asn_candidate=BOTH)
    assert made([*rows, *OTHERS], solver) == made(OTHERS)
    assert made([*OTHERS, *rows][::-1], solver) == made(OTHERS)
    assert len(made(OTHERS)) == 1 + 2**3


def test_the_problem_says_where_how_large_why_and_what_to_do() -> None:
    solutions = [
        solve(pool_of(*rows), RULES, solver=solver)
        for rows in (crossed(asn_candidate=BOTH), crossed(asn_candidate=BOTH)[::-1])
        for solver in ("fast", "exact")
    ]
    assert all(solution == solutions[0] for solution in solutions)
    (problem,) = solutions[0].unsolved
    assert problem in solutions[0].problems
    assert str(problem) == (
        "pool, program 00001, rule Asn_Open: the 45 exposures of candidates c1000, o001 and of the "
        "whole program are not associated, because they fit together in too many ways: "
        "30 leave BAND open (jw_channel00_uncal.fits, jw_channel01_uncal.fits and 28 more), "
        "30 leave MODULE open (jw_band00_uncal.fits, jw_band01_uncal.fits and 28 more), "
        "30 leave CHANNEL open (jw_band00_uncal.fits, jw_band01_uncal.fits and 28 more); "
        "expected at most 500 maximal sets with 25,000 members in all, since its exposures are in "
        "up to 2 candidates. Give the exposures the values of BAND, MODULE, CHANNEL that they "
        "lack, leave out exposures that do not belong together, or use a rule that does not leave "
        "these keys open."
    )


def test_one_candidate_is_named_alone() -> None:
    (problem,) = solve(pool_of(*crossed()), RULES).unsolved
    start = "the 45 exposures of candidate o001 and of the whole program are not associated, "
    assert problem.what.startswith(start)
    assert problem.expected == "at most 1,000 maximal sets with 50,000 members in all"


@pytest.mark.parametrize(
    ("bands", "told"), [(["1", "1", ""], []), (["1", "2", ""], ["BAND"]), (["1", "2", "3"], [])]
)
def test_a_key_of_several_values_that_some_lack_is_open(bands: list[str], told: list[str]) -> None:
    pool = pool_of(*(exposure(f"{at}", band=band) for at, band in enumerate(bands)))
    scoped = ScopedPool.of(pool, scopes_of(pool, array_components(pool)), (OPEN,))
    keys = open_keys(scoped, OPEN, np.flatnonzero(scoped.scopes.entry_scopes == 0))
    assert [key.attributes for key in keys] == told
    assert [key.filenames for key in keys] == [("jw_2_uncal.fits",)] * len(told)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ("", "windows of BAND overlap"),
        ("a", "1 leaves BAND open (a)"),
        ("ab", "2 leave BAND open (a, b)"),
        ("abc", "3 leave BAND open (a, b and 1 more)"),
        ("abcd", "4 leave BAND open (a, b and 2 more)"),
    ],
)
def test_an_open_key_names_two_exposures(names: str, text: str) -> None:
    assert str(OpenKey("BAND", tuple(names))) == text


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            [OpenKey("PA_V3", ())],
            "Leave out exposures that do not belong together, or use a rule of wider windows.",
        ),
        (
            [OpenKey("BAND", ("a",)), OpenKey("PA_V3", ()), OpenKey("PUPIL or FILTER", ("b",))],
            "Give the exposures the values of BAND, PUPIL or FILTER that they lack, leave out "
            "exposures that do not belong together, or use a rule that does not leave these keys "
            "open.",
        ),
    ],
)
def test_what_can_be_done_depends_on_the_keys(keys: list[OpenKey], said: str) -> None:
    assert advice(keys) == said


MEASURED: dict[str, MeasuredKey] = {
    "near": linked_sky("ra", "dec", within=1 * u.deg, optional=True),
    "soon": linked("expstart", within=1 * u.day, optional=True),
    "alike": spread("pa_v3", at_most=10 * u.deg, optional=True),
}


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        # Chains divide exposures, but only open ones or overlapping windows make many sets.
        ([{"expstart": "1"}, {"expstart": "9"}], []),
        ([{"expstart": "1"}, {"expstart": "9"}, {}], ["2 of EXPSTART"]),
        ([{"expstart": "1"}, {"expstart": "1.5"}, {}], []),
        ([{"pa_v3": "1"}, {"pa_v3": "15"}], ["none of PA_V3"]),
        ([{"pa_v3": "1"}, {"pa_v3": "9"}], []),
        ([{"pa_v3": "1"}, {}, {"pa_v3": "15"}], ["1 of PA_V3"]),
        ([{"ra": "1", "dec": "1"}, {"ra": "9", "dec": "1"}], []),
        ([{"ra": "1", "dec": "1"}, {"ra": "9", "dec": "1"}, {}], ["2 of RA and DEC"]),
        ([{"opt": "1"}, {"alt": "2"}, {}], ["2 of OPT or ALT"]),
    ],
)
def test_keys_that_compare_numbers_are_open_or_overlap(cells: list[Row], told: list[str]) -> None:
    clauses = [Clause(name, key=key) for name, key in MEASURED.items()]
    either = Clause("either", key=same("opt", "alt", optional=True))
    measuring: Rule = replace(Asn_Image, clauses=(*Asn_Image.clauses, *clauses, either))
    columns = {"ra": "", "dec": "", "expstart": "", "pa_v3": "", "opt": "", "alt": ""}
    # A key that no exposure has divides nothing.
    pool = pool_of(*(exposure(str(at), **columns | own) for at, own in enumerate(cells)))
    scoped = ScopedPool.of(pool, scopes_of(pool, array_components(pool)), (measuring,))
    keys = open_keys(scoped, measuring, np.flatnonzero(scoped.scopes.entry_scopes == 0))
    assert [
        f"{' '.join(name[3] for name in key.filenames) or 'none'} of {key.attributes}"
        for key in keys
    ] == told


def test_the_scopes_of_a_component_are_named() -> None:
    """The whole program has more exposures than its candidates."""
    ids = [(f"c100{number}", "mosaic") for number in range(3)]
    several = [*crossed(asn_candidate=str(ids)), *crossed(1, "more", asn_candidate="")]
    one = [*crossed(asn_candidate=str(ids[:1])), *crossed(1, "more", asn_candidate="")]
    for rows, named in ((several, "candidates c1000, c1001 and 1 more"), (one, "candidate c1000")):
        found = solve(pool_of(*rows), RULES).unsolved
        assert [problem.what.partition(" are not ")[0] for problem in found] == [
            f"the 45 exposures of {named}",
            "the 48 exposures of the whole program",
        ]


@pytest.mark.parametrize(
    ("programs", "named"), [(("1", "2"), "program 00001"), (("", ""), "program 00000")]
)
def test_a_component_across_programs_is_of_the_whole_pool(
    programs: tuple[str, str], named: str
) -> None:
    keys = (Clause(key, key=same(key, optional=True)) for key in KEYS)
    across = small_rule(clauses=(IMAGES, *keys), reach=Reach(across_programs=True))
    first, second = programs
    rows = [
        *crossed(program=first, exp_type="mir_image"),
        *crossed(1, "x", program=second, exp_type="mir_image"),
    ]
    (problem,) = solve(pool_of(*rows), RuleSet("across", (across,))).unsolved
    assert str(problem).startswith(
        f"pool, {named}, rule Asn_Small: the 48 exposures of the whole pool are not associated, "
    )


def test_its_exposures_are_orphans_for_that_reason() -> None:
    solution = solve(pool_of(*crossed(), *OTHERS), RULES)
    assert len(solution.orphans) == 45
    assert {orphan.refusal.clause for orphan in solution.orphans if orphan.refusal} == {"search"}
    assert str(solution.orphans[0]).startswith(
        "jw_band00_uncal.fits: Asn_Open, clause search: expected that the exposures that could be "
        "associated with it make at most 1,000 maximal sets with 50,000 members in all. Give the"
    )


def test_explain_says_so() -> None:
    told = str(explain(pool_of(*crossed()), RULES, "jw_band03_uncal.fits"))
    assert "Asn_Open of level 3 would take it as science" in told
    assert "too many ways" in told
    assert "30 leave CHANNEL open" in told


def test_only_the_scopes_with_too_many_sets_are_left_out() -> None:
    """Each candidate has few sets, and the program as a whole has too many."""
    rows = crossed()
    for row in rows:
        number = int(row["filename"].split("_")[1][-2:]) % 5
        row["asn_candidate"] = f"[('o00{number}', 'observation')]"
    solution = solve(pool_of(*rows), RULES)
    assert {one.asn_id for one in solution} == {f"o00{number}" for number in range(5)}
    (problem,) = solution.unsolved
    assert "the 45 exposures of the whole program" in problem.what
    assert not solution.orphans


@pytest.mark.parametrize("solver", ["fast", "exact"])
def test_candidates_share_the_bounds(solver: str) -> None:
    """However many candidates name the same exposures, each exposure is in few associations."""

    def associations_with(count: int) -> int:
        ids = [("o001", "observation"), *((f"c{1000 + n}", "mosaic") for n in range(count - 1))]
        return len(made(crossed(7, asn_candidate=str(ids)), solver))

    # 7 to the third power of sets is 343.
    assert [associations_with(count) for count in (1, 2, 3)] == [343, 2 * 343, 0]


def test_the_laws_of_solving_hold() -> None:
    pool = pool_of(*crossed(), *OTHERS)
    for name in ("maximal", "exact", "row order", "programs", "idempotent", "orphans"):
        LAWS[name](pool, RULES)


def test_a_solution_keeps_what_is_unsolved() -> None:
    solution = solve(pool_of(*crossed()), RULES)
    assert solution.unsolved
    others = (
        pickle.loads(pickle.dumps(solution)),
        solution.merged(),
        solution.discovered(),
        solution.with_distinct_names(),
    )
    assert all(other.unsolved == solution.unsolved for other in others)


def test_parts_report_what_is_unsolved() -> None:
    table = solve_partition(pool_of(*crossed(), *OTHERS).to_arrow(), RULES)
    (text,) = table["problem"].drop_null().to_pylist()
    assert "too many ways" in problem_from_json(text).what


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Write a pool and a rule file; return their paths."""
    pool = tmp_path / "pool.csv"
    pool_of(*crossed(), *OTHERS).write(pool)
    rules = tmp_path / "open_rules.py"
    rules.write_text("from tests.solvers.test_unsolved import OPEN\n\nRULES = (OPEN,)\n")
    return str(pool), str(rules)


@pytest.mark.parametrize("options", [(), ("--solver", "exact"), ("-j", "1"), ("--resume",)])
def test_generate_ends_with_findings(
    options: tuple[str, ...],
    files: tuple[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pool, rules = files
    command = ["generate", pool, "-r", rules, "--ignore-default", "--json", *options]
    assert main([*command, "-p", str(tmp_path / "out")]) == 1
    told = capsys.readouterr()
    assert "too many ways" in told.err
    assert any("too many ways" in problem["what"] for problem in json.loads(told.out)["problems"])


def test_strict_refuses_it(files: tuple[str, str], tmp_path: Path) -> None:
    pool, rules = files
    out = tmp_path / "out"
    assert (
        main(["generate", pool, "-r", rules, "--ignore-default", "--strict", "-p", str(out)]) == 2
    )
    assert not out.exists()
