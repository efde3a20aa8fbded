"""Random exposures and rules: is what `explain` says so? Run it as a module, with a number.

What would have to give is taken out of the rule, and the exposure is in; with any one part of it
left in, it is not.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from asnsolve import Pool, explain, load_rules
from asnsolve.explanations.programs import subject_of
from asnsolve.explanations.relax import relaxed, takes
from asnsolve.rules.model import Rule
from asnsolve.simulate import MODES, Program, simulate

__all__ = ["judged", "pairs"]


def pairs(count: int, seed: int) -> list[tuple[Pool, str, Rule]]:
    """Draw exposures of every mode, each with a rule."""
    chance = random.Random(seed)
    rules = list(load_rules("jwst"))
    found = []
    for number in range(count):
        mode = MODES[chance.choice(sorted(MODES))]
        pool = Pool(simulate([Program(number=number + 1, plans=(mode.draw(chance),))]))
        found.append((pool, chance.choice(pool.values("filename")), chance.choice(rules)))
    return found


def judged(pool: Pool, exposure: str, rule: Rule) -> str:
    """Explain, and see whether it is so; return in a word what was explained.

    Raises
    ------
    AssertionError
        If it is not so.
    """
    found = explain(pool, rule, exposure, rule.name)
    subject = subject_of(pool, exposure)
    (answer,) = found.rules
    assert answer.joins == bool(found.memberships) == takes(subject, rule)
    if answer.joins:
        return "in"
    if answer.to_give is None:
        return "more than two more"
    assert answer.to_give
    assert takes(subject, relaxed(rule, answer.to_give)), (exposure, rule.name, answer.to_give)
    for kept in answer.to_give:
        fewer = [name for name in answer.to_give if name != kept]
        assert not takes(subject, relaxed(rule, fewer)), (exposure, rule.name, kept)
    return "told"


def main() -> None:
    """Judge so many pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    args = parser.parse_args()
    told = Counter(judged(*pair) for pair in pairs(args.count, seed=7))
    print(dict(told))  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
