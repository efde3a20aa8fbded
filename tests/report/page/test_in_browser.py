"""The page in Chromium, driven by Playwright: what people do with it, and what must not happen.

The tests are skipped if there is no Chromium or no Playwright: ``apt-get install chromium``
and ``pip install 'asnsolve[browser]'``.
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from asnsolve import Pool, solve
from asnsolve.simulate import Program, miri, nircam, nirspec, simulate
from tests.report.page.facts import DEMO

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

api = pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")

ASSOCIATION = "jw09801-o006_spec3_00001_asn.json"
PRODUCT = "jw09801-o006_t001_nirspec_g235h"
HOSTILE = "</script><img src=x onerror=injected=1>\"'&\u202egnp.exe"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with api.sync_playwright() as playwright:
        # Containers have no user namespaces for the sandbox.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    return DEMO.report(tmp_path_factory.mktemp("page") / "demo.html").as_uri()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a tab that fails on any error, and on any request but for the file itself."""
    tab = browser.new_page(viewport={"width": 1400, "height": 900})
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text))
    tab.on("request", lambda request: requested.append(request.url))
    requested: list[str] = []
    yield tab
    tab.close()
    assert not faults
    assert len({url.split("#")[0] for url in requested}) <= 1


def rows(page: Page) -> list[str]:
    texts: list[str] = page.locator("#association-table tbody th a").all_inner_texts()
    return texts


def count(page: Page) -> str:
    text: str = page.locator("#association-count").inner_text()
    return text


def test_search_filters_and_reset(page: Page, demo: str) -> None:
    page.goto(demo)
    assert count(page) == "115 associations"
    page.keyboard.press("/")
    page.keyboard.type("NIRSPEC o006 spec3")
    assert rows(page) == [PRODUCT]
    assert count(page) == "1 of 115 associations"
    page.get_by_role("button", name="Reset").click()
    page.locator("#filters select[name=level]").select_option("3")
    page.locator("select[name=type]").select_option("image3")
    assert count(page) == f"{sum(one.asn_type == 'image3' for one in DEMO)} of 115 associations"
    # An exposure is found in the members, although no row shows it.
    page.get_by_role("button", name="Reset").click()
    page.locator("#search").fill("jw09801006001_02101_00001_nrs1_cal")
    assert PRODUCT in rows(page)


def test_rows_are_sorted_by_numbers_and_by_texts(page: Page, demo: str) -> None:
    page.goto(demo)
    sizes = sorted(len(one.members) for one in DEMO)
    members = page.get_by_role("button", name="members")
    members.click()
    members.click()
    header = page.locator("#association-table th[aria-sort]")
    assert header.get_attribute("aria-sort") == "descending"
    first = page.locator("#association-table tbody tr").first.locator(".role-count")
    assert sum(int(text.split()[0]) for text in first.all_inner_texts()) == sizes[-1]
    page.get_by_role("button", name="product").click()
    assert rows(page)[0] == min(one.products[0].name for one in DEMO)


def test_an_association_is_opened_and_closed_with_the_keyboard(page: Page, demo: str) -> None:
    page.goto(demo)
    page.locator("#search").fill(PRODUCT)
    page.keyboard.press("Tab")
    page.locator("#association-table tbody a").first.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#detail")
    panel.get_by_role("heading", name=PRODUCT).wait_for()
    assert page.evaluate("document.activeElement.id") == "detail"
    text = panel.inner_text()
    assert "strun calwebb_spec3 " + ASSOCIATION in text
    assert "Clause imprint requires that IS_IMPRT is not set, but IS_IMPRT is t." in text
    assert "2 exposures of candidate o006:" in text
    assert panel.locator(".parts bdi").all_inner_texts() == [
        *"09801 o006 t001 nirspec g235h".split()
    ]
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    assert page.evaluate("document.activeElement.textContent") == PRODUCT
    assert "#" not in page.url


def test_arrow_keys_move_between_rows_and_cells(page: Page, demo: str) -> None:
    page.goto(demo)
    page.locator("#association-table tbody a").first.focus()
    page.keyboard.press("ArrowDown")
    assert (
        page.evaluate("document.activeElement.textContent") == DEMO.associations[1].products[0].name
    )
    page.locator("#picture").focus()
    readout = page.locator("#readout")
    assert "not in" in readout.inner_text()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "science in jw09801-o001_t001_nircam_clear-f200w" in readout.inner_text()
    page.keyboard.press("Enter")
    page.locator("#detail").get_by_role("heading", name="nircam_clear-f200w").wait_for()


def test_tab_leads_past_the_rows_of_the_table(page: Page, demo: str) -> None:
    page.goto(demo)
    page.locator("#association-table tbody a").nth(2).focus()
    page.keyboard.press("ArrowDown")
    here = DEMO.associations[3].products[0].name
    assert page.evaluate("document.activeElement.textContent") == here
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('tbody')") is None
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == here


def test_a_nod_is_shown_in_both_of_its_roles(page: Page, demo: str) -> None:
    page.goto(demo)
    page.locator("#picture-controls select[name=program]").select_option("09802")
    page.locator("#picture").focus()
    for key, times in (("ArrowDown", 11), ("ArrowRight", 2)):
        for _ in range(times):
            page.keyboard.press(key)
    text = page.locator("#readout").inner_text()
    assert "jw09802006001_03101_00001_mirimage and 1 like it science and background in" in text


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (f"asn={ASSOCIATION}", PRODUCT),
        ("exposure=jw09801006001_03102_00001_nrs1_uncal.fits", "jw09801006001_03102_00001_nrs1"),
        ("exposure=jw09803003001_02101_00001_nrca1_uncal.fits", "In no association"),
    ],
)
def test_links_open_what_they_name(page: Page, demo: str, link: str, shown: str) -> None:
    page.goto(f"{demo}#{link}")
    assert shown in page.locator("#detail").inner_text()


def test_a_link_to_a_reason_opens_it(page: Page, demo: str) -> None:
    page.goto(f"{demo}#reason=Asn_Lv2SpecTSO.calibrated_soss")
    reason = page.locator("details.reason[open]")
    assert "If it had FILTER clear, like jw09802008001_04101_00001" in reason.inner_text()
    assert reason.locator("summary").inner_text().startswith("1 Refused by Asn_Lv2SpecTSO, clause")
    reason.get_by_role("link").first.click()
    assert "In no association" in page.locator("#detail").inner_text()
    # The way back leads out of the panel, and what is opened by hand has its address too.
    page.goto(demo)
    page.locator("details.reason summary").first.click()
    assert page.url.endswith("#reason=no-rule.nrc_dark")
    page.locator("#association-table tbody a").first.click()
    page.go_back()
    assert page.locator("details.reason[open]").count() == 1


def test_a_link_to_nothing_says_so(page: Page, demo: str) -> None:
    page.goto(f"{demo}#asn=%E0%A4")
    assert "which is not on this page" in count(page)


def test_the_tree_leads_to_every_exposure(page: Page, demo: str) -> None:
    page.goto(demo)
    tree = page.locator("#tree")
    program = tree.locator("summary").first
    assert [*"program 09801".split()] == program.locator(".level").inner_text().split()
    assert "49 exposures" in program.inner_text()
    program.focus()
    page.keyboard.press("Enter")
    tree.locator("details details summary").first.click()
    leaf = tree.locator(".leaves li").first
    assert "science in 2" in leaf.inner_text()
    leaf.get_by_role("link").click()
    assert "In 2 associations" in page.locator("#detail").inner_text()


def record_labels(page: Page, font: str = "") -> None:
    """Let a tab remember where each text on a canvas is, as ``[text, left, right, y]``.

    With a font, all texts are drawn in it, whatever font the page asks for.
    """
    page.add_init_script(
        f"const widest = {json.dumps(font)};"
        """
        window.labels = [];
        const font = Object.getOwnPropertyDescriptor(CanvasRenderingContext2D.prototype, "font");
        Object.defineProperty(CanvasRenderingContext2D.prototype, "font", {
          set(own) { font.set.call(this, widest || own); },
        });
        const fill = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
          const width = this.measureText(text).width;
          const left = this.textAlign === "right" ? x - width : x;
          window.labels.push([text, left, left + width, y]);
          fill.call(this, text, x, y);
        };
        """
    )


@pytest.mark.parametrize("program", ["09801", ""])
def test_labels_of_observations_and_rows_do_not_overlap(
    page: Page, demo: str, program: str
) -> None:
    record_labels(page, "15px monospace")
    page.goto(demo)
    page.locator("#picture-controls select[name=program]").select_option(program)
    page.evaluate("window.labels.length = 0")
    page.locator("#picture-controls button").last.click()
    # The labels of columns are higher up, or turned.
    labels = [label for label in page.evaluate("window.labels") if label[3] > 126]
    observations = [label for label in labels if re.fullmatch(r"(\d{5}-)?o\d{3}", label[0])]
    names = [label for label in labels if re.match(r"\d{5}_", label[0])]
    assert len(observations) >= 8
    assert len(names) > len(observations)
    assert max(right for _, _, right, _ in observations) < min(left for _, left, _, _ in names)


def single_exposures(count: int, **columns: list[str]) -> Pool:
    """Return a program of observations of one exposure each, which share a candidate."""
    numbers = [f"{number:03d}" for number in range(1, count + 1)]
    return Pool(
        {
            "filename": [f"jw00001{n}001_02101_00001_nrca1_uncal.fits" for n in numbers],
            "exp_type": ["nrc_image"] * count,
            "program": ["1"] * count,
            "obs_num": numbers,
            "asn_candidate": [f"[('o{n}', 'observation'), ('c1000', 'mosaic')]" for n in numbers],
            "instrume": ["nircam"] * count,
            "filter": ["f200w"] * count,
            "detector": ["nrca1"] * count,
            "channel": ["short"] * count,
            "subarray": ["full"] * count,
            "targetid": ["1"] * count,
            "visitype": ["prime"] * count,
            **columns,
        }
    )


def test_labels_of_many_observations_are_thinned_out(page: Page, tmp_path: Path) -> None:
    record_labels(page)
    page.goto(solve(single_exposures(90)).report(tmp_path / "page.html").as_uri())
    page.locator("#picture-controls button").first.wait_for()
    for _ in range(9):
        page.evaluate("window.labels.length = 0")
        page.locator("#picture-controls button").first.click()
        # Observations are on the left, below the labels of columns; each may be drawn twice.
        labels = [label for label in page.evaluate("window.labels") if label[3] > 60]
        heights = sorted({label[3] for label in labels if re.fullmatch(r"o\d{3}", label[0])})
        assert heights
        assert all(below - above >= 10 for above, below in itertools.pairwise(heights))


def test_names_without_end_leave_room_for_the_picture(page: Page, tmp_path: Path) -> None:
    record_labels(page)
    endless = ["x" * 3_000, "a b </b>\u202e" * 100]
    pool = single_exposures(2, obs_num=endless, targetid=endless, filter=endless)
    page.goto(solve(pool).report(tmp_path / "page.html").as_uri())
    page.locator("#picture-controls button").first.wait_for()
    labels = page.evaluate("window.labels")
    assert max(right for _, _, right, _ in labels) < 500
    assert "a b </b>‹U+202E…" in {text for text, *_ in labels}
    page.locator("#association-table tbody a").first.focus()
    page.keyboard.press("Enter")
    page.locator("#detail h2").wait_for()
    assert page.evaluate("""() => {
      const panel = document.getElementById("detail");
      return panel.scrollWidth <= panel.clientWidth;
    }""")


def test_a_page_without_associations_shows_the_problems_only(page: Page, tmp_path: Path) -> None:
    empty = Pool({"filename": [""], "exp_type": ["x"], "program": ["1"], "asn_candidate": [""]})
    page.goto(solve(empty).report(tmp_path / "page.html").as_uri())
    assert count(page) == "0 associations"
    # The list of rows is closed at first.
    overview = page.locator("#overview").text_content() or ""
    assert "Row 1, the row has no file name: |x|1|" in overview
    for hidden in ("#filters", "#association-table", "#picture", "#tree"):
        assert page.locator(hidden).is_hidden()
    links = page.get_by_role("navigation").get_by_role("link").all_inner_texts()
    assert links == ["Overview", "Associations"]


@pytest.mark.parametrize("width", [390, 768])
def test_the_page_is_no_wider_than_the_screen(browser: Browser, demo: str, width: int) -> None:
    tab = browser.new_page(viewport={"width": width, "height": 800})
    tab.goto(demo)
    tab.locator("#tree summary").first.click()
    for summary in tab.locator("#reason-list summary").all():
        summary.click()
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    tab.close()


def test_dark_mode_has_its_own_colours(browser: Browser, demo: str) -> None:
    colours = []
    for scheme in ("light", "dark"):
        tab = browser.new_page(color_scheme=scheme)
        tab.goto(demo)
        colours.append(tab.evaluate("getComputedStyle(document.body).backgroundColor"))
        tab.close()
    assert colours == ["rgb(255, 255, 255)", "rgb(22, 25, 29)"]


def test_paper_has_all_rows_and_the_whole_picture(page: Page, demo: str) -> None:
    page.goto(demo)
    assert page.pdf().startswith(b"%PDF")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(rows(page)) == len(DEMO)
    assert page.locator("#filters").is_hidden()
    assert page.locator("details.reason:not([open])").count() == 0


def test_no_text_of_a_pool_becomes_more_than_text(page: Page, tmp_path: Path) -> None:
    columns = {
        "filename": [f"{HOSTILE}{number}_uncal.fits" for number in range(3)],
        "exp_type": ["nrc_image", "nrc_image", HOSTILE],
        "program": ["1"] * 3,
        "asn_candidate": ["[('o001', 'observation')]"] * 3,
        "obs_num": [HOSTILE] * 3,
        "instrume": ["nircam"] * 3,
        "filter": ["f200w"] * 3,
        "detector": ["nrca1"] * 3,
        "channel": ["short"] * 3,
        "subarray": ["full"] * 3,
        "targetid": ["1"] * 3,
        "visitype": ["prime"] * 3,
    }
    solution = solve(Pool(columns, name=HOSTILE))
    assert len(solution)
    page.goto(solution.report(tmp_path / "page.html").as_uri())
    page.locator("#association-table tbody a").first.click()
    page.locator("#tree summary").first.click()
    for summary in page.locator("#reason-list summary").all():
        summary.click()
    assert page.evaluate("'injected' in globalThis") is False
    assert page.locator("img").count() == 0
    assert page.locator("main bdi", has_text="‹U+202E›").count() > 0
    assert "\u202e" not in page.locator("body").inner_text() + page.title()


def test_the_page_answers_at_once_for_2000_exposures(page: Page, tmp_path: Path) -> None:
    plans = [
        plan
        for number in range(6)
        for plan in (
            nircam.imaging(target=f"FIELD {number}", dithers=12, tiles=5),
            miri.imaging(target=f"FIELD {number}", dithers=12, tiles=2),
            nirspec.ifu(target=f"STAR {number}", pattern="4-POINT-NOD"),
        )
    ]
    solution = solve(Pool(simulate([Program(number=1234, plans=tuple(plans))], seed=1)))
    assert solution.exposures is not None
    assert len(solution.exposures) >= 2_000
    page.goto(solution.report(tmp_path / "page.html").as_uri())
    assert count(page) == f"{len(solution):,} associations"
    page.locator("#search").fill("mirimage")
    wanted = sum(
        "miri" in one.products[0].name or "mirimage" in one.products[0].name for one in solution
    )
    assert count(page) == f"{wanted:,} of {len(solution):,} associations"
    # Rows are made as they are scrolled to.
    page.locator("#search").fill("")
    assert len(rows(page)) < 200
    for _ in range(3):
        page.locator("#association-table tbody tr").last.scroll_into_view_if_needed()
        page.wait_for_timeout(50)
    assert len(rows(page)) >= 100


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, demo: str, scheme: Any) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="the extra browser is not installed"
    )
    # The policy of the page admits no script but its own, not even this one.
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    tab = context.new_page()
    tab.goto(f"{demo}#asn={ASSOCIATION}")
    tab.locator("#tree summary").first.click()
    for summary in tab.locator("#reason-list summary").all():
        summary.click()
    violations = axe.Axe().run(tab).response["violations"]
    context.close()
    serious = [one for one in violations if one["impact"] in ("serious", "critical")]
    assert not serious, [(one["id"], [node["html"] for node in one["nodes"]]) for one in serious]
