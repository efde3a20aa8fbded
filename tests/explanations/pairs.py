"""Random exposures and rules: is what `explain` says so? Run it as a module, with a number.

What would let the exposure in is done, and the pool is solved again.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from asnsolve import Pool, explain, load_rules, solve
from asnsolve.explanations.answers import Remedy
from asnsolve.profiles.jwst import FILES
from asnsolve.rules.model import Rule
from asnsolve.simulate import MODES, Program, simulate

__all__ = ["changed", "judged", "pairs", "solved"]


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
    (answer,) = found.rules
    assert answer.joins == bool(found.memberships) == (exposure in solved(pool, rule))
    if answer.joins:
        return "in"
    for remedy in answer.remedies:
        assert exposure in solved(changed(pool, exposure, remedy), rule), (exposure, remedy)
    return "told" if answer.remedies else "nothing small"


def solved(pool: Pool, rules: Rule | str, level: int | None = None) -> set[str]:
    """Return the file names in a pool of the exposures in associations."""
    roots = {
        member.exposure
        for found in solve(pool, rules)
        if level in (None, found.level)
        for member in found.members
    }
    return {name for name in pool.values("filename") if FILES.root_of(name) in roots}


def changed(pool: Pool, exposure: str, remedy: Remedy) -> Pool:
    """Return a pool in which what an answer asks for is so."""
    columns = dict.fromkeys((*pool.columns, *(change.attribute for change in remedy.changes)))
    rows = [
        {name: pool.value(row, name) or "" for name in columns if name in pool.columns}
        for row in range(len(pool))
    ]
    changes = {change.attribute: change.value or "" for change in remedy.changes}
    own = [row for row in rows if row["filename"] == exposure]
    if remedy.added_role is None:
        for row in own:
            row.update(changes)
    else:
        rows.append({**own[0], **changes, "filename": exposure.replace(".fits", "_new.fits")})
    return Pool([{name: row.get(name, "") for name in columns} for row in rows])


def main() -> None:
    """Judge so many pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=1000)
    args = parser.parse_args()
    told = Counter(judged(*pair) for pair in pairs(args.count, seed=7))
    print(dict(told))  # noqa: T201 - it is a command


if __name__ == "__main__":
    main()
