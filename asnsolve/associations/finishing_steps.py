"""Finishing steps: what a rule does with its associations once their members are known.

Each step is a pure function from memberships to memberships, for all associations of a rule at
once. Nothing in it depends on the order of the pool's rows.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.best_members import best_members
from asnsolve.associations.memberships import Memberships, role_code
from asnsolve.associations.nod_backgrounds import nod_backgrounds
from asnsolve.expr.build import is_set
from asnsolve.rules.model import Rule
from asnsolve.rules.steps import (
    Attach,
    Best,
    BestImprints,
    DirectImage,
    NodOverlap,
    Nods,
    SpectraAsBackground,
    Step,
)
from asnsolve.solvers.arrays import Ints, Mask, combine, distinct, ranges, spans, starts_of
from asnsolve.solvers.groups import Groups
from asnsolve.solvers.scoped_pool import ScopedPool

_IN_BACKGROUND = is_set("bkgdtarg")


def carry_out_steps(scoped: ScopedPool, rule: Rule, groups: Groups) -> Memberships:
    """Turn the groups that a rule found into associations.

    Parameters
    ----------
    scoped : ScopedPool
        All entries.
    rule : Rule
        The rule.
    groups : Groups
        What a solver found.

    Returns
    -------
    Memberships
    """
    memberships = Memberships.of(groups)
    for step in rule.all_steps:
        if memberships.count:
            memberships = _carry_out(step, scoped, rule, memberships)
    return memberships


def _carry_out(step: Step, scoped: ScopedPool, rule: Rule, memberships: Memberships) -> Memberships:
    match step:
        case Attach():
            return _attach(step, scoped, rule, memberships)
        case BestImprints():
            return _best_imprints(scoped, rule, memberships)
        case Best():
            return best_members(step, scoped, rule, memberships)
        case Nods(overlap):
            return _nod(scoped, rule, overlap, memberships)
        case DirectImage(prefer_long):
            return _direct_image(scoped, rule, memberships, prefer_long=prefer_long)
        case SpectraAsBackground():
            science = memberships.with_role(rule, "science")
            return replace(
                memberships, spectra_as_background=memberships.count_members(science) > 1
            )
        case _:
            assert_never(step)


def _attach(step: Attach, scoped: ScopedPool, rule: Rule, memberships: Memberships) -> Memberships:
    """Let exposures join the associations that have a member with the same values.

    Members and waiting exposures get a *label* per scope and combination of shared values::

        members   (m,)  label  7 7 3 | 3 9          waiting  (w,)  label  3 3 7
        groups          group  0 0 0 | 1 1

        pairs (group, label) of members   (0,3) (0,7) (1,3) (1,9)
        joining                           (0,3): two, (0,7): one, (1,3): two
    """
    waiting = scoped.satisfying(step.where)
    if not len(waiting):
        return memberships
    members_and_waiting = scoped.at(np.concatenate([memberships.entries, waiting]))
    codes = [members_and_waiting.codes(name) for name in step.shared]
    labels = combine([members_and_waiting.entry_scopes, *(code + 1 for code in codes)])
    # An exposure without one of the shared values joins no association.
    complete = np.logical_and.reduce([code >= 0 for code in codes])
    member_count = len(memberships.entries)
    waiting, labels_of_waiting = (
        column[complete[member_count:]] for column in (waiting, labels[member_count:])
    )
    # Waiting exposures by label: those under label_values[i] are order[starts[i]:][:sizes[i]].
    order, starts = spans(labels_of_waiting)
    label_values = labels_of_waiting[order][starts]
    sizes = np.diff(starts, append=len(order))

    # Each (association, label) of members brings the exposures that wait under the label, once,
    # however many members have it. `pairs` are sorted and distinct: group * width + label.
    width = int(labels.max()) + 1
    place_of_label = np.full(width, -1, dtype=np.int64)
    place_of_label[label_values] = np.arange(len(label_values))
    attracts = np.flatnonzero(
        complete[:member_count]
        & memberships.shares_keys
        & (place_of_label[labels[:member_count]] >= 0)
    )
    pairs = distinct(memberships.groups[attracts] * width + labels[attracts])
    place = place_of_label[pairs % width]

    groups = np.repeat(pairs // width, sizes[place])
    entries = waiting[order][ranges(starts[place], sizes[place])]
    is_member = _are_among(memberships, groups, entries, len(scoped))
    count = int((~is_member).sum())
    attached = replace(
        memberships,
        groups=groups[~is_member],
        entries=entries[~is_member],
        roles=np.full(count, role_code(rule, step.role), dtype=np.int8),
        shares_keys=np.zeros(count, dtype=np.bool_),
        matches=None,
    )
    return memberships.plus(attached)


def _are_among(memberships: Memberships, groups: Ints, entries: Ints, entry_count: int) -> Mask:
    """Tell which pairs of an association and an entry, shape (p,), are memberships already."""
    is_anywhere = np.zeros(entry_count, dtype=np.bool_)
    is_anywhere[memberships.entries] = True
    # Few entries are members of any association and wait for another one.
    may_be = np.flatnonzero(is_anywhere[entries])
    mask = np.zeros(len(entries), dtype=np.bool_)
    if len(may_be):
        known = memberships.groups * entry_count + memberships.entries
        mask[may_be] = np.isin(groups[may_be] * entry_count + entries[may_be], known)
    return mask


def _nod(
    scoped: ScopedPool, rule: Rule, overlap: NodOverlap, memberships: Memberships
) -> Memberships:
    """Make one association per science member; attached members join every new association."""
    sharing = memberships.take(memberships.shares_keys)
    places, groups, roles = nod_backgrounds(
        scoped.at(sharing.entries), rule, overlap, sharing.groups, sharing.roles
    )
    count = int(groups.max(initial=-1)) + 1
    # The association, shape (count,), that each new association was made from.
    parents = sharing.groups[places[starts_of(groups)]]
    nodded = replace(
        sharing.take(places),
        count=count,
        groups=groups,
        roles=roles,
        direct_images=memberships.direct_images[parents],
        spectra_as_background=memberships.spectra_as_background[parents],
    )
    attached = memberships.take(~memberships.shares_keys)
    # Attached members lie parent by parent; each new association takes the range of its parent.
    sizes = np.bincount(attached.groups, minlength=memberships.count).astype(np.int64)
    repeated = attached.take(ranges((np.cumsum(sizes) - sizes)[parents], sizes[parents]))
    new_groups = np.repeat(np.arange(count, dtype=np.int64), sizes[parents])
    return nodded.plus(replace(repeated, groups=new_groups))


def _best_imprints(scoped: ScopedPool, rule: Rule, memberships: Memberships) -> Memberships:
    """Drop imprints that fit the science members less well than others of the association do."""
    science = memberships.with_role(rule, "science")
    imprint = memberships.with_role(rule, "imprint")
    if not imprint.any():
        return memberships
    members, groups = scoped.at(memberships.entries), memberships.groups
    in_background = members.mask(_IN_BACKGROUND)
    background_science = memberships.any_member(science & in_background)
    candidates = imprint & (in_background == background_science[groups])

    def shared_with_science(column: str) -> Mask:
        """Find the members, shape (m,), with the value of a science member of the association."""
        codes = members.codes(column).astype(np.int64) + 1
        labels = groups * (int(codes.max()) + 1) + codes
        return np.isin(labels, labels[science])

    # First choice: imprints on the target of a science member. An association that has some drops
    # the others; one that has none goes on with all candidates.
    on_target = candidates & shared_with_science("targetid")
    has_on_target = memberships.any_member(on_target)[groups]
    dropped = candidates & ~on_target & has_on_target
    candidates = np.where(has_on_target, on_target, candidates)

    # Second choice, where imprints still outnumber the science members: those at a dither point of
    # a science member, if there are any.
    at_point = candidates & shared_with_science("dithptin")
    too_many = memberships.count_members(candidates) > memberships.count_members(science)
    dropped |= candidates & ~at_point & (memberships.any_member(at_point) & too_many)[groups]
    return memberships.take(~dropped)


def _direct_image(
    scoped: ScopedPool, rule: Rule, memberships: Memberships, *, prefer_long: bool
) -> Memberships:
    """Choose one direct image per association; associations without one are dropped."""
    science = memberships.with_role(rule, "science")
    image = memberships.with_role(rule, "direct_image")
    members, groups = scoped.at(memberships.entries), memberships.groups
    kept = memberships.any_member(image) & memberships.any_member(science)
    if prefer_long:
        is_long = scoped.pool.texts("filename").contain("long")
        preferred = np.append(is_long, False)[members.codes("filename")]
        number = np.zeros(len(members), dtype=np.int64)
    else:
        # Prefer the first image after the last science exposure, by exposure specification.
        number = members.numbers("expspcin")
        last_science = np.full(memberships.count, -1, dtype=np.int64)
        np.maximum.at(last_science, groups[science], number[science])
        preferred = (last_science[groups] >= 0) & (number > last_science[groups])
        number = np.where(preferred, number, 0)

    # Sort the images by association, preferred ones first, then by number and name: the first of
    # each association is the choice.
    places = np.flatnonzero(image & kept[groups])
    keys = (
        members.codes("filename")[places],
        number[places],
        ~preferred[places],
        groups[places],
    )
    # The groups are the most significant key, so each lies in one run of the order.
    order = np.lexsort((_content_ranks(members, places, keys), *keys))
    first = order[starts_of(groups[places][order])]
    direct_images = np.full(memberships.count, -1, dtype=np.int64)
    direct_images[groups[places[first]]] = memberships.entries[places[first]]

    # Images are not members themselves. The remaining associations are renumbered.
    new_number = np.cumsum(kept) - 1
    rest = memberships.take(~image & kept[groups])
    return replace(
        rest,
        count=int(kept.sum()),
        groups=new_number[rest.groups],
        direct_images=direct_images[kept],
        spectra_as_background=memberships.spectra_as_background[kept],
    )


def _content_ranks(
    members: ScopedPool, places: Ints, keys: tuple[NDArray[np.generic], ...]
) -> Ints:
    """Rank images that agree in every key by the rest of their row; row order does not matter.

    Such images are rows of the pool that contradict one another about one file.
    """
    labels = combine([np.asarray(key).astype(np.int64) + 1 for key in keys])
    ranks = np.zeros(len(places), dtype=np.int64)
    tied = np.flatnonzero(np.bincount(labels)[labels] > 1)
    if len(tied):
        # The rows of these images as codes, shape (tied, columns); codes rank the values.
        rows = [members.codes(name)[places[tied]] for name in members.pool.columns]
        _, ranks[tied] = np.unique(np.column_stack(rows), axis=0, return_inverse=True)
    return ranks
