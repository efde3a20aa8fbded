"""The associations that a page shows, in columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from asnsolve.associations.association import Association, Member, Product
from asnsolve.errors import NamingError
from asnsolve.profiles import Names
from asnsolve.report.page.page_exposures import PageExposures
from asnsolve.report.page.text_table import TextTable

_OPTICS: Final = ("filter", "pupil", "grating", "band")
_MOST_OPTICS: Final = 3
_FIELDS: Final = ("file_name", "rule", "asn_type", "asn_id", "program", "target")

PRODUCT_LABELS: Final = ("program", "candidate", "target", "instrument", "optical elements")
"""Parts of other product names."""


@dataclass(frozen=True, slots=True)
class MemberTable:
    """The files that are members, each once.

    Parameters
    ----------
    exposures : PageExposures
        The exposures.
    outside : frozenset of str
        File names of the exposures in no association.
    """

    exposures: PageExposures
    outside: frozenset[str]
    _numbers: dict[str, int] = field(default_factory=dict)
    _places: list[Sequence[int]] = field(default_factory=list)

    def number(self, member: Member) -> int:
        """Return the number of the file of a member.

        Parameters
        ----------
        member : Member
            The member.

        Returns
        -------
        int
        """
        if member.expname not in self._numbers:
            self._numbers[member.expname] = len(self._places)
            # Files that were read back do not say whether they are exposures.
            files = self.exposures.profile.files
            exposure = member.exposure or files.exposure_of(member.expname)
            places = self.exposures.places.get(exposure, ())
            names = self.exposures.files
            self._places.append([at for at in places if names[at] not in self.outside])
        return self._numbers[member.expname]

    def places(self, number: int) -> Sequence[int]:
        """Return the exposures of a file.

        Parameters
        ----------
        number : int
            Number of the file.

        Returns
        -------
        sequence of int
            Mostly one; none for a product of other exposures.
        """
        return self._places[number]

    def data(self, texts: TextTable) -> dict[str, Any]:
        """Lay out the files for the page.

        Parameters
        ----------
        texts : TextTable
            The texts of the page.

        Returns
        -------
        dict
            With the keys ``name`` and ``exposures``.
        """
        return {
            "name": [texts.number(name) for name in self._numbers],
            "exposures": [places[0] if len(places) == 1 else [*places] for places in self._places],
        }


def associations_data(
    associations: Iterable[Association], members: MemberTable, texts: TextTable
) -> dict[str, Any]:
    """Lay out associations for the page.

    Parameters
    ----------
    associations : iterable of Association
        The associations.
    members : MemberTable
        The files that are members, which grows by those of the associations.
    texts : TextTable
        The texts of the page.

    Returns
    -------
    dict
        Columns with an item for each association.
    """
    made = [*associations]
    data: dict[str, Any] = {
        name: [texts.number(getattr(one, name)) for one in made] for name in _FIELDS
    }
    products = [[_product_data(one, members, texts) for one in made_.products] for made_ in made]
    return {
        **data,
        "level": [one.level for one in made],
        "products": products,
        "optics": [
            texts.number(_optics(one, of_products, members))
            for one, of_products in zip(made, products, strict=True)
        ],
        "constraints": [
            [texts.number(line) for line in one.constraints.splitlines()] for one in made
        ],
    }


def _product_data(product: Product, members: MemberTable, texts: TextTable) -> list[Any]:
    """Return the name, whether it is that of an exposure, its parts, and the files by role.

    A role whose members steps kept as the best ones has how good they are beside the files.
    """
    by_role: dict[str, list[Member]] = defaultdict(list)
    for member in product.members:
        by_role[member.exptype].append(member)
    names = members.exposures.profile.names
    labels, parts = _parts(product.name, names)
    return [
        texts.number(product.name),
        int(labels is names.exposure_labels),
        [texts.number(part) for part in parts],
        [
            [texts.number(role), [*map(members.number, of_role)], *_matches(of_role, texts)]
            for role, of_role in by_role.items()
        ],
    ]


def _matches(of_role: Sequence[Member], texts: TextTable) -> Iterator[list[int]]:
    """Yield how good the members of a role are, if a step kept some as the best ones."""
    if any(member.match is not None for member in of_role):
        yield [texts.number(None if m.match is None else str(m.match)) for m in of_role]


def _parts(name: str, names: Names) -> tuple[Sequence[str], Sequence[str | None]]:
    """Take the name of a product apart; no parts if it follows no convention."""
    if match := names.exposure_pattern.fullmatch(name):
        return names.exposure_labels, match.groups()
    try:
        parsed = names.parse_product_name(name)
    except NamingError:
        return PRODUCT_LABELS, ()
    parts = (parsed.program, parsed.asn_id, parsed.target, parsed.instrument, parsed.opt)
    return PRODUCT_LABELS, parts


def _optics(association: Association, products: list[list[Any]], members: MemberTable) -> str:
    """Name the optical elements of the science members, or those in the name of the product."""
    science = {
        place
        for (_, _, _, roles), product in zip(products, association.products, strict=True)
        for (_, files, *_), role in zip(roles, _roles(product), strict=True)
        if role == "science"
        for file in files
        for place in members.places(file)
    }
    columns = [members.exposures.values(name) for name in _OPTICS]
    found = sorted({"/".join(filter(None, (one[place] for one in columns))) for place in science})
    told = [text for text in found if text]
    if told:
        more = ["..."] if len(told) > _MOST_OPTICS else []
        return ", ".join([*told[:_MOST_OPTICS], *more])
    labels, parts = _parts(association.products[0].name, members.exposures.profile.names)
    return (parts[-1] or "") if labels is PRODUCT_LABELS and parts else ""


def _roles(product: Product) -> Iterable[str]:
    """List the roles of a product in the order of its members."""
    return dict.fromkeys(member.exptype for member in product.members)
