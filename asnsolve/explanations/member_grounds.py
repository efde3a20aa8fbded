"""Why each member of an association is in, in its role, and what the members share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.association import Association, Member
from asnsolve.explanations.deciding_values import (
    key_attributes,
    source_of,
    sources_for,
    supporting_values,
)
from asnsolve.explanations.member_answers import ExplainedMember, Grounds, SharedKey
from asnsolve.explanations.programs import SolvedProgram
from asnsolve.expr.fold import attributes
from asnsolve.expr.nodes import LinkedSky, Same
from asnsolve.interpret.to_csp import Exposure, admits
from asnsolve.pool.measures import number_text, turn_of
from asnsolve.rules.model import Cases, Rule
from asnsolve.rules.steps import Attach
from asnsolve.solvers.arrays import Ints, Mask, combine, spans
from asnsolve.solvers.judgement import Judgement
from asnsolve.solvers.key_numbers import KeyNumbers
from asnsolve.solvers.scoped_pool import ScopedPool

_NO_GROUNDS = Grounds("unknown")


@dataclass(frozen=True)
class Members:
    """The exposures among the members of an association, in the scope where it was found.

    Parameters
    ----------
    rule : Rule
        Its rule.
    members : tuple of Member
        The members that are exposures of the pool, m of them.
    entries : ScopedPool
        Their entries.
    eligible : ndarray of bool, shape (m,)
        Whether each satisfies all clauses of the rule.
    """

    rule: Rule
    members: tuple[Member, ...]
    entries: ScopedPool
    eligible: Mask

    @cached_property
    def filenames(self) -> tuple[str, ...]:
        """Names of the exposures in the pool."""
        names = self.entries.pool.values("filename")
        return tuple(map(names.__getitem__, self.entries.codes("filename").tolist()))

    @cached_property
    def offers(self) -> tuple[tuple[str, Same, Ints], ...]:
        """Each key, with its clause and the code of the value that each member offers."""
        return tuple(
            (name, key, self.entries.offers(self.rule, key).offered.astype(np.int64))
            for name, key in self.rule.keys
        )

    @cached_property
    def by_keys(self) -> Mask:
        """Whether a member satisfies the rule and agrees with the others on every key."""
        found = self.eligible.copy()
        for _, _, codes in self.offers:
            shared = _shared_code(codes[self._certain])
            found &= (codes < 0) | (codes == shared)
        return found

    @cached_property
    def _certain(self) -> Ints:
        """Members that no step attached: those whose role the rule itself gives to them."""
        roles = self.rule.member_roles.results()
        given = self.entries.decide(self.rule.member_roles)
        attached = {step.role for step in self.rule.all_steps if isinstance(step, Attach)}
        return np.array(
            [
                place
                for place, member in enumerate(self.members)
                if self.eligible[place]
                and roles[given[place]] == member.exptype
                and member.exptype not in attached
            ],
            dtype=np.int64,
        )

    def __len__(self) -> int:
        """Count the members."""
        return len(self.members)

    def values(self, place: int, names: Iterable[str]) -> Exposure:
        """Return some attributes of one member.

        Parameters
        ----------
        place : int
            Which of them.
        names : iterable of str
            The attributes.

        Returns
        -------
        mapping of str to str or None
            None where the attribute is not set.
        """
        return {name: self.entries.value(place, name) for name in names}


def members_of(program: SolvedProgram, association: Association) -> Members:
    """Find the members of an association in the pool, and the rule that took them.

    Parameters
    ----------
    program : SolvedProgram
        The program of the association.
    association : Association
        One of its associations, or one that was dropped.

    Returns
    -------
    Members
        Without products and files that are not in the pool.
    """
    judgements = program.named(association.rule)
    found = (_members_in(program, association, judgement) for judgement in judgements)
    # Rules of one name differ in what they take and share: the right one explains most members.
    return max(found, key=lambda members: int(members.by_keys.sum()))


def _members_in(program: SolvedProgram, association: Association, judgement: Judgement) -> Members:
    # A science exposure may be there a second time, with its spectrum as background: it counts as
    # what it is first.
    wanted = {member.exposure: member for member in reversed(association.members)}
    wanted.pop("", None)
    codes_of = program.codes_of_exposure
    is_member = np.zeros(len(program.roots), dtype=np.bool_)
    is_member[[code for name in wanted for code in codes_of.get(name, ())]] = True
    members = program.task.scoped.at(np.zeros(0, dtype=np.int64))
    most = (0, 0)
    for in_scope in program.entries_of_id(association.asn_id):
        found = in_scope.at(np.flatnonzero(is_member[in_scope.codes("filename")]))
        # Rows that contradict one another about one file: the one that the rule takes comes first.
        ranked = np.argsort(~judgement.eligible(found), kind="stable")
        names = [program.roots[code] for code in found.codes("filename")[ranked].tolist()]
        first = dict(reversed([*zip(names, ranked.tolist(), strict=True)]))
        chosen = found.at(np.array(sorted(first.values()), dtype=np.int64))
        size = len(chosen), int(judgement.eligible(chosen).sum())
        if size > most:
            members, most = chosen, size
    roots = (program.roots[code] for code in members.codes("filename").tolist())
    own = tuple(wanted[root] for root in roots)
    return Members(judgement.rule, own, members, judgement.eligible(members))


def _shared_code(codes: Ints) -> int:
    """Return the code that members share; -1 if all leave the key open."""
    return int(codes.max(initial=-1))


def explained_members(members: Members, association: Association) -> tuple[ExplainedMember, ...]:
    """Say of each member why it is in.

    Parameters
    ----------
    members : Members
        What `members_of` returns for the association.
    association : Association
        The association.

    Returns
    -------
    tuple of ExplainedMember
        In the order of the association.
    """
    known = {member: place for place, member in enumerate(members.members)}
    return tuple(
        ExplainedMember(
            member.expname,
            member.exptype,
            grounds_of(members, known[member])
            if member in known
            else _derived_grounds(members, member),
        )
        for member in association.members
    )


def grounds_of(members: Members, place: int) -> Grounds:
    """Say why one member is in, in its role.

    Parameters
    ----------
    members : Members
        The members.
    place : int
        Which of them.

    Returns
    -------
    Grounds
    """
    return replace(_brought_in(members, place), match=members.members[place].match)


def _brought_in(members: Members, place: int) -> Grounds:
    """Say what brings a member in, before steps leave any out."""
    role, rule = members.members[place].exptype, members.rule
    given = rule.member_roles.results()[members.entries.decide(rule.member_roles)[place]]
    if members.by_keys[place] and given == role:
        return Grounds("keys", deciding_values(members, place, rule.member_roles, role))
    if members.by_keys[place]:
        return Grounds("nod", beside=_science_beside(members))
    for step in rule.all_steps:
        if isinstance(step, Attach) and step.role == role:
            return _attached(members, place, step)
    return _NO_GROUNDS


def _science_beside(members: Members) -> str:
    """Return the science member to which other nods show the sky."""
    science = (
        name
        for name, member in zip(members.filenames, members.members, strict=True)
        if member.exptype == "science"
    )
    return next(science, "")


def _attached(members: Members, place: int, step: Attach) -> Grounds:
    """Find the first member that brought an attached one in."""
    own = members.values(place, step.shared)
    shared = tuple((name, value) for name, value in own.items() if value is not None)
    decided = supporting_values(step.where, members.values(place, attributes(step.where)))
    # Science members come first in an association.
    for other in np.flatnonzero(members.by_keys).tolist():
        if members.values(other, step.shared) == own:
            return Grounds("attached", decided, shared, members.filenames[other])
    return _NO_GROUNDS


def _derived_grounds(members: Members, member: Member) -> Grounds:
    """Say of which exposure a product is made, if its name tells."""
    if any(member.expname == known.expname for known in members.members):
        # Rows that give one file two roles make two members of it.
        return Grounds("keys")
    files = members.entries.pool.profile.files
    root = member.exposure or files.exposure_of(member.expname)
    names = {files.exposure_of(name): name for name in members.filenames}
    if member.derived or root in names:
        return Grounds("product", beside=names.get(root, ""))
    return _NO_GROUNDS


def deciding_values(
    members: Members, place: int, roles: Cases, role: str
) -> tuple[tuple[str, str], ...]:
    """Return the attributes that give a member its role.

    Parameters
    ----------
    members : Members
        The members.
    place : int
        Which of them.
    roles : Cases
        The cases of roles.
    role : str
        Its role.

    Returns
    -------
    tuple of (str, str)
        Attributes with their values; empty for a role that is given if no other one is.
    """
    for predicate, result in roles.cases:
        exposure = members.values(place, attributes(predicate))
        if result == role and admits(predicate, exposure):
            return supporting_values(predicate, exposure)
    return ()


def shared_keys(members: Members, of: int | None = None) -> tuple[SharedKey, ...]:
    """Find what the members of an association share because keys of the rule bind it.

    Parameters
    ----------
    members : Members
        The members.
    of : int, optional
        Only what this member shares.

    Returns
    -------
    tuple of SharedKey
        In the order of the rule; a key that binds one member only is not among them.
    """
    found: dict[SharedKey, None] = {}
    known: set[tuple[str, str, tuple[str, ...]]] = set()
    for clause, key, codes in members.offers:
        is_bound = members.by_keys & (codes >= 0)
        if of is not None and not is_bound[of]:
            continue
        by_source = _by_source(members, key, np.flatnonzero(is_bound))
        for (attribute, value), places in by_source.items():
            names = tuple(map(members.filenames.__getitem__, places))
            # Two keys may look at one attribute.
            same = (attribute, value, names)
            if len(places) > 1 and (of is None or of in places) and same not in known:
                known.add(same)
                found[SharedKey(clause, attribute, value, names)] = None
    found |= dict.fromkeys(_close(members, of))
    return tuple(found)


def _close(members: Members, of: int | None) -> Iterator[SharedKey]:
    """Find the columns in which members are close to one another, with the range of numbers."""
    for clause, key in members.rule.measured_keys:
        numbers = KeyNumbers.of(key, members.entries.numbers_for(members.rule, key))
        bound = np.flatnonzero(members.by_keys & ~numbers.is_open)
        if len(bound) > 1 and (of is None or of in bound):
            names = tuple(map(members.filenames.__getitem__, bound.tolist()))
            # Right ascensions begin again after 360 degrees, and declinations do not.
            turns = (360.0, 0.0) if isinstance(key, LinkedSky) else (turn_of(key.unit),)
            for attribute, column, turn in zip(
                key.sources, numbers.numbers[:, bound], turns, strict=True
            ):
                first, last = map(number_text, _ends(column, turn))
                value = first if first == last else f"{first} to {last}"
                yield SharedKey(clause, attribute, value, names)


def _ends(numbers: NDArray[np.float64], turn: float) -> tuple[float, float]:
    """Return the ends of the shortest range of numbers, which may run over a turn."""
    ordered = np.sort(numbers)
    if not turn:
        return float(ordered[0]), float(ordered[-1])
    widest = int(np.argmax(np.diff(ordered, append=ordered[0] + turn)))
    return float(ordered[(widest + 1) % len(ordered)]), float(ordered[widest])


def _by_source(members: Members, key: Same, bound: Ints) -> dict[tuple[str, str], list[int]]:
    """Return the attributes and values by which a key binds members, with these members.

    The sources are in the order of the first member that each binds, and the members ascending.
    """
    if not len(bound):
        return {}
    names = sorted(key_attributes(key))
    # Members that are alike in these attributes have one source, which is found once.
    alike, starts = spans(combine([members.entries.codes(name)[bound] + 1 for name in names]))
    by_source: dict[tuple[str, str], list[int]] = {}
    for places in np.split(bound[alike], starts[1:]):
        exposure = members.values(int(places[0]), names)
        attribute = source_of(sources_for(key, exposure), exposure)
        if attribute is not None:
            by_source.setdefault((attribute, exposure[attribute] or ""), []).extend(places.tolist())
    ascending = ((source, sorted(places)) for source, places in by_source.items())
    return dict(sorted(ascending, key=lambda pair: pair[1][0]))
