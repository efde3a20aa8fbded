"""Compare solutions with expected results: ``python -m tests.conformance.compare DIRECTORY``.

A directory holds ``pools/NAME.csv`` and, for each mode, ``expected/NAME.MODE.json`` with the
associations and ``expected/NAME.MODE.orphans.json`` with the file names in none of them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asnsolve import Pool, Solution, solve
from asnsolve.errors import Problem

MODES: dict[str, dict[str, Any]] = {
    "discover": {"candidates": "none"},
    "candidates": {"discover": False},
    "all": {},
}

DEVIATIONS = {
    ("own_calibration", "Asn_MIRI_IFU"): "mir_flatmrs-ext is let in by a pattern without end",
}
"""Associations of a rule in a pool that are expected and not ours: see docs/deviations.md."""


@dataclass(frozen=True, slots=True)
class Member:
    """What is compared of a member."""

    expname: str
    exptype: str
    exposerr: str | None
    asn_candidate: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is compared of an association: all but its number and the order of members."""

    rule: str
    asn_type: str
    asn_id: str
    program: str
    target: str
    product: str
    degraded_status: str
    members: frozenset[Member]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One pool in one mode: expected and found associations, expected and found orphans."""

    pool: str
    mode: str
    expected: frozenset[Facts]
    found: frozenset[Facts]
    expected_orphans: frozenset[str]
    found_orphans: frozenset[str]

    @property
    def missing(self) -> frozenset[Facts]:
        """What is expected and not found, declared deviations left out."""
        return frozenset(fact for fact in self.expected - self.found if not self.declared(fact))

    @property
    def extra(self) -> frozenset[Facts]:
        """What is found and not expected."""
        return self.found - self.expected

    @property
    def other_orphans(self) -> frozenset[str]:
        """Orphans on one side only, those of declared deviations left out."""
        left_out = {
            member.expname.rsplit("_", 1)[0]
            for fact in self.expected - self.found
            if self.declared(fact)
            for member in fact.members
        }
        either = self.expected_orphans ^ self.found_orphans
        return frozenset(name for name in either if name.rsplit("_", 1)[0] not in left_out)

    def declared(self, fact: Facts) -> bool:
        """Tell whether an expected association is a declared deviation."""
        return (self.pool, fact.rule) in DEVIATIONS


def compare(directory: Path, solver: str = "fast") -> Iterator[Comparison]:
    """Solve every pool of a directory in every mode and set the results beside the expected."""
    for path in sorted((directory / "pools").glob("*.csv")):
        pool = Pool.read(path)
        for mode in MODES:
            yield compare_one(directory, pool, mode, solver)


def compare_one(directory: Path, pool: Pool, mode: str, solver: str = "fast") -> Comparison:
    """Solve one pool in one mode and set the result beside the expected one."""
    solution = solve(pool, "level3-2017", solver=solver, **MODES[mode])
    stem = directory / "expected" / f"{pool.name}.{mode}"
    return Comparison(
        pool=pool.name,
        mode=mode,
        expected=frozenset(map(_expected, _read(stem.with_name(f"{stem.name}.json")))),
        found=frozenset(_found(solution)),
        expected_orphans=frozenset(_read(stem.with_name(f"{stem.name}.orphans.json"))),
        found_orphans=clause_orphans(solution),
    )


def clause_orphans(solution: Solution) -> frozenset[str]:
    """Return the orphans that no group of any rule let in.

    The expected results do not count an exposure as orphan that joined a group which was then
    thrown away as invalid; we do, and name the need that was not met.
    """
    return frozenset(
        orphan.filename
        for orphan in solution.orphans
        if orphan.refusal is None or orphan.refusal.clause != "needs"
    )


def _read(path: Path) -> list[Any]:
    return list(json.loads(path.read_text(encoding="utf-8")))


def _expected(given: dict[str, Any]) -> Facts:
    return Facts(
        given["rule"],
        given["asn_type"],
        given["asn_id"],
        given["program"],
        given["target"],
        given["product_name"],
        given["degraded_status"],
        frozenset(
            Member(
                member["expname"],
                # The documented rules misspelt the word; both spellings mean one role.
                member["exptype"].replace("acquistion", "acquisition"),
                member["exposerr"],
                member["asn_candidate"],
            )
            for member in given["members"]
        ),
    )


def _found(solution: Solution) -> Iterator[Facts]:
    for association in solution:
        (product,) = association.products
        yield Facts(
            association.rule,
            association.asn_type,
            association.asn_id,
            association.program,
            association.target,
            product.name,
            association.degraded_status,
            frozenset(
                Member(m.expname, m.exptype, m.exposerr, m.asn_candidate) for m in product.members
            ),
        )


def table(comparisons: list[Comparison]) -> str:
    """Lay the comparison out by rule: expected, equal, declared, missing, extra."""
    counts = {
        "expected": Counter(fact.rule for c in comparisons for fact in c.expected),
        "equal": Counter(fact.rule for c in comparisons for fact in c.expected & c.found),
        "declared": Counter(
            fact.rule for c in comparisons for fact in c.expected - c.found if c.declared(fact)
        ),
        "missing": Counter(fact.rule for c in comparisons for fact in c.missing),
        "extra": Counter(fact.rule for c in comparisons for fact in c.extra),
    }
    rules = sorted({rule for count in counts.values() for rule in count})
    lines = [f"{'rule':24}" + "".join(f"{word:>10}" for word in counts)]
    lines += [f"{r:24}" + "".join(f"{count[r]:>10}" for count in counts.values()) for r in rules]
    lines.append(f"{'total':24}" + "".join(f"{count.total():>10}" for count in counts.values()))
    orphans = sum(len(c.expected_orphans) for c in comparisons)
    other = sum(len(c.other_orphans) for c in comparisons)
    lines.append(f"{len(comparisons)} solutions, {orphans} orphans expected, {other} different")
    return "\n".join(lines)


def main() -> int:
    """Print the table of a directory; 1 if anything differs that is not declared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    comparisons = list(compare(parser.parse_args().directory))
    different = [c for c in comparisons if c.missing or c.extra or c.other_orphans]
    problems = [Problem(f"{one.pool} differs in mode {one.mode}") for one in different]
    print(table(comparisons), *problems, sep="\n")  # noqa: T201 - it is a command
    return 1 if different or not comparisons else 0


if __name__ == "__main__":
    raise SystemExit(main())
