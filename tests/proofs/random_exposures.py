"""Random exposures of shipped rule sets: ``python -m tests.proofs.random_exposures --count N``.

Exposures are drawn from what the proofs hold for possible, and changed at random. Their values are
listed ones, the examples that the proofs found, and misspellings of both. What the tables say of
each is compared with solving it and, for facts, promises and declared gaps, with the evaluator.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from rich.console import Console

from asnsolve import load_rules
from asnsolve.expr.fold import Test, tests
from asnsolve.pool.columns import NULL_WORDS
from asnsolve.proofs.claims import Claims, as_role, serves_observations
from asnsolve.proofs.counterexamples import TYPE, TypeSlice
from asnsolve.proofs.overlaps import overlaps
from asnsolve.proofs.replay import taking
from asnsolve.rules.rule_set import rule_key
from asnsolve.rules.shipped_declarations import DECLARED, DOMAIN
from tests.proofs.evaluator import Exposure, holds

__all__ = ["CASES", "Drawing", "contradictions", "main"]

CASES: Final = (("jwst", 2), ("jwst", 3), ("level3-2017", 3))
"""Rule sets, with the levels that they have."""

_CHARS: Final = "abcdefstw019-_ ."
_MISSPELT: Final = 20
_AT_ONCE: Final = 2500


def _outcome(asked: Sequence[Test], value: str) -> tuple[bool, ...]:
    """Answer tests of a value; one of several sources is asked of this value alone."""
    return tuple(holds(test, dict.fromkeys(test.sources, value)) for test in asked)


@dataclass(frozen=True)
class Drawing:
    """Exposures of the rules of one level, and what the proofs say of them."""

    claims: Claims
    rng: random.Random

    @cached_property
    def values(self) -> dict[str, list[list[str | None]]]:
        """Values of each class of each attribute."""
        made: dict[str, list[list[str | None]]] = {}
        predicates = (
            *self.claims.facts,
            *(part for parts in self.claims.claimants.values() for part in parts),
        )
        asked = list(dict.fromkeys(tests(predicates)))
        for name, classes in self.claims.space.classes.items():
            own = [test for test in asked if name in test.sources]
            inside: list[list[str | None]] = [
                [*each.values, *each.unlisted] or [None] for each in classes
            ]
            number_of = {
                _outcome(own, each.sample): at for at, each in enumerate(classes) if each.sample
            }
            known = [value for each in classes for value in (*each.values, *each.unlisted)]
            for value in dict.fromkeys(self._misspelt(known)):
                # A combination of answers without a class would be one that the proofs miss.
                inside[number_of[_outcome(own, value)]].append(value)
            made[name] = inside
        return made

    def _misspelt(self, known: Sequence[str]) -> Iterator[str]:
        for _ in range(_MISSPELT):
            text = self.rng.choice(known)
            for _ in range(self.rng.randint(1, 3)):
                at = self.rng.randint(0, len(text))
                cut = at + self.rng.randint(0, 2)
                text = text[:at] + self.rng.choice(["", *_CHARS]) + text[cut:]
            text = text.strip()
            if text not in NULL_WORDS and text not in known:
                yield text

    @cached_property
    def slices(self) -> dict[int, TypeSlice]:
        """The slice of each class of exposure types."""
        return {piece.exp_type: piece for piece in self.claims.slices}

    @cached_property
    def places(self) -> dict[int, np.ndarray[tuple[int, int], np.dtype[np.int64]]]:
        """The combinations that there can be in each slice, one row each."""
        return {number: np.argwhere(piece.admitted()) for number, piece in self.slices.items()}

    def draw(self) -> dict[str, int]:
        """Return a class for each attribute: an exposure that there can be."""
        number = self.rng.choice(list(self.slices))
        piece, places = self.slices[number], self.places[number]
        place = dict(
            zip(piece.names, places[self.rng.randrange(len(places))].tolist(), strict=True)
        )
        drawn: dict[str, int] = {}
        for name in self.claims.space.classes:
            if name == TYPE:
                drawn[name] = number
            elif name in place:
                drawn[name] = self.rng.choice(piece.groups[name][place[name]])
            else:
                drawn[name] = self.rng.choice(piece.domains[name])
        return drawn

    def changed(self, drawn: dict[str, int]) -> dict[str, int]:
        """Return an exposure with one or two attributes changed, which there need not be."""
        names = self.rng.sample(list(drawn), self.rng.randint(1, 2))
        classes = self.claims.space.classes
        return drawn | {name: self.rng.randrange(len(classes[name])) for name in names}

    def exposure(self, drawn: dict[str, int]) -> Exposure:
        """Return an exposure of these classes."""
        return {name: self.rng.choice(self.values[name][at]) for name, at in drawn.items()}

    def place(self, drawn: dict[str, int]) -> tuple[TypeSlice, tuple[int, ...]] | None:
        """Return where the tables have an exposure; None if they say there can be none."""
        piece = self.slices.get(drawn[TYPE])
        if piece is None or any(
            drawn[name] not in inside for name, inside in piece.domains.items()
        ):
            return None
        place = tuple(
            next(at for at, group in enumerate(groups) if drawn[name] in group)
            for name, groups in piece.groups.items()
        )
        return (piece, place) if piece.admitted()[place] else None


def contradictions(drawing: Drawing, count: int) -> Iterator[str]:
    """Draw exposures, and say where proofs, solver and evaluator differ.

    Parameters
    ----------
    drawing : Drawing
        The rules of a level.
    count : int
        How many exposures to compare.

    Yields
    ------
    str
        One contradiction.
    """
    claims = drawing.claims
    shared = {(finding.kind, frozenset(finding.rules)) for finding in overlaps(claims)}
    done = 0
    while done < count:
        exposures: list[Exposure] = []
        places: list[tuple[TypeSlice, tuple[int, ...]]] = []
        while len(exposures) < min(_AT_ONCE, count - done):
            drawn = drawing.draw()
            if drawing.rng.random() < 0.5:
                drawn = drawing.changed(drawn)
            exposure, place = drawing.exposure(drawn), drawing.place(drawn)
            possible = all(holds(fact, exposure) for fact in claims.facts)
            if possible != (place is not None):
                yield f"facts say that it {'can' if possible else 'cannot'} be: {exposure}"
            if possible and place is not None:
                exposures.append(exposure)
                places.append(place)
        done += len(exposures)
        solved = taking(claims.level_rules, exposures)
        for exposure, (piece, at), taken in zip(exposures, places, solved, strict=True):
            claimed = {
                (rule_key(rule), role)
                for rule in claims.level_rules
                for role in rule.member_roles.results()
                if piece.claimed(as_role(rule, role))[at]
            }
            if claimed != taken:
                yield f"proved {sorted(claimed)}, solved {sorted(taken)}: {exposure}"
            yield from _unreported(claims, exposure, taken, shared)


def _unreported(
    claims: Claims,
    exposure: Exposure,
    taken: set[tuple[str, str]],
    shared: Collection[tuple[str, frozenset[str]]],
) -> Iterator[str]:
    """Say what `check` should have reported of an exposure: a gap, or an overlap."""
    serving = {rule_key(rule) for rule in claims.level_rules if serves_observations(rule)}
    declared = claims.declared
    for promise in declared.promises:
        if promise.level != claims.level or not holds(promise.where, exposure):
            continue
        if any(key in serving and role == promise.role for key, role in taken):
            continue
        gaps = (
            gap for gap in declared.gaps if (gap.level, gap.role) == (claims.level, promise.role)
        )
        if not any(holds(gap.where, exposure) for gap in gaps):
            yield f"no rule takes it as {promise.role}: {exposure}"
    for key, role in taken:
        for other, role_there in taken:
            kind = "overlap" if role == role_there == "science" else "role overlap"
            if key < other and (kind, frozenset((key, other))) not in shared:
                yield f"{key} and {other} both take it: {exposure}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare many exposures, and print what contradicts the proofs."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=300_000, help="how many exposures in all")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers")
    chosen = parser.parse_args(arguments)
    console, wrong = Console(), 0
    for number, (name, level) in enumerate(CASES):
        claims = Claims(load_rules(name), level, DOMAIN, DECLARED[name])
        drawing = Drawing(claims, random.Random(chosen.seed + number))
        count = chosen.count // len(CASES)
        found = 0
        for words in contradictions(drawing, count):
            console.print(words, markup=False, soft_wrap=True)
            found += 1
        wrong += found
        console.print(f"{name}, level {level}: {count} exposures, {found} contradictions")
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
