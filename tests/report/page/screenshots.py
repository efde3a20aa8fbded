"""Take the pictures of pages that the docs show: ``python -m tests.report.page.screenshots``."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

from asnsolve import Pool, demo_pool, solve
from asnsolve.report.page.page_sources import part_of_pool
from tests.docs.pages import ROOT

__all__ = ["take_overview", "take_pictures"]

_OUT = ROOT / "docs" / "images"


def take_pictures(page: Page, address: str, name: str) -> None:
    """Take the pictures of the memberships and the hierarchy of one program."""
    page.goto(address)
    page.wait_for_selector("#tree summary")
    # Only the picture itself: the header would lie over what is scrolled to.
    page.add_style_tag(content="header { display: none } section { padding: 1rem }")
    page.set_viewport_size({"width": 720, "height": 900})
    page.locator("#memberships").screenshot(path=_OUT / f"memberships-{name}.png")
    page.set_viewport_size({"width": 1200, "height": 900})
    page.locator("#tree").screenshot(path=_OUT / f"hierarchy-{name}.png")


def take_overview(page: Page, address: str) -> None:
    """Take the picture of a page as it opens, with one association beside it."""
    page.set_viewport_size({"width": 1200, "height": 640})
    page.goto(f"{address}#asn=jw09801-c1001_spec3_00001_asn.json")
    page.wait_for_selector("#detail:not([hidden])")
    page.screenshot(path=_OUT / "report.png", animations="disabled")


def _main() -> None:
    _OUT.mkdir(exist_ok=True)
    pool = Pool.read(demo_pool())
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        context = browser.new_context(bypass_csp=True, viewport={"width": 1080, "height": 900})
        page = context.new_page()
        demo = solve(pool).report(Path(folder) / "demo.html")
        take_overview(page, demo.as_uri())
        for program in pool.values("program"):
            solution = solve(part_of_pool(pool, [program], None))
            file = solution.report(Path(folder) / f"{program}.html")
            take_pictures(page, file.as_uri(), program)
        browser.close()


if __name__ == "__main__":
    _main()
