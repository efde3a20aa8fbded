"""Headers of FITS files of a mission that has its own keywords, stages and names."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits

from asnsolve import (
    DerivedNumber,
    DerivedWord,
    Pool,
    PoolError,
    RuleError,
    load_rules,
    solve,
)
from asnsolve.rules.rule_set import RuleSet

FILE = Path(__file__).with_name("owl.py")


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_rules(FILE)


def write(folder: Path, name: str, **cards: str | int) -> None:
    fits.PrimaryHDU(header=fits.Header(cards)).writeto(folder / name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    red: dict[str, str | int] = {"PROPID": 7, "GLASS": "RED"}
    write(tmp_path, "owl.0007.n001.a_lev1.fits", **red, POINTING="VEGA", TURN=1)
    write(tmp_path, "owl.0007.n001.b_lev1.fits", **red, POINTING="BLANK", TURN=2)
    write(tmp_path, "owl.0007.n002.a_lev1.fits", **red, POINTING="DENEB", TURN=1)
    write(tmp_path, "owl.0007.n002.b_lev1.fits", **red, POINTING="DENEB", TURN=2)
    write(tmp_path, "owl.0007.n002.c_lev1.fits", PROPID=7, GLASS="OPEN", POINTING="DENEB", TURN=3)
    return tmp_path


def pool_of(folder: Path, rules: RuleSet) -> Pool:
    return Pool.from_fits(folder, profile=rules.profile)


def test_columns_come_from_the_keywords_of_the_mission(folder: Path, rules: RuleSet) -> None:
    pool = pool_of(folder, rules)
    assert list(pool["filename"]) == [
        f"owl.0007.{name}_lev0.fits" for name in ("n001.a", "n001.b", "n002.a", "n002.b", "n002.c")
    ]
    assert list(pool["program"]) == ["7"] * 5
    assert list(pool["night"]) == ["1", "1", "2", "2", "2"]
    assert list(pool["exp_type"]) == ["star", "sky", "star", "star", "star"]
    assert list(pool["place"]) == [f"place {turn}" for turn in (1, 2, 1, 2, 3)]
    # A word that means nothing is not a value. Targets are numbered by name: BLANK, DENEB, VEGA.
    assert list(pool["filter"]) == ["red"] * 4 + [None]
    assert list(pool["targetid"]) == ["3", "1", "2", "2", "2"]
    assert not pool.problems
    first = pool.provenance[0]
    assert first.derived == ("night", "exp_type", "asn_candidate", "place", "targetid")
    assert (first.defaulted, first.missing) == (("quality",), ("weather",))


def test_the_rules_of_the_mission_solve_the_pool(folder: Path, rules: RuleSet) -> None:
    pool = pool_of(folder, rules)
    solution = solve(pool, rules)
    found = {
        each.products[0].name: [(member.expname, member.exptype) for member in each.members]
        for each in solution.associations
    }
    first, second = "owl.0007.n001", "owl.0007.n002"
    assert found == {
        "owl0007-p0007_t003_red": [
            (f"{first}.a_lev1.fits", "science"),
            (f"{first}.b_lev1.fits", "background"),
        ],
        "owl0007-p0007_t002_red": [
            (f"{second}.a_lev1.fits", "science"),
            (f"{second}.b_lev1.fits", "science"),
        ],
    }
    assert solve(pool, rules, solver="exact").associations == solution.associations
    # Rules that are loaded again have the same mission, and so has a pool from another process.
    sent = pickle.loads(pickle.dumps(pool))
    assert solve(sent, load_rules(FILE)).associations == solution.associations


def test_stages_of_the_mission_are_files_of_one_exposure(folder: Path, rules: RuleSet) -> None:
    star: dict[str, str | int] = {"PROPID": 7, "GLASS": "RED", "POINTING": "VEGA", "TURN": 1}
    write(folder, "owl.0007.n001.a_lev0.fits", **star)
    write(folder, "owl.0007.log.fits", PROPID=7)
    write(folder, "owl.0007.n003.a_lev1.fits", PROPID=7, GLASS="RED")
    pool = Pool.from_fits(sorted(folder.iterdir()), profile=rules.profile)
    assert len(pool) == 5
    assert [Path(path).name for path in pool.provenance[0].files] == [
        "owl.0007.n001.a_lev1.fits",
        "owl.0007.n001.a_lev0.fits",
    ]
    (problem,) = pool.problems
    assert problem.what == "the header has no TURN"
    assert problem.expected == "the header of an exposure of OWL"
    assert [note.what.partition(":")[0] for note in pool.notes] == ["logs of nights are skipped"]
    # If a header names the log, no note is needed.
    write(folder, "owl.0007.n004.a_lev1.fits", **star, WEATHER="owl.0007.log.fits")
    assert Pool.from_fits(sorted(folder.iterdir()), profile=rules.profile).notes == ()


def test_a_table_and_conditions_use_the_names_of_the_mission(
    folder: Path, rules: RuleSet, tmp_path: Path
) -> None:
    table = tmp_path / "extra.csv"
    table.write_text("filename,filter\nowl.0007.n002.c_lev1.fits,blue\n")
    pool = Pool.from_fits(folder, extra=table, where="filter=blue", profile=rules.profile)
    assert list(pool["filename"]) == ["owl.0007.n002.c_lev0.fits"]
    assert pool.provenance[0].supplied == ("filter",)


def test_without_the_profile_they_are_no_exposures(folder: Path) -> None:
    with pytest.raises(
        PoolError, match="no EXP_TYPE, PROGRAM, OBS_NUM; expected the header of an exposure of JWST"
    ):
        Pool.from_fits(folder)


def test_pools_need_no_candidates(tmp_path: Path, rules: RuleSet) -> None:
    write(tmp_path, "owl.0007.n001.a_lev1.fits", PROPID="x", GLASS="RED", POINTING="A", TURN=1)
    assert list(pool_of(tmp_path, rules)["asn_candidate"]) == [None]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"derived": (DerivedNumber("place", ("turn",), form="{x}"),)},
            r"form: '{x}' cannot be fi",
        ),
        ({"derived": (DerivedNumber("place", ("turn",), form="{:s}"),)}, r"form: '{:s}' cannot be"),
        ({"derived": (DerivedNumber("place", ("trn",)),)}, r"\.of: 'trn' is not .* mean turn\?"),
        ({"derived": (DerivedNumber("place", ("turn",), within="prt"),)}, r"within: 'prt' is not"),
        ({"derived": (DerivedWord("kind", "objct", {}, "x"),)}, r"\.of: 'objct' .* mean object\?"),
        ({"product": "(a"}, r"product: '\(a' is not a regular expression"),
        ({"product": "a(?P<program>b)"}, "product: has no group asn_id and no group target"),
        ({"required": ("turns",)}, "required: 'turns' is not a column .* Did you mean turn"),
        ({"identity": ("nigt",)}, "identity: 'nigt' is not a column .* Did you mean night"),
        ({"targets": ("star",)}, "targets: 'star' is not a column"),
        ({"companions": ("wether",)}, "companions: 'wether' is not a column"),
        ({"keywords": ("program",)}, "keywords: is"),
    ],
    ids=str,
)
def test_mistakes_are_found_when_rules_are_loaded(
    changed: dict[str, Any], message: str, rules: RuleSet
) -> None:
    headers = replace(rules.profile.headers, **changed)
    with pytest.raises(RuleError, match=f"profile.headers.*{message}"):
        load_rules(replace(rules, profile=replace(rules.profile, headers=headers)))


def test_words_are_derived_from_any_case() -> None:
    word = DerivedWord("kind", "of", {"a": "first"}, otherwise="other")
    cells = [word.cell(row) for row in ({"of": "A"}, {"of": "a"}, {"of": "b"}, {})]
    assert cells == ["first", "first", "other", "other"]
