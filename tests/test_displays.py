"""Objects show themselves briefly, as text and as HTML, and offer their public names alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from time import perf_counter
from typing import Any

import numpy as np
import pytest

from asnsolve import Association, Finding, Pool, Report, demo_pool, explain, load_rules, solve
from asnsolve.displays import MOST_ROWS, brief, first_few, html_table, html_text, public_names
from asnsolve.from_files.solved_request import Associated
from asnsolve.simulate import every_mode, simulate

HOSTILE = "<script>alert('\"')</script>\u202e&amp;\n" + "x" * 3_000


class Reader(HTMLParser):
    """Collects the tags and the text of HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


FINDINGS = tuple(
    Finding("gap", 3, ("Asn_A", "Asn_B"), "filter", "x" * 500, {}, reason)
    for reason in (None, "known", *["wanted"] * 30)
)


def examples() -> Mapping[str, Any]:
    """Return an object of each kind that shows itself."""
    pool = Pool.read(demo_pool())
    rules = load_rules("jwst")
    solution = solve(pool, rules)
    return {
        "pool": pool,
        "solution": solution,
        "selection": solution.select(level=3),
        "association": max(solution, key=lambda one: len(one.members)),
        "rule": rules[0],
        "rule set": rules,
        "explanation": explain(pool, rules, pool.value(0, "filename") or ""),
        "refusal": explain(pool, rules, solution.outside[0]),
        "report": Report("jwst", FINDINGS, ("a promise",)),
        "associated": Associated(solution.associations, solution.orphans, ()),
        "nothing": solve(pool, rules, ids=["c9999"]),
        "no findings": Report("jwst", ()),
    }


EXAMPLES = examples()


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_text_is_short(kind: str) -> None:
    text = repr(EXAMPLES[kind])
    assert text.startswith("<")
    assert len(text.splitlines()) <= 10
    assert len(text) <= 2_000


@pytest.mark.parametrize("kind", EXAMPLES)
def test_html_is_a_small_table_that_is_well_formed(kind: str) -> None:
    read = Reader(EXAMPLES[kind]._repr_html_())
    assert not read.open
    assert set(read.tags) <= {"div", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    assert read.tags.count("tr") <= MOST_ROWS + 1


@pytest.mark.parametrize("kind", EXAMPLES)
def test_completion_offers_public_names_alone(kind: str) -> None:
    names = dir(EXAMPLES[kind])
    assert names
    assert all(hasattr(EXAMPLES[kind], name) and not name.startswith("_") for name in names)


def test_a_large_pool_shows_itself_at_once() -> None:
    count = 100_000
    pool = Pool(
        {
            "filename": [f"jw{at:011d}_02101_00001_nrca1_uncal.fits" for at in range(count)],
            "program": [str(at % 5_000) for at in range(count)],
            "exp_type": ["nrc_image"] * count,
            "asn_candidate": ["[('o001', 'observation')]"] * count,
        }
    )
    start = perf_counter()
    text = repr(pool)
    # It takes 2 ms; the bound is for a machine with much else to do.
    assert perf_counter() - start < 0.5
    assert len(text) <= 2_000
    assert "100,000 exposures" in text


def hostile_pool() -> Pool:
    row = {**simulate(every_mode())[0], "EXP_TYPE": HOSTILE, "TARGETID": HOSTILE}
    return Pool([row], name=HOSTILE)


def test_nothing_in_a_pool_becomes_markup() -> None:
    pool = hostile_pool()
    told = Reader(pool._repr_html_())
    assert "script" not in told.tags
    assert not told.open
    assert "\u202e" not in "".join(told.text)
    assert len(repr(pool)) <= 2_000
    assert len(repr(pool).splitlines()) <= 10


def test_a_product_counts_its_members() -> None:
    product = EXAMPLES["association"].products[0]
    assert repr(replace(product, members=product.members[:1] * 5_000)) == (
        f"<Product {product.name}: 5,000 science>"
    )
    assert len(repr(replace(product, name=HOSTILE))) <= 2_000
    assert "\u202e" not in repr(replace(product, name=HOSTILE))


def test_nothing_in_an_association_becomes_markup() -> None:
    known = EXAMPLES["association"]
    association = Association(
        HOSTILE, HOSTILE, HOSTILE, "1", "t1", known.products, HOSTILE, "pool", "", "",
        signature={HOSTILE: HOSTILE},
    )  # fmt: skip
    told = Reader(association._repr_html_())
    assert "script" not in told.tags
    assert len(repr(association)) <= 2_000


def test_long_texts_are_cut_and_lists_say_how_many_more_there_are() -> None:
    assert brief("a\u202eb") == "a\\u202eb"
    assert len(brief("x" * 500)) == 120
    assert first_few(["a", "b", "c"], 3) == "a, b, c"
    assert first_few(["a", "b", "c"], 1) == "a and 2 more"
    html = html_table("t", ["a"], [[None], [1_000]], total=5)
    assert ">1,000</td>" in html
    assert "and 3 more" in html
    assert "<table>" not in html_table("t", ["a"], [])
    assert "&lt;b&gt;" in html_text("t", "<b>\nc")
    assert public_names(["b", "_a", "a"]) == ["a", "b"]


def test_a_pool_is_indexed_by_its_columns() -> None:
    pool = EXAMPLES["pool"]
    filters = pool["FILTER"]
    assert filters.tolist() == [pool.value(row, "filter") for row in range(len(pool))]
    assert None in filters
    chosen = pool.take(pool["instrume"] == "miri")
    assert set(chosen.values("instrume")) == {"miri"}
    assert "filter" in pool
    assert "fliter" not in pool
    assert pool._ipython_key_completions_() == list(pool.columns)


def test_a_pool_becomes_a_frame() -> None:
    pool = EXAMPLES["pool"]
    frame = pool.to_pandas()
    assert tuple(frame.columns) == pool.columns
    assert frame["filter"].dropna().tolist() == [one for one in pool["filter"] if one is not None]
    again = Pool(frame, name=pool.name)
    assert np.array_equal(again["exp_type"], pool["exp_type"])
