"""Find what makes a valid association do something other than its author intended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from asnsolve.associations.faults import Fault, fault
from asnsolve.input_files import is_file
from asnsolve.profiles import Profile, default_profile
from asnsolve.shown_values import quoted
from asnsolve.suggest import did_you_mean

_SCIENCE = "science"


def known_roles() -> tuple[str, ...]:
    """Return the roles that a member may have.

    Returns
    -------
    tuple of str
        In the order of the schema.
    """
    return default_profile().file_roles


def role_of(member: Mapping[str, Any]) -> str:
    """Return the role of a member in lower case: the pipelines compare roles without case.

    Parameters
    ----------
    member : mapping
        The member, whose role is a text.

    Returns
    -------
    str
    """
    role: str = member["exptype"]
    return role.lower()


def science_of(product: Mapping[str, Any]) -> list[str]:
    """Return the names of the science members of a product.

    Parameters
    ----------
    product : mapping
        The product, with members that have names and roles.

    Returns
    -------
    list of str
        Sorted.
    """
    return sorted(m["expname"] for m in product["members"] if role_of(m) == _SCIENCE)


def meaning_faults(data: Mapping[str, Any], *, is_level2: bool) -> Iterator[Fault]:
    """Find what makes an association do something other than its author intended.

    Parameters
    ----------
    data : mapping
        The association, of the right shape.
    is_level2 : bool
        Whether its products are of level 2.

    Yields
    ------
    Fault
        All of them findings.
    """
    named = [product for product in data["products"] if "name" in product]
    # The products of an exposure with its integrations combined and separate share a name.
    yield from _repeats("products", "name", named, science_of if is_level2 else None)
    for number, product in enumerate(data["products"]):
        members = product["members"]
        at = f"products[{number}].members"
        for position, member in enumerate(members):
            yield from _member_faults(f"{at}[{position}]", member, default_profile())
            if data.get("asn_type") == "image3":
                yield from _left_out(f"{at}[{position}]", member)
        science = set(science_of(product))
        if not science:
            yield fault("finding", "no science", f"{at} holds no science member")
        if is_level2 and len(science) > 1:
            what = f"{at} holds {len(science)} science members"
            yield fault("finding", "science", what, "one: the pipeline takes only the first")
        # At level 3 a file has two roles if two rows of the pool describe it.
        key_of_role = _imprint_as_selfcal(members) if is_level2 else role_of
        yield from _repeats(at, "expname", members, key_of_role)


def member_faults(data: Mapping[str, Any], profile: Profile) -> Iterator[Fault]:
    """Find members without a name, or with a role that the mission does not have.

    Parameters
    ----------
    data : mapping
        The association, of the right shape.
    profile : Profile
        The mission.

    Yields
    ------
    Fault
        All of them findings.
    """
    for number, product in enumerate(data["products"]):
        for position, member in enumerate(product["members"]):
            yield from _member_faults(f"products[{number}].members[{position}]", member, profile)


def _member_faults(at: str, member: Mapping[str, Any], profile: Profile) -> Iterator[Fault]:
    name, key = profile.fields.keys["expname"], profile.fields.keys["exptype"]
    if not member[name]:
        yield fault("finding", name, f"{at}.{name} is empty")
    role, known = member[key].lower(), profile.file_roles
    if role not in known:
        what, expected = f"{at}.{key} is {quoted(member[key])}", ", ".join(known)
        advice = did_you_mean(role, known)
        # Unknown roles are reported one by one, because each may be a different mistake.
        yield fault("finding", f"role {role}", what, f"one of {expected}", advice)


def _left_out(at: str, member: Mapping[str, Any]) -> Iterator[Fault]:
    """Find a member that image3 leaves out: it finds science in lower case only."""
    role = member["exptype"]
    if role_of(member) == _SCIENCE != role:
        what = f"calwebb_image3 leaves {at} out, because its exptype is {quoted(role)}"
        advice = "Write it in lower case, or remove the member and add it again: asnsolve edit."
        # Readers accept roles in any case, and so does this: --strict makes it a finding.
        yield fault("remark", "role case", what, quoted(_SCIENCE), advice)


def _imprint_as_selfcal(
    members: Iterable[Mapping[str, Any]],
) -> Callable[[Mapping[str, Any]], object]:
    """Return a key that is true of an imprint in its second role, self-calibration."""
    imprints = {member["expname"] for member in members if role_of(member) == "imprint"}
    return lambda member: role_of(member) == "selfcal" and member["expname"] in imprints


def _repeats(
    at: str,
    key: str,
    entries: Iterable[Mapping[str, Any]],
    distinction: Callable[[Mapping[str, Any]], object] | None = None,
) -> Iterator[Fault]:
    """Find entries that repeat the text of a key and have the same distinction."""
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        other = "" if distinction is None else distinction(entry)
        earlier = first.setdefault(f"{entry[key]} {other}", number)
        if earlier != number:
            what = f"{at}[{number}] repeats the {key} {quoted(entry[key])} of {at}[{earlier}]"
            yield fault("finding", f"repeats {key}", what)


def missing_members(data: Mapping[str, Any], directory: Path, profile: Profile) -> Iterator[Fault]:
    """Find the members that have no file.

    Parameters
    ----------
    data : mapping
        The association, of the right shape.
    directory : Path
        Where the association is.
    profile : Profile
        The mission.

    Yields
    ------
    Fault
        All of them findings.
    """
    key = profile.fields.keys["expname"]
    names = {member[key] for product in data["products"] for member in product["members"]}
    for name in sorted(names):
        # Some pipelines look beside the association, some in the working directory.
        if not (is_file(directory / name) or is_file(name)):
            yield fault("finding", "missing", f"the file of member {quoted(name)} does not exist")
