"""An association that gave way to another one."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace

from asnsolve.associations.association import Association
from asnsolve.rules.model import Law


@dataclass(frozen=True, slots=True)
class Dropped:
    """An association that a rule made and that gave way to another one.

    Parameters
    ----------
    association : Association
        The association that was dropped; it has no number, and so no file name.
    gave_way_to : Association
        The association that stays in its place. The solution may not hold it: with `ids`, when it
        is of a background candidate that was not asked for; after `discovered`, when it is of a
        candidate.
    law : str
        The law of repeats by which it was dropped: ``"discovered repeats"``, ``"one membership"``,
        ``"whole products"`` or ``"one product"``. Where its winner was dropped by a later law in
        turn, `gave_way_to` is the association that stays in the end.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, solve
    >>> pool = Pool.read(demo_pool())
    >>> dropped = solve(pool).dropped[0]
    >>> dropped.law
    'one membership'
    >>> dropped.gave_way_to.file_name
    'jw09801-c1000_image3_00001_asn.json'
    """

    association: Association
    gave_way_to: Association
    law: Law


def with_new_winners(
    dropped: Iterable[Dropped],
    associations: Iterable[Association],
    key: Callable[[Association], Hashable],
) -> list[Dropped]:
    """Let associations give way to those that were made from the ones they gave way to.

    Parameters
    ----------
    dropped : iterable of Dropped
        The dropped associations.
    associations : iterable of Association
        The new associations that stay.
    key : callable
        Returns what an association has in common with the new one that was made from it.

    Returns
    -------
    list of Dropped
        In the same order.
    """
    new = {key(association): association for association in associations}
    # A candidate that was solved only as a background of others has no new association.
    return [
        replace(gone, gave_way_to=new.get(key(gone.gave_way_to), gone.gave_way_to))
        for gone in dropped
    ]
