"""What the headers of a mission's files say about an exposure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from sys import intern

from asnsolve.name_texts import whole_number


@dataclass(frozen=True, slots=True)
class DerivedWord:
    """A column whose word follows from the word in another column.

    Parameters
    ----------
    column : str
        The column that headers lack.
    of : str
        The other column.
    words : mapping of str to str
        The word of the column for each word of the other one, in lower case.
    otherwise : str
        The word for any other word, and for none.

    Examples
    --------
    >>> from asnsolve import DerivedWord
    >>> kind = DerivedWord("exp_type", "obstype", {"imaging": "image"}, otherwise="spectrum")
    >>> kind.cell({"obstype": "IMAGING"}), kind.cell({})
    ('image', 'spectrum')
    """

    column: str
    of: str
    words: Mapping[str, str]
    otherwise: str

    def cell(self, row: Mapping[str, str]) -> str | None:
        """Derive the cell of an exposure.

        Parameters
        ----------
        row : mapping of str to str
            The cells that are known, by column.

        Returns
        -------
        str or None
            Never None.
        """
        return self.words.get(row.get(self.of, "").lower(), self.otherwise)


@dataclass(frozen=True, slots=True)
class DerivedNumber:
    """A column that follows from the number in another column.

    Parameters
    ----------
    column : str
        The column that headers lack.
    of : tuple of str
        Columns that may hold the number, a whole one; the first that is set counts.
    form : str
        The cell, with the number in braces, as ``[('o{:03}', 'observation')]``.
    within : str
        A column with two letters or digits that numbers parts of what the number counts, in base
        36. The number in the cell then numbers these parts.

    Examples
    --------
    >>> from asnsolve import DerivedNumber
    >>> DerivedNumber("visit_name", ("linenum", "visit"), form="v{:02}").cell({"visit": "7"})
    'v07'
    >>> place = DerivedNumber("place", ("group",), within="part")
    >>> place.cell({"group": "2", "part": "0a"})
    '2602'
    """

    column: str
    of: tuple[str, ...]
    form: str = "{}"
    within: str = ""

    def cell(self, row: Mapping[str, str]) -> str | None:
        """Derive the cell of an exposure.

        Parameters
        ----------
        row : mapping of str to str
            The cells that are known, by column.

        Returns
        -------
        str or None
            None if there is no number.
        """
        # Every header needs this, and a loop is faster than a generator.
        text = ""
        for name in self.of:
            text = row.get(name, "")
            if text:
                break
        number = whole_number(text)
        if number is None:
            return None
        if self.within:
            part = row.get(self.within, "")
            if not (part.isascii() and part.isalnum()):
                return None
            number = number * _PARTS + int(part, 36)
        return intern(self.form.format(number))


_PARTS = 36 * 36
"""How many parts two letters or digits can number."""


@dataclass(frozen=True, slots=True)
class Headers:
    """How a mission describes exposures in the headers of their files.

    Parameters
    ----------
    keywords : mapping of str to str
        The keyword of the primary header, in lower case, that holds each column.
    required : tuple of str
        Columns without which a header is not that of an exposure.
    derived : tuple of DerivedWord or DerivedNumber
        Columns that headers lack and that follow from others.
    defaults : mapping of str to str
        Values of columns that can neither be read nor derived.
    identity : tuple of str
        Columns that identify an exposure, whatever its file is called. If there are none, or one
        of them is unknown, the name of the file identifies it.
    targets : tuple of str
        Columns that name the target of an exposure; earlier ones take precedence. Targets are
        numbered in the column ``targetid``, in the order of ``obs_num`` and of their names.
    companions : tuple of str
        Columns that name files which come along with an exposure and need no mention.
    products : tuple of str
        Keywords in lower case that name products.
    product : str
        Regular expression for the names of products, with the groups ``program``, ``asn_id`` and
        ``target``, the number of the target. By default no name is that of a product.

    Examples
    --------
    >>> from asnsolve import Headers
    >>> headers = Headers({"program": "propid", "filter": "filtnam1"}, required=("program",))
    >>> headers.keywords["program"]
    'propid'
    """

    keywords: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    derived: tuple[DerivedWord | DerivedNumber, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    identity: tuple[str, ...] = ()
    targets: tuple[str, ...] = ("targname",)
    companions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    product: str = r"(?P<program>)(?P<asn_id>)(?P<target>)(?!)"
