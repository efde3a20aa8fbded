"""Measure pages in Chromium: ``python -m tests.report.page.page_speed``.

It prints the size of the page of the demonstration pool and of that of a program of 5,700 exposures
and 6,300 associations, and the processor time that the browser takes to open them and to filter.
Processor time, because the time on a clock depends on what else the machine does.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import CDPSession, Page, sync_playwright

from asnsolve import Pool, Solution, demo_pool, solve
from asnsolve.simulate import ObservingPlan, Program, miri, nircam, niriss, nirspec, simulate

__all__ = ["large_program", "measure"]

_SEARCHED: Final = ("miri", "jw01234005", "nrs ifu", "")
_FILTER: Final = """async text => {
  const search = document.getElementById("search");
  search.value = text;
  search.dispatchEvent(new Event("input"));
  document.body.offsetHeight;
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
}"""


def large_program(fields: int = 16) -> Pool:
    """Simulate a program of many fields in many modes."""
    plans: list[ObservingPlan] = []
    for number in range(fields):
        field, star = f"FIELD {number}", f"STAR {number}"
        filters = (("F200W", "F444W"), ("F150W", "F356W"), ("F115W", "F277W"))
        plans += [
            nircam.imaging(target=field, filters=filters, dithers=6, tiles=3),
            miri.imaging(target=field, filters=("F770W", "F1000W"), dithers=4, tiles=2),
            miri.mrs(targets=(star,), bands=("SHORT", "MEDIUM", "LONG"), dithers=4),
            nirspec.ifu(target=star, pattern="4-POINT-NOD"),
            nirspec.msa(target=field, nods=3),
            niriss.wfss(target=field, dithers=4),
        ]
    plans.append(nircam.calibration(kinds=("NRC_DARK", "NRC_FLAT")))
    return Pool(simulate([Program(number=1234, plans=tuple(plans), failures=0.02)], seed=1))


def measure(page: Page, session: CDPSession, solution: Solution, folder: Path) -> str:
    """Say how large the page of a solution is, and how long it takes to open and to filter."""
    file = solution.report(folder / "page.html", replace=True)
    start = _processor_time(session)
    page.goto(file.as_uri())
    page.wait_for_selector("#tree summary")
    opened = _processor_time(session)
    page.wait_for_timeout(800)
    filtered = []
    for text in _SEARCHED:
        before = _processor_time(session)
        page.evaluate(_FILTER, text)
        filtered.append(_processor_time(session) - before)
    exposures = 0 if solution.exposures is None else len(solution.exposures)
    return (
        f"{exposures:,} exposures, {len(solution):,} associations: "
        f"{file.stat().st_size / 1e6:.2f} MB, opened in {opened - start:.2f} s, "
        f"filtered in {max(filtered):.2f} s or less\n"
    )


def _processor_time(session: CDPSession) -> float:
    """Return the processor time of the main thread of a tab, in seconds."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) for one in metrics if one["name"] == "TaskDuration")


def _main() -> None:
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for pool in (Pool.read(demo_pool()), large_program()):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            sys.stdout.write(measure(page, session, solve(pool), Path(folder)))
        browser.close()


if __name__ == "__main__":
    _main()
