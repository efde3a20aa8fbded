"""How the archive of a mission writes headers in tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ArchiveTables:
    """How the archive of a mission writes headers in tables.

    All words are in lower case.

    Parameters
    ----------
    others : str
        Regular expression for the beginning of the names of other tables that come with a download,
        such as catalogs and lists of files.
    prefixes : tuple of str
        Words that, with ``_`` behind them, may stand before a keyword in the name of a column.
    keywords : mapping of str to str
        The keywords of columns that are not named after their keyword.
    flags : frozenset of str
        Keywords that are true or false.
    digits : mapping of str to int
        Keywords whose values headers pad with zeros, with the padded length. Tables of numbers have
        lost the zeros.
    counts : frozenset of str
        Further keywords that are whole numbers.
    effects : mapping of str to str
        What changes if the column of a keyword is missing, as a clause, such as
        ``exposures in different filters are taken together``.
    instead : mapping of str to str
        For a keyword, another one that replaces it if it is missing.
    types : mapping of str to str
        For keywords that only exposures of some types have, a regular expression for these types.

    Examples
    --------
    >>> from asnsolve import ArchiveTables
    >>> tables = ArchiveTables(prefixes=("wfc3",), keywords={"observation": "observtn"})
    >>> tables.keyword_of("WFC3_Filter"), tables.keyword_of("observation")
    ('filter', 'observtn')
    """

    others: str = r"(?!)"
    prefixes: tuple[str, ...] = ()
    keywords: Mapping[str, str] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    digits: Mapping[str, int] = field(default_factory=dict)
    counts: frozenset[str] = frozenset()
    effects: Mapping[str, str] = field(default_factory=dict)
    instead: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)

    def keyword_of(self, column: str) -> str:
        """Return the keyword of a column.

        Parameters
        ----------
        column : str
            Name of the column.

        Returns
        -------
        str
            In lower case.
        """
        name = column.strip().lower()
        prefix, _, rest = name.partition("_")
        if prefix in self.prefixes and rest:
            name = rest
        return self.keywords.get(name, name)

    def is_other(self, name: str) -> bool:
        """Tell whether a table has the name of one that comes with a download.

        Parameters
        ----------
        name : str
            Name of the file, in lower case.

        Returns
        -------
        bool
        """
        return re.match(self.others, name) is not None

    def is_missed(self, keyword: str, keywords: frozenset[str], types: frozenset[str]) -> bool:
        """Tell whether a keyword that a table lacks may have values.

        Parameters
        ----------
        keyword : str
            The keyword.
        keywords : frozenset of str
            The keywords that the table has.
        types : frozenset of str
            Types of the exposures in the table.

        Returns
        -------
        bool
        """
        if keyword in keywords or self.instead.get(keyword) in keywords:
            return False
        pattern = self.types.get(keyword)
        return pattern is None or any(re.fullmatch(pattern, kind) for kind in types)
