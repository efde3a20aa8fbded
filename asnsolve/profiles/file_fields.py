"""The keys of a mission's association files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

OF_ASSOCIATION: Final = (
    *("asn_type", "rule", "version_id", "code_version", "degraded_status", "program"),
    *("constraints", "asn_id", "target", "asn_pool"),
)
"""What a key of an association can hold: attributes of `Association`."""

OF_MEMBER: Final = ("expname", "exptype", "exposerr", "asn_candidate")
"""What a key of a member can hold: attributes of `Member`."""

OF_EXPOSURES: Final = frozenset({"exposerr", "asn_candidate"})
"""Attributes that derived members lack, because no row of a pool describes them."""


@dataclass(frozen=True, slots=True)
class FileField:
    """A key of association files.

    Parameters
    ----------
    key : str
        The key, as ``asn_rule``.
    holds : str
        The attribute of `Association` or `Member` whose value it has, as ``rule``; empty if it is
        the same in every file.
    constant : str
        Its value if it is the same in every file.
    levels : tuple of int
        Levels of the associations whose files have it.

    Examples
    --------
    >>> from asnsolve import FileField
    >>> FileField("pool", "asn_pool").levels
    (2, 3)
    """

    key: str
    holds: str = ""
    constant: str = ""
    levels: tuple[int, ...] = (2, 3)


@dataclass(frozen=True)
class FileFields:
    """Which keys the association files of a mission have, in their order.

    Every file has the key ``products`` after those of the association. Each product has a ``name``
    and ``members``. By default the other keys are those of JWST.

    Parameters
    ----------
    association : tuple of FileField
        Keys of an association. They hold ``asn_type``, ``rule``, ``program`` and ``asn_id``, and
        any of ``version_id``, ``code_version``, ``degraded_status``, ``constraints``, ``target``
        and ``asn_pool``.
    member : tuple of FileField
        Keys of a member. They hold ``expname`` and ``exptype``, and any of ``exposerr`` and
        ``asn_candidate``, which members without an exposure of the pool lack.
    roles : tuple of str
        Roles that members may have in files; those of the `Vocabulary` if there are none.
    types_with_pool : tuple of str
        Types of associations whose pipelines need the pool and the names of products.

    Examples
    --------
    >>> from asnsolve import FileField, FileFields
    >>> fields = FileFields(member=(FileField("file", "expname"), FileField("role", "exptype")))
    >>> fields.keys["expname"], fields.keys["rule"]
    ('file', 'asn_rule')
    """

    association: tuple[FileField, ...] = (
        FileField("asn_type", "asn_type"),
        FileField("asn_rule", "rule"),
        FileField("version_id", "version_id"),
        FileField("code_version", "code_version"),
        FileField("degraded_status", "degraded_status"),
        FileField("program", "program"),
        FileField("constraints", "constraints"),
        FileField("asn_id", "asn_id"),
        FileField("target", "target"),
        FileField("asn_pool", "asn_pool"),
    )
    member: tuple[FileField, ...] = (
        FileField("expname", "expname"),
        FileField("exptype", "exptype"),
        FileField("exposerr", "exposerr"),
        FileField("asn_candidate", "asn_candidate", levels=(3,)),
    )
    roles: tuple[str, ...] = ()
    types_with_pool: tuple[str, ...] = ()

    @cached_property
    def keys(self) -> Mapping[str, str]:
        """The key that holds each attribute of an association and of a member."""
        every = (*self.association, *self.member)
        return {field.holds: field.key for field in every if field.holds}

    def has_at(self, attribute: str, level: int) -> bool:
        """Tell whether members of a level have an attribute.

        Parameters
        ----------
        attribute : str
            Attribute of `Member`.
        level : int
            Level of the associations, 2 or 3.

        Returns
        -------
        bool
            Whether the files of the level have it. If files of no level have it, members do.
        """
        levels = [field.levels for field in self.member if field.holds == attribute]
        return not levels or level in levels[0]

    def members_at(self, level: int) -> tuple[FileField, ...]:
        """Return the keys of members in the files of a level.

        Parameters
        ----------
        level : int
            Level of the associations, 2 or 3.

        Returns
        -------
        tuple of FileField
        """
        return tuple(field for field in self.member if level in field.levels)

    def association_at(self, level: int) -> tuple[FileField, ...]:
        """Return the keys of associations in the files of a level.

        Parameters
        ----------
        level : int
            Level of the associations, 2 or 3.

        Returns
        -------
        tuple of FileField
        """
        return tuple(field for field in self.association if level in field.levels)


DEFAULT_FIELDS: Final = FileFields()
"""The keys of files of a mission that names none."""
