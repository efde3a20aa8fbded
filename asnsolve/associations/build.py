"""From groups of exposures to associations: steps done, members named, all in columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.member_files import Files
from asnsolve.associations.product_names import Names, names_of
from asnsolve.associations.steps_done import Gathered, finish
from asnsolve.pool.texts import Texts
from asnsolve.rules.rule import Rule
from asnsolve.solvers.arrays import combine, starts_of
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool

__all__ = ["LEAN", "Block", "Members", "Roles", "blocks_of", "members_of"]

Ints = NDArray[np.int64]

LEAN = (("direct_image", "_i2d.fits"), ("sourcecat", "_cat.ecsv"), ("segmap", "_segm.fits"))
"""Roles and endings of the products of a direct image that are members."""


@dataclass(frozen=True, slots=True)
class Block:
    """The associations that a rule made, g of them.

    Parameters
    ----------
    rule : Rule
        The rule.
    gathered : Gathered
        Their exposures.
    scopes : ndarray of int64, shape (g,)
        Where each was made.
    names : Names
        Their words.
    """

    rule: Rule
    gathered: Gathered
    scopes: Ints
    names: Names

    def __len__(self) -> int:
        """Count the associations."""
        return self.gathered.count


def _block(scoped: ScopedPool, rule: Rule, files: Files, gathered: Gathered) -> Block:
    """Make the associations of the groups that a rule found."""
    first = gathered.entries[starts_of(gathered.groups)]
    names = names_of(scoped, rule, files, gathered)
    return Block(rule, gathered, scoped.scopes.entry_scopes[first], names)


def blocks_of(
    scoped: ScopedPool, files: Files, found: Sequence[tuple[Rule, Groups]]
) -> tuple[Block, ...]:
    """Make the associations of several rules; those that made none are left out."""
    finished = ((rule, finish(scoped, rule, groups)) for rule, groups in found)
    return tuple(
        _block(scoped, rule, files, gathered) for rule, gathered in finished if gathered.count
    )


@dataclass(frozen=True, slots=True)
class Roles:
    """The roles that members of associations have.

    Parameters
    ----------
    words : tuple of str
        In the order in which members stand: science first.
    """

    words: tuple[str, ...]

    @classmethod
    def of(cls, rules: Sequence[Rule]) -> Roles:
        """List the roles of rules."""
        found = {word for rule in rules for word in rule.words}
        return cls(tuple(sorted(found, key=lambda word: (word != "science", word))))

    def of_rule(self, rule: Rule) -> NDArray[np.int8]:
        """Return for each role of a rule its place among all."""
        return np.array([self.words.index(word) for word in rule.words], dtype=np.int8)


@dataclass(frozen=True, slots=True)
class Members:
    """Members of associations, those of each in the order in which they are written.

    Parameters
    ----------
    starts : ndarray of int64, shape (a + 1,)
        Where the members of each association begin, and where the last end.
    files : ndarray of int64, shape (m,)
        File of each member, by its number; from `first_image` on, those of direct images.
    ranks : ndarray of int64, shape (m,)
        Its place among all file names; equal names have one.
    roles : ndarray of int8, shape (m,)
        Its role.
    entries : ndarray of int64, shape (m,)
        The exposure; -1 for a product of a direct image.
    first_image : int
        Number from which on files are products of direct images: three of each.
    images : Texts
        Names of their products.
    """

    starts: Ints
    files: Ints
    ranks: Ints
    roles: NDArray[np.int8]
    entries: Ints
    first_image: int
    images: Texts

    @property
    def owners(self) -> Ints:
        """Association of each member, shape (m,)."""
        sizes = np.diff(self.starts)
        return np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)

    def texts(self, files: Files, places: Ints) -> Texts:
        """Return the file names of some members."""
        numbers = self.files[places]
        lean = numbers >= self.first_image
        if not lean.any():
            return files.texts(numbers)
        image, kind = np.divmod(numbers[lean] - self.first_image, len(LEAN))
        endings = Texts.of([ending for _, ending in LEAN]).take(kind)
        named = Texts.joined([self.images.take(image), endings], len(image))
        laid = Texts.end_to_end([files.texts(numbers[~lean]), named])
        place = np.empty(len(numbers), dtype=np.int64)
        place[np.concatenate([np.flatnonzero(~lean), np.flatnonzero(lean)])] = np.arange(
            len(numbers)
        )
        return laid.take(place)


def members_of(scoped: ScopedPool, files: Files, blocks: Sequence[Block], roles: Roles) -> Members:
    """Lay the members of all associations end to end, sorted, each once.

    Science members come first, then by role and name.
    """
    parts: list[tuple[Ints, Ints, NDArray[np.int8], Ints]] = []
    images: list[Texts] = []
    first_image = len(files.names) * len(files.stages)
    offset, image_count = 0, 0
    for block in blocks:
        owners, numbers, role, entries = _own(scoped, files, block, roles)
        parts.append((owners + offset, numbers, role, entries))
        if block.names.image is not None:
            first = first_image + image_count * len(LEAN)
            for kind, (word, _) in enumerate(LEAN):
                lean = first + kind + np.arange(len(block), dtype=np.int64) * len(LEAN)
                one = np.full(len(block), roles.words.index(word), dtype=np.int8)
                own = np.arange(offset, offset + len(block), dtype=np.int64)
                parts.append((own, lean, one, np.full(len(block), -1, dtype=np.int64)))
            images.append(block.names.image.texts(np.arange(len(block))))
            image_count += len(block)
        offset += len(block)
    owners = np.concatenate([part[0] for part in parts] or [np.zeros(0, np.int64)])
    numbers = np.concatenate([part[1] for part in parts] or [owners])
    role = np.concatenate([part[2] for part in parts] or [owners.astype(np.int8)])
    entries = np.concatenate([part[3] for part in parts] or [owners])
    named = Texts.end_to_end(images) if images else Texts.of(())
    ranks = _ranks(files, numbers, first_image, named)
    order = _sorted(owners, role, ranks)
    if _may_repeat(scoped, blocks):
        order = _once(scoped, blocks, (owners, ranks, role, entries))
    sizes = np.bincount(owners[order], minlength=offset)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return Members(
        starts, numbers[order], ranks[order], role[order], entries[order], first_image, named
    )


def _may_repeat(scoped: ScopedPool, blocks: Sequence[Block]) -> bool:
    """Tell whether an association may have one file twice: of two rows, or as its spectrum."""
    twice = len(scoped.pool.values("filename")) < len(scoped.pool)
    return twice or any(block.gathered.spectra.any() for block in blocks)


def _own(
    scoped: ScopedPool, files: Files, block: Block, roles: Roles
) -> tuple[Ints, Ints, NDArray[np.int8], Ints]:
    """Give the exposures of a block: association, file, role and entry of each."""
    gathered, rule = block.gathered, block.rule
    seen = scoped.at(gathered.entries)
    stages = np.array([files.stages.index(word) for word in rule.member_suffixes.words()])
    codes = seen.codes("filename").astype(np.int64) * len(files.stages)
    numbers = codes + stages[seen.decide(rule.member_suffixes)]
    owners, entries = gathered.groups, gathered.entries
    role = roles.of_rule(rule)[gathered.roles]
    if gathered.spectra.any():
        science = roles.words.index("science")
        more = np.flatnonzero((role == science) & gathered.spectra[owners])
        background = np.full(len(more), roles.words.index("background"), dtype=np.int8)
        owners = np.concatenate([owners, owners[more]])
        numbers = np.concatenate([numbers, codes[more] + files.spectrum])
        entries = np.concatenate([entries, entries[more]])
        role = np.concatenate([role, background])
    return owners, numbers, role, entries


def _ranks(files: Files, numbers: Ints, first_image: int, images: Texts) -> Ints:
    lean = numbers >= first_image
    if not lean.any():
        return files.ranks(numbers)
    ranks = np.empty(len(numbers), dtype=np.int64)
    own = files.ranks(numbers[~lean])
    ranks[~lean] = own
    # Products of images have roles of their own: they stand beside no file of an exposure.
    image, kind = np.divmod(numbers[lean] - first_image, len(LEAN))
    ranks[lean] = int(own.max(initial=-1)) + 1 + images.ranks()[image] * len(LEAN) + kind
    return ranks


def _once(
    scoped: ScopedPool,
    blocks: Sequence[Block],
    columns: tuple[Ints, Ints, NDArray[np.int8], Ints],
) -> Ints:
    """Leave out members that repeat another, given as owners, ranks, roles and entries.

    Rows that contradict one another about a file make one member of it in each role; but at
    level 2 one alone, for an exposure is no background of itself.
    """
    owners, ranks, roles, entries = columns
    seen = scoped.at(np.maximum(entries, 0))
    error = seen.codes("exposerr").astype(np.int64)
    # Of rows about one file, one that says what went wrong is taken before one that does not.
    error = np.where(error < 0, len(scoped.values("exposerr")), error)
    order = np.lexsort((seen.codes("asn_candidate"), error, ranks, roles, owners))
    once = _first_of_each(order, combine([owners, ranks, roles.astype(np.int64)]))
    alone = _first_of_each(order, combine([owners, ranks]))
    at_level2 = np.repeat(
        [block.rule.base.level == 2 for block in blocks], [len(block) for block in blocks]
    ).astype(np.bool_)
    kept = np.where(at_level2[owners], alone, once)
    return order[kept[order]]


def _first_of_each(order: Ints, labels: Ints) -> NDArray[np.bool_]:
    """Tell which positions come first of their label in an order."""
    first = np.zeros(len(labels), dtype=np.bool_)
    first[order[np.unique(labels[order], return_index=True)[1]]] = True
    return first


def _sorted(owners: Ints, roles: NDArray[np.int8], ranks: Ints) -> Ints:
    """Sort members by association, role and name."""
    widths = (int(roles.max(initial=0)) + 1, int(ranks.max(initial=0)) + 1)
    if (int(owners.max(initial=0)) + 1) * widths[0] * widths[1] < 2**62:
        return np.argsort((owners * widths[0] + roles) * widths[1] + ranks, kind="stable")
    return np.lexsort((ranks, roles, owners))
