from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from asnsolve import Pool, Solution, UsageError, solve
from asnsolve.report.page.page_facts import page_facts
from asnsolve.report.page.write_page import inert_json, page_text, write_page
from tests.report.page.facts import DEMO, demo_facts

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\u202e\u2028.fits"


class Elements(HTMLParser):
    """Collects the elements of a page, with what they load."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.identifiers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        self.loaded += [str(given[name]) for name in ("src", "action", "data") if name in given]
        if tag in ("link", "a") and not str(given.get("href")).startswith("#"):
            self.loaded.append(str(given.get("href")))
        self.identifiers += [str(given["id"])] if "id" in given else []


def elements(text: str) -> Elements:
    parser = Elements()
    parser.feed(text)
    return parser


def test_a_page_is_one_file_that_loads_nothing(tmp_path: Path) -> None:
    page = DEMO.report(tmp_path / "report.html")
    text = page.read_text("utf-8")
    found = elements(text)
    assert found.loaded == []
    assert len({*found.identifiers}) == len(found.identifiers)
    assert found.tags.count("script") == 2
    assert len(text) < 1_000_000
    assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text)


def test_a_page_is_written_once_and_replaced_on_request(tmp_path: Path) -> None:
    page = write_page(DEMO, tmp_path / "report.html")
    first = page.read_bytes()
    assert write_page(DEMO, page).read_bytes() == first
    with pytest.raises(UsageError, match="other content"):
        write_page(Solution.of("other", ""), page)
    with pytest.raises(UsageError, match="other content"):
        Solution.of("other", "").report(page)
    Solution.of("other", "").report(page, replace=True)
    assert page.read_bytes() != first


def test_names_inject_nothing() -> None:
    columns = {
        "filename": [HOSTILE],
        "exp_type": [HOSTILE],
        "program": ["1"],
        "asn_candidate": [HOSTILE],
    }
    facts = page_facts(solve(Pool(columns, name=HOSTILE)))
    text = page_text(facts)
    plain = elements(page_text(demo_facts()))
    found = elements(text)
    assert found.tags.count("script") == plain.tags.count("script")
    assert "img" not in found.tags
    data = re.search(r'<script type="application/json" id="facts">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    assert json.loads(data[1]) == json.loads(json.dumps(facts))


def test_json_in_a_page_holds_no_marks_of_html() -> None:
    text = inert_json([HOSTILE, "\ud800"])
    assert text.isascii()
    assert not {*text} & {*"<>&"}
    assert json.loads(text) == [HOSTILE, "\ud800"]
