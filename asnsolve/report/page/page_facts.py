"""All that a page shows of a solution, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from asnsolve.associations.association import Association, code_version
from asnsolve.associations.solution import Solution
from asnsolve.differences.compare import diff
from asnsolve.differences.results import results_of
from asnsolve.errors import Problem, UsageError
from asnsolve.explanations.member_prose import LAW_SENTENCES
from asnsolve.phrases import listed
from asnsolve.pool.table import Pool
from asnsolve.report.data import solution_data
from asnsolve.report.differences import difference_data
from asnsolve.report.page.page_associations import (
    PRODUCT_LABELS,
    MemberTable,
    associations_data,
)
from asnsolve.report.page.page_exposures import PageExposures
from asnsolve.report.page.page_reasons import reasons_data
from asnsolve.report.page.page_refusals import Refusals, refusals_of
from asnsolve.report.page.text_table import TextTable
from asnsolve.report.summary import count_by_rule
from asnsolve.solvers.task import Task

MOST_EXPOSURES: Final = 20_000
"""Exposures that one page shows at most."""

MOST_ASSOCIATIONS: Final = 40_000
"""Associations that one page shows at most."""


def check_size(pool: Pool) -> None:
    """Refuse a pool that is too large for a page, before it is solved.

    Parameters
    ----------
    pool : Pool
        The exposures.

    Raises
    ------
    UsageError
        If the pool has more than `MOST_EXPOSURES` exposures; the message names a program that
        fits, if there is one.
    """
    if len(pool) <= MOST_EXPOSURES:
        return
    texts = pool.program_texts()
    counts = Counter(texts[code] for code in pool.codes("program").tolist())
    fitting = {program: count for program, count in counts.items() if count <= MOST_EXPOSURES}
    advice = "Ask for some candidates with -i, as -i o001."
    if fitting:
        program = max(fitting, key=lambda name: (fitting[name], name))
        advice = f"Ask for one of the {len(counts):,} programs, as --program {program}."
    what = f"{pool.name} has {len(pool):,} exposures, too many for one page"
    raise UsageError(Problem(what, expected=f"at most {MOST_EXPOSURES:,}", advice=advice))


def page_facts(
    solution: Solution, before: Solution | None = None, part: str = ""
) -> dict[str, Any]:
    """Gather what a page shows.

    Parameters
    ----------
    solution : Solution
        What is shown.
    before : Solution, optional
        An earlier result, to show what is different.
    part : str
        Which part of a pool is shown, such as "program 1234"; empty for all of it.

    Returns
    -------
    dict
        Plain data. Each text is listed once, under ``texts``, and is referred to by its number.

    Raises
    ------
    UsageError
        If the solution is too large for a page.
    """
    pool = solution.exposures
    if pool is not None:
        check_size(pool)
    if len(solution) > MOST_ASSOCIATIONS:
        what = f"{solution.pool} has {len(solution):,} associations, too many for one page"
        advice = "Ask for one program with --program, or for some candidates with -i."
        expected = f"at most {MOST_ASSOCIATIONS:,}"
        raise UsageError(Problem(what, expected=expected, advice=advice))
    # Each text is in the page once, and the data refer to it by its number.
    texts = TextTable()
    exposures = _exposures(solution)
    members = MemberTable(exposures, frozenset(solution.outside))
    counts = solution_data(solution, len(exposures), () if pool is None else pool.set_aside)[
        "counts"
    ]
    associations = associations_data(solution.associations, members, texts)
    refusals = _refusals(solution, exposures, texts)
    data = {
        "pool": solution.pool,
        "part": part,
        "rules": solution.rules,
        "code_version": code_version(),
        "counts": counts,
        "levels": [[level, column] for level, column in exposures.levels],
        "labels": {"exposure": exposures.profile.names.exposure_labels, "product": PRODUCT_LABELS},
        "exposures": exposures.data(texts),
        "associations": {
            **associations,
            "candidate": refusals.of_association,
            "signature": refusals.signatures,
            "near": refusals.near,
        },
        "rules_used": refusals.rules,
        "candidates": refusals.candidates,
        "reasons": reasons_data(solution, exposures, texts),
        "dropped": _dropped_data(solution, texts),
        "laws": dict(LAW_SENTENCES),
        "overview": _overview(solution, exposures),
        "differences": None if before is None else _differences(before, solution),
    }
    # The tables of files and texts come last, because everything before adds to them.
    return {**data, "files": members.data(texts), "texts": texts.texts}


def _exposures(solution: Solution) -> PageExposures:
    if solution.exposures is None:
        return PageExposures.of_associations(solution.associations, solution.profile)
    rules = () if solution.rule_set is None else solution.rule_set
    looked_at = {name for rule in rules for name in rule.attributes}
    return PageExposures.of_pool(solution.exposures, looked_at)


def _refusals(solution: Solution, exposures: PageExposures, texts: TextTable) -> Refusals:
    if solution.exposures is None or solution.rule_set is None:
        nothing: list[list[Any]] = [[] for _ in solution]
        return Refusals([], [], [-1] * len(solution), nothing, nothing)
    # Rules are solved in the scopes of their associations, so all scopes may be judged.
    task = Task.of(solution.exposures, solution.rule_set)
    return refusals_of(task, solution.associations, exposures.place_of_row, texts)


def _dropped_data(solution: Solution, texts: TextTable) -> list[list[int]]:
    """Lay out what gave way: rule, type, id, product, law, and the file of what stays."""
    return [
        [
            texts.number(text)
            for text in (
                gone.association.rule,
                gone.association.asn_type,
                gone.association.asn_id,
                gone.association.products[0].name,
                gone.law,
                gone.gave_way_to.file_name,
            )
        ]
        for gone in solution.dropped
    ]


def _overview(solution: Solution, exposures: PageExposures) -> dict[str, Any]:
    """Count what the page begins with."""
    outside = Counter(solution.outside)
    # A file of several rows is in `outside` once for each of them.
    is_outside = [outside[file] > 0 for file in exposures.files]
    set_aside = () if solution.exposures is None else solution.exposures.set_aside
    names = [level for level, _ in exposures.levels]
    # Count the second level, such as observations or visits; if there is none, count exposures.
    numbered = names[1] if len(names) > 1 else "exposure"
    return {
        "levels": listed(names).capitalize(),
        "numbered": f"{numbered}es" if numbered.endswith("s") else f"{numbered}s",
        "programs": _programs(exposures, is_outside, solution.associations),
        "modes": _modes(exposures, is_outside),
        "rules": [list(row) for row in count_by_rule(solution.associations)],
        "dropped": sorted(Counter(gone.law for gone in solution.dropped).items()),
        "problems": {
            "Problems": [*map(str, solution.problems)],
            "Rows set aside": [
                f"Row {one.row}, {one.problem.what}: {one.text}" for one in set_aside
            ],
            "Products with the same name": [*map(str, solution.same_names)],
            "Renamed products": [*map(str, solution.renamed)],
        },
    }


def _programs(
    exposures: PageExposures, is_outside: Sequence[bool], associations: Iterable[Association]
) -> list[dict[str, Any]]:
    """Count what is at the second level of each program, its exposures and its associations."""
    found: dict[str, dict[str, Any]] = {}
    seen = set()
    made = Counter((one.program, one.level) for one in associations)
    second = exposures.levels[1][1] if len(exposures.levels) > 1 else "filename"
    columns = (exposures.values("program"), exposures.values(second), is_outside)
    for program, number, outside in zip(*columns, strict=True):
        name = program or exposures.profile.names.program_text("0")
        row = found.setdefault(name, _no_exposures(name))
        row["numbered"] += (name, number) not in seen
        seen.add((name, number))
        row["exposures"] += 1
        row["outside"] += outside
    for program in sorted({program for program, _ in made} - {*found}):
        found[program] = _no_exposures(program)
    for name, row in found.items():
        row |= {"level2": made[name, 2], "level3": made[name, 3]}
    return [*found.values()]


def _no_exposures(program: str) -> dict[str, Any]:
    return {"program": program, "numbered": 0, "exposures": 0, "outside": 0}


def _modes(exposures: PageExposures, is_outside: Sequence[bool]) -> list[list[Any]]:
    """Count the exposures of each instrument and type, and those in no association."""
    kinds: list[tuple[str | None, str | None]] = [
        *zip(exposures.values("instrume"), exposures.values("exp_type"), strict=True)
    ]
    total = Counter(kinds)
    outside = Counter(kind for kind, lost in zip(kinds, is_outside, strict=True) if lost)
    ordered = sorted(total, key=lambda kind: tuple(text or "" for text in kind))
    return [
        [*(text or "not set" for text in kind), total[kind], outside[kind]]
        for kind in ordered
        if kind != (None, None)
    ]


def _differences(before: Solution, after: Solution) -> dict[str, Any]:
    """Compare with an earlier result."""
    first, second = results_of(before.associations), results_of(after.associations)
    return {
        "first": before.pool,
        "second": after.pool,
        "first_count": len(first),
        "second_count": len(second),
        "items": [difference_data(one) for one in diff(first, second)],
    }
