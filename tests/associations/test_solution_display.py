"""What a solution shows of itself."""

from __future__ import annotations

from asnsolve import Solution, solve
from asnsolve.errors import Problem
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
