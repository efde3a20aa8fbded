"""What a solution shows of itself."""

from __future__ import annotations

import re
from dataclasses import replace

from asnsolve import Solution, solve
from asnsolve.associations.dropped import Dropped
from asnsolve.errors import Problem
from tests.associations.examples import association
from tests.associations.small import stepped
from tests.solvers.rows import exposure, pool_of


def test_a_solution_shows_what_there_is_to_say() -> None:
    pool = pool_of(exposure("a"), exposure("b", exp_type=""))
    assert repr(solve(pool, stepped(), discover=False)) == (
        "<Solution of pool by Asn_Small: 1 associations>\n"
        "  level 3: small3 1\n"
        "  in no association: 1 exposures"
    )
    assert repr(solve(pool.take([True, False]), stepped(), discover=False)) == (
        "<Solution of pool by Asn_Small: 1 associations>\n  level 3: small3 1"
    )


def test_problems_of_a_solution_are_counted() -> None:
    solution = Solution.of("mine", "rules", problems=[Problem("odd"), Problem("strange")])
    assert repr(solution) == "<Solution of mine by rules: 0 associations>\n  problems: 2"


def test_what_was_dropped_and_renamed_is_counted() -> None:
    one = association()
    dropped = [Dropped(one, one, law) for law in ("one product", "one membership", "one product")]
    solution = Solution.of("mine", "rules", dropped=dropped, renamed=[Problem("odd")])
    assert repr(solution) == (
        "<Solution of mine by rules: 0 associations>\n"
        "  dropped: 3 (1 by one membership, 2 by one product)\n"
        "  renamed products: 1"
    )
    assert "renamed products: 1" in solution._repr_html_()


def test_a_solution_counts_each_type_of_each_level() -> None:
    level2 = replace(association(), asn_type="image2", level=2)
    made = [association(), level2, replace(association(), asn_type="spec3"), level2]
    assert repr(Solution.of("mine", "rules", made)) == (
        "<Solution of mine by rules: 4 associations>\n"
        "  level 2: image2 2\n"
        "  level 3: image3 1, spec3 1"
    )


def test_a_notebook_has_a_row_per_rule() -> None:
    one = replace(association(), rule="Asn_A")
    made = [
        one,
        replace(one, program="00010"),
        replace(one, asn_id="o002", products=one.products * 2),
        one,
        replace(association(), rule="Asn_B", asn_type="image2", level=2),
    ]
    members = len(one.members)

    def shown(solution: Solution) -> list[str]:
        return re.findall("[^|\n]+", re.sub("<[^>]*>", "|", solution._repr_html_()))

    heads = ["level", "type", "rule", "ids", "associations", "members"]
    assert shown(Solution.of("mine", "rules", made)) == [
        "Solution of mine by rules: 5 associations",
        *heads,
        *("2", "image2", "Asn_B", "1", "1", str(members)),
        *("3", "image3", "Asn_A", "3", "4", str(5 * members)),
    ]
    assert shown(Solution.of("mine", "rules")) == ["Solution of mine by rules: 0 associations"]
