"""A small level for tests of what is done to associations, and what came out of it in few words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from asnsolve import Association, Rule, solve
from asnsolve.expr.build import at_least, is_set, one_of, same
from asnsolve.rules.model import Base, Cases, Clause
from asnsolve.rules.steps import Step
from tests.solvers.rows import pool_of

__all__ = ["BASE", "found", "shape", "stepped", "told"]

BASE = Base(
    name="Small_Base",
    roles=Cases(
        (
            (is_set("is_psf"), "psf"),
            (is_set("is_imprt"), "imprint"),
            (is_set("bkgdtarg"), "background"),
            (one_of("template", "direct"), "direct_image"),
        ),
        "science",
    ),
    suffixes=Cases((), otherwise="cal"),
    product="jw{program}-{asn_id}_{target}_{instrument}_{elements}",
    needs=(at_least(1, "science"),),
    laws=(),
)


def stepped(*steps: Step, **parts: Any) -> Rule:
    """Return a rule that takes the exposures of an observation together, and then takes steps."""
    rule = Rule(
        name="Asn_Small",
        asn_type="small3",
        title="Small",
        base=BASE,
        clauses=(
            Clause("observation", key=same("obs_num")),
            Clause("lamp", is_set("exp_type")),
        ),
        steps=steps,
    )
    return replace(rule, **parts)


def found(rows: Sequence[dict[str, str]], rule: Rule) -> list[Association]:
    """Return what a rule makes of exposures, the same in both solvers and any order of rows."""
    (first, *others) = (
        solve(pool, rule, discover=False, solver=solver).associations
        for pool in (pool_of(*rows), pool_of(*rows[::-1]))
        for solver in ("fast", "exact")
    )
    assert all(other == first for other in others)
    return list(first)


def told(rows: Sequence[dict[str, str]], *steps: Step, **parts: Any) -> list[str]:
    """Return the members that steps make of exposures, an association a line."""
    return [shape(association) for association in found(rows, stepped(*steps, **parts))]


def shape(association: Association) -> str:
    """Say the members of an association: each role with its exposures."""
    by_role: dict[str, list[str]] = {}
    for member in association.members:
        by_role.setdefault(member.exptype, []).append(_short(member.expname))
    return "; ".join(f"{role} {' '.join(files)}" for role, files in by_role.items())


def _short(file: str) -> str:
    return file.removeprefix("jw_").removesuffix("_cal.fits")
