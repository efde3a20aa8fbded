"""Pages are in plain English: none has a phrase of the list in `tests.docs.style`."""

from __future__ import annotations

import pytest

from tests.docs.pages import PAGES, REFERENCES, ROOT
from tests.docs.style import DIALECT, unplain


@pytest.mark.parametrize("page", [page for page in PAGES if page not in REFERENCES])
def test_a_page_is_plain(page: str) -> None:
    found = [str(hit) for hit in unplain(page, (ROOT / page).read_text("utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "sentence",
    [
        "Who has no pool gives the files.",
        "A table with one row an exposure.",
        "Products get other names, and it is said how.",
        "Of few it shows the members.",
        "Where headers do not say it, list the files.",
        "Which one hangs on the\n  order of rows.",
        "That file will never be.",
        "An exposure that stands twice is set aside.",
    ],
)
def test_the_old_dialect_is_found(sentence: str) -> None:
    assert list(unplain("page.md", sentence))


@pytest.mark.parametrize(
    "text",
    [
        "If you have no pool, pass the FITS files.",
        "There is no association.",
        "```text\nit is said so\n```\n",
        "<!-- it is said so -->",
        "The option `--anew` does nothing.",
    ],
)
def test_plain_english_and_code_are_left_alone(text: str) -> None:
    assert not list(unplain("page.md", text))


def test_a_hit_tells_where_it_is_and_what_to_write() -> None:
    (hit,) = unplain("page.md", "# Title\n\nIt is solved\nanew.\n")
    assert str(hit) == "page.md:4: 'anew'; better: again"


def test_every_phrase_has_something_better() -> None:
    assert all(DIALECT.values())
