"""Everything that is specific to a mission: its words, names, headers and keys of files.

The engine reads all of it from a `Profile`. `asnsolve.profiles.jwst` is the profile of JWST.
"""

from asnsolve.profiles.archive_tables import ArchiveTables
from asnsolve.profiles.file_fields import DEFAULT_FIELDS, OF_EXPOSURES, FileField, FileFields
from asnsolve.profiles.file_names import FileNames
from asnsolve.profiles.header_descriptions import DerivedNumber, DerivedWord, Headers
from asnsolve.profiles.name_parts import FileName, Placeholder, ProductName
from asnsolve.profiles.naming import FILE_ENDING, Names, beginning_of_file_name
from asnsolve.profiles.profile import Profile, Vocabulary, default_profile, profile_or_default

__all__ = [
    "DEFAULT_FIELDS",
    "FILE_ENDING",
    "OF_EXPOSURES",
    "ArchiveTables",
    "DerivedNumber",
    "DerivedWord",
    "FileField",
    "FileFields",
    "FileName",
    "FileNames",
    "Headers",
    "Names",
    "Placeholder",
    "ProductName",
    "Profile",
    "Vocabulary",
    "beginning_of_file_name",
    "default_profile",
    "profile_or_default",
]
