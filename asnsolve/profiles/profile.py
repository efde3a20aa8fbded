"""The profile of a mission: one value that holds everything specific to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from asnsolve.errors import Problem, UsageError
from asnsolve.profiles.archive_tables import ArchiveTables
from asnsolve.profiles.file_fields import DEFAULT_FIELDS, FileFields
from asnsolve.profiles.file_names import FileNames
from asnsolve.profiles.header_descriptions import Headers
from asnsolve.profiles.naming import Names


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a mission.

    Parameters
    ----------
    attributes : frozenset of str
        Columns that a pool is known to have. Rule files declare further ones in ``COLUMNS``.
    values : mapping of str to frozenset of str
        Every value of the attributes that have a closed list of values.
    nothing : mapping of str to frozenset of str
        Words by which a header says that an attribute has no value, by attribute.
    null_words : tuple of str
        Cells, in lower case, that mean "not set" in any column, besides those that mean it in
        every pool (`asnsolve.pool.columns.NULL_WORDS`).
    roles : tuple of str
        Roles of members.
    candidate_types : tuple of str
        Types of candidates that pools name. Rule files declare further ones in
        ``CANDIDATE_TYPES``.

    Examples
    --------
    >>> from asnsolve import Vocabulary
    >>> words = Vocabulary(frozenset({"filename", "exp_type"}), roles=("science", "wavecal"))
    >>> words.roles
    ('science', 'wavecal')
    """

    attributes: frozenset[str]
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    nothing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    null_words: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("science", "background", "other")
    candidate_types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that is specific to a mission: its words, names, headers and keys of files.

    Parameters
    ----------
    name : str
        Name of the mission, for messages.
    hierarchy : tuple of (str, tuple of str)
        Levels of the exposure hierarchy, widest first, each with the columns that identify it. The
        widest level is the program; exposures of different programs are never linked.
    files : FileNames
        Names of the files of exposures.
    names : Names
        Names of products and association files.
    words : Vocabulary
        Attributes, their values, roles and types of candidates.
    headers : Headers
        Headers of the files of exposures.
    fields : FileFields
        Keys of association files.
    archive : ArchiveTables
        Tables of headers from the archive.

    Examples
    --------
    >>> from asnsolve import load_rules
    >>> profile = load_rules("jwst").profile
    >>> profile.name, profile.levels[:3]
    ('jwst', ('program', 'observation', 'visit'))
    """

    name: str
    hierarchy: tuple[tuple[str, tuple[str, ...]], ...]
    files: FileNames
    names: Names
    words: Vocabulary
    headers: Headers = field(default_factory=Headers)
    fields: FileFields = DEFAULT_FIELDS
    archive: ArchiveTables = field(default_factory=ArchiveTables)

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels of the hierarchy, widest first."""
        return tuple(level for level, _ in self.hierarchy)

    @property
    def file_roles(self) -> tuple[str, ...]:
        """Roles that members may have in association files."""
        return self.fields.roles or self.words.roles


def default_profile() -> Profile:
    """Return the profile that is meant where none is named: that of JWST.

    Returns
    -------
    Profile
    """
    # Imported here, because the profile of JWST is made of the classes of this package.
    from asnsolve.profiles.jwst import PROFILE

    return PROFILE


def profile_or_default(given: Profile | None) -> Profile:
    """Return the profile that a caller gives, or else the default one.

    Parameters
    ----------
    given : Profile or None
        The profile.

    Returns
    -------
    Profile

    Raises
    ------
    UsageError
        If it is something else, such as a rule set.
    """
    if given is None:
        return default_profile()
    if not isinstance(given, Profile):
        shown = repr(given) if isinstance(given, str) else f"a {type(given).__name__}"
        expected = "a Profile, such as load_rules(...).profile"
        raise UsageError(Problem(f"profile is {shown}", expected=expected))
    return given
