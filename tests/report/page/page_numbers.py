"""The numbers on pages against those of ``asnsolve generate --json``.

``python -m tests.report.page.page_numbers`` compares a pool of every mode.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from typing import Final

from asnsolve import Pool, solve
from asnsolve.report.data import solution_data
from asnsolve.report.page.page_facts import page_facts
from asnsolve.report.page.write_page import page_text
from asnsolve.simulate import MODES, Program, simulate

__all__ = ["check_numbers"]

_FIGURE: Final = re.compile(r"<dt>([^<]*)</dt><dd>([\d,]*)</dd>")
_SHOWN: Final = {
    "exposures": "exposures",
    "associations": "associations",
    "exposures in no association": "orphans",
    "associations dropped": "dropped",
    "problems": "problems",
}


def check_numbers(mode: str) -> None:
    """Compare the page of a mode with the report of its solution for programs."""
    pool = Pool(simulate([Program(number=1234, plans=(MODES[mode].plan(),))], seed=1))
    solution = solve(pool)
    report = solution_data(solution, len(pool), pool.set_aside)
    facts = page_facts(solution)
    counts = report["counts"]
    assert facts["counts"] == counts
    shown = dict(_FIGURE.findall(page_text(facts)))
    assert {_SHOWN[name]: int(text.replace(",", "")) for name, text in shown.items()} == {
        name: counts[name] for name in _SHOWN.values()
    }
    text = facts["texts"]
    made = facts["associations"]
    assert [text[name] for name in made["file_name"]] == [
        one["file_name"] for one in report["associations"]
    ]
    for products, one in zip(made["products"], report["associations"], strict=True):
        shown_members = [
            {
                text[role]: [text[facts["files"]["name"][file]] for file in files]
                for role, files in by
            }
            for _, _, _, by in products
        ]
        assert shown_members == [product["members"] for product in one["products"]]
    orphans = [
        text[facts["exposures"]["file"][place]]
        for reason in facts["reasons"]
        for place in reason["exposures"]
    ]
    assert Counter(orphans) == Counter(one["filename"] for one in report["orphans"])
    assert [text[row[4]] for row in facts["dropped"]] == [one["law"] for one in report["dropped"]]
    overview = facts["overview"]
    assert sum(row["exposures"] for row in overview["programs"]) == counts["exposures"]
    assert sum(row["outside"] for row in overview["programs"]) == counts["orphans"]
    assert sum(row[3] for row in overview["rules"]) == counts["associations"]


def _main() -> None:
    for number, mode in enumerate(sorted(MODES), start=1):
        check_numbers(mode)
        sys.stdout.write(f"{number} of {len(MODES)}: {mode}\n")


if __name__ == "__main__":
    _main()
