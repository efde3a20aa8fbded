"""Gaps: exposures that no rule of a level takes in the role that was promised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from asnsolve.interpret.to_text import to_text
from asnsolve.proofs.boxes import Region, WitnessedBox, cover, regions
from asnsolve.proofs.claims import Claims, as_role, serves_observations
from asnsolve.proofs.counterexamples import Box, Table, TypeSlice
from asnsolve.proofs.findings import Finding
from asnsolve.rules.domain import Gap
from asnsolve.rules.rule_set import rule_key


def gaps(claims: Claims) -> Iterator[Finding]:
    """Find the exposures of every promise that no rule takes and no declared gap covers.

    python-constraint finds one such exposure, or proves that there is none. It is widened to the
    largest box of such exposures around it, and the search goes on outside of that box.

    Parameters
    ----------
    claims : Claims
        The rules of a level, with their declarations.

    Yields
    ------
    Finding
        Of kind *gap*.
    """
    for number, promise in enumerate(claims.declared.promises):
        if promise.level != claims.level:
            continue
        covering = [*_takers(claims, promise.role), *_known(claims, promise.role)]
        claimant = f"promise {number}"
        uncovered: list[WitnessedBox] = []
        for piece in claims.slices:
            promised = piece.claimed(claimant)
            if promised.any():
                # A box may reach outside of the promise, where it does not matter.
                allowed = ~promised | ~_union(piece, covering)
                boxes: list[Box] = []
                while (point := piece.unclaimed(claimant, covering, boxes)) is not None:
                    boxes.append(piece.widened(point, allowed))
                    uncovered.append(WitnessedBox(piece, boxes[-1], point))
        for region in regions(claims, uncovered):
            yield Finding(
                "gap",
                claims.level,
                (),
                promise.role,
                region.says,
                region.witness,
                matters=region.matters,
                promises=(promise.says,),
            )


def _takers(claims: Claims, role: str) -> dict[str, str]:
    """Name the rules that take exposures in a role inside their observation, by claimant."""
    return {
        as_role(rule, role): rule_key(rule)
        for rule in claims.level_rules
        if role in rule.member_roles.results() and serves_observations(rule)
    }


def _known(claims: Claims, role: str) -> list[str]:
    """List the claimants of the gaps that are declared for a role."""
    return [
        f"gap {number}"
        for number, gap in enumerate(claims.declared.gaps)
        if (gap.level, gap.role) == (claims.level, role)
    ]


def _union(piece: TypeSlice, names: Iterable[str]) -> Table:
    """Tell which combinations at least one of some claimants claims; shape ``piece.shape``."""
    whole = np.zeros(piece.shape, dtype=np.bool_)
    for name in names:
        whole |= piece.claimed(name)
    return whole


def declared_gaps(claims: Claims) -> Iterator[Finding]:
    """Check every declared gap: that it is one, and that no rule takes any of its exposures.

    Parameters
    ----------
    claims : Claims
        The rules of a level, with their declarations.

    Yields
    ------
    Finding
        One of kind *gap* per declared gap that is one, with its reason; one of kind *declaration*
        for a gap that is not one, or that holds exposures which a rule takes.
    """
    for number, gap in enumerate(claims.declared.gaps):
        if gap.level == claims.level:
            yield from _declared_gap(claims, gap, f"gap {number}")


def _declared_gap(claims: Claims, gap: Gap, claimant: str) -> Iterator[Finding]:
    """Check one declared gap."""
    takers = _takers(claims, gap.role)
    promises = {
        f"promise {at}": promise.says
        for at, promise in enumerate(claims.declared.promises)
        if (promise.level, promise.role) == (gap.level, gap.role)
    }
    says, untaken_in = to_text(gap.where), list[tuple[TypeSlice, Table]]()
    for piece in claims.slices:
        inside = piece.claimed(claimant)
        if not inside.any():
            continue
        # Exposures that no promise covers need not be taken.
        inside = inside & _union(piece, promises)
        taken = inside & _union(piece, takers)
        if taken.any():
            example = _example(claims, piece, taken)
            taking = (name for name in takers if (taken & piece.claimed(name)).any())
            yield Finding(
                "declaration",
                claims.level,
                tuple(takers[name] for name in taking),
                gap.role,
                f"a declared gap ({says}) holds exposures that a rule takes: make the gap smaller, "
                "or let no rule take them",
                example.witness,
                matters=example.matters,
            )
        untaken = inside & ~taken
        if untaken.any():
            untaken_in.append((piece, untaken))
    # There is no such gap: rules take all of it, or no exposure can be in it.
    if not untaken_in:
        what = f"a declared gap ({says}) does not exist: remove it from the declarations"
        yield Finding("declaration", claims.level, (), gap.role, what, {})
        return
    example = _example(claims, *untaken_in[0])
    broken = (
        promise
        for name, promise in promises.items()
        if any((piece.claimed(name) & untaken).any() for piece, untaken in untaken_in)
    )
    yield Finding(
        "gap",
        claims.level,
        (),
        gap.role,
        says,
        example.witness,
        gap.reason,
        matters=example.matters,
        promises=tuple(broken),
    )


def _example(claims: Claims, piece: TypeSlice, places: Table) -> Region:
    """Return one box of some combinations of a slice."""
    (region,) = regions(claims, islice(cover(piece, places), 1))
    return region
