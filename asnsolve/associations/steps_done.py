"""What is done to associations once their members are found: the steps that a rule names.

Each step is a pure function from associations to associations, all those of a rule at once;
nothing in it depends on the order of the pool's rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.nod_backgrounds import nod_backgrounds
from asnsolve.expr.constructors import is_set
from asnsolve.rules.rule import Rule
from asnsolve.rules.steps import (
    Attach,
    BestImprints,
    DirectImage,
    Nods,
    Overlap,
    SpectraAsBackground,
    Step,
)
from asnsolve.solvers.arrays import combine, ranges, spans, starts_of
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool

__all__ = ["Gathered", "finish"]

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

_IN_BACKGROUND = is_set("bkgdtarg")


@dataclass(frozen=True, slots=True)
class Gathered:
    """Exposures that were found to belong together, with their roles.

    Parameters
    ----------
    count : int
        Number of associations, g.
    groups : ndarray of int64, shape (m,)
        Association of each member, ascending from 0 to g - 1.
    entries : ndarray of int64, shape (m,)
        Members, as entries of a scoped.
    roles : ndarray of int8, shape (m,)
        Their roles, as indices into the words of the rule.
    binds : ndarray of bool, shape (m,)
        Whether a member shares the rule's keys; the others joined.
    direct : ndarray of int64, shape (g,)
        Entry whose image, catalog and segmentation map are members too; -1 for none.
    spectra : ndarray of bool, shape (g,)
        Whether the spectra of the science members are members too, as background.
    """

    count: int
    groups: Ints
    entries: Ints
    roles: NDArray[np.int8]
    binds: Mask
    direct: Ints
    spectra: Mask

    @classmethod
    def of(cls, groups: Groups) -> Gathered:
        """Take groups as they were found."""
        count = len(groups)
        return cls(
            count=count,
            groups=np.repeat(np.arange(count, dtype=np.int64), groups.sizes),
            entries=groups.entries,
            roles=groups.roles,
            binds=np.ones(len(groups.entries), dtype=np.bool_),
            direct=np.full(count, -1, dtype=np.int64),
            spectra=np.zeros(count, dtype=np.bool_),
        )

    def having(self, rule: Rule, word: str) -> Mask:
        """Tell which members have a role and share the rule's keys, shape (m,)."""
        found: Mask = (self.roles == _role(rule, word)) & self.binds
        return found

    def any_of(self, members: Mask) -> Mask:
        """Tell which associations have one of some members, shape (g,)."""
        found = np.zeros(self.count, dtype=np.bool_)
        found[self.groups[members]] = True
        return found

    def count_of(self, members: Mask) -> Ints:
        """Count some members of each association, shape (g,)."""
        return np.bincount(self.groups[members], minlength=self.count).astype(np.int64)

    def keep(self, members: Mask) -> Gathered:
        """Keep some of the members, shape (m,)."""
        return self.take(np.flatnonzero(members))

    def take(self, members: Ints) -> Gathered:
        """Take members by their positions, any as often as it is given."""
        return replace(
            self,
            groups=self.groups[members],
            entries=self.entries[members],
            roles=self.roles[members],
            binds=self.binds[members],
        )


def finish(scoped: ScopedPool, rule: Rule, groups: Groups) -> Gathered:
    """Carry out the steps of a rule on the groups that it found."""
    gathered = Gathered.of(groups)
    for step in rule.all_steps:
        if gathered.count:
            gathered = _act(step, scoped, rule, gathered)
    return gathered


def _act(step: Step, scoped: ScopedPool, rule: Rule, gathered: Gathered) -> Gathered:
    match step:
        case Attach():
            return _attach(step, scoped, rule, gathered)
        case BestImprints():
            return _best_imprints(scoped, rule, gathered)
        case Nods(overlap):
            return _nodded(scoped, rule, overlap, gathered)
        case DirectImage(prefer_long):
            return _direct_image(scoped, rule, gathered, prefer_long=prefer_long)
        case SpectraAsBackground():
            return replace(
                gathered, spectra=gathered.count_of(gathered.having(rule, "science")) > 1
            )
        case _:
            assert_never(step)


def _role(rule: Rule, word: str) -> int:
    """Return the index of a role, or one that no member has."""
    return rule.words.index(word) if word in rule.words else -1


def _attach(step: Attach, scoped: ScopedPool, rule: Rule, gathered: Gathered) -> Gathered:
    waiting = scoped.satisfying(step.where)
    both = scoped.at(np.concatenate([gathered.entries, waiting]))
    codes = [both.codes(name) for name in step.shared]
    known = np.logical_and.reduce([code >= 0 for code in codes])
    labels = combine([both.entry_scopes, *(code + 1 for code in codes)])
    size = len(gathered.entries)
    ready = waiting[known[size:]]
    order, starts = spans(labels[size:][known[size:]])
    if not len(order):
        return gathered
    waited = labels[size:][known[size:]][order][starts]
    sizes = np.diff(starts, append=len(order))

    # Each label of an association brings those that wait under it, once.
    width = int(labels.max()) + 1
    pairs = np.unique((gathered.groups * width + labels[:size])[known[:size] & gathered.binds])
    place = np.searchsorted(waited, pairs % width)
    place[place == len(waited)] = 0
    met = waited[place] == pairs % width
    pairs, place = pairs[met], place[met]
    groups = np.repeat(pairs // width, sizes[place])
    entries = ready[order][ranges(starts[place], sizes[place])]
    joining = ~np.isin(
        groups * len(scoped) + entries, gathered.groups * len(scoped) + gathered.entries
    )
    more = replace(
        gathered,
        groups=groups[joining],
        entries=entries[joining],
        roles=np.full(int(joining.sum()), _role(rule, step.role), dtype=np.int8),
        binds=np.zeros(int(joining.sum()), dtype=np.bool_),
    )
    return _joined(gathered, more)


def _nodded(scoped: ScopedPool, rule: Rule, overlap: Overlap, gathered: Gathered) -> Gathered:
    """Make an association of each science member; what joined the old one joins them all."""
    own = gathered.keep(gathered.binds)
    places, groups, roles = nod_backgrounds(
        scoped.at(own.entries), rule, overlap, own.groups, own.roles
    )
    count = int(groups.max(initial=-1)) + 1
    old = own.groups[places[starts_of(groups)]]
    nodded = replace(
        own.take(places),
        count=count,
        groups=groups,
        roles=roles,
        direct=gathered.direct[old],
        spectra=gathered.spectra[old],
    )
    joined = gathered.keep(~gathered.binds)
    sizes = np.bincount(joined.groups, minlength=gathered.count).astype(np.int64)
    everyone = joined.take(ranges((np.cumsum(sizes) - sizes)[old], sizes[old]))
    everyone = replace(everyone, groups=np.repeat(np.arange(count, dtype=np.int64), sizes[old]))
    return _joined(nodded, everyone)


def _joined(gathered: Gathered, more: Gathered) -> Gathered:
    """Add members to the associations that they belong to."""
    if not len(more.groups):
        return gathered
    groups = np.concatenate([gathered.groups, more.groups])
    order = np.argsort(groups, kind="stable")
    return replace(
        gathered,
        groups=groups[order],
        entries=np.concatenate([gathered.entries, more.entries])[order],
        roles=np.concatenate([gathered.roles, more.roles])[order],
        binds=np.concatenate([gathered.binds, more.binds])[order],
    )


def _best_imprints(scoped: ScopedPool, rule: Rule, gathered: Gathered) -> Gathered:
    subject, imprint = gathered.having(rule, "science"), gathered.having(rule, "imprint")
    if not imprint.any():
        return gathered
    seen, groups = scoped.at(gathered.entries), gathered.groups
    in_background = seen.mask(_IN_BACKGROUND)
    fitting = imprint & (in_background == gathered.any_of(subject & in_background)[groups])

    def shared(column: str) -> Mask:
        """Tell which members have the value of a science member beside them."""
        codes = seen.codes(column).astype(np.int64) + 1
        labels = groups * (int(codes.max()) + 1) + codes
        return np.isin(labels, labels[subject])

    on_target = fitting & shared("targetid")
    settled = gathered.any_of(on_target)[groups]
    gone = fitting & ~on_target & settled
    fitting = np.where(settled, on_target, fitting)
    at_point = fitting & shared("dithptin")
    subjects = gathered.count_of(subject)
    too_many = (gathered.count_of(fitting) > subjects) & (subjects > 0)
    gone |= fitting & ~at_point & (gathered.any_of(at_point) & too_many)[groups]
    return gathered.keep(~gone)


def _direct_image(
    scoped: ScopedPool, rule: Rule, gathered: Gathered, *, prefer_long: bool
) -> Gathered:
    subject, image = gathered.having(rule, "science"), gathered.having(rule, "direct_image")
    seen, groups = scoped.at(gathered.entries), gathered.groups
    kept = gathered.any_of(image) & gathered.any_of(subject)
    if prefer_long:
        names = np.array(["long" not in name for name in seen.values("filename")] + [True])
        later, number = ~names[seen.codes("filename")], np.zeros(len(seen), dtype=np.int64)
    else:
        number = seen.numbers("expspcin")
        after = np.full(gathered.count, -1, dtype=np.int64)
        np.maximum.at(after, groups[subject], number[subject])
        later = (after[groups] >= 0) & (number > after[groups])
        number = np.where(later, number, 0)
    places = np.flatnonzero(image & kept[groups])
    keys = (seen.codes("filename")[places], number[places], ~later[places], groups[places])
    order = np.lexsort((_content_ranks(seen, places, keys), *keys))
    first = order[np.unique(groups[places][order], return_index=True)[1]]
    direct = np.full(gathered.count, -1, dtype=np.int64)
    direct[groups[places[first]]] = gathered.entries[places[first]]
    number_of = np.cumsum(kept) - 1
    left = gathered.keep(~image & kept[groups])
    return replace(
        left,
        count=int(kept.sum()),
        groups=number_of[left.groups],
        direct=direct[kept],
        spectra=gathered.spectra[kept],
    )


def _content_ranks(seen: ScopedPool, places: Ints, keys: tuple[NDArray[np.generic], ...]) -> Ints:
    """Rank images that nothing else tells apart by all that is said of them.

    They are rows that contradict one another about one file, and differ in something.
    """
    labels = combine([np.asarray(key).astype(np.int64) + 1 for key in keys])
    ranks = np.zeros(len(places), dtype=np.int64)
    tied = np.flatnonzero(np.bincount(labels)[labels] > 1)
    if len(tied):
        contents = [
            tuple(seen.value(int(places[at]), name) or "" for name in seen.pool.columns)
            for at in tied.tolist()
        ]
        rank = {content: number for number, content in enumerate(sorted(set(contents)))}
        ranks[tied] = [rank[content] for content in contents]
    return ranks
