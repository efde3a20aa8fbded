"""Have Mermaid itself parse the graphs that are written for it.

``python -m tests.drawings.mermaid_check`` gets the package mermaid with npm, loads it into
Chromium, and parses the graphs of the demonstration pool, its programs and the shipped rule sets,
and one whose names hold what Mermaid might take for its own marks. It needs npm, Chromium and
Playwright.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from playwright.sync_api import sync_playwright

from asnsolve import Pool, demo_pool, load_rules, solve
from asnsolve.drawings.graph_texts import graph_text
from asnsolve.drawings.rules_graph import rules_graph
from asnsolve.report.page.page_sources import part_of_pool
from tests.drawings.test_graphs import hostile

__all__ = ["graphs", "parse"]

_PARSE: Final = """async text => {
  mermaid.initialize({ startOnLoad: false, maxEdges: 5000, maxTextSize: 1000000 });
  return (await mermaid.parse(text)).diagramType;
}"""


def graphs() -> Iterator[tuple[str, str]]:
    """Yield the name of each graph, with its text."""
    pool = Pool.read(demo_pool())
    solution = solve(pool)
    for fold in (True, False):
        yield (
            f"the demonstration pool, fold={fold}",
            graph_text(solution.graph(fold=fold), "mermaid"),
        )
    for program in pool.values("program"):
        part = solve(part_of_pool(pool, [program], None))
        yield f"program {program}", graph_text(part.graph(), "mermaid")
    for name in ("jwst", "level3-2017"):
        yield f"the rules {name}", graph_text(rules_graph(load_rules(name)), "mermaid")
    yield "odd names", graph_text(hostile(), "mermaid")


def parse(script: Path, texts: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Yield what Mermaid, whose script is given, takes each text for."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.add_script_tag(path=script)
        for name, text in texts:
            # Raises an error with the message of Mermaid if it does not parse.
            yield f"{name}: {page.evaluate(_PARSE, text)}, {len(text.splitlines())} lines\n"
        browser.close()


def _main() -> None:
    with TemporaryDirectory() as folder:
        argv = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run([*argv, "--prefix", folder, "mermaid"], check=True)
        script = Path(folder, "node_modules", "mermaid", "dist", "mermaid.min.js")
        for line in parse(script, graphs()):
            sys.stdout.write(line)


if __name__ == "__main__":
    _main()
