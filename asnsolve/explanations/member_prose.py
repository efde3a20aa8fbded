"""Why members are in an association, in English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from asnsolve.explanations.answers import Membership
from asnsolve.explanations.member_answers import (
    ExplainedAssociation,
    ExplainedMember,
    Grounds,
    SharedKey,
)
from asnsolve.explanations.sentences import having
from asnsolve.phrases import listed
from asnsolve.rules.model import Law

# What gave way may have done so in several steps: these hold for the one that stays at last.
LAW_SENTENCES: Final[Mapping[Law, str]] = MappingProxyType(
    {
        "discovered repeats": "has all its files and comes from a candidate",
        "one membership": "has all its members in the same roles",
        "whole products": "has all its members and more",
        "one product": (
            "makes the same product of the same science files, and is preferred for its members, "
            "its background or its id"
        ),
    }
)
_MOST_NAMED: Final = 4


def membership_lines(membership: Membership, root_of: Callable[[str], str]) -> Iterator[str]:
    """Say why one exposure is in an association.

    Parameters
    ----------
    membership : Membership
        The answer as data.
    root_of : callable
        What does the same as `FileNames.root_of`, and may remember files that many associations
        share.

    Yields
    ------
    str
        A sentence.
    """
    grounds = membership.grounds
    if not membership.others:
        yield "It is the only member."
    if grounds.decided_by and grounds.kind == "keys":
        yield f"It is {membership.role} because it has {having(grounds.decided_by)}."
    if grounds.kind == "attached":
        yield f"It is {_reason([grounds], root_of)}; nothing else has to agree."
    if grounds.kind == "nod":
        yield f"It is {_reason([grounds], root_of)}."
    if grounds.match is not None:
        yield f"It is {_kept(grounds, membership.role)}."
    roles = {root_of(file): role for file, role in membership.others}
    for members, pairs in _by_members(membership.shared):
        # The exposure itself is not among the others.
        company = [root for root in map(root_of, members) if root in roles]
        if roles.keys() == {*company}:
            whom = "the other member" if len(company) == 1 else "all other members"
        else:
            whom = _counted_roles(roles[root] for root in company)
        yield f"It shares {having(pairs)} with {whom}."


def association_text(association: ExplainedAssociation) -> str:
    """Say why an association has its members.

    Parameters
    ----------
    association : ExplainedAssociation
        The answer as data.

    Returns
    -------
    str
        A paragraph on the association, then one per role and reason.
    """
    members, root_of = association.members, association.files.root_of
    roles = _counted_roles(member.role for member in members)
    made = f"by {association.rule}, with {roles}. {association.title}."
    if association.law is None:
        head = f"{association.file_name} makes {association.product}, {made}"
    else:
        head = (
            f"{association.product} of {association.asn_id} was dropped, because "
            f"{association.gave_way_to} {LAW_SENTENCES[association.law]}. It was made {made}"
        )
    lines = [head]
    for shared, pairs in _by_members(association.shared):
        lines.append(f"  {_subject(shared, members, root_of)} share {having(pairs)}.")
    for alike in _alike(members):
        reasons = [
            _reason([member.grounds for member in alike], root_of),
            _kept(alike[0].grounds, ""),
        ]
        if reason := ", ".join(filter(None, reasons)):
            derived = alike[0].grounds.kind == "product"
            names = [member.file if derived else root_of(member.file) for member in alike]
            lines.append(f"  {alike[0].role}: {_named(names)}, {reason}.")
    return "\n".join(lines)


def _alike(members: Sequence[ExplainedMember]) -> Iterator[list[ExplainedMember]]:
    """Collect members that are there in one role for reasons of one kind."""
    found: dict[tuple[object, ...], list[ExplainedMember]] = {}
    for member in members:
        grounds = member.grounds
        attributes = tuple(name for name, _ in grounds.shared)
        key = (member.role, grounds.kind, grounds.decided_by, attributes, grounds.match)
        found.setdefault(key, []).append(member)
    yield from found.values()


def _reason(grounds: Sequence[Grounds], root_of: Callable[[str], str]) -> str:
    """Say what brought members in; empty if they are science that shares the keys of the rule."""
    first, one = grounds[0], len(grounds) == 1
    beside = root_of(first.beside)
    match first.kind:
        case "keys":
            return f"because of {having(first.decided_by)}" if first.decided_by else ""
        case "attached":
            what = f" ({having(first.decided_by)})" if first.decided_by else ""
            if all(each.shared == first.shared for each in grounds):
                has = "it has" if one else "they have"
                return f"attached{what} because {has} {having(first.shared)}, like {beside}"
            names = listed(name.upper() for name, _ in first.shared if name != "program")
            return f"attached{what} because each has the {names} of another member"
        case "nod":
            nods, show = ("another nod", "shows") if one else ("other nods", "show")
            return f"{nods} of the same pattern, which {show} the sky for {beside}"
        case "product":
            made_of = dict.fromkeys(root_of(each.beside) for each in grounds)
            return f"made of {_named([*made_of])}" if all(made_of) else "made of other exposures"
        case "unknown":
            return "of which the pool says nothing"


def _kept(grounds: Grounds, role: str) -> str:
    """Say how good a member is that a step kept; empty if no step ranks it."""
    if grounds.match is None:
        return ""
    return f"among the best {f'{role} members' if role else ''}".rstrip() + f": {grounds.match}"


def _by_members(
    shared: Iterable[SharedKey],
) -> Iterator[tuple[tuple[str, ...], list[tuple[str, str]]]]:
    """Collect what is shared by the same members."""
    found: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for key in shared:
        found.setdefault(key.members, []).append((key.attribute, key.value))
    yield from found.items()


def _subject(
    shared: Sequence[str], members: Sequence[ExplainedMember], root_of: Callable[[str], str]
) -> str:
    """Name the members that share something: by their roles, if they are all of these roles."""
    roots = {*map(root_of, shared)}
    roles = {member.role for member in members if root_of(member.file) in roots}
    having_role = {
        root_of(member.file)
        for member in members
        if member.role in roles and member.grounds.kind != "product"
    }
    if having_role == roots:
        everybody = {member.role for member in members} == roles
        return "They" if everybody else f"The {listed(sorted(roles))} members"
    return _named(sorted(roots))


def _named(names: Sequence[str]) -> str:
    if len(names) <= _MOST_NAMED:
        return listed(names)
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"


def _counted_roles(roles: Iterable[str]) -> str:
    """Count members role by role."""
    counts = Counter(roles)
    told = listed(f"{count} {role}" for role, count in counts.items())
    return f"{told} member{'' if counts.total() == 1 else 's'}"
