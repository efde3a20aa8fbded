"""What an association is, once solved: members, products, and the words around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Any

from asnsolve.associations.association_display import (
    association_html,
    association_text,
    roles_text,
)
from asnsolve.displays import brief, public_names
from asnsolve.profiles import DEFAULT_FIELDS, FileFields


@cache
def code_version() -> str:
    """Return the name and version of the program that makes associations.

    Returns
    -------
    str
    """
    try:
        return f"asnsolve {version('asnsolve')}"
    except PackageNotFoundError:
        return "asnsolve, not installed"


@dataclass(frozen=True, slots=True)
class Match:
    """How good a member is that a step of the rule kept as one of the best.

    Parameters
    ----------
    science : str
        The science exposure for which it is best, without directory, stage and extension.
    condition : str
        The preference that it meets, such as ``the same detector``; empty if the step has none.
    nearest : tuple of str
        Columns in which it should be near; empty if distance does not matter.
    distance : float or None
        How far away it is; None if that is not known, or does not matter.
    unit : str
        Unit of the distance.

    Examples
    --------
    >>> from asnsolve import Match
    >>> print(Match("a", "the same detector", ("expstart",), 0.25, "d"))
    the same detector, 0.25 d from a
    """

    science: str
    condition: str = ""
    nearest: tuple[str, ...] = ()
    distance: float | None = None
    unit: str = ""

    def __str__(self) -> str:
        """Say it in words, such as "the same detector, 0.25 d from jw..."."""
        if self.distance is not None:
            where = f"{f'{self.distance:.6g} {self.unit}'.rstrip()} from {self.science}"
        elif self.nearest:
            where = f"at no known distance from {self.science}"
        else:
            where = f"for {self.science}"
        return f"{self.condition}, {where}" if self.condition else where


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a product, and the role it plays there.

    Parameters
    ----------
    expname : str
        Name of the file that the pipeline opens, stage suffix included.
    exptype : str
        Role of the file: ``science``, ``background``, ``psf``, ...
    exposerr : str or None
        The exposure error that the pool reports; None if the pool has no such column.
    asn_candidate : str or None
        The candidate that the association comes from, as text; the whole candidate list of the
        exposure if the association is discovered; None at level 2, where files do not list it.
    derived : bool
        Whether the file is known by its name alone, because it is a product of other exposures,
        such as a source catalog, or because it was listed by hand. Association files give only the
        name and the role of such a member.
    exposure : str
        Name of the exposure without directory, stage and extension, in lower case; empty for a
        derived member. Not compared: it follows from `expname`.
    stage : str
        Stage of the file, such as ``cal``; empty if its name has none. Not compared.
    match : Match or None
        How good it is, if a step of the rule kept it as one of the best. Not compared.
    other : tuple of (str, object)
        Further keys of the member in its file, such as ``tweakreg_catalog``, with their values.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, solve
    >>> solution = solve(Pool.read(demo_pool()), ids=["c1001"])
    >>> member = solution.associations[0].members[0]
    >>> member.expname, member.exptype
    ('jw09801004001_03101_00001_mirifulong_rate.fits', 'science')
    """

    expname: str
    exptype: str
    exposerr: str | None = None
    asn_candidate: str | None = None
    derived: bool = False
    exposure: str = field(default="", compare=False)
    stage: str = field(default="", compare=False)
    match: Match | None = field(default=None, compare=False)
    other: tuple[tuple[str, Any], ...] = field(default=(), hash=False)


@dataclass(frozen=True, slots=True)
class Product:
    """What the pipeline makes of a list of members.

    Parameters
    ----------
    name : str
        Product name, by the naming convention, without stage suffix or extension.
    members : tuple of Member
        Science members first, then by role and name.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, solve
    >>> solution = solve(Pool.read(demo_pool()), ids=["c1001"])
    >>> product = solution.associations[0].products[0]
    >>> product.name, len(product.members)
    ('jw09801004001_03101_00001_mirifulong', 3)
    """

    name: str
    members: tuple[Member, ...]

    def __repr__(self) -> str:
        """Show how many members there are in each role."""
        return f"<Product {brief(self.name)}: {roles_text(self.members)}>"


@dataclass(frozen=True, slots=True)
class Association:
    """Which exposures are processed together, in which role, under which name.

    Parameters
    ----------
    rule : str
        Name of the rule that made it, such as ``Asn_Image``.
    asn_type : str
        Type of association, such as ``image3``.
    asn_id : str
        Id of the candidate, such as ``o001`` or ``c1000``; ``a3001`` where it is discovered.
    program : str
        Program number, padded to five digits.
    target : str
        Target of the science members, such as ``t001``.
    products : tuple of Product
        At least one.
    file_name : str
        Name of its file, without directory.
    asn_pool : str
        Name of the pool.
    constraints : str
        The rule's constraints with the values they took, as readable text.
    degraded_status : str
        Says whether a member has an exposure error.
    version_id : str or None
        Version tag of the run, if one was asked for.
    signature : mapping of str to str
        For each key of the rule, by clause name, the value that the members share.
    level : int
        Level of its products, 2 or 3.
    other : tuple of (str, object)
        Further keys of the association in its file, with their values.
    fields : FileFields
        The keys of its file. Not compared.

    Examples
    --------
    >>> from asnsolve import Pool, demo_pool, solve
    >>> solution = solve(Pool.read(demo_pool()), ids=["c1001"])
    >>> association = solution.associations[0]
    >>> association.rule, association.asn_type, association.asn_id
    ('Asn_Lv2Spec', 'spec2', 'c1001')
    >>> [member.exptype for member in association.members]
    ['science', 'background', 'background']
    """

    rule: str
    asn_type: str
    asn_id: str
    program: str
    target: str
    products: tuple[Product, ...]
    file_name: str
    asn_pool: str
    constraints: str
    degraded_status: str
    version_id: str | None = None
    signature: Mapping[str, str] = field(default_factory=dict)
    level: int = 3
    other: tuple[tuple[str, Any], ...] = ()
    fields: FileFields = field(default=DEFAULT_FIELDS, compare=False)

    def __repr__(self) -> str:
        """Show its file and how many members there are in each role."""
        return association_text(self)

    def _repr_html_(self) -> str:
        """Show the members in a notebook."""
        return association_html(self)

    def __dir__(self) -> list[str]:
        """List the public names, for completion."""
        return public_names(object.__dir__(self))

    @property
    def code_version(self) -> str:
        """Name and version of the program that made it."""
        return code_version()

    @property
    def members(self) -> tuple[Member, ...]:
        """Members of all products, in order."""
        return tuple(chain.from_iterable(product.members for product in self.products))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object that its file holds.

        Returns
        -------
        dict
            Keys in the order of the files that the calibration pipelines read; values are dicts,
            lists, texts and None.
        """
        # Imported here, because the module that writes associations imports this one.
        from asnsolve.associations.json_fields import to_dict

        return to_dict(self)

    def write(self, directory: str | PathLike[str] = ".", *, replace: bool = False) -> Path:
        """Write the file of the association, named `file_name`.

        Parameters
        ----------
        directory : path-like
            Where the file goes; made if it does not exist.
        replace : bool
            Whether to replace a file that has other content.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        AssociationError
            If the file cannot be written, or `file_name` leads out of the directory.
        UsageError
            If the directory cannot be used, or the file has other content and may not be replaced.
        """
        # Imported here, because the module that writes associations imports this one.
        from asnsolve.associations.asn_files import write_association

        return write_association(self, directory, replace=replace)
