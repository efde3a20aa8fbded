"""Conditions that choose exposures by keywords and attributes."""

from __future__ import annotations

from pathlib import Path

import pytest
from astropy.io import fits

from asnsolve import Pool
from asnsolve.errors import PoolError, UsageError
from asnsolve.pool.conditions import parse_conditions, satisfying
from tests.from_files.small import files_of

CELLS = [
    {"filter": "F770W", "obs_num": "001", "tsovisit": "T", "channel": "12"},
    {"filter": "F1000W", "obs_num": "2", "tsovisit": "F", "channel": "34"},
    {"obs_num": "10"},
]


@pytest.mark.parametrize(
    ("texts", "chosen"),
    [
        ([], [0, 1, 2]),
        (["FILTER=f770w"], [0]),
        (["filter=F770W, F1000W"], [0, 1]),
        (["filter!=F770W"], [1, 2]),
        (["filter="], [2]),
        (["filter!="], [0, 1]),
        (["filter != f770w", "filter!="], [1]),
        (["obs_num=1"], [0]),
        (["OBS_NUM=002,10.0"], [1, 2]),
        (["tsovisit=true"], [0]),
        (["tsovisit=false"], [1, 2]),
        (["tsovisit!=T"], [1, 2]),
    ],
)
def test_all_conditions_hold(texts: list[str], chosen: list[int]) -> None:
    answers = satisfying(CELLS, parse_conditions(texts))
    assert [place for place, answer in enumerate(answers) if answer] == chosen


def test_every_text_that_is_no_condition_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        parse_conditions(["filter", "a==b", "__import__('os')=1", "=x", "band=long"])
    whats = [problem.what for problem in caught.value.problems]
    # "a==b" asks for the value "=b": odd, but no mistake of form.
    assert whats == [
        "the condition 'filter' cannot be read",
        "the condition \"__import__('os')=1\" cannot be read",
        "the condition '=x' cannot be read",
    ]
    assert caught.value.problems[0].expected == "KEY=VALUE, KEY=VALUE,VALUE or KEY!=VALUE"


def test_an_unknown_name_is_refused_with_a_similar_one() -> None:
    with pytest.raises(UsageError) as caught:
        satisfying(CELLS, parse_conditions([" filtr=f770w "]))
    assert str(caught.value) == (
        "no exposure has FILTR, which 'filtr=f770w' asks for; expected a header keyword, or an "
        "attribute of a pool. Did you mean filter?"
    )


def test_no_value_is_an_empty_text() -> None:
    (condition,) = parse_conditions(["FILTER=null,T,001"])
    assert condition.name == "filter"
    assert condition.values == {"", "t", "1.0"}


def test_the_values_are_listed_where_none_is_left() -> None:
    expected = "is left that satisfies 'filter=F560W'; expected FILTER of F1000W, F770W"
    with pytest.raises(PoolError, match=expected):
        satisfying(CELLS, parse_conditions(["filter=F560W"]))


@pytest.mark.parametrize(
    ("count", "listed"), [(8, "1, 2, 3, 4, 5, 6, 7, 8"), (9, "1, 2, 3, 4, 5, 6, 7, 8, ...")]
)
def test_eight_values_are_listed_at_most(count: int, listed: str) -> None:
    exposures = [{"visit": str(number)} for number in range(1, count + 1)]
    with pytest.raises(PoolError) as caught:
        satisfying(exposures, parse_conditions(["visit=77"]))
    assert str(caught.value).endswith(f"expected VISIT of {listed}")


def test_a_keyword_that_no_pool_has_chooses_among_files(tmp_path: Path) -> None:
    files = files_of("miri_image", tmp_path)
    fits.setval(files[1], "PHOTMODE", value="fast")
    for name in (file.name for file in files):
        assert name in {path.name for path in files}
    pool = Pool.from_fits(files, where="photmode=fast")
    assert len(pool) == 1
    assert "photmode" not in pool.columns
    assert pool.value(0, "patt_num") == "2"
    assert len(Pool.from_fits(files, where=["photmode!=fast", "patt_num=1,2,3"])) == 2


def test_an_attribute_that_no_exposure_has_is_one_without_values() -> None:
    exposures = [{"filter": "F770W"}, {"filter": "F1000W"}]
    for text in ("is_psf=f", "BAND!=SHORT", "band="):
        assert satisfying(exposures, parse_conditions([text])) == [True, True]
    with pytest.raises(PoolError) as caught:
        satisfying(exposures, parse_conditions(["band=short"]))
    assert str(caught.value) == (
        "no exposure is left that satisfies 'band=short'; expected another condition: no exposure "
        "has a value of BAND"
    )
