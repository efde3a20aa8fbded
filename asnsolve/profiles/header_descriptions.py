"""How the headers of a mission's files describe an exposure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from sys import intern

from asnsolve.name_texts import whole_number


@dataclass(frozen=True, slots=True)
class DerivedWord:
    """A column whose word is derived from the word in another column.

    Parameters
    ----------
    column : str
        The column, which headers do not have.
    of : str
        The other column.
    words : mapping of str to str
        The word of the column for each word of the other column, in lower case.
    otherwise : str
        The word of the column if the other column has any other word or is unset.

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
    """A column that is derived from the number in another column.

    Parameters
    ----------
    column : str
        The column, which headers do not have.
    of : tuple of str
        Columns that may hold the number, which is whole; the first one that is set gives it.
    form : str
        The cell, with braces for the number, such as ``[('o{:03}', 'observation')]``.
    within : str
        A column of two letters or digits, a number in base 36 that starts again for each value of
        the first number. The cell then shows one number made from both.

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
        # This runs for every header, and a loop is faster than a generator.
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
"""How many different numbers two letters or digits can write."""


@dataclass(frozen=True, slots=True)
class Headers:
    """How a mission describes exposures in the headers of their files.

    Parameters
    ----------
    keywords : mapping of str to str
        For each column, the keyword of the primary header in lower case.
    required : tuple of str
        Columns that every header of an exposure has.
    derived : tuple of DerivedWord or DerivedNumber
        Columns that headers do not have and that are derived from others.
    defaults : mapping of str to str
        Values of columns that can be neither read nor derived.
    identity : tuple of str
        Columns that identify an exposure, even if its file is renamed. If there are none, or one
        of them is unset, the name of the file identifies the exposure.
    segment : str
        Regular expression for the number of the segment in the name of a file, with one group. An
        exposure may be divided into several files. The default finds no number.
    segment_column : str
        Column that has this number, if the name of the file does not.
    targets : tuple of str
        Columns that name the target of an exposure; earlier ones take precedence. Targets are
        numbered in the column ``targetid``, in the order of ``obs_num`` and of their names.
    companions : tuple of str
        Columns that name files which belong to an exposure and are not reported.
    products : tuple of str
        Keywords in lower case that name products.
    product : str
        Regular expression for the names of products, with the groups ``program``, ``asn_id`` and
        ``target`` (the number of the target). The default matches no name.

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
    segment: str = r"(?!)()"
    segment_column: str = ""
    targets: tuple[str, ...] = ("targname",)
    companions: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    product: str = r"(?P<program>)(?P<asn_id>)(?P<target>)(?!)"
