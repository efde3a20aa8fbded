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
"""Attributes of `Association` that a key of an association can hold."""

OF_MEMBER: Final = ("expname", "exptype", "exposerr", "asn_candidate")
"""Attributes of `Member` that a key of a member can hold."""

OF_EXPOSURES: Final = frozenset({"exposerr", "asn_candidate"})
"""Attributes that derived members do not have, because no row of a pool describes them."""


@dataclass(frozen=True, slots=True)
class FileField:
    """A key of association files.

    Parameters
    ----------
    key : str
        The key, such as ``asn_rule``.
    holds : str
        The attribute of `Association` or `Member` that the key holds, such as ``rule``; empty if
        the key has the same value in every file.
    constant : str
        The value of the key if it is the same in every file.
    levels : tuple of int
        Levels of the associations whose files have the key.

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
    """The keys of a mission's association files, in order.

    Every file has the key ``products`` after those of the association. Each product has a ``name``
    and ``members``. By default the other keys are those of JWST.

    Parameters
    ----------
    association : tuple of FileField
        Keys of an association. They must hold ``asn_type``, ``rule``, ``program`` and ``asn_id``.
        They may hold ``version_id``, ``code_version``, ``degraded_status``, ``constraints``,
        ``target`` and ``asn_pool``.
    member : tuple of FileField
        Keys of a member. They must hold ``expname`` and ``exptype``. They may hold ``exposerr``
        and ``asn_candidate``, which members without an exposure of the pool do not have.
    roles : tuple of str
        Roles that members may have in files; the roles of the `Vocabulary` if empty.
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
            Whether the files of the level have it. True if files of no level have it.
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
"""The keys of association files of missions whose profile does not list them."""
