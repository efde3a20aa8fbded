from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.dropped import Dropped
from asnsolve.associations.solution import Solution
from asnsolve.errors import Location, Problem
from asnsolve.pool.raw_table import SetAsideRow
from asnsolve.report.data import solution_data
from asnsolve.report.summary import count_by_rule, group_orphans, print_summary
from asnsolve.report.to_json import to_json
from asnsolve.rules.model import Law
from asnsolve.solvers.refusals import Orphan, Refusal


def association(rule: str, asn_id: str, *members: str) -> Association:
    product = Product("name", tuple(Member(name, "science", exposure=name) for name in members))
    file = f"{rule}-{asn_id}.json"
    return Association(rule, "x3", asn_id, "00001", "t001", (product,), file, "pool", "", "")


def orphan(filename: str, clause: str = "filter", value: str | None = "opaque") -> Orphan:
    return Orphan(filename, Refusal("Asn_A", clause, (("filter", value),), "filter is f200w"))


def printed(
    solution: Solution,
    written: tuple[Path, ...] = (),
    *,
    unchanged: int = 0,
    everything: bool = False,
) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=100, markup=False, highlight=False)
    print_summary(console, solution, 5, written, unchanged=unchanged, everything=everything)
    return "".join(f"{line.rstrip()}\n" for line in stream.getvalue().splitlines())


def test_rules_are_counted_by_ids_associations_and_different_members() -> None:
    made = [
        association("Asn_B", "o001", "one"),
        association("Asn_A", "o001", "one", "two"),
        association("Asn_A", "o001", "two", "three"),
        association("Asn_A", "o002", "four"),
    ]
    # Type and rule; ids, associations and exposures.
    assert count_by_rule(made) == [("x3", "Asn_A", 2, 3, 4), ("x3", "Asn_B", 1, 1, 1)]


def test_orphans_are_grouped_by_reason_the_largest_group_first() -> None:
    groups = group_orphans([orphan("a"), orphan("b", "needs"), orphan("c"), Orphan("d", None)])
    assert [(reason, [one.filename for one in refused]) for reason, refused in groups] == [
        ("refused by Asn_A, clause filter: expected that filter is f200w", ["a", "c"]),
        ("because there are no rules", ["d"]),
        ("refused by Asn_A, clause needs: expected that filter is f200w", ["b"]),
    ]


def test_exposures_without_a_rule_are_grouped_by_their_type() -> None:
    values = (("exp_type", "nrc_dark"), ("grating", None))
    refusal = Refusal("Asn_A", "non_science", values, "exp_type is nrc_tacq")
    darks = tuple(Orphan(name, refusal, for_its_type=False) for name in "ab")
    solution = Solution.of(pool="pool", rules="rules", associations=(), orphans=darks)
    assert ("  2 because no rule takes exp_type nrc_dark\n      a\n      b\n") in printed(
        solution, ()
    )


def test_exposures_without_a_rule_or_a_type_are_grouped() -> None:
    refusal = Refusal("Asn_A", "filter", (("filter", "opaque"),), "filter is f200w")
    strange = tuple(Orphan(name, refusal, for_its_type=False) for name in "ab")
    solution = Solution.of(pool="pool", rules="rules", associations=(), orphans=strange)
    assert "  2 because no rule takes such exposures\n      a\n      b\n" in printed(solution)


def test_a_summary_says_everything_once() -> None:
    solution = Solution.of(
        pool="pool",
        rules="rules",
        associations=(
            association("Asn_A", "o001", "one"),
            association("Asn_B", "o001", "one", "two"),
        ),
        orphans=(orphan("a"), orphan("b", value=None), orphan("c"), Orphan("d", None)),
        problems=(Problem("no program", Location("pool", row=3)),),
    )
    (shared,) = solution.same_names
    assert shared.what.startswith("2 products are named name")
    assert printed(solution, (Path("out/x"), Path("out/y"), Path("left.csv"))) == (
        "Pool pool: 5 exposures, rules rules\n"
        "\n"
        "type   rule   ids  associations  exposures\n"
        "x3     Asn_A    1             1          1\n"
        "x3     Asn_B    1             1          2\n"
        "total           1             2          2\n"
        "\n"
        "In no association: 4 exposures\n"
        "  3 refused by Asn_A, clause filter: expected that filter is f200w\n"
        "      a (filter is opaque)\n"
        "      b (filter is not set)\n"
        "      and 1 more (-v shows all)\n"
        "  1 because there are no rules\n"
        "      d\n"
        "\n"
        "Problems: 1 (on standard error)\n"
        "\n"
        "Products with the same name: 1\n"
        f"  {shared}\n"
        "\n"
        "Wrote 3 files to . and out\n"
    )
    assert "      c (filter is opaque)\n" in printed(solution, everything=True)


def test_what_gave_way_is_counted_by_law_in_one_line() -> None:
    kept, gone = association("Asn_A", "o001", "one", "two"), association("Asn_B", "o001", "one")
    laws: tuple[Law, ...] = ("whole products", "one membership", "whole products")
    dropped = [Dropped(gone, kept, law) for law in laws]
    solution = Solution.of("pool", "rules", (kept,), (orphan("a"),), dropped=dropped)
    assert printed(solution).endswith(
        "      a (filter is opaque)\n"
        "\n"
        "Dropped: 3 associations (1 by one membership, 2 by whole products)\n"
        "\n"
        "No file was written.\n"
    )


def test_files_that_were_there_before_are_counted_apart() -> None:
    files = (Path("out/a.json"), Path("out/b.json"), Path("out/c.json"))
    solution = Solution.of("pool", "rules")
    assert printed(solution, files).endswith("\nWrote 3 files to out\n")
    assert printed(solution, files, unchanged=1).endswith("\nWrote 2 files to out, 1 unchanged\n")
    assert printed(solution, files, unchanged=3).endswith("\nWrote 0 files to out, 3 unchanged\n")


def test_a_summary_of_nothing_is_short() -> None:
    assert printed(Solution.of("pool", "rules")) == (
        "Pool pool: 5 exposures, rules rules\n\nNo associations.\n\nNo file was written.\n"
    )


def test_a_long_line_stays_one_line() -> None:
    name = "x" * 80
    solution = Solution.of("pool", "rules", (), (orphan(f"{name} {name}"),))
    assert f"      {name} {name} (filter is opaque)\n" in printed(solution)


def test_data_hold_what_a_program_asks_for() -> None:
    problem = Problem("bad", Location("pool", 3, "program", "Asn_A"), "good", "Mend it.")
    psf = Member("two", "psf")
    product = Product("name", (Member("one", "science"), psf, Member("three", "psf")))
    found = Association(
        "Asn_A", "x3", "o001", "00001", "t001", (product,), "file.json", "pool", "", ""
    )
    solution = Solution.of(
        "pool",
        "rules",
        (found,),
        (orphan("a"), Orphan("b", None)),
        problems=(problem,),
        dropped=(Dropped(association("Asn_B", "o001", "one"), found, "whole products"),),
    )
    laid_problem = {
        "what": "bad",
        "file": "pool",
        "row": 3,
        "column": "program",
        "rule": "Asn_A",
        "program": None,
        "field": None,
        "line": None,
        "expected": "good",
        "advice": "Mend it.",
    }
    data = solution_data(solution, 5, (SetAsideRow(7, "a|b", problem),), (Path("out/file.json"),))
    assert json.loads(to_json(data)) == {
        "pool": "pool",
        "rules": "rules",
        "counts": {
            "exposures": 5,
            "associations": 1,
            "orphans": 2,
            "dropped": 1,
            "problems": 1,
            "same_names": 0,
            "renamed": 0,
            "set_aside": 1,
        },
        "associations": [
            {
                "file_name": "file.json",
                "rule": "Asn_A",
                "asn_type": "x3",
                "asn_id": "o001",
                "program": "00001",
                "target": "t001",
                "products": [
                    {"name": "name", "members": {"science": ["one"], "psf": ["two", "three"]}}
                ],
            }
        ],
        "orphans": [
            {
                "filename": "a",
                "reason": {
                    "rule": "Asn_A",
                    "clause": "filter",
                    "expected": "filter is f200w",
                    "values": {"filter": "opaque"},
                    "refusals": 1,
                },
            },
            {"filename": "b", "reason": None},
        ],
        "dropped": [
            {
                "association": {
                    "rule": "Asn_B",
                    "asn_type": "x3",
                    "asn_id": "o001",
                    "program": "00001",
                    "target": "t001",
                    "products": [{"name": "name", "members": {"science": ["one"]}}],
                },
                "gave_way_to": "file.json",
                "law": "whole products",
            }
        ],
        "problems": [laid_problem],
        "same_names": [],
        "renamed": [],
        "set_aside": [{"row": 7, "text": "a|b", "problem": laid_problem}],
        "written": ["out/file.json"],
    }
